"""Promises to call back: at which times one may be made, whether I am on shift then, and what else was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pydantic import Field

from salesdesk.desk import holding, shifts
from salesdesk.desk.eligibility import place_of
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line import when, windows
from salesdesk.line.calling_rules.days import day
from salesdesk.line.promising import Hours
from salesdesk.line.tzdata import zone
from salesdesk.line.windows import Place
from salesdesk.store import promises
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.tickets import TicketRow

DAYS = when.LONGEST_DAYS + 3
"""Days that are looked at, from yesterday on: a promise reaches at most 30 days ahead, in any time zone."""
Spans = tuple[tuple[int, int], ...]


class PromiseHours(Request["HoursAhead"]):
    """At which times may I promise to call this lead back?"""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")


class HoursAhead(Reply):
    """The intervals [start, end) in which a call is legal there, the public holidays there (ISO dates), when my other
    promises are due, and my shifts by the clocks of `zone`: epoch seconds."""

    spans: Spans
    holidays: tuple[str, ...]
    promises: tuple[int, ...]
    shifts: Spans
    zone: str

    def hours(self) -> Hours:
        """The same as the rules take it."""
        return Hours(self.spans, self.holidays, self.promises, self.shifts, self.zone)


@operation(roles=WORKERS, effect=READ)
def promise_hours(floor: Floor, me: Person, ask: PromiseHours) -> HoursAhead:
    """Tell the legal hours of the lead in my hands for the coming 30 days, my promises and my shifts."""
    work = holding.mine(floor, me, ask.ticket, ask.token)
    return _ahead(floor, me, work.lead, holding.current(work.phones, work.hold), work.ticket.id)


def _ahead(floor: Floor, me: Person, lead: LeadRow, phone: PhoneRow | None, ticket_id: int) -> HoursAhead:
    rows = promises.due_by(floor.session, until=floor.now + DAYS * 86_400, person_id=me.id)
    place = place_of(lead, phone) if phone else None
    return HoursAhead(
        spans=legal_hours(floor, place),
        holidays=_holidays(floor, place),
        promises=tuple(row["due_at"] for row in rows if row["ticket_id"] != ticket_id),
        shifts=shifts.ahead(floor, me.id, DAYS),
        zone=me.zone or floor.settings.zone,
    )


def legal_hours(floor: Floor, place: Place | None) -> Spans:
    """When the law allows a call to a place, from yesterday until a promise can reach no further."""
    if place is None:
        return ()
    start = (floor.instant - timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return windows.intervals(place, start=start, days=DAYS, courtesy=None, kind="business", profile="strict")


def _holidays(floor: Floor, place: Place | None) -> tuple[str, ...]:
    """The dates ahead on which the law allows no call to a place, as they are public holidays."""
    if place is None or place.bar or not place.jurisdictions:
        return ()
    first = floor.instant.date() - timedelta(days=1)
    ahead = (first + timedelta(days=n) for n in range(DAYS))
    closed = (each for each in ahead if day(place.jurisdictions, "business", "strict", None, each).closed == "holiday")
    return tuple(each.isoformat() for each in closed)


def agree(
    floor: Floor, me: Person, lead: LeadRow, phone: PhoneRow | None, ticket: TicketRow, due: datetime, *, mine: bool
) -> str:
    """Refuse a promise for the past, a day off of mine, an hour or a day without law's leave, or more than 30 days
    ahead; else say it back: "Thu 15:00 Chicago = 16:00 yours · legal · you on shift"."""
    ahead = _ahead(floor, me, lead, phone, ticket.id)
    hours = ahead.hours() if mine else replace(ahead.hours(), shifts=None)
    if why_not := hours.refusal(due, now=floor.instant):
        raise BadRequest("bad_answer", f"not promised: {why_not}")
    said = due.astimezone(zone(holding.zones_of(floor, lead)[0]))
    told = when.echo(said, ahead.zone, now=floor.instant)
    return " · ".join((told, *hours.about(due, now=floor.instant)))
