"""Strata: the cells of equal leads within a campaign, and how many leads of each somebody was dealt."""

from __future__ import annotations

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


def grow(session: Session, campaign_id: int, label: str, count: int) -> int:
    """Add `count` released leads to a stratum, made when new; returns its id."""
    known = session.value(
        "UPDATE stratum SET size = size + :count WHERE campaign_id = :campaign AND label = :label RETURNING id",
        count=count,
        campaign=campaign_id,
        label=label,
    )
    if known is not None:
        return int(known)
    made = session.value(
        "INSERT INTO stratum (id, campaign_id, label, size) VALUES (:id, :campaign, :label, :count)"
        " ON CONFLICT (campaign_id, label) DO UPDATE SET size = stratum.size + excluded.size RETURNING id",
        id=counters.take(session, "stratum"),
        campaign=campaign_id,
        label=label,
        count=count,
    )
    return int(made)


def everything(session: Session, campaign_id: int | None = None) -> list[Row]:
    """Strata with their sizes."""
    some = "" if campaign_id is None else " WHERE campaign_id = :campaign"
    return list(session.all(f"SELECT * FROM stratum{some} ORDER BY campaign_id, id", campaign=campaign_id))


def dealt(session: Session) -> list[Row]:
    """How many leads of each stratum each person was dealt."""
    return list(
        session.all(
            "SELECT d.person_id, p.name AS person, d.stratum_id, s.label, s.campaign_id, c.name AS campaign, d.n"
            " FROM dealt d JOIN person p ON p.id = d.person_id JOIN stratum s ON s.id = d.stratum_id"
            " JOIN campaign c ON c.id = s.campaign_id ORDER BY s.campaign_id, p.name, s.id"
        )
    )


def count_deal(session: Session, person_id: int, stratum_id: int, by: int) -> None:
    """Count a lead dealt to a person (or, with -1, given back uncounted)."""
    session.do(
        "INSERT INTO dealt (person_id, stratum_id, n) VALUES (:person, :stratum, :by)"
        " ON CONFLICT (person_id, stratum_id) DO UPDATE SET n = dealt.n + excluded.n",
        person=person_id,
        stratum=stratum_id,
        by=by,
    )
