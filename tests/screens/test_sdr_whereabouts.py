"""Where they say they are: asked in place by `l`, at 80x24, and everything on the card follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.app import SalesdeskApp
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.screens.driving import drive, screen_text, station, write
from tests.steps import row, tamper


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as made:
        yield made


async def say(app: SalesdeskApp, where: str) -> str:
    await drive(app, "l")
    await write(app, where)
    await drive(app, "enter")
    return screen_text(app)


async def test_the_local_time_and_the_hours_follow(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        assert "10:30 New York" in screen_text(app)
        shown = await say(app, "denver")
        assert "08:30 Denver" in shown
        assert "their time is Denver now" in shown
        assert row(floor, "SELECT confirmed_zone FROM contact")["confirmed_zone"] == "America/Denver"


async def test_a_promise_is_echoed_in_the_new_zone(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space l")
        assert "a town, a state or a time zone; ? takes back" in screen_text(app)
        await drive(app, "escape")
        await say(app, "Chicago")
        await drive(app, "4")
        await write(app, "3pm")
        assert "15:00 Chicago = 16:00 yours" in screen_text(app)


async def test_an_ambiguous_place_is_asked_again_with_its_choices(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        shown = await say(app, "portland")
        assert "Portland, Oregon or Portland, Maine" in " ".join(shown.split())
        await write(app, ", oregon")
        await drive(app, "enter")
        assert "07:30 Los Angeles" in screen_text(app)


async def test_escape_leaves_it_and_a_question_mark_takes_it_back(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        await drive(app, "l escape")
        assert "10:30 New York" in screen_text(app)
        await say(app, "denver")
        assert "10:30 New York" in await say(app, "?")


async def test_without_a_lead_there_is_nothing_to_place(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "l")
        assert "there is no lead here" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_is_known_stands_on_the_card(floor: TestFloor, size: tuple[int, int]) -> None:
    tamper(floor, "INSERT INTO lead_fact VALUES (1, 'incumbent', 1, 'Apex')")
    tamper(floor, "INSERT INTO lead_fact VALUES (1, 'contract_until', 1, '2027-03')")
    async with station(floor, sdr="Dana", size=size) as app:
        await drive(app, "enter d 1 n")
        floor.clock.time = int(row(floor, "SELECT due_at FROM ticket")["due_at"])
        await drive(app, "n")
        shown = screen_text(app)
        assert "supplier today: Apex" in shown
        assert "contract until 2027-03" in shown
