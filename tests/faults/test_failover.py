"""A database machine that dies, and its standby that takes over: nothing acknowledged is lost, stations go on."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.faults.crew import Crew, figures, staffed
from tests.faults.journal import Journal, acknowledged_in
from tests.faults.pair import Pair, pair
from tests.faults.processes import ServerProcess
from tests.faults.shifts import at_desk, settle
from tests.faults.station import Station
from tests.floors import begin_floor, open_floor
from tests.remote.lines import until

ROUNDS = int(os.environ.get("SALESDESK_SOAK_FAILOVERS", "4"))
HESITATIONS = (0.0, 2.0, 6.0, 12.0)
"""Seconds between the death of a primary and the word to its standby, in turn."""
GOES_ON_WITHIN = 5.0
"""Seconds after that word within which every station is to have its next answer."""


class Shift:
    """A crew at work until it is told to stop; who was answered when, by the monotonic clock."""

    def __init__(self, made: Crew, urls: list[str]) -> None:
        self.made = made
        self.desks = [at_desk(urls[n % len(urls)], each) for n, each in enumerate(made.members)]
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._hours, args=(n,)) for n in range(len(self.desks))]
        for thread in self._threads:
            thread.start()

    def _hours(self, n: int) -> None:
        member = self.made.members[n]
        journal = Journal(member.journal, member.person)
        station = Station(self.desks[n], journal, random.Random(member.name))
        while not self._stop.is_set():
            station.turn()
        journal.close()

    def answered(self, since: int) -> list[int | None]:
        """When each of the crew was first told of something that was asked for and done after an instant."""
        answers = [[op.returned for op in member.ops() if op.ended == "ok"] for member in self.made.members]
        return [min((at for at in each if at is not None and at > since), default=None) for each in answers]

    def end(self) -> None:
        """Everybody stops, and what they typed is sent."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        settle(self.made, self.desks)
        for desk in self.desks:
            desk.close()


def survive(servers: Pair, floor_url: str, folder: Path, hesitation: float) -> str:
    """One death and one promotion under work; the figures."""
    with open_floor(floor_url) as floor:
        made = staffed(floor, folder, size=4, pool=1500)
    servers.follow()
    with ServerProcess(floor_url) as one, ServerProcess(floor_url) as two:
        shift = Shift(made, [one.url, two.url])
        until(lambda: sum(acknowledged_in(each.journal) for each in made.members) > 200, "a crew at work")
        servers.lose_primary()
        threading.Event().wait(hesitation)
        word = time.monotonic_ns()
        servers.promote()
        until(lambda: None not in shift.answered(word), "an answer to every station")
        pauses = [(at - word) / 1e9 for at in shift.answered(word) if at is not None]
        shift.end()
    with open_floor(floor_url) as floor:
        made.floor = floor
        told = made.verify()
    kept = "within" if max(pauses) <= GOES_ON_WITHIN else "NOT within"
    return (
        f"promoted after {hesitation:g} s; stations went on {kept} {GOES_ON_WITHIN:g} s:"
        f" {', '.join(f'{each:.1f}' for each in sorted(pauses))} s; {len(made.conflicts)} conflicts;"
        f" {figures(told.items())}"
    )


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_primary_that_dies_takes_no_acknowledged_outcome_with_it(turn: int, tmp_path: Path) -> None:
    with pair() as servers:
        servers.primary.tell("CREATE DATABASE floor")
        begin_floor(servers.url("floor"))
        sys.stdout.write(f"\n{survive(servers, servers.url('floor'), tmp_path, HESITATIONS[turn % 4])}\n")
