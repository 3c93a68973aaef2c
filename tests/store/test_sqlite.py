"""One file, many processes: durable, fair, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from salesdesk.store import counters, floor
from salesdesk.store.gate import Gate
from salesdesk.store.session import StoreError
from salesdesk.store.sqlite import SqliteStore, refuse_network_file_system


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "a.floor", create=True)
    yield made
    made.close()


def put(key: str, value: str) -> Any:
    return lambda session: floor.put(session, key, value)


def test_every_connection_is_wal_and_full(store: SqliteStore) -> None:
    def pragmas(session: Any) -> tuple[Any, ...]:
        return tuple(session.value(f"PRAGMA {name}") for name in ("journal_mode", "synchronous", "trusted_schema"))

    def in_thread() -> tuple[Any, ...]:
        return store.read(pragmas)

    with ThreadPoolExecutor(3) as pool:
        seen = [
            store.write(pragmas),
            store.read(pragmas),
            *(each.result() for each in [pool.submit(in_thread) for _ in range(6)]),
        ]
    assert set(seen) == {("wal", 2, 0)}


def test_ids_that_were_not_saved_are_given_out_again(store: SqliteStore) -> None:
    class Crash(BaseException):
        pass

    def half(session: Any) -> None:
        counters.take(session, "lead", 50)
        raise Crash

    with pytest.raises(Crash):
        store.write(half)
    assert store.write(lambda session: counters.take(session, "lead")) == 1


def test_a_reader_that_fails_can_read_again(store: SqliteStore) -> None:
    with pytest.raises(ZeroDivisionError):
        store.read(lambda session: 1 // 0)
    with pytest.raises(StoreError, match="cannot be read"):
        store.read(lambda session: session.all("SELECT * FROM nowhere"))
    assert store.read(floor.settings) == {}


def test_the_version_moves_when_another_process_writes(store: SqliteStore, tmp_path: Path) -> None:
    before = store.version()
    assert store.version() == before
    other = SqliteStore(tmp_path / "a.floor")
    other.write(put("a", "1"))
    assert store.version() != before
    other.close()


def test_threads_of_one_process_take_turns(store: SqliteStore) -> None:
    """Read, think, write: without the turnstile some of these additions would be lost."""

    def add(session: Any) -> None:
        now = int(floor.settings(session).get("n", "0"))
        time.sleep(0)  # lets the other threads run just here, where they would do harm
        floor.put(session, "n", str(now + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.write(add), range(100)))
    assert store.read(floor.settings) == {"n": "100"}


def test_two_names_of_one_file_share_one_turnstile(tmp_path: Path) -> None:
    """Otherwise whoever comes through a link would not wait for the others."""
    (tmp_path / "here").mkdir()
    store = SqliteStore(tmp_path / "here" / "a.floor", create=True)
    (tmp_path / "link.floor").symlink_to(tmp_path / "here" / "a.floor")
    other = SqliteStore(tmp_path / "link.floor")
    assert other.path == store.path
    assert list(tmp_path.glob("**/*-gate")) == [tmp_path / "here" / "a.floor-gate"]
    other.close()
    store.close()


# --- the turnstile ----------------------------------------------------------------------------------------------


def test_the_gate_lets_one_thread_in(tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    inside, most = 0, 0

    def pass_through(_: int) -> None:
        nonlocal inside, most
        with gate:
            inside += 1
            most = max(most, inside)
            time.sleep(0)
            inside -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pass_through, range(200)))
    assert most == 1
    gate.close()


def test_the_gate_keeps_other_processes_out_until_its_holder_dies(tmp_path: Path) -> None:
    """The kernel opens it again when the holder is killed: no lock outlives its process."""
    import signal
    import subprocess
    import sys

    code = (
        "import sys, time; from pathlib import Path; from salesdesk.store.gate import Gate\n"
        "with Gate(Path(sys.argv[1])):\n    print('in', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "gate")], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"in\n"
    gate = Gate(tmp_path / "gate")
    assert gate.holder() is not None
    assert (gate.holder() or (0, 0))[0] == child.pid
    passed = threading.Event()

    def enter() -> None:
        with gate:
            passed.set()

    thread = threading.Thread(target=enter)
    thread.start()
    assert not passed.wait(0.05)
    child.send_signal(signal.SIGKILL)
    thread.join()
    assert passed.is_set()
    child.wait()
    child.stdout.close()
    gate.close()


def test_whoever_is_writing_can_be_named(store: SqliteStore) -> None:
    assert store.blocker() is None
    named: list[str | None] = []
    store.write(lambda session: named.append(store.blocker()))
    assert (named[0] or "").startswith("this program, since ")


def open_files() -> dict[int, str]:
    """The descriptors of this process and what they are open on."""
    found = {}
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found[int(each.name)] = str(each.readlink())
    return found


def test_no_child_inherits_the_turnstile(store: SqliteStore) -> None:
    gates = [number for number, name in open_files().items() if name.endswith("-gate")]
    assert gates
    assert not any(os.get_inheritable(number) for number in gates)


# --- files that are no floor ------------------------------------------------------------------------------------


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="salesdesk init"):
        SqliteStore(tmp_path / "none.floor")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database, just text\n" * 200, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.floor"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a floor that can be opened"):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_file_without_a_floor_in_it_is_told(tmp_path: Path) -> None:
    from salesdesk.desk.local import create_floor, open_counter

    SqliteStore(tmp_path / "a.floor", create=True).close()
    with pytest.raises(StoreError, match="without a floor in it"):
        open_counter(str(tmp_path / "a.floor"))
    create_floor(tmp_path / "a.floor", name="x", zone="Europe/Berlin")
    with pytest.raises(StoreError, match="already"):
        create_floor(tmp_path / "a.floor", name="y", zone="Europe/Berlin")
    counter = open_counter(str(tmp_path / "a.floor"))
    assert counter.settings.name == "x"
    counter.store.close()


def test_a_floor_file_is_for_its_owner_only(store: SqliteStore) -> None:
    assert {path.stat().st_mode & 0o077 for path in store.path.parent.glob("a.floor*")} == {0}


@pytest.mark.parametrize(
    "kind",
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "lustre",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.glusterfs",
        "fuse.s3fs",
    ],
)
def test_a_network_file_system_is_refused_and_the_server_named(tmp_path: Path, kind: str) -> None:
    mounts = tmp_path / "mounts"
    place = "/srv/sales\\040floor"
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {place} {kind} rw 0 0\ntmpfs {place}/fast tmpfs rw 0 0\n")
    with pytest.raises(StoreError, match="salesdesk serve"):
        refuse_network_file_system(Path("/srv/sales floor/a.floor"), mounts)
    refuse_network_file_system(Path("/srv/sales floor/fast/a.floor"), mounts)
    refuse_network_file_system(Path("/srv/sales floors/a.floor"), mounts)
    refuse_network_file_system(Path("/home/a.floor"), mounts)
    refuse_network_file_system(Path("/home/a.floor"), tmp_path / "no mounts here")


def read_all(path: Path) -> dict[str, str]:
    store = SqliteStore(path)
    try:
        return store.read(floor.settings)
    finally:
        store.close()


def test_a_damaged_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.floor", create=True)
    store.write(put("a", "x" * 100_000))
    store.close()
    path = tmp_path / "a.floor"
    data = bytearray(path.read_bytes())
    data[4096 : len(data)] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    with pytest.raises(StoreError):
        read_all(path)


def test_nothing_is_written_into_a_file_that_is_no_longer_there(store: SqliteStore, tmp_path: Path) -> None:
    """SQLite would go on in the deleted file, and everything acknowledged since would be gone with it."""

    def refused() -> None:
        for ask in (lambda: store.write(put("a", "2")), store.version):
            with pytest.raises(StoreError, match="moved, deleted or replaced"):
                ask()

    store.write(put("a", "1"))
    away = store.path.rename(tmp_path / "away.floor")
    refused()
    away.rename(store.path)
    store.write(put("b", "1"))
    assert store.read(floor.settings) == {"a": "1", "b": "1"}
    away.write_bytes(store.path.read_bytes())
    away.replace(store.path)
    refused()


def test_nothing_is_left_open_after_close(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.floor", create=True)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.read(floor.settings), range(8)))
    store.close()
    assert not [name for name in open_files().values() if str(tmp_path) in name]
    with closing(sqlite3.connect(tmp_path / "a.floor")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


# --- files that are taken away under a running program -----------------------------------------------------------


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


@pytest.mark.parametrize("ending", ["", "-wal"])
@pytest.mark.parametrize("taken", [moved, replaced, Path.unlink])
def test_nothing_is_written_into_a_file_that_was_taken_away(store: SqliteStore, ending: str, taken: Any) -> None:
    store.write(put("a", "1"))
    path = store.path.with_name(store.path.name + ending)
    taken(path)
    with pytest.raises(StoreError, match=rf"{path.name} was moved, deleted or replaced"):
        store.write(put("a", "2"))
    with suppress(StoreError):
        store.read(floor.settings)
    assert store.path.exists() == (ending != "" or taken is replaced), "no reader makes an empty floor in its place"


def test_what_was_written_before_its_log_was_deleted_is_there_afterwards(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.floor", create=True)
    store.write(put("a", "1"))
    (tmp_path / "a.floor-wal").unlink()
    with pytest.raises(StoreError):
        store.write(put("a", "2"))
    store.close()
    again = SqliteStore(tmp_path / "a.floor")
    assert again.read(floor.settings) == {"a": "1"}
    again.close()


def test_whoever_comes_after_the_turnstile_was_deleted_still_waits(tmp_path: Path) -> None:
    path = tmp_path / "gate"
    early = Gate(path)
    path.unlink()
    late = Gate(path)
    with early, closing(path.open("rb+")) as there, pytest.raises(BlockingIOError):
        fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)
    early.close()
    late.close()


def test_a_damaged_file_is_told_in_a_sentence_whatever_is_asked(store: SqliteStore) -> None:
    def failing(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    store._connect = failing  # type: ignore[method-assign, assignment]
    for ask in (store.version, lambda: store.read(floor.settings)):
        with pytest.raises(StoreError, match=r"cannot be read now \(disk I/O error\)"):
            ask()


def test_a_file_that_is_given_to_a_group_can_be_opened_by_it(store: SqliteStore) -> None:
    store.close()
    store.path.chmod(0o660)
    again = SqliteStore(store.path)
    again.write(put("a", "1"))
    modes = {each.name: each.stat().st_mode & 0o777 for each in store.path.parent.glob("a.floor*")}
    again.close()
    assert modes == dict.fromkeys(("a.floor", "a.floor-gate", "a.floor-shm", "a.floor-wal"), 0o660)


@pytest.mark.parametrize("where", ["file/a.floor", "folder"])
def test_where_no_floor_can_be_made_is_told_in_a_sentence(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match=f"{where} cannot be a floor here: (Not|Is) a directory|File exists"):
        SqliteStore(tmp_path / where, create=True)
