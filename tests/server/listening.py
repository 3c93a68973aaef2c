"""Open streams of a server, event by event."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.server.serving import TestServer


class Listener:
    """One open stream."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self._answer = answer

    def event(self) -> tuple[str, Any]:
        """The next event's name and data, passing over comments."""
        name, comments = "", 0
        while line := self._answer.readline().decode():
            word, _, rest = line.rstrip("\n").partition(": ")
            comments += line.startswith(":")
            assert comments < 2, "nothing was told for half a minute"
            if word == "event":
                name = rest
            elif word == "data":
                assert self._answer.readline() == b"\n"
                return name, json.loads(rest)
        raise EOFError

    def rest(self) -> list[tuple[str, Any]]:
        """Every event until the stream ends."""
        found = []
        while True:
            try:
                found.append(self.event())
            except EOFError:
                return found


@contextmanager
def listening(server: TestServer, path: str, token: str) -> Iterator[Listener]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Salesdesk-Now"]
        yield Listener(answer)
    finally:
        connection.close()
