"""Whose the day's target is: at every moment of the day it is shared equally among those who then work in its campaign
first. So what is due for the hours that have passed does not move when people are moved. Instants are epoch seconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

FIRST = 1


class Turned(NamedTuple):
    """At an instant a person's turn in a campaign was changed; `before` is their turn until then, 0 for none."""

    at: int
    person: int
    before: int


class Stretch(NamedTuple):
    """A part [start, end) of the day in which the same people work in a campaign first."""

    start: int
    end: int
    first: frozenset[int]


def stretches(turns: Mapping[int, int], turned: Sequence[Turned], start: int, end: int) -> tuple[Stretch, ...]:
    """The stretches of a day [start, end) of one campaign, latest first, from everybody's turn now and the changes of
    today in their order; the last one goes on to the end of the day."""
    first = {person for person, turn in turns.items() if turn == FIRST}
    found = []
    for change in reversed(turned):
        at = min(max(change.at, start), end)
        if at < end:
            found.append(Stretch(at, end, frozenset(first)))
            end = at
        if change.before == FIRST:
            first.add(change.person)
        else:
            first.discard(change.person)
    return (*found, Stretch(start, end, frozenset(first)))


def part(day: Sequence[Stretch], people: Collection[int], until: int) -> float:
    """Seconds of a campaign's day until an instant that are these people's."""
    return sum(
        max(0, min(each.end, until) - each.start) * len(each.first.intersection(people)) / len(each.first)
        for each in day
        if each.first
    )
