"""Receipts: what a write answered, kept under the asker's key so that asking again does nothing twice."""

from __future__ import annotations

from salesdesk.store.session import Row, Session


def find(session: Session, key: str) -> Row | None:
    """The receipt under a key."""
    return session.one("SELECT * FROM receipt WHERE key = :key", key=key)


def keep(session: Session, *, key: str, operation: str, person_id: int, asked: str, reply: str, at: int) -> None:
    """Keep what was answered. `asked` is a hash of the request, `reply` its answer without personal data."""
    session.do(
        "INSERT INTO receipt (key, operation, person_id, asked, reply, at)"
        " VALUES (:key, :operation, :person, :asked, :reply, :at)",
        key=key,
        operation=operation,
        person=person_id,
        asked=asked,
        reply=reply,
        at=at,
    )


def forget(session: Session, before: int, limit: int = 64) -> None:
    """Drop a few receipts older than anything that can still be replayed. Keys are ordered by time (see `new_key`)."""
    session.run(
        "DELETE FROM receipt WHERE key IN"
        " (SELECT key FROM (SELECT key, at FROM receipt ORDER BY key LIMIT :limit) AS oldest WHERE at < :before)",
        before=before,
        limit=limit,
    )
