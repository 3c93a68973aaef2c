"""Holds begin and end here: a ticket taken into somebody's hands, and given back when nothing came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from salesdesk.desk import facts, limits
from salesdesk.desk.eligibility import DIALABLE, courtesy_of, place_of
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.seats import LEASE_MS
from salesdesk.line import attempts, dealing, inbound, publicdays
from salesdesk.line.accounts import CHOSEN
from salesdesk.line.ledger import GONE, ticket_entry
from salesdesk.line.outcomes import Fact
from salesdesk.line.publicdays import DayOff
from salesdesk.line.salesmap import Retry
from salesdesk.store import batches, events, holds, inbounds, inhand, leads, promises, tickets
from salesdesk.store.batches import Undealt
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.inhand import InHand
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.promises import PromiseRow
from salesdesk.store.tickets import TicketRow

REFERRAL = "referral"
"""The kind of a ticket whose lead somebody named to us."""
EXCLUDED = "excluded"
"""The kind of a ticket whose lead has come in on a list of customers, open deals or partners: it is closed, or will be
when the call that runs has ended."""
REBOOK = "rebook"
"""The kind of a ticket whose meeting was missed: its caller, or whoever is there, sets it anew within a day."""


def take(
    floor: Floor, me: Person, ticket: TicketRow, number: str, position: int, *, reason: str, counts: bool
) -> HoldRow | None:
    """Take a ticket into my hands; None when the lead or the number is in a hold elsewhere, or a colleague calls the
    same company.

    `counts` says that this is the lead's first deal, which is counted for me in its stratum.
    """
    boot, beat = floor.clock.lease()
    hold = HoldRow(
        lead_id=ticket.lead_id,
        number=number or f"ticket:{ticket.id}",
        ticket_id=ticket.id,
        person_id=me.id,
        token=new_token(),
        boot=boot,
        beat=beat,
        taken_at=floor.now,
        reason=reason,
        first_deal=int(counts),
        prior_rank=ticket.rank,
        position=position,
        dials=0,
        dialed_at=None,
        answered_at=None,
        void="",
    )
    if not holds.take(floor.session, hold, calls=ticket.stratum_id is not None):
        return None
    dealt = 1 if counts else ticket.dealt
    credit = ticket.credit_id or me.id
    tickets.change(floor.session, ticket.id, state="held", due_at=None, dealt=dealt, credit_id=credit)
    if ticket.kind == inbound.KIND:
        inbounds.take(floor.session, ticket.id, me.id, floor.now)
    facts.record(
        floor,
        "served",
        me.id,
        ticket=ticket,
        token=hold.token,
        why=reason,
        deal=ticket.stratum_id if counts else None,
        tickets=[ticket_entry(ticket, state="held", dealt=dealt)],
        **({"was": [ticket.state, ticket.due_at]} if reason == inbound.RING_BACK else {}),
    )
    return hold


def renew(floor: Floor, hold: HoldRow, **columns: Any) -> None:
    """Any sign of life renews a hold for another lease; `columns` are changed with it."""
    boot, beat = floor.clock.lease()
    holds.change(floor.session, hold.lead_id, boot=boot, beat=beat, **columns)


def new_token() -> str:
    """A fencing token: whoever writes with an older one is refused."""
    return secrets.token_hex(12)


def in_hand(floor: Floor, me: Person, ticket_id: int, token: str) -> HoldRow | None:
    """My hold on a ticket, as long as it is the one that this token was given for."""
    hold = holds.of_person(floor.session, me.id)
    return hold if hold and (hold.ticket_id, hold.token) == (ticket_id, token) else None


def on(floor: Floor, ticket: TicketRow) -> HoldRow | None:
    """Who has a ticket in their hands; a lead is held for one of its tickets at a time."""
    hold = holds.of_lead(floor.session, ticket.lead_id)
    return hold if hold and hold.ticket_id == ticket.id else None


def mine(floor: Floor, me: Person, ticket_id: int, token: str) -> InHand:
    """What I have in my hands, as long as it is this ticket; refuses when it is lost, was voided, or the token is an
    old one."""
    work = inhand.of_person(floor.session, me.id)
    if work is None or (work.hold.ticket_id, work.hold.token) != (ticket_id, token):
        raise Refused("lost_hold", "this lead is not yours (any more)")
    if work.hold.void:
        raise Refused("void_hold", work.hold.void)
    locate(floor, work.lead, work.phones)
    return work


def of_ticket(floor: Floor, ticket: TicketRow) -> tuple[LeadRow, CampaignRow]:
    """The lead and the campaign of a ticket; it always has both."""
    found = inhand.about(floor.session, ticket.lead_id, ticket.campaign_id)
    assert found is not None, "a ticket always has its lead and its campaign"
    return found


def give_back(floor: Floor, hold: HoldRow, *, kind: str, person_id: int, **data: Any) -> None:
    """End a hold without an outcome. Undialed, the lead goes back uncounted with its rank, so to the head of its
    stratum, or off the floor when its batch was closed meanwhile; once dialed it was an attempt, and the attempt plan
    says when the next may be. Who rang us waits as before, or for nobody."""
    if hold.void:  # a do-not-call has closed its ticket already
        holds.drop(floor.session, hold.lead_id)
        return
    ticket = tickets.by_id(floor.session, hold.ticket_id)
    assert ticket is not None, "a hold always has its ticket"
    uncounted = hold.first_deal and not hold.dials
    state, due_at = _was(floor, hold)
    changes: dict[str, Any] = {"state": state, "due_at": due_at, "rank": hold.prior_rank}
    if promises.of_ticket(floor.session, ticket.id):
        changes["state"] = "promised"
    elif hold.dials and ticket.lane_id:
        changes |= next_try(floor, ticket)
    if ticket.kind == EXCLUDED:
        changes |= put_aside(floor, ticket)
    if uncounted:
        changes |= {"dealt": 0, "credit_id": None}
    if ticket.kind == inbound.KIND:
        inbounds.wait_again(floor.session, ticket.id)
    if uncounted and ticket.batch_id is not None and batches.is_closed(floor.session, ticket.batch_id):
        batches.withdraw(floor.session, ticket.campaign_id, [Undealt(ticket.id, ticket.lead_id, ticket.stratum_id)])
        changes["state"] = GONE
    else:
        tickets.change(floor.session, ticket.id, **changes)
    holds.drop(floor.session, ticket.lead_id)
    facts.record(
        floor,
        kind,
        hold.person_id,
        ticket=ticket,
        by=person_id,
        deal=ticket.stratum_id if uncounted else None,
        uncounted=bool(uncounted),
        own=person_id == hold.person_id,
        undialed=not hold.called,
        tickets=[
            ticket_entry(
                ticket, state=changes["state"], attempts=changes.get("attempts"), dealt=0 if uncounted else None
            )
        ],
        **data,
    )
    if kind in ("returned", "expired"):
        limits.note_given_back(floor, hold.person_id)


def _was(floor: Floor, hold: HoldRow) -> tuple[str, int | None]:
    """How a ticket stood before a hold: ready, but for those who rang us, whoever of them was to be called and when."""
    if hold.reason == inbound.RING_BACK:
        for event in events.of_lead(floor.session, hold.lead_id):
            if event.kind == "served" and event.data["token"] == hold.token and "was" in event.data:
                state, due_at = event.data["was"]
                return str(state), due_at
    return "ready", None


def put_aside(floor: Floor, ticket: TicketRow) -> dict[str, object]:
    """The ticket columns when the call ends during which a lead was put aside: closed, and nothing stays promised."""
    promises.drop(floor.session, ticket.id)
    return {"state": "done", "due_at": None, "sleeps_again_at": None}


def next_try(floor: Floor, ticket: TicketRow) -> dict[str, object]:
    """The ticket columns after an attempt that reached nobody: asleep until the plan's next day-part, or at rest."""
    lead, campaign = of_ticket(floor, ticket)
    return planned(floor, ticket, lead, campaign, plan_name(campaign))


def plan_name(campaign: CampaignRow) -> str:
    """The attempt plan of a campaign."""
    return str(campaign.form.get("plan") or "P")


def planned(
    floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, plan: str, *, counted: bool = True
) -> dict[str, object]:
    """The ticket columns when the attempt plan decides; `counted` adds this attempt to the ticket's."""
    wake = wake_for(floor, ticket, lead, campaign, Retry(kind="plan", plan=plan), {}, counted=counted)
    assert wake is not None, "a plan always says when"
    return asleep(floor, ticket, lead, campaign, wake, counted=counted)


def missed(floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow) -> dict[str, object]:
    """The ticket columns when a part of the prospect's day went by untried. It counts as had: else a lead would wait
    for ever for a part in which this floor is closed. Whose missed meeting nobody has set anew in time is called like
    others from then on."""
    assert ticket.sleeps_again_at is not None, "it had an end"
    last = datetime.fromtimestamp(ticket.sleeps_again_at - 1, UTC)
    part = attempts.daypart_at(last, zones_of(floor, lead)) or ""
    had = ticket._replace(dayparts=f"{ticket.dayparts} {part}".strip())
    again = planned(floor, had, lead, campaign, plan_name(campaign), counted=False)
    return again | {"kind": "call"} if ticket.kind == REBOOK else again


def wake_for(
    floor: Floor,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    retry: Retry,
    answers: Mapping[str, Fact],
    *,
    counted: bool = True,
) -> attempts.Wake | None:
    """When a retry rule lets this lead be tried again; None when it brings nothing back by time."""
    tried = ticket.attempts + int(counted)
    return attempts.wake_after(
        retry,
        plans=floor.sales_map(campaign.map_id).plans,
        facts=answers,
        attempt=tried,
        used_dayparts=_dayparts(floor, ticket, lead, counted),
        now=floor.instant,
        zones=zones_of(floor, lead),
        jitter=dealing.rank(floor.settings.secret, lead.id, tried, 0) / 2**48,
        courtesy=courtesy_tuple(campaign),
        off=days_off(lead),
    )


def asleep(
    floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, wake: attempts.Wake, *, counted: bool
) -> dict[str, object]:
    """The ticket columns of a lead that sleeps until `wake`; after its last try the lead itself rests too."""
    tried = ticket.attempts + int(counted)
    until = int(wake.wakes_at.timestamp())
    if wake.rest:
        leads.rest(floor.session, lead.id, until)
        tried = 0 if counted else tried
    return {
        "state": "sleeping",
        "attempts": tried,
        "due_at": until,
        "sleeps_again_at": int(wake.sleeps_again_at.timestamp()) if wake.sleeps_again_at else None,
        "rank": rank(floor, campaign, lead.id, tried),
        "dayparts": "" if wake.rest else " ".join(_dayparts(floor, ticket, lead, counted)),
    }


def _dayparts(floor: Floor, ticket: TicketRow, lead: LeadRow, counted: bool) -> list[str]:
    used = ticket.dayparts.split()
    now = daypart_now(floor, lead) if counted else None
    return [*used, now] if now else used


def rank(floor: Floor, campaign: CampaignRow, lead_id: int, tried: int) -> int:
    """A lead's place in its stratum after so many tries, by the attempt plan of its campaign."""
    plan = floor.sales_map(campaign.map_id).plans[plan_name(campaign)]
    return dealing.rank(floor.settings.secret, lead_id, tried, attempts.band(plan, tried))


def zones_of(floor: Floor, lead: LeadRow) -> tuple[str, ...]:
    """The zones in which a lead's first good number may be; the floor's own when nothing is known."""
    if lead.id not in floor.zones:
        locate(floor, lead, leads.phones(floor.session, lead.contact_id))
    return floor.zones[lead.id]


def locate(floor: Floor, lead: LeadRow, phones: list[PhoneRow]) -> None:
    """Note where a lead is, for whoever asks for its zones later."""
    places = (place_of(lead, phone) for phone in [each for each in phones if each.state == DIALABLE] or phones)
    floor.zones[lead.id] = next((place.zones for place in places if place.zones), (floor.settings.zone,))


def daypart_now(floor: Floor, lead: LeadRow) -> str | None:
    """The part of the prospect's day that it is now."""
    return attempts.daypart_at(floor.instant, zones_of(floor, lead))


def courtesy_tuple(campaign: CampaignRow) -> attempts.Courtesy:
    """A campaign's hours as the attempt plan takes them."""
    hours = courtesy_of(campaign.form)
    return (hours.weekdays, hours.start, hours.stop)


def days_off(lead: LeadRow) -> DayOff:
    """The public holidays of where a lead says to be, or of their address."""
    where = lead.confirmed_region or f"{lead.country or 'US'}-{lead.region}"
    return lambda day: publicdays.is_public_holiday(day, where)


def agreed(promise: PromiseRow | None, ticket: TicketRow) -> bool:
    """Whether the prospect named the hour of this call, or has just asked for it: then the law binds, the campaign's
    own hours do not."""
    return (promise is not None and not promise.tries) or asked_for(ticket)


def asked_for(ticket: TicketRow) -> bool:
    """Whether the prospect has asked for us, and nobody has called since."""
    return ticket.kind == inbound.KIND and not ticket.attempts


def chosen(reason: str, ticket: TicketRow) -> bool:
    """Whether this call is our choice alone, so that the rule of one voice in a company binds it. Somebody to whom we
    were sent is called while the name of whoever sent us is fresh, and who missed a meeting with us as was agreed."""
    awaited = ticket.kind in (REFERRAL, REBOOK) and not ticket.attempts
    return reason in CHOSEN and not awaited and not asked_for(ticket)


def current(phones: list[PhoneRow], hold: HoldRow) -> PhoneRow | None:
    """The number that a hold is trying."""
    return next((phone for phone in phones if phone.position == hold.position), None)


def expire(floor: Floor) -> int:
    """Give back every hold whose station fell silent for a lease, or died with its machine; returns how many."""
    boot, now = floor.clock.lease()
    lost = holds.expired(floor.session, boot, now - LEASE_MS)
    for hold in lost:
        give_back(floor, hold, kind="expired", person_id=0)
    return len(lost)
