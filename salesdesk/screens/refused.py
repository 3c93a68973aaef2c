"""F7: what was typed while the floor was away and was refused since. It stays until somebody clears it by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from textual.app import App

from salesdesk.desk.link import Conflict
from salesdesk.desk.local import Desk
from salesdesk.line.tzdata import zone
from salesdesk.screens.dialogs import Confirm
from salesdesk.screens.help import Lookup
from salesdesk.widgets.lines import cell, line
from salesdesk.widgets.record_list import Record


class RefusedWork(Lookup[int]):
    """Each refused piece of work with whom it was about, what was typed, and the floor's reason."""

    title_words = "REFUSED BY THE FLOOR"
    hint = "Enter clears one · ↑↓ · Esc closes"

    def __init__(self, desk: Desk, found: Sequence[Conflict]) -> None:
        super().__init__()
        self._found = {each.id: each for each in found}
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

    def pick(self, id: object) -> int | None:
        return id if isinstance(id, int) else None


def look_at_refused(app: App[Any], desk: Desk, done: Callable[[str], None]) -> bool:
    """Show what was refused and let it be cleared, one by one; `done` is told
    what became of each. False when there is none."""
    found = desk.conflicts()
    if not found:
        return False

    def chosen(id: int | None) -> None:
        if id is not None:
            words = "What you typed here is forgotten on this machine. Deal with it first, or write it down."
            app.push_screen(Confirm("CLEAR", (words,), "clear it"), lambda yes: clear(id, yes))

    def clear(id: int, yes: bool | None) -> None:
        if yes:
            done("a do-not-call is never dropped: it is sent again" if desk.settle(id) else "cleared")
            look_at_refused(app, desk, done)

    app.push_screen(RefusedWork(desk, found), chosen)
    return True
