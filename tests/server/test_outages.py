"""A server that was away: nobody loses the lead in their hands for a silence that was not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.seats import LEASE_MS
from tests.floors import TestFloor, make_floor
from tests.server.serving import TestServer, open_test_hall, serving

LEASE = LEASE_MS // 1000


@pytest.fixture(params=["sqlite", "postgres"])
def floor(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[TestFloor]:
    with make_floor(tmp_path, engine=request.param) as made:
        yield made


def still_mine(server: TestServer, name: str, card: dict[str, Any]) -> bool:
    beat = server.post(name, "heartbeat", ticket=card["ticket"], token=card["token"])[1]
    return bool(beat["holding"])


def serve_and_claim(floor: TestFloor, name: str) -> dict[str, Any]:
    with serving(floor) as server:
        status, card = server.post(name, "claim_next")
    assert status == 200
    return dict(card)


def test_who_claims_first_after_an_outage_takes_nothing_from_anybody(floor: TestFloor) -> None:
    card = serve_and_claim(floor, "Dana")
    floor.clock.forward(600)
    with serving(floor) as server:
        assert server.post("Ito", "claim_next")[1]["ticket"] != card["ticket"]
        assert still_mine(server, "Dana", card)


def test_a_station_that_stays_silent_loses_its_lead_a_lease_later(floor: TestFloor) -> None:
    card = serve_and_claim(floor, "Dana")
    floor.clock.forward(600)
    with serving(floor) as server:
        floor.clock.forward(LEASE + 1)
        server.post("Ito", "claim_next")
        assert not still_mine(server, "Dana", card)


def test_silence_before_an_outage_counts(floor: TestFloor) -> None:
    with serving(floor) as server:
        card = server.post("Dana", "claim_next")[1]
        floor.clock.forward(LEASE - 5)
    floor.clock.forward(600)
    with serving(floor) as server:
        floor.clock.forward(6)
        server.post("Ito", "claim_next")
        assert not still_mine(server, "Dana", card)


def test_servers_that_come_and_go_beside_another_excuse_nobody(floor: TestFloor) -> None:
    card = serve_and_claim(floor, "Dana")
    hall = open_test_hall(floor)
    for _ in range(LEASE // 8 + 1):
        floor.clock.forward(8)
        open_test_hall(floor).close()
    hall.close()
    with serving(floor) as server:
        server.post("Ito", "claim_next")
        assert not still_mine(server, "Dana", card)


def test_a_reboot_is_an_outage_too(floor: TestFloor) -> None:
    card = serve_and_claim(floor, "Dana")
    floor.clock.boot, floor.clock.time = "the next boot", floor.clock.time + 300
    with serving(floor) as server:
        assert server.post("Ito", "claim_next")[1]["ticket"] != card["ticket"]
        assert still_mine(server, "Dana", card)
