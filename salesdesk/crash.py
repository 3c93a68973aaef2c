"""Where an error happened, written down without values: no message, no local variables, nothing about a lead."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


def write_crash(error: BaseException) -> str:
    """Append type and place of an error to the user's crash log (mode 0600); "written to" where, or why nowhere."""
    try:
        return f"written to {_append(error)}"
    except OSError as no:  # a full disk must not turn a mistake into a second one
        return f"written nowhere ({no.strerror})"


def _append(error: BaseException) -> Path:
    from platformdirs import user_state_path

    path = user_state_path("salesdesk", ensure_exists=True) / "crash.log"
    frames = traceback.extract_tb(error.__traceback__)
    lines = [type(error).__name__, *(f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return path
