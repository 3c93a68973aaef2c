"""An inquiry comes in: whoever asked for us is found or made in the house list, and waits at a calling station."""

from __future__ import annotations

import csv
from io import StringIO

from pydantic import Field

from salesdesk.desk import facts, notices
from salesdesk.desk.eligibility import dialable, suppressed
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.queueing import Opening, lift_up, opening
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import LEADERS, Role
from salesdesk.desk.routing import HOUSE_LIST, number_columns
from salesdesk.line import inbound as rules
from salesdesk.line import intake
from salesdesk.line.intake import LeadRecord, Reject
from salesdesk.line.ledger import ticket_entry
from salesdesk.line.names import account_key
from salesdesk.line.text import clean
from salesdesk.store import campaigns, events, holds, inbounds, leads, lists, suppressions, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

LIST = "Inquiries"
"""The list to which people belong who were not in the house list when they asked."""
CORRECTED = frozenset({"dead", "wrong", "left", "unconfirmed"})
"""States of a number that are mended when its owner gives it to us."""


class AddInbound(Write["Inquiry"]):
    """Somebody has asked for us."""

    name: str = Field(min_length=1, max_length=120, description="who asked, first name before last")
    company: str = Field("", max_length=120, description="their company")
    number: str = Field("", max_length=60, description="their telephone number")
    email: str = Field("", max_length=254, description="their e-mail address")
    title: str = Field("", max_length=120, description="their job title")
    campaign: str = Field("", max_length=120, description="a live campaign by name or id; the only one if left out")
    source: str = Field("inbound", description="; ".join(f"{word}: {said}" for word, said in rules.SOURCES.items()))
    asked: str = Field("", max_length=200, description="what they asked for, in a few words")
    region: str = Field("US", max_length=2, description="country of a number without a prefix, ISO 3166")


class Inquiry(Reply):
    """Where the inquiry stands. `state` is waiting (the first free seat is served it), opens (the law lets it be called
    from `callable_at` on, epoch seconds), held (a colleague has the person on the screen and was told) or known (they
    asked a moment ago, and asked once). `new` says that the person was not in the house list before."""

    ticket: int
    lead: int
    campaign: int
    state: str
    callable_at: int
    new: bool
    note: str


@operation(roles=LEADERS | {Role.RESEARCHER}, effect=WRITE)
def add_inbound(floor: Floor, me: Person, ask: AddInbound) -> Inquiry:
    """Take in that somebody asked for us: they come before every lead that the floor chose itself."""
    if ask.source not in rules.SOURCES:
        raise BadRequest("unknown_source", f"the source is one of {', '.join(rules.SOURCES)}")
    campaign = _campaign(floor, ask.campaign.strip())
    record = _read(ask)
    floor.session.alone(HOUSE_LIST)
    _refuse_opted_out(floor, record)
    lead, new = _person(floor, me, record, ask.source)
    hold = holds.of_lead(floor.session, lead.id)
    campaign, known = _ticket(floor, lead, campaign)
    if suppressed(floor, lead):
        raise _opted_out()
    if known is not None and (answer := _asked_already(floor, known)):
        return answer
    if hold is not None:
        return _tell_holder(floor, me, ask, hold)
    start = opening(floor, lead, campaign)
    ticket = lift_up(floor, lead, campaign, known, start, kind=rules.KIND)
    leads.set_rest(floor.session, lead.id, None)  # they asked: what we had left them in peace for is over
    _write(floor, me, ask, ticket, start.at, taken_by=None, moved=True)
    return _answer(floor, ticket, campaign, start, new=new)


def _campaign(floor: Floor, said: str) -> CampaignRow:
    """The live campaign that is meant; refuses when that is not clear."""
    live = [each for each in campaigns.everything(floor.session) if each.live]
    names = ", ".join(f"{clean(each.name)} ({each.id})" for each in live)
    if not live:
        raise Refused("no_campaign", "no campaign is live, so nobody would be served this inquiry")
    if not said and len(live) > 1:
        raise BadRequest("which_campaign", f"say which campaign: {names}")
    named = (said.casefold(), said)
    found = [each for each in live if not said or each.name.casefold() == named[0] or str(each.id) == named[1]]
    if not found:
        raise BadRequest("unknown_campaign", f"no live campaign is called {clean(said, limit=60)}; live: {names}")
    return found[0]


def _read(ask: AddInbound) -> LeadRecord:
    """What was said about the person, read as a row of a list is read."""
    if not ask.number.strip() and not ask.email.strip():
        raise BadRequest("no_way_to_reach", "say a number or an e-mail address")
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(("Name", "Company Name", "Phone Number", "Email", "Job Title", "Country"))
    rows.writerow((ask.name, ask.company, ask.number, ask.email, ask.title, ""))
    record = next(iter(intake.read(text.getvalue().encode(errors="replace"), ask.region)), None)
    if record is None or isinstance(record, Reject):
        raise BadRequest("no_name", "say the name of whoever asked")
    if ask.number.strip() and not record.phones:
        raise BadRequest("bad_number", "this is no telephone number; write it as +1 312 555 0142")
    if ask.email.strip() and not record.email:
        raise BadRequest("bad_email", "this is no e-mail address")
    return record


def _opted_out() -> Refused:
    return Refused(
        "suppressed", "they are on the do-not-call list, so nobody calls them; a supervisor may lift that with a reason"
    )


def _refuse_opted_out(floor: Floor, record: LeadRecord) -> None:
    """Nobody is made again who has asked not to be called."""
    numbers = [floor.mark("number", phone.e164) for phone in record.phones]
    people = [floor.mark("person", record.email)] if record.email else []
    key = account_key(record.company)
    company = floor.mark("company", key) if key else None
    floor.session.alone(*numbers, *people, *([company] if company else []))
    if suppressions.scope_of(floor.session, numbers=numbers, people=people, company=company):
        raise _opted_out()


def _person(floor: Floor, me: Person, record: LeadRecord, source: str) -> tuple[LeadRow, bool]:
    """The person of the house list, with a number that they gave before those we had; made when they are new."""
    from salesdesk.desk import newcomers

    known = newcomers.known_people(floor, [record]).match(record)
    if known is not None:
        _add_number_in_front(floor, known[0], record)
        newcomers.add_to_known(floor, known[0], record)
        contact_id = known[0]
    elif record.phones:
        contact_id = newcomers.add_new(floor, _list(floor, me), [record], source)[0]
    else:
        raise Refused("no_number", "nobody in the house list has this e-mail address; a number to call them is needed")
    lead = leads.of_contact(floor.session, contact_id)
    assert lead is not None, "a contact always has its lead"
    if dialable(leads.phones(floor.session, contact_id)) is None:
        raise Refused("no_number", "there is no number of theirs that can be dialed; say one")
    return lead, known is None


def _add_number_in_front(floor: Floor, contact_id: int, record: LeadRecord) -> None:
    """The number that they gave is the one they want to be called on."""
    have = leads.phones(floor.session, contact_id)
    given = next((phone for phone in record.phones if phone.valid), None)
    if given is None:
        return
    known = next((phone for phone in have if phone.e164 == given.e164), None)
    if known is not None and known.state in CORRECTED:
        leads.set_phone_state(floor.session, contact_id, known.position, "good")
    elif known is None:
        position = min((phone.position for phone in have), default=1) - 1
        leads.add_phone(
            floor.session,
            number_columns(
                floor, contact_id, position, given.e164, address_known=False, extension=given.extension or ""
            ),
        )


def _list(floor: Floor, me: Person) -> int:
    known = inbounds.list_called(floor.session, LIST)
    if known is None:
        known = lists.add(
            floor.session, name=LIST, supplier="", purpose="leads", imported_at=floor.now, imported_by=me.id
        )
        facts.record(floor, "list_begun", me.id, list=known, purpose="leads")
    lists.count_chunk(floor.session, known, rows=1, leads=1, duplicates=0, rejects=0)
    return known


def _ticket(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> tuple[CampaignRow, TicketRow | None]:
    """The ticket that is moved up, and its campaign: one is open in a live campaign already, or it was in this one."""
    mine = tickets.of_lead(floor.session, lead.id)
    for each in mine:
        other = campaigns.by_id(floor.session, each.campaign_id)
        if each.state != "done" and other is not None and other.live and each.station == other.station:
            return other, each
    return campaign, next(
        (each for each in mine if (each.campaign_id, each.station) == (campaign.id, campaign.station)), None
    )


def _asked_already(floor: Floor, ticket: TicketRow) -> Inquiry | None:
    last = inbounds.latest(floor.session, ticket.id)
    if last is None or floor.now - last["arrived_at"] > rules.SAME_INQUIRY:
        return None
    then = "they were dialed" if last["dialed_at"] else "a colleague has them" if last["taken_at"] else "they wait"
    return Inquiry(
        ticket=ticket.id,
        lead=ticket.lead_id,
        campaign=ticket.campaign_id,
        state="known",
        callable_at=last["callable_at"],
        new=False,
        note=f"they asked {rules.ago(floor.now - last['arrived_at'])} ago already, and {then}",
    )


def _tell_holder(floor: Floor, me: Person, ask: AddInbound, hold: HoldRow) -> Inquiry:
    """Somebody has them on the screen: nobody else is served them, and the holder is told."""
    ticket = tickets.by_id(floor.session, hold.ticket_id)
    assert ticket is not None, "a hold always has its ticket"
    undialed = not hold.called and ticket.stratum_id is not None
    if undialed:
        tickets.change(floor.session, ticket.id, kind=rules.KIND)
    _write(floor, me, ask, ticket, floor.now, taken_by=hold.person_id, moved=False)
    if not undialed:
        inbounds.dial(floor.session, ticket.id, floor.now)
    notices.send(floor, hold.person_id, "inbound", "whoever is on your screen has just asked for us", sender=me.id)
    return Inquiry(
        ticket=ticket.id,
        lead=ticket.lead_id,
        campaign=ticket.campaign_id,
        state="held",
        callable_at=floor.now,
        new=False,
        note="a colleague has them on the screen and was told",
    )


def _write(
    floor: Floor, me: Person, ask: AddInbound, ticket: TicketRow, opens: int, *, taken_by: int | None, moved: bool
) -> None:
    """The event, what they asked (apart from it, so that it can be erased), and the row that waits."""
    event = facts.record_as(
        floor,
        rules.KIND,
        me.id,
        ticket=ticket,
        source=ask.source,
        callable_at=opens,
        tickets=[ticket_entry(ticket)] if moved else [],
    )
    if asked := clean(ask.asked, limit=200).strip():
        events.add_answer(floor.session, event, ticket.lead_id, {"asked": asked})
    inbounds.add(
        floor.session,
        event_id=event,
        ticket=ticket,
        source=ask.source,
        arrived_at=floor.now,
        callable_at=opens,
        taken_by=taken_by,
    )


def _answer(floor: Floor, ticket: TicketRow, campaign: CampaignRow, start: Opening, *, new: bool) -> Inquiry:
    waits = start.at <= floor.now
    where = clean(campaign.name)
    then = f"the first free seat of {where} is served them" if waits else f"{where}; {start.words}"
    return Inquiry(
        ticket=ticket.id,
        lead=ticket.lead_id,
        campaign=campaign.id,
        state="waiting" if waits else "opens",
        callable_at=start.at,
        new=new,
        note=then,
    )
