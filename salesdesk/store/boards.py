"""What the wall board reads. Statements of the first part are probes and small sums, asked every second; those of the
second count stock and are asked as rarely as their cost demands (see `desk.boards.Kept`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from salesdesk.store.events import EventRow, read
from salesdesk.store.session import Row, Session

_COUNTS = "substr(outcome, 1, 1) IN ('@', '#')"


def sums(session: Session, day: str) -> list[Row]:
    """A day's sums of flags and events by person and station."""
    return list(
        session.all(
            "SELECT person_id, station, outcome, sum(n) AS n FROM rollup"
            f" WHERE day = :day AND {_COUNTS} GROUP BY person_id, station, outcome",
            day=day,
        )
    )


def talk(session: Session, day: str, station: str, people: Sequence[int]) -> dict[int, int]:
    """Talk seconds of a day at a station by person."""
    some = ", ".join(str(int(id)) for id in people) or "0"
    rows = session.all(
        "SELECT person_id, sum(talk_seconds) AS talk FROM rollup"
        f" WHERE day = :day AND person_id IN ({some}) AND station = :station GROUP BY person_id",
        day=day,
        station=station,
    )
    return {row["person_id"]: int(row["talk"]) for row in rows}


def days_before(session: Session, day: str, most: int) -> list[str]:
    """The last floor days before a day on which anything was counted, newest first; one index probe each."""
    found: list[str] = []
    while len(found) < most:
        last = session.value("SELECT max(day) FROM rollup WHERE day < :day", day=found[-1] if found else day)
        if last is None:
            break
        found.append(str(last))
    return found


def sums_between(session: Session, first: str, last: str) -> list[Row]:
    """Sums of flags and events over several days by station."""
    return list(
        session.all(
            "SELECT station, outcome, sum(n) AS n FROM rollup"
            f" WHERE day >= :first AND day <= :last AND {_COUNTS} GROUP BY station, outcome",
            first=first,
            last=last,
        )
    )


def due_promises(session: Session, now: int, limit: int = 200) -> list[Row]:
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


def meetings_waiting(session: Session, now: int, booked_before: int) -> Row:
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


def released_since(session: Session, since: int) -> int:
    """Leads of the batches released since an instant."""
    return int(session.value("SELECT sum(released) FROM batch WHERE released_at >= :since", since=since) or 0)


# stock: counted within a budget -------------------------------------------------------------------------------------


def raw_leads(session: Session, now: int) -> int:
    """Leads of the house list that are not at rest, have a good number, and were never released to a campaign."""
    return int(
        session.value(
            "SELECT count(*) FROM lead l WHERE (l.rests_until IS NULL OR l.rests_until <= :now)"
            " AND l.list_id IN (SELECT id FROM lead_list WHERE purpose = 'leads')"
            " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.lead_id = l.id)"
            " AND EXISTS (SELECT 1 FROM phone p WHERE p.contact_id = l.contact_id AND p.state = 'good')",
            now=now,
        )
    )


class Done(NamedTuple):
    """How many outcomes a person recorded in a campaign at a station."""

    campaign_id: int | None
    station: str
    person_id: int
    n: int


def outcomes_since(session: Session, since: int) -> list[Done]:
    """Outcomes recorded from an event id on, less those of them that were undone."""
    found = session.find_all(
        Done,
        "SELECT campaign_id, station, person_id, count(*) FROM event"
        " WHERE id >= :since AND kind IN ('recorded', 'opted_out') GROUP BY campaign_id, station, person_id",
        since=since,
    )
    columns = ", ".join(EventRow._fields)
    undone = session.find_all(
        read, f"SELECT {columns} FROM event WHERE id >= :since AND kind = 'undone'", since=since
    )  # fmt: skip
    late = [each for each in undone if each.data["recorded"] >= since]
    return [*found, *(Done(each.campaign_id, each.station, each.person_id, -1) for each in late)]


def flagged_since(session: Session, since: int) -> list[tuple[EventRow, str, str, str]]:
    """Outcomes from an event id on that may carry the flags bad_data or positive (whoever asks reads the event's own
    flags), and what undid them; each with its person, campaign and list."""
    columns = ", ".join(f"e.{name}" for name in EventRow._fields)
    return session.find_all(
        _flagged,
        f"SELECT n.name, c.name, s.name, {columns} FROM event e"
        " LEFT JOIN person n ON n.id = e.person_id LEFT JOIN campaign c ON c.id = e.campaign_id"
        " LEFT JOIN lead l ON l.id = e.lead_id LEFT JOIN lead_list s ON s.id = l.list_id"
        " WHERE e.id >= :since AND e.kind IN ('recorded', 'undone')"
        " AND (e.data LIKE '%\"bad_data\"%' OR e.data LIKE '%\"positive\"%') ORDER BY e.id",
        since=since,
    )


def _flagged(
    person: str | None, campaign: str | None, some_list: str | None, *event: Any
) -> tuple[EventRow, str, str, str]:
    return read(*event), person or "", campaign or "", some_list or ""
