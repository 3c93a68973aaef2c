"""A floor with a crew of SDRs for fault tests, and the verdict on what became of it."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from salesdesk.store import floor as floor_table
from salesdesk.store import people
from salesdesk.store.session import Session
from tests.faults.history import contradictions, events_of, numbers_of
from tests.faults.journal import Op, read_journal
from tests.floors import MORNING, TestFloor, import_rows, make_floor, release_campaign
from tests.real.test_kill import leads
from tests.server.serving import issue
from tests.steps import assert_clean

SOAK = bool(os.environ.get("SALESDESK_SOAK"))
HOURS: dict[str, Any] = {"weekdays": (0, 1, 2, 3, 4), "start": "08:00", "stop": "20:00"}


@dataclass
class Member:
    """One of the crew: a folder of their own holds their journal and their outbox."""

    name: str
    person: int
    token: str
    home: Path

    @property
    def journal(self) -> Path:
        """Where they write down what they were told."""
        return self.home / "journal"

    def ops(self) -> list[Op]:
        """What they wrote down."""
        return read_journal(self.journal) if self.journal.exists() else []

    def at_home(self, patch: pytest.MonkeyPatch) -> None:
        """This process is theirs now: their token, their outbox."""
        for name, value in (
            ("HOME", self.home),
            ("XDG_DATA_HOME", self.home / "data"),
            ("SALESDESK_TOKEN", self.token),
        ):
            patch.setenv(name, str(value))


@dataclass
class Crew:
    """A floor, those who work on it, and the keys of saved writes that the floor has refused."""

    floor: TestFloor
    members: list[Member]
    conflicts: set[str] = field(default_factory=set)

    def verify(self) -> Counter[str]:
        """The journals are the witnesses, the floor is the suspect. How often each thing ended in which way."""
        ops = [op for member in self.members for op in member.ops()]
        found = contradictions(ops, events_of(self.floor), numbers=numbers_of(self.floor), conflicts=self.conflicts)
        assert found == [], found[:3]
        assert_clean(self.floor)
        return Counter(f"{op.what} {op.ended}" for op in ops)


@contextmanager
def crew(folder: Path, *, engine: str = "sqlite", size: int = 4, pool: int = 400, clock: bool = True) -> Iterator[Crew]:
    """A crew on a floor of its own, with `pool` leads. With `clock`, servers in processes of their own believe that
    it is a working morning now, as those of a demo floor do."""
    with make_floor(folder, engine=engine, leads=0, release=False) as floor:
        yield staffed(floor, folder, size=size, pool=pool, clock=clock)


def staffed(floor: TestFloor, folder: Path, *, size: int, pool: int, clock: bool = True) -> Crew:
    """A crew on a floor that is there; see `crew`."""
    names = [f"Caller{n}" for n in range(size)]

    def seat(session: Session) -> list[int]:
        if clock:
            floor_table.put(session, "clock_offset", str(MORNING - int(time.time())))
        return [people.add(session, name=each, roles="sdr", team="", zone="America/New_York") for each in names]

    ids = floor.counter.store.write(seat)
    import_rows(floor, leads(pool))
    release_campaign(floor, quantity=pool, hours=HOURS)
    return Crew(floor, [_member(floor, folder, name, id) for name, id in zip(names, ids, strict=True)])


def _member(floor: TestFloor, folder: Path, name: str, person: int) -> Member:
    home = folder / name
    home.mkdir()
    return Member(name, person, issue(floor, name), home)


def figures(told: Iterable[tuple[str, int]]) -> str:
    """What was counted, in a line for the reader of `pytest -s`."""
    return ", ".join(f"{what} {n}" for what, n in sorted(told))
