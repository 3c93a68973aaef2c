"""Transactions on PostgreSQL, spoken through libpq's pipeline: what needs no answer waits for the next question, and
travels with it. So a transaction is a few round trips, however many statements it has.

A transaction begins with its first statement, so one that asks nothing costs nothing. Every statement is prepared once
in a connection.
"""

from __future__ import annotations

import hashlib
import re
import select
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from salesdesk.store.session import Row, Session

N = TypeVar("N")
_NAME = re.compile(r"(?<![:\w]):([a-z]\w*)")
_CHANGES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_INT8 = 20
MOST_PREPARED = 500
"""Statements that a connection keeps prepared; when there are more, it begins anew."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that knows which statements are prepared in it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.prepared: dict[tuple[object, ...], Statement] = {}
        self.sent = 0
        self.made = time.monotonic()


@lru_cache(maxsize=4096)
def translated(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with PostgreSQL's marks for its parameters, and their names in order."""
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return _NAME.sub(mark, sql).encode(), tuple(names)


@lru_cache(maxsize=4096)
def _changed(sql: str) -> str:
    """The table that a statement changes."""
    found = _CHANGES.search(sql)
    return found[1] if found else ""


def _text(data: bytes) -> str:
    return data.decode()


def _number(data: bytes) -> int | float:
    """PostgreSQL adds bigints up to a numeric; every figure of the schema is a whole number."""
    return float(data) if b"." in data else int(data)


_READ: dict[int, Callable[[bytes], Any]] = {20: int, 21: int, 23: int, 1700: _number, 701: float, 16: b"t".__eq__}
"""By PostgreSQL's types: bigint, smallint, integer, numeric, double, boolean. All else is text."""


@dataclass(eq=False, slots=True)
class Statement:
    """A statement that is prepared in a connection, and what reads the columns of its answers, once there was one."""

    name: bytes
    readers: list[tuple[int, Callable[[bytes], Any]]] | None = None


@dataclass(eq=False, slots=True)
class _Answer:
    """What a statement will have been answered with. `place` is how many were said before it; `key` is of a statement
    that is being prepared."""

    place: int
    statement: Statement
    key: tuple[object, ...] | None = None
    result: PGresult | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows of an answer that has come."""
        assert self.result is not None
        result, readers = self.result, self.statement.readers
        count = result.ntuples
        if not count:
            return []
        if readers is None:
            readers = [(n, _READ.get(result.ftype(n), _text)) for n in range(result.nfields)]
            self.statement.readers = readers
        get = result.get_value
        return [
            tuple([None if (data := get(row, n)) is None else read(data) for n, read in readers])
            for row in range(count)
        ]

    def named(self) -> list[Row]:
        """The same, columns by name."""
        assert self.result is not None
        names = [(self.result.fname(n) or b"").decode() for n in range(self.result.nfields)]
        return [dict(zip(names, row, strict=True)) for row in self.rows()]


class _Line:
    """The statements of one transaction on their way to the database, and the answers on their way back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._poll = select.poll()
        self._poll.register(self._libpq.socket, select.POLLIN)
        self._under_way: deque[_Answer] = deque()
        self._said = self._sent = 0
        self._sending = False
        self._libpq.enter_pipeline_mode()
        if len(connection.prepared) > MOST_PREPARED:
            connection.prepared.clear()
            self._libpq.send_query_params(b"DEALLOCATE ALL", None)
            self._expect(Statement(b""))

    def say(self, sql: str, values: Mapping[str, object]) -> _Answer:
        """Queue a statement."""
        command, names = translated(sql)
        given = [values[name] for name in names]
        types = tuple(_INT8 if isinstance(value, int) else 0 for value in given)
        key = (sql, types)
        statement = self._connection.prepared.get(key)
        if statement is None:
            self._connection.sent += 1
            statement = self._connection.prepared[key] = Statement(b"s%d" % self._connection.sent)
            self._libpq.send_prepare(statement.name, command, types)
            self._expect(statement, key)
        written = [None if value is None else str(int(value) if value is True or value is False else value).encode()
                   for value in given]  # fmt: skip
        self._libpq.send_query_prepared(statement.name, written)
        return self._expect(statement)

    def _expect(self, statement: Statement, key: tuple[object, ...] | None = None) -> _Answer:
        self._said += 1
        answer = _Answer(self._said, statement, key)
        self._under_way.append(answer)
        return answer

    def heard(self, answer: _Answer) -> _Answer:
        """Wait until a statement is answered; raises what the database says about it or one before it."""
        if answer.result is None:
            if answer.place > self._sent:
                self._sent = self._said
                self._libpq.send_flush_request()
                self._sending = bool(self._libpq.flush())
            while answer.result is None:
                self._next()
        return answer

    def settle(self) -> None:
        """Wait for everything that is under way; raises the first error."""
        self._libpq.pipeline_sync()
        self._sending = bool(self._libpq.flush())
        first: psycopg.Error | None = None
        while self._under_way:
            try:
                self._next()
            except psycopg.OperationalError as error:
                if self._connection.broken:
                    raise
                first = first or error
            except psycopg.Error as error:
                first = first or error
        self._result()  # of the synchronisation itself, which nothing follows
        if first is not None:
            raise first

    def leave(self) -> None:
        """The connection speaks as others do again; nothing may be under way."""
        self._libpq.exit_pipeline_mode()

    def _next(self) -> None:
        answer = self._under_way.popleft()
        answer.result = self._result()
        self._libpq.get_result()  # the end of the statement, which has come with it
        assert answer.result is not None
        if answer.result.status in (ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED):
            self._connection.prepared.pop(answer.key or (), None)
            raise errors.error_from_result(answer.result)

    def _result(self) -> PGresult | None:
        libpq = self._libpq
        while libpq.is_busy():  # each call of libpq lets other threads run, so there are few of them
            if self._sending:
                self._sending = bool(libpq.flush())
                self._poll.modify(libpq.socket, select.POLLIN | (select.POLLOUT if self._sending else 0))
            self._poll.poll()
            libpq.consume_input()
        return libpq.get_result()


class PostgresSession:
    """One transaction that writes."""

    lock_rows = "FOR UPDATE SKIP LOCKED"
    lock_row = "FOR UPDATE"
    event_id = "next_event_id(CAST(:floor AS bigint))"
    _begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._line: _Line | None = None
        self._waiting: dict[tuple[object, ...], _Answer] = {}

    def _say(self, sql: str, values: Mapping[str, object]) -> _Answer:
        if self._line is None:
            self._line = _Line(self._connection)
            self._line.say(self._begin, {})
        return self._line.say(sql, values)

    def _hear(self, sql: str, values: Mapping[str, object]) -> _Answer:
        """The answer to a question, which may have been asked a moment ago."""
        known = self._waiting.pop((sql, *values.values()), None) if self._waiting else None
        answer = known or self._say(sql, values)
        assert self._line is not None
        return self._line.heard(answer)

    def all(self, sql: str, **values: object) -> Sequence[Row]:
        return self._hear(sql, values).named()

    def one(self, sql: str, **values: object) -> Row | None:
        return next(iter(self._hear(sql, values).named()), None)

    def value(self, sql: str, **values: object) -> Any:
        rows = self._hear(sql, values).rows()
        return rows[0][0] if rows else None

    def find(self, make: Callable[..., N], sql: str, **values: object) -> N | None:
        rows = self._hear(sql, values).rows()
        return make(*rows[0]) if rows else None

    def find_all(self, make: Callable[..., N], sql: str, **values: object) -> list[N]:
        return [make(*row) for row in self._hear(sql, values).rows()]

    def soon(self, *questions: Callable[[Session], object]) -> None:
        listener = _Listener(self)
        for question in questions:
            question(listener)

    def expect(self, sql: str, values: Mapping[str, object]) -> None:
        """Ask a question now whose answer is wanted when it is asked again."""
        key = (sql, *values.values())
        if key not in self._waiting:
            self._waiting[key] = self._say(sql, values)

    def _change(self, sql: str, values: Mapping[str, object]) -> _Answer:
        """A statement that changes a table; what was asked of it a moment ago is asked again."""
        if self._waiting:
            table = re.compile(rf"\b{_changed(sql)}\b")
            self._waiting = {key: each for key, each in self._waiting.items() if not table.search(str(key[0]))}
        return self._say(sql, values)

    def run(self, sql: str, **values: object) -> int:
        answer = self._change(sql, values)
        assert self._line is not None
        result = self._line.heard(answer).result
        assert result is not None
        return result.command_tuples or 0

    def do(self, sql: str, **values: object) -> None:
        self._change(sql, values)

    def many(self, sql: str, values: Iterable[Mapping[str, object]]) -> None:
        for each in values:
            self._change(sql, each)

    def alone(self, *keys: str) -> None:
        """Taken in one order by everybody, so that two who want the same keys do not wait for each other."""
        locks = ",".join(str(lock) for lock in sorted({_lock(key) for key in keys}))
        if locks:
            lock = "SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:locks AS bigint[])) AS k"
            self._say(lock, {"locks": f"{{{locks}}}"})

    def end(self) -> None:
        """Commit; what went wrong with anything that nobody asked about is raised here."""
        if self._line is not None:
            self._line.say("COMMIT", {})
            self._line.settle()
            self._line.leave()

    def take_back(self) -> None:
        """Roll back after an error, whatever is still under way."""
        if self._line is None or self._connection.broken:
            return
        try:
            self._line.settle()
        except psycopg.Error:
            if self._connection.broken:
                return
        self._line.say("ROLLBACK", {})
        self._line.settle()
        self._line.leave()


class PostgresSnapshot(PostgresSession):
    """One transaction that reads: it keeps nobody out."""

    lock_rows = ""
    lock_row = ""
    _begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

    def alone(self, *keys: str) -> None:
        """A reader needs no turn."""


class _Listener:
    """Stands in for a session while questions are asked that will be asked again; it knows no answers."""

    def __init__(self, session: PostgresSession) -> None:
        self._session = session
        self.lock_rows, self.lock_row, self.event_id = session.lock_rows, session.lock_row, session.event_id

    def all(self, sql: str, **values: object) -> Sequence[Row]:
        self._session.expect(sql, values)
        return ()

    def one(self, sql: str, **values: object) -> Row | None:
        self._session.expect(sql, values)
        return None

    def value(self, sql: str, **values: object) -> Any:
        self._session.expect(sql, values)

    def find(self, make: Callable[..., N], sql: str, **values: object) -> N | None:  # noqa: ARG002
        self._session.expect(sql, values)
        return None

    def find_all(self, make: Callable[..., N], sql: str, **values: object) -> list[N]:  # noqa: ARG002
        self._session.expect(sql, values)
        return []

    def soon(self, *_: Callable[[Session], object]) -> None:
        """All of this is soon."""

    def run(self, sql: str, **values: object) -> int:  # noqa: ARG002
        raise AssertionError(f"only questions are asked ahead: {sql}")

    def do(self, sql: str, **values: object) -> None:
        self.run(sql, **values)

    def many(self, sql: str, values: Iterable[Mapping[str, object]]) -> None:  # noqa: ARG002
        self.run(sql)

    def alone(self, *keys: str) -> None:
        self.run(" ".join(keys))


def _lock(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
