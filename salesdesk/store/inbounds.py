"""Inquiries: who asked for us, since when they wait, who took them and when they were first dialed."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from salesdesk.store.session import Row, Session
from salesdesk.store.tickets import TicketRow, apart_from

_TICKET = ", ".join(f"t.{name}" for name in TicketRow._fields)
_FREE = (
    "(t.state = 'ready' OR (t.state = 'sleeping' AND t.due_at <= :awake) OR (t.state = 'promised'"
    " AND EXISTS (SELECT 1 FROM promise p WHERE p.ticket_id = t.id AND p.due_at <= :until)))"
)
_MINE = (
    "EXISTS (SELECT 1 FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1"
    " WHERE a.person_id = :who AND a.campaign_id = t.campaign_id AND a.turn > 0)"
)
_WAITS = (
    "FROM inbound i JOIN ticket t ON t.id = i.ticket_id WHERE i.station = :station AND i.taken_at IS NULL"
    f" AND i.callable_at > :since AND i.callable_at <= :until AND {_FREE} AND {_MINE}"
)
_OPENED = "arrived_at >= :since - 1296000 AND callable_at >= :since"
"""Of those that may be called since an instant; the law shuts nobody's hours for the 15 days of the index's part."""
_LOOKED_UP = "kind = 'looked_up' AND kind IN ('returned', 'skipped', 'expired', 'looked_up')"
"""The second half names the index."""


class WaitRow(NamedTuple):
    """One inquiry: when it came, from when the law allowed the call, and its first dial. Epoch seconds."""

    arrived_at: int
    callable_at: int
    dialed_at: int | None


def add(
    session: Session,
    *,
    event_id: int,
    ticket: TicketRow,
    source: str,
    arrived_at: int,
    callable_at: int,
    taken_by: int | None,
) -> None:
    """A new inquiry; one of the same ticket that still waits is not waited for any more. With `taken_by` somebody has
    the lead in their hands already."""
    session.do(
        "UPDATE inbound SET taken_at = :now WHERE ticket_id = :ticket AND taken_at IS NULL",
        now=arrived_at,
        ticket=ticket.id,
    )
    session.do(
        "INSERT INTO inbound (event_id, ticket_id, lead_id, campaign_id, station, source, arrived_at, callable_at,"
        " taken_at, taken_by, dialed_at) VALUES (:event, :ticket, :lead, :campaign, :station, :source, :arrived,"
        " :callable, :taken, :who, NULL)",
        event=event_id,
        ticket=ticket.id,
        lead=ticket.lead_id,
        campaign=ticket.campaign_id,
        station=ticket.station,
        source=source,
        arrived=arrived_at,
        callable=callable_at,
        taken=arrived_at if taken_by is not None else None,
        who=taken_by,
    )


def any_waiting(session: Session, station: str, since: int, until: int) -> bool:
    """Whether an inquiry waits that could be called first between `since` and `until`: one probe, which nearly always
    says no."""
    found = session.value(
        "SELECT 1 FROM inbound WHERE station = :station AND taken_at IS NULL AND callable_at > :since"
        " AND callable_at <= :until LIMIT 1",
        station=station,
        since=since,
        until=until,
    )
    return found is not None


def oldest_waiting(
    session: Session, person_id: int, station: str, since: int, until: int, passed: Collection[int] = ()
) -> TicketRow | None:
    """The ticket of the inquiry of this person's campaigns that waits longest, of those that could be called first
    between `since` and `until`, apart from those `passed` over."""
    others = apart_from(passed, "t.id")
    return session.find(
        TicketRow,
        f"SELECT {_TICKET} {_WAITS}{others} ORDER BY i.callable_at, i.event_id LIMIT 1 {session.lock_rows}",
        who=person_id,
        station=station,
        since=since,
        until=until,
        awake=until,
    )


def take(session: Session, ticket_id: int, person_id: int, now: int) -> None:
    """Somebody has the lead in their hands."""
    session.do(
        "UPDATE inbound SET taken_at = :now, taken_by = :who WHERE ticket_id = :ticket AND taken_at IS NULL",
        now=now,
        who=person_id,
        ticket=ticket_id,
    )


def wait_again(session: Session, ticket_id: int) -> None:
    """The lead went back undialed: its last inquiry waits on, with its age."""
    session.do(
        "UPDATE inbound SET taken_at = NULL, taken_by = NULL WHERE dialed_at IS NULL AND event_id ="
        " (SELECT max(event_id) FROM inbound WHERE ticket_id = :ticket)",
        ticket=ticket_id,
    )


def dial(session: Session, ticket_id: int, now: int) -> None:
    """The lead is dialed, or is on the line: the first time counts."""
    session.do(
        "UPDATE inbound SET dialed_at = :now, taken_at = coalesce(taken_at, :now)"
        " WHERE ticket_id = :ticket AND dialed_at IS NULL",
        now=now,
        ticket=ticket_id,
    )


def latest(session: Session, ticket_id: int) -> Row | None:
    """The last inquiry of a ticket."""
    return session.one(
        "SELECT * FROM inbound WHERE ticket_id = :ticket ORDER BY event_id DESC LIMIT 1", ticket=ticket_id
    )


def asked(session: Session, ticket_id: int) -> tuple[int, str] | None:
    """When the last inquiry of a ticket came (epoch seconds), and what they asked; "" once that was erased."""
    found = session.one(
        "SELECT i.arrived_at, a.data FROM inbound i LEFT JOIN answer a ON a.event_id = i.event_id"
        " WHERE i.ticket_id = :ticket ORDER BY i.event_id DESC LIMIT 1",
        ticket=ticket_id,
    )
    if found is None:
        return None
    return int(found["arrived_at"]), str(json.loads(found["data"] or "{}").get("asked", ""))


def waiting(session: Session, since: int, now: int, awake: int, limit: int = 50) -> list[Row]:
    """Inquiries that wait and could be called first after `since`, or are put off until `awake` at most, oldest first:
    event_id, ticket_id, lead_id, campaign_id, station, source, arrived_at, callable_at, company, campaign, and
    again_at, until when they are put off if they are."""
    return list(
        session.all(
            "SELECT i.event_id, i.ticket_id, i.lead_id, i.campaign_id, i.station, i.source, i.arrived_at,"
            " i.callable_at, a.name AS company, c.name AS campaign,"
            " CASE WHEN t.state = 'sleeping' AND t.due_at > :until THEN t.due_at END AS again_at"
            " FROM inbound i JOIN ticket t ON t.id = i.ticket_id"
            " JOIN lead l ON l.id = i.lead_id JOIN account a ON a.id = l.account_id"
            " JOIN campaign c ON c.id = i.campaign_id"
            " WHERE i.taken_at IS NULL AND i.callable_at > :since AND i.callable_at <= :until"
            f" AND {_FREE} ORDER BY i.callable_at, i.event_id LIMIT :limit",
            since=since,
            until=now,
            awake=awake,
            limit=limit,
        )
    )


def offered(session: Session, now: int) -> list[str]:
    """To whom an inquiry is offered at this moment, by name."""
    rows = session.all(
        "SELECT DISTINCT p.name FROM notice n JOIN person p ON p.id = n.person_id"
        " WHERE n.kind = 'offer' AND n.seen_at IS NULL AND n.ends_at > :now ORDER BY p.name",
        now=now,
    )
    return [row["name"] for row in rows]


def is_offered(session: Session, person_id: int, now: int) -> bool:
    """Whether an inquiry is offered to this person at this moment."""
    found = session.value(
        "SELECT 1 FROM notice WHERE person_id = :person AND kind = 'offer' AND ends_at > :now LIMIT 1",
        person=person_id,
        now=now,
    )
    return found is not None


def arrived(session: Session, since: int, person_id: int | None = None) -> list[WaitRow]:
    """Every inquiry whose call the law allows since then, of those that this person took if one is named: whoever asked
    at night counts in the morning."""
    mine = "" if person_id is None else " AND taken_by = :person"
    return session.find_all(
        WaitRow,
        f"SELECT arrived_at, callable_at, dialed_at FROM inbound WHERE {_OPENED}{mine} ORDER BY event_id",
        since=since,
        **({} if person_id is None else {"person": person_id}),
    )


def undial(session: Session, ticket_id: int, since: int) -> None:
    """A first dial that was made since an instant could not be placed: it counts as none."""
    session.do(
        "UPDATE inbound SET dialed_at = NULL WHERE ticket_id = :ticket AND dialed_at >= :since",
        ticket=ticket_id,
        since=since,
    )


class Dialing(NamedTuple):
    """Inquiries: how many, how many of them were dialed, the sum of when (epoch seconds), and from when the last may be
    called."""

    came: int
    dialed: int
    when: int
    last: int


def dialing(session: Session, since: int) -> Dialing:
    """How far the inquiries are whose call the law allows since then."""
    found = session.find(
        Dialing,
        "SELECT count(*), count(dialed_at), coalesce(sum(dialed_at), 0), coalesce(max(callable_at), 0) FROM inbound"
        f" WHERE {_OPENED}",
        since=since,
    )
    assert found is not None, "sums are always there"
    return found


def look_ups(session: Session, person_id: int, since: int) -> list[int]:
    """When this person looked somebody up (epoch seconds), oldest first, from the event id `since` on."""
    rows = session.all(
        f"SELECT at FROM event WHERE person_id = :person AND id >= :since AND {_LOOKED_UP} ORDER BY id",
        person=person_id,
        since=since,
    )
    return [row["at"] for row in rows]


def leave_stratum(session: Session, stratum_id: int) -> None:
    """A lead that nobody was dealt yet goes to another stratum."""
    session.do("UPDATE stratum SET size = size - 1 WHERE id = :id AND size > 0", id=stratum_id)


def list_called(session: Session, name: str) -> int | None:
    """The oldest list of leads of this name."""
    found = session.value("SELECT min(id) FROM lead_list WHERE name = :name AND purpose = 'leads'", name=name)
    return None if found is None else int(found)


def newest_campaign(session: Session, lead_id: int, station: str) -> int | None:
    """The campaign in which a lead was put at a station last."""
    found = session.value(
        "SELECT campaign_id FROM ticket WHERE lead_id = :lead AND station = :station ORDER BY entered_at DESC, id DESC"
        " LIMIT 1",
        lead=lead_id,
        station=station,
    )
    return None if found is None else int(found)
