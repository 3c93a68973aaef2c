"""Public holidays by country and, where the `holidays` package knows it, by region."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

DayOff = Callable[[date], bool]
"""Whether nobody works on a day, whatever weekday it is."""


def never(_day: date) -> bool:
    """Where no public holidays are known."""
    return False


def load() -> None:
    """Import the package ahead of the first question; its first country brings what all have in common."""
    of_year("US", 2000)


def is_public_holiday(day: date, place: str) -> bool:
    """Whether nobody works on a day in a place: a country (ISO 3166), or a country and a region of it by code or name,
    as in "US-CA" and "DE-Bayern"."""
    return day in of_year(place, day.year)


@lru_cache(maxsize=4096)
def of_year(place: str, year: int) -> frozenset[date]:
    """The public holidays of a place in a year; those of the whole country where the region is not known, none where
    the country is not."""
    import holidays

    country, _, region = place.partition("-")
    for subdivision in (region, None) if region else (None,):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:  # what the package says of a place that it does not know
            continue
    return frozenset()
