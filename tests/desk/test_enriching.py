"""What calls teach is kept as typed facts of the lead: shown to the next caller, and usable in segments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.segmenting import CountSegment, Segment
from salesdesk.desk.suppressing import OptOut
from tests.floors import TestFloor, make_floor, release_campaign
from tests.steps import DAY, assert_clean, claim, dial, record, rows, tamper, ticket, undo, work


@pytest.fixture
def some(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=6) as made:
        yield made


def known(floor: TestFloor) -> dict[str, str]:
    found = rows(floor, "SELECT name, value FROM lead_fact ORDER BY event_id")
    return {each["name"]: each["value"] for each in found}


def counted(floor: TestFloor, **segment: object) -> int:
    return floor.ask("Cleo", CountSegment(segment=Segment(**segment))).leads


def test_not_now_teaches_the_supplier_and_the_end_of_the_contract(one: TestFloor) -> None:
    work(one, "not_now", reason="contract", return_month="march 2027", incumbent="  Apex\x1b[31m Freight ")
    assert known(one)["contract_until"] == "2027-03"
    assert known(one)["incumbent"].startswith("Apex")
    assert "\x1b" not in known(one)["incumbent"]
    assert_clean(one)


def test_a_month_without_a_contract_and_a_supplier_that_nobody_knows_teach_nothing(one: TestFloor) -> None:
    work(one, "not_now", reason="budget", return_month="2027-03", incumbent="?")
    assert known(one) == {}


def test_the_next_caller_sees_it_on_the_card(one: TestFloor) -> None:
    card = work(one, "no", reason="hung_up", incumbent="Apex")
    assert card.known == "", "nothing was known before"
    one.clock.time = ticket(one, card)["due_at"] + DAY  # a Monday
    assert claim(one).known == "supplier today: Apex"


def test_a_gatekeeper_teaches_the_right_name_and_a_direct_number_that_can_be_dialed(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    record(one, card, "gatekeeper", result="not_in", right_name="Grace Hopper", direct_number="312 555 0177")
    assert known(one) == {"right_person": "Grace Hopper", "direct_number": "+13125550177"}
    assert [each["e164"] for each in rows(one, "SELECT e164 FROM phone ORDER BY position")][1] == "+13125550177"
    undo(one)
    assert known(one) == {}
    assert len(rows(one, "SELECT 1 FROM phone")) == 1, "the number goes with what taught it"
    assert_clean(one)


def test_the_newest_wins_and_undo_brings_the_older_one_back(one: TestFloor) -> None:
    card = work(one, "no", reason="hung_up", incumbent="Apex")
    one.clock.time = ticket(one, card)["due_at"] + DAY  # a Monday
    again = claim(one)
    dial(one, again)
    record(one, again, "no", reason="no_need", incumbent="Borealis")
    assert known(one)["incumbent"] == "Borealis"
    assert undo(one).known == "supplier today: Apex"
    assert known(one)["incumbent"] == "Apex"
    assert_clean(one)


def test_events_hold_none_of_it(one: TestFloor) -> None:
    work(one, "gatekeeper", result="not_in", right_name="Grace Hopper", direct_number="312 555 0177")
    told = json.dumps(rows(one, "SELECT data FROM event"))
    assert "Hopper" not in told
    assert "5550177" not in told


def test_whoever_is_never_called_again_is_forgotten(one: TestFloor) -> None:
    card = work(one, "no", reason="hung_up", incumbent="Apex")
    one.ask("Cleo", OptOut(lead=card.lead, reason="erasure"))
    assert known(one) == {}


def test_a_segment_is_chosen_by_what_is_known(some: TestFloor) -> None:
    work(some, "not_now", reason="contract", return_month="2027-03", incumbent="Apex")
    work(some, "not_now", reason="contract", return_month="2028-03", incumbent="Borealis")
    work(some, "no", reason="happy", incumbent="apex")
    assert counted(some) == 6
    assert counted(some, incumbent="APEX") == 2
    assert counted(some, incumbent="known") == 3
    assert counted(some, incumbent="unknown") == 3
    assert counted(some, contract_within=6) == 1
    assert counted(some, contract_within=3) == 0
    assert counted(some, contract_within=24, incumbent="known") == 2
    choices = some.ask("Cleo", CountSegment()).incumbents
    assert {each.value: each.leads for each in choices} == {"Apex": 1, "Borealis": 1, "apex": 1}


def test_a_campaign_draws_the_leads_of_its_segment_only(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6, release=False) as floor:
        known_lead = rows(floor, "SELECT id FROM lead ORDER BY id")[2]["id"]
        tamper(floor, "INSERT INTO lead_fact VALUES (?, 'incumbent', 1, 'Apex')", known_lead)
        release_campaign(floor, segment=Segment(incumbent="Apex"))
        assert [each["lead_id"] for each in rows(floor, "SELECT lead_id FROM ticket")] == [known_lead]


def test_what_is_typed_is_never_sql(some: TestFloor) -> None:
    assert counted(some, incumbent="apex' OR 1=1 --") == 0
