"""What one claim and its outcome cost: beside a small floor, and beside the least that two durable writes can cost."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import LARGE, SDRS, SMALL
from salesdesk.bench.report import Result, compared
from salesdesk.desk.calls import Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.local import open_counter
from salesdesk.desk.people import SignIn, SignOut
from salesdesk.desk.performing import Counter, perform
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.store.bulk import BareFloor

BLOCKS, PAIRS = 20, 60
"""Interleaved blocks of each side, and pairs in a block."""


class Station:
    """Somebody with a lead in their hands, who dials it and records a no-answer. Times are milliseconds."""

    def __init__(self, counter: Counter, person_id: int) -> None:
        self._counter = counter
        self._person = person_id
        perform(counter, person_id, SignIn(station="sdr"))
        self._card = self._there(self._claim())

    def pair(self) -> float:
        """Dial; then what it takes to record the outcome and be served the next lead, as a station does it: in one
        stroke."""
        self._dial()
        begun = time.perf_counter()
        done = perform(self._counter, self._person, self._outcome(serve="sdr"))
        took = time.perf_counter() - begun
        self._card = self._there(done.next)
        return took * 1000

    def work(self) -> int:
        """Work one lead and be served the next; returns the ticket that was worked."""
        ticket = self._card.ticket
        self.pair()
        return ticket

    def claim(self) -> float:
        """Finish the lead in hand; then what a claim takes that comes by itself."""
        self._dial()
        perform(self._counter, self._person, self._outcome())
        begun = time.perf_counter()
        card = self._claim()
        took = time.perf_counter() - begun
        self._card = self._there(card)
        return took * 1000

    def leave(self) -> None:
        """Sign out; the lead in hand goes back."""
        perform(self._counter, self._person, SignOut())

    def _dial(self) -> None:
        perform(self._counter, self._person, Dialed(ticket=self._card.ticket, token=self._card.token))

    def _outcome(self, serve: str = "") -> RecordOutcome:
        return RecordOutcome(ticket=self._card.ticket, token=self._card.token, outcome="no_answer", serve=serve)

    def _claim(self) -> TicketCard | None:
        return perform(self._counter, self._person, ClaimNext(station="sdr"))

    def _there(self, card: TicketCard | None) -> TicketCard:
        card = card or self._claim()  # "nothing yet" is said after several denials, not only of an empty queue
        if card is None:
            raise RuntimeError("the data set has no lead left that may be called now")
        return card


class Crew:
    """All stations of a floor in this process, taking turns."""

    def __init__(self, floor: Path | str) -> None:
        self._counter = open_counter(str(floor))
        self._stations = [Station(self._counter, person) for person in range(1, SDRS + 1)]
        self._turn = 0

    def block(self, pairs: int) -> list[float]:
        """Milliseconds of claim and outcome together, for so many pairs."""
        return [self._next().pair() for _ in range(pairs)]

    def claims(self, pairs: int) -> list[float]:
        """Milliseconds of the claims alone, for so many pairs."""
        return [self._next().claim() for _ in range(pairs)]

    def _next(self) -> Station:
        self._turn += 1
        return self._stations[self._turn % SDRS]

    def close(self) -> None:
        """Leave the floor as it is found by whoever sits there next."""
        for each in self._stations:
            each.leave()
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
