"""A day in words, and days as bars."""

from __future__ import annotations

from datetime import datetime

import pytest

from salesdesk.line.days import bars, hours, seconds_by_day


@pytest.mark.parametrize(
    ("values", "row"), [((), ""), ((0, 0), "··"), ((1, 2, 4, 8), "▁▂▄█"), ((100, 1, 0, 50), "█▁·▄"), ((3,), "█")]
)
def test_bars_are_as_high_as_their_share_of_the_highest(values: tuple[int, ...], row: str) -> None:
    assert bars(values) == row


def test_hours_are_short() -> None:
    assert [hours(seconds) for seconds in (0, 59, 60, 3599, 3600, 27_300)] == [
        "0 min", "0 min", "1 min", "59 min", "1:00 h", "7:35 h",
    ]  # fmt: skip


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("begin", "end", "zone", "days"),
    [
        ("2026-11-19T10:00-05:00", "2026-11-19T10:00-05:00", "America/New_York", []),
        ("2026-11-19T10:00-05:00", "2026-11-19T09:00-05:00", "America/New_York", []),
        ("2026-11-19T23:00-05:00", "2026-11-20T00:00-05:00", "America/New_York", [("2026-11-19", 3600)]),
        (
            "2026-11-19T23:00-05:00", "2026-11-20T01:00-05:00", "America/New_York",
            [("2026-11-19", 3600), ("2026-11-20", 3600)],
        ),
        (
            "2026-10-31T23:00-04:00", "2026-11-02T00:30-05:00", "America/New_York",  # a day of 25 hours
            [("2026-10-31", 3600), ("2026-11-01", 90_000), ("2026-11-02", 1800)],
        ),
        (
            "2018-11-03T23:00-03:00", "2018-11-04T02:00-02:00", "America/Sao_Paulo",  # a day without a midnight
            [("2018-11-03", 3600), ("2018-11-04", 3600)],
        ),
        (
            "2018-02-17T22:30-02:00", "2018-02-18T00:30-03:00", "America/Sao_Paulo",  # 23:00 comes twice
            [("2018-02-17", 9000), ("2018-02-18", 1800)],
        ),
    ],
)  # fmt: skip
def test_each_second_belongs_to_its_own_day(begin: str, end: str, zone: str, days: list[tuple[str, int]]) -> None:
    assert seconds_by_day(at(begin), at(end), zone) == days
