""" "I'm in Denver": local time, legal hours, the place in the queue and the promise follow at once."""

from __future__ import annotations

from datetime import UTC, datetime

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.people import GiveBack
from salesdesk.desk.promising import PromiseHours
from salesdesk.desk.whereabouts import ConfirmZone
from tests.floors import MORNING, TestFloor
from tests.steps import assert_clean, claim, dial, nothing, record, refused, row, rows, ticket, value


def place(floor: TestFloor, card: TicketCard, where: str) -> TicketCard:
    found = floor.ask("Dana", ConfirmZone(ticket=card.ticket, token=card.token, place=where))
    assert found is not None
    return found


def window_of(floor: TestFloor, card: TicketCard) -> str:
    lane = ticket(floor, card)["lane_id"]
    return str(value(floor, "SELECT w.place FROM lane l JOIN call_window w ON w.id = l.window_id WHERE l.id = ?", lane))


def test_the_card_the_lane_and_the_legal_hours_follow_at_once(one: TestFloor) -> None:
    card = claim(one)
    before = one.ask("Dana", PromiseHours(ticket=card.ticket, token=card.token)).spans
    assert card.zone == "America/New_York"
    moved = place(one, card, "I'm in Denver")
    assert (moved.zone, moved.zones) == ("America/Denver", ("America/Denver",))
    assert "America/Denver" in window_of(one, card)
    assert "US-CO" in window_of(one, card), "the law of the place they named counts too"
    assert one.ask("Dana", PromiseHours(ticket=card.ticket, token=card.token)).spans != before
    assert_clean(one)


def test_a_lead_whose_hours_have_not_begun_waits_for_them(one: TestFloor) -> None:
    card = claim(one)
    assert not place(one, card, "Los Angeles").may_call
    one.ask("Dana", GiveBack())
    nothing(one)
    one.clock.forward(90 * 60)  # 09:00 in Los Angeles
    assert claim(one).ticket == card.ticket
    assert_clean(one)


def test_a_promise_is_read_and_told_in_their_time(one: TestFloor) -> None:
    card = place(one, claim(one), "Denver")
    dial(one, card)
    record(one, card, "call_back", when="today 3pm")
    promise = row(one, "SELECT * FROM promise")
    assert promise["zone"] == "America/Denver"
    assert promise["due_at"] == int(datetime(2026, 11, 19, 22, 0, tzinfo=UTC).timestamp())


def test_a_promise_keeps_its_instant_and_changes_its_zone(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    record(one, card, "call_back", when="today 3pm")
    due = row(one, "SELECT * FROM promise")["due_at"]
    one.clock.time = due
    again = claim(one)
    place(one, again, "Chicago")
    promise = row(one, "SELECT * FROM promise")
    assert (promise["zone"], promise["due_at"]) == ("America/Chicago", due)
    assert_clean(one)


def test_confirming_another_place_replaces_it_and_a_question_mark_takes_it_back(one: TestFloor) -> None:
    card = claim(one)
    lane = ticket(one, card)["lane_id"]
    place(one, card, "Denver")
    assert place(one, card, "Chicago").zone == "America/Chicago"
    assert place(one, card, "?").zone == "America/New_York"
    assert row(one, "SELECT confirmed_zone, confirmed_region FROM contact") == {
        "confirmed_zone": None,
        "confirmed_region": None,
    }
    assert ticket(one, card)["lane_id"] == lane
    assert_clean(one)


def test_an_ambiguous_place_says_the_choices_and_changes_nothing(one: TestFloor) -> None:
    card = claim(one)
    ask = ConfirmZone(ticket=card.ticket, token=card.token, place="Portland")
    said = refused(one, "Dana", ask, "ambiguous_place")
    assert "Portland, Oregon or Portland, Maine" in said
    refused(one, "Dana", ConfirmZone(ticket=card.ticket, token=card.token, place="Xyzzy"), "unknown_place")
    assert rows(one, "SELECT 1 FROM contact WHERE confirmed_zone IS NOT NULL") == []


def test_only_whoever_holds_the_lead_says_where_it_is(one: TestFloor) -> None:
    card = claim(one)
    refused(one, "Ito", ConfirmZone(ticket=card.ticket, token=card.token, place="Denver"), "lost_hold")


def test_every_campaign_that_has_the_lead_moves_it(one: TestFloor) -> None:
    assert one.clock.time == MORNING
    card = claim(one)
    place(one, card, "Denver")
    lanes = {each["lane_id"] for each in rows(one, "SELECT lane_id FROM ticket WHERE lane_id IS NOT NULL")}
    assert lanes == {ticket(one, card)["lane_id"]}
