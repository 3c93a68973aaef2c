"""Near the hour of a promise nothing else is begun; a promise that cannot be kept by its owner is kept by somebody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.boards import Board
from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.people import SetState
from salesdesk.desk.serving import AnyWork
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import HOUR, assert_clean, beat, claim, dial, nothing, record, row, tamper, ticket, value, work


def promise(floor: TestFloor, **answers: Any) -> Any:
    """Dana promises a call at 11:00 floor time, half an hour from now."""
    return work(floor, "call_back", **({"when": "2026-11-19T11:00:00-05:00"} | answers))


def test_near_my_promise_nothing_fresh_is_served_to_me(floor: TestFloor) -> None:
    promised = promise(floor)
    floor.clock.forward(HOUR // 2 - 121)
    claim(floor)
    card = claim(floor)
    dial(floor, card)
    record(floor, card, "no")
    floor.clock.forward(21)
    nothing(floor)
    assert not floor.ask("Dana", AnyWork()).ready
    assert value(floor, "SELECT state FROM seat WHERE person_id = 1") == "ready", "that time is not the system's"
    told = floor.ask("Dana", WhyDry())
    assert told.sentence == f"your promise to {promised.name} is next; fresh leads are held back until then"
    assert (told.held_back, told.until) == ("promise", floor.clock.now() + 100)
    claim(floor, "Ito")
    floor.clock.forward(100)
    assert floor.ask("Dana", AnyWork()).ready
    assert claim(floor).ticket == promised.ticket
    assert_clean(floor)


def test_a_promise_for_anyone_holds_nothing_back(floor: TestFloor) -> None:
    promise(floor, owner="anyone")
    floor.clock.forward(HOUR // 2 - 60)
    claim(floor)


def test_a_promise_of_a_paused_campaign_holds_nothing_back(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        import_rows(floor, csv_of(people_rows(2)[1:]), name="Second list")
        release_campaign(floor, name="Autumn", callers=("Dana",), turn=2)
        promise(floor)
        floor.ask("Sam", PauseCampaign(campaign=1, live=False))
        floor.clock.forward(HOUR // 2 - 60)
        assert claim(floor).campaign == "Autumn"


def test_a_promise_over_which_its_campaign_paused_is_served_soon_after_and_is_late_meanwhile(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        made = promise(floor)
        floor.ask("Sam", PauseCampaign(campaign=1, live=False))
        floor.clock.forward(HOUR // 2 + 60)
        nothing(floor)
        floor.clock.forward(30)
        told = next(each for each in floor.ask("Sam", Board()).alerts if each.word == "PROMISE")
        assert told.text.startswith("Dana 11:00, 1 min late")
        assert told.detail == "not to be called just now, tried again 11:02"
        floor.ask("Sam", PauseCampaign(campaign=1, live=True))
        floor.clock.forward(30)
        assert claim(floor).ticket == made.ticket
        assert_clean(floor)


def test_a_promise_that_i_talk_through_passes_with_its_context_after_five_minutes(floor: TestFloor) -> None:
    promised = promise(floor)
    floor.clock.forward(HOUR // 2 - 130)
    talk = claim(floor)
    dial(floor, talk)
    for _ in range(12):
        floor.clock.forward(35)
        assert beat(floor, talk)
    floor.clock.forward(10)
    passed = claim(floor, "Ito")
    assert passed.ticket == promised.ticket
    assert passed.history[0].person == "Dana"
    assert passed.promised_at is not None


def test_a_promise_keeps_its_rank_and_takes_none_of_the_six_tries_nor_the_laws(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        tamper(floor, "UPDATE ticket SET attempts = 6")
        card = promise(floor)
        rank = ticket(floor, card)["rank"]
        floor.clock.forward(HOUR // 2)
        again = claim(floor)
        assert again.ticket == card.ticket, "six tries are no bar to what was asked for"
        dial(floor, again)
        record(floor, again, "no_answer")
        after = ticket(floor, card)
        assert (after["state"], after["rank"]) == ("promised", rank)
        assert row(floor, "SELECT tries FROM promise")["tries"] == 1
        floor.clock.forward(900)
        assert claim(floor).ticket == card.ticket
        assert_clean(floor)


@pytest.mark.parametrize("code", ["lunch", "coaching"])
def test_a_paused_owner_keeps_nobody_waiting(floor: TestFloor, code: str) -> None:
    promised = promise(floor)
    floor.ask("Dana", SetState(state="paused", code=code))
    floor.clock.forward(HOUR // 2)
    assert claim(floor, "Ito").ticket == promised.ticket


def test_the_second_campaign_says_so_on_the_card(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        import_rows(floor, csv_of(people_rows(3)[1:]), name="Second list")
        release_campaign(floor, name="Autumn", callers=("Dana",), turn=2)
        first = claim(floor)
        assert (first.campaign, first.second) == ("Spring Audit", False)
        dial(floor, first)
        record(floor, first, "no_answer", busy=True)
        second = claim(floor)
        assert (second.campaign, second.second) == ("Autumn", True)
        assert claim(floor).second, "also when it is looked at again"
        dial(floor, second)
        record(floor, second, "no")
        floor.clock.forward(HOUR)
        assert claim(floor).campaign == "Spring Audit", "a retry of the first comes before the second's fresh leads"
