"""One database, many servers: durable, whole or not at all, run again when others get in the way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import methodcaller
from typing import Any

import pytest

from salesdesk.clock import DatabaseClock
from salesdesk.desk.local import add_first_person, create_floor, open_counter
from salesdesk.store import counters, events, floor, people, schema
from salesdesk.store.events import EventRow
from salesdesk.store.postgres import PostgresStore
from salesdesk.store.session import Session, StoreError
from tests.postgres import PostgresServer, server


def _migrate(url: str) -> None:
    PostgresStore(url, create=True).close()


@pytest.fixture
def url() -> Iterator[str]:
    with server().filled("no floor", _migrate) as made:
        yield made


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    made = PostgresStore(url)
    yield made
    made.close()


def put(key: str, value: str) -> Any:
    return lambda session: floor.put(session, key, value)


def event(at: int) -> EventRow:
    return EventRow(0, at, "2026-11-19", "state", 1, None, None, None, "", "", 0, {})


# transactions -----------------------------------------------------------------------------------------------------


def test_whoever_wants_to_be_alone_waits_for_the_other(store: PostgresStore) -> None:
    """Read, think, write: without taking turns some of these additions would be lost."""

    def add(session: Session) -> None:
        session.alone("n", "m")
        now = int(floor.settings(session).get("n", "0"))
        floor.put(session, "n", str(now + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.write(add), range(60)))
    assert store.read(floor.settings) == {"n": "60"}


def test_two_who_wait_for_each_other_both_get_through(store: PostgresStore) -> None:
    for key in ("a", "b"):
        store.write(put(key, "0"))
    met = threading.Barrier(2)
    tries: list[str] = []

    def both(first: str, second: str) -> Any:
        def work(session: Session) -> None:
            floor.put(session, first, "1")
            tries.append(first)
            if len(tries) <= 2:
                met.wait()
            floor.put(session, second, "1")

        return work

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(store.write, [both("a", "b"), both("b", "a")]))
    assert len(tries) == 3, "one of them was begun again"


def test_the_second_who_makes_the_same_row_finds_it_made(store: PostgresStore) -> None:
    met = threading.Barrier(2)
    tries: list[int] = []

    def make(session: Session) -> int:
        known = people.by_name(session, "Dana")
        tries.append(1)
        if len(tries) <= 2:
            met.wait()
        return known.id if known else people.add(session, name="Dana", roles="sdr", team="", zone="UTC")

    with ThreadPoolExecutor(2) as pool:
        ids = [each.result() for each in [pool.submit(store.write, make) for _ in range(2)]]
    assert len(set(ids)) == 1


def test_a_connection_that_died_in_the_pool_is_not_noticed(store: PostgresStore, url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: store.write(put(str(n), "1")), range(8)))
    server().leave(url)
    assert len(store.read(floor.settings)) == 8
    server().leave(url)
    store.write(put("a", "1"))
    assert len(store.read(floor.settings)) == 9


# events -----------------------------------------------------------------------------------------------------------


def test_event_ids_are_given_once_and_rise_with_time(store: PostgresStore) -> None:
    """By eight writers at once, while the seconds go by."""
    given: list[list[int]] = [[] for _ in range(8)]

    def three(at: int, session: Session) -> list[int]:
        return [events.append(session, event(at)).id for _ in range(3)]

    def write(n: int) -> None:
        for at in range(1000, 1020):
            given[n] += store.write(partial(three, at))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    every = [id for mine in given for id in mine]
    assert len(set(every)) == len(every) == 8 * 20 * 3
    assert all(mine == sorted(mine) for mine in given)
    assert all(
        at * 10**6 <= id for mine in given for id, at in zip(mine, [n // 3 + 1000 for n in range(60)], strict=True)
    )


def test_event_ids_go_on_rising_when_the_clock_goes_back(store: PostgresStore) -> None:
    first = store.write(lambda session: events.append(session, event(2000)).id)
    assert store.write(lambda session: events.append(session, event(1000)).id) > first


def test_a_fact_that_is_committed_late_moves_the_pulse(store: PostgresStore) -> None:
    begun, done = threading.Event(), threading.Event()

    def late(session: Session) -> int:
        id = events.append(session, event(1000)).id
        begun.set()
        done.wait()
        return id

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(store.write, late)
        begun.wait()
        newest = store.write(lambda session: events.append(session, event(1000)).id)
        before = store.read(events.pulse), store.version()
        done.set()
        assert slow.result() < newest
    assert store.read(events.pulse) > before[0]
    assert store.version() != before[1]


# looking ----------------------------------------------------------------------------------------------------------


def test_the_version_moves_when_another_server_writes(store: PostgresStore, url: str) -> None:
    before = store.version()
    store.read(floor.settings)
    assert store.version() == before
    other = PostgresStore(url)
    other.write(put("a", "1"))
    assert store.version() != before
    other.close()


def test_whoever_keeps_others_waiting_can_be_named(store: PostgresStore) -> None:
    assert store.blocker() is None
    begun, done = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        session.alone("x")
        session.value("SELECT 1")
        begun.set()
        done.wait()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(store.write, slow)
        begun.wait()
        waiting = pool.submit(store.write, lambda session: session.alone("x"))
        named = None
        while named is None:
            named = store.blocker()
        done.set()
        waiting.result()
    assert named.startswith("salesdesk on ")


def test_every_station_goes_by_the_databases_clock(store: PostgresStore) -> None:
    clock = DatabaseClock(store.milliseconds, offset=3600)
    at = store.read(lambda session: session.value("SELECT CAST(extract(epoch FROM clock_timestamp()) AS bigint)"))
    assert abs(clock.now() - 3600 - at) <= 2
    assert clock.lease()[0] == "database"


def test_a_percent_sign_is_no_mark_and_a_word_behind_a_colon_is(store: PostgresStore) -> None:
    sql = "SELECT 7 % :n WHERE 'abc' LIKE '%c' AND CAST(:n AS bigint) = :n"
    assert store.read(methodcaller("value", sql, n=4)) == 3


def test_sums_are_whole_numbers(store: PostgresStore) -> None:
    store.write(lambda session: counters.take(session, "lead", 2**40))
    found = store.read(lambda session: session.value("SELECT sum(n) FROM counter"))
    assert (found, type(found)) == (2**40, int)


# opening ----------------------------------------------------------------------------------------------------------


def test_servers_that_start_together_migrate_once() -> None:
    with server().database() as fresh:
        with ThreadPoolExecutor(6) as pool:
            stores = list(pool.map(lambda _: PostgresStore(fresh, create=True), range(6)))
        applied = stores[0].read(lambda session: [row["name"] for row in session.all("SELECT name FROM _migration")])
        for each in stores:
            each.close()
    assert sorted(applied) == [step.name for step in schema.steps()]


def test_both_engines_have_the_same_columns(url: str, tmp_path: Any) -> None:
    from salesdesk.store.sqlite import SqliteStore

    file = SqliteStore(tmp_path / "a.floor", create=True)
    here = PostgresStore(url)
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
    tables = [row["name"] for row in file.read(lambda session: session.all(names))]
    assert len(tables) > 25
    theirs = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = :t"
    for table in tables:
        mine = file.read(methodcaller("all", f"PRAGMA table_info({table})"))
        found = here.read(methodcaller("all", f"{theirs} ORDER BY ordinal_position", t=table))
        assert [row["name"] for row in mine] == [row["column_name"] for row in found], table
    file.close()
    here.close()


def test_a_database_from_a_newer_salesdesk_is_left_alone() -> None:
    with server().database() as fresh:
        PostgresStore(fresh, create=True).close()
        server().beside(fresh).execute("INSERT INTO _migration (name) VALUES ('9999_future')")
        with pytest.raises(StoreError, match="newer salesdesk"):
            PostgresStore(fresh)


def test_a_database_of_somebody_else_is_left_alone() -> None:
    with server().database() as fresh:
        with pytest.raises(StoreError, match="no floor in"):
            PostgresStore(fresh)
        server().beside(fresh).execute("CREATE TABLE theirs (n integer)")
        with pytest.raises(StoreError, match="left as it is"):
            PostgresStore(fresh, create=True)
        assert server().beside(fresh).execute("SELECT count(*) AS n FROM theirs").fetchone() == {"n": 0}


def test_a_floor_is_made_once() -> None:
    with server().database() as fresh:
        create_floor(fresh, name="x", zone="Europe/Berlin")
        with pytest.raises(StoreError, match="already"):
            create_floor(fresh, name="y", zone="Europe/Berlin")
        add_first_person(fresh, "Ann", "sdr")
        counter = open_counter(fresh)
        assert counter.settings.name == "x"
        assert isinstance(counter.clock, DatabaseClock)
        counter.store.close()


def test_no_message_repeats_the_password() -> None:
    secret = "hunter2"
    for address in (
        f"postgresql://me:{secret}@127.0.0.1:1/none",
        f"postgresql://me:{secret}@no.such.host.example/none?connect_timeout=2",
        f"postgresql://me:{secret}@[bad/none",
        f"postgresql://me:{secret}@h/none?nonsense={secret}",
        f"postgresql://me:x@{secret}@/none",
        server().url("none").replace("postgres@", f"nobody:{secret}@"),
    ):
        with pytest.raises(StoreError) as caught:
            PostgresStore(address)
        assert secret not in str(caught.value)
        assert caught.value.__cause__ is None
        assert len(str(caught.value).splitlines()) == 1


def test_a_value_that_the_database_refuses_is_not_repeated(store: PostgresStore) -> None:
    def bad(session: Session) -> None:
        session.run("INSERT INTO floor (key, value) VALUES ('+13125550142', NULL)")

    with pytest.raises(StoreError) as caught:
        store.write(bad)
    assert "312" not in str(caught.value)


def test_a_pool_without_a_free_connection_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.store.postgres.WAIT", 0.05)
    small = PostgresStore(url, connections=1)
    with pytest.raises(StoreError, match="no connection"):
        small.read(lambda session: small.version())
    small.close()


def test_work_left_lying_by_a_station_is_ended_by_the_database(url: str) -> None:
    """What the floor's address says wins over what every connection sets."""
    store = PostgresStore(url + "&options=-c%20statement_timeout%3D60s")
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    limits = store.read(lambda session: [session.value(f"SHOW {name}") for name in names])
    assert limits == ["1min", "5s", "30s"]
    store.close()


def test_a_database_that_went_away_and_came_back_is_found_again() -> None:
    own = PostgresServer()
    try:
        PostgresStore(own.url("postgres"), create=True).close()
        store = PostgresStore(own.url("postgres"))
        store.write(put("a", "1"))
        own.kill()
        with pytest.raises(StoreError):
            store.write(put("b", "2"))
        own.start()
        store.write(put("c", "3"))
        assert store.read(floor.settings) == {"a": "1", "c": "3"}, "what was acknowledged outlives a crash"
        store.close()
    finally:
        own.stop()


def test_one_transaction_at_a_time_needs_one_connection(store: PostgresStore) -> None:
    """Statements are prepared once, and the database's caches behind the connection stay warm."""
    backends = [store.read(lambda session: session.value("SELECT pg_backend_pid()")) for _ in range(5)]
    store.write(put("a", "1"))
    assert backends == [backends[0]] * 5
    assert store._pool.get_stats()["pool_size"] == 1


def test_more_than_a_socket_takes_at_once_is_sent_and_answered(store: PostgresStore) -> None:
    """Each side fills up before the other has read."""
    much = "x" * 1_000_000

    def work(session: Session) -> list[str]:
        found = []
        for _ in range(3):
            for _ in range(4):
                session.do("SELECT CAST(:much AS text)", much=much)
            found.append(session.value("SELECT CAST(:much AS text)", much=much))
        return found

    assert store.write(work) == [much] * 3
