"""The real program in a real pseudo-terminal: keys in, painted text out, processor time beside it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType

from salesdesk.store.session import StoreError

_CONTROL = re.compile(rb"\x1b\[[0-9;:?<>=$ ]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_].*?\x1b\\|\x1b.", re.S)
PATIENCE = 20.0
"""Seconds after which something that was to be painted counts as missing."""
PROGRAM = (sys.executable, "-m", "salesdesk")
BARE_SCREEN = (
    sys.executable,
    "-c",
    "from textual.app import App\nfrom textual.widgets import Static\n"
    "class Bare(App):\n    def compose(self):\n        yield Static('bare screen')\nBare().run()",
)
"""The least that any Textual program costs, as a baseline."""


class Terminal:
    """A program on a terminal of its own, 120x40, with `more` in its environment."""

    def __init__(self, command: Sequence[str], more: Mapping[str, str] = MappingProxyType({})) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "120", "LINES": "40"}
        environment |= more
        self.begun = time.perf_counter()
        self._program = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._painted = b""

    def press(self, keys: str) -> float:
        """Press keys; what was painted before is forgotten. Returns when."""
        self._drain(0.0)
        self._painted = b""
        at = time.perf_counter()
        os.write(self._ours, keys.encode())
        return at

    def painted(self, what: str) -> tuple[float, str]:
        """Wait until text that matches the expression is painted; returns when, and the text.

        Raises StoreError when it does not appear, with what stands there instead.
        """
        sought = re.compile(what)
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            found = sought.search(self.text())
            if found:
                return self._last, found[0]
            self._drain(min(1.0, max(0.0, end - time.perf_counter())))
        tail = " ".join(self.text().split())[-160:]
        raise StoreError(f"the screen did not show {what!r} within {PATIENCE:.0f} s; it ends with: {tail}")

    def text(self) -> str:
        """What was painted since the last key, without control sequences."""
        return _CONTROL.sub(b"", self._painted).decode("utf-8", "replace")

    def settle(self, seconds: float) -> None:
        """Let the program run for a while, reading what it paints."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self._drain(left)

    def processor_seconds(self) -> float:
        """Processor time that the program has used so far."""
        fields = Path(f"/proc/{self._program.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    _last = 0.0

    def _drain(self, seconds: float) -> None:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if ready:
            try:
                self._painted += os.read(self._ours, 1 << 16)
            except OSError:  # the program has ended
                time.sleep(min(seconds, 0.05))
            self._last = time.perf_counter()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.terminate()
        try:
            self._program.wait(5)
        except subprocess.TimeoutExpired:
            self._program.kill()
            self._program.wait()
        os.close(self._ours)


def share_of_core(terminals: Sequence[Terminal], seconds: float) -> list[float]:
    """Percent of one core that each program uses over the same stretch of time."""
    before = [each.processor_seconds() for each in terminals]
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for each in terminals:
            each.settle(0.1)
    lasted = time.perf_counter() - begun
    return [100 * (each.processor_seconds() - was) / lasted for each, was in zip(terminals, before, strict=True)]
