"""What a supervisor does to a single seat: word to it, a promise passed on, a lead returned, an inquiry offered, its
end."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import choosing, facts, holding, notices, performing, seats, shifts
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import SUPERVISORS
from salesdesk.line.inbound import TAKERS
from salesdesk.line.text import clean
from salesdesk.store import holds, leads, people, promises, tickets
from salesdesk.store.people import PersonRow, SeatRow

OFFERED_FOR = 60
"""Seconds for which an inquiry is offered to somebody."""
STAYS = 3600
"""Seconds for which whoever sits there is taken to stay, though their shift be over."""
LONGEST = 120
"""Characters of a message."""


class PassOn(Write[Done]):
    """Let somebody else keep a promise."""

    ticket: int = Field(description="the ticket that was promised")
    to: int = Field(0, ge=0, description="the id of a colleague on shift, or still there; 0: anyone")


@operation(roles=SUPERVISORS, effect=WRITE)
def pass_on(floor: Floor, me: Person, ask: PassOn) -> Done:
    """Pass a promise on, to anyone or to a named colleague; the prospect's hour stays what it was."""
    ticket = tickets.by_id(floor.session, ask.ticket, in_turn=True)
    promise = promises.of_ticket(floor.session, ask.ticket)
    if ticket is None or promise is None:
        raise BadRequest("no_promise", f"ticket {ask.ticket} carries no promise (any more)")
    if ticket.state != "promised":
        raise Refused("in_hand", "somebody has this promise in hand already")
    owner = promise.person_id
    if ask.to == owner:
        raise Refused("same_owner", "this promise is theirs already" if owner else "anyone may keep it already")
    colleague = _on_shift(floor, ask.to, ticket.station, max(floor.now, promise.promised_at)) if ask.to else None
    promises.give(floor.session, ticket.id, ask.to)
    facts.record(floor, "passed_on", me.id, ticket=ticket, owner=owner, to=ask.to)
    if colleague is not None:
        word = f"{clean(me.name)} passed a promise on to you: it is served when it is due"
        notices.send(floor, colleague.id, "promise", word, sender=me.id)
    if owner:
        to = clean(colleague.name) if colleague else "anyone"
        notices.send(floor, owner, "promise", f"{clean(me.name)} passed a promise of yours on to {to}", sender=me.id)
    return Done(note=f"passed on to {clean(colleague.name) if colleague else 'anyone'}")


def _on_shift(floor: Floor, person_id: int, station: str, at: int) -> PersonRow:
    row = _person(floor, person_id)
    role = floor.sales_map(floor.settings.map_id).station(station).role
    if role not in row.roles.split():
        raise Refused("not_a_caller", f"{clean(row.name)} does not work at {station}")
    if not shifts.on_shift(floor, person_id, at) and not (at <= floor.now + STAYS and _sits(floor, person_id)):
        raise Refused("off_shift", f"{clean(row.name)} is not on shift then; nothing was passed on")
    return row


def _sits(floor: Floor, person_id: int) -> bool:
    seat = people.seat(floor.session, person_id)
    return seat is not None and seats.alive(floor, seat)


class SendMessage(Write[Done]):
    """Put a line on somebody's screen."""

    people: tuple[int, ...] = Field(min_length=1, max_length=200, description="ids of those who read it")
    text: str = Field(min_length=1, max_length=LONGEST, description="one line")


@operation(roles=SUPERVISORS, effect=WRITE)
def send_message(floor: Floor, me: Person, ask: SendMessage) -> Done:
    """Send one line to some seats; it stays there until it is seen, ten minutes at most."""
    text = clean(ask.text, limit=LONGEST).strip()
    if not text:
        raise BadRequest("empty", "a message needs words")
    names = []
    for id in dict.fromkeys(ask.people):
        names.append(clean(_seated(floor, id, "sent")[0].name))
        notices.send(floor, id, "message", f"{clean(me.name)}: {text}", sender=me.id)
    return Done(note=f"sent to {', '.join(names[:4])}" + (f" and {len(names) - 4} more" if len(names) > 4 else ""))


class ReturnHold(Write[Done]):
    """Return the undialed lead that somebody has on their screen."""

    person: int = Field(description="whose lead")


@operation(roles=SUPERVISORS, effect=WRITE)
def return_hold(floor: Floor, me: Person, ask: ReturnHold) -> Done:
    """Return somebody's undialed lead, uncounted, to the head of its stratum; a dialed one waits for its outcome."""
    row = _person(floor, ask.person, in_turn=True)
    name = clean(row.name)
    hold = holds.of_person(floor.session, row.id)
    if hold is None:
        raise Refused("no_lead", f"{name} has no lead in hand")
    seat = people.seat(floor.session, row.id)
    here = seat is not None and seats.alive(floor, seat)
    if hold.called and not hold.void:
        then = "they record what came of it" if here else "it goes back by itself, as a try, once their line is lost"
        raise Refused("was_dialed", f"{name} has dialed this lead: {then}")
    holding.give_back(floor, hold, kind="returned", person_id=me.id)
    if here:
        seats.enter(floor, row.id, "ready")
        notices.send(floor, row.id, "returned", f"{clean(me.name)} returned your lead to the queue", sender=me.id)
    return Done(note=f"{name}'s lead went back, uncounted")


class EndSeat(Write[Done]):
    """Sign somebody out."""

    person: int = Field(description="whose seat")


@operation(roles=SUPERVISORS, effect=WRITE)
def end_seat(floor: Floor, me: Person, ask: EndSeat) -> Done:
    """End somebody's seat: their undialed lead goes back, a call in progress wants its outcome first, and their screen
    says why they are out. The lead of a seat that is lost goes back as it would by itself."""
    row = _person(floor, ask.person, in_turn=True)
    name, seat = clean(row.name), people.seat(floor.session, row.id)
    if seat is None or seat.state == "out":
        raise Refused("not_signed_in", f"{name} is not signed in")
    here = seats.alive(floor, seat)
    hold = holds.of_person(floor.session, row.id)
    if hold and hold.called and not hold.void and here:
        raise Refused("on_a_call", f"{name} is on a call; what came of it is recorded first")
    if hold:
        holding.give_back(floor, hold, kind="returned" if here else "expired", person_id=me.id)
    if here:
        seats.enter(floor, row.id, "out")
    else:
        seats.vacate(floor, seat)
    tickets.leave_to_others(floor.session, row.id, holding.REBOOK)
    facts.record(floor, "signed_out", row.id, station=seat.station, by=me.id)
    word = f"{clean(me.name)} ended your seat; what you recorded is kept, and you can sign in again"
    notices.send(floor, row.id, "ended", word, sender=me.id)
    return Done(note=f"{name}'s seat is ended" + ("; the lead went back" if hold else ""))


class OfferInbound(Write[Done]):
    """Offer the one who asked for us and waits to a seat."""

    person: int = Field(description="who is asked to take them")


@operation(roles=SUPERVISORS, effect=WRITE)
def offer_inbound(floor: Floor, me: Person, ask: OfferInbound) -> Done:
    """Ask somebody who is free, or has not dialed their lead, to take the one who has waited longest of those they may
    call; they take them with one key, whoever is free before may do so too."""
    row, seat = _seated(floor, ask.person, "offered")
    name = clean(row.name)
    if seat.state not in TAKERS:
        raise Refused("not_free", f"{name} is {_busy(seat)}; nobody was offered")
    who = performing.person(floor.session, row.id)
    station = floor.sales_map(floor.settings.map_id).station(seat.station)
    waiting = choosing.next_waiting(floor, who, station)
    if waiting is None:
        raise Refused("nobody_waits", f"nobody waits whom {name} may call")
    lead = leads.by_id(floor.session, waiting.lead_id)
    company = f"somebody at {clean(lead.account, limit=60)}" if lead else "somebody"
    notices.send(floor, row.id, "offer", f"{company} asked for us and waits", me.id, OFFERED_FOR)
    facts.record(floor, "offered", me.id, ticket=waiting, to=row.id)
    return Done(note=f"offered to {name}")


def _busy(seat: SeatRow) -> str:
    return {"call": "on a call", "wrap": "in wrap", "paused": f"on {seat.code or 'pause'}"}.get(seat.state, seat.state)


def _person(floor: Floor, person_id: int, *, in_turn: bool = False) -> PersonRow:
    row = people.by_id(floor.session, person_id, in_turn=in_turn)
    if row is None or not row.active:
        raise BadRequest("unknown_person", f"nobody here has the id {person_id}")
    return row


def _seated(floor: Floor, person_id: int, done: str) -> tuple[PersonRow, SeatRow]:
    row, seat = _person(floor, person_id), people.seat(floor.session, person_id)
    if seat is None or not seats.alive(floor, seat):
        raise Refused("not_signed_in", f"{clean(row.name)} is not signed in; nothing was {done}")
    return row, seat
