"""What commands print is as safe as what screens paint."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from salesdesk.cli import app
from salesdesk.desk.errors import BadRequest
from salesdesk.headless.doing import do, list_operations
from salesdesk.headless.telling import say, say_json
from salesdesk.store.gate import Gate
from tests.desk.test_meetings import booked
from tests.floors import make_floor
from tests.remote.lines import until
from tests.steps import value

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


def test_a_list_with_a_long_file_name_is_taken_in_under_its_start(tmp_path: Path) -> None:
    file = tmp_path / f"{'a' * 100}.csv"
    file.write_text("Name,Phone\nAnn Lee,+12125550100\n")
    with make_floor(tmp_path, leads=0, release=False) as floor:
        done = CliRunner().invoke(app, ["import", str(file), "--floor", floor.target, "--person", "Cleo"])
        assert done.exit_code == 0, done.output
        assert value(floor, "SELECT name FROM lead_list") == "a" * 80


@pytest.mark.parametrize("option", ["--name", "--supplier", "--region"])
def test_what_does_not_fit_an_import_is_said_in_one_line(tmp_path: Path, option: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Name,Phone\nAnn Lee,+12125550100\n")
    done = CliRunner().invoke(app, ["import", str(file), option, "USA" * 30, "--floor", str(tmp_path / "none.db")])
    assert isinstance(done.exception, BadRequest)
    assert str(done.exception).startswith(f"{option[2:]}: String should have at most")


@pytest.mark.parametrize("at", ["9999-12-31T23:59:00Z", "0001-01-01T00:00:00Z"])
def test_a_time_out_of_reach_is_refused(at: str) -> None:
    done = CliRunner().invoke(app, ["may-call", "+12125550123", "--at", at])
    assert isinstance(done.exception, BadRequest)
    assert "1970 to 2100" in str(done.exception)
    done = CliRunner().invoke(app, ["may-call", "+12125550123", "--at", "2026-11-20T15:00:00Z", "--attempt", at])
    assert isinstance(done.exception, BadRequest)


def test_an_inquiry_is_taken_in_from_the_command_line(tmp_path: Path) -> None:
    words = ["inbound", "Marta Oyelaran", "--number", "+12125550990", "--company", "Halden Freight", "--key", "form 7"]
    with make_floor(tmp_path, leads=1) as floor:
        run = [*words, "--floor", floor.target, "--person", "Cleo", "--json"]
        first = CliRunner().invoke(app, run)
        assert first.exit_code == 0, first.output
        assert json.loads(first.output)["new"]
        assert CliRunner().invoke(app, run).output == first.output
        assert value(floor, "SELECT count(*) FROM inbound") == 1


def test_an_import_says_what_it_did_not_read(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "First Name,Phone,Shoe size,Do not allow Phone Calls\nAnn,212-555-0101,9,Allow\n"
    )
    with make_floor(tmp_path, leads=0, release=False) as floor:
        run = ["import", str(tmp_path / "list.csv"), "--floor", floor.target, "--person", "Cleo"]
        told = CliRunner().invoke(app, run)
        assert told.exit_code == 0, told.output
        assert told.output.splitlines()[1:] == [
            "callable 1, without a number 0, opted out 0",
            "columns not read: Shoe size",
        ]
        assert "unread: ['Shoe size']" in CliRunner().invoke(app, [*run, "--preview"]).output


@pytest.mark.parametrize(("bad", "last"), [(20, "row 20: no name"), (60, "and 40 more"), (260, "and 240 more")])
def test_an_import_says_how_many_rejects_it_does_not_show(tmp_path: Path, bad: int, last: str) -> None:
    (tmp_path / "list.csv").write_text("First Name,Phone\n" + ",212-555-0101\n" * bad)
    with make_floor(tmp_path, leads=0, release=False) as floor:
        told = CliRunner().invoke(app, ["import", f"{tmp_path}/list.csv", "--floor", floor.target, "--person", "Cleo"])
        assert told.output.splitlines()[-1].strip().startswith(last)


def test_a_campaign_says_who_meets_and_what_goes_out_first(tmp_path: Path) -> None:
    words = ["create_campaign", "--offer", "an audit", "--initial", "May I show you?", "--script", "Hi"]
    more = ["--executives", "Eve", "--pre-approach", "package tomorrow +3"]
    with make_floor(tmp_path, release=False) as floor:
        where = ["--floor", floor.target, "--person", "Cleo"]
        made = CliRunner().invoke(app, ["do", *words, *more, *where])
        assert made.exit_code == 0, made.output
        wrong = CliRunner().invoke(app, ["do", *words, "--executives", "Dana", *where])
        assert str(wrong.exception) == "Dana takes no meetings; whoever does has the role executive"
        day = ["--pre-approach", "sent 2025-12-02"]
        sent = CliRunner().invoke(app, ["do", "set_pre_approach", "--campaign", "1", *day, *where])
        assert "package sent on Tue 2 Dec, calls open Fri 5 Dec" in sent.output


def test_the_command_line_says_what_an_inquiry_needs() -> None:
    told = CliRunner().invoke(app, ["inbound", "--help"]).output
    for word in ("--number", "--email", "--source", "organic", "--asked", "--json"):
        assert word in told


def test_every_operation_is_listed_with_a_whole_sentence() -> None:
    listed = list_operations(as_json=False).splitlines()[:-2]
    assert all(each.endswith((".", "?")) for each in listed), [each for each in listed if not each.endswith((".", "?"))]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("skip --ticket abc --token x --reason y", "--ticket wants a number, not abc"),
        ("skip --ticket 1", "skip needs --token: its token"),
        ("mark_invite --meeting 1 --sent maybe", "--sent wants true or false, not maybe"),
    ],
)
def test_a_field_that_does_not_fit_is_said_in_words_of_the_command_line(words: str, told: str) -> None:
    name, *fields = words.split()
    with pytest.raises(BadRequest, match=told):
        do(name, fields, "nowhere.floor", None, as_json=False)


def test_an_invitation_is_written_from_the_command_line(tmp_path: Path) -> None:
    with make_floor(tmp_path) as floor:
        made = booked(floor)
        run = ["invite", str(made["id"]), "--floor", floor.target, "--person", "Cleo"]
        shown = CliRunner().invoke(app, run)
        assert shown.exit_code == 0, shown.output
        assert shown.output.startswith("BEGIN:VCALENDAR")
        told = CliRunner().invoke(app, [*run, "--out", str(tmp_path)])
        assert told.exit_code == 0, told.output
        assert "p@company.example" in told.output
        assert b"METHOD:REQUEST\r\n" in (tmp_path / f"meeting-{made['id']}.ics").read_bytes()
        nowhere = CliRunner().invoke(app, [*run, "--out", str(tmp_path / "no" / "where.ics")])
        assert nowhere.exit_code != 0


@pytest.mark.parametrize("words", [["do", "opt_out", "--number", "+1312\udcff"], ["token", "issue", "\udcff"]])
def test_bytes_that_are_no_text_are_a_sentence(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from salesdesk.cli import main

    with make_floor(tmp_path) as floor:
        monkeypatch.setenv("SALESDESK_FLOOR", floor.target)
        monkeypatch.setenv("SALESDESK_PERSON", "Sam")
        monkeypatch.setattr("sys.argv", ["salesdesk", *words])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 2
        assert capsys.readouterr().err == "salesdesk: a word of this command has bytes in it that are no UTF-8\n"


def test_who_keeps_a_floor_from_opening_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who has stopped a program in the middle of a write, say."""
    monkeypatch.setattr("salesdesk.opening.PATIENCE", 0.01)
    told: list[str] = []

    def said() -> str:
        told.append(capsys.readouterr().err)
        return "".join(told)

    with make_floor(tmp_path) as floor, ThreadPoolExecutor(1) as other:
        with Gate(tmp_path / "test.floor-gate"):
            asked = other.submit(do, "news", ["--floor", floor.target, "--as", "Dana"], None, None, as_json=True)
            until(lambda: "waiting" in said(), "a word")
        assert asked.result() == 0
    assert re.fullmatch(r"salesdesk: waiting for the floor: this program, since [0-9:]{8} is writing\n", said())
