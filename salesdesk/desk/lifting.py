"""Do-not-call is taken back by a supervisor alone, with a reason: a slip of the finger, or they asked to be called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from salesdesk.desk import facts, holding, routing
from salesdesk.desk.eligibility import suppressed
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.ringback import marks_said
from salesdesk.desk.roles import Role
from salesdesk.desk.suppressing import company_mark, marks_of, same_person
from salesdesk.line.text import clean
from salesdesk.store import batches, events, leads, suppressions, tickets
from salesdesk.store.events import EventRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

SCOPES = ("person", "company")
SHORTEST = 8
"""Letters of a reason that says anything."""
STILL = "their company is still on it"


class LiftOptOut(Write[Done]):
    """They may be called after all."""

    lead: int | None = Field(None, description="the lead")
    said: str = Field("", max_length=254, description="or their full number, or their e-mail address")
    region: str = Field("US", max_length=2, description="country of a number without a prefix, ISO 3166")
    scope: str = Field("person", description="person (all their numbers), or company (and they themselves)")
    reason: str = Field(min_length=SHORTEST, max_length=200, description="how they said so, when, and to whom")


@operation(roles=frozenset({Role.SUPERVISOR}), effect=WRITE)
def lift_opt_out(floor: Floor, me: Person, ask: LiftOptOut) -> Done:
    """Take a person with all their numbers, or their company too, off the do-not-call list again; the reason is kept.
    What the do-not-call closed at a calling station waits there again; promises and meetings stay cancelled. Others of
    a company who have asked for themselves stay on the list."""
    if ask.scope not in SCOPES:
        raise BadRequest("unknown_scope", f"the scope is one of {', '.join(SCOPES)}")
    lead = _meant(floor, ask)
    themselves = [lead, *same_person(floor, lead)]
    marks = [mark for each in themselves for mark in marks_of(floor, each)]
    if ask.scope == "company":
        marks.append(company_mark(floor, lead))
    floor.session.alone(*(mark for _, mark in marks))
    lifted = [suppressions.remove(floor.session, *mark) for mark in marks]
    for _, mark in marks:
        suppressions.free_number(floor.session, mark)
    still = suppressed(floor, lead) is not None
    if not any(lifted):
        raise Refused("not_on_list", STILL if still else "they are not on the do-not-call list")
    whom = leads.colleagues(floor.session, lead.account_id) if ask.scope == "company" else themselves
    back = [] if still else list(_stand_again(floor, whom))
    event = facts.record_as(floor, "opt_out_lifted", me.id, lead_id=lead.id, scope=ask.scope, tickets=back)
    events.add_answer(floor.session, event, lead.id, {"reason": clean(ask.reason)})
    if still:
        return Done(note=f"taken off the do-not-call list themselves, but {STILL}")
    waits = f"{len(back)} waiting in the queue again" if back else "a campaign may take them up again"
    return Done(note=f"off the do-not-call list; {waits}")


def _meant(floor: Floor, ask: LiftOptOut) -> LeadRow:
    """The lead that is named by its id or by what was said; refuses when that is nobody, or not one person."""
    if ask.lead is not None:
        found = [ask.lead]
    else:
        found = suppressions.leads_marked(floor.session, **marks_said(floor, ask.said, ask.region))
    known = [lead for each in found if (lead := leads.by_id(floor.session, each)) is not None]
    if not known:
        raise BadRequest("unknown_lead", "nobody in the house list has exactly this; check it, digit by digit")
    twins = {each.id for each in same_person(floor, known[0])}
    if any(each.id not in twins for each in known[1:]):
        raise Refused("several", "more than one person has this; say their e-mail or their own number")
    return known[0]


def _stand_again(floor: Floor, whom: Iterable[LeadRow]) -> Iterator[list[object]]:
    """Let the tickets wait again that the do-not-calls of these leads have closed; their states, for the event."""
    for each in whom:
        for event in events.of_lead(floor.session, each.id):
            if event.kind != "opted_out":
                continue
            for ticket_id, *_ in event.data["tickets"]:
                ticket = tickets.by_id(floor.session, ticket_id, in_turn=True)
                if ticket is not None and _stands_open(floor, ticket, event):
                    yield _open_again(floor, ticket, event)


def _stands_open(floor: Floor, ticket: TicketRow, event: EventRow) -> bool:
    """Whether nothing but this do-not-call keeps a ticket closed."""
    if ticket.state != "done" or ticket.stratum_id is None or ticket.kind == holding.EXCLUDED:
        return False
    later = events.of_lead(floor.session, ticket.lead_id, since=event.id + 1)
    if any(ticket.id == told for each in later for told, *_ in each.data.get("tickets", ())):
        return False
    if not ticket.dealt and ticket.batch_id is not None and batches.is_closed(floor.session, ticket.batch_id):
        return False
    lead, _campaign = holding.of_ticket(floor, ticket)
    return suppressed(floor, lead) is None


def _open_again(floor: Floor, ticket: TicketRow, event: EventRow) -> list[object]:
    """The call in which they asked was an attempt, if it was dialed; who was called before waits for the next part of
    their day."""
    lead, campaign = holding.of_ticket(floor, ticket)
    counted = ticket.id == event.ticket_id and bool(event.data["dials"])
    columns: dict[str, object] = {"state": "ready"}
    if counted or ticket.attempts:
        columns = holding.planned(floor, ticket, lead, campaign, holding.plan_name(campaign), counted=counted)
    tickets.change(floor.session, ticket.id, **columns)
    routing.move_to_lanes(floor, lead)
    return [ticket.id, columns["state"], columns.get("attempts", ticket.attempts), ticket.dealt]
