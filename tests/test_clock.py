"""Leases count by a clock that nobody sets."""

from __future__ import annotations

import time

import pytest

from salesdesk.clock import SystemClock, boot_id


def test_setting_the_clock_moves_no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    boot, before = clock.lease()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    again, after = clock.lease()
    assert clock.now() == 0
    assert boot == again == boot_id()
    assert 0 <= after - before < 60_000, "milliseconds, forward only"


def test_a_demo_moves_the_day_and_no_lease() -> None:
    assert abs(SystemClock(86_400).now() - SystemClock().now() - 86_400) <= 1
    assert SystemClock(86_400).lease()[1] - SystemClock().lease()[1] < 60_000
