"""A day in words, and days as bars."""

from __future__ import annotations

import pytest

from salesdesk.line.days import bars, hours


@pytest.mark.parametrize(
    ("values", "row"), [((), ""), ((0, 0), "··"), ((1, 2, 4, 8), "▁▂▄█"), ((100, 1, 0, 50), "█▁·▄"), ((3,), "█")]
)
def test_bars_are_as_high_as_their_share_of_the_highest(values: tuple[int, ...], row: str) -> None:
    assert bars(values) == row


def test_hours_are_short() -> None:
    assert [hours(seconds) for seconds in (0, 59, 60, 3599, 3600, 27_300)] == [
        "0 min", "0 min", "1 min", "59 min", "1:00 h", "7:35 h",
    ]  # fmt: skip
