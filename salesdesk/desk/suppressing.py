"""Do not call: from one key on one screen to the whole floor, in one transaction."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from salesdesk.desk import booking, facts, holding, measuring, routing, seats
from salesdesk.desk.calls import turn_to_next_number
from salesdesk.desk.eligibility import dialable, person_marks
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import EVERYONE, LEADERS, Role
from salesdesk.desk.routing import given_number
from salesdesk.line.intake.duplicates import same_name
from salesdesk.line.ledger import TicketEntry, ticket_entry
from salesdesk.store import enrichment, events, holds, leads, promises, suppressions, tickets
from salesdesk.store.holds import HoldRow
from salesdesk.store.inhand import InHand
from salesdesk.store.leads import LeadRow

SCOPES = ("person", "number", "company")
REASONS = ("asked", "list", "regulator", "erasure")
READ_ALOUD = "I have taken you off our list. Nobody from us will call you again. Sorry for the trouble."
READ_ALOUD_NUMBER = "I have taken this number off our list. Nobody from us will call it again. Sorry for the trouble."
_WISH = frozenset({"opt_out"})
STOPPED = "stop: they have just asked not to be called"


class OptOut(Write[Done]):
    """Nobody calls them again, in no campaign, from this moment."""

    scope: str = Field("person", description="person (all their numbers), number, or company")
    ticket: int | None = Field(None, description="the ticket in my hands")
    token: str = Field("", description="its token")
    lead: int | None = Field(None, description="or a lead by its id")
    number: str = Field("", description="or a telephone number, E.164")
    reason: str = Field("asked", description="asked, list, regulator or erasure")
    wrap_seconds: int = Field(0, ge=0, le=86_400, description="seconds from hang-up to saving")
    talk_seconds: int | None = Field(
        None, ge=0, le=86_400, description="seconds from pick-up to hang-up, if the station measured them"
    )


@operation(roles=EVERYONE - {Role.BOARD}, effect=WRITE)
def opt_out(floor: Floor, me: Person, ask: OptOut) -> Done:
    """Put a person, number or company on the do-not-call list, floor-wide and at once."""
    if ask.scope not in SCOPES:
        raise BadRequest("unknown_scope", f"the scope is one of {', '.join(SCOPES)}")
    if ask.reason not in REASONS:
        raise BadRequest("unknown_reason", f"the reason is one of {', '.join(REASONS)}")
    if ask.ticket is not None:
        return _of_ticket(floor, me, ask, ask.ticket)
    found = leads.by_id(floor.session, ask.lead) if ask.lead is not None else None
    if found is not None and _may_name(floor, me, found.id):
        suppress_lead(floor, me, found, None, scope=ask.scope, reason=ask.reason)
    elif ask.number.startswith("+") and (number := given_number(ask.number, "")):
        _suppress_number(floor, me, number, ask.reason)
    else:
        raise BadRequest("nobody_named", "say whom: a ticket with its token, a lead, or a number such as +13125550142")
    return Done(note="on the do-not-call list, for every campaign")


def _of_ticket(floor: Floor, me: Person, ask: OptOut, ticket_id: int) -> Done:
    try:
        work = holding.mine(floor, me, ticket_id, ask.token)
    except Refused:
        suppress_late(floor, me, ticket_id, scope=ask.scope, reason=ask.reason)
        return Done(note=READ_ALOUD)
    station = floor.sales_map(work.campaign.map_id).station(work.ticket.station)
    outcome = next((o for o in station.outcomes if "opt_out" in o.flags), None)
    suppress_lead(
        floor,
        me,
        work.lead,
        work,
        scope=ask.scope,
        outcome=outcome.id if outcome else "",
        flags=outcome.flags if outcome else _WISH,
        reason=ask.reason,
        talk_seconds=ask.talk_seconds,
        wrap_seconds=ask.wrap_seconds,
    )
    lives_on = holds.of_person(floor.session, me.id) is not None
    seats.enter(floor, me.id, "preview" if lives_on else "ready", wrapped=ask.wrap_seconds)
    return Done(note=READ_ALOUD_NUMBER if ask.scope == "number" else READ_ALOUD)


def suppress_late(floor: Floor, me: Person, ticket_id: int, *, scope: str, reason: str = "asked") -> int:
    """What somebody asked for counts, even when it reaches the floor after the hold in which they said it has ended:
    whoever has the lead now is stopped. Returns the event's id."""
    ticket = tickets.by_id(floor.session, ticket_id)
    if ticket is None or not _may_name(floor, me, ticket.lead_id):
        raise Refused("lost_hold", "this lead was never on your screen; say the number that asked")
    lead, _campaign = holding.of_ticket(floor, ticket)
    return suppress_lead(floor, me, lead, None, scope=scope, reason=reason)


def _may_name(floor: Floor, me: Person, lead_id: int) -> bool:
    """Whether this person may take a lead off the lists by its id: leaders may, others once it was on their screen.
    Else counting through the ids would empty the house list."""
    return bool(me.roles & LEADERS) or any(
        event.kind == "served" and event.person_id == me.id for event in events.of_lead(floor.session, lead_id)
    )


def suppress_lead(
    floor: Floor,
    me: Person,
    lead: LeadRow,
    work: InHand | None,
    *,
    scope: str,
    outcome: str = "",
    flags: Collection[str] = _WISH,
    reason: str = "asked",
    talk_seconds: int | None = None,
    wrap_seconds: int = 0,
) -> int:
    """Suppress a lead in a scope, close all its tickets, stop whoever is looking at it; returns the event's id. `work`
    is it in the hands of whoever was asked. Without a call nobody was reached: of the flags only the wish itself
    counts."""
    hold = work.hold if work else None
    marks = _marks(floor, lead, scope, hold)
    if scope == "person":  # the same human under another record of the company is not called either
        marks += [mark for other in same_person(floor, lead) for mark in marks_of(floor, other)]
    closed = suppress(floor, me, marks, reason, lead_id=lead.id, company_key=lead.account_key, mine=hold)
    goes_on = hold is not None and holds.of_lead(floor.session, lead.id) is not None
    if hold is not None and goes_on and turn_to_next_number(floor, hold) is None:
        holding.give_back(floor, hold, kind="returned", person_id=me.id, cause="suppressed")
        goes_on = False
    called = hold is not None and hold.called
    return facts.record_as(
        floor,
        "opted_out",
        me.id,
        ticket=work.ticket if work else None,
        lead_id=lead.id,
        outcome=outcome,
        map_version=work.campaign.map_version if work else 0,
        scope=scope,
        flags=sorted(flags if called else _WISH),
        talk=measuring.talk(floor, hold, talk_seconds, wrap_seconds) if hold else 0,
        wrap=wrap_seconds if called else 0,
        dials=hold.dials if hold else 0,
        promise_kept=measuring.promise_kept(work.promise, work.hold) if work and not goes_on else None,
        goes_on=goes_on,
        tickets=closed,
    )


def suppress(
    floor: Floor,
    me: Person,
    marks: Collection[tuple[str, str]],
    reason: str,
    *,
    lead_id: int | None = None,
    company_key: str = "",
    mine: HoldRow | None = None,
) -> list[TicketEntry]:
    """Put (scope, mark) pairs on the do-not-call list and close every ticket that they concern, and the lead's; returns
    the tickets' states for the event that must tell of them. Whom only a number concerns lives on with another one."""
    known = set() if lead_id is None else {lead_id}
    # Holds and tickets first, then the marks: the order in which claims and dials take them, so that none of us waits
    # for another in a ring. Whoever is at it now comes first; whoever comes later finds the marks on the list.
    for each in sorted(known | _concerned(floor, marks, company_key)):
        holds.of_lead(floor.session, each)
        tickets.of_lead(floor.session, each)
    floor.session.alone(*(mark for _, mark in marks))
    for scope, mark in marks:
        suppressions.add(floor.session, scope=scope, mark=mark, reason=reason, since=floor.now, person_id=me.id)
    numbers = [each for each in marks if each[0] == "number"]
    suppressions.stop_numbers(floor.session, [mark for _, mark in numbers])
    lasting = [each for each in marks if each[0] != "number"]
    whom = (known if lasting else set()) | _concerned(floor, lasting, company_key)
    for each in sorted((known | _concerned(floor, numbers, "")) - whom):
        if not _lives_on(floor, me, each, mine):
            whom.add(each)
    booking.cancel(floor, whom)
    enrichment.forget(floor.session, whom)
    return close_all(floor, whom, mine=mine)


def _lives_on(floor: Floor, me: Person, lead_id: int, mine: HoldRow | None) -> bool:
    """Whether a lead has another good number when one was stopped: then it waits for its hours, and a colleague who has
    just the stopped one on their screen gives it back."""
    lead = leads.by_id(floor.session, lead_id)
    phones = leads.phones(floor.session, lead.contact_id) if lead else []
    if lead is None or dialable(phones) is None:
        return False
    hold = holds.of_lead(floor.session, lead_id)
    shown = holding.current(phones, hold) if hold else None
    theirs = hold is not None and (mine is None or hold.person_id != mine.person_id)
    if hold and theirs and not hold.void and shown is not None and shown.state == "stopped":
        holding.give_back(floor, hold, kind="denied", person_id=me.id, cause="suppressed")
    routing.move_to_lanes(floor, lead)
    return True


def _concerned(floor: Floor, marks: Collection[tuple[str, str]], company_key: str) -> set[int]:
    """The leads that these marks concern."""
    return {
        lead
        for scope, mark in marks
        for lead in suppressions.leads_marked(
            floor.session,
            number=mark if scope == "number" else "",
            person=mark if scope == "person" else "",
            company_key=company_key if scope == "company" else "",
        )
    }


def _marks(floor: Floor, lead: LeadRow, scope: str, hold: HoldRow | None) -> list[tuple[str, str]]:
    if scope == "number":
        phones = leads.phones(floor.session, lead.contact_id)
        return [("number", p.mark) for p in phones if hold is None or p.position == hold.position]
    return marks_of(floor, lead) + ([company_mark(floor, lead)] if scope == "company" else [])


def company_mark(floor: Floor, lead: LeadRow) -> tuple[str, str]:
    """A lead's company, as (scope, mark); refuses where its name is not known."""
    if not lead.account_key:
        raise Refused("no_company", "this lead has no company; choose the person instead")
    return "company", floor.mark("company", lead.account_key)


def same_person(floor: Floor, lead: LeadRow) -> list[LeadRow]:
    """The other records of a company that are the same human, by their name."""
    name = lead.first_name, lead.last_name
    colleagues = leads.colleagues(floor.session, lead.account_id)
    return [each for each in colleagues if each.id != lead.id and same_name(name, (each.first_name, each.last_name))]


def marks_of(floor: Floor, lead: LeadRow) -> list[tuple[str, str]]:
    """A person with all their numbers and addresses, as (scope, mark)."""
    numbers = [("number", phone.mark) for phone in leads.phones(floor.session, lead.contact_id)]
    return numbers + [("person", mark) for mark in person_marks(floor, lead)]


def _suppress_number(floor: Floor, me: Person, number: str, reason: str) -> None:
    closed = suppress(floor, me, [("number", floor.mark("number", number))], reason)
    facts.record(floor, "suppressed", me.id, scope="number", reason=reason, tickets=closed)


def close_all(floor: Floor, lead_ids: set[int], *, mine: HoldRow | None) -> list[TicketEntry]:
    """Close every open ticket of these leads, cancel promises, void colleagues' holds; returns the tickets' states."""
    closed: list[TicketEntry] = []
    for lead_id in sorted(lead_ids):
        for each in tickets.of_lead(floor.session, lead_id):
            if each.state == "done":
                continue
            promises.drop(floor.session, each.id)
            hold = holding.on(floor, each)
            if hold is not None:
                if mine is not None and hold.ticket_id == mine.ticket_id:
                    holds.drop(floor.session, each.lead_id)
                else:
                    holds.change(floor.session, each.lead_id, void=STOPPED)
            tickets.change(floor.session, each.id, state="done", due_at=None)
            closed.append(ticket_entry(each, state="done"))
    return closed
