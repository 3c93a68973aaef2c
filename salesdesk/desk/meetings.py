"""Agreeing to a meeting: slots to offer, one kept while we talk, and the outcome that books it; executives' hours."""

from __future__ import annotations

from datetime import time

from pydantic import Field

from salesdesk.desk import booking, diaries, facts, holding
from salesdesk.desk.diaries import Book
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.recording import Recorded, RecordOutcome, Written, record_outcome
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS, WORKERS, Role
from salesdesk.line import outcomes
from salesdesk.line.salesmap import Field as MapField
from salesdesk.line.slots import Hours, Slot
from salesdesk.line.text import clean
from salesdesk.store import meetings, people


class OfferSlots(Request["Offers"]):
    """Which times can I offer to the prospect in my hands?"""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    page: int = Field(0, ge=0, le=50, description="0 for the first three, 1 for three others, and so on")


class Offer(Reply):
    """A free slot: epoch seconds, and with whom."""

    starts_at: int
    ends_at: int
    executive: int
    name: str


class Offers(Reply):
    """At most three slots to offer, in order; every free start of the next 30 days, for a time that the prospect names;
    the zone in which they are said; and what is kept for this hold, with the instant at which it runs out. `staffed` is
    False on a floor that has no executive: then any time is taken down, and the coordinator finds somebody."""

    offers: tuple[Offer, ...]
    free: tuple[int, ...]
    zone: str
    staffed: bool
    kept: Offer | None = None
    kept_until: int = 0


@operation(roles=WORKERS, effect=READ)
def offer_slots(floor: Floor, me: Person, ask: OfferSlots) -> Offers:
    """Offer three free slots of executives, spread over days and halves of days, in the prospect's working hours."""
    _hold, ticket, lead, campaign, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    book = diaries.open_book(floor, ticket, lead, campaign)
    held = meetings.kept(floor.session, ticket.id)
    mine = held is not None and held.kept_until is not None and held.kept_until > floor.now
    return Offers(
        offers=tuple(_offer(book, slot) for slot in diaries.offered(floor, book, lead, ask.page)),
        free=tuple(start for start in book.free if start > floor.now),
        zone=book.zone,
        staffed=book.staffed,
        kept=_offer(book, Slot(held.starts_at, held.ends_at, held.executive_id)) if held and mine else None,
        kept_until=(held.kept_until or 0) if held and mine else 0,
    )


def _offer(book: Book, slot: Slot) -> Offer:
    name = book.names.get(slot.executive, "")
    return Offer(starts_at=slot.start, ends_at=slot.end, executive=slot.executive, name=name)


class KeepSlot(Write["Kept"]):
    """Keep a slot for three minutes while I talk; what I kept for this lead before is free again."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    starts_at: int = Field(description="when the slot begins, epoch seconds")
    executive: int | None = Field(None, description="with whom; whose turn it is when left out")


class Kept(Reply):
    """The slot is mine until `kept_until` (epoch seconds)."""

    executive: int
    name: str
    starts_at: int
    ends_at: int
    kept_until: int


@operation(roles=WORKERS, effect=WRITE)
def keep_slot(floor: Floor, me: Person, ask: KeepSlot) -> Kept:
    """Keep one slot for the hold in my hands; nobody else is offered it for three minutes."""
    hold, ticket, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    slot, name = booking.keep(floor, me, hold, ticket, ask.starts_at, ask.executive)
    until = floor.now + booking.KEPT
    return Kept(executive=slot.executive, name=name, starts_at=slot.start, ends_at=slot.end, kept_until=until)


class BookMeeting(Write[Recorded]):
    """The prospect agreed to a meeting: record the station's outcome for it, and take the slot."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    answers: dict[str, str | bool | int | float | None] = Field(
        default_factory=dict, description="answers to the outcome's fields, by field, the slot among them"
    )
    objections: tuple[str, ...] = Field((), description="codes of the objections heard")
    wrap_seconds: int = Field(0, ge=0, le=86_400, description="seconds from hang-up to saving")


@operation(roles=WORKERS, effect=WRITE)
def book_meeting(floor: Floor, me: Person, ask: BookMeeting) -> Recorded:
    """Record the positive outcome of the station with its answers and book its slot, both or neither."""
    _hold, ticket, _lead, campaign, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    outcome = diaries.booking_outcome(floor.sales_map(campaign.map_id).station(ticket.station))
    if outcome is None:
        raise Refused("no_meetings", f"no meeting is agreed at the station {ticket.station}")
    written: Written = record_outcome(floor, me, RecordOutcome(outcome=outcome.id, **ask.model_dump()))
    return written.told()


# hours --------------------------------------------------------------------------------------------------------------


class SetExecutiveHours(Write[Done]):
    """When an executive holds meetings."""

    person: str = Field("", description="whose hours; mine when left out")
    weekdays: tuple[int, ...] = Field((0, 1, 2, 3, 4), description="days of the week, Monday is 0")
    starts: str = Field("09:00", description="the first meeting begins, by the executive's own clock")
    ends: str = Field("17:00", description="the last meeting is over")
    minutes: int = Field(30, ge=5, le=480, description="how long a meeting is")
    most_a_day: int = Field(4, ge=0, le=96, description="at most so many a day")
    email: str = Field("", max_length=120, description="the address that invitations come from")


@operation(roles=LEADERS | {Role.EXECUTIVE}, effect=WRITE)
def set_executive_hours(floor: Floor, me: Person, ask: SetExecutiveHours) -> Done:
    """Set when an executive holds meetings; meetings that are booked stay. Executives set their own."""
    who = people.by_name(floor.session, ask.person) if ask.person else people.by_id(floor.session, me.id)
    if who is None or Role.EXECUTIVE not in who.roles.split():
        raise BadRequest("unknown_person", f"{clean(ask.person or me.name)} is no executive of this floor")
    if who.id != me.id and not me.roles & LEADERS:
        raise Refused("role", "executives set their own hours; a coordinator or a supervisor sets anybody's")
    try:
        starts, ends = time.fromisoformat(ask.starts), time.fromisoformat(ask.ends)
        hours = Hours(frozenset(ask.weekdays), starts, ends, ask.minutes, ask.most_a_day)
    except ValueError as error:
        raise BadRequest("bad_hours", f"these are no hours: {clean(str(error))}") from None
    meetings.set_hours(
        floor.session,
        person_id=who.id,
        weekdays=" ".join(str(day) for day in sorted(hours.weekdays)),
        starts=f"{hours.starts:%H:%M}",
        ends=f"{hours.ends:%H:%M}",
        minutes=hours.minutes,
        most_a_day=hours.most_a_day,
        email=_address(ask.email),
    )
    facts.record(floor, "hours_set", me.id, who=who.id)
    told = f"{hours.starts:%H:%M}–{hours.ends:%H:%M}, {hours.minutes} min, at most {hours.most_a_day} a day"
    return Done(note=f"{clean(who.name)}: {told}")


_EMAIL = MapField(id="email", label="E-mail", kind="email", max_length=120)


def _address(text: str) -> str:
    try:
        return outcomes.email(_EMAIL, text) if text.strip() else ""
    except ValueError as error:
        raise BadRequest("bad_email", f"e-mail: {error}") from None
