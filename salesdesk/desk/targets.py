"""What a new campaign may aim at: meetings a day and an end date, from how the floor usually does."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from salesdesk.desk import boardfacts
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import PLANNERS
from salesdesk.line import pace
from salesdesk.line.boardfacts import MEETING
from salesdesk.line.ledger import DIALED


class ProposeTarget(Request["ProposedTarget"]):
    """What may a campaign aim at?"""

    leads: int = Field(ge=0, description="leads of its segment")
    callers: int = Field(ge=0, le=10_000, description="people who call in it")
    plan: str = Field("P", max_length=20, description="its attempt plan")


class ProposedTarget(Reply):
    """Meetings a day, and the day (ISO) by which every lead can have had its tries; 0 and "" while the floor's past
    days say too little, and no day that is ten years away."""

    meetings: int
    ends_on: str


@operation(roles=PLANNERS, effect=READ)
def propose_target(floor: Floor, me: Person, ask: ProposeTarget) -> ProposedTarget:
    """A daily target and an end date from usual yield, handle time and the number of callers."""
    line = floor.sales_map(floor.settings.map_id)
    station = next((each for each in line.stations.values() if each.order == "dealt"), None)
    if station is None:
        raise Refused("no_calling_station", f"the map {line.id} has no station at which leads are dealt")
    if ask.plan not in line.plans:
        raise BadRequest("unknown_plan", f"the map has no attempt plan {ask.plan}")
    start, end = boardfacts.working_day(
        floor.day, floor.settings.day_start, floor.settings.day_end, floor.settings.zone
    )
    calls, usual = pace.calls_a_day(ask.callers, station.handle_seconds, end - start), boardfacts.usual(floor)
    meetings = pace.daily_target(calls, usual.count(MEETING), usual.count(DIALED))
    last = pace.last_day(date.fromisoformat(floor.day), ask.leads, line.plans[ask.plan].tries, calls)
    return ProposedTarget(meetings=meetings, ends_on=last.isoformat() if meetings and last else "")
