"""What a person feels: keys, first paint, help; measured on the real program in a pseudo-terminal."""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import LARGE
from salesdesk.bench.report import Result, percentile, within
from salesdesk.bench.terminal import BARE_SCREEN, PROGRAM, Terminal
from salesdesk.store.session import StoreError

LEADS, STARTS, HELPS = 60, 5, 9
NEXT_LEAD = r"First(\d+) Last\1"
OTHER_KEYS = (("d", "dial it"), ("i", "WHY THIS LEAD"), ("i", "SCRIPT"), ("1", "NO ANSWER"))
"""Keys of a lead before its outcome is saved, each with something that it paints."""
_BETWEEN = 0.25


def program(path: Path | str, seat: str, station: str) -> tuple[str, ...]:
    """The command that opens a station of a floor. Measures share a working copy, so each takes a seat of its own."""
    return (*PROGRAM, "--floor", str(path), "--person", seat, "--station", station)


def keys(shelf: Shelf, leads: int = LEADS) -> list[Result]:
    """From the key that saves an outcome to the next lead, and from other keys to what they paint."""
    to_lead: list[float] = []
    to_paint: list[float] = []
    with Terminal(program(shelf.copy(LARGE), "Seat 09", "sdr")) as screen:
        screen.painted("READY")
        timed(screen, "n", NEXT_LEAD)
        for _ in range(leads):
            for key, paints in OTHER_KEYS:
                to_paint.append(timed(screen, key, paints))
            to_lead.append(timed(screen, "\r", NEXT_LEAD))
    return [
        within("key_to_next_lead", percentile(to_lead, 95), "ms", 100, median(to_paint)),
        within("other_keys", percentile(to_paint, 95), "ms", 40),
    ]


def timed(screen: Terminal, key: str, paints: str) -> float:
    """Milliseconds from a key to its paint, pressed as soon as the screen has come to rest."""
    screen.settle(_BETWEEN)
    pressed = screen.press(key)
    return (screen.painted(paints)[0] - pressed) * 1000


def first_paint(shelf: Shelf, starts: int = STARTS) -> list[Result]:
    """From the command to the first screen of a station, beside a Textual program that shows two words."""
    path = shelf.copy(LARGE)
    compile_ours()
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(starts):
        bare.append(_start(BARE_SCREEN, "bare screen"))
        ours.append(_start(program(path, "Seat 10", "sdr"), "READY"))
    return [within("first_paint", median(ours), "s", 1.0, median(bare))]


def compile_ours() -> None:
    """Compile this package, as an installation does with it and has done with Textual, the baseline."""
    compileall.compile_dir(Path(__file__).parents[1], quiet=2)


def _start(command: Sequence[str], shows: str) -> float:
    with Terminal(command) as screen:
        return screen.painted(shows)[0] - screen.begun


def help_text(_shelf: Shelf, runs: int = HELPS) -> list[Result]:
    """`salesdesk --help` from start to end, beside an interpreter that does nothing."""
    compile_ours()
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(runs):
        bare.append(_run((sys.executable, "-c", "pass")))
        ours.append(_run((*PROGRAM, "--help")))
    return [within("help", median(ours), "s", 0.3, median(bare))]


def _run(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    lasted = time.perf_counter() - begun
    if done.returncode:
        told = " ".join(done.stdout.decode("utf-8", "replace").split())[-160:]
        raise StoreError(f"{' '.join(command[-2:])} failed: {told}")
    return lasted
