"""A PostgreSQL primary and its standby, which has every commit before a client is told of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from tests.postgres import PostgresServer
from tests.remote.lines import until

SETTINGS = ("wal_level=replica", "max_wal_senders=4", "hot_standby=on", "shared_buffers=64MB")


class Standby(PostgresServer):
    """A copy of a primary that follows it until it is promoted."""

    def __init__(self, primary: PostgresServer) -> None:
        self._primary = primary
        super().__init__(*SETTINGS)

    def make_data(self) -> None:
        """Copy the primary as it is now, with word of where to follow it."""
        where = f"host={self._primary.folder} user=postgres application_name=standby"
        self.run("pg_basebackup", "-D", self.data, "-d", where, "-R", "-X", "stream", "-c", "fast", "--no-sync")


@dataclass
class Pair:
    """A primary and its standby."""

    primary: PostgresServer
    standby: Standby

    def url(self, database: str) -> str:
        """The address at which either of them is found, whichever takes writes."""
        hosts = ",".join(quote(str(each.folder), safe="") for each in (self.primary, self.standby))
        return f"postgresql://postgres@/{database}?host={hosts}&target_session_attrs=read-write"

    def follow(self) -> None:
        """From now on a commit is acknowledged when the standby has it on its disk."""
        self.primary.tell("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.primary.tell("SELECT pg_reload_conf()")
        until(self._in_step, "a standby in step")

    def _in_step(self) -> bool:
        with psycopg.connect(self.primary.url("postgres")) as connection:
            found = connection.execute("SELECT sync_state FROM pg_stat_replication").fetchall()
        return found == [("sync",)]

    def lose_primary(self) -> None:
        """Kill the primary as a machine that stops kills it."""
        self.primary.kill(signal.SIGKILL)

    def promote(self) -> None:
        """The standby is to be the primary; it takes writes a moment later."""
        self.standby.tell("SELECT pg_promote(false)")


@contextmanager
def pair() -> Iterator[Pair]:
    """Both, until the block ends."""
    with ExitStack() as ending:
        primary = PostgresServer(*SETTINGS)
        ending.callback(primary.stop)
        standby = Standby(primary)
        ending.callback(standby.stop)
        made = Pair(primary, standby)
        yield made
