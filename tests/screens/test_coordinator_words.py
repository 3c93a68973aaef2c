"""What coordinators type, and what is meant by it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk.campaigns import Hours
from salesdesk.desk.segmenting import Segment, SegmentChoice, SegmentCount
from salesdesk.screens import coordinator_words as words
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.files import completed, read_bytes, text_or_file

KNOWN = SegmentCount(
    leads=300,
    lists=(SegmentChoice(value="7", label="Apex Oct", leads=200), SegmentChoice(value="9", label="Fair", leads=100)),
    countries=(SegmentChoice(value="US", label="US", leads=300),),
    seniorities=tuple(
        SegmentChoice(value=value, label=value, leads=1) for value in ("head", "vice president", "director", "unknown")
    ),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("all", Segment()),
        ("1", Segment(lists=(7,))),
        ("1 2", Segment(lists=(7, 9))),
        ("2, 2", Segment(lists=(9,))),
        ("apex oct", Segment(lists=(7,))),
        ("apex", Segment(lists=(7,))),
        ("1, title finance", Segment(lists=(7,), title="finance")),
        ("all; country us ca", Segment(countries=("US", "CA"))),
        ("1 · seniority head vice president", Segment(lists=(7,), seniorities=("head", "vice president"))),
        ("all, region TX NY", Segment(regions=("TX", "NY"))),
        ("all, region New York", Segment(regions=("New York",))),
        ("all, staff 50-500", Segment(employees_min=50, employees_max=500)),
        ("all, staff 1 to 9", Segment(employees_min=1, employees_max=9)),
        ("all, staff 250+", Segment(employees_min=250)),
    ],
)
def test_segments(typed: str, meant: Segment) -> None:
    assert words.segment_of(typed, KNOWN) == meant
    written = words.segment_words(meant, {7: "Apex Oct", 9: "Fair"})
    assert words.segment_of(written, KNOWN) == meant, "what is shown can be typed"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "number of a list"),
        ("3", "there is no list 3"),
        ("0", "there is no list 0"),
        ("nonsense", "no list here"),
        ("¹", "no list here"),
        ("all, staff 99999999999999999999", "staff 50-500"),
        ("all, staff many", "staff 50-500"),
        ("all, staff 9-1", "smaller number to the larger"),
        ("all, title " + "x" * 61, "at most 60 letters"),
        ("all, seniority emperor", "seniority is one or more of"),
    ],
)
def test_unclear_segments_say_what_is_wrong(typed: str, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        words.segment_of(typed, KNOWN)


def said(read: Callable[[str], object], typed: str) -> str:
    """What somebody is told about what they typed; nothing when it is understood."""
    try:
        read(typed)
    except Unclear as unclear:
        return str(unclear)
    return ""


@given(st.text(max_size=90))
@settings(max_examples=150, deadline=None)
def test_whatever_is_typed_is_understood_or_unclear_in_one_harmless_line(typed: str) -> None:
    reads: list[Callable[[str], object]] = [words.hours_of, words.exclusions_of, words.target_of, words.count_of]
    reads += [lambda text: words.segment_of(text, KNOWN), lambda text: words.callers_of(text, ["Dana"])]
    reads += [words.end_of, lambda text: words.executives_of(f"all, meetings {text}", ["Eve"])]
    for read in reads:
        sentence = said(read, typed)
        assert "\n" not in sentence
        assert "\x1b" not in sentence


@pytest.mark.parametrize(
    ("typed", "days", "start", "stop"),
    [
        ("Mon-Fri 8:30-17:30", (0, 1, 2, 3, 4), "08:30", "17:30"),
        ("9-17", (0, 1, 2, 3, 4), "09:00", "17:00"),
        ("tue thu 10am-4pm", (1, 3), "10:00", "16:00"),
        ("Mon - Wed 8 to 12", (0, 1, 2), "08:00", "12:00"),
        ("sat 12pm-3pm", (5,), "12:00", "15:00"),
    ],
)
def test_hours(typed: str, days: tuple[int, ...], start: str, stop: str) -> None:
    meant = Hours(weekdays=days, start=start, stop=stop)
    assert words.hours_of(typed) == meant
    assert words.hours_of(words.hours_words(meant)) == meant, "what is shown can be typed"


@pytest.mark.parametrize("typed", ["late", "17-9", "8:99-9:00", "foo 8-9", "25-26", "fri-mon 8-9"])
def test_unclear_hours(typed: str) -> None:
    with pytest.raises(Unclear):
        words.hours_of(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("customers, deals, partners", ("customers", "deals", "partners")),
        ("Customers and partners", ("customers", "partners")),
        ("none", ()),
    ],
)
def test_exclusions(typed: str, meant: tuple[str, ...]) -> None:
    assert words.exclusions_of(typed) == meant


def test_a_stranger_cannot_be_excluded() -> None:
    with pytest.raises(Unclear, match="rivals"):
        words.exclusions_of("rivals")


def test_a_line_begins_variant_b() -> None:
    assert words.scripts_of("Hi\nthere\n--- B ---\nHello") == ("Hi\nthere", "Hello")
    assert words.scripts_of("Hi\nthere") == ("Hi\nthere", "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("all", ((), 1)),
        ("all second", ((), 2)),
        ("dana, Ito", (("Dana", "Ito"), 1)),
        ("Ito second", (("Ito",), 2)),
    ],
)
def test_callers(typed: str, meant: tuple[tuple[str, ...], int]) -> None:
    assert words.callers_of(typed, ["Dana", "Ito"]) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("all", ("all", ())),
        ("all, meetings all", ("all", ())),
        ("all, meetings Eve", ("all", ("Eve",))),
        ("Dana, Ito second, meetings eve, Adam", ("Dana, Ito second", ("Eve", "Adam"))),
        ("Dana; meeting with Adam, Adam", ("Dana", ("Adam",))),
        ("meetings: Eve", ("", ("Eve",))),
    ],
)
def test_who_takes_the_meetings_stands_after_who_calls(typed: str, meant: tuple[str, tuple[str, ...]]) -> None:
    assert words.executives_of(typed, ["Eve", "Adam"]) == meant


def test_who_takes_no_meetings_is_named_and_so_are_those_who_do() -> None:
    with pytest.raises(Unclear, match=r"Dana.*meetings are taken by Eve, Adam"):
        words.executives_of("all, meetings Dana", ["Eve", "Adam"])
    with pytest.raises(Unclear, match="names, or all"):
        words.executives_of("all, meetings", ["Eve", "Adam"])


def test_an_unknown_caller_is_named_and_so_are_the_known() -> None:
    with pytest.raises(Unclear, match=r"Zoe.*Dana, Ito"):
        words.callers_of("Zoe", ["Dana", "Ito"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("none", (0, "")), ("4", (4, "")), ("4 meetings a day", (4, "")), ("4 until 2026-12-18", (4, "2026-12-18"))],
)
def test_targets(typed: str, meant: tuple[int, str]) -> None:
    assert words.target_of(typed) == meant


@pytest.mark.parametrize("typed", ["many", "4 until tomorrow", "4 until 2026-13-40", "99999"])
def test_unclear_targets(typed: str) -> None:
    with pytest.raises(Unclear):
        words.target_of(typed)


@pytest.mark.parametrize(("typed", "meant"), [("45", 45), ("1,240", 1240), (" 1 240 ", 1240), ("1.240", 1240)])
def test_counts(typed: str, meant: int) -> None:
    assert words.count_of(typed) == meant


@pytest.mark.parametrize("typed", ["", "0", "-3", "ten", "9999999999", "٣"])
def test_unclear_counts(typed: str) -> None:
    with pytest.raises(Unclear):
        words.count_of(typed)


# files --------------------------------------------------------------------------------------------------------------


def test_tab_completes_as_far_as_it_is_clear(tmp_path: Path) -> None:
    for name in ("apex-october.csv", "apex-may.csv", "notes.pdf"):
        (tmp_path / name).write_text("x")
    (tmp_path / "archive").mkdir()
    assert completed(f"{tmp_path}/ap") == (f"{tmp_path}/apex-", ["apex-may.csv", "apex-october.csv"])
    assert completed(f"{tmp_path}/apex-o")[0] == f"{tmp_path}/apex-october.csv"
    assert completed(f"{tmp_path}/arch")[0] == f"{tmp_path}/archive/"
    assert completed(f"{tmp_path}/notes") == (f"{tmp_path}/notes", [])
    assert completed(f"{tmp_path}/nowhere/x") == (f"{tmp_path}/nowhere/x", [])
    assert completed("~nobody-of-that-name/x") == ("~nobody-of-that-name/x", [])


def test_names_that_cannot_be_shown_as_they_are_stay_out(tmp_path: Path) -> None:
    (tmp_path / "evil\x1b]0;x\x07.csv").write_text("x")
    (tmp_path / "good.csv").write_text("x")
    assert completed(f"{tmp_path}/")[1] == ["good.csv"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/no/such/file.csv", "there is no file"),
        ("~nobody-of-that-name/x", "cannot be read"),
        ("a\0b", "there is no file"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(typed: str, says: str) -> None:
    with pytest.raises(Unclear, match=says):
        read_bytes(typed)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Unclear, match="is a folder"):
        read_bytes(str(tmp_path))


def test_a_script_is_pasted_or_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text("Hi {{first_name}}\x1b[31m\nbye")
    assert text_or_file(str(tmp_path / "script.txt")) == "Hi {{first_name}}�[31m\nbye"
    assert text_or_file("Hi there") == "Hi there"
    assert text_or_file("/slash\nbut two lines") == "/slash\nbut two lines"
    with pytest.raises(Unclear, match="there is no file"):
        text_or_file("/no/such/script.txt")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-18", ("2026-12-18", None)),
        ("until 2026-12-18", ("2026-12-18", None)),
        ("2026-12-18 or 60 %", ("2026-12-18", 60)),
        ("60%", ("", 60)),
        ("none", ("", None)),
    ],
)
def test_ends(typed: str, meant: tuple[str, int | None]) -> None:
    assert words.end_of(typed) == meant
    assert words.end_of(words.end_words(*meant)) == meant


@pytest.mark.parametrize("typed", ["", "soon", "18.12.2026", "0 %", "none or 2026-12-18"])
def test_an_end_that_is_none(typed: str) -> None:
    with pytest.raises(Unclear):
        words.end_of(typed)
