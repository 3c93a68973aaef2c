"""One company, one voice: one call at a time, four hours between its people, the same SDR for five days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import accounts
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.explaining import ExplainTicket, WhyDry
from salesdesk.desk.moving import Assign
from salesdesk.desk.people import GiveBack
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.serving import AnyWork, ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.store import leads
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import (
    DAY,
    HOUR,
    assert_clean,
    claim,
    dial,
    nothing,
    pick_up,
    record,
    row,
    rows,
    tamper,
    ticket,
    undo,
    value,
    work,
)

NAMES = (("Ada", "Byron"), ("Grace", "Hopper"), ("Mary", "Somerville"))
ACME = [
    [a, b, f"{a}@acme.example".lower(), f"+1212555010{n}", "VP", "Acme Inc.", "New York", "NY", "US"]
    for n, (a, b) in enumerate(NAMES)
]
COMPANY = csv_of(ACME)


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[TestFloor]:
    """Three people of one company."""
    with make_floor(tmp_path, leads=0, data=COMPANY) as made:
        yield made


def at_desk(floor: TestFloor, lead: int, do: Any) -> None:
    """What a use case does with a lead, in a write of its own."""

    def change(session: Any) -> None:
        here = floor.counter.floor(session)
        found = leads.by_id(session, lead)
        assert found is not None
        do(here, found)

    floor.counter.store.write(change)


# --- one call at a time, and four hours between -----------------------------------------------------------------


def test_nobody_is_served_whose_colleague_is_in_a_colleagues_hands(acme: TestFloor) -> None:
    claim(acme)
    nothing(acme, "Ito")
    assert value(acme, "SELECT count(*) FROM hold") == 1
    acme.ask("Dana", GiveBack())
    acme.clock.forward(900)
    claim(acme, "Ito")
    assert_clean(acme)


def test_four_hours_pass_between_two_people_of_a_company(acme: TestFloor) -> None:
    first = work(acme, "no")
    nothing(acme)
    acme.clock.forward(4 * HOUR - 1)
    nothing(acme)
    assert not acme.ask("Dana", AnyWork()).ready
    acme.clock.forward(1)
    second = claim(acme)
    assert second.lead != first.lead
    assert value(acme, "SELECT count(*) FROM event WHERE kind = 'served'") == 2
    assert value(acme, "SELECT sum(n) FROM dealt") == 2
    assert_clean(acme)


def test_whoever_was_put_off_is_counted_neither_tried_nor_dealt(acme: TestFloor) -> None:
    first = work(acme, "no")
    nothing(acme)
    others = rows(acme, "SELECT * FROM ticket WHERE lead_id <> ?", first.lead)
    assert {(each["state"], each["attempts"], each["dealt"], each["due_at"]) for each in others} == {
        ("sleeping", 0, 0, acme.clock.time + 4 * HOUR)
    }


def test_the_same_person_is_tried_again_as_their_plan_says(acme: TestFloor) -> None:
    busy = work(acme, "no_answer", busy=True)
    acme.clock.forward(HOUR)
    again = claim(acme)
    assert again.lead == busy.lead
    assert "their company stays with you" in again.why


def test_whose_company_is_not_known_are_no_colleagues(tmp_path: Path) -> None:
    nameless = csv_of([[a, b, f"{a}@mail.example".lower(), f"+1212555010{n}", "VP", "", "", "", "US"]
                       for n, (a, b) in enumerate(NAMES)])  # fmt: skip
    with make_floor(tmp_path, leads=0, data=nameless) as floor:
        work(floor, "no")
        claim(floor)
        claim(floor, "Ito")
        assert_clean(floor)


def test_a_promise_is_kept_although_a_colleague_of_theirs_was_called(acme: TestFloor) -> None:
    promised = work(acme, "call_back", when="2026-11-19T15:00-05:00")
    acme.clock.forward(4 * HOUR)  # 14:30
    other = work(acme, "no")
    assert other.lead != promised.lead
    acme.clock.forward(HOUR // 2)
    assert claim(acme).lead == promised.lead
    assert_clean(acme)


def test_a_promise_waits_a_minute_while_a_colleague_of_theirs_is_on_a_call(acme: TestFloor) -> None:
    promised = work(acme, "call_back", when="2026-11-19T14:31-05:00")
    acme.clock.forward(4 * HOUR - 180)
    other = value(acme, "SELECT min(id) FROM lead WHERE id <> ?", promised.lead)
    acme.clock.forward(180)
    at_desk(acme, other, lambda floor, lead: accounts.leave(floor, acme.desk("Dana").person, lead))
    theirs = claim(acme, "Ito")
    assert theirs.lead != promised.lead
    acme.clock.forward(60)
    acme.ask("Ito", ClaimNext())
    nothing(acme)
    assert row(acme, "SELECT due_at FROM promise")["due_at"] == acme.clock.time + 60
    acme.ask("Ito", GiveBack())
    acme.clock.forward(60)
    assert claim(acme).lead == promised.lead


# --- the same SDR for five days ---------------------------------------------------------------------------------


def test_a_company_stays_with_its_sdr_for_five_days(acme: TestFloor) -> None:
    first = work(acme, "no")
    acme.clock.forward(4 * HOUR)
    nothing(acme, "Ito")
    kept = rows(acme, "SELECT owner_id, owner_until, state FROM ticket WHERE lead_id <> ?", first.lead)
    dana = acme.desk("Dana").person.id
    assert {(each["owner_id"], each["owner_until"], each["state"]) for each in kept} == {
        (dana, acme.clock.time - 4 * HOUR + 5 * DAY, "ready")
    }
    card = claim(acme)
    assert ticket(acme, card)["dealt"] == 1, "an owned first deal counts"
    assert value(acme, "SELECT n FROM dealt WHERE person_id = ?", dana) == 2
    assert_clean(acme)


def test_after_five_days_a_company_is_anybodys(acme: TestFloor) -> None:
    work(acme, "no")
    acme.clock.forward(4 * HOUR)
    nothing(acme, "Ito")
    acme.clock.forward(5 * DAY - 4 * HOUR)  # Tuesday
    assert acme.ask("Ito", AnyWork()).ready
    claim(acme, "Ito")
    assert_clean(acme)


def test_a_retry_stays_with_whoever_called_first(acme: TestFloor) -> None:
    card = work(acme, "no_answer", busy=True)
    acme.clock.forward(HOUR)
    nothing(acme, "Ito")
    assert claim(acme).lead == card.lead


def test_what_is_kept_comes_before_others_who_were_tried_as_often_and_after_those_tried_less(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(3)[:2])) as floor:
        busy = work(floor, "no_answer", busy=True)
        floor.clock.forward(HOUR)
        assert claim(floor).lead != busy.lead, "nobody has tried this one yet"
        fresh = claim(floor)
        dial(floor, fresh)
        record(floor, fresh, "no")
        assert claim(floor).lead == busy.lead


def test_a_company_is_free_when_its_sdr_works_in_the_campaign_no_more(acme: TestFloor) -> None:
    work(acme, "no")
    acme.clock.forward(4 * HOUR)
    nothing(acme, "Ito")
    acme.ask("Sam", Assign(person="Dana", campaign=1, turn=0))
    claim(acme, "Ito")
    assert_clean(acme)


def test_a_company_that_i_left_to_others_is_theirs(acme: TestFloor) -> None:
    work(acme, "no")
    acme.clock.forward(4 * HOUR)
    card = claim(acme)
    acme.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="language"))
    claim(acme, "Ito")
    assert_clean(acme)


def test_two_campaigns_call_one_company_as_one_floor(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(ACME[:1])) as floor:
        import_rows(floor, csv_of(ACME[1:2]), name="Later")
        release_campaign(floor, name="Autumn", callers=("Ito",))
        work(floor, "no")
        nothing(floor, "Ito")
        floor.clock.forward(4 * HOUR)
        claim(floor, "Ito")  # Dana does not work in that campaign
        assert_clean(floor)


# --- one variant, referrals, pauses -----------------------------------------------------------------------------


def test_a_company_hears_one_variant_whatever_batch_its_people_come_in(tmp_path: Path) -> None:
    many = [
        [f"F{n}", f"L{n}", f"p{n}@c.example", f"+1212555{1000 + n}"[:12], "VP", f"Company {n % 4} Inc", "", "", "US"]
        for n in range(100, 124)
    ]
    with make_floor(tmp_path, leads=0, data=csv_of(many), script_b="Hello {{first_name}}.", quantity=12) as floor:
        tamper(floor, "DELETE FROM script WHERE variant = 'A'")  # another lot would now be drawn for each company
        draft = floor.ask("Cleo", DraftBatch(campaign=1, quantity=50))
        floor.run("Cleo", CheckBatch(batch=draft.batch))
        floor.run("Cleo", ReleaseBatch(batch=draft.batch))
        heard = rows(
            floor,
            "SELECT l.account_id, count(DISTINCT t.variant) AS variants, count(*) AS n FROM ticket t"
            " JOIN lead l ON l.id = t.lead_id GROUP BY l.account_id",
        )
        assert {each["variants"] for each in heard} == {1}
        assert sum(each["n"] for each in heard) == 24


def test_whoever_i_was_sent_to_is_mine_and_hears_the_same_variant(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = work(floor, "referred", name="Nora Fresh", number="212 555 0188")
        nothing(floor, "Ito")
        new = claim(floor)
        assert (new.name, new.variant) == ("Nora Fresh", card.variant)
        assert ticket(floor, new)["owner_id"] == floor.desk("Dana").person.id
        assert_clean(floor)


def test_before_a_meeting_nobody_else_of_the_company_is_called(acme: TestFloor) -> None:
    met = work(acme, "no")
    at_desk(acme, met.lead, lambda floor, lead: accounts.pause(floor, lead, floor.now + 3 * DAY))
    acme.clock.forward(5 * HOUR)
    nothing(acme)
    assert "in companies that rest" in acme.ask("Dana", WhyDry()).sentence
    at_desk(acme, met.lead, accounts.lift)
    claim(acme)
    assert_clean(acme)


def test_a_meeting_that_falls_through_soon_leaves_the_company_its_four_hours(acme: TestFloor) -> None:
    met = work(acme, "no")
    at_desk(acme, met.lead, lambda floor, lead: accounts.pause(floor, lead, floor.now + 3 * DAY))
    nothing(acme)
    acme.clock.forward(HOUR)
    at_desk(acme, met.lead, accounts.lift)
    nothing(acme)
    acme.clock.forward(3 * HOUR)
    claim(acme)


def test_an_undone_gatekeeper_gives_the_company_its_rest_back(acme: TestFloor) -> None:
    card = claim(acme)
    dial(acme, card)
    called = acme.clock.time
    acme.clock.forward(300)
    record(acme, card, "gatekeeper")
    assert value(acme, "SELECT rests_until FROM account") == called + 300 + 4 * HOUR
    nothing(acme)
    undo(acme)
    assert value(acme, "SELECT rests_until FROM account") == called + 4 * HOUR
    others = rows(acme, "SELECT due_at FROM ticket WHERE lead_id <> ?", card.lead)
    assert {each["due_at"] for each in others} == {called + 4 * HOUR}


MEETING = "2026-11-24T15:00:00+00:00"


def test_a_promise_that_is_kept_before_a_meeting_does_not_end_the_pause_for_it(acme: TestFloor) -> None:
    promised = work(acme, "call_back", when="today 4pm")
    acme.clock.forward(4 * HOUR)
    met = work(acme, "meeting", slot=MEETING)
    rest = row(acme, "SELECT contacted_lead, rests_until FROM account")
    assert rest["contacted_lead"] == met.lead
    acme.clock.forward(HOUR + HOUR // 2)
    assert work(acme, "gatekeeper").lead == promised.lead
    assert row(acme, "SELECT contacted_lead, rests_until FROM account") == rest
    acme.clock.time = ticket(acme, promised)["due_at"]
    nothing(acme)
    told = acme.ask("Cleo", ExplainTicket(ticket=promised.ticket))
    assert "a colleague of theirs was contacted: their company rests until 22 Feb 10:30" in told.lines
    acme.clock.forward(1)
    assert acme.ask("Dana", WhyDry()).sentence.startswith("2 in companies that rest, the first until 22 Feb 10:30")
    assert_clean(acme)


def test_an_undone_meeting_leaves_the_company_the_rest_of_whom_a_colleague_called_meanwhile(acme: TestFloor) -> None:
    promised = work(acme, "call_back", when="today 3pm", owner="anyone")
    acme.clock.forward(4 * HOUR + 1680)
    work(acme, "meeting", slot=MEETING)
    acme.clock.forward(120)
    called = acme.clock.time
    assert work(acme, "no_answer", "Ito").lead == promised.lead
    acme.clock.forward(120)
    undo(acme)
    rest = row(acme, "SELECT contacted_lead, rests_until FROM account")
    assert (rest["contacted_lead"], rest["rests_until"]) == (promised.lead, called + 4 * HOUR)
    assert_clean(acme)


def test_an_undone_meeting_leaves_the_company_paused_for_a_colleagues(acme: TestFloor) -> None:
    other = work(acme, "call_back", when="today 3pm", owner="anyone")
    acme.clock.forward(4 * HOUR + 1680)
    work(acme, "meeting", slot="2026-11-25T15:00:00+00:00")
    acme.clock.forward(180)
    assert work(acme, "meeting", "Ito", slot=MEETING).lead == other.lead
    undo(acme)
    rest = row(acme, "SELECT contacted_lead, rests_until FROM account")
    assert rest["contacted_lead"] == other.lead
    assert rest["rests_until"] == value(acme, "SELECT ends_at FROM meeting WHERE state = 'booked'") + 90 * DAY


# --- told in words ----------------------------------------------------------------------------------------------


def test_why_somebody_of_a_company_is_not_called_is_told(acme: TestFloor) -> None:
    card = claim(acme)
    other = value(acme, "SELECT min(id) FROM ticket WHERE id <> ?", card.ticket)
    told = acme.ask("Cleo", ExplainTicket(ticket=other))
    assert told.lines[0] == "may not be called now: in a company that a colleague is calling"
    assert "a colleague of theirs is on a call with Dana" in told.lines
    dial(acme, card)
    pick_up(acme, card)
    record(acme, card, "no")
    told = acme.ask("Cleo", ExplainTicket(ticket=other))
    assert told.lines[0] == "may not be called now: in a company that was contacted lately"
    assert "a colleague of theirs was contacted: their company rests until 14:30" in told.lines
    assert "kept for Dana until Tue 10:30, who has called their company" in told.lines


def test_a_dry_queue_says_for_whom_the_rest_is_kept(acme: TestFloor) -> None:
    work(acme, "no")
    nothing(acme)
    assert acme.ask("Ito", WhyDry()).sentence.startswith("2 in companies that rest, the first until 14:30")
    acme.clock.forward(4 * HOUR)
    nothing(acme, "Ito")
    assert acme.ask("Ito", WhyDry()).sentence.startswith("2 kept for Dana, the first until Tue 10:30")
    assert acme.ask("Dana", WhyDry()).ready == 2


def test_an_undone_call_leaves_a_lead_with_whom_it_was_kept_for(acme: TestFloor) -> None:
    work(acme, "no")
    acme.clock.forward(4 * HOUR)
    nothing(acme, "Ito")
    card = claim(acme)
    dial(acme, card)
    before, company = ticket(acme, card), row(acme, "SELECT * FROM account")
    record(acme, card, "gatekeeper")
    undo(acme)
    assert ticket(acme, card) == before
    assert row(acme, "SELECT * FROM account") == company
