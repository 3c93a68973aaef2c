"""An outcome and the next lead in one stroke: what is recorded stands, whatever comes of the lead after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.people import SetState
from salesdesk.desk.recording import Recorded, RecordOutcome
from salesdesk.desk.serving import ClaimNext, Held
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.steps import ANSWERS, HOUR, assert_clean, claim, dial, refused, rows, tamper, ticket, undo, value


def stroke(floor: TestFloor, outcome: str = "no_answer", name: str = "Dana", /, **more: Any) -> Recorded:
    """Claim if need be, dial, record, and be served the next lead with it."""
    card = claim(floor, name)
    assert dial(floor, card, name).allowed
    ask = {"answers": ANSWERS[outcome], "serve": "sdr"} | more
    return floor.ask(name, RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, **ask))


def test_the_next_lead_comes_with_the_outcome(floor: TestFloor) -> None:
    first = claim(floor)
    done = stroke(floor)
    assert done.next is not None
    assert done.next.lead != first.lead
    assert floor.ask("Dana", Held()) == done.next
    assert ticket(floor, first)["state"] == "sleeping"
    kinds = [each["kind"] for each in rows(floor, "SELECT kind FROM event WHERE ticket_id IS NOT NULL ORDER BY id")]
    assert kinds == ["served", "dialed", "recorded", "served"]
    assert value(floor, "SELECT state FROM seat WHERE person_id = 1") == "preview"
    assert_clean(floor)


def test_it_is_the_lead_that_a_claim_would_have_served(floor: TestFloor) -> None:
    done = stroke(floor)
    assert done.next is not None
    other = undo(floor)
    dial(floor, other)
    floor.ask("Dana", RecordOutcome(ticket=other.ticket, token=other.token, outcome="no_answer"))
    assert claim(floor).lead == done.next.lead


def test_asked_again_under_its_key_it_serves_nothing_more(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer", serve="sdr")
    done = floor.ask("Dana", ask)
    assert floor.ask("Dana", ask) == done
    late = floor.ask("Dana", ask.model_copy(update={"serve": ""}))  # its answer was lost, nobody waits for a lead now
    assert (late.event, late.next) == (done.event, done.next)
    with pytest.raises(BadRequest):
        floor.ask("Dana", ask.model_copy(update={"outcome": "voicemail"}))
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
    assert value(floor, "SELECT count(*) FROM hold") == 1
    assert_clean(floor)


def test_undo_gives_the_lead_that_came_with_it_back_uncounted(floor: TestFloor) -> None:
    first = claim(floor)
    done = stroke(floor)
    assert done.next is not None
    assert undo(floor).lead == first.lead
    assert ticket(floor, done.next)["dealt"] == 0
    assert_clean(floor)


def test_a_pause_that_was_armed_comes_first(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    assert stroke(floor).next is None
    assert value(floor, "SELECT state FROM seat WHERE person_id = 1") == "paused"
    assert value(floor, "SELECT count(*) FROM hold") == 0


def test_a_number_that_goes_on_keeps_the_lead(tmp_path: Path) -> None:
    head = "First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region"
    two = "Anna,Alder,anna@co.example,+12125550100,+12125550101,Company 0 Inc.,US"
    with make_floor(tmp_path, data=f"{head}\n{two}".encode()) as floor:
        card = claim(floor)
        done = stroke(floor, "bad_record")
        assert (done.goes_on, done.next) == (True, None)
        held = floor.ask("Dana", Held())
        assert held is not None
        assert held.lead == card.lead


def test_a_dry_queue_takes_the_outcome_all_the_same(tmp_path: Path) -> None:
    with make_floor(tmp_path, data=csv_of(people_rows(1))) as floor:
        done = stroke(floor)
        assert (done.next, done.event > 0) == (None, True)
        assert value(floor, "SELECT state FROM seat WHERE person_id = 1") == "starved"
        assert_clean(floor)


def test_who_is_barred_is_served_nothing_and_keeps_the_outcome(floor: TestFloor) -> None:
    card = claim(floor)
    tamper(floor, "UPDATE seat SET barred_until = ? WHERE person_id = 1", floor.clock.time + HOUR)
    assert stroke(floor).next is None
    assert ticket(floor, card)["state"] == "sleeping"
    refused(floor, "Dana", ClaimNext(), "barred")
    assert_clean(floor)


def test_nobody_is_served_at_a_station_that_is_not_theirs(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    with pytest.raises(Refused):
        stroke(floor, serve="executive")
    with pytest.raises(BadRequest):
        stroke(floor, serve="nowhere")
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 0
    assert ticket(floor, card)["state"] == "held"
