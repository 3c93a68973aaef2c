"""The start page: what I see when I sit down, read after my seat is taken and kept nowhere."""

from __future__ import annotations

from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import SEATED
from salesdesk.line.localday import DAY
from salesdesk.line.text import clean
from salesdesk.store import assignments, campaigns, events, people, promises


class Seated(Reply):
    """Where I sit, and the token of my seat at this terminal."""

    station: str
    seat: str


class PromiseLine(Reply):
    """A promise of mine: the ticket, when it is due (epoch seconds), and to whom."""

    ticket: int
    due_at: int
    who: str
    zone: str


class ScriptChange(Reply):
    """A script of mine that was written since my last shift; `at` in epoch seconds."""

    campaign: str
    variant: str
    version: int
    at: int


class MyWork(Request["Work"]):
    """What have I promised, and whom do I call for?"""


class Work(Reply):
    """My promises of the coming 24 hours, soonest first, and the campaigns I call for first and second."""

    promises: tuple[PromiseLine, ...]
    campaigns: tuple[str, ...]
    second: tuple[str, ...]


class StartPage(Work):
    """What I see when I sit down. `seat` is the token for heartbeats, `armed` a pause that follows the call in hand."""

    person: str
    roles: tuple[str, ...]
    station: str
    seat: str
    armed: str
    floor: str
    zone: str
    demo: bool
    scripts: tuple[ScriptChange, ...]


def start_page(floor: Floor, me: Person, seated: Seated) -> StartPage:
    """My promises, my campaigns and the scripts that changed since my last shift."""
    seat = people.seat(floor.session, me.id)
    return StartPage(
        person=clean(me.name),
        roles=tuple(sorted(me.roles)),
        station=seated.station,
        seat=seated.seat,
        armed=seat.armed if seat else "",
        floor=clean(floor.settings.name),
        zone=floor.settings.zone,
        demo=floor.settings.demo,
        scripts=_script_changes(floor, me),
        **dict(my_work(floor, me, MyWork())),
    )


@operation(roles=SEATED, effect=READ)
def my_work(floor: Floor, me: Person, ask: MyWork) -> Work:
    """My promises and my campaigns as they stand now."""
    mine = [row for row in assignments.everything(floor.session, me.id) if row["turn"] and row["live"]]
    return Work(
        promises=promises_of(floor, me, until=floor.now + DAY),
        campaigns=tuple(clean(row["campaign"]) for row in mine if row["turn"] == 1),
        second=tuple(clean(row["campaign"]) for row in mine if row["turn"] == 2),
    )


def promises_of(floor: Floor, me: Person, *, until: int) -> tuple[PromiseLine, ...]:
    """My promises due by an instant, soonest first."""
    return tuple(
        PromiseLine(
            ticket=row["ticket_id"],
            due_at=row["due_at"],
            who=clean(f"{row['first_name']} {row['last_name']}, {row['account']}"),
            zone=row["zone"],
        )
        for row in promises.due_by(floor.session, until=until, person_id=me.id)
    )


def _script_changes(floor: Floor, me: Person) -> tuple[ScriptChange, ...]:
    """Scripts of mine that were written since the last thing I did on an earlier day; none on my first day."""
    before = events.last_result_before(floor.session, me.id, floor.today.start)
    if before is None:
        return ()
    return tuple(
        ScriptChange(
            campaign=clean(row["campaign"]), variant=row["variant"], version=row["version"], at=row["written_at"]
        )
        for row in campaigns.scripts_since(floor.session, me.id, before)
    )
