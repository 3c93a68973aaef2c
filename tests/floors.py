"""Small floors for tests: real files and databases, real operations, a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from salesdesk.clock import ManualClock
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.lists import Imported, ImportList
from salesdesk.desk.local import Desk, LocalDesk, create_floor, open_counter, person_named
from salesdesk.desk.performing import Counter
from salesdesk.desk.registry import Progress, Request
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.segmenting import Segment
from salesdesk.store import people
from salesdesk.store.session import Session

R = TypeVar("R")
MORNING = int(datetime(2026, 11, 19, 15, 30, tzinfo=UTC).timestamp())
"""Thursday 19 November 2026, 10:30 in New York, 09:30 in Chicago, 08:30 in Denver, 07:30 in Los Angeles."""
SECRET = "5a" * 32
"""It orders the leads of a stratum: the same on every floor, so that a test that is repeated meets the same ones."""
SCRIPT = "Hi {{first_name}}, {{me}} here. We help {{company}} with {{offer}}.\nCould we meet for 20 minutes?"
AREA_CODES = ("212", "312", "617", "404", "303", "415")
EXPORTS = Path(__file__).parent / "data" / "exports"


ENGINES = ("sqlite", "postgres", "remote")
ENGINE: ContextVar[str] = ContextVar("engine", default="sqlite")
"""On which engine floors are made where a test does not say; the desk's tests run on each (see tests/desk)."""
COLLEAGUES = (
    ("Ada", "Byron", "+12125550100"),
    ("Grace", "Hopper", "+12125550101"),
    ("Mary", "Somerville", "+12125550102"),
)
"""Three people of one company: first and last name, number."""


@dataclass
class TestFloor:
    """A floor at a file path or a postgresql:// address with its clock, and a desk for each of its people."""

    __test__ = False
    target: str
    clock: ManualClock
    counter: Counter

    @property
    def path(self) -> Path:
        """The floor's file; only a floor on SQLite has one."""
        assert "://" not in self.target, "this floor is in a database"
        return Path(self.target)

    def desk(self, name: str) -> Desk:
        """The desk of one of the floor's people: Dana and Ito (SDR), Cleo (coordinator), Sam (supervisor),
        Eve (executive), Rae (researcher)."""
        return LocalDesk(self.counter, person_named(self.counter, name))

    def ask(self, name: str, request: Request[R]) -> R:
        """What the floor answers this person."""
        return self.desk(name).ask(request)

    def run(self, name: str, request: Request[R]) -> R:
        """Run a job to its end."""
        return finish(self.desk(name).start(request))


def finish(job: Generator[Progress, None, R]) -> R:
    """Run a job to its end and give its reply."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            reply: R = end.value
            return reply


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A list as a coordinator would get it."""
    header = "First Name,Last Name,Email,Phone Number,Job Title,Company Name,City,State/Region,Country/Region"
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    return "\n".join([header, *lines]).encode()


def people_rows(count: int) -> list[list[str]]:
    """Leads with numbers in several zones; the fiction range of each area code holds a hundred."""
    rows = []
    for n in range(count):
        area = AREA_CODES[n % len(AREA_CODES)]
        number = f"+1{area}555{100 + n // len(AREA_CODES):04d}"
        title = ("VP Finance", "Controller", "Director of Operations", "Owner")[n % 4]
        rows.append(
            [f"First{n}", f"Last{n}", f"p{n}@company{n}.example", number, title, f"Company {n} Inc.", "", "", "US"]
        )
    return rows


@contextmanager
def make_floor(
    folder: Path,
    *,
    engine: str = "",
    leads: int = 24,
    data: bytes | None = None,
    release: bool = True,
    now: int = MORNING,
    **campaign: Any,
) -> Iterator[TestFloor]:
    """A floor with people, a list and (unless told otherwise) one campaign with a released batch."""

    def furnish(floor: TestFloor) -> None:
        if leads or data:
            import_rows(floor, data or csv_of(people_rows(leads)))
        if release:
            release_campaign(floor, **campaign)

    if (engine or ENGINE.get()) == "remote":
        from tests.remote.floors import behind_a_server

        same = {"leads": leads, "data": data, "release": release, "now": now, **campaign}
        with make_floor(folder, engine="sqlite", **same) as near, behind_a_server(near) as far:
            yield far
        return
    usual = data is None and release and now == MORNING and not campaign
    if (engine or ENGINE.get()) == "sqlite":
        target = str(folder / "test.floor")
        begin_floor(target)
        with open_floor(target, now) as floor:
            furnish(floor)
            yield floor
    else:
        from tests.postgres import server

        # The floors that most tests want are made once.
        name, how = (f"floor of {leads}", furnish) if usual else ("floor of nobody", None)
        with server().filled(name, lambda target: begin_floor(target, how)) as target, open_floor(target, now) as floor:
            if not usual:
                furnish(floor)
            yield floor


@contextmanager
def open_floor(target: str, now: int = MORNING) -> Iterator[TestFloor]:
    """A floor that is there already, with a clock that stands at `now`."""
    clock = ManualClock(now)
    counter = open_counter(target, clock)
    try:
        yield TestFloor(target, clock, counter)
    finally:
        counter.store.close()


def begin_floor(target: str, furnish: Callable[[TestFloor], None] | None = None) -> None:
    """A new floor with its people, and what `furnish` adds."""
    create_floor(target, name="Northwind floor", zone="America/New_York", secret=SECRET)
    with open_floor(target) as floor:
        floor.counter.store.write(_seat_everyone)
        if furnish is not None:
            furnish(floor)


def _seat_everyone(session: Session) -> None:
    for name, roles, team in (
        ("Dana", "sdr", "Red"),
        ("Ito", "sdr", "Blue"),
        ("Cleo", "coordinator", ""),
        ("Sam", "supervisor", ""),
        ("Eve", "executive", ""),
        ("Rae", "researcher", ""),
    ):
        people.add(session, name=name, roles=roles, team=team, zone="America/New_York")


def import_rows(floor: TestFloor, data: bytes, **more: Any) -> Imported:
    """Import a list as the coordinator."""
    import base64

    return floor.run(
        "Cleo", ImportList(data=base64.b64encode(data), **({"name": "Test list", "supplier": "Apex"} | more))
    )


def release_campaign(floor: TestFloor, *, quantity: int = 1000, **campaign: Any) -> int:
    """Create a campaign, draft, check and release a batch of it; returns the campaign's id."""
    chosen: dict[str, Any] = {
        "name": "Spring Audit",
        "offer": "a freight audit",
        "initial": "We find money in freight bills; may I show you?",
        "script": SCRIPT,
        "daily_target": 4,
        "segment": Segment(),
    } | campaign
    created = floor.ask("Cleo", CreateCampaign(**chosen))
    draft = floor.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=quantity))
    floor.run("Cleo", CheckBatch(batch=draft.batch))
    floor.run("Cleo", ReleaseBatch(batch=draft.batch))
    return created.campaign
