"""Two servers in front of one database, and a crew that works through both at once."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.faults.crew import SOAK, crew, figures
from tests.faults.processes import ServerProcess
from tests.faults.shifts import settle, shift, work
from tests.faults.station import patient

TURNS = int(os.environ.get("SALESDESK_SOAK_TURNS", "400" if SOAK else "10"))
"""Leads that each of six stations works."""


@pytest.mark.soak
def test_two_servers_serve_nobody_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient(monkeypatch)
    with (
        crew(tmp_path, engine="postgres", size=6, pool=200 + 8 * TURNS) as made,
        ServerProcess(made.floor.target) as one,
        ServerProcess(made.floor.target) as two,
    ):
        servers = {member.name: (one, two)[n % 2].url for n, member in enumerate(made.members)}
        with shift(made, lambda member: servers[member.name]) as desks:
            began = time.monotonic()
            work(made, desks, TURNS)
            took = time.monotonic() - began
            settle(made, desks)
        told = made.verify()
        sys.stdout.write(f"\n{told['record ok'] / took:.0f} leads a second; {figures(told.items())}\n")
        assert told["claim ok"] >= 6 * TURNS
        assert not any(what.endswith((" info", " saved")) for what in told)
