"""How much of the server one token, one person, one address or one body may take."""

from __future__ import annotations

import json
import logging
import socket
from contextlib import suppress

import pytest

from salesdesk.desk.errors import BadRequest
from salesdesk.server import limits
from salesdesk.server.limits import Buckets, refuse_what_no_store_can_keep
from tests.floors import TestFloor
from tests.server.serving import serving
from tests.steps import HOUR, rows


class Seconds:
    """A clock for buckets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_a_burst_and_then_its_rate() -> None:
    clock = Seconds()
    bucket = Buckets(per_minute=60, burst=3, clock=clock)
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 0]
    assert bucket.take("a") == pytest.approx(1)
    assert bucket.take("b") == 0
    clock.now += 0.5
    assert bucket.take("a") == pytest.approx(0.5)
    clock.now += 0.5
    assert bucket.take("a") == 0
    clock.now += 10_000
    assert [bucket.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_a_bucket_remembers_a_bounded_number_of_keys() -> None:
    bucket = Buckets(per_minute=60, burst=1)
    for key in range(30_000):
        bucket.take(key)
    assert len(bucket._levels) <= 20_001


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 9223372036854775808}',
        b'{"a": [{"b": -1e300}]}',
        b'{"a":1E40}',
        b'{"a":[1,2.5e+99]}',
        b'{"a": "x\\u0000y"}',
    ],
)
def test_what_no_store_can_keep_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        refuse_what_no_store_can_keep(body)


@pytest.mark.parametrize("body", [b'{"a": 9223372036854775807}', b'{"a": "123456789012345678901234567890"}', b"{}"])
def test_long_digits_in_text_are_just_text(body: bytes) -> None:
    refuse_what_no_store_can_keep(body)


def test_a_token_that_asks_too_fast_waits(floor: TestFloor) -> None:
    with serving(floor, requests_per_minute=6, burst=2) as server:
        dana = server.token("Dana")
        assert [server.ask("GET", "/v1/me", token=dana)[0] for _ in range(2)] == [200, 200]
        status, body, headers = server.ask("GET", "/v1/me", token=dana)
        assert (status, json.loads(body)["error"]) == (429, "rate")
        assert 1 <= int(headers["Retry-After"]) <= 10
        assert server.get("Ito", "/v1/me")[0] == 200


def test_an_address_that_guesses_waits_and_those_with_tokens_there_do_not(floor: TestFloor) -> None:
    with serving(floor, failures_per_minute=3) as server:
        guess = f"sd_1_{'g' * 43}"
        assert [server.ask("GET", "/v1/me", token=guess)[0] for _ in range(4)] == [401, 401, 401, 429]
        assert server.ask("GET", "/v1/me")[0] == 429
        assert server.get("Dana", "/v1/me")[0] == 200


def test_an_hour_shows_one_person_only_so_many_leads(floor: TestFloor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "salesdesk.server")
    with serving(floor, leads_per_hour=10) as server:
        seen = set()
        for _ in range(40):
            floor.clock.forward(HOUR // 40)
            status, card = server.post("Dana", "claim_next")
            if status == 429:
                assert card["error"] == "pace"
                continue
            seen.add(card["ticket"])
            hold = {"ticket": card["ticket"], "token": card["token"]}
            assert server.post("Dana", "dialed", **hold)[0] == 200
            assert server.post("Dana", "record_outcome", **hold, outcome="no_answer")[0] == 200
        assert len(seen) == 10
        assert any(record.getMessage() == "pace" for record in caplog.records)
        assert server.post("Ito", "claim_next")[0] == 200
        floor.clock.forward(2 * HOUR)
        assert server.post("Dana", "claim_next")[0] == 200


def test_a_lead_that_comes_with_an_outcome_counts_too_and_the_outcome_stands(floor: TestFloor) -> None:
    with serving(floor, leads_per_hour=3) as server:
        _, card = server.post("Dana", "claim_next")
        for more in (True, True, False):
            hold = {"ticket": card["ticket"], "token": card["token"]}
            server.post("Dana", "dialed", **hold)
            status, done = server.post("Dana", "record_outcome", **hold, outcome="no_answer", serve="sdr")
            assert (status, done["next"] is not None) == (200, more)
            card = done["next"]
        assert server.post("Dana", "claim_next")[1]["error"] == "pace"
        floor.clock.forward(HOUR + 1)
        assert server.post("Dana", "claim_next")[0] == 200


def test_a_pace_is_of_the_last_hour_and_of_all_servers(floor: TestFloor) -> None:
    with serving(floor, leads_per_hour=2) as one, serving(floor, leads_per_hour=2) as other:
        for server in (one, other):
            _, card = server.post("Dana", "claim_next")
            skipped = server.post("Dana", "skip", ticket=card["ticket"], token=card["token"], reason="language")
            assert skipped[0] == 200
            floor.clock.forward(600)
        for server in (one, other):
            assert server.post("Dana", "claim_next")[1]["error"] == "pace"
        floor.clock.forward(HOUR - 1200)
        assert one.post("Dana", "claim_next")[1]["error"] == "pace"
        floor.clock.forward(1)
        assert one.post("Dana", "claim_next")[0] == 200


def test_a_lead_in_hand_stays_in_hand_however_fast_one_was(floor: TestFloor) -> None:
    with serving(floor, leads_per_hour=1) as server:
        first = server.post("Dana", "claim_next", key="a")
        assert server.post("Dana", "claim_next", key="a") == first
        assert server.post("Dana", "claim_next", key="b")[1]["ticket"] == first[1]["ticket"]


@pytest.mark.parametrize("length", [2**20 + 1, 2**40])
def test_a_body_that_says_it_is_too_large_is_not_read(floor: TestFloor, length: int) -> None:
    with serving(floor) as server:
        headers = {"Content-Length": str(length)}
        status, body, _ = server.ask("POST", "/v1/claim_next", token=server.token("Dana"), headers=headers)
        assert (status, json.loads(body)["error"]) == (413, "too_large")


def test_a_body_in_pieces_is_cut_off_at_the_limit(floor: TestFloor) -> None:
    with serving(floor) as server:
        pieces = b"".join(b"10000\r\n" + b" " * 0x10000 + b"\r\n" for _ in range(17))
        headers = {"Transfer-Encoding": "chunked"}
        dana = server.token("Dana")
        status, _, _ = server.ask("POST", "/v1/claim_next", token=dana, body=pieces + b"0\r\n\r\n", headers=headers)
        assert status == 413


def test_a_file_may_be_larger_and_a_strangers_is_not_read(floor: TestFloor) -> None:
    with serving(floor) as server:
        large = json.dumps({"data": "QUJD" * 400_000, "name": "x", "supplier": "y"}).encode()
        assert server.ask("POST", "/v1/preview_list", token=server.token("Cleo"), body=large)[0] in (200, 422)
        headers = {"Content-Length": str(10**7)}
        assert server.ask("POST", "/v1/preview_list", headers=headers)[0] == 401
        assert server.ask("POST", "/v1/preview_list", token=server.token("Dana"), headers=headers)[0] == 403


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"{", b'{"station": 7}', b'{"station": "sdr", "person": 3}', b"[" * 100_000, b"\xff\xfe",
     b'{"station": "\\ud800"}', b'{"key": "' + b"k" * 81 + b'"}', b'{"station": "nowhere"}'],
)  # fmt: skip
def test_nonsense_is_refused_in_a_sentence_without_what_was_sent(floor: TestFloor, body: bytes) -> None:
    before = rows(floor, "SELECT * FROM receipt")
    with serving(floor) as server:
        operation = "claim_next" if body else "explain_ticket"
        status, answer, _ = server.ask("POST", f"/v1/{operation}", token=server.token("Dana"), body=body)
        told = json.loads(answer)
        assert status == 422, told
        assert told["message"]
        assert len(told["message"]) < 300
    assert [each for each in rows(floor, "SELECT * FROM receipt") if each not in before] == [
        each for each in rows(floor, "SELECT * FROM receipt") if each["operation"] == "issue_token"
    ]


@pytest.mark.parametrize("head", [b"POST /v1/claim_next HTTP/1.1\r\nX-A: ", b"GET /"])
def test_a_head_without_an_end_is_cut_off(floor: TestFloor, head: bytes) -> None:
    with serving(floor) as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(head)
        with suppress(ConnectionError):
            for _ in range(40):
                line.sendall(b"a" * 8192)
        with suppress(ConnectionError):
            assert line.recv(4096).startswith(b"HTTP/1.1 431 ")
        assert server.get("Dana", "/v1/me")[0] == 200


def test_a_head_that_never_ends_is_not_waited_for(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.server.protocol.HEAD_SECONDS", 0.05)
    with serving(floor) as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"POST /v1/claim_next HTTP/1.1\r\nX-A: ")
        assert line.recv(4096) == b""


def test_a_body_that_never_comes_is_not_waited_for(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SMALL_SECONDS", 0.05)
    with serving(floor) as server:
        headers = {"Content-Length": "10"}
        status, body, _ = server.ask("POST", "/v1/claim_next", token=server.token("Dana"), headers=headers)
        assert (status, json.loads(body)["error"]) == (408, "too_slow")
