"""Public holidays of the prospect's country and region."""

from __future__ import annotations

from datetime import date

import pytest

from salesdesk.line.publicdays import is_public_holiday


@pytest.mark.parametrize(
    ("day", "place", "off"),
    [
        (date(2026, 11, 26), "US", True),
        (date(2026, 11, 25), "US", False),
        (date(2026, 11, 27), "US", False),
        (date(2026, 11, 27), "US-CA", True),
        (date(2026, 11, 27), "US-California", True),
        (date(2027, 1, 6), "DE", False),
        (date(2027, 1, 6), "DE-BY", True),
        (date(2026, 11, 26), "US-Nowhere", True),
        (date(2026, 11, 27), "US-", False),
        (date(2026, 12, 25), "ZZ", False),
        (date(2026, 12, 25), "", False),
    ],
)
def test_days_off(day: date, place: str, off: bool) -> None:
    assert is_public_holiday(day, place) is off
