"""The real program on a pseudo-terminal: worked by keys, leaving the terminal clean, showing hostile text harmless."""

from __future__ import annotations

import csv
import signal
from pathlib import Path

from tests.real.program import EXPORT, Program
from tests.real.terminal import Terminal, crash_log

HOSTILE = EXPORT.parent / "hostile.csv"
NEVER = (b"\x1b]52", b"\x1b]0;", b"\x1b]2;", b"\x1bP", b"\x1b[6n", b"\xc2\x9b", b"\xc2\x9d", b"\x00", b"\x7f")
"""Bytes that only a lead's text could bring: clipboard, title, device control, cursor report, C1, NUL, DEL."""


def ready(tmp_path: Path, file: Path, quantity: int) -> Program:
    program = Program(tmp_path)
    program.working_hours_floor()
    program.run("import", str(file))
    program.run(
        *("do", "create_campaign", "--offer", "a freight audit", "--initial", "May I show you?"),
        *("--script", "Hi {{first_name}} {{last_name}} of {{company}}, {{me}} here.", "--segment", '{"countries": []}'),
    )
    program.run("do", "draft_batch", "--campaign", "1", "--quantity", str(quantity))
    program.run("release", "1", "--yes")
    return program


def test_a_lead_is_worked_by_keys_at_80x24_and_the_terminal_is_left_clean(tmp_path: Path) -> None:
    program = ready(tmp_path, EXPORT, 200)
    terminal = Terminal(program, "--station", "sdr")
    terminal.until("Enter", "serves")
    terminal.press("\r")
    terminal.until("LEAD", "may call until")
    terminal.press("1")
    terminal.until("dial (d) or skip (s)")
    terminal.press("d")
    terminal.until("ringing")
    terminal.press("1")
    terminal.until("Busy?")
    terminal.press("\r")
    terminal.until("no answer: back to the pool", "dial (d) or skip (s)")
    assert terminal.leave() == 0
    assert terminal.raw.rstrip().endswith(b"\x1b[?25h") or b"\x1b[?1049l" in terminal.raw[-400:]
    assert not crash_log(tmp_path).exists()
    assert "0 differences" in program.run("audit")


def test_a_signal_to_end_leaves_the_terminal_clean(tmp_path: Path) -> None:
    terminal = Terminal(ready(tmp_path, EXPORT, 20), "--station", "sdr")
    terminal.until("Enter", "serves")
    terminal.child.kill(signal.SIGTERM)
    while terminal.child.isalive():
        terminal.read()
    terminal.read()
    assert b"\x1b[?1049l" in terminal.raw[-400:]
    assert terminal.child.exitstatus == 128 + signal.SIGTERM


def test_nothing_of_a_hostile_lead_reaches_the_terminal_raw(tmp_path: Path) -> None:
    program = ready(tmp_path, HOSTILE, 100)
    terminal = Terminal(program, "--station", "sdr", columns=120, rows=40)
    terminal.until("Enter", "serves")
    terminal.press("\r")
    worked = 0
    while worked < 15:
        terminal.until("dial (d) or skip (s)")
        terminal.press("i")
        terminal.until("stratum")
        terminal.press("q")
        terminal.press("d")
        terminal.until("ringing")
        terminal.press("1")
        terminal.until("Busy?")
        terminal.press("\r")
        terminal.until("back to the pool")
        worked += 1
        if "nothing" in terminal.text.lower() or "NO LEAD" in terminal.text:
            break
    assert worked >= 10
    assert terminal.leave() == 0
    for never in NEVER:
        assert never not in terminal.raw
    with HOSTILE.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    for cell in cells:
        if any(ord(character) < 32 or ord(character) == 127 for character in cell):
            assert cell.encode() not in terminal.raw
    assert not crash_log(tmp_path).exists()
