"""Seals, and which events are in them. Both tables only ever grow; an event that is not in the second is unsealed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from salesdesk.store.session import Session

N = TypeVar("N")
Columns = tuple[Any, ...]
SEAL = ("id", "previous", "mac", "events", "total", "first_id", "last_id", "reach", "at", "key_id")
EVENT = (
    *("id", "at", "day", "kind", "person_id", "lead_id", "ticket_id", "campaign_id", "station", "outcome"),
    *("map_version", "data"),
)
"""What is sealed of an event, in this order: everything. Seals are made of it, so it changes only with their form."""
_SEAL = f"SELECT {', '.join(SEAL)} FROM seal"
_EVENT = ", ".join(f"e.{name}" for name in EVENT)
_UNSEALED = " NOT EXISTS (SELECT 1 FROM sealed_event s WHERE s.event_id = e.id)"


def _columns(*columns: Any) -> Columns:
    return columns


def newest(session: Session, make: Callable[..., N]) -> N | None:
    """The head of the chain, made of its columns."""
    return session.find(make, f"{_SEAL} ORDER BY id DESC LIMIT 1")


def page(session: Session, make: Callable[..., N], after: int, limit: int) -> list[N]:
    """Seals in order, each made of its columns, beginning after an id."""
    return session.find_all(make, f"{_SEAL} WHERE id > :after ORDER BY id LIMIT :limit", after=after, limit=limit)


def members(session: Session, seals: tuple[int, int], events: tuple[int, int], limit: int) -> list[Columns]:
    """What is marked with seals of these ids, among events of these ids (first and last of each), by event id.

    Columns: the seal's id, the event's id, its mark, and the event's own columns (None when it is gone).
    """
    return session.find_all(
        _columns,
        f"SELECT s.seal_id, s.event_id, s.mark, {_EVENT} FROM sealed_event s LEFT JOIN event e ON e.id = s.event_id"
        " WHERE s.event_id BETWEEN :low AND :high AND s.seal_id BETWEEN :first AND :last"
        " ORDER BY s.event_id LIMIT :limit",
        low=events[0],
        high=events[1],
        first=seals[0],
        last=seals[1],
        limit=limit,
    )


def member_ids(session: Session, seal: int, events: tuple[int, int], limit: int) -> list[int]:
    """The ids of the events that are marked with a seal, without reading the events."""
    return session.find_all(
        int,
        "SELECT event_id FROM sealed_event WHERE event_id BETWEEN :low AND :high AND seal_id = :seal"
        " ORDER BY event_id LIMIT :limit",
        low=events[0],
        high=events[1],
        seal=seal,
        limit=limit,
    )


def event(session: Session, event_id: int) -> Columns | None:
    """One event as it is stored."""
    return session.find(_columns, f"SELECT {_EVENT} FROM event e WHERE e.id = :id", id=event_id)


def unsealed(session: Session, after: int, limit: int) -> list[Columns]:
    """Events that are in no seal, with ids above `after`, in the order of their ids."""
    return session.find_all(  # the second bound keeps PostgreSQL from reading all of sealed_event
        _columns,
        f"SELECT {_EVENT} FROM event e WHERE e.id > :after AND NOT EXISTS (SELECT 1 FROM sealed_event s"
        " WHERE s.event_id = e.id AND s.event_id > :after) ORDER BY e.id LIMIT :limit",
        after=after,
        limit=limit,
    )


def add(session: Session, seal: Mapping[str, object], marks: Iterable[tuple[int, str]]) -> None:
    """Append a seal, and the mark of each of its events (by the event's id)."""
    session.run(f"INSERT INTO seal ({', '.join(SEAL)}) VALUES ({', '.join(f':{name}' for name in SEAL)})", **seal)
    session.many(
        "INSERT INTO sealed_event (event_id, seal_id, mark) VALUES (:event, :seal, :mark)",
        [{"event": event_id, "seal": seal["id"], "mark": mark} for event_id, mark in marks],
    )


def count_unsealed(session: Session) -> int:
    """How many events are in no seal; looks at all of them."""
    return int(session.value(f"SELECT count(*) FROM event e WHERE {_UNSEALED}"))


def first_unsealed(session: Session, up_to: int) -> int | None:
    """The lowest unsealed event id up to this one, if there is any."""
    found = session.value(f"SELECT min(e.id) FROM event e WHERE e.id <= :up_to AND {_UNSEALED}", up_to=up_to)
    return None if found is None else int(found)


def count_members(session: Session) -> int:
    """How many events are marked as sealed, by whatever seal."""
    return int(session.value("SELECT count(*) FROM sealed_event"))
