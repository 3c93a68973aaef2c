"""The floor over HTTP: the same desk on a real socket."""

from __future__ import annotations

import json

from tests.floors import TestFloor
from tests.server.serving import serving
from tests.steps import assert_clean


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
