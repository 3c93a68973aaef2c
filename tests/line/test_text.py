"""Text from outside is shown harmless, exported harmless and dialled only as a number."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesdesk.line.text import _PLAIN, clean, dialable_uri, export_cell, import_cell

EXPORTS = Path(__file__).parent.parent / "data" / "exports"
HOSTILE = json.loads((EXPORTS / "manifest.json").read_text())["files"]["hostile.csv"]["rows"]
SHOWN = [
    pytest.param(value["raw"], value["shown"], id=f"{row['row']}-{row['class']}")
    for row in HOSTILE
    for value in row["values"].values()
    if "raw" in value
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


def test_text_that_is_taken_as_it_is_has_no_mark_and_nothing_invisible() -> None:
    taken = [char for char in map(chr, range(0x11_0000)) if _PLAIN.fullmatch(char)]
    assert {"▸", "·", "–", "é", "█", "…"} <= {*taken}
    assert not {unicodedata.category(char)[0] for char in taken if char != " "} & {"M", "Z"}
    assert not {unicodedata.category(char) for char in taken} & {"Cc", "Cf", "Co", "Cs"}


@pytest.mark.parametrize(("raw", "shown"), SHOWN)
def test_hostile_cells_are_shown_harmless(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\r\nb\rc\nd\te", "a b c d e"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\x85b", "a\ufffdb"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("iso\u2066late\u2069d", "iso\ufffdlate\ufffdd"),
        ("word\u2060joiner", "word\ufffdjoiner"),
        ("stray tag \U000e0041", "stray tag \ufffd"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("Zoë", "Zoë"),
        ("株式会社　山田", "株式会社　山田"),
    ],
)
def test_what_is_replaced_and_what_stays(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_notes_keep_their_lines() -> None:
    assert clean("one\r\ntwo\rthree\tx\x1b", lines=True) == "one\ntwo\nthree x\ufffd"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("A" * 100_000) == "A" * 499 + "…"
    assert clean("abcdef", limit=4) == "abc…"
    assert clean("a" + "\u0335" * 5000, limit=20) == "a" + "\u0335" * 8 + "…"


@settings(max_examples=150)
@given(ANY_TEXT, st.integers(1, 40), st.booleans())
@example("\U0001f3f4\U000e0067\U000e0062\U000e007f", 3, False)
def test_clean_never_lets_a_control_through_and_is_stable(text: str, limit: int, lines: bool) -> None:
    shown = clean(text, limit=limit, lines=lines)
    assert len(shown) <= limit
    assert clean(shown, limit=limit, lines=lines) == shown
    allowed = {"\n"} if lines else set()
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in allowed]
    assert not set(shown) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    shown.encode()


@pytest.mark.parametrize("row", [row for row in HOSTILE if "export_prefix" in row], ids=lambda row: str(row["row"]))
def test_formulas_leave_with_an_apostrophe(row: dict[str, dict[str, dict[str, str]]]) -> None:
    for value in row["values"].values():
        for text in (value["raw"], value["shown"]):
            assert export_cell(text) == "'" + text


@pytest.mark.parametrize("text", ["Acme", "' OR '1'='1", "'tis", "a=b", "", "O'Neill", "[/]"])
def test_other_text_leaves_as_it_is(text: str) -> None:
    assert export_cell(text) == text
    assert import_cell(text) == text


def test_an_exported_number_comes_back() -> None:
    assert export_cell("+13125550142") == "'+13125550142"
    assert import_cell("'+13125550142") == "+13125550142"


@settings(max_examples=150)
@given(st.text(st.sampled_from("'=+-@＝ \t\r\n\x00\ufffdab"), max_size=8) | ANY_TEXT)
def test_export_then_import_changes_nothing(text: str) -> None:
    assert import_cell(export_cell(text)) == text


def test_a_number_becomes_a_tel_uri() -> None:
    assert dialable_uri("+13125550142", None) == "tel:+13125550142"
    assert dialable_uri("+493023125302", "124") == "tel:+493023125302;ext=124"


@pytest.mark.parametrize(
    ("number", "extension"),
    [
        ("911", None),
        ("13125550142", None),
        ("+03125550142", None),
        ("+131255501421234567", None),
        ("+13125550142\n", None),
        ("+1312;phone-context=evil.example", None),
        ("sip:+15025550108@evil.example", None),
        ("+１３１２５５５０１４２", None),
        ("+13125550142", "12;x"),
        ("+13125550142", "1\n"),
        ("", None),
    ],
)
def test_nothing_else_is_dialled(number: str, extension: str | None) -> None:
    with pytest.raises(ValueError, match=r"E\.164|extension"):
        dialable_uri(number, extension)
