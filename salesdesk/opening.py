"""Opening the program: which floor, which person, which stations; the demo with its colleagues."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import available_timezones

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.local import (
    FOUNDER_ROLES,
    Desk,
    LocalDesk,
    add_first_person,
    create_floor,
    in_database,
    machine_zone,
    open_counter,
    person_named,
)
from salesdesk.desk.performing import Counter
from salesdesk.environment import Environment
from salesdesk.line.text import clean
from salesdesk.store import people
from salesdesk.store.sqlite import blocker_of

PATIENCE = 5.0
"""Seconds after which whoever waits for a floor to open is told for whom."""


def open_desk(floor: str | None, person: str | None) -> Desk:
    """The desk of a person at a floor; without a name the only person of the floor is meant, or whose the token is."""
    place = floor or Environment().floor
    if place.startswith(("https://", "http://")):
        from salesdesk.remote import open_remote

        return open_remote(place, person)
    with _said_who_is_in_the_way(place):
        counter = open_counter(place)
    try:
        return LocalDesk(counter, person_named(counter, person or _only_person(counter)))
    except BaseException:
        counter.store.close()
        raise


@contextmanager
def _said_who_is_in_the_way(place: str) -> Iterator[None]:
    """While a floor does not open, as when somebody has stopped a program in the middle of a write, say for whom this
    one waits."""

    def say() -> None:
        if who := None if in_database(place) else blocker_of(Path(place).resolve()):
            sys.stderr.write(f"salesdesk: waiting for the floor: {who} is writing\n")

    timer = threading.Timer(PATIENCE, say)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _only_person(counter: Counter) -> str:
    known = [row.name for row in counter.store.read(people.everyone) if not row.simulated]
    if len(known) == 1:
        return known[0]
    some = ", ".join(clean(name) for name in known[:8]) or "nobody yet"
    raise BadRequest("who", f"say who you are with --as NAME or SALESDESK_PERSON; the floor knows {some}")


def open_station(floor: str | None, person: str | None, *, first: str = "", mono: bool = False) -> int:
    """Open the stations of a person; with no floor at all, welcome a newcomer."""
    want_terminal()
    usual = Environment().floor
    if floor is None and "://" not in usual and not Path(usual).exists():
        return welcome(mono=mono)
    return _show(open_desk(floor, person), first, mono=mono)


def welcome(*, mono: bool = False) -> int:
    """Offer the demo or a new floor in this folder, and open what was chosen."""
    from salesdesk.screens.welcome import run_welcome

    choice = run_welcome(Path.cwd())
    if choice is None:
        return 0
    if isinstance(choice, str):
        return open_demo(None, mono=mono)
    path, person = choice
    return open_station(str(path), person, first="sdr", mono=mono)


def want_terminal() -> None:
    """Refuse to paint a screen where nobody could see it."""
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):  # Textual paints on stderr
        hint = "`salesdesk do` and `salesdesk board --plain` work without one"
        raise BadRequest("no_terminal", f"a station needs a terminal; {hint}")


def _show(desk: Desk, first: str, *, mono: bool) -> int:
    gc.disable()  # until the first picture is there: see `CalmApp.settled`
    from salesdesk.app import SalesdeskApp
    from salesdesk.screens import seats_for

    try:
        seats = seats_for(desk)
        if first and first not in seats:
            raise BadRequest("no_seat", f"you have no seat at {first}; you can sit at {', '.join(seats) or 'none'}")
        app = SalesdeskApp(seats, first, mono=mono)
        app.run()
        return app.return_code or 0
    finally:
        desk.close()


def demo_path() -> Path:
    """Where the demo floor is kept for this user."""
    from platformdirs import user_data_path

    return user_data_path("salesdesk", ensure_exists=True) / "demo.floor"


def open_demo(floor: str | None, *, first: str = "sdr", fresh: bool = False, mono: bool = False) -> int:
    """Open the demo floor with its simulated colleagues; they stop when the program does."""
    want_terminal()
    from salesdesk.demo import seeding

    path = Path(floor) if floor else demo_path()
    if fresh:
        seeding.forget(path)
    for line in seeding.prepare(path):
        sys.stderr.write(f"salesdesk: {line}\n")
    with colleagues_at_work(path):
        return _show(open_desk(str(path), seeding.YOU), first, mono=mono)


@contextmanager
def colleagues_at_work(path: Path) -> Iterator[None]:
    """Let the simulated colleagues of a floor work, in a process that ends with this block or with this program."""
    colleagues = subprocess.Popen(
        [sys.executable, "-m", "salesdesk.demo.colleagues", str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        colleagues.terminate()
        colleagues.wait(timeout=10)


def make_floor(target: str, *, name: str, zone: str, me: str, layout: str) -> str:
    """Make a floor with its first person; returns what to do next, in a line."""
    from salesdesk.line.salesmap import shipped_ids

    zone = zone or machine_zone()
    if zone not in available_timezones():
        raise BadRequest("unknown_zone", f"{zone} is no time zone; a zone looks like America/Chicago")
    if layout not in shipped_ids():
        raise BadRequest("unknown_map", f"there is no layout {layout}; the shipped ones are {', '.join(shipped_ids())}")
    create_floor(target, name=clean(name, limit=60), zone=zone, map_id=layout)
    add_first_person(target, clean(me, limit=60), FOUNDER_ROLES)
    # An address may hold a password, so it is not repeated.
    what, where = ("the database", "postgresql://…") if in_database(target) else (target, target)
    return f"{what} is a floor now, and {clean(me, limit=60)} works on it; next: salesdesk --floor {where}"
