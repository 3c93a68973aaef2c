"""Who works where is kept between two facts about it, and never a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from salesdesk.desk import staff
from salesdesk.desk.caching import moves
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.moving import Assign, MovePeople, UndoMove
from salesdesk.desk.people import AddPerson, SignIn
from salesdesk.desk.registry import Request
from salesdesk.store import events
from salesdesk.store.session import Session
from tests.floors import TestFloor, make_floor, release_campaign

SPRING, AUTUMN = 1, 2


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, quantity=12) as made:
        release_campaign(made, name="Autumn Freight", callers=("Ito",))
        for who in ("Dana", "Ito"):
            made.ask(who, SignIn())
        yield made


def known(floor: TestFloor) -> staff.Staff:
    return floor.counter.store.read(lambda session: staff.staff(floor.counter.floor(session)))


def read(floor: TestFloor) -> staff.Staff:
    return floor.counter.store.read(lambda session: staff._read(floor.counter.floor(session)))


CHANGES = {
    "somebody new": ("Sam", AddPerson(name="Noor", roles="sdr", team="Red")),
    "other roles": ("Sam", AddPerson(name="Eve", roles="sdr")),
    "an assignment": ("Cleo", Assign(person="Dana", campaign=AUTUMN, turn=2)),
    "taken out": ("Cleo", Assign(person="Dana", campaign=SPRING, turn=0)),
    "a campaign": ("Cleo", CreateCampaign(name="Winter", offer="x", initial="y", script="z")),
    "a move": ("Sam", MovePeople(people=(1,), campaign=AUTUMN)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_every_change_is_known_at_once(floor: TestFloor, what: str) -> None:
    before = known(floor)
    who, change = CHANGES[what]
    floor.ask(who, cast(Request[object], change))
    assert known(floor) == read(floor)
    assert known(floor) != before


def test_a_move_that_is_taken_back(floor: TestFloor) -> None:
    before = known(floor)
    moved = floor.ask("Sam", MovePeople(people=(floor.desk("Dana").person.id,), campaign=AUTUMN))
    assert known(floor) != before
    floor.ask("Sam", UndoMove(move=moved.move))
    assert known(floor) == read(floor)


def test_nothing_is_read_again_because_of_other_facts(floor: TestFloor) -> None:
    before = known(floor)
    floor.ask("Eve", SignIn(station="executive"))
    assert known(floor) is before
    floor.clock.forward(staff.AGAIN)
    assert known(floor) is not before


def test_a_fact_that_is_committed_late_moves_the_number_too(floor: TestFloor) -> None:
    def count(session: Session) -> int:
        return moves(floor.counter.floor(session), staff.CHANGES)

    store = floor.counter.store
    begun = store.read(count)
    floor.ask("Eve", SignIn(station="executive"))
    assert store.read(count) == begun
    newest = store.read(events.newest_id)
    late = "INSERT INTO event SELECT :id, at, day, 'assigned', person_id, lead_id, ticket_id, campaign_id, station,"
    store.write(
        lambda session: session.run(
            f"{late} outcome, map_version, data FROM event WHERE id = :newest",
            id=newest - 3_000_000,
            newest=newest,
        )
    )
    assert store.read(events.newest_id) == newest
    assert [store.read(count) for _ in range(2)] == [begun + 1, begun + 1]
