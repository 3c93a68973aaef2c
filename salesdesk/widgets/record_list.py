"""A list of records drawn row by row and kept by id: the cursor stays on its record whatever happens above it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from salesdesk.widgets.lines import BLANK, Bit, Line, Lines


@dataclass(frozen=True, slots=True)
class Record:
    """One row and the id by which it is known."""

    id: Hashable
    row: Line


class RecordList(Lines, can_focus=True):
    """Rows with a cursor; arrows, hjkl-style j/k, g/G and the page keys move it.

    `show_records(records, head=...)` keeps the cursor on its record. A record under the cursor is told by
    `RecordList.Pointed`, one that was entered by `RecordList.Chosen`; both carry the id, never a row number.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("g,home", "move(-1000000)", show=False),
        Binding("G,end", "move(1000000)", show=False),
        Binding("enter", "choose", show=False),
    ]

    @dataclass
    class Pointed(Message):
        """The cursor went to another record."""

        list: RecordList
        id: Hashable

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a record."""

        list: RecordList
        id: Hashable

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._records: tuple[Record, ...] = ()
        self._head: tuple[Line, ...] = ()
        self._at = 0
        self._top = 0

    @property
    def chosen(self) -> Hashable | None:
        """The id of the record under the cursor."""
        return self._records[self._at].id if self._records else None

    def show_records(self, records: Sequence[Record], head: Sequence[Line] = ()) -> None:
        """Show these records under `head`; the cursor stays on its record, or near where that was."""
        before = self.chosen
        self._records, self._head = tuple(records), tuple(head)
        ids = [record.id for record in self._records]
        self._at = ids.index(before) if before in ids else max(min(self._at, len(ids) - 1), 0)
        self._paint()
        if self.chosen is not None and self.chosen != before:
            self.post_message(self.Pointed(self, self.chosen))

    def point(self, id: Hashable) -> None:
        """Put the cursor on a record, if it is there."""
        ids = [record.id for record in self._records]
        if id in ids:
            self.action_move(ids.index(id) - self._at)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if not self._records:
            return
        at = max(0, min(self._at + by, len(self._records) - 1))
        if at != self._at:
            self._at = at
            self._paint()
            self.post_message(self.Pointed(self, self._records[at].id))

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self.action_move(by * max(self.size.height - len(self._head) - 1, 1))

    def action_choose(self) -> None:
        """Choose the record under the cursor."""
        if self._records:
            self.post_message(self.Chosen(self, self._records[self._at].id))

    def on_focus(self) -> None:
        self._paint()

    def on_blur(self) -> None:
        self._paint()

    def _paint(self) -> None:
        self.draw(self._rows_for)

    def _rows_for(self, _width: int, height: int) -> list[Line]:
        room = max(height - len(self._head), 1)
        self._top = max(min(self._top, self._at), self._at - room + 1, 0)
        seen = self._records[self._top : self._top + room]
        rows = [self._row(record, self._top + n == self._at) for n, record in enumerate(seen)]
        return [*self._head, *rows] if rows else [*self._head, BLANK]

    def _row(self, record: Record, here: bool) -> Line:
        if not here:
            return (Bit("  "), *record.row)
        tone = "mark" if self.has_focus else ""
        return (Bit("› ", "accent"), *(Bit(b.text, tone or b.tone, b.link, b.click, b.fill) for b in record.row))
