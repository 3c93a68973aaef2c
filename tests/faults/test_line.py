"""A line that delays, cuts, resets and swallows at random points of requests: everything happens exactly once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from salesdesk.remote import desk
from tests.faults.crew import SOAK, crew, figures
from tests.faults.doubler import KINDS, doubled
from tests.faults.proxy import fates, troubled
from tests.faults.shifts import settle, shift, work
from tests.faults.station import quick_to_try_again
from tests.server.serving import serving

TURNS = int(os.environ.get("SALESDESK_SOAK_TURNS", "400" if SOAK else "7"))
"""Leads that each of four stations works; `make soak` works hundreds."""
ENGINES = ["sqlite", "postgres"] if SOAK else ["sqlite"]


def test_what_happens_to_connections_follows_from_a_seed() -> None:
    once, again = fates(3, 0.5), fates(3, 0.5)
    drawn = [next(once) for _ in range(200)]
    assert drawn == [next(again) for _ in range(200)]
    assert {each.kind for each in drawn} == {"pass", "delay", "cut", "reset", "freeze", "deaf"}
    assert next(fates(3, 0.0)).kind == "pass"


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
def test_over_a_line_that_breaks_everywhere_everything_happens_once(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_to_try_again(monkeypatch, read=0.6)
    with (
        crew(tmp_path, engine=engine, size=4, pool=400 + 6 * TURNS) as made,
        serving(made.floor) as server,
        troubled(server.port, seed=5, trouble=0.8) as proxy,
        shift(made, lambda _: proxy.url) as desks,
    ):
        work(made, desks, TURNS)
        proxy.calm()
        settle(made, desks)
        told = made.verify()
        sys.stdout.write(f"\n{engine}: {figures(proxy.met.items())}; {figures(told.items())}\n")
        assert told["record ok"] + told["record saved"] >= 4 * TURNS * 0.8
        assert sum(proxy.met.values()) > TURNS


@pytest.mark.soak
@pytest.mark.parametrize("engine", ENGINES)
def test_requests_that_come_twice_or_late_happen_once(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Late is when whoever asked waits for the answer no more, and has gone on."""
    quick_to_try_again(monkeypatch, read=0.3)
    monkeypatch.setattr(desk, "PATIENCE", 0.5)
    with (
        crew(tmp_path, engine=engine, size=4, pool=400 + 6 * TURNS, clock=False) as made,
        serving(made.floor) as server,
        doubled(server.port, seed=6) as proxy,
        shift(made, lambda _: proxy.url) as desks,
    ):
        work(made, desks, TURNS)
        proxy.calm.set()
        settle(made, desks)
        told = made.verify()
        sys.stdout.write(f"\n{engine}: {figures(proxy.met.items())}; {figures(told.items())}\n")
        assert told["record ok"] + told["record saved"] >= 4 * TURNS * 0.8
        assert all(proxy.met[kind] for kind in KINDS)
