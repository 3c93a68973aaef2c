"""What was typed at a station and has not reached its floor yet: a small database on the station's own disk.

A row is on disk before the station goes on. It leaves when the floor has it, or stays as `refused` until a person
has looked at it. The file belongs to one person at one floor, mode 0600; several programs of that person may use it
at once, and one of them at a time sends.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from salesdesk.store.gate import Gate
from salesdesk.store.samefiles import SameFiles
from salesdesk.store.session import StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS unsent (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    operation TEXT NOT NULL,
    body TEXT NOT NULL,
    about TEXT NOT NULL,
    at INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'unsent' CHECK (state IN ('unsent', 'sent', 'refused')),
    reply TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT '',
    kept_at INTEGER NOT NULL
) STRICT
"""
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "busy_timeout = 5000")
TAKEN_WITHIN = 60
"""Seconds for which the reply of a row that was sent waits for the program that typed it."""


class Unsent(NamedTuple):
    """A write that was typed here. `body` is the request as JSON; `reply` is the floor's answer as JSON once it is
    sent, or the floor's sentence once it is refused, with its `code`."""

    id: int
    key: str
    operation: str
    body: str
    about: str
    at: int
    state: str
    reply: str
    code: str


class NotKept(StoreError):
    """This machine's disk did not take a new row."""


_COLUMNS = ", ".join(Unsent._fields)


class Outbox:
    """The rows of one person at one floor, in the order in which they were typed.

    Raises StoreError when the disk does not take them, NotKept when it is a new one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
            self._gate = Gate(path.with_name(path.name + "-gate"))
            sending = path.with_name(path.name + "-sending")
            self._sending = os.open(sending, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            self._files = SameFiles(path)
            with self._gate:
                self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
                # Damaged text goes to the floor, which says no to that row, instead of stopping all behind it.
                self._connection.text_factory = lambda stored: stored.decode(errors="replace")
                for pragma in _PRAGMAS:
                    self._connection.execute(f"PRAGMA {pragma}")
                self._connection.execute(_SCHEMA)
            self._files.check()
        except (OSError, sqlite3.DatabaseError) as error:
            raise StoreError(f"what you type cannot be kept in {path} ({_why(error)}); {_remedy(error)}") from None

    def _run(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        try:
            with self._gate:
                return self._connection.execute(sql, values).fetchall()
        except (OSError, sqlite3.DatabaseError) as error:
            why, remedy = _why(error), _remedy(error)
            raise StoreError(f"this machine's disk does not keep what you type ({why}); {remedy}") from None

    def _rows(self, sql: str, **values: object) -> list[Unsent]:
        return [Unsent._make(row) for row in self._run(f"SELECT {_COLUMNS} FROM unsent {sql}", **values)]

    def put(self, *, key: str, operation: str, body: str, about: str, at: int) -> Unsent:
        """Keep a write, durably; the same key again is the same row. `at` is epoch seconds of the floor."""
        try:
            self._files.check()
            self._run(
                "INSERT INTO unsent (key, operation, body, about, at, kept_at)"
                " VALUES (:key, :operation, :body, :about, :at, :kept_at) ON CONFLICT (key) DO NOTHING",
                key=key,
                operation=operation,
                body=body,
                about=about,
                at=at,
                kept_at=int(time.time()),
            )
        except StoreError as error:
            raise NotKept(f"it was not saved: {error}") from None
        return self._rows("WHERE key = :key", key=key)[0]

    def get(self, id: int) -> Unsent | None:
        """A row as it stands."""
        return next(iter(self._rows("WHERE id = :id", id=id)), None)

    def next(self) -> Unsent | None:
        """The oldest row that is not sent."""
        return next(iter(self._rows("WHERE state = 'unsent' ORDER BY id LIMIT 1")), None)

    def conflicts(self) -> list[Unsent]:
        """The rows that the floor refused, oldest first."""
        return self._rows("WHERE state = 'refused' ORDER BY id")

    def standing(self) -> list[tuple[int, bool]]:
        """Every row that is unsent or refused: its id, and whether it was refused."""
        found = self._run("SELECT id, state = 'refused' FROM unsent WHERE state <> 'sent' ORDER BY id")
        return [(int(str(id)), bool(refused)) for id, refused in found]

    def sent(self, id: int, reply: str) -> None:
        """The floor has it; its reply waits a moment for whoever typed it."""
        self._settle(id, "sent", reply, "")

    def refuse(self, id: int, code: str, sentence: str) -> None:
        """The floor said no; the row stays until somebody has looked at it."""
        self._settle(id, "refused", sentence, code)

    def again(self, id: int) -> None:
        """Send a refused row once more, in its old place."""
        self._settle(id, "unsent", "", "")

    def _settle(self, id: int, state: str, reply: str, code: str) -> None:
        self._run("UPDATE unsent SET state = :state, reply = :reply, code = :code WHERE id = :id", id=id, state=state,
                  reply=reply, code=code)  # fmt: skip

    def drop(self, id: int) -> None:
        """Forget a row: the floor has answered it, and whoever typed it knows."""
        self._run("DELETE FROM unsent WHERE id = :id", id=id)

    def forget_sent(self) -> None:
        """Forget rows whose reply nobody took."""
        self._run("DELETE FROM unsent WHERE state = 'sent' AND abs(:now - kept_at) > :within", now=int(time.time()),
                  within=TAKEN_WITHIN)  # fmt: skip

    def take_over(self, path: Path) -> None:
        """Bring in what lies in an outbox of another name. Its file stays: another program may have it open."""
        other = Outbox(path)
        try:
            with other.sending() as mine:  # else whoever sends from it goes on to do so
                for row in other._rows("WHERE state <> 'sent' ORDER BY id") if mine else ():
                    kept = self.put(key=row.key, operation=row.operation, body=row.body, about=row.about, at=row.at)
                    if row.state == "refused":
                        self.refuse(kept.id, row.code, row.reply)
                    other.drop(row.id)
        finally:
            other.close()

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Whether it is this program's turn to send; no other sends meanwhile."""
        try:
            fcntl.flock(self._sending, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(self._sending, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give back the file; what is unsent stays in it."""
        with self._gate:
            self._connection.close()
        self._gate.close()
        os.close(self._sending)


def _why(error: OSError | sqlite3.DatabaseError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _remedy(error: OSError | sqlite3.DatabaseError) -> str:
    """What to do about it. Only a damaged file is to be moved away: any other may have unsent work in it."""
    if isinstance(error, OSError | sqlite3.OperationalError):
        return "free some space there, and see that you may write"
    return "it is damaged: move that file away"


def waiting_at(folder: Path, prefix: str) -> int:
    """How many writes lie unsent in the outboxes of one floor, whoever typed them."""
    total = 0
    for path in folder.glob(f"{prefix}-*.outbox"):
        box = Outbox(path)
        total += sum(not refused for _, refused in box.standing())
        box.close()
    return total
