"""What was sealed cannot be changed, taken away or added to unseen; what is sealed late is sealed all the same."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Thread
from typing import Any

import psycopg
import pytest

from salesdesk.clock import ManualClock
from salesdesk.desk import sealing
from salesdesk.desk.auditing import AuditReport, RunAudit
from salesdesk.desk.chain import SealReport
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import open_counter
from salesdesk.desk.sealing import Anchor, SealEvents
from salesdesk.line.seals import SealKey
from salesdesk.store import events
from salesdesk.store.seals import EVENT
from tests.floors import MORNING, TestFloor
from tests.steps import rows, tamper, value, work

# Keys are with whoever opens the floor; through a server they are its own (see tests/server/test_record.py).
pytestmark = pytest.mark.engines("sqlite", "postgres")
KEY = SealKey.of(bytes(range(32)))
NEWER = SealKey.of(bytes(range(1, 33)))
GUARDED = ("event", "seal", "sealed_event")
OUTCOMES = ("no_answer", "no", "meeting", "voicemail", "do_not_call", "no_answer")


def hand_keys(floor: TestFloor, *keys: SealKey) -> None:
    """Open the floor with these keys."""
    floor.counter = sealing.holding(floor.counter, keys)


def seal(floor: TestFloor, key: SealKey = KEY) -> int:
    """What the server's timer does."""
    return sealing.seal_now(floor.counter, key)


def report(floor: TestFloor, anchors: Sequence[Anchor] = ()) -> SealReport:
    """What the audit says of the seals."""
    found: AuditReport = floor.run("Sam", RunAudit(anchors=tuple(anchors)))
    return found.seals


def anchor(floor: TestFloor) -> Anchor:
    """What is remembered outside now."""
    found = sealing.head_of(floor.counter)
    assert found is not None
    return found


def unguard(floor: TestFloor) -> None:
    """Somebody who can write the floor takes the triggers away first."""
    if "://" in floor.target:
        for table in GUARDED:
            tamper(floor, f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return
    for each in rows(floor, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        tamper(floor, f"DROP TRIGGER {each['name']}")


@pytest.fixture
def sealed(floor: TestFloor) -> TestFloor:
    """A floor at work, sealed after every call."""
    hand_keys(floor, KEY)
    for outcome in OUTCOMES:
        work(floor, outcome)
        seal(floor)
    return floor


def test_a_floor_at_work_is_sealed_and_verified(sealed: TestFloor) -> None:
    found = report(sealed, [anchor(sealed)])
    events = value(sealed, "SELECT count(*) FROM event")
    assert (found.seals, found.sealed, found.unsealed) == (len(OUTCOMES), events, 0)
    assert (found.verified, found.fault) == (True, "")
    assert found.head == anchor(sealed)


def test_what_is_not_sealed_yet_is_counted_and_no_fault(sealed: TestFloor) -> None:
    work(sealed, "no")
    found = report(sealed)
    assert (found.unsealed, found.fault) == (3, "")
    assert seal(sealed) == 3
    assert report(sealed).unsealed == 0


def test_with_nothing_to_seal_nothing_is_written(sealed: TestFloor) -> None:
    watcher = open_counter(sealed.target, ManualClock(MORNING))
    try:
        before = watcher.store.version()
        assert seal(sealed) == 0
        assert watcher.store.version() == before
    finally:
        watcher.store.close()


def test_a_long_backlog_is_sealed_in_batches(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 4)
    monkeypatch.setattr(sealing, "IN_ONE_GO", 2)
    hand_keys(floor, KEY)
    for outcome in OUTCOMES:
        work(floor, outcome)
    events = value(floor, "SELECT count(*) FROM event")
    assert seal(floor) == 8
    done = floor.run("Sam", SealEvents())
    assert done.events == events - 8
    assert done.head == anchor(floor)
    found = report(floor)
    assert (found.seals, found.sealed, found.fault) == (-(-events // 4), events, "")


def test_the_audit_without_a_key_says_that_nothing_was_verified(sealed: TestFloor) -> None:
    kept = anchor(sealed)
    hand_keys(sealed)
    found = report(sealed, [kept])
    assert (found.verified, found.fault, found.sealed) == (False, "", kept.events)
    assert "written" in report(sealed, [kept.model_copy(update={"mac": "0" * 64})]).fault


def test_only_leaders_seal_and_only_with_a_key(floor: TestFloor) -> None:
    with pytest.raises(Refused, match="no seal key is at hand"):
        floor.run("Sam", SealEvents())
    hand_keys(floor, KEY)
    with pytest.raises(Refused, match="seal_events is for"):
        floor.run("Dana", SealEvents())
    assert value(floor, "SELECT count(*) FROM seal") == 0


def test_keys_rotate(sealed: TestFloor) -> None:
    work(sealed, "no")
    seal(sealed, NEWER)
    assert "a key that was not given" in report(sealed).fault
    hand_keys(sealed, NEWER, KEY)
    assert report(sealed).fault == ""
    hand_keys(sealed, NEWER)
    assert report(sealed).fault.startswith("seal 1 was made with a key that was not given")


# --- what comes late ----------------------------------------------------------------------------------------------


def add_event(floor: TestFloor, seconds_ago: int) -> int:
    """An event whose id is lower than the newest: committed late, or put there by hand."""
    newest = value(floor, "SELECT max(id) FROM event")
    late = newest - seconds_ago * 1_000_000 - 1
    others = ", ".join(EVENT[1:])
    tamper(floor, f"INSERT INTO event (id, {others}) SELECT ?, {others} FROM event WHERE id = ?", late, newest)
    return int(late)


def test_an_event_that_commits_late_with_a_lower_id_is_sealed_next_time(sealed: TestFloor) -> None:
    sealed.clock.forward(60)
    work(sealed, "no")
    seal(sealed)
    late = add_event(sealed, 30)
    assert report(sealed).fault == ""
    assert seal(sealed) == 1
    assert value(sealed, "SELECT seal_id FROM sealed_event WHERE event_id = ?", late) == len(OUTCOMES) + 2
    work(sealed, "no")
    assert seal(sealed) == 3
    found = report(sealed)
    assert (found.unsealed, found.fault) == (0, "")


@pytest.mark.engines("postgres")
def test_a_transaction_that_was_slow_to_commit_is_sealed_next_time(sealed: TestFloor) -> None:
    sealed.clock.forward(60)
    others = ", ".join(EVENT[1:])
    with psycopg.connect(sealed.target) as slow:
        slow.execute(
            f"INSERT INTO event (id, {others}) SELECT next_event_id(%s), {others} FROM event"
            " WHERE id = (SELECT max(id) FROM event) RETURNING id",
            [events.id_floor(sealed.clock.now())],
        )
        work(sealed, "no")
        assert seal(sealed) == 3
    assert seal(sealed) == 1
    found = report(sealed)
    assert (found.unsealed, found.fault) == (0, "")
    slow_id, before = (each["first_id"] for each in rows(sealed, "SELECT first_id FROM seal ORDER BY id DESC LIMIT 2"))
    assert slow_id < before


def test_an_event_added_to_the_past_is_found_and_never_sealed_by_itself(sealed: TestFloor) -> None:
    added = add_event(sealed, 600)
    work(sealed, "no")
    assert seal(sealed) == 3
    assert report(sealed).fault.startswith(f"event {added} is in no seal, although later ones were sealed long ago")
    assert report(sealed).head is None
    assert sealed.run("Sam", SealEvents(late=True)).events == 1
    assert report(sealed).fault == ""
    assert add_event(sealed, 300) != added
    work(sealed, "no")
    assert seal(sealed) == 3, "sealing one late event opens no door to others"


# --- anchors ------------------------------------------------------------------------------------------------------


def cut(floor: TestFloor, seals: int) -> None:
    """Take the last seals away, with all that is in them."""
    unguard(floor)
    kept = value(floor, "SELECT max(id) FROM seal") - seals
    tamper(floor, "DELETE FROM event WHERE id IN (SELECT event_id FROM sealed_event WHERE seal_id > ?)", kept)
    tamper(floor, "DELETE FROM sealed_event WHERE seal_id > ?", kept)
    tamper(floor, "DELETE FROM seal WHERE id > ?", kept)


def test_a_tail_that_was_cut_off_is_seen_by_the_anchor_alone(sealed: TestFloor) -> None:
    kept = anchor(sealed)
    cut(sealed, 2)
    assert report(sealed).fault == ""
    assert report(sealed, [kept]).fault == (
        "the chain was cut short: the anchor of 2026-11-19 15:30 UTC knows seal 6, the floor ends at seal 4"
    )
    cut(sealed, 4)
    assert report(sealed, [kept]).fault.endswith("the floor has no seal")


def test_a_tail_that_was_cut_off_and_grew_again_is_seen(sealed: TestFloor) -> None:
    kept = anchor(sealed)
    cut(sealed, 1)
    for _ in range(2):
        work(sealed, "no")
        seal(sealed)
    after = anchor(sealed)
    assert report(sealed, [after]).fault == ""
    assert "seal 6 is not the one that the anchor of 2026-11-19 15:30 UTC knows" in report(sealed, [kept, after]).fault


def test_a_chain_written_anew_with_the_key_itself_is_seen(sealed: TestFloor) -> None:
    kept = anchor(sealed)
    unguard(sealed)
    for table in ("seal", "sealed_event"):
        tamper(sealed, f"DELETE FROM {table}")
    tamper(sealed, "UPDATE event SET person_id = person_id + 1 WHERE kind = 'recorded'")
    seal(sealed)
    assert report(sealed).fault == ""
    assert "written" in report(sealed, [kept.model_copy(update={"seal": 1})]).fault
    assert "cut short" in report(sealed, [kept]).fault


# --- several servers ----------------------------------------------------------------------------------------------


def test_two_servers_that_seal_at_once_make_one_chain(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 2)
    hand_keys(floor, KEY)
    for outcome in OUTCOMES:
        work(floor, outcome)
    servers = [open_counter(floor.target, floor.clock) for _ in range(3)]
    threads = [Thread(target=lambda each=each: [sealing.seal_now(each, KEY) for _ in range(8)]) for each in servers]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for each in servers:
            each.store.close()
    seal(floor)
    found = report(floor)
    assert (found.unsealed, found.fault) == (0, "")


def test_whoever_seals_second_lets_the_first_win(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_keys(floor, KEY)
    work(floor, "no")
    store = floor.counter.store
    write = store.write

    def overtaken(change: Any) -> Any:
        monkeypatch.setattr(store, "write", write)
        assert seal(floor) > 0
        return write(change)

    monkeypatch.setattr(store, "write", overtaken)
    assert seal(floor) == 0
    assert report(floor).fault == ""
    assert value(floor, "SELECT count(*) FROM seal") == 1
