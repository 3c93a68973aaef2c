"""A server whose disk is full again and again: what does not fit is refused, kept at the station, and sent when it
fits."""

from __future__ import annotations

import os
import random
import resource
import sys
import threading
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.faults.crew import SOAK, crew, figures
from tests.faults.processes import ServerProcess
from tests.faults.shifts import settle, shift, work
from tests.faults.station import quick_to_try_again

TURNS = int(os.environ.get("SALESDESK_SOAK_TURNS", "400" if SOAK else "12"))
"""Leads that each of four stations works."""
LONGEST = 0.4
"""Seconds for which a disk is full, or has room, at most."""


class Filler(threading.Thread):
    """Lets no file of a server grow beyond a size that is often in the middle of its log, again and again."""

    def __init__(self, server: ServerProcess) -> None:
        super().__init__(daemon=True)
        self._server, self._log = server, Path(f"{server.target}-wal")
        self._stop_now = threading.Event()
        self.filled = 0

    def run(self) -> None:
        chance = random.Random(3)
        while not self._stop_now.is_set():
            size = self._log.stat().st_size if self._log.exists() else 0
            self._most((0, 5000, size, size + 3000)[self.filled % 4])
            self.filled += 1
            self._stop_now.wait(chance.random() * LONGEST)
            self._most(resource.RLIM_INFINITY)
            self._stop_now.wait(chance.random() * LONGEST)

    def _most(self, size: int) -> None:
        assert self._server.pid is not None
        resource.prlimit(self._server.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def stop(self) -> None:
        """There is room from now on."""
        self._stop_now.set()
        self.join()


def answers(server: ServerProcess, status: int) -> int:
    """How often a server has answered with a status, as its metrics say."""
    with urlopen(f"{server.url}/metrics") as page:
        lines = page.read().decode().splitlines()
    counted = [each for each in lines if "requests_total{" in each and f'status="{status}"' in each]
    return sum(int(float(each.rpartition(" ")[2])) for each in counted)


@pytest.mark.soak
def test_a_disk_that_is_full_again_and_again_loses_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_to_try_again(monkeypatch)
    with crew(tmp_path, size=4, pool=200 + 8 * TURNS) as made, ServerProcess(made.floor.target) as server:
        server.up()
        filler = Filler(server)
        with shift(made, lambda _: server.url) as desks:
            filler.start()
            work(made, desks, TURNS)
            filler.stop()
            assert server.alive, "a full disk is no reason to die"
            settle(made, desks)
        refused = answers(server, 503)
        told = made.verify()
        sys.stdout.write(f"\n{filler.filled} times full, {refused} writes refused; {figures(told.items())}\n")
        assert made.conflicts == set(), "a full disk is nobody's mistake"
        assert told["record ok"] + told["record saved"] >= 4 * TURNS * 0.8
        assert refused
