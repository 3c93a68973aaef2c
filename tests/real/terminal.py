"""The real program on a real pseudo-terminal, its screen as a person sees it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pyte

from tests.real.program import Program


class Terminal:
    """A running program, or a shell that runs `script`; `raw` keeps every byte that reached the terminal."""

    def __init__(self, program: Program, *words: str, script: str = "", columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        environment = program.environment | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        command = ["bash", "-c", script] if script else [sys.executable, "-m", "salesdesk", *words]
        self.child: Any = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(program.folder),
            env=environment,
            dimensions=(rows, columns),
            timeout=20,
        )

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def read(self, seconds: float = 0.05) -> None:
        """Take in what the program has written, waiting at most `seconds` for something."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            self.child.wait()
            return
        self.raw += data
        self._stream.feed(data)

    def until(self, *words: str, gone: str = "", seconds: float = 20) -> str:
        """Read until all the words are on the screen (and `gone` is not); fails with the screen otherwise."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all(word in self.text for word in words) and (not gone or gone not in self.text):
                return self.text
            self.read()
        raise AssertionError(f"never saw {words} (without {gone!r}) on:\n{self.text}")

    def press(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def leave(self) -> int:
        """Quit by key and give the exit code."""
        self.press("\x11")
        end = time.monotonic() + 20
        while self.child.isalive() and time.monotonic() < end:
            self.read()
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)


def crash_log(folder: Path) -> Path:
    """Where the program would write a crash."""
    return folder / ".local" / "state" / "salesdesk" / "crash.log"
