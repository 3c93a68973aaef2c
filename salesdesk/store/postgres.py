"""A floor in a PostgreSQL database, shared by any number of servers and stations."""

from __future__ import annotations

import logging
import random
import re
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import psycopg
from psycopg import conninfo, errors
from psycopg_pool import ConnectionPool, PoolTimeout

from salesdesk.store import schema
from salesdesk.store.postgres_session import Connection, PostgresSession, PostgresSnapshot
from salesdesk.store.session import StoreError

T = TypeVar("T")
R = TypeVar("R")

EVERY_CONNECTION = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "client_min_messages": "warning",
}
"""What every connection sets for itself; `options` in the floor's address comes later and wins."""
CONNECTIONS = 8
WAIT = 3.0
"""Seconds for which a connection is waited for."""
TRIES = 6
"""How often a transaction is begun that others get in the way of."""
MEASURE_EVERY = 60.0
"""Seconds after which the database's clock is read again."""
MIGRATING = 7_366_351
"""The advisory lock of whoever migrates."""

logging.getLogger("psycopg.pool").addHandler(logging.NullHandler())  # nothing on a station's screen
_IN_THE_WAY = (errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation)
_WHY = re.compile(r"FATAL: +(.+)|(Connection refused|timeout expired|No such file or directory|server closed)")


class PostgresStore:
    """Every transaction takes a connection of the pool; a write that others got in the way of begins again.

    `connections` is the most that this process keeps. Raises StoreError when the database cannot be reached, holds
    something else, or is from a newer salesdesk.
    """

    def __init__(self, url: str, *, create: bool = False, connections: int = CONNECTIONS) -> None:
        self._conninfo, self.name = _address(url)
        self._ahead = 0  # milliseconds by which the database's clock is ahead of this machine's boot clock
        self._measured = 0.0
        self._inside = threading.local()
        self._migrate(create)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            self._conninfo,
            kwargs={"autocommit": True, "prepare_threshold": None},
            connection_class=Connection,
            min_size=1,
            max_size=connections,
            timeout=WAIT,
            reconnect_timeout=1.0,  # whoever asks after that tries at once; the pool alone would wait longer each time
            open=False,
            name=self.name,
        )
        with self._said("be opened"):
            self._pool.open(wait=True, timeout=WAIT)  # else whoever asks first finds none, and a second one is made

    # opening --------------------------------------------------------------------------------------------------------

    def _migrate(self, create: bool) -> None:
        with self._said("be opened"), Connection.connect(self._conninfo, autocommit=True) as connection:
            self._measure(connection)
            if not schema.missing(_applied(connection, self.name, create)):
                return
            connection.execute("SET statement_timeout = 0")
            connection.execute("SET lock_timeout = 0")
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATING])
                connection.execute(_LEDGER)
                for step in schema.missing(_applied(connection, self.name, create)):
                    schema.apply_step(step, "postgres", lambda sql: connection.execute(sql.encode()))
                    connection.execute("INSERT INTO _migration (name) VALUES (%s)", [step.name])

    # transactions ---------------------------------------------------------------------------------------------------

    def write(self, work: Callable[[PostgresSession], T]) -> T:
        if getattr(self._inside, "write", False):
            raise StoreError("a write cannot begin inside another one; nothing was saved")
        self._inside.write = True
        try:
            with self._said("be written now", "; nothing was saved"):
                return self._again_and_again(lambda connection: self._written(connection, work))
        finally:
            self._inside.write = False

    def write_and_look(self, work: Callable[[PostgresSession], T], look: Callable[[PostgresSession, T], R]) -> R:
        done = self.write(work)
        return self.read(lambda session: look(session, done))

    def read(self, work: Callable[[PostgresSession], T]) -> T:
        with self._said("be read now"):
            return self._again_and_again(lambda connection: _snapshot(connection, work))

    def _again_and_again(self, once: Callable[[Connection], T]) -> T:
        """Run a whole transaction, and run it again when others got in its way or its connection was dead."""
        for tried in range(1, TRIES + 1):
            with self._connection() as connection:
                try:
                    return once(connection)
                except psycopg.Error as error:
                    if tried == TRIES or not (connection.broken or isinstance(error, _IN_THE_WAY)):
                        raise
                    broken = connection.broken
            if broken:
                self._pool.check()
            time.sleep(random.random() * 0.01 * tried)
        raise AssertionError("the last try either returns or raises")

    def _written(self, connection: Connection, work: Callable[[PostgresSession], T]) -> T:
        self._measure_now_and_then(connection)
        session = PostgresSession(connection)
        try:
            done = work(session)
            _commit(session, connection)
        except BaseException:
            session.take_back()
            raise
        return done

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._pool.getconn()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    @contextmanager
    def _said(self, what: str, after: str = "") -> Iterator[None]:
        """Whatever goes wrong in the database, in one sentence without a secret or a lead in it."""
        try:
            yield
        except PoolTimeout:
            raise StoreError(f"{self.name} gives no connection within {WAIT:g} s{after}") from None
        except psycopg.Error as error:
            raise StoreError(f"{self.name} cannot {what} ({_reason(error)}){after}") from None

    # looking --------------------------------------------------------------------------------------------------------

    def version(self) -> int:
        """Moves with every transaction that begins or ends a write, anywhere on the server."""
        with self._said("be read now"), self._connection() as connection:
            row = connection.execute("SELECT CAST(pg_current_snapshot() AS text)").fetchone()
        return zlib.crc32(row[0].encode()) if row else 0

    def blocker(self) -> str | None:
        with suppress(psycopg.Error), self._connection() as connection:
            row = connection.execute(_BLOCKER).fetchone()
            if row is not None:
                since = time.strftime("%H:%M:%S", time.localtime(row[1]))
                return f"{row[0] or 'another program'}, since {since}"
        return None

    def milliseconds(self) -> int:
        """The database's clock, epoch milliseconds, as it was measured last."""
        return _boot_milliseconds() + self._ahead

    def _measure_now_and_then(self, connection: Connection) -> None:
        if time.monotonic() - self._measured > MEASURE_EVERY:
            self._measure(connection)

    def _measure(self, connection: Connection) -> None:
        before = _boot_milliseconds()
        row = connection.execute("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)").fetchone()
        assert row is not None
        self._ahead = int(row[0]) - (before + _boot_milliseconds()) // 2
        self._measured = time.monotonic()

    def close(self) -> None:
        self._pool.close()


_LEDGER = "CREATE TABLE IF NOT EXISTS _migration (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
_BLOCKER = (
    "SELECT b.application_name, CAST(extract(epoch FROM b.xact_start) AS bigint) FROM pg_stat_activity w"
    " CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS p (pid) JOIN pg_stat_activity b ON b.pid = p.pid"
    " WHERE w.datname = current_database() AND b.xact_start IS NOT NULL ORDER BY b.xact_start LIMIT 1"
)


def _commit(session: PostgresSession, connection: Connection) -> None:
    try:
        session.end()
    except errors.OperationalError:
        if connection.broken:
            raise StoreError(
                "the database went away while it was saving, so nobody knows whether it did; asking again is safe"
            ) from None
        raise


def _snapshot(connection: Connection, work: Callable[[PostgresSession], T]) -> T:
    session = PostgresSnapshot(connection)
    try:
        done = work(session)
        session.end()
    except BaseException:
        session.take_back()
        raise
    return done


def _boot_milliseconds() -> int:
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime_ns(source) // 1_000_000


def _address(url: str) -> tuple[str, str]:
    """The address with what every connection sets, and the database's name; no error repeats the address."""
    try:
        known = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        hint = "it looks like postgresql://user@host/database"
        raise StoreError(f"this is no address of a PostgreSQL database; {hint}") from None
    ours = " ".join(f"-c {name}={value}" for name, value in EVERY_CONNECTION.items())
    options = f"{ours} {known.get('options') or ''}".strip()
    more = {"connect_timeout": known.get("connect_timeout") or "3", "options": options}
    name = known.get("application_name") or f"salesdesk on {socket.gethostname()}"
    whole = conninfo.make_conninfo(url, **more, application_name=str(name))
    return whole, str(known.get("dbname") or known.get("user") or "the database")


def _applied(connection: Connection, name: str, create: bool) -> set[str]:
    """The steps that a database has; none in an empty one, if a floor may be made there."""
    tables = {
        row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    }
    if "_migration" in tables:
        return {row[0] for row in connection.execute("SELECT name FROM _migration")}
    if tables:
        raise StoreError(f"{name} is a database without a floor in it; it was left as it is")
    if not create:
        raise StoreError(f"there is no floor in {name} yet; `salesdesk init --floor postgresql://…` makes one")
    return set()


def _reason(error: psycopg.Error) -> str:
    """Why, without values: what the database says about values may name a lead."""
    if isinstance(error, errors.LockNotAvailable):
        return "somebody else is changing the same thing"
    if isinstance(error, errors.QueryCanceled):
        return "it took longer than the database allows"
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return "readonly"
    if isinstance(error, errors.IntegrityError | errors.DataError):
        return f"{type(error).__name__} {error.diag.constraint_name or error.diag.column_name or ''}".strip()
    if error.diag.message_primary:
        return str(error.diag.message_primary)
    found = _WHY.search(str(error))
    return next(word for word in found.groups() if word).strip() if found else "the connection failed"
