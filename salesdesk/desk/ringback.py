"""They ring back: whoever is on the line is found by their full number or address, and is in my hands."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import accounts, facts, holding, seats
from salesdesk.desk.cards import TicketCard, card_of
from salesdesk.desk.eligibility import dialable, suppressed
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.queueing import lift_up
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.desk.routing import given_number
from salesdesk.desk.seats import station_for
from salesdesk.desk.swapping import make_room
from salesdesk.line import inbound as rules
from salesdesk.line.intake.emails import read_email
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.store import assignments, campaigns, events, holds, inbounds, leads, people, suppressions, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.tickets import TicketRow

HOUR = 3600


class FindRingBack(Write["FoundBack"]):
    """Somebody rings us: who is it?"""

    said: str = Field(min_length=3, max_length=254, description="their full number, or their e-mail address")
    station: str = Field("sdr", description="the station I sit at")
    region: str = Field("US", max_length=2, description="country of a number without a prefix, ISO 3166")


class LookedUp(Reply):
    """What a look-up came to, as its receipt keeps it: yours, nobody, several, held, busy, no_campaign or
    suppressed."""

    found: str
    lead: int | None = None
    ticket: int | None = None
    token: str = ""
    holder: int | None = None


class FoundBack(Reply):
    """What a look-up came to: yours (the card is there), nobody, several, held (a colleague has them on the screen),
    busy (a colleague is calling their company or number), no_campaign or suppressed; and a sentence that says it."""

    found: str
    sentence: str
    card: TicketCard | None = None


def _told(floor: Floor, me: Person, ask: FindRingBack, looked: LookedUp) -> FoundBack:
    lead = leads.by_id(floor.session, looked.lead) if looked.lead is not None else None
    name = f"{lead.first_name} {lead.last_name}".strip() if lead else ""
    who = clean(", ".join(part for part in (name, lead.account) if part)) if lead else ""
    holder = people.by_id(floor.session, looked.holder) if looked.holder is not None else None
    whose = clean(holder.name) if holder else "a colleague"
    hold = holding.in_hand(floor, me, looked.ticket, looked.token) if looked.ticket is not None else None
    sentence = {
        "yours": f"on the line, an outcome needs no dial · {who}",
        "nobody": "nobody in the house list has exactly this; check it, digit by digit",
        "several": "more than one person has this; ask for their e-mail or their own number",
        "held": f"{whose} has them on the screen: put them through · {who}",
        "busy": f"{whose} is calling their company or number: put them through · {who}",
        "no_campaign": f"in no campaign, and neither are you: a coordinator can put you into one · {who}",
        "suppressed": f"on the do-not-call list: talk, nothing is queued, a supervisor may lift it · {who}",
    }[looked.found]
    return FoundBack(found=looked.found, sentence=sentence, card=card_of(floor, me, hold) if hold else None)


@operation(roles=WORKERS, effect=WRITE, view=_told)
def find_ring_back(floor: Floor, me: Person, ask: FindRingBack) -> LookedUp:
    """Find whoever rings by an exact number or address; their lead is in my hands, my undialed one goes back."""
    station = station_for(floor, me, ask.station)
    mine = holds.of_person(floor.session, me.id)
    if mine is not None and not mine.void and mine.called:
        raise Refused("on_a_call", "record what came of this call first, then look them up")
    marks = marks_said(floor, ask.said, ask.region)
    _refuse_too_many(floor, me)
    found = suppressions.leads_marked(floor.session, **marks)
    if len(found) != 1:
        return _logged(floor, me, station, LookedUp(found="several" if found else "nobody"))
    return _logged(floor, me, station, _found(floor, me, station, mine, found[0], marks.get("number", "")))


def marks_said(floor: Floor, said: str, region: str) -> dict[str, str]:
    """The keyed mark of a full number or an e-mail address as it was said, by which whoever has it is found; nothing
    else of it is kept. `region` is the country of a number without a prefix. BadRequest when it is neither."""
    said = said.strip()
    if "@" in said:
        email = read_email(said)
        if email is None:
            raise BadRequest("bad_email", "this is no e-mail address")
        return {"person": floor.mark("person", email)}
    number = given_number(said, region)
    if number is None:
        raise BadRequest("bad_number", "say the full number, such as +1 312 555 0142, or an e-mail address")
    return {"number": floor.mark("number", number)}


def _refuse_too_many(floor: Floor, me: Person) -> None:
    since = floor.now - HOUR
    before = [at for at in inbounds.look_ups(floor.session, me.id, events.id_floor(since)) if at > since]
    if len(before) >= rules.LOOK_UPS:
        again = local(before[-rules.LOOK_UPS] + HOUR, me.zone or floor.settings.zone)
        raise Refused("too_many", f"{rules.LOOK_UPS} look-ups within an hour; it goes on at {again:%H:%M}")


def _logged(floor: Floor, me: Person, station: Station, looked: LookedUp) -> LookedUp:
    """Who looked, when, and whether somebody was found; never what was typed."""
    facts.record(floor, "looked_up", me.id, lead_id=looked.lead, station=station.name, found=looked.found)
    return looked


def _found(
    floor: Floor, me: Person, station: Station, mine: HoldRow | None, lead_id: int, number_mark: str
) -> LookedUp:
    theirs = holds.of_lead(floor.session, lead_id)
    if theirs is not None and theirs.person_id != me.id:
        return LookedUp(found="held", lead=lead_id, holder=theirs.person_id)
    lead = leads.by_id(floor.session, lead_id)
    assert lead is not None, "it was just found"
    phones = leads.phones(floor.session, lead.contact_id)
    phone = next((each for each in phones if each.mark == number_mark), None) or dialable(phones)
    known = tickets.of_lead(floor.session, lead_id)
    if suppressed(floor, lead, phones):
        return LookedUp(found="suppressed", lead=lead_id)
    if mine is not None and theirs is not None:
        taken = holds.of_number(floor.session, phone.e164) if phone else None
        return _answer(floor, me, station, mine, phone if taken is None or taken.lead_id == lead_id else None)
    if busy := _busy(floor, me, lead, phone):
        return LookedUp(found="busy", lead=lead_id, holder=busy)
    ticket = _open_ticket(floor, station, known)
    campaign = _campaign(floor, me, station, lead) if ticket is None else None
    if ticket is None and campaign is None:
        return LookedUp(found="no_campaign", lead=lead_id)
    if mine is not None:
        make_room(floor, me, mine)
    if campaign is not None:
        before = next((each for each in known if (each.campaign_id, each.station) == (campaign.id, station.name)), None)
        ticket = lift_up(floor, lead, campaign, before, None, kind=rules.RING_BACK)
    assert ticket is not None, "it stood open, or was just lifted up"
    number, position = (phone.e164, phone.position) if phone else ("", 0)
    hold = holding.take(floor, me, ticket, number, position, reason=rules.RING_BACK, counts=False)
    if hold is None:
        raise Refused("taken", "a colleague has just got them; look again")
    return _answer(floor, me, station, hold, phone)


def _answer(floor: Floor, me: Person, station: Station, hold: HoldRow, phone: PhoneRow | None) -> LookedUp:
    """They are on the line: as after a dial that was answered, but nobody dialed."""
    position = {"position": phone.position, "number": phone.e164} if phone else {}
    holding.renew(floor, hold, dialed_at=floor.now, answered_at=floor.now, reason=rules.RING_BACK, **position)
    inbounds.dial(floor.session, hold.ticket_id, floor.now)
    ticket = tickets.by_id(floor.session, hold.ticket_id)
    assert ticket is not None, "a hold always has its ticket"
    seats.enter(floor, me.id, "call", station=station.name, campaign_id=ticket.campaign_id)
    return LookedUp(found="yours", lead=hold.lead_id, ticket=hold.ticket_id, token=hold.token)


def _busy(floor: Floor, me: Person, lead: LeadRow, phone: PhoneRow | None) -> int | None:
    """The colleague who is calling this number, or this company, for somebody else."""
    hold = holds.of_number(floor.session, phone.e164) if phone else None
    busy = hold.person_id if hold is not None else accounts.on_a_call(floor, lead)
    return busy if busy != me.id else None


def _open_ticket(floor: Floor, station: Station, known: list[TicketRow]) -> TicketRow | None:
    """The lead's open ticket at a station, those of live campaigns first."""
    live = {each.id for each in campaigns.everything(floor.session) if each.live}
    open_here = sorted(
        (each for each in known if each.station == station.name and each.state != "done"),
        key=lambda each: (each.campaign_id in live, each.entered_at, each.id),
    )
    return open_here[-1] if open_here else None


def _campaign(floor: Floor, me: Person, station: Station, lead: LeadRow) -> CampaignRow | None:
    """The campaign in which they were put last, else mine."""
    newest = inbounds.newest_campaign(floor.session, lead.id, station.name)
    ids = [row["campaign_id"] for row in assignments.everything(floor.session, me.id) if row["turn"]]
    for campaign_id in ([newest] if newest is not None else []) + ids:
        found = campaigns.by_id(floor.session, campaign_id)
        if found is not None and found.station == station.name:
            return found
    return None
