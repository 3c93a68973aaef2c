"""A claim among five million tickets beside a claim among ten thousand, in a file and in PostgreSQL."""

from __future__ import annotations

from statistics import median

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.pairs import Crew
from salesdesk.bench.recipe import HUGE, SMALL
from salesdesk.bench.report import Result, compared

BLOCKS, PAIRS = 12, 40
MOST = 1.6


def growth(shelf: Shelf, blocks: int = BLOCKS, pairs: int = PAIRS) -> list[Result]:
    """The middle claim on each engine, the small and the large floor taking turns."""
    found = []
    for name, copy in (("file", lambda wanted: str(shelf.copy(wanted))), ("postgres", shelf.postgres.copy)):
        large, small = Crew(copy(HUGE)), Crew(copy(SMALL))
        on_large: list[float] = []
        on_small: list[float] = []
        try:
            for crew in (large, small):
                crew.claims(pairs)
            for _ in range(blocks):
                on_small += small.claims(pairs)
                on_large += large.claims(pairs)
        finally:
            large.close()
            small.close()
        found.append(compared(f"claim_growth_{name}", median(on_large), "ms", MOST, median(on_small)))
    return found
