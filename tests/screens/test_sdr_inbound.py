"""Keys for those who come to us: `f` for whoever rings, `t` for whoever waits, at 80x24."""

from __future__ import annotations

import pytest

from salesdesk.app import SalesdeskApp
from tests.floors import TestFloor
from tests.remote.lines import lines
from tests.screens.driving import drive, said, screen_text, sdr, settle, station, write
from tests.steps import assert_clean, claim, rows, value

NEW = {"name": "Marta Oyelaran", "company": "Halden Freight", "number": "+12125550990", "asked": "a price"}


async def look(app: SalesdeskApp) -> None:
    """What the screen does by its own clocks when something has happened."""
    await sdr(app)._look()
    await settle(app)


def asks(floor: TestFloor) -> int:
    from salesdesk.desk.inquiries import AddInbound

    return floor.ask("Cleo", AddInbound(**NEW)).ticket


async def test_t_takes_whoever_has_waited_half_a_minute(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        mine = sdr(app).shift.card
        assert mine is not None
        await drive(app, "t")
        assert "nobody has waited 30 seconds" in said(app)
        ticket = asks(floor)
        floor.clock.forward(29)
        await look(app)
        assert "inbound waiting" not in screen_text(app)
        floor.clock.forward(9)
        sdr(app).tick(floor.clock.time)
        assert "! inbound waiting 0:38 · t takes it" in screen_text(app)
        await drive(app, "t")
        card = sdr(app).shift.card
        assert card is not None
        assert card.ticket == ticket
        text = screen_text(app)
        assert "Marta Oyelaran" in text
        assert "Halden Freight" in text
        assert "why now: they asked for us at 10:30: a price" in text
        assert "inbound waiting" not in text
        assert said(app) == "✓ they asked for us; your lead went back uncounted"
        assert value(floor, "SELECT state FROM ticket WHERE id = ?", mine.ticket) == "ready"
        await drive(app, "d t")
        assert "that you have not dialed" in said(app)
    assert_clean(floor)


async def test_the_banner_goes_when_a_colleague_takes_them(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        asks(floor)
        floor.clock.forward(40)
        await look(app)
        assert "inbound waiting 0:40" in screen_text(app)
        claim(floor, "Ito")
        await look(app)  # within the same second: the next tick sees it
        floor.clock.forward(1)
        sdr(app).tick(floor.clock.time)
        await settle(app)
        assert "inbound waiting" not in screen_text(app)


async def test_f_finds_whoever_rings_and_an_outcome_needs_no_dial(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        mine = sdr(app).shift.card
        assert mine is not None
        assert mine.name != "First2 Last2"
        await drive(app, "f")
        assert "THEY RING BACK" in screen_text(app)
        assert "Number or e-mail" in screen_text(app)
        await write(app, "617 555 01")
        await drive(app, "enter")
        assert "full number" in said(app), "what was typed stays to be put right"
        await write(app, "00")
        await drive(app, "enter")
        text = screen_text(app)
        assert "First2 Last2" in text
        assert "● talking" in text
        assert "why now: they rang back, and are on the line" in text
        assert "an outcome needs no dial" in said(app)
        await drive(app, "f")
        assert "record what came of this call first" in said(app)
        await drive(app, "1 enter")
        assert sdr(app).shift.card is not None
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
    assert_clean(floor)


async def test_f_works_with_no_lead_in_hand_and_says_plainly_when_nobody_is_found(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "f")
        await write(app, "nobody@nowhere.example")
        await drive(app, "enter")
        asked = " ".join(screen_text(app).split())
        assert "nobody@nowhere.example ✗ nobody in the house list has exactly this" in asked, "to be put right"
        await drive(app, "ctrl+u")
        await write(app, "p2@company2.example")
        await drive(app, "enter")
        assert "First2 Last2" in screen_text(app)


async def test_nobody_is_given_back_while_they_talk(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "f")
        await write(app, "p2@company2.example")
        await drive(app, "enter")
        floor.clock.forward(600)
        sdr(app).tick(floor.clock.time)
        await settle(app)
        assert "First2 Last2" in screen_text(app)
        await drive(app, "p 1")
        assert "begins when this call is recorded" in said(app)
        assert rows(floor, "SELECT lead_id FROM hold")


async def test_a_ring_back_needs_the_floor(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 0.2)
    with lines(floor) as line:
        async with station(line, sdr="Dana") as app:
            await drive(app, "enter")
            line.relay.cut()
            await drive(app, "f")
            await write(app, "p2@company2.example")
            await drive(app, "enter")
            assert "look them up when it is back" in screen_text(app)
            assert "p2@company2.example" in screen_text(app), "what was typed stays"
            line.relay.mend()
