"""The demo floor shows what happens on a real one, through the operations that people use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.demo import colleagues, scenes
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.inbound import WaitingInbound
from salesdesk.desk.people import SignIn
from salesdesk.desk.serving import ClaimNext
from salesdesk.store import people
from salesdesk.store.session import Session
from tests.floors import TestFloor, csv_of, import_rows, make_floor, release_campaign


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[TestFloor]:
    """A campaign with work for all, and one whose only lead is asleep in the west; Quist calls for that one."""
    with make_floor(tmp_path, name=scenes.SPARE, callers=("Dana",)) as floor:
        floor.counter.store.write(_simulated)
        west = [["Wes", "Tern", "w@west.example", "+14155550123", "CFO", "West Inc.", "", "", "US"]]
        import_rows(floor, csv_of(west), name="West")
        release_campaign(floor, name=scenes.MAIN, callers=("Quist",))
        yield floor


def _simulated(session: Session) -> None:
    for name, roles in ((scenes.SUPERVISOR, "coordinator supervisor"), ("Quist", "sdr")):
        people.add(session, name=name, roles=roles, team="", zone="America/New_York", simulated=True)


def within(floor: TestFloor, seconds: int) -> None:
    """Let the simulated supervisor work."""
    waiting = colleagues.supervisors_turn(floor.counter, 1, floor.clock.now())
    end = floor.clock.now() + seconds
    while waiting[0].at < end:
        floor.clock.time = max(floor.clock.time, int(waiting[0].at))
        colleagues.move(waiting)


def test_somebody_asks_for_us_within_two_minutes(demo: TestFloor) -> None:
    within(demo, 120)
    assert len(demo.ask("Cleo", WaitingInbound()).waiting) == 1


def test_whoever_starves_is_moved_to_where_there_is_work(demo: TestFloor) -> None:
    demo.ask("Quist", SignIn())
    assert demo.ask("Quist", ClaimNext()) is None
    within(demo, 120)
    first = {each.name: each.callers for each in demo.ask("Sam", ShowCampaigns()).campaigns}
    assert "Quist" in first[scenes.SPARE]


def test_a_floor_without_the_simulated_supervisor_has_no_scenes(tmp_path: Path) -> None:
    with make_floor(tmp_path) as floor:
        assert colleagues.supervisors_turn(floor.counter, 1, floor.clock.now()) == []
