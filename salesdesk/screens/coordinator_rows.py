"""The rows of the coordinator's panes."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from salesdesk.widgets.lines import Line, line
from salesdesk.widgets.record_list import RecordList


class Rows(RecordList, inherit_bindings=False):
    """The rows of a pane; letters stay free for the station's commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "move(-1000000)", show=False),
        Binding("end", "move(1000000)", show=False),
        Binding("enter", "choose", show=False),
    ]

    def _rows_for(self, width: int, height: int) -> list[Line]:
        """The rows that have room; what is above and below is counted on the last line."""
        room = height - len(self._head)
        if len(self._records) <= room or room < 2:
            return super()._rows_for(width, height)
        rows = super()._rows_for(width, height - 1)
        below = len(self._records) - self._top - (room - 1)
        hidden = [f"{sign} {count} more" for sign, count in (("↑", self._top), ("↓", below)) if count]
        return [*rows, line(("  " + "  ".join(hidden), "dim"))]
