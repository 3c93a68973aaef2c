"""Whole tables, for the audit."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store.session import Row, Session


def count_events(session: Session) -> int:
    """How many facts there are."""
    return int(session.value("SELECT count(*) FROM event"))


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
