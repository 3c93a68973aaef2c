"""Working weeks: by the person's own clock, past midnight too, with days off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from salesdesk.line.shifts import NONE, OFF, ON, OUTSIDE, Shift, duty, weekday_words, weekdays

WEEK = Shift(frozenset(range(5)), time(8, 30), time(17), "America/Chicago", frozenset({date(2026, 11, 26)}))
NIGHTS = Shift(frozenset(range(5)), time(21), time(5, 30), "Asia/Manila")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("when", "on"),
    [
        ("2026-11-19T14:29:59", False),
        ("2026-11-19T14:30:00", True),
        ("2026-11-19T22:59:59", True),
        ("2026-11-19T23:00:00", False),
        ("2026-11-21T16:00:00", False),  # a Saturday
        ("2026-11-26T16:00:00", False),  # a day off
    ],
)
def test_a_shift_is_half_open_by_its_own_clock(when: str, on: bool) -> None:
    assert WEEK.on(at(when)) is on


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    friday_night = at("2026-11-20T20:00:00")  # Saturday 04:00 in Manila
    assert NIGHTS.on(friday_night)
    assert not NIGHTS.on(friday_night + 7200)
    assert NIGHTS.span(date(2026, 11, 21)) == NONE


def test_the_hours_stay_when_the_clocks_change() -> None:
    before, after = WEEK.span(date(2026, 10, 30)), WEEK.span(date(2026, 11, 2))
    assert after[0] - before[0] == 3 * 86_400 + 3600
    assert before[1] - before[0] == after[1] - after[0]


def test_duty_tells_a_working_day_from_a_day_off() -> None:
    spans = tuple(WEEK.span(date(2026, 11, day)) for day in (24, 25, 26, 27))
    spans = tuple(span for span in spans if span != NONE)
    assert duty(at("2026-11-24T16:00:00"), spans, WEEK.zone) == ON
    assert duty(at("2026-11-24T23:30:00"), spans, WEEK.zone) == OUTSIDE
    assert duty(at("2026-11-26T16:00:00"), spans, WEEK.zone) == OFF


@pytest.mark.parametrize(
    ("said", "found", "words"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}, "Mon–Fri"),
        ("Tuesday, thu sa", {1, 3, 5}, "Tue Thu Sat"),
        ("sat-mon", {5, 6, 0}, "Mon Sat Sun"),
        ("0 1 2 4", {0, 1, 2, 4}, "Mon–Wed Fri"),
    ],
)
def test_weekdays_are_typed_as_people_write_them(said: str, found: set[int], words: str) -> None:
    assert weekdays(said) == found
    assert weekday_words(weekdays(said)) == words


@pytest.mark.parametrize("said", ["", "someday", "7", "t", "mon-"])
def test_what_is_no_weekday_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="weekday"):
        weekdays(said)
