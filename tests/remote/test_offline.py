"""Work that is typed while the floor is away: on disk before it is answered, sent once and in order, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from salesdesk.desk.calls import Answered, Dialed
from salesdesk.desk.errors import Refused
from salesdesk.desk.link import SAVED
from salesdesk.desk.people import SetState
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.remote import RemoteDesk, open_remote
from salesdesk.remote.wire import TooMany
from salesdesk.store.session import StoreError
from tests.floors import csv_of, make_floor
from tests.remote.lines import Line, in_hand, lines, outcome, told, until
from tests.server.serving import serving
from tests.steps import assert_clean, rows, value


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what is known not to come."""
    monkeypatch.setattr("salesdesk.remote.sending.IN_HAND", 0.2)
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 0.2)


def kinds(line: Line) -> list[str]:
    return [row["kind"] for row in rows(line.floor, "SELECT kind FROM event WHERE ticket_id IS NOT NULL ORDER BY id")]


def sent(desk: RemoteDesk) -> None:
    until(lambda: desk.link().unsent == 0, "the outbox is empty")


def lost_to(line: Line, name: str) -> None:
    """The lead goes to a colleague: its hold has run out, and they claim."""
    line.floor.clock.forward(60)
    while (card := line.floor.ask(name, ClaimNext())) is not None:
        line.floor.ask(name, Dialed(ticket=card.ticket, token=card.token))
        line.floor.ask(name, outcome(card))


def test_an_outcome_typed_offline_is_kept_said_so_and_sent_once(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    done = told(dana, card, "voicemail")
    assert (done.event, done.then) == (0, SAVED)
    assert dana.link().unsent == 1
    line.relay.mend()
    sent(dana)
    assert kinds(line).count("recorded") == 1
    assert dana.link().conflicts == 0
    assert_clean(line.floor)


def test_no_lead_is_served_into_empty_air_when_it_is_sent_later(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    done = dana.ask(outcome(card).model_copy(update={"serve": "sdr"}))
    assert (done.event, done.next) == (0, None)
    line.relay.mend()
    sent(dana)
    assert kinds(line)[-1] == "recorded"
    assert value(line.floor, "SELECT count(*) FROM hold") == 0


def test_a_sender_that_looks_at_once_knows_that_somebody_waits(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    dana = line.desk()
    card = in_hand(dana)
    keep, turn = dana._outbox.put, dana._sender._turn

    def kept_and_seen(**given: object) -> object:
        row = keep(**given)  # type: ignore[arg-type]
        at_once = threading.Thread(target=turn)
        at_once.start()
        at_once.join(0.1)  # long enough to send it, were it not for the lock
        return row

    monkeypatch.setattr(dana._outbox, "put", kept_and_seen)
    done = dana.ask(outcome(card).model_copy(update={"serve": "sdr"}))
    assert done.event
    assert done.next is not None


def test_what_was_typed_is_replayed_in_order(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    dana.ask(Answered(ticket=card.ticket, token=card.token))
    told(dana, card, "no", reason="no_need")
    dana.ask(SetState(state="paused", code="lunch"))
    assert dana.link().unsent == 3
    line.relay.mend()
    sent(dana)
    assert kinds(line)[-2:] == ["answered", "recorded"]
    assert value(line.floor, "SELECT state FROM seat WHERE person_id = 1") == "paused"


def test_talk_time_is_that_of_the_call_not_of_the_outage(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    dana.ask(Answered(ticket=card.ticket, token=card.token))
    line.floor.clock.forward(30)
    line.relay.cut()
    dana.ask(outcome(card, "no", reason="no_need").model_copy(update={"talk_seconds": 25, "wrap_seconds": 5}))
    line.floor.clock.forward(10)
    line.relay.mend()
    sent(dana)
    assert value(line.floor, "SELECT sum(talk_seconds) FROM rollup") == 25


def test_claims_and_dials_wait_for_the_floor(line: Line) -> None:
    dana = line.desk()
    card = dana.ask(ClaimNext())
    assert card is not None
    line.relay.cut()
    with pytest.raises(StoreError, match="do not dial yet"):
        dana.ask(Dialed(ticket=card.ticket, token=card.token))
    assert dana.ask(Skip(ticket=card.ticket, token=card.token, reason="language")).note == SAVED
    with pytest.raises(StoreError, match="1 unsent: what was typed before goes first"):
        dana.ask(ClaimNext())
    line.relay.mend()
    sent(dana)
    served = dana.ask(ClaimNext())
    assert served is not None
    assert served.ticket != card.ticket


def test_a_full_outbox_goes_on_after_a_restart_before_the_first_claim(line: Line) -> None:
    first = line.desk()
    card = in_hand(first)
    line.relay.cut()
    told(first, card)
    line.leave(first)
    line.relay.mend()
    again = line.desk()
    served = again.ask(ClaimNext())
    assert served is not None
    assert kinds(line)[-2:] == ["recorded", "served"]


@pytest.mark.parametrize("away", [True, False], ids=["floor away", "floor there"])
def test_a_station_killed_after_it_said_saved_has_lost_nothing(line: Line, away: bool) -> None:
    line.leave(line.desk())
    command = [sys.executable, "-m", "tests.remote.typist", line.relay.url, "Dana"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as typist:
        assert typist.stdin is not None
        assert typist.stdout is not None
        ticket = int(typist.stdout.readline())
        if away:
            line.relay.cut()
        typist.stdin.write("\n")
        typist.stdin.flush()
        assert typist.stdout.readline().strip() == ("saved" if away else "sent")
        typist.send_signal(signal.SIGKILL)
        typist.wait()
    line.relay.mend()
    sent(line.desk())
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'recorded' AND ticket_id = ?", ticket) == 1
    assert_clean(line.floor)


def test_work_that_the_floor_refuses_later_becomes_an_item_that_says_why(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    told(dana, card, "no", reason="price", objection="they buy in spring")
    lost_to(line, "Ito")
    line.relay.mend()
    until(lambda: dana.link().conflicts, "the refusal")
    (conflict,) = dana.conflicts()
    assert conflict.about == f"{card.name}, {card.account}"
    assert conflict.typed == ("record outcome", "outcome: no", "reason: price", "objection: they buy in spring")
    assert "not yours" in conflict.reason
    assert dana.settle(conflict.id) is False
    assert dana.link().conflicts == 0


def test_a_refused_item_names_whom_it_was_about_also_when_they_came_with_an_outcome(line: Line) -> None:
    dana = line.desk()
    card = dana.ask(outcome(in_hand(dana)).model_copy(update={"serve": "sdr"})).next
    assert card is not None
    assert dana.ask(Dialed(ticket=card.ticket, token=card.token)).allowed
    line.relay.cut()
    told(dana, card)
    lost_to(line, "Ito")
    line.relay.mend()
    until(lambda: dana.link().conflicts, "the refusal")
    assert dana.conflicts()[0].about == f"{card.name}, {card.account}"


def test_a_do_not_call_counts_even_when_the_lead_is_somebody_elses_by_then(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    assert dana.ask(OptOut(ticket=card.ticket, token=card.token)).note == SAVED
    lost_to(line, "Ito")
    line.relay.mend()
    sent(dana)
    assert dana.link().conflicts == 0
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'opted_out' AND lead_id = ?", card.lead) == 1
    assert_clean(line.floor)


def test_the_outcome_do_not_call_counts_late_as_well(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.cut()
    told(dana, card, "do_not_call")
    lost_to(line, "Ito")
    line.relay.mend()
    sent(dana)
    assert dana.link().conflicts == 0
    assert value(line.floor, "SELECT count(*) FROM event WHERE kind = 'opted_out' AND lead_id = ?", card.lead) == 1


def test_a_do_not_call_that_the_server_failed_at_is_sent_again_rather_than_cleared(line: Line) -> None:
    dana = line.desk()
    line.relay.cut()
    assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    (id, _refused) = dana._outbox.standing()[0]
    dana._outbox.refuse(id, "broken", "the server failed at this")
    line.relay.mend()
    assert dana.settle(id) is True
    sent(dana)
    assert dana.conflicts() == ()
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1


def test_a_company_that_the_floor_does_not_know_takes_off_whoever_asked(tmp_path: Path) -> None:
    row = ["Ann", "Alone", "a@b.example", "+12125550100", "Owner", "", "", "", "US"]
    with make_floor(tmp_path, data=csv_of([row])) as floor, lines(floor) as line:
        dana = line.desk()
        card = in_hand(dana)
        line.relay.cut()
        dana.ask(OptOut(ticket=card.ticket, token=card.token, scope="company"))
        line.relay.mend()
        until(lambda: dana.link().conflicts == 1 and dana.link().unsent == 0, "the refusal and what follows from it")
        assert "no company" in dana.conflicts()[0].reason
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'opted_out'") == 1
        assert dana.settle(dana.conflicts()[0].id) is False


def test_a_pace_that_is_too_fast_holds_up_nothing_but_the_write_itself(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana = line.desk()
    send = dana.wire.send

    def too_fast(operation: str, body: str) -> bytes:
        if operation != "skip":
            return send(operation, body)
        no = TooMany("pace", "you went through 120 leads within the hour")
        no.after = 3600
        raise no

    monkeypatch.setattr(dana._sender, "_send", too_fast)
    card = in_hand(dana)
    skip = Skip(ticket=card.ticket, token=card.token, reason="bad_data")
    with monkeypatch.context() as awaited:
        awaited.setattr("salesdesk.remote.sending.IN_HAND", 30)
        with pytest.raises(Refused, match="leads within the hour"):
            dana.ask(skip)
    monkeypatch.setattr("salesdesk.remote.sending.IN_HAND", -1)
    assert dana.ask(skip).note == dana.ask(OptOut(number="+12125550100")).note == SAVED
    sent(dana)
    assert dana.link().conflicts == 1
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1


def test_no_rest_is_longer_than_some_seconds(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.remote.sending.LONGEST", 0.1)
    dana = line.desk()
    busy = '{"error": "rate", "message": "wait a little"}'
    line.relay.stand_in("429 Busy", busy, "Salesdesk-Now: 2000000000", "Retry-After: 3600")
    assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    line.relay.mend()
    sent(dana)


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever types waits for the floor's word as long as it takes."""
    monkeypatch.setattr("salesdesk.remote.sending.IN_HAND", 30)


def revoked(line: Line) -> None:
    """Dana's token works no more."""
    assert line.server.post("Sam", "revoke_token", token=int(line.server.token("Dana").split("_")[1]))[0] == 200


@pytest.mark.usefixtures("patience")
def test_a_token_that_is_revoked_is_said_with_what_cannot_be_sent(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    revoked(line)
    done = told(dana, card)
    assert (done.event, done.then) == (0, "saved here, not sent: this token opens nothing: unknown, ended or revoked")
    with pytest.raises(StoreError, match="1 unsent: this token opens nothing"):
        dana.ask(ClaimNext())
    assert dana.link().barred.startswith("this token opens nothing")
    line.leave(dana)
    with pytest.raises(StoreError, match=r"this token opens nothing: .*; 1 unsent, kept here until it can be sent"):
        line.desk()


@pytest.mark.usefixtures("patience")
def test_a_server_that_became_newer_is_said_and_work_goes_on_when_it_lets_in_again(line: Line) -> None:
    dana = line.desk()
    spoken = dana.wire._client.headers
    spoken["Salesdesk-Wire"] = "0"
    assert "not sent: this salesdesk is older than its server" in dana.ask(OptOut(number="+12125550100")).note
    spoken["Salesdesk-Wire"] = "1"
    sent(dana)
    assert dana.link().barred == ""


FOREIGN = {
    "portal": ("200 OK", "<html>maintenance</html>"),
    "program": ("200 OK", '{"ok": true}'),
    "web server": ("404 Not Found", "<html>"),
    "firewall": ("403 Forbidden", "<html>"),
    "gateway": ("502 Bad Gateway", "<html>"),
    "gateway of its own words": ("403 Forbidden", '{"error": "role", "message": "not on this network"}'),
    "login page": ("302 Found", "", "Location: http://127.0.0.1:9/"),
    "broken program": ("500 No", "<html>"),
    "garbled": ("200 OK", "<html>", "Salesdesk-Now: 2000000000"),
    "garbled refusal": ("404 No", "<html>", "Salesdesk-Now: 2000000000"),
}


@pytest.mark.parametrize("foreign", FOREIGN.values(), ids=FOREIGN)
def test_whoever_answers_for_the_floor_takes_nothing_from_the_outbox(line: Line, foreign: tuple[str, ...]) -> None:
    dana = line.desk()
    card = in_hand(dana)
    line.relay.stand_in(*foreign)
    assert told(dana, card).then == SAVED
    assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    until(lambda: line.relay.stood_in > 2, "something else answers")
    assert (dana.link().unsent, dana.link().conflicts) == (2, 0)
    line.relay.mend()
    sent(dana)
    assert kinds(line).count("recorded") == 1
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1


def typed_offline(line: Line) -> None:
    """Dana typed a do-not-call while the floor was away, and left."""
    dana = line.desk()
    line.relay.cut()
    assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    line.leave(dana)
    line.relay.mend()


def test_another_floor_at_the_same_address_gets_nothing_that_was_typed_for_the_first(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed_offline(line)
    monkeypatch.setattr("tests.floors.SECRET", "a5" * 32)
    (tmp_path / "other").mkdir()
    with make_floor(tmp_path / "other") as other, serving(other) as server:
        line.relay.target = server.port
        monkeypatch.setenv("SALESDESK_TOKEN", server.token("Dana"))
        dana = open_remote(line.relay.url)
        assert dana.link().unsent == 0
        dana.close()
        assert value(other, "SELECT count(*) FROM suppression") == 0
    line.relay.target = line.server.port
    sent(line.desk())
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1


def test_an_outbox_of_before_floors_told_their_id_is_sent(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr("salesdesk.server.operations.mark", lambda *_: "")
        typed_offline(line)
    sent(line.desk())
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1


def test_a_do_not_call_that_no_disk_takes_goes_to_the_floor_at_once(line: Line) -> None:
    dana = line.desk()
    card = in_hand(dana)
    dana._outbox._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match="it was not saved"):
        told(dana, card)
    assert dana.ask(OptOut(number="+12125550100")).note != SAVED
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1
    line.relay.cut()
    with pytest.raises(StoreError, match="it was not saved"):
        dana.ask(OptOut(number="+12125550101"))


def test_two_programs_of_one_person_share_an_outbox_and_send_once(line: Line) -> None:
    screen, command = line.desk(), line.desk()
    card = in_hand(screen)
    line.relay.cut()
    told(screen, card)
    command.ask(SetState(state="paused", code="break"))
    line.relay.mend()
    sent(screen)
    sent(command)
    assert kinds(line).count("recorded") == 1
    assert screen.link().conflicts == command.link().conflicts == 0


async def test_the_line_is_said_to_be_offline_and_online_again(line: Line) -> None:
    import asyncio

    dana = line.desk()
    await dana.pulse()
    line.relay.freeze()
    await asyncio.to_thread(until, lambda: dana.link().state == "offline", "offline")
    line.relay.mend()
    await asyncio.to_thread(until, lambda: dana.link().state == "online", "online")


async def test_whoever_answers_for_the_floor_is_no_sign_of_life(line: Line) -> None:
    import asyncio

    dana = line.desk()
    await dana.pulse()
    line.relay.stand_in("200 OK", "data: hello")
    await asyncio.to_thread(until, lambda: dana.link().state == "offline", "offline")


async def test_a_station_that_only_listens_hears_that_its_token_was_revoked(line: Line) -> None:
    import asyncio

    dana = line.desk()
    await dana.pulse()
    revoked(line)
    await asyncio.to_thread(until, lambda: dana.link().barred, "the sentence")


async def test_a_server_whose_database_is_away_is_offline(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    def away(*_: object) -> None:
        raise StoreError("the database cannot be reached")

    dana = line.desk()
    await dana.pulse()
    with monkeypatch.context() as outage:
        for name in ("read", "write", "written", "version"):
            outage.setattr(line.server.hall.counter.store, name, away)
        await asyncio.to_thread(until, lambda: dana.link().state == "offline", "offline")
        assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    await asyncio.to_thread(until, lambda: dana.link().state == "online", "online")
    await asyncio.to_thread(sent, dana)


def test_what_a_damaged_disk_left_is_refused_and_stops_nothing_behind_it(line: Line) -> None:
    dana = line.desk()
    line.relay.cut()
    for number, left in enumerate(("{not json", "[]", '{"outcome": "no", "answers": 7}')):
        dana._outbox.put(key=f"k{number}", operation="record_outcome", body=left, about="Ann", at=7)
    assert dana.ask(OptOut(number="+12125550100")).note == SAVED
    line.relay.mend()
    sent(dana)
    assert value(line.floor, "SELECT count(*) FROM suppression") == 1
    assert [each.typed for each in dana.conflicts()] == [
        ("record outcome", "{not json"),
        ("record outcome", "[]"),
        ("record outcome", "outcome: no"),
    ]
