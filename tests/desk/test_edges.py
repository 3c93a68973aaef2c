"""Corners where two rules meet: each was once a way to call somebody wrongly, or to call nobody at all."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from salesdesk.desk.batches import DraftBatch
from salesdesk.desk.errors import Refused
from salesdesk.desk.lifting import LiftOptOut
from salesdesk.desk.lists import ImportList
from salesdesk.desk.people import AddPerson
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.releasing import CloseBatch
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.store.session import StoreError
from salesdesk.store.sqlite import SqliteStore
from tests.floors import csv_of, make_floor, people_rows
from tests.steps import assert_clean, claim, dial, nothing, record, rows, value, work


def test_a_promise_that_may_not_be_kept_yet_keeps_nobody_from_other_leads(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6) as floor:
        card = claim(floor)
        dial(floor, card)
        record(floor, card, "call_back", when="today 17:20")
        floor.clock.forward(8 * 3600)
        while (served := floor.ask("Dana", ClaimNext())) is not None:
            assert dial(floor, served).allowed, "what is served may be dialed"
            record(floor, served, "no_answer")
        assert_clean(floor)


def test_a_colleague_is_never_reached_through_a_number_that_is_never_dialed(tmp_path: Path) -> None:
    line = ["Ann", "Lee", "ann@a.example", "+12125550111", "CFO", "Acme Inc.", "", "", "US"]
    with make_floor(tmp_path, data=csv_of([line])) as floor:
        floor.counter.store.write(lambda session: session.run("UPDATE phone SET state = 'barred'"))
        floor.counter.store.write(
            lambda session: session.run(
                "INSERT INTO phone SELECT contact_id, 2, '+12125550112', '', 'other', zones, regions, 'good' FROM phone"
            )
        )
        card = claim(floor)
        dial(floor, card)
        record(floor, card, "referred", name="Nora Fresh", role="CEO")
        states = {
            each["e164"]: each["state"] for each in rows(floor, "SELECT e164, state FROM phone WHERE contact_id > 1")
        }
        assert states == {"+12125550112": "good"}


def test_every_call_that_is_placed_counts_for_the_law(tmp_path: Path) -> None:
    florida = ["Ann", "Lee", "ann@a.example", "+13055550111", "CFO", "Acme Inc.", "", "FL", "US"]
    with make_floor(tmp_path, data=csv_of([florida])) as floor:
        card = claim(floor)
        allowed = 0
        for _ in range(5):
            allowed += dial(floor, card).allowed
            floor.clock.forward(20)
            if allowed == 3:
                break
        assert not dial(floor, card).allowed
        assert value(floor, "SELECT sum(n) FROM rollup WHERE outcome = '@dialed'") == 2


def test_an_opt_out_on_a_list_of_customers_is_an_opt_out(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        row = [*people_rows(1)[0], "true"]
        header = csv_of([]).decode() + ",Do not call"
        data = "\n".join([header, ",".join(f'"{cell}"' for cell in row)]).encode()
        floor.run("Cleo", ImportList(data=base64.b64encode(data), name="customers", purpose="customers"))
        nothing(floor)
        assert_clean(floor)


def test_leads_of_a_closed_batch_can_be_released_again(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6) as floor:
        work(floor)
        assert floor.run("Cleo", CloseBatch(batch=1)).taken_back == 5
        assert floor.ask("Cleo", DraftBatch(campaign=1, quantity=10)).available == 5
        assert_clean(floor)


def test_a_lead_given_back_for_somebody_else_goes_to_somebody_else(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = claim(floor)
        floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="conflict"))
        floor.clock.forward(1000)
        nothing(floor)
        assert claim(floor, "Ito").ticket == card.ticket


def test_a_promise_for_anyone_goes_to_anyone_of_the_campaign(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1, callers=("Dana",)) as floor:
        card = claim(floor)
        dial(floor, card)
        record(floor, card, "call_back", when="in 20 min", owner="anyone")
        floor.clock.forward(1300)
        nothing(floor, "Ito")
        assert claim(floor).ticket == card.ticket


def test_a_postponed_promise_is_late_by_the_hour_that_was_promised(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = claim(floor)
        dial(floor, card)
        record(floor, card, "call_back", when="in 20 min")
        floor.clock.forward(1300)
        card = claim(floor)
        floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="conflict"))
        floor.clock.forward(4000)
        card = claim(floor, "Ito")
        dial(floor, card, "Ito")
        record(floor, card, "no_answer", "Ito")
        assert value(floor, "SELECT sum(n) FROM rollup WHERE outcome = '@late'") == 1


def test_whoever_becomes_a_caller_joins_the_campaigns_that_are_for_all(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=2) as floor:
        floor.ask("Sam", AddPerson(name="Eve", roles="sdr,executive"))
        claim(floor, "Eve")


def test_a_number_turned_to_wants_a_dial_of_its_own(tmp_path: Path) -> None:
    both = ["Ann", "Lee", "ann@a.example", "+12125550111 / +12125550112", "CFO", "Acme Inc.", "", "", "US"]
    with make_floor(tmp_path, data=csv_of([both])) as floor:
        card = claim(floor)
        dial(floor, card)
        assert record(floor, card, "bad_record", what="dead").goes_on
        with pytest.raises(Exception, match="dial or skip"):
            floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))


def test_somebody_elses_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE book (title text)")
        connection.commit()
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(StoreError, match="left as it is"):
            SqliteStore(path, create=create)
    assert path.read_bytes() == before


def test_two_failed_lines_in_a_row_pause_the_seat(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6) as floor:
        for _ in range(2):
            card = claim(floor)
            floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"))
        assert rows(floor, "SELECT state, code FROM seat WHERE person_id = 1") == [
            {"state": "paused", "code": "line down"}
        ]


def test_an_opt_out_is_lifted_by_a_supervisor_with_a_reason_only(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        card = claim(floor)
        floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
        lift = LiftOptOut(lead=card.lead, reason="wrote to us on 19 November, asks for a call")
        with pytest.raises(Refused):
            floor.ask("Dana", lift)
        floor.ask("Sam", lift)
        assert value(floor, "SELECT count(*) FROM suppression") == 0
        assert_clean(floor)
