"""Campaigns, their scripts, who works in them, and their batches and strata."""

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


class BatchRow(NamedTuple):
    """A batch of leads of one campaign: draft, checked, releasing, released or closed."""

    id: int
    campaign_id: int
    state: str
    query: str
    quantity: int
    released: int
    seed: str
    findings: str
    created_at: int
    checked_at: int | None
    released_at: int | None
    approved_by: int | None


_CAMPAIGN = f"SELECT {', '.join(CampaignRow._fields)} FROM campaign"
_BATCH = f"SELECT {', '.join(BatchRow._fields)} FROM batch"


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


def set_live(session: Session, campaign_id: int, live: bool) -> None:
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


# assignments --------------------------------------------------------------------------------------------------------


def assign(session: Session, person_id: int, campaign_id: int, turn: int) -> None:
    """Let a person work in a campaign: turn 1 before turn 2; turn 0 takes them out, keeps their counts, and gives what
    was kept for them back to everybody."""
    session.run(
        "INSERT INTO assignment (person_id, campaign_id, turn) VALUES (:person, :campaign, :turn)"
        " ON CONFLICT (person_id, campaign_id) DO UPDATE SET turn = excluded.turn",
        person=person_id,
        campaign=campaign_id,
        turn=turn,
    )
    if turn == 0:
        session.run(
            "UPDATE ticket SET owner_id = NULL, owner_until = NULL WHERE owner_id = :person AND campaign_id = :campaign"
            " AND owner_until IS NOT NULL",
            person=person_id,
            campaign=campaign_id,
        )


def turn_in(session: Session, person_id: int, campaign_id: int) -> int:
    """A person's turn in a campaign: 1 before 2, 0 when they do not work in it (any more)."""
    found = session.value(
        "SELECT turn FROM assignment WHERE person_id = :person AND campaign_id = :campaign",
        person=person_id,
        campaign=campaign_id,
    )
    return int(found or 0)


def assignments(session: Session, person_id: int | None = None) -> list[Row]:
    """Who works in which campaign, with names."""
    mine = "" if person_id is None else " WHERE a.person_id = :person"
    return list(
        session.all(
            "SELECT a.person_id, p.name AS person, a.campaign_id, c.name AS campaign, c.live, a.turn"
            " FROM assignment a JOIN person p ON p.id = a.person_id JOIN campaign c ON c.id = a.campaign_id"
            f"{mine} ORDER BY a.person_id, a.turn, a.campaign_id",
            person=person_id,
        )
    )


# batches and strata -------------------------------------------------------------------------------------------------


def add_batch(session: Session, *, campaign_id: int, query: str, quantity: int, seed: str, created_at: int) -> int:
    """A new draft."""
    id = counters.take(session, "batch")
    session.run(
        "INSERT INTO batch (id, campaign_id, state, query, quantity, released, seed, findings, created_at)"
        " VALUES (:id, :campaign, 'draft', :query, :quantity, 0, :seed, '{}', :at)",
        id=id,
        campaign=campaign_id,
        query=query,
        quantity=quantity,
        seed=seed,
        at=created_at,
    )
    return id


def batch(session: Session, batch_id: int) -> BatchRow | None:
    """The batch with this id."""
    return session.find(BatchRow, f"{_BATCH} WHERE id = :id", id=batch_id)


def batches(session: Session) -> list[BatchRow]:
    """Every batch, newest first."""
    return session.find_all(BatchRow, f"{_BATCH} ORDER BY id DESC")


def change_batch(session: Session, batch_id: int, expected: str, **columns: object) -> bool:
    """Change a batch only while it is in the expected state; tells whether it was."""
    names = ("state", "quantity", "findings", "checked_at", "released_at", "approved_by", "query")
    sets = ", ".join(f"{name} = :{name}" for name in names if name in columns)
    return bool(
        session.run(
            f"UPDATE batch SET {sets} WHERE id = :id AND state = :expected", id=batch_id, expected=expected, **columns
        )
    )


def count_released(session: Session, batch_id: int, campaign_id: int, count: int) -> None:
    """Count leads that a batch has put on the floor."""
    session.run("UPDATE batch SET released = released + :count WHERE id = :id", count=count, id=batch_id)
    session.run("UPDATE campaign SET released = released + :count WHERE id = :id", count=count, id=campaign_id)


def grow_stratum(session: Session, campaign_id: int, label: str, count: int) -> int:
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


def strata(session: Session, campaign_id: int | None = None) -> list[Row]:
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
