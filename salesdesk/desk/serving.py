"""The pull: one key serves the next lead. Nobody chooses whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import Field

from salesdesk.desk import accounts, defects, facts, holding, housekeeping, inbound, limits, seats
from salesdesk.desk.cards import TicketCard, card, card_of, script_of
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import WORKERS, Role
from salesdesk.desk.standing import Known, first_callable
from salesdesk.line import dealing
from salesdesk.line.eligibility import LATER, Verdict
from salesdesk.line.pace import clock_words
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.store import campaigns, events, holds, leads, people, tickets
from salesdesk.store.leads import LeadRow
from salesdesk.store.session import Session
from salesdesk.store.tickets import TicketRow

PASS_ON_AFTER = 300
"""Seconds after which a promise that its owner has not kept goes to anyone."""
MOST_DENIALS = 8
"""Leads that one claim may find not callable after all before it answers "nothing yet"."""
FIRST, SECOND = 1, 2
"""Turns of a campaign: the second has its turn when the first has nothing for me."""
BUSY = 60
"""Seconds after which a promise or an inquiry is tried again whose number, or company, somebody is calling."""


class ClaimNext(Write["TicketCard | None"]):
    """Serve me the next lead: my due promise, else the lead I am furthest behind in."""

    station: str = Field("sdr", description="the station I sit at")


class Claimed(Reply):
    """What a claim keeps for its receipt."""

    ticket: int
    token: str


def _card(floor: Floor, me: Person, ask: ClaimNext, claimed: Claimed | None) -> TicketCard | None:
    if claimed is None:
        return None
    if fresh := floor.known.get(claimed.ticket):
        return card(floor, me, fresh)
    hold = holding.in_hand(floor, me, claimed.ticket, claimed.token)
    return card_of(floor, me, hold) if hold else None


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
    floor.session.soon(
        lambda session: housekeeping.any_due(floor, session),
        lambda session: _before_fresh(floor, session, me, station),
        lambda session: inbound.any_waiting(floor, session, station),
        lambda session: tickets.shares_of(session, me.id, station.name),
        lambda session: tickets.kept_for(session, me.id, station.name, FIRST, floor.now),
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
    before = _before_fresh(floor, floor.session, me, station)
    if station.order == "dealt" and before.barred_until is not None:
        raise Refused("barred", limits.barred_words(floor, before.barred_until))
    if station.order == "dealt" and before.mine_due_at is not None:
        seats.enter(floor, me.id, "ready", station=station.name)
        return
    seat = people.seat(floor.session, me.id)
    if seat is None or seat.state != "starved":
        seats.enter(floor, me.id, "starved", station=station.name)
        facts.record(floor, "state", me.id, station=station.name, state="starved", code="")


def station_for(floor: Floor, me: Person, name: str) -> Station:
    """The station of this name on the floor's map; refuses when I have no seat there."""
    line = floor.sales_map(floor.settings.map_id)
    if name not in line.stations:
        raise BadRequest("unknown_station", f"there is no station {name}; the map has {', '.join(line.stations)}")
    station = line.station(name)
    if Role(station.role) not in me.roles:
        raise Refused("role", f"the station {name} is for people with the role {station.role}")
    return station


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


class Next(NamedTuple):
    """The ticket that is somebody's next, why, and their turn in its campaign (0: not looked up)."""

    ticket: TicketRow
    reason: str
    turn: int = 0


def _candidates(floor: Floor, me: Person, station: Station) -> Iterator[Next]:
    """Tickets in claim order; each that is refused has been put off before the next is asked for."""
    for _ in range(MOST_DENIALS):
        found = next_ticket(floor, me, station)
        if found is None:
            return
        yield found


def next_ticket(floor: Floor, me: Person, station: Station) -> Next | None:
    """The ticket that is mine next: my due promise, else whoever has just asked for us, else one that is kept for me or
    the head of the stratum I am furthest behind in. Near a promise of mine, and while I am barred, only promises."""
    if station.order != "dealt":
        oldest = tickets.head_of_station(floor.session, station.name)
        return Next(oldest, "oldest") if oldest else None
    before = _before_fresh(floor, floor.session, me, station)
    if before.promise_due and (promised := _due_promise(floor, me, station)):
        return Next(promised, "promise")
    if before.barred_until is not None or before.mine_due_at is not None:
        return None
    if asked := inbound.next_waiting(floor, me, station):
        return Next(asked, inbound.KIND)
    shares = tickets.shares_of(floor.session, me.id, station.name)
    for turn in sorted({each.turn for each in shares}):
        found = _next_of_turn(floor, me, station, turn, [each for each in shares if each.turn == turn])
        if found is not None:
            return found
    return None


def _before_fresh(floor: Floor, session: Session, me: Person, station: Station) -> tickets.Before:
    return tickets.before_fresh(session, me.id, station.name, floor.now, floor.now + station.handle_seconds)


def why_nothing_fresh(floor: Floor, me: Person, name: str) -> str:
    """Why nothing but promises is served to me at a station; "" when that is not so."""
    station = floor.sales_map(floor.settings.map_id).stations.get(name)
    if station is None or station.order != "dealt" or Role(station.role) not in me.roles:
        return ""
    before = _before_fresh(floor, floor.session, me, station)
    if before.barred_until is not None:
        return limits.barred_words(floor, before.barred_until)
    if before.mine_due_at is None:
        return ""
    due = next(
        row
        for row in tickets.promises(floor.session, until=before.mine_due_at, person_id=me.id)
        if row["due_at"] == before.mine_due_at
    )
    who = clean(f"{due['first_name']} {due['last_name']}".strip()) or "somebody"
    words = clock_words(before.mine_due_at - floor.now)
    return f"your promise to {who} is due in {words}; fresh leads are held back"


def _due_promise(floor: Floor, me: Person, station: Station) -> TicketRow | None:
    boot, beat = floor.clock.lease()
    return tickets.due_promise(
        floor.session, me.id, station.name, floor.now, PASS_ON_AFTER, boot, beat - seats.LEASE_MS
    )


def _next_of_turn(
    floor: Floor, me: Person, station: Station, turn: int, shares: Sequence[tickets.Share]
) -> Next | None:
    """What is kept for me in my campaigns of one turn, unless the stratum that I am furthest behind in has somebody who
    was tried less often."""
    kept = tickets.kept_for(floor.session, me.id, station.name, turn, floor.now)
    if kept is not None and not kept.attempts:
        return Next(kept, "kept", turn)
    dealt = {each.stratum_id: each.dealt for each in shares}
    for stratum in dealing.next_stratum(dealt, {each.stratum_id: each.released for each in shares}):
        head = _head_for(floor, me, station, stratum)
        if head is not None:
            if kept is not None and kept.attempts <= head.attempts:
                break
            return Next(head, "retry" if head.attempts else "fresh", turn)
    return Next(kept, "kept", turn) if kept is not None else None


def _head_for(floor: Floor, me: Person, station: Station, stratum: int) -> TicketRow | None:
    """The head of a stratum, passing over leads that I gave back because somebody else should call them."""
    passed: list[int] = []
    while True:
        head = tickets.head_of_stratum(floor.session, stratum, floor.now, passed)
        if head is not None:
            _ask_of(floor, head)
        if head is None or not _left_to_others(floor, me, head, station):
            return head
        passed.append(head.id)


def _ask_of(floor: Floor, head: TicketRow) -> None:
    """All that decides about the head of a stratum, asked at once."""
    floor.session.soon(
        lambda session: events.of_lead(session, head.lead_id),
        lambda session: leads.by_id(session, head.lead_id),
        lambda session: campaigns.by_id(session, head.campaign_id),
    )
    floor.past[head.lead_id] = events.of_lead(floor.session, head.lead_id)


def take_if_callable(floor: Floor, me: Person, found: Next) -> holds.HoldRow | None:
    """Take a lead whose call every rule allows now; otherwise put the ticket off, counting neither try nor deal."""
    ticket, reason = found.ticket, found.reason
    lead, campaign = holding.of_ticket(floor, ticket)
    if ticket.sleeps_again_at is not None and ticket.sleeps_again_at <= floor.now and reason != "promise":
        later = holding.planned(floor, ticket, lead, campaign, holding.plan_name(campaign), counted=False)
        tickets.change(floor.session, ticket.id, **later)
        return None
    floor.session.soon(lambda session: campaigns.script(session, campaign.id, ticket.variant or "A"))
    phones = leads.phones(floor.session, lead.contact_id)
    promise = tickets.promise(floor.session, ticket.id) if ticket.state == "promised" else None
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
            second = (found.turn or campaigns.turn_in(floor.session, me.id, campaign.id)) == SECOND
            floor.known[ticket.id] = Known(hold, ticket, promise, lead, campaign, phones, call, script, second)
            return hold
    _put_off(floor, me, ticket, lead, call.verdict)
    return None


def _left_to_others(floor: Floor, me: Person, ticket: TicketRow, station: Station) -> bool:
    """Whether I gave this ticket back because somebody else should call."""
    reasons = {each.id for each in station.skips if each.other_person}
    return any(
        event.kind == "skipped"
        and event.ticket_id == ticket.id
        and event.person_id == me.id
        and event.data["reason"] in reasons
        for event in floor.past[ticket.lead_id]
    )


def _put_off(floor: Floor, me: Person, ticket: TicketRow, lead: LeadRow, verdict: Verdict) -> None:
    """Keep a ticket from being served again before there is a chance that it may be; for a colleague whose company it
    is, it stays ready."""
    if verdict.cause in ("suppressed", "no_number"):
        tickets.drop_promise(floor.session, ticket.id)
        tickets.change(floor.session, ticket.id, state="done", due_at=None)
        facts.record(floor, "closed", 0, ticket=ticket, tickets=[[ticket.id, "done", ticket.attempts, ticket.dealt]])
        return
    soon = ticket.state == "promised" or holding.asked_for(ticket)
    later = verdict.until or floor.now + (BUSY if soon else LATER)
    if ticket.state == "promised":
        tickets.postpone_promise(floor.session, ticket.id, later)
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


class Heartbeat(Write["Beat"]):
    """I am still here."""

    ticket: int | None = Field(None, description="the ticket on my screen")
    token: str = Field("", description="its token")
    seat: str = Field("", max_length=40, description="the token of my seat at this terminal")
    wrapping: int | None = Field(None, ge=0, le=86_400, description="seconds for which I have written the outcome")


class Beat(Reply):
    """Whether the lead on my screen is still mine; `stop` says why it must not be worked any more. `elsewhere`: I took
    my seat at another terminal, this one has none."""

    holding: bool
    stop: str = ""
    elsewhere: bool = False


@operation(roles=WORKERS, effect=WRITE, keyed=False)
def heartbeat(floor: Floor, me: Person, ask: Heartbeat) -> Beat:
    """Renew my seat and my hold for another 45 seconds; writes no event."""
    if not seats.beat(floor, me.id, ask.seat, ask.wrapping):
        return Beat(holding=False, elsewhere=True)
    housekeeping.forget_receipts(floor)
    if ask.ticket is None:
        return Beat(holding=False)
    hold = holding.in_hand(floor, me, ask.ticket, ask.token)
    if hold is None:
        return Beat(holding=False, stop="this lead went back to the queue while your screen was silent")
    holding.renew(floor, hold)
    return Beat(holding=not hold.void, stop=hold.void)


class Held(Request["TicketCard | None"]):
    """What is in my hands, as it stands now."""


@operation(roles=WORKERS, effect=READ)
def held(floor: Floor, me: Person, ask: Held) -> TicketCard | None:
    """The ticket in my hands, if any."""
    hold = holds.of_person(floor.session, me.id)
    if hold is None:
        return None
    mine = card_of(floor, me, hold)
    waits = None if hold.called else inbound.wait(floor, me, mine.station)
    return mine if waits is None else mine.model_copy(update={"inbound_since": waits})


class Skip(Write[Done]):
    """Give the served lead back uncounted, for a reason."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    reason: str = Field(description="one of the station's skip reasons")


@operation(roles=WORKERS, effect=WRITE)
def skip(floor: Floor, me: Person, ask: Skip) -> Done:
    """Give the served lead back with a counted reason; the reason says when it is served again, and to whom."""
    hold, ticket = holding.mine(floor, me, ask.ticket, ask.token)
    lead, campaign = holding.of_ticket(floor, ticket)
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    reasons = {each.id: each for each in station.skips}
    if ask.reason not in reasons:
        known = ", ".join(reasons)
        raise BadRequest("unknown_reason", f"there is no skip reason {ask.reason}; the map has {known}")
    if hold.dials:
        raise Refused("was_dialed", "this lead was dialed; record what came of it instead of skipping")
    limits.refuse_skip(floor, me)
    reason = reasons[ask.reason]
    wake = holding.wake_for(floor, ticket, lead, campaign, reason.retry, {}, counted=False) if reason.retry else None
    until = int(wake.wakes_at.timestamp()) if wake else floor.now + SKIPPED_RESTS
    holding.give_back(floor, hold, kind="skipped", person_id=me.id, reason=ask.reason)
    if tickets.promise(floor.session, ticket.id):
        tickets.postpone_promise(floor.session, ticket.id, until, to_anyone=reason.other_person)
    else:
        tickets.change(floor.session, ticket.id, state="sleeping", due_at=until, sleeps_again_at=None)
    if reason.defect:
        defects.seen(floor, me, ticket, lead, campaign, station)
    if reason.other_person:
        accounts.leave(floor, me, lead)
        tickets.change(floor.session, ticket.id, owner_id=None, owner_until=None)
    if reason.line_down_after and _times_in_a_row(floor, me, reason.id) >= reason.line_down_after:
        seats.enter(floor, me.id, "paused", code=LINE_DOWN)
        facts.record(floor, "state", me.id, station=station.name, state="paused", code=LINE_DOWN)
        return Done(note=f"skipped: {reason.label}; your line looks down, so you are paused until you say ready")
    seats.enter(floor, me.id, "ready")
    return Done(note=f"skipped: {reason.label}")


def _times_in_a_row(floor: Floor, me: Person, reason: str) -> int:
    """How often I skipped for a reason since I last reached an outcome."""
    times = 0
    for event in events.results_of(floor.session, me.id, limit=50):
        if event.kind == "skipped" and event.data["reason"] == reason:
            times += 1
        elif event.kind in ("skipped", "recorded", "opted_out", "signed_in"):
            break
    return times


LINE_DOWN = "line down"
SKIPPED_RESTS = 900
"""Seconds for which a skipped lead stays away when its reason names no time, so that it does not come straight back."""
