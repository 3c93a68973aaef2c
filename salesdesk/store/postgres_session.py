"""Transactions on PostgreSQL, spoken through libpq's pipeline: what needs no answer waits for the next question, and
travels with it. So a transaction is a few round trips, however many statements it has.

A transaction begins with its first statement, so one that asks nothing costs nothing. Every statement is prepared once
in a connection.
"""

from __future__ import annotations

import hashlib
import re
import select
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from salesdesk.store.session import Row, Session

N = TypeVar("N")
_NAME = re.compile(r"(?<![:\w]):([a-z]\w*)")
_CHANGES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_INT8 = 20
_WRONG = (int(ExecStatus.FATAL_ERROR), int(ExecStatus.PIPELINE_ABORTED))
MOST_PREPARED = 500
"""Statements that a connection keeps prepared; when there are more, it begins anew."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """A connection that knows which statements are prepared in it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.prepared: dict[tuple[object, ...], Statement] = {}
        self.sent = 0
        self.poll = select.poll()
        self.poll.register(self.pgconn.socket, select.POLLIN)


class Words(NamedTuple):
    """A statement with PostgreSQL's marks for its parameters, and what picks their values in that order."""

    command: bytes
    pick: Callable[[Mapping[str, object]], tuple[Any, ...]]


@lru_cache(maxsize=4096)
def translated(sql: str) -> Words:
    """A statement as PostgreSQL reads it."""
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    command = _NAME.sub(mark, sql).encode()
    if len(names) > 1:
        return Words(command, itemgetter(*names))
    return Words(command, lambda values: tuple([values[name] for name in names]))


@lru_cache(maxsize=4096)
def _concerns(change: str, question: str) -> bool:
    """Whether a statement changes a table that a question may read."""
    found = _CHANGES.search(change)
    return found is None or re.search(rf"\b{found[1]}\b", question) is not None


def _number(data: bytes) -> int | float:
    """PostgreSQL adds bigints up to a numeric; every figure of the schema is a whole number."""
    return float(data) if b"." in data else int(data)


_READ: dict[int, Callable[[bytes], Any]] = {20: int, 21: int, 23: int, 1700: _number, 701: float, 16: b"t".__eq__}
"""By PostgreSQL's types: bigint, smallint, integer, numeric, double, boolean. All else is text."""
_WRITE: dict[type, Callable[[Any], bytes | None]] = {
    int: b"%d".__mod__,
    bool: b"%d".__mod__,
    str: str.encode,
    type(None): lambda _: None,
}
"""By Python's types. All else is written as `str` writes it."""


def _written(value: object) -> bytes:
    return str(value).encode()


@dataclass(eq=False, slots=True)
class Statement:
    """A statement that is prepared in a connection for values of some types: what writes these, and what names and
    reads the columns of its answers, once there was one."""

    name: bytes
    writers: tuple[Callable[[Any], bytes | None], ...] = ()
    names: tuple[str, ...] = ()
    readers: list[tuple[int, Callable[[bytes], Any]]] | None = None

    def look_at(self, result: PGresult) -> list[tuple[int, Callable[[bytes], Any]]]:
        """Learn the columns from a first answer."""
        columns = range(result.nfields)
        self.names = tuple((result.fname(n) or b"").decode() for n in columns)
        self.readers = [(n, _READ.get(result.ftype(n), bytes.decode)) for n in columns]
        return self.readers


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
        result = self.result
        count = result.ntuples
        if not count:
            return []
        readers, get = self.statement.readers or self.statement.look_at(result), result.get_value
        return [
            tuple([None if (data := get(row, n)) is None else read(data) for n, read in readers])
            for row in range(count)
        ]

    def named(self) -> list[Row]:
        """The same, columns by name."""
        return [dict(zip(self.statement.names, row, strict=True)) for row in self.rows()]


class _Line:
    """The statements of one transaction on their way to the database, and the answers on their way back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
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
        words = translated(sql)
        given = words.pick(values)
        key = (sql, *map(type, given))
        statement = self._connection.prepared.get(key) or self._prepare(key, words.command)
        self._libpq.send_query_prepared(
            statement.name, [write(value) for write, value in zip(statement.writers, given, strict=True)]
        )
        return self._expect(statement)

    def _prepare(self, key: tuple[Any, ...], command: bytes) -> Statement:
        types: tuple[type, ...] = key[1:]
        connection = self._connection
        connection.sent += 1
        statement = Statement(b"s%d" % connection.sent, tuple([_WRITE.get(each, _written) for each in types]))
        connection.prepared[key] = statement
        self._libpq.send_prepare(statement.name, command, [_INT8 if issubclass(each, int) else 0 for each in types])
        self._expect(statement, key)
        return statement

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
                self._wait()
            while answer.result is None:
                self._next()
        return answer

    def settle(self) -> None:
        """Wait for everything that is under way; raises the first error."""
        self._libpq.pipeline_sync()
        self._sending = bool(self._libpq.flush())
        self._wait()
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
        answer.result = result = self._result()
        self._libpq.get_result()  # the end of the statement, which has come with it
        assert result is not None
        if result.status in _WRONG:
            self._connection.prepared.pop(answer.key or (), None)
            raise errors.error_from_result(result)

    def _result(self) -> PGresult | None:
        libpq = self._libpq
        while libpq.is_busy():  # lets other threads run, as few calls of libpq do
            self._wait()
        return libpq.get_result()

    def _wait(self) -> None:
        """Until the database says something, or hears more of what it was not told yet."""
        poll = self._connection.poll
        if not self._sending:
            poll.poll()
            self._libpq.consume_input()
            return
        poll.modify(self._libpq.socket, select.POLLIN | select.POLLOUT)
        poll.poll()
        poll.modify(self._libpq.socket, select.POLLIN)
        self._libpq.consume_input()
        self._sending = bool(self._libpq.flush())


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
            self._waiting = {key: each for key, each in self._waiting.items() if not _concerns(sql, str(key[0]))}
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
