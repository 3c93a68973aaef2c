"""People and seats: who works here, where they sit, and what their time is charged to."""

from __future__ import annotations

import pytest

from salesdesk.desk.people import (
    AddPerson,
    GetStation,
    GiveBack,
    ListPeople,
    SetState,
    SignIn,
    SignOut,
)
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.registry import Request
from tests.floors import TestFloor
from tests.steps import assert_clean, claim, dial, record, refused, row, rows, tamper, ticket, value, work


def seat(floor: TestFloor, name: str = "Dana") -> tuple[str, str]:
    found = row(floor, "SELECT state, code FROM seat s JOIN person p ON p.id = s.person_id WHERE p.name = ?", name)
    return found["state"], found["code"]


def spent(floor: TestFloor, name: str = "Dana") -> dict[str, int]:
    found = rows(
        floor, "SELECT state, code, seconds FROM seat_time t JOIN person p ON p.id = t.person_id WHERE p.name = ?", name
    )
    return {each["state"] + each["code"]: each["seconds"] for each in found}


def test_a_seat_goes_through_its_states_and_each_is_charged(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    assert seat(floor) == ("ready", "")
    floor.clock.forward(5)
    card = claim(floor)
    assert seat(floor) == ("preview", "")
    floor.clock.forward(7)
    dial(floor, card)
    assert seat(floor) == ("call", "")
    floor.clock.forward(20)
    record(floor, card, "no")
    assert seat(floor) == ("ready", "")
    floor.clock.forward(1)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    assert seat(floor) == ("paused", "lunch")
    floor.clock.forward(600)
    floor.ask("Dana", SetState(state="ready"))
    assert spent(floor) == {"ready": 6, "preview": 7, "call": 20, "pausedlunch": 600}
    floor.ask("Dana", SignOut())
    assert seat(floor) == ("out", "")


@pytest.mark.parametrize(
    "leave", [SetState(state="paused", code="break"), SetState(state="away"), SignOut(), GiveBack()]
)
def test_whoever_leaves_gives_an_undialed_lead_back_uncounted(floor: TestFloor, leave: Request[object]) -> None:
    card = claim(floor)
    before = ticket(floor, card)
    floor.ask("Dana", leave)
    after = ticket(floor, card)
    assert (after["state"], after["rank"], after["dealt"]) == ("ready", before["rank"], 0)
    assert claim(floor, "Ito").ticket == card.ticket, "it stands at the head of its stratum"
    assert_clean(floor)


@pytest.mark.parametrize("leave", [SetState(state="away"), SignOut(), GiveBack()])
def test_a_call_wants_its_outcome_first(floor: TestFloor, leave: Request[object]) -> None:
    card = claim(floor)
    dial(floor, card)
    assert "record what came of this call" in refused(floor, "Dana", leave, "on_a_call")
    assert ticket(floor, card)["state"] == "held"
    assert seat(floor) == ("call", "")


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (SetState(state="asleep"), "unknown_state"),
        (SetState(state="paused"), "unknown_pause"),
        (SetState(state="paused", code="fishing"), "unknown_pause"),
    ],
)
def test_a_state_that_is_none_is_refused(floor: TestFloor, ask: SetState, code: str) -> None:
    refused(floor, "Dana", ask, code)


def test_the_start_page_shows_my_promises_of_the_day(floor: TestFloor) -> None:
    work(floor, "call_back", when="2026-11-19T15:00-05:00")
    work(floor, "call_back", "Ito", when="2026-11-19T15:00-05:00")
    work(floor, "call_back", when="2026-11-25T15:00-05:00")
    page = floor.ask("Dana", SignIn())
    assert [each.due_at for each in page.promises] == [value(floor, "SELECT min(due_at) FROM promise")]
    assert page.promises[0].who
    assert page.campaigns == ("Spring Audit",)
    assert (page.person, page.station, page.zone) == ("Dana", "sdr", "America/New_York")


def test_the_start_page_is_kept_in_no_receipt(floor: TestFloor) -> None:
    card = work(floor, "call_back", when="2026-11-19T15:00-05:00")
    ask = SignIn()
    page = floor.ask("Dana", ask)
    assert floor.ask("Dana", ask) == page
    kept = [each["reply"] for each in rows(floor, "SELECT reply FROM receipt")]
    assert not [text for text in kept if card.name in text or card.account in text]


def test_signing_in_at_another_station_moves_the_seat_with_its_lead(floor: TestFloor) -> None:
    floor.ask("Cleo", AddPerson(name="Dana", roles="sdr executive"))
    floor.ask("Dana", SignIn())
    card = claim(floor)
    floor.ask("Dana", SignIn(station="executive"))
    assert value(floor, "SELECT station FROM seat") == "executive"
    assert ticket(floor, card)["state"] == "held"
    assert seat(floor) == ("preview", "")


def test_signing_in_twice_is_one_shift(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    floor.ask("Dana", SignIn())
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'signed_in'") == 1
    floor.clock.forward(60)
    floor.ask("Dana", SignIn())
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'signed_in'") == 2, "the seat was silent in between"


def test_a_station_that_died_is_charged_until_its_last_beat(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    for _ in range(4):
        floor.clock.forward(15)
        floor.ask("Dana", Heartbeat())
    floor.clock.forward(20 * 3600)
    floor.ask("Dana", SignIn())
    assert spent(floor) == {"ready": 60}
    assert value(floor, "SELECT day FROM seat_time") == "2026-11-19", "the day on which it was spent"


def test_heartbeats_keep_a_seat_without_an_event(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    before = value(floor, "SELECT count(*) FROM event")
    for _ in range(10):
        floor.clock.forward(15)
        assert not floor.ask("Dana", Heartbeat()).holding
    assert value(floor, "SELECT count(*) FROM event") == before
    assert value(floor, "SELECT count(*) FROM receipt WHERE operation = 'heartbeat'") == 0
    floor.ask("Dana", SignIn())
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'signed_in'") == 1


def test_a_new_colleague_joins_the_campaigns_that_everybody_works_in(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Nunez", roles="sdr", team="Red"))
    claim(floor, "Nunez")
    assert {each.name for each in floor.ask("Dana", ListPeople()).people} >= {"Nunez", "Dana"}


def test_a_known_name_gets_other_roles_whatever_its_case(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="dana", roles="executive"))
    assert value(floor, "SELECT roles FROM person WHERE name = 'Dana'") == "executive"
    refused(floor, "Dana", SignIn(), "role")


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (AddPerson(name="X", roles="king"), "unknown_role"),
        (AddPerson(name="X", roles="sdr", zone="Mars/Olympus"), "unknown_zone"),
    ],
)
def test_a_person_who_cannot_be_is_refused(floor: TestFloor, ask: AddPerson, code: str) -> None:
    refused(floor, "Sam", ask, code)
    refused(floor, "Dana", AddPerson(name="X", roles="sdr"), "role")


@pytest.mark.engines("sqlite", "postgres")  # behind a server their token opens nothing any more: see tests/server
def test_people_who_have_left_can_ask_for_nothing(floor: TestFloor) -> None:
    desk = floor.desk("Dana")
    tamper(floor, "UPDATE person SET active = 0 WHERE name = 'Dana'")
    with pytest.raises(Exception, match="does not know you"):
        desk.ask(SignIn())


def test_a_station_tells_how_it_is_set_up(floor: TestFloor) -> None:
    station = floor.ask("Dana", GetStation()).station
    assert [each.key for each in station.outcomes] == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "F9"]
    refused(floor, "Dana", GetStation(station="moon"), "unknown_station")
