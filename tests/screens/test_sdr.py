"""What an SDR lives through: ready, served, dialed, recorded, the next one."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.commands import commands
from salesdesk.desk.cards import PastCall
from salesdesk.desk.errors import Refused
from salesdesk.desk.people import ListPeople
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.suppressing import READ_ALOUD, READ_ALOUD_NUMBER, OptOut
from salesdesk.screens import lead_card
from salesdesk.screens import station as shared
from salesdesk.store import events, promises
from salesdesk.store.session import StoreError
from tests.floors import TestFloor, make_floor, release_campaign
from tests.screens.driving import drive, matches, pilot_of, said, screen_text, sdr, seat, settle, station, write
from tests.steps import happened, work


def recorded(floor: TestFloor, kind: str = "recorded") -> list[events.EventRow]:
    return [event for event in happened(floor.counter.store) if event.kind == kind and event.person_id == 1]


# how it looks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mono", [False, True], ids=["colour", "mono"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_each_page_looks_as_it_did(floor: TestFloor, size: tuple[int, int], mono: bool) -> None:
    name = f"sdr-{size[0]}x{size[1]}"
    async with station(floor, size=size, sdr="Dana", mono=mono) as app:
        matches(app, f"{name}-start")
        await drive(app, "enter")
        _hide_names(app)
        matches(app, f"{name}-lead")
        await drive(app, "d")
        matches(app, f"{name}-ringing")
        await drive(app, "space 4")
        await write(app, "tue 3pm")
        matches(app, f"{name}-callback")
        await drive(app, "escape 8")
        matches(app, f"{name}-meeting")


def _hide_names(app: SalesdeskApp) -> None:
    """Which lead comes first depends on the floor's secret, which is new each time; the pictures want the same one."""
    card = sdr(app).shift.card
    assert card is not None
    number = card.numbers[0].model_copy(update={"shown": "+1 312-555-0142", "e164": "+13125550142"})
    sdr(app).shift.card = card.model_copy(
        update={
            "name": "Marta Oyelaran", "title": "VP Finance", "account": "Halden Freight", "employees": 240,
            "email": "marta@halden.example", "numbers": (number,), "zone": "America/Chicago",
            "zones": ("America/Chicago",),
            "script": "Hi Marta, Dana here. We help Halden Freight with a freight audit.\nCould we meet?",
        }
    )  # fmt: skip
    sdr(app).repaint()


async def test_my_day_has_room_for_what_a_campaign_asks_of_me(floor: TestFloor) -> None:
    async with station(floor, size=(120, 40), sdr="Dana") as app:
        await drive(app, "enter")
        numbers = sdr(app).shift.numbers
        assert numbers is not None
        mine = numbers.mine.model_copy(update={"meetings": 12, "promises_kept": 100, "promises_late": 12})
        many = numbers.model_copy(update={"mine": mine, "team": mine, "meetings_target": 12.5})
        sdr(app).shift.numbers = many
        sdr(app).repaint()
        shown = screen_text(app)
        assert "12 of 12.5" in shown
        assert shown.count("100 of 112") == 2


async def test_the_queue_gives_way_where_the_status_line_is_full(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d p 1")
        assert re.search(r"then break +queue 19 +local 10:30$", screen_text(app).split("\n")[0])
        card = sdr(app).shift.card
        assert card is not None
        sdr(app).shift.card = card.model_copy(update={"campaign": "Spring Audit, Midwest"})
        sdr(app).repaint()
        assert re.search(r"then break +local 10:30$", screen_text(app).split("\n")[0])


async def test_without_colour_no_colour_is_drawn(floor: TestFloor) -> None:
    async with station(floor, mono=True, sdr="Dana") as app:
        await drive(app, "enter d")
        colours = {
            (style.color.name if style.color else "default", style.bgcolor.name if style.bgcolor else "default")
            for strip in app.screen._compositor.render_strips()
            for _text, style, _control in strip.apply_filter(app._filters[-1], app.screen.styles.background)
            if style is not None
        }
        assert colours == {("default", "default")}


@pytest.mark.parametrize("size", [(59, 24), (80, 15), (20, 5)])
async def test_a_small_window_says_so_in_one_line(floor: TestFloor, size: tuple[int, int]) -> None:
    async with station(floor, size=size, sdr="Dana") as app:
        assert " ".join(screen_text(app).split()) == "make the window larger: 60x16 at least"


async def test_nothing_is_done_in_a_window_that_is_too_small(floor: TestFloor) -> None:
    async with station(floor, size=(59, 24), sdr="Dana") as app:
        await drive(app, "enter n p 2")
        assert sdr(app).shift.page == "start"
        assert seat(floor)[0] != "paused"
        await drive(app, "ctrl+q")
        assert app._exit is True


async def test_60x16_is_enough_to_work(floor: TestFloor) -> None:
    async with station(floor, size=(60, 16), sdr="Dana") as app:
        await drive(app, "enter")
        card = sdr(app).shift.card
        assert card is not None
        shown = screen_text(app)
        assert card.name in shown
        assert "1 no answer" in shown


# the loop -----------------------------------------------------------------------------------------------------------


async def test_no_answer_is_two_keys_and_the_next_lead_is_there(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        first = sdr(app).shift.card
        await drive(app, "1 enter")
        second = sdr(app).shift.card
        assert first is not None
        assert second is not None
        assert second.lead != first.lead
        assert second.name in screen_text(app)
        assert [event.outcome for event in recorded(floor)] == ["no_answer"]
        assert app.focused is None


async def test_the_same_digit_twice_records_it_too(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 1 1")
        assert [event.outcome for event in recorded(floor)] == ["no_answer"]


@pytest.mark.parametrize(
    ("keys", "outcome", "facts"),
    [
        ("1 y", "no_answer", {"busy": True}),
        ("2 enter", "voicemail", {"message": "none"}),
        ("2 l", "voicemail", {"message": "left"}),
        ("3 n enter", "gatekeeper", {"result": "not_in"}),
        ("3 b ctrl+s", "gatekeeper", {"result": "blocked"}),
        ("6 n enter", "no", {"reason": "no_need"}),
        ("6 u h enter", "no", {"reason": "hung_up", "objection": "have_one"}),
        ("7 d", "bad_record", {"what": "dead"}),
        ("7 p n enter", "bad_record", {"what": "wrong_person", "answered": False}),
    ],
)
async def test_outcomes_take_few_keys(floor: TestFloor, keys: str, outcome: str, facts: dict[str, object]) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, f"enter d {keys}")
        event = recorded(floor)[0]
        assert event.outcome == outcome
        assert facts.items() <= event.data["facts"].items()


async def test_a_callback_takes_five_keys_and_the_time_which_is_read_back(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 4")
        await write(app, "fri 3pm")
        assert "Fri 15:00" in screen_text(app)
        assert "yours" in screen_text(app)
        await drive(app, "enter r enter y")
        event = recorded(floor)[0]
        assert event.outcome == "call_back"
        promised = floor.counter.store.read(lambda session: promises.of_ticket(session, event.ticket_id or 0))
        assert promised is not None
        assert "call back: Fri 15:00" in said(app)
        assert "legal" not in said(app)


async def test_a_meeting_asks_everything_and_keeps_to_its_place(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        await write(app, "fri 10:00")
        await drive(app, "enter")
        await write(app, "Marta@halden.example")
        await drive(app, "enter d")
        await write(app, "wants fewer bills")
        await drive(app, "enter")
        await write(app, "?")
        await drive(app, "enter n")
        assert "must be done" in screen_text(app)
        await drive(app, "y")
        event = recorded(floor)[0]
        assert event.outcome == "meeting"
        assert event.data["facts"]["decision_role"] == "decides"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("yesterday", "not understood"),
        ("1 jan 2020 9:00", "in the past"),
        ("in 45 days", "more than 30 days"),
        ("", "required"),
    ],
)
async def test_a_bad_time_stays_in_the_form_with_its_reason(floor: TestFloor, typed: str, reason: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, typed)
        await drive(app, "enter")
        assert recorded(floor) == []
        assert "✗" in screen_text(app)
        assert reason in screen_text(app)
        assert typed in screen_text(app)


async def test_an_hour_that_the_law_refuses_is_told_while_it_is_typed(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "tue 3pm")
        assert "yours · legal" in screen_text(app)
        await drive(app, " ".join(["backspace"] * 7))
        await write(app, "sun 3am")
        await drive(app, "enter")
        assert recorded(floor) == []
        shown = " ".join(screen_text(app).split())
        assert "outside the legal hours there" in shown
        assert "…" not in shown
        assert "sun 3am" in shown


async def test_no_hint_is_cut_and_every_meaning_can_be_read(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "yesterday")
        await drive(app, "enter")
        assert "is not understood: try" in " ".join(screen_text(app).split())
        assert "…" not in screen_text(app)
        await drive(app, "escape o")
        station_map = sdr(app).shift.map
        assert station_map is not None
        rows: list[str] = []
        await drive(app, "question_mark")
        while "a letter answers" in sdr(app).form.text:
            rows += sdr(app).form.text.split("\n")[1:]
            await drive(app, "question_mark")
        told = " ".join(" ".join(rows).split())
        assert all(each.definition in told for each in station_map.objections)


async def test_a_form_that_was_left_comes_back_as_it_was(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "fri 3pm")
        await drive(app, "enter r escape")
        assert said(app) == "what you typed is kept; 4 brings it back"
        await drive(app, "8")
        assert "fri 3pm" not in screen_text(app)
        await drive(app, "escape 4")
        assert "fri 3pm" in screen_text(app)
        await drive(app, "enter y")
        assert recorded(floor)[0].outcome == "call_back"
        await drive(app, "d 4")
        assert "fri 3pm" not in screen_text(app)


async def test_enter_after_a_letter_that_saved_leaves_what_was_said(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 2")
        assert "a letter or Enter saves" in screen_text(app)
        await drive(app, "l enter")
        assert said(app).startswith("✓ voicemail")
        assert len(recorded(floor)) == 1


async def test_undo_waits_until_the_form_is_left(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 1 enter d 4 f8")
        assert "leave the form first (Esc)" in said(app)
        assert sdr(app).form.entry is not None
        await drive(app, "escape 2 f8")
        assert "leave the form first (Esc)" in said(app)


async def test_my_numbers_follow_every_dial_and_outcome(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        assert "dials 1 · humans 0" in screen_text(app)
        await drive(app, "space 6 n enter")
        assert "dials 1 · humans 1" in screen_text(app)


async def test_the_next_number_wants_a_dial_before_an_outcome(tmp_path: Path) -> None:
    head = "First Name,Last Name,Email,Phone,Mobile,Title,Company,Country\n"
    two = "Ada,Byron,a@example.com,+13125550142,+13125550143,Owner,Halden Inc.,US\n"
    with make_floor(tmp_path, data=(head + two).encode()) as floor:
        async with station(floor, sdr="Dana") as app:
            await drive(app, "enter d 7 d")
            card = sdr(app).shift.card
            assert card is not None
            assert card.dialed_at is None
            assert "dial (d) ──" in screen_text(app)
            await drive(app, "1")
            assert said(app) == "! dial (d)"


async def test_an_outcome_wants_a_dial(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter 1")
        assert said(app) == "! dial (d) or skip (s)"
        assert sdr(app).form.entry is None


async def test_a_misfire_is_undone_with_its_timer_running(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space")
        first = sdr(app).shift.card
        floor.clock.forward(20)
        await drive(app, "1 enter f8")
        back = sdr(app).shift.card
        assert first is not None
        assert back is not None
        assert (back.ticket, back.answered_at) == (first.ticket, first.answered_at)
        assert "talking  0:20" in screen_text(app)


async def test_undo_with_nothing_to_undo_says_so(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter z")
        assert "no outcome of yours" in said(app)


async def test_skip_takes_a_letter_and_only_before_the_dial(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        first = sdr(app).shift.card
        await drive(app, "s")
        assert "l Language" in screen_text(app)
        await drive(app, "l")
        assert [event.data["reason"] for event in recorded(floor, "skipped")] == ["language"]
        assert sdr(app).shift.card != first
        await drive(app, "d s l")
        assert "l is none of f" in screen_text(app)
        assert len(recorded(floor, "skipped")) == 1


async def test_objections_go_with_the_outcome(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d o h o p o h o t")
        assert "objections noted: no time, too dear" in screen_text(app)
        await drive(app, "6 n enter")
        assert recorded(floor)[0].data["objections"] == ["no_time", "price"]
        assert "objections noted" not in screen_text(app)


async def test_a_line_that_failed_after_the_dial_is_a_skip_until_somebody_answers(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d s")
        assert "f Line failed" in screen_text(app)
        assert "Conflict" not in screen_text(app)
        await drive(app, "f")
        assert "skipped: Line failed" in said(app)
        assert [event.data["voided"] for event in recorded(floor, "skipped")] == [1]
        await drive(app, "d space s")
        assert "say what came of it" in said(app)


async def test_pause_and_back(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter p 2")
        assert seat(floor) == ("paused", "lunch")
        assert "PAUSE" in screen_text(app)
        await drive(app, "enter")
        assert seat(floor)[0] == "preview"


async def test_a_pause_during_a_call_begins_after_it(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d p 1")
        assert seat(floor)[0] == "call"
        assert "then break" in screen_text(app)
        await drive(app, "1 enter")
        assert seat(floor) == ("paused", "break")


@pytest.mark.parametrize(
    ("keys", "scope"), [("y", "person"), ("enter y", "person"), ("n y", "number"), ("c y", "company")]
)
async def test_do_not_call_wants_a_scope_and_a_yes(floor: TestFloor, keys: str, scope: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d f9")
        await drive(app, keys)
        assert [event.data["scope"] for event in recorded(floor, "opted_out")] == [scope]
        shown = " ".join(screen_text(app).split())
        assert (READ_ALOUD_NUMBER if scope == "number" else READ_ALOUD) in shown
        await drive(app, "enter")
        assert sdr(app).shift.page == "lead"


@pytest.mark.parametrize("keys", ["f9 enter n q", "f9 q", "f9 escape", "f9 enter enter q"])
async def test_do_not_call_is_not_recorded_without_a_yes(floor: TestFloor, keys: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, f"enter {keys}")
        assert recorded(floor, "opted_out") == []
        assert sdr(app).form.entry is None


async def test_somebody_named_is_called_on_a_number_that_is_said_and_their_card_says_who_sent_us(
    floor: TestFloor,
) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space")
        first = sdr(app).shift.card
        assert first is not None
        await drive(app, "9")
        await write(app, "Nora Fresh")
        await drive(app, "enter")
        await write(app, "Controller")
        await drive(app, "enter")
        assert f"empty: {first.numbers[0].shown} is called" in screen_text(app)
        await drive(app, "enter enter y enter")
        assert "the new lead is called on this number" in said(app)
        new = sdr(app).shift.card
        assert new is not None
        assert new.name == "Nora Fresh"
        told = f"sent by {first.name}, use the name: yes"
        assert told in screen_text(app)
        await drive(app, "i")
        assert screen_text(app).count(told) == 2


async def test_the_number_stands_large_while_it_rings_and_is_a_link(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        links = {
            style.link
            for strip in app.screen._compositor.render_strips()
            for _t, style, _c in strip
            if style and style.link
        }
        card = sdr(app).shift.card
        assert card is not None
        assert links == {card.numbers[0].uri}
        assert "╰─╯" in screen_text(app)


async def test_the_time_there_stands_before_what_came_of_earlier_calls(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        card = sdr(app).shift.card
        assert card is not None
        past = PastCall(at=sdr(app).desk.now() - 86_400, outcome="No answer", person="Ito")
        earlier = card.model_copy(update={"history": (past,)})
        rows = lead_card.lead_rows(earlier, sdr(app).desk.now(), "", False, (78, 6))
        assert re.match(r"\d\d:\d\d ", "".join(bit.text for bit in rows[-1]))
        rows = lead_card.lead_rows(earlier, sdr(app).desk.now(), "", False, (78, 7))
        assert rows[-1][0].text == "last: "


async def test_the_number_is_copied(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter y")
        card = sdr(app).shift.card
        assert card is not None
        assert app.clipboard == card.numbers[0].e164


async def test_why_this_lead_is_told_in_place_and_goes_again(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter i")
        assert "WHY THIS LEAD" in screen_text(app)
        await drive(app, "q")
        assert "Could we meet" in screen_text(app)


async def test_a_long_script_is_read_on(tmp_path: Path) -> None:
    script = "\n".join(f"line {n}" for n in range(30))
    with make_floor(tmp_path, script=script) as floor:
        async with station(floor, sdr="Dana") as app:
            await drive(app, "enter")
            assert "line 29" not in screen_text(app)
            await drive(app, "down " * 20)
            assert "line 29" in screen_text(app)
            await drive(app, "up " * 20)
            assert "line 0" in screen_text(app)


async def test_every_answer_has_its_definition_behind_a_question_mark(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 7 question_mark")
        assert "Not in service" in screen_text(app)
        await drive(app, "q question_mark")
        await write(app, "gatekeeper")
        assert "the contact did not" in " ".join(screen_text(app).split())


@pytest.mark.parametrize(
    ("keys", "head"),
    [
        ("7", "d saves · Esc leaves"),
        ("2", "a letter or Enter saves · Esc leaves"),
        ("s", "a letter saves · Esc leaves"),
        ("p", "a digit saves · Esc leaves"),
        ("f9", "y records it · Enter goes on · Esc leaves"),
        ("f9 enter", "y records it · n goes back · Esc leaves"),
    ],
)
async def test_the_head_of_a_form_says_what_keys_do(floor: TestFloor, keys: str, head: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, f"enter d {keys}")
        assert head in screen_text(app)


async def test_esc_closes_what_answers_mean_before_the_form(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 7 question_mark")
        assert "Esc closes this" in screen_text(app)
        await drive(app, "escape")
        assert "What*" in screen_text(app)
        assert "Not in service" not in screen_text(app)
        await drive(app, "question_mark " * 2 + "escape")
        assert sdr(app).form.entry is None


# keys ---------------------------------------------------------------------------------------------------------------

KEYS = [
    (command.id, key)
    for command in commands("sdr")
    for key in command.keys
    if command.id != "quit" and key not in "2356789"
]


@pytest.mark.parametrize("page", ["", "enter", "enter d 4", "p 1"])
@pytest.mark.parametrize(("id", "key"), KEYS)
async def test_every_key_does_something_on_every_page_and_breaks_nothing(
    floor: TestFloor, page: str, id: str, key: str
) -> None:
    async with station(floor, sdr="Dana") as app:
        assert hasattr(app.screen, f"action_{id}")
        await drive(app, page)
        await drive(app, key)
        assert "inside salesdesk" not in screen_text(app)
        assert app._exception is None


async def test_ctrl_q_signs_out(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter ctrl+q")
        assert seat(floor)[0] == "out"


async def test_ctrl_q_during_a_call_asks_for_its_outcome_first(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d ctrl+q")
        assert "record what came of this call" in said(app)
        assert app._exit is False
        await drive(app, "ctrl+q")
        assert app._exit is True


async def test_what_keeps_one_from_leaving_is_shown_also_from_another_station(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana", wallboard="Sam") as app:
        await drive(app, "enter d")
        await app.action_go("wallboard")
        await drive(app, "ctrl+q")
        assert app.current_mode == "sdr"
        assert "record what came of this call" in screen_text(app)


# when things go otherwise -------------------------------------------------------------------------------------------


async def test_a_lead_that_was_in_my_hands_is_still_there(floor: TestFloor) -> None:
    floor.ask("Dana", ClaimNext())
    async with station(floor, sdr="Dana") as app:
        assert sdr(app).shift.page == "lead"
        assert "still in your hands" in said(app)


async def test_a_lost_lead_keeps_what_was_typed(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "fri 3pm")
        floor.clock.forward(120)
        floor.ask("Ito", ClaimNext())
        await drive(app, "enter r enter y")
        assert "no longer yours" in screen_text(app)
        assert "fri 3pm" in screen_text(app)
        assert recorded(floor) == []
        await drive(app, "q n")
        assert sdr(app).shift.page == "lead"
        assert sdr(app).shift.stop == ""


async def test_a_silent_screen_learns_that_its_lead_went_back(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        floor.clock.forward(120)
        floor.ask("Ito", ClaimNext())
        sdr(app)._beat()
        await settle(app)
        assert "went back to the queue" in screen_text(app)


async def test_a_colleague_hears_stop_when_somebody_opts_out(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        card = sdr(app).shift.card
        assert card is not None
        floor.ask("Sam", OptOut(lead=card.lead))
        floor.clock.forward(1)
        await sdr(app).moved()
        await settle(app)
        assert "asked not to be called" in screen_text(app)
        await drive(app, "d")
        assert sdr(app).shift.card is not None
        assert recorded(floor, "dialed") == []
        await drive(app, "n")
        assert sdr(app).shift.stop == ""


async def test_a_dry_queue_says_why_and_serves_by_itself_when_it_fills(tmp_path: Path) -> None:
    with make_floor(tmp_path, release=False) as floor:
        async with station(floor, sdr="Dana") as app:
            await drive(app, "enter")
            assert "NOTHING TO CALL" in screen_text(app)
            assert "campaign" in screen_text(app)
            release_campaign(floor)
            await sdr(app).moved()
            await settle(app)
            assert sdr(app).shift.page == "lead"


async def test_a_broken_floor_is_a_sentence_and_the_draft_stays(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "fri 3pm")
        asked = _spoil(app, monkeypatch, StoreError("the floor file cannot be written now; nothing was saved"))
        await drive(app, "enter r enter y")
        assert "cannot be written now" in said(app)
        assert "fri 3pm" in screen_text(app)
        first = next(each for each in asked if isinstance(each, RecordOutcome))
        floor.clock.forward(5)
        monkeypatch.undo()
        again = _listen(app, monkeypatch)
        await drive(app, "ctrl+s")
        assert recorded(floor)[0].outcome == "call_back"
        assert [each.key for each in again if isinstance(each, RecordOutcome)] == [first.key]


def _spoil(app: SalesdeskApp, monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[Any]:
    asked: list[Any] = []

    async def fail(request: Any) -> Any:
        asked.append(request)
        raise error

    monkeypatch.setattr(sdr(app).desk, "do", fail)
    return asked


def _listen(app: SalesdeskApp, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    do = sdr(app).desk.do

    async def heard(request: Any) -> Any:
        asked.append(request)
        return await do(request)

    monkeypatch.setattr(sdr(app).desk, "do", heard)
    return asked


async def test_a_refusal_is_a_sentence(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        _spoil(app, monkeypatch, Refused("why", "not now, because of [b]this[/b]"))
        await drive(app, "d")
        assert said(app) == "! not now, because of [b]this[/b]"


async def test_a_mistake_of_ours_neither_ends_the_program_nor_shows_values(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        _spoil(app, monkeypatch, KeyError("Marta Oyelaran"))
        await drive(app, "d")
        assert "went wrong inside salesdesk" in said(app)
        assert "Marta" not in screen_text(app)
        assert app.is_running


async def test_a_slow_write_names_who_blocks_the_floor(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        monkeypatch.setattr(shared, "PATIENCE", 0)
        go_on = asyncio.Event()
        desk = sdr(app).desk
        do = desk.do

        async def slow(request: Any) -> Any:
            await go_on.wait()
            return await do(request)

        monkeypatch.setattr(desk, "do", slow)
        monkeypatch.setattr(desk, "blocker", lambda: "process 7, since 10:30:00")
        sdr(app).action_dial()
        while "process 7" not in screen_text(app):
            await asyncio.sleep(0)
        go_on.set()
        await settle(app)
        assert "ringing" in screen_text(app)


async def test_hostile_leads_are_harmless_text_on_every_part(tmp_path: Path) -> None:
    data = (Path(__file__).parents[1] / "data" / "exports" / "hostile.csv").read_bytes()
    with make_floor(tmp_path, data=data) as floor:
        async with station(floor, size=(120, 40), sdr="Dana") as app:
            await drive(app, "enter")
            for _ in range(60):
                if sdr(app).shift.page != "lead":
                    break
                await drive(app, "i q d space 8 escape 1 enter")
                shown = screen_text(app)
                assert "\x1b" not in shown
                assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in shown)
                assert app._exception is None
            assert app.is_running
            assert recorded(floor)


async def test_two_people_work_side_by_side_on_one_floor(floor: TestFloor) -> None:
    assert floor.ask("Sam", ListPeople()).people
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 1 enter")
        other = floor.ask("Ito", ClaimNext())
        card = sdr(app).shift.card
        assert other is not None
        assert card is not None
        assert other.lead != card.lead


async def test_nobody_there_for_five_minutes_gives_the_lead_back(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.clock.forward(299)
        sdr(app)._tick()
        await settle(app)
        assert sdr(app).shift.page == "lead"
        floor.clock.forward(1)
        sdr(app)._tick()
        await settle(app)
        assert sdr(app).shift.page == "away"
        assert recorded(floor, "returned")
        await drive(app, "enter")
        assert sdr(app).shift.page == "lead"


async def test_a_call_has_no_longest_time(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        floor.clock.forward(3600)
        sdr(app)._tick()
        await settle(app)
        assert sdr(app).shift.page == "lead"


async def test_a_pause_over_its_limit_says_by_how_much(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "p 1")
        floor.clock.forward(15 * 60)
        sdr(app)._tick()
        assert "over" not in screen_text(app)
        floor.clock.forward(70)
        sdr(app)._tick()
        await settle(app)
        assert "16:10, 1:10 over" in screen_text(app)


async def test_a_lead_that_a_colleague_has_now_is_noticed_without_a_key(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.clock.forward(120)
        floor.ask("Ito", ClaimNext())
        await sdr(app).moved()
        await settle(app)
        assert "went back to the queue" in screen_text(app)


async def test_an_outcome_can_be_clicked(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        rows = screen_text(app).split("\n")
        y = next(n for n, row in enumerate(rows) if "4 call back" in row)
        await pilot_of(app).click(offset=(rows[y].index("4 call back") + 3, y))
        await settle(app)
        assert "When, their time" in screen_text(app)


async def test_pasted_text_goes_into_the_field(floor: TestFloor) -> None:
    from textual import events as keys

    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        app.post_message(keys.Paste("fri 3pm\x1b]0;x\x07"))
        await settle(app)
        assert "fri 3pm" in screen_text(app)
        assert "\x1b" not in screen_text(app)


async def test_undo_takes_back_what_was_saved_here_and_nothing_that_came_after_it(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 1 enter p 1")
        work(floor, "voicemail")  # in another window of mine
        await drive(app, "f8")
        assert "not your last one any more" in said(app)
        assert recorded(floor, "undone") == []
        await drive(app, "f8")
        assert "undone" in said(app)
