"""The real program as its users start it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesdesk.desk.local import FOUNDER_ROLES, add_first_person, create_floor
from tests.floors import MORNING

EXPORT = Path(__file__).parent.parent / "data" / "exports" / "hubspot-contacts.csv"


@dataclass(frozen=True)
class Program:
    """salesdesk in a folder, with nothing of this machine's own settings."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """An environment without floors, persons and colours of the developer's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SALESDESK", "XDG"))}
        return kept | {"HOME": str(self.folder), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def run(self, *words: str, code: int = 0, stdin: str | None = None) -> str:
        """Standard output of a command that must end with this exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "salesdesk", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            input=stdin,
            check=False,
        )
        assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout if code == 0 else done.stdout + done.stderr

    def json(self, *words: str) -> Any:
        """The JSON answer of a command."""
        return json.loads(self.run(*words, "--json"))

    def working_hours_floor(self, name: str = "floor.floor") -> Path:
        """A floor whose clock stands at a Thursday morning, with its founder Dana."""
        path = self.folder / name
        create_floor(path, name="Northwind", zone="America/New_York", clock_offset=str(MORNING - int(time.time())))
        add_first_person(path, "Dana", FOUNDER_ROLES)
        return path
