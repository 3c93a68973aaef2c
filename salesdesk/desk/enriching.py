"""What outcomes teach about leads is kept: for the next caller's card, and for the segments of later campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesdesk.desk import holding, routing
from salesdesk.desk.floor import Floor
from salesdesk.line import enrichment as lessons
from salesdesk.line.outcomes import Fact
from salesdesk.store import enrichment, leads, tickets
from salesdesk.store.events import EventRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow


def keep_number(floor: Floor, lead: LeadRow, answers: Mapping[str, Fact]) -> int | None:
    """A number of the contact's own that somebody gave becomes their next number; its position when it is new."""
    e164 = lessons.own_number(answers, lead.country or "US")
    have = leads.phones(floor.session, lead.contact_id) if e164 else []
    if e164 is None or e164 in {phone.e164 for phone in have}:
        return None
    position = max((phone.position for phone in have), default=0) + 1
    columns = routing.number_columns(floor, lead.contact_id, position, e164, address_known=bool(lead.zones))
    leads.add_phone(floor.session, columns)
    return position


def learn(floor: Floor, event: int, lead: LeadRow, answers: Mapping[str, Fact]) -> None:
    """Keep what an outcome's answers teach; the newest of a kind counts."""
    taught = lessons.learned(answers, lead.country or "US")
    if taught:
        enrichment.learn(floor.session, lead.id, event, taught)


def learn_who_sent(
    floor: Floor, event: int, lead: LeadRow, routed: Iterable[TicketRow], answers: Mapping[str, Fact]
) -> None:
    """Keep with everybody whom a lead has named who it was, and whether that name may be used; a successor whom
    research has found was named by nobody."""
    if answers.get("name"):
        for each in routed:
            if each.kind == holding.REFERRAL:
                enrichment.learn(floor.session, each.lead_id, event, lessons.sent_on(lead.id, answers))


def unlearn(floor: Floor, event: EventRow) -> None:
    """Take back what an outcome taught; what was known before it counts again."""
    lead = leads.by_id(floor.session, event.lead_id or 0)
    assert lead is not None, "an outcome always has its lead"
    routed = (tickets.by_id(floor.session, id) for id in event.data["routed"])
    for lead_id in {lead.id, *(each.lead_id for each in routed if each)}:
        enrichment.unlearn(floor.session, lead_id, event.id)
    if event.data.get("number_at"):
        leads.drop_phone(floor.session, lead.contact_id, event.data["number_at"])
