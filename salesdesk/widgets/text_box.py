"""A one-line text field whose value is harmless, wherever it was pasted from."""

from __future__ import annotations

from textual.widgets import Input

from salesdesk.line.text import clean


class TextBox(Input):
    """An Input of one row, with a still cursor; what comes in by typing, pasting or code is cleaned first."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Text without control characters; nothing else is changed."""
        return clean(value, limit=20_000)
