"""Keys are an interface: the table is whole, nothing is said twice, and a change of keys is a decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from salesdesk.commands import STATIONS, Command, clashes, command, commands, key_sheet, shown

SHEET = Path(__file__).parent / "data" / "sdr-keys.txt"


@pytest.mark.parametrize("station", STATIONS)
def test_no_key_does_two_things_at_a_station(station: str) -> None:
    assert clashes(commands(station)) == []


@pytest.mark.parametrize(
    ("second", "problem"),
    [
        (Command("other", ("d",), "", ""), "d is both dial and other"),
        (Command("dial", ("x",), "", ""), "the command dial is there twice"),
        (Command("other", ("ctrl+i",), "", ""), "cannot have ctrl+i"),
    ],
)
def test_a_clash_is_named(second: Command, problem: str) -> None:
    assert problem in "; ".join(clashes((command("sdr", "dial"), second)))


def test_the_keys_of_the_dial_loop_stay_where_hands_expect_them() -> None:
    told = "\n".join(f"{each.caps}: {each.id}" for each in commands("sdr"))
    assert told + "\n" == SHEET.read_text(encoding="utf-8")


def test_every_command_says_what_it_does() -> None:
    for station in STATIONS:
        for each in commands(station):
            assert each.label
            assert each.help.endswith(".")


def test_the_key_sheet_holds_every_command() -> None:
    sheet = key_sheet()
    for station in STATIONS:
        assert f"**{station}**" in sheet
        for each in commands(station):
            assert f"`{each.caps}`" in sheet


@pytest.mark.parametrize(
    ("key", "cap"), [("f9", "F9"), ("space", "Space"), ("question_mark", "?"), ("ctrl+q", "Ctrl+q")]
)
def test_keys_are_named_as_on_the_keyboard(key: str, cap: str) -> None:
    assert shown(key) == cap


def test_a_command_that_takes_its_key_is_told_which() -> None:
    outcome = command("sdr", "outcome")
    assert outcome.action("4") == "outcome('4')"
    assert replace(outcome, each=False).action("4") == "outcome"


def test_an_unknown_command_is_named() -> None:
    with pytest.raises(KeyError, match="sdr has no command fly"):
        command("sdr", "fly")
