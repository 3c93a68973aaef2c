"""Moving people between campaigns: what an order changes, what it does to every queue, and when it can be undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from salesdesk.line import pace

FIRST, SECOND = 1, 2
Turns = Mapping[tuple[int, int], int]
"""The turn of a person in a campaign by (person, campaign); 0 or missing: not in it."""
_WHERE = {0: "not in", FIRST: "first in", SECOND: "second in"}


class Change(NamedTuple):
    """One assignment before and after a move, by ids."""

    person: int
    campaign: int
    before: int
    after: int


def changes(turns: Turns, people: Iterable[int], campaign: int) -> tuple[Change, ...]:
    """What moving people to a campaign changes: it becomes their first, and what was first is their second from now
    on, so that nobody starves while it is dry. What was second stays so."""
    found = []
    for person in people:
        wanted = {other: SECOND for (who, other), turn in turns.items() if who == person and turn == FIRST}
        wanted[campaign] = FIRST
        for other, after in sorted(wanted.items()):
            before = turns.get((person, other), 0)
            if before != after:
                found.append(Change(person, other, before, after))
    return tuple(found)


def changed_since(done: Iterable[Change], turns: Turns) -> list[Change]:
    """Assignments that somebody has changed since a move: `before` as the move left them, `after` as they are now."""
    now = ((each, turns.get((each.person, each.campaign), 0)) for each in done)
    return [Change(each.person, each.campaign, each.after, turn) for each, turn in now if turn != each.after]


def where_words(turn: int) -> str:
    """A turn in words: "first in"."""
    return _WHERE[turn]


@dataclass(frozen=True, slots=True)
class CoverChange:
    """A campaign's people at work and its cover (minutes; None: nobody is on it) before and after."""

    name: str
    people_before: int
    people_after: int
    cover_before: float | None
    cover_after: float | None


def flows(where: Mapping[int, int], people: Collection[int], campaign: int) -> dict[int, int]:
    """By how many people at work each campaign grows or shrinks; `where` says who at work is on which campaign."""
    found = {campaign: 0}
    for person in people:
        at = where.get(person)
        if at is not None and at != campaign:
            found[at] = found.get(at, 0) - 1
            found[campaign] += 1
    return found


def effect(covers: Sequence[CoverChange], *, busy: bool) -> str:
    """What a move does, in one sentence: "after their current call · Spring cover 42 → 38 min · their promises stay
    theirs". `busy`: somebody of them has a lead in hand."""
    parts = ["after their current call" if busy else "at once", *map(_cover, covers)]
    return " · ".join([*parts, "their promises stay theirs"])


def _cover(change: CoverChange) -> str:
    before, after = _words(change.cover_before), _words(change.cover_after)
    if before == after:
        return f"{change.name} cover stays {before}" if change.cover_before is not None else f"{change.name}: {before}"
    short, _, unit = before.rpartition(" ")
    if short and after.endswith(f" {unit}") and change.cover_before is not None and change.cover_after is not None:
        before = short
    return f"{change.name} cover {before} → {after}"


def _words(cover: float | None) -> str:
    return "nobody on it" if cover is None else pace.cover_words(cover)
