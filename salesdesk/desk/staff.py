"""Who works on the floor and in which campaigns: a thousand people are read again only when a fact says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesdesk.desk.floor import Floor
from salesdesk.desk.keeping import kept, moves
from salesdesk.line.text import clean
from salesdesk.store import campaigns, people

CHANGES = ("person_added", "roles_changed", "campaign_created", "assigned", "moved", "move_undone")
"""The facts that change who works where."""
AGAIN = 60
"""Seconds after which all are read again, whatever the facts say."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Teams of all active people by id; the turn of each person by campaign, of those who have one."""

    teams: Mapping[int, str]
    turns: Mapping[int, Mapping[int, int]]


def staff(floor: Floor) -> Staff:
    """Everybody, as of the newest fact about them."""
    key = (moves(floor, CHANGES), floor.now // AGAIN)
    return kept(floor.store, "staff", lambda: _read(floor), key=key, for_good=True)


def _read(floor: Floor) -> Staff:
    turns: dict[int, dict[int, int]] = {}
    for row in campaigns.assignments(floor.session):
        if row["turn"]:
            turns.setdefault(row["campaign_id"], {})[row["person_id"]] = row["turn"]
    return Staff({row.id: clean(row.team, limit=40) for row in people.everyone(floor.session)}, turns)
