"""The attempt plan: when a lead that was tried stands in the queue again, and why it stands there now.

All instants are aware and in UTC; hours of the day are the prospect's. Zones are IANA names (`tzdata.UnknownZone`
is raised for others): day-parts are reckoned by the first one, courtesy hours must hold in every zone the lead may
be in. The law is not asked here: `calling.may_call` stays exact at claim and at dial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from salesdesk.line.publicdays import DayOff, never
from salesdesk.line.salesmap import DAYPARTS, AttemptPlan, Delay, Retry
from salesdesk.line.tzdata import zone as zone_of

Courtesy = tuple[frozenset[int], time, time]
"""The campaign's calling hours, prospect-local: weekdays (0 is Monday), from, until."""

COURTESY: Courtesy = (frozenset(range(5)), time(8, 30), time(17, 30))
LONG = timedelta(minutes=60)
"""A day-part with less than this left is no time to send a whole batch to; a shorter one is only used when no
longer one will do."""
WEEKS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class Wake:
    """From when a ticket may be served again (UTC), until when before it sleeps on (None: no end), in which
    day-part, and whether this is the rest after the last try."""

    wakes_at: datetime
    sleeps_again_at: datetime | None = None
    daypart: str | None = None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    daypart: str
    start: datetime
    stop: datetime
    full: timedelta


def daypart_at(instant: datetime, zones: Sequence[str]) -> str | None:
    """The part of the prospect's day in which an instant falls, by the first zone; None in the night."""
    local = instant.astimezone(zone_of(zones[0]) if zones else UTC).time()
    return next((part.name for part in DAYPARTS if part.start <= local < part.stop), None)


def next_wake(
    plan: AttemptPlan,
    *,
    attempt: int,
    used_dayparts: Sequence[str],
    now: datetime,
    zones: Sequence[str],
    jitter: float,
    courtesy: Courtesy = COURTESY,
    off: DayOff = never,
) -> Wake:
    """When the try after `attempt` tries may be made; `used_dayparts` are those of the tries so far.

    The gap of the plan is counted from now; a ticket whose day-part went by untried asks again with the same attempt.
    The first tries each take a day-part not used yet, the later ones the least used; within it the ticket wakes in
    its first half, at `jitter` in [0, 1), so that a batch does not wake all at once.
    After the last try, or where the zones and courtesy hours leave no common time, it rests.
    """
    span = None
    if attempt < plan.tries and zones:
        earliest = now
        if attempt > 0:
            earliest = max(now, later(plan.gaps[attempt - 1], now, zones, courtesy, off))
        spans = _spans(earliest, tuple(zones), courtesy)
        span = _choose(spans, used_dayparts, attempt < plan.different_dayparts)
    if span is None:
        return Wake(later(plan.rest, now, zones, courtesy, off), rest=True)
    return _wake_in(span, jitter)


def _wake_in(span: _Span, jitter: float) -> Wake:
    return Wake(span.start + (span.stop - span.start) * (jitter / 2), span.stop, span.daypart)


def _choose(spans: Iterator[list[_Span]], used: Sequence[str], first_tries: bool) -> _Span | None:
    """The earliest span of the day-part that is due, looking a week further as long as there is none."""
    seen: list[_Span] = []
    for week in spans:
        seen += week
        long = {span.daypart for span in seen if span.full >= LONG}
        every = {span.daypart for span in seen}
        due = (long - set(used)) or (first_tries and every - set(used)) or _least_used(long or every, used)
        for span in seen:
            if span.daypart in due and span.stop - span.start >= min(LONG, span.full / 2):
                return span
    return None


def _least_used(names: set[str], used: Sequence[str]) -> set[str]:
    fewest = min((used.count(name) for name in names), default=0)
    return {name for name in names if used.count(name) == fewest}


def _spans(earliest: datetime, zones: tuple[str, ...], courtesy: Courtesy) -> Iterator[list[_Span]]:
    """Week by week, the day-parts that are left after `earliest`, inside the courtesy hours of every zone."""
    today = earliest.astimezone(zone_of(zones[0])).date()
    for week in range(WEEKS_AHEAD):
        yield [
            span if span.start >= earliest else replace(span, start=earliest)
            for span in _week(today, week, zones, courtesy)
            if span.stop > earliest
        ]


@lru_cache(maxsize=1024)
def _week(today: date, week: int, zones: tuple[str, ...], courtesy: Courtesy) -> tuple[_Span, ...]:
    """Every usable day-part of a week from today on; the first week has eight days, to end on today's weekday."""
    days = (today + timedelta(days=number) for number in range(week * 7, week * 7 + 7 + (week == 0)))
    return tuple(
        _Span(name, start, stop, stop - start)
        for day in days
        if day.weekday() in courtesy[0]
        for name, start, stop in _day(day, zones, courtesy)
    )


@lru_cache(maxsize=4096)
def _day(day: date, zones: tuple[str, ...], courtesy: Courtesy) -> tuple[tuple[str, datetime, datetime], ...]:
    """The usable part of each day-part of one day of the first zone."""
    first = zone_of(zones[0])
    found = []
    for part in DAYPARTS:
        start, stop = _instant(day, part.start, first), _instant(day, part.stop, first)
        for name in zones:
            start, stop = _common(start, stop, day, zone_of(name), courtesy)
        if start < stop:
            found.append((part.name, start, stop))
    return tuple(found)


def _common(
    start: datetime, stop: datetime, day: date, zone: ZoneInfo, courtesy: Courtesy
) -> tuple[datetime, datetime]:
    """The longest part of start..stop inside the courtesy hours of a zone; empty (stop, stop) when there is none."""
    weekdays, opens, closes = courtesy
    best = (stop, stop)
    for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
        if near.weekday() in weekdays:
            inside = max(start, _instant(near, opens, zone)), min(stop, _instant(near, closes, zone))
            best = max(best, inside, key=lambda pair: pair[1] - pair[0])
    return best


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def band(plan: AttemptPlan, tries: int) -> int:
    """The band of a lead after so many tries, which stands before its random place in the stratum, lower first: by
    breadth fewer tries come first, by depth more."""
    return tries if plan.band == "breadth" else max(0, plan.tries - tries)


# --- delays and retries ---------------------------------------------------------------------------------------


def later(
    delay: Delay,
    now: datetime,
    zones: Sequence[str],
    courtesy: Courtesy = COURTESY,
    off: DayOff = never,
) -> datetime:
    """The instant one delay after another: days keep the hour of the first zone's clock across its changes.

    "Next day" is a working day.
    """
    if delay.seconds:
        return now + timedelta(seconds=delay.seconds)
    zone = zone_of(zones[0]) if zones else UTC
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=delay.days)
    left = delay.working_days
    while left:
        day += timedelta(days=1)
        left -= _works(day, courtesy, off)
    return datetime.combine(day, local.time(), zone).astimezone(UTC)


def _works(day: date, courtesy: Courtesy, off: DayOff) -> bool:
    return day.weekday() in (courtesy[0] or COURTESY[0]) and not off(day)


def on_working_day(at: datetime, zones: Sequence[str], courtesy: Courtesy = COURTESY, off: DayOff = never) -> datetime:
    """The same hour of the first working day from an instant on, by the first zone's clock."""
    here = at.astimezone(zone_of(zones[0]) if zones else UTC)
    while not _works(here.date(), courtesy, off):
        here += timedelta(days=1)
    return here.astimezone(UTC)


def month_start(month: str, zones: Sequence[str], courtesy: Courtesy = COURTESY, off: DayOff = never) -> datetime:
    """When the courtesy hours of the first working day of a month (YYYY-MM) open; ValueError on any other text."""
    if not re.fullmatch(r"(?a:\d{4}-\d\d)", month):
        raise ValueError(f"{month!r} is not a month such as 2026-03")
    day = date.fromisoformat(f"{month}-01")
    while not _works(day, courtesy, off):
        day += timedelta(days=1)
    return datetime.combine(day, courtesy[1], zone_of(zones[0]) if zones else UTC).astimezone(UTC)


def wake_after(
    retry: Retry,
    *,
    plans: Mapping[str, AttemptPlan],
    facts: Mapping[str, str | int | bool],
    attempt: int,
    used_dayparts: Sequence[str],
    now: datetime,
    zones: Sequence[str],
    jitter: float,
    courtesy: Courtesy = COURTESY,
    off: DayOff = never,
) -> Wake | None:
    """When a resolved outcome lets its lead be tried again; None when this retry brings nothing back by time.

    A delay before the next try counts as a try of its plan: after the plan's last one the lead rests instead, unless
    the retry is good for tries of its own. A delay of days keeps the hour, but not in a part of the day that one of the
    plan's first tries had already.
    """
    plan = plans.get(retry.plan or "")
    if retry.kind == "plan" and plan is not None:
        return next_wake(
            plan,
            attempt=attempt,
            used_dayparts=used_dayparts,
            now=now,
            zones=zones,
            jitter=jitter,
            courtesy=courtesy,
            off=off,
        )
    if retry.kind == "after" and retry.delay:
        if plan is not None and attempt >= plan.tries + bool(retry.tries):
            return Wake(later(plan.rest, now, zones, courtesy, off), rest=True)
        at = later(retry.delay, now, zones, courtesy, off)
        first = plan is not None and not retry.tries and attempt < plan.different_dayparts
        if first and zones and not retry.delay.seconds and daypart_at(at, zones) in used_dayparts:
            spans = _spans(at, tuple(zones), courtesy)
            if span := _choose(spans, used_dayparts, first_tries=True):
                return _wake_in(span, jitter)
        return Wake(at)
    if retry.kind == "rebook" and retry.delay:
        return Wake(now, on_working_day(later(retry.delay, now, zones, courtesy, off), zones, courtesy, off))
    if retry.kind == "promise" and retry.field:
        return Wake(datetime.fromisoformat(str(facts[retry.field])))
    if retry.kind == "rest" and retry.field:
        return Wake(max(now, month_start(str(facts[retry.field]), zones, courtesy, off)), rest=True)
    if retry.kind == "rest" and retry.delay:
        return Wake(later(retry.delay, now, zones, courtesy, off), rest=True)
    return None


def promise_again(
    retry: Retry,
    *,
    missed: int,
    now: datetime,
    zones: Sequence[str],
    courtesy: Courtesy = COURTESY,
    off: DayOff = never,
) -> datetime | None:
    """When to call again after the `missed`-th no-answer (from 1) to a promise; None when its steps are used up."""
    if not 1 <= missed <= len(retry.steps):
        return None
    return later(retry.steps[missed - 1], now, zones, courtesy, off)


# --- words ----------------------------------------------------------------------------------------------------


def describe(plan: AttemptPlan, attempt: int, *, used_dayparts: Sequence[str] = (), daypart: str | None = None) -> str:
    """Why the lead is served now, `attempt` being the try that is due (from 1): "3rd try of 6, afternoon not tried
    yet". `daypart` is the one of this moment."""
    said = f"{_ordinal(attempt)} try of {plan.tries}"
    if attempt > plan.tries:
        said = f"one try more, past the {plan.tries} of the plan"
    if attempt <= 1 or daypart is None:
        return said
    times = used_dayparts.count(daypart)
    if times == 0:
        return f"{said}, {daypart} not tried yet"
    return f"{said}, {daypart} tried {'once' if times == 1 else f'{times} times'} before"


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
