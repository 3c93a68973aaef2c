"""Screens are tested with the colours of this program, not with those of whoever runs the tests."""

from __future__ import annotations

import pytest

from salesdesk.desk import caching, stock
from salesdesk.screens import picking, sdr_seat
from salesdesk.screens import station as shared
from salesdesk.screens.wallboard import WallboardScreen


@pytest.fixture(autouse=True)
def _own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")  # so that a program that sets it is undone after the test
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, counts are never put off: the pictures want the figures of this moment."""
    for counting in (caching, stock):
        monkeypatch.setattr(counting, "CHEAP", 1e9)


@pytest.fixture(autouse=True)
def clocks_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screens look at the clock and at the floor when a test says so, not while it does something else."""
    for name in ("PULSE", "BEAT"):
        monkeypatch.setattr(shared, name, 86_400.0)
    for screen in (shared.Station, WallboardScreen):
        monkeypatch.setattr(screen, "TICK", 86_400.0)
    monkeypatch.setattr(picking, "LIVE", 86_400.0)
    monkeypatch.setattr(sdr_seat, "SETTLED", 86_400.0)
