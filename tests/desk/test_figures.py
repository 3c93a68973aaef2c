"""One truth behind each figure: what is on hand can be served, what is over is counted, and no two screens differ."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.boards import Board, BoardReply, MyNumbers
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.days import DayEnd, MyDays
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.inbound import SpeedToLead
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.marking import MarkMeeting
from salesdesk.desk.moving import Assign, MovePeople, PreviewMove
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.queues import QueueCover, QueueLine
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.segmenting import Segment
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.line.boardmodel import LineRow
from tests.desk.test_meetings import booked
from tests.floors import MORNING, TestFloor, csv_of, import_rows, make_floor, open_floor, people_rows, release_campaign
from tests.steps import DAY, HOUR, assert_clean, claim, dial, nothing, pick_up, record, rows, tamper, undo, value, work


def board(floor: TestFloor) -> BoardReply:
    return floor.ask("Sam", Board())


def queue(floor: TestFloor, name: str) -> QueueLine:
    return next(each for each in floor.ask("Cleo", QueueCover()).queues if each.name == name)


def line(floor: TestFloor, name: str) -> LineRow:
    return next(each for each in board(floor).line if each.name == name)


# stock --------------------------------------------------------------------------------------------------------------


def test_a_lead_that_sleeps_is_not_on_hand_before_it_wakes(one: TestFloor) -> None:
    """The line was busy at 10:31:40; the lead sleeps until 11:31:40, and nobody may be told of it before."""
    one.ask("Dana", SignIn())
    one.clock.forward(100)
    card = work(one, "no_answer", busy=True)
    due = value(one, "SELECT due_at FROM ticket WHERE id = ?", card.ticket)
    assert due == MORNING + HOUR + 100
    one.clock.time = due - 30
    one.ask("Dana", SignIn())
    assert one.ask("Dana", ClaimNext()) is None
    assert one.ask("Cleo", WhyDry()).ready == queue(one, "Spring Audit").on_hand == 0
    assert queue(one, "Spring Audit").dry
    assert [each.word for each in board(one).alerts][:1] == ["DRY"]
    one.clock.forward(60)
    assert queue(one, "Spring Audit").on_hand == 1


def test_the_cover_of_two_queues_is_all_their_leads_over_all_their_people(tmp_path: Path) -> None:
    """Dana and Ito work in both first; each was served last by another."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(6)[:2])) as floor:
        import_rows(floor, csv_of(people_rows(12)[6:]), name="Second list")
        other = release_campaign(floor, name="Autumn")
        for who in ("Dana", "Ito"):
            floor.ask(who, SignIn())
            floor.ask("Cleo", Assign(person=who, campaign=other, turn=1))
        floor.ask("Cleo", Assign(person="Dana", campaign=1, turn=0))
        claim(floor)
        floor.ask("Cleo", Assign(person="Dana", campaign=1, turn=1))
        floor.ask("Cleo", Assign(person="Ito", campaign=other, turn=0))
        claim(floor, "Ito")
        floor.ask("Cleo", Assign(person="Ito", campaign=other, turn=1))
        both = [queue(floor, name) for name in ("Spring Audit", "Autumn")]
        assert [each.people for each in both] == [1, 1]
        mine = floor.ask("Dana", MyNumbers())
        assert mine.queue_on_hand == sum(each.on_hand for each in both)
        assert mine.queue_cover_minutes == mine.queue_on_hand * 2 / 2


def test_the_board_and_the_coordinator_tell_the_same_cover_of_a_station(floor: TestFloor) -> None:
    """A meeting stands at the executives' station, and Eve is at lunch: nobody works there."""
    floor.clock.time = booked(floor)["starts_at"]
    floor.ask("Eve", SignIn(station="executive"))
    floor.ask("Eve", SetState(state="paused", code="lunch"))
    assert queue(floor, "Account executive").cover_minutes is None
    assert line(floor, "Account executive").cover.words == "–"
    floor.ask("Eve", SetState(state="ready"))
    told = queue(floor, "Account executive")
    assert told.cover_minutes == line(floor, "Account executive").cover.value


def test_days_of_cover_take_as_many_days_as_releases(floor: TestFloor) -> None:
    """A floor that works on every day of the week: 24 leads were released in 28 days and today."""
    for n in range(28):
        day = (date(2026, 11, 19) + timedelta(days=n)).isoformat()
        tamper(floor, "INSERT INTO rollup VALUES (?, 1, 1, 'sdr', '@dialed', 1, 9, 0, 0)", day)
    floor.clock.forward(28 * DAY)
    import_rows(floor, csv_of(people_rows(40)[30:]), name="More")
    tamper(floor, "UPDATE batch SET released_at = ?", MORNING + 2 * DAY)
    raw = board(floor).line[0]
    assert raw.on_hand.value == 10
    assert raw.cover.value == pytest.approx(10 / (24 / 29))


def test_one_lead_is_one_lead(one: TestFloor) -> None:
    assert one.ask("Cleo", WhyDry()).sentence == "1 lead can be served now"


def test_the_hours_of_a_check_are_hours_of_the_floor(tmp_path: Path) -> None:
    """In India an hour of the clock begins at half past an hour of UTC."""
    with make_floor(tmp_path, release=False) as floor:
        tamper(floor, "UPDATE floor SET value = 'Asia/Kolkata' WHERE key = 'zone'")
        with open_floor(floor.target, MORNING) as india:
            created = india.ask("Cleo", CreateCampaign(name="A", offer="b", initial="c", script="d", segment=Segment()))
            draft = india.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=10))
            hours = india.run("Cleo", CheckBatch(batch=draft.batch)).hours
    assert [each.words for each in hours[:2]] == ["21:00", "22:00"]
    assert [each.at for each in hours[:2]] == [MORNING, MORNING + HOUR]


# the day ------------------------------------------------------------------------------------------------------------


def test_who_asked_at_night_counts_in_the_morning(floor: TestFloor) -> None:
    floor.clock.forward(12 * HOUR)
    asked = floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden", number="+12125550990"))
    assert asked.callable_at > floor.clock.now()
    assert board(floor).speed == ()
    floor.clock.time = asked.callable_at + 30
    dial(floor, claim(floor))
    floor.clock.forward(HOUR)
    assert [each.words for each in board(floor).speed] == ["1 of 1", "0:30"]
    assert floor.ask("Cleo", SpeedToLead()).within_60 == 1


def test_a_dial_that_the_line_failed_is_not_the_speed_of_the_next_one(floor: TestFloor) -> None:
    floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden", number="+12125550990"))
    card = claim(floor)
    floor.clock.forward(20)
    dial(floor, card)
    assert [each.words for each in board(floor).speed] == ["1 of 1", "0:20"]
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"))
    floor.clock.forward(HOUR)
    while claim(floor, "Ito").ticket != card.ticket:
        work(floor, "no_answer", "Ito")
    dial(floor, claim(floor, "Ito"), "Ito")
    assert board(floor).speed[0].words == "0 of 1"


def test_a_result_before_the_end_hides_no_meeting_without_one(floor: TestFloor) -> None:
    """Two meetings today: one is over and nobody has said a word, the other has begun and is marked held."""
    first, second = booked(floor), booked(floor, "Ito", nth=1)
    tamper(floor, "UPDATE meeting SET starts_at = ?, ends_at = ? WHERE id = ?", MORNING, MORNING + 1800, first["id"])
    tamper(
        floor, "UPDATE meeting SET starts_at = ?, ends_at = ? WHERE id = ?",
        MORNING + 2400, MORNING + 4200, second["id"],
    )  # fmt: skip
    floor.clock.time = MORNING + 3000
    floor.ask("Cleo", MarkMeeting(meeting=second["id"], result="held"))
    assert [each.words for each in board(floor).held] == ["1 of 2", "0", "1"]


def test_only_calls_book_meetings_and_find_bad_records(floor: TestFloor) -> None:
    """What executives and researchers record is theirs, not the callers' day."""
    made = booked(floor, nth=1)
    before = board(floor).last_meeting
    bad = work(floor, "bad_record", "Ito")
    floor.clock.time = made["ends_at"] + 60
    work(floor, "bad_record", "Ito")
    record(floor, claim(floor, "Rae", "researcher"), "withdrawn", "Rae", reason="not_found")
    card = claim(floor, "Eve", "executive")
    record(floor, card, "proceed", "Eve", next_step="meeting", next_at="tomorrow 11:00")
    shown = board(floor)
    assert bad.ticket
    assert shown.notes[0].words == '1 of 1 (list "Test list": 1)'
    assert (before.value, shown.last_meeting.value) == (MORNING, None)
    assert floor.ask("Eve", DayEnd()).lines[2] == "meetings 0"
    floor.clock.forward(DAY)
    assert [(each.humans, each.meetings) for each in floor.ask("Eve", MyDays()).days] == [(0, 0), (0, 0)]


def test_an_undo_takes_nothing_from_an_hour_in_which_its_outcome_was_not(floor: TestFloor) -> None:
    floor.clock.forward(HOUR)
    work(floor, "no_answer", "Ito")
    work(floor, "voicemail")
    floor.clock.forward(300)
    work(floor, "no_answer", "Ito")
    undo(floor)
    floor.clock.forward(HOUR - 200)
    assert line(floor, "SDR Spring Audit").rate.value == 1


# do not call --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["key", "outcome"])
def test_a_do_not_call_takes_as_long_as_the_station_measured(one: TestFloor, door: str) -> None:
    """Sent an hour late, after the line was cut: they talked for 20 seconds, and 5 went into the form."""
    one.ask("Dana", SignIn())
    card = claim(one)
    dial(one, card)
    pick_up(one, card)
    one.clock.forward(HOUR)
    named: dict[str, Any] = {"ticket": card.ticket, "token": card.token, "wrap_seconds": 5, "talk_seconds": 20}
    if door == "key":
        one.ask("Dana", OptOut(**named))
    else:
        one.ask("Dana", RecordOutcome(**named, outcome="do_not_call"))
    assert rows(one, "SELECT talk_seconds, wrap_seconds FROM rollup WHERE outcome = 'do_not_call'") == [
        {"talk_seconds": 20, "wrap_seconds": 5}
    ]
    assert value(one, "SELECT seconds FROM seat_time WHERE state = 'wrap'") == 5
    assert one.ask("Dana", MyNumbers()).mine.talk_seconds == 20
    assert_clean(one)


def test_a_promise_that_is_dialed_in_time_is_kept_whatever_is_said_then(one: TestFloor) -> None:
    one.ask("Dana", SignIn())
    work(one, "call_back", when="2026-11-19T11:00-05:00")
    one.clock.forward(HOUR // 2)
    card = claim(one)
    dial(one, card)
    one.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    assert [each.words for each in board(one).promises] == ["1 of 1", "0"]
    assert_clean(one)


def test_a_move_is_what_the_board_shows_from_then_on(tmp_path: Path) -> None:
    """Autumn is dry, Ito waits for Spring: once moved they wait for Autumn, as the effect said before."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        import_rows(floor, csv_of(people_rows(2)[1:]), name="Second list")
        autumn = release_campaign(floor, name="Autumn", callers=("Dana",))
        floor.ask("Ito", SignIn())
        work(floor, "no", "Ito")
        nothing(floor, "Ito")
        work(floor, "no")
        ito = floor.desk("Ito").person.id
        told = floor.ask("Sam", PreviewMove(people=(ito,), campaign=autumn)).campaigns
        floor.ask("Sam", MovePeople(people=(ito,), campaign=autumn))
        assert {each.name: each.people_after for each in told} == {
            name: queue(floor, name).people for name in ("Spring Audit", "Autumn")
        }
        assert [each.campaign for each in board(floor).people if each.name == "Ito"] == ["Autumn"]
