"""Driving a screen by keys and reading what it shows.

    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 4")
        await write(app, "tue 3pm")
        assert "tue" in screen_text(app)

`drive` posts key events and waits until every worker is done, so that nothing sleeps and nothing is timed.
`matches` compares the screen with a stored .txt; SALESDESK_UPDATE_SNAPSHOTS=1 writes it anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from textual import events
from textual.pilot import Pilot

from salesdesk.app import SalesdeskApp
from salesdesk.desk.local import Desk
from salesdesk.screens.sdr import SdrScreen
from salesdesk.store import people
from tests.floors import TestFloor

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("SALESDESK_UPDATE_SNAPSHOTS") == "1"
_CHARACTERS = {"space": " ", "question_mark": "?", "colon": ":", "exclamation_mark": "!", "slash": "/"}
_PILOTS: dict[int, Pilot[Any]] = {}


class Desks(Protocol):
    """Whoever seats people: a floor of the tests, or a line to one that is served."""

    def desk(self, name: str) -> Desk:
        """The desk of one of the floor's people."""
        ...


@asynccontextmanager
async def station(
    floor: Desks, *, size: tuple[int, int] = (80, 24), first: str = "", mono: bool = False, **seats: str
) -> AsyncIterator[SalesdeskApp]:
    """The program with people at its stations, by name: `station(floor, sdr="Dana", wallboard="Sam")`."""
    app = SalesdeskApp({name: floor.desk(who) for name, who in seats.items()}, first, mono=mono)
    async with app.run_test(size=size) as pilot:
        _PILOTS[id(app)] = pilot
        try:
            await settle(app)
            yield app
        finally:
            _PILOTS.pop(id(app))


def pilot_of(app: SalesdeskApp) -> Pilot[Any]:
    """Textual's own pilot, for the mouse."""
    return _PILOTS[id(app)]


async def settle(app: SalesdeskApp) -> None:
    """Wait until every key was handled and every worker is done."""
    pilot = _PILOTS[id(app)]
    for _ in range(50):
        await pilot.pause(0)  # a key may open a screen, whose own messages are waited for next
        await pilot.pause()
        if not app.workers:
            return
        await asyncio.gather(*(worker.wait() for worker in app.workers), return_exceptions=True)


async def drive(app: SalesdeskApp, keys: str) -> None:
    """Press keys, separated by spaces, each after the one before has had its effect."""
    for key in keys.split():
        _press(app, key)
        await settle(app)


async def rush(app: SalesdeskApp, keys: str) -> None:
    """Press keys faster than the screen is: all of them are there before the first has had its effect."""
    for key in keys.split():
        _press(app, key)
    await settle(app)


def _press(app: SalesdeskApp, key: str) -> None:
    app.post_message(events.Key(key, _CHARACTERS.get(key, key if len(key) == 1 else None)))


async def write(app: SalesdeskApp, text: str) -> None:
    """Type a text, character by character."""
    names = {character: name for name, character in _CHARACTERS.items()}
    for character in text:
        app.post_message(events.Key(names.get(character, character), character))
    await settle(app)


def screen_text(app: SalesdeskApp) -> str:
    """What is on the screen, as lines of text."""
    with app._context():  # another program may be running beside it
        strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips[: app.size.height])


def said(app: SalesdeskApp) -> str:
    """The line above the key bar, in which a screen says what came of a key."""
    return screen_text(app).split("\n")[-2].strip()


def sdr(app: SalesdeskApp) -> SdrScreen:
    """The SDR's screen, which is in front."""
    assert isinstance(app.screen, SdrScreen)
    return app.screen


def seat(floor: TestFloor, person: int = 1) -> tuple[str, str]:
    """State and code of somebody's seat."""
    row = floor.counter.store.read(lambda session: people.seat(session, person))
    assert row is not None
    return row.state, row.code


def matches(app: SalesdeskApp, name: str) -> None:
    """The screen is as it was stored under this name."""
    path = SNAPSHOTS / f"{name}.txt"
    shown = screen_text(app) + "\n"
    if UPDATE:
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.exists(), f"there is no snapshot {name}; SALESDESK_UPDATE_SNAPSHOTS=1 writes it"
    assert shown == path.read_text(encoding="utf-8"), f"{name} looks different now:\n{shown}"
