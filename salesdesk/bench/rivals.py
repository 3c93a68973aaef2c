"""Claim and complete: ours beside the queues that others would take, eight workers, time slices in turn."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError

from salesdesk.bench import peers
from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import MIDDLE
from salesdesk.bench.report import Result, at_least, within
from salesdesk.store.session import StoreError

WORKERS = 8
ROUNDS, SECONDS = 3, 7.0
"""Slices of each contender: about twenty seconds in all."""
BACKLOG_OF_FILE = 60_000
GAP = 1.5
"""Seconds between slices, in which the one ends and the next opens its connections."""
_READY_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared: where its backlog lies, and how a worker works on it until a time."""

    name: str
    target: str
    open: Callable[[str, int], peers.Work]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one contender did in its slices: pairs a second of all workers, and how often somebody else's work was
    given out again."""

    pairs: float
    duplicates: int


def on_postgres(
    shelf: Shelf, workers: int = WORKERS, rounds: int = ROUNDS, seconds: float = SECONDS, backlog: int = MIDDLE.leads
) -> list[Result]:
    """Pairs a second on one PostgreSQL, beside procrastinate and pgqueuer."""
    peers.require("procrastinate", "pgqueuer")
    databases = shelf.postgres
    ours = Contender("ours", databases.copy(MIDDLE), peers.salesdesk)
    procrastinate = Contender("procrastinate", databases.empty("procrastinate"), peers.procrastinate)
    pgqueuer = Contender("pgqueuer", databases.empty("pgqueuer"), peers.pgqueuer)
    peers.fill_procrastinate(procrastinate.target, backlog)
    peers.fill_pgqueuer(pgqueuer.target, backlog)
    found = compete((procrastinate, ours, pgqueuer), workers, rounds, seconds)
    mine = found["ours"]
    return [
        *(
            at_least(f"pairs_vs_{name}", mine.pairs, "pairs/s", 1.0, found[name].pairs)
            for name in found
            if name != "ours"
        ),
        within("pairs_duplicates", mine.duplicates, "twice", 0, max(each.duplicates for each in found.values())),
    ]


def on_sqlite(
    shelf: Shelf, workers: int = WORKERS, rounds: int = ROUNDS, seconds: float = SECONDS, backlog: int = BACKLOG_OF_FILE
) -> list[Result]:
    """Pairs a second on one file, beside persist-queue's queue with acknowledgements."""
    peers.require("persistqueue")
    ours = Contender("ours", str(shelf.copy(MIDDLE)), peers.salesdesk)
    theirs = Contender("persist-queue", str(peers.filled_persist_queue(shelf.folder, backlog)), peers.persist_queue)
    found = compete((ours, theirs), workers, rounds, seconds)
    mine, other = found["ours"], found["persist-queue"]
    return [
        at_least("pairs_vs_persist_queue", mine.pairs, "pairs/s", 1.0, other.pairs),
        within("file_pairs_duplicates", mine.duplicates, "twice", 0, other.duplicates),
    ]


def compete(contenders: Sequence[Contender], workers: int, rounds: int, seconds: float) -> dict[str, Finding]:
    """Let so many processes work for each contender in turn; raises StoreError when somebody got nothing done."""
    context = multiprocessing.get_context("spawn")
    together, begins = context.Barrier(workers + 1), context.Value("d", 0.0)
    with ProcessPoolExecutor(workers, context, _know, (together, begins)) as pool:
        jobs = [pool.submit(work, contenders, number, rounds, seconds) for number in range(workers)]
        with suppress(BrokenBarrierError):  # somebody could not begin; their own error says why
            together.wait(_READY_WITHIN)
            start = begins.value = time.time() + GAP
            together.wait(_READY_WITHIN)
        tallied = [job.result() for job in jobs]
    findings = {}
    for name in (each.name for each in contenders):
        done = [at for tallies in tallied for at, _ in tallies[name]]
        keys = [key for tallies in tallied for _, key in tallies[name]]
        counted = sum(_within(at, start, seconds) for at in done)
        if not counted:
            raise StoreError(f"{name} finished nothing in its {rounds} slices of {seconds:g} s")
        findings[name] = Finding(counted / (rounds * seconds), len(keys) - len(set(keys)))
    return findings


def _within(at: float, start: float, seconds: float) -> bool:
    """Whether something was done in a slice, and not before it or after it."""
    return (at - start) % (seconds + GAP) < seconds and at >= start


_meeting: list[tuple[Barrier, Synchronized[float]]] = []


def _know(together: Barrier, begins: Synchronized[float]) -> None:
    """In each worker: where all of them meet before they begin, and where it says when that is (epoch seconds)."""
    _meeting.append((together, begins))


def work(contenders: Sequence[Contender], number: int, rounds: int, seconds: float) -> dict[str, peers.Tally]:
    """One worker: every contender in turn, from when everybody is ready on."""
    workers = {each.name: each.open(each.target, number) for each in contenders}
    tallies: dict[str, peers.Tally] = {name: [] for name in workers}
    together, everybody = _meeting[-1]
    together.wait(_READY_WITHIN)
    together.wait(_READY_WITHIN)
    start = everybody.value
    for turn in range(rounds * len(contenders)):
        name = contenders[turn % len(contenders)].name
        begins = start + turn * (seconds + GAP)
        time.sleep(max(0.0, begins - GAP / 2 - time.time()))
        workers[name](tallies[name], begins + seconds)
    return tallies
