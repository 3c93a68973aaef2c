"""A proxy of HTTP requests that sends some of them twice, and others late, when nobody waits for their answer any
more: what a balancer that tries again, or one with a queue of its own, does to a floor behind it."""

from __future__ import annotations

import http.client
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LATEST = 1.5
"""Seconds for which a request is held back at most."""
_OURS = ("connection", "transfer-encoding", "content-length", "host")


class Doubler(ThreadingHTTPServer):
    """Listens on a port of its own in front of `port`; `trouble` is the share of writes to which something happens.
    `met` counts what: twice (at the same time), again (once more, later) or late (the first time, later)."""

    def __init__(self, port: int, *, seed: int, trouble: float) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.port, self.trouble = port, trouble
        self.met: Counter[str] = Counter()
        self.calm = threading.Event()
        self.beside: list[threading.Thread] = []
        self._chance, self._turn = random.Random(seed), threading.Lock()

    @property
    def url(self) -> str:
        """The address of what is behind, by way of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fate(self) -> tuple[str, float]:
        """What happens to the next write, and after how many seconds."""
        with self._turn:
            kind = "" if self.calm.is_set() or self._chance.random() > self.trouble else self._chance.choice(KINDS)
            self.met[kind] += 1
            return kind, self._chance.random() * LATEST


KINDS = ("twice", "again", "late")


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Doubler

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def do_GET(self) -> None:
        self._answer(*self._ask(b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind, wait = self.server.fate()
        if kind in ("twice", "again"):
            beside = threading.Thread(target=self._ask, args=(body, 0.0 if kind == "twice" else wait))
            self.server.beside.append(beside)
            beside.start()
        self._answer(*self._ask(body, wait if kind == "late" else 0.0))

    def _ask(self, body: bytes, wait: float = 0.0) -> tuple[int, dict[str, str], bytes]:
        if wait:
            self.server.calm.wait(wait)
        heads = {name: value for name, value in self.headers.items() if name.lower() not in _OURS}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(self.command, self.path, body, heads | {"Connection": "close"})
            answer = connection.getresponse()
            told = {name: value for name, value in answer.getheaders() if name.lower() not in _OURS}
            return answer.status, told, answer.read()
        finally:
            connection.close()

    def _answer(self, status: int, heads: dict[str, str], body: bytes) -> None:
        try:
            self.send_response_only(status)
            for name, value in (heads | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:  # whoever asked has left
            self.close_connection = True


@contextmanager
def doubled(port: int, *, seed: int, trouble: float = 0.4) -> Iterator[Doubler]:
    """A proxy in front of a server's port."""
    proxy = Doubler(port, seed=seed, trouble=trouble)
    thread = threading.Thread(target=proxy.serve_forever, name="doubler")
    thread.start()
    try:
        yield proxy
    finally:
        proxy.calm.set()
        proxy.shutdown()
        for each in (*proxy.beside, thread):
            each.join()
        proxy.server_close()
