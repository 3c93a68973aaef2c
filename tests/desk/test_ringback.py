"""They ring back: found exactly, in my hands at once, counted as no attempt, and looked up no more than is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.calls import NextNumber
from salesdesk.desk.people import GiveBack
from salesdesk.desk.ringback import FindRingBack, FoundBack
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.line.inbound import LOOK_UPS
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.steps import HOUR, assert_clean, beat, claim, dial, record, refused, row, rows, tamper, value, work

NUMBER, NAME = "+16175550100", "First2 Last2"


def look_up(floor: TestFloor, said: str = NUMBER, by: str = "Dana") -> FoundBack:
    return floor.ask(by, FindRingBack(said=said))


@pytest.mark.parametrize("said", [NUMBER, "617 555 0100", "(617) 555-0100", "P2@company2.example "])
def test_who_rings_is_in_my_hands_as_after_an_answered_dial(floor: TestFloor, said: str) -> None:
    found = look_up(floor, said)
    card = found.card
    assert card is not None
    assert (found.found, card.name) == ("yours", NAME)
    assert "an outcome needs no dial" in found.sentence
    assert (card.dials, card.dialed_at, card.answered_at) == (0, floor.clock.time, floor.clock.time)
    assert card.why == "they rang back, and are on the line"
    assert value(floor, "SELECT state FROM seat WHERE person_id = 1") == "call"
    floor.clock.forward(90)
    record(floor, card, "not_now")
    told = row(floor, "SELECT * FROM event WHERE kind = 'recorded'")
    assert '"talk":90' in told["data"]
    assert '"dials":0' in told["data"]
    assert value(floor, "SELECT attempts FROM ticket WHERE id = ?", card.ticket) == 0
    assert not rows(floor, "SELECT * FROM rollup WHERE outcome = '@dialed'")
    assert_clean(floor)


def test_my_undialed_lead_goes_back_uncounted_and_unbudgeted(floor: TestFloor) -> None:
    mine = claim(floor)
    assert mine.name != NAME
    card = look_up(floor).card
    assert card is not None
    assert card.name == NAME
    assert not beat(floor, mine)
    back = row(floor, "SELECT state, dealt, attempts FROM ticket WHERE id = ?", mine.ticket)
    assert back == {"state": "ready", "dealt": 0, "attempts": 0}
    assert not rows(floor, "SELECT id FROM event WHERE kind IN ('returned', 'skipped', 'expired')")
    record(floor, card, "not_now")
    assert claim(floor).ticket == mine.ticket
    assert_clean(floor)


def test_a_lead_that_i_dialed_wants_its_outcome_first(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    refused(floor, "Dana", FindRingBack(said=NUMBER), "on_a_call")
    assert not rows(floor, "SELECT id FROM event WHERE kind = 'looked_up'")
    record(floor, card, "no_answer")
    assert look_up(floor).found == "yours"
    refused(floor, "Dana", FindRingBack(said=NUMBER), "on_a_call")


def test_the_lead_on_my_own_screen_is_the_one_who_rings(floor: TestFloor) -> None:
    mine = claim(floor)
    found = look_up(floor, mine.numbers[0].e164)
    assert found.card is not None
    assert found.card.token == mine.token
    assert found.card.answered_at == floor.clock.time
    record(floor, mine, "not_now")
    assert_clean(floor)


def test_what_is_not_found_held_or_ambiguous_is_said_in_a_sentence(tmp_path: Path) -> None:
    people = people_rows(4)
    people.append(["Nora", "Other", "nora@company9.example", people[0][3], "Owner", "Company 9 Inc.", "", "", "US"])
    with make_floor(tmp_path, data=csv_of(people)) as floor:
        assert look_up(floor, "+12125559999").found == "nobody"
        assert look_up(floor, "nobody@company1.example").found == "nobody"
        assert look_up(floor, people[0][3]).found == "several"
        theirs = claim(floor, "Ito")
        found = look_up(floor, theirs.email)
        assert (found.found, found.card) == ("held", None)
        assert found.sentence.startswith("Ito has ")
        refused(floor, "Dana", FindRingBack(said="12 ab"), "bad_number")
        refused(floor, "Dana", FindRingBack(said="a@b"), "bad_email")
        told = [each["data"] for each in rows(floor, "SELECT data FROM event WHERE kind = 'looked_up' ORDER BY id")]
        assert [each.split('"')[3] for each in told] == ["nobody", "nobody", "several", "held"]
        assert not any("555" in each or "@" in each for each in told)
        assert_clean(floor)


def test_who_asked_not_to_be_called_may_ring_us(floor: TestFloor) -> None:
    card = claim(floor)
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    found = look_up(floor, card.numbers[0].e164, "Ito")
    assert (found.found, found.card) == ("suppressed", None)
    assert card.name in found.sentence
    assert "do-not-call" in found.sentence
    assert "a supervisor may lift it" in found.sentence
    assert not rows(floor, "SELECT * FROM hold")
    assert_clean(floor)


def test_twenty_look_ups_an_hour(floor: TestFloor) -> None:
    for _ in range(LOOK_UPS):
        look_up(floor, "+12125559999")
        floor.clock.forward(30)
    said = refused(floor, "Dana", FindRingBack(said=NUMBER), "too_many")
    assert said == "20 look-ups within an hour; it goes on at 11:30"
    assert look_up(floor, by="Ito").found == "yours"
    floor.clock.forward(HOUR - LOOK_UPS * 30)
    assert look_up(floor, "+12125559999").found == "nobody"


def test_asked_again_under_its_key_it_is_one_look_up(floor: TestFloor) -> None:
    ask = FindRingBack(said=NUMBER)
    first = floor.ask("Dana", ask)
    again = floor.ask("Dana", ask)
    assert first.card is not None
    assert again.card is not None
    assert first.card.token == again.card.token
    assert len(rows(floor, "SELECT id FROM event WHERE kind = 'looked_up'")) == 1


def test_answering_is_lawful_at_any_hour(floor: TestFloor) -> None:
    floor.clock.forward(12 * HOUR)  # 22:30 in New York
    assert floor.ask("Dana", ClaimNext()) is None
    card = look_up(floor).card
    assert card is not None
    record(floor, card, "not_now")
    assert_clean(floor)


def test_who_was_finished_with_has_a_ticket_again(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        done = work(floor, "no", reason="no_need")
        assert value(floor, "SELECT state FROM ticket") == "done"
        card = look_up(floor, done.email, "Ito").card
        assert card is not None
        assert (card.ticket, card.kind) == (done.ticket, "ring_back")
        record(floor, card, "meeting", "Ito")
        assert_clean(floor)


def test_a_lead_that_no_campaign_has_is_worked_in_mine(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6, quantity=2) as floor:
        free = row(
            floor,
            "SELECT k.email, l.id FROM lead l JOIN contact k ON k.id = l.contact_id"
            " WHERE NOT EXISTS (SELECT 1 FROM ticket t WHERE t.lead_id = l.id) ORDER BY l.id LIMIT 1",
        )
        card = look_up(floor, free["email"]).card
        assert card is not None
        assert (card.lead, card.kind, card.campaign_id) == (free["id"], "ring_back", 1)
        record(floor, card, "call_back", when="today 4pm")
        assert value(floor, "SELECT state FROM ticket WHERE id = ?", card.ticket) == "promised"
        assert_clean(floor)


@pytest.mark.parametrize(("outcome", "kept"), [("not_now", True), ("call_back", True), ("no_answer", False)])
def test_a_promise_is_kept_or_stands_as_the_outcome_says(tmp_path: Path, outcome: str, kept: bool) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "call_back", when="tue 3pm")
        before = row(floor, "SELECT promised_at, person_id FROM promise")
        again = look_up(floor, card.email).card
        assert again is not None
        assert again.ticket == card.ticket
        record(floor, again, outcome)
        after = rows(floor, "SELECT promised_at, person_id FROM promise")
        assert (after == [before]) is (outcome == "no_answer")
        assert bool(rows(floor, "SELECT * FROM rollup WHERE outcome = '@kept' AND n > 0")) is kept
        assert_clean(floor)


def test_the_wrong_one_goes_back_as_it_was_and_an_outcome_can_be_undone(floor: TestFloor) -> None:
    card = look_up(floor).card
    assert card is not None
    record(floor, card, "not_now")
    again: Any = floor.ask("Dana", Undo())
    assert (again.ticket, again.answered_at) == (card.ticket, card.answered_at)
    record(floor, again, "not_now")
    assert_clean(floor)


def test_who_is_on_the_line_is_not_given_back_unrecorded(floor: TestFloor) -> None:
    look_up(floor)
    refused(floor, "Dana", GiveBack(), "on_a_call")
    refused(floor, "Dana", Undo(), "nothing_to_undo")


@pytest.mark.parametrize("outcome", ["meeting", "not_now", "no_answer"])
def test_a_call_that_was_lost_leaves_who_rang_as_they_were(tmp_path: Path, outcome: str) -> None:
    """Whoever agreed to a meeting, or said next spring, is not called before since our line failed."""
    with make_floor(tmp_path, leads=1) as floor:
        work(floor, outcome)
        before = row(floor, "SELECT state, due_at FROM ticket WHERE id = 1")
        assert look_up(floor, "p0@company0.example").found == "yours"
        floor.clock.forward(300)
        assert floor.ask("Ito", ClaimNext()) is None
        assert row(floor, "SELECT state, due_at FROM ticket WHERE id = 1") == before
        assert_clean(floor)


def test_the_wrong_one_is_skipped_and_waits_as_before(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        work(floor, "no", reason="no_need")
        card = look_up(floor, "p0@company0.example").card
        assert card is not None
        floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="conflict"))
        assert value(floor, "SELECT state FROM ticket WHERE id = ?", card.ticket) == "done"
        assert_clean(floor)


def test_a_look_up_that_finds_nobody_s_lead_is_logged_and_counted(tmp_path: Path) -> None:
    """Else whoever is in no campaign could try addresses as often as they like, and nobody would see it."""
    with make_floor(tmp_path, leads=2, release=False) as floor:
        for _ in range(LOOK_UPS):
            assert look_up(floor, "p1@company1.example").found == "no_campaign"
        refused(floor, "Dana", FindRingBack(said=NUMBER), "too_many")
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'looked_up'") == LOOK_UPS


def test_a_number_that_a_colleague_is_calling_is_not_taken_over(tmp_path: Path) -> None:
    shared = [
        [name, "Park", f"{name}@{name}.example".lower(), "+12125550100", "Owner", f"{name} Inc.", "", "", "US"]
        for name in ("Ada", "Grace")
    ]
    with make_floor(tmp_path, leads=0, data=csv_of(shared)) as floor:
        mine = claim(floor)
        tamper(
            floor,
            "INSERT INTO phone (contact_id, position, e164, extension, mark, zones, regions, state) SELECT contact_id,"
            " 2, '+12125550177', '', 'another', zones, regions, state FROM phone WHERE contact_id ="
            " (SELECT contact_id FROM lead WHERE id = ?)",
            mine.lead,
        )
        floor.ask("Dana", NextNumber(ticket=mine.ticket, token=mine.token))
        claim(floor, "Ito")
        found = look_up(floor, mine.email)
        assert found.card is not None
        assert found.card.current == 2
        assert_clean(floor)
