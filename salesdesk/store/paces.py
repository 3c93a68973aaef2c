"""How fast things go: one person through leads, and the floor as a whole."""

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


LATE_SECONDS = 10
"""For so long a commit may come after one with a later event id, where several write at once."""


def recent(session: Session) -> tuple[int, int]:
    """The newest event id, and how many events are at most LATE_SECONDS older: one of them moves whenever something
    happens, also when a commit comes late."""
    newest = int(session.value("SELECT max(id) FROM event") or 0)
    since = newest - id_floor(LATE_SECONDS)
    return newest, int(session.value("SELECT count(*) FROM event WHERE id > :since", since=since) or 0)
