"""Writing down what happened: the event, and the sums it moves, in the transaction of the change itself."""

from __future__ import annotations

from typing import Any

from salesdesk.desk.floor import Floor
from salesdesk.line import ledger
from salesdesk.store import coverage, events, rollups, strata
from salesdesk.store.events import EventRow
from salesdesk.store.tickets import TicketRow


def record(floor: Floor, kind: str, person_id: int, **facts: Any) -> None:
    """Append an event and move the sums that it moves. `facts` are columns of the event (`ticket` stands for those
    that a ticket knows) and, beside them, its data: ids, enums and figures, no personal data."""
    event = _event(floor, kind, person_id, **facts)
    events.note(floor.session, event)
    _move_sums(floor, event)


def record_as(floor: Floor, kind: str, person_id: int, **facts: Any) -> int:
    """As `record`; returns the event's id."""
    event = events.append(floor.session, _event(floor, kind, person_id, **facts))
    _move_sums(floor, event)
    return event.id


def _event(
    floor: Floor,
    kind: str,
    person_id: int,
    *,
    ticket: TicketRow | None = None,
    lead_id: int | None = None,
    campaign_id: int | None = None,
    station: str = "",
    outcome: str = "",
    map_version: int = 0,
    **data: Any,
) -> EventRow:
    return EventRow(
        id=0,
        at=floor.now,
        day=floor.day,
        kind=kind,
        person_id=person_id,
        lead_id=ticket.lead_id if ticket else lead_id,
        ticket_id=ticket.id if ticket else None,
        campaign_id=ticket.campaign_id if ticket else campaign_id,
        station=ticket.station if ticket else station,
        outcome=outcome,
        map_version=map_version,
        data=data,
    )


def _move_sums(floor: Floor, event: EventRow) -> None:
    fact = as_fact(event)
    changes = list(ledger.sum_changes(fact))
    if changes:
        key = changes[0].key
        rollups.add(
            floor.session,
            day=key.day,
            person=key.person_id,
            campaign=key.campaign_id,
            station=key.station,
            version=key.map_version,
            sums=[rollups.Sum(each.key.outcome, each.n, each.talk, each.wrap) for each in changes],
        )
    reach = ledger.reach_change(fact)
    if reach:
        coverage.count(floor.session, **reach._asdict())
    deal = ledger.deal_change(fact)
    if deal:
        strata.count_deal(floor.session, deal.person_id, deal.stratum_id, deal.by)


def as_fact(event: EventRow) -> ledger.Fact:
    """The part of an event that the ledger reads."""
    return ledger.Fact(
        event.kind,
        event.day,
        event.person_id,
        event.lead_id,
        event.ticket_id,
        event.campaign_id,
        event.station,
        event.outcome,
        event.map_version,
        event.data,
        event.id,
    )
