"""Word to a seat on its screen: a line that takes no key, and wins that are celebrated once."""

from __future__ import annotations

from typing import Any

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.desk import notices
from salesdesk.desk.floor import Person
from salesdesk.screens import station as shared
from salesdesk.screens.station import Station
from salesdesk.store.people import by_name
from tests.floors import TestFloor
from tests.screens.driving import drive, screen_text, settle, station, write


@pytest.fixture(autouse=True)
def _news_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "NEWS", 0.0)


def send(floor: TestFloor, to: int, text: str, kind: str = "message", lasts: int = 600) -> None:
    counter = floor.counter
    counter.store.write(lambda session: notices.send(counter.floor(session), to, kind, text, lasts=lasts))


def win(floor: TestFloor, name: str = "Ito") -> None:
    def work(session: object) -> None:
        row = by_name(session, name)  # type: ignore[arg-type]
        assert row is not None
        me = Person(row.id, row.name, frozenset(), row.team, row.zone)
        notices.celebrate(floor.counter.floor(session), me, "meeting", "Spring Audit")  # type: ignore[arg-type]

    floor.counter.store.write(work)


async def look(app: SalesdeskApp) -> None:
    assert isinstance(app.screen, Station)
    await app.screen._look()
    await settle(app)


def line(app: SalesdeskApp) -> str:
    """The second line of the screen, where word to the seat stands."""
    return screen_text(app).split("\n")[1].strip()


@pytest.mark.parametrize(
    ("where", "who", "id"), [("sdr", "Dana", 1), ("coordinator", "Cleo", 3), ("wallboard", "Sam", 4)]
)
async def test_word_to_a_seat_stands_on_every_screen_until_it_is_seen(
    floor: TestFloor, where: str, who: str, id: int
) -> None:
    seat: dict[str, Any] = {where: who}
    async with station(floor, **seat) as app:
        before = screen_text(app).split("\n")[1]
        send(floor, id, "please close the window")
        send(floor, id, "you move to Autumn", kind="move")
        await look(app)
        assert line(app).startswith("» MOVE  you move to Autumn")
        assert line(app).endswith("2 waiting · F6 seen")
        await drive(app, "f6")
        assert line(app).startswith("» MESSAGE  please close the window")
        await drive(app, "f6")
        assert screen_text(app).split("\n")[1] == before
        await drive(app, "f6")
        assert "no word for you" in screen_text(app)


async def test_an_offer_names_the_key_that_takes_it(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        send(floor, 1, "somebody at Halden Freight asked for us and waits", kind="offer")
        await look(app)
        assert line(app).startswith("» OFFER  somebody at Halden Freight asked for us and waits: t takes")


async def test_word_takes_neither_keys_nor_what_is_typed(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d 4")
        await write(app, "tue")
        focused = app.focused
        send(floor, 1, "lunch is there")
        await look(app)
        assert "lunch is there" in line(app)
        assert app.focused is focused
        await write(app, " 3pm")
        assert "tue 3pm" in screen_text(app)


async def test_word_that_is_over_goes_by_itself(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        send(floor, 1, "quick", lasts=5)
        await look(app)
        assert "quick" in line(app)
        floor.clock.forward(5)
        assert isinstance(app.screen, Station)
        app.screen._tick()
        assert "quick" not in screen_text(app)


async def test_a_win_is_celebrated_once_for_a_moment(floor: TestFloor) -> None:
    async with station(floor, wallboard="Sam") as app:
        win(floor)
        await look(app)
        assert line(app) == "★ Ito: meeting, Spring Audit"
        assert isinstance(app.screen, Station)
        app.screen.banner._celebrated()
        send(floor, 4, "hello")
        await look(app)
        assert "★" not in screen_text(app), "once"
        assert "hello" in line(app)


async def test_celebrations_can_be_switched_off(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESDESK_CELEBRATIONS", "off")
    async with station(floor, wallboard="Sam") as app:
        win(floor)
        await look(app)
        assert "★" not in screen_text(app)
        app.action_celebrate()
        win(floor, "Dana")
        await look(app)
        assert line(app) == "★ Dana: meeting, Spring Audit"


async def test_a_long_message_is_shown_whole_at_80_columns(floor: TestFloor) -> None:
    words = " ".join(f"word{n}" for n in range(17))
    async with station(floor, sdr="Dana") as app:
        send(floor, 1, words)
        await look(app)
        shown = " ".join(row.strip() for row in screen_text(app).split("\n")[1:4])
        assert all(word in shown for word in words.split())
        assert "F6 seen" in line(app)
        await drive(app, "f6")
        assert "word0" not in screen_text(app)


async def test_hostile_words_are_harmless(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        send(floor, 1, "[@click=app.quit]x[/] \x1b]52;c;eA==\x07")
        await look(app)
        assert "[@click=app.quit]x[/]" in line(app)
        assert "\x1b" not in screen_text(app)
