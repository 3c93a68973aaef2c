"""`make mutants` stays true: every seeded mistake still fits the code, and its tests are still there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parent.parent / "tools" / "mutants.py"


def test_every_mutant_fits_the_code_exactly_once() -> None:
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
