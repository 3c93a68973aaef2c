"""`?` and F1: what each key does, and what each figure means, filtered as you type."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from salesdesk.commands import Command, commands
from salesdesk.line import glossary
from salesdesk.widgets.lines import BLANK, Line, Lines, cell, line, rule, wrapped
from salesdesk.widgets.record_list import Record, RecordList
from salesdesk.widgets.text_box import TextBox

T = TypeVar("T")


class Lookup(ModalScreen[T | None], Generic[T]):
    """A list that is filtered by typing, with a few lines about the entry under the cursor."""

    AUTO_FOCUS = "#filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "point(-1)", show=False),
        Binding("down", "point(1)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
    ]
    title_words = ""
    hint = "type to filter · ↑↓ · Esc closes"

    def compose(self) -> ComposeResult:
        with Vertical(id="lookup"):
            yield Lines(id="lookup-head", indent=0)
            yield TextBox(id="filter", placeholder="filter")
            yield RecordList(id="entries")
            yield Lines(id="about")

    def on_mount(self) -> None:
        self.query_one("#lookup-head", Lines).show([rule(self.title_words, (self.hint, "dim"))])
        self._list("")

    def found(self, _words: str, /) -> Sequence[Record]:
        """The entries that match what was typed."""
        return ()

    def about(self, _id: object, /) -> str:
        """A few words about one entry."""
        return ""

    def pick(self, _id: object, /) -> T | None:
        """What choosing an entry answers."""
        return None

    @on(Input.Changed, "#filter")
    def _filter(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, words: str) -> None:
        entries = self.query_one("#entries", RecordList)
        entries.show_records(self.found(words))
        self._tell(entries.chosen)

    @on(RecordList.Pointed)
    def _pointed(self, event: RecordList.Pointed) -> None:
        self._tell(event.id)

    def _tell(self, id: object) -> None:
        words = self.about(id) if id is not None else "nothing of this name"
        self.query_one("#about", Lines).draw(lambda width, _height: [BLANK, *(line(w) for w in wrapped(words, width))])

    @on(Input.Submitted)
    @on(RecordList.Chosen)
    def _choose(self) -> None:
        chosen = self.query_one("#entries", RecordList).chosen
        self.dismiss(self.pick(chosen) if chosen is not None else None)

    def action_leave(self) -> None:
        """Close without choosing."""
        self.dismiss(None)

    def action_point(self, by: int) -> None:
        """Move the cursor while typing."""
        self.query_one("#entries", RecordList).action_move(by)

    def action_turn(self, by: int) -> None:
        """Move the cursor by a page while typing."""
        self.query_one("#entries", RecordList).action_page(by)


class KeysScreen(Lookup[Command]):
    """Every key of a station. Enter runs the entry."""

    title_words = "KEYS"
    hint = "type to filter · Enter runs it · Esc closes"

    def __init__(self, station: str, off: Collection[str] = (), more: Collection[Command] = ()) -> None:
        super().__init__()
        self._commands = {each.id: each for each in (*commands(station), *more)}
        self._off = frozenset(off)

    def found(self, words: str, /) -> Sequence[Record]:
        wanted = words.casefold().split()
        return [
            Record(each.id, self._row(each))
            for each in self._commands.values()
            if all(word in f"{each.caps} {each.label} {each.help}".casefold() for word in wanted)
        ]

    def _row(self, each: Command) -> Line:
        tone = "dim" if each.id in self._off else ""
        return line((cell(each.caps, 10), "key"), (cell(each.label, 14), tone or "strong"), (each.help, tone))

    def about(self, id: object, /) -> str:
        each = self._commands[str(id)]
        now = " Not now." if each.id in self._off else ""
        danger = " Cannot be taken back here." if each.danger else ""
        return each.help + danger + now

    def pick(self, id: object, /) -> Command | None:
        return None if id in self._off else self._commands[str(id)]


class FiguresScreen(Lookup[None]):
    """What figures mean, from the glossary."""

    title_words = "FIGURES"

    def __init__(self, labels: Collection[str] = ()) -> None:
        super().__init__()
        named = [found for found in map(glossary.named, labels) if found is not None]
        self._figures = {each.id: each for each in named or glossary.GLOSSARY.values()}

    def found(self, words: str, /) -> Sequence[Record]:
        wanted = words.casefold().split()
        return [
            Record(each.id, line((cell(each.name, 26), "strong"), (each.definition, "dim")))
            for each in self._figures.values()
            if all(word in f"{each.name} {' '.join(each.shown_as)}".casefold() for word in wanted)
        ]

    def about(self, id: object, /) -> str:
        each = glossary.define(str(id))
        parts = [f"{each.definition} ({each.unit})", f"Measured: {each.measured}"]
        return "\n".join([*parts, f"Edge cases: {each.edge_cases}"] if each.edge_cases else parts)
