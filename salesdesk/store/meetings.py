"""Meetings, and the slots of executives that are taken: for a meeting, or for three minutes while somebody talks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


class HoursRow(NamedTuple):
    """An executive and their hours; the hours are None where they were never set."""

    id: int
    name: str
    zone: str
    weekdays: str | None
    starts: str | None
    ends: str | None
    minutes: int | None
    most_a_day: int | None
    email: str | None


class SlotRow(NamedTuple):
    """Time of an executive that is taken. `kept_until` is set while it is only kept, `meeting_id` once it is booked."""

    executive_id: int
    starts_at: int
    ends_at: int
    person_id: int
    ticket_id: int
    token: str
    kept_until: int | None
    meeting_id: int | None


class MeetingRow(NamedTuple):
    """A meeting. `state` is booked, held, no_show, rejected, called_off (by the prospect), undone or cancelled (by
    us); `invite` is pending, sent, withdraw (a cancellation has to go out), withdrawn or none. `executive_id` 0: nobody
    yet. `event_id` is the outcome that booked it, `marked_event` the fact that said what came of it, `moved_event` the
    outcome that moved it last."""

    id: int
    lead_id: int
    account_id: int
    campaign_id: int
    stratum_id: int | None
    ticket_id: int
    executive_id: int
    starts_at: int
    ends_at: int
    zone: str
    state: str
    booked_by: int
    booked_at: int
    uid: str
    sequence: int
    invite: str
    invited_at: int | None
    marked_by: int | None
    marked_at: int | None
    marked_event: int | None
    event_id: int
    moved_event: int | None
    reason: str
    rebooks: int


_MEETING = f"SELECT {', '.join(MeetingRow._fields)} FROM meeting"
_SLOT = f"SELECT {', '.join(SlotRow._fields)} FROM slot"
COUNTED = "('booked', 'held', 'rejected')"
"""States that count for an executive's share: a meeting that is lost or cancelled gives its place in the mix back."""


def _ids(people: Collection[int]) -> str:
    return ", ".join(str(int(each)) for each in people)


# executives ---------------------------------------------------------------------------------------------------------


def executives(session: Session, role: str) -> list[HoursRow]:
    """Everybody at work with this role, with their hours, by id."""
    return session.find_all(
        HoursRow,
        "SELECT p.id, p.name, p.zone, h.weekdays, h.starts, h.ends, h.minutes, h.most_a_day, h.email FROM person p"
        " LEFT JOIN executive_hours h ON h.person_id = p.id"
        " WHERE p.active = 1 AND ' ' || p.roles || ' ' LIKE :role ORDER BY p.id",
        role=f"% {role} %",
    )


def set_hours(session: Session, **hours: object) -> None:
    """Write an executive's hours."""
    columns = ("person_id", "weekdays", "starts", "ends", "minutes", "most_a_day", "email")
    sets = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    session.do(
        f"INSERT INTO executive_hours ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
        f" ON CONFLICT (person_id) DO UPDATE SET {sets}",
        **hours,
    )


def address_of(session: Session, person_id: int) -> str:
    """The address that an executive's invitations come from; '' when none was set."""
    found = session.value("SELECT email FROM executive_hours WHERE person_id = :person", person=person_id)
    return str(found or "")


def days_off(session: Session, people: Collection[int], since: str) -> list[tuple[int, str]]:
    """Days off of these people from an ISO date on: (person, day)."""
    rows = session.all(
        f"SELECT person_id, day FROM day_off WHERE person_id IN ({_ids(people)}) AND day >= :since", since=since
    )
    return [(row["person_id"], row["day"]) for row in rows]


def booked_counts(session: Session, people: Collection[int], stratum: int | None, since: int) -> dict[int, Row]:
    """Meetings of these executives from `since` on that count for the mix: `here` of a stratum, `n` in all."""
    rows = session.all(
        "SELECT executive_id, count(*) AS n, sum(CASE WHEN stratum_id = :stratum THEN 1 ELSE 0 END) AS here"
        f" FROM meeting WHERE executive_id IN ({_ids(people)}) AND starts_at >= :since AND state IN {COUNTED}"
        " GROUP BY executive_id",
        stratum=stratum or 0,
        since=since,
    )
    return {row["executive_id"]: row for row in rows}


# slots --------------------------------------------------------------------------------------------------------------


def taken(
    session: Session, people: Collection[int], since: int, until: int, now: int, *, lead: int = 0, campaign: int = 0
) -> list[SlotRow]:
    """What is booked, or kept at this moment, in [since, until) of these executives, but for the booked meeting of a
    lead in a campaign, which does not stand in the way of itself."""
    return session.find_all(
        SlotRow,
        f"{_SLOT} WHERE executive_id IN ({_ids(people)}) AND ends_at > :since AND starts_at < :until"
        " AND (kept_until IS NULL OR kept_until > :now) AND NOT EXISTS (SELECT 1 FROM meeting m"
        " WHERE m.id = meeting_id AND m.lead_id = :lead AND m.campaign_id = :campaign AND m.state = 'booked')"
        " ORDER BY executive_id, starts_at",
        since=since,
        until=until,
        now=now,
        lead=lead,
        campaign=campaign,
    )


def kept(session: Session, ticket_id: int) -> SlotRow | None:
    """The slot that is kept for a ticket, run out or not."""
    return session.find(SlotRow, f"{_SLOT} WHERE ticket_id = :ticket AND meeting_id IS NULL", ticket=ticket_id)


def let_go(session: Session, ticket_id: int, people: Collection[int], now: int) -> None:
    """Give back what is kept for a ticket, and whatever was kept of these executives until now."""
    session.do(
        "DELETE FROM slot WHERE meeting_id IS NULL AND (ticket_id = :ticket"
        f" OR (executive_id IN ({_ids(people) or '0'}) AND kept_until <= :now))",
        ticket=ticket_id,
        now=now,
    )


def take_slot(session: Session, slot: SlotRow) -> bool:
    """Take a slot; False when it is taken."""
    names = SlotRow._fields
    return bool(
        session.run(
            f"INSERT INTO slot ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"
            " ON CONFLICT DO NOTHING",
            **slot._asdict(),
        )
    )


def free_slot(session: Session, meeting_id: int) -> None:
    """Give back the slot of a meeting."""
    session.do("DELETE FROM slot WHERE meeting_id = :meeting", meeting=meeting_id)


# meetings -----------------------------------------------------------------------------------------------------------


def add(session: Session, **columns: object) -> int:
    """A new meeting's id."""
    id = counters.take(session, "meeting")
    names = MeetingRow._fields
    blank = dict.fromkeys(("invited_at", "marked_by", "marked_at", "marked_event", "moved_event"))
    session.do(
        f"INSERT INTO meeting ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})",
        **(blank | columns | {"id": id}),
    )
    return id


def change(session: Session, meeting_id: int, **columns: Any) -> None:
    """Set the named columns of a meeting."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    session.do(f"UPDATE meeting SET {sets} WHERE id = :meeting_id", meeting_id=meeting_id, **columns)


def by_id(session: Session, meeting_id: int, *, in_turn: bool = False) -> MeetingRow | None:
    """The meeting with this id. With `in_turn`, nobody else changes it before the end of this write."""
    lock = session.lock_row if in_turn else ""
    return session.find(MeetingRow, f"{_MEETING} WHERE id = :id {lock}", id=meeting_id)


def of_lead(session: Session, lead_id: int) -> list[MeetingRow]:
    """The meetings of a lead, newest first; nobody else changes them before the end of a write that asked."""
    return session.find_all(
        MeetingRow, f"{_MEETING} WHERE lead_id = :lead ORDER BY id DESC {session.lock_row}", lead=lead_id
    )


def last_of_company(session: Session, account_id: int) -> MeetingRow | None:
    """The meeting of anybody of an account that ends last, of those that stand or were held."""
    people = "SELECT l.id FROM contact k JOIN lead l ON l.contact_id = k.id WHERE k.account_id = :account"
    return session.find(
        MeetingRow,
        f"{_MEETING} WHERE lead_id IN ({people}) AND state IN ('booked', 'held') ORDER BY ends_at DESC, id LIMIT 1",
        account=account_id,
    )


_LINE = (
    "SELECT m.*, k.first_name, k.last_name, k.title, k.email, a.name AS account, c.name AS campaign,"
    " coalesce(x.name, '') AS executive, coalesce(b.name, '') AS booker FROM meeting m"
    " JOIN lead l ON l.id = m.lead_id JOIN contact k ON k.id = l.contact_id JOIN account a ON a.id = m.account_id"
    " JOIN campaign c ON c.id = m.campaign_id LEFT JOIN person x ON x.id = m.executive_id"
    " LEFT JOIN person b ON b.id = m.booked_by"
)


def line(session: Session, meeting_id: int) -> Row | None:
    """A meeting with the names of everybody in it."""
    return session.one(f"{_LINE} WHERE m.id = :id", id=meeting_id)


def lines(
    session: Session, since: int, limit: int, *, executive: int | None = None, booker: int | None = None
) -> list[Row]:
    """Meetings with names, soonest first: all that are booked, those whose cancellation has to go out, and what was
    marked or starts from `since` on; only an executive's own, or those that somebody booked, when named."""
    whose = " AND m.executive_id = :executive" if executive is not None else ""
    whose += " AND m.booked_by = :booker" if booker is not None else ""
    return list(
        session.all(
            f"{_LINE} WHERE (m.state = 'booked' OR m.invite = 'withdraw' OR m.starts_at >= :since"
            f" OR m.marked_at >= :since) AND m.state <> 'undone'{whose} ORDER BY m.starts_at, m.id LIMIT :limit",
            since=since,
            limit=limit,
            executive=executive,
            booker=booker,
        )
    )


def day_sums(session: Session, start: int, end: int, now: int) -> Row:
    """The meetings of a day [start, end): booked in it and invited (apart from those undone); due in it so far, whose
    time is over or whose result is known before, and of those held and no-shows."""
    found = session.one(
        "SELECT (SELECT count(*) FROM meeting WHERE booked_at >= :start AND booked_at < :end AND state <> 'undone'"
        " AND invited_at IS NOT NULL) AS invited,"
        " (SELECT count(*) FROM meeting WHERE starts_at >= :start AND starts_at < :end"
        " AND (state IN ('held', 'no_show') OR (state = 'booked' AND ends_at <= :now))) AS due,"
        " (SELECT count(*) FROM meeting WHERE starts_at >= :start AND starts_at < :end AND state = 'held') AS held,"
        " (SELECT count(*) FROM meeting WHERE starts_at >= :start AND starts_at < :end AND state = 'no_show')"
        " AS no_show",
        start=start,
        end=end,
        now=now,
    )
    assert found is not None, "counts are always there"
    return found


def waiting(session: Session, now: int, booked_before: int) -> Row:
    """Booked meetings that want somebody: over without a result, and not over, booked long ago and not invited; how
    many, and since when the oldest."""
    found = session.one(
        "SELECT coalesce(sum(CASE WHEN ends_at <= :now THEN 1 ELSE 0 END), 0) AS unresolved,"
        " min(CASE WHEN ends_at <= :now THEN starts_at END) AS unresolved_since,"
        " coalesce(sum(CASE WHEN ends_at > :now AND invite = 'pending' AND booked_at <= :before THEN 1 ELSE 0 END), 0)"
        " AS uninvited,"
        " min(CASE WHEN ends_at > :now AND invite = 'pending' AND booked_at <= :before THEN booked_at END)"
        " AS uninvited_since FROM meeting WHERE state = 'booked'",
        now=now,
        before=booked_before,
    )
    assert found is not None, "sums are always there"
    return found
