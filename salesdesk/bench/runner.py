"""Runs the measures one after another and reports them; `main` is what `salesdesk bench` calls."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from salesdesk.bench import board, flat, pairs, quiet, remote, report, rivals, screens, stations
from salesdesk.bench.datasets import Shelf
from salesdesk.bench.report import Result
from salesdesk.desk.errors import Refused
from salesdesk.line.text import clean
from salesdesk.store.session import StoreError

COMMAND = "salesdesk bench"


@dataclass(frozen=True, slots=True)
class Measure:
    """Results that are found together; `yields` names each with its unit and reach, for when it cannot be found."""

    run: Callable[[Shelf], list[Result]]
    yields: tuple[tuple[str, str, str], ...]

    def wanted(self, only: str | None) -> bool:
        """Whether one of its results was asked for."""
        return only is None or any(name == only for name, _, _ in self.yields)


MEASURES = (
    Measure(pairs.growth, (("claim_outcome_growth", "ms", "<= 1.5 ×"),)),
    Measure(pairs.against_bare, (("pair_vs_bare", "ms", "<= 3.5 ×"),)),
    Measure(stations.eight, (("eight_stations_p99", "ms", "<= 40 ms"), ("eight_stations_worst", "ms", "<= 100 ms"))),
    Measure(screens.keys, (("key_to_next_lead", "ms", "<= 100 ms"), ("other_keys", "ms", "<= 40 ms"))),
    Measure(screens.first_paint, (("first_paint", "s", "<= 1 s"),)),
    Measure(screens.help_text, (("help", "s", "<= 0.3 s"),)),
    Measure(quiet.idle_station, (("idle_station", "% of a core", "<= 0.5 % of a core"),)),
    Measure(quiet.wall_board, (("live_wall_board", "% of a core", "<= 5 % of a core"),)),
    Measure(board.query, (("board_query", "ms", "<= 20 ms"),)),
    Measure(
        rivals.on_sqlite,
        (("pairs_vs_persist_queue", "pairs/s", ">= 1 ×"), ("file_pairs_duplicates", "twice", "<= 0 twice")),
    ),
    Measure(remote.sustained_file, (("sustained_file", "claims/s", ">= 600 claims/s"),)),
    Measure(remote.live_boards, (("live_boards", "% of a core", "<= 15 % of a core"),)),
    Measure(remote.keys, (("remote_key_to_next_lead", "ms", "<= 150 ms"),)),
    # from here on a PostgreSQL is there, which tidies up after a measure while the next ones run: the largest come last
    Measure(remote.sustained_postgres, (("sustained_postgres", "claims/s", ">= 300 claims/s"),)),
    Measure(remote.round_trip, (("remote_claim_file", "ms", "<= 10 ms"), ("remote_claim_postgres", "ms", "<= 25 ms"))),
    Measure(
        rivals.on_postgres,
        (
            ("pairs_vs_procrastinate", "pairs/s", ">= 1 ×"),
            ("pairs_vs_pgqueuer", "pairs/s", ">= 1 ×"),
            ("pairs_duplicates", "twice", "<= 0 twice"),
        ),
    ),
    Measure(flat.growth, (("claim_growth_file", "ms", "<= 1.6 ×"), ("claim_growth_postgres", "ms", "<= 1.6 ×"))),
)


def main(only: str | None, as_json: bool) -> int:
    """Run all measures, or the one called `only`; 0 when all are met, 1 when some is not, 2 for an unknown name."""
    known = [name for measure in MEASURES for name, _, _ in measure.yields]
    if only is not None and only not in known:
        _say(f"there is no measure {only}; the measures are {', '.join(known)}")
        return 2
    shelf = Shelf(cache_folder(), _say)
    begun = time.monotonic()
    try:
        results = run([each for each in MEASURES if each.wanted(only)], shelf)
    finally:
        shelf.clear()
    results = [each for each in results if only in (None, each.name)]
    _say(f"{COMMAND}{f' --only {only}' if only else ''} took {time.monotonic() - begun:.0f} s")
    sys.stdout.write((report.as_json(results) if as_json else report.as_table(results)) + "\n")
    return 0 if all(each.met for each in results) else 1


def run(measures: Sequence[Measure], shelf: Shelf) -> list[Result]:
    """The results of some measures; one that cannot be taken is told and is not met."""
    found: list[Result] = []
    for measure in measures:
        try:
            results = measure.run(shelf)
        except (Refused, StoreError, OSError, RuntimeError) as error:
            _say(f"{measure.yields[0][0]} could not be measured: {clean(str(error), limit=300)}")
            results = [report.missing(*each) for each in measure.yields]
        found += results
        _tell(results)
    return found


def _tell(results: Iterable[Result]) -> None:
    for each in results:
        verdict = "met" if each.met else "NOT MET"
        _say(f"{each.name} {report.said(each.value, each.unit)} of {each.reach}: {verdict}")


def cache_folder() -> Path:
    """Where data sets are kept for this user."""
    from platformdirs import user_cache_path

    return user_cache_path("salesdesk") / "bench"


def _say(line: str) -> None:
    sys.stderr.write(f"salesdesk: {line}\n")
    sys.stderr.flush()
