"""A list of customers, open deals or partners that is imported after a release puts its companies aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.calls import Dialed
from salesdesk.desk.ringback import FindRingBack
from salesdesk.desk.undoing import Undo
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows
from tests.steps import (
    ANSWERS,
    assert_clean,
    claim,
    dial,
    nothing,
    record,
    refused,
    rows,
    ticket,
    undo,
    value,
    work,
)


@pytest.fixture
def three(tmp_path: Path) -> Iterator[TestFloor]:
    """Three leads of three companies."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(3))) as made:
        yield made


def customer(floor: TestFloor, company: str, purpose: str = "customers") -> int:
    row = ["Other", "Person", "", "+19175550999", "", company, "", "", "US"]
    return import_rows(floor, csv_of([row]), name=f"{purpose} now", supplier="", purpose=purpose).put_aside


def states(floor: TestFloor) -> list[str]:
    return [each["state"] for each in rows(floor, "SELECT state FROM ticket WHERE station = 'sdr' ORDER BY lead_id")]


@pytest.mark.parametrize("purpose", ["customers", "deals", "partners"])
def test_its_leads_are_served_no_more(three: TestFloor, purpose: str) -> None:
    assert customer(three, "COMPANY 1, Inc", purpose) == 1
    assert states(three) == ["ready", "done", "ready"]
    assert_clean(three)


def test_a_lead_on_somebodys_screen_is_stopped_before_its_dial(three: TestFloor) -> None:
    card = claim(three)
    assert customer(three, card.account) == 1
    said = refused(three, "Dana", Dialed(ticket=card.ticket, token=card.token), "void_hold")
    assert said == "stop: this company has just come in on a list of customers"
    assert ticket(three, card)["state"] == "done"
    assert claim(three).lead != card.lead
    assert_clean(three)


@pytest.mark.parametrize("outcome", [name for name in ANSWERS if name != "do_not_call"])
def test_a_call_that_runs_goes_on_and_is_the_last(three: TestFloor, outcome: str) -> None:
    card = claim(three)
    dial(three, card)
    assert customer(three, card.account) == 1
    assert ticket(three, card)["state"] == "held"
    assert record(three, card, outcome).then == "closed here: put aside during the call"
    assert (ticket(three, card)["state"], ticket(three, card)["due_at"]) == ("done", None)
    assert rows(three, "SELECT 1 FROM promise") == []
    assert states(three).count("ready") == 2, "no colleague of theirs is called either"
    assert_clean(three)


def test_a_call_that_ends_without_an_outcome_is_the_last_too(three: TestFloor) -> None:
    card = claim(three)
    dial(three, card)
    customer(three, card.account)
    three.clock.forward(60)
    claim(three, "Ito")
    assert ticket(three, card)["state"] == "done"
    assert_clean(three)


def test_the_outcome_of_such_a_call_can_be_undone_and_closes_it_again(three: TestFloor) -> None:
    card = claim(three)
    dial(three, card)
    customer(three, card.account)
    record(three, card, "no_answer")
    back = undo(three)
    assert ticket(three, card)["state"] == "held"
    record(three, back, "call_back")
    assert ticket(three, card)["state"] == "done"
    assert_clean(three)


@pytest.mark.parametrize("outcome", ["no_answer", "call_back", "no"])
def test_an_outcome_from_before_the_list_is_not_undone(three: TestFloor, outcome: str) -> None:
    card = work(three, outcome)
    customer(three, card.account)
    assert "customers" in refused(three, "Dana", Undo(), "excluded")
    assert ticket(three, card)["state"] == "done"
    assert_clean(three)


def test_a_promise_to_a_customer_is_put_aside_too(three: TestFloor) -> None:
    card = claim(three)
    dial(three, card)
    record(three, card, "call_back", when="today 4pm")
    assert customer(three, card.account) == 1
    assert rows(three, "SELECT 1 FROM promise") == []
    assert_clean(three)


def test_a_campaign_that_calls_customers_too_keeps_them(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1)), exclude=("partners",)) as floor:
        assert customer(floor, "Company 0 Inc") == 0
        claim(floor)


def test_the_next_check_says_how_many_were_put_aside(three: TestFloor) -> None:
    customer(three, "Company 1 Inc")
    draft = three.ask("Cleo", DraftBatch(campaign=1, quantity=10))
    found = three.run("Cleo", CheckBatch(batch=draft.batch))
    assert {each.cause: each.leads for each in found.causes} == {"put aside since: customers, deals, partners": 1}


def test_every_company_put_aside_leaves_nothing_to_call(three: TestFloor) -> None:
    for n in range(3):
        customer(three, f"Company {n} Inc.")
    nothing(three)
    assert value(three, "SELECT count(*) FROM event WHERE kind = 'excluded'") == 3
    assert_clean(three)


def test_who_has_just_rung_us_is_talked_to_the_end(three: TestFloor) -> None:
    card = three.ask("Dana", FindRingBack(said="p1@company1.example")).card
    assert card is not None
    assert customer(three, card.account) == 1
    record(three, card, "not_now")
    assert ticket(three, card)["state"] == "done"
    assert_clean(three)
