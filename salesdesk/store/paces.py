"""How fast somebody goes through leads."""

from __future__ import annotations

from salesdesk.store.events import id_floor
from salesdesk.store.session import Session


def leads_seen(session: Session, person_id: int, since: int) -> tuple[int, int]:
    """How many leads a person was served or skipped since (epoch seconds), and when the first of these was."""
    row = session.one(
        "SELECT count(*) AS n, min(at) AS first FROM event"
        " WHERE person_id = :person AND id >= :since AND kind IN ('served', 'skipped')",
        person=person_id,
        since=id_floor(since),
    )
    return (int(row["n"]), int(row["first"] or since)) if row else (0, since)
