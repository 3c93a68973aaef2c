"""How a floor to measure on is made: the frame by real operations, then a million leads and their history wholesale."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from salesdesk.clock import ManualClock
from salesdesk.desk import performing
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.floor import Floor
from salesdesk.desk.local import create_floor, in_database, open_counter
from salesdesk.desk.routing import blank
from salesdesk.desk.windowing import window_for
from salesdesk.line import dealing, numbering
from salesdesk.line.calling import Courtesy
from salesdesk.line.windows import Place
from salesdesk.store import campaigns, events, people, schema, strata, windows
from salesdesk.store import floor as floor_table
from salesdesk.store.session import Session, StoreError

INSTANT = int(datetime(2026, 11, 19, 15, 45, tzinfo=UTC).timestamp())
"""Thursday 10:45 in New York, 07:45 in Los Angeles: about half of the windows are open, and none turns for a while."""
SDRS, CAMPAIGNS, STRATA = 60, 3, 12
"""Those who sit at the stations that are measured; campaigns, and strata of each."""
EVERYBODY = 1_000
"""All SDRs of the floor: the others have promises and kept leads, and are not there."""
PROMISED, KEPT = 211, 223
"""One lead of so many is promised for an hour, one kept for an SDR who has called its company."""
INQUIRIES = 500
"""People who asked for us earlier in the day, and were called."""
ADDRESS_ELSEWHERE = 0.4
"""Share of leads whose address and number are in different places: these make a hundred windows out of six zones."""
_AREA_CODES = (
    "201 202 203 205 206 207 208 209 210 212 215 216 217 225 228 229 231 235 252 260 262 270 302 303 304 307 308 316"
    " 319 339 385 401 402 405 406 423 432 448 458 480 502 503 505 603 605 615 620 701 702 775 787 802 803 808 865 906"
    " 907"
)
AREAS = tuple(_AREA_CODES.split())
"""One area code for each zone and state that has numbers of its own."""
HISTORY_DAYS = 100
_DONE, _ASLEEP = 0.1, 0.2
_OUTCOMES = ("@served", "@dialed", "no_answer", "voicemail", "gatekeeper", "call_back", "not_now", "no", "bad_record",
             "meeting", "#reached_human", "#right_party", "#conversation", "#selling_conversation",
             "#positive")  # fmt: skip
_SCRIPT = "Hi {{first_name}}, {{me}} here. We help {{company}} with {{offer}}.\nCould we meet for 20 minutes?"
_VERSION = "5"  # of this recipe


@dataclass(frozen=True, slots=True)
class DataSet:
    """A floor with so many leads, each on the floor as a ticket, and so many events of the last hundred days."""

    leads: int
    events: int = 0

    @property
    def name(self) -> str:
        """As the file is called."""
        return f"{self.leads}-leads-{self.events}-events"


SMALL, MIDDLE, LARGE, HUGE = DataSet(10_000), DataSet(100_000), DataSet(1_000_000), DataSet(5_000_000)
LONG_HISTORY = DataSet(100_000, 10_000_000)
BASE = 1_000_000
"""Leads that are made one by one; those of larger data sets are copies of them, each a person of their own."""


def recipe_hash() -> str:
    """Twelve hex digits that change with the schema and with how data sets are made."""
    digest = hashlib.sha256(_VERSION.encode())
    for step in schema.steps():
        digest.update(step.path.read_bytes())
    return digest.hexdigest()[:12]


def set_clock(target: str) -> None:
    """Shift the floor's clock so that it is `INSTANT` now."""
    counter = open_counter(target)
    try:
        offset = str(INSTANT - int(time.time()))
        counter.store.write(lambda session: floor_table.put(session, "clock_offset", offset))
    finally:
        counter.store.close()


class Filling(Protocol):
    """What fills many rows quickly, in either engine."""

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows of one table, each a sequence in the order of the columns."""
        ...

    def events(self, **spread: int) -> None:
        """A history of calls."""
        ...

    def multiply(self, leads: int, times: int) -> None:
        """Copy the first so many leads with all that belongs to them, until there are `times` as many."""
        ...


def build(target: str, wanted: DataSet) -> None:
    """Make a data set in a new file or an empty database: the frame by real operations, the many rows wholesale."""
    create_floor(target, name="Bench floor", zone="America/New_York")
    counter = open_counter(target, ManualClock(INSTANT))
    try:
        cleo = counter.store.write(_staff)
        for number in range(CAMPAIGNS):
            performing.perform(
                counter,
                cleo,
                CreateCampaign(
                    name=f"Campaign {number + 1}", offer="a freight audit", initial="May I show you?", script=_SCRIPT
                ),
            )
        frame = counter.store.write(lambda session: _frame(counter.floor(session), wanted))
    finally:
        counter.store.close()
    with _quick_fill(target) as filling:
        _fill(filling, wanted, frame, counter.settings.secret)


def _quick_fill(target: str) -> AbstractContextManager[Filling]:
    if in_database(target):
        from salesdesk.store import postgres_bulk

        return postgres_bulk.quick_fill(target)
    from salesdesk.store import bulk

    return bulk.quick_fill(Path(target))


def _staff(session: Session) -> int:
    for number in range(EVERYBODY):
        team = ("Red", "Blue")[number % 2]
        people.add(session, name=f"Seat {number + 1:02}", roles="sdr", team=team, zone="America/New_York")
    people.add(session, name="Sam", roles="supervisor", team="", zone="America/New_York")
    return people.add(session, name="Cleo", roles="coordinator", team="", zone="America/New_York")


@dataclass(frozen=True, slots=True)
class _Frame:
    """What leads are put into: places (of number and address) with their windows, strata, lanes."""

    areas: dict[str, tuple[str, str]]
    windows: dict[tuple[str, str], int]
    strata: list[list[int]]
    lanes: dict[tuple[int, int], int]


def _frame(floor: Floor, wanted: DataSet) -> _Frame:
    places = {area: _place(area) for area in AREAS}
    found: dict[Place, int] = {}
    window_of: dict[tuple[str, str], int] = {}
    for number in AREAS:
        for address in AREAS:
            one, other = places[number], places[address]
            zones = tuple(sorted({*one.zones, *other.zones}))
            both = Place(zones, tuple(sorted({*one.jurisdictions, *other.jurisdictions})))
            if both not in found:
                found[both] = window_for(floor, [both], Courtesy())
            window_of[number, address] = found[both]
    size = -(-wanted.leads // (CAMPAIGNS * STRATA))
    cells = [
        [strata.grow(floor.session, campaign, f"stratum {n + 1}", size) for n in range(STRATA)]
        for campaign in range(1, CAMPAIGNS + 1)
    ]
    lanes = {
        (stratum, window): windows.lane(floor.session, stratum, window)
        for row in cells
        for stratum in row
        for window in sorted(set(window_of.values()))
    }
    for campaign in range(1, CAMPAIGNS + 1):
        campaigns.set_live(floor.session, campaign, live=True)
    words = {area: (" ".join(place.zones), " ".join(place.jurisdictions)) for area, place in places.items()}
    return _Frame(words, window_of, cells, lanes)


def _place(area: str) -> Place:
    number = f"+1{area}5550100"
    return Place(tuple(sorted(numbering.number_zones(number))), tuple(sorted(numbering.number_jurisdictions(number))))


def _fill(filling: Filling, wanted: DataSet, frame: _Frame, secret: bytes) -> None:
    if wanted.leads > BASE and wanted.leads % BASE:
        raise StoreError(f"a data set of more than {BASE} leads is a multiple of them")
    count = min(wanted.leads, BASE)
    ids = range(1, count + 1)
    filling.rows("account", ("id", "name", "name_key", "employees"), _accounts(count))
    filling.rows("contact", _CONTACT, _contacts(count, frame))
    filling.rows("phone", _PHONE, _phones(count, frame))
    filling.rows("lead", ("id", "contact_id", "account_id", "list_id", "source", "introduced_at"),
                 ((n, n, _company(n, count), 1, "outbound", INSTANT - 86_400) for n in ids))  # fmt: skip
    filling.rows("ticket", tuple(blank(0, 0, 0, "")), _tickets(count, frame, secret))
    filling.rows("promise", _PROMISE, _promises(count))
    filling.rows("inbound", _INBOUND, _inquiries(count))
    if wanted.leads > count:
        filling.multiply(count, wanted.leads // count)
    after = wanted.leads + 1
    filling.rows("counter", ("name", "n"), ((name, after) for name in ("account", "contact", "lead", "ticket")))
    if wanted.events:
        start = INSTANT - HISTORY_DAYS * 86_400
        first, end = events.id_floor(start), events.id_floor(INSTANT)
        filling.events(
            count=wanted.events, first=first, stride=(end - first) // wanted.events, start=start,
            seconds=HISTORY_DAYS * 86_400, people=SDRS, leads=count, campaigns=CAMPAIGNS,
        )  # fmt: skip
        filling.rows("rollup", _ROLLUP, _sums())


_CONTACT = ("id", "account_id", "first_name", "last_name", "title", "seniority", "email", "email_mark", "city",
            "region", "postal_code", "country", "zones", "regions", "external_id", "do_not_email", "notes")  # fmt: skip
_PHONE = ("contact_id", "position", "e164", "extension", "mark", "zones", "regions", "state")
_ROLLUP = ("day", "person_id", "campaign_id", "station", "outcome", "map_version", "n", "talk_seconds",
           "wrap_seconds")  # fmt: skip
_PROMISE = ("ticket_id", "person_id", "promised_at", "due_at", "zone", "tries", "made_at")
_INBOUND = ("event_id", "ticket_id", "lead_id", "campaign_id", "station", "source", "arrived_at", "callable_at",
            "taken_at", "taken_by", "dialed_at")  # fmt: skip
_TITLES = ("VP Finance", "Controller", "Director of Operations", "Owner", "Plant Manager")


def _accounts(count: int) -> Iterator[tuple[object, ...]]:
    return ((n, f"Company {n} Inc.", f"company {n}", n % 900 + 10) for n in range(1, _company(count, count) + 1))


def _company(number: int, count: int) -> int:
    """The company of a lead: four people each, but one in a small data set, or it would soon be one where all rest."""
    return number if count <= SMALL.leads and count < BASE else number // 4 + 1


def _areas_of(number: int) -> tuple[str, str]:
    """The area codes of a lead's number and address, the same whoever asks."""
    picked = random.Random(number)
    area = AREAS[int(picked.random() * len(AREAS))]
    elsewhere = picked.random() < ADDRESS_ELSEWHERE
    return area, AREAS[int(picked.random() * len(AREAS))] if elsewhere else area


def _mark(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind}:{number}".encode()).hexdigest()[:24]


def _contacts(count: int, frame: _Frame) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        zones, regions = frame.areas[_areas_of(n)[1]]
        yield (
            n, _company(n, count), f"First{n}", f"Last{n}", _TITLES[n % 5], "manager",
            f"p{n}@company{_company(n, count)}.example",
            _mark("person", n), "Springfield", regions[3:5], "", "US", zones, regions, "", 0, "",
        )  # fmt: skip


def _phones(count: int, frame: _Frame) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        area = _areas_of(n)[0]
        yield (n, 1, f"+1{area}{2_000_000 + n:07}", "", _mark("number", n), *frame.areas[area], "good")


def _tickets(count: int, frame: _Frame, secret: bytes) -> Iterator[tuple[object, ...]]:
    for n in range(1, count + 1):
        campaign = n % CAMPAIGNS
        stratum = frame.strata[campaign][n // CAMPAIGNS % STRATA]
        rank = dealing.rank(secret, n, 0, 0)
        share = rank / 2**48
        state = "done" if share < _DONE else "sleeping" if share < _DONE + _ASLEEP else "ready"
        state = "promised" if _is_promised(n) else "sleeping" if n % KEPT == 0 else state
        tried = int(state != "ready")
        row = blank(n, n, campaign + 1, "sdr") | {
            "kind": "call", "stratum_id": stratum, "lane_id": frame.lanes[stratum, frame.windows[_areas_of(n)]],
            "state": state, "rank": dealing.rank(secret, n, tried, tried), "attempts": tried, "dealt": tried,
            "due_at": INSTANT + 7200 + n % 500_000 if state == "sleeping" else None, "entered_at": INSTANT - 86_400,
        }  # fmt: skip
        if state == "sleeping" and n % KEPT == 0:
            row |= {"owner_id": n % EVERYBODY + 1, "owner_until": INSTANT + 3 * 86_400}
        yield tuple(row.values())


def _is_promised(number: int) -> bool:
    return number % PROMISED == 0


def _promises(count: int) -> Iterator[tuple[object, ...]]:
    """Promises of everybody, from four hours on: those who are measured come to none."""
    for n in filter(_is_promised, range(1, count + 1)):
        due = INSTANT + 4 * 3600 + n % (5 * 86_400)
        yield (n, n % EVERYBODY + 1, due, due, "America/New_York", 0, INSTANT - 3600)


def _inquiries(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(min(INQUIRIES, count // 10)):
        n, at = number * 10 + 1, INSTANT - 3600 + number
        yield (events.id_floor(at), n, n, n % CAMPAIGNS + 1, "sdr", "inbound", at, at, at + 20, n % SDRS + 1, at + 45)


def _sums() -> Iterator[tuple[object, ...]]:
    """The sums of every day: each person in each campaign with every outcome."""
    for ago in range(HISTORY_DAYS + 1):
        day = datetime.fromtimestamp(INSTANT - ago * 86_400, UTC).date().isoformat()
        for person in range(1, SDRS + 1):
            for campaign in range(1, CAMPAIGNS + 1):
                for number, outcome in enumerate(_OUTCOMES):
                    count = 40 // (number + 1)
                    yield (day, person, campaign, "sdr", outcome, 1, count, count * 90, count * 20)
