"""A lead with two numbers: what stops one of them does not stop the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.lifting import LiftOptOut
from salesdesk.desk.serving import ClaimNext, Held
from salesdesk.desk.suppressing import READ_ALOUD_NUMBER, OptOut
from tests.floors import TestFloor, make_floor
from tests.steps import assert_clean, claim, dial, nothing, record, refused, rows, tamper, ticket, undo, value

HEADER = b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
ADA = HEADER + b"Ada,Byron,ada@one.example,+12125550100,+13125550101,One Inc,US\n"
SHARED = ADA + b"Grace,Hopper,grace@two.example,+12125550100,+16175550102,Two Inc,US\n"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=0, data=ADA) as made:
        yield made


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TestFloor]:
    """Two leads of two companies who share their first number."""
    with make_floor(tmp_path, leads=0, data=SHARED) as made:
        yield made


def test_the_number_is_taken_off_and_the_call_goes_on_with_the_other(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    done = one.ask("Dana", OptOut(ticket=card.ticket, token=card.token, scope="number"))
    assert done.note == READ_ALOUD_NUMBER
    held = one.ask("Dana", Held())
    assert held is not None
    assert (held.ticket, held.current, held.dialed_at) == (card.ticket, 2, None)
    assert [each.state for each in held.numbers] == ["stopped", "good"]
    assert dial(one, held).allowed
    record(one, held, "not_now")
    assert_clean(one)


def test_the_outcome_does_the_same_as_the_operation(one: TestFloor) -> None:
    card = claim(one)
    assert record(one, card, "do_not_call", scope="number").goes_on
    done = record(one, card, "do_not_call", scope="number")
    assert not done.goes_on, "that was the last one"
    assert ticket(one, card)["state"] == "done"
    nothing(one)
    assert_clean(one)


def test_whoever_shares_the_number_lives_on_with_theirs(two: TestFloor) -> None:
    card = claim(two)
    dial(two, card)
    two.ask("Dana", OptOut(ticket=card.ticket, token=card.token, scope="person"))
    assert ticket(two, card)["state"] == "done"
    other = claim(two)
    assert other.lead != card.lead
    assert other.current == 2
    assert_clean(two)


def test_a_colleague_who_has_the_stopped_number_on_their_screen_gives_it_back(two: TestFloor) -> None:
    card = claim(two, "Ito")
    shown = next(each.e164 for each in card.numbers if each.position == card.current)
    two.ask("Cleo", OptOut(number=shown))
    refused(two, "Ito", Dialed(ticket=card.ticket, token=card.token), "lost_hold")
    again = claim(two, "Ito")
    assert again.current == 2
    assert dial(two, again, "Ito").allowed
    assert_clean(two)


def test_a_number_that_is_lifted_may_be_dialed_again(one: TestFloor) -> None:
    one.ask("Cleo", OptOut(lead=1))
    assert {each["state"] for each in rows(one, "SELECT state FROM phone")} == {"stopped"}
    one.ask("Sam", LiftOptOut(lead=1, reason="they asked for a call, by mail to Cleo"))
    assert {each["state"] for each in rows(one, "SELECT state FROM phone")} == {"good"}


def test_a_lead_is_served_on_its_second_number_when_the_first_may_not_be_dialed(one: TestFloor) -> None:
    mark = value(one, "SELECT mark FROM phone WHERE position = 1")
    tamper(one, "INSERT INTO suppression VALUES ('number', ?, 'asked', 0, 0)", mark)
    card = claim(one)
    assert card.current == 2
    assert dial(one, card).allowed
    assert_clean(one)


def test_a_lead_is_served_on_the_number_whose_hours_have_begun(one: TestFloor) -> None:
    """The first number has moved to where it is night."""
    tamper(one, "UPDATE phone SET zones = 'Asia/Tokyo' WHERE position = 1")
    card = claim(one)
    assert (card.current, card.zone) == (2, "America/Chicago")
    assert dial(one, card).allowed
    assert_clean(one)


def test_when_no_number_may_be_dialed_the_lead_waits_for_the_soonest(one: TestFloor) -> None:
    tamper(one, "UPDATE phone SET zones = 'Asia/Tokyo' WHERE position = 1")
    tamper(one, "UPDATE phone SET zones = 'Pacific/Honolulu', regions = 'US US-HI' WHERE position = 2")
    assert one.ask("Dana", ClaimNext()) is None
    waits = one.clock.time
    due = value(one, "SELECT due_at FROM ticket")
    assert 3 * 3600 <= due - waits <= 5 * 3600, "08:30 in Honolulu is 13:30 here"
    assert_clean(one)


FAR = HEADER + b"Ada,Byron,ada@one.example,+12125550100,+18085550101,One Inc,US\n"
HONOLULU = ZoneInfo("Pacific/Honolulu")


@pytest.fixture
def far(tmp_path: Path) -> Iterator[TestFloor]:
    """A lead with a number in New York and one in Honolulu."""
    with make_floor(tmp_path, leads=0, data=FAR) as made:
        yield made


def test_when_the_first_number_is_wrong_the_lead_stands_in_the_hours_of_the_second(far: TestFloor) -> None:
    card = claim(far)
    dial(far, card)
    assert record(far, card, "bad_record").goes_on
    held = far.ask("Dana", Held())
    assert held is not None
    assert not dial(far, held).allowed, "it is five in the morning there"
    nothing(far)
    due = datetime.fromtimestamp(value(far, "SELECT due_at FROM ticket"), HONOLULU)
    assert (due.day, 8 <= due.hour < 11) == (19, True), "in the morning of the second number"
    far.clock.time = int(datetime(2026, 11, 19, 23, 0, tzinfo=UTC).timestamp())  # New York has closed
    tamper(far, "UPDATE ticket SET sleeps_again_at = NULL")
    again = claim(far)
    assert (again.lead, again.current, again.zone) == (card.lead, 2, "Pacific/Honolulu")
    assert dial(far, again).allowed
    assert_clean(far)


def test_a_number_that_is_good_after_all_brings_its_hours_back(far: TestFloor) -> None:
    before = value(far, "SELECT lane_id FROM ticket")
    card = claim(far)
    dial(far, card)
    record(far, card, "bad_record")
    assert value(far, "SELECT lane_id FROM ticket") != before
    undo(far)
    assert value(far, "SELECT lane_id FROM ticket") == before
    assert_clean(far)
