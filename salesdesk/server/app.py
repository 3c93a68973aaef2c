"""The application: a route for each operation of the registry, and a few beside them."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from types import FrameType
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request as Http
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from salesdesk.desk import wire
from salesdesk.desk.outages import NOTED_EVERY
from salesdesk.desk.registry import Effect, operations
from salesdesk.server.door import Door, problem
from salesdesk.server.hall import ANCHORED_EVERY, SEALED_EVERY, USE_NOTED_EVERY, Hall, open_hall
from salesdesk.server.jobs import JobDoor
from salesdesk.server.live import Live
from salesdesk.server.openapi import document
from salesdesk.server.operations import ClaimDoor, MyselfDoor, OperationDoor
from salesdesk.server.options import Options
from salesdesk.server.refusals import TurnedAway
from salesdesk.server.watching import AliveDoor, LiveDoor, MetricsDoor, PulseDoor, ReadyDoor


class Application(FastAPI):
    """FastAPI, except that a known address is found at once instead of being compared with each route in turn."""

    doors: dict[tuple[str, str], Door]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self.doors.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        await (door or super().__call__)(scope, receive, send)


def create_app(hall: Hall) -> FastAPI:
    """The application over a hall; its lifespan ends with the hall closed."""
    live = Live(hall)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        tasks = [
            asyncio.create_task(live.watch()),
            asyncio.create_task(hall.keep(hall.note_use, USE_NOTED_EVERY)),
            asyncio.create_task(hall.keep(hall.note_served, NOTED_EVERY)),
            asyncio.create_task(hall.keep(hall.seal, SEALED_EVERY)),
            asyncio.create_task(hall.keep(hall.anchor, ANCHORED_EVERY)),
        ]

        def stop() -> None:
            """Begin nothing long any more and end what would never end, before connections are waited for."""
            hall.closing.set()
            live.end_all()

        _before_uvicorn_waits(stop)
        yield {"stop": stop, "loop": asyncio.get_running_loop()}
        stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        live.close()
        await asyncio.to_thread(hall.close)

    app = Application(
        title="salesdesk",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.openapi = document  # type: ignore[method-assign]
    doors = _doors(hall, live)
    app.doors = {(method, path): door for method, path, door in doors}
    app.router.routes.extend(Route(path, endpoint=door, methods=[method]) for method, path, door in doors)
    app.add_exception_handler(HTTPException, partial(_no_route, hall))
    return app


def _before_uvicorn_waits(stop: Callable[[], None]) -> None:
    """Call `stop` as soon as a signal says so: uvicorn waits for open streams, which never end by themselves."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)

        def told(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(stop)
            if callable(before):
                before(number, frame)

        signal.signal(number, told)


def _doors(hall: Hall, live: Live) -> list[tuple[str, str, Door]]:
    """Method, path and what stands there."""
    doors: list[tuple[str, str, Door]] = [
        ("GET", "/health/live", AliveDoor(hall, "health_live")),
        ("GET", "/health/ready", ReadyDoor(hall, "health_ready")),
        ("GET", "/metrics", MetricsDoor(hall, "metrics")),
        ("GET", "/v1/me", MyselfDoor(hall, "me")),
        ("GET", "/v1/pulse", PulseDoor(hall, live)),
    ]
    for what in operations().values():
        kind = JobDoor if what.effect is Effect.JOB else ClaimDoor if what.name == "claim_next" else OperationDoor
        doors.append(("POST", f"/v1/{what.name}", kind(hall, what)))
        if what.effect is Effect.LIVE:
            doors.append(("GET", f"/v1/live/{what.name}", LiveDoor(hall, live, what)))
    return doors


async def _no_route(hall: Hall, _: Http, error: HTTPException) -> Response:
    """An address without an operation, or another method than the operation's."""
    if error.status_code == wire.WRONG_METHOD:
        told = TurnedAway(wire.WRONG_METHOD, "wrong_method", "operations are asked with POST, streams with GET")
    else:
        told = TurnedAway(wire.NOT_THERE, "unknown_operation", "there is no such operation; /openapi.json names them")
    response = problem(told)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    response.headers[wire.NOW_HEADER] = str(hall.now())
    return response


def from_environment() -> FastAPI:
    """The application of a worker, who finds its options in the environment."""
    from salesdesk.server import logs

    logs.to_standard_error()
    app = create_app(open_hall(Options.from_environment()))
    gc.freeze()  # what is there by now stays; nobody waits while it is looked through for garbage
    return app
