"""Dry spells of campaigns: when somebody was last told of one."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store.session import Session

_UNTOLD = (
    "(c.dry_told_at IS NULL OR c.dry_told_at <= :since"
    " OR EXISTS (SELECT 1 FROM batch b WHERE b.campaign_id = c.id AND b.released_at > c.dry_told_at))"
)


def newly_dry(session: Session, person_id: int, station: str, now: int, day: str, since: int) -> list[str]:
    """Names of a person's live campaigns of a station whose calls are open on a day of the floor and that nobody was
    told of as dry since an instant, nor since their last release; from now on they are told of. Of two transactions at
    once only one gets a name."""
    found = session.all(
        "SELECT c.id, c.name, c.dry_told_at FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1"
        f" WHERE a.person_id = :person AND a.turn > 0 AND c.station = :station AND c.opens_at <= :now"
        f" AND c.last_day >= :day AND {_UNTOLD} ORDER BY c.id",
        person=person_id,
        station=station,
        now=now,
        day=day,
        since=since,
    )
    sql = "UPDATE campaign SET dry_told_at = :now WHERE id = :id AND coalesce(dry_told_at, 0) = :before"
    return [
        str(row["name"]) for row in found if session.run(sql, now=now, id=row["id"], before=row["dry_told_at"] or 0)
    ]


_FED = "UPDATE notice SET ends_at = :now WHERE kind = 'dry' AND ends_at > :now AND sender_id"


def fed(session: Session, person_id: int, now: int) -> None:
    """Somebody has a lead again: word that there was nothing for them is over."""
    session.do(f"{_FED} = :person", person=person_id, now=now)


def refilled(session: Session, campaign_id: int, now: int) -> None:
    """A campaign has new leads: word that there was nothing for one of its people is over."""
    people = "SELECT person_id FROM assignment WHERE campaign_id = :campaign AND turn > 0"
    session.do(f"{_FED} IN ({people})", campaign=campaign_id, now=now)


def told_at(session: Session, campaign_ids: Sequence[int], since: int) -> int | None:
    """When somebody was last told that one of these campaigns is dry, in its present dry spell."""
    some = ", ".join(str(int(id)) for id in campaign_ids)
    at = session.value(
        f"SELECT max(c.dry_told_at) FROM campaign c WHERE c.id IN ({some}) AND NOT {_UNTOLD}", since=since
    )
    return int(at) if at is not None else None
