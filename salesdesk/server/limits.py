"""How much of the server one token, one address or one body may take."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from starlette.requests import ClientDisconnect, Request

from salesdesk.desk import wire
from salesdesk.desk.errors import BadRequest
from salesdesk.server.refusals import TurnedAway

SMALL, LARGE = 2**20, 70 * 2**20
"""Bytes of a body: of most operations, and of those that take a file (50 MiB of it, in base64)."""
SMALL_SECONDS, LARGE_SECONDS = 15, 180
"""How long a body may take to arrive."""
MOST_REMEMBERED = 20_000
HOUR = 3600


class Buckets:
    """Token buckets: `burst` at once, then `per_minute` on average. Safe from any thread."""

    def __init__(self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """Take one; returns 0, or the seconds until there is one again."""
        now = self._clock()
        with self._lock:
            level, since = self._levels.pop(key, (self._burst, now))
            level = min(self._burst, level + (now - since) * self._rate)
            wait = 0.0 if level >= 1 else (1 - level) / self._rate
            self._levels[key] = (level if wait else level - 1, now)
            if len(self._levels) > MOST_REMEMBERED:
                self._levels.popitem(last=False)
        return wait


_LONG_NUMBER = re.compile(rb"[0-9]{18}|[:,\[\s]-?[0-9][0-9.]*[eE]\+?[0-9]")
"""Where a number may be too long: its digits, or an exponent; not an "e" amid the digits of a token."""
_NUL = b"\\u0000"


async def body_of(request: Request, *, large: bool) -> bytes:
    """The whole body; turned away when it is too large or too slow, or nobody is there any more."""
    most, seconds = (LARGE, LARGE_SECONDS) if large else (SMALL, SMALL_SECONDS)
    too_large = TurnedAway(wire.TOO_LARGE, "too_large", f"at most {most // 2**20} MiB can be sent here")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length) > most:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise too_large
                parts.append(part)
    except (TimeoutError, ClientDisconnect):
        raise TurnedAway(wire.TOO_SLOW, "too_slow", f"the body did not arrive within {seconds} s") from None
    return b"".join(parts)


def refuse_what_no_store_can_keep(body: bytes) -> None:
    """Numbers beyond 63 bits and NUL characters, wherever they stand in a JSON body."""
    if _NUL in body:
        raise BadRequest("bad_request", "text cannot hold a NUL character")
    if _LONG_NUMBER.search(body):
        import json

        try:
            _walk(json.loads(body))
        except (ValueError, RecursionError):
            raise BadRequest("bad_request", "this is no JSON that can be read") from None


def _walk(value: object) -> None:
    if isinstance(value, dict):
        for each in value.values():
            _walk(each)
    elif isinstance(value, list):
        for each in value:
            _walk(each)
    elif isinstance(value, int | float) and not -(2**63) <= value < 2**63:
        raise BadRequest("bad_request", "a number is larger than any this floor has")
