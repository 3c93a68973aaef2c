"""The real server in a process of its own, and the leanest clients that can ask it: sockets that stay open."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any

from salesdesk.bench.recipe import SDRS
from salesdesk.bench.terminal import PROGRAM
from salesdesk.desk.local import open_counter, person_named
from salesdesk.desk.performing import perform
from salesdesk.desk.tokens import IssueToken
from salesdesk.store.session import StoreError

STARTS_WITHIN = 30.0
"""Seconds."""
CLAIMS = 2
"""Times that a client asks: many denials in a row are answered with nothing yet, also where there are leads."""
PACE = ("--requests-per-minute", "1000000", "--leads-per-hour", "0")
"""Nobody works as fast as a bench; every other limit stays as it is."""


class Served:
    """A floor behind `salesdesk serve` on this machine; `tokens` are those of its seats, `leaders` those of a
    supervisor."""

    def __init__(self, floor: str, seats: int = SDRS, leaders: int = 0, workers: int = 1) -> None:
        self.tokens, self.leaders = _tokens(floor, seats, leaders)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        where = ("serve", "--floor", floor, "--port", str(self.port), "--workers", str(workers))
        self._server = subprocess.Popen(
            (*PROGRAM, *where, *PACE), stdout=subprocess.DEVNULL, stderr=self._log, start_new_session=True
        )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._server.poll() is None:
            try:
                with closing(Client(self.port, "")) as client:
                    client.get("/health/ready")
                    return
            except (OSError, StoreError):
                time.sleep(0.05)
        self._log.seek(0)
        told = " ".join(self._log.read().decode("utf-8", "replace").split())[-200:]
        self.close()
        raise StoreError(f"the server does not start: {told}")

    def processor_seconds(self) -> float:
        """Processor time of the server's one process so far."""
        fields = Path(f"/proc/{self._server.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Tell it to stop, and see it gone."""
        self._server.terminate()
        try:
            self._server.wait(STARTS_WITHIN)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._log.close()

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _tokens(floor: str, seats: int, leaders: int) -> tuple[list[str], list[str]]:
    counter = open_counter(floor)
    try:
        cleo, sam = (person_named(counter, name).id for name in ("Cleo", "Sam"))
        seated = [perform(counter, cleo, IssueToken(person=f"Seat {n + 1:02}", label="bench")) for n in range(seats)]
        leading = [perform(counter, sam, IssueToken(person="Sam", label="bench")) for _ in range(leaders)]
    finally:
        counter.store.close()
    return [each.secret or "" for each in seated], [each.secret or "" for each in leading]


class Client:
    """One connection that stays open. Raises StoreError for whatever is not answered with 200."""

    def __init__(self, port: int, token: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=STARTS_WITHIN)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"Host: bench\r\nAuthorization: Bearer {token}\r\nSalesdesk-Wire: 1\r\n"
        self._read = self._socket.makefile("rb")
        self._card: Any = None

    def ask(self, operation: str, **request: object) -> Any:
        """Ask for an operation; returns its reply."""
        body = json.dumps(request).encode()
        head = f"POST /v1/{operation} HTTP/1.1\r\n{self._head}Content-Length: {len(body)}\r\n\r\n"
        return json.loads(self._answer(head.encode() + body))

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return json.loads(self._answer(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode()))

    def watch(self, path: str) -> socket.socket:
        """Open a stream at a path and give away the connection."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        return self._socket

    def claim(self) -> float:
        """Claim a lead, dial it, record a no-answer; returns the milliseconds that the claim took."""
        begun = time.perf_counter()
        card = self._claim()
        took = time.perf_counter() - begun
        self._finish(card)
        return took * 1000

    def work(self) -> None:
        """Dial the lead in hand, and record a no-answer that brings the next one, as a station does it."""
        card = self._card or self._claim()
        self._card = self._finish(card, serve="sdr")["next"] or self._claim()

    def _claim(self) -> Any:
        for _ in range(CLAIMS):
            if card := self.ask("claim_next", station="sdr"):
                return card
        raise StoreError("the data set has no lead left that may be called now")

    def _finish(self, card: Any, **more: str) -> Any:
        hold = {"ticket": card["ticket"], "token": card["token"]}
        self.ask("dialed", **hold)
        return self.ask("record_outcome", outcome="no_answer", **hold, **more)

    def _answer(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        status = self._read.readline()
        size = 0
        while (line := self._read.readline()) not in (b"\r\n", b""):
            if line[:15].lower() == b"content-length:":
                size = int(line[15:])
        body = self._read.read(size)
        if status[9:12] != b"200":
            raise StoreError(f"the server answered {status[9:].decode('latin-1').strip()}: {body[:160]!r}")
        return body

    def close(self) -> None:
        """Sign out with the lead in hand, if there is one, and hang up."""
        if self._card is not None:
            self.ask("sign_out")
        self._read.close()
        self._socket.close()
