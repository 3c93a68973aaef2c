"""Servers and stations as processes of their own, started quickly from a process that has imported everything, and
killed at will."""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import signal
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, Self

import pytest

from tests.faults import station
from tests.faults.crew import Crew, Member
from tests.faults.journal import acknowledged_in
from tests.faults.shifts import settle, shift
from tests.remote.lines import until

CONTEXT: ForkServerContext = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["__main__", "tests.faults.warm"])
ENDS_WITHIN = 60
"""Seconds for which the end of a killed process is waited for."""
SEALED_EVERY = 0.15
"""Seconds: in the field no server of these would live long enough to seal anything."""


def free_port() -> int:
    """A port that nobody listens on, below those that connections take for themselves."""
    chance = random.Random()
    while True:
        port = chance.randrange(20_000, 32_000)
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Process(ABC):
    """A process that is started again whenever it was killed; `lives` counts. The end of a block ends it."""

    def __init__(self) -> None:
        self.lives = 0
        self._process: ForkServerProcess | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @abstractmethod
    def _work(self) -> tuple[Callable[..., None], tuple[object, ...]]:
        """What the process runs, and with what."""

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def pid(self) -> int | None:
        """Its process id while it has one."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Begin a life."""
        work, given = self._work()
        self.lives += 1
        self._process = CONTEXT.Process(target=work, args=given, daemon=True)
        self._process.start()

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End a life at once."""
        if self._process is None:
            return
        assert self._process.pid is not None
        if self._process.is_alive():
            os.kill(self._process.pid, how)
        self._process.join(ENDS_WITHIN)
        self._process.close()
        self._process = None


class ServerProcess(Process):
    """A server as `salesdesk serve` runs it, at the same port in every life. With a key it seals several times a
    second."""

    def __init__(self, target: str, seal_key: Path | None = None) -> None:
        super().__init__()
        self.target, self.port = target, free_port()
        self._keys = () if seal_key is None else (str(seal_key),)
        self._before: Callable[..., None] | None = None
        self._given: tuple[object, ...] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def _work(self) -> tuple[Callable[..., None], tuple[object, ...]]:
        return serve, (self.target, self.port, self._keys, self._before, self._given)

    def ready(self) -> bool:
        """Whether it takes requests."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/ready", headers={"Connection": "close"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def up(self, before: Callable[..., None] | None = None, *given: object) -> None:
        """Start it, dead or alive, and wait until it takes requests. `before` is called in the process first, to
        break something in it."""
        self.kill()
        self._before, self._given = before, given
        self.start()
        until(self.ready, "a server that answers")


def serve(
    target: str, port: int, seal_keys: tuple[str, ...], before: Callable[..., None] | None, given: tuple[object, ...]
) -> None:
    """The life of a server process."""
    import logging

    from salesdesk.server import app, logs, running
    from salesdesk.server.options import Options

    logs.to_standard_error = lambda: logging.disable(logging.CRITICAL)  # tests have nobody who reads it
    pytest.MonkeyPatch().setattr(app, "SEALED_EVERY", SEALED_EVERY)
    if before is not None:
        before(*given)
    easy: dict[str, Any] = {
        "requests_per_minute": 10**6,
        "burst": 10**6,
        "leads_per_hour": 0,
        "failures_per_minute": 10**6,
    }
    running.serve(Options(floor=target, port=port, seal_keys=seal_keys, **easy))


class StationProcess(Process):
    """A station of one of the crew, at a server's address."""

    def __init__(self, member: Member, url: str) -> None:
        super().__init__()
        self.member, self.url = member, url

    def _work(self) -> tuple[Callable[..., None], tuple[object, ...]]:
        me = self.member
        return station.run, (self.url, me.name, me.person, me.token, str(me.home), f"{me.name}{self.lives}")

    def done(self) -> int:
        """How much it was told to be done so far."""
        return acknowledged_in(self.member.journal)


def drain(made: Crew, url_of: Callable[[Member], str]) -> None:
    """Everybody's program is opened once more, and sends what still lies in its outbox."""
    with shift(made, url_of) as desks:
        settle(made, desks)
