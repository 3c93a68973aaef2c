"""Text fields never hold what a terminal would obey."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult

from salesdesk.widgets.text_box import LongTextBox


async def test_a_pasted_escape_never_stands_in_a_field_of_several_lines() -> None:
    class Page(App[None]):
        def compose(self) -> ComposeResult:
            yield LongTextBox(id="long")

    async with Page().run_test() as pilot:
        box = pilot.app.query_one("#long", LongTextBox)
        box.focus()
        box.post_message(events.Paste("Hi\x1b]52;c;eA==\x07\nthere"))
        await pilot.pause()
        assert "\x1b" not in box.text
        assert "Hi�]52;c;eA==�\nthere" in box.text
        box.load_text("\x1b[2Jagain")
        assert box.text == "�[2Jagain"
