"""What keys do to a draft, without a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from salesdesk.line.salesmap import Choice, shipped
from salesdesk.screens.sdr_questions import question
from salesdesk.widgets.entry import Entry, Then

NOW = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
STATION = shipped("sdr-executive").station("sdr")


def entry(outcome: str) -> Entry:
    return Entry(STATION.outcome(outcome), "America/Chicago", "America/New_York", lambda: NOW)


def press(draft: Entry, *keys: str) -> Then:
    then = Then.ON
    for key in keys:
        then = draft.press(key, key if len(key) == 1 else None)
    return then


@pytest.mark.parametrize(
    ("outcome", "keys", "answers"),
    [
        ("no_answer", ["enter"], {}),
        ("no_answer", ["1"], {}),
        ("no_answer", ["y"], {"busy": True}),
        ("voicemail", ["l"], {"message": "left"}),
        ("gatekeeper", ["n", "enter"], {"result": "not_in"}),
        ("bad_record", ["d"], {"what": "dead"}),
        ("do_not_call", ["enter", "y"], {}),
        ("do_not_call", ["c", "y"], {"scope": "company"}),
    ],
)
def test_few_keys_complete_an_outcome(outcome: str, keys: list[str], answers: dict[str, object]) -> None:
    draft = entry(outcome)
    assert press(draft, *keys[:-1]) is Then.ON
    assert press(draft, keys[-1]) is Then.SAVE
    assert draft.answered == answers


def test_every_outcome_of_every_map_can_be_opened_and_left() -> None:
    for name in ("sdr-executive", "sdr-outside", "coordinator-salesperson"):
        for station in shipped(name).stations.values():
            for outcome in station.outcomes:
                draft = Entry(outcome, "America/Chicago", "America/New_York", lambda: NOW)
                assert draft.press("escape", None) is Then.LEFT
                assert draft.press("ctrl+s", None) in (Then.ON, Then.SAVE)


def test_what_is_required_is_asked_for_where_it_stands() -> None:
    draft = entry("meeting")
    assert press(draft, "ctrl+s") is Then.ON
    assert draft.field is not None
    assert draft.field.id == "slot"
    assert draft.errors["email"] == "an answer is required"


def test_a_time_is_read_back_and_sent_as_it_was_read_back() -> None:
    draft = entry("call_back")
    draft.type("fri 3pm")
    assert draft.field is not None
    assert draft.echo(draft.field) == "Fri 15:00 Chicago = 16:00 yours"
    assert draft.answered["when"] == "2026-11-20T15:00:00-06:00"


def test_letters_go_to_the_text_while_one_is_typed() -> None:
    draft = entry("call_back")
    assert draft.press("q", "q") is Then.IGNORED
    assert draft.press("enter", None) is Then.ON
    assert draft.errors["when"] == "an answer is required"


def test_an_answer_can_be_changed_on_the_way_back() -> None:
    draft = entry("no")
    press(draft, "u")
    assert press(draft, "up", "n", "enter") is Then.SAVE
    assert draft.answered == {"reason": "no_need"}


def test_a_field_that_an_answer_hides_is_not_sent() -> None:
    draft = entry("bad_record")
    press(draft, "p", "n", "up", "up")
    assert press(draft, "d") is Then.SAVE
    assert draft.answered == {"what": "dead"}


def test_a_refusal_of_the_desk_goes_to_its_field() -> None:
    draft = entry("call_back")
    draft.type("fri 3pm")
    assert draft.refuse("When, their time: not promised") is True
    assert draft.errors == {"when": "not promised"}
    assert draft.refuse("something else") is False


def test_a_wrong_letter_says_which_there_are() -> None:
    draft = entry("gatekeeper")
    assert press(draft, "x") is Then.ON
    assert draft.errors["result"] == "x is none of n b t"


def test_a_question_is_one_letter() -> None:
    choices = (Choice(id="lunch", key="2", label="lunch", definition="lunch"),)
    draft = question("pause", "Pause", choices)
    asked = Entry(draft, "UTC", "UTC", lambda: NOW, "pause")
    assert press(asked, "2") is Then.SAVE
    assert asked.answers == {"pause": "lunch"}


def test_an_error_goes_when_its_field_is_accepted() -> None:
    draft = entry("call_back")
    draft.type("fri 3pm")
    press(draft, "enter", "r", "x")
    assert "owner" in draft.errors
    press(draft, "enter")
    assert draft.errors == {}
    press(draft, "up", "x", "down")
    assert draft.errors == {}


@pytest.mark.parametrize(
    ("outcome", "letters"), [("voicemail", "nl"), ("bad_record", "d"), ("gatekeeper", ""), ("do_not_call", "")]
)
def test_a_letter_saves_only_where_no_field_follows_it(outcome: str, letters: str) -> None:
    assert "".join(entry(outcome).letters_that_save) == letters
