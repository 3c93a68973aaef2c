"""Who works in which campaign, first or second."""

from __future__ import annotations

from collections.abc import Collection

from salesdesk.store.session import Row, Session


def put(session: Session, person_id: int, campaign_id: int, turn: int) -> None:
    """Let a person work in a campaign: turn 1 before turn 2; turn 0 takes them out, keeps their counts, and gives what
    was kept for them back to everybody."""
    session.run(
        "INSERT INTO assignment (person_id, campaign_id, turn) VALUES (:person, :campaign, :turn)"
        " ON CONFLICT (person_id, campaign_id) DO UPDATE SET turn = excluded.turn",
        person=person_id,
        campaign=campaign_id,
        turn=turn,
    )
    if turn == 0:
        session.run(
            "UPDATE ticket SET owner_id = NULL, owner_until = NULL WHERE owner_id = :person AND campaign_id = :campaign"
            " AND owner_until IS NOT NULL",
            person=person_id,
            campaign=campaign_id,
        )


def turn_in(session: Session, person_id: int, campaign_id: int) -> int:
    """A person's turn in a campaign: 1 before 2, 0 when they do not work in it (any more)."""
    found = session.value(
        "SELECT turn FROM assignment WHERE person_id = :person AND campaign_id = :campaign",
        person=person_id,
        campaign=campaign_id,
    )
    return int(found or 0)


def everything(session: Session, person_id: int | None = None) -> list[Row]:
    """Who works in which campaign, with names."""
    mine = "" if person_id is None else " WHERE a.person_id = :person"
    return list(
        session.all(
            "SELECT a.person_id, p.name AS person, a.campaign_id, c.name AS campaign, c.live, a.turn"
            " FROM assignment a JOIN person p ON p.id = a.person_id JOIN campaign c ON c.id = a.campaign_id"
            f"{mine} ORDER BY a.person_id, a.turn, a.campaign_id",
            person=person_id,
        )
    )


def turns(session: Session, people: Collection[int]) -> dict[tuple[int, int], int]:
    """The turns of some people by (person, campaign); nobody else changes them before the end of a write that asked."""
    some = ", ".join(str(int(id)) for id in people) or "0"
    rows = session.all(
        "SELECT person_id, campaign_id, turn FROM assignment"
        f" WHERE person_id IN ({some}) ORDER BY person_id, campaign_id {session.lock_row}"
    )
    return {(row["person_id"], row["campaign_id"]): row["turn"] for row in rows}
