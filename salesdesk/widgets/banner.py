"""The line of notices to a seat, each shown until it is seen, and of wins, shown for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from salesdesk.commands import SDR, cap
from salesdesk.desk.notices import Notice
from salesdesk.widgets.lines import GAP, Line, Lines, line, wrapped

_TONES = {"andon": "bad", "move": "warn", "offer": "warn", "returned": "warn", "ended": "warn", "promise": "warn"}


class Banner(Lines):
    """Shows the newest notice, or for a moment a win. It takes no key and no focus."""

    DEFAULT_CSS = "Banner { height: 1; display: none; } Banner.-told { display: block; }"
    SHOWN: ClassVar = 2.0
    """Seconds for which a win is celebrated."""
    MOST_ROWS: ClassVar = 3

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._notices: tuple[Notice, ...] = ()
        self._win: Notice | None = None

    @property
    def newest(self) -> Notice | None:
        """The notice that is shown, or waits behind a win."""
        return self._notices[-1] if self._notices else None

    def tell(self, notices: Sequence[Notice]) -> None:
        """What waits to be seen, oldest first."""
        if tuple(notices) != self._notices:
            self._notices = tuple(notices)
            self._paint()

    def celebrate(self, win: Notice) -> None:
        """Show a win for two seconds."""
        self._win = win
        self._paint()
        self.set_timer(self.SHOWN, self._celebrated)

    def _celebrated(self) -> None:
        self._win = None
        self._paint()

    def tick(self, now: int) -> None:
        """Drop what is over."""
        if self._notices:
            self.tell([each for each in self._notices if each.ends_at > now])

    def _paint(self) -> None:
        rows = self._rows_of(self.app.size.width - 2)
        self.set_class(bool(rows), "-told")
        self.styles.height = max(len(rows), 1)
        self.show(rows)

    def _rows_of(self, width: int) -> list[Line]:
        if self._win is not None:
            return [line((f"★ {self._win.text}", "good"))]
        if self.newest is None:
            return []
        notice = self.newest
        more = f"  {len(self._notices)} waiting · " if len(self._notices) > 1 else "  "
        seen = cap(SDR, "seen")
        head, tail = f"» {notice.kind.upper()}  ", line((more, "dim"), (seen, "key"), (" seen", "dim"))
        room = width - len(head) - sum(len(bit.text) for bit in tail)
        first, *others = wrapped(_text_of(notice), max(room, 20))[: self.MOST_ROWS]
        top = (*line((head, _TONES.get(notice.kind, "accent")), (first, "strong")), GAP, *tail)
        return [top, *(line(" " * len(head), (words, "strong")) for words in others)]


def _text_of(notice: Notice) -> str:
    """What a notice says; an offer names the key that takes it."""
    return f"{notice.text}: {cap(SDR, 'take_inbound')} takes them" if notice.kind == "offer" else notice.text
