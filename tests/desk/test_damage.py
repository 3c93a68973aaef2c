"""Whatever is changed in a sealed file, by a statement or by a bit on the disk, is found and named."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk.auditing import RunAudit
from salesdesk.desk.errors import Refused
from salesdesk.desk.sealing import Anchor
from salesdesk.store.seals import EVENT
from salesdesk.store.session import StoreError
from tests.desk.test_sealing import GUARDED, KEY, OUTCOMES, add_event, anchor, hand_keys, report, seal, unguard
from tests.floors import TestFloor, make_floor, open_floor
from tests.steps import rows, tamper, value, work

pytestmark = pytest.mark.engines("sqlite")


@dataclass(frozen=True)
class Original:
    """A sealed floor at rest in a file, of which every trial gets a copy."""

    path: Path
    anchor: Anchor

    @contextmanager
    def copy(self) -> Iterator[TestFloor]:
        path = self.path.with_name("trial.floor")
        shutil.copyfile(self.path, path)
        with open_floor(str(path)) as floor:
            hand_keys(floor, KEY)
            yield floor


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    with make_floor(tmp_path_factory.mktemp("sealed"), engine="sqlite") as floor:
        for number, outcome in enumerate(OUTCOMES, 1):
            work(floor, outcome)
            floor.clock.forward(2)
            if number % 2 == 0:
                seal(floor)
        unguard(floor)
        kept = anchor(floor)
    return Original(floor.path, kept)


def change_a_row(path: Path, table: str, place: int, column: int, how: str, new: object) -> bool:
    """Make one change to one row; False when it would change nothing."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        names = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
        row, name = found[place % len(found)], names[column % len(names)]
        if how == "delete":
            connection.execute(f"DELETE FROM {table} WHERE {names[0]} = ?", row[:1])
        else:
            try:
                connection.execute(f"UPDATE {table} SET {name} = ? WHERE {names[0]} = ?", (new, row[0]))
            except sqlite3.Error:
                return False
        connection.commit()
        return bool(connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() != found)


@settings(max_examples=80)
@given(
    table=st.sampled_from(GUARDED),
    place=st.integers(0, 99),
    column=st.integers(0, 11),
    how=st.sampled_from(["delete", "update", "update", "update"]),
    new=st.one_of(st.integers(-1, 2**62), st.text(max_size=20), st.binary(max_size=8), st.floats(allow_nan=False)),
)
def test_any_change_to_any_sealed_row_is_found(
    original: Original, table: str, place: int, column: int, how: str, new: object
) -> None:
    with original.copy() as floor:
        if not change_a_row(floor.path, table, place, column, how, new):
            return
        found = report(floor, [original.anchor])
        assert found.fault
        assert found.head is None


@pytest.mark.parametrize("column", EVENT[1:])
def test_every_column_of_an_event_is_sealed(original: Original, column: str) -> None:
    with original.copy() as floor:
        event = value(floor, "SELECT event_id FROM sealed_event WHERE seal_id = 3 ORDER BY 1 DESC LIMIT 1")
        odd = 77 if column in ("at", "map_version") or column.endswith("_id") else "odd"
        tamper(floor, f"UPDATE event SET {column} = ? WHERE id = ?", odd, event)
        assert report(floor).fault == f"seal 3 breaks at event {event}: it is not what was sealed"


def test_two_events_that_changed_places_are_found(original: Original) -> None:
    with original.copy() as floor:
        one, two = (each["id"] for each in rows(floor, "SELECT id FROM event ORDER BY id LIMIT 2 OFFSET 5"))
        for new, old in ((-1, one), (one, two), (two, -1)):
            tamper(floor, "UPDATE event SET id = ? WHERE id = ?", new, old)
        assert f"breaks at event {one}" in report(floor).fault


def test_an_event_slipped_into_a_seal_is_found(original: Original) -> None:
    with original.copy() as floor:
        added = add_event(floor, 1)
        tamper(floor, "INSERT INTO sealed_event SELECT ?, max(seal_id), max(mark) FROM sealed_event", added)
        assert "events were sealed" in report(floor).fault


def test_a_mark_of_a_seal_that_is_not_there_is_found(original: Original) -> None:
    with original.copy() as floor:
        added = add_event(floor, 1)
        tamper(floor, "INSERT INTO sealed_event VALUES (?, 99, '')", added)
        assert "events are marked as sealed, but the seals have" in report(floor).fault


def test_any_flipped_bit_of_a_stored_event_is_found(original: Original) -> None:
    chance = random.Random(17)
    with closing(sqlite3.connect(original.path)) as connection:
        stored = [each[0].encode() for each in connection.execute("SELECT data FROM event WHERE length(data) > 20")]
    content = original.path.read_bytes()
    for _ in range(40):
        place = content.index(chance.choice(stored)) + chance.randrange(20)
        damaged = bytearray(content)
        damaged[place] ^= 1 << chance.randrange(8)
        trial = replace(original, path=original.path.with_name("damaged.floor"))
        trial.path.write_bytes(damaged)
        with trial.copy() as floor:
            try:
                fault = report(floor).fault
            except (Refused, StoreError) as no:
                fault = str(no)
            assert "breaks at event" in fault, fault


def test_an_event_that_cannot_be_read_any_more_is_named(original: Original) -> None:
    with original.copy() as floor:
        event = value(floor, "SELECT id FROM event ORDER BY id LIMIT 1 OFFSET 7")
        tamper(floor, "UPDATE event SET data = CAST(x'ff22' AS TEXT) WHERE id = ?", event)
        with pytest.raises(Refused, match=f"seal 1 breaks at event {event}: the event cannot be read any more"):
            report(floor)


def test_an_event_that_makes_no_sense_is_a_finding_of_the_recount(original: Original) -> None:
    with original.copy() as floor:
        event = value(floor, "SELECT max(id) FROM event WHERE kind = 'recorded'")
        for data in ("{", '{"tickets": 7}', "[]", '{"tickets": [[1, "pool", 1e999, 0]]}'):
            tamper(floor, "UPDATE event SET data = ? WHERE id = ?", data, event)
            found = floor.run("Sam", RunAudit())
            assert ("event", str(event)) in {(each.what, each.which) for each in found.findings}
            assert found.seals.fault
