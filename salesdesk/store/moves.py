"""What moving people reads and writes beside the assignments themselves."""

from __future__ import annotations

from collections.abc import Collection

from salesdesk.store.session import Session


def turns(session: Session, people: Collection[int]) -> dict[tuple[int, int], int]:
    """The turns of some people by (person, campaign); nobody else changes them before the end of a write that asked."""
    some = ", ".join(str(int(id)) for id in people) or "0"
    rows = session.all(
        "SELECT person_id, campaign_id, turn FROM assignment"
        f" WHERE person_id IN ({some}) ORDER BY person_id, campaign_id {session.lock_row}"
    )
    return {(row["person_id"], row["campaign_id"]): row["turn"] for row in rows}


def give_promise(session: Session, ticket_id: int, person_id: int) -> None:
    """Let somebody else keep a promise; 0 is anyone."""
    session.run("UPDATE promise SET person_id = :person WHERE ticket_id = :ticket", person=person_id, ticket=ticket_id)
