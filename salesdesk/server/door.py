"""A door: one route. Whatever happens behind it becomes an answer, a count and a log line."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from salesdesk.desk import wire
from salesdesk.desk.errors import Refused
from salesdesk.desk.tokens import parts
from salesdesk.server.hall import Caller, Hall, Shown
from salesdesk.server.logs import tell, where
from salesdesk.server.refusals import TurnedAway, broken, turned
from salesdesk.store.session import StoreError

JSON = "application/json"
_NOW = wire.NOW_HEADER.lower().encode()


@dataclass(slots=True)
class Visit:
    """What is written down about one request."""

    operation: str
    caller: Caller | None = None
    status: int = 0
    began: float = field(default_factory=time.perf_counter)


class Door(ABC):
    """An ASGI endpoint; `answer` is what the routes differ in. `query` names what may stand behind the "?"."""

    query: frozenset[str] = frozenset()

    def __init__(self, hall: Hall, name: str) -> None:
        self.hall = hall
        self.name = name

    @abstractmethod
    async def answer(self, request: Request, visit: Visit) -> Response:
        """Answer a request, or raise what became of it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(self.name)
        request = Request(scope, receive, send)
        response: Response
        try:
            refuse_other_wires(request)
            refuse_unknown_query(request, self.query)
            response = await self.answer(request, visit)
        except (Refused, StoreError, ValidationError, TurnedAway) as error:
            response = problem(turned(error))
        except Exception as error:  # noqa: BLE001 - the last door; told by place, since messages may hold lead data
            tell("error", logging.ERROR, operation=self.name, error=type(error).__name__, where=where(error))
            response = problem(broken(error))
        visit.status = response.status_code
        response.raw_headers.append((_NOW, b"%d" % self.hall.now()))
        try:
            await response(scope, receive, send)
        finally:
            self._write_down(visit)

    def _write_down(self, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.began
        self.hall.metrics.answered(visit.operation, visit.status, seconds)
        caller = visit.caller
        if caller and visit.status < 300:
            self.hall.used(caller)
        who = {"token": caller.token, "person": caller.me.id} if caller else {}
        tell("request", operation=visit.operation, status=visit.status, ms=round(seconds * 1000, 1), **who)


def problem(error: TurnedAway) -> Response:
    """A problem as a response."""
    headers = {} if error.after is None else {"Retry-After": str(error.after)}
    if error.status == wire.NO_TOKEN:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(error.problem.model_dump_json(), error.status, headers, JSON)


def refuse_other_wires(request: Request) -> None:
    """An old client is told so before it does anything."""
    spoken = request.headers.get(wire.WIRE_HEADER)
    if spoken is None or spoken == str(wire.WIRE):
        return
    older = spoken.isascii() and spoken.isdigit() and int(spoken[:9]) < wire.WIRE
    who = "this salesdesk is older than its server; update it" if older else "the server is another version than you"
    raise TurnedAway(wire.OLD_WIRE, "wire", f"{who} (it speaks wire {wire.WIRE}); nothing was changed")


def refuse_unknown_query(request: Request, known: frozenset[str]) -> None:
    """What is asked stands in the body; a word in the address that nobody reads is a mistake, or a secret in a log. Of
    a word that stands there twice, one would be read."""
    words = [word for word, _ in request.query_params.multi_items()] if request.scope["query_string"] else []
    if not known.issuperset(words) or len(set(words)) < len(words):
        may = f"only {', '.join(sorted(known))}, once each," if known else "nothing"
        raise TurnedAway(wire.BAD_REQUEST, "bad_request", f"{may} may stand behind the ? of this address")


def shown_by(request: Request) -> Shown:
    """What a request shows at the door."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    address = request.client.host if request.client else ""
    key = parts(secret.strip()) if scheme.lower() == "bearer" else None
    return Shown(key, missing=not secret, address=address)
