"""A day in five lines, the last days as rows of bars, and to which days a span of time belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesdesk.line.localday import local_day
from salesdesk.line.tzdata import zone

_BARS = "▁▂▃▄▅▆▇█"
_CALLING = ("preview", "call", "wrap")


def seconds_by_day(begin: int, end: int, zone_name: str) -> list[tuple[str, int]]:
    """The seconds of a span (epoch seconds, `end` excluded) on each local day (ISO date) of a zone; none when it is
    empty."""
    found: list[tuple[str, int]] = []
    while begin < end:
        day = datetime.fromtimestamp(begin, zone(zone_name)).date()
        until = min(local_day(day, zone_name).end, end)
        found.append((day.isoformat(), until - begin))
        begin = until
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """What a day added up to. `talk` in seconds; `seconds` by state of the seat; `kept` of `agreed` promises."""

    dials: int
    humans: int
    conversations: int
    selling: int
    meetings: int
    target: float
    talk: int
    kept: int
    agreed: int
    ahead: int
    seconds: dict[str, int]


def five_lines(day: Day) -> tuple[str, str, str, str, str]:
    """My day in five lines: what I dialed, what was said, what came of it, promises, and where the time went."""
    target = f" of {day.target:.1f}".removesuffix(".0") if day.target else ""
    paid = sum(seconds for state, seconds in day.seconds.items() if state != "lost")
    calling = sum(day.seconds.get(state, 0) for state in _CALLING)
    kept = f"{day.kept} of {day.agreed}" if day.agreed else "–"
    talk = hours(day.talk) if day.talk else "–"  # without a marked pick-up it is not known
    return (
        f"dials {day.dials:,} · humans {day.humans:,} · talk {talk}",
        f"conversations {day.conversations:,} · selling conversations {day.selling:,}",
        f"meetings {day.meetings}{target}",
        f"promises kept {kept} · {day.ahead:,} still to keep",
        f"seated {hours(paid)} · calling {hours(calling)} · starved {hours(day.seconds.get('starved', 0))}"
        f" · paused {hours(day.seconds.get('paused', 0))} · time away {hours(day.seconds.get('away', 0))}",
    )


def hours(seconds: int) -> str:
    """A time as hours and minutes: "7:05 h", below an hour "12 min"."""
    minutes = seconds // 60
    return f"{minutes // 60}:{minutes % 60:02} h" if minutes >= 60 else f"{minutes} min"


def bars(values: Sequence[int]) -> str:
    """A row of bars, one for each value, as high as its share of the highest; "·" where there was nothing."""
    most = max(values, default=0)
    return "".join(_BARS[max(0, -(-value * len(_BARS) // most) - 1)] if value > 0 else "·" for value in values)
