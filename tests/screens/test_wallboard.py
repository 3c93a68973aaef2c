"""The wall board on a terminal: readable at every size and without colour, alive, harmless whatever a name holds."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from salesdesk.desk import performing
from salesdesk.desk.andons import RaiseAndon
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.people import AddPerson, SetState, SignIn
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.serving import ClaimNext
from salesdesk.line import glossary
from salesdesk.screens.coordinator import CoordinatorScreen
from salesdesk.screens.wallboard import WallboardScreen
from salesdesk.store import people
from salesdesk.widgets.lines import Line
from tests.desk.test_meetings import booked
from tests.floors import TestFloor, make_floor
from tests.screens.driving import drive, matches, screen_text, settle, station


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path) as made:
        for who, where in (("Dana", "sdr"), ("Ito", "sdr"), ("Eve", "executive")):
            made.ask(who, SignIn(station=where))
        made.ask("Ito", SetState(state="paused", code="lunch"))
        made.clock.forward(30)
        for who in ("Dana", "Eve"):
            made.ask(who, Heartbeat())
        made.ask("Dana", ClaimNext())
        made.clock.forward(20)
        yield made


@pytest.mark.parametrize(("name", "size"), [("80x24", (80, 24)), ("120x40", (120, 40))])
async def test_the_board_at_a_glance(floor: TestFloor, name: str, size: tuple[int, int]) -> None:
    async with station(floor, size=size, wallboard="Sam") as app:
        matches(app, f"wallboard-{name}")


async def test_the_board_without_colour_has_every_state_in_words(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with station(floor, size=(80, 24), wallboard="Sam", mono=True) as app:
        matches(app, "wallboard-80x24")
        for word in ("LOST", "preview", "SOON"):
            assert word in screen_text(app)


async def test_what_happens_on_the_floor_is_on_the_board(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        assert "Ito" in screen_text(app)
        assert "STARVED" not in screen_text(app)
        floor.ask("Ito", SetState(state="ready"))
        await look(app)
        assert re.search(r"▹ Ito +ready", screen_text(app))


async def look(app: object) -> None:
    """Let the screen look at the pulse and read what it finds."""
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, WallboardScreen)
    await screen._look()
    await settle(app)  # type: ignore[arg-type]


async def test_ages_move_every_second(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        assert re.search(r"preview +0:20", screen_text(app))
        floor.clock.forward(1)
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        screen._tick()
        await settle(app)
        assert re.search(r"preview +0:21", screen_text(app))


async def test_the_clock_reads_and_paints_once(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        drawn: list[int] = []
        paint = screen._lines

        def count(width: int, height: int) -> Sequence[Line]:
            drawn.append(width)
            return paint(width, height)

        monkeypatch.setattr(screen, "_lines", count)
        for _ in range(3):
            screen._tick()
            await settle(app)
        assert len(drawn) == 3


async def test_ages_move_while_a_reading_takes_long(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        arrives = asyncio.Event()

        async def slowly(_request: object) -> object:
            await arrives.wait()
            return board

        board = screen.board
        monkeypatch.setattr(screen, "ask", slowly)
        screen._tick()
        await asyncio.sleep(0)
        for age in ("0:21", "0:22"):
            floor.clock.forward(1)
            screen._tick()
            await asyncio.sleep(0.05)
            assert re.search(rf"preview +{age}", screen_text(app))
        arrives.set()
        await settle(app)


async def test_tab_goes_from_block_to_block_and_f1_defines_its_figures(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "tab tab tab")
        assert "──▸3 THE LINE" in screen_text(app)
        await drive(app, "f1")
        shown = screen_text(app)
        assert "buffer penetration" in shown
        assert "promises kept" not in shown
        await drive(app, "escape shift+tab")
        assert "──▸2 THE DAY" in screen_text(app)


async def test_every_figure_of_every_block_is_defined(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        for block in range(6):
            screen._block = block
            ids = screen.figures()
            assert ids
            assert all(glossary.named(each) for each in ids)


@pytest.mark.parametrize(
    ("block", "figures"),
    [
        (0, {"day_gone", "board_age", "speed_to_lead"}),
        (2, {"meeting_set", "inbound_in_a_minute", "speed_to_lead", "meeting_held", "promises_late", "pace"}),
        (3, {"drum", "drum_certainty", "dry_time", "days_of_cover"}),
        (5, {"yield_signal", "usual_yield", "team_percent_of_plan", "dialed_after_hours"}),
    ],
)
async def test_f1_leaves_no_figure_of_a_block_out(floor: TestFloor, block: int, figures: set[str]) -> None:
    floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden", number="+12125550990"))
    meeting = booked(floor, "Ito")
    floor.clock.time = meeting["ends_at"]
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        screen._block = block
        assert figures <= set(screen.figures())


async def test_arrows_go_from_person_to_person_and_say_more(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down")
        assert "Ito" in message(app)
        await drive(app, "right")
        first = message(app)
        await drive(app, "down left up")
        assert message(app)
        assert first


async def test_arrows_find_a_seat_that_a_low_board_has_no_room_for(floor: TestFloor) -> None:
    for n in range(30):
        floor.ask("Sam", AddPerson(name=f"Rep {n}", roles="sdr"))
        floor.ask(f"Rep {n}", SignIn(station="sdr"))
        floor.ask(f"Rep {n}", ClaimNext())
    for n in range(6):
        floor.ask(f"Rep {n}", RaiseAndon(code="list"))
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        assert "Rep 7" not in screen_text(app)
        await drive(app, "down")
        assert "·" in message(app), "somebody and what they do"
        assert "──▸4 PEOPLE" in screen_text(app)
        await drive(app, "right space")
        assert "1 marked" in screen_text(app)


def message(app: object) -> str:
    return app.screen.query_one("#message").text  # type: ignore[attr-defined,no-any-return]


async def test_the_chosen_person_stays_chosen_when_the_order_changes(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down")
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        before = screen.person
        floor.ask("Ito", SetState(state="ready"))
        await look(app)
        assert screen.person == before


async def test_w_says_why_a_queue_is_or_will_be_dry(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "w")
        assert "Spring Audit dry" in message(app)


async def test_r_says_who_may_release_to_whoever_may_not(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=10) as floor:
        campaign = floor.ask("Cleo", ShowCampaigns()).campaigns[0].id
        floor.run("Cleo", CheckBatch(batch=floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=5)).batch))
        async with station(floor, size=(80, 24), wallboard="Sam") as app:
            await drive(app, "r")
            assert "releasing is for the coordinator" in message(app)
            assert isinstance(app.screen, WallboardScreen)


async def test_r_goes_to_the_batch_that_waits(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=10) as floor:
        campaign = floor.ask("Cleo", ShowCampaigns()).campaigns[0].id
        made = [floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=n)).batch for n in (5, 3)]
        floor.run("Cleo", CheckBatch(batch=made[0]))
        async with station(floor, size=(80, 24), wallboard="Sam", coordinator="Cleo") as app:
            await app.action_go("wallboard")
            await settle(app)
            await drive(app, "r")
            there = app.screen
            assert isinstance(there, CoordinatorScreen)
            assert (there.pane, there.rows.chosen) == ("batches", made[0])


async def test_somebody_who_may_not_watch_is_told_so_in_a_sentence(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Dana") as app:
        assert "board is for" in message(app)


async def test_hostile_names_are_shown_as_harmless_text(floor: TestFloor) -> None:
    for n, name in enumerate(("[@click=app.quit]x[/]", "Joe [/] B", "\x1b]52;c;aGk=\x07z", "a\u202eb")):
        floor.ask("Sam", AddPerson(name=name, roles="sdr", team=f"{name}{n}"))
    for row in floor.counter.store.read(people.everyone):
        if row.id > 6:
            performing.perform(floor.counter, row.id, SignIn())
    async with station(floor, size=(120, 40), wallboard="Sam") as app:
        await drive(app, "down down right")
        assert "[@click" in screen_text(app)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", screen_text(app))


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (100, 30), (200, 60)])
async def test_sixty_people_fit_at_any_size(floor: TestFloor, size: tuple[int, int]) -> None:
    for n in range(60):
        floor.ask("Sam", AddPerson(name=f"Rep {n:02}", roles="sdr", team="Red" if n % 2 else "Blue"))
    for row in floor.counter.store.read(people.everyone):
        if row.name.startswith("Rep"):
            performing.perform(floor.counter, row.id, SignIn())
    async with station(floor, size=size, wallboard="Sam") as app:
        shown = screen_text(app)
        assert "ACT NOW" in shown
        assert "62 in" in shown
        assert "? keys" in shown
