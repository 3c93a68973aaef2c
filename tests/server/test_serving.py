"""The floor over HTTP: the same desk on a real socket, on a file and on PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from salesdesk.desk.people import AddPerson, SetState
from tests.floors import TestFloor, make_floor
from tests.server.listening import listening
from tests.server.serving import serving
from tests.steps import assert_clean


@pytest.fixture(params=("sqlite", "postgres"))
def floor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestFloor]:
    """A floor on each engine."""
    with make_floor(tmp_path, engine=request.param) as made:
        yield made


def test_a_lead_is_served_dialed_and_recorded_over_the_wire(floor: TestFloor) -> None:
    with serving(floor) as server:
        status, card = server.post("Dana", "claim_next")
        assert status == 200
        hold = {"ticket": card["ticket"], "token": card["token"]}
        assert server.post("Dana", "dialed", **hold)[1]["allowed"]
        status, recorded = server.post("Dana", "record_outcome", **hold, outcome="no_answer")
        assert status == 200, recorded
        again = server.post("Dana", "record_outcome", **hold, outcome="no_answer")
        assert again[0] == 409
        assert again[1]["error"] == "lost_hold"
    assert_clean(floor)


def test_the_person_comes_from_the_token(floor: TestFloor) -> None:
    with serving(floor) as server:
        dana, ito = server.post("Dana", "claim_next")[1], server.post("Ito", "claim_next")[1]
        assert dana["ticket"] != ito["ticket"]
        hold = {"ticket": dana["ticket"], "token": dana["token"]}
        assert server.post("Ito", "dialed", **hold)[0] == 409
        assert server.post("Ito", "claim_next", person="Dana")[0] == 422
        status, me = server.get("Dana", "/v1/me")
        assert (status, me["person"], me["roles"]) == (200, "Dana", ["sdr"])
        assert "secret" not in json.dumps(me)
        assert floor.counter.settings.secret.hex() not in json.dumps(me)
        assert len(me["floor_id"]) == 24


def test_a_claim_whose_answer_was_lost_is_answered_again_by_the_next_server(floor: TestFloor) -> None:
    with serving(floor) as server:
        first = server.post("Dana", "claim_next", key="lost on the way")
    with serving(floor) as server:
        assert server.post("Dana", "claim_next", key="lost on the way") == first
        hold = {"ticket": first[1]["ticket"], "token": first[1]["token"]}
        server.post("Dana", "dialed", **hold)
        asked = hold | {"outcome": "no_answer", "key": "also lost"}
        done = server.post("Dana", "record_outcome", **asked)
    with serving(floor) as server:
        assert server.post("Dana", "record_outcome", **asked) == done
        assert server.post("Dana", "my_numbers")[1]["mine"]["dials"] == 1
    assert_clean(floor)


def test_twelve_stations_at_once_are_served_twelve_leads(floor: TestFloor) -> None:
    names = [f"Caller {n}" for n in range(12)]
    for name in names:
        floor.ask("Sam", AddPerson(name=name, roles="sdr"))
    with serving(floor) as server, ThreadPoolExecutor(12) as pool:
        for name in names:
            server.token(name)
        answers = list(pool.map(lambda name: server.post(name, "claim_next"), names))
        assert [status for status, _ in answers] == [200] * 12
        tickets = {card["ticket"] for _, card in answers if card}
        assert len(tickets) == sum(card is not None for _, card in answers)
        assert len(tickets) >= 8
    assert_clean(floor)


def test_a_change_by_anybody_is_on_a_live_screen(floor: TestFloor) -> None:
    with serving(floor) as server, listening(server, "/v1/pulse", server.token("Sam")) as stream:
        first = stream.event()[1]["pulse"]
        floor.ask("Ito", SetState(state="ready"))  # beside the server
        second = stream.event()[1]["pulse"]
        server.post("Dana", "set_state", state="ready")
        assert first < second < stream.event()[1]["pulse"]


def test_two_servers_over_one_floor_know_of_each_other(floor: TestFloor) -> None:
    with serving(floor) as one, serving(floor) as other:
        card = one.post("Dana", "claim_next")[1]
        hold = {"ticket": card["ticket"], "token": card["token"]}
        assert other.ask("POST", "/v1/dialed", token=one.token("Dana"), body=json.dumps(hold).encode())[0] == 200
        assert other.post("Ito", "claim_next")[1]["ticket"] != card["ticket"]
        one.post("Sam", "revoke_token", token=int(other.token("Ito").split("_")[1]))
        assert other.post("Ito", "claim_next")[0] == 401
