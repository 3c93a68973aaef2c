"""The words for a day and a time: weekdays, months, dates in their spellings, clock times.

What can be read in two ways raises WhenError with one line for the person who typed it.
"""

import re
import unicodedata
from datetime import date, time

HINT = 'try "tue 3pm", "tomorrow 9:30", "in 20 min" or "nov 25 15:00"'
DAY_PARTS = {"morning": time(9), "noon": time(12), "midday": time(12), "afternoon": time(14), "evening": time(17)}

_LONGEST_TEXT = 60
_YEARS = range(2000, 2100)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SPECIAL_DAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?:h)?\s?(am|pm|a|p)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")


class WhenError(ValueError):
    """A time or month was not understood; the message is one line for the person who typed it."""


def normal(text: str, hint: str = HINT) -> str:
    """Lower-case words with single spaces; WhenError for nothing, for too much and for what nobody types."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"(\d)t(\d)", r"\1 \2", plain)  # 2026-11-25T10:00
    words = " ".join(plain.replace(",", " ").split())
    if not words:
        raise WhenError(f"when? {hint}")
    if len(words) > _LONGEST_TEXT or not words.isprintable() or not words.isascii():
        raise WhenError(f"that is no time: {hint}")
    return words


def weekday_of(word: str) -> int | None:
    """0 for Monday … 6, or None when the word is no weekday."""
    if word in _SPECIAL_DAYS:
        return _SPECIAL_DAYS[word]
    return next((i for i, day in enumerate(_DAYS) if word in (day, day[:3])), None)


def month_of(word: str) -> int | None:
    """1 … 12, or None when the word is no month."""
    stem = word.rstrip(".")
    if stem == "sept":
        return 9
    return next((i for i, month in enumerate(_MONTHS, start=1) if stem in (month, month[:3])), None)


def date_of(words: list[str], today: date, day_first: bool) -> tuple[date, int] | None:
    """A date at the beginning of words and how many of them it took."""
    word = words[0]
    if match := _ISO.fullmatch(word):
        return _real(int(match[1]), int(match[2]), int(match[3])), 1
    if match := _DOTTED.fullmatch(word):
        return _dated(int(match[2]), int(match[1]), match[3], today, word), 1
    if match := _SLASHED.fullmatch(word):
        day, month = (match[1], match[2]) if day_first else (match[2], match[1])
        return _dated(int(month), int(day), match[3], today, word), 1
    if (number := month_of(word)) is not None and len(words) > 1:
        day_number = _day_number(words[1])
        if day_number is None:
            raise WhenError(f'which day of {word}? "{word[:3]} 25 15:00"')
        return _with_year(number, day_number, words, 2, today)
    day_number = _day_number(word)
    if day_number is not None and len(words) > 1:
        after = 2 if words[1] == "of" else 1
        if len(words) > after and (number := month_of(words[after])) is not None:
            return _with_year(number, day_number, words, after + 1, today)
    if match := _ORDINAL.fullmatch(word):
        return _next_ordinal(int(match[1]), today), 1
    return None


def _day_number(word: str) -> int | None:
    match = _ORDINAL.fullmatch(word) or re.fullmatch(r"(\d{1,2})\.?", word)
    return int(match[1]) if match else None


def _with_year(month: int, day: int, words: list[str], used: int, today: date) -> tuple[date, int]:
    if len(words) > used and re.fullmatch(r"20\d{2}", words[used]):
        return _real(int(words[used]), month, day), used + 1
    return _dated(month, day, None, today, " ".join(words[:used])), used


def _dated(month: int, day: int, year: str | None, today: date, said: str) -> date:
    if not 1 <= month <= 12:
        raise WhenError(f'"{said}" has no month {month}: write the month as a word, or 15:30 for a time')
    if year is not None:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _real(today.year, month, day)
    return found if found >= today else _real(today.year + 1, month, day)


def _next_ordinal(day: int, today: date) -> date:
    months = today.year * 12 + today.month - 1 + (day < today.day)
    return _real(months // 12, months % 12 + 1, day)


def _real(year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise WhenError(f"there is no day {year}-{month:02d}-{day:02d}") from error
    if year not in _YEARS:
        raise WhenError(f"the year {year} is not near enough")
    return found


def clock_of(words: list[str]) -> tuple[time, int] | None:
    """A clock time at the beginning of words and how many of them it took."""
    joined = len(words) > 1 and words[1] in ("am", "pm", "h")
    match = _CLOCK.fullmatch(f"{words[0]} {words[1]}" if joined and words[1] != "h" else words[0])
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            raise WhenError(f'"{match[0]}" is no time: 3pm, or 15:00')
        hour = hour % 12 + (12 if half == "p" else 0)
    elif 1 <= hour <= 6 and len(match[1]) == 1:
        raise WhenError(f'morning or afternoon? write "{hour}pm" or "0{hour}:{minute:02d}"')
    if hour > 23 or minute > 59:
        raise WhenError(f'"{match[0]}" is no time: {HINT}')
    return time(hour, minute), 2 if joined else 1
