"""What a supervisor does to one seat reaches it, leaves no personal word in events, and is refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from salesdesk.desk.boards import Board
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.notices import News
from salesdesk.desk.people import AddPerson, SetState, SignIn, SignOut
from salesdesk.desk.supervising import EndSeat, OfferInbound, PassOn, ReturnHold, SendMessage
from salesdesk.desk.swapping import SwapForInbound
from tests.floors import TestFloor, make_floor
from tests.steps import assert_clean, beat, claim, dial, record, refused, row, rows, tamper, ticket, value, work


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path) as made:
        for who in ("Dana", "Ito"):
            made.ask(who, SignIn())
        yield made


def id_of(floor: TestFloor, name: str) -> int:
    return floor.desk(name).person.id


def words(floor: TestFloor, name: str) -> list[tuple[str, str]]:
    return [(each.kind, each.text) for each in floor.ask(name, News()).notices]


# promises -----------------------------------------------------------------------------------------------------------


def promise(floor: TestFloor, name: str = "Dana") -> int:
    """A promise for four this afternoon; the ticket that carries it."""
    return work(floor, "call_back", name).ticket


def test_a_promise_passes_to_a_named_colleague_and_is_served_to_them_when_due(floor: TestFloor) -> None:
    made = promise(floor)
    done = floor.ask("Sam", PassOn(ticket=made, to=id_of(floor, "Ito")))
    assert done.note == "passed on to Ito"
    found = row(floor, "SELECT person_id, promised_at FROM promise WHERE ticket_id = ?", made)
    assert found["person_id"] == id_of(floor, "Ito")
    assert words(floor, "Ito") == [("promise", "Sam passed a promise on to you: it is served when it is due")]
    assert words(floor, "Dana") == [("promise", "Sam passed a promise of yours on to Ito")]
    floor.clock.forward(found["promised_at"] - floor.clock.now())
    for who in ("Dana", "Ito"):
        floor.ask(who, SetState(state="ready"))
    assert claim(floor, "Ito").ticket == made
    assert_clean(floor)


def test_a_promise_passes_to_anyone(floor: TestFloor) -> None:
    made = promise(floor)
    assert floor.ask("Sam", PassOn(ticket=made)).note == "passed on to anyone"
    assert value(floor, "SELECT person_id FROM promise WHERE ticket_id = ?", made) == 0
    refused(floor, "Sam", PassOn(ticket=made), "same_owner")


def test_what_is_no_promise_or_in_hand_is_not_passed_on(floor: TestFloor) -> None:
    made = promise(floor)
    refused(floor, "Sam", PassOn(ticket=made, to=id_of(floor, "Dana")), "same_owner")
    refused(floor, "Sam", PassOn(ticket=made, to=id_of(floor, "Eve")), "not_a_caller")
    refused(floor, "Cleo", PassOn(ticket=made), "role")
    tamper(floor, "INSERT INTO day_off (person_id, day) VALUES (?, '2026-11-19')", id_of(floor, "Ito"))
    refused(floor, "Sam", PassOn(ticket=made, to=id_of(floor, "Ito")), "off_shift")
    floor.clock.forward(value(floor, "SELECT due_at FROM promise WHERE ticket_id = ?", made) - floor.clock.now())
    floor.ask("Dana", SetState(state="ready"))
    claim(floor)
    refused(floor, "Sam", PassOn(ticket=made), "in_hand")
    for asked in (PassOn(ticket=10**9), PassOn(ticket=made + 1)):
        with pytest.raises(BadRequest):
            floor.ask("Sam", asked)


def test_whoever_is_still_there_after_their_shift_may_keep_what_is_due(floor: TestFloor) -> None:
    made, ito = promise(floor), id_of(floor, "Ito")
    tamper(floor, "UPDATE person SET shift_start = '08:30', shift_end = '15:00' WHERE id = ?", ito)
    refused(floor, "Sam", PassOn(ticket=made, to=ito), "off_shift")
    floor.clock.forward(value(floor, "SELECT due_at FROM promise WHERE ticket_id = ?", made) - floor.clock.now() + 120)
    refused(floor, "Sam", PassOn(ticket=made, to=ito), "off_shift")
    for who in ("Dana", "Ito"):
        floor.ask(who, SetState(state="ready"))
    assert floor.ask("Sam", PassOn(ticket=made, to=ito)).note == "passed on to Ito"
    assert claim(floor, "Ito").ticket == made
    assert_clean(floor)


# words --------------------------------------------------------------------------------------------------------------


def test_a_message_is_on_each_seat_and_in_no_event(floor: TestFloor) -> None:
    done = floor.ask("Sam", SendMessage(people=(id_of(floor, "Dana"), id_of(floor, "Ito")), text="coffee at three"))
    assert done.note == "sent to Dana, Ito"
    assert words(floor, "Dana") == words(floor, "Ito") == [("message", "Sam: coffee at three")]
    assert not [each for each in rows(floor, "SELECT data FROM event") if "coffee" in each["data"]]


def test_a_message_has_words_and_a_reader(floor: TestFloor) -> None:
    with pytest.raises(ValidationError):
        SendMessage(people=(1,), text="x" * 121)
    with pytest.raises(BadRequest):
        floor.ask("Sam", SendMessage(people=(id_of(floor, "Dana"),), text="   "))
    floor.ask("Ito", SignOut())
    refused(
        floor, "Sam", SendMessage(people=(id_of(floor, "Dana"), id_of(floor, "Ito")), text="hello"), "not_signed_in"
    )
    assert words(floor, "Dana") == []


# leads and seats ----------------------------------------------------------------------------------------------------


def test_an_undialed_lead_is_returned_to_the_head_uncounted(floor: TestFloor) -> None:
    card = claim(floor)
    assert floor.ask("Sam", ReturnHold(person=id_of(floor, "Dana"))).note == "Dana's lead went back, uncounted"
    assert (ticket(floor, card)["state"], ticket(floor, card)["dealt"]) == ("ready", 0)
    assert words(floor, "Dana") == [("returned", "Sam returned your lead to the queue")]
    assert claim(floor, "Ito").ticket == card.ticket or ticket(floor, card)["state"] == "ready"
    assert_clean(floor)


def test_a_dialed_lead_waits_for_its_outcome(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    no = refused(floor, "Sam", ReturnHold(person=id_of(floor, "Dana")), "was_dialed")
    assert no == "Dana has dialed this lead: they record what came of it"
    floor.clock.forward(60)
    no = refused(floor, "Sam", ReturnHold(person=id_of(floor, "Dana")), "was_dialed")
    assert no == "Dana has dialed this lead: it goes back by itself, as a try, once their line is lost"


def test_the_lead_of_a_dead_seat_is_returned_too(floor: TestFloor) -> None:
    card = claim(floor)
    floor.clock.forward(60)
    floor.ask("Sam", ReturnHold(person=id_of(floor, "Dana")))
    assert ticket(floor, card)["state"] == "ready"
    assert words(floor, "Dana") == []
    refused(floor, "Sam", ReturnHold(person=id_of(floor, "Dana")), "no_lead")
    assert_clean(floor)


def test_an_ended_seat_returns_its_lead_and_says_why(floor: TestFloor) -> None:
    card = claim(floor)
    assert floor.ask("Sam", EndSeat(person=id_of(floor, "Dana"))).note == "Dana's seat is ended; the lead went back"
    assert ticket(floor, card)["state"] == "ready"
    assert value(floor, "SELECT state FROM seat WHERE person_id = ?", id_of(floor, "Dana")) == "out"
    ((kind, word),) = words(floor, "Dana")
    assert (kind, word) == ("ended", "Sam ended your seat; what you recorded is kept, and you can sign in again")
    refused(floor, "Sam", EndSeat(person=id_of(floor, "Dana")), "not_signed_in")
    assert_clean(floor)


def test_a_seat_does_not_end_in_the_middle_of_a_call(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    refused(floor, "Sam", EndSeat(person=id_of(floor, "Dana")), "on_a_call")
    record(floor, card, "no_answer")
    floor.ask("Sam", EndSeat(person=id_of(floor, "Dana")))
    assert_clean(floor)


def test_a_lost_seat_in_a_call_ends_and_the_call_was_a_try(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(60)
    floor.ask("Sam", EndSeat(person=id_of(floor, "Dana")))
    assert (ticket(floor, card)["state"], ticket(floor, card)["attempts"]) == ("sleeping", 1)
    assert_clean(floor)


# inquiries ----------------------------------------------------------------------------------------------------------


def test_an_inquiry_is_offered_to_a_seat_in_preview_and_one_key_takes_it(floor: TestFloor) -> None:
    card = claim(floor)
    asked = floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden Freight", number="+12125550990"))
    take = SwapForInbound(ticket=card.ticket, token=card.token)
    refused(floor, "Dana", take, "nobody_waits")
    assert floor.ask("Sam", OfferInbound(person=id_of(floor, "Dana"))).note == "offered to Dana"
    assert words(floor, "Dana") == [("offer", "somebody at Halden Freight asked for us and waits")]
    assert floor.ask("Sam", Board()).alerts[0].detail == "offered to Dana"
    taken = floor.ask("Dana", take.model_copy(update={"key": "again"}))
    assert taken is not None
    assert taken.ticket == asked.ticket
    assert_clean(floor)


def test_who_has_waited_for_long_is_offered_too(floor: TestFloor) -> None:
    card = claim(floor)
    floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden Freight", number="+12125550990"))
    for _ in range(12):
        floor.clock.forward(30)
        beat(floor, card)
    assert floor.ask("Sam", OfferInbound(person=id_of(floor, "Dana"))).note == "offered to Dana"


def test_nobody_is_offered_what_they_cannot_take(floor: TestFloor) -> None:
    dana, ito = id_of(floor, "Dana"), id_of(floor, "Ito")
    refused(floor, "Sam", OfferInbound(person=dana), "nobody_waits")
    floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden Freight", number="+12125550990"))
    floor.ask("Ito", SetState(state="paused", code="lunch"))
    refused(floor, "Sam", OfferInbound(person=ito), "not_free")
    refused(floor, "Sam", OfferInbound(person=id_of(floor, "Rae")), "not_signed_in")
    card = claim(floor)
    dial(floor, card)
    assert refused(floor, "Sam", OfferInbound(person=dana), "not_free") == "Dana is on a call; nobody was offered"


def test_asking_twice_does_it_once(floor: TestFloor) -> None:
    claim(floor)
    asked = ReturnHold(person=id_of(floor, "Dana"), key="once")
    assert floor.ask("Sam", asked) == floor.ask("Sam", asked)
    assert len(words(floor, "Dana")) == 1


def test_seats_are_for_supervisors(floor: TestFloor) -> None:
    dana = id_of(floor, "Dana")
    for who in ("Ito", "Cleo", "Rae"):
        for asked in (ReturnHold(person=dana), EndSeat(person=dana), SendMessage(people=(dana,), text="x")):
            refused(floor, who, asked, "role")
    floor.ask("Sam", AddPerson(name="Dora", roles="director"))
    assert floor.ask("Dora", SendMessage(people=(dana,), text="well done")).note == "sent to Dana"
    with pytest.raises(BadRequest):
        floor.ask("Sam", EndSeat(person=999))
