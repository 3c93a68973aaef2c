"""A TCP proxy that harms the connections that pass through it, each in its own way, drawn from a seed."""

from __future__ import annotations

import random
import select
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

CHUNK = 65536
LONGEST_WAY = 1200
"""Bytes that pass at most before something happens: the heads and bodies of two or three requests."""
LIFE = 6
"""Times as many bytes pass before a connection ends to which nothing else happens."""
SLOWEST = 0.12
"""Seconds that a chunk is held back at most."""


class Fate(NamedTuple):
    """What happens to a connection after `after` bytes in one direction. `kind`: rest (nothing), pass (it is closed,
    but late), delay (as pass, and every chunk comes late), cut (it is closed), reset, freeze (open, but nothing passes
    any more) or deaf (what is asked gets through, answers do not)."""

    kind: str
    upward: bool
    after: int


def fates(seed: int, trouble: float) -> Iterator[Fate]:
    """What happens to one connection after the other; `trouble` is the share to which something happens."""
    chance = random.Random(seed)
    kinds = ("delay", "cut", "reset", "freeze", "deaf")
    while True:
        kind = chance.choice(kinds) if chance.random() < trouble else "pass"
        after = chance.randrange(LONGEST_WAY) * (LIFE if kind in ("pass", "delay") else 1)
        yield Fate(kind, chance.random() < 0.5, after)


class Proxy:
    """Listens on a port of its own in front of `port`. `met` counts what happened to connections."""

    def __init__(self, port: int, *, seed: int, trouble: float = 0.6) -> None:
        self.target = port
        self.met: Counter[str] = Counter()
        self._fates = fates(seed, trouble)
        self._chance = random.Random(seed + 1)
        self._calm = threading.Event()
        self._turn = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door = socket.socket(fileno=socket.create_server(("127.0.0.1", 0), backlog=128).detach())
        self.port: int = self._door.getsockname()[1]
        self._begin(self._welcome)

    @property
    def url(self) -> str:
        """The address of what is behind, by way of the proxy."""
        return f"http://127.0.0.1:{self.port}"

    def calm(self) -> None:
        """Nothing happens to connections any more; those that were harmed end."""
        self._calm.set()
        self._end_all()

    def close(self) -> None:
        """End everything."""
        self.calm()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._end_all()
        for thread in self._threads:
            thread.join()

    def _end_all(self) -> None:
        with self._turn:
            for each in self._open:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _begin(self, work: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=work, args=given, name="proxy", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _welcome(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                fate = next(self._fates)
                self._begin(self._carry, near, Fate("rest", *fate[1:]) if self._calm.is_set() else fate)

    def _carry(self, near: socket.socket, fate: Fate) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self.target), timeout=5) as far:
            far.settimeout(None)
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._known(near, far):
                _Connection(self, near, far, fate).run()

    @contextmanager
    def _known(self, *sockets: socket.socket) -> Iterator[None]:
        with self._turn:
            self._open.update(sockets)
        try:
            yield
        finally:
            with self._turn:
                self._open.difference_update(sockets)

    def hold_back(self) -> None:
        """Let a moment pass, unless all is to be calm."""
        self._calm.wait(self._chance.random() * SLOWEST)


class _Connection:
    """One connection on its way through a proxy, and what becomes of it."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket, fate: Fate) -> None:
        self._proxy, self._near, self._far, self._fate = proxy, near, far, fate
        self._left = fate.after
        self._struck = False

    def run(self) -> None:
        while True:
            for source in select.select([self._near, self._far], [], [])[0]:
                data = source.recv(CHUNK)
                if not data or not self._pass(data, upward=source is self._near):
                    return

    def _pass(self, data: bytes, *, upward: bool) -> bool:
        """Let a chunk through as far as it comes; whether the connection lives."""
        fate = self._fate
        if fate.kind == "delay":
            self._proxy.hold_back()
        if self._struck:
            if fate.kind == "deaf" and upward:
                self._forward(data, upward)
            return True
        if fate.kind == "rest" or upward is not fate.upward or len(data) < self._left:
            self._left -= len(data) * (upward is fate.upward)
            self._forward(data, upward)
            return True
        self._forward(data[: self._left], upward)
        self._strike()
        return fate.kind in ("freeze", "deaf")

    def _forward(self, data: bytes, upward: bool) -> None:
        (self._far if upward else self._near).sendall(data)

    def _strike(self) -> None:
        self._struck = True
        self._proxy.met[self._fate.kind] += 1
        if self._fate.kind == "reset":
            for each in (self._near, self._far):
                each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def troubled(port: int, *, seed: int, trouble: float = 0.6) -> Iterator[Proxy]:
    """A proxy in front of a server's port."""
    proxy = Proxy(port, seed=seed, trouble=trouble)
    try:
        yield proxy
    finally:
        proxy.close()
