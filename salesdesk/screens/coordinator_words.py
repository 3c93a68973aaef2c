"""Words of the coordinator's forms: what people type for a segment, hours, callers or a date, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from salesdesk.desk.campaigns import EXCLUDABLE, Hours
from salesdesk.desk.segmenting import Segment, SegmentCount
from salesdesk.line.text import clean

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VARIANT_B = re.compile(r"^\s*-{3,}\s*b\s*-*\s*$", re.IGNORECASE | re.MULTILINE)
"""A line such as "--- B ---" between the two variants of a script."""
EVERYBODY = ("all", "everybody", "everyone")
_TIME = r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?"
_HOURS = re.compile(rf"(?:(?P<days>[a-z][a-z ,\-–]*?)\s+)?{_TIME}\s*(?:-|–|to)\s*{_TIME}", re.IGNORECASE)
_STAFF = re.compile(r"(?:staff|employees)\s+(\d[\d,]{0,9})\s*(?:(\+)|(?:-|–|to)\s*(\d[\d,]{0,9}))?", re.IGNORECASE)


class Unclear(ValueError):
    """What was typed cannot be understood; the message is one line for whoever typed it."""


def segment_of(text: str, known: SegmentCount) -> Segment:
    """A segment from words in parts: "all", "1 2", "Apex Oct", "title finance", "seniority head director",
    "country US CA", "region TX", "staff 50-500".

    Raises Unclear naming the part that is not understood.
    """
    lists: list[int] = []
    fields: dict[str, Any] = {}
    if not text.strip():
        raise Unclear("type the number of a list, or all")
    for part in filter(None, (part.strip() for part in re.split(r"[;,·]", text))):
        word, _, rest = part.partition(" ")
        kind = word.lower()
        if kind in ("all", "everything") and not rest:
            continue
        if kind in ("staff", "employees"):
            fields |= _staff(part)
        elif kind == "title" and rest:
            if len(rest.strip()) > 60:
                raise Unclear("a part of a title has at most 60 letters")
            fields["title"] = rest.strip()
        elif kind in ("country", "countries") and rest:
            fields["countries"] = tuple(rest.upper().split())
        elif kind in ("region", "state", "regions", "states") and rest:
            fields["regions"] = (rest.strip(),) if not rest.isupper() else tuple(rest.split())
        elif kind == "incumbent" and rest:
            fields["incumbent"] = rest.strip()[:80]
        elif kind == "contract" and rest:
            fields["contract_within"] = _months(rest)
        elif kind == "seniority" and rest:
            fields["seniorities"] = _seniorities(rest, known)
        else:
            lists += _lists(part, known)
    return Segment(lists=tuple(dict.fromkeys(lists)), **fields)


def _lists(part: str, known: SegmentCount) -> list[int]:
    """List numbers as they stand on the screen (1 is the first shown), or one list by its name."""
    named = [each for each in known.lists if each.label.casefold() == part.casefold()]
    if named:
        return [int(named[0].value)]
    numbers = part.split()
    if all(number.isascii() and number.isdigit() for number in numbers):
        for number in numbers:
            if not 1 <= int(number) <= len(known.lists):
                raise Unclear(f"there is no list {number}; type one of 1 to {len(known.lists)}, or all")
        return [int(known.lists[int(number) - 1].value) for number in numbers]
    near = [each for each in known.lists if part.casefold() in each.label.casefold()]
    if len(near) == 1:
        return [int(near[0].value)]
    shown = clean(part, limit=40)
    raise Unclear(f"«{shown}» is no list here; a part is a list's number, all, or title, country, region, staff ...")


def segment_words(segment: Segment, lists: Mapping[int, str]) -> str:
    """A segment as `segment_of` reads it; a list that is not known is told by its id."""
    low, high = segment.employees_min, segment.employees_max
    staff = f"staff {low or 0}" + ("+" if high is None else f"-{high}")
    parts = [
        *(lists.get(id, f"list #{id}") for id in segment.lists),
        f"country {' '.join(segment.countries)}" if segment.countries else "",
        f"region {' '.join(segment.regions)}" if segment.regions else "",
        f"seniority {' '.join(segment.seniorities)}" if segment.seniorities else "",
        f"title {segment.title}" if segment.title else "",
        staff if low is not None or high is not None else "",
        f"incumbent {segment.incumbent}" if segment.incumbent else "",
        f"contract within {segment.contract_within} months" if segment.contract_within is not None else "",
    ]
    return clean("; ".join(part for part in parts if part)) or "all"


def _staff(part: str) -> dict[str, Any]:
    found = _STAFF.fullmatch(part.strip())
    if found is None:
        raise Unclear("staff is written staff 50-500, or staff 50+")
    low = int(found[1].replace(",", ""))
    high = int(found[3].replace(",", "")) if found[3] else None
    if high is not None and high < low:
        raise Unclear("staff goes from the smaller number to the larger")
    return {"employees_min": low} | ({"employees_max": high} if high is not None else {})


def _months(rest: str) -> int:
    found = re.fullmatch(r"(?:ends\s+)?(?:within\s+)?(\d{1,2})\s*(?:months?|m)?", rest.strip(), re.IGNORECASE)
    if found is None or int(found[1]) > 60:
        raise Unclear("a contract is written contract within 6 months, at most 60")
    return int(found[1])


def _seniorities(rest: str, known: SegmentCount) -> tuple[str, ...]:
    words = rest.lower().strip()
    values = [each.value for each in known.seniorities]
    chosen = tuple(value for value in values if value and re.search(rf"\b{re.escape(value)}\b", words))
    if not chosen:
        raise Unclear(f"seniority is one or more of {', '.join(value for value in values if value)}")
    return chosen


def hours_of(text: str) -> Hours:
    """Calling hours from words such as "Mon-Fri 8:30-17:30", "9-17" or "tue thu 10am-4pm". Raises Unclear."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise Unclear("hours are written Mon-Fri 8:30-17:30")
    _, start_hour, start_minute, start_half, stop_hour, stop_minute, stop_half = found.groups()
    start = _clock(start_hour, start_minute, start_half)
    stop = _clock(stop_hour, stop_minute, stop_half)
    if start >= stop:
        raise Unclear("the calling hours must start before they stop")
    return Hours(weekdays=_days(found["days"] or "mon-fri"), start=start, stop=stop)


def hours_words(hours: Hours) -> str:
    """Calling hours as `hours_of` reads them: "Mon-Fri 08:30-17:30"."""
    days = [DAYS[day].title() for day in sorted(hours.weekdays)]
    in_a_row = len(days) > 2 and sorted(hours.weekdays) == list(range(min(hours.weekdays), max(hours.weekdays) + 1))
    shown = f"{days[0]}-{days[-1]}" if in_a_row else " ".join(days)
    return f"{shown} {hours.start}-{hours.stop}"


def _clock(hour: str, minute: str | None, half: str | None) -> str:
    number = int(hour)
    if half and half.lower() == "pm" and number < 12:
        number += 12
    if number > 23 or int(minute or 0) > 59:
        raise Unclear(f"{hour}:{minute or '00'} is no time of day")
    return f"{number:02d}:{int(minute or 0):02d}"


def _days(words: str) -> tuple[int, ...]:
    found: list[int] = []
    for part in re.split(r"[ ,]+", re.sub(r"\s*[-–]\s*", "-", words.strip().lower())):
        first, _, last = part.partition("-")
        numbers = [n for n, day in enumerate(DAYS) if first[:3] == day or (last and last[:3] == day)]
        if not numbers or (last and last[:3] not in DAYS):
            raise Unclear(f"«{clean(part, limit=20)}» is no weekday; write Mon-Fri")
        found += range(DAYS.index(first[:3]), DAYS.index(last[:3]) + 1) if last else numbers
    if not found:
        raise Unclear("weekdays go from the earlier to the later, such as Mon-Fri")
    return tuple(sorted(set(found)))


def exclusions_of(text: str) -> tuple[str, ...]:
    """Whom to leave out: "customers, deals, partners", some of them, or "none". Raises Unclear."""
    words = [word for word in re.split(r"[ ,]+", text.strip().lower()) if word and word != "and"]
    if words in (["none"], ["nobody"]):
        return ()
    for word in words:
        if word not in EXCLUDABLE:
            raise Unclear(f"«{clean(word, limit=20)}» cannot be excluded; choose from {', '.join(EXCLUDABLE)}, or none")
    return tuple(dict.fromkeys(words))


def scripts_of(text: str) -> tuple[str, str]:
    """Variant A and B of a script; B is empty unless a line "--- B" begins it."""
    found = VARIANT_B.search(text)
    if found is None:
        return text.strip("\n"), ""
    return text[: found.start()].strip("\n"), text[found.end() :].strip("\n")


def callers_of(text: str, known: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Who calls and in which turn, from "all", "Dana, Ito" or "Dana second". Raises Unclear naming a stranger."""
    turn = 1
    words = text.strip()
    found = re.search(r"\s*\b(first|second)\s*$", words, re.IGNORECASE)
    if found:
        turn = 1 if found[1].lower() == "first" else 2
        words = words[: found.start()].strip()
    if not words or words.lower() in EVERYBODY:
        return (), turn
    return _named(words, known, "callers are"), turn


def executives_of(text: str, known: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Who takes the meetings, from "all, meetings Eve, Adam", and the rest of the text; nobody named means everybody.
    Raises Unclear naming a stranger."""
    found = re.search(r"(?:^|[\s,;])meetings?\b\s*(?:with\b|:)?(.*)$", text.strip(), re.IGNORECASE)
    if found is None:
        return text, ()
    return text.strip()[: found.start()].rstrip(" ,;"), takers_of(found[1], known)


def takers_of(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Who takes the meetings, from "Eve, Adam", or nobody from "all": that is everybody. Raises Unclear naming a
    stranger."""
    words = text.strip()
    if words.lower() in EVERYBODY:
        return ()
    chosen = _named(words, known, "meetings are taken by")
    if not chosen:
        raise Unclear("who takes the meetings is written with names, or all")
    return chosen


def _named(words: str, known: Sequence[str], who: str) -> tuple[str, ...]:
    """People by their names with commas."""
    names = {name.casefold(): name for name in known}
    chosen = []
    for part in filter(None, (part.strip() for part in words.split(","))):
        if part.casefold() not in names:
            raise Unclear(f"nobody here is called «{clean(part, limit=40)}»; {who} {', '.join(known) or 'nobody yet'}")
        chosen.append(names[part.casefold()])
    return tuple(dict.fromkeys(chosen))


def end_share_of(text: str) -> tuple[str, int | None]:
    """The share of decision makers (percent) at which a campaign ends, from "4 until 2026-12-18 or 60 %", and the rest
    of the text. Raises Unclear."""
    found = re.search(r"(?:^|[\s,])(?:or\s+|at\s+)?(\d{1,3})\s*%(?:\s*reached)?\s*$", text)
    if found is None:
        return text, None
    if not 1 <= int(found[1]) <= 100:
        raise Unclear("a share is from 1 % to 100 % of the decision makers")
    return text[: found.start()].rstrip(" ,"), int(found[1])


def end_of(text: str) -> tuple[str, int | None]:
    """When a campaign ends, as a date (ISO, "" for none) and a share of decision makers (percent), from "2026-12-18",
    "60 %", "2026-12-18 or 60 %" or "none". Raises Unclear."""
    rest, share = end_share_of(text)
    found = re.fullmatch(r"(?:none|(?:until|after|on|by)?\s*(\d{4}-\d{2}-\d{2}))?", rest.strip())
    if found is None or not text.strip():
        raise Unclear("an end is written 2026-12-18, or 60 %, or 2026-12-18 or 60 %, or none")
    return found[1] or "", share


def end_words(ends_on: str, share: int | None) -> str:
    """An end as `end_of` reads it."""
    return " or ".join(filter(None, (ends_on, f"{share} %" if share else ""))) or "none"


def target_of(text: str) -> tuple[int, str]:
    """Meetings a day and an end date (ISO), from "4", "4 until 2026-12-18" or "none". Raises Unclear."""
    found = re.fullmatch(
        r"(none|\d{1,5})?\s*(?:meetings?(?: a day)?)?\s*(?:until|to|by)?\s*(\d{4}-\d{2}-\d{2})?", text.strip()
    )
    if found is None:
        raise Unclear("a target is written 4, or 4 until 2026-12-18, or none")
    number = int(found[1]) if found[1] and found[1] != "none" else 0
    if number > 10_000:
        raise Unclear("a target is at most 10,000 meetings a day")
    if found[2]:
        try:
            date.fromisoformat(found[2])
        except ValueError:
            raise Unclear(f"{found[2]} is no date such as 2026-12-18") from None
    return number, found[2] or ""


def count_of(text: str, most: int = 5_000_000) -> int:
    """A number of leads; thousands may be set apart. Raises Unclear."""
    digits = re.sub(r"[ ,._]", "", text.strip())
    if not digits.isascii() or not digits.isdigit() or not 1 <= int(digits[:12]) <= most:
        raise Unclear(f"a number from 1 to {most:,} is needed")
    return int(digits)
