"""Which station is the drum today: the one with the least capacity for the work that each lead brings it."""

from __future__ import annotations

from salesdesk.line import flow, yields
from salesdesk.line.boardfacts import MEETING, FloorFacts
from salesdesk.line.ledger import SERVED

FEWEST = 20
"""Leads served in the past and today from which a drum may be declared."""
_LEVELS = tuple((2 * n + 1) / 50 for n in range(25))


def drum_of(facts: FloorFacts) -> tuple[str, str]:
    """The name of the drum and "drum (sure: 86 %)"; two empty strings while no station is it surely.

    Loads are planned handle minutes per lead served: at the calling station one pull, at the station behind it the
    yield of meetings. The draws run over that yield's confidence distribution (bounds of its Wilson intervals).
    """
    caller = next((each for each in facts.stations if each.calls), None)
    closer = next((each for each in facts.stations if not each.calls and _seated(facts, each.name)), None)
    served = facts.usual.count(SERVED) + facts.count(SERVED)
    meetings = facts.usual.count(MEETING) + facts.count(MEETING)
    if caller is None or closer is None or served < FEWEST or not _seated(facts, caller.name) or meetings > served:
        return "", ""
    stations = (caller, closer)
    capacities = {each.name: flow.capacity(_seated(facts, each.name), 60) for each in stations}

    def loads(share: float) -> dict[str, float]:
        return {caller.name: caller.handle_seconds / 60, closer.name: share * closer.handle_seconds / 60}

    bounds = [yields.wilson(meetings, served, level) for level in _LEVELS]
    draws = [loads(end) for each in bounds for end in each]
    found = flow.drum(loads(meetings / served), capacities, draws)
    if found.sure is None or found.sure < flow.SURE_ENOUGH:
        return "", ""
    return found.station, f"drum (sure: {100 * found.sure:.0f} %)"


def _seated(facts: FloorFacts, station: str) -> int:
    return sum(1 for seat in facts.seats if seat.station == station and seat.state != "lost")
