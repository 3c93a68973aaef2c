"""How far a campaign has come: its people and companies as they are put in, and what came of those who were tried."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.store.session import Row, Session

_SOME = 400
"""Leads of one statement."""


def put_in(session: Session, campaign_id: int, lead_ids: Sequence[int], by: int = 1) -> None:
    """Count leads into a campaign, by band and by account (-1: they were taken back)."""
    for start in range(0, len(lead_ids), _SOME):
        some = ", ".join(str(int(id)) for id in lead_ids[start : start + _SOME])
        session.run(
            "INSERT INTO campaign_band (campaign_id, band, leads) SELECT :campaign, k.seniority, :by * count(*)"
            f" FROM lead l JOIN contact k ON k.id = l.contact_id WHERE l.id IN ({some}) GROUP BY k.seniority"
            " ORDER BY k.seniority"
            " ON CONFLICT (campaign_id, band) DO UPDATE SET leads = campaign_band.leads + excluded.leads",
            campaign=campaign_id,
            by=by,
        )
        session.run(
            "INSERT INTO campaign_account (campaign_id, account_id, leads) SELECT :campaign, account_id, :by * count(*)"
            f" FROM lead WHERE id IN ({some}) GROUP BY account_id ORDER BY account_id"
            " ON CONFLICT (campaign_id, account_id) DO UPDATE SET leads = campaign_account.leads + excluded.leads",
            campaign=campaign_id,
            by=by,
        )


def count(session: Session, campaign_id: int, lead_id: int, *, tried: int, reached: int, conversed: int) -> None:
    """Count what came of a call to a lead of a campaign, signed; `tried` (0 or 1) stays once it is so."""
    session.do(
        "INSERT INTO reach (campaign_id, lead_id, account_id, list_id, band, tried, reached, conversed)"
        " SELECT :campaign, l.id, l.account_id, l.list_id, k.seniority, :tried, :reached, :conversed"
        " FROM lead l JOIN contact k ON k.id = l.contact_id WHERE l.id = :lead"
        " ON CONFLICT (campaign_id, lead_id) DO UPDATE SET"
        " tried = CASE WHEN excluded.tried > 0 THEN 1 ELSE reach.tried END,"
        " reached = reach.reached + excluded.reached, conversed = reach.conversed + excluded.conversed",
        campaign=campaign_id,
        lead=lead_id,
        tried=tried,
        reached=reached,
        conversed=conversed,
    )


def everything(session: Session) -> list[Row]:
    """Every lead that was tried or reached, for the audit."""
    return list(session.all("SELECT campaign_id, lead_id, tried, reached, conversed FROM reach"))


def bands(session: Session, campaign_id: int) -> list[Row]:
    """The leads of a campaign by band: in it, tried, and whose right party was reached. Counted on indexes alone."""
    counted = "SELECT band, count(*) AS n FROM reach WHERE campaign_id = :campaign AND {0} > 0 GROUP BY band"
    return list(
        session.all(
            "SELECT b.band, b.leads, coalesce(t.n, 0) AS tried, coalesce(r.n, 0) AS reached FROM campaign_band b"
            f" LEFT JOIN ({counted.format('tried')}) t ON t.band = b.band"
            f" LEFT JOIN ({counted.format('reached')}) r ON r.band = b.band"
            " WHERE b.campaign_id = :campaign AND b.leads > 0",
            campaign=campaign_id,
        )
    )


def accounts(session: Session, campaign_id: int) -> tuple[int, int]:
    """Companies of a campaign: in it, and with at least one conversation."""
    every = session.value(
        "SELECT count(*) FROM campaign_account WHERE campaign_id = :campaign AND leads > 0", campaign=campaign_id
    )
    conversed = session.value(
        "SELECT count(DISTINCT account_id) FROM reach WHERE campaign_id = :campaign AND conversed > 0",
        campaign=campaign_id,
    )
    return int(every), int(conversed)
