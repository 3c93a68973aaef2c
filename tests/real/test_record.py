"""The record proved from the command line: a key, seals, an anchor, and what happens when somebody touches the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.real.program import Program


def test_a_record_is_sealed_anchored_and_a_cut_is_found(tmp_path: Path) -> None:
    program = Program(tmp_path)
    floor = program.working_hours_floor()
    assert "holds seal key" in program.run("seal-key", "seal.key")
    assert "never replaced" in program.run("seal-key", "seal.key", code=1)
    proof = ("--seal-key", "seal.key", "--anchor", "anchors")
    for number in range(3):
        program.run("do", "add_person", "--name", f"Caller {number}", "--roles", "sdr", "--person", "Dana")
        assert program.json("seal", "--seal-key", "seal.key", "--person", "Dana")["events"] > 0
        assert "verified" in program.run("audit", *proof, "--person", "Dana")
    assert len((tmp_path / "anchors").read_text().splitlines()) == 3
    report = program.json("audit", "--person", "Dana")
    assert (report["seals"]["seals"], report["seals"]["verified"]) == (3, False)

    with closing(sqlite3.connect(floor)) as connection:
        for table in ("seal", "sealed_event"):
            connection.execute(f"DROP TRIGGER {table}_is_never_deleted")
            connection.execute(f"DELETE FROM {table} WHERE {'id' if table == 'seal' else 'seal_id'} = 3")
        connection.commit()
    said = program.run("audit", *proof, "--person", "Dana", code=1)
    assert "BROKEN, the chain was cut short" in said
    assert "knows seal 3, the floor ends at seal 2" in said
    assert len((tmp_path / "anchors").read_text().splitlines()) == 3


def test_a_key_that_others_can_read_is_refused_in_one_line(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.working_hours_floor()
    program.run("seal-key", "seal.key")
    (tmp_path / "seal.key").chmod(0o644)
    for words in (("audit", "--seal-key", "seal.key"), ("seal", "--seal-key", "seal.key")):
        assert program.run(*words, code=1).strip() == (
            "salesdesk: others can read or write the seal key seal.key; say: chmod 600 seal.key"
        )
    assert "no seal key is at hand" in program.run("seal", code=1)
