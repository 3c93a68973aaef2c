"""Do-not-call is taken back by a supervisor alone, and then nothing is left of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk.batches import DraftBatch
from salesdesk.desk.lifting import LiftOptOut
from salesdesk.desk.suppressing import OptOut
from tests.floors import COLLEAGUES, TestFloor, csv_of, import_rows, make_floor
from tests.steps import assert_clean, claim, dial, nothing, record, refused, rows, ticket, value, work

SLIP = "slip of the finger by Dana"


def listed(floor: TestFloor) -> set[str]:
    return {each["scope"] for each in rows(floor, "SELECT scope FROM suppression")}


def states(floor: TestFloor) -> list[str]:
    return [each["state"] for each in rows(floor, "SELECT state FROM ticket ORDER BY lead_id")]


@pytest.mark.parametrize("said", ["p0@company0.example", "(212) 555-0100", "+12125550100"])
def test_a_slip_of_the_finger_before_a_dial_leaves_no_trace(one: TestFloor, said: str) -> None:
    card = claim(one)
    one.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    note = one.ask("Sam", LiftOptOut(said=said, reason=SLIP)).note
    assert note == "off the do-not-call list; 1 waiting in the queue again"
    assert listed(one) == set()
    assert claim(one).ticket == card.ticket
    assert_clean(one)


def test_after_a_dial_the_lead_waits_for_its_next_try(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    record(one, card, "do_not_call")
    one.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP))
    assert (ticket(one, card)["state"], ticket(one, card)["attempts"]) == ("sleeping", 1)
    nothing(one)
    one.clock.time = ticket(one, card)["due_at"]
    assert dial(one, claim(one)).allowed
    assert_clean(one)


def test_a_company_is_taken_off_the_list_with_whoever_asked_for_it(company: TestFloor) -> None:
    card = work(company, "do_not_call", scope="company")
    assert states(company) == ["done"] * 3
    company.ask("Sam", LiftOptOut(lead=card.lead, scope="company", reason=SLIP))
    assert listed(company) == set()
    assert sorted(states(company)) == ["ready", "ready", "sleeping"]
    assert_clean(company)


def test_as_a_person_only_they_hear_that_their_company_is_still_on_it(company: TestFloor) -> None:
    card = work(company, "do_not_call", scope="company")
    note = company.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP)).note
    assert note == "taken off the do-not-call list themselves, but their company is still on it"
    assert listed(company) == {"company"}
    assert states(company) == ["done"] * 3
    assert_clean(company)
    company.ask("Sam", LiftOptOut(lead=card.lead, scope="company", reason=SLIP))
    assert "done" not in states(company)
    assert_clean(company)


def test_a_colleague_who_asked_for_themselves_stays_on_the_list(company: TestFloor) -> None:
    asked = work(company, "do_not_call")
    other = value(company, "SELECT max(id) FROM lead WHERE id <> ?", asked.lead)
    company.ask("Cleo", OptOut(lead=other, scope="company"))
    company.ask("Sam", LiftOptOut(lead=other, scope="company", reason=SLIP))
    assert ticket(company, asked)["state"] == "done"
    assert states(company).count("ready") == 2
    refused(company, "Sam", LiftOptOut(lead=other, reason=SLIP), "not_on_list")
    assert_clean(company)


def test_the_same_human_under_another_record_is_lifted_with_them(tmp_path: Path) -> None:
    names = (("ada@one.example", "+12125550100"), ("a.byron@one.example", "+12125550101"))
    data = csv_of([["Ada", "Byron", mail, number, "VP", "One Inc", "", "", "US"] for mail, number in names])
    with make_floor(tmp_path, leads=0, data=data) as floor:
        floor.ask("Cleo", OptOut(lead=1))
        floor.ask("Sam", LiftOptOut(said=names[-1][0], reason=SLIP))
        assert listed(floor) == set()
        assert set(states(floor)) == {"ready"}
        assert_clean(floor)


def test_what_an_outcome_has_closed_since_stays_closed(one: TestFloor) -> None:
    card = claim(one)
    one.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    one.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP))
    work(one, "no")
    one.ask("Cleo", OptOut(lead=card.lead))
    one.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP))
    assert ticket(one, card)["state"] == "done"
    assert_clean(one)


def test_a_customer_who_is_lifted_is_not_called_all_the_same(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    row = ["Other", "Person", "", "+19175550999", "", card.account, "", "", "US"]
    import_rows(one, csv_of([row]), name="customers", supplier="", purpose="customers")
    record(one, card, "do_not_call")
    one.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP))
    assert ticket(one, card)["state"] == "done"
    assert_clean(one)


def test_a_promise_stays_cancelled_and_nobody_is_released_twice(one: TestFloor) -> None:
    card = work(one, "call_back", when="today 4pm")
    one.ask("Cleo", OptOut(lead=card.lead))
    one.ask("Sam", LiftOptOut(lead=card.lead, reason=SLIP))
    assert rows(one, "SELECT 1 FROM promise") == []
    assert ticket(one, card)["state"] == "ready"
    assert one.ask("Cleo", DraftBatch(campaign=1, quantity=10)).available == 0
    assert_clean(one)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (LiftOptOut(reason=SLIP), "bad_number"),
        (LiftOptOut(said="nobody@one.example", reason=SLIP), "unknown_lead"),
        (LiftOptOut(said="555", reason=SLIP), "bad_number"),
        (LiftOptOut(lead=99, reason=SLIP), "unknown_lead"),
        (LiftOptOut(lead=1, scope="planet", reason=SLIP), "unknown_scope"),
        (LiftOptOut(lead=1, reason=SLIP), "not_on_list"),
    ],
)
def test_what_lifts_nobody_says_so(one: TestFloor, ask: LiftOptOut, code: str) -> None:
    refused(one, "Sam", ask, code)


def test_a_line_that_two_people_share_names_neither(tmp_path: Path) -> None:
    data = csv_of([[a, b, "", "+12125550100", "VP", f"{b} Inc", "", "", "US"] for a, b, _ in COLLEAGUES[:2]])
    with make_floor(tmp_path, leads=0, data=data) as floor:
        floor.ask("Cleo", OptOut(lead=1))
        refused(floor, "Sam", LiftOptOut(said="+12125550100", reason=SLIP), "several")
