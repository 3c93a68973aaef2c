"""Call windows as rows that open and close, and the lanes (stratum x window) that tickets wait in."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


def window(
    session: Session, *, key: str, place: str, spans: Sequence[tuple[int, int]], now: int, known_until: int
) -> int:
    """The id of the window with this key, made with its spans (epoch seconds, half-open) when new."""
    known = session.value("SELECT id FROM call_window WHERE key = :key", key=key)
    if known is not None:
        return int(known)
    made = session.value(
        "INSERT INTO call_window (id, key, place, opens_at, closes_at, known_until)"
        " VALUES (:id, :key, :place, 0, 0, :until) ON CONFLICT (key) DO NOTHING RETURNING id",
        id=counters.take(session, "call_window"),
        key=key,
        place=place,
        until=known_until,
    )
    if made is None:  # somebody else has made it meanwhile
        return int(session.value("SELECT id FROM call_window WHERE key = :key", key=key))
    add_spans(session, made, spans, known_until)
    turn_over(session, made, now)
    return int(made)


def add_spans(session: Session, window_id: int, spans: Sequence[tuple[int, int]], known_until: int) -> None:
    """Say when a window is open, up to `known_until`."""
    session.many(
        "INSERT INTO window_span (window_id, opens_at, closes_at) VALUES (:window, :opens, :closes)"
        " ON CONFLICT (window_id, opens_at) DO UPDATE SET closes_at = excluded.closes_at",
        ({"window": window_id, "opens": opens, "closes": closes} for opens, closes in spans),
    )
    session.run("UPDATE call_window SET known_until = :until WHERE id = :id", until=known_until, id=window_id)


def due_to_turn(session: Session, now: int, limit: int = 50) -> list[Row]:
    """Windows whose present span is over and whose next is not read yet; ends of knowledge within 48 hours too. Waits
    for whoever is turning them already."""
    return list(
        session.all(
            f"SELECT * FROM call_window WHERE closes_at <= :now ORDER BY closes_at, id LIMIT :limit {session.lock_row}",
            now=now,
            limit=limit,
        )
    )


def turn_over(session: Session, window_id: int, now: int) -> None:
    """Make the span that is open at `now`, or the next one, the window's present span."""
    span = session.one(
        "SELECT opens_at, closes_at FROM window_span WHERE window_id = :id AND closes_at > :now"
        " ORDER BY opens_at LIMIT 1",
        id=window_id,
        now=now,
    )
    known_until = session.value("SELECT known_until FROM call_window WHERE id = :id", id=window_id)
    opens, closes = (span["opens_at"], span["closes_at"]) if span else (known_until, known_until)
    session.run(
        "UPDATE call_window SET opens_at = :opens, closes_at = :closes WHERE id = :id",
        opens=opens,
        closes=closes,
        id=window_id,
    )


def spans(session: Session, start: int, end: int) -> list[Row]:
    """Every span that touches the period from `start` to `end`."""
    return list(
        session.all(
            "SELECT window_id, opens_at, closes_at FROM window_span WHERE closes_at > :start AND opens_at < :end"
            " ORDER BY window_id, opens_at",
            start=start,
            end=end,
        )
    )


def ahead(session: Session, now: int) -> list[Row]:
    """Every window with its place and the span that is open or comes next; None where no span is known."""
    span = "(SELECT min({0}) FROM window_span s WHERE s.window_id = w.id AND s.closes_at > :now)"
    return list(
        session.all(
            f"SELECT w.id, w.place, {span.format('s.opens_at')} AS opens_at, {span.format('s.closes_at')} AS closes_at"
            " FROM call_window w",
            now=now,
        )
    )


def lane(session: Session, stratum_id: int, window_id: int) -> int:
    """The id of a lane, made when new."""
    known = session.value(
        "SELECT id FROM lane WHERE stratum_id = :stratum AND window_id = :window", stratum=stratum_id, window=window_id
    )
    if known is not None:
        return int(known)
    made = session.value(
        "INSERT INTO lane (id, stratum_id, window_id) VALUES (:id, :stratum, :window)"
        " ON CONFLICT (stratum_id, window_id) DO UPDATE SET window_id = excluded.window_id RETURNING id",
        id=counters.take(session, "lane"),
        stratum=stratum_id,
        window=window_id,
    )
    return int(made)
