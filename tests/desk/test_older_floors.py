"""A floor at work before people had shifts, companies one voice and meetings a diary: it is opened, and works on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from salesdesk.desk.floor import mark
from salesdesk.desk.suppressing import OptOut
from salesdesk.store import schema
from salesdesk.store.postgres import PostgresStore
from salesdesk.store.sqlite import SqliteStore
from tests.floors import TestFloor, csv_of, import_rows, make_floor, open_floor
from tests.postgres import server
from tests.steps import HOUR, assert_clean, claim, dial, nothing, record, rows, undo, value, work

BEFORE = 3
"""Steps of the schema that such a floor has."""
FIGURES = (
    "SELECT campaign_id, band, leads FROM campaign_band ORDER BY band",
    "SELECT campaign_id, account_id, leads FROM campaign_account ORDER BY account_id",
    "SELECT campaign_id, lead_id, tried, reached, conversed FROM reach ORDER BY lead_id",
)


def tables(floor: TestFloor) -> dict[str, list[dict[str, Any]]]:
    """Everything that stands in a floor, by table."""
    where = (
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        if "://" in floor.target
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    names = [each["name"] for each in rows(floor, where)]
    return {name: rows(floor, f"SELECT * FROM {name}") for name in names if "migration" not in name}


def put_into_sqlite(path: Path, data: dict[str, list[dict[str, Any]]]) -> None:
    SqliteStore(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        for table, found in data.items():
            columns = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
            if columns:
                connection.execute(f"DELETE FROM {table}")
                marks = ", ".join("?" * len(columns))
                sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                connection.executemany(sql, [[each[name] for name in columns] for each in found])
        connection.commit()


def put_into_postgres(url: str, data: dict[str, list[dict[str, Any]]]) -> None:
    PostgresStore(url, create=True).close()
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, found in data.items():
            query = (
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
            )
            columns = [each[0] for each in connection.execute(query, [table])]
            if columns:
                connection.execute(f"DELETE FROM {table}".encode())
                marks = ", ".join(["%s"] * len(columns))
                sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})".encode()
                connection.cursor().executemany(sql, [[each[name] for name in columns] for each in found])
        connection.execute(b"SELECT setval('event_id', (SELECT max(id) FROM event))")


def work_a_morning(floor: TestFloor) -> None:
    """Outcomes of every kind that such a floor knew, an undone one, an opt-out, and a call that is still on."""
    for outcome in ("no_answer", "not_now", "gatekeeper", "no", "call_back", "voicemail", "referred"):
        work(floor, outcome)
        floor.clock.forward(60)
    work(floor, "no")
    undo(floor)
    card = claim(floor, "Ito")
    dial(floor, card, "Ito")
    floor.ask("Ito", OptOut(ticket=card.ticket, token=card.token))
    work(floor, "not_now", "Ito")


def work_on(floor: TestFloor) -> None:
    """What was done under the older schema is undone and followed up under this one."""
    record(floor, claim(floor), "no_answer")
    undo(floor, "Ito")
    record(floor, claim(floor, "Ito"), "meeting", "Ito", slot="2026-11-24T16:30:00+00:00")
    assert value(floor, "SELECT count(*) FROM meeting WHERE state = 'booked'") == 1
    floor.clock.forward(6 * HOUR)
    for outcome in ("bad_record", "no", "no_answer"):
        work(floor, outcome)


@contextmanager
def older_floor(
    data: dict[str, list[dict[str, Any]]], steps: int, engine: str, folder: Path, now: int
) -> Iterator[TestFloor]:
    """A floor that was made with the first steps of the schema and holds this, opened today."""
    every = schema.steps()
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        target = str(folder / "older.floor")
        if engine == "postgres":
            target = stack.enter_context(server().database())
        patch.setattr(schema, "steps", lambda: every[:steps])
        if engine == "postgres":
            put_into_postgres(target, data)
        else:
            put_into_sqlite(Path(target), data)
        patch.setattr(schema, "steps", lambda: every)
        yield stack.enter_context(open_floor(target, now))


@pytest.mark.engines("sqlite", "postgres")
def test_a_floor_of_an_older_schema_works_on_and_adds_up(tmp_path: Path, engine: str) -> None:
    with make_floor(tmp_path, ends_on="2026-12-18") as floor:
        work_a_morning(floor)
        data, figures = tables(floor), [rows(floor, sql) for sql in FIGURES]
        now = floor.clock.time
    with older_floor(data, BEFORE, engine, tmp_path, now) as older:
        assert [rows(older, sql) for sql in FIGURES] == figures
        assert value(older, "SELECT last_day FROM campaign") == "2026-12-18"
        assert_clean(older)
        work_on(older)
        assert_clean(older)


@pytest.mark.engines("sqlite", "postgres")
def test_what_was_one_company_under_two_names_is_one_and_stays_off(tmp_path: Path, engine: str) -> None:
    """Who took "Acme Pty Ltd" off the list, when it was another company than "Acme", is not called under that name."""
    people = [
        [f"P{n}", f"Q{n}", "", f"+1212555010{n}", "Owner", ("Acme", "Bolt")[n % 2], "", "", "US"] for n in range(4)
    ]
    with make_floor(tmp_path, data=csv_of(people)) as floor:
        work(floor, "no_answer")
        bolt = value(floor, "SELECT min(l.id) FROM lead l JOIN account a ON a.id = l.account_id WHERE a.name = 'Bolt'")
        floor.ask("Cleo", OptOut(lead=bolt, scope="company"))
        now, data = floor.clock.time, tables(floor)
        secret = bytes.fromhex(value(floor, "SELECT value FROM floor WHERE key = 'secret'"))
        old, new = (mark(secret, "company", key) for key in ("bolt", "acme pty"))
    for each in data["account"]:
        if each["name"] == "Bolt":
            each |= {"name": "Acme Pty Ltd", "name_key": "acme pty"}
    for each in data["suppression"]:
        each["mark"] = new if each["mark"] == old else each["mark"]
    with older_floor(data, 7, engine, tmp_path, now) as older:
        assert rows(older, "SELECT name, name_key FROM account") == [{"name": "Acme", "name_key": "acme"}]
        assert value(older, "SELECT count(DISTINCT account_id) FROM lead") == 1
        assert value(older, "SELECT sum(leads) FROM campaign_account") == 4
        assert import_rows(older, csv_of([["Z", "Y", "", "+12125550109", "", "Acme LLC", "", "", "US"]])).leads == 1
        nothing(older)
        assert_clean(older)
