"""The call itself: the number is dialed, somebody picks up, or the next number of the same contact is tried."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import accounts, facts, holding, seats
from salesdesk.desk.cards import TURNED, TicketCard, card_in_hand
from salesdesk.desk.eligibility import DIALABLE, standing
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line import inbound
from salesdesk.line.text import dialable_uri
from salesdesk.store import holds, inbounds, leads

SAME_DIAL = 30
"""A redial within so many seconds of a dial, after a drop, is the same dial."""


class Dialed(Write["Dial"]):
    """I dial the number on my screen."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")


class Dial(Reply):
    """Whether the number may be dialed now. If not, the lead went back with the reason, and no attempt was counted
    unless another of its numbers was dialed before."""

    allowed: bool
    uri: str = ""
    reason: str = ""
    dialed_at: int | None = None
    dials: int = 0


def _link(floor: Floor, me: Person, ask: Dialed, dial: Dial) -> Dial:
    """The dial with its tel: link, which is personal data and so is not kept with the receipt."""
    if phone := floor.dialed.get(ask.ticket):
        return _linked(dial, phone)
    hold = holding.in_hand(floor, me, ask.ticket, ask.token) if dial.allowed else None
    if hold is None:
        return dial
    lead = leads.by_id(floor.session, hold.lead_id)
    phone = holding.current(leads.phones(floor.session, lead.contact_id), hold) if lead else None
    return _linked(dial, phone) if phone else dial


def _linked(dial: Dial, phone: leads.PhoneRow) -> Dial:
    return dial.model_copy(update={"uri": dialable_uri(phone.e164, phone.extension or None)})


@operation(roles=WORKERS, effect=WRITE, view=_link)
def dialed(floor: Floor, me: Person, ask: Dialed) -> Dial:
    """Note that the number is dialed, after asking law and suppression once more."""
    hold, ticket, lead, campaign, promise, phones = holding.mine(floor, me, ask.ticket, ask.token)
    phone = holding.current(phones, hold)
    if phone is None:
        raise Refused("no_number", "there is no number to dial here")
    if hold.dials:
        campaign = campaign._replace(live=1)  # paused or not, a call that runs goes on, also at another number
    agreed = holding.agreed(promise, ticket)
    chosen_for = me.id if holding.chosen(hold.reason, ticket) else None
    verdict = standing(floor, lead, phone, campaign, agreed=agreed, chosen_for=chosen_for).verdict
    if not verdict.allowed:
        holding.give_back(floor, hold, kind="denied", person_id=me.id, cause=verdict.cause)
        seats.enter(floor, me.id, "ready")
        counted = "as one attempt" if hold.dials else "uncounted"
        return Dial(allowed=False, reason=f"not dialed: {verdict}; the lead went back {counted}")
    again = hold.dials > 0 and hold.dialed_at is not None and floor.now - hold.dialed_at < SAME_DIAL
    dials = hold.dials if again else hold.dials + 1
    dialed_at = hold.dialed_at if again else floor.now
    holding.renew(floor, hold, dials=dials, dialed_at=dialed_at, answered_at=None)
    if ticket.kind == inbound.KIND:
        inbounds.dial(floor.session, ticket.id, floor.now)
    # The law counts every call that was placed; our figures count a redial after a drop with the dial before it.
    kind = "redialed" if again else "dialed"
    facts.record(floor, kind, me.id, ticket=ticket, token=hold.token, position=hold.position)
    accounts.contacted(floor, me, lead, ticket)
    seats.enter(floor, me.id, "call")
    floor.dialed[ticket.id] = phone
    return Dial(allowed=True, dialed_at=dialed_at, dials=dials)


class Answered(Write["Talk"]):
    """A human picked up."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")


class Talk(Reply):
    """Since when they are on the line, epoch seconds."""

    answered_at: int


@operation(roles=WORKERS, effect=WRITE)
def answered(floor: Floor, me: Person, ask: Answered) -> Talk:
    """Start the talk time; without this a call's talk time is unknown, never guessed."""
    hold, ticket, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    if not hold.dials:
        raise Refused("no_dial", "dial or skip")
    if hold.answered_at is not None:
        return Talk(answered_at=hold.answered_at)
    holding.renew(floor, hold, answered_at=floor.now)
    facts.record(floor, "answered", me.id, ticket=ticket, token=hold.token)
    seats.enter(floor, me.id, "call")
    return Talk(answered_at=floor.now)


class NextNumber(Write["TicketCard | None"]):
    """Try the contact's next number in the same attempt."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")


class Turned(Reply):
    """Which number is tried now."""

    ticket: int
    position: int


def _card(floor: Floor, me: Person, ask: NextNumber, turned: Turned) -> TicketCard | None:
    return card_in_hand(floor, me, ask.ticket, ask.token)


@operation(roles=WORKERS, effect=WRITE, view=_card)
def next_number(floor: Floor, me: Person, ask: NextNumber) -> Turned:
    """Turn to the contact's next good number; it is dialed with `dialed`. What came of a number that was dialed before
    it stands in the lead's history: nobody, or somebody who was of no help."""
    hold, ticket, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    position = turn_to_next_number(floor, hold)
    if position is None:
        raise Refused("no_other_number", "there is no other number to try")
    if hold.dialed_at is not None:
        answered = hold.answered_at is not None
        facts.record(floor, TURNED, me.id, ticket=ticket, token=hold.token, position=hold.position, answered=answered)
    return Turned(ticket=ticket.id, position=position)


def turn_to_next_number(floor: Floor, hold: holds.HoldRow) -> int | None:
    """Point a hold at the next good number that no colleague is calling; None when there is none."""
    lead = leads.by_id(floor.session, hold.lead_id)
    assert lead is not None, "a hold always has its lead"
    good = [phone for phone in leads.phones(floor.session, lead.contact_id) if phone.state == DIALABLE]
    later = [phone for phone in good if phone.position > hold.position]
    earlier = [phone for phone in good if phone.position < hold.position]
    for phone in (*later, *earlier):
        taken = holds.of_number(floor.session, phone.e164)
        if taken is None or taken.ticket_id == hold.ticket_id:
            holding.renew(floor, hold, position=phone.position, number=phone.e164, dialed_at=None, answered_at=None)
            return phone.position
    return None
