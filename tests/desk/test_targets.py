"""What a campaign may aim at is what the floor usually does with so many people."""

from __future__ import annotations

from salesdesk.desk.targets import ProposeTarget
from tests.floors import TestFloor
from tests.steps import refused, tamper


def remember(floor: TestFloor, dials: int, meetings: int) -> None:
    """A day of last week with so many dials and meetings."""
    for outcome, n in (("@dialed", dials), ("#positive", meetings)):
        tamper(
            floor,
            "INSERT INTO rollup (day, person_id, campaign_id, station, outcome, map_version, n, talk_seconds,"
            " wrap_seconds) VALUES ('2026-11-12', 1, 1, 'sdr', ?, 1, ?, 0, 0)",
            outcome,
            n,
        )


def test_a_target_comes_from_usual_yield_and_people(floor: TestFloor) -> None:
    remember(floor, 3000, 30)
    found = floor.ask("Cleo", ProposeTarget(leads=425, callers=4))
    assert (found.meetings, found.ends_on) == (10, "2026-12-08"), "1,020 calls a day, 2,550 to make, and ten days more"
    refused(floor, "Dana", ProposeTarget(leads=1, callers=1), "role")


def test_a_floor_without_a_past_proposes_nothing(floor: TestFloor) -> None:
    found = floor.ask("Cleo", ProposeTarget(leads=425, callers=4))
    assert (found.meetings, found.ends_on) == (0, "")
