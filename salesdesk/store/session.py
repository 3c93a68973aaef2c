"""What a module of statements may ask of an engine: parameters by name in, rows out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")
N = TypeVar("N")
Row = Mapping[str, Any]
"""One row, its columns by name. Values are whatever the schema says; the statements module gives them types."""


class StoreError(Exception):
    """The floor cannot be opened, read or written; the message is one sentence for the person at the screen."""


class Session(Protocol):
    """One transaction of one engine."""

    lock_rows: str
    """The engine's fragment that locks the rows of a SELECT and skips those that others hold."""
    lock_row: str
    """The engine's fragment that locks the rows of a SELECT and waits for those that others hold."""
    event_id: str
    """The engine's expression for an event's id: at least :floor, and later than every id given before."""

    def all(self, sql: str, **values: object) -> Sequence[Row]:
        """Every row of a statement."""
        ...

    def one(self, sql: str, **values: object) -> Row | None:
        """The first row of a statement, or None."""
        ...

    def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row, or None."""
        ...

    def find(self, make: Callable[..., N], sql: str, **values: object) -> N | None:
        """The first row of a statement as what `make` makes of its columns in order, or None."""
        ...

    def find_all(self, make: Callable[..., N], sql: str, **values: object) -> list[N]:
        """Every row of a statement as what `make` makes of its columns in order."""
        ...

    def soon(self, *questions: Callable[[Session], object]) -> None:
        """Questions that will be asked in a moment, word for word. Where statements travel, these travel together, and
        each answer, as of now, waits until it is asked for or its table is changed. Elsewhere it means nothing."""
        ...

    def run(self, sql: str, **values: object) -> int:
        """Run a statement and tell how many rows it touched."""
        ...

    def do(self, sql: str, **values: object) -> None:
        """Run a statement of which nothing is asked back; where statements travel, it travels with the next."""
        ...

    def many(self, sql: str, values: Iterable[Mapping[str, object]]) -> None:
        """Run a statement once for each set of values."""
        ...

    def alone(self, *keys: str) -> None:
        """Keep out, until the end of this transaction, every other transaction that wants to be alone with one of
        these keys; for what no row can be locked for, since it may not be there yet."""
        ...


class Store(Protocol):
    """A floor's facts, wherever they are kept."""

    name: str

    def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` as one durable transaction; an exception leaves nothing behind."""
        ...

    def write_and_look(self, work: Callable[[Session], T], look: Callable[[Session, T], R]) -> R:
        """Run `work` as one durable transaction, then give `look` its result and a snapshot that holds its changes."""
        ...

    def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` on one consistent, short-lived snapshot."""
        ...

    def version(self) -> int:
        """A number that moves whenever somebody else has written; reading it costs microseconds."""
        ...

    def blocker(self) -> str | None:
        """Who is writing now and since when, in words, if anyone."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...
