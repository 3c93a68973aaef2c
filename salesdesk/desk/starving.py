"""A queue that has nothing for somebody: that time is the system's, and the coordinators are told once a dry spell.

What they are told is over when there is a lead again, served or released, and a while later in any case."""

from __future__ import annotations

from salesdesk.desk import facts, notices, seats
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.roles import Role
from salesdesk.line.text import clean
from salesdesk.store import people
from salesdesk.store import starving as statements

SPELL = 1800
"""Seconds after which a campaign that is dry still, or again, is told of once more; a release ends its dry spell."""


def starve(floor: Floor, me: Person, station: str) -> None:
    """Charge my time to the system from now on, and tell whoever can fill the queue; said once."""
    seat = seats.of(floor, me.id)
    if seat is not None and seat.state == "starved":
        return
    seats.enter(floor, me.id, "starved", station=station)
    facts.record(floor, "state", me.id, station=station, state="starved", code="")
    told = [row for row in people.everyone(floor.session) if Role.COORDINATOR in row.roles.split() and row.id != me.id]
    if not told:
        return
    dry = statements.newly_dry(floor.session, me.id, station, floor.now, floor.day, floor.now - SPELL)
    if dry:
        names = ", ".join(clean(name, limit=50) for name in dry[:2]) + (f" and {len(dry) - 2} more" if dry[2:] else "")
        since = f"{local(floor.now, floor.settings.zone):%H:%M}"
        for row in told:
            word = f"{names} since {since}: nothing to call for {clean(me.name)}"
            notices.send(floor, row.id, "dry", word, sender=me.id)


def told_words(floor: Floor, campaign_ids: list[int]) -> str:
    """That a coordinator was told of a dry spell of these campaigns, and how long ago; "" when none was."""
    at = statements.told_at(floor.session, campaign_ids, floor.now - SPELL)
    if at is None:
        return ""
    age = floor.now - at
    return f"coordinator told {'just now' if age < 60 else f'{age // 60} min ago'}"
