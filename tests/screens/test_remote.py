"""What an SDR sees when the line to the floor is cut and comes back: the truth, in words, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.screens.sdr import SdrScreen
from tests.floors import TestFloor
from tests.remote.lines import Line, lines, until
from tests.screens.driving import drive, screen_text, settle, station
from tests.steps import claim, dial, record, value


@pytest.fixture
def clocks_stand_still() -> None:
    """Not here: what comes over a line comes when it comes, and the screens' own clocks look for it."""


@pytest.fixture
async def line(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """A line to the usual floor on which nobody asks long for what does not come."""
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 0.2)
    with lines(floor) as made:
        yield made


async def comes(app: SalesdeskApp, words: str) -> None:
    """Wait until these words are on the screen."""
    await becomes(app, lambda: words in screen_text(app), words)


async def becomes(app: SalesdeskApp, so: Callable[[], bool], what: str) -> None:
    """Wait until something is so, as the screen's own clocks let it come."""
    for _ in range(400):
        await settle(app)
        if so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what!r} never came:\n{screen_text(app)}")


async def in_a_call(app: SalesdeskApp) -> None:
    await drive(app, "enter d space")
    assert "talking" in screen_text(app)


def is_in(floor: TestFloor, state: str) -> bool:
    """Whether Dana's seat is in this state, as the floor knows it."""
    return bool(value(floor, "SELECT state FROM seat WHERE person_id = 1") == state)


def top(app: SalesdeskApp) -> str:
    """The status line."""
    return screen_text(app).split("\n")[0]


async def test_the_status_line_says_in_words_how_the_line_is(line: Line) -> None:
    async with station(line, size=(120, 40), sdr="Dana") as app:
        await drive(app, "enter")
        await comes(app, "online")
        line.relay.cut()
        await comes(app, "OFFLINE since 10:30")
        assert "First" in screen_text(app), "the lead in hand stays"
        line.relay.mend()
        await comes(app, "online")
        assert "the floor is there again" in screen_text(app)


async def test_a_call_that_ends_offline_is_saved_and_the_next_lead_comes_by_itself(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        before = screen_text(app).split("\n")[2]
        line.relay.cut()
        await comes(app, "OFFLINE 10:30")
        await drive(app, "2 enter")
        assert "voicemail: saved here, will be sent · 1 unsent" in screen_text(app)
        assert "WAITING FOR THE FLOOR" in screen_text(app)
        assert "1 unsent" in top(app)
        line.relay.mend()
        await comes(app, "── LEAD")
        assert screen_text(app).split("\n")[2] != before
        assert "unsent" not in top(app)
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1


async def test_the_floor_sees_at_once_that_an_outcome_is_being_written(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        for key, state in (("6", "wrap"), ("escape", "call")):
            await drive(app, key)
            await becomes(app, partial(is_in, line.floor, state), state)


async def test_a_dial_waits_for_the_floor(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await drive(app, "enter")
        line.relay.cut()
        await comes(app, "OFFLINE")
        await drive(app, "d")
        assert "do not dial yet" in screen_text(app)
        assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'dialed'") == 0


async def test_do_not_call_offline_is_read_aloud_and_counts(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        line.relay.cut()
        await comes(app, "OFFLINE")
        await drive(app, "f9 enter y")
        assert "READ ALOUD" in screen_text(app)
        assert "saved here, will be sent; Enter for the next lead" in screen_text(app)
        line.relay.mend()
        await asyncio.to_thread(until, lambda: opted_out(line), "the opt-out")


def opted_out(line: Line) -> bool:
    return bool(value(line.floor, "SELECT count(*) FROM event WHERE kind = 'opted_out'"))


async def test_a_token_that_was_revoked_is_said_where_the_line_is(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        line.server.post("Sam", "revoke_token", token=int(line.server.token("Dana").split("_")[1]))
        await comes(app, "this token opens nothing")
        await comes(app, "NO ENTRY")
        await drive(app, "f9 enter y")
        assert "READ ALOUD" in screen_text(app)
        assert "1 unsent" in top(app)
        assert "on the do-not-call list" not in screen_text(app)


async def test_a_pause_offline_is_a_pause(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await drive(app, "enter")
        line.relay.cut()
        await drive(app, "p 2")
        assert "lunch, 45 min: saved here, will be sent" in screen_text(app)


async def test_leaving_with_unsent_work_says_so_first(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        line.relay.cut()
        await comes(app, "OFFLINE")
        await drive(app, "2 enter ctrl+q")
        assert "1 unsent: kept on this machine" in screen_text(app)
        assert app.is_running
        await drive(app, "ctrl+q")
        assert app._exit


async def test_what_the_floor_refused_is_looked_at_and_cleared_by_hand(line: Line) -> None:
    async with station(line, sdr="Dana") as app:
        await in_a_call(app)
        line.relay.cut()
        await comes(app, "OFFLINE")
        await drive(app, "6 n ctrl+s")
        assert "1 unsent" in top(app)
        line.floor.clock.forward(60)
        take_over(line.floor)
        line.relay.mend()
        await comes(app, "1 refused F7")
        await drive(app, "f7")
        await comes(app, "REFUSED BY THE FLOOR")
        assert "reason: no_need" in screen_text(app)
        assert "not yours" in screen_text(app)
        await drive(app, "enter y")
        assert "refused" not in top(app)
        await drive(app, "f7")
        assert "nothing that you typed was refused" in screen_text(app)


def take_over(floor: TestFloor) -> None:
    """Ito gets to every lead that Dana does not hold any more."""
    from salesdesk.desk.serving import ClaimNext

    while floor.ask("Ito", ClaimNext()) is not None:
        card = claim(floor, "Ito")
        dial(floor, card, "Ito")
        record(floor, card, "no_answer", "Ito")


async def test_a_seat_taken_while_the_floor_is_away_opens_when_it_is_back(line: Line) -> None:
    desk = line.desk("Dana")
    line.relay.cut()
    app = SalesdeskApp({"sdr": desk})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        line.relay.mend()
        await asyncio.to_thread(until, signed_in(app), "signed in")


def signed_in(app: SalesdeskApp) -> Callable[[], bool]:
    return lambda: isinstance(app.screen, SdrScreen) and app.screen.shift.start is not None
