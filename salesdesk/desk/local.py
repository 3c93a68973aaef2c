"""The desk as screens and commands hold it, for a floor in a local store."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import available_timezones

from salesdesk.clock import Clock, DatabaseClock, SystemClock
from salesdesk.desk import performing, registry
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Person, Settings
from salesdesk.desk.link import Conflict, Link
from salesdesk.desk.performing import Counter
from salesdesk.desk.registry import Effect, Progress, Request
from salesdesk.environment import Environment
from salesdesk.line.tzdata import use_pinned_zones
from salesdesk.store import events, people
from salesdesk.store import floor as floor_table
from salesdesk.store.session import Session, Store, StoreError
from salesdesk.store.sqlite import SqliteStore

R = TypeVar("R")


class Desk(Protocol):
    """What a screen may do with a floor, wherever the floor is."""

    person: Person
    settings: Settings

    def now(self) -> int:
        """The floor's time, epoch seconds."""
        ...

    async def do(self, request: Request[R]) -> R:
        """Ask for something; raises Refused when the floor says no, StoreError when it cannot be reached."""
        ...

    async def run(self, request: Request[R], progress: Callable[[Progress], None]) -> R:
        """Run a job, telling its progress from another thread."""
        ...

    async def pulse(self) -> int:
        """A number that moves whenever something happened on the floor; cheap enough to ask five times a second."""
        ...

    def ask(self, request: Request[R]) -> R:
        """`do` for callers without an event loop."""
        ...

    def start(self, request: Request[R]) -> Generator[Progress, None, R]:
        """`run` for callers without an event loop, step by step."""
        ...

    def link(self) -> Link:
        """How the line to the floor is; costs nothing."""
        ...

    def conflicts(self) -> tuple[Conflict, ...]:
        """What was typed while the floor was away and was refused since, oldest first."""
        ...

    def settle(self, conflict: int) -> bool:
        """Somebody has looked at a conflict, by its id. It is forgotten, except that a do-not-call is sent again;
        whether that is so."""
        ...

    def blocker(self) -> str | None:
        """Who keeps the floor from being written now, in words, if anyone."""
        ...

    def close(self) -> None:
        """Leave the floor."""
        ...


def in_database(target: str) -> bool:
    """Whether a floor's name is the address of a PostgreSQL database."""
    return target.startswith(("postgresql://", "postgres://"))


def open_store(target: str | Path, *, create: bool = False) -> tuple[Store, Callable[[int], Clock]]:
    """The store at a file path or a postgresql:// address, and its clock, made with an offset in seconds."""
    use_pinned_zones()
    if in_database(str(target)):
        from salesdesk.store.postgres import CONNECTIONS, PostgresStore

        try:
            connections = Environment().connections or CONNECTIONS
        except ValueError as error:
            raise StoreError(str(error)) from None
        database = PostgresStore(str(target), create=create, connections=connections)
        return database, lambda offset: DatabaseClock(database.milliseconds, offset)
    if "://" in str(target):
        scheme = str(target).partition("://")[0]
        raise StoreError(f"{scheme} floors cannot be opened here; give a file path or a postgresql:// address")
    return SqliteStore(Path(target), create=create), SystemClock


def open_counter(target: str, clock: Clock | None = None) -> Counter:
    """Open the floor at a file path or postgresql:// address; raises StoreError with one sentence when that cannot
    be."""
    store, its_clock = open_store(target)
    stored = store.read(floor_table.settings)
    if "secret" not in stored:
        store.close()
        raise StoreError(f"{store.name} is there, but without a floor in it; `salesdesk init` makes one")
    return Counter(store, clock or its_clock(int(stored.get("clock_offset", "0"))), Settings.read(stored))


def create_floor(target: str | Path, *, name: str, zone: str, map_id: str = "sdr-executive", **more: str) -> None:
    """Make an empty floor in a new file or an empty database; raises StoreError when there is one already."""
    store, _ = open_store(target, create=True)
    try:
        store.write(lambda session: _set_up(session, {"name": name, "zone": zone, "map": map_id, **more}))
    finally:
        store.close()


def _set_up(session: Session, chosen: dict[str, str]) -> None:
    session.alone("floor")
    if "secret" in floor_table.settings(session):
        raise StoreError("there is a floor already; nothing was changed")
    for key, value in {"secret": secrets.token_hex(32), **chosen}.items():
        floor_table.put(session, key, value)


def person_named(counter: Counter, name: str) -> Person:
    """The person of this name on the floor; refuses a stranger, naming who is known."""

    def find(session: Session) -> Person:
        row = people.by_name(session, name)
        if row is None:
            known = ", ".join(each.name for each in people.everyone(session)[:8]) or "nobody yet"
            raise Refused("unknown_person", f"nobody here is called {name!r}; the floor knows {known}")
        return performing.person(session, row.id)

    return counter.store.read(find)


class LocalDesk:
    """One person's desk at a local store. Requests run in worker threads: one that writes, others that read."""

    def __init__(self, counter: Counter, person: Person) -> None:
        self.counter = counter
        self.person = person
        self.settings = counter.settings
        self._pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="desk")
        # Writes of one station keep the order in which they were asked for.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        # A connection's data version means nothing to another connection, so one thread does all the watching.
        self._watch = ThreadPoolExecutor(max_workers=1, thread_name_prefix="watch")
        self._version = -1
        self._newest = 0

    def now(self) -> int:
        return self.counter.clock.now()

    def ask(self, request: Request[R]) -> R:
        """`do` for callers without an event loop."""
        return performing.perform(self.counter, self.person.id, request)

    async def do(self, request: Request[R]) -> R:
        pool = self._writer if registry.of(request).effect is Effect.WRITE else self._pool
        return await asyncio.get_running_loop().run_in_executor(pool, self.ask, request)

    def start(self, request: Request[R]) -> Generator[Progress, None, R]:
        """Run a job in the caller's own thread, step by step."""
        return performing.start(self.counter, self.person.id, request)

    async def run(self, request: Request[R], progress: Callable[[Progress], None]) -> R:
        def work() -> R:
            return performing.finish(self.start(request), progress)

        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def pulse(self) -> int:
        return await asyncio.get_running_loop().run_in_executor(self._watch, self._pulse)

    def _pulse(self) -> int:
        version = self.counter.store.version()
        if version != self._version:
            self._version = version
            self._newest = self.counter.store.read(events.pulse)
        return self._newest

    def link(self) -> Link:
        return Link()

    def conflicts(self) -> tuple[Conflict, ...]:
        return ()

    def settle(self, conflict: int) -> bool:  # noqa: ARG002 - nothing ever waits beside a local store
        return False

    def blocker(self) -> str | None:
        return self.counter.store.blocker()

    def close(self) -> None:
        for pool in (self._pool, self._writer):
            pool.shutdown(wait=True, cancel_futures=True)
        self._watch.shutdown(wait=True, cancel_futures=True)
        self.counter.store.close()


def add_first_person(target: str | Path, name: str, roles: str) -> None:
    """Seat the first person of a new floor, who then adds the others."""
    store, _ = open_store(target)
    try:
        store.write(lambda session: _seat_first(session, name, roles))
    finally:
        store.close()


def _seat_first(session: Session, name: str, roles: str) -> None:
    session.alone("floor")
    if people.everyone(session):
        raise StoreError("this floor has people already; one of them adds the others")
    zone = floor_table.settings(session)["zone"]
    people.add(session, name=name, roles=roles, team="", zone=zone)


USUAL_ZONE = "America/New_York"


def machine_zone(link: Path = Path("/etc/localtime")) -> str:
    """The machine's time zone by name, New York when it does not say."""
    wanted = Environment().zone or (str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else "")
    return wanted if wanted in available_timezones() else USUAL_ZONE


FOUNDER_ROLES = "coordinator director executive researcher sdr supervisor"
"""Whoever starts a floor alone may do everything on it."""
