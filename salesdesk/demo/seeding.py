"""Making the demo floor: people, sample leads, campaigns, and a morning that has already been worked."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TypeVar

from salesdesk.clock import ManualClock
from salesdesk.demo import colleagues, scenes
from salesdesk.desk import local, performing
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.calls import Answered, Dialed
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.errors import Refused
from salesdesk.desk.lists import ImportList
from salesdesk.desk.people import SignIn, SignOut
from salesdesk.desk.performing import Counter
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.registry import Request
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.segmenting import Segment
from salesdesk.desk.serving import ClaimNext
from salesdesk.line.tzdata import zone
from salesdesk.store import floor as floor_table
from salesdesk.store import people, promises
from salesdesk.store.session import Session, StoreError

R = TypeVar("R")
YOU = "Dana Reyes"
ZONE = "America/New_York"
SIMULATED = (
    ("Ito Tanaka", "Red"),
    ("Lee Novak", "Blue"),
    ("Fox Adeyemi", "Red"),
    ("Ames Holt", "Blue"),
    ("Chen Wei", "Red"),
    ("Egan Burke", "Blue"),
    ("Nunez Vidal", "Red"),
    ("Quist Lang", "Blue"),
    ("Rao Iyer", "Red"),
)
WEST = ("CA", "California", "OR", "Oregon", "WA", "Washington")
MORNING_MINUTES = 40
PROMISED_IN = 20
"""Seconds after the demo opens until a promise of yours is due: nothing fresh is begun before it, so it comes soon."""
OPENS, LAST_START = 9 * 60 + 40, 15 * 60
"""Minutes of the demo's day between which it may be entered; outside them it moves on to the next working morning."""

SCRIPT_A = """Hi {{first_name}}, {{me}} at Northwind.
Our note about {{offer}} went out on Tuesday ({{note_sent}}).
We find money in freight bills of companies like {{company}}.
Goal: a 20-minute web meeting this week."""
SCRIPT_B = """{{first_name}}? {{me}} from Northwind, I will be brief.
Most companies like {{company}} pay 4 % too much for freight.
May I show you in 20 minutes where yours is?
Goal: a 20-minute web meeting this week."""
SCRIPT_FREIGHT = """Hi {{first_name}}, {{me}} at Northwind.
Autumn is when freight prices jump. We lock them for {{company}}.
Would Thursday suit for a short call?"""


def prepare(path: Path) -> Generator[str, None, None]:
    """Make the demo floor if it is not there, and bring its day into working hours; yields what is being done."""
    if not path.exists():
        yield "making the demo floor: people, 1,500 sample leads, three campaigns"
        _make(path)
        yield f"the colleagues work the first {MORNING_MINUTES} minutes of the morning"
        _work_the_morning(path)
    _into_working_hours(path)
    _promise_soon(path)


def forget(path: Path) -> None:
    """Delete the demo floor; refuses a file that is no demo."""
    if path.exists():
        counter = local.open_counter(str(path))
        demo = counter.settings.demo
        counter.store.close()
        if not demo:
            raise StoreError(f"{path} is a real floor, not the demo; nothing was deleted")
        _remove(path)


def _make(path: Path) -> None:
    draft = path.with_suffix(".making")
    _remove(draft)
    local.create_floor(draft, name="Northwind floor (demo)", zone=ZONE, demo="yes")
    clock = ManualClock(_next_morning(int(time.time())) - MORNING_MINUTES * 60)
    counter = local.open_counter(str(draft), clock)
    try:
        counter.store.write(_seat_people)
        _fill(counter)
        counter.store.write(
            lambda session: floor_table.put(session, "clock_offset", str(clock.now() - int(time.time())))
        )
    finally:
        counter.store.close()
    _remove(path)
    for suffix in ("-wal", "-shm", ""):
        part = Path(f"{draft}{suffix}")
        if part.exists():
            part.rename(f"{path}{suffix}")
    _remove(draft)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-gate"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _seat_people(session: Session) -> None:
    people.add(session, name=YOU, roles=local.FOUNDER_ROLES, team="Red", zone=ZONE)
    for name, team in SIMULATED:
        people.add(session, name=name, roles="sdr", team=team, zone=ZONE, simulated=True)
    people.add(session, name=scenes.SUPERVISOR, roles="coordinator supervisor", team="", zone=ZONE, simulated=True)
    people.add(session, name="Vera Simons", roles="executive", team="", zone=ZONE, simulated=True)


def _fill(counter: Counter) -> None:
    data = (resources.files("salesdesk.demo") / "leads.csv").read_bytes()
    _run(counter, ImportList(data=base64.b64encode(data), name="Apex October", supplier="Apex Lists"))
    for quantity, campaign in _campaigns(tuple(name for name, _ in SIMULATED)):
        made = performing.perform(counter, 1, campaign).campaign
        batch = performing.perform(counter, 1, DraftBatch(campaign=made, quantity=quantity)).batch
        _run(counter, CheckBatch(batch=batch))
        _run(counter, ReleaseBatch(batch=batch))
    spare = performing.perform(counter, 1, DraftBatch(campaign=1, quantity=160)).batch
    _run(counter, CheckBatch(batch=spare))


def _campaigns(everyone: tuple[str, ...]) -> tuple[tuple[int, CreateCampaign], ...]:
    """The campaigns with how many leads of each are released. The last one is dry until the west wakes up."""
    return (
        (
            720,
            CreateCampaign(
                name=scenes.MAIN,
                segment=Segment(countries=("US",)),
                offer="a freight audit",
                initial="We find money in freight bills; may I show you?",
                script=SCRIPT_A,
                script_b=SCRIPT_B,
                pre_approach="already by mail",
                callers=(YOU, *everyone[:5]),
                daily_target=12,
            ),
        ),
        (
            220,
            CreateCampaign(
                name=scenes.SPARE,
                segment=Segment(countries=("US",)),
                offer="fixed freight prices",
                initial="Freight prices jump in autumn; may I lock yours?",
                script=SCRIPT_FREIGHT,
                callers=everyone[5:7],
                daily_target=4,
            ),
        ),
        (
            40,
            CreateCampaign(
                name=scenes.DRY,
                segment=Segment(countries=("US",), regions=WEST),
                offer="winter storage",
                initial="Storage in the west is scarce in winter; may I reserve some for you?",
                script=SCRIPT_FREIGHT,
                callers=everyone[7:],
                daily_target=2,
            ),
        ),
    )


def _run(counter: Counter, request: Request[R]) -> R:
    return performing.finish(performing.start(counter, 1, request), lambda _: None)


def _work_the_morning(path: Path) -> None:
    """Let the colleagues work through a part of the day on a clock of their own."""
    stored_offset = _offset(path)
    clock = ManualClock(int(time.time()) + stored_offset)
    counter = local.open_counter(str(path), clock)
    try:
        end = clock.now() + MORNING_MINUTES * 60
        waiting = colleagues.turns(counter, secrets.randbelow(10**6), clock.now())
        while waiting[0].at < end:
            clock.time = max(clock.time, int(waiting[0].at))
            colleagues.move(waiting)
        offset = end - int(time.time())
        counter.store.write(lambda session: floor_table.put(session, "clock_offset", str(offset)))
    finally:
        counter.store.close()


def _offset(path: Path) -> int:
    counter = local.open_counter(str(path))
    try:
        return int(counter.store.read(floor_table.settings).get("clock_offset", "0"))
    finally:
        counter.store.close()


def _into_working_hours(path: Path) -> None:
    """Move the demo's clock on to the next working morning when its day is over; it never goes back."""
    counter = local.open_counter(str(path))
    try:
        if not counter.settings.demo:
            raise StoreError(f"{path} is a real floor, not the demo; the demo keeps a file of its own")
        now = counter.clock.now()
        here = datetime.fromtimestamp(now, zone(ZONE))
        minutes = here.hour * 60 + here.minute
        if here.weekday() < 5 and OPENS <= minutes < LAST_START:
            return
        offset = _next_morning(now) - int(time.time())
        counter.store.write(lambda session: floor_table.put(session, "clock_offset", str(offset)))
    finally:
        counter.store.close()


def _next_morning(now: int) -> int:
    """10:20 on the next working day after `now` (today if that is still ahead), epoch seconds."""
    here = datetime.fromtimestamp(now, zone(ZONE))
    morning = here.replace(hour=10, minute=20, second=0, microsecond=0)
    while morning <= here or morning.weekday() >= 5:
        morning = (morning + timedelta(days=1)).replace(hour=10, minute=20)
    return int(morning.astimezone(UTC).timestamp())


def _promise_soon(path: Path) -> None:
    """Let a promise of yours be due in a moment, made in a call like any other, unless one is."""
    counter = local.open_counter(str(path))
    try:
        you = local.person_named(counter, YOU).id
        until = counter.clock.now() + 600
        if not counter.store.read(lambda session: promises.due_by(session, until=until, person_id=you)):
            _promise(counter, you)
    except Refused:  # the hour is too late for a call: then there is no promise to wait for
        pass
    finally:
        counter.store.close()


def _promise(counter: Counter, you: int) -> None:
    performing.perform(counter, you, SignIn(station=colleagues.STATION))
    card = performing.perform(counter, you, ClaimNext(station=colleagues.STATION))
    if card is not None and performing.perform(counter, you, Dialed(ticket=card.ticket, token=card.token)).allowed:
        performing.perform(counter, you, Answered(ticket=card.ticket, token=card.token))
        due = datetime.fromtimestamp(counter.clock.now() + PROMISED_IN, UTC).isoformat()
        answers = {"when": due, "with": "right_party", "proposition_spoken": True}
        ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="call_back", answers=answers)
        performing.perform(counter, you, ask)
    performing.perform(counter, you, SignOut())
