"""Data sets in PostgreSQL: databases of one server, made once, under the schema's hash; measures work on copies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from salesdesk.bench.cluster import Cluster
from salesdesk.bench.recipe import DataSet, build, recipe_hash, set_clock
from salesdesk.store.postgres_bulk import Databases


class PostgresShelf:
    """The databases that measures may change, beside those that they are copied from; leave it by `close`.

    Raises StoreError when the server's programs are not there or it cannot be started.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._cluster = Cluster(_folder())
        self._databases = Databases(self._cluster.url("postgres"))
        self._copies: dict[str, str] = {}
        for name in self._databases.names():
            if name.startswith(("work_", "half_")):  # of a run that was killed
                self._databases.drop(name)

    def _pristine(self, wanted: DataSet) -> str:
        name = f"set_{wanted.leads}_{recipe_hash()}"
        names = self._databases.names()
        if name not in names:
            for old in (each for each in names if each.startswith(f"set_{wanted.leads}_")):
                self._databases.drop(old)
            self._say(f"making the data set {wanted.name} in PostgreSQL (once, then kept)")
            half = f"half_{wanted.leads}"
            self._databases.make(half)
            build(self._cluster.url(half), wanted)
            self._databases.rename(half, name)
        return name

    def copy(self, wanted: DataSet) -> str:
        """The address of a working copy, shared by the measures of this run, on which it is `INSTANT` now."""
        if wanted.name not in self._copies:
            pristine, work = self._pristine(wanted), f"work_{wanted.leads}"
            self._databases.make(work, like=pristine)
            self._copies[wanted.name] = self._cluster.url(work)
        url = self._copies[wanted.name]
        set_clock(url)
        return url

    def empty(self, name: str) -> str:
        """The address of an empty database for somebody else's tables."""
        work = f"work_{name}"
        self._databases.drop(work)
        self._databases.make(work)
        return self._cluster.url(work)

    def close(self) -> None:
        """Drop the working copies and stop the server."""
        for name in self._databases.names():
            if name.startswith("work_"):
                self._databases.drop(name)
        self._databases.close()
        self._cluster.stop()


def _folder() -> Path:
    """Where the server's data lie: in the user's cache, for root in the machine's, where "nobody" may look."""
    from platformdirs import site_cache_path, user_cache_path

    return (site_cache_path if os.geteuid() == 0 else user_cache_path)("salesdesk") / "bench" / "postgres"
