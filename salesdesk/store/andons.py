"""Calls for help: raised at a seat, open until somebody clears them."""

from __future__ import annotations

from salesdesk.store import counters
from salesdesk.store.session import Row, Session

_OPEN = (
    "SELECT a.*, p.name AS person, c.name AS campaign, l.list_id, x.name AS list FROM andon a"
    " JOIN person p ON p.id = a.person_id LEFT JOIN campaign c ON c.id = a.campaign_id"
    " LEFT JOIN lead l ON l.id = a.lead_id LEFT JOIN lead_list x ON x.id = l.list_id"
)


def add(
    session: Session, *, person_id: int, code: str, station: str, campaign_id: int | None, lead_id: int | None, at: int
) -> int:
    """A new andon's id."""
    id = counters.take(session, "andon")
    session.do(
        "INSERT INTO andon (id, person_id, code, station, campaign_id, lead_id, raised_at)"
        " VALUES (:id, :person, :code, :station, :campaign, :lead, :at)",
        id=id,
        person=person_id,
        code=code,
        station=station,
        campaign=campaign_id,
        lead=lead_id,
        at=at,
    )
    return id


def raised(session: Session, person_id: int, code: str) -> int | None:
    """The open andon of a person with a code."""
    found = session.value(
        "SELECT id FROM andon WHERE person_id = :person AND code = :code AND cleared_at IS NULL LIMIT 1",
        person=person_id,
        code=code,
    )
    return None if found is None else int(found)


def open_ones(session: Session) -> list[Row]:
    """Every andon that nobody has cleared, oldest first, with person, campaign and list."""
    return list(session.all(f"{_OPEN} WHERE a.cleared_at IS NULL ORDER BY a.raised_at, a.id"))


def counts(session: Session, since: int) -> list[Row]:
    """Andons raised since an instant by code, campaign and list, most first."""
    return list(
        session.all(
            "SELECT a.code, coalesce(c.name, '') AS campaign, coalesce(x.name, '') AS list, count(*) AS n FROM andon a"
            " LEFT JOIN campaign c ON c.id = a.campaign_id LEFT JOIN lead l ON l.id = a.lead_id"
            " LEFT JOIN lead_list x ON x.id = l.list_id WHERE a.raised_at >= :since"
            " GROUP BY a.code, c.name, x.name ORDER BY count(*) DESC, a.code, 2, 3",
            since=since,
        )
    )


def clear(session: Session, andon_id: int, person_id: int, at: int) -> int | None:
    """Clear an andon; whose it was, or None when it is not open (any more)."""
    found = session.value(
        "UPDATE andon SET cleared_at = :at, cleared_by = :by WHERE id = :id AND cleared_at IS NULL RETURNING person_id",
        at=at,
        by=person_id,
        id=andon_id,
    )
    return None if found is None else int(found)
