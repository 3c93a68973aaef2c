"""Records that calls find wrong: charged to their list and its supplier, settled by research, never the caller's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.defects import ListDefects, ListQuality, QualityLine
from salesdesk.desk.recording import Recorded, RecordOutcome
from salesdesk.desk.skipping import Skip
from tests.floors import TestFloor, csv_of, import_rows, make_floor
from tests.steps import assert_clean, claim, dial, record, row, rows, tamper, ticket, undo, value, work

TWO_NUMBERS = (
    b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
    b"Ada,Byron,ada@one.example,+12125550100,+13125550101,One Inc,US\n"
)


def defects(floor: TestFloor, name: str = "Rae") -> list[tuple[str, str, str]]:
    return [(each.what, each.list, each.supplier) for each in floor.ask(name, ListDefects()).defects]


def quality(floor: TestFloor) -> QualityLine:
    return floor.ask("Cleo", ListQuality()).lists[0]


def research(floor: TestFloor, outcome: str, **answers: Any) -> Recorded:
    card = claim(floor, "Rae", "researcher")
    return floor.ask("Rae", RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=answers))


def test_a_bad_record_is_charged_to_its_list_and_supplier(one: TestFloor) -> None:
    work(one, "bad_record", what="dead")
    assert defects(one) == defects(one, "Cleo") == [("dead number", "Test list", "Apex")]
    found = quality(one)
    assert (found.leads, found.dialed, found.bad_records, found.open, found.settled) == (1, 1, 1, 1, 0)
    assert found.share == "1 of 1"
    assert "person" not in str(one.ask("Rae", ListDefects())), "the caller is told to nobody"
    assert_clean(one)


def test_a_wrong_number_is_charged_and_the_lead_lives_on_with_its_other_one(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=TWO_NUMBERS) as floor:
        card = claim(floor)
        dial(floor, card)
        done = record(floor, card, "bad_record", what="wrong_person", answered=True)
        assert done.goes_on
        found = quality(floor)
        assert (found.bad_records, found.open, found.settled) == (1, 0, 1), "its next number settles it"
        assert [each["state"] for each in rows(floor, "SELECT state FROM phone ORDER BY position")] == ["wrong", "good"]
        assert rows(floor, "SELECT 1 FROM ticket WHERE station = 'researcher'") == []
        dial(floor, card)
        record(floor, card, "bad_record", what="dead")
        assert quality(floor).open == 1
        assert defects(floor) == [("dead number", "Test list", "Apex")]
        assert quality(floor).bad_records == 1, "one record with two defects is one bad record"
        assert_clean(floor)


def test_undo_takes_the_defect_back(one: TestFloor) -> None:
    work(one, "bad_record", what="left_company")
    undo(one)
    assert defects(one) == []
    assert quality(one).bad_records == 0
    assert_clean(one)


@pytest.mark.parametrize(
    ("outcome", "answers"),
    [
        ("fixed", {"number": "+1 312 555 0177", "source": "their site"}),
        ("replaced", {"successor": "Nora Fresh", "role": "Controller", "number": "+1 312 555 0177"}),
        ("withdrawn", {"reason": "not_found"}),
        ("other_segment", {"segment": "freight brokers"}),
    ],
)
def test_research_settles_it_and_undo_opens_it_again(one: TestFloor, outcome: str, answers: dict[str, Any]) -> None:
    work(one, "bad_record", what="dead")
    research(one, outcome, **answers)
    assert defects(one) == []
    assert quality(one).settled == 1
    assert value(one, "SELECT state FROM defect") == outcome
    assert_clean(one)
    undo(one, "Rae")
    assert defects(one) == [("dead number", "Test list", "Apex")]
    assert_clean(one)


def test_a_number_that_research_found_is_dialed_next(one: TestFloor) -> None:
    card = work(one, "bad_record", what="dead")
    research(one, "fixed", number="312 555 0177", source="their site")
    again = claim(one, "Dana")
    assert again.ticket == card.ticket
    assert next(each.e164 for each in again.numbers if each.position == again.current) == "+13125550177"
    assert_clean(one)


def test_bad_data_seen_before_a_dial_is_a_defect_once(one: TestFloor) -> None:
    for _ in range(2):
        card = claim(one)
        one.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="bad_data"))
        assert defects(one) == [("bad data seen", "Test list", "Apex")]
        one.clock.time = ticket(one, card)["due_at"]
    found = quality(one)
    assert (found.dialed, found.looked_at, found.bad_records, found.share) == (0, 1, 1, "1 of 1")
    assert row(one, "SELECT kind, state FROM ticket WHERE station = 'researcher'") == {
        "kind": "defect",
        "state": "ready",
    }
    assert_clean(one)


def test_a_lead_that_research_withdraws_is_called_by_nobody_any_more(one: TestFloor) -> None:
    card = claim(one)
    one.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="bad_data"))
    assert ticket(one, card)["state"] == "sleeping"
    research(one, "withdrawn", reason="closed_down")
    assert ticket(one, card)["state"] == "done"
    assert_clean(one)
    undo(one, "Rae")
    assert ticket(one, card)["state"] == "sleeping"
    assert_clean(one)


def test_shares_have_an_interval_from_twenty_leads_on_and_suppliers_sum_their_lists(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=30) as floor:
        import_rows(
            floor, csv_of([["X", "Y", "x@y.example", "+12125550999", "VP", "Y Inc", "", "", "US"]]), name="More"
        )
        tamper(floor, "INSERT INTO reach SELECT 1, id, account_id, list_id, 'staff', 1, 0, 0 FROM lead WHERE id <= 25")
        tamper(
            floor,
            "INSERT INTO defect SELECT id, id, list_id, 1, 'dead', 0, 'open', NULL FROM lead WHERE id <= 5",
        )
        found = floor.ask("Cleo", ListQuality())
        line = next(each for each in found.lists if each.name == "Test list")
        assert (line.share, line.bad_records, line.looked_at) == ("10–36 %", 5, 25)
        assert line.low is not None
        assert line.high is not None
        assert line.low < 5 / 25 < line.high
        (apex,) = found.suppliers
        assert (apex.name, apex.leads, apex.dialed, apex.bad_records) == ("Apex", 31, 25, 5)
