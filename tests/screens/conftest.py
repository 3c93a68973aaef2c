"""Screens are tested with the colours of this program, not with those of whoever runs the tests."""

from __future__ import annotations

import pytest

from salesdesk.desk import keeping, stock


@pytest.fixture(autouse=True)
def _own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")  # so that a program that sets it is undone after the test
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)


@pytest.fixture(autouse=True)
def _fresh_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, counts are never put off: the pictures want the figures of this moment."""
    for counting in (keeping, stock):
        monkeypatch.setattr(counting, "CHEAP", 1e9)
