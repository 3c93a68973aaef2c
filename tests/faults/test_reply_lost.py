"""A server that dies between what it did and its answer: asking again under the same key gets the same answer."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.faults.crew import SOAK, crew, figures
from tests.faults.failpoints import POINTS, die
from tests.faults.journal import Journal
from tests.faults.processes import ServerProcess, drain
from tests.faults.shifts import shift
from tests.faults.station import Station, patient, quick_to_try_again
from tests.remote.lines import until

ROUNDS = int(os.environ.get("SALESDESK_SOAK_ROUNDS", "30" if SOAK else "1"))
"""How often a server dies at each point of each operation."""
Step = tuple[str, Callable[[Station, Any], Any]]
STEPS: tuple[Step, ...] = (
    ("claim_next", lambda station, _: station.claim()),
    ("dialed", lambda station, card: station.dial(card) and card),
    ("record_outcome", lambda station, card: station.record(card)),
    ("", lambda station, _: station.claim()),
    ("", lambda station, card: station.dial(card) and card),
    ("opt_out", lambda station, card: station.opt_out(card)),
)
"""What a station asks for in turn, and during which operation its server dies."""


def survive(server: ServerProcess, elsewhere: ThreadPoolExecutor, point: str, operation: str, asked: Any) -> Any:
    """The answer to something that is asked of a server that dies of it, and is there again a moment later."""
    server.up(die, point, operation)
    answer = elsewhere.submit(asked)
    until(lambda: not server.alive, f"the death of a server {point} of {operation}")
    server.up()
    return answer.result()


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_a_server_that_dies_before_it_answers_did_it_once(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_to_try_again(monkeypatch)
    patient(monkeypatch)
    with (
        crew(tmp_path, engine=engine, size=1, pool=60 + 8 * ROUNDS) as made,
        ServerProcess(made.floor.target) as server,
        ThreadPoolExecutor(1) as elsewhere,
    ):
        (member,) = made.members
        journal = Journal(member.journal, member.person)
        with shift(made, lambda _: server.url) as (desk,):
            station, card = Station(desk, journal, random.Random(engine)), None
            for point, (operation, step) in product(POINTS * ROUNDS, STEPS):
                asked = partial(step, station, card)
                card = survive(server, elsewhere, point, operation, asked) if operation else asked()
        drain(made, lambda _: server.url)
        told = made.verify()
        sys.stdout.write(f"\n{engine}: {server.lives // 2} deaths; {figures(told.items())}\n")
        assert told["record ok"] == told["opt_out ok"] == len(POINTS) * ROUNDS
        assert not any(what.endswith((" info", " fail", " saved")) for what in told)
