"""A day of the calendar: every instant that has its date, and no other, also where clocks change."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.localday import LocalDay, local_day
from salesdesk.line.tzdata import UnknownZone, zone

HOUR = 3600
ZONES = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "America/Havana", "Asia/Tokyo"]


@pytest.mark.parametrize(
    ("day", "zone_name", "hours"),
    [
        ("2026-11-19", "America/New_York", 24),
        ("2026-03-08", "America/New_York", 23),
        ("2026-11-01", "America/New_York", 25),
        ("2026-04-05", "Australia/Lord_Howe", 24.5),
        ("2026-09-06", "America/Santiago", 23),  # there is no midnight: the clocks go from 24:00 to 1:00
        ("2025-11-02", "America/Havana", 25),  # midnight comes twice
    ],
)
def test_a_day_has_the_hours_that_its_clocks_show(day: str, zone_name: str, hours: float) -> None:
    start, end = local_day(date.fromisoformat(day), zone_name)
    assert end - start == hours * HOUR


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.sampled_from(ZONES))
def test_a_day_begins_and_ends_with_its_date(day: date, zone_name: str) -> None:
    def shown(at: int) -> date:
        return datetime.fromtimestamp(at, zone(zone_name)).date()

    found = local_day(day, zone_name)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert [shown(at) for at in (found.start - 1, found.start, found.end - 1, found.end)] == [before, day, day, after]
    assert found.end == local_day(after, zone_name).start


def test_a_zone_must_be_known() -> None:
    assert local_day(date(2026, 11, 19), "UTC") == LocalDay(1_795_046_400, 1_795_132_800)
    with pytest.raises(UnknownZone):
        local_day(date(2026, 11, 19), "Nowhere/Atlantis")
