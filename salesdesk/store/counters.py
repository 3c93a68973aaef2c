"""Small ids that people can say aloud, given out inside the transaction that uses them."""

from __future__ import annotations

from salesdesk.store.session import Session


def take(session: Session, name: str, count: int = 1) -> int:
    """The first of `count` fresh ids for rows of `name`."""
    last = session.value(
        "INSERT INTO counter (name, n) VALUES (:name, :count)"
        " ON CONFLICT (name) DO UPDATE SET n = counter.n + excluded.n RETURNING n",
        name=name,
        count=count,
    )
    return int(last) - count + 1
