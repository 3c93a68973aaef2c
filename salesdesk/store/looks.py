"""Who looked at whose detail, and when."""

from __future__ import annotations

from salesdesk.store.session import Row, Session


def add(session: Session, *, whom: int, person_id: int, what: str, at: int) -> None:
    """Somebody looked at somebody's detail."""
    session.do(
        "INSERT INTO look (whom, at, person_id, what) VALUES (:whom, :at, :person, :what) ON CONFLICT DO NOTHING",
        whom=whom,
        at=at,
        person=person_id,
        what=what,
    )


def of(session: Session, whom: int, limit: int) -> list[Row]:
    """Who looked at somebody's detail, newest first."""
    return list(
        session.all(
            "SELECT l.at, l.what, p.name AS person FROM look l JOIN person p ON p.id = l.person_id"
            " WHERE l.whom = :whom ORDER BY l.at DESC, p.name LIMIT :limit",
            whom=whom,
            limit=limit,
        )
    )
