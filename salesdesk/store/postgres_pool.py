"""The connections that one process keeps to a database.

Whoever asks gets the one that came back last: it has most statements prepared, and the database's caches behind it are
warm. A pool that takes turns keeps all of them lukewarm.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.pq import TransactionStatus

from salesdesk.store.postgres_session import Connection
from salesdesk.store.session import StoreError

IDLE, LIFETIME = 600.0, 3600.0
"""Seconds after which a connection that nobody needs is given up, and any connection, so that none grows for ever."""
AGAIN = 0.2
"""Seconds between two tries to connect."""


class NoConnection(Exception):
    """None was free, or could be made, in time."""


class Pool:
    """At most `most` connections, made when they are needed. Safe from any thread."""

    def __init__(self, conninfo: str, most: int) -> None:
        self._conninfo = conninfo
        self._free = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._idle: list[tuple[Connection, float]] = []
        self._closed = False

    @contextmanager
    def connection(self, wait: float) -> Iterator[Connection]:
        """A connection that nobody else has meanwhile; NoConnection when there is none within `wait` seconds,
        StoreError after `close`."""
        until = time.monotonic() + wait
        if not self._free.acquire(timeout=wait):
            raise NoConnection
        try:
            connection = self._taken() or self._made(until)
            try:
                yield connection
            finally:
                self._back(connection)
        finally:
            self._free.release()

    def _taken(self) -> Connection | None:
        with self._lock:
            if self._closed:
                raise StoreError("the floor was left; nothing is read or written any more")
            return self._idle.pop()[0] if self._idle else None

    def _made(self, until: float) -> Connection:
        """A new connection; a database that is just starting again is waited for."""
        while True:
            try:
                return Connection.connect(self._conninfo, autocommit=True, prepare_threshold=None)
            except psycopg.OperationalError:
                if time.monotonic() + AGAIN > until:
                    raise NoConnection from None
            time.sleep(AGAIN)

    def _back(self, connection: Connection) -> None:
        now = time.monotonic()
        fit = connection.pgconn.transaction_status == TransactionStatus.IDLE and now - connection.made < LIFETIME
        with self._lock:
            fit = fit and not self._closed
            if fit:
                self._idle.append((connection, now))
            long_idle = self._idle.pop(0)[0] if self._idle and now - self._idle[0][1] > IDLE else None
        if long_idle is not None:
            long_idle.close()
        if not fit:
            connection.close()

    def forget(self) -> None:
        """Give up what is idle: one connection was found dead, so the others may be."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection, _ in idle:
            connection.close()

    def close(self) -> None:
        """Give up everything; what is in use is given up when it comes back."""
        self._closed = True
        self.forget()
