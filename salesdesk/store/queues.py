"""Stock of the queues, counted through the indexes that the claim uses: no scan of the ticket table."""

from __future__ import annotations

from collections.abc import Collection

from salesdesk.store.session import Row, Session

NEAR, WAKE_BUCKET = 60, 300
"""Seconds into which wake-ups are gathered: those of the hour that a count is good for, and later ones."""


def ready_by_window(session: Session) -> list[Row]:
    """Ready dealt tickets by campaign and window, whether the window is open or not."""
    return list(
        session.all(
            "SELECT s.campaign_id, l.window_id, sum(n.leads) AS leads FROM (SELECT lane_id, count(*) AS leads"
            " FROM ticket WHERE state = 'ready' AND lane_id IS NOT NULL AND owner_id IS NULL GROUP BY lane_id) n"
            " JOIN lane l ON l.id = n.lane_id JOIN stratum s ON s.id = l.stratum_id"
            " GROUP BY s.campaign_id, l.window_id"
        )
    )


def ready_by_station(session: Session) -> list[Row]:
    """Ready tickets of the stations whose work is not dealt."""
    return list(
        session.all(
            "SELECT station, count(*) AS leads FROM ticket WHERE state = 'ready' AND lane_id IS NULL GROUP BY station"
        )
    )


def sleeping(session: Session, now: int, near: int, until: int) -> list[Row]:
    """Sleeping tickets by campaign, station, window (if any) and when they wake, never told too early: at the end of
    the bucket in which it is, of NEAR seconds before `near` and of WAKE_BUCKET then. Those whose time has come are told
    as of `now`, all that wake later than `until` as of then."""
    return list(
        session.all(
            "SELECT campaign_id, station, window_id, at, count(*) AS leads FROM (SELECT t.campaign_id, t.station,"
            " l.window_id, CASE WHEN t.due_at <= :now THEN :now"
            " WHEN t.due_at <= :near THEN (t.due_at + :small - 1) / :small * :small"
            " WHEN t.due_at <= :until THEN (t.due_at + :bucket - 1) / :bucket * :bucket ELSE :until END AS at"
            " FROM ticket t LEFT JOIN lane l ON l.id = t.lane_id WHERE t.due_at IS NOT NULL AND t.state = 'sleeping') n"
            " GROUP BY campaign_id, station, window_id, at",
            now=now,
            near=near,
            until=until,
            small=NEAR,
            bucket=WAKE_BUCKET,
        )
    )


def next_openings(session: Session, now: int, windows: Collection[int]) -> dict[int, int]:
    """When each of these windows opens next after `now`, as far as the law is known; one index probe each."""
    found = {}
    for window in windows:
        at = session.value(
            "SELECT min(opens_at) FROM window_span WHERE window_id = :window AND opens_at > :now",
            window=window,
            now=now,
        )
        if at is not None:
            found[window] = int(at)
    return found


def held(session: Session) -> list[Row]:
    """Tickets in people's hands by campaign and station."""
    return list(
        session.all(
            "SELECT t.campaign_id, t.station, count(*) AS leads FROM hold h JOIN ticket t ON t.id = h.ticket_id"
            " GROUP BY t.campaign_id, t.station"
        )
    )


def promised(session: Session) -> list[Row]:
    """Promised tickets by campaign and station, with the earliest hour promised."""
    return list(
        session.all(
            "SELECT t.campaign_id, t.station, count(*) AS leads, min(p.due_at) AS first"
            " FROM promise p CROSS JOIN ticket t"  # in this order, whatever an engine guesses: promises are few
            " WHERE t.id = p.ticket_id AND t.state = 'promised' GROUP BY t.campaign_id, t.station"
        )
    )


def seated(session: Session, now: int, day: str) -> list[Row]:
    """Who sits where now: person, station, state, the campaign of their last lead and their turn in it, their beat, and
    the live campaign of their first turn whose calls are open on a day of the floor."""
    return list(
        session.all(
            "SELECT s.person_id, s.station, s.state, s.campaign_id, s.boot, s.beat, coalesce((SELECT o.turn"
            " FROM assignment o WHERE o.person_id = s.person_id AND o.campaign_id = s.campaign_id), 0) AS turn,"
            " (SELECT min(a.campaign_id)"
            " FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1 WHERE a.person_id = s.person_id"
            " AND a.turn = 1 AND c.opens_at <= :now AND c.last_day >= :day) AS first_campaign FROM seat s"
            " WHERE s.state <> 'out'",
            now=now,
            day=day,
        )
    )
