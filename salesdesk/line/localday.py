"""A day of the calendar as the clocks of a zone show it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from salesdesk.line.tzdata import zone

DAY = 86_400
"""Seconds of 24 hours, for lengths of time that follow no calendar: a day of a zone may be shorter or longer."""


class LocalDay(NamedTuple):
    """When a day begins and when the next one does, epoch seconds."""

    start: int
    end: int


@lru_cache(maxsize=256)
def local_day(day: date, zone_name: str) -> LocalDay:
    """The instants at which clocks of a zone show a date; raises `tzdata.UnknownZone`.

    Where clocks are put on at midnight, the day begins with the instant of the change.
    """
    first, next_one = (datetime.combine(each, time(), zone(zone_name)) for each in (day, day + timedelta(days=1)))
    return LocalDay(int(first.timestamp()), int(next_one.timestamp()))
