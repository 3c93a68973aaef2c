"""Pace of the day and the few words and bars in which boards show it. Instants are epoch seconds."""

import math
from datetime import date, timedelta

from salesdesk.line.localday import DAY

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_HOUR = 3600


def due_by_now(target: float, day_start: float, day_end: float, now: float) -> float:
    """How much of the day's target should be done by now, evenly over the day; 0 before it, the target after it.

    Raises ValueError when the day does not end after it starts.
    """
    if day_end <= day_start:
        raise ValueError("the day must end after it starts")
    return target * min(1.0, max(0.0, (now - day_start) / (day_end - day_start)))


FEWEST_DIALS = 100
"""Dials of past days below which they say too little to set a target by."""
LAST_TRIES = 10
"""Working days that a lead needs for the tries of its plan when it is dealt last."""
LONGEST = 2600
"""Working days, ten years of them, after which no end is named."""


def calls_a_day(people: int, handle_seconds: float, day_seconds: float) -> float:
    """Calls that so many people make in a day when they have nothing to wait for."""
    return people * day_seconds / handle_seconds


def daily_target(calls: float, meetings: int, dials: int) -> int:
    """Meetings a day to aim at with so many calls a day, at the usual yield: `meetings` of `dials`. 0 where past days
    say too little, else at least 1."""
    if dials < FEWEST_DIALS or meetings <= 0 or calls <= 0:
        return 0
    return max(1, round(calls * meetings / dials))


def last_day(today: date, leads: int, tries: int, calls: float) -> date | None:
    """The working day on which so many leads have had all their tries at so many calls a day; None without calls, and
    where it is no plan but a dream."""
    if calls <= 0 or leads * tries > calls * LONGEST:
        return None
    day, left = today, math.ceil(leads * tries / calls) + LAST_TRIES
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def percent_of_plan(done: float, due: float) -> float | None:
    """Done as percent of what was due by now; None while nothing is due."""
    return 100 * done / due if due > 0 else None


def bar(fraction: float, width: int) -> str:
    """A bar of `width` cells filled in eighths, rounded down (it is full only when done), the rest dots."""
    if width <= 0:
        return ""
    share = 0.0 if math.isnan(fraction) else min(1.0, max(0.0, fraction))
    full, eighths = divmod(math.floor(share * width * 8 + 1e-9), 8)
    return ("█" * full + _EIGHTHS[eighths]).ljust(width, "·")


def clock_words(seconds: float) -> str:
    """An age in the fewest exact words: "3:10" below 20 minutes, then "42 min", "5.2 h", "1.4 days"."""
    whole = max(0, int(seconds))
    if whole < 20 * 60:
        return f"{whole // 60}:{whole % 60:02d}"
    return _long_words(whole, DAY)


def cover_words(minutes: float | None, day_minutes: float = 480.0) -> str:
    """Cover of a queue: "0 min", "42 min", "3.4 h", "1.4 days" of day_minutes work each; "–" when there is
    none to tell.
    """
    if minutes is None or not math.isfinite(minutes):
        return "–"
    return _long_words(max(0.0, minutes) * 60, day_minutes * 60)


def state_age_words(seconds: float, limit_minutes: int | None = None) -> str:
    """How long a person has been in a state: "14:10", or against a limit "47 of 45" in minutes."""
    whole = max(0, int(seconds))
    if limit_minutes is not None:
        return f"{whole // 60} of {limit_minutes}"
    if whole < _HOUR:
        return f"{whole // 60}:{whole % 60:02d}"
    return _long_words(whole, DAY)


def _long_words(seconds: float, day: float) -> str:
    if seconds < 2 * _HOUR:
        return f"{int(seconds // 60)} min"
    if seconds < day:
        return f"{seconds / _HOUR:.1f} h"
    return f"{seconds / day:.1f} days"
