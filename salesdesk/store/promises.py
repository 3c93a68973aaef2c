"""Promises: agreed callbacks, each the other half of a promised ticket."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from salesdesk.store.session import Row, Session
from salesdesk.store.tickets import TicketRow, apart_from


class PromiseRow(NamedTuple):
    """An agreed callback: served at `due_at`, kept or late by `promised_at` (epoch seconds); person 0 means anyone, and
    `tries` counts the calls to it that reached nobody."""

    ticket_id: int
    person_id: int
    promised_at: int
    due_at: int
    zone: str
    tries: int
    made_at: int


_ABSENT = (
    " AND NOT EXISTS (SELECT 1 FROM seat s WHERE s.person_id = p.person_id"
    " AND s.state NOT IN ('out', 'paused', 'away') AND s.boot = :boot AND s.beat >= :lease_before)"
)
_MY_CAMPAIGN = (
    " AND EXISTS (SELECT 1 FROM assignment a WHERE a.person_id = :who AND a.campaign_id = t.campaign_id AND a.turn > 0)"
)
_TICKET = ", ".join(f"t.{name}" for name in TicketRow._fields)


def put(
    session: Session,
    *,
    ticket_id: int,
    person_id: int,
    promised_at: int,
    due_at: int,
    zone: str,
    tries: int,
    made_at: int,
) -> None:
    """An agreed callback; person 0 means anyone. It is served at `due_at`, and kept or late by `promised_at`."""
    session.do(
        "INSERT INTO promise (ticket_id, person_id, promised_at, due_at, zone, tries, made_at)"
        " VALUES (:ticket, :person, :promised, :due, :zone, :tries, :made) ON CONFLICT (ticket_id) DO UPDATE SET"
        " person_id = excluded.person_id, promised_at = excluded.promised_at, due_at = excluded.due_at,"
        " zone = excluded.zone, tries = excluded.tries, made_at = excluded.made_at",
        ticket=ticket_id,
        person=person_id,
        promised=promised_at,
        due=due_at,
        zone=zone,
        tries=tries,
        made=made_at,
    )


def of_ticket(session: Session, ticket_id: int) -> PromiseRow | None:
    """The promise that a ticket carries."""
    columns = ", ".join(PromiseRow._fields)
    return session.find(PromiseRow, f"SELECT {columns} FROM promise WHERE ticket_id = :ticket", ticket=ticket_id)


def due(
    session: Session,
    person_id: int,
    station: str,
    now: int,
    anyone_after: int,
    boot: str,
    lease_before: int,
    passed: Collection[int] = (),
) -> TicketRow | None:
    """My oldest due promise at a station, else of my campaigns one made for anyone, else one whose owner is not at
    work (out, paused, away, or silent since `lease_before`, boot milliseconds) or is `anyone_after` seconds late; apart
    from those `passed` over."""
    others = apart_from(passed, "t.id")
    for whose, before in (
        (" AND p.person_id = :who", now),
        (f" AND p.person_id = 0{_MY_CAMPAIGN}", now),
        (f"{_ABSENT}{_MY_CAMPAIGN}", now),
        (_MY_CAMPAIGN, now - anyone_after),
    ):
        found = session.find(
            TicketRow,
            f"SELECT {_TICKET} FROM promise p JOIN ticket t ON t.id = p.ticket_id"
            f" WHERE p.due_at <= :before AND t.state = 'promised' AND t.station = :station{whose}{others}"
            f" ORDER BY p.due_at LIMIT 1 {session.lock_rows}",
            before=before,
            station=station,
            who=person_id,
            boot=boot,
            lease_before=lease_before,
        )
        if found:
            return found
    return None


def waiting(session: Session, now: int, limit: int = 200) -> list[Row]:
    """Promises whose time has come and that nobody has in hand, oldest first; their time is the hour that was promised,
    though they be put off."""
    return list(
        session.all(
            "SELECT p.ticket_id, t.campaign_id, p.person_id, p.promised_at, p.due_at, p.tries,"
            " coalesce(n.name, '') AS person"
            " FROM promise p CROSS JOIN ticket t"  # in this order, whatever an engine guesses: promises are few
            " LEFT JOIN person n ON n.id = p.person_id"
            " WHERE p.promised_at <= :now AND t.id = p.ticket_id AND t.state = 'promised'"
            " ORDER BY p.promised_at LIMIT :limit",
            now=now,
            limit=limit,
        )
    )


def due_by(session: Session, *, until: int, person_id: int | None = None) -> list[Row]:
    """Promises due by `until`, soonest first, with names."""
    mine = "" if person_id is None else " AND p.person_id = :person"
    return list(
        session.all(
            "SELECT p.*, t.lead_id, t.campaign_id, t.state, k.first_name, k.last_name, a.name AS account,"
            " coalesce(n.name, 'anyone') AS person FROM promise p JOIN ticket t ON t.id = p.ticket_id"
            " JOIN lead l ON l.id = t.lead_id JOIN contact k ON k.id = l.contact_id"
            " JOIN account a ON a.id = l.account_id LEFT JOIN person n ON n.id = p.person_id"
            f" WHERE p.due_at <= :until{mine} ORDER BY p.due_at",
            until=until,
            person=person_id,
        )
    )


def postpone(session: Session, ticket_id: int, due_at: int, *, to_anyone: bool = False) -> None:
    """Move a promise that may not be kept yet, or not by its owner."""
    anyone = ", person_id = 0" if to_anyone else ""
    session.do(f"UPDATE promise SET due_at = :due{anyone} WHERE ticket_id = :ticket", due=due_at, ticket=ticket_id)


def give(session: Session, ticket_id: int, person_id: int) -> None:
    """Let somebody else keep a promise; 0 is anyone."""
    session.run("UPDATE promise SET person_id = :person WHERE ticket_id = :ticket", person=person_id, ticket=ticket_id)


def pass_to_anyone(session: Session, ticket_id: int, person_id: int) -> bool:
    """Let anyone keep a promise of a person; False when it is not theirs (any more)."""
    return bool(
        session.run(
            "UPDATE promise SET person_id = 0 WHERE ticket_id = :ticket AND person_id = :person",
            ticket=ticket_id,
            person=person_id,
        )
    )


def set_zone(session: Session, ticket_id: int, zone: str) -> None:
    """A promise is told in the zone in which the prospect is; its instant stands."""
    session.do("UPDATE promise SET zone = :zone WHERE ticket_id = :ticket", zone=zone, ticket=ticket_id)


def drop(session: Session, ticket_id: int) -> None:
    """The promise is kept or cancelled."""
    session.do("DELETE FROM promise WHERE ticket_id = :ticket", ticket=ticket_id)
