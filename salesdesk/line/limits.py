"""How much may be done in an hour: leads given back undialed and skips are limited, short rings are counted, and a pace
that can hardly be honest is looked at by a person, never blocked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

HOUR: Final = 3600
UNDIALED: Final = 10
"""Undialed leads that a person may give back in an hour."""
SKIPS: Final = 5
"""Leads that a person may skip for a reason in an hour."""
SHORT_RING: Final = 12
"""Seconds; a call that nobody answered and that rang for less is counted."""
REVIEWED_ABOVE: Final = 1.5
"""Times the pace of calls of the mean handle time, above which a supervisor is asked to look."""
LEAST_SPAN: Final = 900
"""Seconds of work below which no pace is judged."""

_EXCUSED = frozenset({"undo", "ring_back", "suppressed"})


def is_given_back(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether an event is of a lead that its holder gave back undialed: by a key, a pause, signing out or silence. What
    the law, a do-not-call or a supervisor took back does not count, nor what gave way to an undone outcome, to an
    inquiry or to somebody who rang back."""
    if kind not in ("returned", "expired") or not data.get("undialed"):
        return False
    by_clock = kind == "expired" and not data.get("by")
    return data.get("cause", "") not in _EXCUSED and (by_clock or bool(data.get("own")))


def goes_on_at(times: Sequence[int], most: int, now: int) -> int | None:
    """When a person may do again what they did at these instants (epoch seconds) and may do `most` times an hour; None
    when they may now."""
    lately = sorted((at for at in times if at > now - HOUR), reverse=True)
    return lately[most - 1] + HOUR if len(lately) >= most else None


def is_short_ring(ring: int | None, answered: bool) -> bool:
    """Whether a call that rang for so many seconds was hung up before anybody could answer; False for one of which
    that is not known."""
    return ring is not None and not answered and ring < SHORT_RING


def pace_limit(handle_seconds: float) -> float:
    """Calls an hour above which a pace is reviewed, from the mean seconds that a call takes: 1.5 x 60 / mean minutes.
    Raises ValueError for a mean that is not above zero."""
    if handle_seconds <= 0:
        raise ValueError("a mean handle time is above zero")
    return REVIEWED_ABOVE * HOUR / handle_seconds


def pace_needs_review(recorded: int, seconds: float, handle_seconds: float) -> bool:
    """Whether so many calls recorded in so many seconds at work are too many for the mean handle time (seconds)."""
    return seconds >= LEAST_SPAN and recorded * HOUR / seconds > pace_limit(handle_seconds)
