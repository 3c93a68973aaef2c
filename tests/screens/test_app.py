"""The program around the stations: modes, palette, help, themes, and a crash that tells nobody's secrets."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from typing import Any

import pytest
from textual.app import App

from salesdesk.app import SalesdeskApp
from salesdesk.commands import STATIONS
from salesdesk.screens import REGISTRY, seats_for
from salesdesk.screens.help import FiguresScreen, KeysScreen
from salesdesk.screens.station import Station
from salesdesk.widgets.calm_app import DARK, LIGHT
from salesdesk.widgets.lines import Lines
from tests.floors import TestFloor
from tests.screens.driving import drive, screen_text, settle, station, write


def test_every_station_of_the_table_has_a_screen() -> None:
    assert set(STATIONS) == set(REGISTRY)


@pytest.mark.parametrize(("who", "first"), [("Dana", "sdr"), ("Cleo", "coordinator"), ("Sam", "wallboard")])
def test_people_sit_where_their_role_is(floor: TestFloor, who: str, first: str) -> None:
    assert next(iter(seats_for(floor.desk(who)))) == first


def test_somebody_without_a_station_is_told(floor: TestFloor) -> None:
    with pytest.raises(ValueError, match="no station"):
        SalesdeskApp(seats_for(floor.desk("Eve")))


async def test_question_mark_lists_keys_filters_and_runs_the_chosen_one(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "question_mark")
        assert isinstance(app.screen, KeysScreen)
        await write(app, "next lead")
        await drive(app, "enter")
        assert "may call until" in screen_text(app)


async def test_a_key_that_does_nothing_now_is_not_run_from_the_list(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "question_mark")
        await write(app, "do not call")
        await drive(app, "enter")
        assert "READY?" in screen_text(app)


async def test_f1_defines_the_figures_of_the_screen(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "f1")
        assert isinstance(app.screen, FiguresScreen)
        assert "Measured:" in screen_text(app)
        await drive(app, "down down escape")
        assert isinstance(app.screen, Station)


@pytest.mark.parametrize("opened", ["question_mark", "f1"])
async def test_a_list_is_filtered_by_any_letter_and_closed_by_esc_alone(floor: TestFloor, opened: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, opened)
        assert "type to filter" in screen_text(app)
        await write(app, "queue")
        assert not isinstance(app.screen, Station)
        assert "queue" in screen_text(app)
        await drive(app, "escape")
        assert isinstance(app.screen, Station)


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_knows_commands_and_themes(floor: TestFloor, key: str) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, key)
        await settle(app)
        shown = screen_text(app)
        assert "picked up  (Space)" in shown
        await drive(app, "escape")
        app.action_dress("salesdesk-light")
        assert app.theme == "salesdesk-light"


async def test_ctrl_c_tells_how_to_leave(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "ctrl+c")
        assert "Ctrl+q leaves" in screen_text(app)


async def test_a_demo_floor_says_so_on_every_screen(floor: TestFloor) -> None:
    from dataclasses import replace

    desk = floor.desk("Dana")
    desk.settings = replace(desk.settings, demo=True)
    app = SalesdeskApp({"sdr": desk})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen_text(app).startswith(" DEMO ")


# starting -----------------------------------------------------------------------------------------------------------


def test_a_first_screen_waits_for_nothing_that_it_does_not_show() -> None:
    script = (
        "import sys, salesdesk.opening, salesdesk.app, salesdesk.screens.sdr;"
        "later = ['desk.' + each for each in ('recording', 'suppressing', 'undoing', 'meetings', 'boards', 'days')];"
        "later = {f'salesdesk.{each}' for each in (*later, 'line.intake', 'line.board', 'remote', 'server', 'demo')};"
        "print(*(later | {'phonenumbers', 'holidays', 'scipy', 'httpx'}) & sys.modules.keys())"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "\n"


async def test_a_station_that_has_settled_looks_for_garbage_again(floor: TestFloor) -> None:
    gc.disable()
    try:
        async with station(floor, sdr="Dana") as app:
            await app.settled()
            assert gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()


# crashing -----------------------------------------------------------------------------------------------------------


def test_a_crash_ends_with_one_line_and_code_1(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_self: Any, _y: int) -> Any:
        number = "+1 312-555-0142"
        raise RuntimeError(f"cannot draw {number}")

    app = SalesdeskApp({"sdr": floor.desk("Dana")})
    monkeypatch.setattr(Lines, "render_line", broken)
    asyncio.run(app.run_async(headless=True, size=(80, 24)))
    shown = capsys.readouterr()
    assert app.return_code == 1
    assert "312" not in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
    assert "stopped by an error of its own" in shown.out + shown.err


def test_debug_shows_the_whole_trace(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Exception] = []
    monkeypatch.setenv("SALESDESK_DEBUG", "1")
    monkeypatch.setattr(App, "_handle_exception", lambda _self, error: heard.append(error))
    app = SalesdeskApp({"sdr": floor.desk("Dana")})
    app._handle_exception(RuntimeError("x"))
    assert len(heard) == 1


# colours ------------------------------------------------------------------------------------------------------------


def _contrast(one: str, other: str) -> float:
    from textual.color import Color

    def light(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("tone", ["foreground", "accent", "success", "warning", "error"])
def test_text_can_be_read_all_day(theme: Any, tone: str) -> None:
    assert _contrast(getattr(theme, tone), theme.background) >= 4.5
