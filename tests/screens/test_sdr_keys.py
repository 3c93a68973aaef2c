"""Keys of an impatient person: too fast, too many, and on pages where they mean nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual import events

from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.people import SignIn
from salesdesk.store.session import StoreError
from tests.floors import TestFloor
from tests.screens.driving import drive, pilot_of, rush, said, screen_text, sdr, seat, settle, station, write
from tests.steps import assert_clean, rows, value


async def test_enter_right_behind_a_digit_is_meant_for_its_form(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        await rush(app, "1 enter")
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
        assert "✓ no answer" in said(app)


async def test_a_time_right_behind_its_digit_is_typed_and_runs_no_command(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space")
        await rush(app, "4 f r i space 3 p m enter r m n")
        assert "call back: Fri 15:00 New York" in said(app)


async def test_what_is_typed_while_an_outcome_is_sent_changes_nothing_of_it(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d")
        go_on = asyncio.Event()
        do = sdr(app).desk.do

        async def slow(request: Any) -> Any:
            await go_on.wait()
            return await do(request)

        monkeypatch.setattr(sdr(app).desk, "do", slow)
        app.post_message(events.Key("1", "1"))
        for key, character in (("enter", None), ("y", "y"), ("enter", None)):
            app.post_message(events.Key(key, character))
        for _ in range(3):
            await pilot_of(app).pause(0)
        for character in "yny":
            app.post_message(events.Key(character, character))
        await pilot_of(app).pause(0)
        go_on.set()
        await settle(app)
    (event,) = rows(floor, "SELECT data FROM event WHERE kind = 'recorded'")
    assert '"busy":false' in event["data"]
    assert_clean(floor)


async def test_a_sentence_that_waits_for_nothing_frees_the_form(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A floor that breaks while an outcome is sent leaves it to be changed and saved again."""
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 1")
        do = sdr(app).desk.do

        async def broken(_request: Any) -> Any:
            raise StoreError("the floor file cannot be written now; nothing was saved")

        monkeypatch.setattr(sdr(app).desk, "do", broken)
        await drive(app, "enter")
        assert "nothing was saved" in said(app)
        monkeypatch.setattr(sdr(app).desk, "do", do)
        await drive(app, "y")
    (event,) = rows(floor, "SELECT data FROM event WHERE kind = 'recorded'")
    assert '"busy":true' in event["data"]


@pytest.mark.parametrize("page", ["out", "elsewhere"])
async def test_whoever_has_no_seat_here_is_told_so_by_every_key_that_needs_one(floor: TestFloor, page: str) -> None:
    async with station(floor, sdr="Dana") as app:
        if page == "out":
            await drive(app, "e enter")
        else:
            floor.ask("Dana", SignIn())
            await sdr(app).beat()
        before = seat(floor)
        told = {"out": "you are signed out; Enter signs in", "elsewhere": "Enter takes it back here"}[page]
        for key in ("p", "f", "e", "f8", "d", "s", "1"):
            await drive(app, key)
            assert told in said(app), key
            assert sdr(app).form.entry is None
        assert (sdr(app).shift.page, seat(floor)) == (page, before)


async def test_a_skip_too_many_leaves_no_form_in_the_way_of_the_dial(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter" + " s l" * 6)
        assert said(app) == "! 5 skips an hour at most: dial; again at 11:30, or a supervisor lifts it"
        await drive(app, "d")
        assert "ringing" in screen_text(app)


async def test_in_twenty_minutes_are_those_that_were_agreed_however_long_the_call_goes_on(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 4")
        await write(app, "in 20 min")
        floor.clock.forward(300)
        await drive(app, "enter r m y")
    assert value(floor, "SELECT due_at FROM promise") == floor.clock.time - 300 + 20 * 60


async def test_an_hour_that_went_by_while_the_form_was_open_is_past_and_not_tomorrow(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 4")
        await write(app, "10:31")
        floor.clock.forward(120)
        await drive(app, "enter")
        assert "that is in the past" in screen_text(app)


async def test_what_they_asked_for_can_be_read_whole_where_there_is_room(floor: TestFloor) -> None:
    asked = "whether we audit air freight as well, and from which volume on it pays for a company of their size"
    where = "marta.oyelaran@procurement.halden-freight.example"
    floor.ask(
        "Cleo",
        AddInbound(name="Marta Oyelaran", company="Halden Freight", email=where, number="212 555 0990", asked=asked),
    )
    async with station(floor, size=(120, 40), sdr="Dana") as app:
        await drive(app, "enter")
        pane = " ".join(row[:47].strip() for row in screen_text(app).splitlines())
        assert f"they asked for us at 10:30: {asked}" in " ".join(pane.split())
        assert where.replace("@", " @") in " ".join(pane.split())
