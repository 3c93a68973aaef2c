"""Defects: records that calls found wrong, each with the list that it is charged to."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.store.session import Row, Session

OPEN = "open"


class DefectRow(NamedTuple):
    """A defect; its id is that of the event that found it. `state` is open, or what settled it."""

    id: int
    lead_id: int
    list_id: int
    campaign_id: int
    what: str
    found_at: int
    state: str
    settled_by: int | None


_DEFECT = f"SELECT {', '.join(DefectRow._fields)} FROM defect"


def add(session: Session, defect: DefectRow) -> None:
    """Charge a defect to a list."""
    names = ", ".join(DefectRow._fields)
    values = ", ".join(":" + name for name in DefectRow._fields)
    session.do(f"INSERT INTO defect ({names}) VALUES ({values})", **defect._asdict())


def open_of_lead(session: Session, lead_id: int) -> list[DefectRow]:
    """A lead's open defects; nobody else settles them before the end of a write that asked."""
    return session.find_all(
        DefectRow,
        f"{_DEFECT} WHERE lead_id = :lead AND state = '{OPEN}' ORDER BY id {session.lock_row}",
        lead=lead_id,
    )


def settle(session: Session, lead_id: int, state: str, event_id: int) -> None:
    """Settle a lead's open defects by the event that did."""
    session.do(
        f"UPDATE defect SET state = :state, settled_by = :event WHERE lead_id = :lead AND state = '{OPEN}'",
        state=state,
        event=event_id,
        lead=lead_id,
    )


def take_back(session: Session, lead_id: int, event_id: int) -> None:
    """Undo an event: what it found is no defect, what it settled is open again."""
    session.do("DELETE FROM defect WHERE id = :event", event=event_id)
    session.do(
        f"UPDATE defect SET state = '{OPEN}', settled_by = NULL WHERE lead_id = :lead AND settled_by = :event",
        lead=lead_id,
        event=event_id,
    )


def everything(session: Session) -> list[DefectRow]:
    """Every defect, for the audit."""
    return session.find_all(DefectRow, f"{_DEFECT} ORDER BY id")


def open_ones(session: Session, list_id: int | None, limit: int) -> list[Row]:
    """Open defects, oldest first, with their people, lists and campaigns."""
    some = "" if list_id is None else " AND d.list_id = :list"
    return list(
        session.all(
            "SELECT d.id, d.lead_id, d.list_id, d.what, d.found_at, k.first_name, k.last_name, a.name AS account,"
            " s.name AS list, s.supplier, coalesce(c.name, '') AS campaign"
            " FROM defect d JOIN lead l ON l.id = d.lead_id JOIN contact k ON k.id = l.contact_id"
            " JOIN account a ON a.id = l.account_id JOIN lead_list s ON s.id = d.list_id"
            f" LEFT JOIN campaign c ON c.id = d.campaign_id WHERE d.state = '{OPEN}'{some} ORDER BY d.id LIMIT :limit",
            list=list_id,
            limit=limit,
        )
    )


def quality(session: Session) -> list[Row]:
    """Each list of leads with its leads that were dialed, those that were dialed or found bad before a dial, those
    with a defect, and its defects that are open and settled."""
    return list(
        session.all(
            "SELECT s.id, s.name, s.supplier, s.leads,"
            " (SELECT count(DISTINCT r.lead_id) FROM reach r WHERE r.list_id = s.id AND r.tried > 0) AS dialed,"
            " (SELECT count(DISTINCT d.lead_id) FROM defect d WHERE d.list_id = s.id AND NOT EXISTS (SELECT 1"
            " FROM reach r WHERE r.list_id = s.id AND r.lead_id = d.lead_id AND r.tried > 0)) AS undialed,"
            " (SELECT count(DISTINCT d.lead_id) FROM defect d WHERE d.list_id = s.id) AS bad,"
            f" (SELECT count(*) FROM defect d WHERE d.list_id = s.id AND d.state = '{OPEN}') AS open,"
            " (SELECT count(*) FROM defect d WHERE d.list_id = s.id) AS defects"
            " FROM lead_list s WHERE s.purpose = 'leads' ORDER BY s.id DESC"
        )
    )
