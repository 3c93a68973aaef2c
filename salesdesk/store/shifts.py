"""Working weeks and days off."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.store.session import Session


class WeekRow(NamedTuple):
    """A person's working week: weekdays as digits, hours HH:MM by the clocks of `zone`, '' for the floor's."""

    weekdays: str
    shift_start: str
    shift_end: str
    zone: str


def week(session: Session, person_id: int) -> WeekRow | None:
    """The working week of a person."""
    return session.find(
        WeekRow, f"SELECT {', '.join(WeekRow._fields)} FROM person WHERE id = :person", person=person_id
    )


def set_week(session: Session, person_id: int, *, weekdays: str, starts: str, ends: str) -> None:
    """Change a person's working week."""
    session.do(
        "UPDATE person SET weekdays = :weekdays, shift_start = :starts, shift_end = :ends WHERE id = :person",
        weekdays=weekdays,
        starts=starts,
        ends=ends,
        person=person_id,
    )


def days_off(session: Session, person_id: int, since: str) -> list[str]:
    """Somebody's days off (ISO dates) from one on, soonest first."""
    rows = session.all(
        "SELECT day FROM day_off WHERE person_id = :person AND day >= :since ORDER BY day",
        person=person_id,
        since=since,
    )
    return [row["day"] for row in rows]


def add_day_off(session: Session, person_id: int, day: str) -> bool:
    """Take a day off; False when it was off already."""
    sql = "INSERT INTO day_off (person_id, day) VALUES (:person, :day) ON CONFLICT DO NOTHING"
    return bool(session.run(sql, person=person_id, day=day))


def drop_day_off(session: Session, person_id: int, day: str) -> bool:
    """Take a day off back; False when it was none."""
    return bool(session.run("DELETE FROM day_off WHERE person_id = :person AND day = :day", person=person_id, day=day))
