"""A campaign that has run dry: its coordinators are told once a dry spell, and whoever waits hears that they were."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.notices import News
from salesdesk.desk.people import AddPerson, SetState
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.skipping import Skip
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows
from tests.steps import HOUR, assert_clean, claim, nothing, work


@pytest.fixture
def dry(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        work(floor, "no")
        yield floor


def told(floor: TestFloor, name: str = "Cleo") -> list[str]:
    return [each.text for each in floor.ask(name, News()).notices if each.kind == "dry"]


def test_the_first_who_starves_has_the_coordinator_told_once(dry: TestFloor) -> None:
    assert told(dry) == []
    nothing(dry)
    nothing(dry)
    nothing(dry, "Ito")
    assert told(dry) == ["Spring Audit since 10:30: nothing to call for Dana"]
    assert told(dry, "Sam") == told(dry, "Dana") == []
    assert_clean(dry)


def test_whoever_waits_hears_how_long_ago_the_coordinator_was_told(dry: TestFloor) -> None:
    assert "told" not in dry.ask("Dana", WhyDry()).sentence
    nothing(dry)
    assert dry.ask("Dana", WhyDry()).sentence.endswith("release the next batch; coordinator told just now")
    dry.clock.forward(150)
    assert dry.ask("Ito", WhyDry()).sentence.endswith("; coordinator told 2 min ago")


def test_a_release_ends_a_dry_spell_and_so_does_half_an_hour(dry: TestFloor) -> None:
    nothing(dry)
    dry.clock.forward(HOUR // 4)
    import_rows(dry, csv_of(people_rows(2)[1:]), name="Second list")
    draft = dry.ask("Cleo", DraftBatch(campaign=1, quantity=9)).batch
    dry.run("Cleo", CheckBatch(batch=draft))
    dry.run("Cleo", ReleaseBatch(batch=draft))
    assert "told" not in dry.ask("Dana", WhyDry()).sentence
    work(dry, "no", "Ito")
    nothing(dry, "Ito")
    assert told(dry) == ["Spring Audit since 10:45: nothing to call for Ito"]
    dry.clock.forward(HOUR // 2)
    dry.ask("Ito", SetState(state="ready"))
    nothing(dry, "Ito")
    assert told(dry) == ["Spring Audit since 11:15: nothing to call for Ito"], "the one before is over"


def test_what_was_told_is_over_once_more_is_released(dry: TestFloor) -> None:
    nothing(dry)
    import_rows(dry, csv_of(people_rows(2)[1:]), name="Second list")
    draft = dry.ask("Cleo", DraftBatch(campaign=1, quantity=9)).batch
    dry.run("Cleo", CheckBatch(batch=draft))
    assert told(dry)
    dry.run("Cleo", ReleaseBatch(batch=draft))
    assert told(dry) == []


def test_what_was_told_is_over_once_whoever_waited_has_a_lead(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = claim(floor, "Ito")
        nothing(floor)
        assert told(floor) == ["Spring Audit since 10:30: nothing to call for Dana"]
        floor.ask("Ito", Skip(ticket=card.ticket, token=card.token, reason="conflict"))
        assert told(floor), "Dana waits still"
        claim(floor)
        assert told(floor) == []
        assert_clean(floor)


def test_nobody_is_said_to_be_told_where_there_is_nobody_to_tell(dry: TestFloor) -> None:
    dry.ask("Sam", AddPerson(name="Cleo", roles="executive"))
    nothing(dry)
    assert "told" not in dry.ask("Dana", WhyDry()).sentence
