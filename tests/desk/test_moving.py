"""Moving people on a real floor: the effect is told, holds after the call, reaches the seat, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.boards import MyNumbers
from salesdesk.desk.campaigns import PauseCampaign, ShowCampaigns
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.moving import Assign, MovePeople, PreviewMove, UndoMove
from salesdesk.desk.notices import News
from salesdesk.desk.people import SignIn
from salesdesk.store import events
from tests.floors import TestFloor, make_floor, release_campaign
from tests.steps import audit, claim, refused, work

SPRING, AUTUMN = 1, 2


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, quantity=12) as made:
        release_campaign(made, name="Autumn Freight", callers=("Ito",))
        made.ask("Cleo", Assign(person="Ito", campaign=SPRING, turn=0))
        for who in ("Dana", "Ito"):
            made.ask(who, SignIn())
        yield made


def id_of(floor: TestFloor, *names: str) -> tuple[int, ...]:
    return tuple(floor.desk(name).person.id for name in names)


def first_of(floor: TestFloor, name: str) -> list[str]:
    return [each.name for each in floor.ask("Cleo", ShowCampaigns()).campaigns if name in each.callers]


def second_of(floor: TestFloor, name: str) -> list[str]:
    return [each.name for each in floor.ask("Cleo", ShowCampaigns()).campaigns if name in each.second]


def test_the_effect_names_the_cover_of_every_campaign_touched(floor: TestFloor) -> None:
    claim(floor, "Ito")
    found = floor.ask("Sam", PreviewMove(people=id_of(floor, "Ito"), campaign=SPRING))
    assert found.moving == id_of(floor, "Ito")
    spring, autumn = found.campaigns
    assert (spring.people_before, spring.people_after) == (1, 2)
    assert spring.cover_after == pytest.approx((spring.cover_before or 0) / 2)
    assert (autumn.people_before, autumn.people_after, autumn.cover_after) == (1, 0, None)
    assert found.effect.startswith("after their current call · Spring Audit cover ")
    assert found.effect.endswith(" → nobody on it · their promises stay theirs")


def test_a_preview_changes_nothing(floor: TestFloor) -> None:
    before = floor.counter.store.read(events.newest_id)
    floor.ask("Sam", PreviewMove(people=id_of(floor, "Ito", "Dana"), campaign=SPRING))
    assert floor.counter.store.read(events.newest_id) == before


def test_a_preview_refuses_what_the_move_would_refuse(floor: TestFloor) -> None:
    no = refused(floor, "Sam", PreviewMove(people=id_of(floor, "Dana"), campaign=SPRING), "nothing_to_move")
    assert no == "already first in Spring Audit: Dana"
    floor.ask("Cleo", PauseCampaign(campaign=AUTUMN, live=False))
    refused(floor, "Sam", PreviewMove(people=id_of(floor, "Dana"), campaign=AUTUMN), "not_live")


def test_a_move_holds_after_the_current_call_and_says_so_on_the_seat(floor: TestFloor) -> None:
    card = claim(floor, "Ito")
    assert card.campaign == "Autumn Freight"
    done = floor.ask("Sam", MovePeople(people=id_of(floor, "Ito"), campaign=SPRING))
    assert done.moved == 1
    assert (first_of(floor, "Ito"), second_of(floor, "Ito")) == (["Spring Audit"], ["Autumn Freight"])
    assert claim(floor, "Ito").ticket == card.ticket, "the lead in hand stays"
    (notice,) = floor.ask("Ito", News()).notices
    assert (notice.kind, notice.text) == ("move", "Sam moved you to Spring Audit, after your current call")
    work(floor, "no_answer", "Ito")
    assert claim(floor, "Ito").campaign == "Spring Audit"
    assert audit(floor).differences == 0


def test_the_event_of_a_move_holds_ids_only(floor: TestFloor) -> None:
    done = floor.ask("Sam", MovePeople(people=id_of(floor, "Ito"), campaign=SPRING))
    event = floor.counter.store.read(lambda session: events.one(session, done.move))
    assert event is not None
    (ito,) = id_of(floor, "Ito")
    assert event.kind == "moved"
    assert event.data == {"people": [ito], "changes": [[ito, SPRING, 0, 1], [ito, AUTUMN, 1, 2]]}


def test_a_move_can_be_taken_back_once(floor: TestFloor) -> None:
    done = floor.ask("Sam", MovePeople(people=id_of(floor, "Ito", "Dana"), campaign=AUTUMN))
    assert done.moved == 1, "Ito was there already"
    assert floor.ask("Sam", UndoMove(move=done.move)).note == "taken back, as it was before: Dana"
    assert (first_of(floor, "Dana"), second_of(floor, "Dana")) == (["Spring Audit"], [])
    assert refused(floor, "Sam", UndoMove(move=done.move), "changed_since")


def test_what_somebody_changed_since_is_said_and_nothing_is_taken_back(floor: TestFloor) -> None:
    done = floor.ask("Sam", MovePeople(people=id_of(floor, "Dana"), campaign=AUTUMN))
    floor.ask("Cleo", Assign(person="Dana", campaign=AUTUMN, turn=2))
    no = refused(floor, "Sam", UndoMove(move=done.move), "changed_since")
    assert no == "Dana is second in Autumn Freight by now; nothing was taken back"
    assert second_of(floor, "Dana") == ["Spring Audit", "Autumn Freight"]


def test_a_repeated_move_is_one_move(floor: TestFloor) -> None:
    asked = MovePeople(people=id_of(floor, "Ito"), campaign=SPRING, key="the same")
    assert floor.ask("Sam", asked) == floor.ask("Sam", asked)
    assert len(floor.ask("Ito", News()).notices) == 1


@pytest.mark.parametrize("who", ["Sam", "Cleo"])
def test_supervisors_and_coordinators_move_people(floor: TestFloor, who: str) -> None:
    assert floor.ask(who, MovePeople(people=id_of(floor, "Ito"), campaign=SPRING)).moved == 1


def test_who_may_not_move_or_be_moved(floor: TestFloor) -> None:
    refused(floor, "Dana", MovePeople(people=id_of(floor, "Ito"), campaign=SPRING), "role")
    refused(floor, "Sam", MovePeople(people=id_of(floor, "Eve"), campaign=SPRING), "not_a_caller")
    refused(floor, "Sam", MovePeople(people=id_of(floor, "Dana"), campaign=SPRING), "nothing_to_move")
    floor.ask("Cleo", PauseCampaign(campaign=AUTUMN, live=False))
    refused(floor, "Sam", MovePeople(people=id_of(floor, "Dana"), campaign=AUTUMN), "not_live")
    for asked in (MovePeople(people=(999,), campaign=SPRING), MovePeople(people=(1,), campaign=99), UndoMove(move=1)):
        with pytest.raises(BadRequest):
            floor.ask("Sam", asked)


def plan_of(floor: TestFloor, name: str) -> tuple[float, float | None]:
    """Somebody's part of the day's meetings, and their percent of what was due by now."""
    found = floor.ask(name, MyNumbers())
    return found.meetings_target, found.percent_of_plan


def test_a_move_leaves_what_was_due_before_it_as_it_was(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=12, daily_target=4) as floor:
        release_campaign(floor, name="Autumn Freight", callers=("Ito",), daily_target=0)
        for who in ("Dana", "Ito"):
            floor.ask(who, SignIn())
        work(floor, "meeting")
        before = [plan_of(floor, who) for who in ("Dana", "Ito")]
        moved = floor.ask("Sam", MovePeople(people=id_of(floor, "Dana"), campaign=AUTUMN))
        after = [plan_of(floor, who) for who in ("Dana", "Ito")]
        assert [percent for _, percent in after] == [pytest.approx(percent) for _, percent in before]
        assert after[0][0] < before[0][0], "the rest of the day is others'"
        assert sum(target for target, _ in after) == pytest.approx(4, abs=0.02)
        floor.ask("Sam", UndoMove(move=moved.move))
        assert plan_of(floor, "Dana") == before[0]
        floor.ask("Cleo", Assign(person="Dana", campaign=SPRING, turn=0))
        assert plan_of(floor, "Dana") == after[0]
        assert audit(floor).differences == 0
