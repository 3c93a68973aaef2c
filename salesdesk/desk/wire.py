"""What a server and its clients agree on: the version, the headers, the answers that are no operation, the errors."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import Field

from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.registry import Reply
from salesdesk.store.session import StoreError

WIRE = 1
"""The version of this agreement. It moves when an old client would write something wrong; new fields do not move it."""
WIRE_HEADER = "Salesdesk-Wire"
NOW_HEADER = "Salesdesk-Now"
"""Carried by every answer: the floor's time, epoch seconds."""
JOB_LINES = "application/x-ndjson"
"""A job answers lines: {"progress": …} any number of times, then {"reply": …} or {"error": …}."""
LONGEST_WAIT = 25
"""Seconds for which a claim may wait for work."""
KEEP_ALIVE = 15
"""Seconds after which a stream that has nothing to tell sends a comment."""

NO_TOKEN, NOT_ALLOWED, NOT_THERE, WRONG_METHOD, TOO_SLOW = 401, 403, 404, 405, 408
REFUSED, TOO_LARGE, BAD_REQUEST, OLD_WIRE, TOO_MANY = 409, 413, 422, 426, 429
BROKEN, UNAVAILABLE = 500, 503


class Problem(Reply):
    """Why there is no answer: `error` is a stable word for programs, `message` one plain sentence for the person."""

    error: str
    message: str


class JobProblem(Problem):
    """A problem of a job that had begun to answer; `status` is the HTTP status it would have had."""

    status: int


class Myself(Reply):
    """Who a token stands for, and how the floor is set up. `now` is epoch seconds of the floor's clock; `day_start`
    and `day_end` are the floor's working hours, local time HH:MM. `floor_id` tells this floor from every other one, at
    whatever address it is served; servers of before do not tell it."""

    id: int
    person: str
    roles: tuple[str, ...]
    team: str
    own_zone: str
    simulated: bool
    floor: str
    zone: str
    map_id: str
    day_start: str
    day_end: str
    demo: bool
    now: int
    wire: int
    floor_id: Annotated[str, Field(pattern="^[0-9a-f]*$", max_length=64)] = ""


def status_of(error: Refused | StoreError) -> int:
    """The HTTP status with which an error of the desk travels."""
    if isinstance(error, StoreError):
        return UNAVAILABLE
    if isinstance(error, BadRequest):
        return NOT_THERE if error.code == "unknown_operation" else BAD_REQUEST
    return {"role": NOT_ALLOWED, "unknown_person": NO_TOKEN}.get(error.code, REFUSED)


def error_of(status: int, problem: Problem) -> Refused | StoreError:
    """The error of the desk that travelled as `status`: `status_of` the other way round."""
    if status in (BROKEN, UNAVAILABLE, TOO_SLOW, 502, 504):
        return StoreError(problem.message)
    return (BadRequest if status in (NOT_THERE, TOO_LARGE, BAD_REQUEST) else Refused)(problem.error, problem.message)


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
