"""What a floor behind a server costs: one station's round trip, all that two cores can do, live boards, a key press."""

from __future__ import annotations

import multiprocessing
import os
import selectors
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from statistics import median

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import LARGE, MIDDLE
from salesdesk.bench.report import Result, percentile, reaching, within
from salesdesk.bench.screens import NEXT_LEAD, OTHER_KEYS, timed
from salesdesk.bench.served import Client, Served
from salesdesk.bench.terminal import PROGRAM, Terminal

ROUND_TRIPS, KEYED_LEADS = 300, 40
CLIENTS, SUSTAINED_SECONDS = 2, 10.0
"""Processes that ask as fast as they are answered, each for many seats."""
BOARDS, BOARD_SECONDS = 500, 20.0
STREAMS_PER_TOKEN = 15
PER_SDR = 60
"""Seconds in which one SDR claims one lead and records one outcome."""
_SETTLE = 3.0


def round_trip(shelf: Shelf, pairs: int = ROUND_TRIPS) -> list[Result]:
    """What one station waits for a claim over HTTP on this machine, over each engine, beside an empty answer."""
    found = []
    for name, floor, most in (("file", str(shelf.copy(LARGE)), 10), ("postgres", shelf.postgres.copy(MIDDLE), 25)):
        with Served(floor, seats=1) as served:
            client = Client(served.port, served.tokens[0])
            client.ask("sign_in", station="sdr")
            least = median(_empty(client) for _ in range(pairs))
            for _ in range(pairs // 10):
                client.claim()
            claims = [client.claim() for _ in range(pairs)]
            client.close()
        found.append(within(f"remote_claim_{name}", percentile(claims, 95), "ms", most, least))
    return found


def _empty(client: Client) -> float:
    """Milliseconds of the least that can be asked."""
    begun = time.perf_counter()
    client.get("/health/live")
    return (time.perf_counter() - begun) * 1000


def sustained_file(shelf: Shelf, seconds: float = SUSTAINED_SECONDS) -> list[Result]:
    """Claims a second on a file, each with its dial and its outcome, server and clients on the same cores."""
    return _sustained(shelf, "file", str(shelf.copy(LARGE)), workers=1, least=600, seconds=seconds)


def sustained_postgres(shelf: Shelf, seconds: float = SUSTAINED_SECONDS) -> list[Result]:
    """The same on PostgreSQL, which has its place on these cores too."""
    workers = max(2, os.cpu_count() or 1)
    return _sustained(shelf, "postgres", shelf.postgres.copy(MIDDLE), workers=workers, least=300, seconds=seconds)


def _sustained(shelf: Shelf, name: str, floor: str, *, workers: int, least: int, seconds: float) -> list[Result]:
    with Served(floor, workers=workers) as served:
        rate = _rate(served, seconds)
    shelf.say(f"{rate:.0f} claims/s with dial and outcome are those of {rate * PER_SDR:,.0f} SDRs ({name})")
    return [reaching(f"sustained_{name}", rate, "claims/s", least)]


def _rate(served: Served, seconds: float) -> float:
    start = time.time() + _SETTLE
    with ProcessPoolExecutor(CLIENTS, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(press, served.port, served.tokens[n::CLIENTS], start, seconds) for n in range(CLIENTS)]
        return sum(job.result() for job in jobs) / seconds


def press(port: int, tokens: list[str], start: float, seconds: float) -> int:
    """Work many seats as fast as the server answers from `start` (epoch seconds) on; returns the leads worked."""
    done: list[int] = []

    def seat(token: str) -> None:
        client = Client(port, token)
        client.ask("sign_in", station="sdr")
        client.work()
        time.sleep(max(0.0, start - time.time()))
        ends = max(start, time.time()) + seconds
        while time.time() < ends:
            client.work()
            done.append(1)
        client.close()

    threads = [threading.Thread(target=seat, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def live_boards(shelf: Shelf, boards: int = BOARDS, seconds: float = BOARD_SECONDS) -> list[Result]:
    """Processor time of a server that keeps five hundred boards live while somebody works, beside one without any."""
    with Served(str(shelf.copy(LARGE)), seats=1, leaders=boards // STREAMS_PER_TOKEN + 1) as served:
        working = Client(served.port, served.tokens[0])
        working.ask("sign_in", station="sdr")
        quiet = _share(served, working, seconds / 2)
        with _watching(served, boards) as told:
            busy = _share(served, working, seconds)
            heard = told()
        working.close()
    shelf.say(f"{boards} boards heard {heard / boards / seconds:.1f} states a second each")
    return [within("live_boards", busy, "% of a core", 15, quiet)]


def _share(served: Served, working: Client, seconds: float) -> float:
    """Percent of a core that the server uses while one seat works a lead every second."""
    time.sleep(_SETTLE)
    before, begun = served.processor_seconds(), time.perf_counter()
    while time.perf_counter() - begun < seconds:
        working.work()
        time.sleep(1.0)
    return 100 * (served.processor_seconds() - before) / (time.perf_counter() - begun)


@contextmanager
def _watching(served: Served, boards: int) -> Iterator[Callable[[], int]]:
    """So many open streams of the wall board, read as they come; gives how many states all of them have heard."""
    streams = selectors.DefaultSelector()
    for number in range(boards):
        token = served.leaders[number % len(served.leaders)]
        streams.register(Client(served.port, token).watch("/v1/live/board"), selectors.EVENT_READ)
    heard, over = [0], threading.Event()

    def read() -> None:
        while not over.is_set():
            for key, _ in streams.select(0.2):
                assert isinstance(key.fileobj, socket.socket)
                heard[0] += key.fileobj.recv(1 << 18).count(b"event: ")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield lambda: heard[0]
    finally:
        over.set()
        reader.join()
        for key in list(streams.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        streams.close()


def keys(shelf: Shelf, leads: int = KEYED_LEADS) -> list[Result]:
    """From the key that saves an outcome to the next lead on the screen of a station whose floor is behind HTTP."""
    to_lead: list[float] = []
    to_paint: list[float] = []
    with Served(str(shelf.copy(LARGE)), seats=1) as served, tempfile.TemporaryDirectory() as home:
        command = (*PROGRAM, "--floor", served.url, "--station", "sdr")
        at_home = {"SALESDESK_TOKEN": served.tokens[0], "XDG_DATA_HOME": home, "XDG_STATE_HOME": home}
        with Terminal(command, at_home) as screen:
            screen.painted("READY")
            timed(screen, "n", NEXT_LEAD)
            for _ in range(leads):
                for key, paints in OTHER_KEYS:
                    to_paint.append(timed(screen, key, paints))
                to_lead.append(timed(screen, "\r", NEXT_LEAD))
    return [within("remote_key_to_next_lead", percentile(to_lead, 95), "ms", 150, median(to_paint))]
