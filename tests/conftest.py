"""Every test has a home of its own, and knows nothing of the floor of whoever runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.floors import TestFloor, make_floor

# The suite asks the same questions every time; `make soak` asks new ones.
settings.register_profile("suite", derandomize=True, deadline=None)
settings.register_profile("soak", deadline=None)
settings.load_profile("soak" if os.environ.get("SALESDESK_SOAK") else "suite")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the home folder of the person who runs it."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    for name in [each for each in os.environ if each.startswith("SALESDESK_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def _databases_end_with_the_tests() -> Iterator[None]:
    yield
    if postgres := sys.modules.get("tests.postgres"):
        postgres.stop_server()


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor with 24 leads in six cities, all released to Dana and Ito, on a Thursday at 10:30 in New York."""
    with make_floor(tmp_path) as made:
        yield made
