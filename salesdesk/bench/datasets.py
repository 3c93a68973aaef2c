"""Floors to measure on: made once in the user's cache folder, under the schema's hash; measures work on copies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from salesdesk.bench.recipe import DataSet, build, recipe_hash, set_clock

if TYPE_CHECKING:
    from salesdesk.bench.postgres_datasets import PostgresShelf

Say = Callable[[str], None]


@dataclass
class Shelf:
    """Where data sets are kept, and the working copies that measures may change; leave it by `clear`."""

    folder: Path
    say: Say
    _copies: dict[str, Path] = field(default_factory=dict)
    _postgres: PostgresShelf | None = None

    def pristine(self, wanted: DataSet) -> Path:
        """The file of a data set, made when it is not there yet."""
        path = self.folder / f"{wanted.name}-{recipe_hash()}.floor"
        if not path.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._sweep(wanted)
            self.say(f"making the data set {wanted.name} (once, then kept in {self.folder})")
            building = path.with_suffix(f".{time.time_ns()}.tmp")
            try:
                build(str(building), wanted)
                building.rename(path)
            finally:
                for leftover in self.folder.glob(building.name + "*"):
                    leftover.unlink()
        return path

    def _sweep(self, wanted: DataSet) -> None:
        """Delete what an older recipe made, and copies that a killed run left behind."""
        yesterday = time.time() - 86_400
        old = [each for each in self.folder.glob("*.work*") if each.stat().st_mtime < yesterday]
        for each in (*old, *self.folder.glob(f"{wanted.name}-*.floor*")):
            each.unlink(missing_ok=True)

    def copy(self, wanted: DataSet) -> Path:
        """A working copy, shared by the measures of this run, on which it is `INSTANT` now for whoever opens it."""
        if wanted.name not in self._copies:
            path = self.folder / f"{wanted.name}.{time.time_ns()}.work"
            shutil.copyfile(self.pristine(wanted), path)
            self._copies[wanted.name] = path
        found = self._copies[wanted.name]
        set_clock(str(found))
        return found

    @property
    def postgres(self) -> PostgresShelf:
        """The same for PostgreSQL; its server is started when it is first asked for."""
        if self._postgres is None:
            from salesdesk.bench.postgres_datasets import PostgresShelf

            self._postgres = PostgresShelf(self.say)
        return self._postgres

    def clear(self) -> None:
        """Delete the working copies."""
        if self._postgres is not None:
            self._postgres.close()
            self._postgres = None
        for path in self._copies.values():
            for each in self.folder.glob(path.name + "*"):
                each.unlink()
        self._copies.clear()
