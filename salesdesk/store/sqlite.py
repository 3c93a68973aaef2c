"""A floor in one SQLite file, shared by the processes of one machine."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from salesdesk.store import schema
from salesdesk.store.gate import Gate, holder_of
from salesdesk.store.samefiles import SameFiles
from salesdesk.store.session import Row, Session, StoreError

T = TypeVar("T")
R = TypeVar("R")
N = TypeVar("N")
_NETWORK = (
    "nfs",
    "cifs",
    "smb",
    "9p",
    "afs",
    "ceph",
    "gluster",
    "lustre",
    "davfs",
    "beegfs",
    *("fuse.sshfs", "fuse.rclone", "fuse.gluster", "fuse.ceph", "fuse.s3fs", "fuse.gcsfuse", "fuse.juicefs"),
)
EVERY_CONNECTION = (
    "PRAGMA synchronous = FULL",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = FAST",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA wal_autocheckpoint = 400",  # smaller and more often: whoever commits then waits half as long
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)


LONGEST_USE = 30
"""Seconds for which leaving a floor waits for what is being read or written."""


class SqliteSession:
    """One transaction on one SQLite connection."""

    lock_rows = ""
    lock_row = ""
    event_id = "(SELECT max(coalesce(max(id) + 1, 0), :floor) FROM event)"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._plain = connection.cursor()
        self._plain.row_factory = None  # rows as tuples

    def all(self, sql: str, **values: object) -> Sequence[Row]:
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, **values: object) -> Row | None:
        rows = self._connection.execute(sql, values).fetchall()
        return rows[0] if rows else None

    def value(self, sql: str, **values: object) -> Any:
        rows = self._plain.execute(sql, values).fetchall()
        return rows[0][0] if rows else None

    def find(self, make: Callable[..., N], sql: str, **values: object) -> N | None:
        rows = self._plain.execute(sql, values).fetchall()  # all: a statement left half read keeps its snapshot
        return make(*rows[0]) if rows else None

    def find_all(self, make: Callable[..., N], sql: str, **values: object) -> list[N]:
        return [make(*row) for row in self._plain.execute(sql, values).fetchall()]

    def soon(self, *questions: Callable[[Session], object]) -> None:
        """Nothing travels here."""

    def run(self, sql: str, **values: object) -> int:
        return self._connection.execute(sql, values).rowcount

    def do(self, sql: str, **values: object) -> None:
        self._connection.execute(sql, values)

    def many(self, sql: str, values: Iterable[Mapping[str, object]]) -> None:
        self._connection.executemany(sql, values)

    def alone(self, *keys: str) -> None:
        """Writers of a file take turns anyway."""


class SqliteStore:
    """Writes take turns on one connection behind the turnstile; every thread that reads has a connection of its own.

    Raises StoreError when the file is on a network file system, from a newer salesdesk, or no floor.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path.resolve()  # two names of one file share one turnstile
        self.name = self.path.name
        refuse_network_file_system(self.path)
        if not create and not self.path.is_file():
            raise StoreError(f"there is no floor at {path}; `salesdesk init` makes one, `salesdesk demo` shows one")
        try:
            if create:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            self._gate = Gate(_beside(self.path, "-gate"), like=self.path)
        except OSError as error:
            raise StoreError(f"{path} cannot be a floor here: {error.strerror}") from None
        self._files = SameFiles(self.path, _beside(self.path, "-wal"))
        self._turn = threading.RLock()  # whose turn it is on the writing connection
        self._users = threading.Condition()
        self._using, self._closed = 0, False
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        try:
            self._connection = self._open_writer()
        except BaseException:
            self.close()
            raise
        self._files.check()
        self._session = SqliteSession(self._connection)

    # opening --------------------------------------------------------------------------------------------------------

    def _connect(self) -> sqlite3.Connection:
        there = f"{self.path.as_uri()}?mode=rw"  # a file that was taken away is not made anew
        connection = sqlite3.connect(
            there, uri=True, isolation_level=None, timeout=5.0, check_same_thread=False, cached_statements=256
        )
        connection.row_factory = sqlite3.Row
        for pragma in EVERY_CONNECTION:
            connection.execute(pragma)
        self._opened.append(connection)
        return connection

    def _open_writer(self) -> sqlite3.Connection:
        with self._gate:
            try:
                connection = self._connect()
                if not schema.ours(connection):
                    raise StoreError(f"{self.path.name} is a database without a floor in it; it was left as it is")
                connection.execute("PRAGMA journal_mode = WAL")
                if schema.pending_sqlite(connection):
                    connection.execute("BEGIN IMMEDIATE")
                    try:
                        schema.migrate_sqlite(connection)
                    except BaseException:
                        connection.execute("ROLLBACK")
                        raise
                    connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                raise StoreError(f"{self.path.name} is not a floor that can be opened: {error}") from None
        return connection

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            with self._gate, told("cannot be read now"):
                reader = self._connect()
                reader.execute("PRAGMA query_only = ON")
            self._local.reader = reader
        return reader

    # transactions ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """Keep the connections open meanwhile: closing one that another thread is using would end the process."""
        with self._users:
            if self._closed:
                raise StoreError(f"{self.path.name} was left; nothing is read or written any more")
            self._using += 1
        try:
            yield
        finally:
            with self._users:
                self._using -= 1
                self._users.notify_all()

    def write(self, work: Callable[[SqliteSession], T]) -> T:
        execute = self._connection.execute
        with self._in_use(), self._turn, self._gate, told("cannot be written now", "; nothing was saved"):
            execute("BEGIN IMMEDIATE")
            try:
                self._files.check()
                result = work(self._session)
                execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    execute("ROLLBACK")
                raise
            return result

    def write_and_look(self, work: Callable[[SqliteSession], T], look: Callable[[SqliteSession, T], R]) -> R:
        with self._in_use(), self._turn:  # the same connection still has at hand what it has just written
            done = self.write(work)
            return self._snapshot(self._connection, lambda session: look(session, done))

    def read(self, work: Callable[[SqliteSession], T]) -> T:
        with self._in_use():
            return self._snapshot(self._reader(), work)

    def _snapshot(self, connection: sqlite3.Connection, work: Callable[[SqliteSession], T]) -> T:
        with told("cannot be read now"):
            connection.execute("BEGIN")
            try:
                return work(SqliteSession(connection))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def version(self) -> int:
        with self._in_use(), told("cannot be read now"):
            self._files.check()
            return int(self._reader().execute("PRAGMA data_version").fetchone()[0])

    def blocker(self) -> str | None:
        return blocker_of(self.path)

    def close(self) -> None:
        with self._users:
            if self._closed:
                return
            self._closed = True
            self._users.wait_for(lambda: self._using == 0, timeout=LONGEST_USE)
        if self._opened:  # who gave up waiting for the gate does not wait for it once more
            with self._turn, self._gate:
                for connection in self._opened:
                    connection.close()
        self._gate.close()


def blocker_of(path: Path) -> str | None:
    """Who writes to a floor file, or opens it, and since when; in words."""
    holder = holder_of(_beside(path, "-gate"))
    if holder is None:
        return None
    process, since = holder
    who = "this program" if process == os.getpid() else f"process {process}"
    return f"{who}, since {time.strftime('%H:%M:%S', time.localtime(since))}"


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def told(what: str, after: str = "") -> Iterator[None]:
    """What goes wrong with the file, in one sentence; a mistake in what we ask of it stays what it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the floor file {what} ({error}){after}") from error


def refuse_network_file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> None:
    """WAL needs memory shared by all processes, which a network mount cannot give; raises StoreError there."""
    if not mounts.exists():
        return
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split(" ")
        if len(words) < 3:
            continue
        place = words[1].replace("\\040", " ")
        inside = place == "/" or str(path) == place or str(path).startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, words[2]
    if kind.startswith(_NETWORK):
        raise StoreError(
            f"{path} is on a network file system ({kind}), where a shared floor file would be damaged; "
            "keep the file on one machine and let the others reach it through `salesdesk serve` there"
        )
