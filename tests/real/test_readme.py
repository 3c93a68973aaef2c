"""The README's commands run as written."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from tests.postgres import server
from tests.real.program import EXPORT, Program
from tests.real.terminal import Terminal
from tests.server.program import ENDS_WITHIN, Served, free_port

ROOT = Path(__file__).parent.parent.parent
TLS = ROOT / "tests" / "data" / "tls"


def section(title: str) -> str:
    """A part of the README."""
    found = (ROOT / "README.md").read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, title
    return found


def scripts(title: str) -> list[str]:
    """What a part of the README tells to type, one script for each terminal."""
    return ["set -e\n" + dedent(block) for block in re.findall(r"(?:^    .*\n)+", section(title), flags=re.MULTILINE)]


def commands_of(title: str) -> list[str]:
    """The commands of a part of the README that are run one by one."""
    return re.findall(r"^    (salesdesk .*)$", section(title), flags=re.MULTILINE)


def test_the_commands_of_the_readme_run_as_written(tmp_path: Path) -> None:
    commands = commands_of("Your own floor")
    assert len(commands) >= 6
    shutil.copy(EXPORT, tmp_path / "leads.csv")
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=Program(tmp_path).environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}: {done.stderr}"


@contextmanager
def first_terminal(program: Program, script: str, port: int, workers: int = 1) -> Iterator[None]:
    """Run a script whose last command serves, until the block ends."""
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=program.folder,
        env=program.environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert shell.stderr is not None
    told = Served(shell, port)
    try:
        for _ in range(workers):
            told.wait_for("Application startup complete")
        yield
        os.killpg(shell.pid, signal.SIGTERM)
        shell.stderr.read()
        shell.wait(ENDS_WITHIN)
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
        shell.stderr.close()
        shell.wait(ENDS_WITHIN)


def sit_down(terminal: Terminal) -> None:
    """The station is there, says who one is, and is left by its key."""
    terminal.until("Dana Reyes", "Enter")
    assert terminal.leave() == 0


def test_the_two_terminals_of_the_readme_run_as_written(tmp_path: Path) -> None:
    program, port = Program(tmp_path), free_port()
    subprocess.run(commands_of("Your own floor")[0], shell=True, cwd=tmp_path, env=program.environment, check=True)
    # Another port is the one thing that is not as written: somebody may be listening on the usual one.
    first, second = (script.replace("8707", str(port)) for script in scripts("Stations elsewhere"))
    with first_terminal(program, first, port):
        sit_down(Terminal(program, script=second, columns=120))


def test_the_postgresql_commands_of_the_readme_run_as_written(tmp_path: Path) -> None:
    program, port = Program(tmp_path), free_port()
    shutil.copy(TLS / "for-tests-only.pem", tmp_path / "floor.pem")
    shutil.copy(TLS / "for-tests-only.key", tmp_path / "floor.key")
    with server().database() as url:
        here = {
            "postgresql://sales@db.example.com/northwind": f"'{url}'",
            "floor.example.com:8707": f"localhost:{port}",
            "--port 8707": f"--port {port}",
        }
        first, second = scripts("Several machines: PostgreSQL")
        for there, address in here.items():
            assert there in first + second
            first, second = first.replace(there, address), second.replace(there, address)
        with first_terminal(program, first, port, workers=2):
            trusting = f"export SALESDESK_CA=floor.pem\n{second}"  # nobody else knows the authority of the tests
            sit_down(Terminal(program, script=trusting, columns=120))


def test_the_make_targets_of_the_readme_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"^    make (\w+)", readme, flags=re.MULTILINE))
    assert {"run", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_generated_documents_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "documents.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
