"""What commands print is as safe as what screens paint."""

from __future__ import annotations

import pytest

from salesdesk.headless import say, say_json

HOSTILE = "Ann\x1b]0;owned\x07 \x9b2J\u202eeoJ"


def test_no_escape_reaches_the_terminal_of_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{HOSTILE}\nnext")
    told = capsys.readouterr().out
    assert told.splitlines()[1:] == ["next"]
    assert told.startswith("Ann")
    assert all(each.isprintable() for each in told.replace("\n", ""))


def test_json_is_plain_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"name": HOSTILE})
    told = capsys.readouterr().out
    assert told.isascii()
    assert "\x1b" not in told
