"""What holds for every route: the version, the clock, the errors, the logs, the counts."""

from __future__ import annotations

import asyncio
import errno
import io
import json
import logging
from typing import Any

import pytest
from starlette.requests import Request

from salesdesk.desk import performing, wire
from salesdesk.desk.registry import operations
from salesdesk.server.door import Visit
from salesdesk.server.logs import LOGGER, Lines
from salesdesk.server.openapi import document
from salesdesk.server.watching import ReadyDoor
from salesdesk.store.session import StoreError
from tests.floors import TestFloor
from tests.server.serving import open_test_hall, serving
from tests.steps import rows

CANARIES = ("First", "Last", "@company", "+1212", "+1312", "555", "Company ", "sd_")


@pytest.mark.parametrize(("spoken", "told"), [("0", "older"), ("2", "another version"), ("x", "another"), ("²", "an")])
def test_an_old_client_is_told_so_and_writes_nothing(floor: TestFloor, spoken: str, told: str) -> None:
    with serving(floor) as server:
        token = server.token("Dana")
        before = rows(floor, "SELECT count(*) AS n FROM event")
        headers = {wire.WIRE_HEADER: spoken}
        status, body, _ = server.ask("POST", "/v1/claim_next", token=token, body=b"{}", headers=headers)
        assert status == 426
        assert told in json.loads(body)["message"]
        headers = {wire.WIRE_HEADER: str(wire.WIRE)}
        assert rows(floor, "SELECT count(*) AS n FROM event") == before
        assert server.ask("POST", "/v1/claim_next", token=token, body=b"{}", headers=headers)[0] == 200


def test_every_answer_tells_the_floors_time(floor: TestFloor) -> None:
    with serving(floor) as server:
        dana = server.token("Dana")
        for method, path, token in (
            ("POST", "/v1/claim_next", dana),
            ("POST", "/v1/claim_next", None),
            ("POST", "/v1/nothing", dana),
            ("GET", "/v1/claim_next", dana),
            ("GET", "/health/live", None),
        ):
            floor.clock.forward(7)
            headers = server.ask(method, path, token=token)[2]
            assert int(headers[wire.NOW_HEADER]) == floor.clock.now(), path


def test_unknown_routes_and_methods_are_told_in_json(floor: TestFloor) -> None:
    with serving(floor) as server:
        status, body, _ = server.ask("POST", "/v1/claim_nxt", token=server.token("Dana"))
        assert (status, json.loads(body)["error"]) == (404, "unknown_operation")
        status, body, headers = server.ask("DELETE", "/v1/claim_next", token=server.token("Dana"))
        assert (status, json.loads(body)["error"]) == (405, "wrong_method")
        assert "POST" in headers["Allow"]


def test_a_missing_token_is_asked_for(floor: TestFloor) -> None:
    with serving(floor) as server:
        status, body, headers = server.ask("GET", "/v1/me")
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "wants a token" in json.loads(body)["message"]
        assert server.ask("GET", f"/v1/me?token={server.token('Dana')}")[0] == 422


def test_an_error_of_the_server_tells_nobody_what_was_in_it(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Marta Oyelaran +13125550142")

    lines = io.StringIO()
    with logged_to(lines), serving(floor) as server:
        token = server.token("Dana")
        monkeypatch.setattr(performing, "perform", fail)
        status, body, _ = server.ask("POST", "/v1/claim_next", token=token, body=b"{}")
    assert (status, json.loads(body)["error"]) == (500, "internal")
    told = next(line for line in map(json.loads, lines.getvalue().splitlines()) if line["event"] == "error")
    assert told["error"] == "RuntimeError"
    assert any("test_door.py" in place for place in told["where"])
    assert "Marta" not in lines.getvalue() + body.decode()
    assert "555" not in body.decode()


def test_a_floor_that_cannot_be_reached_is_503_with_a_time(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(floor) as server:
        token = server.token("Dana")

        def gone(_: object) -> None:
            raise StoreError("the floor cannot be reached")

        monkeypatch.setattr(server.hall.counter.store, "write_and_look", gone)
        monkeypatch.setattr(server.hall.counter.store, "read", gone)
        for path, method in (("/v1/claim_next", "POST"), ("/health/ready", "GET")):
            status, body, headers = server.ask(method, path, token=token)
            assert (status, json.loads(body)["error"]) == (503, "unavailable")
            assert int(headers["Retry-After"]) >= 1
        assert server.ask("GET", "/health/live")[0] == 200
        monkeypatch.undo()
        assert server.ask("GET", "/health/ready")[0] == 200


def test_a_server_that_is_short_of_files_is_asked_again(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 is for a request that it fails at each time; such an outcome would stand aside as refused."""

    def short(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with serving(floor) as server:
        token = server.token("Dana")
        monkeypatch.setattr(performing, "perform", short)
        status, body, headers = server.ask("POST", "/v1/claim_next", token=token, body=b"{}")
        monkeypatch.undo()
    assert (status, json.loads(body)["error"]) == (503, "unavailable")
    assert int(headers["Retry-After"]) >= 1


def test_logs_have_ids_and_nothing_of_anybody(floor: TestFloor) -> None:
    lines = io.StringIO()
    with logged_to(lines), serving(floor) as server:
        card = server.post("Dana", "claim_next")[1]
        hold = {"ticket": card["ticket"], "token": card["token"]}
        server.post("Dana", "dialed", **hold)
        server.post("Dana", "record_outcome", **hold, outcome="referred", answers={"name": "Nora Fresh"})
        server.ask("POST", "/v1/claim_next", token=f"sd_1_{'s' * 43}", body=b'{"name": "Nora Fresh"}')
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    requests = [line for line in told if line["event"] == "request"]
    assert [(line["operation"], line["status"]) for line in requests][:2] == [("claim_next", 200), ("dialed", 200)]
    assert requests[0]["token"] > 0
    assert requests[0]["person"] > 0
    assert requests[0]["ms"] > 0
    assert requests[-1]["status"] == 401
    for canary in (*CANARIES, "Nora", card["token"]):
        assert canary not in lines.getvalue()


class logged_to:  # noqa: N801 - reads as a word where it is used
    """Send the server's log lines to a text."""

    def __init__(self, text: io.StringIO) -> None:
        self._handler = logging.StreamHandler(text)
        self._handler.setFormatter(Lines())

    def __enter__(self) -> None:
        self._before = LOGGER.level
        LOGGER.addHandler(self._handler)
        LOGGER.setLevel(logging.INFO)

    def __exit__(self, *_: object) -> None:
        LOGGER.removeHandler(self._handler)
        LOGGER.setLevel(self._before)


def test_a_foreign_error_is_logged_by_type_and_place() -> None:
    try:
        raise ValueError("Marta Oyelaran")
    except ValueError as error:
        record = logging.LogRecord("uvicorn", logging.ERROR, "", 0, "failed", (), (ValueError, error, None))
    line = json.loads(Lines().format(record))
    assert (line["event"], line["error"], line["level"]) == ("failed", "ValueError", "error")
    assert "Marta" not in json.dumps(line)


def test_requests_are_counted_by_operation_and_status(floor: TestFloor) -> None:
    with serving(floor) as server:
        server.post("Dana", "claim_next")
        server.post("Dana", "show_tokens")
        text = server.ask("GET", "/metrics")[1].decode()
    assert 'salesdesk_requests_total{operation="claim_next",status="200"} 1.0' in text
    assert 'salesdesk_requests_total{operation="show_tokens",status="403"} 1.0' in text
    assert 'salesdesk_request_seconds_count{operation="claim_next"} 1.0' in text
    assert "salesdesk_live_streams 0.0" in text
    assert "salesdesk_group_commit_size_count 1.0" in text
    assert "Dana" not in text


def test_metrics_behind_a_proxy_want_a_token(floor: TestFloor) -> None:
    with serving(floor, behind_proxy=True) as server:
        assert server.ask("GET", "/metrics")[0] == 401
        assert server.ask("GET", "/metrics", token=server.token("Dana"))[0] == 200


def test_use_of_a_token_is_noted_when_the_server_stops_and_only_use_that_succeeded(floor: TestFloor) -> None:
    with serving(floor) as server:
        server.get("Dana", "/v1/me")
        server.post("Ito", "show_tokens")
        dana, ito = (int(server.token(name).split("_")[1]) for name in ("Dana", "Ito"))
        assert rows(floor, "SELECT last_used_at FROM token WHERE id = ?", dana) == [{"last_used_at": None}]
    assert rows(floor, "SELECT last_used_at FROM token WHERE id = ?", dana) == [{"last_used_at": floor.clock.now()}]
    assert rows(floor, "SELECT last_used_at FROM token WHERE id = ?", ito) == [{"last_used_at": None}]


# the document -------------------------------------------------------------------------------------------------------


def test_the_document_is_served_and_whole(floor: TestFloor) -> None:
    with serving(floor) as server:
        told = json.loads(server.ask("GET", "/openapi.json")[1])
    assert told == document()
    text = json.dumps(told)
    for name in {part.split('"')[0] for part in text.split('"$ref": "#/components/')[1:]}:
        kind, _, key = name.partition("/")
        assert key in told["components"][kind], name


@pytest.mark.parametrize("name", sorted(operations()))
def test_each_operation_is_described_with_its_errors(name: str) -> None:
    post = document()["paths"][f"/v1/{name}"]["post"]
    assert post["operationId"] == name
    assert post["summary"]
    assert "For: " in post["description"]
    assert post["requestBody"]["content"]["application/json"]["schema"]
    assert set(post["responses"]) == {
        *("200", "401", "403", "404", "405", "408", "409", "413", "422", "426", "429", "500", "503")
    }


@pytest.mark.parametrize("status", [401, 403, 404, 408, 409, 413, 422, 429, 503])
def test_an_error_of_the_desk_survives_the_wire(status: int) -> None:
    problem = wire.Problem(error="lost_hold", message="this lead is not yours")
    error = wire.error_of(status, problem)
    assert str(error) == problem.message
    if status in (409, 422):
        assert wire.status_of(error) == status


async def test_all_who_ask_at_once_whether_the_floor_is_there_share_one_look(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = open_test_hall(floor)
    read, looks = hall.counter.store.read, []

    def counted(work: Any) -> Any:
        looks.append(work)
        return read(work)

    monkeypatch.setattr(hall.counter.store, "read", counted)
    door = ReadyDoor(hall, "health_ready")
    ready = Request({"type": "http"}), Visit("health_ready")
    await asyncio.gather(*(door.answer(*ready) for _ in range(5)))
    assert len(looks) == 1
    await door.answer(*ready)
    assert len(looks) == 2, "the next one looks anew"
    hall.close()


def test_an_address_has_no_second_form(floor: TestFloor) -> None:
    with serving(floor) as server:
        status, body, headers = server.ask("POST", "/v1/any_work/")
        assert status == 404
        assert json.loads(body)["error"] == "unknown_operation"
        assert "Location" not in headers
