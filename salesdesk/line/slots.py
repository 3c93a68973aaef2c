"""Executives' slots: how a diary is cut into them, which are free, whom the next meeting is for, and what is offered.

Instants are epoch seconds. A slot is [start, end) in one executive's diary; nothing in here knows what time it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from salesdesk.line.localday import local_day
from salesdesk.line.publicdays import DayOff
from salesdesk.line.shifts import weekday_words
from salesdesk.line.tzdata import zone

LEAD_TIME = 2 * 3600
"""Seconds from now before which no slot is offered: somebody has to send the invitation and to prepare."""
WORKING_DAYS = 10
"""Offers reach so many working days of the prospect ahead."""
OFFERED = 3
"""Slots offered at a time: enough to choose from, few enough to be said aloud."""
PROSPECT_STARTS, PROSPECT_ENDS = time(8, 30), time(17, 30)
"""Offers lie inside these hours of the prospect's own clock, Monday to Friday."""
_NOON = 12


@dataclass(frozen=True, slots=True)
class Hours:
    """When an executive holds meetings by their own clock: weekdays (Monday = 0), from `starts` to `ends`, so many
    minutes each, at most so many in a day. Raises ValueError when no meeting fits."""

    weekdays: frozenset[int] = frozenset(range(5))
    starts: time = time(9)
    ends: time = time(17)
    minutes: int = 30
    most_a_day: int = 4

    def __post_init__(self) -> None:
        length = (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute
        if not self.weekdays <= set(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6 (Sunday)")
        if not 5 <= self.minutes <= length:
            raise ValueError(
                f"no meeting of {self.minutes} minutes fits between {self.starts:%H:%M} and {self.ends:%H:%M}"
            )
        if self.most_a_day < 0:
            raise ValueError("nobody holds fewer than 0 meetings a day")


class Span(NamedTuple):
    """Time in somebody's diary that is taken."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Diary:
    """An executive: hours in a zone, days off, what is taken, and the meetings that count for the mix: of the
    prospect's stratum, and of all."""

    executive: int
    zone: str
    hours: Hours = Hours()
    off: frozenset[date] = frozenset()
    taken: tuple[Span, ...] = ()
    of_stratum: int = 0
    of_all: int = 0


class Slot(NamedTuple):
    """A time with somebody to meet."""

    start: int
    end: int
    executive: int


def free(diary: Diary, since: int, until: int) -> list[Slot]:
    """The free slots of one diary that start in [since, until), in order. A day is cut from its first minute to its
    last by time that really passes, so that a change of the clock neither loses nor doubles anything."""
    here, hours = zone(diary.zone), diary.hours
    busy = Counter(datetime.fromtimestamp(each.start, here).date() for each in diary.taken)
    found: list[Slot] = []
    for day in _days(datetime.fromtimestamp(since, here).date(), datetime.fromtimestamp(until, here).date()):
        if day.weekday() not in hours.weekdays or day in diary.off or busy[day] >= hours.most_a_day:
            continue
        first, last = (int(datetime.combine(day, at, here).timestamp()) for at in (hours.starts, hours.ends))
        length = hours.minutes * 60
        for start in range(first, last - length + 1, length):
            slot = Slot(start, start + length, diary.executive)
            if since <= start < until and not overlaps(slot.start, slot.end, diary.taken):
                found.append(slot)
    return found


def against(diary: Diary, start: int, end: int) -> str:
    """What speaks against a meeting in [start, end) where nothing else stands, in words after whose diary it is: a day
    off, their hours, or as many meetings that day as they hold; "" for nothing."""
    here, hours = zone(diary.zone), diary.hours
    first, last = datetime.fromtimestamp(start, here), datetime.fromtimestamp(end, here)
    day = first.date()
    if day in diary.off:
        return f"has {first:%a} {day.day} {first:%b} off"
    inside = hours.starts <= first.time() and last.time() <= hours.ends and last.date() == day
    if day.weekday() not in hours.weekdays or not inside:
        return f"holds meetings {weekday_words(hours.weekdays)} {hours.starts:%H:%M}–{hours.ends:%H:%M}"
    held = sum(datetime.fromtimestamp(each.start, here).date() == day for each in diary.taken)
    if held >= hours.most_a_day:
        return f"holds {held} that day already, and {hours.most_a_day} at most"
    return ""


def overlaps(start: int, end: int, taken: Iterable[Span]) -> bool:
    """Whether [start, end) touches any time that is taken."""
    return any(start < each.end and each.start < end for each in taken)


def by_start(diaries: Iterable[Diary], since: int, until: int) -> dict[int, list[Slot]]:
    """All free slots of several diaries by the instant at which they start, in order."""
    found: dict[int, list[Slot]] = {}
    for diary in diaries:
        for slot in free(diary, since, until):
            found.setdefault(slot.start, []).append(slot)
    return dict(sorted(found.items()))


def choose(slots: Sequence[Slot], diaries: Collection[Diary], secret: bytes, lead: int) -> Slot:
    """Whose meeting it becomes, among those free at one time: whoever has the fewest of this stratum, then the fewest
    of all; a tie is settled by lot, by the same lot whenever it is asked again."""
    booked = {each.executive: (each.of_stratum, each.of_all) for each in diaries}
    return min(slots, key=lambda slot: (booked[slot.executive], _lot(secret, lead, slot.executive)))


def _lot(secret: bytes, lead: int, executive: int) -> bytes:
    return hmac.digest(secret, f"slot:{lead}:{executive}".encode(), hashlib.sha256)


def horizon(now: int, zone_name: str, working_days: int = WORKING_DAYS) -> int:
    """The end of the last of so many working days of the prospect, today being none of them."""
    day = datetime.fromtimestamp(now, zone(zone_name)).date()
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < 5
    return local_day(day, zone_name).end


def suits(slot: Slot, zone_name: str, off: DayOff) -> bool:
    """Whether a slot lies inside the prospect's working hours, on a day that is not `off`."""
    start, end = (datetime.fromtimestamp(at, zone(zone_name)) for at in (slot.start, slot.end))
    inside = start.time() >= PROSPECT_STARTS and end.time() <= PROSPECT_ENDS and start.date() == end.date()
    return inside and start.weekday() < 5 and not off(start.date())


def offers(slots: Mapping[int, Slot], zone_name: str, page: int = 0, count: int = OFFERED) -> tuple[Slot, ...]:
    """The slots of one page of offers, in order; each page is spread over days and over mornings and afternoons of
    the prospect, and holds none of the pages before. Empty when there is nothing more."""
    left = [slots[start] for start in sorted(slots)]
    here: list[Slot] = []
    for _ in range(page + 1):
        here = _spread(left, zone_name, count)
        left = [slot for slot in left if slot not in here]
    return tuple(sorted(here))


def _spread(slots: Sequence[Slot], zone_name: str, count: int) -> list[Slot]:
    """The earliest slot, then each time the earliest that differs most: another day and the other half of it, another
    day, another half, any."""
    chosen: list[Slot] = []
    cells: list[tuple[date, bool]] = []
    while len(chosen) < count and len(chosen) < len(slots):
        best = min(
            (slot for slot in slots if slot not in chosen),
            key=lambda slot: (-_differs(_cell(slot, zone_name), cells), slot.start),
        )
        chosen.append(best)
        cells.append(_cell(best, zone_name))
    return chosen


def _differs(cell: tuple[date, bool], cells: Sequence[tuple[date, bool]]) -> int:
    if not cells:
        return 0
    another_day = cell[0] not in {day for day, _ in cells}
    another_half = cell[1] != cells[-1][1]
    return 2 * another_day + another_half


def _cell(slot: Slot, zone_name: str) -> tuple[date, bool]:
    """The prospect's day, and whether it is before noon."""
    start = datetime.fromtimestamp(slot.start, zone(zone_name))
    return start.date(), start.hour < _NOON


def nearest(starts: Iterable[int], at: int, count: int = OFFERED) -> list[int]:
    """The starts that are nearest to an instant, in order of time."""
    return sorted(sorted(starts, key=lambda start: (abs(start - at), start))[:count])


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
