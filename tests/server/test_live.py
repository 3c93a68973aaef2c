"""Live screens: a change is told within a second, computed once for all who ask the same, and streams end."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from salesdesk.desk import performing, registry
from salesdesk.desk.people import AddPerson, SetState
from salesdesk.desk.registry import Request
from salesdesk.desk.serving import AnyWork
from salesdesk.desk.tokens import RevokeToken
from tests.floors import TestFloor
from tests.server.listening import Listener, listening
from tests.server.serving import TestServer, issue, serving
from tests.steps import value


def test_the_pulse_is_told_at_once_and_moves_with_what_happens(floor: TestFloor) -> None:
    with serving(floor) as server, listening(server, "/v1/pulse", server.token("Dana")) as stream:
        name, first = stream.event()
        assert name == "pulse"
        assert first["now"] == floor.clock.now()
        floor.ask("Ito", SetState(state="ready"))
        assert stream.event()[1]["pulse"] > first["pulse"]


def test_the_board_is_told_at_once_and_again_after_a_change(floor: TestFloor) -> None:
    with serving(floor) as server, listening(server, "/v1/live/board", server.token("Sam")) as stream:
        name, first = stream.event()
        assert name == "board"
        assert first == server.post("Sam", "board")[1]
        floor.clock.forward(60)
        server.post("Dana", "claim_next")
        assert stream.event()[1]["at"] == floor.clock.now()


def test_equal_askers_share_one_answer(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    perform = performing.perform

    def counted(counter: Any, person: int, request: Request[Any], *more: Any) -> Any:
        asked.append(registry.of(request).name)
        return perform(counter, person, request, *more)

    monkeypatch.setattr(performing, "perform", counted)
    with serving(floor) as server:
        sam, cleo = server.token("Sam"), server.token("Cleo")
        with (
            listening(server, "/v1/live/board", sam) as one,
            listening(server, "/v1/live/board", sam) as two,
            listening(server, "/v1/live/board", cleo) as other,
        ):
            streams = (one, two, other)
            for stream in streams:
                stream.event()
            floor.clock.forward(60)
            floor.ask("Ito", SetState(state="ready"))
            told = [until(stream, floor.clock.now()) for stream in streams]
            assert told[0][-1] == told[1][-1]
    assert asked.count("board") < sum(map(len, told)) + len(streams), "one for each set of roles"


def until(stream: Listener, at: int) -> list[Any]:
    """The states of a board up to the one of this time."""
    states = [stream.event()[1]]
    while states[-1]["at"] != at:
        states.append(stream.event()[1])
    return states


def test_my_numbers_are_mine(floor: TestFloor) -> None:
    with (
        serving(floor) as server,
        listening(server, "/v1/live/my_numbers", server.token("Dana")) as dana,
        listening(server, "/v1/live/my_numbers", server.token("Ito")) as ito,
    ):
        assert (dana.event()[1]["team_name"], ito.event()[1]["team_name"]) == ("Red", "Blue")


@pytest.mark.parametrize("path", ["/v1/pulse", "/v1/live/board"])
def test_a_stream_ends_with_its_token(floor: TestFloor, path: str) -> None:
    with serving(floor) as server:
        token = issue(floor, "Sam")
        with listening(server, path, token) as stream:
            stream.event()
            floor.ask("Sam", RevokeToken(token=int(token.split("_")[1])))
            assert len(stream.rest()) <= 1


def test_a_stream_ends_when_its_person_gets_other_roles(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Zoe", roles="supervisor"))
    with serving(floor) as server, listening(server, "/v1/live/board", issue(floor, "Zoe")) as stream:
        stream.event()
        floor.ask("Sam", AddPerson(name="Zoe", roles="sdr"))
        assert len(stream.rest()) <= 1


def test_a_stopping_server_ends_its_streams(floor: TestFloor) -> None:
    ended: list[int] = []
    with serving(floor) as server:
        ready = threading.Barrier(3)

        def watch(path: str, name: str) -> None:
            with listening(server, path, server.token(name)) as stream:
                stream.event()
                ready.wait()
                stream.rest()
                ended.append(1)

        for name in ("Sam", "Cleo"):
            server.token(name)
        threads = [
            threading.Thread(target=watch, args=args) for args in (("/v1/pulse", "Sam"), ("/v1/live/board", "Cleo"))
        ]
        for thread in threads:
            thread.start()
        ready.wait()
    for thread in threads:
        thread.join()
    assert ended == [1, 1]


def test_streams_are_counted_and_given_back(floor: TestFloor) -> None:
    with serving(floor, streams_per_token=1, streams=2) as server:
        dana, ito, sam = (server.token(name) for name in ("Dana", "Ito", "Sam"))
        with listening(server, "/v1/pulse", dana) as one, listening(server, "/v1/pulse", ito) as two:
            one.event()
            two.event()
            assert server.ask("GET", "/v1/pulse", token=dana)[0] == 429
            assert server.ask("GET", "/v1/pulse", token=sam)[0] == 503
            assert b"salesdesk_live_streams 2.0" in server.ask("GET", "/metrics")[1]
        while b"salesdesk_live_streams 0.0" not in server.ask("GET", "/metrics")[1]:
            pass
        with listening(server, "/v1/pulse", dana) as again:
            again.event()


# waiting for work ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wait", ["x", "-1", "26", "²", "1e1", "x&wait=8", "8&wait=8"])
def test_a_wait_is_one_number_of_seconds(floor: TestFloor, wait: str) -> None:
    with serving(floor) as server:
        path = f"/v1/claim_next?wait={quote(wait, safe='&=')}"
        assert server.ask("POST", path, token=server.token("Dana"), body=b"{}")[0] == 422


def test_a_claim_that_may_wait_does_not_when_there_is_work(floor: TestFloor) -> None:
    with serving(floor) as server:
        dana = server.token("Dana")
        status, body, _ = server.ask("POST", "/v1/claim_next?wait=25", token=dana, body=b'{"key": "k"}')
        assert status == 200
        card = json.loads(body)
        assert card["ticket"]
        again = server.ask("POST", "/v1/claim_next?wait=25", token=dana, body=b'{"key": "k"}')
        assert json.loads(again[1]) == card


def empty_the_queue(server: TestServer) -> None:
    """Ito calls everybody."""
    while (card := server.post("Ito", "claim_next")[1]) is not None:
        hold = {"ticket": card["ticket"], "token": card["token"]}
        server.post("Ito", "dialed", **hold)
        server.post("Ito", "record_outcome", **hold, outcome="no_answer")


def first_look(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once a claim that waits has looked for work and found none."""
    looked, perform = threading.Event(), performing.perform

    def noticed(counter: Any, person: int, request: Request[Any], *more: Any) -> Any:
        found = perform(counter, person, request, *more)
        if isinstance(request, AnyWork):
            looked.set()
        return found

    monkeypatch.setattr(performing, "perform", noticed)
    return looked


@contextmanager
def waiting_claim(server: TestServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Dana's claim has looked for work and found none when the block begins; what it is answered in the end."""
    looked = first_look(monkeypatch)
    answers: list[Any] = []
    dana = server.token("Dana")

    def claim() -> None:
        answers.append(json.loads(server.ask("POST", "/v1/claim_next?wait=25", token=dana, body=b"{}")[1]))

    thread = threading.Thread(target=claim)
    thread.start()
    looked.wait()
    yield answers
    thread.join()


def test_a_waiting_claim_gets_the_lead_that_comes(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(floor) as server:
        empty_the_queue(server)
        with waiting_claim(server, monkeypatch) as answers:
            floor.clock.forward(5 * 3600)
        assert answers[0]["ticket"]


def test_a_live_screen_moves_with_the_clock_alone(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.server.live.MADE_ANEW", 0.1)
    with serving(floor) as server, listening(server, "/v1/live/board", server.token("Sam")) as stream:
        before = stream.event()[1]["at"]
        floor.clock.forward(90)
        while (now := stream.event()[1]["at"]) == before:
            pass
        assert now == before + 90


def test_a_token_that_is_revoked_while_its_claim_waits_is_served_nothing(
    floor: TestFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(floor) as server:
        empty_the_queue(server)
        with waiting_claim(server, monkeypatch) as answers:
            floor.ask("Sam", RevokeToken(token=int(server.token("Dana").split("_")[1])))
            floor.clock.forward(5 * 3600)
        assert answers[0]["error"] == "token"
    assert value(floor, "SELECT count(*) FROM hold") == 0


def test_who_hangs_up_while_a_claim_waits_is_served_nothing(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = first_look(monkeypatch)
    with serving(floor) as server:
        empty_the_queue(server)
        dana = server.token("Dana")
        head = f"Host: x\r\nAuthorization: Bearer {dana}\r\nContent-Length: 2\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(f"POST /v1/claim_next?wait=25 HTTP/1.1\r\n{head}{{}}".encode())
            looked.wait()
        floor.clock.forward(5 * 3600)
    assert value(floor, "SELECT count(*) FROM hold") == 0


def test_a_stopping_server_lets_a_waiting_claim_go(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as after, serving(floor) as server:
        empty_the_queue(server)
        answers = after.enter_context(waiting_claim(server, monkeypatch))
    assert answers == [None]
