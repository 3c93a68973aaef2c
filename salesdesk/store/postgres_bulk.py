"""Filling whole tables of a floor in a PostgreSQL database that nobody works on, and copying such databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import psycopg

from salesdesk.store.bulk import copies
from salesdesk.store.postgres_session import Connection, PostgresSession
from salesdesk.store.session import StoreError

_INDEXES = (
    "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = current_schema() AND i.tablename = %s"
    " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
)


@contextmanager
def quick_fill(url: str) -> Iterator[PostgresFilling]:
    """A connection that fills tables without most of their indexes; these are back, and the planner knows the filled
    tables, at the end. It is told nothing about the others, which are empty now and will not stay so."""
    with Connection.connect(url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        filling = PostgresFilling(connection)
        yield filling
        for definitions in filling.indexes.values():
            for definition in definitions:
                connection.execute(definition.encode())
        connection.execute(f"VACUUM ANALYZE {', '.join(filling.indexes)}".encode())


class PostgresFilling:
    """What a quick fill writes; `indexes` are what the filled tables had."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.indexes: dict[str, list[str]] = {}

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows of one table, each a sequence in the order of the columns."""
        self._lay_bare(table)
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def _lay_bare(self, table: str) -> None:
        found = self._connection.execute(_INDEXES, [table]).fetchall()
        for name, _ in found:
            self._connection.execute(f"DROP INDEX {name}".encode())
        self.indexes.setdefault(table, []).extend(definition for _, definition in found)

    def events(self, **_: int) -> None:
        """A long history is a matter of files only."""
        raise StoreError("data sets with events are made in files")

    def multiply(self, leads: int, times: int) -> None:
        """See `bulk.copies`."""
        session = PostgresSession(self._connection)
        for sql, values in copies(leads, times):
            session.run(sql, **values)
        session.end()


class Databases:
    """The databases of one server, reached through the address of its database `postgres`."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def names(self) -> set[str]:
        """What there is."""
        return {row[0] for row in self._connection.execute("SELECT datname FROM pg_database")}

    def make(self, name: str, like: str = "template0") -> None:
        """A database, empty or a copy of another one that nobody uses."""
        self._connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY FILE_COPY'.encode())

    def rename(self, name: str, to: str) -> None:
        """Give a database that nobody uses another name."""
        self._connection.execute(f'ALTER DATABASE "{name}" RENAME TO "{to}"'.encode())

    def drop(self, name: str) -> None:
        """Drop a database, whoever uses it."""
        self._connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()
