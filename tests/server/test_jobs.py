"""Jobs over HTTP: progress as it comes, then the reply; refusals told with their status; hanging up stops them."""

from __future__ import annotations

import base64
import http.client
import json
from contextlib import closing
from typing import Any

import pytest

from salesdesk.desk import wire
from salesdesk.desk.registry import operations
from salesdesk.server.jobs import Running
from tests.floors import TestFloor, csv_of, people_rows
from tests.server.serving import TestServer, serving
from tests.steps import value


def lines(server: TestServer, name: str, operation: str, /, **asked: Any) -> list[dict[str, Any]]:
    """What a job answers, line by line."""
    token = server.token(name)
    status, body, headers = server.ask("POST", f"/v1/{operation}", token=token, body=json.dumps(asked).encode())
    assert status == 200, body
    assert headers["Content-Type"] == wire.JOB_LINES
    return [json.loads(line) for line in body.splitlines()]


def test_a_list_is_imported_with_progress_and_a_reply(floor: TestFloor) -> None:
    data = base64.b64encode(csv_of(people_rows(60)[24:])).decode()
    with serving(floor) as server:
        told = lines(server, "Cleo", "import_list", data=data, name="More", supplier="Apex")
    assert len(told) > 1
    assert all(set(line) == {"progress"} for line in told[:-1])
    assert told[-1]["reply"]["leads"] == 36


def test_the_audit_runs_behind_the_server(floor: TestFloor) -> None:
    with serving(floor) as server:
        assert lines(server, "Sam", "audit")[-1]["reply"]["differences"] == 0


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"data": base64.b64encode(b"\x00\x01").decode(), "name": "x", "supplier": "y"}, 422), ({"data": "%%%"}, 422)],
)
def test_a_job_that_is_refused_at_once_has_that_status(floor: TestFloor, asked: dict[str, str], status: int) -> None:
    with serving(floor) as server:
        found = server.post("Cleo", "import_list", **asked)
        assert found[0] == status, found
        assert "%%%" not in found[1]["message"]


def test_a_job_that_fails_later_says_so_in_its_last_line(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    step, steps = Running.step, []

    def fails(self: Running) -> bytes:
        steps.append(1)
        if len(steps) > 1:
            raise RuntimeError("Marta Oyelaran")
        return step(self)

    monkeypatch.setattr(Running, "step", fails)
    data = base64.b64encode(csv_of(people_rows(60)[24:])).decode()
    with serving(floor) as server:
        told = lines(server, "Cleo", "import_list", data=data, name="More", supplier="Apex")
    assert told[-1]["error"]["status"] == 500
    assert "Marta" not in json.dumps(told)


def test_who_hangs_up_stops_the_job_after_its_chunk(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []
    end = Running.end

    def noticed(self: Running) -> None:
        end(self)
        ended.append(True)

    monkeypatch.setattr(Running, "end", noticed)
    before = value(floor, "SELECT count(*) FROM event")
    with serving(floor) as server:
        token = server.token("Sam")
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            connection.request("POST", "/v1/audit", body=b"{}", headers={"Authorization": f"Bearer {token}"})
            connection.getresponse()
        while not ended:
            pass
    assert value(floor, "SELECT count(*) FROM event") == before + 1


def test_every_job_has_a_schema_for_its_lines() -> None:
    from salesdesk.server.openapi import document

    for name, what in operations().items():
        content = document()["paths"][f"/v1/{name}"]["post"]["responses"]["200"]["content"]
        assert set(content) == {wire.JOB_LINES if what.effect.value == "job" else "application/json"}
