"""Text fields whose value is harmless, wherever it was pasted from."""

from __future__ import annotations

from textual.document._edit import Edit
from textual.widgets import Input, TextArea
from textual.widgets.text_area import EditResult

from salesdesk.line.text import clean

LONGEST = 20_000


class TextBox(Input):
    """An Input of one row, with a still cursor; what comes in by typing, pasting or code is cleaned first."""

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, id=id, compact=True, select_on_focus=False)
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Text without control characters; nothing else is changed."""
        return clean(value, limit=LONGEST)


class LongTextBox(TextArea):
    """A field of several lines; every edit is cleaned, so that a pasted escape is never drawn."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True, soft_wrap=True, tab_behavior="focus")

    def edit(self, edit: Edit) -> EditResult:
        edit.text = clean(edit.text, limit=LONGEST, lines=True)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        super().load_text(clean(text, limit=LONGEST, lines=True))
