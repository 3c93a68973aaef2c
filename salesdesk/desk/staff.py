"""Who works on the floor and in which campaigns: a thousand people are read again only when a fact says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesdesk.desk.caching import kept, moves
from salesdesk.desk.floor import Floor
from salesdesk.line.moves import Change
from salesdesk.line.shares import Turned
from salesdesk.line.text import clean
from salesdesk.store import assignments, events, people

CHANGES = ("person_added", "roles_changed", "campaign_created", "assigned", "moved", "move_undone")
"""The facts that change who works where."""
AGAIN = 60
"""Seconds after which all are read again, whatever the facts say."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Teams of all active people by id; the turn of each person by campaign, of those who have one; and how turns were
    changed today by campaign, in order."""

    teams: Mapping[int, str]
    turns: Mapping[int, Mapping[int, int]]
    turned: Mapping[int, tuple[Turned, ...]]


def staff(floor: Floor) -> Staff:
    """Everybody, as of the newest fact about them."""
    key = (moves(floor, CHANGES), floor.now // AGAIN)
    return kept(floor.store, "staff", lambda: _read(floor), key=key, for_good=True)


def _read(floor: Floor) -> Staff:
    turns: dict[int, dict[int, int]] = {}
    for row in assignments.everything(floor.session):
        if row["turn"]:
            turns.setdefault(row["campaign_id"], {})[row["person_id"]] = row["turn"]
    teams = {row.id: clean(row.team, limit=40) for row in people.everyone(floor.session)}
    return Staff(teams, turns, _turned(floor))


def _turned(floor: Floor) -> dict[int, tuple[Turned, ...]]:
    found: dict[int, tuple[Turned, ...]] = {}
    for event in events.turned(floor.session, events.id_floor(floor.today.start)):
        for change in (Change(*each) for each in event.data.get("changes", ())):
            turned = Turned(event.at, change.person, change.before)
            found[change.campaign] = (*found.get(change.campaign, ()), turned)
    return found
