"""How fast things go: one person through leads, and the floor as a whole."""

from __future__ import annotations

from salesdesk.store.events import LATE, id_floor
from salesdesk.store.session import Session


def nth_result(session: Session, person_id: int, since: int, n: int) -> int | None:
    """When (epoch seconds) a person was through with the n-th newest of their leads since an instant; None when there
    were fewer. A lead is gone through when something came of it, or it was skipped."""
    found = session.value(
        "SELECT at FROM event WHERE person_id = :person AND id >= :floor"
        " AND kind IN ('recorded', 'opted_out', 'undone', 'skipped', 'signed_in')"  # as its index has it
        " AND kind NOT IN ('undone', 'signed_in') ORDER BY id DESC LIMIT 1 OFFSET :before",
        person=person_id,
        floor=id_floor(since),
        before=n - 1,
    )
    return None if found is None else int(found)


def recent(session: Session) -> tuple[int, int]:
    """The newest event id, and how many events are at most LATE seconds older: one of them moves whenever something
    happens, also when a commit comes late."""
    newest = int(session.value("SELECT max(id) FROM event") or 0)
    since = newest - id_floor(LATE)
    return newest, int(session.value("SELECT count(*) FROM event WHERE id > :since", since=since) or 0)
