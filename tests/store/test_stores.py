"""What every store promises, whichever engine keeps it: whole or not at all, one moment to a reader, ids once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from salesdesk.store import counters, floor
from salesdesk.store.postgres import PostgresStore
from salesdesk.store.session import Session, Store, StoreError
from salesdesk.store.sqlite import SqliteStore
from tests.postgres import server


def migrated(url: str) -> None:
    """An empty floor in a database."""
    PostgresStore(url, create=True).close()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made: Store = SqliteStore(tmp_path / "a.floor", create=True)
        yield made
        made.close()
        return
    with server().filled("no floor", migrated) as url:
        made = PostgresStore(url)
        yield made
        made.close()


def put(key: str, value: str) -> Any:
    return lambda session: floor.put(session, key, value)


def test_an_exception_leaves_nothing(store: Store) -> None:
    class Crash(BaseException):
        pass

    def half(session: Session) -> None:
        floor.put(session, "a", "1")
        raise Crash

    with pytest.raises(Crash):
        store.write(half)
    assert store.read(floor.settings) == {}


def test_a_failed_statement_leaves_nothing_and_the_store_goes_on(store: Store) -> None:
    def bad(session: Session) -> None:
        floor.put(session, "a", "1")
        session.run("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StoreError, match="nothing was saved"):
        store.write(bad)
    store.write(put("b", "2"))
    assert store.read(floor.settings) == {"b": "2"}


def test_a_reader_sees_one_moment(store: Store) -> None:
    def look(session: Session) -> tuple[int, int]:
        before = len(floor.settings(session))
        thread = threading.Thread(target=store.write, args=(put("a", "1"),))
        thread.start()
        thread.join()
        return before, len(floor.settings(session))

    assert store.read(look) == (0, 0)
    assert len(store.read(floor.settings)) == 1


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="readonly"):
        store.read(put("a", "1"))


def test_what_was_written_can_be_looked_at(store: Store) -> None:
    assert store.write_and_look(put("a", "1"), lambda session, _: floor.settings(session)) == {"a": "1"}


def test_a_write_inside_a_write_is_refused_and_leaves_nothing(store: Store) -> None:
    def outer(session: Session) -> None:
        floor.put(session, "a", "1")
        store.write(put("b", "2"))

    with pytest.raises(StoreError):
        store.write(outer)
    assert store.read(floor.settings) == {}


def test_ids_are_given_out_once(store: Store) -> None:
    seven = partial(counters.take, name="lead", count=7)
    with ThreadPoolExecutor(8) as pool:
        firsts = list(pool.map(lambda _: store.write(seven), range(50)))
    assert sorted(firsts) == list(range(1, 351, 7))
