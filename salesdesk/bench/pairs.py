"""What one claim and its outcome cost: beside a small floor, and beside the least that two durable writes can cost."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from salesdesk.bench.datasets import LARGE, SDRS, SMALL, Shelf
from salesdesk.bench.report import Result, compared
from salesdesk.desk.calls import Dialed
from salesdesk.desk.local import open_counter
from salesdesk.desk.people import SignIn
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.registry import Counter, perform
from salesdesk.desk.serving import ClaimNext
from salesdesk.store.bulk import BareFloor

BLOCKS, PAIRS = 20, 60
"""Interleaved blocks of each side, and pairs in a block."""


class Station:
    """Somebody who claims a lead, dials it and records a no-answer. Times are milliseconds."""

    def __init__(self, counter: Counter, person_id: int) -> None:
        self._counter = counter
        self._person = person_id
        self._ticket = 0
        perform(counter, person_id, SignIn(station="sdr"))

    def work(self) -> int:
        """Work one lead; returns its ticket."""
        self.pair()
        return self._ticket

    def pair(self) -> tuple[float, float]:
        """Work one lead; returns what the claim and the outcome took. The dial between them is not timed."""
        begun = time.perf_counter()
        card = perform(self._counter, self._person, ClaimNext(station="sdr"))
        claimed = time.perf_counter()
        if card is None:
            raise RuntimeError("the data set has no lead left that may be called now")
        self._ticket = card.ticket
        perform(self._counter, self._person, Dialed(ticket=card.ticket, token=card.token))
        dialed = time.perf_counter()
        perform(self._counter, self._person, RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))
        return (claimed - begun) * 1000, (time.perf_counter() - dialed) * 1000


class Crew:
    """All stations of a floor in this process, taking turns."""

    def __init__(self, floor: Path | str) -> None:
        self._counter = open_counter(str(floor))
        self._stations = [Station(self._counter, person) for person in range(1, SDRS + 1)]
        self._turn = 0

    def block(self, pairs: int) -> list[float]:
        """Milliseconds of claim and outcome together, for so many pairs."""
        return [sum(self._next().pair()) for _ in range(pairs)]

    def claims(self, pairs: int) -> list[float]:
        """Milliseconds of the claims alone, for so many pairs."""
        return [self._next().pair()[0] for _ in range(pairs)]

    def _next(self) -> Station:
        self._turn += 1
        return self._stations[self._turn % SDRS]

    def close(self) -> None:
        """Leave the floor."""
        self._counter.store.close()


def growth(shelf: Shelf, blocks: int = BLOCKS, pairs: int = PAIRS) -> list[Result]:
    """Claim and outcome on a million tickets against ten thousand."""
    large, small = Crew(shelf.copy(LARGE)), Crew(shelf.copy(SMALL))
    try:
        large.block(pairs)
        small.block(pairs)
        on_large: list[float] = []
        on_small: list[float] = []
        for _ in range(blocks):
            on_small += small.block(pairs)
            on_large += large.block(pairs)
    finally:
        large.close()
        small.close()
    return [compared("claim_outcome_growth", median(on_large), "ms", 1.5, median(on_small))]


def against_bare(shelf: Shelf, blocks: int = BLOCKS, pairs: int = PAIRS) -> list[Result]:
    """Claim and outcome on a million tickets against two transactions of one row on the same file."""
    path = shelf.copy(LARGE)
    crew, bare = Crew(path), BareFloor(path)
    try:
        crew.block(pairs)
        worked: list[float] = []
        written: list[float] = []
        for _ in range(blocks):
            written += [_two_writes(bare) for _ in range(pairs)]
            worked += crew.block(pairs)
    finally:
        crew.close()
        bare.close()
    return [compared("pair_vs_bare", median(worked), "ms", 3.5, median(written))]


def _two_writes(bare: BareFloor) -> float:
    begun = time.perf_counter()
    bare.write()
    bare.write()
    return (time.perf_counter() - begun) * 1000
