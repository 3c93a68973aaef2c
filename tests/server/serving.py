"""A server on a real socket of this machine, over a floor of the tests, in a thread.

with serving(floor) as server:
    server.post("Dana", "claim_next")            # (status, answer)
    RemoteDesk(server.url, server.token("Dana"))
"""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from uvicorn import Config, Server

from salesdesk.desk.tokens import IssueToken
from salesdesk.server.app import create_app
from salesdesk.server.hall import Hall, open_hall
from salesdesk.server.options import Options
from salesdesk.server.protocol import Protocol
from tests.floors import TestFloor

FOR_ALL = 10**6
"""A limit that no test reaches."""


@dataclass
class TestServer:
    """A running server: its address, tokens for the floor's people, and requests without a client."""

    __test__ = False
    floor: TestFloor
    url: str
    port: int
    hall: Hall
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def token(self, name: str, roles: str = "") -> str:
        """A token of this person, the same each time; made with the roles of whoever may."""
        if (name, roles) not in self._tokens:
            self._tokens[name, roles] = issue(self.floor, name, roles=roles)
        return self._tokens[name, roles]

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body and headers of one request on a connection of its own."""
        sent = {"Connection": "close", **({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers

    def post(self, name: str, operation: str, /, **asked: Any) -> tuple[int, Any]:
        """Status and answer of an operation that this person asks for."""
        body = json.dumps(asked).encode()
        status, answer, _ = self.ask("POST", f"/v1/{operation}", token=self.token(name), body=body)
        return status, json.loads(answer)

    def get(self, name: str, path: str) -> tuple[int, Any]:
        """Status and answer of one of the other routes."""
        status, answer, _ = self.ask("GET", path, token=self.token(name))
        return status, json.loads(answer)


def issue(floor: TestFloor, name: str, *, roles: str = "", days: int = 90) -> str:
    """A new token of one of the floor's people."""
    leader = name if name in ("Cleo", "Sam") else "Sam"
    secret = floor.ask(leader, IssueToken(person=name, roles=roles, days=days)).secret
    assert secret is not None
    return secret


def options_of(floor: TestFloor, **chosen: Any) -> Options:
    """Options that let tests ask as fast as they like."""
    easy = {"requests_per_minute": FOR_ALL, "burst": FOR_ALL, "leads_per_hour": 0, "failures_per_minute": FOR_ALL}
    return replace(Options(floor=floor.target), **(easy | chosen))


def open_test_hall(floor: TestFloor, **chosen: Any) -> Hall:
    """A hall over a floor of the tests, file or database, with the tests' clock."""
    return open_hall(options_of(floor, **chosen), floor.clock)


@contextmanager
def serving(floor: TestFloor, **chosen: Any) -> Iterator[TestServer]:
    """Serve a floor until the block ends. `chosen` are Options, such as leads_per_hour=3."""
    hall = open_test_hall(floor, **chosen)
    sock = socket.socket(fileno=socket.create_server(("127.0.0.1", 0)).detach())  # one that knows it speaks TCP
    port = sock.getsockname()[1]
    config = Config(
        create_app(hall),
        http=Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=5,
    )
    server = Server(config)
    loop_thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[sock])), name="server")
    loop_thread.start()
    try:
        yield TestServer(floor, f"http://127.0.0.1:{port}", port, hall)
    finally:
        stop_server(server)
        loop_thread.join()
        sock.close()


def stop_server(server: Server) -> None:
    """Tell a server in a thread to stop, as a signal tells one in a process."""
    loop, stop = server.lifespan.state["loop"], server.lifespan.state["stop"]
    loop.call_soon_threadsafe(stop)
    server.should_exit = True
