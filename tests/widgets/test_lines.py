"""Rows as they are drawn: cut, filled, cleaned, and only repainted when they changed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from salesdesk.widgets.lines import GAP, Bit, Line, Lines, cell, flowed, line, rule, wrapped

HOSTILE = ("[@click=app.quit]x[/]", "Joe [/] Bloggs", "\x1b]0;owned\x07", "\x9b2J", "a\u202eb", "[$error]", "tab\there")


class Show(App[None]):
    """One panel of ten rows."""

    def __init__(self, rows: Sequence[Line]) -> None:
        super().__init__()
        self.shown = rows

    def compose(self) -> ComposeResult:
        yield Lines(id="panel")

    def on_mount(self) -> None:
        self.query_one(Lines).show(self.shown)


async def drawn(rows: Sequence[Line], width: int = 30) -> list[str]:
    app = Show(rows)
    async with app.run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        return [strip.text for strip in app.screen._compositor.render_strips()]


@pytest.mark.parametrize(
    ("text", "width", "right", "shown"),
    [
        ("abc", 5, False, "abc  "),
        ("abc", 5, True, "  abc"),
        ("abcdef", 4, False, "abc…"),
        ("漢字漢字", 5, False, "漢字…"),
        ("漢字漢字", 4, False, "漢 …"),
        ("abc", 0, False, ""),
    ],
)
def test_a_cell_has_its_width(text: str, width: int, right: bool, shown: str) -> None:
    assert cell(text, width, right=right) == shown


@settings(max_examples=60)
@given(st.text(max_size=40), st.integers(1, 30), st.booleans())
def test_a_cell_is_never_wider_or_narrower(text: str, width: int, right: bool) -> None:
    assert cell_len(cell(text, width, right=right)) == width


@settings(max_examples=60)
@given(st.text(max_size=200), st.integers(2, 40))
def test_wrapping_keeps_within_the_width_and_loses_no_letter(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert all(cell_len(row) <= width for row in rows)


def test_wrapping_keeps_words_and_line_breaks() -> None:
    assert wrapped("one two three\n\nfour", 8) == ["one two", "three", "", "four"]
    assert wrapped("abcdefghij", 4) == ["abcd", "efgh", "ij"]


def test_items_flow_unbroken() -> None:
    items = [line("aaaa"), line("bbbb"), line("cccc")]
    rows = flowed(items, 12)
    assert ["".join(bit.text for bit in row) for row in rows] == ["aaaa   bbbb", "cccc"]


async def test_a_rule_fills_its_row() -> None:
    rows = await drawn([rule("LEAD", "1 of 2")])
    assert rows[0] == "── LEAD ──────────── 1 of 2 ──"


async def test_a_gap_pushes_to_the_right_and_a_long_row_is_cut() -> None:
    rows = await drawn([line("left", GAP, "right"), line("x" * 50)])
    assert rows[0] == " left" + " " * 19 + "right "
    assert cell_len(rows[1]) == 30
    assert rows[1].endswith("…")


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_drawn_as_text(text: str) -> None:
    rows = await drawn([line(text, (text, "warn"), Bit(text, "accent"))], 120)
    assert "\x1b" not in rows[0]
    assert "\x9b" not in rows[0]
    assert "\u202e" not in rows[0]
    if "[" in text and text.isprintable():
        assert text in rows[0]


async def test_only_rows_that_changed_are_painted_again() -> None:
    app = Show([line("one"), line("two"), line("three")])
    async with app.run_test(size=(30, 5)) as pilot:
        await pilot.pause()
        panel = app.query_one(Lines)
        painted: list[int] = []
        refresh = panel.refresh

        def heard(*regions: object, **more: object) -> object:
            painted.extend(region.y for region in regions)  # type: ignore[attr-defined]
            return refresh(*regions, **more)  # type: ignore[arg-type]

        panel.refresh = heard  # type: ignore[method-assign, assignment]
        panel.show([line("one"), line("2"), line("three")])
        assert painted == [1]
        panel.show([line("one"), line("2"), line("three")])
        assert painted == [1]
        panel.show([line("one")])
        assert painted == [1, 1, 2]
        await pilot.pause()
        assert [strip.text.strip() for strip in app.screen._compositor.render_strips()][:3] == ["one", "", ""]


async def test_a_maker_draws_again_after_a_change_of_size() -> None:
    app = Show([])
    async with app.run_test(size=(30, 5)) as pilot:
        panel = app.query_one(Lines)
        panel.draw(lambda width, height: [line(f"{width}x{height}")])
        await pilot.resize_terminal(50, 8)
        await pilot.pause()
        assert panel.text == "48x8"
