"""Working days of the attempt plan are the prospect's: no public holiday of their country or region is one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.people import SignIn
from tests.floors import csv_of, make_floor
from tests.steps import assert_clean, ticket, work

WEDNESDAY = int(datetime(2026, 11, 25, 17, 30, tzinfo=UTC).timestamp())
"""12:30 in New York on the day before Thanksgiving."""


@pytest.mark.parametrize(
    ("number", "region", "day"),
    [("+12125550100", "New York", 30), ("+14155550100", "California", 1)],
    ids=["thanksgiving", "and the day after it"],
)
def test_two_working_days_pass_over_thanksgiving(tmp_path: Path, number: str, region: str, day: int) -> None:
    lead = ["Ada", "Byron", "ada@one.example", number, "VP", "One Inc", "", region, "US"]
    with make_floor(tmp_path, leads=0, data=csv_of([lead]), now=WEDNESDAY) as floor:
        floor.ask("Dana", SignIn(station="sdr"))
        card = work(floor, "voicemail", message="left")
        due = datetime.fromtimestamp(ticket(floor, card)["due_at"], UTC)
        assert due.day == day
        assert_clean(floor)
