"""The end of a day in five lines, promises that nobody would keep, and the last twenty days."""

from __future__ import annotations

import pytest

from salesdesk.desk.days import DayEnd, MyDays, PassPromises
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.shifts import SetDayOff, SetShift
from tests.floors import TestFloor
from tests.steps import assert_clean, refused, value, work

DAY = 86_400


def test_my_day_in_five_lines(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    floor.clock.forward(60)
    work(floor, "no_answer")
    work(floor, "no")
    work(floor, "call_back", when="2026-11-20T15:00-05:00")
    floor.ask("Dana", SetState(state="paused", code="break"))
    floor.clock.forward(600)
    lines = floor.ask("Dana", DayEnd()).lines
    assert lines == (
        "dials 3 · humans 2 · talk –",
        "conversations 2 · selling conversations 1",
        "meetings 0 of 2",
        "promises kept – · 1 still to keep",
        "seated 11 min · calling 0 min · starved 0 min · paused 10 min · time away 0 min",
    )


def test_promises_that_i_shall_not_be_there_for_are_named_and_passed_to_anyone(floor: TestFloor) -> None:
    fine = work(floor, "call_back", when="2026-11-20T15:00-05:00")
    off = work(floor, "call_back", when="2026-11-24T15:00-05:00")
    late = work(floor, "call_back", when="2026-11-23T16:00-05:00")
    today = work(floor, "call_back", when="2026-11-19T16:00-05:00")
    floor.ask("Sam", SetDayOff(person="Dana", day="2026-11-24"))
    floor.ask("Dana", SetShift(starts="08:30", ends="15:30"))
    left = floor.ask("Dana", DayEnd()).promises
    assert [(each.ticket, each.why) for each in left] == [
        (today.ticket, "today, after you have left"),
        (late.ticket, "outside your shift, 08:30–15:30"),
        (off.ticket, "your day off"),
    ]
    assert off.name in left[-1].who
    assert "2 promises go" in floor.ask("Dana", PassPromises(tickets=(late.ticket, off.ticket))).note
    assert value(floor, "SELECT count(*) FROM promise WHERE person_id = 0") == 2
    assert value(floor, "SELECT person_id FROM promise WHERE ticket_id = ?", fine.ticket) == 1
    refused(floor, "Ito", PassPromises(tickets=(fine.ticket,)), "not_yours")
    assert_clean(floor)


@pytest.mark.engines("sqlite", "postgres")
def test_my_last_days_are_told_oldest_first_without_today(floor: TestFloor) -> None:
    work(floor, "no")
    floor.clock.forward(DAY)
    work(floor, "no_answer", "Ito")
    floor.clock.forward(3 * DAY)
    work(floor, "no_answer")
    days = floor.ask("Dana", MyDays()).days
    assert [(each.day, each.dials, each.humans, each.conversations) for each in days] == [
        ("2026-11-19", 1, 1, 1),
        ("2026-11-20", 0, 0, 0),
    ]
