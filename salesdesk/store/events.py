"""The append-only record of what happened."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pydantic_core import to_json

from salesdesk.store.session import Session


class EventRow(NamedTuple):
    """One fact. `at` is epoch seconds of the floor's clock, `day` its date at the floor; `data` holds ids, enums
    and figures, never personal data."""

    id: int
    at: int
    day: str
    kind: str
    person_id: int
    lead_id: int | None
    ticket_id: int | None
    campaign_id: int | None
    station: str
    outcome: str
    map_version: int
    data: dict[str, Any]


_EVENT = f"SELECT {', '.join(EventRow._fields)} FROM event"
_GIVEN = EventRow._fields[1:]
_INTO = f"INSERT INTO event (id, {', '.join(_GIVEN)}) VALUES ("
_VALUES = f", {', '.join(':' + name for name in _GIVEN)})"

LATE = 10
"""Seconds by which a screen still sees a fact that came late: where several write at once, a commit may come after one
with a later event id."""
SETTLED = 120
"""Seconds that no transaction lasts; so long an event may come after one with a higher id."""


def id_floor(at: int) -> int:
    """The lowest id that an event of this instant can have; ids are ordered by time."""
    return at * 1_000_000


def settled(newest: int) -> int:
    """The id up to which no new event comes any more, once this one is committed: transactions end before that."""
    return max(0, newest - id_floor(SETTLED))


def append(session: Session, event: EventRow) -> EventRow:
    """Write a fact; its id is given here, later than that of every fact that this transaction can know of."""
    sql = f"{_INTO}{session.event_id}{_VALUES} RETURNING id"
    return event._replace(id=session.value(sql, **_columns(event)))


def note(session: Session, event: EventRow) -> None:
    """As `append`, for a fact whose id nobody asks for."""
    session.do(f"{_INTO}{session.event_id}{_VALUES}", **_columns(event))


def _columns(event: EventRow) -> dict[str, object]:
    values = event._asdict() | {"floor": id_floor(event.at), "data": to_json(event.data).decode()}
    del values["id"]
    return values


def add_answer(session: Session, event_id: int, lead_id: int, data: Mapping[str, object]) -> None:
    """Keep what was said in an outcome's personal fields, apart from the event so that it can be erased."""
    session.do(
        "INSERT INTO answer (event_id, lead_id, data) VALUES (:event, :lead, :data)",
        event=event_id,
        lead=lead_id,
        data=json.dumps(data),
    )


def answer(session: Session, event_id: int) -> str | None:
    """What was said in an outcome's personal fields, as JSON; None when nothing was, or it is erased."""
    found = session.value("SELECT data FROM answer WHERE event_id = :event", event=event_id)
    return None if found is None else str(found)


def read(*columns: Any) -> EventRow:
    """An event from its columns."""
    *known, data = columns
    return EventRow._make((*known, json.loads(data)))


def newest_id(session: Session) -> int:
    """The id of the last fact, 0 on a floor where nothing happened yet."""
    return int(session.value("SELECT max(id) FROM event") or 0)


def pulse(session: Session) -> int:
    """A number that only goes up, with each fact; so too when one is committed after another with a higher id, as
    happens where writers do not take turns: it is the newest id and the number of facts of the seconds before it."""
    return int(
        session.value(
            "SELECT max(id) + count(*) FROM event WHERE id > (SELECT max(id) FROM event) - :late", late=id_floor(LATE)
        )
        or 0
    )


def ids_of(session: Session, kinds: Collection[str], since: int) -> list[int]:
    """The ids of the facts of some kinds after an event id; for the last seconds, since it looks at each."""
    some = ", ".join(f"'{each}'" for each in kinds)
    return session.find_all(int, f"SELECT id FROM event WHERE id > :since AND kind IN ({some})", since=since)


def of_lead(session: Session, lead_id: int, *, since: int = 0, limit: int = 200) -> list[EventRow]:
    """The newest facts about a lead, newest first."""
    return session.find_all(
        read,
        f"{_EVENT} WHERE lead_id = :lead AND id >= :since ORDER BY id DESC LIMIT :limit",
        lead=lead_id,
        since=since,
        limit=limit,
    )


def dials(session: Session, number_mark: str, since: int) -> list[int]:
    """When any lead that has this number was called (epoch seconds), redials too, from the event id `since` on."""
    rows = session.find_all(
        lambda id, at: (id, at),
        "SELECT e.id, e.at FROM phone p JOIN lead l ON l.contact_id = p.contact_id JOIN event e ON e.lead_id = l.id"
        " WHERE p.mark = :mark AND e.kind IN ('dialed', 'redialed') AND e.id >= :since",
        mark=number_mark,
        since=since,
    )
    return [at for _, at in sorted(set(rows))]  # a lead that has the number twice was called once


def results_of(session: Session, person_id: int, *, since: int = 0, limit: int = 200) -> list[EventRow]:
    """What came of a person's calls, newest first: outcomes, do-not-calls, what was undone or skipped, and when they
    signed in."""
    return session.find_all(
        read,
        f"{_EVENT} WHERE person_id = :person AND id >= :since"
        " AND kind IN ('recorded', 'opted_out', 'undone', 'skipped', 'signed_in') ORDER BY id DESC LIMIT :limit",
        person=person_id,
        since=since,
        limit=limit,
    )


def with_objections(session: Session, campaign_id: int) -> list[EventRow]:
    """A campaign's outcomes with objections that were heard, and whatever was undone in it, oldest first: one pass over
    all events, for a page that somebody asks for."""
    return session.find_all(
        read,
        f"{_EVENT} WHERE campaign_id = :campaign AND (kind = 'undone' OR (kind = 'recorded'"
        " AND data NOT LIKE '%\"objections\":[]%')) ORDER BY id",
        campaign=campaign_id,
    )


def turned(session: Session, since: int) -> list[EventRow]:
    """How people's turns in campaigns were changed from the event id `since` on, in order."""
    return session.find_all(
        read,
        f"{_EVENT} WHERE id >= :since AND kind IN ('assigned', 'moved', 'move_undone') ORDER BY id",
        since=since,
    )


class Trace(NamedTuple):
    """When something was done, its kind and its data."""

    at: int
    kind: str
    data: dict[str, Any]


def given_back(session: Session, person_id: int, since: int, limit: int = 100) -> list[Trace]:
    """The leads that ended in a person's hands without an outcome, newest first, from the event id `since` on."""
    return session.find_all(
        lambda at, kind, data: Trace(at, kind, json.loads(data)),
        "SELECT at, kind, data FROM event WHERE person_id = :person AND id >= :since"
        " AND kind IN ('returned', 'skipped', 'expired', 'looked_up') ORDER BY id DESC LIMIT :limit",
        person=person_id,
        since=since,
        limit=limit,
    )


def lifted_at(session: Session, person_id: int, since: int) -> int:
    """When a person's limits were lifted last (epoch seconds) from the event id `since` on, 0 when they were not; it
    looks at each event, so it is for whoever is at a limit."""
    rows = session.find_all(
        lambda at, data: (at, json.loads(data)),
        "SELECT at, data FROM event WHERE id >= :since AND kind = 'bar_lifted' ORDER BY id",
        since=since,
    )
    return max((int(at) for at, data in rows if data["who"] == person_id), default=0)


def last_result_before(session: Session, person_id: int, at: int) -> int | None:
    """When a person last did something before an instant (epoch seconds): an outcome, a skip, a sign-in."""
    found = session.value(
        "SELECT at FROM event WHERE person_id = :person AND id < :before"
        " AND kind IN ('recorded', 'opted_out', 'undone', 'skipped', 'signed_in') ORDER BY id DESC LIMIT 1",
        person=person_id,
        before=id_floor(at),
    )
    return None if found is None else int(found)


def one(session: Session, event_id: int) -> EventRow | None:
    """The fact with this id."""
    return session.find(read, f"{_EVENT} WHERE id = :id", id=event_id)


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
    undone = session.find_all(read, f"{_EVENT} WHERE id >= :since AND kind = 'undone'", since=since)
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


def nth_result(session: Session, person_id: int, since: int, n: int) -> int | None:
    """When (epoch seconds) a person was through with the n-th newest of their leads since an instant; None when there
    were fewer. A lead is gone through when something came of it, or it was skipped."""
    found = session.value(
        "SELECT at FROM event WHERE person_id = :person AND id >= :floor"
        " AND kind IN ('recorded', 'opted_out', 'undone', 'skipped', 'signed_in')"  # as its index has it
        " AND kind NOT IN ('undone', 'signed_in') ORDER BY id DESC LIMIT 1 OFFSET :before",
        person=person_id,
        floor=id_floor(since),
        before=n - 1,
    )
    return None if found is None else int(found)


def recent(session: Session) -> tuple[int, int]:
    """The newest event id, and how many events are at most LATE seconds older: one of them moves whenever something
    happens, also when a commit comes late."""
    newest = int(session.value("SELECT max(id) FROM event") or 0)
    since = newest - id_floor(LATE)
    return newest, int(session.value("SELECT count(*) FROM event WHERE id > :since", since=since) or 0)
