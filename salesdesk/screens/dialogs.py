"""Small dialogs: confirm something, watch a job that can be stopped, read a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from salesdesk.desk.errors import Refused
from salesdesk.desk.local import Desk
from salesdesk.desk.registry import Progress, Request
from salesdesk.line.pace import bar
from salesdesk.store.session import StoreError
from salesdesk.widgets.lines import BLANK, GAP, Bit, Line, Lines, line, rule, wrapped
from salesdesk.widgets.text_box import TextBox

R = TypeVar("R")


class Confirm(ModalScreen[bool]):
    """Ask before something that cannot be taken back. It opens on Cancel; only `y` agrees, never Enter.

    With `number`, that number has to be typed instead.
    """

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = "#number"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", show=False),
        Binding("n,q,escape,enter", "leave", show=False),
    ]

    def __init__(self, title: str, sentences: Sequence[str], verb: str, number: int | None = None) -> None:
        super().__init__()
        self._title, self._sentences, self._verb, self._number = title, sentences, verb, number

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(id="words")
            if self._number is not None:
                yield TextBox(id="number")
            yield Lines(id="choice")

    def on_mount(self) -> None:
        words = self.query_one("#words", Lines)
        words.styles.height = len(self._rows(min(self.app.size.width - 10, 64))) + 1
        words.draw(lambda width, _height: self._rows(width))
        self._offer()

    def _rows(self, width: int) -> list[Line]:
        rows = [line(row) for sentence in self._sentences for row in wrapped(sentence, width)]
        return [rule(self._title), BLANK, *rows]

    def _offer(self, fault: str = "") -> None:
        yes = f"  {self._verb}"
        if self._number is not None:
            yes = f"type {self._number} and Enter: {self._verb}"
        choice = line(("  Cancel (Enter)  " if self._number is None else "  Cancel (Esc)  ", "mark"), "   ")
        key = Bit("y", "key", click="screen.agree") if self._number is None else Bit("")
        self.query_one("#choice", Lines).show([line((fault, "warn")), (*choice, key, Bit(yes))])

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        digits = "".join(letter for letter in event.value if letter not in " ,._")
        if digits == str(self._number):
            self.dismiss(True)
        elif digits:
            self._offer(f"✗ that is not {self._number}; nothing was done")
        else:
            self.dismiss(False)

    def action_agree(self) -> None:
        """Do it."""
        if self._number is None:
            self.dismiss(True)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(False)


class Stopped(Exception):
    """The person stopped the job."""


@dataclass(frozen=True, slots=True)
class Ended(Generic[R]):
    """How a job ended: its reply, or None with a sentence that says why."""

    reply: R | None
    sentence: str = ""


class Working(ModalScreen["Ended[Any]"]):
    """A job with its progress; Esc or q stops it after the step it is in, and what is done stays done."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,escape", "stop", show=False)]

    def __init__(self, title: str, desk: Desk, request: Request[Any], kept: str = "what was done so far stays") -> None:
        super().__init__()
        self._title, self._desk, self._request, self._kept = title, desk, request, kept
        self._last = Progress(done=0, total=0, note="starting")
        self._stop = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(id="words")

    def on_mount(self) -> None:
        self._paint()
        self.set_interval(0.1, self._paint)
        self.run_worker(self._go(), exit_on_error=False)

    def on_unmount(self) -> None:
        self._stop = True

    def _tell(self, progress: Progress) -> None:
        """Called from the job's thread: it only notes where the job is; the screen looks by itself."""
        self._last = progress
        if self._stop:
            raise Stopped

    async def _go(self) -> None:
        try:
            ended = Ended(await self._desk.run(self._request, self._tell))
        except Stopped:
            ended = Ended(None, f"stopped; {self._kept}")
        except Refused as no:
            ended = Ended(None, no.message)
        except StoreError as error:
            ended = Ended(None, str(error))
        if self.is_attached:
            self.dismiss(ended)

    def _paint(self) -> None:
        self.query_one("#words", Lines).draw(lambda width, _height: self._rows(width))

    def _rows(self, width: int) -> list[Line]:
        last = self._last
        share = last.done / last.total if last.total else 0.0
        figures = f"{last.done:,} of {last.total:,}" if last.total else ""
        state = "stopping after this step ..." if self._stop else last.note
        return [
            rule(self._title),
            BLANK,
            line(bar(share, max(width - 7, 10)), f" {share:>4.0%}"),
            line(state, "  ", (figures, "dim")),
            BLANK,
            line(("Esc", "key"), " or ", ("q", "key"), " stops it; ", (self._kept, "dim")),
        ]

    def action_stop(self) -> None:
        """Stop after this step."""
        self._stop = True
        self._paint()


class Page(ModalScreen[None]):
    """A page to read, longer than a panel has room for."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape,enter", "leave", show=False),
        Binding("up,k", "go(-1)", show=False),
        Binding("down,j", "go(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("home,g", "go(-1000000)", show=False),
        Binding("end,G", "go(1000000)", show=False),
    ]

    def __init__(self, title: str, make: Callable[[int], Sequence[Line]]) -> None:
        super().__init__()
        self._title, self._make, self._top = title, make, 0
        self._height, self._length = 1, 0

    def compose(self) -> ComposeResult:
        with Vertical(classes="page"):
            yield Lines(id="words")

    def on_mount(self) -> None:
        self._paint()

    def _paint(self) -> None:
        self.query_one("#words", Lines).draw(self._rows)

    def _rows(self, width: int, height: int) -> list[Line]:
        rows = list(self._make(width))
        self._height, self._length = max(height - 2, 1), len(rows)
        self._top = max(0, min(self._top, self._length - self._height))
        more = self._length - self._top - self._height
        tail = line(
            (f"{more} more lines below" if more > 0 else "", "dim"), GAP, ("↑↓ PgDn reads on · q closes", "dim")
        )
        shown = rows[self._top : self._top + self._height]
        return [rule(self._title), *shown, *[BLANK] * (self._height - len(shown)), tail]

    def action_go(self, by: int) -> None:
        """Read on or back."""
        self._top = max(0, self._top + by)
        self._paint()

    def action_page(self, by: int) -> None:
        """Turn the page."""
        self.action_go(by * self._height)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)
