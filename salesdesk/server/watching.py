"""The doors to live streams, to health and to metrics."""

from __future__ import annotations

import asyncio
from functools import partial

from starlette.requests import Request as Http
from starlette.responses import Response

from salesdesk.desk.registry import Operation
from salesdesk.desk.wire import is_loopback
from salesdesk.server.door import JSON, Door, Visit, shown_by
from salesdesk.server.hall import Hall
from salesdesk.server.live import EventStream, Live
from salesdesk.server.metrics import CONTENT_TYPE
from salesdesk.store import events


class PulseDoor(Door):
    """GET /v1/pulse: a number that moves whenever something happened on the floor."""

    def __init__(self, hall: Hall, live: Live) -> None:
        super().__init__(hall, "pulse")
        self._live = live

    async def answer(self, request: Http, visit: Visit) -> Response:
        admit = partial(self.hall.admit, shown_by(request), None)
        visit.caller = caller = await self.hall.on(self.hall.readers, admit)
        topic = self._live.pulse()
        return EventStream(self._live, topic, self._live.join(topic, caller))


class LiveDoor(Door):
    """GET /v1/live/{operation}: the reply of a LIVE operation, again after every change."""

    def __init__(self, hall: Hall, live: Live, what: Operation) -> None:
        super().__init__(hall, f"live {what.name}")
        self.query = frozenset(what.request.model_fields)
        self._live = live
        self._what = what

    async def answer(self, request: Http, visit: Visit) -> Response:
        admit = partial(self.hall.admit, shown_by(request), self._what)
        visit.caller = caller = await self.hall.on(self.hall.readers, admit)
        ask = self._what.request.model_validate(dict(request.query_params))
        topic = self._live.topic(self._what, ask, caller)
        return EventStream(self._live, topic, self._live.join(topic, caller))


class AliveDoor(Door):
    """GET /health/live: this process answers."""

    async def answer(self, request: Http, visit: Visit) -> Response:
        return Response('{"status": "alive"}', media_type=JSON)


class ReadyDoor(Door):
    """GET /health/ready: the floor can be read, and the server is not stopping."""

    def __init__(self, hall: Hall, name: str) -> None:
        super().__init__(hall, name)
        self._look: asyncio.Task[int] | None = None

    async def answer(self, request: Http, visit: Visit) -> Response:
        self.hall.refuse_while_closing()
        # Each quiet station asks once a second. One look is enough for all who wait for one: while the database is
        # away, those of their own would queue up before everything that is asked when it is back.
        if self._look is None or self._look.done():
            look = partial(self.hall.counter.store.read, events.newest_id)
            self._look = asyncio.create_task(self.hall.on(self.hall.readers, look))
        await asyncio.shield(self._look)
        return Response('{"status": "ready"}', media_type=JSON)


class MetricsDoor(Door):
    """GET /metrics: for Prometheus, with any token, or from this machine itself."""

    async def answer(self, request: Http, visit: Visit) -> Response:
        shown = shown_by(request)
        # Behind a proxy every visitor may seem to come from this machine.
        if self.hall.options.behind_proxy or not is_loopback(shown.address):
            visit.caller = await self.hall.on(self.hall.readers, partial(self.hall.admit, shown, None))
        return Response(self.hall.metrics.text(), media_type=CONTENT_TYPE)
