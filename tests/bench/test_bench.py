"""The bench runs, reports what it promised, and leaves nothing behind; how fast things are is not a test's business."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from salesdesk.bench import datasets, pairs, recipe, report, runner, stations
from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import DataSet
from salesdesk.desk.local import open_counter, person_named
from salesdesk.store import events
from salesdesk.store.session import StoreError
from tests.steps import happened

KEYS = ["name", "value", "unit", "baseline", "ratio", "reach", "met"]
ROWS = {
    "claim_outcome_growth", "pair_vs_bare", "eight_stations_p99", "eight_stations_worst", "key_to_next_lead",
    "other_keys", "first_paint", "help", "idle_station", "live_wall_board", "board_query",
    "pairs_vs_procrastinate", "pairs_vs_pgqueuer", "pairs_duplicates", "pairs_vs_persist_queue",
    "file_pairs_duplicates", "claim_growth_file", "claim_growth_postgres", "remote_claim_file",
    "remote_claim_postgres", "sustained_file", "sustained_postgres", "live_boards", "remote_key_to_next_lead",
}  # fmt: skip
TINY = DataSet(900, 300)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    found = Shelf(tmp_path_factory.mktemp("bench"), lambda _: None)
    found.pristine(TINY)
    yield found
    found.clear()


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (pairs, stations):
        monkeypatch.setattr(module, "LARGE", TINY)
    monkeypatch.setattr(pairs, "SMALL", replace(TINY, events=0))


def test_every_row_of_the_contract_is_a_measure() -> None:
    assert {name for measure in runner.MEASURES for name, _, _ in measure.yields} == ROWS


def test_a_data_set_is_made_once_and_its_copies_go_away(shelf: Shelf) -> None:
    before = shelf.pristine(TINY).stat()
    copy = shelf.copy(TINY)
    assert copy != shelf.pristine(TINY)
    assert shelf.pristine(TINY).stat().st_mtime_ns == before.st_mtime_ns
    shelf.clear()
    assert not copy.exists()
    assert {each.suffix for each in shelf.folder.iterdir()} == {".floor"}


def test_a_data_set_is_a_floor_on_which_it_is_that_morning(shelf: Shelf) -> None:
    counter = open_counter(str(shelf.copy(TINY)))
    try:
        assert abs(counter.clock.now() - recipe.INSTANT) < 60
        assert person_named(counter, "Seat 60").name == "Seat 60"
    finally:
        counter.store.close()


def test_a_new_recipe_takes_the_place_of_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "build", lambda path, wanted: Path(path).touch())
    shelf = Shelf(tmp_path, lambda _: None)
    old = shelf.pristine(TINY)
    monkeypatch.setattr(datasets, "recipe_hash", lambda: "another")
    new = shelf.pristine(TINY)
    assert new != old
    assert list(tmp_path.iterdir()) == [new]


def test_a_broken_recipe_leaves_no_half_made_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("disk full")

    monkeypatch.setattr(recipe, "_fill", fail)
    with pytest.raises(StoreError, match="disk full"):
        Shelf(tmp_path, lambda _: None).pristine(TINY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("tiny")
def test_pairs_are_compared_with_the_small_floor_and_with_bare_writes(shelf: Shelf) -> None:
    (growth,) = pairs.growth(shelf, blocks=1, pairs=3)
    (bare,) = pairs.against_bare(shelf, blocks=1, pairs=3)
    for found in (growth, bare):
        assert found.value
        assert found.baseline
        assert found.ratio == pytest.approx(found.value / found.baseline, rel=0.02)


@pytest.mark.usefixtures("tiny")
def test_the_work_of_a_bench_is_real_work(shelf: Shelf) -> None:
    shelf.clear()
    pairs.growth(shelf, blocks=1, pairs=4)
    counter = open_counter(str(shelf.copy(TINY)))
    try:
        assert counter.store.read(lambda session: session.value("SELECT count(*) FROM hold")) == 0
        outcomes = [event.outcome for event in happened(counter.store) if event.id >= events.id_floor(recipe.INSTANT)]
        assert outcomes.count("no_answer") >= 8
    finally:
        counter.store.close()


@pytest.mark.usefixtures("tiny")
def test_a_station_takes_turns_between_bare_writes_and_claims(shelf: Shelf) -> None:
    claims, writes = stations.work(shelf.copy(TINY), 3, time.time(), 1, 0.6, 0.6)
    assert claims
    assert writes


def test_the_table_and_the_json_tell_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    results = [report.within("help", 0.25, "s", 0.3, 0.02), report.compared("pair_vs_bare", 2.0, "ms", 3.5, 0.5)]
    told = json.loads(report.as_json(results))
    assert [list(each) for each in told] == [KEYS, KEYS]
    assert told[0] | {"name": ""} == {
        "name": "", "value": 0.25, "unit": "s", "baseline": 0.02, "ratio": 12.5, "reach": "<= 0.3 s", "met": True,
    }  # fmt: skip
    assert (told[1]["ratio"], told[1]["met"]) == (4.0, False)
    head, first, second = report.as_table(results).splitlines()
    assert head.split() == list(report.COLUMNS)
    assert first.endswith("met")
    assert second.endswith("NOT MET")


def test_main_tells_whether_everything_was_met(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runner, "cache_folder", lambda: tmp_path)
    found = {"help": report.within("help", 0.1, "s", 0.3), "board_query": report.within("board_query", 30, "ms", 20)}
    measures = tuple(
        runner.Measure(lambda _, name=name: [found[name]], ((name, "s", "<= 0.3 s"),))  # type: ignore[misc]
        for name in found
    )
    monkeypatch.setattr(runner, "MEASURES", measures)
    assert runner.main("help", as_json=True) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["help"]
    assert runner.main(None, as_json=False) == 1
    assert "NOT MET" in capsys.readouterr().out
    assert runner.main("speed", as_json=True) == 2
    assert capsys.readouterr().err == "salesdesk: there is no measure speed; the measures are help, board_query\n"


def test_what_cannot_be_measured_is_told_in_one_line_and_is_not_met(capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Shelf) -> list[report.Result]:
        raise StoreError("no\nscreen")

    (result,) = runner.run([runner.Measure(fail, (("first_paint", "s", "<= 1 s"),))], Shelf(Path(), lambda _: None))
    assert (result.value, result.met) == (None, False)
    assert capsys.readouterr().err.splitlines()[0] == "salesdesk: first_paint could not be measured: no screen"


@pytest.mark.parametrize(("values", "expected"), [([5.0], 5.0), ([1.0, 3.0], 2.98), (list(range(101)), 99.0)])
def test_percentiles_need_no_many_values(values: list[float], expected: float) -> None:
    assert report.percentile(values, 99) == pytest.approx(expected)
