"""Times as people say them on the phone: "tue 3pm", "tomorrow 9:30", "in 20 min", "nov 25 15:00".

A grammar of our own and a small one: a general date parser guesses, and a guessed day is a broken promise. What is
not understood, or can be read in two ways, is refused with a line that says what to type.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salesdesk.line.dates import DAY_PARTS, HINT, WhenError, clock_of, date_of, month_of, normal, weekday_of

__all__ = ["LONGEST_DAYS", "WhenError", "echo", "parse_month", "parse_when", "refusal"]

LONGEST_DAYS = 30
"""A promise further ahead than this is a month to return in, not a callback."""

_FIRST_THING = time(9)
_FILLERS = {"at", "on", "the", "this", "around", "about", "of", "o'clock", "oclock", "uhr"}
_TOMORROW = {"tomorrow", "tmrw", "tmr", "tom"}
_MONTH_HINT = 'try "march 2027", "03/27" or "in 3 months"'
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "minutes"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
    **dict.fromkeys(("d", "day", "days"), "days"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), "weeks"),
}
_IN = re.compile(r"in (an?|half an?|\d+(?:\.\d+)?) ?([a-z]+)(?: (.*))?")


def parse_when(text: str, *, now: datetime, zone: str, day_first: bool = False) -> datetime:
    """The instant meant by `text`, aware, in the prospect's zone.

    now: aware; zone: IANA name of the prospect's zone; day_first: how "11/12" is read. A weekday means the next one
    (today only with a time still ahead), "next thu" the one of next week (Monday to Sunday), a day without a time
    9:00, a time without a day its next occurrence, a date without a year its next one. A local time that a clock
    change skips becomes the first valid minute after it; one that comes twice is the first of the two.
    Raises WhenError for anything else.
    """
    words = normal(text)
    here = now.astimezone(_zone(zone))
    if relative := _IN.fullmatch(words):
        return _relative(relative, here)
    said = _Said()
    rest = words.split()
    while rest:
        rest = rest[said.take(rest, here, day_first) :]
    return said.resolve(here)


def refusal(when: datetime, *, now: datetime, windows: Sequence[tuple[int, int]]) -> str | None:
    """Why this callback cannot be promised, in one line, or None.

    windows: legal calling intervals [start, end) as epoch seconds, covering at least the day of `when`.
    """
    instant = when.timestamp()  # two times of one zone would be compared by the wall clock
    if instant <= now.timestamp():
        return "that is in the past"
    if instant > now.timestamp() + LONGEST_DAYS * 86_400:
        return f"that is more than {LONGEST_DAYS} days ahead: use Not now with a month"
    if not any(start <= instant < end for start, end in windows):
        return f"outside the legal hours there{_nearest_window(when, windows)}"
    return None


def echo(when: datetime, mine_zone: str, *, now: datetime | None = None) -> str:
    """The time read back in both zones: "Thu 15:00 Chicago = 16:00 yours".

    With `now` the date is added unless the day is one of the next six, so that "next thu" cannot hide its week.
    Raises WhenError for an unknown zone.
    """
    mine = when.astimezone(_zone(mine_zone))
    dated = now is not None and (when.date() - now.astimezone(when.tzinfo).date()).days > 6
    day = f"{when:%a} {when.day} {when:%b}" if dated else f"{when:%a}"
    my_day = "" if mine.date() == when.date() else f"{mine:%a} "
    return f"{day} {when:%H:%M} {_city(when)} = {my_day}{mine:%H:%M} yours"


def stated(when: datetime) -> str:
    """A time that can be mistaken for no other, in the zone that it has: "Fri 4 Dec 14:00 Chicago"."""
    return f"{when:%a} {when.day} {when:%b} {when:%H:%M} {_city(when)}"


def parse_month(text: str, *, now: datetime) -> tuple[int, int]:
    """(year, month) to return in: "march 2027", "march", "in 3 months", "next month", "03/27", "2027-03".

    A month without a year is the next one after the current month. Raises WhenError for anything else, for a month
    that is not after the current one, and beyond five years.
    """
    words = normal(text, hint=_MONTH_HINT)
    month = _said_month(words, now)
    if month is None:
        raise WhenError(f'"{words}" is no month I know: {_MONTH_HINT}')
    year, number = month
    ahead = (year - now.year) * 12 + number - now.month
    if not 1 <= number <= 12 or ahead > 60:
        raise WhenError(f'"{words}" is not a month of the next five years: {_MONTH_HINT}')
    if ahead < 1:
        raise WhenError(f'"{words}" is not after this month: {_MONTH_HINT}')
    return year, number


@dataclass(slots=True)
class _Said:
    """What has been understood so far: at most one day and one time."""

    day: date | None = None
    weekday: int | None = None
    next_week: bool = False
    clock: time | None = None

    def take(self, words: list[str], here: datetime, day_first: bool) -> int:
        """Understand the beginning of words; how many were used. Raises WhenError when none can be."""
        today = here.date()
        word = words[0]
        if word in _FILLERS:
            return 1
        if words[:3] == ["day", "after", "tomorrow"]:
            return self._set_day(today + timedelta(days=2), 3)
        if word == "today" or word in _TOMORROW:
            return self._set_day(today + timedelta(days=word != "today"), 1)
        if word == "next" and len(words) > 1 and (words[1] == "week" or weekday_of(words[1]) is not None):
            self.next_week = True
            return 2 if words[1] == "week" else 1
        if (weekday := weekday_of(word)) is not None:
            return self._set_weekday(weekday)
        if found := date_of(words, today, day_first):
            return self._set_day(*found)
        if word in DAY_PARTS:
            return self._set_clock(DAY_PARTS[word], 1)
        if found_time := clock_of(words):
            return self._set_clock(*found_time)
        raise WhenError(f'"{word}" is not understood: {HINT}')

    def resolve(self, here: datetime) -> datetime:
        """The instant, or WhenError when the parts contradict each other."""
        today = here.date()
        if self.next_week and (self.weekday is None or self.day is not None):
            raise WhenError('which day next week? "next thu 10:00"')
        if self.day is not None:
            if self.weekday is not None and self.day.weekday() != self.weekday:
                raise WhenError(f"{self.day:%d %b %Y} is a {self.day:%A}")
            if self.day == today and self.clock is None:
                raise WhenError('what time today? "today 15:00"')
            return _local(self.day, self.clock or _FIRST_THING, here)
        if self.weekday is not None:
            return self._on_weekday(self.weekday, here)
        if self.clock is None:
            raise WhenError(f"when? {HINT}")
        at = _local(today, self.clock, here)
        return at if _after(at, here) else _local(today + timedelta(days=1), self.clock, here)

    def _on_weekday(self, weekday: int, here: datetime) -> datetime:
        today = here.date()
        if self.next_week:
            monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
            return _local(monday + timedelta(days=weekday), self.clock or _FIRST_THING, here)
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
        at = _local(day, self.clock or _FIRST_THING, here)
        if day == today and (self.clock is None or not _after(at, here)):
            at = _local(day + timedelta(days=7), self.clock or _FIRST_THING, here)
        return at

    def _set_day(self, day: date, used: int) -> int:
        if self.day is not None:
            raise WhenError(f"two days in one: {HINT}")
        self.day = day
        return used

    def _set_weekday(self, weekday: int) -> int:
        if self.weekday is not None:
            raise WhenError(f"two days in one: {HINT}")
        self.weekday = weekday
        return 1

    def _set_clock(self, clock: time, used: int) -> int:
        if self.clock is not None:
            raise WhenError(f"two times in one: {HINT}")
        self.clock = clock
        return used


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise WhenError(f"no such time zone: {name!r}") from error


def _city(when: datetime) -> str:
    key = getattr(when.tzinfo, "key", None) or when.tzname() or "there"
    return str(key).rsplit("/", 1)[-1].replace("_", " ")


def _relative(match: re.Match[str], here: datetime) -> datetime:
    amount_word, unit_word, rest = match.groups()
    unit = _UNITS.get(unit_word)
    if unit is None:
        raise WhenError(f'"{unit_word}" is not understood: {HINT}')
    amount = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5}.get(amount_word)
    amount = float(amount_word) if amount is None else amount
    if amount > 100_000:
        raise WhenError("that is too far ahead")
    if unit in ("minutes", "hours"):
        if rest:
            raise WhenError(f'"{rest}" is not understood: {HINT}')
        at = here.astimezone(UTC) + timedelta(minutes=amount * (60 if unit == "hours" else 1))
        whole = at.replace(second=0, microsecond=0)
        return (whole if whole == at else whole + timedelta(minutes=1)).astimezone(here.tzinfo)
    if amount != int(amount):
        raise WhenError(f"whole {unit} only: {HINT}")
    days = int(amount) * (7 if unit == "weeks" else 1)
    if days > 366:
        raise WhenError("that is too far ahead")
    said = _Said(day=here.date() + timedelta(days=days))
    words = (rest or "").split()
    while words:
        words = words[said.take(words, here, day_first=False) :]
    if said.clock is None:
        said.clock = here.time().replace(second=0, microsecond=0, fold=0)
    return said.resolve(here)


def _after(at: datetime, here: datetime) -> bool:
    return at.timestamp() > here.timestamp()


def _local(day: date, clock: time, here: datetime) -> datetime:
    """That wall time in the zone of `here`; moved to the first valid minute after a gap."""
    at = datetime.combine(day, clock, tzinfo=here.tzinfo)
    while at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) != at.replace(tzinfo=None):
        at += timedelta(minutes=1)
    return at


def _nearest_window(when: datetime, windows: Sequence[tuple[int, int]]) -> str:
    instant = when.timestamp()
    if not windows:
        return ""
    start, end = min(windows, key=lambda w: min(abs(w[0] - instant), abs(w[1] - instant)))
    opens, closes = (datetime.fromtimestamp(at, when.tzinfo) for at in (start, end))
    day = "" if opens.date() == when.date() else f"{opens:%a} "
    return f": {day}{opens:%H:%M}–{closes:%H:%M} is open"


def _said_month(words: str, now: datetime) -> tuple[int, int] | None:
    here = now.year * 12 + now.month - 1
    if match := re.fullmatch(r"in (a|an|\d{1,2}) (month|months|quarter|quarters|year|years)", words):
        amount = 1 if match[1] in ("a", "an") else int(match[1])
        ahead = amount * {"m": 1, "q": 3, "y": 12}[match[2][0]]
        return (here + ahead) // 12, (here + ahead) % 12 + 1
    if words == "next month":
        return (here + 1) // 12, (here + 1) % 12 + 1
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})", words):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{4}|\d{2})", words):
        return int(match[2]) + (2000 if len(match[2]) == 2 else 0), int(match[1])
    if match := re.fullmatch(r"([a-z]+\.?)(?: (\d{4}|'?\d{2}))?", words):
        number = month_of(match[1])
        if number is None:
            return None
        if match[2] is None:
            return now.year + (number <= now.month), number
        year = int(match[2].lstrip("'"))
        return year + (2000 if year < 100 else 0), number
    return None
