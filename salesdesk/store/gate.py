"""The turnstile: one process at a time writes, checkpoints, opens or closes a floor file.

SQLite polls for its write lock, so late comers starve; and versions before 3.51.3 have a race between a
checkpoint and a commit of another process (the WAL-reset bug). A kernel lock on a file beside the database is
fair, is released by the kernel when a process is killed, and keeps the two apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from pathlib import Path
from types import TracebackType


class Gate:
    """A lock shared by all processes at one floor file; inside a process only one thread may pass at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = f"{os.getpid()}".encode()
        self._inside = threading.RLock()
        self._depth = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> Gate:
        self._inside.acquire()
        if self._depth == 0:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            self._tell(self._name, int(time.time()))
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._tell(b"-", 0)
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._inside.release()

    def _tell(self, name: bytes, since: int) -> None:
        """Write down who is inside; on a full disk nobody knows, and everything goes on."""
        with contextlib.suppress(OSError):
            os.pwrite(self._file, b"%-12s %-20d\n" % (name, since), 0)

    def holder(self) -> tuple[int, int] | None:
        """Process id and since when (epoch seconds) of whoever is inside now, if anyone."""
        words = os.pread(self._file, 34, 0).split()
        if len(words) != 2 or words[0] == b"-":
            return None
        return int(words[0]), int(words[1])

    def close(self) -> None:
        """Let go of the descriptor; the lock file stays, since deleting it would split the turnstile in two."""
        os.close(self._file)
