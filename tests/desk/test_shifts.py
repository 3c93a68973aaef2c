"""Shifts and days off: mine, and everybody's by leaders."""

from __future__ import annotations

import pytest

from salesdesk.desk import shifts
from salesdesk.desk.registry import Request
from salesdesk.desk.shifts import GetShift, SetDayOff, SetShift
from tests.floors import MORNING, TestFloor
from tests.steps import assert_clean, refused, value

DAY = 86_400


def on_shift(floor: TestFloor, at: int, person: int = 1) -> bool:
    counter = floor.counter
    return counter.store.read(lambda session: shifts.on_shift(counter.floor(session), person, at))


def test_the_floors_day_is_everybodys_until_they_say_otherwise(floor: TestFloor) -> None:
    mine = floor.ask("Dana", GetShift())
    assert (mine.weekdays, mine.starts, mine.ends, mine.zone) == ((0, 1, 2, 3, 4), "08:30", "17:00", "America/New_York")
    assert floor.ask("Dana", SetShift(weekdays="tue-sat", starts="12:00", ends="20:00")).note == (
        "Dana works Tue–Sat 12:00–20:00"
    )
    assert floor.ask("Ito", GetShift(person="Dana")).weekdays == (1, 2, 3, 4, 5)
    assert_clean(floor)


@pytest.mark.engines("sqlite", "postgres")
def test_who_is_on_shift_when(floor: TestFloor) -> None:
    assert on_shift(floor, MORNING)
    assert not on_shift(floor, MORNING + 2 * DAY), "a Saturday"
    floor.ask("Dana", SetDayOff(day="2026-11-20"))
    assert not on_shift(floor, MORNING + DAY)
    assert on_shift(floor, MORNING + DAY, person=2)
    floor.ask("Dana", SetDayOff(day="2026-11-20", off=False))
    assert on_shift(floor, MORNING + DAY)


def test_a_day_off_set_twice_is_one(floor: TestFloor) -> None:
    for _ in range(2):
        assert "is off on Tue 24 Nov" in floor.ask("Sam", SetDayOff(person="Dana", day="2026-11-24")).note
    assert floor.ask("Dana", GetShift()).days_off == ("2026-11-24",)
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'day_off'") == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (SetShift(weekdays="someday"), "bad_weekdays"),
        (SetShift(starts="25:00"), "bad_time"),
        (SetShift(starts="09:00", ends="09:00"), "bad_time"),
        (SetDayOff(day="tomorrow"), "bad_date"),
        (SetDayOff(day="2026-11-18"), "bad_date"),
        (SetDayOff(day="2029-01-01"), "bad_date"),
        (SetShift(person="Ito"), "role"),
        (SetDayOff(person="Ito", day="2026-11-24"), "role"),
        (SetShift(person="Nobody"), "unknown_person"),
    ],
)
def test_what_makes_no_sense_or_is_not_mine_is_refused(floor: TestFloor, ask: Request[object], code: str) -> None:
    refused(floor, "Dana", ask, code)
