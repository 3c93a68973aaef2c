"""Eight stations started at once on a file that nobody has made yet: all of them get a floor, one and the same."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from salesdesk.store import schema

REPOSITORY = Path(__file__).parents[2]
OPEN = """
import sys
from pathlib import Path
from salesdesk.store import counters
from salesdesk.store.sqlite import SqliteStore
print("ready", flush=True)
sys.stdin.readline()
store = SqliteStore(Path(sys.argv[1]), create=True)
print(store.write(lambda session: counters.take(session, "person")), flush=True)
store.close()
"""
FLOOR = """
import sys
from pathlib import Path
from salesdesk.desk.local import create_floor, open_counter
from salesdesk.store.session import StoreError
print("ready", flush=True)
sys.stdin.readline()
try:
    create_floor(Path(sys.argv[1]), name="x", zone="Europe/Berlin")
    print("made", end=" ")
except StoreError:
    print("found", end=" ")
counter = open_counter(sys.argv[1])
print(counter.settings.secret.hex(), flush=True)
counter.store.close()
"""


def together(code: str, path: Path) -> list[str]:
    """What eight processes say that begin at the same moment."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            text=True,
        )
        for _ in range(8)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = []
    for child in children:
        out, wrong = child.communicate(timeout=60)
        assert child.returncode == 0, wrong
        said.append(out.strip())
    return said


def test_eight_stations_make_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "new.floor"
    assert sorted(together(OPEN, path)) == [str(n) for n in range(1, 9)]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM _sqlite_migrations").fetchone()[0] == len(schema.steps())
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_eight_stations_make_one_floor_with_one_secret(tmp_path: Path) -> None:
    said = [line.split() for line in together(FLOOR, tmp_path / "new.floor")]
    assert sorted(word for word, _ in said) == ["found"] * 7 + ["made"]
    assert len({secret for _, secret in said}) == 1
