"""Inquiries and ring-backs when many are at it at the same moment, and what they cost the claim."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.errors import Refused
from salesdesk.desk.inquiries import AddInbound, Inquiry
from salesdesk.desk.ringback import FindRingBack, FoundBack
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.swapping import SwapForInbound
from salesdesk.store import inbounds
from salesdesk.store.sqlite import SqliteSession
from tests.desk.test_at_once import CALLERS, at_once, branches, crew, replies
from tests.floors import TestFloor, make_floor
from tests.postgres import server
from tests.steps import assert_clean, claim, rows, value

pytestmark = pytest.mark.engines("sqlite", "postgres")
NEW = {"name": "Marta Oyelaran", "company": "Halden Freight", "number": "+12125550990", "email": "marta@halden.example"}


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[tuple[TestFloor, list[TestFloor]]]:
    with make_floor(tmp_path, leads=24) as floor, branches(floor, 4) as servers:
        crew(floor)
        yield floor, servers


def test_one_inquiry_that_comes_by_four_doors_is_one_person(crowd: tuple[TestFloor, list[TestFloor]]) -> None:
    floor, servers = crowd
    found: list[Inquiry] = replies(at_once(*(partial(each.ask, "Cleo", AddInbound(**NEW)) for each in servers)))
    assert len({each.lead for each in found}) == 1
    assert sorted(each.state for each in found) == ["known", "known", "known", "waiting"]
    assert len(rows(floor, "SELECT id FROM contact WHERE last_name = 'Oyelaran'")) == 1
    assert_clean(floor)


def test_who_waits_goes_to_one_of_those_who_reach_for_them(crowd: tuple[TestFloor, list[TestFloor]]) -> None:
    floor, servers = crowd
    mine = {name: claim(floor, name) for name in CALLERS[:2]}
    added = floor.ask("Cleo", AddInbound(**NEW))
    floor.clock.forward(30)
    swaps = [
        partial(each.ask, name, SwapForInbound(ticket=mine[name].ticket, token=mine[name].token))
        for each, name in zip(servers, mine, strict=False)
    ]
    claims = [partial(each.ask, name, ClaimNext()) for each, name in zip(servers[2:], CALLERS[2:], strict=False)]
    found: list[Any] = at_once(*swaps, *claims)
    served = [each.ticket for each in found if not isinstance(each, BaseException)]
    assert served.count(added.ticket) == 1
    assert all(isinstance(each, Refused) for each in found if isinstance(each, BaseException))
    holders = [row["person_id"] for row in rows(floor, "SELECT person_id FROM hold")]
    assert len(holders) == len(set(holders)) == 4, "whoever came too late still has a lead"
    assert_clean(floor)


def test_a_ring_back_that_two_look_up_is_in_one_pair_of_hands(crowd: tuple[TestFloor, list[TestFloor]]) -> None:
    floor, servers = crowd
    number = value(floor, "SELECT e164 FROM phone ORDER BY contact_id LIMIT 1")
    asked = [partial(each.ask, name, FindRingBack(said=number)) for each, name in zip(servers, CALLERS, strict=False)]
    found: list[Any] = at_once(*asked)
    told = [each.found for each in found if isinstance(each, FoundBack)]
    assert told.count("yours") == 1
    assert set(told) <= {"yours", "held", "busy"}
    assert all(each.code == "taken" for each in found if isinstance(each, Refused))
    assert len(rows(floor, "SELECT lead_id FROM hold")) == 1
    assert_clean(floor)


def questions(floor: TestFloor) -> list[str]:
    """The statements of the tier, as SQLite is asked them."""
    asked: list[str] = []
    connection = sqlite3.connect(floor.path)
    connection.set_trace_callback(asked.append)
    session = SqliteSession(connection)
    inbounds.any_waiting(session, "sdr", floor.clock.time - 300, floor.clock.time)
    inbounds.oldest_waiting(session, 1, "sdr", floor.clock.time - 300, floor.clock.time)
    inbounds.look_ups(session, 1, 0)
    connection.close()
    return asked


@pytest.mark.engines("sqlite")
def test_the_probes_read_their_indexes_on_a_file(floor: TestFloor) -> None:
    plans = [
        " | ".join(each["detail"] for each in rows(floor, f"EXPLAIN QUERY PLAN {sql}")) for sql in questions(floor)
    ]
    assert len(plans) == 3
    for plan, index in zip(plans, ("inbound_waiting", "inbound_waiting", "event_given_back"), strict=True):
        assert index in plan, plan
        assert not re.search(r"SCAN (i|t|inbound|ticket|event)\b", plan), plan


@pytest.mark.engines("postgres")
def test_the_probes_read_their_indexes_in_a_database(floor: TestFloor) -> None:
    now = floor.clock.time
    for query, index in (
        (
            "SELECT 1 FROM inbound WHERE station = 'sdr' AND taken_at IS NULL"
            f" AND callable_at > {now - 300} AND callable_at <= {now} LIMIT 1",
            "inbound_waiting",
        ),
        (
            "SELECT at FROM event WHERE person_id = 1 AND id >= 0 AND kind = 'looked_up'"
            " AND kind IN ('returned', 'skipped', 'expired', 'looked_up') ORDER BY id",
            "event_given_back",
        ),
    ):
        with server().beside(floor.target).transaction():
            server().beside(floor.target).execute("SET LOCAL enable_seqscan = off")
            plan = str(server().beside(floor.target).execute(f"EXPLAIN {query}".encode()).fetchall())
        assert index in plan, plan


def test_where_nobody_asks_the_claim_has_one_probe_more(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(inbounds, "oldest_waiting", lambda *_: asked.append("oldest"))
    claim(floor)
    assert not asked
