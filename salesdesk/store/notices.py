"""Word to a person or to everybody: short sentences that wait until they are seen or over."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from salesdesk.store import counters
from salesdesk.store.session import Session

EVERYBODY = 0
"""Stands for a person's id where a notice is for all."""


class NoticeRow(NamedTuple):
    """One sentence to somebody. Times are epoch seconds; `sender_id` 0 is the floor itself."""

    id: int
    person_id: int
    sender_id: int
    kind: str
    text: str
    at: int
    ends_at: int


_NOTICE = f"SELECT {', '.join(NoticeRow._fields)} FROM notice"


def add(session: Session, *, person_id: int, sender_id: int, kind: str, text: str, at: int, ends_at: int) -> int:
    """A new notice's id. What ended for the same person (or for everybody) is forgotten."""
    session.do("DELETE FROM notice WHERE person_id = :person AND ends_at <= :now", person=person_id, now=at)
    id = counters.take(session, "notice")
    session.do(
        "INSERT INTO notice (id, person_id, sender_id, kind, text, at, ends_at)"
        " VALUES (:id, :person, :sender, :kind, :text, :at, :ends_at)",
        id=id,
        person=person_id,
        sender=sender_id,
        kind=kind,
        text=text,
        at=at,
        ends_at=ends_at,
    )
    return id


def unseen(session: Session, person_id: int, now: int) -> list[NoticeRow]:
    """What was sent to somebody or to everybody, is not seen and not over, oldest first."""
    return session.find_all(
        NoticeRow,
        f"{_NOTICE} WHERE person_id IN (:person, {EVERYBODY}) AND seen_at IS NULL AND ends_at > :now ORDER BY id",
        person=person_id,
        now=now,
    )


def see(session: Session, person_id: int, ids: Collection[int], now: int) -> None:
    """Somebody has seen these of their own notices."""
    if ids:
        chosen = ", ".join(str(int(id)) for id in ids)
        session.do(
            f"UPDATE notice SET seen_at = :now WHERE person_id = :person AND seen_at IS NULL AND id IN ({chosen})",
            person=person_id,
            now=now,
        )
