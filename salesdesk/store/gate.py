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
    """A lock shared by all processes at one floor file; inside a process only one thread may pass at a time.

    Whoever may open the file `like` may open the lock file beside it.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self._path, self._like = path, like
        self._name = f"{os.getpid()}".encode()
        self._inside = threading.RLock()
        self._depth = 0
        self._file = self._opened()

    def __enter__(self) -> Gate:
        self._inside.acquire()
        if self._depth == 0:
            self._lock()
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

    def _opened(self) -> int:
        mode = 0o600 if self._like is None else self._like.stat().st_mode & 0o666
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
        if os.fstat(file).st_mode & 0o666 != mode:
            with contextlib.suppress(PermissionError):  # it is somebody else's, who will do it
                os.fchmod(file, mode)
        return file

    def _lock(self) -> None:
        """Wait for the lock of the file that stands there now: whoever opens the floor after its lock file was deleted
        makes a new one, and would pass beside whoever holds the old one."""
        while True:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            if os.fstat(self._file).st_nlink:
                return
            os.close(self._file)
            self._file = self._opened()

    def _tell(self, name: bytes, since: int) -> None:
        """Write down who is inside; on a full disk nobody knows, and everything goes on."""
        with contextlib.suppress(OSError):
            os.pwrite(self._file, b"%-12s %-20d\n" % (name, since), 0)

    def holder(self) -> tuple[int, int] | None:
        """Process id and since when (epoch seconds) of whoever is inside now, if anyone."""
        return holder_of(self._path)

    def close(self) -> None:
        """Let go of the descriptor; the lock file stays, since deleting it would split the turnstile in two."""
        os.close(self._file)


def holder_of(path: Path) -> tuple[int, int] | None:
    """The same for whoever has not come as far as to the lock file, or waits for it."""
    words = path.read_bytes()[:34].split() if path.exists() else []
    if len(words) != 2 or words[0] == b"-":
        return None
    return int(words[0]), int(words[1])
