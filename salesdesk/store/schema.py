"""The schema's ordered steps: found, read for one engine, and applied once."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.store.session import StoreError

if TYPE_CHECKING:
    import sqlite3

_SUFFIX = re.compile(r"\s*-- (sqlite|postgres)\s*$")
LEDGER = "salesdesk"


@dataclass(frozen=True, slots=True)
class Step:
    """One file of migrations/: SQL statements, or Python with an `up(run)` for data."""

    name: str
    path: Path


def folder() -> Path:
    """Where the steps are: inside the package in a wheel, beside it in a checkout or editable install."""
    here = Path(__file__).resolve().parent.parent
    for place in (here / "migrations", here.parent / "migrations"):
        if place.is_dir():
            return place
    raise StoreError("this installation of salesdesk lacks its migrations folder")


@cache
def steps() -> tuple[Step, ...]:
    """All steps in order."""
    files = sorted(p for p in folder().iterdir() if re.match(r"\d{4}_\w+\.(sql|py)$", p.name))
    return tuple(Step(path.stem, path) for path in files)


def statements(sql: str, engine: str) -> list[str]:
    """The statements of a step for one engine, each ended by a semicolon at the end of a line and outside of quotes;
    lines marked for the other engine are left out."""
    kept = []
    for line in sql.splitlines():
        mark = _SUFFIX.search(line)
        if mark and mark[1] != engine:
            continue
        kept.append(_SUFFIX.sub("", line) if mark else line)
    text = "\n".join(line for line in kept if not line.lstrip().startswith("--"))
    found = [""]
    for part in re.split(r"(;\s*\n)", text + "\n"):
        inside = found[-1].count("'") % 2
        if part.startswith(";") and not inside:
            found.append("")
        else:
            found[-1] += part
    return [statement.strip() for statement in found if statement.strip()]


def apply_step(step: Step, engine: str, run: Callable[[str], object]) -> None:
    """Run one step's statements through `run`."""
    if step.path.suffix == ".py":
        runpy.run_path(str(step.path))["up"](run)
        return
    for statement in statements(step.path.read_text(encoding="utf-8"), engine):
        run(statement)


def missing(applied: Collection[str]) -> list[Step]:
    """The steps that a floor lacks; raises StoreError when it has some from a newer salesdesk."""
    if newer := set(applied) - {step.name for step in steps()}:
        raise StoreError(f"this floor was written by a newer salesdesk ({max(newer)}); update this one first")
    return [step for step in steps() if step.name not in applied]


def ours(connection: sqlite3.Connection) -> bool:
    """Whether a file is a floor, or holds nothing at all yet; anything else is somebody's and is left alone."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "_sqlite_migrations" in tables:
        sets = {row[0] for row in connection.execute("SELECT DISTINCT migration_set FROM _sqlite_migrations")}
        return LEDGER in sets or (not sets and tables == {"_sqlite_migrations"})
    return not tables


def pending_sqlite(connection: sqlite3.Connection) -> bool:
    """Whether a step is missing from the file; raises StoreError when the file is from a newer salesdesk."""
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if table is None:
        return True
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", [LEDGER])
    return bool(missing({row[0] for row in rows}))


def migrate_sqlite(connection: sqlite3.Connection) -> None:
    """Apply what is missing, inside the transaction that the caller has begun (see `SqliteStore`)."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations(LEDGER)
    for step in steps():

        def up(database: Database, step: Step = step) -> None:
            apply_step(step, "sqlite", database.conn.execute)

        migrations(name=step.name)(up)
    migrations.apply(Database(connection))
