"""What one local date allows: the rules' hours, less banned days, met with the campaign's courtesy hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from salesdesk.line.calling_rules.packs import WEEKDAYS, Rule, Span, applied

_WHOLE_DAY: tuple[Span, ...] = ((0, 86_400),)


@dataclass(frozen=True, slots=True)
class Courtesy:
    """A campaign's hours by the prospect's clock, half-open, Monday = 0. Raises ValueError if start >= stop."""

    weekdays: frozenset[int] = frozenset(range(5))
    start: time = time(8, 30)
    stop: time = time(17, 30)

    def __post_init__(self) -> None:
        if self.start >= self.stop or not self.weekdays <= set(range(7)):
            raise ValueError("courtesy hours must start before they stop, on weekdays 0 (Monday) to 6")

    def spans(self, weekday: int) -> tuple[Span, ...]:
        if weekday not in self.weekdays:
            return ()
        return ((_second(self.start), _second(self.stop)),)


@dataclass(frozen=True, slots=True)
class Day:
    """`legal`: seconds of the local day in which the law allows a call; `open`: also courteous.
    `closed`: why the whole day is banned (``holiday``, ``sunday``) or empty; `by`: the rules that ban it."""

    open: tuple[Span, ...]
    legal: tuple[Span, ...]
    closed: str
    by: tuple[str, ...]


def _second(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def intersect(left: tuple[Span, ...], right: tuple[Span, ...]) -> tuple[Span, ...]:
    """The overlap of two sorted sequences of half-open spans; works on any integers."""
    out: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, stop = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if start < stop:
            out.append((start, stop))
        if left[i][1] <= right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def _named(form: str, year: int) -> date | None:
    """The date that a day form means in a year; none for a date of another year or 29 February."""
    if form.startswith("easter"):
        from dateutil.easter import easter

        return easter(year) + timedelta(days=int(form[6:] or 0))
    weekday, _, monthday = form.rpartition(">=")
    text = monthday if len(monthday) == 10 else f"{year}-{monthday}"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    if weekday:
        found += timedelta(days=(WEEKDAYS.index(weekday) - found.weekday()) % 7)
    return found if found.year == year else None


def _observed(days: set[date], policies: tuple[str, ...]) -> Iterator[date]:
    if "nearest" in policies:
        for holiday in days:
            if holiday.weekday() >= 5:
                yield holiday + timedelta(days=-1 if holiday.weekday() == 5 else 1)
    if "next" in policies:
        taken = set(days)
        for holiday in sorted(days):
            moved = holiday
            while moved.weekday() >= 5 or (moved != holiday and moved in taken):
                moved += timedelta(days=1)
            taken.add(moved)
            yield moved


@lru_cache(maxsize=1024)
def banned_days(rule: Rule, year: int) -> frozenset[date]:
    """The dates in a calendar year on which a rule bans calls, observed days included."""
    days: set[date] = set()
    for near in (year - 1, year, year + 1):  # New Year on a Saturday is observed in the year before
        named = {found for form in rule.days if (found := _named(form, near)) is not None}
        days |= named | set(_observed(named, rule.observed))
    return frozenset(found for found in days if found.year == year)


@lru_cache(maxsize=200_000)
def day(jurisdictions: tuple[str, ...], kind: str, profile: str, courtesy: Courtesy | None, local: date) -> Day:
    """Everything that the rules of these jurisdictions together say about one local date."""
    rules = applied(jurisdictions, kind, profile).rules
    weekday = local.weekday()
    holiday = tuple(rule.id for rule in rules if rule.days and local in banned_days(rule, local.year))
    shut = tuple(rule.id for rule in rules if not rule.hours[weekday])
    legal = _WHOLE_DAY
    for rule in rules:
        legal = intersect(legal, rule.hours[weekday])
    if holiday:
        return Day((), (), "holiday", holiday + shut)
    if shut:
        return Day((), (), "sunday" if weekday == 6 else "", shut)
    return Day(intersect(legal, courtesy.spans(weekday)) if courtesy else legal, legal, "", ())
