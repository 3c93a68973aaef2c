"""The queues that ours is compared with, each used as its own documentation says, one claim at a time.

A worker works until a time and notes each job it was given: when (epoch seconds) and which.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from salesdesk.bench.pairs import Station
from salesdesk.desk.local import open_counter
from salesdesk.store.session import StoreError

Tally = list[tuple[float, int]]
Work = Callable[[Tally, float], None]
"""Works until a time (epoch seconds) and adds to a tally."""
_CHUNK = 5_000


def require(*modules: str) -> None:
    """Raises StoreError when one of them is not installed."""
    for module in modules:
        if find_spec(module) is None:
            raise StoreError(f"{module} is not installed; it comes with the extra `test`")


def salesdesk(target: str, number: int) -> Work:
    """Ours: a claim with all its rules, the dial that an outcome needs, and the outcome."""
    counter = open_counter(target)
    station = Station(counter, number + 1)
    station.work()  # what is read once, as maps and law are, is not a matter of pairs

    def work(tally: Tally, until: float) -> None:
        while time.time() < until:
            ticket = station.work()
            tally.append((time.time(), ticket))

    return work


# procrastinate ------------------------------------------------------------------------------------------------------


def _app(url: str):  # type: ignore[no-untyped-def]
    from procrastinate import App, PsycopgConnector

    return App(connector=PsycopgConnector(conninfo=url))


def fill_procrastinate(url: str, jobs: int) -> None:
    """Its tables, and so many jobs."""

    async def fill() -> None:
        app = _app(url)
        task = app.task(_nothing, name="nothing")
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            for first in range(0, jobs, _CHUNK):
                await task.batch_defer_async(*({} for _ in range(min(_CHUNK, jobs - first))))

    asyncio.run(fill())


def _nothing() -> None:
    pass


def procrastinate(url: str, _number: int) -> Work:
    """Its worker with a task that does nothing."""
    import procrastinate.worker  # noqa: F401 - read before anybody begins

    def work(tally: Tally, until: float) -> None:
        app = _app(url)

        async def job(context) -> None:  # type: ignore[no-untyped-def]
            tally.append((time.time(), context.job.id))

        app.task(job, name="nothing", pass_context=True)

        async def run() -> None:
            async with app.open_async():
                worker = asyncio.create_task(app.run_worker_async(install_signal_handlers=False, concurrency=1))
                await asyncio.sleep(until - time.time())
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=True)

        asyncio.run(run())

    return work


# pgqueuer -----------------------------------------------------------------------------------------------------------


def fill_pgqueuer(url: str, jobs: int) -> None:
    """Its tables, and so many jobs."""

    async def fill() -> None:
        import psycopg
        from pgqueuer.db import PsycopgDriver
        from pgqueuer.queries import Queries

        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            queries = Queries(PsycopgDriver(connection))
            await queries.install()
            for first in range(0, jobs, _CHUNK):
                count = min(_CHUNK, jobs - first)
                await queries.enqueue(["nothing"] * count, [None] * count, [0] * count)

    asyncio.run(fill())


def pgqueuer(url: str, _number: int) -> Work:
    """Its worker, one job at a time, with an entrypoint that does nothing."""
    import psycopg
    from pgqueuer import PgQueuer
    from pgqueuer.models import Job

    def work(tally: Tally, until: float) -> None:
        async def run() -> None:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                queue = PgQueuer.from_psycopg_connection(connection)

                @queue.entrypoint("nothing")
                async def nothing(job: Job) -> None:
                    tally.append((time.time(), int(job.id)))

                asyncio.get_running_loop().call_later(until - time.time(), queue.shutdown.set)
                await queue.run(batch_size=1)

        asyncio.run(run())

    return work


# persist-queue ------------------------------------------------------------------------------------------------------


def filled_persist_queue(folder: Path, jobs: int) -> Path:
    """A queue of its own with so many jobs; filled once, since it commits every one, and copied for each run."""
    from persistqueue import SQLiteAckQueue

    pristine, copy = folder / f"persist-queue-{jobs}", folder / f"persist-queue-{jobs}.work"
    if not pristine.is_dir():
        building = folder / f"persist-queue-{jobs}.tmp"
        shutil.rmtree(building, ignore_errors=True)
        queue = SQLiteAckQueue(str(building))
        for number in range(jobs):
            queue.put({"job": number})
        queue.close()
        building.rename(pristine)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(pristine, copy)
    return copy


def persist_queue(path: str, _number: int) -> Work:
    """Its queue with acknowledgements. Raises StoreError when its backlog comes to an end."""
    from persistqueue import Empty, SQLiteAckQueue

    queue = SQLiteAckQueue(path)

    def work(tally: Tally, until: float) -> None:
        while time.time() < until:
            try:
                item = queue.get(block=False)
            except Empty:
                raise StoreError("persist-queue has worked off its whole backlog; give it a longer one") from None
            tally.append((time.time(), item["job"]))
            queue.ack(item)

    return work
