"""What a person's days added up to."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store.session import Row, Session


def sums_of(session: Session, person_id: int, days: Sequence[str]) -> list[Row]:
    """A person's sums of flags and events by day and station; one index probe for each day."""
    if not days:
        return []
    named = {f"day{n}": day for n, day in enumerate(days)}
    return list(
        session.all(
            "SELECT day, station, outcome, sum(n) AS n FROM rollup WHERE person_id = :person"
            f" AND day IN ({', '.join(':' + name for name in named)}) AND substr(outcome, 1, 1) IN ('@', '#')"
            " GROUP BY day, station, outcome",
            person=person_id,
            **named,
        )
    )


def times_of(session: Session, person_id: int, day: str) -> dict[str, int]:
    """Seconds of a person's day by state, as far as they are charged."""
    rows = session.all(
        "SELECT state, sum(seconds) AS seconds FROM seat_time WHERE day = :day AND person_id = :person GROUP BY state",
        day=day,
        person=person_id,
    )
    return {row["state"]: int(row["seconds"]) for row in rows}


def pass_to_anyone(session: Session, ticket_id: int, person_id: int) -> bool:
    """Let anyone keep a promise of a person; False when it is not theirs (any more)."""
    return bool(
        session.run(
            "UPDATE promise SET person_id = 0 WHERE ticket_id = :ticket AND person_id = :person",
            ticket=ticket_id,
            person=person_id,
        )
    )
