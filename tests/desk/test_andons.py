"""Andon: whoever can help knows at once, and it stays until somebody has cleared it."""

from __future__ import annotations

from salesdesk.desk.andons import ClearAndon, OpenAndons, RaiseAndon
from salesdesk.desk.notices import News
from tests.floors import TestFloor
from tests.steps import assert_clean, claim, refused, value


def heard(floor: TestFloor, name: str) -> list[str]:
    return [each.text for each in floor.ask(name, News()).notices]


def test_an_andon_reaches_supervisor_and_coordinator_and_stays_until_cleared(floor: TestFloor) -> None:
    claim(floor)
    assert "2 people" in floor.ask("Dana", RaiseAndon(code="script")).note
    for name in ("Sam", "Cleo"):
        assert heard(floor, name) == ["Dana calls: script wrong, Spring Audit"]
    assert heard(floor, "Ito") == []
    (andon,) = floor.ask("Sam", OpenAndons()).open
    assert (andon.person, andon.words, andon.campaign, andon.list) == (
        "Dana", "script wrong", "Spring Audit", "Test list",
    )  # fmt: skip
    refused(floor, "Ito", ClearAndon(andon=andon.id), "role")
    floor.ask("Sam", ClearAndon(andon=andon.id))
    assert heard(floor, "Dana") == ["Sam has seen to your call"]
    assert floor.ask("Sam", OpenAndons()).open == ()
    refused(floor, "Sam", ClearAndon(andon=andon.id), "not_open")
    assert_clean(floor)


def test_andons_are_counted_by_campaign_and_list(floor: TestFloor) -> None:
    for name in ("Dana", "Ito"):
        claim(floor, name)
        floor.ask(name, RaiseAndon(code="list"))
    floor.ask("Eve", RaiseAndon(code="technical"))
    today = floor.ask("Cleo", OpenAndons()).today
    assert [(each.code, each.campaign, each.list, each.raised) for each in today] == [
        ("list", "Spring Audit", "Test list", 2),
        ("technical", "", "", 1),
    ]


def test_the_same_call_twice_is_one(floor: TestFloor) -> None:
    floor.ask("Dana", RaiseAndon(code="abuse"))
    assert "know already" in floor.ask("Dana", RaiseAndon(code="abuse")).note
    assert value(floor, "SELECT count(*) FROM andon") == 1
    refused(floor, "Dana", RaiseAndon(code="boredom"), "unknown_code")
