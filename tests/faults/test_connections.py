"""A database that ends connections at random moments, in the middle of whatever they do: everything happens once."""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from tests.faults.crew import SOAK, Crew, crew, figures
from tests.faults.shifts import settle, shift, work
from tests.faults.station import quick_to_try_again
from tests.server.serving import serving

TURNS = int(os.environ.get("SALESDESK_SOAK_TURNS", "400" if SOAK else "8"))
"""Leads that each of four stations works."""
_END = (
    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND (state = 'active' OR state LIKE 'idle in%%') ORDER BY random() LIMIT 1) AS busy"
)


class Ender(threading.Thread):
    """Ends a connection that is in the middle of a transaction, again and again."""

    def __init__(self, made: Crew) -> None:
        super().__init__(daemon=True)
        self._target, self._stop_now = made.floor.target, threading.Event()
        self.ended = 0

    def run(self) -> None:
        chance = random.Random(4)
        with psycopg.connect(self._target, autocommit=True) as connection:
            while not self._stop_now.wait(chance.random() * 0.06):
                row = connection.execute(_END).fetchone()
                self.ended += row[0] if row else 0

    def stop(self) -> None:
        """End no more."""
        self._stop_now.set()
        self.join()


@pytest.mark.soak
def test_connections_that_end_in_the_middle_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick_to_try_again(monkeypatch)
    with (
        crew(tmp_path, engine="postgres", size=4, pool=200 + 8 * TURNS, clock=False) as made,
        serving(made.floor) as server,
        shift(made, lambda _: server.url) as desks,
    ):
        ender = Ender(made)
        ender.start()
        work(made, desks, TURNS)
        ender.stop()
        settle(made, desks)
        told = made.verify()
        sys.stdout.write(f"\n{ender.ended} connections ended; {figures(told.items())}\n")
        assert told["record ok"] + told["record saved"] > TURNS
        assert ender.ended > TURNS // 4
