"""What a form and the desk say of a promise: legal, on shift, beside others; or why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from salesdesk.line.promising import Hours
from salesdesk.line.shifts import Shift

CHICAGO = ZoneInfo("America/Chicago")
WEEK = Shift(frozenset(range(5)), time(8, 30), time(17), "America/New_York")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO)


NOW = at(19, 9, 30)
DAYS = [at(day, 12).date() for day in (*range(18, 24), 25, 27)]  # Tuesday 24 and Thanksgiving off
SHIFTS = tuple(span for day in DAYS if (span := WEEK.span(day)) != (0, 0))
HOURS = Hours(
    legal=tuple((int(at(day, 8).timestamp()), int(at(day, 21).timestamp())) for day in range(19, 31) if day != 26),
    holidays=("2026-11-26",),
    promises=(int(at(20, 15).timestamp()), int(at(20, 15, 20).timestamp())),
    shifts=SHIFTS,
    zone="America/New_York",
)


@pytest.mark.parametrize(
    ("when", "told"),
    [
        (at(19, 15), ["legal", "you on shift"]),
        (at(20, 15, 10), ["legal", "you on shift", "2 other promises then"]),
        (at(20, 14, 40), ["legal", "you on shift", "1 other promise then"]),
        (at(19, 17), ["legal", "outside your shift"]),
    ],
)
def test_a_time_that_may_be_promised_is_told_with_all_that_matters(when: datetime, told: list[str]) -> None:
    assert HOURS.about(when, now=NOW) == told


@pytest.mark.parametrize(
    ("when", "why_not"),
    [
        (at(18, 15), "that is in the past"),
        (at(19, 22), "outside the legal hours there"),
        (at(24, 15), "your day off: choose another day, or anyone"),
        (at(21, 15), "your day off: choose another day, or anyone"),
        (at(26, 15), "a public holiday there"),
        (at(19, 15).replace(month=12, day=28), "more than 30 days ahead"),
    ],
)
def test_a_time_that_may_not_be_promised_says_why(when: datetime, why_not: str) -> None:
    assert why_not in str(HOURS.refusal(when, now=NOW))
    assert HOURS.about(when, now=NOW) == [HOURS.refusal(when, now=NOW)]


def test_a_promise_for_anyone_needs_no_shift_of_mine() -> None:
    anyone = replace(HOURS, shifts=None)
    assert anyone.refusal(at(24, 15), now=NOW) is None
    assert anyone.about(at(24, 15), now=NOW) == ["legal"]


def test_whoever_works_on_a_day_off_may_promise_for_that_day() -> None:
    saturday = at(21, 10)
    assert HOURS.refusal(at(21, 15), now=saturday) is None
    assert HOURS.about(at(21, 15), now=saturday) == ["legal", "outside your shift"]


def test_before_the_desk_has_told_the_hours_nothing_is_called_legal() -> None:
    assert Hours().about(at(19, 15), now=NOW) == []
