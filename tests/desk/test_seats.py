"""Seats: pauses armed during a call, the time of writing an outcome, being away, and two terminals of one person."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from salesdesk.desk.days import DayEnd
from salesdesk.desk.people import SetState, SignIn, SignOut
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.scripts import ChangeScript
from tests.floors import TestFloor, make_floor
from tests.steps import ANSWERS, assert_clean, claim, dial, record, refused, row, rows, value, work

DAY = 86_400


def seat(floor: TestFloor, name: str = "Dana") -> dict[str, Any]:
    return row(floor, "SELECT s.* FROM seat s JOIN person p ON p.id = s.person_id WHERE p.name = ?", name)


def state(floor: TestFloor) -> tuple[str, str]:
    found = seat(floor)
    return found["state"], found["code"]


def spent(floor: TestFloor) -> dict[str, int]:
    return {each["state"] + each["code"]: each["seconds"] for each in rows(floor, "SELECT * FROM seat_time")}


# a pause armed during a call -----------------------------------------------------------------------------------------


def test_a_pause_during_a_call_begins_with_its_outcome(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    assert "when this call has its outcome" in floor.ask("Dana", SetState(state="paused", code="lunch")).note
    assert (state(floor), seat(floor)["armed"]) == (("call", ""), "lunch")
    floor.clock.forward(60)
    record(floor, card, "no_answer")
    assert (state(floor), seat(floor)["armed"]) == (("paused", "lunch"), "")
    floor.clock.forward(600)
    floor.ask("Dana", SetState(state="ready"))
    assert spent(floor) == {"call": 60, "pausedlunch": 600}
    assert_clean(floor)


def test_an_armed_pause_is_taken_back(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    floor.ask("Dana", SetState(state="ready"))
    assert (state(floor), seat(floor)["armed"]) == (("call", ""), "")
    record(floor, card, "no_answer")
    assert state(floor) == ("ready", "")


def test_a_pause_stays_armed_while_the_next_number_is_tried(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", SetState(state="paused", code="break"))
    dial(floor, card)
    assert seat(floor)["armed"] == "break"
    floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="do_not_call", answers={}))
    assert state(floor) == ("paused", "break")


def test_the_start_page_of_a_station_that_comes_back_knows_the_armed_pause(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    assert floor.ask("Dana", SignIn()).armed == "lunch"


# wrap ----------------------------------------------------------------------------------------------------------------


def test_the_seconds_of_writing_the_outcome_are_charged_to_wrap(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(60)
    answers = ANSWERS["no"]
    floor.ask(
        "Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no", answers=answers, wrap_seconds=9)
    )
    assert spent(floor) == {"call": 51, "wrap": 9}


def test_a_station_says_with_its_heartbeat_that_it_writes_the_outcome(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(40)
    before = value(floor, "SELECT count(*) FROM event")
    floor.ask("Dana", Heartbeat(ticket=card.ticket, token=card.token, wrapping=10))
    assert seat(floor)["state"] == "wrap"
    assert seat(floor)["since"] == floor.clock.time - 10
    floor.clock.forward(15)
    floor.ask("Dana", Heartbeat(ticket=card.ticket, token=card.token))
    assert seat(floor)["state"] == "call", "they left the form: the call goes on"
    assert value(floor, "SELECT count(*) FROM event") == before
    floor.ask("Dana", Heartbeat(ticket=card.ticket, token=card.token, wrapping=0))
    floor.clock.forward(5)
    record(floor, card, "no_answer")
    assert spent(floor) == {"call": 30, "wrap": 30}


def test_no_more_wrap_is_charged_than_the_call_lasted(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(20)
    floor.ask(
        "Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer", answers={}, wrap_seconds=999)
    )
    assert spent(floor) == {"wrap": 20}


# away ----------------------------------------------------------------------------------------------------------------


def test_promises_of_whoever_is_away_go_to_anyone_at_once(floor: TestFloor) -> None:
    card = work(floor, "call_back", when="today 4pm")
    floor.clock.forward(int(value(floor, "SELECT due_at FROM promise")) - floor.clock.time)
    floor.ask("Dana", SignIn())
    floor.ask("Dana", SetState(state="away"))
    assert state(floor) == ("away", "")
    assert claim(floor, "Ito").ticket == card.ticket


def test_the_time_in_which_a_seat_was_lost_is_charged_to_nobodys_state(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn())
    for _ in range(2):
        floor.clock.forward(15)
        floor.ask("Dana", Heartbeat())
    floor.clock.forward(1800)
    floor.ask("Dana", Heartbeat())
    floor.clock.forward(10)
    floor.ask("Dana", SignOut())
    assert spent(floor) == {"ready": 40, "lost": 1800}
    assert "seated 0 min" in floor.ask("Dana", DayEnd()).lines[-1]


def test_a_seat_is_at_a_station_that_there_is(floor: TestFloor) -> None:
    said = refused(floor, "Dana", SignIn(station="moon"), "unknown_station")
    assert "there is no station moon; the map has researcher, coordinator, sdr" in said
    refused(floor, "Dana", SignIn(station="executive"), "role")
    assert floor.ask("Cleo", SignIn(station="coordinator")).seat
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'signed_in'") == 1


def by_day(floor: TestFloor) -> list[tuple[str, str, int]]:
    found = rows(floor, "SELECT day, state, seconds FROM seat_time ORDER BY day, state")
    return [(each["day"], each["state"], each["seconds"]) for each in found]


def test_time_across_midnight_is_charged_to_both_days(tmp_path: Path) -> None:
    late = int(datetime.fromisoformat("2026-11-19T23:00-05:00").timestamp())
    with make_floor(tmp_path, leads=0, release=False, now=late) as floor:
        floor.ask("Dana", SignIn())
        floor.ask("Dana", SetState(state="paused", code="training"))
        for _ in range(240):
            floor.clock.forward(30)
            floor.ask("Dana", Heartbeat())
        assert "seated 1:00 h" in floor.ask("Dana", DayEnd()).lines[-1], "since midnight"
        floor.ask("Dana", SetState(state="ready"))
        assert by_day(floor) == [("2026-11-19", "paused", 3600), ("2026-11-20", "paused", 3600)]


def test_a_seat_that_was_lost_over_midnight_is_charged_to_both_days(tmp_path: Path) -> None:
    late = int(datetime.fromisoformat("2026-11-19T23:59-05:00").timestamp())
    with make_floor(tmp_path, leads=0, release=False, now=late) as floor:
        floor.ask("Dana", SignIn())
        floor.clock.forward(120)
        floor.ask("Dana", Heartbeat())
        assert by_day(floor) == [("2026-11-19", "lost", 60), ("2026-11-20", "lost", 60)]


# two terminals --------------------------------------------------------------------------------------------------------


def test_an_older_terminal_learns_that_its_seat_is_taken_elsewhere(floor: TestFloor) -> None:
    old = floor.ask("Dana", SignIn()).seat
    new = floor.ask("Dana", SignIn()).seat
    assert floor.ask("Dana", Heartbeat(seat=old)).elsewhere
    assert not floor.ask("Dana", Heartbeat(seat=new)).elsewhere
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'signed_in'") == 1, "one shift"


def test_an_old_terminal_does_not_keep_the_seat_alive(floor: TestFloor) -> None:
    old = floor.ask("Dana", SignIn()).seat
    floor.ask("Dana", SignIn())
    beat = seat(floor)["beat"]
    floor.clock.forward(30)
    floor.ask("Dana", Heartbeat(seat=old))
    assert seat(floor)["beat"] == beat


# script changes -------------------------------------------------------------------------------------------------------


def test_the_start_page_names_the_scripts_written_since_my_last_shift(floor: TestFloor) -> None:
    assert floor.ask("Dana", SignIn()).scripts == (), "a first day has no day before it"
    floor.ask("Dana", SignOut())
    floor.clock.forward(DAY)
    assert floor.ask("Dana", SignIn()).scripts == ()
    assert "version 2" in floor.ask("Cleo", ChangeScript(campaign=1, script="Hello {{first_name}}")).note
    assert [(each.campaign, each.variant, each.version) for each in floor.ask("Dana", SignIn()).scripts] == [
        ("Spring Audit", "A", 2)
    ]
    assert claim(floor).script.startswith("Hello ")
    refused(floor, "Cleo", ChangeScript(campaign=1, variant="Z", script="x"), "unknown_variant")
    refused(floor, "Cleo", ChangeScript(campaign=1, script="{{nonsense}}"), "bad_script")
