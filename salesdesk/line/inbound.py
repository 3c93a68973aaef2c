"""People who asked for us: how long each may wait, and how fast the floor was with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from salesdesk.line.localday import DAY

Wait = tuple[int, int, int | None]
"""One inquiry: when it came, from when the law allowed the call, and its first dial. Epoch seconds."""

KIND: Final = "inbound"
"""The kind of a ticket whose lead has asked for us; also the reason for which it is served, and its stratum."""
ANSWERED: Final = "call"
"""The kind of the ticket once they were called."""
RING_BACK: Final = "ring_back"
"""The kind of a ticket that began when its lead rang us; also the reason of such a hold."""
SOURCES: Final[dict[str, str]] = {
    "organic": "an existing customer referred them or asked",
    "inbound": "they came to us by themselves",
    "outbound": "they answer something that we sent or said; a colleague whom a cold prospect names stays outbound",
}
"""What made somebody ask, with its definition."""
FIRST = 300
"""Seconds for which an inquiry comes before every lead that the floor chose itself."""
SHOWN_FOR = DAY
"""Seconds for which an inquiry that nobody has taken is on the board, and is offered or taken instead of a lead."""
SWAP_AFTER = 30
"""Seconds after which a seat that has not dialed its lead yet may take the inquiry instead."""
LATE = 60
"""Seconds after which an inquiry that waits is an exception on the board; also the better of the two goals."""
FREE: Final = ("ready", "starved")
"""States of a seat with nothing in hand."""
TAKERS: Final = (*FREE, "preview")
"""States in which somebody can take an inquiry: a lead that is not dialed gives way to it."""
SAME_INQUIRY = 600
"""Seconds within which somebody who asks again has asked once."""
LOOK_UPS = 20
"""Look-ups of people who ring back that one person has in an hour."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Speed to lead. `n` inquiries came and may be called by now, `dialed` of them were; the medians (seconds) are of
    those. Within 60 seconds and 5 minutes of callable time were dialed `within_60` of `due_60`, `within_300` of
    `due_300`: an inquiry counts once it was dialed or its time is over."""

    n: int
    dialed: int
    median_callable: float | None
    median_clock: float | None
    within_60: int
    due_60: int
    within_300: int
    due_300: int


def speed(waits: Sequence[Wait], now: int) -> Speed:
    """How fast inquiries were dialed."""
    begun = [each for each in waits if each[1] <= now]
    callable_time = [max(0, dialed - opens) for _, opens, dialed in begun if dialed is not None]
    clock_time = [max(0, dialed - arrived) for arrived, _, dialed in begun if dialed is not None]
    undialed = [now - opens for _, opens, dialed in begun if dialed is None]

    def due(limit: int) -> int:
        return len(callable_time) + sum(waited > limit for waited in undialed)

    def within(limit: int) -> int:
        return sum(waited <= limit for waited in callable_time)

    return Speed(
        n=len(begun),
        dialed=len(callable_time),
        median_callable=float(median(callable_time)) if callable_time else None,
        median_clock=float(median(clock_time)) if clock_time else None,
        within_60=within(LATE),
        due_60=due(LATE),
        within_300=within(FIRST),
        due_300=due(FIRST),
    )


def ago(seconds: int) -> str:
    """How long ago, in the words of a card: 0:38, 12:05, then hours and days."""
    if seconds < 3600:
        return f"{max(seconds, 0) // 60}:{max(seconds, 0) % 60:02}"
    return f"{seconds // 3600} h" if seconds < 2 * 86_400 else f"{seconds // 86_400} days"
