"""Whoever asks for us: found or made once, called first, measured, and never against their own no."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.inbound import SpeedToLead, WaitingInbound
from salesdesk.desk.inquiries import LIST, AddInbound, Inquiry
from salesdesk.desk.lifting import LiftOptOut
from salesdesk.desk.people import GiveBack
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.serving import AnyWork, ClaimNext, Held
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.swapping import SwapForInbound
from salesdesk.line import inbound as rules
from tests.floors import MORNING, TestFloor, csv_of, make_floor, people_rows, release_campaign
from tests.steps import DAY, HOUR, assert_clean, claim, dial, nothing, record, refused, row, rows, undo, value, work

NEW = {"name": "Marta Oyelaran", "company": "Halden Freight", "number": "+12125550990", "email": "marta@halden.example"}


def asks(floor: TestFloor, by: str = "Cleo", /, **said: Any) -> Inquiry:
    """Somebody asks for us, and this person takes it in."""
    return floor.ask(by, AddInbound(**(NEW | said)))


def waiting(floor: TestFloor) -> list[tuple[str, int, bool]]:
    found = floor.ask("Cleo", WaitingInbound())
    return [(each.company, each.waited, each.late) for each in found.waiting]


def test_who_asks_is_made_once_and_is_served_first(floor: TestFloor) -> None:
    added = asks(floor, asked="a price for two lanes")
    assert (added.state, added.new, added.callable_at) == ("waiting", True, floor.clock.time)
    card = claim(floor)
    assert (card.ticket, card.kind, card.name) == (added.ticket, "inbound", "Marta Oyelaran")
    assert card.numbers[0].e164 == "+12125550990"
    assert card.why == "they asked for us at 10:30: a price for two lanes"
    lead = row(floor, "SELECT * FROM lead WHERE id = ?", added.lead)
    assert lead["source"] == "inbound"
    assert value(floor, "SELECT name FROM lead_list WHERE id = ?", lead["list_id"]) == LIST
    stratum = row(floor, "SELECT s.* FROM ticket t JOIN stratum s ON s.id = t.stratum_id WHERE t.id = ?", added.ticket)
    assert (stratum["label"], stratum["size"]) == ("inbound", 1)
    assert_clean(floor)


def test_the_longest_waiting_goes_to_the_first_free_seat(floor: TestFloor) -> None:
    first = asks(floor)
    floor.clock.forward(10)
    second = asks(floor, name="Nils Berg", company="Berg Cold", number="+13125550991", email="")
    assert claim(floor, "Ito").ticket == first.ticket
    assert claim(floor, "Dana").ticket == second.ticket
    assert_clean(floor)


def test_after_five_minutes_an_inquiry_is_an_ordinary_lead_of_its_stratum(floor: TestFloor) -> None:
    added = asks(floor)
    floor.clock.forward(rules.FIRST)
    served = []
    for _ in range(25):
        if (card := floor.ask("Dana", ClaimNext())) is None:
            break
        served.append(card.ticket)
        dial(floor, card)
        record(floor, card, "no_answer")
    assert added.ticket in served
    assert_clean(floor)


def test_an_idle_seat_learns_of_it_at_once(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        work(floor)
        nothing(floor)
        assert not floor.ask("Dana", AnyWork()).ready
        added = asks(floor)
        assert floor.ask("Dana", AnyWork()).ready
        assert claim(floor).ticket == added.ticket


def test_a_person_of_the_house_list_is_found_by_number_or_address(floor: TestFloor) -> None:
    contacts = value(floor, "SELECT count(*) FROM contact")
    first = asks(floor, name="First3 Last3", company="", number="+1 303 555 0100", email="", source="organic")
    lead = row(floor, "SELECT l.id, t.id AS ticket FROM lead l JOIN ticket t ON t.lead_id = l.id WHERE l.id ="
               " (SELECT lead_id FROM inbound)")  # fmt: skip
    assert (first.lead, first.ticket, first.new) == (lead["id"], lead["ticket"], False)
    second = asks(floor, name="First2 Last2", company="", number="", email="P2@company2.example")
    assert not second.new
    assert value(floor, "SELECT count(*) FROM contact") == contacts
    assert sum(each["size"] for each in rows(floor, "SELECT size FROM stratum")) == 24
    assert claim(floor).ticket == first.ticket
    assert_clean(floor)


def test_another_number_that_they_give_is_tried_first(floor: TestFloor) -> None:
    asks(floor, name="First3 Last3", company="", number="+12125550777", email="p3@company3.example")
    card = claim(floor)
    assert card.name == "First3 Last3"
    assert [each.e164 for each in card.numbers] == ["+12125550777", "+14045550100"]
    assert floor.ask("Dana", Dialed(ticket=card.ticket, token=card.token)).uri.startswith("tel:+12125550777")


def test_the_same_inquiry_twice_is_one_person_and_one_wait(floor: TestFloor) -> None:
    first = asks(floor, key="from the web form")
    assert asks(floor, key="from the web form") == first
    floor.clock.forward(40)
    again = asks(floor)
    assert (again.state, again.ticket, again.lead) == ("known", first.ticket, first.lead)
    assert again.note == "they asked 0:40 ago already, and they wait"
    assert len(rows(floor, "SELECT * FROM inbound")) == 1
    assert len(rows(floor, "SELECT * FROM contact WHERE last_name = 'Oyelaran'")) == 1


def test_who_rests_or_was_finished_with_is_called_when_they_ask(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "no", reason="no_need")
        added = asks(floor, name=card.name, company="", number=card.numbers[0].e164, email="")
        assert added.ticket == card.ticket
        again = claim(floor)
        assert (again.ticket, again.attempts) == (card.ticket, 0)
        assert dial(floor, again).allowed
        record(floor, again, "no_answer")
        assert_clean(floor)


def test_a_promise_stands_when_they_ask_before_its_time(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "call_back", when="tue 3pm")
        before = row(floor, "SELECT * FROM promise")
        added = asks(floor, name=card.name, company="", number=card.numbers[0].e164, email="")
        assert added.ticket == card.ticket
        again = claim(floor, "Ito")
        assert (again.ticket, again.promised_at is not None) == (card.ticket, True)
        assert dial(floor, again, "Ito").allowed
        record(floor, again, "no_answer", "Ito")
        after = row(floor, "SELECT * FROM promise")
        assert (after["promised_at"], after["due_at"], after["person_id"]) == (
            before["promised_at"], before["promised_at"], before["person_id"],
        )  # fmt: skip
        assert value(floor, "SELECT state FROM ticket") == "promised"
        assert_clean(floor)


def test_a_promise_is_kept_by_the_talk_they_asked_for(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "call_back", when="tue 3pm")
        asks(floor, name=card.name, company="", number=card.numbers[0].e164, email="")
        again = work(floor, "not_now", "Ito")
        assert again.ticket == card.ticket
        assert not rows(floor, "SELECT * FROM promise")
        assert value(floor, "SELECT sum(n) FROM rollup WHERE outcome = '@kept'") == 1
        assert_clean(floor)


def test_whoever_has_them_on_the_screen_is_told(floor: TestFloor) -> None:
    card = claim(floor)
    added = asks(floor, "Sam", name=card.name, company="", number=card.numbers[0].e164, email="", asked="a price")
    assert (added.state, added.ticket) == ("held", card.ticket)
    notice = row(floor, "SELECT n.kind, n.text, p.name FROM notice n JOIN person p ON p.id = n.person_id")
    assert (notice["kind"], notice["name"]) == ("inbound", "Dana")
    assert "First" not in notice["text"]
    assert "price" not in notice["text"]
    assert waiting(floor) == []
    floor.clock.forward(20)
    dial(floor, card)
    assert floor.ask("Cleo", SpeedToLead()).median_clock == 20
    record(floor, card, "no_answer")
    assert_clean(floor)


def test_given_back_undialed_it_waits_on_with_its_age(floor: TestFloor) -> None:
    added = asks(floor)
    claim(floor)
    assert waiting(floor) == []
    floor.clock.forward(70)
    floor.ask("Dana", GiveBack())
    assert waiting(floor) == [("Halden Freight", 70, True)]
    assert claim(floor, "Ito").ticket == added.ticket
    assert_clean(floor)


def test_do_not_call_stays_until_a_supervisor_lifts_it(floor: TestFloor) -> None:
    card = claim(floor)
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    said = {"name": card.name, "company": "", "number": card.numbers[0].e164, "email": ""}
    before = len(rows(floor, "SELECT id FROM event"))
    assert "a supervisor may lift that" in refused(floor, "Cleo", AddInbound(**said), "suppressed")
    assert len(rows(floor, "SELECT id FROM event")) == before
    floor.ask("Sam", LiftOptOut(lead=card.lead, reason="she wrote to sales on Thursday herself"))
    assert asks(floor, **said).state == "waiting"
    assert claim(floor).lead == card.lead
    assert_clean(floor)


def test_nobody_is_made_of_a_number_or_an_address_that_asked_not_to_be_called(floor: TestFloor) -> None:
    floor.ask("Sam", OptOut(scope="number", number="+12125550990"))
    contacts = value(floor, "SELECT count(*) FROM contact")
    refused(floor, "Cleo", AddInbound(**NEW), "suppressed")
    assert value(floor, "SELECT count(*) FROM contact") == contacts


def test_the_campaign_is_the_only_live_one_or_is_named(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=12, quantity=6) as floor:
        assert asks(floor).campaign == 1
        release_campaign(floor, name="Autumn Freight", quantity=6)
        nils = {"name": "Nils Berg", "company": "Berg Cold", "number": "+13125550991", "email": ""}
        said = refused(floor, "Cleo", AddInbound(**nils), "which_campaign")
        assert said == "say which campaign: Spring Audit (1), Autumn Freight (2)"
        assert asks(floor, **nils, campaign="autumn freight").campaign == 2
        assert asks(floor, name="Ola Dahl", company="Dahl", number="+13125550992", email="", campaign="2").campaign == 2
        floor.ask("Cleo", PauseCampaign(campaign=2, live=False))
        refused(floor, "Cleo", AddInbound(**NEW, campaign="Autumn Freight"), "unknown_campaign")
        floor.ask("Cleo", PauseCampaign(campaign=1, live=False))
        refused(floor, "Cleo", AddInbound(**NEW), "no_campaign")
        assert_clean(floor)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"number": "", "email": ""}, "no_way_to_reach"),
        ({"number": "12"}, "bad_number"),
        ({"email": "marta at halden"}, "bad_email"),
        ({"source": "walked in"}, "unknown_source"),
        ({"campaign": "Nothing"}, "unknown_campaign"),
        ({"number": ""}, "no_number"),
    ],
)
@pytest.mark.engines("sqlite")
def test_what_cannot_be_called_is_refused_in_a_sentence(floor: TestFloor, said: Any, code: str) -> None:
    refused(floor, "Cleo", AddInbound(**(NEW | said)), code)
    assert not rows(floor, "SELECT * FROM inbound")


def test_the_law_binds_and_the_campaigns_hours_do_not(tmp_path: Path) -> None:
    evening = MORNING + 8 * HOUR  # 18:30 in New York, 15:30 in Los Angeles
    with make_floor(tmp_path, leads=6, now=MORNING) as floor:
        floor.clock.forward(evening - MORNING)
        added = asks(floor)
        card = claim(floor)
        assert card.ticket == added.ticket
        assert dial(floor, card).allowed
        record(floor, card, "no_answer")
        floor.clock.forward(4 * HOUR)  # 22:30 in New York
        late = asks(floor, name="Nils Berg", company="Berg Cold", number="+12125550992", email="")
        assert late.state == "opens"
        assert "the law lets them be called from Fri 08:" in late.note
        assert waiting(floor) == []
        nothing(floor)
        floor.clock.forward(late.callable_at - floor.clock.time + 5)
        assert waiting(floor) == [("Berg Cold", 5, False)]
        assert claim(floor).ticket == late.ticket
        assert_clean(floor)


def test_a_seat_that_has_not_dialed_takes_whoever_waited_half_a_minute(floor: TestFloor) -> None:
    mine = claim(floor)
    added = asks(floor)
    swap = {"ticket": mine.ticket, "token": mine.token}
    floor.clock.forward(29)
    refused(floor, "Dana", SwapForInbound(**swap), "nobody_waits")
    floor.clock.forward(1)
    card = floor.ask("Dana", SwapForInbound(**swap))
    assert card is not None
    assert card.ticket == added.ticket
    back = row(floor, "SELECT * FROM ticket WHERE id = ?", mine.ticket)
    assert (back["state"], back["dealt"], back["attempts"]) == ("ready", 0, 0)
    assert len(rows(floor, "SELECT id FROM event WHERE kind = 'swapped'")) == 1
    assert not rows(floor, "SELECT id FROM event WHERE kind IN ('returned', 'skipped')")
    assert claim(floor, "Ito").ticket == mine.ticket  # it went back to the head
    assert_clean(floor)


def test_who_has_waited_for_longer_than_five_minutes_may_be_taken_still(floor: TestFloor) -> None:
    mine = claim(floor)
    added = asks(floor)
    for _ in range(12):
        floor.clock.forward(30)
        floor.ask("Dana", Heartbeat(ticket=mine.ticket, token=mine.token))
    held = floor.ask("Dana", Held())
    assert held is not None
    assert held.inbound_since == floor.clock.time - 360
    card = floor.ask("Dana", SwapForInbound(ticket=mine.ticket, token=mine.token))
    assert card is not None
    assert card.ticket == added.ticket
    assert_clean(floor)


def test_whose_company_is_on_a_call_waits_on_where_everybody_sees_it(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        call = claim(floor)
        dial(floor, call)
        added = asks(floor, name="Ada Byron", company=call.account, number="+12125550880", email="")
        floor.clock.forward(40)
        nothing(floor, "Ito")
        assert waiting(floor) == [(call.account, 40, False)]
        record(floor, call, "no_answer")
        floor.clock.forward(60)
        assert claim(floor, "Ito").ticket == added.ticket
        assert waiting(floor) == []
        assert_clean(floor)


def test_who_asked_on_friday_evening_waits_on_monday_morning(tmp_path: Path) -> None:
    friday_night = MORNING + DAY + 12 * HOUR
    with make_floor(tmp_path, leads=1, now=friday_night) as floor:
        added = asks(floor)
        floor.clock.time = added.callable_at + 90
        assert waiting(floor) == [("Halden Freight", 90, True)]


def test_who_dialed_or_comes_second_keeps_their_lead(floor: TestFloor) -> None:
    mine, theirs = claim(floor), claim(floor, "Ito")
    asks(floor)
    floor.clock.forward(31)
    dial(floor, mine)
    refused(floor, "Dana", SwapForInbound(ticket=mine.ticket, token=mine.token), "on_a_call")
    assert floor.ask("Ito", SwapForInbound(ticket=theirs.ticket, token=theirs.token))
    record(floor, mine, "no_answer")
    again = claim(floor)
    refused(floor, "Dana", SwapForInbound(ticket=again.ticket, token=again.token), "nobody_waits")
    assert_clean(floor)


def test_speed_to_lead_counts_from_the_hour_in_which_the_law_allows_it(floor: TestFloor) -> None:
    asks(floor)
    floor.clock.forward(40)
    work(floor)
    asks(floor, name="Nils Berg", company="Berg Cold", number="+13125550991", email="")
    floor.clock.forward(100)
    speed = floor.ask("Cleo", SpeedToLead())
    assert (speed.n, speed.dialed, speed.median_callable, speed.median_clock) == (2, 1, 40, 40)
    assert (speed.within_60, speed.due_60, speed.within_300, speed.due_300) == (1, 2, 1, 1)
    work(floor, "voicemail", "Ito")
    speed = floor.ask("Cleo", SpeedToLead())
    assert (speed.dialed, speed.median_callable, speed.within_300) == (2, 70, 2)
    assert floor.ask("Dana", SpeedToLead(mine=True)).n == 1


@pytest.mark.parametrize("reason", ["language", "conflict"])
def test_an_inquiry_that_somebody_else_should_take_waits_on_for_everybody_else(floor: TestFloor, reason: str) -> None:
    added = asks(floor)
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason=reason))
    floor.clock.forward(31)
    assert waiting(floor) == [("Halden Freight", 31, False)]
    mine = claim(floor)
    assert mine.ticket != added.ticket
    held = floor.ask("Dana", Held())
    assert held is not None
    assert held.inbound_since is None, "I am not asked to take them either"
    refused(floor, "Dana", SwapForInbound(ticket=mine.ticket, token=mine.token), "nobody_waits")
    assert claim(floor, "Ito").ticket == added.ticket
    assert_clean(floor)


def test_no_text_of_theirs_is_in_events_or_receipts(floor: TestFloor) -> None:
    asks(floor, asked="a price for canary lanes")
    work(floor)
    for table, column in (("event", "data"), ("receipt", "reply"), ("notice", "text")):
        for told in rows(floor, f"SELECT {column} AS said FROM {table}"):
            for word in ("Marta", "Halden", "2125550990", "canary"):
                assert word not in told["said"], (table, told)


def test_only_those_who_plan_or_lead_take_inquiries_in(floor: TestFloor) -> None:
    refused(floor, "Dana", AddInbound(**NEW), "role")
    assert asks(floor, "Rae").state == "waiting"


def test_once_they_were_called_they_are_a_lead_like_others(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "call_back", when="tue 3pm")
        asks(floor, name=card.name, company="", number=card.numbers[0].e164, email="")
        again = work(floor, "call_back", "Ito", when="today 4pm")
        assert value(floor, "SELECT kind FROM ticket") == "call"
        floor.clock.forward(6 * HOUR)
        last = claim(floor, "Ito")
        assert (last.ticket, last.why) == (again.ticket, "a promise to call back is due")
        assert "Asked for us" in [each.outcome for each in last.history]
        assert_clean(floor)


def test_an_outcome_that_is_undone_leaves_the_first_dial_as_it_was(floor: TestFloor) -> None:
    asks(floor)
    floor.clock.forward(15)
    work(floor)
    floor.clock.forward(10)
    again = undo(floor)
    assert again.name == "Marta Oyelaran"
    record(floor, again, "voicemail")
    assert floor.ask("Cleo", SpeedToLead()).median_clock == 15
    assert_clean(floor)


def test_who_is_new_is_one_more_in_the_campaign(floor: TestFloor) -> None:
    """Not two: the share of decision makers at which a campaign ends is counted of these."""
    asks(floor)
    for table in ("campaign_band", "campaign_account"):
        assert value(floor, f"SELECT sum(leads) FROM {table}") == 25, table


def test_an_undone_call_leaves_an_inquiry_what_it_was(floor: TestFloor) -> None:
    asks(floor)
    card = claim(floor)
    dial(floor, card)
    before = row(floor, "SELECT * FROM ticket WHERE id = ?", card.ticket)
    record(floor, card, "no_answer")
    undo(floor)
    assert row(floor, "SELECT * FROM ticket WHERE id = ?", card.ticket) == before
    assert_clean(floor)


def test_a_number_that_was_found_dead_is_good_when_they_give_it_themselves(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = work(floor, "bad_record")
        asks(floor, name=card.name, company="", number=card.numbers[0].e164, email=card.email)
        assert claim(floor).numbers[0].e164 == card.numbers[0].e164
        assert_clean(floor)


def test_a_seat_that_swaps_passes_over_whoever_cannot_be_called_just_now(tmp_path: Path) -> None:
    """A colleague is calling the company of the one who has waited longest; the next is taken instead."""
    data = people_rows(2)
    with make_floor(tmp_path, leads=0, data=csv_of(data)) as floor:
        mine, theirs = claim(floor), claim(floor, "Ito")
        asks(floor, name="Ada Byron", company=theirs.account, number="+12125550880", email="")
        second = asks(floor)
        floor.clock.forward(31)
        card = floor.ask("Dana", SwapForInbound(ticket=mine.ticket, token=mine.token))
        assert card is not None
        assert card.ticket == second.ticket
        assert_clean(floor)
