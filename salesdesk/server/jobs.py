"""Jobs over HTTP: lines of progress while they run, then the reply. Who hangs up stops the job after its chunk."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Generator
from functools import partial
from typing import Any

from starlette.requests import Request as Http
from starlette.responses import Response, StreamingResponse

from salesdesk.desk import performing, wire
from salesdesk.desk.errors import Refused
from salesdesk.desk.registry import Operation, Progress
from salesdesk.desk.wire import JobProblem
from salesdesk.server.door import Visit, shown_by
from salesdesk.server.hall import Hall
from salesdesk.server.limits import body_of
from salesdesk.server.logs import tell, where
from salesdesk.server.operations import OperationDoor, read_request
from salesdesk.server.refusals import TurnedAway, turned
from salesdesk.store.session import StoreError

_REPLY = b'{"reply": '


class Running:
    """A job that is under way, stepped and ended by whichever thread has time."""

    def __init__(self, what: Operation, job: Generator[Progress, None, Any]) -> None:
        self._what = what
        self._job = job
        self._turn = threading.Lock()

    def step(self) -> bytes:
        """The next line: progress, or the reply as the last (it begins with _REPLY)."""
        with self._turn:
            try:
                return b'{"progress": ' + next(self._job).model_dump_json().encode() + b"}\n"
            except StopIteration as end:
                return _REPLY + self._what.answer.dump_json(end.value) + b"}\n"

    def end(self) -> None:
        """Stop after the chunk it is at; what is done stays done."""
        with self._turn:
            self._job.close()


class JobDoor(OperationDoor):
    """JOB operations."""

    async def answer(self, request: Http, visit: Visit) -> Response:
        self.hall.refuse_while_closing()
        caller = await self.hall.on(self.hall.readers, partial(self.come_in, shown_by(request), visit))
        body = await body_of(request, large=self.large)

        def start() -> tuple[Running, bytes]:
            """Up to its first progress, so that a job that is refused at once has the status of a refusal."""
            ask = read_request(self.what, body)
            job = Running(self.what, performing.start(self.hall.counter, caller.me.id, ask, caller.within))
            return job, job.step()

        job, first = await self.hall.on(self.hall.jobs, start)
        return StreamingResponse(_lines(self.hall, self.what.name, job, first), media_type=wire.JOB_LINES)


async def _lines(hall: Hall, name: str, job: Running, first: bytes) -> AsyncIterator[bytes]:
    """The lines of a job, made on a thread of its own."""
    line = first
    try:
        while True:
            yield line
            if line.startswith(_REPLY):
                return
            if hall.closing.is_set():
                raise TurnedAway(wire.UNAVAILABLE, "stopping", "this server is stopping; the job can be started again")
            line = await hall.on(hall.jobs, job.step)
    except (Refused, StoreError, TurnedAway) as error:
        yield _error_line(turned(error))
    except Exception as error:  # noqa: BLE001 - the last door; told by place, since messages may hold lead data
        tell("error", logging.ERROR, operation=name, error=type(error).__name__, where=where(error))
        yield _error_line(TurnedAway(wire.BROKEN, "internal", "the server failed at this; its log says where"))
    finally:
        hall.jobs.submit(job.end)  # it may still be in a chunk that nobody waits for any more


def _error_line(error: TurnedAway) -> bytes:
    told = JobProblem(error=error.problem.error, message=error.problem.message, status=error.status)
    return b'{"error": ' + told.model_dump_json().encode() + b"}\n"
