"""People who asked for us: while they wait they come before every lead that the floor chose itself."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.registry import LIVE, Reply, Request, operation
from salesdesk.desk.roles import EVERYONE, WATCHERS, Role
from salesdesk.line import inbound as rules
from salesdesk.line.eligibility import LATER
from salesdesk.line.inbound import KIND
from salesdesk.line.text import clean
from salesdesk.store import inbounds
from salesdesk.store.session import Row
from salesdesk.store.tickets import TicketRow

__all__ = ["KIND", "waiting", "why"]


def waiting(floor: Floor) -> list[Row]:
    """The inquiries that nobody has taken, the longest first; those too whose call is put off for a moment, since a
    colleague is calling their company or nobody knows a better time (see `store.inbounds.waiting`)."""
    return inbounds.waiting(floor.session, floor.now - rules.SHOWN_FOR, floor.now, floor.now + LATER)


def why(floor: Floor, me: Person, ticket: TicketRow) -> str:
    """When they asked for us by my clock, and what; not how long ago, which is not so any more a minute later."""
    found = inbounds.asked(floor.session, ticket.id)
    if found is None:
        return "they asked for us"
    at, said = found
    here, now = (local(each, me.zone or floor.settings.zone) for each in (at, floor.now))
    clock = f"{here:%H:%M}" if here.date() == now.date() else f"{here:%a} {here.day} {here:%b %H:%M}"
    return f"they asked for us at {clock}" + (f": {clean(said, limit=200)}" if said else "")


class WaitingInbound(Request["WaitingReply"]):
    """Who has asked for us and waits?"""


class Waiting(Reply):
    """One who waits: the ticket, the company, the campaign, and what made them ask. Times are epoch seconds:
    `arrived_at` is when they asked, `callable_at` from when the law let them be called; `waited` counts from there."""

    ticket: int
    company: str
    campaign: str
    source: str
    arrived_at: int
    callable_at: int
    waited: int
    late: bool


class WaitingReply(Reply):
    """Who waits, the longest first, and to whom one of them is offered now."""

    waiting: tuple[Waiting, ...]
    offered: tuple[str, ...]


@operation(roles=WATCHERS, effect=LIVE)
def waiting_inbound(floor: Floor, me: Person, ask: WaitingInbound) -> WaitingReply:
    """The inquiries that nobody has taken and that the law lets us call; `late` are those of more than a minute."""
    return WaitingReply(
        waiting=tuple(
            Waiting(
                ticket=row["ticket_id"],
                company=clean(row["company"]),
                campaign=clean(row["campaign"]),
                source=row["source"],
                arrived_at=row["arrived_at"],
                callable_at=row["callable_at"],
                waited=floor.now - row["callable_at"],
                late=floor.now - row["callable_at"] > rules.LATE,
            )
            for row in waiting(floor)
        ),
        offered=tuple(clean(name) for name in inbounds.offered(floor.session, floor.now)),
    )


class SpeedToLead(Request["SpeedReply"]):
    """How fast do we call those who ask for us?"""

    days: int = Field(1, ge=1, le=90, description="of those that could be called in the last so many times 24 hours")
    mine: bool = Field(False, description="true for those that I took")


class SpeedReply(Reply):
    """Speed to lead. `n` inquiries came and could be called; `dialed` of them were. The medians are seconds to the
    first dial: of the time in which the law allowed the call, and by the clock. Of those that were dialed or waited
    longer, `within_60` of `due_60` were dialed within 60 callable seconds, `within_300` of `due_300` within 300."""

    n: int
    dialed: int
    median_callable: float | None
    median_clock: float | None
    within_60: int
    due_60: int
    within_300: int
    due_300: int


@operation(roles=EVERYONE - {Role.BOARD}, effect=LIVE)
def speed_to_lead(floor: Floor, me: Person, ask: SpeedToLead) -> SpeedReply:
    """How many inquiries came, and how soon they were dialed."""
    since = floor.now - ask.days * 86_400
    waits = inbounds.arrived(floor.session, since, me.id if ask.mine else None)
    found = rules.speed(waits, floor.now)
    return SpeedReply(**{name: getattr(found, name) for name in SpeedReply.model_fields})
