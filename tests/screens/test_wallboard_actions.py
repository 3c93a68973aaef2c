"""Every act of the wall board by key, in a small window and in a large one: seen first, and done on `y`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.desk.andons import RaiseAndon
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.looking import WhoLooked
from salesdesk.desk.moving import Assign
from salesdesk.desk.notices import News
from salesdesk.desk.people import AddPerson, SetState, SignIn
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.suppressing import OptOut
from salesdesk.line import limits
from salesdesk.screens.coordinator import CoordinatorScreen
from salesdesk.screens.wallboard import WallboardScreen
from tests.floors import TestFloor, make_floor, release_campaign
from tests.screens.driving import drive, screen_text, settle, station, write
from tests.steps import assert_clean, claim, dial, value, work

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, quantity=12) as made:
        release_campaign(made, name="Autumn Freight", callers=("Ito",))
        made.ask("Cleo", Assign(person="Ito", campaign=1, turn=0))
        for who in ("Dana", "Ito"):
            made.ask(who, SignIn())
        made.clock.forward(20)
        yield made


def message(app: SalesdeskApp) -> str:
    return app.screen.query_one("#message").text  # type: ignore[attr-defined,no-any-return]


async def look(app: SalesdeskApp) -> None:
    screen = app.screen
    assert isinstance(screen, WallboardScreen)
    await screen.reload()
    await settle(app)


def first_of(floor: TestFloor, name: str) -> list[str]:
    return [each.name for each in floor.ask("Cleo", ShowCampaigns()).campaigns if name in each.callers]


def words(floor: TestFloor, name: str) -> list[str]:
    return [each.text for each in floor.ask(name, News()).notices]


@SIZES
async def test_two_people_are_moved_with_the_effect_in_sight_and_taken_back(
    floor: TestFloor, size: tuple[int, int]
) -> None:
    claim(floor, "Ito")
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "down space right space")
        assert "2 marked ■" in screen_text(app)
        assert re.findall(r"■ (Dana|Ito)", screen_text(app)) == ["Dana", "Ito"]
        await drive(app, "m")
        assert "MOVE Dana, Ito" in screen_text(app)
        shown = " ".join(screen_text(app).split())
        assert "after their current call · Spring Audit cover" in shown
        assert "their promises stay" in shown
        await drive(app, "enter")
        assert first_of(floor, "Ito") == ["Autumn Freight"], "Enter does nothing: only y does"
        await drive(app, "y")
        assert message(app) == "✓ moved to Spring Audit: Ito; u takes it back"
        assert first_of(floor, "Ito") == ["Spring Audit"]
        assert "marked" not in screen_text(app)
        await drive(app, "u")
        assert message(app) == "✓ taken back, as it was before: Ito"
        await drive(app, "u")
        assert message(app) == "nothing left to take back"
        assert first_of(floor, "Ito") == ["Autumn Freight"]
    assert words(floor, "Ito")[0] == "Sam moved you to Spring Audit, after your current call"
    assert_clean(floor)


async def test_the_other_campaign_is_picked_with_the_arrows_and_esc_leaves_all_as_it_is(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down m down")
        assert "› Spring Audit" in screen_text(app) or "› Autumn Freight" in screen_text(app)
        await drive(app, "escape")
        assert message(app) == "nothing was changed"
        await drive(app, "u")
        assert "you have moved nobody" in message(app)


async def test_what_cannot_be_done_is_said_in_the_picker_and_y_does_nothing(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Dana", roles="executive"))
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down m y")
        assert "does not work at sdr" in screen_text(app)


@SIZES
async def test_who_is_first_there_already_is_said_before_y_and_no_effect_is_told(
    floor: TestFloor, size: tuple[int, int]
) -> None:
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "down m down")
        assert "› Spring Audit  already first there" in screen_text(app)
        assert "already first in Spring Audit: Dana" in screen_text(app)
        assert "cover" not in screen_text(app).partition("MOVE Dana")[2].partition("picks")[0]
        await drive(app, "y")
        assert "MOVE Dana" in screen_text(app), "y does nothing"


async def test_nobody_without_a_limit_may_go_on(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down l")
        assert message(app) == "! Dana has no limit"


async def test_marks_survive_a_new_order_and_leave_with_their_seat(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "down space")
        assert re.search(r"■ Dana", screen_text(app))
        floor.ask("Ito", SetState(state="paused", code="lunch"))
        for _ in range(95):
            floor.clock.forward(30)
            for who in ("Dana", "Ito"):
                floor.ask(who, Heartbeat())
        await look(app)
        assert re.search(r"‖ Ito .*■ Dana|■ Dana", screen_text(app))
        await drive(app, "escape")
        assert "■" not in screen_text(app)


@SIZES
async def test_a_late_promise_is_passed_on_to_a_colleague(floor: TestFloor, size: tuple[int, int]) -> None:
    made = work(floor, "call_back", "Dana", when="today 1pm").ticket
    due = value(floor, "SELECT due_at FROM promise WHERE ticket_id = ?", made)
    floor.clock.forward(due - floor.clock.now() + 120)
    for who in ("Dana", "Ito"):
        floor.ask(who, SetState(state="ready"))
    async with station(floor, size=size, wallboard="Sam") as app:
        assert "PROMISE" in screen_text(app)
        await drive(app, "p")
        assert "anyone" in screen_text(app)
        await drive(app, "down y")
        assert message(app) == "✓ passed on to Ito"
    assert value(floor, "SELECT person_id FROM promise WHERE ticket_id = ?", made) == floor.desk("Ito").person.id
    assert_clean(floor)


@SIZES
async def test_an_inquiry_is_offered_to_the_seat_under_the_cursor(floor: TestFloor, size: tuple[int, int]) -> None:
    claim(floor, "Dana")
    asked = {"name": "Marta Oyelaran", "company": "Halden Freight", "number": "+12125550990"}
    floor.ask("Cleo", AddInbound(**asked, campaign="Spring Audit"))
    floor.clock.forward(5)
    async with station(floor, size=size, wallboard="Sam") as app:
        assert re.search(r"INBOUND +1 waiting 0:05 of 1:00 · Halden Freight", screen_text(app))
        await drive(app, "down f")
        assert "Dana is asked" in " ".join(screen_text(app).split())
        await drive(app, "y")
        assert message(app) == "✓ offered to Dana"
    assert words(floor, "Dana") == ["somebody at Halden Freight asked for us and waits"]


@SIZES
async def test_a_line_is_written_to_the_marked_seats(floor: TestFloor, size: tuple[int, int]) -> None:
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "b")
        assert "go to somebody first" in message(app)
        await drive(app, "down space right space b")
        assert "One line to Dana, Ito" in screen_text(app)
        await write(app, "coffee at three")
        await drive(app, "enter")
        assert message(app) == "✓ sent to Dana, Ito"
    assert words(floor, "Dana") == words(floor, "Ito") == ["Sam: coffee at three"]


@SIZES
async def test_a_lead_is_returned_and_a_dialed_one_is_not(floor: TestFloor, size: tuple[int, int]) -> None:
    claim(floor, "Dana")
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "down h n")
        assert message(app) == "nothing was changed"
        await drive(app, "h y")
        assert message(app) == "✓ Dana's lead went back, uncounted"
        dial(floor, claim(floor, "Dana"))
        await drive(app, "h y")
        assert message(app) == "! Dana has dialed this lead: they record what came of it"
    assert_clean(floor)


@SIZES
async def test_a_seat_is_ended_on_y_only(floor: TestFloor, size: tuple[int, int]) -> None:
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "e")
        assert "go to somebody first" in message(app)
        await drive(app, "down e enter")
        assert message(app) == "nothing was changed"
        await drive(app, "e y")
        assert message(app) == "✓ Dana's seat is ended"
        await look(app)
        assert "1 in" in screen_text(app)
    assert words(floor, "Dana") == ["Sam ended your seat; what you recorded is kept, and you can sign in again"]


@SIZES
async def test_a_call_for_help_is_cleared(floor: TestFloor, size: tuple[int, int]) -> None:
    floor.ask("Dana", RaiseAndon(code="list"))
    async with station(floor, size=size, wallboard="Sam") as app:
        assert re.search(r"ANDON +Dana: list bad, 0:00", screen_text(app))
        await drive(app, "c y")
        assert message(app) == "✓ cleared"
        await look(app)
        assert "! ANDON" not in screen_text(app)
        await drive(app, "c")
        assert message(app) == "✓ nobody calls for help"


@SIZES
async def test_the_detail_of_a_seat_is_shown_and_they_see_who_looked(floor: TestFloor, size: tuple[int, int]) -> None:
    work(floor, "no_answer", "Dana")
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "down enter")
        shown = screen_text(app)
        assert "They see that you looked." in shown
        assert "short rings" in shown
        head = next(each for each in shown.splitlines() if each.endswith("team"))
        assert head.split() == ["Dana", "team"]
        assert re.search(r"dials +1", shown)
        figures = [each for each in shown.splitlines() if re.match(r" (dials|short rings) +\d", each)]
        assert len({len(each) for each in figures}) == 1, "numbers stand below one another"
        assert "no answer" in shown
        assert "First" not in shown, "nothing of the lead is shown"
        await drive(app, "q")
    assert [(each.person, each.what) for each in floor.ask("Dana", WhoLooked()).looks] == [("Sam", "numbers")]


async def test_enter_without_a_seat_chosen_opens_that_of_whom_an_alert_wants_looked_at(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "REVIEWED_ABOVE", 0.05)
    for _ in range(4):
        work(floor, "no_answer", "Ito")
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        assert re.search(r"REVIEW +Ito .* Enter detail", screen_text(app))
        await drive(app, "enter")
        assert "They see that you looked." in screen_text(app)
    assert [each.person for each in floor.ask("Ito", WhoLooked()).looks] == ["Sam"]
    assert not floor.ask("Dana", WhoLooked()).looks


async def test_a_director_releases_the_checked_batch_after_its_figures(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=10) as floor:
        floor.ask("Sam", AddPerson(name="Dora", roles="director"))
        campaign = floor.ask("Cleo", ShowCampaigns()).campaigns[0].id
        batch = floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=5)).batch
        floor.run("Cleo", CheckBatch(batch=batch))
        async with station(floor, size=(80, 24), wallboard="Dora") as app:
            await drive(app, "r")
            assert "may be called now" in " ".join(screen_text(app).split())
            await drive(app, "enter")
            assert message(app) == "nothing was released"
            await drive(app, "r y")
            assert value(floor, "SELECT state FROM batch WHERE id = ?", batch) == "released"


async def test_r_with_nothing_to_release_says_so_and_stays(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), first="wallboard", wallboard="Sam", coordinator="Cleo") as app:
        await drive(app, "r")
        assert isinstance(app.screen, WallboardScreen)
        assert message(app) == "✓ no checked batch waits"


async def test_a_station_that_one_comes_back_to_says_nothing_old(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), first="wallboard", wallboard="Sam", coordinator="Cleo") as app:
        await drive(app, "p")
        assert "no promise is late" in message(app)
        await app.run_action("go('coordinator')")
        await app.run_action("go('wallboard')")
        await settle(app)
        assert not message(app)


async def test_g_goes_to_the_meetings_of_whoever_marks_them(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), first="wallboard", wallboard="Sam", coordinator="Cleo") as app:
        await drive(app, "g")
        assert isinstance(app.screen, CoordinatorScreen)
        assert app.screen.pane == "meetings"
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        await drive(app, "g")
        assert "you have no seat there" in message(app)


async def test_the_keys_without_anything_to_do_are_grey_and_say_why(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Sam") as app:
        for key, said in (
            ("p", "no promise is late"),
            ("f", "nobody who asked for us waits"),
            ("h", "go to somebody first"),
            ("enter", "go to somebody first"),
            ("space", "go to somebody first"),
            ("m", "mark somebody first"),
        ):
            await drive(app, key)
            assert said in message(app), key
        screen = app.screen
        assert isinstance(screen, WallboardScreen)
        assert {"undo", "pass_on", "offer", "clear"} == set(screen.off())


async def test_who_may_only_watch_is_told_who_may_act(floor: TestFloor) -> None:
    async with station(floor, size=(80, 24), wallboard="Cleo") as app:
        await drive(app, "down e y")
        assert "end_seat is for director or supervisor" in message(app)
        await drive(app, "m y")
        assert "already first" in message(app) or "moved to" in message(app)


@SIZES
async def test_a_do_not_call_is_lifted_after_number_scope_and_reason(floor: TestFloor, size: tuple[int, int]) -> None:
    card = claim(floor, "Dana")
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token, scope="company"))
    async with station(floor, size=size, wallboard="Sam") as app:
        await drive(app, "f9")
        assert "LIFT A DO-NOT-CALL" in screen_text(app)
        await write(app, "+12125550999")
        await drive(app, "enter")
        await write(app, "planet")
        await drive(app, "enter")
        assert "person or company" in screen_text(app)
        await drive(app, "ctrl+u")
        await write(app, "company")
        await drive(app, "enter")
        await write(app, "slip")
        await drive(app, "enter")
        assert "say how it came" in screen_text(app)
        await write(app, " of the finger by Dana")
        await drive(app, "enter")
        shown = " ".join(screen_text(app).split())
        assert "Whoever has +12125550999 may be called again" in shown
        assert "slip of the finger by Dana" in shown
        await drive(app, "enter")
        assert message(app) == "nothing was changed"
        await drive(app, "f9 enter enter enter y")
        assert "nobody in the house list has exactly this" in message(app)
        await drive(app, "f9 ctrl+u")
        await write(app, card.numbers[0].e164)
        await drive(app, "enter enter enter y")
        assert message(app) == "✓ off the do-not-call list; 1 waiting in the queue again"
        await drive(app, "f9")
        assert "slip" not in screen_text(app), "what was sent is no draft any more"
    assert value(floor, "SELECT count(*) FROM suppression") == 0
    assert value(floor, "SELECT state FROM ticket WHERE id = ?", card.ticket) == "ready"
    assert_clean(floor)
