"""Whole tables, for the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from salesdesk.store.events import EventRow
from salesdesk.store.session import Row, Session


def count_events(session: Session) -> int:
    """How many facts there are."""
    return int(session.value("SELECT count(*) FROM event"))


def events(session: Session, after: int, up_to: int, limit: int) -> list[tuple[Any, ...]]:
    """Facts as they are stored, in the order of their ids, above an id and up to another."""
    return session.find_all(
        _columns,
        f"SELECT {', '.join(EventRow._fields)} FROM event WHERE id > :after AND id <= :up_to ORDER BY id LIMIT :limit",
        after=after,
        up_to=up_to,
        limit=limit,
    )


def _columns(*columns: Any) -> tuple[Any, ...]:
    return columns


def tickets(session: Session) -> Sequence[Row]:
    """Where every ticket stands."""
    return session.all("SELECT id, state, attempts, dealt FROM ticket")


def holds(session: Session) -> Sequence[Row]:
    """Every hold that may still be worked."""
    return session.all("SELECT ticket_id FROM hold WHERE void = ''")


def dealt(session: Session) -> Sequence[Row]:
    """Every dealt count."""
    return session.all("SELECT person_id, stratum_id, n FROM dealt")


def sums(session: Session) -> Sequence[Row]:
    """Every day's sums."""
    return session.all("SELECT * FROM rollup")
