"""Stations and servers killed at random moments while meetings are agreed: no slot is given twice, and a meeting that
was acknowledged is there, with its slot."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.meetings import KeepSlot, OfferSlots
from salesdesk.desk.people import AddPerson
from salesdesk.desk.recording import RecordOutcome
from tests.desk.test_meetings import AGREED, iso, nothing_twice
from tests.faults.crew import SOAK, crew, figures
from tests.faults.journal import Journal
from tests.faults.processes import ServerProcess, StationProcess, drain
from tests.faults.station import Station, opened, quick_to_try_again
from tests.faults.test_killing import kill_at_random
from tests.floors import TestFloor
from tests.steps import rows, value

KILLS = int(os.environ.get("SALESDESK_SOAK_KILLS", "300" if SOAK else "4"))
"""`make soak` kills hundreds; SALESDESK_SOAK_KILLS says how many."""


class Booker(Station):
    """A caller who agrees to meetings, each in the first slot that is offered: they all want the same ones."""

    def record(self, card: TicketCard) -> None:
        found = self.desk.ask(OfferSlots(ticket=card.ticket, token=card.token)).offers
        if not found or self.chance.random() < 0.2:
            super().record(card)
            return
        at = found[0].starts_at
        self.desk.ask(KeepSlot(ticket=card.ticket, token=card.token, starts_at=at, executive=found[0].executive))
        answers = AGREED | {"slot": iso(at)}
        ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="meeting", answers=answers)
        about = {"ticket": card.ticket, "lead": card.lead, "token": card.token}
        with self.journal.asking("record", ask.key, outcome="meeting", **about) as asked:
            done = self.desk.ask(ask)
            asked.told = {"event": done.event, "end": "ok" if done.event else "saved"}


def run(url: str, name: str, person: int, token: str, home: str, seed: str) -> None:
    """The life of a station process."""
    os.environ |= {"HOME": home, "XDG_DATA_HOME": f"{home}/data", "SALESDESK_TOKEN": token}
    quick_to_try_again(pytest.MonkeyPatch())
    booker = Booker(opened(url, name), Journal(Path(home) / "journal", person), random.Random(seed))
    while True:
        booker.turn()


class BookerProcess(StationProcess):
    """A booker, started again whenever it was killed."""

    def _work(self) -> tuple[Callable[..., None], tuple[object, ...]]:
        return run, super()._work()[1]


def every_meeting_has_its_slot(floor: TestFloor) -> int:
    """How many meetings are booked: each with its outcome and its slot, and none without."""
    booked = rows(
        floor,
        "SELECT m.id, m.event_id, s.meeting_id FROM meeting m LEFT JOIN slot s ON s.meeting_id = m.id"
        " AND s.executive_id = m.executive_id AND s.starts_at = m.starts_at WHERE m.state = 'booked'",
    )
    assert all(each["meeting_id"] for each in booked)
    recorded = rows(floor, "SELECT id FROM event WHERE outcome = 'meeting' AND kind = 'recorded'")
    outcomes = {each["id"] for each in recorded}
    undone = value(floor, "SELECT count(*) FROM event WHERE outcome = 'meeting' AND kind = 'undone'")
    assert {each["event_id"] for each in booked} <= outcomes
    assert len(booked) == len(outcomes) - undone
    return len(booked)


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_killed_while_they_agree_to_meetings_nobody_is_promised_twice(engine: str, tmp_path: Path) -> None:
    with crew(tmp_path, engine=engine, pool=200 + 12 * KILLS) as made:
        for name in ("Ada", "Bo"):
            made.floor.ask("Sam", AddPerson(name=name, roles="executive"))
        servers = [ServerProcess(made.floor.target) for _ in range(1 if engine == "sqlite" else 2)]
        stations = [BookerProcess(each, servers[n % len(servers)].url) for n, each in enumerate(made.members)]
        try:
            for server in servers:
                server.up()
            for station in stations:
                station.start()
            dead = kill_at_random(servers, list(stations), KILLS, seed=5)
            for station in stations:
                station.kill()
            for server in servers:
                server.up()
            homes = {station.member.name: station.url for station in stations}
            drain(made, lambda member: homes[member.name])
        finally:
            for process in (*stations, *servers):
                process.kill()
        told = made.verify()
        nothing_twice(made.floor)
        booked = every_meeting_has_its_slot(made.floor)
        assert booked
        sys.stdout.write(f"\n{engine}: {KILLS} kills, {dead} of servers; {booked} meetings; {figures(told.items())}\n")
