"""Servers and stations killed at random moments: nothing acknowledged is lost, nothing counts twice, and nobody is on
two screens."""

from __future__ import annotations

import os
import random
import sys
import threading
from pathlib import Path

import pytest

from salesdesk.desk.sealing import holding, seal_now
from salesdesk.line.seals import SealKey
from salesdesk.sealfiles import make_key
from tests.faults.crew import SOAK, Crew, crew, figures
from tests.faults.processes import ServerProcess, StationProcess, drain
from tests.floors import TestFloor
from tests.remote.lines import until
from tests.steps import audit

KILLS = int(os.environ.get("SALESDESK_SOAK_KILLS", "600" if SOAK else "12"))
"""`make soak` kills hundreds; SALESDESK_SOAK_KILLS says how many."""


def kill_at_random(servers: list[ServerProcess], stations: list[StationProcess], kills: int, seed: int) -> int:
    """Kill whoever is at work, again and again, after a few things more were done; how many were servers."""
    chance, pause, dead_servers = random.Random(seed), threading.Event(), 0
    for _ in range(kills):
        goal = sum(each.done() for each in stations) + chance.randrange(1, 8)
        until(lambda goal=goal: sum(each.done() for each in stations) >= goal, "somebody works")  # type: ignore[misc]
        pause.wait(chance.random() * 0.02)
        victim = chance.choice(servers) if chance.random() < 0.4 else chance.choice(stations)
        assert victim.alive, "it ended by itself"
        dead_servers += isinstance(victim, ServerProcess)
        victim.kill()
        victim.start()
    return dead_servers


def killed(made: Crew, servers: list[ServerProcess], kills: int, seed: int) -> str:
    """Work through a storm of kills, then look; the figures."""
    stations = [StationProcess(each, servers[n % len(servers)].url) for n, each in enumerate(made.members)]
    try:
        for server in servers:
            server.up()
        for station in stations:
            station.start()
        dead = kill_at_random(servers, stations, kills, seed)
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
    assert told["record ok"] + told["record saved"] > 0
    assert sum(each.lives for each in (*stations, *servers)) >= kills
    return f"{kills} kills, {dead} of servers; {len(made.conflicts)} conflicts; {figures(told.items())}"


def chain_holds(floor: TestFloor, key: SealKey) -> str:
    """What servers sealed before they were killed is whole, and whatever they left can be sealed."""
    floor.counter = holding(floor.counter, [key])
    by_servers = audit(floor).seals
    seal_now(floor.counter, key)
    found = audit(floor).seals
    assert (by_servers.fault, found.fault, found.unsealed, found.verified) == ("", "", 0, True)
    assert by_servers.sealed > 0
    return f"{by_servers.sealed} of {found.sealed} events sealed by servers in {by_servers.seals} seals"


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_killed_at_random_nothing_acknowledged_is_lost(engine: str, tmp_path: Path) -> None:
    """On PostgreSQL two servers share the floor."""
    with crew(tmp_path, engine=engine, size=8 if SOAK else 4, pool=500 + 12 * KILLS) as made:
        key = make_key(tmp_path / "seal.key")
        number = 1 if engine == "sqlite" else 2
        servers = [ServerProcess(made.floor.target, tmp_path / "seal.key") for _ in range(number)]
        sys.stdout.write(f"\n{engine}: {killed(made, servers, KILLS, seed=11)}\n")
        sys.stdout.write(f"{chain_holds(made.floor, key)}\n")
