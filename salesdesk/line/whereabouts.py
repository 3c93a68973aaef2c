"""Where somebody says they are: "Denver", "Portland, Oregon", "Texas, mountain", "eastern time", "America/Boise"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from salesdesk.line import tzdata
from salesdesk.line.intake import places, zones
from salesdesk.line.text import clean

_EVERYDAY = {
    "America/New_York": "eastern",
    "America/Chicago": "central",
    "America/Denver": "mountain",
    "America/Los_Angeles": "pacific",
    "America/Anchorage": "Alaska time",
    "Pacific/Honolulu": "Hawaii time",
}
_GENERIC = re.compile(r"(?i:eastern|central|mountain|pacific|.*\btime|.*/.*|[a-z]{3,4})")
"""Words that name a zone and no town."""
_LEAD_IN = re.compile(r"(?i:\A(?:i['’]?m|we['’]?re|i am|we are)\s+(?:in|at|on)\s+|\A(?:in|at)\s+)")
_SEASONS = (datetime(2026, 1, 15, 12), datetime(2026, 7, 15, 12))
_NAMESAKE = 0.05
"""Of the towns of one name, those with less than this share of the largest one's people are nobody's first thought."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that may be meant: `label` as one would type it, an IANA zone, and its jurisdiction (US-CO) if told."""

    label: str
    zone: str
    region: str | None


def choices(text: str, country: str = "US") -> tuple[Choice, ...]:
    """The places that a text may mean, one for each time zone: one when it is clear, none when nothing is known.

    `country` (ISO 3166) is where people are unless they say otherwise.
    """
    said = _LEAD_IN.sub("", clean(text, limit=80).strip(" .!"), count=1).strip()
    for place, detail in _parts(said):
        found = _with_detail(place, detail, country) if detail else _alone(place, country)
        if found:
            return _one_for_each_zone(found)
    return ()


def _parts(said: str) -> Iterator[tuple[str, str]]:
    """The text as place and detail: at its comma, else whole, else at each space from the right."""
    place, comma, detail = (part.strip() for part in said.partition(","))
    if comma and place and detail:
        yield place, detail
    elif said:
        yield said, ""
        words = said.split()
        for cut in range(len(words) - 1, 0, -1):
            yield " ".join(words[:cut]), " ".join(words[cut:])


def _alone(place: str, country: str) -> list[Choice]:
    named = sorted(zones.column_zones(place))
    if named and _GENERIC.fullmatch(place):
        return [Choice(zone_words(zone), zone, None) for zone in named]
    state = _state(country, place)
    found = _of_state(state, "") if state else []
    found += _of_towns(place, country)
    known = {each.zone for each in found}
    found += [Choice(zone, zone, None) for zone in named if zone not in known]
    code = places.country_code(place)
    if code and not found:
        found = [Choice(zone, zone, code) for zone in sorted(places.country_zones(code))]
    return found


def _with_detail(place: str, detail: str, country: str) -> list[Choice]:
    state = _state(country, place)
    named = zones.column_zones(detail) if state else frozenset()
    if state and named:
        return [each for each in _of_state(state, "") if each.zone in named]
    state = _state(country, detail)
    if state:
        return _of_state(state, place)
    code = places.country_code(detail)
    if code is None:
        return []
    found = places.locate(code, "", place, "")
    return [Choice(f"{place}, {detail}", zone, found.region) for zone in sorted(found.zones)]


def _state(country: str, text: str) -> str | None:
    for each in dict.fromkeys((country, "US", "CA")):
        code = places.locate(each, text, "", "").region
        if code and "-" in code:
            return code
    return None


def _of_state(state: str, town: str) -> list[Choice]:
    """The zones of a state, or of a town in it; each as one would say it."""
    country, _, short = state.partition("-")
    found = sorted(places.locate(country, short, town, "").zones)
    name = places.region_name(state)
    if len(found) == 1:
        return [Choice(f"{town}, {name}" if town else name, found[0], state)]
    return [Choice(f"{name}, {zone_words(zone)}", zone, state) for zone in found]


def _of_towns(town: str, country: str) -> list[Choice]:
    everywhere = places.regions_of_town(town)
    here = [each for each in everywhere if each[0][:2] == country] or list(everywhere)
    largest = max((people for _, people in here), default=0)
    found: list[Choice] = []
    town = town.title() if town.islower() else town
    for region, people in sorted(here, key=lambda each: -each[1]):
        if people >= largest * _NAMESAKE:
            if "-" in region:
                found += _of_state(region, town)
            else:
                place = places.locate(region, "", town, "")
                found += [Choice(f"{town}, {region}", zone, region) for zone in sorted(place.zones)]
    return found


def _one_for_each_zone(found: list[Choice]) -> tuple[Choice, ...]:
    """Places that keep one time are one choice; their jurisdiction is told when they agree on it."""
    merged: dict[object, Choice] = {}
    for each in found:
        known = merged.setdefault(_time_kept(each.zone), each)
        if known.region != each.region:
            merged[_time_kept(each.zone)] = Choice(known.label, known.zone, None)
    return tuple(merged.values())


def _time_kept(name: str) -> tuple[timedelta | None, ...]:
    """What tells the clocks of two zones apart: their offsets in winter and in summer."""
    return tuple(tzdata.zone(name).utcoffset(day) for day in _SEASONS)


def zone_words(zone: str) -> str:
    """A zone as people call it: "mountain", or the city it is named after."""
    return _EVERYDAY.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " ")
