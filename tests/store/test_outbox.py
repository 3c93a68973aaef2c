"""What is typed at a station is on its disk, in order, and leaves only when the floor has it."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from salesdesk.store.outbox import NotKept, Outbox, Unsent, waiting_at
from salesdesk.store.session import StoreError


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "floor-1.outbox")
    yield made
    made.close()


def put(box: Outbox, key: str) -> Unsent:
    return box.put(key=key, operation="skip", body="{}", about="Ann", at=7)


def test_the_oldest_goes_first_and_again_until_it_is_sent(box: Outbox) -> None:
    first, second = put(box, "b"), put(box, "a")
    assert box.next() == first
    box.sent(first.id, "{}")
    assert box.next() == second


def test_the_same_key_is_the_same_row(box: Outbox) -> None:
    assert put(box, "k") == put(box, "k")
    assert box.standing() == [(1, False)]


def test_it_is_there_after_a_restart(box: Outbox) -> None:
    row = put(box, "k")
    again = Outbox(box.path)
    assert again.next() == row
    again.close()


def test_what_is_put_in_survives_a_power_cut(box: Outbox) -> None:
    asked = {name: box._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert asked == {"journal_mode": "wal", "synchronous": 2}, "each commit waits for the disk"


def test_what_was_refused_stays_and_stands_aside(box: Outbox) -> None:
    first, second = put(box, "a"), put(box, "b")
    box.refuse(first.id, "lost_hold", "not yours")
    assert box.next() == second
    assert [(row.id, row.code, row.reply) for row in box.conflicts()] == [(first.id, "lost_hold", "not yours")]
    box.again(first.id)
    assert box.next() is not None
    assert box.conflicts() == []


def test_nobody_else_can_read_it(box: Outbox) -> None:
    put(box, "k")
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in box.path.parent.glob("floor-1*"))


def test_one_program_sends_at_a_time(box: Outbox) -> None:
    other = Outbox(box.path)
    with box.sending() as mine, other.sending() as theirs:
        assert (mine, theirs) == (True, False)
    with other.sending() as theirs:
        assert theirs
    other.close()


def test_what_waits_at_a_floor_is_counted_for_everybody(box: Outbox) -> None:
    put(box, "k")
    assert waiting_at(box.path.parent, "floor") == 1
    assert waiting_at(box.path.parent, "other") == 0


def test_what_lies_in_an_outbox_of_another_name_is_taken_over_as_it_stands(box: Outbox) -> None:
    before = Outbox(box.path.with_name("before-1.outbox"))
    refused, unsent, done = put(before, "a"), put(before, "b"), put(before, "c")
    before.refuse(refused.id, "lost_hold", "not yours")
    before.sent(done.id, "{}")
    box.take_over(before.path)
    assert [(row.key, row.code, row.reply, row.about, row.at) for row in box.conflicts()] == [
        ("a", "lost_hold", "not yours", "Ann", 7)
    ]
    assert box.next() == unsent._replace(id=2)
    assert before.standing() == []
    before.close()


def test_what_another_program_is_sending_is_not_taken_from_it(box: Outbox) -> None:
    before = Outbox(box.path.with_name("before-1.outbox"))
    put(before, "a")
    with before.sending():
        box.take_over(before.path)
    assert box.next() is None
    before.close()


def test_a_file_that_is_no_outbox_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.outbox"
    path.write_bytes(b"not a database at all, but quite long enough to be taken for one" * 20)
    with pytest.raises(StoreError, match="move that file away"):
        Outbox(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_full_disk_is_said_and_the_file_is_not_to_be_moved_away(box: Outbox) -> None:
    put(box, "k")
    box._connection.execute("PRAGMA max_page_count = 1")
    with pytest.raises(NotKept, match=r"it was not saved: .* is full.*free some space") as caught:
        box.put(key="l", operation="skip", body="x" * 100_000, about="", at=7)
    assert "move" not in str(caught.value)
    assert len(box.standing()) == 1


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("x")
    with pytest.raises(StoreError, match=r"cannot be kept in .*1\.outbox .*see that you may write"):
        Outbox(tmp_path / "outbox" / "1.outbox")


def test_a_folder_in_the_place_of_an_outbox_is_said(tmp_path: Path) -> None:
    (tmp_path / "x-1.outbox").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        waiting_at(tmp_path, "x")


def test_nobody_has_to_be_able_to_write_who_is_writing(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("salesdesk.store.gate.os.pwrite", full)
    put(box, "k")
    with ThreadPoolExecutor() as other:
        assert other.submit(box.next).result(5) is not None


def test_an_outbox_that_was_deleted_takes_nothing_more(box: Outbox) -> None:
    """What is put into it would end with this program."""
    kept = put(box, "k")
    box.path.unlink()
    with pytest.raises(NotKept, match="was moved, deleted or replaced"):
        put(box, "l")
    assert box.next() == kept  # what it has is sent from here all the same


def test_damaged_text_can_be_read_and_refused(box: Outbox) -> None:
    row = put(box, "k")
    box._connection.execute("UPDATE unsent SET body = CAST(x'7bff22' AS TEXT)")
    assert box.next() == row._replace(body='{\ufffd"')
