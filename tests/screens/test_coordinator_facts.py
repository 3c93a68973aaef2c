"""Defects and coverage at the coordinator's station, at 80x24."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.coverage import CampaignCoverage
from salesdesk.desk.defects import QualityLine
from salesdesk.desk.segmenting import SegmentChoice, SegmentCount
from salesdesk.line import glossary
from salesdesk.screens.coordinator_facts import coverage_rows, quality_rows
from salesdesk.screens.coordinator_panes import FIGURES, PANES
from salesdesk.screens.coordinator_words import Unclear, end_share_of, segment_of, segment_words
from salesdesk.widgets.lines import Line
from tests.floors import TestFloor, make_floor
from tests.screens.driving import drive, screen_text, station
from tests.steps import value, work


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=8, end_share=10, quantity=6) as made:
        yield made


def text(rows: list[Line]) -> str:
    return " ".join("".join(bit.text for bit in row) for row in rows)


async def test_a_list_shows_its_bad_records_and_its_open_defects(floor: TestFloor) -> None:
    work(floor, "bad_record", what="dead")
    work(floor, "no_answer")
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "2")
        shown = screen_text(app)
        assert "bad records 1 of 2" in shown
        assert "open 1  settled 0" in shown
        await drive(app, "d")
        shown = screen_text(app)
        assert "OPEN DEFECTS" in shown
        assert "dead number" in shown
        assert "Dana" not in shown.split("OPEN DEFECTS")[1], "never the caller"


async def test_a_list_without_a_defect_says_so(floor: TestFloor) -> None:
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "2 d")
        assert "this list has no open defect" in screen_text(app)


async def test_a_campaign_shows_its_coverage_and_that_it_reached_its_end_share(floor: TestFloor) -> None:
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "3")
        assert "decision makers reached 0 of" in screen_text(app)
        while not value(floor, "SELECT count(*) FROM reach WHERE reached > 0 AND band <> 'staff'"):
            work(floor, "not_now")
        await drive(app, "2 3")
        assert " ended " in screen_text(app)
        await drive(app, "enter")
        shown = " ".join(screen_text(app).split())
        assert "reached its end share" in shown
        assert "ends at 10 %" in shown
        assert "penetration" in shown


async def test_a_release_beyond_the_end_share_asks_with_the_reason(floor: TestFloor) -> None:
    while not value(floor, "SELECT count(*) FROM reach WHERE reached > 0 AND band <> 'staff'"):
        work(floor, "not_now")
    draft = floor.ask("Cleo", DraftBatch(campaign=1, quantity=2))
    floor.run("Cleo", CheckBatch(batch=draft.batch))
    async with station(floor, coordinator="Cleo") as app:
        await drive(app, "4 r")
        assert "reached its end share" in " ".join(screen_text(app).split())
        await drive(app, "y")
        assert "on the floor" in screen_text(app)
    assert value(floor, "SELECT released FROM batch WHERE id = 2") == 2


def test_few_records_are_counts_and_many_have_their_interval() -> None:
    few = QualityLine(
        list_id=1, name="A", supplier="Apex", leads=9, dialed=9, bad_records=2, looked_at=9, share="2 of 9",
        low=None, high=None, open=1, settled=1,
    )  # fmt: skip
    many = few.model_copy(
        update={"name": "Apex", "bad_records": 46, "looked_at": 1650, "share": "2–4 %", "low": 0.02, "high": 0.04}
    )
    told = text(quality_rows(few, many, 80))
    assert "bad records 2 of 9" in told
    assert "all of Apex 46 of 1,650 · 2–4 %, 90 %" in told
    assert quality_rows(None, None, 80) == []


def test_a_campaign_without_leads_has_no_coverage() -> None:
    nothing = CampaignCoverage(
        campaign=1, name="A", bands=(), decision_makers=0, attempted=0, reached=0, share=None, accounts=0,
        accounts_conversed=0, penetration=None, end_share=None, ended=False, sentence="",
    )  # fmt: skip
    assert coverage_rows(nothing, 80) == []


KNOWN = SegmentCount(
    leads=3, lists=(SegmentChoice(value="1", label="Apex Oct", leads=3),), countries=(), seniorities=()
)


@pytest.mark.parametrize(
    "said", ["incumbent known", "incumbent unknown", "incumbent Borealis Freight", "contract within 6 months"]
)
def test_segments_by_what_is_known_are_typed_and_told_alike(said: str) -> None:
    segment = segment_of(f"all; {said}", KNOWN)
    assert segment_words(segment, {}) == said
    assert segment_of(segment_words(segment, {}), KNOWN) == segment


@pytest.mark.parametrize("said", ["contract soon", "contract within 61 months", "contract within -1 months"])
def test_months_that_make_no_sense_are_told(said: str) -> None:
    with pytest.raises(Unclear, match="6 months"):
        segment_of(said, KNOWN)


@pytest.mark.parametrize(
    ("said", "rest", "share"),
    [
        ("4 until 2026-12-18 or 60 %", "4 until 2026-12-18", 60),
        ("4, 60%", "4", 60),
        ("60 % reached", "", 60),
        ("none", "none", None),
        ("4 until 2026-12-18", "4 until 2026-12-18", None),
    ],
)
def test_the_share_at_which_a_campaign_ends_is_read_with_its_target(said: str, rest: str, share: int | None) -> None:
    assert end_share_of(said) == (rest, share)


def test_no_campaign_ends_at_nothing_or_beyond_all() -> None:
    for said in ("0 %", "101 %"):
        with pytest.raises(Unclear):
            end_share_of(said)


async def test_f1_defines_the_figures_of_the_pane_in_front(floor: TestFloor) -> None:
    async with station(floor, coordinator="Cleo") as app:
        for pane, said in (
            ("2", "bad record share"),
            ("3", "penetration"),
            ("4", "hours of work"),
            ("1", "dry forecast"),
        ):
            await drive(app, f"{pane} f1")
            shown = screen_text(app)
            assert said in shown
            assert "leads dealt" not in shown
            await drive(app, "escape")


def test_every_figure_of_every_pane_has_a_definition() -> None:
    for pane in PANES:
        assert FIGURES[pane]
        assert [glossary.define(each).id for each in FIGURES[pane]] == list(FIGURES[pane])


def test_a_share_of_few_is_a_count_and_all_is_only_all() -> None:
    few = CampaignCoverage(
        campaign=1, name="A", bands=(), decision_makers=6, attempted=3, reached=2, share=2 / 6, accounts=400,
        accounts_conversed=399, penetration=0.9975, end_share=None, ended=False, sentence="",
    )  # fmt: skip
    told = " ".join(text(coverage_rows(few, 80)).split())
    assert "decision makers reached 2 of 6 attempted 3" in told
    assert "penetration 399 of 400 (99 %) companies" in told
