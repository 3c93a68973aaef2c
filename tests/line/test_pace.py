"""Boards say how the day goes in few exact words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import pace

HOUR = 3600


@pytest.mark.parametrize(("hour", "due"), [(-1, 0), (0, 0), (2, 115), (8, 460), (12, 460)])
def test_the_plan_runs_evenly_from_start_to_end(hour: float, due: float) -> None:
    start = 1_800_000_000
    assert pace.due_by_now(460, start, start + 8 * HOUR, start + hour * HOUR) == due


def test_a_day_must_have_length() -> None:
    with pytest.raises(ValueError, match="day"):
        pace.due_by_now(10, 0, 0, 1)


@given(st.floats(0, 8 * HOUR), st.floats(0, 8 * HOUR))
def test_the_plan_never_runs_backwards(one: float, two: float) -> None:
    early, late = sorted((one, two))
    assert pace.due_by_now(40, 0, 8 * HOUR, early) <= pace.due_by_now(40, 0, 8 * HOUR, late)


def test_percent_of_plan() -> None:
    assert pace.percent_of_plan(131, 138) == pytest.approx(94.93, abs=0.005)
    assert pace.percent_of_plan(3, 0) is None


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (0, "········"),
        (1 / 64, "▏·······"),
        (0.5, "████····"),
        (0.999, "███████▉"),
        (1, "████████"),
        (7.0, "████████"),
        (-1, "········"),
        (float("nan"), "········"),
    ],
)
def test_a_bar_is_full_only_when_the_plan_is_met(fraction: float, shown: str) -> None:
    assert pace.bar(fraction, 8) == shown


@given(st.floats(allow_nan=True), st.integers(-3, 60))
def test_a_bar_always_has_its_width(fraction: float, width: int) -> None:
    assert len(pace.bar(fraction, width)) == max(0, width)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0:00"),
        (-5, "0:00"),
        (9.9, "0:09"),
        (190, "3:10"),
        (1199, "19:59"),
        (2520, "42 min"),
        (3 * HOUR, "3.0 h"),
        (33.6 * HOUR, "1.4 days"),
    ],
)
def test_an_age_in_words(seconds: float, words: str) -> None:
    assert pace.clock_words(seconds) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "0 min"), (42, "42 min"), (204, "3.4 h"), (672, "1.4 days"), (None, "–"), (float("inf"), "–")],
)
def test_cover_in_words_of_working_time(minutes: float | None, words: str) -> None:
    assert pace.cover_words(minutes) == words


@pytest.mark.parametrize(
    ("seconds", "limit", "words"),
    [(850, None, "14:10"), (47 * 60, 45, "47 of 45"), (380, None, "6:20"), (9000, None, "2.5 h")],
)
def test_how_long_someone_has_been_in_a_state(seconds: float, limit: int | None, words: str) -> None:
    assert pace.state_age_words(seconds, limit) == words


def test_a_target_is_what_usual_yield_makes_of_the_calls_of_a_day() -> None:
    calls = pace.calls_a_day(4, 120, 8.5 * 3600)
    assert calls == 1020
    assert pace.daily_target(calls, meetings=30, dials=3000) == 10
    assert pace.daily_target(10, meetings=1, dials=3000) == 1, "nobody aims at nothing"
    assert pace.daily_target(calls, meetings=1, dials=99) == 0, "too few dials to tell"
    assert pace.daily_target(calls, meetings=0, dials=3000) == pace.daily_target(0, meetings=30, dials=3000) == 0


def test_the_last_day_leaves_every_lead_its_tries() -> None:
    thursday = date(2026, 11, 19)
    assert pace.last_day(thursday, leads=0, tries=6, calls=600) == date(2026, 12, 3), "ten working days later"
    assert pace.last_day(thursday, leads=101, tries=6, calls=600) == date(2026, 12, 7)
    assert pace.last_day(thursday, leads=100, tries=6, calls=0) is None
    assert pace.last_day(thursday, leads=2**62, tries=6, calls=600) is None, "no calendar has that day"
