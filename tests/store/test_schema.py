"""The schema's steps: applied once, from any earlier state, by one of many."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from salesdesk.store import schema
from salesdesk.store.session import StoreError
from salesdesk.store.sqlite import SqliteStore


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            str(each[0])
            for each in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        ]


def test_the_steps_are_found_and_in_order() -> None:
    names = [step.name for step in schema.steps()]
    assert names[0].startswith("0001")
    assert names == sorted(names)
    assert len({name[:4] for name in names}) == len(names)


@pytest.mark.parametrize("count", range(len(schema.steps()) + 1))
def test_a_file_at_any_earlier_step_is_brought_to_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    fresh, old = tmp_path / "fresh.floor", tmp_path / "old.floor"
    SqliteStore(fresh, create=True).close()
    every = schema.steps()
    monkeypatch.setattr(schema, "steps", lambda: every[:count])
    SqliteStore(old, create=True).close()
    monkeypatch.setattr(schema, "steps", lambda: every)
    SqliteStore(old).close()
    assert tables(old) == tables(fresh)
    with closing(sqlite3.connect(old)) as connection:
        applied = [each[0] for each in connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id")]
    assert applied == [step.name for step in every]


def test_opening_again_applies_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.floor"
    for _ in range(3):
        SqliteStore(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0] == len(schema.steps())


def test_a_step_that_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.floor"
    bad = tmp_path / "9999_bad.sql"
    bad.write_text("CREATE TABLE half (a text);\nCREATE TABLE broken (;\n")
    every = schema.steps()
    monkeypatch.setattr(schema, "steps", lambda: (*every, schema.Step("9999_bad", bad)))
    with pytest.raises(StoreError, match="not a floor that can be opened"):
        SqliteStore(path, create=True)
    assert tables(path) == []
    monkeypatch.setattr(schema, "steps", lambda: every)
    SqliteStore(path).close()


def test_a_file_of_a_newer_salesdesk_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.floor"
    SqliteStore(path, create=True).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('salesdesk', '9000_future', 'now')"
        )
        connection.commit()
    with pytest.raises(StoreError, match=r"newer salesdesk .*update this one first"):
        SqliteStore(path)


def test_lines_of_the_other_engine_are_left_out() -> None:
    sql = (
        "CREATE TABLE a (\n id integer -- sqlite\n id bigint -- postgres\n);\n-- a remark\nDROP TABLE b; -- postgres\n"
    )
    assert schema.statements(sql, "sqlite") == ["CREATE TABLE a (\n id integer\n)"]
    assert schema.statements(sql, "postgres") == ["CREATE TABLE a (\n id bigint\n)", "DROP TABLE b"]


@pytest.mark.parametrize("step", schema.steps(), ids=lambda step: step.name)
def test_a_step_has_statements_for_both_engines(step: schema.Step) -> None:
    if step.path.suffix == ".sql":
        text = step.path.read_text()
        for engine, other in (("sqlite", "postgres"), ("postgres", "sqlite")):
            found = "\n".join(schema.statements(text, engine))
            assert found
            assert f"-- {other}" not in found


def test_a_data_step_runs_in_python(tmp_path: Path) -> None:
    path = tmp_path / "0002_data.py"
    path.write_text("def up(run):\n    run('one')\n    run('two')\n")
    ran: list[str] = []
    schema.apply_step(schema.Step("0002_data", path), "sqlite", ran.append)
    assert ran == ["one", "two"]
