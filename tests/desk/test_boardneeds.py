"""What asks for a supervisor is on the board of a real floor, with the figures of what happened."""

from __future__ import annotations

from datetime import date

import pytest

from salesdesk.desk.andons import ClearAndon, RaiseAndon
from salesdesk.desk.boards import Board, BoardReply
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.invites import MarkInvite
from salesdesk.desk.marking import MarkMeeting
from salesdesk.desk.people import SetState
from salesdesk.line import limits
from salesdesk.line.alerts import Alert
from salesdesk.line.boardtext import render
from salesdesk.line.localday import local_day
from tests.desk.test_meetings import booked
from tests.floors import TestFloor
from tests.steps import HOUR, claim, dial, tamper, value, work

ASKED = {"name": "Marta Oyelaran", "company": "Halden Freight", "number": "+12125550990"}


def board(floor: TestFloor) -> BoardReply:
    return floor.ask("Sam", Board())


def alert(floor: TestFloor, word: str) -> Alert | None:
    return next((each for each in board(floor).alerts if each.word == word), None)


def test_an_inquiry_is_on_the_board_until_it_is_taken_and_then_in_the_speed(floor: TestFloor) -> None:
    ticket = floor.ask("Cleo", AddInbound(**ASKED)).ticket
    floor.clock.forward(38)
    told = alert(floor, "INBOUND")
    assert told is not None
    assert (told.text, told.about) == ("1 waiting 0:38 of 1:00 · Halden Freight", ticket)
    dial(floor, claim(floor))
    assert alert(floor, "INBOUND") is None
    assert [each.words for each in board(floor).speed] == ["1 of 1", "0:38"]


def test_a_call_for_help_stands_there_until_it_is_cleared(floor: TestFloor) -> None:
    floor.ask("Dana", RaiseAndon(code="abuse"))
    floor.clock.forward(20)
    told = alert(floor, "ANDON")
    assert told is not None
    assert (told.text, told.person) == ("Dana: abuse, 0:20", floor.desk("Dana").person.id)
    floor.ask("Sam", ClearAndon(andon=told.about or 0))
    assert alert(floor, "ANDON") is None


def test_a_late_promise_names_its_ticket(floor: TestFloor) -> None:
    made = work(floor, "call_back", when="today 1pm").ticket
    due = value(floor, "SELECT due_at FROM promise WHERE ticket_id = ?", made)
    floor.clock.forward(due - floor.clock.now() + 120)
    floor.ask("Dana", SetState(state="ready"))
    told = alert(floor, "PROMISE")
    assert told is not None
    assert (told.about, told.person, told.command) == (made, floor.desk("Dana").person.id, "pass_on")


def test_booked_invited_due_held_and_missed_are_told_apart(floor: TestFloor) -> None:
    made = booked(floor, nth=1)
    assert (board(floor).day[1].so_far.words, board(floor).invited.words, board(floor).held) == ("1", "0", ())
    assert alert(floor, "INVITE") is None
    floor.clock.forward(1860)
    told = alert(floor, "INVITE")
    assert told is not None
    assert told.text == "1 invitation not sent, the oldest booked 31 min ago"
    floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    assert (board(floor).invited.words, alert(floor, "INVITE")) == ("1", None)
    floor.clock.time = made["ends_at"] + 60
    assert [each.words for each in board(floor).held] == ["0 of 1", "0", "1"]
    told = alert(floor, "MEETING")
    assert told is not None
    assert told.text.startswith("1 meeting over without a result, the oldest ")
    floor.ask("Cleo", MarkMeeting(meeting=made["id"], result="held"))
    assert [each.words for each in board(floor).held] == ["1 of 1", "0", "0"]
    assert alert(floor, "MEETING") is None
    assert board(floor).day[1].so_far.words == "0", "booked was another day's, held is today's"


def test_who_calls_off_on_the_day_hides_nothing_that_is_unresolved(floor: TestFloor) -> None:
    first, second = booked(floor, nth=1), booked(floor, nth=2)
    tamper(floor, "UPDATE meeting SET starts_at = ?, ends_at = ? WHERE id = ?", first["ends_at"] + 7200,
           first["ends_at"] + 9000, second["id"])  # fmt: skip
    floor.clock.time = first["ends_at"] + 60
    floor.ask("Cleo", MarkMeeting(meeting=second["id"], result="called_off"))
    assert [each.words for each in board(floor).held] == ["0 of 2", "1", "1"]


@pytest.mark.parametrize(("day", "hours"), [("2027-11-07", 25), ("2027-03-14", 23)])
def test_a_day_of_other_than_24_hours_has_all_its_meetings_and_no_others(
    floor: TestFloor, day: str, hours: int
) -> None:
    made = booked(floor, nth=1)["id"]
    floor.ask("Cleo", MarkInvite(meeting=made))
    start, end = local_day(date.fromisoformat(day), "America/New_York")
    assert end - start == hours * HOUR

    def shown(column: str, at: int) -> tuple[str, list[str]]:
        tamper(floor, f"UPDATE meeting SET {column} = ? WHERE id = ?", at, made)
        found = board(floor)
        return found.invited.words, [each.words for each in found.held[:1]]

    floor.clock.time = end - 60
    assert shown("booked_at", end - 1800) == ("1", [])
    tamper(floor, "UPDATE meeting SET state = 'held' WHERE id = ?", made)
    assert shown("starts_at", end - 1800) == ("1", ["1 of 1"])
    assert shown("starts_at", end + 60) == ("1", []), "held already, but it is tomorrow's"


def test_a_pace_that_can_hardly_be_honest_is_told_and_blocks_nothing(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REVIEWED_ABOVE", 0.05)
    work(floor)
    assert alert(floor, "REVIEW") is None
    work(floor)
    told = alert(floor, "REVIEW")
    assert told is not None
    assert told.text == "Dana 2 calls an hour, above 1"
    work(floor)


def test_an_armed_pause_is_seen_on_its_seat(floor: TestFloor) -> None:
    dial(floor, claim(floor))
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    assert next(each for each in board(floor).people if each.name == "Dana").armed == "lunch"
    assert any("→ lunch" in row for row in render(board(floor), 120, floor.clock.now()))


def test_the_new_blocks_survive_json(floor: TestFloor) -> None:
    floor.ask("Cleo", AddInbound(**ASKED))
    floor.ask("Dana", RaiseAndon(code="script"))
    reply = board(floor)
    assert {"INBOUND", "ANDON"} <= {each.word for each in reply.alerts}
    assert BoardReply.model_validate_json(reply.model_dump_json()) == reply
