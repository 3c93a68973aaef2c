"""Eight real stations on one file, killed at random moments: nothing acknowledged is lost, nobody is shown twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.local import LocalDesk, open_counter, person_named
from salesdesk.desk.serving import ClaimNext
from salesdesk.store import people
from tests.floors import MORNING, TestFloor, csv_of, import_rows, make_floor, release_campaign
from tests.real.worker import StandingClock
from tests.steps import assert_clean, rows, value

WORKER = Path(__file__).with_name("worker.py")
STATIONS = 8
KILLS = int(os.environ.get("SALESDESK_SOAK_KILLS", "600" if os.environ.get("SALESDESK_SOAK") else "64"))
"""`make soak` kills hundreds; SALESDESK_SOAK_KILLS says how many."""
AREAS = ("212", "646", "917", "718", "347", "929", "332", "516", "631", "914", "845", "585", "315", "607", "716")
LEADS = 2400 + 16 * max(0, KILLS - 64)


def leads(count: int) -> bytes:
    """People in New York State, every tenth behind the number of the one before."""
    found = []
    for n in range(count):
        number = n - 1 if n % 10 == 9 else n
        line = f"+1{AREAS[number % len(AREAS)]}555{100 + number // len(AREAS):04d}"
        name = "".join(chr(97 + int(digit)) for digit in f"{n:04d}") * 3
        found.append([name, name[::-1], f"p{n}@c{n}.example", line, "VP", f"Company {name} Inc", "", "", "US"])
    return csv_of(found)


class Station:
    """A worker process, started again under the same name whenever it was killed; `before` is how many lines its
    journal had when this life began to work."""

    def __init__(self, floor: TestFloor, name: str, folder: Path) -> None:
        self.floor, self.name, self.journal = floor, name, folder / f"{name}.journal"
        self.lives = self.before = 0
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        self.lives += 1
        self.before = len(self.lines()) + 2  # "up" and a first lead
        self.process = subprocess.Popen(
            [
                sys.executable,
                str(WORKER),
                str(self.floor.path),
                self.name,
                str(self.journal),
                str(MORNING),
                f"{self.name}{self.lives}",
            ],
            env={**os.environ, "PYTHONPATH": str(WORKER.parents[2])},
            stderr=subprocess.PIPE,
        )
        return self.process

    def kill(self) -> None:
        assert self.process.poll() is None, self.process.stderr.read().decode() if self.process.stderr else ""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def lines(self) -> list[list[str]]:
        return [line.split() for line in self.journal.read_text().splitlines()] if self.journal.exists() else []


def kill_at_random(stations: list[Station], kills: int, chance: random.Random) -> None:
    """Kill whoever is at work, again and again; one in ten dies while still starting up."""
    for _ in range(kills):
        station = chance.choice(stations)
        if chance.random() > 0.1:
            wait_for_work(station)
        time.sleep(chance.random() * 0.03)  # the moment of the kill is what is drawn at random
        station.kill()
        station.start()


def wait_for_work(station: Station) -> None:
    """Until this life of a station has written a line; a loaded machine may take its time."""
    until = time.monotonic() + 60
    while len(station.lines()) <= station.before and time.monotonic() < until:
        time.sleep(0.01)  # between two looks at another process's journal


def holds_of(floor: TestFloor) -> list[tuple[int, int, str | None]]:
    """Overlapping holds, found in the events: a lead that is served while it is still held."""
    held: dict[int, str] = {}
    overlaps = []
    for event in rows(
        floor,
        "SELECT id, kind, lead_id, json_extract(data, '$.token') AS token,"
        " json_extract(data, '$.goes_on') AS goes_on FROM event WHERE lead_id IS NOT NULL ORDER BY id",
    ):
        if event["kind"] == "served":
            if event["lead_id"] in held:
                overlaps.append((event["id"], event["lead_id"], event["token"]))
            held[event["lead_id"]] = event["token"]
        elif event["kind"] == "undone":
            if event["lead_id"] in held:
                overlaps.append((event["id"], event["lead_id"], None))
            held[event["lead_id"]] = ""
        elif event["kind"] in ("recorded", "expired", "returned", "denied", "skipped", "opted_out"):
            held.pop(event["lead_id"], None)
    return overlaps


def number_overlaps(floor: TestFloor) -> list[Any]:
    """A number that two people had on their screens at the same time."""
    numbers = {
        each["lead"]: each["e164"]
        for each in rows(floor, "SELECT l.id AS lead, p.e164 FROM lead l JOIN phone p ON p.contact_id = l.contact_id")
    }
    held: dict[str, int] = {}
    found = []
    for event in rows(floor, "SELECT kind, lead_id FROM event WHERE lead_id IS NOT NULL ORDER BY id"):
        number = numbers[event["lead_id"]]
        if event["kind"] in ("served", "undone"):
            if number in held:
                found.append((number, held[number], event["lead_id"]))
            held[number] = event["lead_id"]
        elif event["kind"] in ("recorded", "expired", "returned", "denied", "skipped", "opted_out"):
            held.pop(number, None)
    return found


def verify(floor: TestFloor, stations: list[Station]) -> dict[str, int]:
    """The journals are the witnesses, the file is the suspect."""
    tried = {(words[1], words[2]) for each in stations for words in each.lines() if words[0] == "try"}
    acknowledged = {
        (words[2], int(words[3])) for each in stations for words in each.lines() if words[0] == "ok" and len(words) == 4
    }
    recorded = rows(
        floor, "SELECT id, json_extract(data, '$.token') AS token FROM event WHERE kind = 'recorded' ORDER BY id"
    )
    stored = {(each["token"], each["id"]) for each in recorded}
    assert acknowledged - stored == set(), "an outcome that was acknowledged is missing"
    assert max(Counter(each["token"] for each in recorded).values()) == 1, "an outcome stands twice"
    assert {token for token, _ in stored} <= {token for _, token in tried}, "an outcome that nobody has sent"
    assert holds_of(floor) == []
    assert number_overlaps(floor) == []
    assert value(floor, "PRAGMA integrity_check") == "ok"
    assert_clean(floor)
    refused = Counter(words[1] for each in stations for words in each.lines() if words[0] == "refused")
    return {"acknowledged": len(acknowledged), "stored": len(stored), **refused}


@pytest.mark.soak
def test_stations_killed_at_random_lose_nothing_and_show_nobody_twice(tmp_path: Path) -> None:
    names = [f"Caller{n}" for n in range(STATIONS)]
    hours = {"weekdays": (0, 1, 2, 3, 4), "start": "08:00", "stop": "20:00"}
    with make_floor(tmp_path, leads=0, release=False) as floor:
        floor.counter.store.write(
            lambda session: [
                people.add(session, name=name, roles="sdr", team="", zone="America/New_York") for name in names
            ]
        )
        import_rows(floor, leads(LEADS))
        release_campaign(floor, quantity=LEADS, hours=hours)
        chance = random.Random(20261119)
        stations = [Station(floor, name, tmp_path) for name in names]
        try:
            kill_at_random(stations, KILLS, chance)
        finally:
            for station in stations:
                station.kill()
        lives = sum(station.lives for station in stations)
        assert lives >= KILLS + STATIONS
        found = verify(floor, stations)
        assert found["acknowledged"] > KILLS
        every_lead_is_back_after_the_lease(floor)


def every_lead_is_back_after_the_lease(floor: TestFloor) -> None:
    """47 seconds of the boot clock later (nobody sleeps for them) no hold of a dead station is left."""
    left = rows(floor, "SELECT h.lead_id, h.dials, t.id FROM hold h JOIN ticket t ON t.id = h.ticket_id")
    counter = open_counter(str(floor.path), StandingClock(MORNING, later=47_000))
    try:
        LocalDesk(counter, person_named(counter, "Ito")).ask(ClaimNext())
    finally:
        counter.store.close()
    assert left, "the last to be killed had somebody on their screens"
    mine = value(floor, "SELECT count(*) FROM hold")
    assert mine <= 1, "only the lead just served is in a hold"
    for each in left:
        state = value(floor, "SELECT state FROM ticket WHERE id = ?", each["id"])
        wanted = {"sleeping"} if each["dials"] else {"ready", "held", "sleeping"}
        assert state in wanted
    assert_clean(floor)
