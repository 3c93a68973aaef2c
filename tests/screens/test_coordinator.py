"""The coordinator's station, driven by keys: lists in, campaigns written, batches checked and released."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

from salesdesk.app import SalesdeskApp
from salesdesk.desk.batches import CheckBatch, DraftBatch, ShowBatches
from salesdesk.desk.campaigns import CreateCampaign, ShowCampaigns
from salesdesk.desk.errors import Refused
from salesdesk.desk.lists import ImportList, ShowLists
from salesdesk.desk.people import AddPerson, SignIn
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.registry import Progress
from salesdesk.desk.serving import ClaimNext
from salesdesk.screens import campaign_form
from salesdesk.screens.asking import Questionnaire
from salesdesk.screens.coordinator import CoordinatorScreen
from salesdesk.screens.dialogs import Confirm, Ended, Page, Working
from salesdesk.screens.list_form import Asker
from tests.desk.test_targets import remember
from tests.floors import EXPORTS, TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.screens.driving import drive, matches, screen_text, settle, station, write
from tests.steps import claim, dial

MESSY = EXPORTS / "small-messy.csv"
HOSTILE = "[@click=app.quit]x[/] [/] \x1b]52;c;AAAA\x07\u202eevil"


@pytest.fixture
def half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestFloor]:
    """A floor where ten of 24 leads are released, the same ones in every run, and Dana is at work."""
    monkeypatch.setattr("secrets.token_hex", lambda size=32: "5a" * size)
    with make_floor(tmp_path, quantity=10) as made:
        made.ask("Dana", SignIn(station="sdr"))
        yield made


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor with people and nothing else."""
    with make_floor(tmp_path, leads=0, release=False) as made:
        yield made


async def paste(app: SalesdeskApp, text: str) -> None:
    """Paste a text, as a terminal does."""
    app.post_message(events.Paste(text))
    await settle(app)


def batches(floor: TestFloor) -> dict[int, str]:
    return {each.id: each.state for each in floor.ask("Cleo", ShowBatches()).batches}


def drafted(floor: TestFloor, quantity: int = 5, *, check: bool = True) -> int:
    campaign = floor.ask("Cleo", ShowCampaigns()).campaigns[0].id
    made = floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=quantity))
    if check:
        floor.run("Cleo", CheckBatch(batch=made.batch))
    return made.batch


# looking ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "mono"), [((80, 24), False), ((120, 40), False), ((80, 24), True)])
@pytest.mark.parametrize(("pane", "key"), [("queues", "1"), ("lists", "2"), ("campaigns", "3"), ("batches", "4")])
async def test_the_four_panes(half: TestFloor, pane: str, key: str, size: tuple[int, int], mono: bool) -> None:
    drafted(half)
    async with station(half, coordinator="Cleo", size=size, mono=mono) as app:
        await drive(app, key)
        matches(app, f"coordinator-{pane}-{size[0]}x{size[1]}")


async def test_rows_without_room_are_counted(half: TestFloor) -> None:
    async with station(half, size=(80, 24), coordinator="Cleo") as app:
        assert re.search(r"↓ \d+ more", screen_text(app))
        await drive(app, "end")
        assert re.search(r"↑ \d+ more", screen_text(app))
        assert "↓" not in screen_text(app).splitlines()[-4]


async def test_a_campaign_of_which_nothing_was_released_is_new_in_both_panes(tmp_path: Path) -> None:
    with make_floor(tmp_path, release=False) as floor:
        made = floor.ask("Cleo", CreateCampaign(offer="x", initial="y", script="Hi {{first_name}}\nBye"))
        async with station(floor, size=(120, 40), coordinator="Cleo") as app:
            row = next(row for row in screen_text(app).splitlines() if f" {made.name} " in row)
            assert " new " in row
            await drive(app, "3")
            shown = screen_text(app)
            for words in ("new", "Mon-Fri 08:30-17:30 · plan P · no daily target", "send the guide", "Bye"):
                assert words in shown


async def test_without_colour_the_same_is_said(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo", mono=True) as app:
        shown = screen_text(app)
        assert "low" in shown
        assert "dry 10:" in shown


async def test_an_empty_floor_says_how_to_begin(bare: TestFloor) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "2")
        assert "i imports one" in screen_text(app)
        await drive(app, "3")
        assert "c makes one" in screen_text(app)
        await drive(app, "4 b")
        assert "there is no campaign yet" in screen_text(app)


async def test_panes_turn_by_tab_and_arrows_and_each_keeps_its_row(half: TestFloor) -> None:
    second = drafted(half)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4 down")
        assert isinstance(app.screen, CoordinatorScreen)
        assert app.screen.rows.chosen != second
        before = app.screen.rows.chosen
        await drive(app, "tab tab tab tab tab")
        assert app.screen.pane == "batches"
        assert app.screen.rows.chosen == before
        await drive(app, "left shift+tab right")
        assert app.screen.pane == "campaigns"


async def test_the_cursor_stays_on_its_batch_when_another_appears_above(half: TestFloor) -> None:
    first = drafted(half)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4")
        assert isinstance(app.screen, CoordinatorScreen)
        assert app.screen.rows.chosen == first
        drafted(half)
        app.screen.read(app.screen.reload)
        await settle(app)
        assert app.screen.rows.chosen == first


async def test_why_dry_counts_causes(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "w")
        assert "outside their calling hours" in screen_text(app)
        await drive(app, "3 w")
        assert isinstance(app.screen, CoordinatorScreen)
        assert app.screen.pane == "queues"
        assert "why dry" in screen_text(app)


async def test_a_dry_queue_is_named_in_the_status_line(half: TestFloor) -> None:
    half.clock.forward(14 * 3600)
    half.ask("Dana", ClaimNext(station="sdr"))
    async with station(half, coordinator="Cleo") as app:
        first = screen_text(app).splitlines()
        assert "DRY: Spring Audit" in first[0]
        assert any("DRY" in row for row in first[1:])


async def test_enter_opens_all_there_is_to_read(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4 enter")
        assert isinstance(app.screen, Page)
        assert "strata" in screen_text(app)
        await drive(app, "down end home q")
        assert isinstance(app.screen, CoordinatorScreen)


# lists --------------------------------------------------------------------------------------------------------------


async def test_a_list_is_previewed_imported_and_its_rejects_are_read(bare: TestFloor) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, str(MESSY))
        await drive(app, "enter")
        seen = screen_text(app)
        assert "199 leads" in seen
        assert "phone ← Telefon, Mobil" in seen
        assert "of the first 200 rows" in seen
        assert "Which country?" in seen
        await write(app, "de")
        await drive(app, "enter")
        again = screen_text(app)
        assert "What is the list called?" in again
        assert counts_of(again) != counts_of(seen), "it is counted again with the country before it is imported"
        await drive(app, "enter")
        await write(app, "Apex")
        await drive(app, "enter enter")
        row = bare.ask("Cleo", ShowLists()).lists[0]
        assert (row.name, row.supplier, row.purpose, row.rows, row.rejects) == ("small messy", "Apex", "leads", 200, 1)
        assert "12 duplicates, 1 reject (j)" in screen_text(app)
        await drive(app, "j")
        assert "wrong length" in screen_text(app)
        await drive(app, "q")
        assert isinstance(app.screen, CoordinatorScreen)


async def test_rejects_that_are_not_shown_are_counted(bare: TestFloor) -> None:
    import_rows(bare, b"First Name,Phone\n" + b",212-555-0101\n" * 260)
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "2 j end")
        assert "and 60 more" in screen_text(app)


def counts_of(shown: str) -> str:
    """The row of counts of a preview."""
    return next(row for row in shown.splitlines() if row.lstrip().startswith("counts"))


async def test_columns_that_are_not_read_are_named_before_and_after(bare: TestFloor, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("First Name,Phone,Shoe size\nAnn,212-555-0101,9\n")
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, f"{tmp_path}/own.csv")
        await drive(app, "enter")
        assert "not read Shoe size" in screen_text(app)
        await drive(app, "enter enter enter enter")
        assert "1 lead of 1 row, 1 callable, not read: Shoe size" in screen_text(app)


async def test_a_list_of_which_a_part_came_in_is_told_apart(bare: TestFloor) -> None:
    data = base64.b64encode(csv_of(people_rows(260)))
    job = bare.desk("Cleo").start(ImportList(data=data, name="Half"))
    while next(job).note != "taking in":
        pass
    job.close()
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "2")
        shown = screen_text(app)
        assert "partial" in shown
        assert "250 of 260 rows are in; if nobody is importing it now, import it again" in shown


async def test_a_customer_list_is_kept_apart(bare: TestFloor) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, str(MESSY))
        await drive(app, "enter enter enter enter")
        await write(app, "customers")
        await drive(app, "enter")
        assert bare.ask("Cleo", ShowLists()).lists[0].purpose == "customers"
        assert "out: customers" in screen_text(app)


@pytest.mark.parametrize(
    ("typed", "says"),
    [("/no/such/file.csv", "there is no file"), ("/", "is a folder"), ("", "an answer is needed")],
)
async def test_a_bad_path_is_one_line_and_nothing_is_lost(bare: TestFloor, typed: str, says: str) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, typed)
        await drive(app, "enter")
        assert isinstance(app.screen, Questionnaire)
        assert says in screen_text(app)
        assert app.screen.question.id == "path"


async def test_a_file_that_is_no_list_is_refused(bare: TestFloor, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_bytes(b"PK\x03\x04rest of an Excel file")
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, f"{tmp_path}/sheet.csv")
        await drive(app, "enter")
        assert "save it as CSV first" in screen_text(app)


async def test_tab_completes_the_path(bare: TestFloor, tmp_path: Path) -> None:
    (tmp_path / "apex-october.csv").write_bytes(csv_of(people_rows(3)))
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, f"{tmp_path}/ap")
        await drive(app, "tab enter enter")
        assert "3 leads" in screen_text(app)
        assert "Enter takes: apex october" in screen_text(app)


async def test_a_wrong_country_or_purpose_stays_in_the_form(bare: TestFloor) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, str(MESSY))
        await drive(app, "enter")
        await write(app, "1x")
        await drive(app, "enter")
        assert "a country is two letters" in screen_text(app)
        await drive(app, "backspace backspace enter enter enter")
        await write(app, "rivals")
        await drive(app, "enter")
        assert "the purpose is one of" in screen_text(app)


async def test_half_an_import_is_kept_when_the_form_is_closed(bare: TestFloor) -> None:
    async with station(bare, coordinator="Cleo") as app:
        await drive(app, "i")
        await write(app, str(MESSY))
        await drive(app, "enter enter")
        await write(app, "October")
        await drive(app, "escape")
        assert "answers are kept" in screen_text(app)
        await drive(app, "i")
        assert "October" in screen_text(app)
        await drive(app, "shift+tab shift+tab")
        assert "Which file?" in screen_text(app)
        assert "small-messy.csv" in screen_text(app)


async def test_a_list_without_rejects_says_so(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "j")
        assert "go to a list first" in screen_text(app)
        await drive(app, "2 j")
        assert "no row of this list was rejected" in screen_text(app)


# campaigns ----------------------------------------------------------------------------------------------------------


async def test_a_campaign_in_twelve_answers(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        answers = 0
        await drive(app, "c")
        assert "1 Test list" in screen_text(app)
        for answer in ("1, title finance", "", "a freight audit", "", "May I show you?", ""):
            await write(app, answer)
            await drive(app, "enter")
            answers += 1
        await paste(app, "Hi {{first_name}},\n{{me}} here.\n--- B ---\nHello {{first_name}}.")
        await drive(app, "f2 enter enter enter enter enter")
        answers += 6
        assert answers == 12
        made = half.ask("Cleo", ShowCampaigns()).campaigns[-1]
        assert (made.name, made.variants, made.callers) == ("a freight audit", ("A", "B"), ("Dana", "Ito"))
        assert "b drafts its first batch" in screen_text(app)


async def test_enter_takes_the_target_that_usual_yield_proposes(half: TestFloor) -> None:
    remember(half, 3000, 30)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "c")
        for answer in ("1", "", "a freight audit", "", "May I show you?", ""):
            await write(app, answer)
            await drive(app, "enter")
        await paste(app, "Hi {{first_name}}.")
        await drive(app, "f2 enter enter enter enter")
        assert "Enter takes: 5 until 2026-12-04" in screen_text(app)
        await drive(app, "enter")
        made = half.ask("Cleo", ShowCampaigns()).campaigns[-1]
        assert (made.daily_target, made.ends_on) == (5, "2026-12-04")


async def test_who_calls_and_who_takes_the_meetings_is_one_answer(half: TestFloor) -> None:
    half.ask("Sam", AddPerson(name="Adam", roles="executive"))
    async with station(half, size=(120, 40), coordinator="Cleo") as app:
        await drive(app, "c")
        for answer in ("1", "", "a freight audit", "", "May I show you?", ""):
            await write(app, answer)
            await drive(app, "enter")
        await paste(app, "Hi {{first_name}}.")
        await drive(app, "f2 enter enter enter")
        assert "«meetings Eve, Adam»" in screen_text(app)
        await write(app, "Ito second, meetings Dana")
        await drive(app, "enter")
        assert "nobody here is called «Dana»; meetings are taken by Adam, Eve" in screen_text(app)
        await drive(app, " ".join(["backspace"] * len("Dana")))
        await write(app, "adam")
        await drive(app, "enter enter")
        made = half.ask("Cleo", ShowCampaigns()).campaigns[-1]
        assert (made.second, made.executives, made.any_executive) == (("Ito",), ("Adam",), False)
        assert "nobody · meetings Adam" in screen_text(app)
        half.ask("Sam", AddPerson(name="Adam", roles="researcher"))
        await drive(app, "1 3")
        assert "meetings nobody any more of those who were named" in screen_text(app)


async def test_what_goes_out_before_the_calls_is_said_back_and_opens_them(half: TestFloor) -> None:
    async with station(half, size=(120, 40), coordinator="Cleo") as app:
        await drive(app, "c")
        for answer in ("1", "", "winter storage", "", "May I show you?", ""):
            await write(app, answer)
            await drive(app, "enter")
        await paste(app, "Hi {{first_name}}.")
        await drive(app, "f2")
        await write(app, "mail 2026-13-01")
        await drive(app, "enter")
        assert "2026-13-01 is no day such as 2026-12-01" in screen_text(app)
        await drive(app, " ".join(["backspace"] * len("2026-13-01")))
        assert "mail not sent yet, calls open 2 days after it is" in screen_text(app)
        await write(app, "2026-12-01 +3")
        assert "mail sent on Tue 1 Dec, calls open Fri 4 Dec" in screen_text(app)
        await drive(app, "enter enter enter enter enter")
        assert half.ask("Cleo", ShowCampaigns()).campaigns[-1].pre_approach == "mail 2026-12-01 +3"
        assert "before mail sent on Tue 1 Dec, calls open Fri 4 Dec" in screen_text(app)


async def test_m_says_that_the_mail_was_sent_today(tmp_path: Path) -> None:
    with make_floor(tmp_path, pre_approach="mail") as floor:
        floor.ask("Dana", SignIn(station="sdr"))
        async with station(floor, size=(120, 40), coordinator="Cleo") as app:
            row = next(row for row in screen_text(app).splitlines() if " Spring Audit " in row)
            assert "waits" in row
            assert "DRY" not in screen_text(app)
            assert "24 wait: the mail is not sent yet" in screen_text(app)
            await drive(app, "m")
            assert "so far  mail not sent yet, calls open 2 days after it is" in screen_text(app)
            await drive(app, "enter")
            assert "Spring Audit: mail sent on Thu 19 Nov, calls open Sat 21 Nov" in screen_text(app)
            assert "24 wait: calls open Sat 21 Nov" in screen_text(app)
            await drive(app, "3")
            row = next(row for row in screen_text(app).splitlines() if " Spring Audit " in row)
            assert "waits" in row
            await drive(app, "m")
            await write(app, "sent yesterday +1")
            assert "mail sent on Wed 18 Nov, calls open Thu 19 Nov" in screen_text(app)
            await drive(app, "enter")
            assert " live " in next(row for row in screen_text(app).splitlines() if " Spring Audit " in row)
        assert floor.ask("Dana", ClaimNext()) is not None


async def test_t_changes_who_takes_the_meetings(half: TestFloor) -> None:
    half.ask("Sam", AddPerson(name="Adam", roles="executive"))
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3 t")
        assert "executives  Adam, Eve" in screen_text(app)
        await write(app, "adam, Zoe")
        await drive(app, "enter")
        assert "nobody here is called «Zoe»; meetings are taken by Adam, Eve" in screen_text(app)
        await drive(app, " ".join([*["backspace"] * len(", Zoe"), "enter"]))
        assert "meetings of Spring Audit are taken by Adam" in screen_text(app)
        assert "meetings Adam" in screen_text(app)
        await drive(app, "t enter")
        assert half.ask("Cleo", ShowCampaigns()).campaigns[0].executives == ("Adam",), "Enter leaves it as it is"


async def test_u_moves_the_end_after_its_effect_was_read(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3 u")
        await write(app, "2026-11-18")
        await drive(app, "enter")
        assert "2026-11-18 is over; a campaign ends today or later" in screen_text(app)
        await drive(app, " ".join(["backspace"] * len("2026-11-18")))
        await write(app, "2026-12-18 or 60 %")
        await drive(app, "enter")
        assert "Spring Audit ends after Fri 18 Dec or at 60 % of its decision" in screen_text(app)
        assert "makers reached (so far it has no end); 10 left." in screen_text(app)
        assert half.ask("Cleo", ShowCampaigns()).campaigns[0].ends_on == ""
        await drive(app, "y")
        assert "until 2026-12-18 or 60 % of decision makers" in " ".join(screen_text(app).split())
        assert "ends at 60 %" in screen_text(app)
        await drive(app, "u enter enter")
        assert "its end was not moved" in screen_text(app), "Enter never agrees"


async def test_m_is_for_campaigns(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "2 m")
        assert "go to a campaign first (3)" in screen_text(app)


async def test_the_segment_is_counted_while_it_is_typed(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "c")
        await write(app, "1")
        assert "24 leads" in screen_text(app)
        await write(app, ", title fin")
        assert "6 leads" in screen_text(app)
        await write(app, "zzz")
        assert "no lead of the house list" in screen_text(app)
        matches(app, "coordinator-segment-80x24")


async def test_answers_without_a_default_are_wanted(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "c enter")
        assert "an answer is needed" in screen_text(app)
        await write(app, "all")
        await drive(app, "enter enter enter")
        assert "an answer is needed: What is offered?" in screen_text(app)


async def to_the_script(app: SalesdeskApp) -> None:
    await drive(app, "c")
    for answer in ("all", "", "audits", "", "May I?", ""):
        await write(app, answer)
        await drive(app, "enter")


async def test_a_merge_error_shows_on_the_spot_and_the_script_stays(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, "Hi {{firstname}}\nsecond line")
        await drive(app, "ctrl+s")
        shown = screen_text(app)
        assert "did you mean {{first_name}}?" in shown
        assert "second line" in shown
        matches(app, "coordinator-script-80x24")


async def test_a_script_may_come_from_a_file(half: TestFloor, tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text("Hi {{first_name}}, from a file")
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, f"{tmp_path}/script.txt")
        await drive(app, "f2 enter enter enter enter enter")
        made = half.ask("Cleo", ShowCampaigns()).campaigns[-1]
        assert made.name == "audits"


async def test_bad_answers_of_the_form_are_told_where_they_are_given(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, "Hi")
        await drive(app, "f2 enter")
        for typed, says in (("late", "Mon-Fri 8:30-17:30"),):
            await write(app, typed)
            await drive(app, "enter")
            assert says in screen_text(app)
            await drive(app, " ".join(["backspace"] * len(typed)) + " enter enter")
        await write(app, "Zoe")
        await drive(app, "enter")
        assert "nobody here is called «Zoe»" in screen_text(app)


async def test_what_the_floor_refuses_at_the_end_is_not_lost(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, "Hi")
        await drive(app, "f2 enter enter")
        await drive(app, "enter enter")
        await write(app, "3 until 2020-01-01")
        await drive(app, "enter")
        shown = screen_text(app)
        assert "12 of 12" in shown, "the form is there again, with the answer that was refused"
        assert "✗ 2020-01-01 is over; a campaign ends today or later" in shown
        assert "audits" in shown
        await drive(app, "ctrl+u enter")
        assert "b drafts its first batch" in screen_text(app)


async def test_a_refused_answer_in_the_middle_is_in_front_again(
    half: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(campaign_form.plan_question(Asker(half.desk("Cleo"))), check=None)
    monkeypatch.setattr(campaign_form, "plan_question", lambda _ask: asked)
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, "Hi")
        await drive(app, "f2 enter enter")
        await write(app, "X")
        await drive(app, "enter enter enter")
        assert "10 of 12" in screen_text(app)
        assert "✗ the map has no attempt plan X" in screen_text(app)
        await drive(app, "ctrl+u enter enter enter")
        assert "b drafts its first batch" in screen_text(app)


async def test_a_plan_that_the_floor_has_not_is_refused_at_its_answer(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await to_the_script(app)
        await paste(app, "Hi")
        await drive(app, "f2 enter enter")
        await write(app, "X")
        await drive(app, "enter")
        assert "10 of 12" in screen_text(app)
        assert "✗ the map has no attempt plan X" in screen_text(app)


async def test_a_long_fault_is_read_whole_and_once_in_a_small_window(half: TestFloor) -> None:
    async with station(half, size=(80, 24), coordinator="Cleo") as app:
        await drive(app, "c")
        await write(app, "director")
        shown = " ".join(screen_text(app).split())
        assert shown.endswith("closes, the answers are kept")
        assert "country, region, staff ..." in shown
        await drive(app, "enter")
        shown = " ".join(screen_text(app).split())
        assert shown.count("«director» is no list here") == 1
        assert "country, region, staff ..." in shown


async def test_who_approved_a_batch_stands_at_the_batch_and_the_campaign(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3")
        assert "the last approved by Cleo, Thu 19 Nov" in screen_text(app)
        await drive(app, "4")
        assert "\n approved by Cleo, Thu 19 Nov" in screen_text(app)


async def test_enter_at_a_campaign_counts_its_objections(half: TestFloor) -> None:
    card = claim(half)
    dial(half, card)
    said = RecordOutcome(
        ticket=card.ticket, token=card.token, outcome="no", answers={"reason": "price"}, objections=("no_money",)
    )
    half.ask("Dana", said)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3 enter")
        assert "objections, script A  1 call   no money 1" in screen_text(app)


async def test_a_campaign_is_paused_and_goes_on(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3 l")
        assert not half.ask("Cleo", ShowCampaigns()).campaigns[0].live
        assert "Spring Audit is paused" in screen_text(app)
        await drive(app, "l")
        assert half.ask("Cleo", ShowCampaigns()).campaigns[0].live


async def test_people_are_put_into_a_campaign(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "3 a")
        assert "Dana, Ito" in screen_text(app)
        await write(app, "Zoe")
        await drive(app, "enter")
        assert "nobody here is called «Zoe»" in screen_text(app)
        await drive(app, "backspace backspace backspace")
        await write(app, "ito")
        await drive(app, "enter")
        await write(app, "2")
        await drive(app, "enter")
        campaign = half.ask("Cleo", ShowCampaigns()).campaigns[0]
        assert (campaign.callers, campaign.second) == (("Dana",), ("Ito",))


async def test_draft_answers_survive_another_station(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo", sdr="Dana", first="coordinator") as app:
        await drive(app, "c")
        await write(app, "1, title fin")
        await app.action_go("sdr")
        await settle(app)
        await app.action_go("coordinator")
        await settle(app)
        assert isinstance(app.screen, Questionnaire)
        assert "1, title fin" in screen_text(app)


# batches ------------------------------------------------------------------------------------------------------------


async def test_draft_check_release(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "b enter")
        assert "Enter takes: 45" in screen_text(app), "the proposed release is the default"
        await drive(app, "enter")
        assert batches(half)[2] == "draft"
        await drive(app, "r")
        assert "k checks it" in screen_text(app)
        await drive(app, "k")
        assert batches(half)[2] == "checked"
        assert "14 going of 14" in screen_text(app)
        await drive(app, "r")
        assert isinstance(app.screen, Confirm)
        assert "Put 14 leads of Spring Audit on the floor?" in screen_text(app)
        assert "Dana, Ito will call them" in screen_text(app)
        matches(app, "coordinator-release-80x24")
        await drive(app, "y")
        assert batches(half)[2] == "released"
        assert "14 leads of Spring Audit are on the floor" in screen_text(app)


@pytest.mark.parametrize("key", ["enter", "escape", "q", "n"])
async def test_the_release_opens_on_cancel(half: TestFloor, key: str) -> None:
    batch = drafted(half)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, f"4 r {key}")
        assert batches(half)[batch] == "checked"
        assert "nothing was released" in screen_text(app)


async def test_above_a_thousand_the_number_is_typed(half: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.screens.coordinator_batches.TYPE_THE_NUMBER", 4)
    batch = drafted(half)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4 r y enter")
        assert isinstance(app.screen, Confirm)
        await write(app, "6")
        await drive(app, "enter")
        assert "that is not 5" in screen_text(app)
        assert batches(half)[batch] == "checked"
        await drive(app, "backspace backspace")
        await write(app, "5")
        await drive(app, "enter")
        assert batches(half)[batch] == "released"


async def test_an_empty_number_cancels(half: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.screens.coordinator_batches.TYPE_THE_NUMBER", 4)
    batch = drafted(half)
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4 r enter")
        assert isinstance(app.screen, CoordinatorScreen)
        assert batches(half)[batch] == "checked"


async def test_the_quantity_may_be_another_and_nonsense_is_refused(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "b enter")
        await write(app, "many")
        await drive(app, "enter")
        assert "a number from 1" in screen_text(app)
        await drive(app, "backspace backspace backspace backspace")
        await write(app, "3")
        await drive(app, "enter k")
        assert "3 going of 14" in screen_text(app)
        assert "left for the next batch" in screen_text(app)


async def test_a_batch_without_a_callable_lead_is_not_released(tmp_path: Path) -> None:
    rows = [["A", "B", "a@b.example", "", "CFO", "Acme", "", "", "US"]]
    with make_floor(tmp_path, data=csv_of(rows), release=False) as floor:
        with pytest.raises(Refused):
            release_campaign(floor)
        async with station(floor, coordinator="Cleo") as app:
            await drive(app, "4 r")
            assert "no lead of batch #1 may be called" in screen_text(app)
            assert "kept out" in screen_text(app)


async def test_a_batch_is_closed_after_a_confirm(half: TestFloor) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, "4 x enter")
        assert batches(half)[1] == "released"
        await drive(app, "x y")
        assert batches(half)[1] == "closed"
        assert "10 leads went back" in screen_text(app)
        await drive(app, "x y")
        assert "closed already" in screen_text(app)


@pytest.mark.parametrize("key", ["k", "r", "x"])
async def test_batch_keys_elsewhere_say_where_to_go(half: TestFloor, key: str) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, key)
        assert "go to a batch first (4)" in screen_text(app)


@pytest.mark.parametrize("key", ["l", "a"])
async def test_campaign_keys_on_a_list_say_where_to_go(half: TestFloor, key: str) -> None:
    async with station(half, coordinator="Cleo") as app:
        await drive(app, f"2 {key}")
        assert "go to a campaign first (3)" in screen_text(app)


# long work ----------------------------------------------------------------------------------------------------------


class SlowDesk:
    """A desk whose job goes on until it is stopped."""

    def __init__(self) -> None:
        self.steps = 0

    async def run(self, _request: Any, progress: Any) -> Any:
        import asyncio

        while True:
            self.steps += 1
            progress(Progress(done=self.steps, total=1000, note="taking in"))
            await asyncio.sleep(0)


async def test_long_work_shows_progress_and_can_be_stopped(half: TestFloor) -> None:
    heard: list[Ended[Any] | None] = []
    async with station(half, coordinator="Cleo") as app:
        desk = SlowDesk()
        request = ImportList(data=b"", name="x")
        app.push_screen(Working("IMPORTING", desk, request), heard.append)  # type: ignore[arg-type]
        for _ in range(20):
            await app.animator.wait_until_complete()
            if desk.steps > 3 and isinstance(app.screen, Working):
                break
        app.post_message(events.Key("q", "q"))
        await settle(app)
        assert isinstance(app.screen, CoordinatorScreen)
        assert heard == [Ended(None, "stopped; what was done so far stays")]


# text from outside --------------------------------------------------------------------------------------------------


async def test_hostile_names_are_harmless_everywhere(tmp_path: Path) -> None:
    rows = [
        [HOSTILE, "L", f"p{n}@x{n}.example", f"+1212555{100 + n:04d}", HOSTILE, HOSTILE, "", "", "US"] for n in range(6)
    ]
    with make_floor(tmp_path, leads=0, release=False) as floor:
        data = tmp_path / "evil.csv"
        data.write_bytes(csv_of(rows))
        async with station(floor, coordinator="Cleo") as app:
            await drive(app, "i")
            await write(app, str(data))
            await drive(app, "enter")
            await paste(app, HOSTILE)
            await drive(app, "enter")
            await paste(app, HOSTILE)
            await drive(app, "enter enter enter")
            release_campaign(floor, name=HOSTILE, offer=HOSTILE, initial=HOSTILE)
            await drive(app, "1 w 2 enter q 3 enter q 4 enter q b")
            shown = screen_text(app)
            for bad in "\x1b\x07\u202e":
                assert bad not in shown
            assert "[@click=app.quit]" in shown
            assert app.is_running


async def test_a_director_may_plan_too_and_a_supervisor_has_no_seat(tmp_path: Path) -> None:
    from salesdesk.desk.people import AddPerson
    from salesdesk.screens import seats_for

    with make_floor(tmp_path) as floor:
        floor.ask("Cleo", AddPerson(name="Dirk", roles="director"))
        assert "coordinator" in seats_for(floor.desk("Dirk"))
        assert "coordinator" not in seats_for(floor.desk("Sam"))
        async with station(floor, coordinator="Dirk") as app:
            assert "Spring Audit" in screen_text(app)
            await drive(app, "3 l")
            assert "is paused" in screen_text(app)
