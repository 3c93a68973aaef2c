"""Undo: the last outcome comes back, the next lead goes back, and every sum is put right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.people import SetState
from salesdesk.desk.ringback import FindRingBack
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.steps import (
    ANSWERS,
    assert_clean,
    claim,
    dial,
    pick_up,
    record,
    refused,
    row,
    rows,
    ticket,
    undo,
    value,
    work,
)


def sums(floor: TestFloor) -> dict[str, int]:
    found = rows(floor, "SELECT outcome, sum(n) AS n FROM rollup GROUP BY outcome")
    return {each["outcome"]: each["n"] for each in found if each["n"]}


@pytest.mark.parametrize("outcome", [name for name in ANSWERS if name != "do_not_call"])
def test_undo_brings_back_the_lead_as_it_was(one: TestFloor, outcome: str) -> None:
    card = claim(one)
    dial(one, card)
    one.clock.forward(10)
    pick_up(one, card)
    before, lead = ticket(one, card), row(one, "SELECT * FROM lead WHERE id = 1")
    one.clock.forward(50)
    record(one, card, outcome)
    back = undo(one)
    assert back.ticket == card.ticket
    assert back.token != card.token
    assert (back.dials, back.dialed_at, back.answered_at) == (1, card.taken_at, card.taken_at + 10), "its timer runs on"
    assert ticket(one, card) == before
    assert row(one, "SELECT * FROM lead WHERE id = 1") == lead
    assert rows(one, "SELECT * FROM promise") == []
    assert rows(one, "SELECT 1 FROM ticket WHERE id > 1 AND state <> 'done'") == []
    assert sums(one) == {"@served": 1, "@dialed": 1, "@answered": 1}
    assert {each["state"] for each in rows(one, "SELECT state FROM phone WHERE contact_id = 1")} == {"good"}
    assert_clean(one)


@pytest.mark.parametrize("outcome", [name for name in ANSWERS if name != "do_not_call"])
def test_an_undone_outcome_recorded_again_counts_once(one: TestFloor, outcome: str) -> None:
    work(one, outcome)
    once = sums(one)
    people = value(one, "SELECT count(*) FROM contact")
    back = undo(one)
    record(one, back, outcome)
    assert sums(one) == once
    assert value(one, "SELECT count(*) FROM contact") == people, "a referral is not made twice"
    assert value(one, "SELECT count(*) FROM ticket WHERE state <> 'done'") <= 2
    assert_clean(one)


def test_the_lead_just_served_goes_back_uncounted_with_its_rank(floor: TestFloor) -> None:
    first = work(floor)
    second = claim(floor)
    before = ticket(floor, second)
    dealt = value(floor, "SELECT sum(n) FROM dealt")
    assert undo(floor).ticket == first.ticket
    after = ticket(floor, second)
    assert (after["state"], after["rank"], after["dealt"]) == ("ready", before["rank"], 0)
    assert value(floor, "SELECT sum(n) FROM dealt") == dealt - 1
    assert_clean(floor)


def test_the_sums_of_the_original_day_are_put_right(tmp_path: Path) -> None:
    late = int(
        datetime(2026, 11, 21, 4, 55, tzinfo=UTC).timestamp()
    )  # five to midnight at the floor, 18:55 in Honolulu
    data = csv_of([["Ada", "Byron", "a@one.example", "+18085550100", "VP", "One", "Honolulu", "HI", "US"]])
    hours = {"weekdays": (0, 1, 2, 3, 4), "start": "08:00", "stop": "20:00"}
    with make_floor(tmp_path, leads=0, data=data, now=late, hours=hours) as floor:
        work(floor)
        day = value(floor, "SELECT DISTINCT day FROM rollup WHERE outcome = 'no_answer'")
        floor.clock.forward(540)
        undo(floor)
        undone = row(floor, "SELECT day FROM event WHERE kind = 'undone'")["day"]
        assert undone > day, "midnight has passed"
        assert value(floor, "SELECT n FROM rollup WHERE outcome = 'no_answer'") == 0
        assert_clean(floor)


def test_only_within_ten_minutes(one: TestFloor) -> None:
    work(one)
    one.clock.forward(601)
    assert "10 minutes" in refused(one, "Dana", Undo(), "nothing_to_undo")


def test_nothing_is_undone_twice(floor: TestFloor) -> None:
    work(floor)
    undo(floor)
    refused(floor, "Dana", Undo(), "nothing_to_undo")
    assert_clean(floor)


def test_the_outcome_before_can_be_undone_after_the_last_was(floor: TestFloor) -> None:
    first = work(floor, "no")
    work(floor, "no")
    back = undo(floor)
    refused(floor, "Dana", Undo(), "on_a_call")
    record(floor, back, "no")
    assert undo(floor).ticket == back.ticket
    assert ticket(floor, first)["state"] == "done"
    assert_clean(floor)


def test_a_repeated_key_undoes_once(floor: TestFloor) -> None:
    work(floor)
    ask = Undo(key="u1")
    assert floor.ask("Dana", ask) == floor.ask("Dana", ask)
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'undone'") == 1


def test_nobody_undoes_a_colleagues_outcome(floor: TestFloor) -> None:
    work(floor)
    refused(floor, "Ito", Undo(), "nothing_to_undo")


def test_once_the_executive_has_taken_the_meeting_it_is_too_late(one: TestFloor) -> None:
    work(one, "meeting")
    claim(one, "Eve", "executive")
    assert "executive has taken it" in refused(one, "Dana", Undo(), "moved_on")


def test_once_the_executive_has_given_a_result_it_is_too_late(one: TestFloor) -> None:
    work(one, "meeting")
    meeting = claim(one, "Eve", "executive")
    record(one, meeting, "accepted", "Eve")
    refused(one, "Dana", Undo(), "moved_on")


def test_undo_leaves_a_defect_that_stood_there_before(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        work(floor, "no", reason="not_our_market")
        research = row(floor, "SELECT id FROM ticket WHERE station = 'researcher'")["id"]
        back = undo(floor)
        record(floor, back, "bad_record", what="dead")
        assert row(floor, "SELECT id, state FROM ticket WHERE station = 'researcher'") == {
            "id": research,
            "state": "ready",
        }
        undo(floor)
        assert row(floor, "SELECT state FROM ticket WHERE id = ?", research)["state"] == "done"
        assert_clean(floor)


def test_a_promise_comes_back_with_the_undone_outcome(one: TestFloor) -> None:
    work(one, "call_back", when="2026-11-19T11:00-05:00")
    before = row(one, "SELECT * FROM promise")
    one.clock.forward(1800)
    work(one, "no")
    assert rows(one, "SELECT * FROM promise") == []
    undo(one)
    assert row(one, "SELECT * FROM promise") == before
    assert "@kept" not in sums(one)
    assert_clean(one)


def test_do_not_call_is_never_undone(floor: TestFloor) -> None:
    work(floor, "no")
    work(floor, "do_not_call")
    assert "supervisor" in refused(floor, "Dana", Undo(), "opt_out")


def test_an_opt_out_meanwhile_wins_over_undo(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = work(floor)
        floor.ask("Cleo", OptOut(lead=card.lead))
        refused(floor, "Dana", Undo(), "opt_out")
        assert ticket(floor, card)["state"] == "done"
        assert_clean(floor)


def test_a_company_opt_out_meanwhile_wins_over_undo(tmp_path: Path) -> None:
    names = (("Ada", "Byron", "+12125550100"), ("Grace", "Hopper", "+12125550101"))
    data = csv_of([[a, b, f"{a}@one.example", n, "VP", "One Inc", "", "", "US"] for a, b, n in names])
    with make_floor(tmp_path, leads=0, data=data) as floor:
        mine = work(floor)
        other = value(floor, "SELECT id FROM lead WHERE id <> ?", mine.lead)
        floor.ask("Cleo", OptOut(lead=other, scope="company"))
        refused(floor, "Dana", Undo(), "opt_out")
        assert ticket(floor, mine)["state"] == "done"
        assert_clean(floor)


def test_a_call_that_a_colleague_has_made_since_is_not_undone(one: TestFloor) -> None:
    """I promised a call in a minute and left; a colleague kept my promise."""
    work(one, "call_back", when="2026-11-19T10:31-05:00")
    one.clock.forward(60)
    one.ask("Dana", SetState(state="paused", code="break"))
    kept = work(one, "no", "Ito")
    refused(one, "Dana", Undo(), "taken")
    assert ticket(one, kept)["state"] == "done"
    assert_clean(one)


def test_while_a_colleague_holds_the_lead_it_is_not_undone(one: TestFloor) -> None:
    work(one, "call_back", when="2026-11-19T10:31-05:00")
    one.clock.forward(60)
    one.ask("Dana", SetState(state="paused", code="break"))
    claim(one, "Ito")
    refused(one, "Dana", Undo(), "taken")


def test_while_a_colleague_is_on_the_same_number_it_is_not_undone(tmp_path: Path) -> None:
    names = (("Ada", "Byron"), ("Grace", "Hopper"))
    data = csv_of([[a, b, f"{a}@one.example", "+12125550100", "VP", f"{b} Inc", "", "", "US"] for a, b in names])
    with make_floor(tmp_path, leads=0, data=data) as floor:
        work(floor, "no")
        claim(floor, "Ito")
        refused(floor, "Dana", Undo(), "taken")
        assert_clean(floor)


def test_once_i_have_dialed_the_next_lead_its_outcome_comes_first(floor: TestFloor) -> None:
    work(floor)
    dial(floor, claim(floor))
    refused(floor, "Dana", Undo(), "on_a_call")


def numbers(floor: TestFloor) -> list[str]:
    return [each["state"] for each in rows(floor, "SELECT state FROM phone ORDER BY position")]


def test_a_number_marked_wrong_by_a_misfire_is_good_again_and_its_call_goes_on(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    two_numbers.clock.forward(10)
    pick_up(two_numbers, card)
    two_numbers.clock.forward(30)
    assert record(two_numbers, card, "bad_record").goes_on
    back = undo(two_numbers)
    assert (back.current, back.dials, back.dialed_at, back.answered_at) == (1, 1, card.taken_at, card.taken_at + 10)
    assert numbers(two_numbers) == ["good", "good"]
    assert rows(two_numbers, "SELECT 1 FROM defect") == []
    assert sums(two_numbers) == {"@served": 1, "@dialed": 1, "@answered": 1}
    assert_clean(two_numbers)
    record(two_numbers, back, "no")
    assert_clean(two_numbers)


def test_once_the_next_number_was_dialed_the_wrong_one_is_for_research(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    record(two_numbers, card, "bad_record")
    dial(two_numbers, card)
    refused(two_numbers, "Dana", Undo(), "goes_on")
    record(two_numbers, card, "no")
    undo(two_numbers)
    refused(two_numbers, "Dana", Undo(), "goes_on")
    assert numbers(two_numbers) == ["dead", "good"]
    assert_clean(two_numbers)


def test_a_colleague_who_calls_the_number_meanwhile_keeps_it(tmp_path: Path) -> None:
    header = b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
    data = header + b"Ada,Byron,ada@one.example,+12125550100,+13125550101,One Inc,US\n"
    data += b"Grace,Hopper,g@two.example,+12125550100,+13125550102,Two Inc,US\n"
    with make_floor(tmp_path, leads=0, data=data) as floor:
        card = claim(floor)
        dial(floor, card)
        record(floor, card, "bad_record")
        claim(floor, "Ito")
        refused(floor, "Dana", Undo(), "taken")
        assert_clean(floor)


def test_a_number_that_was_known_to_be_wrong_stays_so(two_numbers: TestFloor) -> None:
    """They ring back from it; the outcome of that is undone."""
    card = claim(two_numbers)
    dial(two_numbers, card)
    record(two_numbers, card, "bad_record", what="wrong_person")
    dial(two_numbers, card)
    record(two_numbers, card, "no_answer")
    two_numbers.clock.forward(1800)
    back = two_numbers.ask("Dana", FindRingBack(said="+12125550100")).card
    assert back is not None
    record(two_numbers, back, "gatekeeper")
    undo(two_numbers)
    assert numbers(two_numbers) == ["wrong", "good"]
    assert_clean(two_numbers)


def test_a_number_that_was_stopped_meanwhile_stays_stopped(two_numbers: TestFloor) -> None:
    work(two_numbers)
    two_numbers.ask("Cleo", OptOut(number="+12125550100"))
    undo(two_numbers)
    assert numbers(two_numbers) == ["stopped", "good"]
    assert_clean(two_numbers)


def test_undo_while_my_next_lead_was_stopped_by_a_do_not_call(floor: TestFloor) -> None:
    first = work(floor, "no")
    second = claim(floor)
    floor.ask("Cleo", OptOut(lead=second.lead))
    assert undo(floor).ticket == first.ticket
    assert ticket(floor, second)["state"] == "done", "it does not go back to the pool"
    assert_clean(floor)


def test_what_is_undone_already_is_not_called_the_next_lead(floor: TestFloor) -> None:
    work(floor)
    work(floor)
    undo(floor)
    assert "undone already" in refused(floor, "Dana", Undo(), "on_a_call")


def test_a_pause_that_was_armed_waits_for_the_outcome_again(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    record(floor, card, "no_answer")
    floor.clock.forward(20)
    back = undo(floor)
    assert row(floor, "SELECT state, armed FROM seat WHERE person_id = 1") == {"state": "call", "armed": "lunch"}
    record(floor, back, "no")
    assert row(floor, "SELECT state, code FROM seat WHERE person_id = 1") == {"state": "paused", "code": "lunch"}
    assert_clean(floor)


def test_a_pause_taken_after_the_outcome_is_over_with_undo(floor: TestFloor) -> None:
    work(floor)
    floor.clock.forward(20)
    floor.ask("Dana", SetState(state="paused", code="break"))
    undo(floor)
    assert row(floor, "SELECT state, armed FROM seat WHERE person_id = 1") == {"state": "call", "armed": ""}


def test_who_was_named_by_mistake_is_gone_with_the_outcome(one: TestFloor) -> None:
    before = value(one, "SELECT count(*) FROM contact")
    put_in = rows(one, "SELECT * FROM campaign_band WHERE leads > 0")
    work(one, "referred", name="Nora Wrong")
    back = undo(one)
    assert value(one, "SELECT count(*) FROM contact") == before
    assert rows(one, "SELECT * FROM campaign_band WHERE leads > 0") == put_in
    assert_clean(one)
    record(one, back, "referred", name="Nora Right")
    assert value(one, "SELECT count(*) FROM ticket t JOIN lead l ON l.id = t.lead_id") == 2
    assert {each["last_name"] for each in rows(one, "SELECT last_name FROM contact")} == {"Last0", "Right"}
    assert value(one, "SELECT count(*) FROM phone") == 2
    assert_clean(one)


def test_a_colleague_who_was_on_the_house_list_stays_there(tmp_path: Path) -> None:
    names = (("Ada", "Byron", "+12125550100"), ("Nora", "Fresh", "+12125550101"))
    data = csv_of([[a, b, f"{b}@one.example", n, "VP", "One Inc", "", "", "US"] for a, b, n in names])
    with make_floor(tmp_path, leads=0, data=data, quantity=1) as floor:
        named = next(b for a, b, _ in names if b != claim(floor).name.split()[-1])
        whole = next(f"{a} {b}" for a, b, _ in names if b == named)
        work(floor, "referred", name=whole)
        assert value(floor, "SELECT count(*) FROM ticket WHERE kind = 'referral'") == 1
        undo(floor)
        assert value(floor, "SELECT count(*) FROM contact") == 2
        assert value(floor, "SELECT state FROM ticket WHERE kind = 'referral'") == "done"
        assert_clean(floor)


LAST = "SELECT max(id) FROM event WHERE kind = 'recorded'"


def test_an_undo_that_comes_late_takes_back_no_other_outcome(floor: TestFloor) -> None:
    """A line may hold a request back for longer than its asker waits for it."""
    work(floor)
    late = Undo(event=value(floor, LAST))
    meant = work(floor, "voicemail")
    refused(floor, "Dana", late, "not_the_last")
    assert rows(floor, "SELECT 1 FROM event WHERE kind = 'undone'") == []
    back = floor.ask("Dana", Undo(event=value(floor, LAST)))
    assert back is not None
    assert back.ticket == meant.ticket
    assert_clean(floor)
