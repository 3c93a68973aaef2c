"""`salesdesk serve` as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.real.program import Program

ENDS_WITHIN = 20
"""Seconds; far more than a server needs, far less than a test run has."""


class Served:
    """A running server process and what it has logged so far."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def wait_for(self, event: str) -> dict[str, Any]:
        """The next log line of this event."""
        assert self.process.stderr is not None
        seen = []
        for line in self.process.stderr:
            seen.append(line)
            if line.startswith("{") and event in (told := json.loads(line))["event"]:
                return dict(told)
        raise AssertionError("".join(seen))

    def stop(self) -> int:
        """Tell it to stop as a service manager does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.stderr is not None
        self.process.stderr.read()
        return self.process.wait(ENDS_WITHIN)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


@contextmanager
def served(
    folder: Path, floor: str, *words: str, workers: int = 1, until: str = "Application startup complete"
) -> Iterator[Served]:
    """`salesdesk serve` of a floor, once its log says `until`; it is killed when the block ends, if it has not been
    stopped."""
    port = free_port()
    command = [sys.executable, "-m", "salesdesk", "serve", "--floor", floor, "--port", str(port), *words]
    if workers > 1:
        command += ["--workers", str(workers)]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=Program(folder).environment,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    try:
        server = Served(process, port)
        for _ in range(workers):
            server.wait_for(until)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
        assert process.stderr is not None
        process.stderr.close()
        process.wait(ENDS_WITHIN)
