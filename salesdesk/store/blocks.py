"""What holds tickets back, counted by cause."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store.session import Row, Session

__all__ = ["Row", "by_cause"]


REST = 14 * 86_400
"""Seconds: whoever sleeps for longer rests, the others cool down between tries."""

_COMPANY = (
    "EXISTS (SELECT 1 FROM lead d JOIN account a ON a.id = d.account_id AND a.rests_until = t.due_at"
    " WHERE d.id = t.lead_id)"
)
_UNOPENED = "t.state = 'ready' AND c.opens_at > :now AND t.kind <> 'inbound'"
_NEVER = "w.opens_at >= w.known_until"
"""A window without any hour ahead stands at its horizon."""
_ENDED = (
    "t.state IN ('ready', 'sleeping') AND c.last_day < :day AND t.kind <> 'inbound'"
    " AND NOT (t.kind = 'rebook' AND t.attempts = 0)"
)


def by_cause(
    session: Session, campaign_ids: Sequence[int], station: str, now: int, day: str, person_id: int
) -> list[Row]:
    """Tickets of campaigns at a station by cause (ready, window, kept, ended, unopened, sleeping, company, resting,
    promised, held, paused, done) at an instant of a floor's day, each with the earliest instant at which the clock
    frees one. What is kept is so for somebody else than this person; `who` is one of the `owners`. For `never` of them
    no hour is known ahead."""
    some = ", ".join(str(int(id)) for id in campaign_ids)
    return list(
        session.all(
            "SELECT CASE WHEN t.state = 'done' THEN 'done' WHEN c.live = 0 THEN 'paused'"
            f" WHEN {_ENDED} THEN 'ended' WHEN {_UNOPENED} THEN 'unopened'"
            " WHEN t.state = 'ready' AND t.owner_id IS NOT NULL AND t.owner_id <> :person THEN 'kept'"
            " WHEN t.state = 'ready' AND (w.id IS NULL OR (w.opens_at <= :now AND w.closes_at > :now)) THEN 'ready'"
            f" WHEN t.state = 'ready' THEN 'window' WHEN t.state = 'sleeping' AND {_COMPANY} THEN 'company'"
            " WHEN t.due_at > :soon THEN 'resting' ELSE t.state END AS cause,"
            " count(*) AS leads,"
            " count(DISTINCT CASE WHEN t.state = 'ready' AND t.owner_id <> :person THEN t.owner_id END) AS owners,"
            " max(CASE WHEN t.state = 'ready' AND t.owner_id <> :person THEN o.name END) AS who,"
            f" min(CASE WHEN {_ENDED} THEN NULL WHEN {_UNOPENED} THEN c.opens_at"
            " WHEN t.state = 'sleeping' THEN t.due_at"
            " WHEN t.state = 'promised' THEN p.due_at"
            " WHEN t.state = 'ready' AND t.owner_id <> :person THEN t.owner_until"
            f" WHEN t.state = 'ready' AND w.opens_at > :now AND NOT {_NEVER} THEN w.opens_at END) AS until,"
            f" sum(CASE WHEN t.state = 'ready' AND w.opens_at > :now AND {_NEVER} THEN 1 ELSE 0 END) AS never"
            " FROM ticket t JOIN campaign c ON c.id = t.campaign_id LEFT JOIN lane l ON l.id = t.lane_id"
            " LEFT JOIN call_window w ON w.id = l.window_id LEFT JOIN promise p ON p.ticket_id = t.id"
            " LEFT JOIN person o ON o.id = t.owner_id"
            f" WHERE t.campaign_id IN ({some}) AND t.station = :station GROUP BY cause ORDER BY leads DESC",
            now=now,
            day=day,
            soon=now + REST,
            station=station,
            person=person_id,
        )
    )
