"""How fast things go: one person through leads, and the floor as a whole."""

from __future__ import annotations

from salesdesk.store.events import LATE, id_floor
from salesdesk.store.session import Session


def day_total(session: Session, person_id: int, day: str, one: str, other: str) -> int:
    """What two of a person's sums of a floor day come to together."""
    return int(
        session.value(
            "SELECT sum(n) FROM rollup WHERE day = :day AND person_id = :person AND outcome IN (:one, :other)",
            day=day,
            person=person_id,
            one=one,
            other=other,
        )
        or 0
    )


def recent(session: Session) -> tuple[int, int]:
    """The newest event id, and how many events are at most LATE seconds older: one of them moves whenever something
    happens, also when a commit comes late."""
    newest = int(session.value("SELECT max(id) FROM event") or 0)
    since = newest - id_floor(LATE)
    return newest, int(session.value("SELECT count(*) FROM event WHERE id > :since", since=since) or 0)
