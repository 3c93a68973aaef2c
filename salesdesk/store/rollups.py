"""The sums of each day, moved in the transaction of the fact that moves them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from salesdesk.store.session import Row, Session

_ROLLUP = (
    "INSERT INTO rollup (day, person_id, campaign_id, station, outcome, map_version, n, talk_seconds, wrap_seconds)"
    " VALUES {sums} ON CONFLICT (day, person_id, campaign_id, station, outcome, map_version)"
    " DO UPDATE SET n = rollup.n + excluded.n, talk_seconds = rollup.talk_seconds + excluded.talk_seconds,"
    " wrap_seconds = rollup.wrap_seconds + excluded.wrap_seconds"
)
_COUNTS = "substr(outcome, 1, 1) IN ('@', '#')"
"""Flags and events; the others are outcomes."""


class Sum(NamedTuple):
    """A signed amount by which a day's sum of an outcome moves; talk and wrap in seconds."""

    outcome: str
    n: int
    talk: int
    wrap: int


def add(
    session: Session, *, day: str, person: int, campaign: int, station: str, version: int, sums: Sequence[Sum]
) -> None:
    """Move one day's sums of a person's work at a station, each outcome once."""
    moved = {f"{name}{nth}": value for nth, each in enumerate(sums) for name, value in each._asdict().items()}
    session.do(
        _statement(len(sums)), day=day, person=person, campaign=campaign, station=station, version=version, **moved
    )


@cache
def _statement(count: int) -> str:
    rows = (
        f"(:day, :person, :campaign, :station, :outcome{n}, :version, :n{n}, :talk{n}, :wrap{n})" for n in range(count)
    )
    return _ROLLUP.format(sums=", ".join(rows))


def of_person(session: Session, person_id: int, days: Sequence[str]) -> list[Row]:
    """A person's sums of flags and events by day and station; one index probe for each day."""
    if not days:
        return []
    named = {f"day{n}": day for n, day in enumerate(days)}
    return list(
        session.all(
            "SELECT day, station, outcome, sum(n) AS n FROM rollup WHERE person_id = :person"
            f" AND day IN ({', '.join(':' + name for name in named)}) AND {_COUNTS}"
            " GROUP BY day, station, outcome",
            person=person_id,
            **named,
        )
    )


def of_day(session: Session, day: str) -> list[Row]:
    """A day's sums of flags and events by person and station."""
    return list(
        session.all(
            "SELECT person_id, station, outcome, sum(n) AS n FROM rollup"
            f" WHERE day = :day AND {_COUNTS} GROUP BY person_id, station, outcome",
            day=day,
        )
    )


def talk_by_person(session: Session, day: str, station: str, people: Sequence[int]) -> dict[int, int]:
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


def between(session: Session, first: str, last: str) -> list[Row]:
    """Sums of flags and events over several days by station."""
    return list(
        session.all(
            "SELECT station, outcome, sum(n) AS n FROM rollup"
            f" WHERE day >= :first AND day <= :last AND {_COUNTS} GROUP BY station, outcome",
            first=first,
            last=last,
        )
    )
