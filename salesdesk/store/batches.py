"""Tickets of a batch that nobody was dealt yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from salesdesk.store.coverage import put_in
from salesdesk.store.session import Session


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


def strata(session: Session, batch_id: int) -> int:
    """In how many strata a batch's leads are."""
    sql = "SELECT count(DISTINCT stratum_id) FROM ticket WHERE batch_id = :batch"
    return int(session.value(sql, batch=batch_id))


def of_kind(session: Session, campaign_id: int, kind: str) -> int:
    """How many tickets of a campaign are of a kind. A scan: for jobs, never inside a write."""
    return int(
        session.value(
            "SELECT count(*) FROM ticket WHERE campaign_id = :campaign AND kind = :kind",
            campaign=campaign_id,
            kind=kind,
        )
    )
