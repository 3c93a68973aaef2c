"""What one look at the floor costs once ten million events lie behind it."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median
from typing import Any

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.pairs import Crew
from salesdesk.bench.recipe import LONG_HISTORY, SDRS, SMALL
from salesdesk.bench.report import Result, within
from salesdesk.desk.local import open_counter, person_named
from salesdesk.desk.performing import perform
from salesdesk.desk.registry import named

BLOCKS, LOOKS = 8, 6


class _Board:
    """The wall board's query on a floor where everybody has worked a little."""

    def __init__(self, path: Path) -> None:
        crew = Crew(path)
        crew.block(SDRS)
        crew.close()
        self._counter = open_counter(str(path))
        self._sam = person_named(self._counter, "Sam").id
        self._ask: Any = named("board").request

    def block(self, looks: int) -> list[float]:
        """Milliseconds of each of so many looks."""
        found = []
        for _ in range(looks):
            begun = time.perf_counter()
            perform(self._counter, self._sam, self._ask())
            found.append((time.perf_counter() - begun) * 1000)
        return found

    def close(self) -> None:
        self._counter.store.close()


def query(shelf: Shelf, blocks: int = BLOCKS, looks: int = LOOKS) -> list[Result]:
    """The wall board's query with ten million events, beside the same on a new floor."""
    long, new = _Board(shelf.copy(LONG_HISTORY)), _Board(shelf.copy(SMALL))
    on_long: list[float] = []
    on_new: list[float] = []
    try:
        for board in (long, new):
            board.block(2)
        for _ in range(blocks):
            on_new += new.block(looks)
            on_long += long.block(looks)
    finally:
        long.close()
        new.close()
    return [within("board_query", median(on_long), "ms", 20, median(on_new))]
