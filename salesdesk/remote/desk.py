"""A person's desk at a floor behind a server: it has a token and no file, and what it may do the server decides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from salesdesk.desk import performing, registry
from salesdesk.desk.calls import Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Person, Settings
from salesdesk.desk.link import Conflict, Link
from salesdesk.desk.presence import Beat, Heartbeat
from salesdesk.desk.registry import Effect, Progress, Request
from salesdesk.desk.ringback import FindRingBack
from salesdesk.desk.roles import Role
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.waiting import can_wait, typed
from salesdesk.desk.wire import WIRE, JobProblem, Myself, error_of
from salesdesk.environment import Environment
from salesdesk.line.tzdata import use_pinned_zones
from salesdesk.remote.contact import Contact
from salesdesk.remote.listening import Listener
from salesdesk.remote.place import Place, place_of
from salesdesk.remote.sending import Sender, jittered
from salesdesk.remote.wire import NoEntry, Unreachable, Wire, read
from salesdesk.store.outbox import NotKept, Outbox, waiting_at
from salesdesk.store.session import StoreError

R = TypeVar("R")
PATIENCE = 10.0
"""Seconds for which a request that gets no answer is asked again, under the same key."""
OPENING = 3.0
"""Seconds for which a floor that does not answer is tried at the start."""
_LATER: dict[type[Request[Any]], str] = {
    ClaimNext: "the next lead comes when the floor is there again",
    FindRingBack: "look them up when it is back",
    Dialed: "do not dial yet: it has to be asked whether this number may be called",
}
"""What somebody who is offline should know about a request that cannot wait."""


class RemoteDesk:
    """The desk of the person a token stands for. Requests run in worker threads; writes about work in hand go by way
    of the outbox, so they are on this machine's disk before they are answered."""

    def __init__(self, wire: Wire, me: Myself, outbox: Outbox) -> None:
        self.wire, self._outbox = wire, outbox
        self.person = _person(me)
        self.settings = Settings(
            name=me.floor, zone=me.zone, secret=b"", map_id=me.map_id, day_start=me.day_start, day_end=me.day_end,
            demo=me.demo,
        )  # fmt: skip
        self._contact = wire.contact
        self._sender = Sender(outbox, wire.contact, wire.send)
        self._listener: Listener | None = None
        self._abouts: dict[int, str] = {}
        self._pool = ThreadPoolExecutor(max_workers=3, thread_name_prefix="desk")
        # Writes of one station keep the order in which they were asked for.
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._beats = ThreadPoolExecutor(max_workers=1, thread_name_prefix="beat")

    def now(self) -> int:
        return self._contact.now()

    # asking ---------------------------------------------------------------------------------------------------------

    def ask(self, request: Request[R]) -> R:
        """`do` for callers without an event loop."""
        what = registry.of(request)
        if what.effect is Effect.JOB:
            raise BadRequest("is_a_job", f"{what.name} is a job; it is started with progress, not answered at once")
        if isinstance(request, Heartbeat):
            return cast(R, self._beat(request))
        if can_wait(request):
            try:
                return self._seen(
                    self._sender.post(request, self._abouts.get(getattr(request, "ticket", None) or 0, ""))
                )
            except NotKept:
                if isinstance(request, OptOut):  # whoever does not want to be called does not wait for a disk
                    with suppress(Unreachable):
                        return cast(R, self._insist(request, what.name))
                raise
        if what.effect is Effect.WRITE and not self._sender.drained():
            why = self._contact.barred or f"what was typed before goes first{self._later(request)}"
            raise StoreError(f"{self._sender.unsent} unsent: {why}")
        return self._seen(self._insist(request, what.name))

    def _seen(self, reply: R) -> R:
        """Remember whom a ticket is about, for what may be refused of it later."""
        card = getattr(reply, "next", reply)
        if isinstance(card, TicketCard):
            self._abouts[card.ticket] = f"{card.name}, {card.account}" if card.account else card.name
        return reply

    def _insist(self, request: Request[R], name: str) -> R:
        """Ask until an answer comes or patience ends; offline, once."""
        until = time.monotonic() + PATIENCE
        attempt = 0
        while True:
            try:
                return cast(R, read(registry.of(request).answer, self.wire.send(name, request.model_dump_json())))
            except Unreachable as error:
                attempt += 1
                pause = jittered(attempt)
                if self._contact.offline or time.monotonic() + pause > until:
                    raise Unreachable(f"{error}{self._later(request)}") from None
                time.sleep(pause)

    def _later(self, request: Request[Any]) -> str:
        return f"; {_LATER[type(request)]}" if type(request) in _LATER else ""

    def _beat(self, request: Heartbeat) -> Beat:
        """A sign of life is sent once or not at all; without an answer the lead is still mine as far as I know."""
        try:
            told = self.wire.send("heartbeat", request.model_dump_json())
            return cast(Beat, read(registry.of(request).answer, told))
        except Unreachable:
            return Beat(holding=request.ticket is not None)

    async def do(self, request: Request[R]) -> R:
        pool = self._writer if registry.of(request).effect is Effect.WRITE else self._pool
        if isinstance(request, Heartbeat):
            pool = self._beats
        return await asyncio.get_running_loop().run_in_executor(pool, self.ask, request)

    # jobs -----------------------------------------------------------------------------------------------------------

    def start(self, request: Request[R]) -> Generator[Progress, None, R]:
        """Run a job in the caller's own thread, step by step. A line that breaks ends it; what it did stays done."""
        what = registry.of(request)
        for told in self.wire.lines(what.name, request.model_dump_json()):
            step = _JOB_LINE.validate_json(told)
            if "error" in step:
                problem = JobProblem.model_validate(step["error"])
                raise error_of(problem.status, problem)
            if "reply" in step:
                return cast(R, what.answer.validate_python(step["reply"]))
            yield Progress.model_validate(step["progress"])
        raise Unreachable(f"{what.name} was cut off; what was done stays done, and starting it again goes on")

    async def run(self, request: Request[R], progress: Callable[[Progress], None]) -> R:
        def work() -> R:
            return performing.finish(self.start(request), progress)

        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    # the line -------------------------------------------------------------------------------------------------------

    async def pulse(self) -> int:
        if self._listener is None:
            self._listener = Listener(self.wire)
        return self._contact.moves

    def link(self) -> Link:
        contact = self._contact
        skew = 0 if self.settings.demo else contact.skew
        unsent, conflicts = self._sender.unsent, self._sender.conflicts
        return Link(contact.state, unsent, conflicts, contact.since, skew, contact.barred)

    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(
            Conflict(row.id, row.at, row.about, typed(row.operation, row.body), row.reply)
            for row in self._outbox.conflicts()
        )

    def settle(self, conflict: int) -> bool:
        return self._sender.settle(conflict)

    def blocker(self) -> str | None:
        return None

    def close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
        for pool in (self._pool, self._writer, self._beats):
            pool.shutdown(wait=True, cancel_futures=True)
        self._sender.stop()
        self._outbox.close()
        self.wire.close()


_JOB_LINE: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


def _person(me: Myself) -> Person:
    known = frozenset(role for role in Role if role.value in me.roles)
    return Person(me.id, me.person, known, me.team, me.own_zone, me.simulated)


def open_remote(url: str, person: str | None = None, environment: Environment | None = None) -> RemoteDesk:
    """The desk at a floor's address, with the token of the environment; raises BadRequest for an address or a token
    that cannot be used, StoreError when the floor does not answer."""
    from platformdirs import user_data_path

    use_pinned_zones()
    place = place_of(url, environment or Environment())
    folder = user_data_path("salesdesk") / "outbox"
    wire = Wire(place, Contact())
    try:
        me = _introduced(wire)
        if person and person != me.person:
            raise BadRequest("who", f"this token is {me.person}'s, not {person}'s")
        return RemoteDesk(wire, me, _outbox(folder, place, me))
    except (Unreachable, NoEntry) as error:
        wire.close()
        raise StoreError(f"{error}{_kept(waiting_at(folder, place.mark))}") from None
    except BaseException:
        wire.close()
        raise


def _introduced(wire: Wire) -> Myself:
    until = time.monotonic() + OPENING
    while True:
        try:
            me = wire.me()
        except Unreachable:
            if time.monotonic() > until:
                raise
            time.sleep(jittered(1))
        else:
            if me.wire != WIRE:
                raise NoEntry("this salesdesk and the floor's server are of different versions; update the older one")
            return me


def _outbox(folder: Path, place: Place, me: Myself) -> Outbox:
    """What one person typed for one floor: another floor at the same address has other leads under the same numbers."""
    by_address = folder / f"{place.mark}-{me.id}.outbox"
    if not me.floor_id:
        return Outbox(by_address)
    box = Outbox(folder / f"{place.mark}-{me.floor_id}-{me.id}.outbox")
    if by_address.exists():
        box.take_over(by_address)
    return box


def _kept(unsent: int) -> str:
    return f"; {unsent} unsent, kept here until it can be sent" if unsent else ""
