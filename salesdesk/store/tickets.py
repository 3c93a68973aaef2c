"""Tickets: the queue itself. Which ticket is next is decided by these indexes and by nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from salesdesk.store import coverage
from salesdesk.store.session import Session


class TicketRow(NamedTuple):
    """A unit of work at a station. `state` is ready, sleeping, promised, held or done; a sleeping ticket wakes at
    `due_at` and, when nobody took it by `sleeps_again_at`, sleeps again. Lower `rank` is served first."""

    id: int
    lead_id: int
    campaign_id: int
    station: str
    kind: str
    batch_id: int | None
    stratum_id: int | None
    lane_id: int | None
    state: str
    rank: int
    due_at: int | None
    sleeps_again_at: int | None
    owner_id: int | None
    owner_until: int | None
    credit_id: int | None
    attempts: int
    dealt: int
    dayparts: str
    variant: str
    entered_at: int


_COLUMNS = TicketRow._fields
_TICKET = f"SELECT {', '.join(_COLUMNS)} FROM ticket"
_INSERT = f"INSERT INTO ticket ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"


def by_id(session: Session, ticket_id: int, *, in_turn: bool = False) -> TicketRow | None:
    """The ticket with this id. With `in_turn`, nobody else changes it before the end of this write."""
    lock = session.lock_row if in_turn else ""
    return session.find(TicketRow, f"{_TICKET} WHERE id = :id {lock}", id=ticket_id)


def of_lead(session: Session, lead_id: int) -> list[TicketRow]:
    """Every ticket of a lead, whatever campaign and station; nobody else changes them before the end of a write that
    asked."""
    order = f"ORDER BY campaign_id, station {session.lock_row}"
    return session.find_all(TicketRow, f"{_TICKET} WHERE lead_id = :lead {order}", lead=lead_id)


def at_station(session: Session, lead_id: int, campaign_id: int, station: str) -> TicketRow | None:
    """A lead's ticket of one campaign at one station; nobody else changes it before the end of a write that asked."""
    return session.find(
        TicketRow,
        f"{_TICKET} WHERE lead_id = :lead AND campaign_id = :campaign AND station = :station {session.lock_row}",
        lead=lead_id,
        campaign=campaign_id,
        station=station,
    )


def add_many(session: Session, tickets: Iterable[Mapping[str, object]]) -> None:
    """Write new tickets (all columns by name); those that are dealt put their leads into their campaigns."""
    rows = list(tickets)
    session.many(_INSERT, rows)
    dealt: dict[int, list[int]] = {}
    for row in rows:
        if row["stratum_id"] is not None:
            dealt.setdefault(int(str(row["campaign_id"])), []).append(int(str(row["lead_id"])))
    for campaign_id, lead_ids in dealt.items():
        coverage.put_in(session, campaign_id, lead_ids)


def remove(session: Session, ticket: TicketRow) -> None:
    """Take away a dealt ticket that never was in anybody's hands; its lead leaves the campaign."""
    session.run("DELETE FROM ticket WHERE id = :id", id=ticket.id)
    coverage.put_in(session, ticket.campaign_id, [ticket.lead_id], by=-1)


def change(session: Session, ticket_id: int, **columns: Any) -> None:
    """Set the named columns of a ticket."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    session.do(f"UPDATE ticket SET {sets} WHERE id = :ticket_id", ticket_id=ticket_id, **columns)


def leave_to_others(session: Session, person_id: int, kind: str) -> None:
    """What waits of one kind and is kept for a person is anyone's from now on."""
    session.run(
        "UPDATE ticket SET owner_id = NULL, owner_until = NULL WHERE owner_id = :person AND kind = :kind"
        " AND state = 'ready'",
        person=person_id,
        kind=kind,
    )


def wake_due(session: Session, now: int, limit: int = 64) -> int:
    """Make sleeping tickets ready whose time has come; returns how many. One index probe when there are none."""
    return session.run(
        "UPDATE ticket SET state = 'ready', due_at = NULL WHERE id IN"
        f" (SELECT id FROM ticket WHERE due_at <= :now ORDER BY due_at LIMIT :limit {session.lock_rows})",
        now=now,
        limit=limit,
    )


class Share(NamedTuple):
    """A stratum that somebody is dealt from: leads released in it, leads dealt to them, and their campaign's turn."""

    stratum_id: int
    released: int
    dealt: int
    turn: int


def shares_of(session: Session, person_id: int, station: str, now: int, day: str) -> list[Share]:
    """The live strata of a person's campaigns at a station whose calls are open, on a day of the floor; those of
    whoever asked for us always are."""
    return session.find_all(
        Share,
        "SELECT s.id, s.size, coalesce(d.n, 0), a.turn"
        " FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1 AND c.station = :station"
        " JOIN stratum s ON s.campaign_id = c.id"
        " LEFT JOIN dealt d ON d.person_id = a.person_id AND d.stratum_id = s.id"
        " WHERE a.person_id = :person AND a.turn > 0"
        " AND ((c.opens_at <= :now AND c.last_day >= :day) OR s.label = 'inbound')",
        person=person_id,
        station=station,
        now=now,
        day=day,
    )


_FREE = "state = 'ready' AND owner_id IS NULL"
_OPEN_LANES = (
    "FROM lane l JOIN call_window w ON w.id = l.window_id AND w.opens_at <= :now AND w.closes_at > :now"
    " WHERE l.stratum_id = :stratum"
)


def head_of_stratum(session: Session, stratum_id: int, now: int, passed: Collection[int] = ()) -> TicketRow | None:
    """The lowest-ranked ready ticket in the open lanes of a stratum, apart from those `passed` over. Probes each
    open lane's index head once.

    Where writers do not take turns, all that is left in that lane may be in the hands of others just now: then it is
    the lowest of all the stratum's lanes that nobody has.
    """
    others = apart_from(passed)
    best = f"(SELECT rank FROM ticket WHERE lane_id = l.id AND {_FREE}{others} ORDER BY rank LIMIT 1)"
    first = f"lane_id = (SELECT l.id {_OPEN_LANES} ORDER BY {best} NULLS LAST LIMIT 1)"
    every = f"lane_id IN (SELECT l.id {_OPEN_LANES})"
    for lanes in (first, every) if session.lock_rows else (first,):
        lowest = f"{lanes} AND {_FREE}{others} ORDER BY rank, id LIMIT 1 {session.lock_rows}"
        found = session.find(TicketRow, f"{_TICKET} WHERE {lowest}", stratum=stratum_id, now=now)
        if found is not None:
            return found
    return None


def apart_from(passed: Collection[int], column: str = "id") -> str:
    """The clause that leaves out the tickets `passed` over."""
    return f" AND {column} NOT IN ({', '.join(str(int(id)) for id in passed)})" if passed else ""


def kept_for(session: Session, person_id: int, station: str, turn: int, now: int, day: str) -> TicketRow | None:
    """The lowest-ranked ready ticket that is kept for a person, of their campaigns of this turn, if it may be called
    now, on a day of the floor."""
    return session.find(
        TicketRow,
        f"{_TICKET} WHERE owner_id = :person AND state = 'ready' AND station = :station"
        " AND EXISTS (SELECT 1 FROM lane l JOIN call_window w ON w.id = l.window_id AND w.opens_at <= :now"
        " AND w.closes_at > :now WHERE l.id = ticket.lane_id)"
        " AND EXISTS (SELECT 1 FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1"
        " AND c.opens_at <= :now AND (c.last_day >= :day OR ticket.kind = 'rebook') WHERE a.person_id = :person"
        " AND a.campaign_id = ticket.campaign_id AND a.turn = :turn)"
        f" ORDER BY rank, id LIMIT 1 {session.lock_rows}",
        person=person_id,
        station=station,
        turn=turn,
        now=now,
        day=day,
    )


def head_of_station(session: Session, station: str, person_id: int) -> TicketRow | None:
    """The lowest-ranked ready ticket of a station whose work is not dealt by strata, apart from those that are a
    colleague's own who is still with us."""
    return session.find(
        TicketRow,
        f"{_TICKET} WHERE station = :station AND state = 'ready' AND lane_id IS NULL"
        " AND (owner_id IS NULL OR owner_id = :person OR NOT EXISTS (SELECT 1 FROM person p WHERE p.id = owner_id"
        f" AND p.active = 1)) ORDER BY rank, id LIMIT 1 {session.lock_rows}",
        station=station,
        person=person_id,
    )


_MISSED = "station = :station AND state = 'ready' AND owner_id IS NULL AND kind = 'rebook'"


class Before(NamedTuple):
    """What comes before a fresh lead: whether any promise is due, when my next one falls due if that is soon, until
    when I am served nothing because I gave too many back (epoch seconds), since when somebody may be called at this
    station who has just asked for us, if anybody waits, and whether a meeting fell through that is kept for nobody."""

    promise_due: bool | None
    mine_due_at: int | None
    barred_until: int | None
    asked_at: int | None
    missed: bool | None


def before_fresh(session: Session, person_id: int, station: str, now: int, soon: int, lately: int) -> Before:
    """What comes before a fresh lead, for a person at a station; `soon` is the end of what is soon, `lately` the
    beginning of what has just been asked. One statement of index probes."""
    found = session.find(
        Before,
        "SELECT (SELECT min(due_at) FROM promise) <= :now,"
        " (SELECT p.due_at FROM promise p JOIN ticket t ON t.id = p.ticket_id AND t.state = 'promised'"
        " AND t.station = :station JOIN campaign c ON c.id = t.campaign_id AND c.live = 1"
        " WHERE p.person_id = :person AND p.due_at > :now AND p.due_at <= :soon ORDER BY p.due_at LIMIT 1),"
        " (SELECT barred_until FROM seat WHERE person_id = :person AND barred_until > :now),"
        " (SELECT min(callable_at) FROM inbound WHERE station = :station AND taken_at IS NULL AND callable_at > :lately"
        " AND callable_at <= :now),"
        f" EXISTS (SELECT 1 FROM ticket WHERE {_MISSED})",
        person=person_id,
        station=station,
        now=now,
        soon=soon,
        lately=lately,
    )
    return found or Before(False, None, None, None, False)


def missed_meeting(
    session: Session, person_id: int, station: str, now: int, passed: Collection[int] = ()
) -> TicketRow | None:
    """The oldest meeting that fell through, is kept for nobody, was not tried yet and may be called now: of a person's
    live campaigns, and of those in which nobody sits who works in them. The end of a campaign does not bear on it."""
    works = "a.campaign_id = ticket.campaign_id AND a.turn > 0"
    mine = f"SELECT 1 FROM assignment a WHERE {works} AND a.person_id = :person"
    anybody = f"SELECT 1 FROM seat CROSS JOIN assignment a WHERE {works} AND a.person_id = seat.person_id"
    return session.find(
        TicketRow,
        f"{_TICKET} WHERE {_MISSED} AND attempts = 0{apart_from(passed)}"
        " AND EXISTS (SELECT 1 FROM lane l JOIN call_window w ON w.id = l.window_id AND w.opens_at <= :now"
        " AND w.closes_at > :now WHERE l.id = ticket.lane_id)"
        " AND EXISTS (SELECT 1 FROM campaign c WHERE c.id = ticket.campaign_id AND c.live = 1 AND c.opens_at <= :now)"
        f" AND (EXISTS ({mine}) OR NOT EXISTS ({anybody} AND seat.state <> 'out'))"
        f" ORDER BY rank, id LIMIT 1 {session.lock_rows}",
        person=person_id,
        station=station,
        now=now,
    )


def count_of_kind(session: Session, campaign_id: int, kind: str) -> int:
    """How many tickets of a campaign are of a kind. A scan: for jobs, never inside a write."""
    return int(
        session.value(
            "SELECT count(*) FROM ticket WHERE campaign_id = :campaign AND kind = :kind",
            campaign=campaign_id,
            kind=kind,
        )
    )
