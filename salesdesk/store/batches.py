"""Batches, and their tickets that nobody was dealt yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.store import counters
from salesdesk.store.coverage import put_in
from salesdesk.store.session import Session


class BatchRow(NamedTuple):
    """A batch of leads of one campaign: draft, checked, releasing, released or closed."""

    id: int
    campaign_id: int
    state: str
    query: str
    quantity: int
    released: int
    seed: str
    findings: str
    created_at: int
    checked_at: int | None
    released_at: int | None
    approved_by: int | None


_BATCH = f"SELECT {', '.join(BatchRow._fields)} FROM batch"


def add(session: Session, *, campaign_id: int, query: str, quantity: int, seed: str, created_at: int) -> int:
    """A new draft."""
    id = counters.take(session, "batch")
    session.run(
        "INSERT INTO batch (id, campaign_id, state, query, quantity, released, seed, findings, created_at)"
        " VALUES (:id, :campaign, 'draft', :query, :quantity, 0, :seed, '{}', :at)",
        id=id,
        campaign=campaign_id,
        query=query,
        quantity=quantity,
        seed=seed,
        at=created_at,
    )
    return id


def by_id(session: Session, batch_id: int) -> BatchRow | None:
    """The batch with this id."""
    return session.find(BatchRow, f"{_BATCH} WHERE id = :id", id=batch_id)


def everything(session: Session) -> list[BatchRow]:
    """Every batch, newest first."""
    return session.find_all(BatchRow, f"{_BATCH} ORDER BY id DESC")


def change(session: Session, batch_id: int, expected: str, **columns: object) -> bool:
    """Change a batch only while it is in the expected state; tells whether it was."""
    names = ("state", "quantity", "findings", "checked_at", "released_at", "approved_by", "query")
    sets = ", ".join(f"{name} = :{name}" for name in names if name in columns)
    return bool(
        session.run(
            f"UPDATE batch SET {sets} WHERE id = :id AND state = :expected", id=batch_id, expected=expected, **columns
        )
    )


def count_released(session: Session, batch_id: int, campaign_id: int, count: int) -> None:
    """Count leads that a batch has put on the floor."""
    session.run("UPDATE batch SET released = released + :count WHERE id = :id", count=count, id=batch_id)
    session.run("UPDATE campaign SET released = released + :count WHERE id = :id", count=count, id=campaign_id)


def released_since(session: Session, since: int) -> int:
    """Leads of the batches released since an instant."""
    return int(session.value("SELECT sum(released) FROM batch WHERE released_at >= :since", since=since) or 0)


class Undealt(NamedTuple):
    """A ticket that nobody was dealt, or that was given back uncounted."""

    id: int
    lead_id: int
    stratum_id: int | None


def undealt(session: Session, batch_id: int, limit: int) -> list[Undealt]:
    """Some tickets of a batch that were never served; nobody is served one of them before the end of this write."""
    return session.find_all(
        Undealt,
        "SELECT id, lead_id, stratum_id FROM ticket WHERE batch_id = :batch AND dealt = 0 AND attempts = 0"
        f" AND state IN ('ready', 'sleeping') ORDER BY id LIMIT :limit {session.lock_row}",
        batch=batch_id,
        limit=limit,
    )


def withdraw(session: Session, campaign_id: int, tickets: Sequence[Undealt]) -> None:
    """Take tickets away, so that their leads can be released again; their strata and campaign count so many less."""
    some = ", ".join(str(int(each.id)) for each in tickets) or "0"
    session.run(f"DELETE FROM ticket WHERE id IN ({some})")
    # The strata in one order, then the campaign: so that two who take tickets away do not wait for each other.
    for stratum, count in sorted(Counter(each.stratum_id for each in tickets if each.stratum_id).items()):
        session.run("UPDATE stratum SET size = size - :count WHERE id = :id", id=stratum, count=count)
    session.run("UPDATE campaign SET released = released - :count WHERE id = :id", id=campaign_id, count=len(tickets))
    put_in(session, campaign_id, [each.lead_id for each in tickets], by=-1)


def is_closed(session: Session, batch_id: int) -> bool:
    """Whether a batch was closed; nobody closes it before the end of a write that asked."""
    state = session.value(f"SELECT state FROM batch WHERE id = :id {session.lock_row}", id=batch_id)
    return bool(state == "closed")


def count_strata(session: Session, batch_id: int) -> int:
    """In how many strata a batch's leads are."""
    sql = "SELECT count(DISTINCT stratum_id) FROM ticket WHERE batch_id = :batch"
    return int(session.value(sql, batch=batch_id))
