"""Agreeing to a meeting: what is offered, what is kept, what is booked, and that no slot is ever given twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.executives import SetExecutives
from salesdesk.desk.invites import AssignMeeting
from salesdesk.desk.marking import MarkMeeting
from salesdesk.desk.meetings import BookMeeting, KeepSlot, Offer, Offers, OfferSlots, SetExecutiveHours
from salesdesk.desk.people import AddPerson
from salesdesk.desk.registry import Request
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.shifts import SetDayOff
from salesdesk.line.tzdata import zone
from tests.floors import TestFloor, make_floor, open_floor, release_campaign
from tests.steps import (
    ANSWERS,
    HOUR,
    assert_clean,
    claim,
    dial,
    record,
    refused,
    row,
    rows,
    tamper,
    undo,
    value,
    work,
)

AGREED = {name: answer for name, answer in ANSWERS["meeting"].items() if name != "slot"}


def talking(floor: TestFloor, name: str = "Dana") -> TicketCard:
    """A lead in somebody's hands, dialed."""
    card = claim(floor, name)
    assert dial(floor, card, name).allowed
    return card


def offers(floor: TestFloor, card: TicketCard, name: str = "Dana", page: int = 0) -> Offers:
    return floor.ask(name, OfferSlots(ticket=card.ticket, token=card.token, page=page))


def keep(floor: TestFloor, card: TicketCard, offer: Offer, name: str = "Dana") -> int:
    """Keep an offer; until when it is kept."""
    ask = KeepSlot(ticket=card.ticket, token=card.token, starts_at=offer.starts_at, executive=offer.executive)
    return floor.ask(name, ask).kept_until


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def book(floor: TestFloor, card: TicketCard, at: int, name: str = "Dana", **more: Any) -> int:
    """Book a slot; the event of its outcome."""
    ask = BookMeeting(ticket=card.ticket, token=card.token, answers={**AGREED, "slot": iso(at), **more})
    return floor.ask(name, ask).event


def booked(floor: TestFloor, name: str = "Dana", nth: int = 0) -> dict[str, Any]:
    """A meeting in one of the slots that are offered, as it stands."""
    card = talking(floor, name)
    event = book(floor, card, offers(floor, card, name).offers[nth].starts_at, name)
    return row(floor, "SELECT * FROM meeting WHERE event_id = ?", event)


def nothing_twice(floor: TestFloor) -> None:
    """Nobody is promised to two people at one time."""
    taken = rows(floor, "SELECT executive_id, starts_at, ends_at FROM slot ORDER BY executive_id, starts_at")
    for one, next_one in pairwise(taken):
        assert one["executive_id"] != next_one["executive_id"] or one["ends_at"] <= next_one["starts_at"]
    of_meetings = rows(floor, "SELECT executive_id, starts_at FROM meeting WHERE state = 'booked' AND executive_id > 0")
    assert len({(each["executive_id"], each["starts_at"]) for each in of_meetings}) == len(of_meetings)


def test_three_offers_lie_in_the_prospects_hours_on_three_days(floor: TestFloor) -> None:
    found = offers(floor, talking(floor))
    here = [datetime.fromtimestamp(each.starts_at, zone(found.zone)) for each in found.offers]
    assert len({each.date() for each in here}) == 3
    assert {each.hour < 12 for each in here} == {True, False}
    assert all((8, 30) <= (each.hour, each.minute) <= (17, 0) and each.weekday() < 5 for each in here)
    assert all(each.starts_at >= floor.clock.time + 2 * HOUR for each in found.offers)
    assert {each.name for each in found.offers} == {"Eve"}


def test_more_offers_are_others(floor: TestFloor) -> None:
    card = talking(floor)
    pages = [offers(floor, card, page=page).offers for page in range(4)]
    starts = [each.starts_at for page in pages for each in page]
    assert len(set(starts)) == len(starts) == 12


def test_a_slot_is_kept_for_three_minutes_from_everybody_else(floor: TestFloor) -> None:
    mine, theirs = talking(floor), talking(floor, "Ito")
    first = offers(floor, mine).offers[0]
    assert keep(floor, mine, first) == floor.clock.time + 180
    assert first.starts_at not in offers(floor, theirs, "Ito").free
    again = KeepSlot(ticket=theirs.ticket, token=theirs.token, starts_at=first.starts_at)
    assert "near it" in refused(floor, "Ito", again, "slot_gone")
    floor.clock.forward(181)
    for name in ("Dana", "Ito"):
        floor.ask(name, ClaimNext())  # a sign of life
    assert first.starts_at in offers(floor, theirs, "Ito").free
    keep(floor, theirs, first, "Ito")
    nothing_twice(floor)


def test_taking_another_slot_gives_the_first_one_back(floor: TestFloor) -> None:
    mine, theirs = talking(floor), talking(floor, "Ito")
    first, second, _ = offers(floor, mine).offers
    keep(floor, mine, first)
    keep(floor, mine, second)
    shown = offers(floor, mine)
    assert shown.kept is not None
    assert shown.kept.starts_at == second.starts_at
    keep(floor, theirs, first, "Ito")
    assert value(floor, "SELECT count(*) FROM slot") == 2


def test_a_meeting_is_an_outcome_and_a_slot(floor: TestFloor) -> None:
    card = talking(floor)
    first = offers(floor, card).offers[0]
    keep(floor, card, first)
    event = book(floor, card, first.starts_at)
    made = row(floor, "SELECT * FROM meeting")
    slot = row(floor, "SELECT * FROM slot")
    assert (made["state"], made["invite"], made["event_id"]) == ("booked", "pending", event)
    assert (slot["meeting_id"], slot["starts_at"], slot["kept_until"]) == (made["id"], first.starts_at, None)
    waits = row(floor, "SELECT * FROM ticket WHERE id = ?", made["ticket_id"])
    assert (waits["station"], waits["kind"], waits["owner_id"]) == ("executive", "meeting", made["executive_id"])
    assert value(floor, "SELECT outcome FROM event WHERE id = ?", event) == "meeting"
    assert_clean(floor)


def test_the_outcome_books_as_the_operation_does(floor: TestFloor) -> None:
    made = work(floor, "meeting")
    assert row(floor, "SELECT lead_id, starts_at FROM meeting") == {"lead_id": made.lead, "starts_at": 1795532400}
    nothing_twice(floor)


@pytest.mark.parametrize("said", ["tue 7am", "tue 10:10", "sat 10:00", "2026-11-24T22:00:00+00:00"])
def test_a_time_at_which_nobody_is_free_is_refused_with_those_near_it(floor: TestFloor, said: str) -> None:
    card = talking(floor)
    ask = BookMeeting(ticket=card.ticket, token=card.token, answers=AGREED | {"slot": said})
    told = refused(floor, "Dana", ask, "no_slot")
    assert told.startswith("Slot: ")
    assert "near it: " in told
    assert value(floor, "SELECT count(*) FROM slot") == 0
    book(floor, card, offers(floor, card).offers[1].starts_at)  # the hold and everything in it is still there
    assert_clean(floor)


def test_a_slot_that_somebody_else_books_meanwhile_is_refused_and_nothing_is_lost(floor: TestFloor) -> None:
    mine, theirs = talking(floor), talking(floor, "Ito")
    first = offers(floor, mine).offers[0]
    keep(floor, mine, first)
    floor.clock.forward(181)
    for name in ("Dana", "Ito"):
        floor.ask(name, ClaimNext())
    book(floor, theirs, first.starts_at, "Ito")
    ask = BookMeeting(ticket=mine.ticket, token=mine.token, answers=AGREED | {"slot": iso(first.starts_at)})
    refused(floor, "Dana", ask, "no_slot")
    book(floor, mine, offers(floor, mine).offers[0].starts_at)
    nothing_twice(floor)
    assert_clean(floor)


def test_executives_get_equal_shares_and_none_more_than_their_day_holds(floor: TestFloor) -> None:
    for name in ("Ada", "Bo"):
        floor.ask("Sam", AddPerson(name=name, roles="executive"))
    for _ in range(9):
        booked(floor)
    shares = rows(floor, "SELECT executive_id, count(*) AS n FROM meeting GROUP BY executive_id")
    assert [each["n"] for each in shares] == [3, 3, 3]
    nothing_twice(floor)


def test_a_full_day_is_offered_to_nobody(floor: TestFloor) -> None:
    floor.ask("Cleo", SetExecutiveHours(person="Eve", most_a_day=1))
    made = booked(floor)
    day = datetime.fromtimestamp(made["starts_at"], zone("America/New_York")).date()
    left = offers(floor, talking(floor)).free
    assert left
    assert day not in {datetime.fromtimestamp(at, zone("America/New_York")).date() for at in left}


def test_hours_are_the_executives_own_clock(floor: TestFloor) -> None:
    floor.ask("Eve", SetExecutiveHours(weekdays=(1,), starts="13:00", ends="15:00", minutes=60, email="eve@n.example"))
    tamper(floor, "UPDATE person SET zone = 'America/Denver' WHERE name = 'Eve'")
    free = [datetime.fromtimestamp(at, zone("America/Denver")) for at in offers(floor, talking(floor)).free]
    assert {(each.weekday(), each.hour, each.minute) for each in free} == {(1, 13, 0), (1, 14, 0)}


def test_a_day_off_and_a_public_holiday_are_offered_to_nobody(floor: TestFloor) -> None:
    """Eve is away on Monday; on Thursday it is Thanksgiving where the prospect works."""
    tamper(floor, "INSERT INTO day_off (person_id, day) VALUES (5, '2026-11-23')")
    card = talking(floor)
    days = {
        datetime.fromtimestamp(each.starts_at, zone("America/New_York")).date().isoformat()
        for page in range(12)
        for each in offers(floor, card, page=page).offers
    }
    assert "2026-11-24" in days
    assert not days & {"2026-11-23", "2026-11-26"}


def test_only_leaders_set_the_hours_of_others(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Bo", roles="executive"))
    refused(floor, "Bo", SetExecutiveHours(person="Eve"), "role")
    refused(floor, "Cleo", SetExecutiveHours(person="Dana"), "unknown_person")
    refused(floor, "Cleo", SetExecutiveHours(person="Eve", starts="17:00", ends="09:00"), "bad_hours")
    refused(floor, "Cleo", SetExecutiveHours(person="Eve", email="nobody at home"), "bad_email")


def test_without_an_executive_a_time_is_taken_down_and_waits_for_one(floor: TestFloor) -> None:
    tamper(floor, "UPDATE person SET roles = 'researcher' WHERE roles LIKE '%executive%'")
    card = talking(floor)
    assert offers(floor, card).staffed is False
    record(floor, card, "meeting", slot="tue 15:10")
    made = row(floor, "SELECT * FROM meeting")
    assert (made["executive_id"], made["state"]) == (0, "booked")
    assert value(floor, "SELECT count(*) FROM slot") == 0


# who takes a campaign's meetings -------------------------------------------------------------------------------------


@pytest.fixture
def adams(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor with three executives whose only campaign names Adam for its meetings."""
    with make_floor(tmp_path, release=False) as made:
        for name in ("Adam", "Bo"):
            made.ask("Sam", AddPerson(name=name, roles="executive"))
        release_campaign(made, executives=("adam",))
        yield made


def takers(floor: TestFloor) -> tuple[str, ...]:
    return floor.ask("Dana", ShowCampaigns()).campaigns[0].executives


def test_a_campaign_names_who_takes_its_meetings(adams: TestFloor) -> None:
    card = talking(adams)
    found = offers(adams, card)
    assert found.staffed
    assert {each.name for page in range(4) for each in offers(adams, card, page=page).offers} == {"Adam"}
    eve = value(adams, "SELECT id FROM person WHERE name = 'Eve'")
    asked = KeepSlot(ticket=card.ticket, token=card.token, starts_at=found.free[0], executive=eve)
    assert adams.ask("Dana", asked).name == "Adam"
    book(adams, card, found.free[0])
    again = talking(adams)
    assert found.free[0] not in offers(adams, again).free, "the others are free then, and are not asked"
    assert takers(adams) == ("Adam",)
    nothing_twice(adams)


def test_the_equal_mix_is_among_those_who_were_named(tmp_path: Path) -> None:
    with make_floor(tmp_path, release=False) as floor:
        for name in ("Adam", "Bo"):
            floor.ask("Sam", AddPerson(name=name, roles="executive"))
        release_campaign(floor, executives=("Adam", "Eve"))
        with_whom = [booked(floor)["executive_id"] for _ in range(6)]
        named = [value(floor, "SELECT id FROM person WHERE name = ?", name) for name in ("Adam", "Eve")]
        assert sorted(with_whom) == sorted(named * 3)


def test_a_meeting_is_given_by_hand_to_whomever_is_free(adams: TestFloor) -> None:
    made = booked(adams)
    adams.ask("Cleo", AssignMeeting(meeting=made["id"], executive="Bo"))
    assert value(adams, "SELECT name FROM person JOIN meeting ON executive_id = person.id") == "Bo"


TUESDAY = int(datetime(2026, 11, 24, 15, tzinfo=UTC).timestamp())
"""10:00 in New York."""


@pytest.mark.parametrize(
    ("say", "why"),
    [
        (SetDayOff(person="Bo", day="2026-11-24"), "Bo has Tue 24 Nov off"),
        (SetExecutiveHours(person="Bo", starts="11:00"), "Bo holds meetings Mon–Fri 11:00–17:00"),
        (SetExecutiveHours(person="Bo", weekdays=(0, 2)), "Bo holds meetings Mon Wed 09:00–17:00"),
        (SetExecutiveHours(person="Bo", most_a_day=0), "Bo holds 0 that day already, and 0 at most"),
    ],
)
def test_a_meeting_outside_somebodys_hours_is_theirs_only_when_that_is_meant(
    adams: TestFloor, say: Request[Any], why: str
) -> None:
    book(adams, talking(adams), TUESDAY)
    adams.ask("Sam", say)
    asked = AssignMeeting(meeting=1, executive="Bo")
    assert refused(adams, "Cleo", asked, "not_free") == f"{why}; confirm to give it to them anyway"
    assert value(adams, "SELECT name FROM person JOIN meeting ON executive_id = person.id") == "Adam"
    assert value(adams, "SELECT executive_id FROM slot") == value(adams, "SELECT executive_id FROM meeting")
    adams.ask("Cleo", AssignMeeting(meeting=1, executive="Bo", anyway=True))
    assert value(adams, "SELECT name FROM person JOIN meeting ON executive_id = person.id") == "Bo"
    nothing_twice(adams)


def test_by_hand_nobody_is_given_more_than_their_day_holds(adams: TestFloor) -> None:
    adams.ask("Sam", SetExecutiveHours(person="Bo", most_a_day=1))
    for hour in range(2):
        book(adams, talking(adams), TUESDAY + hour * HOUR)
    adams.ask("Cleo", AssignMeeting(meeting=1, executive="Bo"))
    refused(adams, "Cleo", AssignMeeting(meeting=2, executive="Bo"), "not_free")


def test_a_meeting_does_not_stand_in_the_way_of_its_own_new_time(floor: TestFloor) -> None:
    floor.ask("Sam", SetExecutiveHours(person="Eve", most_a_day=1))
    book(floor, talking(floor), TUESDAY)
    other = talking(floor, "Ito")
    assert TUESDAY + 4 * HOUR not in offers(floor, other, "Ito").free, "for everybody else that day is full"
    card = claim(floor, "Eve", "executive")
    assert TUESDAY + 4 * HOUR in offers(floor, card, "Eve").free
    record(floor, card, "moved", "Eve", slot=iso(TUESDAY + 4 * HOUR))
    assert rows(floor, "SELECT starts_at FROM slot") == [{"starts_at": TUESDAY + 4 * HOUR}]
    assert TUESDAY not in offers(floor, other, "Ito").free
    nothing_twice(floor)
    assert_clean(floor)


def test_who_holds_meetings_no_more_takes_none_and_when_nobody_is_left_a_time_is_taken_down(adams: TestFloor) -> None:
    adams.ask("Sam", AddPerson(name="Adam", roles="researcher"))
    card = talking(adams)
    assert offers(adams, card).staffed is False
    assert takers(adams) == ()
    record(adams, card, "meeting", slot="tue 15:10")
    assert value(adams, "SELECT executive_id FROM meeting") == 0
    adams.ask("Sam", AddPerson(name="Adam", roles="executive"))
    assert offers(adams, talking(adams)).staffed


def test_a_campaign_that_names_nobody_has_every_executive_whoever_joins(floor: TestFloor) -> None:
    assert takers(floor) == ("Eve",)
    floor.ask("Sam", AddPerson(name="Adam", roles="executive"))
    assert takers(floor) == ("Eve", "Adam")
    assert floor.ask("Dana", ShowCampaigns()).campaigns[0].any_executive


def test_who_takes_the_meetings_of_a_running_campaign_may_change(adams: TestFloor) -> None:
    before = booked(adams)
    said = adams.ask("Cleo", SetExecutives(campaign=1, executives=("eve", "Bo"))).note
    assert said == "meetings of Spring Audit are taken by Eve, Bo"
    assert takers(adams) == ("Eve", "Bo")
    assert booked(adams)["executive_id"] != before["executive_id"]
    assert value(adams, "SELECT executive_id FROM meeting WHERE id = ?", before["id"]) == before["executive_id"]
    said = adams.ask("Sam", SetExecutives(campaign=1)).note
    assert said == "meetings of Spring Audit are taken by everybody who may: Eve, Adam, Bo"
    assert adams.ask("Dana", ShowCampaigns()).campaigns[0].any_executive
    nothing_twice(adams)


def test_a_slot_kept_with_somebody_who_takes_no_meetings_any_more_goes_to_who_does(adams: TestFloor) -> None:
    card = talking(adams)
    start = offers(adams, card).free[0]
    adams.ask("Dana", KeepSlot(ticket=card.ticket, token=card.token, starts_at=start))
    adams.ask("Cleo", SetExecutives(campaign=1, executives=("Bo",)))
    book(adams, card, start)
    assert value(adams, "SELECT name FROM person JOIN meeting ON executive_id = person.id") == "Bo"
    assert_clean(adams)


def test_meetings_are_taken_by_executives_only(adams: TestFloor) -> None:
    refused(adams, "Cleo", SetExecutives(campaign=1, executives=("Dana",)), "no_executive")
    refused(adams, "Cleo", SetExecutives(campaign=1, executives=("Zoe",)), "unknown_person")
    refused(adams, "Cleo", SetExecutives(campaign=9), "unknown_campaign")
    refused(adams, "Dana", SetExecutives(campaign=1), "role")
    assert takers(adams) == ("Adam",)


def test_undo_gives_the_slot_back(floor: TestFloor) -> None:
    made = booked(floor)
    undo(floor)
    assert value(floor, "SELECT count(*) FROM slot") == 0
    assert value(floor, "SELECT state FROM meeting") == "undone"
    back = floor.ask("Dana", ClaimNext())
    assert back is not None
    assert made["starts_at"] in offers(floor, back).free
    book(floor, back, made["starts_at"])
    nothing_twice(floor)
    assert_clean(floor)


def test_whoever_is_taken_off_the_list_has_no_meeting_any_more(floor: TestFloor) -> None:
    from salesdesk.desk.suppressing import OptOut

    made = booked(floor)
    floor.ask("Sam", OptOut(lead=made["lead_id"]))
    assert value(floor, "SELECT state FROM meeting") == "cancelled"
    assert value(floor, "SELECT count(*) FROM slot") == 0
    assert_clean(floor)


@pytest.mark.parametrize(
    ("line", "where", "waits"),
    [("sdr-outside", "sdr", "outside"), ("coordinator-salesperson", "scheduling", "salesperson")],
)
@pytest.mark.engines("sqlite", "postgres")
def test_in_other_layouts_the_executives_are_those_of_the_layout(
    tmp_path: Path, line: str, where: str, waits: str
) -> None:
    with make_floor(tmp_path, release=False) as floor:
        tamper(floor, "UPDATE floor SET value = ? WHERE key = 'map'", line)
        with open_floor(floor.target) as here:
            release_campaign(here)
            name = "Dana" if where == "sdr" else "Cleo"
            card = claim(here, name, where)
            assert dial(here, card, name).allowed
            found = offers(here, card, name).offers
            assert {each.name for each in found} == {"Eve"}
            book(here, card, found[0].starts_at, name)
            made = row(here, "SELECT * FROM meeting")
            assert value(here, "SELECT station FROM ticket WHERE id = ?", made["ticket_id"]) == waits
            here.clock.time = made["ends_at"]
            here.ask("Sam", MarkMeeting(meeting=made["id"], result="no_show"))
            assert value(here, "SELECT station FROM ticket WHERE kind = 'rebook'") == where
            assert_clean(here)


def test_a_meeting_waits_for_its_own_executive(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Bo", roles="executive"))
    made = booked(floor)
    mine, other = ("Eve", "Bo") if made["executive_id"] == 5 else ("Bo", "Eve")
    assert floor.ask(other, ClaimNext(station="executive")) is None
    assert claim(floor, mine, "executive").lead == made["lead_id"]
