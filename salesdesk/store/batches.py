"""Tickets of a batch that nobody was dealt yet."""

from __future__ import annotations

from salesdesk.store.session import Row, Session


def undealt(session: Session, batch_id: int, limit: int) -> list[Row]:
    """Some tickets of a batch that were never served; nobody is served one of them before the end of this write."""
    return list(
        session.all(
            "SELECT id, lead_id, stratum_id FROM ticket WHERE batch_id = :batch AND dealt = 0 AND attempts = 0"
            f" AND state IN ('ready', 'sleeping') ORDER BY id LIMIT :limit {session.lock_row}",
            batch=batch_id,
            limit=limit,
        )
    )


def withdraw(session: Session, ticket_id: int, stratum_id: int | None, campaign_id: int) -> None:
    """Take away a ticket that was never served, so that its lead can be released again; its stratum and campaign
    count one lead less."""
    session.run("DELETE FROM ticket WHERE id = :id", id=ticket_id)
    session.run("UPDATE stratum SET size = size - 1 WHERE id = :id", id=stratum_id)
    session.run("UPDATE campaign SET released = released - 1 WHERE id = :id", id=campaign_id)


def of_kind(session: Session, campaign_id: int, kind: str) -> int:
    """How many tickets of a campaign are of a kind. A scan: for jobs, never inside a write."""
    return int(
        session.value(
            "SELECT count(*) FROM ticket WHERE campaign_id = :campaign AND kind = :kind",
            campaign=campaign_id,
            kind=kind,
        )
    )
