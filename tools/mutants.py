"""Seeded mistakes: does the suite see them? Each mutant of mutants.toml is put into a copy of the checkout, and the
tests that should see it run there until the first that fails.

    python tools/mutants.py                 all of them; exit code 1 if one survives
    python tools/mutants.py seal outbox     those with one of these words in their name
    python tools/mutants.py --check         run nothing; exit code 1 when a mutant does not fit the code any more

A test counts as a killer only if it passes without the mutant.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("mutants.toml")
COPIED = ("salesdesk", "tests", "tools", "migrations", "docs", "pyproject.toml", "README.md", "Makefile")
LONGEST = 300
"""Seconds for the tests of one mutant."""
PASSED, FAILED = 0, 1
SURVIVED = "SURVIVED"
_KILLER = re.compile(r"^(?:FAILED|ERROR) (\S+?::\S+?(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Change:
    """One edit of a file: `old` is in it exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Mutant:
    """A mistake that somebody could make: what it would mean, where it is, and who should see it."""

    name: str
    means: str
    changes: tuple[Change, ...]
    tests: tuple[str, ...]
    only: str


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the test that killed it, or why none did."""

    mutant: Mutant
    killer: str
    trouble: str
    seconds: float

    def line(self, width: int) -> str:
        """A row of the table; under a survivor, what it would mean."""
        row = f"{self.mutant.name:<{width}}  {self.seconds:5.0f} s  {self.killer or self.trouble}\n"
        return row if self.killer else f"{row}{'':<{width}}           {self.mutant.means}\n"


def mutants() -> list[Mutant]:
    """All of them, in the order of the file."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Mutant(
            name,
            each["means"],
            tuple(Change(**change) for change in each["change"]),
            tuple(each["tests"]),
            each.get("only", ""),
        )
        for name, each in table.items()
    ]


def misfits(root: Path, some: Iterable[Mutant]) -> Iterator[str]:
    """Why mutants do not fit the code of a checkout, in sentences."""
    for mutant in some:
        for change in mutant.changes:
            path = root / change.file
            times = path.read_text(encoding="utf-8").count(change.old) if path.is_file() else 0
            if times != 1:
                yield f"{mutant.name}: its text is {times} times in {change.file}, not once"
        for test in mutant.tests:
            if not (root / test.partition("::")[0]).exists():
                yield f"{mutant.name}: {test} is not there"


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the checkout; the checkout itself is never touched."""
    with tempfile.TemporaryDirectory(prefix="salesdesk-mutant-") as folder:
        place = Path(folder).resolve()
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, place / name)
        yield place


def run_tests(place: Path, tests: Sequence[str], *options: str) -> tuple[int | None, str]:
    """pytest's exit code and output with the code of a copy; None when it did not end."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=no", "-rfE", *options, *tests]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "1000"}
    process = subprocess.Popen(
        command,
        cwd=place,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, ""
    return process.returncode, told


def judged(mutant: Mutant) -> Verdict:
    """Put a mutant into a copy and let its tests look."""
    began = time.monotonic()
    with copied() as place:
        for change in mutant.changes:
            path = place / change.file
            path.write_text(path.read_text(encoding="utf-8").replace(change.old, change.new), encoding="utf-8")
        code, told = run_tests(place, mutant.tests, "-x", *(("-k", mutant.only) if mutant.only else ()))
    killer = found[1] if code == FAILED and (found := _KILLER.search(told)) else ""
    trouble = "" if killer else _trouble(code, told)
    return Verdict(mutant, killer, trouble, time.monotonic() - began)


def _trouble(code: int | None, told: str) -> str:
    if code == PASSED:
        return SURVIVED
    if code is None:
        return f"NO END within {LONGEST} s"
    return f"NO VERDICT: pytest ended with {code}: {told.strip().splitlines()[-1:]}"


def false_witnesses(verdicts: Sequence[Verdict]) -> list[str]:
    """The killers that fail without a mutant as well; nothing can be concluded from them."""
    killers = sorted({each.killer for each in verdicts if each.killer})
    if not killers:
        return []
    with copied() as place:
        code, told = run_tests(place, killers)
    if code == PASSED:
        return []
    return _KILLER.findall(told) or [f"pytest ended with {code} without any mutant"]


def main(words: Sequence[str]) -> int:
    """Judge the chosen mutants; the table goes to standard output."""
    chosen = [each for each in mutants() if "--check" in words or not words or any(word in each.name for word in words)]
    problems = list(misfits(ROOT, chosen)) or ([] if chosen else ["no mutant has such a name"])
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    if problems or "--check" in words:
        return 1 if problems else 0
    width = max(len(each.name) for each in chosen)
    verdicts = []
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        for verdict in pool.map(judged, chosen):
            verdicts.append(verdict)
            sys.stdout.write(verdict.line(width))
            sys.stdout.flush()
    false = false_witnesses(verdicts)
    sys.stderr.writelines(f"{each} fails without a mutant too\n" for each in false)
    alive = [each for each in verdicts if not each.killer]
    sys.stdout.write(f"{len(verdicts) - len(alive)} of {len(verdicts)} killed\n")
    return 1 if alive or false else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
