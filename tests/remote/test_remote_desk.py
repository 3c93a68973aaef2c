"""A desk at the other end of a real line: the same answers, the same keys, and no word of the token."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from salesdesk.desk.batches import DraftBatch
from salesdesk.desk.boards import Board
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.lists import ImportList
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.serving import ClaimNext, Held
from salesdesk.remote import open_remote
from salesdesk.store.session import StoreError
from tests.floors import csv_of, finish, people_rows
from tests.remote.lines import Line, in_hand, outcome, told, until
from tests.steps import rows, value


def test_a_lead_is_worked_as_at_the_floors_own_file(line: Line) -> None:
    dana = line.desk()
    assert dana.ask(SignIn()).floor == "Northwind floor"
    card = in_hand(dana)
    assert dana.ask(Held()) is not None
    assert told(dana, card).then == "back to the pool"
    assert dana.ask(Held()) is None
    assert rows(line.floor, "SELECT outcome FROM event WHERE kind = 'recorded'") == [{"outcome": "no_answer"}]


def test_a_refusal_travels_with_its_code_and_sentence(line: Line) -> None:
    dana = line.desk()
    card = dana.ask(ClaimNext())
    assert card is not None
    with pytest.raises(Refused) as caught:
        told(dana, card)
    assert (caught.value.code, caught.value.message) == ("no_dial", "dial or skip")
    assert dana.link().conflicts == 0
    with pytest.raises(BadRequest, match="the state is one of"):
        dana.ask(SetState(state="asleep"))
    with pytest.raises(Refused, match="is for"):
        dana.ask(Board())


def test_a_job_tells_its_progress_and_its_refusal(line: Line) -> None:
    import base64

    cleo = line.desk("Cleo")
    data = base64.b64encode(csv_of(people_rows(30)[24:]))
    assert finish(cleo.start(ImportList(data=data, name="More"))).leads == 6
    with pytest.raises(BadRequest):
        finish(cleo.start(ImportList(data=base64.b64encode(b""), name="None")))


async def test_the_pulse_moves_when_somebody_else_does_something(line: Line) -> None:
    dana = line.desk()
    before = await dana.pulse()
    await asyncio.to_thread(until, lambda: dana._contact.moves > before, "the first pulse")
    settled = await dana.pulse()
    line.floor.ask("Ito", SignIn())
    await asyncio.to_thread(until, lambda: dana._contact.moves > settled, "the pulse of Ito's sign-in")


def test_an_answer_that_was_lost_is_asked_for_again_under_the_same_key(line: Line) -> None:
    dana = line.desk()
    line.relay.drop_answer()
    card = dana.ask(ClaimNext())
    assert card is not None
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'served'") == 1
    line.relay.drop_answer()
    assert in_hand(dana).token == card.token
    line.relay.drop_answer()
    assert told(dana, card).event > 0
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'dialed'") == 1


def test_what_cannot_wait_is_asked_for_again_under_the_same_key_too(line: Line) -> None:
    cleo = line.desk("Cleo")
    line.relay.drop_answer()
    drafted = cleo.ask(DraftBatch(campaign=1, quantity=5))
    assert value(line.floor, "SELECT max(id) FROM batch") == drafted.batch
    assert value(line.floor, "SELECT count(*) FROM batch") == 2, "the released one, and this one"


def test_the_floors_clock_counts_and_a_skew_is_told(line: Line) -> None:
    dana = line.desk()
    assert abs(dana.now() - line.floor.clock.now()) <= 1
    assert dana.link().skew != 0
    line.floor.clock.forward(600)
    dana.ask(Held())
    assert abs(dana.now() - line.floor.clock.now()) <= 1


def test_a_heartbeat_that_nobody_hears_is_dropped(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    assert dana.ask(Heartbeat(ticket=card.ticket, token=card.token)).holding
    assert dana.link().unsent == 0


def test_somebody_elses_token_is_not_mine(line: Line) -> None:
    line.desk("Dana")
    with pytest.raises(BadRequest, match="this token is Dana's, not Ito's"):
        open_remote(line.relay.url, "Ito")


def test_a_floor_that_is_away_is_one_sentence(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    dana = line.desk()
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 0.0)
    line.relay.cut()
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:\d+ cannot be reached; the next lead comes when"):
        dana.ask(ClaimNext())
    monkeypatch.setattr("salesdesk.remote.desk.OPENING", 0.0)
    with pytest.raises(StoreError, match="cannot be reached"):
        line.desk()


def test_no_error_and_no_log_tells_the_token(
    line: Line, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 0.0)
    dana = line.desk()
    token = line.server.token("Dana")
    dana.ask(SignIn())
    line.relay.cut()
    with pytest.raises(StoreError) as caught:
        dana.ask(CreateCampaign(name="x", offer="y", initial="z", script="s"))
    said = [repr(caught.value), repr(dana.wire), repr(vars(dana.wire.place.__class__)), *caplog.messages]
    said += [record.getMessage() + str(record.args) for record in caplog.records]
    assert token not in "\n".join(said)


# servers of another kind --------------------------------------------------------------------------------------------


@contextmanager
def answering(*answers: str) -> Iterator[tuple[str, list[bytes]]]:
    """Something at a port that answers each connection with the next of these texts; its address and what it heard."""
    heard: list[bytes] = []
    with socket.socket(fileno=socket.create_server(("127.0.0.1", 0)).detach()) as door:

        def serve() -> None:
            for answer in answers:
                near, _ = door.accept()
                with near:
                    heard.append(near.recv(65536))
                    near.sendall(answer.replace("\n", "\r\n").encode())

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", heard
        thread.join()


def answer(status: str, body: str = "", *headers: str) -> str:
    return "\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            answer("426 Upgrade", '{"error": "wire", "message": "this salesdesk is too old"}', "Salesdesk-Now: 7"),
            "this salesdesk is too old",
        ),
        (
            answer("401 No", '{"error": "token", "message": "this token opens nothing"}', "Salesdesk-Now: 7"),
            "this token opens nothing",
        ),
        (answer("404 Not Found", "<html>"), "no salesdesk that this one understands answers"),
        (answer("200 OK", '{"hello": 1}'), "no salesdesk that this one understands answers"),
        (
            answer("200 OK", '{"id": 1, "person": "Dana"}', "Salesdesk-Now: 7"),
            "no salesdesk that this one understands answers",
        ),
        (answer("302 Found", "", "Location: http://127.0.0.1:9/"), "a token is not carried along"),
    ],
    ids=["newer server", "revoked", "another site", "another program", "older server", "redirect"],
)
def test_a_server_that_will_not_do_says_so_in_a_sentence(
    text: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALESDESK_TOKEN", "sd_1_" + "t" * 43)
    with answering(text) as (url, heard), pytest.raises((StoreError, BadRequest), match=sentence):
        open_remote(url)
    assert b"Salesdesk-Wire: 1" in heard[0]


def test_outcomes_of_another_kind_never_reach_the_file_twice(line: Line) -> None:
    """The same request, asked again by hand, is answered from its receipt."""
    dana = line.desk()
    ask = outcome(in_hand(dana), "voicemail")
    assert dana.ask(ask) == dana.ask(ask)
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
