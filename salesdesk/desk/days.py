"""My days: the last twenty, and today's end with the promises that nobody would keep."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts, seats, shifts
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import SEATED
from salesdesk.desk.starting import PromiseLine, promises_of
from salesdesk.line import days as rules
from salesdesk.line import when
from salesdesk.line.boardfacts import MEETING, SELLING
from salesdesk.line.ledger import DIALED, FLAG, KEPT, LATE
from salesdesk.line.shifts import Shift
from salesdesk.store import people, promises, rollups, tickets

SHOWN = 20
"""Floor days that are shown, today not among them."""
AHEAD = when.LONGEST_DAYS * 86_400
END_FIGURES = (
    "dial", "connect", "talk_time", "conversation", "selling_conversation", "meetings_booked", "target",
    "promises_kept", "promises_to_keep", "paid_time", "calling_time", "starved_time", "paused_time", "away_time",
)  # fmt: skip
"""The glossary ids of the figures of the five lines."""


class DayLine(Reply):
    """One floor day of mine; `boards.FIGURES` names the definition of each figure."""

    day: str
    dials: int
    humans: int
    conversations: int
    meetings: int


class MyDaysReply(Reply):
    """My last floor days, oldest first; a day on which I did not work has zeros."""

    days: tuple[DayLine, ...]


class MyDays(Request[MyDaysReply]):
    """How did my last 20 days go?"""


@operation(roles=SEATED, effect=READ)
def my_days(floor: Floor, me: Person, ask: MyDays) -> MyDaysReply:
    """Dials, humans, conversations and meetings of my last 20 floor days."""
    known = rollups.days_before(floor.session, floor.day, SHOWN)[::-1]
    sums = _sums(floor, me, known)
    return MyDaysReply(
        days=tuple(
            DayLine(
                day=day,
                dials=sums[day].get(DIALED, 0),
                humans=sums[day].get(FLAG + "reached_human", 0),
                conversations=sums[day].get(FLAG + "conversation", 0),
                meetings=sums[day].get(MEETING, 0),
            )
            for day in known
        )
    )


def _sums(floor: Floor, me: Person, days: list[str]) -> dict[str, dict[str, int]]:
    """My sums at calling stations by day, as `my_numbers` and the board count them."""
    callers = floor.sales_map(floor.settings.map_id).callers
    found: dict[str, dict[str, int]] = {day: {} for day in days}
    for row in rollups.of_person(floor.session, me.id, days):
        if row["station"] in callers:
            mine = found[row["day"]]
            mine[row["outcome"]] = mine.get(row["outcome"], 0) + int(row["n"])
    return found


class LeftPromise(PromiseLine):
    """A promise of mine that I shall not be there to keep, and why in words."""

    why: str


class DayEndReply(Reply):
    """My day in five lines, and my promises that fall outside my shifts."""

    lines: tuple[str, ...]
    promises: tuple[LeftPromise, ...]


class DayEnd(Request[DayEndReply]):
    """How was my day, and which of my promises would nobody keep?"""


@operation(roles=SEATED, effect=READ)
def day_end(floor: Floor, me: Person, ask: DayEnd) -> DayEndReply:
    """My day in five lines, and each promise of mine at a time when I am off or my shift is over."""
    from salesdesk.desk.boardfacts import gather

    mine = promises_of(floor, me, until=floor.now + AHEAD)
    week = shifts.of(floor, me.id)
    left = ((each, _left(floor, week, each)) for each in mine)
    sums = _sums(floor, me, [floor.day])[floor.day]
    kept, late = sums.get(KEPT, 0), sums.get(LATE, 0)
    day = rules.Day(
        dials=sums.get(DIALED, 0),
        humans=sums.get(FLAG + "reached_human", 0),
        conversations=sums.get(FLAG + "conversation", 0),
        selling=sums.get(SELLING, 0),
        meetings=sums.get(MEETING, 0),
        target=round(gather(floor, me, whole=False).share_of_target(me.id), 2),
        talk=_talk(floor, me),
        kept=kept,
        agreed=kept + late,
        ahead=len(mine),
        seconds=_seconds(floor, me),
    )
    return DayEndReply(
        lines=rules.five_lines(day),
        promises=tuple(LeftPromise(**dict(each), why=why) for each, why in left if why),
    )


def _left(floor: Floor, week: Shift, promise: PromiseLine) -> str:
    """Why I shall not be there for a promise once I have signed out; empty when I shall."""
    due = promise.due_at
    if week.day(due) == week.day(floor.now):
        return "today, after you have left"
    if week.on(due):
        return ""
    return f"outside your shift, {week}" if week.works(week.day(due)) else "your day off"


def _talk(floor: Floor, me: Person) -> int:
    """My talk seconds of today at calling stations."""
    callers = floor.sales_map(floor.settings.map_id).callers
    return sum(
        rollups.talk_by_person(floor.session, floor.day, each, [me.id]).get(me.id, 0) for each in sorted(callers)
    )


def _seconds(floor: Floor, me: Person) -> dict[str, int]:
    """The seconds of my day by state, with those of the present state."""
    found = people.times_of(floor.session, me.id, floor.day)
    seat = people.seat(floor.session, me.id)
    if seat is not None and seat.state != "out":
        begun = max(seat.since, floor.now - seats.LONGEST_STATE)
        today = dict(rules.seconds_by_day(begun, floor.now, floor.settings.zone)).get(floor.day, 0)
        found[seat.state] = found.get(seat.state, 0) + today
    return found


class PassPromises(Write[Done]):
    """Let anyone keep these promises of mine."""

    tickets: tuple[int, ...] = Field(min_length=1, max_length=200, description="their tickets")


@operation(roles=SEATED, effect=WRITE)
def pass_promises(floor: Floor, me: Person, ask: PassPromises) -> Done:
    """Pass promises of mine to anyone; each keeps its time and its rank."""
    passed = 0
    for ticket_id in sorted(set(ask.tickets)):
        ticket = tickets.by_id(floor.session, ticket_id, in_turn=True)
        if ticket is None or not promises.pass_to_anyone(floor.session, ticket_id, me.id):
            continue
        facts.record(floor, "promise_passed", me.id, ticket=ticket, to=0)
        passed += 1
    if not passed:
        raise Refused("not_yours", "none of these promises is yours any more")
    return Done(note=f"{passed} promise{'s go' if passed > 1 else ' goes'} to anyone")
