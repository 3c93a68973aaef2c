"""A mistake of ours is told in one line, whatever else is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.crash import write_crash


def mistake() -> Exception:
    try:
        raise ZeroDivisionError("Ann Byron")
    except ZeroDivisionError as error:
        return error


def test_where_it_happened_is_written_down_and_nothing_of_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    log = tmp_path / "salesdesk" / "crash.log"
    assert write_crash(mistake()) == f"written to {log}"
    told = log.read_text()
    assert "ZeroDivisionError" in told
    assert "test_crash.py" in told
    assert "Ann" not in told


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert write_crash(mistake()) == "written nowhere (Not a directory)"
