"""Promises to call back: at which times one may be made, and what else was promised then."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from salesdesk.desk import holding
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.desk.standing import place_of
from salesdesk.line import when, windows
from salesdesk.store import leads, tickets
from salesdesk.store.leads import LeadRow, PhoneRow

DAYS = when.LONGEST_DAYS + 3
"""Days that are looked at, from yesterday on: a promise reaches at most 30 days ahead, in any time zone."""
Spans = tuple[tuple[int, int], ...]


class PromiseHours(Request["HoursAhead"]):
    """At which times may I promise to call this lead back?"""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")


class HoursAhead(Reply):
    """The intervals [start, end) in which a call is legal there, and when my other promises are due: epoch seconds."""

    spans: Spans
    promises: tuple[int, ...]


@operation(roles=WORKERS, effect=READ)
def promise_hours(floor: Floor, me: Person, ask: PromiseHours) -> HoursAhead:
    """Tell the legal hours of the lead in my hands for the coming 30 days, and my promises."""
    hold, ticket = holding.mine(floor, me, ask.ticket, ask.token)
    lead, _ = holding.of_ticket(floor, ticket)
    phone = holding.current(leads.phones(floor.session, lead.contact_id), hold)
    rows = tickets.promises(floor.session, until=floor.now + DAYS * 86_400, person_id=me.id)
    return HoursAhead(
        spans=legal_hours(floor, lead, phone),
        promises=tuple(row["due_at"] for row in rows if row["ticket_id"] != ticket.id),
    )


def legal_hours(floor: Floor, lead: LeadRow, phone: PhoneRow | None) -> Spans:
    """When the law allows a call to this number, from yesterday until a promise can reach no further."""
    if phone is None:
        return ()
    start = (floor.instant - timedelta(days=1)).replace(hour=0, minute=0, second=0)
    place = place_of(lead, phone)
    return windows.intervals(place, start=start, days=DAYS, courtesy=None, kind="business", profile="strict")


def refuse_bad_time(floor: Floor, lead: LeadRow, phone: PhoneRow | None, due: datetime) -> None:
    """Refuse a promise for the past, for an hour without law's leave, or for more than 30 days ahead."""
    why_not = when.refusal(due, now=floor.instant, windows=legal_hours(floor, lead, phone))
    if why_not:
        raise BadRequest("bad_answer", f"not promised: {why_not}")
