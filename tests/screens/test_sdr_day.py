"""The day of whoever sits at a calling station: its start, its pauses, its end, and calls for help."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.desk import seats
from salesdesk.desk.andons import OpenAndons
from salesdesk.desk.floor import Floor
from salesdesk.desk.looking import LookAt
from salesdesk.desk.people import GiveBack, SignIn
from salesdesk.desk.scripts import ChangeScript
from salesdesk.desk.shifts import SetDayOff
from salesdesk.desk.supervising import EndSeat, PassOn, ReturnHold
from salesdesk.screens.wallboard import WallboardScreen
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.screens.driving import drive, said, screen_text, sdr, seat, settle, station, write
from tests.steps import claim, tamper, value, work

DAY = 86_400


async def pass_time(app: SalesdeskApp, floor: TestFloor, seconds: int) -> None:
    for _ in range(0, seconds, 15):
        floor.clock.forward(15)
        await sdr(app).beat()
    sdr(app)._tick()
    await settle(app)


async def test_the_start_page_tells_all_there_is_to_know_at_80x24(floor: TestFloor) -> None:
    promised = work(floor, "call_back", when="2026-11-20T15:00-05:00")
    floor.ask("Sam", LookAt(person="Dana"))
    floor.clock.forward(DAY)
    floor.ask("Cleo", ChangeScript(campaign=1, script="Hello {{first_name}}"))
    async with station(floor, sdr="Dana") as app:
        shown = screen_text(app)
        assert "Good morning, Dana." in shown
        assert "you call for   Spring Audit" in shown
        assert "target today   meetings 2" in shown
        assert "Spring Audit A (version 2)" in shown
        assert f"Fri 15:00  {promised.name}" in shown
        assert "dials          █  1 on Thu · 1 in all" in shown
        assert "looked at you  Sam Thu 10:30 (numbers)" in shown
        await drive(app, "enter")
        assert sdr(app).shift.card is not None


async def test_a_pause_armed_during_a_call_is_the_seats_own(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d p 2")
        assert "then lunch" in screen_text(app)
        assert value(floor, "SELECT armed FROM seat WHERE person_id = 1") == "lunch"
        await drive(app, "1 enter")
        assert seat(floor) == ("paused", "lunch")
        assert "lunch, 45 min" in screen_text(app)
        await drive(app, "enter")
        assert seat(floor)[0] == "preview"


async def test_an_armed_pause_is_taken_back_by_key(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d p 2 p 0")
        assert "no pause follows" in said(app)
        assert "then lunch" not in screen_text(app)
        await drive(app, "1 enter")
        assert seat(floor)[0] == "preview"


async def test_a_station_that_comes_back_during_a_call_knows_the_armed_pause(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d p 1")
    async with station(floor, sdr="Dana") as app:
        assert "then break" in screen_text(app)
        await drive(app, "1 enter")
        assert sdr(app).shift.page == "paused"


@pytest.mark.parametrize("key", ["x", "space", "enter", "escape", "n"])
async def test_any_key_comes_back_from_away(floor: TestFloor, key: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        await pass_time(app, floor, 300)
        assert seat(floor) == ("away", "")
        assert "your lead went back" in screen_text(app)
        await drive(app, key)
        assert seat(floor)[0] == "preview"


async def test_whoever_never_gets_ready_is_away_too(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await pass_time(app, floor, 300)
        assert seat(floor) == ("away", "")


async def test_an_older_terminal_learns_in_a_sentence_that_it_has_no_seat(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.ask("Dana", SignIn())
        await sdr(app).beat()
        await settle(app)
        assert "at another terminal" in screen_text(app)
        assert sdr(app).shift.card is None
        await drive(app, "ctrl+q")
        assert app._exit
    assert seat(floor)[0] == "preview", "the other terminal works on"


# wrap ---------------------------------------------------------------------------------------------------------------


async def a_moment(app: SalesdeskApp, wall: SalesdeskApp, floor: TestFloor) -> str:
    """Dana's cell of the wall board when it is read next, which is once a second."""
    sdr(app)._tell_of_form()
    await settle(app)
    floor.clock.forward(1)
    assert isinstance(wall.screen, WallboardScreen)
    wall.screen.read(wall.screen.reload)
    await settle(wall)
    return next(row for row in screen_text(wall).splitlines() if " Dana " in row)


async def test_the_wall_board_shows_wrap_once_a_form_is_open_and_call_when_it_is_left(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app, station(floor, size=(120, 40), wallboard="Sam") as wall:
        await drive(app, "enter d space")
        assert "call" in await a_moment(app, wall, floor)
        await drive(app, "6")
        assert "wrap" in await a_moment(app, wall, floor)
        await drive(app, "escape")
        assert "call" in await a_moment(app, wall, floor)
        await drive(app, "6 n enter")
        assert "preview" in await a_moment(app, wall, floor)
        await drive(app, "d 1")
        assert "wrap" in await a_moment(app, wall, floor), "the next lead's form is told of as well"
        assert value(floor, "SELECT count(*) FROM hold") == 1


async def test_one_beat_tells_of_a_form_and_none_of_one_that_was_saved_at_once(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    beat = seats.beat

    def count(at: Floor, person: int, token: str, wrapping: int | None) -> bool:
        told.append(wrapping is not None)
        return beat(at, person, token, wrapping)

    async with station(floor, sdr="Dana") as app:
        monkeypatch.setattr(seats, "beat", count)

        async def settled() -> None:
            sdr(app)._tell_of_form()
            await settle(app)

        await drive(app, "enter")
        await settled()
        await drive(app, "d 1 enter")
        await settled()
        assert told == [], "nothing was written for long"
        await drive(app, "d 4")
        await settled()
        await settled()
        assert told == [True]
        await drive(app, "p")
        await settled()
        await drive(app, "escape 4 escape")
        await settled()
        assert told == [True, False], "a question of my own is no outcome"


async def test_the_seat_is_taken_back_with_enter(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.ask("Dana", SignIn())
        await sdr(app).beat()
        await drive(app, "enter")
        assert sdr(app).shift.card is not None
        await sdr(app).beat()
        assert sdr(app).shift.page == "lead"


async def test_help_is_called_by_a_letter_with_and_without_a_lead(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "exclamation_mark t")
        assert "2 people who can help were told" in said(app)
        await drive(app, "enter exclamation_mark")
        assert "script wrong" in screen_text(app)
        await drive(app, "s")
        assert sdr(app).shift.card is not None, "the lead stays"
    assert [each.code for each in floor.ask("Sam", OpenAndons()).open] == ["technical", "script"]


async def test_the_day_ends_in_five_lines_with_promises_nobody_would_keep(floor: TestFloor) -> None:
    left = work(floor, "call_back", when="2026-11-24T15:00-05:00")
    floor.ask("Dana", SetDayOff(day="2026-11-24"))
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter e")
        shown = screen_text(app)
        for line in ("dials 1 · humans 1", "meetings 0 of 2", "promises kept – · 1 still to keep", "seated"):
            assert line in shown
        assert f"Tue 24 Nov 15:00  {left.name}" in shown
        assert "your day off" in shown
        await drive(app, "a")
        assert "1 promise goes to anyone" in said(app)
        assert "NOBODY WOULD KEEP" not in screen_text(app)
        await drive(app, "escape")
        assert sdr(app).shift.page == "start"
        await drive(app, "e enter")
        assert seat(floor)[0] == "out"
        assert "You are signed out." in screen_text(app)
        await drive(app, "enter")
        assert seat(floor)[0] == "ready"


async def test_the_end_of_the_day_cuts_names_and_no_reasons_and_parts_no_figure(floor: TestFloor) -> None:
    work(floor, "call_back", when="2026-11-19T16:00-05:00")
    tamper(floor, "UPDATE account SET name = name || ' Consolidated Holding'")
    async with station(floor, size=(60, 24), sdr="Dana") as app:
        await drive(app, "enter e")
        shown = [row.strip() for row in screen_text(app).splitlines()]
        assert any(row.endswith("…  today, after you have left") for row in shown)
        assert any(row.startswith("paused 0 min") for row in shown)


async def test_who_stays_after_all_sees_what_was_promised_meanwhile(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 4")
        card = sdr(app).shift.card
        assert card is not None
        await write(app, "3pm")
        await drive(app, "enter r m n e escape")
        shown = screen_text(app)
        assert "MY PROMISES TODAY" in shown
        assert f"Thu 15:00  {card.name}" in shown


async def test_a_call_is_finished_before_the_day(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d e")
        assert "record what came of this call first" in said(app)
        assert sdr(app).shift.page == "lead"


async def test_leaving_says_once_that_promises_have_nobody(floor: TestFloor) -> None:
    work(floor, "call_back", when="2026-11-24T15:00-05:00")
    floor.ask("Dana", SetDayOff(day="2026-11-24"))
    async with station(floor, sdr="Dana") as app:
        await drive(app, "ctrl+q")
        assert "a promise of yours has nobody on shift: e shows" in said(app)
        assert not app._exit
        await drive(app, "ctrl+q")
        assert app._exit
    assert seat(floor)[0] == "out"


async def test_do_not_call_opens_over_any_form_and_keeps_what_was_typed(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter s f9")
        assert "DO NOT CALL" in screen_text(app).upper()
        await drive(app, "escape d 5 c f9 escape 5")
        assert "what you typed before is here again" in screen_text(app)


async def test_a_promise_is_said_back_after_saving_with_shift_and_others(floor: TestFloor) -> None:
    work(floor, "call_back", when="2026-11-20T15:00-05:00")
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "fri 3pm")
        await drive(app, "enter r enter y")
        assert "you on shift" in said(app)


async def test_nobody_is_called_back_on_my_day_off(floor: TestFloor) -> None:
    floor.ask("Dana", SetDayOff(day="2026-11-20"))
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "fri 3pm")
        assert "your day off: choose another day, or anyone" in " ".join(screen_text(app).split())


async def test_a_lead_that_a_supervisor_returned_leaves_the_screen_at_once_and_says_who_did_it(
    floor: TestFloor,
) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.ask("Sam", ReturnHold(person=1))
        await sdr(app)._learn_news()
        await settle(app)
        shown = screen_text(app)
        assert "LEAD RETURNED" in shown
        assert "Sam returned your lead to the queue." in shown
        await drive(app, "enter")
        await sdr(app)._learn_news()
        assert sdr(app).shift.working, "the word was about the lead before"


async def test_a_promise_that_is_near_counts_down_and_is_served(floor: TestFloor) -> None:
    promised = work(floor, "call_back", when="2026-11-19T11:00:00-05:00")
    floor.clock.forward(1705)
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        shown = screen_text(app)
        assert "YOUR PROMISE IS NEXT" in shown
        assert "in 1:35" in shown
        assert f"your promise to {promised.name} is next" in " ".join(shown.split())
        floor.clock.forward(35)
        sdr(app)._tick()
        assert "in 1:00" in screen_text(app)
        floor.clock.forward(60)
        sdr(app)._tick()
        await settle(app)
        card = sdr(app).shift.card
        assert card is not None
        assert card.ticket == promised.ticket


async def test_a_promise_that_is_passed_on_leaves_a_dry_queue_which_is_the_floors_time(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        promised = work(floor, "call_back", when="2026-11-19T11:00:00-05:00")
        floor.clock.forward(1720)
        async with station(floor, sdr="Dana") as app:
            await drive(app, "enter")
            assert seat(floor)[0] == "ready"
            floor.ask("Sam", PassOn(ticket=promised.ticket))
            floor.clock.forward(20)
            sdr(app)._tick()
            await settle(app)
            assert "NOTHING TO CALL" in screen_text(app)
            assert seat(floor)[0] == "starved"


async def test_whoever_gave_too_many_leads_back_sees_when_it_goes_on(floor: TestFloor) -> None:
    for _ in range(10):
        claim(floor)
        floor.ask("Dana", GiveBack())
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        shown = " ".join(screen_text(app).split())
        assert "NO NEW LEADS" in shown
        assert "in 60:00" in shown
        assert "it goes on at 11:30" in shown
        assert "the floor's, not yours" not in shown
        floor.clock.forward(3600)
        sdr(app)._tick()
        await settle(app)
        assert sdr(app).shift.card is not None


async def test_a_seat_that_a_supervisor_ended_says_so_until_its_owner_signs_in_again(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        floor.ask("Sam", EndSeat(person=1))
        await sdr(app)._learn_news()
        await settle(app)
        assert "Your seat was ended." in screen_text(app)
        assert "ended your seat" in screen_text(app).split("\n")[1]
        await drive(app, "enter")
        await sdr(app)._learn_news()
        assert sdr(app).shift.page == "start", "it is told once"
