"""Defects: records that calls found wrong are charged to their list and its supplier, never to the caller."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts, routing
from salesdesk.desk.floor import Floor, Json, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import PLANNERS, Role
from salesdesk.line.ledger import TicketEntry, ticket_entry
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.line.yields import FEWEST_FOR_PERCENT, show_yield, wilson
from salesdesk.store import defects, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.defects import OPEN, DefectRow
from salesdesk.store.events import EventRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

KIND = "defect"
"""The kind of a ticket on which research settles a defect, and of the route that brings it there."""
SEEN = "seen"
"""What is wrong with a record that was visibly bad before any dial."""
ANOTHER_NUMBER = "next_number"
"""How a wrong number is settled when its lead lives on with another."""


# finding and settling ---------------------------------------------------------------------------------------------


def of_outcome(floor: Floor, ticket: TicketRow, resolved: Resolved, *, goes_on: bool) -> Json:
    """What an outcome's event tells of defects: the one it found, or those that it settles."""
    if ticket.kind == KIND:
        return {"settles": [each.id for each in defects.open_of_lead(floor.session, ticket.lead_id)]}
    if "bad_data" not in resolved.flags or all(route.kind != KIND for route in resolved.routes):
        return {}
    found = {"defect": str(resolved.facts.get("what") or "address")}
    return found | ({"settled_as": ANOTHER_NUMBER} if goes_on else {})


def keep(floor: Floor, event: int, lead: LeadRow, ticket: TicketRow, outcome: str, told: Json) -> None:
    """Keep what an event tells of defects."""
    if "defect" in told:
        settled = told.get("settled_as")
        _charge(floor, event, lead, ticket, told["defect"], settled or OPEN)
    if told.get("settles"):
        defects.settle(floor.session, lead.id, outcome, event)


def _charge(floor: Floor, event: int, lead: LeadRow, ticket: TicketRow, what: str, state: str) -> None:
    settled_by = None if state == OPEN else event
    defects.add(
        floor.session,
        DefectRow(event, lead.id, lead.list_id, ticket.campaign_id, what, floor.now, state, settled_by),
    )


def seen(floor: Floor, me: Person, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, station: Station) -> None:
    """Somebody saw before any dial that a record is bad: one defect, however often it is seen, and research has it."""
    if any(each.what == SEEN for each in defects.open_of_lead(floor.session, lead.id)):
        return
    routes = [route for each in station.outcomes for route in each.routes if route.kind == KIND]
    routed = routing.follow(floor, me, ticket, lead, campaign, routes[:1], {}).tickets
    event = facts.record_as(
        floor,
        "defect_seen",
        me.id,
        ticket=ticket,
        defect=SEEN,
        tickets=[ticket_entry(each) for each in routed],
    )
    _charge(floor, event, lead, ticket, SEEN, OPEN)


def put_aside(floor: Floor, ticket: TicketRow, resolved: Resolved) -> list[TicketRow]:
    """When research closes a lead, nobody goes on calling it: its tickets that wait in the pool are closed too."""
    if ticket.kind != KIND or "closes" not in resolved.flags:
        return []
    waiting = [
        each
        for each in tickets.of_lead(floor.session, ticket.lead_id)
        if each.id != ticket.id and each.lane_id is not None and each.state in ("ready", "sleeping")
    ]
    for each in waiting:
        tickets.change(floor.session, each.id, state="done", due_at=None)
    return waiting


def take_back(floor: Floor, event: EventRow) -> list[TicketEntry]:
    """Undo what an outcome told of defects; returns the tickets that wait in the pool again."""
    defects.take_back(floor.session, event.lead_id or 0, event.id)
    back: list[TicketEntry] = []
    for ticket_id, state, due_at in event.data.get("put_aside", ()):
        ticket = tickets.by_id(floor.session, ticket_id, in_turn=True)
        if ticket is not None and ticket.state == "done":
            tickets.change(floor.session, ticket_id, state=state, due_at=due_at)
            back.append(ticket_entry(ticket, state=state))
    return back


# what is shown ------------------------------------------------------------------------------------------------------

WHAT = {
    "dead": "dead number",
    "wrong_person": "wrong person",
    "left_company": "left the company",
    "wrong_company": "wrong company",
    "address": "wrong address",
    SEEN: "bad data seen",
}
SHOWN = frozenset(PLANNERS | {Role.SUPERVISOR})
"""Who sees how good the lists are; who found a defect is told to nobody."""


class ListDefects(Request["Defects"]):
    """Which records did calls find wrong?"""

    list_id: int | None = Field(None, description="of one list; of all when left out")
    limit: int = Field(200, ge=1, le=1000, description="at most so many")


class DefectLine(Reply):
    """An open defect: what is wrong with whose record, and which list and supplier it is charged to. `found_at` is in
    epoch seconds."""

    id: int
    lead: int
    name: str
    account: str
    what: str
    list_id: int
    list: str
    supplier: str
    campaign: str
    found_at: int


class Defects(Reply):
    """Open defects, oldest first."""

    defects: tuple[DefectLine, ...]


@operation(roles=SHOWN, effect=READ)
def list_defects(floor: Floor, me: Person, ask: ListDefects) -> Defects:
    """Every open defect with its list and supplier, for whoever puts the record right."""
    return Defects(
        defects=tuple(
            DefectLine(
                id=row["id"],
                lead=row["lead_id"],
                name=clean(f"{row['first_name']} {row['last_name']}".strip()),
                account=clean(row["account"]),
                what=WHAT.get(row["what"], row["what"]),
                list_id=row["list_id"],
                list=clean(row["list"]),
                supplier=clean(row["supplier"]),
                campaign=clean(row["campaign"]),
                found_at=row["found_at"],
            )
            for row in defects.open_ones(floor.session, ask.list_id, ask.limit)
        )
    )


class ListQuality(Request["Quality"]):
    """How good are the lists, and their suppliers?"""


class QualityLine(Reply):
    """A list, or all lists of a supplier: leads, those dialed, those found bad, of how many that were dialed or found
    bad before a dial (`looked_at`), the share in words, its 90 % interval from 20 leads on, defects open, settled."""

    list_id: int | None
    name: str
    supplier: str
    leads: int
    dialed: int
    bad_records: int
    looked_at: int
    share: str
    low: float | None
    high: float | None
    open: int
    settled: int


class Quality(Reply):
    """Every list of leads, newest first, and every supplier by name."""

    lists: tuple[QualityLine, ...]
    suppliers: tuple[QualityLine, ...]


@operation(roles=SHOWN, effect=READ)
def list_quality(floor: Floor, me: Person, ask: ListQuality) -> Quality:
    """Bad records of each list and of each supplier, with the interval of their share."""
    rows = [dict(row) for row in defects.quality(floor.session)]
    suppliers: dict[str, Json] = {}
    for row in rows:
        key = clean(row["supplier"])
        known = suppliers.setdefault(key, dict.fromkeys(_COUNTS, 0) | {"id": None, "name": key, "supplier": key})
        for name in _COUNTS:
            known[name] += row[name]
    return Quality(
        lists=tuple(_line(row) for row in rows),
        suppliers=tuple(_line(suppliers[name]) for name in sorted(suppliers) if name),
    )


_COUNTS = ("leads", "dialed", "undialed", "bad", "open", "defects")


def _line(row: Json) -> QualityLine:
    looked_at = row["dialed"] + row["undialed"]
    interval = wilson(row["bad"], looked_at) if looked_at >= FEWEST_FOR_PERCENT else None
    return QualityLine(
        list_id=row["id"],
        name=clean(row["name"]),
        supplier=clean(row["supplier"]),
        leads=row["leads"],
        dialed=row["dialed"],
        bad_records=row["bad"],
        looked_at=looked_at,
        share=show_yield(row["bad"], looked_at),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        open=row["open"],
        settled=row["defects"] - row["open"],
    )
