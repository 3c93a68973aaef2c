"""Eight stations in processes of their own on one file: how long a claim waits when everybody works."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.pairs import Station
from salesdesk.bench.recipe import LARGE
from salesdesk.bench.report import Result, percentile, within
from salesdesk.desk.local import open_counter
from salesdesk.store.bulk import BareFloor

STATIONS, RATE = 8, 20.0
"""Processes, and pairs a second of all of them together."""
BLOCKS, SECONDS, BARE_SECONDS = 3, 20.0, 5.0
"""Interleaved blocks of pairs and of bare writes at the same rate: sixty seconds of pairs."""
_WARM_UP = 4.0

Latencies = tuple[list[float], list[float]]
"""Milliseconds of every claim and of every bare write."""


def eight(shelf: Shelf, blocks: int = BLOCKS, seconds: float = SECONDS, bare: float = BARE_SECONDS) -> list[Result]:
    """p99 and the worst of all claims of eight stations that work at twenty pairs a second together."""
    path = shelf.copy(LARGE)
    context = multiprocessing.get_context("spawn")
    start = time.time() + _WARM_UP
    with ProcessPoolExecutor(STATIONS, mp_context=context) as pool:
        jobs = [pool.submit(work, path, person + 1, start, blocks, seconds, bare) for person in range(STATIONS)]
        found = [job.result() for job in jobs]
    claims = [each for claimed, _ in found for each in claimed]
    writes = [each for _, written in found for each in written]
    return [
        within("eight_stations_p99", percentile(claims, 99), "ms", 40, percentile(writes, 99)),
        within("eight_stations_worst", max(claims), "ms", 100, max(writes)),
    ]


def work(path: Path, person: int, start: float, blocks: int, seconds: float, bare_seconds: float) -> Latencies:
    """One station from `start` (epoch seconds) on: so many blocks of bare writes, then of pairs."""
    counter = open_counter(str(path))
    bare = BareFloor(path)
    pace = random.Random(person)
    claims: list[float] = []
    writes: list[float] = []
    try:
        station = Station(counter, person)
        for _ in range(blocks):
            start = _paced(start, bare_seconds, pace, lambda: writes.append(_timed(bare.write)))
            start = _paced(start, seconds, pace, lambda: claims.append(station.pair()))
        station.leave()
    finally:
        bare.close()
        counter.store.close()
    return claims, writes


def _paced(start: float, seconds: float, pace: random.Random, act: Callable[[], None]) -> float:
    """Act at this station's share of the rate, irregularly as people do, until the block is over; returns its end."""
    due = start + pace.uniform(0, STATIONS / RATE)
    while due < start + seconds:
        time.sleep(max(0.0, due - time.time()))
        act()
        due += pace.uniform(0.5, 1.5) * STATIONS / RATE
    return start + seconds


def _timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000
