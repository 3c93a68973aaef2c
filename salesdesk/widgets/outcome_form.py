"""The place where outcomes are listed, picked and answered: always there, always of the same size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.css.query import NoMatches
from textual.message import Message
from textual.widgets import Input

from salesdesk.line.salesmap import Field
from salesdesk.widgets.entry import TYPED, Entry, Then
from salesdesk.widgets.lines import Bit, Line, Lines, Maker, flowed, line, rule, wrapped
from salesdesk.widgets.text_box import TextBox

LABEL = 22
"""Cells for a field's label."""


class OutcomeForm(Container):
    """Shows outcomes to pick from, or the fields of the one that was picked. Only the text field takes the focus."""

    DEFAULT_CSS = """
    OutcomeForm {
        layers: rows answer; height: 8;
        & > Lines { layer: rows; width: 1fr; height: 1fr; }
        & > Input { layer: answer; position: absolute; width: 40; height: 1; display: none; }
    }
    """
    BINDINGS: ClassVar = []

    @dataclass
    class Saved(Message):
        """The entry is complete."""

        entry: Entry

    @dataclass
    class SlotAsked(Message):
        """Other slots are wanted (`MORE`), or one is to be kept (the instant at which it begins)."""

        entry: Entry
        ask: str | int

    @dataclass
    class Left(Message):
        """The entry was left."""

        entry: Entry

    class Turned(Message):
        """An entry was opened, or closed."""

    def __init__(self, idle: Maker, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entry: Entry | None = None
        self._sending: Entry | None = None
        """The entry that was saved last: what it says moves no more until it is `sent`, whatever is typed meanwhile."""
        self._idle = idle

    def compose(self) -> ComposeResult:
        yield Lines(id="form-rows")
        yield TextBox(id="answer")

    def on_mount(self) -> None:
        self._box.can_focus = False
        self.repaint()

    @property
    def _box(self) -> Input:
        return self.query_one("#answer", Input)

    @property
    def text(self) -> str:
        """What is shown, as plain text."""
        return self.query_one("#form-rows", Lines).text

    def open(self, entry: Entry) -> None:
        """Ask the fields of an entry."""
        self.entry = entry
        self.add_class("-open")
        self._place()
        self.post_message(self.Turned())

    def close(self) -> None:
        """List the outcomes again."""
        self.entry = None
        self.remove_class("-open")
        self._place()
        self.post_message(self.Turned())

    def press(self, event: events.Key) -> bool:
        """Give the form a key; True when it was meant for it."""
        entry = self.entry
        if entry is None:
            return False
        if entry is self._sending and event.key != "escape":
            return True
        if event.key == "escape" and _explained(entry, self.size.width - 2, self.size.height):
            entry.explaining = 0
            self._place()
            return True
        then = entry.press(event.key, event.character)
        if then is Then.IGNORED:
            return False
        if entry.slots is not None and (ask := entry.slots.asked()) is not None:
            self.post_message(self.SlotAsked(entry, ask))
        if then is Then.SAVE:
            self._sending = entry
            self.post_message(self.Saved(entry))
        elif then is Then.LEFT:
            self.post_message(self.Left(entry))
        self._place()
        return True

    def sent(self, entry: Entry) -> None:
        """An entry that was saved is recorded, or it can be changed again."""
        if self._sending is entry:
            self._sending = None
        if self.entry is entry:
            self._place()

    def type_ahead(self, character: str) -> None:
        """A character that came before the text field had the focus."""
        if self.entry is not None and self._box.can_focus and self.entry is not self._sending:
            with self.prevent(Input.Changed):
                self._box.insert_text_at_cursor(character)
            self.entry.type(self._box.value)
            self.repaint()

    @on(Input.Changed, "#answer")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        asked = self.entry.field if self.entry else None
        if self.entry is None or self.entry is self._sending:
            return
        if asked is not None and asked.kind in TYPED and self._box.can_focus:
            self.entry.type(event.value)
            self.repaint()

    def on_resize(self) -> None:
        self._place()

    def repaint(self) -> None:
        """Draw what is shown anew; rows that did not change cost nothing."""
        try:
            rows = self.query_one("#form-rows", Lines)
        except NoMatches:
            return
        entry = self.entry
        rows.draw(self._idle if entry is None else lambda width, height: form_rows(entry, width, height)[0])
        if entry is not None and self._box.can_focus:
            self._move_box(entry)

    def _move_box(self, entry: Entry) -> None:
        y = form_rows(entry, self.size.width - 2, self.size.height)[1]
        self._box.styles.offset = (LABEL + 3, y)

    def _place(self) -> None:
        """Put the text field on the row that is asked for, or away."""
        self.repaint()
        box, entry = self._box, self.entry
        asked = entry.field if entry else None
        if entry is None or asked is None or asked.kind not in TYPED:
            if box.can_focus:
                box.can_focus = False
                box.display = False
                self.screen.set_focus(None)
            return
        self._move_box(entry)
        box.styles.width = max(min(self.size.width - LABEL - 6, 60), 8)
        value = entry.answers.get(asked.id, "")
        with self.prevent(Input.Changed):
            box.max_length = asked.max_length
            box.value = str(value)
            box.cursor_position = len(box.value)
        if not box.can_focus:
            box.can_focus = True
            box.display = True
        box.focus()


def form_rows(entry: Entry, width: int, height: int) -> tuple[list[Line], int]:
    """The rows of an entry, and on which row the field that is asked for now stands."""
    title = f"{entry.outcome.key} {entry.outcome.label}" if entry.kind == "outcome" else entry.outcome.label
    room = height - 1
    told = _meanings(entry, width)
    if page := _explained(entry, width, height):
        more = "goes on" if len(told) > room * page else "goes back"
        head = rule(title.upper(), (f"? {more} · a letter answers · Esc closes this", "dim"))
        return [head, *told[room * (page - 1) : room * page]], 1
    head = rule(title.upper(), (_keys(entry), "dim"))
    rows: list[Line] = []
    here = end = 0
    for n, asked in enumerate(entry.fields):
        now = n == entry.at and not entry.confirming
        if now:
            here = len(rows)
        rows += _field(entry, asked, now, width)
        if now:
            end = len(rows)
    if entry.confirming or not entry.fields:
        here = end = len(rows)
        words = "press y to record it, n to change it" if entry.outcome.confirm else "Enter saves"
        rows.append(line(("? ", "warn"), (f"{entry.outcome.label}: {words}", "warn")))
    top = max(0, min(here, end + 1 - room, len(rows) - room))
    return [head, *rows[top : top + room]], here - top + 1


def _explained(entry: Entry, width: int, height: int) -> int:
    """Which page of the meanings is shown, 0 for none."""
    pages = -(-len(_meanings(entry, width)) // max(height - 1, 1))
    return entry.explaining % (pages + 1)


def _keys(entry: Entry) -> str:
    """What Enter, a letter and Esc do now."""
    if entry.confirming:
        return "y records it · n goes back · Esc leaves"
    if entry.yes_records:
        return "y records it · Enter goes on · Esc leaves"
    if entry.outcome.confirm and entry.ends:
        return "Enter goes on, y then records it · Esc leaves"
    if letters := entry.letters_that_save:
        any_of_them = "a digit" if all(each.isdecimal() for each in letters) else "a letter"
        which = any_of_them if letters == entry.letters else " ".join(letters)
        return f"{which}{' or Enter' if entry.ends else ''} saves · Esc leaves"
    return f"Enter {'saves' if entry.ends else 'next'} · Ctrl+s saves · Esc leaves"


def _meanings(entry: Entry, width: int) -> list[Line]:
    """The choices of the field that is asked for, each with its definition, over the full width."""
    rows: list[Line] = []
    for each in entry.field.choices if entry.field else ():
        first, *more = wrapped(f"{each.label}: {each.definition}", width - len(each.key) - 1)
        rows.append(line((each.key, "key"), f" {first}"))
        rows += [line(" " * (len(each.key) + 1) + words) for words in more]
    return rows


def _field(entry: Entry, asked: Field, now: bool, width: int) -> list[Line]:
    star = "*" if asked.required else " "
    label = line(("› " if now else "  ", "accent"), (f"{asked.label}{star}".ljust(LABEL)[:LABEL], "" if now else "dim"))
    blank = Bit(" " * (LABEL + 2))
    if not now and asked.id in entry.errors:
        first, *more = wrapped(f"✗ {entry.errors[asked.id]}", width - LABEL - 2)
        return [(*label, Bit(first, "bad")), *((blank, Bit(words, "bad")) for words in more)]
    if not now:
        return [(*label, *line(*_value(entry, asked)))]
    rows: list[Line] = [label]
    if asked.kind not in TYPED:
        top, *others = flowed(_choices(entry, asked), width - LABEL - 2)
        rows = [(*label, *top), *((blank, *row) for row in others)]
    words, tone = _under(entry, asked)
    if asked.kind == "slot" and entry.slots is not None:
        rows += [(blank, *row) for row in entry.slots.rows()]
        words, tone = (words, tone) if entry.answers.get(asked.id) or tone == "bad" else (entry.slots.hint(), "dim")
    aloud = wrapped(entry.aloud, width - LABEL - 2) if asked.confirm else []
    rows += [(blank, Bit(part, "strong")) for part in aloud]
    return [*rows, *((blank, Bit(part, tone)) for part in wrapped(words, width - LABEL - 2))]


def _choices(entry: Entry, asked: Field) -> list[Line]:
    said = entry.answers.get(asked.id, asked.default)
    if asked.kind == "yesno":
        pairs = [("y", "yes", said in (True, "yes")), ("n", "no", said in (False, "no"))]
    else:
        pairs = [(choice.key, choice.label, said == choice.id) for choice in asked.choices]
    return [
        line((key, "key"), " ", (label + (" ✓" if chosen else ""), "strong" if chosen else ""))
        for key, label, chosen in pairs
    ]


def _value(entry: Entry, asked: Field) -> list[str | tuple[str, str]]:
    said = entry.answers.get(asked.id)
    if said in (None, ""):
        said = asked.default
        if said is None:
            return [("–", "dim")]
    label = next((choice.label for choice in asked.choices if choice.id == said), None)
    if label is None:
        label = {True: "yes", False: "no"}[said] if isinstance(said, bool) else str(said)
    if asked.kind == "slot" and (brief := entry.brief(asked)):
        return [brief]
    echo = entry.echo(asked)
    return [label, (f"   {echo}", "dim")] if echo else [label]


def _under(entry: Entry, asked: Field) -> tuple[str, str]:
    if asked.id in entry.errors:
        return f"✗ {entry.errors[asked.id]}", "bad"
    echo = entry.echo(asked)
    if echo:
        return echo, "accent"
    if asked.id in entry.hints:
        return entry.hints[asked.id], "dim"
    if asked.unknown:
        return "? when nobody knows", "dim"
    if entry.offer:
        return f"Enter takes {entry.offer}", "dim"
    more = "? tells what each means" if asked.choices else ""
    empty = not asked.required and asked.default is None
    return " · ".join(part for part in (asked.definition, "may stay empty" if empty else "", more) if part), "dim"
