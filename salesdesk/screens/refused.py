"""F7: what was typed while the floor was away and was refused since. It stays until somebody clears it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import on

from salesdesk.desk.link import Conflict
from salesdesk.desk.local import Desk
from salesdesk.line.tzdata import zone
from salesdesk.screens.dialogs import Confirm
from salesdesk.screens.help import Lookup
from salesdesk.widgets.lines import cell, line
from salesdesk.widgets.record_list import Record, RecordList


class RefusedWork(Lookup[None]):
    """Each refused piece of work with whom it was about, what was typed, and the floor's reason."""

    title_words = "REFUSED BY THE FLOOR"
    hint = "Enter clears one · ↑↓ · Esc closes"

    def __init__(self, desk: Desk, found: Sequence[Conflict]) -> None:
        super().__init__()
        self._desk, self._found = desk, {each.id: each for each in found}
        self._zone = zone(desk.person.zone or desk.settings.zone)

    def found(self, words: str) -> Sequence[Record]:
        return [
            Record(
                each.id,
                line(
                    (f"{datetime.fromtimestamp(each.at, self._zone):%a %H:%M}  ", "dim"),
                    cell(each.typed[1] if len(each.typed) > 1 else each.typed[0], 24),
                    f"  {each.about}",
                ),
            )
            for each in self._found.values()
            if words.lower() in " ".join((each.about, *each.typed)).lower()
        ]

    def about(self, id: object) -> str:
        each = self._found.get(id) if isinstance(id, int) else None
        return f"refused: {each.reason}\nyou typed: {' · '.join(each.typed)}" if each else ""

    @on(RecordList.Chosen)
    def _choose(self) -> None:
        chosen = self.query_one("#entries", RecordList).chosen
        if not isinstance(chosen, int):
            return

        def agreed(yes: bool | None) -> None:
            if yes:
                self._settle(chosen)

        sentences = ("What you typed here is forgotten on this machine. Deal with it first, or write it down.",)
        self.app.push_screen(Confirm("CLEAR", sentences, "clear it"), agreed)

    def _settle(self, id: int) -> None:
        self._desk.settle(id)
        self._found = {each.id: each for each in self._desk.conflicts()}
        if self._found:
            self._list("")
        else:
            self.dismiss(None)
