"""The coordinator's meetings by keys alone, in the smallest window that they fit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from salesdesk.desk.meetings import SetExecutiveHours
from salesdesk.desk.suppressing import OptOut
from tests.desk.test_meetings import booked
from tests.floors import TestFloor
from tests.screens.driving import drive, screen_text, station, write
from tests.steps import tamper, value, work


def states(floor: TestFloor) -> tuple[str, str]:
    return value(floor, "SELECT state FROM meeting"), value(floor, "SELECT invite FROM meeting")


async def test_the_pane_lists_what_is_to_be_done(floor: TestFloor) -> None:
    made = booked(floor, nth=1)
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5")
        shown = screen_text(app)
        assert "5 Meetings" in shown
        assert "to invite" in shown
        assert "Eve" in shown
        await drive(app, "s")
        assert "invited" in screen_text(app)
        assert states(floor) == ("booked", "sent")
        assert re.search(r"✓ First\d+ Last\d+, \w{3} \d+ Nov: invite sent", screen_text(app))
        await drive(app, "s")
        assert states(floor) == ("booked", "pending")
        floor.clock.time = made["ends_at"]
        await drive(app, "4 5")
        assert "unresolved" in screen_text(app)


@pytest.mark.parametrize("key", ["h", "o"])
async def test_a_meeting_to_come_is_not_asked_about(floor: TestFloor, key: str) -> None:
    booked(floor)
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, f"5 {key}")
        assert "! this meeting has not begun yet" in screen_text(app)
        await drive(app, "y")
        assert states(floor)[0] == "booked"


async def test_held_wants_a_confirm_and_can_be_taken_back(floor: TestFloor) -> None:
    made = booked(floor, nth=1)
    floor.clock.time = made["ends_at"]
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5 h")
        assert "took place" in " ".join(screen_text(app).split())
        await drive(app, "enter")
        assert states(floor)[0] == "booked"
        await drive(app, "h y")
        assert states(floor)[0] == "held"
        assert "held" in screen_text(app)
        await drive(app, "o y")
        assert states(floor)[0] == "no_show"
        await drive(app, "f8")
        assert states(floor)[0] == "booked"


async def test_called_off_says_what_follows_before_it_is_marked(floor: TestFloor) -> None:
    made = booked(floor, nth=2)
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5 s")
        assert "f called off" in screen_text(app)
        await drive(app, "f")
        shown = " ".join(screen_text(app).split())
        assert "calls the meeting off?" in shown
        assert "The cancellation has to go out then: g writes it." in shown
        assert "no-show" not in shown.partition("CALLED OFF")[2].partition("Cancel")[0]
        await drive(app, "enter")
        assert states(floor) == ("booked", "sent"), "Enter never agrees"
        await drive(app, "f y")
        assert states(floor) == ("called_off", "withdraw")
        assert "withdraw" in screen_text(app)
        await drive(app, "s")
        assert "called off" in screen_text(app)
        await drive(app, "f8")
        assert states(floor) == ("booked", "pending")
        floor.clock.time = made["starts_at"] - 3600
        await drive(app, "f")
        assert "It is less than a day ahead, so it counts as a no-show." in " ".join(screen_text(app).split())
        await drive(app, "n")
        floor.clock.time = made["starts_at"]
        await drive(app, "f")
        assert "this meeting has begun" in screen_text(app)


async def test_a_rejection_names_its_criterion(floor: TestFloor) -> None:
    booked(floor)
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5 v")
        await write(app, "Stated need")
        await drive(app, "enter")
        assert value(floor, "SELECT reason FROM meeting") == "need"
        assert states(floor)[0] == "rejected"


async def test_the_invitation_is_written_where_it_is_wanted(
    floor: TestFloor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = booked(floor)
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5 g enter")
        text = (tmp_path / f"meeting-{made['id']}.ics").read_bytes().decode()
        assert "METHOD:REQUEST\r\n" in text
        await drive(app, "g")
        await write(app, "/nowhere/at/all.ics")
        await drive(app, "enter")
        assert "cannot be written there" in screen_text(app)
        floor.ask("Cleo", OptOut(lead=made["lead_id"]))


async def test_somebody_is_found_for_a_meeting_that_has_nobody(floor: TestFloor) -> None:
    tamper(floor, "UPDATE person SET roles = 'researcher' WHERE name = 'Eve'")
    work(floor, "meeting", slot="tue 15:10")
    tamper(floor, "UPDATE person SET roles = 'executive' WHERE name = 'Eve'")
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5")
        assert "nobody" in screen_text(app)
        await drive(app, "e")
        await write(app, "eve")
        await drive(app, "enter")
        assert value(floor, "SELECT executive_id FROM meeting") == 5


async def test_who_does_not_hold_meetings_then_is_assigned_only_when_that_is_meant(floor: TestFloor) -> None:
    booked(floor, nth=1)
    tamper(floor, "UPDATE meeting SET executive_id = 0")
    floor.ask("Sam", SetExecutiveHours(person="Eve", weekdays=(5,)))
    async with station(floor, coordinator="Cleo") as app:
        for key, executive in (("enter", 0), ("y", 5)):
            await drive(app, "5 e")
            await write(app, "eve")
            await drive(app, "enter")
            assert "Eve holds meetings Sat 09:00–17:00" in " ".join(screen_text(app).split())
            await drive(app, key)
            assert value(floor, "SELECT executive_id FROM meeting") == executive


async def test_an_empty_pane_says_so_and_its_keys_do_nothing(floor: TestFloor) -> None:
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "5")
        assert "no meeting is agreed" in screen_text(app)
        await drive(app, "h s g v f8 e")
        assert "go to a meeting first" in screen_text(app)
