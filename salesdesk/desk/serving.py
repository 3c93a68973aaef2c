"""The pull: one key serves the next lead. Nobody chooses whom to call."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from salesdesk.desk import accounts, facts, holding, housekeeping, limits, seats, starving
from salesdesk.desk.cards import TicketCard, card_in_hand, card_of, script_of
from salesdesk.desk.choosing import FIRST, SECOND, Next, before_fresh, next_ticket, waits_since
from salesdesk.desk.eligibility import Known, first_callable
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Reply, Request, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.desk.seats import station_for
from salesdesk.line.eligibility import LATER, Verdict
from salesdesk.line.ledger import ticket_entry
from salesdesk.line.salesmap import Station
from salesdesk.store import assignments, holds, leads, promises, tickets
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

MOST_DENIALS = 8
"""Leads that one claim may find not callable after all before it answers "nothing yet"."""
BUSY = 60
"""Seconds after which a promise or an inquiry is tried again whose number, or company, somebody is calling; a promise
too whose campaign is paused."""


class ClaimNext(Write["TicketCard | None"]):
    """Serve me the next lead: my due promise, else the lead I am furthest behind in."""

    station: str = Field("sdr", description="the station I sit at")


class Claimed(Reply):
    """What a claim keeps for its receipt."""

    ticket: int
    token: str


def _card(floor: Floor, me: Person, ask: ClaimNext, claimed: Claimed | None) -> TicketCard | None:
    return card_in_hand(floor, me, claimed.ticket, claimed.token) if claimed else None


@operation(roles=WORKERS, effect=WRITE, view=_card)
def claim_next(floor: Floor, me: Person, ask: ClaimNext) -> Claimed | None:
    """Serve the next ticket of a station, or the one already in my hands; nothing when none may be worked now."""
    station = station_for(floor, me, ask.station)
    held = holds.of_person(floor.session, me.id)
    if held and not held.void:
        holding.renew(floor, held)
        return Claimed(ticket=held.ticket_id, token=held.token)
    if held:
        holds.drop(floor.session, held.lead_id)
    return serve(floor, me, station)


def serve(floor: Floor, me: Person, station: Station) -> Claimed | None:
    """Put the next ticket of a station into empty hands; nothing when none may be worked now. Raises Refused when too
    many leads were given back."""
    floor.session.soon(
        lambda session: housekeeping.any_due(floor, session),
        lambda session: before_fresh(floor, session, me, station),
        lambda session: tickets.shares_of(session, me.id, station.name, floor.now, floor.day),
        lambda session: tickets.kept_for(session, me.id, station.name, FIRST, floor.now, floor.day),
    )
    housekeeping.tidy(floor)
    hold = _serve(floor, me, station)
    if hold is None:
        _wait(floor, me, station)
        return None
    seats.enter(floor, me.id, "preview", station=station.name, campaign_id=hold[1])
    return hold[0]


def _wait(floor: Floor, me: Person, station: Station) -> None:
    """Nothing is served to me. A promise of mine is near: then I am ready for it. I gave too many leads back: then I am
    refused. Else the queue has nothing for me, which is said once, and the time is charged to the system, not to me."""
    before = before_fresh(floor, floor.session, me, station)
    if station.order == "dealt" and before.barred_until is not None:
        raise Refused("barred", limits.barred_words(floor, before.barred_until))
    if station.order == "dealt" and before.mine_due_at is not None:
        seats.enter(floor, me.id, "ready", station=station.name)
        return
    starving.starve(floor, me, station.name)


def _serve(floor: Floor, me: Person, station: Station) -> tuple[Claimed, int] | None:
    for found in _candidates(floor, me, station):
        ticket = found.ticket
        if station.order != "dealt":
            hold = holding.take(floor, me, ticket, "", 0, reason=found.reason, counts=False)
        else:
            hold = take_if_callable(floor, me, found)
        if hold:
            return Claimed(ticket=ticket.id, token=hold.token), ticket.campaign_id
    return None


def _candidates(floor: Floor, me: Person, station: Station) -> Iterator[Next]:
    """Tickets in claim order; each that is refused has been put off before the next is asked for."""
    for _ in range(MOST_DENIALS):
        found = next_ticket(floor, me, station)
        if found is None:
            return
        yield found


def take_if_callable(floor: Floor, me: Person, found: Next) -> holds.HoldRow | None:
    """Take a lead whose call every rule allows now; otherwise put the ticket off, counting neither try nor deal."""
    ticket, reason = found.ticket, found.reason
    lead, campaign = holding.of_ticket(floor, ticket)
    if ticket.sleeps_again_at is not None and ticket.sleeps_again_at <= floor.now and reason != "promise":
        tickets.change(floor.session, ticket.id, **holding.missed(floor, ticket, lead, campaign))
        return None
    phones = leads.phones_of_lead(floor.session, lead.id)
    promise = promises.of_ticket(floor.session, ticket.id) if ticket.state == "promised" else None
    holding.locate(floor, lead, phones)
    chosen_for = me.id if holding.chosen(reason, ticket) else None
    agreed = holding.agreed(promise, ticket)
    call = first_callable(floor, lead, phones, campaign, agreed=agreed, chosen_for=chosen_for)
    phone = call.phone
    if call.verdict.allowed and phone:
        counts = not ticket.dealt and reason != "promise"
        hold = holding.take(floor, me, ticket, phone.e164, phone.position, reason=reason, counts=counts)
        if hold:
            script = script_of(floor, campaign.id, ticket.variant)
            second = (found.turn or assignments.turn_in(floor.session, me.id, campaign.id)) == SECOND
            floor.served[ticket.id] = Known(hold, ticket, promise, lead, campaign, phones, call, script, second)
            return hold
    _put_off(floor, me, ticket, lead, call.verdict)
    return None


def _put_off(floor: Floor, me: Person, ticket: TicketRow, lead: LeadRow, verdict: Verdict) -> None:
    """Keep a ticket from being served again before there is a chance that it may be; for a colleague whose company it
    is, it stays ready."""
    if verdict.cause in ("suppressed", "no_number"):
        promises.drop(floor.session, ticket.id)
        tickets.change(floor.session, ticket.id, state="done", due_at=None)
        facts.record(floor, "closed", 0, ticket=ticket, tickets=[ticket_entry(ticket, state="done")])
        return
    promised = ticket.state == "promised"
    soon = floor.now + (BUSY if promised or holding.asked_for(ticket) else LATER)
    # a campaign goes on when somebody says so: a promise must not sleep beyond that
    later = soon if promised and verdict.cause == "paused" else verdict.until or soon
    if promised:
        promises.postpone(floor.session, ticket.id, later)
    elif verdict.cause == "kept":
        tickets.change(floor.session, ticket.id, **accounts.owned(floor, me, lead, ticket.campaign_id, floor.now))
    else:
        owned = accounts.owned(floor, me, lead, ticket.campaign_id, later)
        tickets.change(floor.session, ticket.id, state="sleeping", due_at=later, **owned)


class AnyWork(Request["WorkProbe"]):
    """Is there something for me? Reads only; an idle station asks this before it claims."""

    station: str = Field("sdr", description="the station I sit at")


class WorkProbe(Reply):
    """Whether a claim would find something, or the clock has work to do that may bring something."""

    ready: bool


@operation(roles=WORKERS, effect=READ)
def any_work(floor: Floor, me: Person, ask: AnyWork) -> WorkProbe:
    """Tell whether a claim would be worth a write now."""
    station = station_for(floor, me, ask.station)
    return WorkProbe(ready=housekeeping.overdue(floor) or next_ticket(floor, me, station) is not None)


class Held(Request["TicketCard | None"]):
    """What is in my hands, as it stands now."""


@operation(roles=WORKERS, effect=READ)
def held(floor: Floor, me: Person, ask: Held) -> TicketCard | None:
    """The ticket in my hands, if any."""
    hold = holds.of_person(floor.session, me.id)
    if hold is None:
        return None
    mine = card_of(floor, me, hold)
    waits = None if hold.called else waits_since(floor, me, mine.station)
    return mine if waits is None else mine.model_copy(update={"inbound_since": waits})
