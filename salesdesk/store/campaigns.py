"""Campaigns and their scripts."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, NamedTuple

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


@lru_cache(maxsize=64)
def _parsed(concept: str) -> dict[str, Any]:
    return dict(json.loads(concept))


class CampaignRow(NamedTuple):
    """A campaign. `concept` is the coordinator's form as JSON; `released` counts the leads released in all; its calls
    are open from `opens_at` (epoch seconds) to the end of `last_day` (ISO; see `line.ending`)."""

    id: int
    name: str
    map_id: str
    map_version: int
    station: str
    live: int
    concept: str
    daily_target: int
    released: int
    created_at: int
    opens_at: int = 0
    last_day: str = "9999-12-31"

    @property
    def form(self) -> dict[str, Any]:
        """The concept as a dictionary, shared and so to be read only."""
        return _parsed(self.concept)


_CAMPAIGN = f"SELECT {', '.join(CampaignRow._fields)} FROM campaign"


def add(session: Session, **facts: object) -> int:
    """A new campaign: name, map_id, map_version, station, concept (JSON), daily_target, opens_at, last_day, created_at;
    not live yet."""
    id = counters.take(session, "campaign")
    session.run(
        "INSERT INTO campaign (id, name, map_id, map_version, station, live, concept, daily_target, released,"
        " opens_at, last_day, created_at) VALUES (:id, :name, :map_id, :map_version, :station, 0, :concept,"
        " :daily_target, 0, :opens_at, :last_day, :created_at)",
        id=id,
        **facts,
    )
    return id


def rewrite(session: Session, campaign_id: int, **facts: object) -> None:
    """Give a campaign of which nothing was released another name, concept (JSON), daily_target, opens_at and last_day;
    its scripts and callers are dropped."""
    session.run("DELETE FROM script WHERE campaign_id = :id", id=campaign_id)
    session.run("DELETE FROM assignment WHERE campaign_id = :id", id=campaign_id)
    session.run(
        "UPDATE campaign SET name = :name, concept = :concept, daily_target = :daily_target, opens_at = :opens_at,"
        " last_day = :last_day WHERE id = :id",
        id=campaign_id,
        **facts,
    )


def by_id(session: Session, campaign_id: int) -> CampaignRow | None:
    """The campaign with this id."""
    return session.find(CampaignRow, f"{_CAMPAIGN} WHERE id = :id", id=campaign_id)


def by_name(session: Session, name: str) -> CampaignRow | None:
    """The campaign with this name."""
    return session.find(CampaignRow, f"{_CAMPAIGN} WHERE lower(name) = lower(:name)", name=name)


def everything(session: Session) -> list[CampaignRow]:
    """Every campaign, oldest first."""
    return session.find_all(CampaignRow, f"{_CAMPAIGN} ORDER BY id")


def set_live(session: Session, campaign_id: int, *, live: bool) -> None:
    """Open or pause a campaign for claims: one row, whatever its size."""
    session.run("UPDATE campaign SET live = :live WHERE id = :id", live=int(live), id=campaign_id)


def set_concept(session: Session, campaign_id: int, concept: str, opens_at: int) -> None:
    """Change a campaign's concept (JSON) and from when on its calls are open: one row, whatever its size."""
    session.run(
        "UPDATE campaign SET concept = :concept, opens_at = :opens_at WHERE id = :id",
        concept=concept,
        opens_at=opens_at,
        id=campaign_id,
    )


def set_end(session: Session, campaign_id: int, concept: str, last_day: str) -> None:
    """Change a campaign's concept (JSON) and the last day of its calls: one row, whatever its size."""
    session.run(
        "UPDATE campaign SET concept = :concept, last_day = :last_day WHERE id = :id",
        concept=concept,
        last_day=last_day,
        id=campaign_id,
    )


def add_script(session: Session, campaign_id: int, variant: str, body: str, at: int) -> int:
    """A new version of a script variant, written at an instant; earlier versions stay readable."""
    last = session.value(
        "SELECT max(version) FROM script WHERE campaign_id = :campaign AND variant = :variant",
        campaign=campaign_id,
        variant=variant,
    )
    version = int(last or 0) + 1
    session.run(
        "INSERT INTO script (campaign_id, variant, version, body, written_at)"
        " VALUES (:campaign, :variant, :version, :body, :at)",
        campaign=campaign_id,
        variant=variant,
        version=version,
        body=body,
        at=at,
    )
    return version


def scripts_since(session: Session, person_id: int, since: int) -> list[Row]:
    """Script variants of a person's live campaigns that were written after an instant, newest first."""
    return list(
        session.all(
            "SELECT c.name AS campaign, s.variant, max(s.version) AS version, max(s.written_at) AS written_at"
            " FROM assignment a JOIN campaign c ON c.id = a.campaign_id AND c.live = 1"
            " JOIN script s ON s.campaign_id = c.id AND s.written_at > :since"
            " WHERE a.person_id = :person AND a.turn > 0 GROUP BY c.name, s.variant"
            " ORDER BY max(s.written_at) DESC, c.name, s.variant",
            person=person_id,
            since=since,
        )
    )


def script(session: Session, campaign_id: int, variant: str) -> Row | None:
    """The newest version of a script variant."""
    return session.one(
        "SELECT * FROM script WHERE campaign_id = :campaign AND variant = :variant ORDER BY version DESC LIMIT 1",
        campaign=campaign_id,
        variant=variant,
    )


def variants(session: Session, campaign_id: int) -> list[str]:
    """The script variants of a campaign, in order."""
    rows = session.all("SELECT DISTINCT variant FROM script WHERE campaign_id = :id ORDER BY variant", id=campaign_id)
    return [row["variant"] for row in rows]
