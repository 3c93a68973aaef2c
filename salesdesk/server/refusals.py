"""How the server says no, beside the refusals of the desk itself: no token, too much, too fast, unforeseen errors."""

from __future__ import annotations

import errno

from pydantic import ValidationError

from salesdesk.desk import wire
from salesdesk.desk.errors import Refused
from salesdesk.desk.wire import Problem
from salesdesk.store.session import StoreError

LATER = 2
"""Seconds after which to ask again when the floor could not be reached."""


class TurnedAway(Exception):
    """The request got no further than the door; nothing was changed. `after` is when to ask again, in seconds."""

    def __init__(self, status: int, code: str, message: str, after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.problem = Problem(error=code, message=message)
        self.after = after


def turned(error: Refused | StoreError | ValidationError | TurnedAway) -> TurnedAway:
    """Any foreseen error as the client is told it."""
    if isinstance(error, TurnedAway):
        return error
    if isinstance(error, ValidationError):
        return TurnedAway(wire.BAD_REQUEST, "bad_request", _first_fault(error))
    if isinstance(error, StoreError):
        return TurnedAway(wire.UNAVAILABLE, "unavailable", str(error), LATER)
    return TurnedAway(wire.status_of(error), error.code, error.message)


def broken(error: Exception) -> TurnedAway:
    """An unforeseen error. What a server is short of for a moment is no reason to take a request for a bad one."""
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM):
        return TurnedAway(wire.UNAVAILABLE, "unavailable", "the server is short of files or memory; ask again", LATER)
    return TurnedAway(wire.BROKEN, "internal", "the server failed at this; its log says where")


def _first_fault(error: ValidationError) -> str:
    """What is wrong with the first field that is; never what was in it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"])[:80]
    return f"{where}: {first['msg']}" if where else first["msg"]


def unauthorized(message: str) -> TurnedAway:
    """No token, or none that works."""
    return TurnedAway(wire.NO_TOKEN, "token", message)


def too_many(code: str, message: str, after: float) -> TurnedAway:
    """Faster than anyone should."""
    return TurnedAway(wire.TOO_MANY, code, message, max(1, round(after)))
