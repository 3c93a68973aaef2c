"""A server whose disk is full, or that may open no more files, again and again: what cannot be done is refused, kept at
the station, and done when it can be."""

from __future__ import annotations

import os
import random
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.faults.crew import SOAK, crew, figures
from tests.faults.processes import ServerProcess
from tests.faults.shifts import settle, shift, work
from tests.faults.station import quick_to_try_again

TURNS = int(os.environ.get("SALESDESK_SOAK_TURNS", "400" if SOAK else "12"))
"""Leads that each of four stations works."""
SHORT, AMPLE = 0.4, 1.2
"""Seconds for which a server is short of something, or is not, at most: one that could open no file rests a second."""
Most = Callable[[int], int]
"""The most that a server may have in its nth shortage."""


def room(server: ServerProcess) -> tuple[int, Most]:
    """No file may grow beyond a size that is often in the middle of the log."""
    log = Path(f"{server.target}-wal")

    def most(nth: int) -> int:
        size = log.stat().st_size if log.exists() else 0
        return (0, 5000, size, size + 3000)[nth % 4]

    return resource.RLIMIT_FSIZE, most


def files(server: ServerProcess) -> tuple[int, Most]:
    """Few files more may be open than before anybody came."""
    open_now = len(list(Path(f"/proc/{server.pid}/fd").iterdir()))
    return resource.RLIMIT_NOFILE, lambda nth: open_now + (0, 1, 3, 5)[nth % 4]


class Shortage(threading.Thread):
    """Lets a server be short of something, again and again."""

    def __init__(self, server: ServerProcess, what: Callable[[ServerProcess], tuple[int, Most]]) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._limit, self._most = what(server)
        self._stop_now = threading.Event()
        self.times = 0

    def run(self) -> None:
        assert self._server.pid is not None
        chance = random.Random(3)
        usual = resource.prlimit(self._server.pid, self._limit)
        while not self._stop_now.is_set():
            resource.prlimit(self._server.pid, self._limit, (self._most(self.times), usual[1]))
            self.times += 1
            self._stop_now.wait(chance.random() * SHORT)
            resource.prlimit(self._server.pid, self._limit, usual)
            self._stop_now.wait(chance.random() * AMPLE)

    def stop(self) -> None:
        """There is enough from now on."""
        self._stop_now.set()
        self.join()


def answers(server: ServerProcess, status: int) -> int:
    """How often a server has answered with a status, as its metrics say."""
    with urlopen(f"{server.url}/metrics") as page:
        lines = page.read().decode().splitlines()
    counted = [each for each in lines if "requests_total{" in each and f'status="{status}"' in each]
    return sum(int(float(each.rpartition(" ")[2])) for each in counted)


@pytest.mark.soak
@pytest.mark.parametrize(("what", "engine"), [(room, "sqlite"), (files, "sqlite"), (files, "postgres")])
def test_a_server_that_is_short_of_something_loses_and_doubles_nothing(
    what: Callable[[ServerProcess], tuple[int, Most]], engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_to_try_again(monkeypatch)
    pool = 200 + 8 * TURNS
    with crew(tmp_path, engine=engine, size=4, pool=pool) as made, ServerProcess(made.floor.target) as server:
        server.up()
        shortage = Shortage(server, what)
        with shift(made, lambda _: server.url) as desks:
            shortage.start()
            work(made, desks, TURNS)
            shortage.stop()
            assert server.alive, "that is no reason to die"
            settle(made, desks)
        refused, mistakes = answers(server, 503), answers(server, 500)
        told = made.verify()
        sys.stdout.write(
            f"\n{what.__name__} {engine}: {shortage.times} times short, {refused} refused; {figures(told.items())}\n"
        )
        assert refused or what is files, "without a file nobody gets as far as to an answer"
        assert mistakes == 0
        assert made.conflicts == set(), "a shortage is nobody's mistake"
        assert told["record ok"] + told["record saved"] >= 4 * TURNS * 0.8
