"""When somebody works: weekdays and hours by their own clock, days off, and whether an instant falls into a shift."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from salesdesk.line.tzdata import zone

Span = tuple[int, int]
"""Half-open [start, end) in epoch seconds; empty (0, 0) on a day without a shift."""
NONE: Span = (0, 0)


@dataclass(frozen=True, slots=True)
class Shift:
    """Somebody's working week. `weekdays`: 0 is Monday; `starts`, `ends`: by the clocks of `zone`, and a shift that
    ends before it starts goes past midnight; `off`: days without a shift, by the date on which it would start."""

    weekdays: frozenset[int]
    starts: time
    ends: time
    zone: str
    off: frozenset[date] = frozenset()

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    def works(self, day: date) -> bool:
        """Whether a shift starts on this day."""
        return day.weekday() in self.weekdays and day not in self.off

    def span(self, day: date) -> Span:
        """The shift that starts on a day."""
        if not self.works(day):
            return NONE
        last = day if self.ends > self.starts else day + timedelta(days=1)
        return _epoch(day, self.starts, self.zone), _epoch(last, self.ends, self.zone)

    def on(self, at: float) -> bool:
        """Whether an instant falls into a shift; one of the night before counts."""
        day = self.day(at)
        return any(start <= at < end for start, end in (self.span(day - timedelta(days=1)), self.span(day)))

    def day(self, at: float) -> date:
        """The date of an instant by their clock."""
        return datetime.fromtimestamp(at, zone(self.zone)).date()


def _epoch(day: date, clock: time, name: str) -> int:
    return int(datetime.combine(day, clock, tzinfo=zone(name)).timestamp())


def weekdays(words: str) -> frozenset[int]:
    """Weekdays from what is typed: "mon tue fri", "mon-fri" or "0 1 2"; raises ValueError for anything else."""
    found: set[int] = set()
    for word in words.lower().replace(",", " ").replace("–", "-").split():
        first, dash, last = word.partition("-")
        start, end = _weekday(first), _weekday(last) if dash else _weekday(first)
        found |= {(start + n) % 7 for n in range((end - start) % 7 + 1)}
    if not found:
        raise ValueError('no weekday; try "mon-fri" or "mon tue thu"')
    return frozenset(found)


_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _weekday(word: str) -> int:
    for number, name in enumerate(_NAMES):
        if word == str(number) or (len(word) >= 2 and f"{name}day".startswith(word)) or word[:3] == name:
            return number
    raise ValueError(f'{word} is no weekday; try "mon-fri" or "mon tue thu"')


def weekday_words(chosen: Collection[int]) -> str:
    """Weekdays as people write them: "Mon–Fri", "Mon Tue Sat"."""
    runs: list[list[int]] = []
    for number in sorted(chosen):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return " ".join(
        f"{_NAMES[run[0]].title()}–{_NAMES[run[-1]].title()}"
        if len(run) > 2
        else " ".join(_NAMES[n].title() for n in run)
        for run in runs
    )


ON, OUTSIDE, OFF = "on", "outside", "off"


def duty(at: float, spans: Iterable[Span], name: str) -> str:
    """Whether somebody with these shifts ahead is on duty at an instant, outside their hours on a working day, or off:
    no shift starts on that day by the clocks of zone `name`."""
    day = datetime.fromtimestamp(at, zone(name)).date()
    starts: set[date] = set()
    for start, end in spans:
        if start <= at < end:
            return ON
        starts.add(datetime.fromtimestamp(start, zone(name)).date())
    return OUTSIDE if day in starts else OFF
