"""One route per operation that is answered at once: POST /v1/{operation} with the request as JSON."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request as Http
from starlette.responses import Response

from salesdesk.desk import performing, wire
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.fields import takes_file
from salesdesk.desk.floor import mark
from salesdesk.desk.performing import Guard
from salesdesk.desk.registry import Effect, Operation, Request
from salesdesk.desk.serving import AnyWork
from salesdesk.desk.wire import Myself
from salesdesk.server.door import JSON, Door, Visit, shown_by
from salesdesk.server.hall import Caller, Hall, Shown
from salesdesk.server.limits import body_of, refuse_what_no_store_can_keep
from salesdesk.store import holds, receipts
from salesdesk.store.grouped import GroupedStore
from salesdesk.store.session import Session

PROBE_SECONDS = 1.0
"""How often a waiting claim looks for work."""
QUICK = 16 * 1024
"""Bytes of a body that can be read between two other requests."""


def read_request(what: Operation, body: bytes) -> Request[Any]:
    """What is asked for; BadRequest or ValidationError when it makes no sense."""
    refuse_what_no_store_can_keep(body)
    return what.request.model_validate_json(body or b"{}", strict=True)


class OperationDoor(Door):
    """READ, WRITE and LIVE operations."""

    def __init__(self, hall: Hall, what: Operation) -> None:
        super().__init__(hall, what.name)
        self.what = what
        self.large = takes_file(what.request)
        self.pool = hall.writers if what.effect is Effect.WRITE else hall.readers

    async def answer(self, request: Http, visit: Visit) -> Response:
        shown = shown_by(request)
        if self.large:  # a stranger's 70 MiB are not even read
            await self.hall.on(self.hall.readers, partial(self.come_in, shown, visit))
        body = await body_of(request, large=self.large)
        guard: Guard | None = None
        if visit.caller is None and (caller := self.hall.met(shown)):
            visit.caller, guard = caller, self.hall.guard(shown, caller, self.what)
        if guard and self.hall.grouped and self.what.effect is Effect.WRITE and len(body) <= QUICK:
            return Response(await self._in_a_group(self.hall.grouped, shown, body, visit, guard), media_type=JSON)
        return Response(await self.hall.on(self.pool, partial(self.work, shown, body, visit, guard)), media_type=JSON)

    async def _in_a_group(self, store: GroupedStore, shown: Shown, body: bytes, visit: Visit, guard: Guard) -> bytes:
        """The same as `work`, waiting in the event loop for the thread that writes."""
        caller = visit.caller
        assert caller is not None, "whoever has a guard was met"
        try:
            ask = read_request(self.what, body)
        except (BadRequest, ValidationError):
            await self.hall.on(self.hall.readers, partial(self.come_in, shown, visit))
            raise
        reply = await store.written(*performing.steps(self.hall.counter, caller.me.id, ask, caller.within, guard))
        return self.what.answer.dump_json(reply)

    def come_in(self, shown: Shown, visit: Visit) -> Caller:
        """Let the caller in, and write down who it is."""
        visit.caller = caller = self.hall.admit(shown, self.what)
        return caller

    def work(self, shown: Shown, body: bytes, visit: Visit, guard: Guard | None) -> bytes:
        """All of a request, on a thread: first who, then what, then the desk. With a guard, who is asked last of all,
        in the transaction, unless there is no sense in what is asked."""
        caller = visit.caller or self.come_in(shown, visit)
        try:
            ask = read_request(self.what, body)
        except (BadRequest, ValidationError):
            if guard:
                self.come_in(shown, visit)
            raise
        return self.perform(caller, ask, guard)

    def perform(self, caller: Caller, ask: Request[Any], guard: Guard | None = None) -> bytes:
        """The desk's answer as JSON."""
        reply = performing.perform(
            self.hall.counter, caller.me.id, ask, caller.within, guard or self.hall.admitted(caller)
        )
        return self.what.answer.dump_json(reply)


class ClaimDoor(OperationDoor):
    """`claim_next`, which may wait for work."""

    query = frozenset({"wait"})

    async def answer(self, request: Http, visit: Visit) -> Response:
        seconds = _wait_of(request)
        if not seconds:
            return await super().answer(request, visit)
        shown = shown_by(request)
        body = await body_of(request, large=False)
        ask, waits = await self.hall.on(self.hall.readers, partial(self._begin, shown, body, visit))
        assert visit.caller is not None, "whoever got this far was let in"
        guard = self.hall.guard(shown, visit.caller, self.what)  # a token may be revoked while it waits
        if waits and not await self._wait(request, visit.caller, AnyWork(station=ask.station), guard, seconds):
            return Response(status_code=wire.UNAVAILABLE)  # to nobody: no lead is served into empty air
        return Response(await self.hall.on(self.pool, partial(self.perform, visit.caller, ask, guard)), media_type=JSON)

    def _begin(self, shown: Shown, body: bytes, visit: Visit) -> tuple[Any, bool]:
        """The claim, and whether it is a new one of somebody whose hands are empty."""
        caller = self.come_in(shown, visit)
        ask: Any = read_request(self.what, body)

        def fresh(session: Session) -> bool:
            return receipts.find(session, ask.key) is None and holds.of_person(session, caller.me.id) is None

        return ask, self.hall.counter.store.read(fresh)

    async def _wait(self, request: Http, caller: Caller, probe: AnyWork, guard: Guard, seconds: int) -> bool:
        """Until there is work, the time is over or the server stops; whether whoever asked is still there."""
        look = partial(performing.perform, self.hall.counter, caller.me.id, probe, caller.within, guard)
        ends = asyncio.get_running_loop().time() + seconds
        while not (await self.hall.on(self.hall.readers, look)).ready:
            if await request.is_disconnected():
                return False
            left = ends - asyncio.get_running_loop().time()
            if left <= 0:
                break
            try:
                await asyncio.wait_for(self.hall.closing.wait(), min(PROBE_SECONDS, left))
            except TimeoutError:
                continue
            break
        return not await request.is_disconnected()


def _wait_of(request: Http) -> int:
    """The seconds that a claim may wait."""
    text = request.query_params.get("wait", "0")
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > wire.LONGEST_WAIT:
        raise BadRequest("bad_wait", f"wait is a number of seconds from 0 to {wire.LONGEST_WAIT}")
    return int(text)


class MyselfDoor(Door):
    """GET /v1/me: who the token stands for, and how the floor is set up."""

    async def answer(self, request: Http, visit: Visit) -> Response:
        shown = shown_by(request)
        visit.caller = caller = await self.hall.on(self.hall.readers, partial(self.hall.admit, shown, None))
        me, settings = caller.me, self.hall.counter.settings
        reply = Myself(
            id=me.id,
            person=me.name,
            roles=tuple(sorted(me.roles)),
            team=me.team,
            own_zone=me.zone,
            simulated=me.simulated,
            floor=settings.name,
            zone=settings.zone,
            map_id=settings.map_id,
            day_start=settings.day_start,
            day_end=settings.day_end,
            demo=settings.demo,
            now=self.hall.now(),
            wire=wire.WIRE,
            floor_id=mark(settings.secret, "floor", ""),
        )
        return Response(reply.model_dump_json(), media_type=JSON)
