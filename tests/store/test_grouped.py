"""Group commit: many writes share one commit, each answered after it, none harmed by another that is refused."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.errors import Refused
from salesdesk.store import floor as settings
from salesdesk.store.grouped import MOST, GroupedStore
from salesdesk.store.session import Session, StoreError
from salesdesk.store.sqlite import SqliteStore


class Grouped:
    """A store whose writer can be held up, so that works gather."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes: list[int] = []
        self.store = GroupedStore(SqliteStore(path, create=True), self.sizes.append)
        self.pool = ThreadPoolExecutor(64)

    def together(self, works: list[Callable[[Session], Any]]) -> list[Any]:
        """What works answer, or the errors they end in, when they all wait while another is being done."""
        begun, go = threading.Event(), threading.Event()

        def hold_up(_: Session) -> None:
            begun.set()
            go.wait()

        first = self.pool.submit(self.store.write, hold_up)
        begun.wait()
        asked = [self.pool.submit(self.store.write, work) for work in works]
        while self.store._queue.qsize() < len(works):
            pass
        go.set()
        first.result()
        return [future.exception() or future.result() for future in asked]

    def kept(self) -> dict[str, str]:
        """What is on disk, as another connection sees it."""
        with closing(sqlite3.connect(self.path)) as connection:
            return dict(connection.execute("SELECT key, value FROM floor"))


@pytest.fixture
def grouped(tmp_path: Path) -> Iterator[Grouped]:
    made = Grouped(tmp_path / "a.floor")
    yield made
    made.pool.shutdown()
    made.store.close()


def put(key: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        settings.put(session, key, "yes")
        return key

    return work


def refuse(key: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        settings.put(session, key, "no")
        raise Refused("because", key)

    return work


def test_writes_that_arrive_together_share_a_commit(grouped: Grouped) -> None:
    assert grouped.together([put(f"k{n}") for n in range(10)]) == [f"k{n}" for n in range(10)]
    assert grouped.sizes == [1, 10]
    assert len(grouped.kept()) == 10


def test_a_group_has_a_largest_size(grouped: Grouped) -> None:
    grouped.together([put(f"k{n}") for n in range(MOST + 5)])
    assert grouped.sizes == [1, MOST, 5]


def test_a_refused_work_leaves_nothing_and_harms_nobody(grouped: Grouped) -> None:
    found = grouped.together([put("a"), refuse("b"), put("c"), refuse("d")])
    assert [str(each) for each in found] == ["a", "b", "c", "d"]
    assert isinstance(found[1], Refused)
    assert grouped.kept() == {"a": "yes", "c": "yes"}


def test_a_work_sees_what_the_works_before_it_did(grouped: Grouped) -> None:
    seen = grouped.together([put("a"), refuse("b"), lambda session: sorted(settings.settings(session))])
    assert seen[2] == ["a"]


def test_nobody_is_answered_before_the_commit(grouped: Grouped) -> None:
    def look(_: Session, key: str) -> bool:
        return key in grouped.kept()

    assert grouped.store.write_and_look(put("alone"), look)
    works = [lambda key=f"k{n}": grouped.store.write_and_look(put(key), look) for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(lambda work: work(), works))


def test_a_look_that_fails_is_told_to_whoever_asked(grouped: Grouped) -> None:
    def look(_: Session, key: str) -> None:
        raise Refused("late", key)

    with pytest.raises(Refused, match="kept"):
        grouped.store.write_and_look(put("kept"), look)
    assert grouped.kept() == {"kept": "yes"}


def test_when_the_commit_fails_everybody_is_told_and_nothing_is_kept(
    grouped: Grouped, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner: Any = grouped.store._store
    write = inner.write

    def full(work: Callable[[Session], Any]) -> Any:
        def then_fail(session: Session) -> Any:
            work(session)
            raise sqlite3.OperationalError("database or disk is full")

        return write(then_fail)

    monkeypatch.setattr(inner, "write", full)
    works = [put("a"), refuse("b"), put("c")]
    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(grouped.store.write, work).exception() for work in works]
    assert all(isinstance(error, StoreError | Refused) for error in found)
    assert "nothing was saved" in str(found[0])
    monkeypatch.undo()
    assert grouped.kept() == {}
    assert grouped.store.write(put("later")) == "later"


def test_a_station_at_the_same_file_takes_its_turn(grouped: Grouped) -> None:
    station = SqliteStore(grouped.path)
    try:
        with ThreadPoolExecutor(8) as pool:
            served = [pool.submit(grouped.store.write, put(f"s{n}")) for n in range(40)]
            own = [pool.submit(station.write, put(f"o{n}")) for n in range(40)]
            for future in [*served, *own]:
                future.result()
        assert len(grouped.kept()) == 80
    finally:
        station.close()


def test_what_was_asked_before_leaving_is_done_and_nothing_after(grouped: Grouped) -> None:
    grouped.together([put("a"), put("b")])
    grouped.store.close()
    grouped.store.close()
    with pytest.raises(StoreError, match="was left"):
        grouped.store.write(put("c"))
    assert set(grouped.kept()) == {"a", "b"}


def test_a_file_that_fails_one_work_is_no_mistake_of_that_work(grouped: Grouped) -> None:
    """Whoever asked is told to ask again, and loses nothing; the others go on."""

    def broken(session: Session) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    told, done = grouped.together([broken, put("a")])
    assert isinstance(told, StoreError)
    assert "cannot be written now (disk I/O error); nothing was saved" in str(told)
    assert done == "a"
