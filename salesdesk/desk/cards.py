"""The card of a served ticket: everything the screen shows about one lead, cleaned and in words."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from salesdesk.desk import holding, inbound
from salesdesk.desk.eligibility import Call, Known, dialable, pre_approach, standing
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import Reply
from salesdesk.line import attempts, enrichment, merge, numbering
from salesdesk.line.inbound import RING_BACK
from salesdesk.line.text import clean, dialable_uri
from salesdesk.store import assignments, campaigns, events, leads, people, promises, tickets
from salesdesk.store import enrichment as facts_of
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.events import EventRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.session import Row
from salesdesk.store.tickets import TicketRow

HISTORY = 6
TURNED = "turned"
"""Of a number that was dialed the next one of the same contact was tried, in the same attempt."""
_TOLD = frozenset({"recorded", "opted_out", "skipped", "inbound", "marked", TURNED})


class CardNumber(Reply):
    """One number of the contact: as dialed, as shown, and the tel: link; `state` is good, dead, wrong or left."""

    position: int
    e164: str
    shown: str
    uri: str
    state: str


class PastCall(Reply):
    """What came of an earlier hold: when (epoch seconds), who, and the outcome's label."""

    at: int
    person: str
    outcome: str


class TicketCard(Reply):
    """A ticket in my hands. Times are epoch seconds; zones are IANA names; `until` is when calling must stop."""

    ticket: int
    token: str
    station: str
    kind: str
    lead: int
    campaign: str
    campaign_id: int
    variant: str
    name: str
    first_name: str
    title: str
    account: str
    employees: int | None
    email: str
    place: str
    notes: str
    known: str
    """What calls have taught: "supplier today: Apex · contract until 2027-03"."""
    sent_by: str = ""
    """Who has named them to us: "sent by Emma Hester, use the name: yes"."""
    numbers: tuple[CardNumber, ...]
    current: int
    line: str = ""
    """The number, as shown, on which a colleague of theirs is called who has none; "" when none may be dialed."""
    zone: str
    zones: tuple[str, ...]
    may_call: bool
    may_call_words: str
    until: int | None
    why: str
    attempts: int
    promised_at: int | None
    history: tuple[PastCall, ...]
    inbound_since: int | None = None
    """Since when somebody waits who asked for us; looked up for an undialed lead that is in hand."""
    script: str
    taken_at: int
    dials: int
    dialed_at: int | None
    answered_at: int | None
    handle_seconds: int
    stop: str
    second: bool = False
    """It comes from the campaign in which I work when my first has nothing for me."""


def card_in_hand(floor: Floor, me: Person, ticket: int, token: str) -> TicketCard | None:
    """The card of a ticket that I hold under this token, if I still do; a claim that has just taken it is not asked
    again what it found out."""
    if fresh := floor.served.get(ticket):
        return card(floor, me, fresh)
    hold = holding.in_hand(floor, me, ticket, token)
    return card_of(floor, me, hold) if hold else None


def card_of(floor: Floor, me: Person, hold: HoldRow) -> TicketCard:
    """The card of the ticket in a hold."""
    return card(floor, me, _known(floor, me, hold))


def card(floor: Floor, me: Person, known: Known) -> TicketCard:
    """The card of a ticket in somebody's hands, with its history and script."""
    hold, ticket, lead, campaign, phones, call = (
        known.hold,
        known.ticket,
        known.lead,
        known.campaign,
        known.phones,
        known.call,
    )
    phone = holding.current(phones, hold) or next(iter(phones), None)
    zones = call.decision.zones if call.decision else ()
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    return TicketCard(
        ticket=ticket.id,
        token=hold.token,
        station=ticket.station,
        kind=ticket.kind,
        lead=lead.id,
        campaign=clean(campaign.name),
        campaign_id=campaign.id,
        variant=ticket.variant,
        name=clean(f"{lead.first_name} {lead.last_name}".strip()) or "name unknown",
        first_name=clean(lead.first_name),
        title=clean(lead.title),
        account=clean(lead.account),
        employees=lead.employees,
        email=clean(lead.email or ""),
        place=clean(", ".join(part for part in (lead.city, lead.region, lead.country) if part)),
        notes=clean(lead.notes, limit=200),
        known=_learned(floor, lead.id),
        sent_by=sent_by(floor, ticket),
        numbers=tuple(_number(each) for each in phones),
        current=phone.position if phone else 0,
        line=_number(line).shown if (line := dialable(phones)) else "",
        zone=zones[0] if zones else floor.settings.zone,
        zones=tuple(zones),
        may_call=call.verdict.allowed,
        may_call_words=str(call.verdict),
        until=_until(call),
        why=why(floor, me, ticket, lead, campaign, hold.reason),
        attempts=ticket.attempts,
        promised_at=known.promise.due_at if known.promise else None,
        history=history(floor, lead.id),
        script=script(floor, me, lead, campaign, known.script),
        taken_at=hold.taken_at,
        dials=hold.dials,
        dialed_at=hold.dialed_at,
        answered_at=hold.answered_at,
        handle_seconds=station.handle_seconds,
        stop=hold.void,
        second=known.second,
    )


def _known(floor: Floor, me: Person, hold: HoldRow) -> Known:
    ticket = tickets.by_id(floor.session, hold.ticket_id)
    assert ticket is not None, "a hold always has its ticket"
    promise = promises.of_ticket(floor.session, ticket.id)
    lead, campaign = holding.of_ticket(floor, ticket)
    phones = leads.phones(floor.session, lead.contact_id)
    phone = holding.current(phones, hold) or next(iter(phones), None)
    call = standing(floor, lead, phone, campaign, agreed=holding.agreed(promise, ticket))
    script = script_of(floor, campaign.id, ticket.variant)
    second = assignments.turn_in(floor.session, me.id, campaign.id) > 1
    return Known(hold, ticket, promise, lead, campaign, phones, call, script, second)


def _until(call: Call) -> int | None:
    closes = call.decision.closes_at if call.decision else None
    return int(closes.timestamp()) if closes else None


def _number(phone: PhoneRow) -> CardNumber:
    extension = clean(phone.extension)
    shown = numbering.grouped(phone.e164) + (f" ext {extension}" if extension else "")
    return CardNumber(
        position=phone.position,
        e164=phone.e164,
        shown=shown,
        uri=dialable_uri(phone.e164, extension or None),
        state=phone.state,
    )


def why(floor: Floor, me: Person, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, reason: str) -> str:
    """Why this lead is served now, in one line."""
    if reason == "promise":
        return "a promise to call back is due"
    if reason == "oldest":
        return "the oldest ticket of this station"
    if reason == RING_BACK:
        return "they rang back, and are on the line"
    if holding.asked_for(ticket):
        return inbound.why(floor, me, ticket)
    plan = floor.sales_map(campaign.map_id).plans[holding.plan_name(campaign)]
    told = attempts.describe(
        plan,
        ticket.attempts + 1,
        used_dayparts=ticket.dayparts.split(),
        daypart=holding.daypart_now(floor, lead),
    )
    if ticket.kind == holding.REBOOK and not ticket.attempts:
        return "their meeting fell through; it is to be set anew"
    if reason == "kept":
        return f"{told}; their company stays with you"
    return f"undone: {told}" if reason == "undo" else told


def history(floor: Floor, lead_id: int) -> tuple[PastCall, ...]:
    """The last outcomes of a lead, newest first."""
    past = floor.past[lead_id] if lead_id in floor.past else events.of_lead(floor.session, lead_id)
    told = [event for event in past if event.kind in _TOLD]
    undone = {event.data["recorded"] for event in past if event.kind == "undone"}
    undone |= {event.data.get("mark") for event in past if event.kind == "unmarked" and event.outcome}
    names = {each.id: each.name for each in people.everyone(floor.session)} if told else {}
    lines = []
    for event in told:
        if event.id in undone:
            continue
        if event.kind == inbound.KIND:
            lines.append(PastCall(at=event.at, person=names.get(event.person_id, "the floor"), outcome="Asked for us"))
            continue
        lines.append(
            PastCall(at=event.at, person=names.get(event.person_id, "the floor"), outcome=_outcome_told(floor, event))
        )
    return tuple(lines[:HISTORY])


def _outcome_told(floor: Floor, event: EventRow) -> str:
    """What came of a call, in a few words."""
    if event.kind == TURNED:
        return f"{'Answered' if event.data['answered'] else 'No answer'}, next number tried"
    station = floor.sales_map(floor.settings.map_id).stations.get(event.station)
    label = next((o.label for o in station.outcomes if o.id == event.outcome), "") if station else ""
    return label or event.outcome.replace("_", " ").capitalize() or event.kind


def _learned(floor: Floor, lead_id: int) -> str:
    """What calls have taught about a lead; nobody is asked about a lead with whom nobody has talked yet."""
    past = floor.past[lead_id] if lead_id in floor.past else events.of_lead(floor.session, lead_id)
    if all(event.kind != "recorded" for event in past):
        return ""
    return enrichment.told(facts_of.of_lead(floor.session, lead_id))


def sent_by(floor: Floor, ticket: TicketRow) -> str:
    """Who has named a lead to us, and whether that name may be used; "" when nobody has."""
    known = facts_of.of_lead(floor.session, ticket.lead_id) if ticket.kind == holding.REFERRAL else {}
    referrer = leads.by_id(floor.session, int(known[enrichment.SENT_BY])) if enrichment.SENT_BY in known else None
    return enrichment.sent_by(f"{referrer.first_name} {referrer.last_name}".strip(), known) if referrer else ""


def script_of(floor: Floor, campaign_id: int, variant: str) -> Row | None:
    """The script of a campaign in a variant, else in its first."""
    stored = campaigns.script(floor.session, campaign_id, variant or "A")
    return stored or campaigns.script(floor.session, campaign_id, "A")


def script(floor: Floor, me: Person, lead: LeadRow, campaign: CampaignRow, stored: Row | None) -> str:
    """The campaign's script with this lead's words filled in."""
    if stored is None:
        return ""
    form = campaign.form
    values = {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "title": lead.title,
        "company": lead.account,
        "city": lead.city,
        "me": me.name.split(" ")[0],
        "campaign": campaign.name,
        "offer": str(form.get("offer", "")),
        "note_sent": pre_approach(campaign).spoken(date.fromisoformat(floor.day)),
    }
    return merge.fill(_spoken(stored["body"]), values)


@lru_cache(maxsize=64)
def _spoken(body: str) -> str:
    return clean(body, limit=6000, lines=True)
