"""What the routes of one server share: the floor, the threads that work on it, who may come in, and who is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from salesdesk.clock import Clock
from salesdesk.desk import outages, performing, registry
from salesdesk.desk import tokens as keys
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Person
from salesdesk.desk.local import open_counter
from salesdesk.desk.performing import Counter, Guard
from salesdesk.desk.registry import Operation, Request
from salesdesk.desk.roles import Role, parse
from salesdesk.desk.sealing import head_of, holding, seal_now
from salesdesk.sealfiles import add_anchor, load_anchors, load_key
from salesdesk.server.limits import HOUR, Buckets
from salesdesk.server.logs import tell, where
from salesdesk.server.metrics import Metrics
from salesdesk.server.options import Options
from salesdesk.server.refusals import TurnedAway, too_many, unauthorized
from salesdesk.store import events, holds, tokens
from salesdesk.store.grouped import GroupedStore
from salesdesk.store.session import Session, StoreError
from salesdesk.store.sqlite import SqliteStore
from salesdesk.store.tokens import TokenRow

T = TypeVar("T")
READERS, WRITERS, JOBS = 4, 8, 2
"""Threads that read, write, and run jobs. On a file one more thread does what the others write, in groups."""
CLAIM = "claim_next"
USE_NOTED_EVERY, SEALED_EVERY, ANCHORED_EVERY = 60, 5, HOUR
"""Seconds between notes of when tokens were last used, between seals, and between anchors of their chain."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the person of a token, in those of their roles that the token has."""

    token: int
    me: Person
    within: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody showed at the door: a token's id and digest, if it has the shape of one, and where from."""

    key: tuple[int, str] | None
    missing: bool
    address: str


class Hall:
    """One server over one floor. `close` gives everything back."""

    def __init__(self, counter: Counter, options: Options, metrics: Metrics) -> None:
        self.counter = counter
        self.options = options
        self.metrics = metrics
        self.closing = asyncio.Event()
        self.grouped = counter.store if isinstance(counter.store, GroupedStore) else None
        self.writers = ThreadPoolExecutor(WRITERS, thread_name_prefix="write")
        self.readers = ThreadPoolExecutor(READERS, thread_name_prefix="read")
        self.jobs = ThreadPoolExecutor(JOBS, thread_name_prefix="job")
        self._rates = Buckets(options.requests_per_minute, options.burst)
        self._failures = Buckets(options.failures_per_minute, options.failures_per_minute)
        self._used: dict[int, int] = {}
        self._met: dict[tuple[int, str], Caller] = {}

    # who may come in ------------------------------------------------------------------------------------------------

    def admit(self, shown: Shown, what: Operation | None) -> Caller:
        """The caller behind a token, allowed to ask for `what`; TurnedAway or Refused otherwise. Reads only."""

        def look(session: Session, key: tuple[int, str]) -> tuple[Caller | None, int]:
            row = self._opens(session, *key)
            if row is None:
                return None, 0
            within = parse(row.roles)
            caller = Caller(row.id, performing.person(session, row.person_id, within), within)
            return caller, self._hurry(session, caller, what)

        # What has not the shape of a token does not even cost a look.
        key = shown.key
        caller, wait = self.counter.store.read(lambda session: look(session, key)) if key else (None, 0)
        if key is None or caller is None:
            raise self._turn_away(shown)
        self._count(caller)
        if what is not None:
            performing.allowed(caller.me, what)
        if wait:
            raise self._harvesting(caller, wait)
        self._met[key] = caller
        return caller

    def met(self, shown: Shown) -> Caller | None:
        """Whom a token stood for when it was looked up; that it still does is for `guard` to see. Costs no look."""
        caller = self._met.get(shown.key) if shown.key else None
        if caller is not None:
            self._count(caller)
        return caller

    def guard(self, shown: Shown, caller: Caller, what: Operation) -> Guard:
        """What lets a caller in who was met before, in the very transaction of what they ask for."""
        key = shown.key
        assert key is not None, "whoever was met has shown a token"

        def look(session: Session, request: Request[Any]) -> bool:
            if self._opens(session, *key) is None:
                self._met.pop(key, None)
                raise self._turn_away(shown)
            if wait := self._hurry(session, caller, what):
                raise self._harvesting(caller, wait)
            return self.keeps_pace(session, request, caller)

        return look

    def admitted(self, caller: Caller) -> Guard:
        """The same for a caller who has just been let in."""
        return lambda session, request: self.keeps_pace(session, request, caller)

    def keeps_pace(self, session: Session, request: Request[Any], caller: Caller) -> bool:
        """Whether a caller may be served the next lead with what they ask for. What they ask for is done all the same;
        a claim then tells them why."""
        if not getattr(request, "serve", "") or not self.options.leads_per_hour:
            return True
        return not self._wait(session, caller, self.options.leads_per_hour - 1)  # the one in hand counts already

    def _opens(self, session: Session, token_id: int, digest: str) -> TokenRow | None:
        row = tokens.by_id(session, token_id)
        if row is None or not keys.matches(row, digest) or not row.works(self.counter.clock.now()):
            return None
        return row

    def _turn_away(self, shown: Shown) -> TurnedAway:
        wait = self._failures.take(shown.address)
        if wait:
            return too_many("failures", "too many wrong tokens from this address; wait a little", wait)
        missing = "this server wants a token: Authorization: Bearer sd_…"
        return unauthorized(missing if shown.missing else "this token opens nothing: unknown, ended or revoked")

    def _count(self, caller: Caller) -> None:
        wait = self._rates.take(caller.token)
        if wait:
            raise too_many("rate", "this token asks faster than any station; wait a little", wait)

    def _hurry(self, session: Session, caller: Caller, what: Operation | None) -> int:
        """Seconds for which a caller may be shown no further lead, if that is what they ask for."""
        if what is None or what.name != CLAIM or not self.options.leads_per_hour:
            return 0
        session.soon(lambda session: self._wait(session, caller, self.options.leads_per_hour))
        if holds.of_person(session, caller.me.id) is not None:
            return 0
        return self._wait(session, caller, self.options.leads_per_hour)

    def _wait(self, session: Session, caller: Caller, most: int) -> int:
        """Seconds until a caller will have gone through fewer than so many leads within an hour. Counted from the
        events, so by every worker and server together."""
        if most < 1:
            return HOUR
        now = self.counter.clock.now()
        at = events.nth_result(session, caller.me.id, now - HOUR, most)
        return 0 if at is None else max(1, at + HOUR - now)

    def _harvesting(self, caller: Caller, wait: int) -> TurnedAway:
        """What turns away who goes through leads faster than anybody calls them."""
        self.metrics.harvest.inc()
        tell("pace", logging.WARNING, token=caller.token, person=caller.me.id, wait=wait)
        most, minutes = self.options.leads_per_hour, -(-wait // 60)
        return too_many("pace", f"you went through {most} leads within the hour; go on in {minutes} min", wait)

    def used(self, caller: Caller) -> None:
        """Note that a token was of use; written down from time to time."""
        self._used[caller.token] = self.counter.clock.now()

    def note_use(self) -> None:
        """Write down which tokens were used since the last time, if any."""
        times, self._used = self._used, {}
        if times:
            self.counter.store.write(lambda session: tokens.used(session, times))

    def seal(self) -> None:
        """Seal what happened since the last time, if this server has a key."""
        if self.counter.settings.seal_keys:
            self.metrics.sealed.inc(seal_now(self.counter, self.counter.settings.seal_keys[0]))

    def anchor(self) -> None:
        """Remember outside the floor where the chain of seals ends, if this server was told where."""
        if self.options.anchor and (head := head_of(self.counter)):
            add_anchor(Path(self.options.anchor), head)

    def note_served(self) -> None:
        """Note that a server is there."""
        outages.note_served(self.counter)

    async def keep(self, work: Callable[[], None], every: float) -> None:
        """Do a chore from time to time, until the server stops."""
        while True:
            await asyncio.sleep(every)
            try:
                await self.on(self.writers, work)
            except (StoreError, Refused):
                tell("chore_failed", logging.WARNING, chore=work.__name__)
            except Exception as error:  # noqa: BLE001 - a chore must not stop for good; told by place only
                tell("error", logging.ERROR, operation=work.__name__, error=type(error).__name__, where=where(error))

    # work -----------------------------------------------------------------------------------------------------------

    async def on(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        """Run blocking work on a pool's thread."""
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def now(self) -> int:
        """The floor's time, epoch seconds."""
        return self.counter.clock.now()

    def refuse_while_closing(self) -> None:
        """A server that stops begins nothing long any more."""
        if self.closing.is_set():
            raise TurnedAway(503, "stopping", "this server is stopping; ask again in a moment", 2)

    def close(self) -> None:
        """Finish what was begun, and leave the floor."""
        for pool in (self.jobs, self.readers, self.writers):
            pool.shutdown(wait=True, cancel_futures=True)
        for chore in (self.note_use, self.seal, self.anchor, self.note_served):
            try:
                chore()
            except (StoreError, Refused):
                tell("chore_failed", logging.WARNING, chore=chore.__name__)
        self.counter.store.close()


def open_hall(options: Options, clock: Clock | None = None) -> Hall:
    """Open the floor for a server; on a file its writes are grouped."""
    metrics = Metrics()
    seal_keys = [load_key(Path(each)) for each in options.seal_keys]
    if options.anchor:
        load_anchors(Path(options.anchor))  # a damaged one is said now, not in an hour
    counter = holding(open_counter(options.floor, clock), seal_keys)
    registry.prepare()
    for name in registry.operations():
        registry.load(name, counter.settings.map_id)  # now, not while the first station waits
    if outages.excuse(counter):
        tell("outage_excused")
    if isinstance(counter.store, SqliteStore):
        counter = replace(counter, store=GroupedStore(counter.store, metrics.group.observe))
    return Hall(counter, options, metrics)
