"""Andon: a seat calls for help with a code, and it stands on the board until a leader has cleared it."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts, notices
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS, SEATED, Role
from salesdesk.line.text import clean
from salesdesk.store import andons as statements
from salesdesk.store import campaigns, holds, people, tickets

CODES = {
    "script": "script wrong",
    "list": "list bad",
    "technical": "technical",
    "abuse": "abuse",
}
"""Codes of an andon, and their words."""
HELPERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR})


class RaiseAndon(Write[Done]):
    """I need help: supervisors and coordinators learn it at once."""

    code: str = Field(description=f"one of {', '.join(CODES)}")


@operation(roles=SEATED, effect=WRITE)
def raise_andon(floor: Floor, me: Person, ask: RaiseAndon) -> Done:
    """Call for help; it is charged to the campaign and the list of the lead in my hands."""
    if ask.code not in CODES:
        raise BadRequest("unknown_code", f"an andon has one of the codes {', '.join(CODES)}")
    floor.session.alone(f"andon:{me.id}")
    if statements.raised(floor.session, me.id, ask.code) is not None:
        return Done(note=f"{CODES[ask.code]}: they know already")
    hold, seat = holds.of_person(floor.session, me.id), people.seat(floor.session, me.id)
    ticket = tickets.by_id(floor.session, hold.ticket_id) if hold else None
    campaign_id = ticket.campaign_id if ticket else seat.campaign_id if seat else None
    station = seat.station if seat else ""
    id = statements.add(
        floor.session,
        person_id=me.id,
        code=ask.code,
        station=station,
        campaign_id=campaign_id,
        lead_id=hold.lead_id if hold else None,
        at=floor.now,
    )
    told = [row for row in people.everyone(floor.session) if HELPERS & {*row.roles.split()} and row.id != me.id]
    campaign = campaigns.by_id(floor.session, campaign_id) if campaign_id else None
    about = f", {campaign.name}" if campaign else ""
    for row in told:
        notices.send(floor, row.id, "andon", f"{me.name} calls: {CODES[ask.code]}{about}", sender=me.id)
    facts.record(floor, "andon_raised", me.id, campaign_id=campaign_id, station=station, andon=id, code=ask.code)
    who = f"{len(told)} people who can help were told"
    if len(told) < 2:
        who = f"{clean(told[0].name)} was told" if told else "it stands on the wall board; nobody else could be told"
    return Done(note=f"{CODES[ask.code]}: {who}")


class AndonLine(Reply):
    """A call for help that is open since `raised_at` (epoch seconds), with the campaign and list it is charged to."""

    id: int
    person: str
    code: str
    words: str
    campaign: str
    list: str
    raised_at: int


class AndonCount(Reply):
    """How often a code was raised today for a campaign and a list."""

    code: str
    campaign: str
    list: str
    raised: int


class Andons(Reply):
    """Open calls for help, oldest first, and today's counts, most first."""

    open: tuple[AndonLine, ...]
    today: tuple[AndonCount, ...]


class OpenAndons(Request[Andons]):
    """Who calls for help?"""


@operation(roles=SEATED, effect=READ)
def open_andons(floor: Floor, me: Person, ask: OpenAndons) -> Andons:
    """Calls for help that nobody has cleared, and how often each was raised today by campaign and list."""
    return Andons(
        open=tuple(
            AndonLine(
                id=row["id"],
                person=clean(row["person"]),
                code=row["code"],
                words=CODES.get(row["code"], row["code"]),
                campaign=clean(row["campaign"] or ""),
                list=clean(row["list"] or ""),
                raised_at=row["raised_at"],
            )
            for row in statements.open_ones(floor.session)
        ),
        today=tuple(
            AndonCount(code=row["code"], campaign=clean(row["campaign"]), list=clean(row["list"]), raised=row["n"])
            for row in statements.counts(floor.session, floor.today.start)
        ),
    )


class ClearAndon(Write[Done]):
    """Somebody was helped."""

    andon: int = Field(description="the andon's id")


@operation(roles=LEADERS, effect=WRITE)
def clear_andon(floor: Floor, me: Person, ask: ClearAndon) -> Done:
    """Take a call for help off the board; whoever raised it is told."""
    whose = statements.clear(floor.session, ask.andon, me.id, floor.now)
    if whose is None:
        raise Refused("not_open", f"andon {ask.andon} is not open (any more)")
    notices.send(floor, whose, "andon", f"{me.name} has seen to your call", sender=me.id)
    facts.record(floor, "andon_cleared", me.id, andon=ask.andon)
    return Done(note="cleared")
