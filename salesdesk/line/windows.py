"""When a place may be called: the UTC intervals in which a call is legal and courteous."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from salesdesk.line import tzdata
from salesdesk.line.calling_rules import Courtesy, applied, day, intersect
from salesdesk.line.localday import DAY

Interval = tuple[int, int]
"""Half-open [start, stop) in seconds since the epoch, UTC."""

_STEP = 6 * 3600  # clock changes are days apart, so a change between two samples is the only one
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead may be: candidate zones and jurisdictions, sorted. `bar`: why the number is never dialled.

    Small, hashable and made of text only, so that it can be stored with the lead and decided upon without the
    number library. Zones empty: unknown, never called.
    """

    zones: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    bar: str = ""


def _offset(name: str, at: int) -> int:
    found = datetime.fromtimestamp(at, tzdata.zone(name)).utcoffset()
    return int(found.total_seconds()) if found is not None else 0


def _change(name: str, low: int, high: int) -> int:
    """First second after `low` with another offset, knowing that there is one at `high`."""
    before = _offset(name, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(name, middle) == before else (low, middle)
    return high


def _stretches(name: str, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The zone's (start, stop, UTC offset) stretches of one offset; within each, wall time runs evenly."""
    begun, offset = start, _offset(name, start)
    for sample in (*range(start + _STEP, stop, _STEP), stop):
        if (now := _offset(name, sample)) != offset:
            changed = _change(name, sample - _STEP, sample)
            yield begun, changed, offset
            begun, offset = changed, now
    if begun < stop:
        yield begun, stop, offset


@lru_cache(maxsize=50_000)
def _zone_intervals(
    name: str,
    jurisdictions: tuple[str, ...],
    kind: str,
    profile: str,
    courtesy: Courtesy | None,
    first: int,
    days: int,
) -> tuple[Interval, ...]:
    """One zone's intervals from UTC day number `first`. Computed by stretches of one offset, so that a wall time
    that is skipped or comes twice is treated as the clock on the wall would show it."""
    out: list[Interval] = []
    for start, stop, offset in _stretches(name, first * DAY, (first + days) * DAY):
        for number in range((start + offset) // DAY, (stop + offset - 1) // DAY + 1):
            facts = day(jurisdictions, kind, profile, courtesy, date.fromordinal(_EPOCH + number))
            for opens, closes in facts.open:
                span = (
                    max(start, number * DAY + opens - offset),
                    min(stop, number * DAY + closes - offset),
                )
                if span[0] < span[1]:
                    out.append(span)
    return _joined(out)


def _joined(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time with touching spans made one. Overlaps cannot occur: each stretch is walked once."""
    out: list[Interval] = []
    for span in spans:
        if out and out[-1][1] == span[0]:
            out[-1] = (out[-1][0], span[1])
        else:
            out.append(span)
    return tuple(out)


@lru_cache(maxsize=50_000)
def _by_day(
    place: Place, first: int, days: int, courtesy: Courtesy | None, kind: str, profile: str
) -> tuple[Interval, ...]:
    if place.bar or not place.zones or not place.jurisdictions:
        return ()
    if applied(place.jurisdictions, kind, profile).unknown or not all(map(tzdata.is_zone, place.zones)):
        return ()
    out: tuple[Interval, ...] = ((first * DAY, (first + days) * DAY),)
    for name in place.zones:
        out = intersect(out, _zone_intervals(name, place.jurisdictions, kind, profile, courtesy, first, days))
        if not out:
            break
    return out


def intervals(
    place: Place,
    *,
    start: datetime,
    days: int = 14,
    courtesy: Courtesy | None = None,
    kind: str = "business",
    profile: str = "strict",
) -> tuple[Interval, ...]:
    """The UTC epoch-second intervals, sorted and apart, in which every candidate zone is inside the hours of every
    jurisdiction and of the campaign, within [start, start + days x 24 h).

    Agrees with `calling.decide` at every second as far as hours go; lists, consent and attempt caps are facts of the
    lead and not of its window. Empty when the zone or the law is unknown. Give leads of one floor the same `start`
    (midnight UTC, say), so that equal windows come out equal. Raises ValueError for a naive `start`.
    """
    if start.tzinfo is None:
        raise ValueError("start must be timezone-aware")
    low = int(start.timestamp())
    high = low + days * DAY
    first = low // DAY
    whole = _by_day(place, first, -(-high // DAY) - first, courtesy, kind, profile)
    return intersect(((low, high),), whole)


def interval_at(spans: tuple[Interval, ...], at: float) -> Interval | None:
    """The interval that holds an instant (seconds since the epoch), if any."""
    number = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return spans[number] if number >= 0 and at < spans[number][1] else None


def first_open(spans: tuple[Interval, ...], at: float, *, room: float = 0.0) -> float | None:
    """The first instant at or after `at` that is inside an interval with more than `room` seconds to its end."""
    for opens, closes in spans:
        begin = max(float(opens), at)
        if closes - begin > room:
            return begin
    return None


def window_key(spans: tuple[Interval, ...]) -> str:
    """A stable name for equal intervals: 16 hex digits, the same on every machine and in every run."""
    text = ",".join(f"{opens}-{closes}" for opens, closes in spans)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def utc(seconds: float) -> datetime:
    """An aware UTC datetime from seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)
