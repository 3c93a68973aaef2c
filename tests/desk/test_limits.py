"""What one person may give back or skip in an hour, what is only counted, and who lifts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.limits import LiftBar
from salesdesk.desk.looking import LookAt
from salesdesk.desk.people import GiveBack, SetState, SignIn, SignOut
from salesdesk.desk.serving import AnyWork, ClaimNext
from salesdesk.desk.skipping import Skip
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.steps import HOUR, assert_clean, claim, dial, nothing, pick_up, record, refused, undo, value, work


def give_back(floor: TestFloor, times: int, *, apart: int = 0) -> None:
    for _ in range(times):
        claim(floor)
        floor.ask("Dana", GiveBack())
        floor.clock.forward(apart)


def skip(floor: TestFloor, reason: str = "closed_today") -> None:
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason=reason))


def test_after_ten_undialed_leads_in_an_hour_it_goes_on_when_the_first_is_an_hour_old(floor: TestFloor) -> None:
    give_back(floor, 10, apart=60)
    told = refused(floor, "Dana", ClaimNext(), "barred")
    assert told == (
        "you have given back 10 leads undialed within the hour; it goes on at 11:30, or when a supervisor lifts this;"
        " your promises are served all the same"
    )
    assert floor.ask("Dana", WhyDry()).sentence == told
    assert not floor.ask("Dana", AnyWork()).ready
    claim(floor, "Ito")
    floor.clock.forward(HOUR - 601)
    refused(floor, "Dana", ClaimNext(), "barred")
    floor.clock.forward(1)
    claim(floor)
    assert_clean(floor)


def test_the_hour_slides_on_after_a_bar(floor: TestFloor) -> None:
    give_back(floor, 1)
    floor.clock.forward(58 * 60)
    give_back(floor, 9)
    refused(floor, "Dana", ClaimNext(), "barred")
    floor.clock.forward(120)
    give_back(floor, 1)
    assert "it goes on at 12:28" in refused(floor, "Dana", ClaimNext(), "barred"), "nine of them are two minutes old"
    floor.ask("Sam", LiftBar(person="Dana"))
    floor.clock.forward(1)
    give_back(floor, 9)
    claim(floor)
    assert_clean(floor)


def test_nine_in_an_hour_are_nobodys_business(floor: TestFloor) -> None:
    give_back(floor, 9, apart=60)
    floor.clock.forward(HOUR)
    give_back(floor, 9, apart=60)
    claim(floor)


def test_signing_out_does_not_end_it_and_a_supervisor_does(floor: TestFloor) -> None:
    give_back(floor, 10)
    floor.ask("Dana", SignOut())
    floor.ask("Dana", SignIn(station="sdr"))
    refused(floor, "Dana", ClaimNext(), "barred")
    refused(floor, "Dana", LiftBar(person="Dana"), "role")
    refused(floor, "Sam", LiftBar(person="Nobody"), "unknown_person")
    assert floor.ask("Sam", LiftBar(person="dana")).note == "Dana may go on"
    give_back(floor, 9)
    claim(floor)
    assert_clean(floor)


def test_a_pause_with_a_lead_on_the_screen_counts_as_given_back(floor: TestFloor) -> None:
    for _ in range(10):
        claim(floor)
        floor.ask("Dana", SetState(state="paused", code="break"))
        floor.ask("Dana", SetState(state="ready"))
    refused(floor, "Dana", ClaimNext(), "barred")


def test_a_screen_that_falls_silent_ten_times_counts_too(floor: TestFloor) -> None:
    for _ in range(10):
        claim(floor)
        floor.clock.forward(60)
        work(floor, "no", "Ito")
    refused(floor, "Dana", ClaimNext(), "barred")


def test_what_is_not_my_doing_does_not_count(floor: TestFloor) -> None:
    for _ in range(11):  # a digit pressed while they speak
        work(floor, "no")
        claim(floor)
        back = undo(floor)
        pick_up(floor, back)
        record(floor, back, "no")
    claim(floor)
    assert_clean(floor)


def test_nothing_is_lifted_where_nobody_is_kept(floor: TestFloor) -> None:
    give_back(floor, 9)
    assert refused(floor, "Sam", LiftBar(person="Dana"), "no_limit") == "Dana has no limit"
    give_back(floor, 1)
    floor.ask("Sam", LiftBar(person="Dana"))
    refused(floor, "Sam", LiftBar(person="Dana"), "no_limit")
    assert_clean(floor)


def test_a_dialed_lead_is_never_one_given_back(floor: TestFloor) -> None:
    for _ in range(11):
        work(floor, "no")
    claim(floor)


def test_my_promise_is_served_although_i_am_barred(floor: TestFloor) -> None:
    promised = work(floor, "call_back", when="2026-11-19T11:00-05:00")
    give_back(floor, 10)
    floor.clock.forward(HOUR // 2)
    assert claim(floor).ticket == promised.ticket


def test_five_skips_in_an_hour_and_the_sixth_says_when(floor: TestFloor) -> None:
    for _ in range(5):
        skip(floor)
        floor.clock.forward(60)
    card = claim(floor)
    ask = Skip(ticket=card.ticket, token=card.token, reason="closed_today")
    told = refused(floor, "Dana", ask, "skips")
    assert told == "5 skips an hour at most: dial; again at 11:30, or a supervisor lifts it"
    assert claim(floor).token == card.token, "the lead is still mine"
    floor.ask("Sam", LiftBar(person="Dana"))
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="closed_today"))
    assert_clean(floor)


@pytest.mark.parametrize(("seconds", "answered", "short"), [(11, False, 1), (12, False, 0), (5, True, 0)])
def test_a_ring_of_less_than_twelve_seconds_is_counted_and_not_blocked(
    floor: TestFloor, seconds: int, answered: bool, short: int
) -> None:
    card = claim(floor)
    dial(floor, card)
    if answered:
        pick_up(floor, card)
    floor.clock.forward(seconds)
    record(floor, card, "no_answer")
    assert value(floor, "SELECT coalesce(sum(n), 0) FROM rollup WHERE outcome = '@short_ring'") == short
    numbers = floor.ask("Sam", LookAt(person="Dana")).numbers
    assert (numbers.mine.short_rings, numbers.team.short_rings) == (short, short)
    undo(floor)
    assert value(floor, "SELECT coalesce(sum(n), 0) FROM rollup WHERE outcome = '@short_ring'") == 0
    assert_clean(floor)


def test_an_empty_queue_is_no_bar(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        work(floor, "no")
        nothing(floor)
