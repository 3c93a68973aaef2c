"""An operation's fields as words of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
import typer
from pydantic import Base64Bytes, BaseModel
from typer.testing import CliRunner

from salesdesk.cli import app
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.fields import bare
from salesdesk.desk.registry import operations
from salesdesk.headless.doing import do, explain_operation
from salesdesk.headless.kinds import kind_of
from tests.floors import make_floor
from tests.steps import value


class Printed(BaseModel):
    """An object, whose name holds the name of another type."""


FIELDS = [
    (name, field, kind.annotation)
    for name, what in operations().items()
    for field, kind in what.request.model_fields.items()
]
SHIFT = ["set_shift", "--person", "Ito", "--weekdays", "tue-sat"]


@pytest.mark.parametrize(
    ("words", "variable"),
    [
        (["--person", "Cleo", "do", *SHIFT], ""),
        (["--as", "Cleo", "do", *SHIFT], ""),
        (["do", "--person", "Cleo", *SHIFT], ""),
        (["do", "--as", "Cleo", *SHIFT], "Dana"),
        (["do", *SHIFT, "--as", "Cleo"], "Dana"),
        (["do", "set-shift", "--as=Cleo", "--person=Ito", "--weekdays=tue-sat"], ""),
        (["do", *SHIFT], "Cleo"),
    ],
)
def test_a_person_whom_an_operation_is_about_is_not_who_asks(
    words: list[str], variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESDESK_PERSON", variable)
    with make_floor(tmp_path, leads=1) as floor:
        monkeypatch.setenv("SALESDESK_FLOOR", floor.target)
        done = CliRunner().invoke(app, words)
        assert done.output.startswith("note: Ito works Tue"), done.exception
        who = "SELECT p.name FROM event e JOIN person p ON p.id = e.person_id WHERE e.kind = 'shift_set'"
        assert value(floor, who) == "Cleo"


def test_a_seat_is_ended_and_numbers_are_looked_at_from_the_command_line(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        where = ["--floor", floor.target, "--as", "Sam"]
        looked = CliRunner().invoke(app, ["do", "look_at", "--person", "Dana", *where])
        assert "person: Dana" in looked.output, looked.exception
        ended = CliRunner().invoke(app, ["do", "end_seat", "--person", str(floor.desk("Dana").person.id), *where])
        assert str(ended.exception) == "Dana is not signed in"


def test_a_person_behind_an_operation_that_is_about_nobody_is_who_asks(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        where = ["--floor", floor.target]
        signed = CliRunner().invoke(app, ["do", "--as", "Ito", "sign_in", *where, "--person", "Dana", "--json"])
        assert signed.exit_code == 0, signed.exception
        assert value(floor, "SELECT p.name FROM seat JOIN person p ON p.id = person_id") == "Dana"
        unknown = CliRunner().invoke(app, ["do", *SHIFT, *where])
        assert "say who you are with --as NAME or SALESDESK_PERSON" in str(unknown.exception)


def test_no_field_hides_an_option_that_may_stand_anywhere() -> None:
    assert not {field for _, field, _ in FIELDS} & {"as", "floor", "json", "token_file", "ca", "help", "h"}


@pytest.mark.parametrize("option", ["--floor", "--person", "--as", "--token-file", "--ca"])
def test_an_option_without_a_value_does_not_eat_the_next_word(option: str) -> None:
    for words in ([f"{option}=", "--station", "sdr"], [option, "", "--json"], ["--json", option]):
        with pytest.raises(BadRequest, match=f"^{option} wants a value$"):
            do("claim_next", words, "nowhere.floor", None, as_json=False)


@pytest.mark.parametrize("words", [["do", "--floor=", "claim_next"], ["board", "--as", ""], ["--person=", "board"]])
def test_an_empty_word_is_not_taken_for_the_default(words: list[str]) -> None:
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 2
    assert "it wants a value" in told.output


def test_who_asks_is_said_to_every_command_alike() -> None:
    group: Any = typer.main.get_command(app)
    commands = [group, *group.commands.values(), *group.commands["token"].commands.values()]
    said = {tuple(option.opts) for each in commands for option in each.params if option.name == "person"}
    assert said == {("--person", "--as")}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--help"], "--as NAME"),
        (["set_shift", "--help"], "--person behind set_shift is its field"),
        (["set_shift", "--person", "Ito", "-h"], "who asks: --as NAME or SALESDESK_PERSON;"),
        (["claim_next", "--help"], "who asks: --as NAME, --person NAME or SALESDESK_PERSON;"),
    ],
)
def test_help_says_who_asks(words: list[str], told: str) -> None:
    assert told in CliRunner().invoke(app, ["do", *words]).output


@pytest.mark.parametrize(
    ("declared", "wanted", "word", "read"),
    [
        (str, "text", "[a]", "[a]"),
        (Literal["int", "bool"], "text", "int", "int"),
        (int | None, "a number", "7", "7"),
        (bool, "true or false", "true", "true"),
        (dict[str, int] | None, "JSON", '{"a": 1}', {"a": 1}),
        (Printed | None, "JSON", "{}", {}),
        (Base64Bytes | None, "@FILE, or base64", "YQ==", "YQ=="),
        (tuple[int, ...], "a list: 1,2", "1,2", ["1", "2"]),
        (tuple[str, ...], "a list: a,b", "{{me}},b", ["{{me}}", "b"]),
        (tuple[str, ...] | None, "a list: a,b", '["a,b"]', ["a,b"]),
        (tuple[Printed, ...], "JSON, one or a list", "{}", [{}]),
        (tuple[Printed, ...], "JSON, one or a list", "[{}, {}]", [{}, {}]),
    ],
)
def test_a_field_is_named_and_read_by_its_type(declared: Any, wanted: str, word: str, read: Any) -> None:
    kind = kind_of(declared)
    assert (kind.wanted, kind.read(word)) == (wanted, read)


@pytest.mark.parametrize(("name", "field", "declared"), FIELDS)
def test_only_text_is_described_as_text(name: str, field: str, declared: Any) -> None:
    assert (kind_of(declared).wanted == "text") == (bare(declared) is str)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("import_list", "(@FILE, or base64, required)"),
        ("audit", "(JSON, one or a list, default [])"),
        ("seen", "(a list: 1,2, required)"),
        ("draft_batch", "(JSON, default null)"),
    ],
)
def test_help_says_what_to_type(name: str, told: str) -> None:
    assert told in explain_operation(name)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["draft_batch", "--segment", "all"], "--segment wants JSON: Expecting value"),
        (["seen", "--notices", "[1,"], "--notices wants a list: 1,2: Expecting value"),
        (["audit", "--anchors", "[" * 100_000], "--anchors wants JSON, one or a list: maximum recursion"),
    ],
)
def test_a_word_that_cannot_be_read_is_said_with_its_option(words: list[str], told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        do(words[0], words[1:], "nowhere.floor", None, as_json=False)
