"""Pick one of a few, see what it would do, and agree with `y`: how a supervisor acts on a live floor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from salesdesk.desk.errors import Refused
from salesdesk.store.session import StoreError
from salesdesk.widgets.lines import BLANK, Line, Lines, line, rule, wrapped

LIVE = 2.0
"""Seconds after which the effect is asked for again: the floor goes on while somebody thinks."""
ROWS = 12
_KEYS = line("  ", ("↑↓", "key"), " picks   ", ("y", "key"), " does it   ", ("Esc", "key"), " leaves it")


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be picked: its id, its words, and fainter ones beside them."""

    id: int
    words: str
    more: str = ""


Effect = Callable[[int], Awaitable[str]]


class Picker(ModalScreen["int | None"]):
    """A few choices with the effect of the one under the cursor, asked again while it stands there; only `y` agrees,
    and only once its effect is shown. Answers the id, or None."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("y", "agree", show=False),
        Binding("n,q,escape", "leave", show=False),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], effect: Effect) -> None:
        super().__init__()
        self._title, self._choices, self._effect = title, tuple(choices), effect
        self._at = 0
        self._told: tuple[int, str, bool] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Lines(id="picks")

    def on_mount(self) -> None:
        self.query_one("#picks", Lines).styles.height = min(len(self._choices), ROWS) + 7
        self._paint()
        self._ask()
        self.set_interval(LIVE, self._ask)

    def _ask(self) -> None:
        self.run_worker(self._learn(self._choices[self._at].id), exclusive=True, exit_on_error=False)

    async def _learn(self, id: int) -> None:
        try:
            self._told = (id, await self._effect(id), True)
        except Refused as no:
            self._told = (id, no.message, False)
        except StoreError as error:
            self._told = (id, str(error), False)
        self._paint()

    def _paint(self) -> None:
        if self.is_mounted:
            self.query_one("#picks", Lines).draw(self._rows)

    def _rows(self, width: int, _height: int) -> list[Line]:
        top = max(0, self._at - ROWS + 1)
        seen = self._choices[top : top + ROWS]
        rows = [self._row(each, top + n == self._at) for n, each in enumerate(seen)]
        told, fine = "…", True
        if self._told is not None and self._told[0] == self._choices[self._at].id:
            _, told, fine = self._told
        effect = [line((row, "strong" if fine else "warn")) for row in wrapped(told, width)[:3]]
        return [rule(self._title), BLANK, *rows, BLANK, *effect, *[BLANK] * (3 - len(effect)), _KEYS]

    def _row(self, choice: Choice, here: bool) -> Line:
        cursor, tone = (("› ", "accent"), "mark") if here else (("  ", ""), "")
        return line(cursor, (choice.words, tone), (f"  {choice.more}" if choice.more else "", "dim"))

    def action_move(self, by: int) -> None:
        """Go to another choice; its effect is asked for."""
        at = max(0, min(self._at + by, len(self._choices) - 1))
        if at != self._at:
            self._at = at
            self._paint()
            self._ask()

    def action_agree(self) -> None:
        """Do it, once its effect is seen."""
        id = self._choices[self._at].id
        if self._told is not None and self._told[0] == id and self._told[2]:
            self.dismiss(id)

    def action_leave(self) -> None:
        """Do nothing."""
        self.dismiss(None)
