"""A slot is chosen while the prospect is on the line: offers, others, a named time, and what is kept meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime

from salesdesk.desk.meetings import KeepSlot, OfferSlots
from tests.floors import TestFloor
from tests.screens.driving import drive, screen_text, settle, station, write
from tests.steps import claim, dial, row, rows, tamper, value


async def rest(app: object) -> None:
    """The other fields of a meeting, after the slot."""
    await write(app, "marta@halden.example")  # type: ignore[arg-type]
    await drive(app, "enter d")  # type: ignore[arg-type]
    await write(app, "fewer bills")  # type: ignore[arg-type]
    await drive(app, "enter")  # type: ignore[arg-type]
    await write(app, "?")  # type: ignore[arg-type]
    await drive(app, "enter y")  # type: ignore[arg-type]


async def test_enter_keeps_the_first_offer_and_books_it(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        shown = screen_text(app)
        assert all(f"{n} " in shown and "yours · Eve" in shown for n in (1, 2, 3))
        await drive(app, "enter")
        assert "kept 3:00" in screen_text(app)
        kept = row(floor, "SELECT starts_at, kept_until FROM slot")
        assert kept["kept_until"] == floor.clock.time + 180
        await rest(app)
        assert row(floor, "SELECT starts_at, state FROM meeting") == {"starts_at": kept["starts_at"], "state": "booked"}
        assert value(floor, "SELECT count(*) FROM slot WHERE meeting_id IS NOT NULL") == 1


async def test_the_time_that_it_is_still_kept_is_counted_down(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8 enter")
        floor.clock.forward(42)
        app.screen.tick(floor.clock.time)  # type: ignore[attr-defined]
        await settle(app)
        assert "kept 2:18" in screen_text(app)
        floor.clock.forward(139)
        app.screen.tick(floor.clock.time)  # type: ignore[attr-defined]
        await settle(app)
        assert "kept no more" in screen_text(app)


async def test_a_digit_keeps_another_offer_and_m_shows_others(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        before = [each for each in screen_text(app).splitlines() if "yours" in each]
        await write(app, "m")
        await drive(app, "enter")
        after = [each for each in screen_text(app).splitlines() if "yours" in each]
        assert len(after) == 3
        assert before != after
        await write(app, "2")
        await drive(app, "enter")
        second = value(floor, "SELECT starts_at FROM slot")
        card = app.screen.shift.card  # type: ignore[attr-defined]
        page = floor.ask("Dana", OfferSlots(ticket=card.ticket, token=card.token, page=1))
        assert second == page.offers[1].starts_at
        await drive(app, "shift+tab")
        await write(app, "x")
        await drive(app, "backspace")
        assert value(floor, "SELECT count(*) FROM slot") == 1


async def test_a_time_may_be_typed_if_somebody_is_free(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        await write(app, "sat 10:00")
        await drive(app, "enter")
        assert "near it" in screen_text(app)
        assert rows(floor, "SELECT * FROM slot") == []
        await drive(app, " ".join(["backspace"] * 9))
        await write(app, "mon 14:00")
        await drive(app, "enter")
        start = datetime.fromtimestamp(value(floor, "SELECT starts_at FROM slot"), UTC)
        assert (start.weekday(), start.minute) == (0, 0)
        await rest(app)
        assert value(floor, "SELECT count(*) FROM meeting") == 1


async def test_who_was_quicker_leaves_three_new_offers_and_everything_typed(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        theirs = claim(floor, "Ito")
        assert dial(floor, theirs, "Ito").allowed
        mine = app.screen.shift.card  # type: ignore[attr-defined]
        first = floor.ask("Dana", OfferSlots(ticket=mine.ticket, token=mine.token)).offers[0].starts_at
        floor.ask("Ito", KeepSlot(ticket=theirs.ticket, token=theirs.token, starts_at=first))
        await drive(app, "enter")
        shown = screen_text(app)
        assert "is not free" in shown
        assert len([each for each in shown.splitlines() if "yours · Eve" in each]) == 3
        await drive(app, "enter")
        assert "kept 3:00" in screen_text(app)
        await rest(app)
        assert value(floor, "SELECT count(*) FROM meeting") == 1


async def test_a_slot_lost_while_the_rest_is_typed_is_asked_again_and_nothing_else(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8 enter")
        await write(app, "marta@halden.example")
        await drive(app, "enter d")
        tamper(floor, "UPDATE slot SET ticket_id = 999999, kept_until = kept_until + 9999")
        await write(app, "fewer bills")
        await drive(app, "enter")
        await write(app, "?")
        await drive(app, "enter y")
        assert "no free slot" in screen_text(app)
        assert value(floor, "SELECT count(*) FROM meeting") == 0
        await drive(app, "shift+tab")
        await drive(app, " ".join(["backspace"] * 20))
        await write(app, "2")
        await drive(app, "enter ctrl+s")
        assert value(floor, "SELECT count(*) FROM meeting") == 1
        assert "marta@halden.example" in value(floor, "SELECT data FROM answer")


async def test_what_is_read_aloud_stands_under_the_question(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        await write(app, "mon 2pm")
        await drive(app, "enter")
        card = app.screen.shift.card  # type: ignore[attr-defined]
        stated = f"Mon 23 Nov 14:00 {card.zone.rsplit('/')[-1].replace('_', ' ')} · kept 3:00 · Eve"
        assert stated in screen_text(app)
        assert "mon 2pm" not in screen_text(app)
        await write(app, "marta@halden.example")
        await drive(app, "enter d")
        await write(app, "fewer bills")
        await drive(app, "enter")
        await write(app, "?")
        await drive(app, "enter")
        question, *under = screen_text(app).partition("Read back aloud?")[2].splitlines()
        assert "y yes" in question
        assert " ".join(" ".join(under[:2]).split()) == f"{stated} · marta@halden.example"


async def test_enter_takes_the_address_on_file(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter")
        email = app.screen.shift.card.email  # type: ignore[attr-defined]
        assert email in screen_text(app)
        await drive(app, "d space 8 enter")
        assert f"Enter takes {email}" in screen_text(app)
        await drive(app, "enter d")
        assert app.screen.form.entry.answers["email"] == email  # type: ignore[attr-defined]
        await write(app, "fewer bills")
        await drive(app, "enter")
        await write(app, "?")
        await drive(app, "enter")
        assert email in screen_text(app).partition("Read back aloud?")[2]


async def test_what_was_recorded_is_there_again_after_an_undo(floor: TestFloor) -> None:
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space o p 8 enter")
        await rest(app)
        assert value(floor, "SELECT count(*) FROM meeting WHERE state = 'booked'") == 1
        await drive(app, "f8")
        shown = screen_text(app)
        assert "8 brings back what you typed" in shown
        assert "objections noted: too dear" in shown
        await drive(app, "8")
        assert app.screen.form.entry.answers["email"] == "marta@halden.example"  # type: ignore[attr-defined]
        await drive(app, "ctrl+s")
        assert value(floor, "SELECT count(*) FROM meeting WHERE state = 'booked'") == 1
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 2


async def test_a_floor_without_executives_takes_a_time_down(floor: TestFloor) -> None:
    tamper(floor, "UPDATE person SET roles = 'researcher' WHERE name = 'Eve'")
    async with station(floor, sdr="Dana") as app:
        await drive(app, "enter d space 8")
        assert "no executive yet" in screen_text(app)
        await write(app, "fri 10:10")
        await drive(app, "enter")
        await rest(app)
        assert value(floor, "SELECT executive_id FROM meeting") == 0
