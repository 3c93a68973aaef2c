"""A newcomer: from nothing, or from an empty floor, to the first served lead in at most twelve answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from textual import events

from salesdesk.app import SalesdeskApp
from salesdesk.clock import ManualClock
from salesdesk.desk.batches import CauseCount, Findings, ShowBatches
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.lists import ShowLists
from salesdesk.desk.local import (
    FOUNDER_ROLES,
    LocalDesk,
    add_first_person,
    create_floor,
    machine_zone,
    open_counter,
    person_named,
)
from salesdesk.screens import first_lead as first_lead_way
from salesdesk.screens import seats_for
from salesdesk.screens.asking import Questionnaire
from salesdesk.screens.dialogs import Confirm
from salesdesk.screens.welcome import WelcomeApp
from tests.floors import MORNING, csv_of, people_rows
from tests.screens import driving
from tests.screens.driving import drive, matches, screen_text, settle, write

SCRIPT = "Hi {{first_name}}, {{me}} here.\nCould we meet?"


@asynccontextmanager
async def driven(app: Any, size: tuple[int, int] = (80, 24)) -> AsyncIterator[SalesdeskApp]:
    """Any program, ready to be driven by keys."""
    async with app.run_test(size=size) as pilot:
        driving._PILOTS[id(app)] = pilot
        try:
            await settle(app)
            yield cast(SalesdeskApp, app)
        finally:
            driving._PILOTS.pop(id(app))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A list of one's own, in a folder without a floor."""
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of(people_rows(24)))
    return path


@pytest.fixture(autouse=True)
def _who(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newcomer is called ann, and sits in New York on a Thursday at 10:30."""
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setattr(
        "salesdesk.screens.welcome.open_counter", lambda target: open_counter(target, ManualClock(MORNING))
    )
    monkeypatch.setattr("getpass.getuser", lambda: "ann")


class Answers:
    """Gives answers and counts them."""

    def __init__(self, app: SalesdeskApp) -> None:
        self.app = app
        self.count = 0

    async def give(self, text: str = "", key: str = "enter") -> None:
        """One answer: typed (or pasted, when it has lines) and taken with a key."""
        self.count += 1
        if "\n" in text:
            self.app.post_message(events.Paste(text))
            await settle(self.app)
        else:
            await write(self.app, text)
        await drive(self.app, key)


async def first_lead(answers: Answers, path: Path) -> None:
    """The seven answers between an empty floor and the check."""
    await answers.give(str(path))
    await answers.give()
    await answers.give("a freight audit")
    await answers.give("May I show you?")
    await answers.give(SCRIPT, "f2")
    await answers.give()
    await answers.give()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_two_ways_in(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    async with driven(WelcomeApp(Path("/home/ann")), size) as app:
        matches(app, f"welcome-{size[0]}x{size[1]}")


@pytest.mark.parametrize("keys", ["1", "d", "enter", "down up enter"])
async def test_the_demo_is_one_key_away(tmp_path: Path, keys: str) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, keys)
    assert welcome.return_value == "demo"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["q", "escape"])
async def test_leaving_makes_nothing(tmp_path: Path, key: str) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, f"2 escape {key}")
    assert welcome.return_value is None
    assert list(tmp_path.iterdir()) == []


async def test_from_nothing_to_a_released_batch_in_at_most_twelve_answers(tmp_path: Path, mine: Path) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        answers = Answers(app)
        await answers.give(key="2")
        assert "Enter takes: Ann" in screen_text(app)
        await answers.give()
        assert "Enter takes: America/New_York" in screen_text(app)
        await answers.give()
        await first_lead(answers, mine)
        assert "24 leads of a freight audit may go" in screen_text(app)
        await answers.give(key="y")
    assert answers.count <= 12
    assert welcome.return_value == (tmp_path / "floor.floor", "Ann")
    welcome.leave()
    counter = open_counter(str(tmp_path / "floor.floor"), ManualClock(MORNING))
    desk = LocalDesk(counter, person_named(counter, "Ann"))
    assert [each.state for each in desk.ask(ShowBatches()).batches] == ["released"]
    async with driven(SalesdeskApp(seats_for(desk), "sdr")) as app:
        await drive(app, "enter")
        assert "Hi First" in screen_text(app), "the first lead is served with its script"
        assert "Ann here." in screen_text(app)
    desk.close()


async def test_a_founder_with_an_empty_floor_comes_to_the_first_lead_by_one_key(tmp_path: Path, mine: Path) -> None:
    path = tmp_path / "own.floor"
    create_floor(path, name="Ann's floor", zone="America/New_York")
    add_first_person(path, "Ann", FOUNDER_ROLES)
    counter = open_counter(str(path), ManualClock(MORNING))
    desk = LocalDesk(counter, person_named(counter, "Ann"))
    async with driven(SalesdeskApp(seats_for(desk), "coordinator")) as app:
        assert "n goes from a file to the first lead" in screen_text(app)
        answers = Answers(app)
        await drive(app, "n")
        await first_lead(answers, mine)
        assert "20 of them now" in screen_text(app)
        await answers.give(key="y")
        assert answers.count == 8
        assert app.current_mode == "sdr", "a founder alone goes on to the calls"
        await drive(app, "enter")
        assert "Hi First" in screen_text(app)
    desk.close()


async def test_a_bad_name_or_zone_is_one_line(tmp_path: Path) -> None:
    async with driven(WelcomeApp(tmp_path)) as app:
        await drive(app, "2 enter")
        await write(app, "Mars/Olympus")
        await drive(app, "enter")
        assert "Mars/Olympus is no time zone or town" in screen_text(app)
        assert isinstance(app.screen, Questionnaire)
    assert list(tmp_path.iterdir()) == []


async def test_the_floor_may_be_in_a_town(tmp_path: Path) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, "2 enter")
        await write(app, "Portland")
        await drive(app, "enter")
        assert "Portland may be Portland, Oregon or Portland, Maine: which?" in screen_text(app)
        await drive(app, "ctrl+u")
        await write(app, "denver")
        await drive(app, "enter")
    welcome.leave()
    counter = open_counter(str(tmp_path / "floor.floor"), ManualClock(MORNING))
    desk = LocalDesk(counter, person_named(counter, "Ann"))
    assert desk.settings.zone == "America/Denver"
    desk.close()


async def test_a_no_at_the_release_keeps_everything_and_does_nothing_twice(tmp_path: Path, mine: Path) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, "2 enter enter")
        await first_lead(Answers(app), mine)
        assert isinstance(app.screen, Confirm)
        await drive(app, "enter")
        assert "nothing was released" in screen_text(app)
        assert "go on with floor.floor" in screen_text(app)
        await drive(app, "2 enter")
        assert isinstance(app.screen, Confirm), "the last answer is still there, and the check is run again"
        desk = welcome._desk
        assert desk is not None
        assert len(desk.ask(ShowLists()).lists) == 1
        assert len(desk.ask(ShowCampaigns()).campaigns) == 1
        await drive(app, "y")
    assert welcome.return_value == (tmp_path / "floor.floor", "Ann")
    welcome.leave()


async def test_another_answer_after_a_no_writes_the_same_campaign_anew(tmp_path: Path, mine: Path) -> None:
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, "2 enter enter")
        await first_lead(Answers(app), mine)
        await drive(app, "enter 2")
        await write(app, "4")
        await drive(app, "enter")
        assert isinstance(app.screen, Confirm)
        desk = welcome._desk
        assert desk is not None
        assert [(each.name, each.daily_target) for each in desk.ask(ShowCampaigns()).campaigns] == [
            ("a freight audit", 4)
        ]
        assert [each.state for each in desk.ask(ShowBatches()).batches] == ["checked", "closed"]
    welcome.leave()


def test_what_keeps_leads_out_adds_up() -> None:
    causes = tuple(CauseCount(cause=name, leads=n) for n, name in enumerate("abcde", 1))
    found = Findings(
        batch=1,
        campaign="a freight audit",
        considered=15,
        going=0,
        causes=causes,
        strata=(),
        windows=0,
        callable_now=0,
        hours=(),
        lockouts=(),
        work_hours=0,
        people=1,
    )
    assert first_lead_way._kept_out(found) == "1 a; 2 b; 3 c; 9 for other reasons"


async def test_a_list_without_a_callable_lead_says_why(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    path.write_bytes(csv_of([["A", "B", "a@b.example", "", "CFO", "Acme", "", "", "US"]]))
    async with driven(WelcomeApp(tmp_path)) as app:
        await drive(app, "2 enter enter")
        await first_lead(Answers(app), path)
        assert "none of 1 leads may go: 1 no number" in screen_text(app)


async def test_a_floor_that_has_people_is_not_taken_over(tmp_path: Path) -> None:
    create_floor(tmp_path / "floor.floor", name="theirs", zone="America/New_York")
    add_first_person(tmp_path / "floor.floor", "Bea", FOUNDER_ROLES)
    async with driven(WelcomeApp(tmp_path)) as app:
        await drive(app, "2 enter enter")
        assert "this floor has people already" in screen_text(app)


async def test_an_empty_floor_that_is_there_is_used(tmp_path: Path) -> None:
    create_floor(tmp_path / "floor.floor", name="empty", zone="America/New_York")
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, "2 enter enter")
        assert "YOUR FIRST LEAD" in screen_text(app)
    welcome.leave()


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "floor.floor").write_text("this is a letter")
    async with driven(WelcomeApp(tmp_path)) as app:
        await drive(app, "2 enter enter")
        assert "is not a floor that can be opened" in screen_text(app)
        assert app.is_running


async def test_a_hostile_name_and_list_are_harmless(tmp_path: Path) -> None:
    evil = "[@click=app.quit]x[/]\x1b]0;t\x07 [/]"
    path = tmp_path / "evil.csv"
    path.write_bytes(csv_of([[evil, "B", "a@b.example", "+12125550101", evil, evil, "", "", "US"]]))
    welcome = WelcomeApp(tmp_path)
    async with driven(welcome) as app:
        await drive(app, "2")
        app.post_message(events.Paste(evil))
        await settle(app)
        await drive(app, "enter enter")
        await first_lead(Answers(app), path)
        assert "\x1b" not in screen_text(app)
        assert isinstance(app.screen, Confirm)
    welcome.leave()


async def test_without_colour(tmp_path: Path) -> None:
    async with driven(WelcomeApp(tmp_path, mono=True)) as app:
        assert "the demo" in screen_text(app)
        assert app.theme == "ansi-dark"


def test_the_machine_says_its_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert machine_zone() == "Europe/Berlin"
    monkeypatch.setenv("TZ", "nonsense")
    assert machine_zone() == "America/New_York"
    monkeypatch.delenv("TZ")
    assert machine_zone(tmp_path / "nowhere") == "America/New_York"
