"""The measures of both engines and of the server run on tiny floors and report what they promised."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.bench import flat, peers, postgres_datasets, remote, rivals, served
from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import DataSet
from salesdesk.store.session import StoreError

TINY, LARGER = DataSet(6000), DataSet(12_000)
"""Enough leads that no measure comes to their end, however fast the machine."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that "nobody" may look into: root's PostgreSQL runs as nobody."""
    found = Path(tempfile.mkdtemp(prefix="sd-bench-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found)


@pytest.fixture(scope="module")
def shelf(folder: Path) -> Iterator[Shelf]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgres_datasets, "_folder", lambda: folder / "postgres")
        patch.setattr("salesdesk.bench.recipe.BASE", TINY.leads)
        found = Shelf(folder / "files", lambda _: None)
        yield found
        found.clear()


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "MIDDLE", TINY)
    for name in ("LARGE", "MIDDLE"):
        monkeypatch.setattr(remote, name, TINY)
    monkeypatch.setattr(flat, "SMALL", TINY)
    monkeypatch.setattr(flat, "HUGE", LARGER)
    monkeypatch.setattr(remote, "_SETTLE", 0.1)


def test_claims_are_compared_on_both_engines_among_few_and_many(shelf: Shelf) -> None:
    found = flat.growth(shelf, blocks=1, pairs=2)
    assert [each.name for each in found] == ["claim_growth_file", "claim_growth_postgres"]
    assert all(each.value and each.baseline for each in found)


def test_rivals_on_postgres_take_turns_and_nothing_is_given_out_twice(shelf: Shelf) -> None:
    *ratios, duplicates = rivals.on_postgres(shelf, workers=2, rounds=1, seconds=1.5, backlog=5000)
    assert [each.name for each in ratios] == ["pairs_vs_procrastinate", "pairs_vs_pgqueuer"]
    assert all(each.value and each.baseline for each in ratios)
    assert duplicates.value == 0


def test_rivals_on_a_file_take_turns(shelf: Shelf) -> None:
    pairs, duplicates = rivals.on_sqlite(shelf, workers=2, rounds=1, seconds=0.5, backlog=10_000)
    assert pairs.value
    assert pairs.baseline
    assert duplicates.value == 0


def test_a_missing_rival_is_named_with_the_extra_that_brings_it() -> None:
    with pytest.raises(StoreError, match="no_such_queue is not installed; it comes with the extra `test`"):
        peers.require("no_such_queue")


def test_round_trips_are_measured_over_both_engines(shelf: Shelf) -> None:
    found = remote.round_trip(shelf, pairs=10)
    assert [each.name for each in found] == ["remote_claim_file", "remote_claim_postgres"]
    assert all(each.value for each in found)


def test_many_seats_work_as_fast_as_they_are_answered(shelf: Shelf) -> None:
    with served.Served(str(shelf.copy(TINY)), seats=4) as floor:
        assert remote._rate(floor, 1.0) > 0


def test_boards_are_kept_live_while_somebody_works(shelf: Shelf) -> None:
    said: list[str] = []
    heard = Shelf(shelf.folder, said.append)
    try:
        (found,) = remote.live_boards(heard, boards=8, seconds=2.0)
    finally:
        heard.clear()
    assert found.value is not None
    assert said[-1].startswith("8 boards heard ")
    assert not said[-1].startswith("8 boards heard 0.0 ")


def test_a_key_on_a_station_behind_http_paints_the_next_lead(shelf: Shelf) -> None:
    (found,) = remote.keys(shelf, leads=1)
    assert found.value
