"""What came of meetings: said by the executive or in their place, corrected, and never counted twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.invites import AssignMeeting, ListMeetings, MarkInvite, MeetingFile
from salesdesk.desk.marking import MarkMeeting
from salesdesk.desk.moving import Assign
from salesdesk.desk.people import AddPerson, SignIn, SignOut
from salesdesk.desk.serving import AnyWork
from salesdesk.desk.supervising import EndSeat
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from tests.desk.test_meetings import book, booked, iso, nothing_twice, offers, talking
from tests.floors import TestFloor, csv_of, make_floor
from tests.steps import (
    DAY,
    HOUR,
    assert_clean,
    claim,
    dial,
    nothing,
    record,
    refused,
    row,
    rows,
    tamper,
    undo,
    value,
    work,
)


def due(floor: TestFloor) -> dict[str, Any]:
    """A booked meeting whose time has come."""
    made = booked(floor, nth=1)  # on another day
    floor.clock.time = made["ends_at"] + 60
    return made


def mark(floor: TestFloor, meeting: int, result: str, name: str = "Cleo", **more: str) -> str:
    return floor.ask(name, MarkMeeting(meeting=meeting, result=result, **more)).note


def summed(floor: TestFloor, what: str) -> int:
    """A sum over all days and people."""
    return int(value(floor, "SELECT coalesce(sum(n), 0) FROM rollup WHERE outcome = ?", what))


def sums(floor: TestFloor) -> tuple[int, int, int]:
    """Booked, held, no-shows."""
    return summed(floor, "#positive"), summed(floor, "#held"), summed(floor, "#no_show")


def test_a_held_meeting_counts_once_however_often_it_is_said(floor: TestFloor) -> None:
    made = due(floor)
    assert re.fullmatch(r"First\d+ Last\d+, Fri 20 Nov: marked held", mark(floor, made["id"], "held"))
    assert "already" in mark(floor, made["id"], "held", "Eve")
    assert sums(floor) == (1, 1, 0)
    assert_clean(floor)


def test_what_is_said_anew_corrects_what_was_said(floor: TestFloor) -> None:
    made = due(floor)
    for result, counted in (("held", (1, 1, 0)), ("no_show", (1, 0, 1)), ("held", (1, 1, 0)), ("open", (1, 0, 0))):
        mark(floor, made["id"], result)
        assert sums(floor) == counted, result
        assert_clean(floor)
    assert row(floor, "SELECT state, marked_by FROM meeting") == {"state": "booked", "marked_by": None}


def test_a_correction_on_another_day_mends_the_day_that_was_wrong(floor: TestFloor) -> None:
    made = due(floor)
    mark(floor, made["id"], "held")
    day = value(floor, "SELECT day FROM rollup WHERE outcome = '#held'")
    floor.clock.forward(2 * DAY)
    mark(floor, made["id"], "no_show")
    assert value(floor, "SELECT n FROM rollup WHERE outcome = '#held' AND day = ?", day) == 0
    assert value(floor, "SELECT day FROM rollup WHERE outcome = '#no_show'") > day
    assert_clean(floor)


def test_the_executives_own_outcome_is_the_same_truth(floor: TestFloor) -> None:
    """Marked by the coordinator first, then recorded: held once, and proceed does not count it again."""
    made = due(floor)
    mark(floor, made["id"], "held")
    card = claim(floor, "Eve", "executive")
    record(floor, card, "proceed", "Eve", next_step="meeting", next_at="tomorrow 11:00")
    assert sums(floor)[1] == 1
    assert value(floor, "SELECT state FROM meeting") == "held"
    assert_clean(floor)


def test_a_no_show_that_the_executive_records_marks_the_meeting(floor: TestFloor) -> None:
    made = due(floor)
    record(floor, claim(floor, "Eve", "executive"), "no_show", "Eve")
    assert value(floor, "SELECT state FROM meeting") == "no_show"
    assert sums(floor) == (1, 0, 1)
    mark(floor, made["id"], "held", "Sam")
    assert sums(floor) == (1, 1, 0)
    assert_clean(floor)


def test_an_executive_who_undoes_an_outcome_leaves_the_meeting_open(floor: TestFloor) -> None:
    due(floor)
    record(floor, claim(floor, "Eve", "executive"), "no_show", "Eve")
    assert floor.ask("Eve", Undo()) is not None
    assert value(floor, "SELECT state FROM meeting") == "booked"
    assert sums(floor) == (1, 0, 0)
    assert_clean(floor)


def rebooked(floor: TestFloor, name: str = "Dana") -> dict[str, Any]:
    """The lead of a no-show comes back to its caller, who sets the meeting anew."""
    card = claim(floor, name)
    assert card.kind == "rebook"
    assert dial(floor, card, name).allowed
    event = book(floor, card, offers(floor, card, name).offers[0].starts_at, name)
    return row(floor, "SELECT * FROM meeting WHERE event_id = ?", event)


def test_a_no_show_comes_back_to_its_caller_once(floor: TestFloor) -> None:
    first = due(floor)
    floor.clock.time = first["starts_at"] + 2 * HOUR
    floor.ask("Dana", SignIn(station="sdr"))
    mark(floor, first["id"], "no_show")
    back = row(floor, "SELECT * FROM ticket WHERE kind = 'rebook'")
    assert (back["owner_id"], back["state"], back["lead_id"]) == (first["booked_by"], "ready", first["lead_id"])
    assert back["owner_until"] == floor.clock.time // DAY * DAY + 22 * HOUR, "17:00 in New York, the end of the shift"
    assert back["sleeps_again_at"] == floor.clock.time + 3 * DAY, "it is a Friday"
    second = rebooked(floor)
    assert (second["lead_id"], second["rebooks"]) == (first["lead_id"], 1)
    floor.clock.time = second["ends_at"] + 60
    mark(floor, second["id"], "no_show")
    assert value(floor, "SELECT count(*) FROM ticket WHERE kind = 'rebook' AND state <> 'done'") == 0
    assert value(floor, "SELECT rests_until FROM lead WHERE id = ?", first["lead_id"]) > floor.clock.time + 80 * DAY
    assert sums(floor) == (2, 0, 2)
    nothing_twice(floor)
    assert_clean(floor)


def test_a_no_show_that_was_a_mistake_is_not_called_again(floor: TestFloor) -> None:
    made = due(floor)
    mark(floor, made["id"], "no_show")
    mark(floor, made["id"], "held")
    assert value(floor, "SELECT count(*) FROM ticket WHERE kind = 'rebook' AND state <> 'done'") == 0
    assert_clean(floor)


def test_a_rejected_meeting_goes_where_the_map_says(floor: TestFloor) -> None:
    made = booked(floor)
    assert "criterion" in refused(floor, "Cleo", MarkMeeting(meeting=made["id"], result="rejected"), "no_reason")
    unknown = MarkMeeting(meeting=made["id"], result="rejected", criterion="mood")
    assert "market" in refused(floor, "Cleo", unknown, "unknown_criterion")
    mark(floor, made["id"], "rejected", criterion="need")
    assert row(floor, "SELECT state, reason FROM meeting") == {"state": "rejected", "reason": "need"}
    assert value(floor, "SELECT rests_until FROM lead WHERE id = ?", made["lead_id"]) > floor.clock.time + 80 * DAY
    assert value(floor, "SELECT state FROM ticket WHERE id = ?", made["ticket_id"]) == "done"
    assert value(floor, "SELECT count(*) FROM slot") == 0, "its time is free for somebody else"
    assert sums(floor) == (1, 0, 0)
    assert_clean(floor)


def test_who_may_mark_what(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Bo", roles="executive"))
    made = booked(floor)
    held = MarkMeeting(meeting=made["id"], result="held")
    refused(floor, "Cleo", held, "too_early")
    floor.clock.time = made["ends_at"] + 60
    whose = {5: "Eve"}.get(made["executive_id"], "Bo")
    other = "Bo" if whose == "Eve" else "Eve"
    refused(floor, other, held, "unknown_meeting")
    refused(floor, "Dana", held, "role")
    floor.ask(whose, SignIn(station="executive"))
    assert whose in refused(floor, "Cleo", held, "staffed")
    floor.ask(whose, SignOut())
    mark(floor, made["id"], "held")


def test_once_the_invitation_went_out_the_booking_is_not_undone(floor: TestFloor) -> None:
    made = booked(floor)
    floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    assert "invitation" in refused(floor, "Dana", Undo(), "invited")
    floor.ask("Cleo", MarkInvite(meeting=made["id"], sent=False))
    undo(floor)
    assert value(floor, "SELECT count(*) FROM slot") == 0


def test_a_marked_meeting_is_not_undone(floor: TestFloor) -> None:
    made = booked(floor)
    mark(floor, made["id"], "rejected", reason="they buy from us already")
    refused(floor, "Dana", Undo(), "moved_on")


def test_the_company_is_left_alone_until_the_meeting_fell_through(floor: TestFloor) -> None:
    made = due(floor)
    rests = "SELECT rests_until FROM account WHERE id = ?"
    assert value(floor, rests, made["account_id"]) > floor.clock.time + 80 * DAY
    mark(floor, made["id"], "rejected", criterion="market")
    assert (value(floor, rests, made["account_id"]) or 0) <= floor.clock.time
    mark(floor, made["id"], "held")
    assert value(floor, rests, made["account_id"]) > floor.clock.time + 80 * DAY


def test_lists_show_everybody_what_is_theirs(floor: TestFloor) -> None:
    made = booked(floor)
    for name, count in (("Cleo", 1), ("Eve", 1), ("Dana", 1), ("Ito", 0)):
        assert len(floor.ask(name, ListMeetings()).meetings) == count, name
    found = floor.ask("Cleo", ListMeetings()).meetings[0]
    assert (found.invite, found.unresolved, found.executive_name) == ("pending", False, "Eve")
    refused(floor, "Ito", MeetingFile(meeting=made["id"]), "unknown_meeting")
    floor.clock.time = made["ends_at"]
    assert floor.ask("Cleo", ListMeetings()).meetings[0].unresolved
    floor.clock.forward(3 * DAY)
    assert floor.ask("Cleo", ListMeetings()).meetings, "what is unresolved stays"
    mark(floor, made["id"], "held")
    floor.clock.forward(2 * DAY)
    assert not floor.ask("Cleo", ListMeetings()).meetings


def test_the_invitation_names_both_sides_and_the_instant(floor: TestFloor) -> None:
    made = booked(floor)
    file = floor.ask("Dana", MeetingFile(meeting=made["id"]))
    assert (file.name, file.to, file.cancels) == (f"meeting-{made['id']}.ics", "p@company.example", False)
    assert "METHOD:REQUEST" in file.text
    assert "cheaper freight" not in file.text, "what was noted stays here"


def test_a_meeting_that_was_cancelled_after_its_invitation_is_withdrawn(floor: TestFloor) -> None:
    made = booked(floor)
    floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    floor.ask("Sam", OptOut(lead=made["lead_id"]))
    assert row(floor, "SELECT state, invite, sequence FROM meeting") == {
        "state": "cancelled",
        "invite": "withdraw",
        "sequence": 1,
    }
    assert "METHOD:CANCEL" in floor.ask("Cleo", MeetingFile(meeting=made["id"])).text
    assert floor.ask("Cleo", MarkInvite(meeting=made["id"])).note.endswith(": cancellation sent")


def test_somebody_is_found_for_a_meeting_without_an_executive(floor: TestFloor) -> None:
    tamper(floor, "UPDATE person SET roles = 'researcher' WHERE name = 'Eve'")
    card = talking(floor)
    record(floor, card, "meeting", slot="tue 15:10")
    tamper(floor, "UPDATE person SET roles = 'executive' WHERE name = 'Eve'")
    made = row(floor, "SELECT * FROM meeting")
    refused(floor, "Cleo", AssignMeeting(meeting=made["id"], executive="Dana"), "unknown_person")
    floor.ask("Cleo", AssignMeeting(meeting=made["id"], executive="Eve"))
    assert value(floor, "SELECT owner_id FROM ticket WHERE id = ?", made["ticket_id"]) == 5
    free = offers(floor, talking(floor)).free
    assert not [at for at in free if at < made["ends_at"] and made["starts_at"] < at + 1800]
    nothing_twice(floor)


def test_a_meeting_is_moved_and_stays_the_same_meeting(floor: TestFloor) -> None:
    made = booked(floor)
    floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    card = claim(floor, "Eve", "executive")
    later = iso(made["starts_at"] + 7 * DAY)
    record(floor, card, "moved", "Eve", slot=later)
    moved = row(floor, "SELECT * FROM meeting")
    assert (moved["id"], moved["starts_at"]) == (made["id"], made["starts_at"] + 7 * DAY)
    assert (moved["sequence"], moved["invite"], moved["uid"]) == (1, "pending", made["uid"])
    assert value(floor, "SELECT starts_at FROM slot") == moved["starts_at"]
    assert sums(floor) == (1, 0, 0)
    assert_clean(floor)


def test_a_meeting_that_is_agreed_anew_after_rework_is_the_same_meeting(floor: TestFloor) -> None:
    made = booked(floor, nth=1)
    record(floor, claim(floor, "Eve", "executive"), "rework", "Eve", missing="need")
    tamper(floor, "UPDATE ticket SET owner_id = 1, attempts = 0 WHERE kind = 'rework'")
    card = claim(floor)
    assert (card.lead, card.kind) == (made["lead_id"], "rework")
    assert dial(floor, card).allowed
    book(floor, card, made["starts_at"])
    again = row(floor, "SELECT * FROM meeting")
    assert (again["id"], again["starts_at"], again["state"]) == (made["id"], made["starts_at"], "booked")
    assert value(floor, "SELECT count(*) FROM slot") == 1
    assert sums(floor) == (1, 0, 0)
    assert_clean(floor)


def test_a_no_show_is_called_at_once_also_when_its_lead_was_tried_before(tmp_path: Path) -> None:
    """What its plan said of the hours of an earlier try does not put the lead off again."""
    with make_floor(tmp_path, leads=1) as floor:
        work(floor)
        floor.clock.time = value(floor, "SELECT due_at FROM ticket")
        made = due(floor)
        mark(floor, made["id"], "no_show")
        assert claim(floor).kind == "rebook"


FRIDAY = int(datetime(2026, 11, 20, 15, tzinfo=UTC).timestamp())
"""10:00 in New York, the day after the floors of these tests begin."""


@pytest.fixture
def missed(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor of one lead, whose meeting with us is over that it has missed."""
    with make_floor(tmp_path, leads=1) as made:
        book(made, talking(made), FRIDAY)
        made.clock.time = FRIDAY + 40 * 60
        yield made


def test_a_no_show_whose_caller_is_off_is_anyones_at_once(missed: TestFloor) -> None:
    mark(missed, 1, "no_show")
    card = claim(missed, "Ito")
    assert card.kind == "rebook", "although Dana has called the company within five days"
    assert dial(missed, card, "Ito").allowed
    assert_clean(missed)


@pytest.mark.parametrize(
    "leaves",
    [lambda floor: floor.ask("Dana", SignOut()), lambda floor: floor.ask("Sam", EndSeat(person=1))],
    ids=["signs out", "is ended"],
)
def test_a_no_show_is_its_callers_until_they_leave(missed: TestFloor, leaves: Callable[[TestFloor], Any]) -> None:
    missed.ask("Dana", SignIn(station="sdr"))
    mark(missed, 1, "no_show")
    nothing(missed, "Ito")
    leaves(missed)
    assert claim(missed, "Ito").kind == "rebook"


def test_a_no_show_of_a_caller_who_works_elsewhere_by_now_is_anyones(missed: TestFloor) -> None:
    missed.ask("Dana", SignIn(station="sdr"))
    missed.ask("Sam", Assign(person="Dana", campaign=1, turn=0))
    mark(missed, 1, "no_show")
    assert claim(missed, "Ito").kind == "rebook"


def test_whose_meeting_nobody_sets_anew_within_a_working_day_is_called_like_others(missed: TestFloor) -> None:
    mark(missed, 1, "no_show")
    monday = FRIDAY + 3 * DAY + 40 * 60
    missed.clock.time = monday - 1
    assert missed.ask("Ito", AnyWork()).ready
    missed.clock.time = monday
    nothing(missed, "Ito")
    after = row(missed, "SELECT * FROM ticket WHERE station = 'sdr'")
    assert (after["kind"], after["state"], after["attempts"]) == ("call", "sleeping", 0)
    assert after["due_at"] > monday
    assert_clean(missed)


def test_what_is_taken_back_takes_its_time_back_too(floor: TestFloor) -> None:
    """A rejected meeting's time is free; open again, nobody else is promised it."""
    made = booked(floor)
    mark(floor, made["id"], "rejected", reason="they buy from us already")
    mark(floor, made["id"], "open")
    assert made["starts_at"] not in offers(floor, talking(floor, "Ito"), "Ito").free
    record(floor, claim(floor, "Eve", "executive"), "rejected", "Eve", criterion="need")
    assert floor.ask("Eve", Undo()) is not None
    assert value(floor, "SELECT count(*) FROM slot WHERE meeting_id = ?", made["id"]) == 1
    assert_clean(floor)


def test_a_time_that_was_given_away_is_not_taken_back(floor: TestFloor) -> None:
    made = booked(floor)
    mark(floor, made["id"], "rejected", reason="they buy from us already")
    book(floor, talking(floor, "Ito"), made["starts_at"], "Ito")
    assert "by now" in refused(floor, "Cleo", MarkMeeting(meeting=made["id"], result="open"), "slot_gone")
    nothing_twice(floor)
    assert_clean(floor)


def test_an_executive_who_undoes_a_no_show_leaves_the_company_alone(floor: TestFloor) -> None:
    made = due(floor)
    card = claim(floor, "Eve", "executive")
    company = row(floor, "SELECT * FROM account WHERE id = ?", made["account_id"])
    record(floor, card, "no_show", "Eve")
    floor.ask("Eve", Undo())
    assert row(floor, "SELECT * FROM account WHERE id = ?", made["account_id"]) == company


def test_a_company_with_another_meeting_is_left_alone_when_one_falls_through(tmp_path: Path) -> None:
    two = [
        [name, "Acme", f"{name}@acme.example", f"+1212555010{n}", "VP", "Acme Inc.", "", "", "US"]
        for n, name in enumerate(("Ada", "Grace"))
    ]
    with make_floor(tmp_path, leads=0, data=csv_of(two)) as floor:
        booked(floor, nth=1)
        other = two[value(floor, "SELECT lead_id FROM meeting") % 2]
        floor.ask("Cleo", AddInbound(name=f"{other[0]} Acme", company="Acme Inc.", number=other[3]))
        second = booked(floor)
        mark(floor, second["id"], "rejected", reason="they do not want it")
        assert value(floor, "SELECT rests_until FROM account") > floor.clock.time + 80 * DAY
        assert_clean(floor)


def test_who_asked_not_to_be_called_after_a_meeting_is_sent_back_to_nobody(floor: TestFloor) -> None:
    made = due(floor)
    floor.ask("Sam", OptOut(lead=made["lead_id"]))
    for result in ("no_show", "open"):
        mark(floor, made["id"], result)
        waits = rows(floor, "SELECT id FROM ticket WHERE lead_id = ? AND state <> 'done'", made["lead_id"])
        assert not waits, result
    assert_clean(floor)


def test_a_meeting_that_is_moved_moves_the_rest_of_its_company(floor: TestFloor) -> None:
    made = booked(floor)
    rests = value(floor, "SELECT rests_until FROM account WHERE id = ?", made["account_id"])
    record(floor, claim(floor, "Eve", "executive"), "moved", "Eve", slot=iso(made["starts_at"] + 7 * DAY))
    assert value(floor, "SELECT rests_until FROM account WHERE id = ?", made["account_id"]) == rests + 7 * DAY


# called off ahead -----------------------------------------------------------------------------------------------------


def far_ahead(floor: TestFloor) -> dict[str, Any]:
    """A booked meeting that is more than a day ahead, to which the prospect was invited."""
    made = booked(floor, nth=2)
    assert made["starts_at"] > floor.clock.time + DAY
    floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    return row(floor, "SELECT * FROM meeting")


def test_a_meeting_that_is_called_off_is_neither_held_nor_missed(floor: TestFloor) -> None:
    made = far_ahead(floor)
    assert mark(floor, made["id"], "called_off").endswith(": marked called off")
    assert sums(floor) == (1, 0, 0)
    after = row(floor, "SELECT state, invite, sequence FROM meeting")
    assert after == {"state": "called_off", "invite": "withdraw", "sequence": made["sequence"] + 1}
    assert "METHOD:CANCEL" in floor.ask("Cleo", MeetingFile(meeting=made["id"])).text
    assert made["starts_at"] in offers(floor, talking(floor, "Ito"), "Ito").free, "its time is free for somebody else"
    floor.clock.time = made["ends_at"] + 60
    assert [each.unresolved for each in floor.ask("Cleo", ListMeetings()).meetings] == [False]
    assert_clean(floor)


def test_who_called_off_is_called_by_their_caller_once(floor: TestFloor) -> None:
    made = far_ahead(floor)
    floor.ask("Dana", SignIn(station="sdr"))
    mark(floor, made["id"], "called_off")
    card = claim(floor)
    assert (card.lead, card.kind) == (made["lead_id"], "rebook")
    assert card.why == "their meeting fell through; it is to be set anew"
    assert card.history[0].outcome == "Called off"
    assert dial(floor, card).allowed
    event = book(floor, card, next(at for at in offers(floor, card).free if at > floor.clock.time + DAY))
    second = row(floor, "SELECT * FROM meeting WHERE event_id = ?", event)
    assert second["rebooks"] == 1
    mark(floor, second["id"], "called_off")
    assert value(floor, "SELECT count(*) FROM ticket WHERE kind = 'rebook' AND state <> 'done'") == 0
    assert value(floor, "SELECT rests_until FROM lead WHERE id = ?", made["lead_id"]) > floor.clock.time + 80 * DAY
    nothing_twice(floor)
    assert_clean(floor)


def test_calling_off_less_than_a_day_ahead_is_a_no_show(floor: TestFloor) -> None:
    made = far_ahead(floor)
    floor.clock.time = made["starts_at"] - DAY + 1
    said = mark(floor, made["id"], "called_off")
    assert said.endswith(": marked called off less than a day ahead, which is a no-show")
    assert "no-show already" in mark(floor, made["id"], "called_off")
    assert row(floor, "SELECT state, invite, reason FROM meeting") == {
        "state": "no_show",
        "invite": "withdraw",
        "reason": "called off less than a day ahead",
    }
    assert sums(floor) == (1, 0, 1)
    assert value(floor, "SELECT count(*) FROM slot") == 0
    assert_clean(floor)


def test_what_has_begun_is_not_called_off(floor: TestFloor) -> None:
    made = far_ahead(floor)
    floor.clock.time = made["starts_at"]
    refused(floor, "Cleo", MarkMeeting(meeting=made["id"], result="called_off"), "too_late")
    refused(floor, "Dana", MarkMeeting(meeting=made["id"], result="called_off"), "role")


@pytest.mark.parametrize(("told", "invite", "sequence"), [(False, "sent", 1), (True, "pending", 2)])
def test_calling_off_is_taken_back(floor: TestFloor, told: bool, invite: str, sequence: int) -> None:
    """Who heard already that the meeting will not be is invited anew."""
    made = far_ahead(floor)
    mark(floor, made["id"], "called_off")
    if told:
        floor.ask("Cleo", MarkInvite(meeting=made["id"]))
    mark(floor, made["id"], "open")
    after = row(floor, "SELECT state, invite, sequence FROM meeting")
    assert after == {"state": "booked", "invite": invite, "sequence": sequence}
    assert "METHOD:REQUEST" in floor.ask("Cleo", MeetingFile(meeting=made["id"])).text
    assert value(floor, "SELECT count(*) FROM slot") == 1
    assert value(floor, "SELECT count(*) FROM ticket WHERE kind = 'rebook' AND state <> 'done'") == 0
    assert_clean(floor)


def test_who_was_invited_to_a_meeting_that_is_rejected_ahead_hears_of_it(floor: TestFloor) -> None:
    made = far_ahead(floor)
    mark(floor, made["id"], "rejected", criterion="need")
    assert value(floor, "SELECT invite FROM meeting") == "withdraw"
    assert floor.ask("Cleo", MeetingFile(meeting=made["id"])).cancels
    assert_clean(floor)


def test_the_history_of_a_lead_tells_what_stands_of_its_meeting(missed: TestFloor) -> None:
    mark(missed, 1, "held")
    mark(missed, 1, "no_show")
    assert [each.outcome for each in claim(missed).history] == ["No-show", "MEETING"]
