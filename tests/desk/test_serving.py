"""The pull: who is served what, when, and what is never served."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk.boards import MyNumbers, ShowBalance
from salesdesk.desk.calls import Answered, Dialed, NextNumber
from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.floor import Floor
from salesdesk.desk.moving import Assign
from salesdesk.desk.people import GiveBack, SetState, SignOut
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.ringback import FindRingBack
from salesdesk.desk.segmenting import Segment
from salesdesk.desk.serving import AnyWork, ClaimNext, Held
from salesdesk.desk.skipping import Skip
from salesdesk.line.salesmap import shipped
from salesdesk.store import chores, tickets
from salesdesk.store.sqlite import SqliteSession, SqliteStore
from tests.floors import MORNING, TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import (
    DAY,
    HOUR,
    assert_clean,
    beat,
    claim,
    dial,
    happened,
    nothing,
    pick_up,
    record,
    refused,
    row,
    rows,
    tamper,
    ticket,
    value,
    work,
)


def events(floor: TestFloor) -> int:
    return int(value(floor, "SELECT count(*) FROM event"))


def promise(floor: TestFloor, name: str, **answers: Any) -> Any:
    """This person promises a call at 11:00 floor time, half an hour from now."""
    return work(floor, "call_back", name, **({"when": "2026-11-19T11:00:00-05:00"} | answers))


def keep_alive(floor: TestFloor, *names: str) -> None:
    for name in names:
        floor.ask(name, SetState(state="ready"))


# --- the order of claims ----------------------------------------------------------------------------------------


def test_my_due_promise_comes_before_fresh_leads(floor: TestFloor) -> None:
    promised = promise(floor, "Dana")
    assert claim(floor).ticket != promised.ticket, "not due yet"
    floor.ask("Dana", GiveBack())
    floor.clock.forward(1800)
    served = claim(floor)
    assert served.ticket == promised.ticket
    assert served.why == "a promise to call back is due"


@pytest.mark.parametrize("band", ["breadth", "depth"])
def test_the_attempt_plan_says_whether_leads_come_first_that_were_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, band: str
) -> None:
    line = shipped("sdr-executive")
    plan = line.plans["P"].model_copy(update={"band": band})
    monkeypatch.setattr(Floor, "sales_map", lambda floor, id: line.model_copy(update={"plans": {"P": plan}}))
    alike = [[f"F{n}", "L", f"p{n}@c{n}.example", f"+1212555010{n}", "Owner", f"C{n}", "", "", "US"] for n in range(3)]
    with make_floor(tmp_path, data=csv_of(alike)) as floor:
        tried = work(floor, busy=True)
        floor.clock.forward(HOUR)
        assert (claim(floor).ticket == tried.ticket) is (band == "depth")


def test_my_promise_comes_before_one_for_anyone(floor: TestFloor) -> None:
    anyones = promise(floor, "Dana", owner="anyone")
    floor.clock.forward(1)
    mine = promise(floor, "Dana")
    floor.clock.forward(1800)
    assert claim(floor).ticket == mine.ticket
    assert claim(floor, "Ito").ticket == anyones.ticket


def test_a_colleagues_promise_passes_to_anyone_after_five_minutes(floor: TestFloor) -> None:
    promised = promise(floor, "Dana")
    floor.clock.forward(1800 + 299)
    keep_alive(floor, "Dana", "Ito")
    assert claim(floor, "Ito").ticket != promised.ticket
    floor.ask("Ito", GiveBack())
    floor.clock.forward(1)
    assert claim(floor, "Ito").ticket == promised.ticket


@pytest.mark.parametrize("leave", [SetState(state="paused", code="lunch"), SignOut()])
def test_a_promise_passes_at_once_when_its_owner_is_away(floor: TestFloor, leave: Any) -> None:
    promised = promise(floor, "Dana")
    floor.clock.forward(1800)
    floor.ask("Dana", leave)
    assert claim(floor, "Ito").ticket == promised.ticket


def test_a_promise_passes_at_once_when_its_owners_station_is_silent(floor: TestFloor) -> None:
    promised = promise(floor, "Dana")
    floor.clock.forward(1800)
    assert claim(floor, "Ito").ticket == promised.ticket


def test_a_promise_is_kept_at_the_hour_the_prospect_named_even_after_the_campaigns_hours(tmp_path: Path) -> None:
    evening = int(datetime(2026, 11, 19, 23, 15, tzinfo=UTC).timestamp())  # 18:15 in New York: legal, not courteous
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        promised = work(floor, "call_back", when="2026-11-19T18:15:00-05:00")
        floor.clock.time = evening
        served = claim(floor)
        assert served.ticket == promised.ticket
        assert served.may_call
        assert dial(floor, served).allowed


def test_the_stratum_i_am_furthest_behind_in_is_next(floor: TestFloor) -> None:
    """Every claim is from the stratum with the largest (n+1)*size - dealt*total among those with a ready head."""
    for _ in range(10):
        strata = rows(
            floor,
            "SELECT s.id, s.size, coalesce(d.n, 0) AS n FROM stratum s LEFT JOIN dealt d"
            " ON d.stratum_id = s.id AND d.person_id = (SELECT id FROM person WHERE name = 'Dana')",
        )
        ready = {
            each["stratum_id"]
            for each in rows(
                floor,
                "SELECT DISTINCT t.stratum_id FROM ticket t JOIN lane l ON l.id = t.lane_id JOIN call_window w"
                " ON w.id = l.window_id WHERE t.state = 'ready' AND w.opens_at <= ? AND w.closes_at > ?",
                floor.clock.time,
                floor.clock.time,
            )
        }
        mine, whole = sum(s["n"] for s in strata), sum(s["size"] for s in strata)
        behind = {s["id"]: (mine + 1) * s["size"] - s["n"] * whole for s in strata if s["id"] in ready}
        card = work(floor)
        assert behind[ticket(floor, card)["stratum_id"]] == max(behind.values())


def test_two_people_at_different_speeds_get_the_same_mix(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=240, segment=Segment(countries=("US",))) as floor:
        for turn in range(60):
            work(floor, "no", "Dana")
            if turn % 3 == 0:
                work(floor, "no", "Ito")
        share: dict[str, dict[int, float]] = {}
        for person in ("Dana", "Ito"):
            found = rows(
                floor,
                "SELECT d.stratum_id, d.n FROM dealt d JOIN person p ON p.id = d.person_id WHERE p.name = ?",
                person,
            )
            total = sum(each["n"] for each in found)
            assert total == (60 if person == "Dana" else 20)
            open_size = {
                each["id"]: each["size"]
                for each in rows(
                    floor,
                    "SELECT DISTINCT s.id, s.size FROM stratum s JOIN lane l ON l.stratum_id = s.id"
                    " JOIN call_window w ON w.id = l.window_id WHERE w.opens_at <= ? AND w.closes_at > ?",
                    floor.clock.time,
                    floor.clock.time,
                )
            }
            whole = sum(open_size.values())
            share[person] = {
                each["stratum_id"]: each["n"] - total * open_size[each["stratum_id"]] / whole for each in found
            }
        assert floor.ask("Dana", ShowBalance()).campaigns[0].state == "balanced"
        # Whoever pulls faster gets more leads, never better ones: all within two leads of the exact share.
        assert all(abs(off) <= 2 for each in share.values() for off in each.values()), share
        assert_clean(floor)


def test_the_second_campaign_comes_only_when_the_first_is_dry(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(2))) as floor:
        import_rows(floor, csv_of(people_rows(4)[2:]), name="Second list")
        second = release_campaign(floor, name="Autumn", callers=("Dana",), turn=2)
        names = []
        for _ in range(3):
            names.append(work(floor, "no").campaign)
        assert names[:2] == ["Spring Audit", "Spring Audit"]
        assert names[2] == "Autumn"
        assert value(floor, "SELECT count(*) FROM ticket WHERE campaign_id = ?", second) == 2


def test_a_paused_campaign_serves_nobody_and_goes_on_as_it_was(floor: TestFloor) -> None:
    floor.ask("Sam", PauseCampaign(campaign=1, live=False))
    nothing(floor)
    floor.ask("Sam", PauseCampaign(campaign=1, live=True))
    claim(floor)


def test_people_who_are_taken_out_of_a_campaign_get_none_of_its_leads(floor: TestFloor) -> None:
    floor.ask("Sam", Assign(person="Dana", campaign=1, turn=0))
    nothing(floor)
    claim(floor, "Ito")


# --- one claim, one answer --------------------------------------------------------------------------------------


def test_claiming_again_shows_the_lead_already_in_my_hands(floor: TestFloor) -> None:
    card = claim(floor)
    again = claim(floor)
    assert (again.ticket, again.token) == (card.ticket, card.token)
    assert floor.ask("Dana", Held()) == again


def test_the_same_key_is_answered_once_and_never_for_another_question(floor: TestFloor) -> None:
    ask = ClaimNext(key="k1")
    card = floor.ask("Dana", ask)
    before = events(floor)
    assert floor.ask("Dana", ask) == card
    assert events(floor) == before
    refused(floor, "Dana", ClaimNext(key="k1", station="executive"), "key_reused")
    refused(floor, "Ito", ask, "key_reused")


def test_a_replayed_claim_does_not_show_a_lead_that_has_gone_back(floor: TestFloor) -> None:
    ask = ClaimNext(key="k1")
    floor.ask("Dana", ask)
    floor.ask("Dana", GiveBack())
    assert floor.ask("Dana", ask) is None


def test_an_empty_queue_is_told_once_and_then_costs_no_event(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6, release=False) as floor:
        nothing(floor)
        assert value(floor, "SELECT state FROM seat") == "starved"
        before = events(floor)
        for _ in range(3):
            assert not floor.ask("Dana", AnyWork()).ready
            nothing(floor)
        assert events(floor) == before


def test_a_probe_writes_nothing_and_says_when_there_is_work(floor: TestFloor) -> None:
    before = value(floor, "SELECT count(*) FROM receipt"), events(floor)
    assert floor.ask("Dana", AnyWork()).ready
    assert (value(floor, "SELECT count(*) FROM receipt"), events(floor)) == before


def test_only_who_has_a_seat_there_is_served(floor: TestFloor) -> None:
    refused(floor, "Dana", ClaimNext(station="executive"), "role")
    refused(floor, "Cleo", ClaimNext(), "role")
    refused(floor, "Sam", ClaimNext(), "role")
    refused(floor, "Dana", ClaimNext(station="moon"), "unknown_station")


# --- the law at claim and at dial -------------------------------------------------------------------------------


def test_nobody_is_served_before_their_morning(floor: TestFloor) -> None:
    """At 10:30 in New York it is 07:30 in San Francisco."""
    zones = {work(floor, "no").zone for _ in range(20)}
    assert "America/Los_Angeles" not in zones
    assert {"America/New_York", "America/Chicago"} <= zones
    nothing(floor)
    floor.clock.forward(HOUR)
    assert claim(floor).zone == "America/Los_Angeles"


def test_a_window_that_closes_between_claim_and_dial_gives_the_lead_back_uncounted(tmp_path: Path) -> None:
    dusk = int(datetime(2026, 11, 19, 22, 29, tzinfo=UTC).timestamp())  # 17:29 in New York
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1)), now=dusk) as floor:
        card = claim(floor)
        floor.clock.forward(120)
        answer = dial(floor, card)
        assert not answer.allowed
        assert "uncounted" in answer.reason
        assert answer.uri == ""
        stands = ticket(floor, card)
        assert (stands["attempts"], stands["dealt"], stands["state"]) == (0, 0, "ready")
        assert value(floor, "SELECT n FROM dealt") == 0
        assert rows(floor, "SELECT 1 FROM event WHERE kind = 'dialed'") == []
        nothing(floor)
        assert_clean(floor)


def test_a_number_without_a_known_zone_is_never_served(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=6) as floor:
        tamper(floor, "UPDATE phone SET zones = ''")
        tamper(floor, "UPDATE contact SET zones = ''")
        nothing(floor)
        assert value(floor, "SELECT count(*) FROM ticket WHERE dealt = 1") == 0


def test_a_sleeping_lead_wakes_at_its_time(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = work(floor, "no_answer", busy=True)
        nothing(floor)
        floor.clock.forward(HOUR - 1)
        nothing(floor)
        floor.clock.forward(1)
        assert floor.ask("Dana", AnyWork()).ready
        assert claim(floor).ticket == card.ticket


def test_a_lead_whose_part_of_the_day_went_by_sleeps_on_uncounted(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = work(floor)
        asleep = ticket(floor, card)
        assert asleep["sleeps_again_at"] is not None
        floor.clock.time = asleep["sleeps_again_at"]
        nothing(floor)
        later = ticket(floor, card)
        assert (later["state"], later["attempts"]) == ("sleeping", 1)
        assert later["due_at"] > floor.clock.time
        assert_clean(floor)


def test_after_a_weekend_the_windows_open_again(floor: TestFloor) -> None:
    claim(floor)
    floor.ask("Dana", GiveBack())
    floor.clock.time = MORNING + 2 * DAY  # Saturday
    nothing(floor)
    floor.clock.time = MORNING + 4 * DAY
    claim(floor)


def test_windows_are_read_further_ahead_as_time_goes_on(floor: TestFloor) -> None:
    for week in range(1, 6):
        floor.clock.time = MORNING + week * 7 * DAY
        if week != 1:  # the Thursday a week on is Thanksgiving
            card = claim(floor)
            assert dial(floor, card).allowed
            record(floor, card, "no")
    until = value(floor, "SELECT min(known_until) FROM call_window")
    assert until > floor.clock.time


# --- holds ------------------------------------------------------------------------------------------------------


def test_companies_behind_one_switchboard_are_not_called_at_the_same_time(tmp_path: Path) -> None:
    names = (("Ada", "Byron"), ("Grace", "Hopper"), ("Mary", "Somerville"))
    rows_of_one = [[a, b, f"{a}@one.example", "+12125550100", "VP", f"{b} Inc", "", "", "US"] for a, b in names]
    data = csv_of(rows_of_one)
    with make_floor(tmp_path, leads=0, data=data) as floor:
        assert value(floor, "SELECT count(*) FROM lead") == 3
        card = claim(floor)
        nothing(floor, "Ito")
        assert dial(floor, card).allowed
        record(floor, card, "no")
        floor.clock.forward(900)
        claim(floor, "Ito")


def test_a_dead_stations_lead_is_back_after_the_lease_with_its_rank_and_uncounted(floor: TestFloor) -> None:
    card = claim(floor)
    before = ticket(floor, card)
    floor.clock.forward(45)
    claim(floor, "Ito")
    assert ticket(floor, card)["state"] == "held", "the lease is not over"
    floor.ask("Ito", GiveBack())
    floor.clock.forward(1)
    seen = claim(floor, "Ito")
    after = ticket(floor, card)
    assert after["rank"] == before["rank"]
    if seen.ticket != card.ticket:
        assert (after["state"], after["dealt"]) == ("ready", 0)
    dana = value(floor, "SELECT coalesce(sum(n), 0) FROM dealt d JOIN person p ON p.id = d.person_id WHERE name='Dana'")
    assert dana == 0
    assert_clean(floor)


def test_a_hold_of_another_boot_of_the_machine_is_void(floor: TestFloor) -> None:
    card = claim(floor)
    floor.clock.boot = "after-the-power-cut"
    claim(floor, "Ito")
    assert rows(floor, "SELECT 1 FROM hold WHERE token = ?", card.token) == []


def test_a_dialed_call_of_a_dead_station_was_an_attempt(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(60)
    claim(floor, "Ito")
    after = ticket(floor, card)
    assert (after["state"], after["attempts"], after["dealt"]) == ("sleeping", 1, 1)
    assert_clean(floor)


def test_heartbeats_keep_a_long_call_alive(floor: TestFloor) -> None:
    from tests.steps import beat

    card = claim(floor)
    dial(floor, card)
    for _ in range(100):
        floor.clock.forward(40)
        assert beat(floor, card)
        work(floor, "no_answer", "Ito") if floor.ask("Ito", AnyWork()).ready else None
    assert ticket(floor, card)["state"] == "held"


def test_any_sign_of_life_renews_a_hold(floor: TestFloor) -> None:
    card = claim(floor)
    floor.clock.forward(30)
    claim(floor)
    floor.clock.forward(30)
    dial(floor, card)
    floor.clock.forward(30)
    claim(floor, "Ito")
    assert ticket(floor, card)["state"] == "held"


def test_a_late_outcome_counts_as_long_as_nobody_has_taken_the_lead(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(600)
    record(floor, card, "no")
    assert rows(floor, "SELECT 1 FROM event WHERE kind = 'expired'") == []
    assert_clean(floor)


def test_a_write_with_an_old_token_is_refused_and_the_work_kept(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(46)
    claim(floor, "Ito")
    old = {"ticket": card.ticket, "token": card.token}
    before = events(floor)
    for ask in (
        Dialed(**old),
        Answered(**old),
        NextNumber(**old),
        RecordOutcome(**old, outcome="no_answer"),
        Skip(**old, reason="language"),
    ):
        assert "not yours" in refused(floor, "Dana", ask, "lost_hold")
    assert events(floor) == before


def test_a_window_that_was_left_open_does_not_write_to_a_lead_that_is_served_anew(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1) as floor:
        old = claim(floor)
        floor.ask("Dana", GiveBack())
        new = claim(floor)
        dial(floor, new)
        assert (new.ticket, new.token == old.token) == (old.ticket, False)
        refused(floor, "Dana", RecordOutcome(ticket=old.ticket, token=old.token, outcome="no_answer"), "lost_hold")
        assert not beat(floor, old)
        assert beat(floor, new)


# --- skips ------------------------------------------------------------------------------------------------------


def test_a_skip_counts_no_attempt_and_no_deal(floor: TestFloor) -> None:
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"))
    after = ticket(floor, card)
    assert (after["state"], after["attempts"], after["dealt"]) == ("sleeping", 0, 0)
    assert after["due_at"] == floor.clock.time + 900
    assert_clean(floor)


def test_a_dialed_lead_is_not_skipped(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    refused(floor, "Dana", Skip(ticket=card.ticket, token=card.token, reason="language"), "was_dialed")
    refused(floor, "Dana", Skip(ticket=card.ticket, token=card.token, reason="mood"), "unknown_reason")


def test_a_dial_of_a_failed_line_is_void_but_for_the_law(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.clock.forward(40)
    dial(floor, card)
    assert floor.ask("Dana", MyNumbers()).mine.dials == 2
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"))
    after = ticket(floor, card)
    assert (after["state"], after["attempts"], after["dealt"]) == ("sleeping", 0, 0)
    assert floor.ask("Dana", MyNumbers()).mine.dials == 0
    assert len([each for each in happened(floor.counter.store) if each.kind == "dialed"]) == 2
    assert_clean(floor)


def test_a_call_that_was_answered_once_is_no_failed_line(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    pick_up(floor, card)
    floor.clock.forward(40)
    dial(floor, card)
    refused(floor, "Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"), "was_dialed")


@pytest.mark.parametrize(("reason", "days"), [("closed_today", 1), ("customer", 4), ("bad_data", 4)])
def test_a_skip_stays_away_as_long_as_its_reason_says(tmp_path: Path, reason: str, days: int) -> None:
    """From a Thursday: the next day is Friday, two working days on is Monday."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = claim(floor)
        floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason=reason))
        assert ticket(floor, card)["due_at"] == floor.clock.time + days * DAY


@pytest.mark.parametrize("reason", ["conflict", "language"])
def test_whom_i_cannot_call_goes_to_somebody_else(tmp_path: Path, reason: str) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = claim(floor)
        floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason=reason))
        floor.clock.forward(900)
        nothing(floor)
        floor.clock.forward(900)
        assert claim(floor, "Ito").ticket == card.ticket


@pytest.mark.parametrize("reason", ["conflict", "language"])
def test_a_promise_that_i_cannot_keep_is_anyones_but_mine_at_once(floor: TestFloor, reason: str) -> None:
    promised = promise(floor, "Dana")
    floor.clock.forward(1800)
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason=reason))
    assert row(floor, "SELECT person_id, due_at FROM promise") == {"person_id": 0, "due_at": floor.clock.time}
    assert claim(floor).ticket != promised.ticket
    floor.ask("Dana", GiveBack())
    floor.clock.forward(960)
    assert claim(floor).ticket != promised.ticket, "nor later"
    assert claim(floor, "Ito").ticket == promised.ticket
    assert_clean(floor)


def test_whom_i_left_to_others_and_promised_something_since_is_mine(floor: TestFloor) -> None:
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="conflict"))
    back = floor.ask("Dana", FindRingBack(said=card.numbers[0].e164)).card
    assert back is not None
    record(floor, back, "call_back", when="2026-11-19T11:00:00-05:00")
    floor.clock.forward(1800)
    assert claim(floor).ticket == card.ticket


def test_a_skipped_promise_stays_a_promise(floor: TestFloor) -> None:
    promised = promise(floor, "Dana")
    floor.clock.forward(1800)
    card = claim(floor)
    floor.ask("Dana", Skip(ticket=card.ticket, token=card.token, reason="line_failed"))
    assert ticket(floor, promised)["state"] == "promised"
    assert row(floor, "SELECT due_at FROM promise")["due_at"] == floor.clock.time + 900
    assert_clean(floor)
    floor.clock.forward(900)
    assert claim(floor).ticket == promised.ticket


# --- the two-step claim against the plain order -----------------------------------------------------------------

LANE = st.tuples(st.integers(0, 2), st.sampled_from([(0, 50), (40, 90), (60, 200), (0, 1000), (101, 300)]))
TICKET = st.tuples(
    st.integers(0, 5), st.integers(0, 9), st.sampled_from(["ready", "ready", "sleeping", "held", "done"])
)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = SqliteStore(tmp_path_factory.mktemp("bare") / "bare.floor", create=True)
    yield store
    store.close()


@settings(max_examples=80, deadline=None)
@given(lanes=st.lists(LANE, min_size=1, max_size=6), work=st.lists(TICKET, max_size=25))
def test_the_head_of_a_stratum_is_the_lowest_rank_over_all_its_open_lanes(
    bare: SqliteStore, lanes: list[Any], work: list[Any]
) -> None:
    from salesdesk.desk.routing import blank

    def check(session: Any) -> None:
        for table in ("ticket", "lane", "call_window"):
            session.run(f"DELETE FROM {table}")
        for number, (stratum, (opens, closes)) in enumerate(lanes):
            session.run(
                "INSERT INTO call_window (id, key, place, opens_at, closes_at, known_until)"
                " VALUES (:id, :id, '', :opens, :closes, 9999)",
                id=number,
                opens=opens,
                closes=closes,
            )
            session.run("INSERT INTO lane VALUES (:id, :stratum, :id)", id=number, stratum=stratum)
        rows = [
            blank(n, n, 1, "sdr")
            | {"lane_id": lane % len(lanes), "stratum_id": lanes[lane % len(lanes)][0], "rank": rank, "state": state}
            for n, (lane, rank, state) in enumerate(work)
        ]
        tickets.add_many(session, rows)
        for stratum in range(3):
            got = tickets.head_of_stratum(session, stratum, 100)
            plain = session.one(
                "SELECT t.rank FROM ticket t JOIN lane l ON l.id = t.lane_id JOIN call_window w ON w.id = l.window_id"
                " WHERE l.stratum_id = :stratum AND t.state = 'ready' AND w.opens_at <= 100 AND w.closes_at > 100"
                " ORDER BY t.rank, t.id LIMIT 1",
                stratum=stratum,
            )
            assert (got.rank if got else None) == (plain["rank"] if plain else None)
            if got:
                assert got.state == "ready"
                assert got.stratum_id == stratum

    bare.write(check)


@pytest.mark.engines("sqlite")
def test_the_claim_reads_no_table_from_end_to_end(floor: TestFloor) -> None:
    """The plan of the hot query: index probes only."""
    asked: list[str] = []
    connection = sqlite3.connect(floor.path)
    connection.set_trace_callback(asked.append)
    tickets.head_of_stratum(SqliteSession(connection), 1, floor.counter.clock.now())
    connection.close()
    plan = rows(floor, f"EXPLAIN QUERY PLAN {asked[0]}")
    words = [each["detail"] for each in plan]
    assert words
    assert not [each for each in words if re.match(r"SCAN (ticket|t|lane|l|call_window|w)\b", each)], words
    assert not [each for each in words if "TEMP B-TREE" in each and "ticket" in each]


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "ask",
    [
        lambda session, now: tickets.kept_for(session, 1, "sdr", 1, now, "2026-11-19"),
        lambda session, now: tickets.before_fresh(session, 1, "sdr", now, now + 120, now - 300),
        lambda session, now: tickets.missed_meeting(session, 1, "sdr", now),
        lambda session, now: chores.any_due(session, now, "boot", 0),
    ],
    ids=["what is kept for me", "what comes before a fresh lead", "whose meeting fell through", "what is due"],
)
def test_what_a_claim_asks_first_is_a_few_probes(floor: TestFloor, ask: Any) -> None:
    """No table grows that these read from end to end: the holds are as many as the seats."""
    asked: list[str] = []
    connection = sqlite3.connect(floor.path)
    connection.set_trace_callback(asked.append)
    ask(SqliteSession(connection), floor.counter.clock.now())
    connection.close()
    words = [each["detail"] for each in rows(floor, f"EXPLAIN QUERY PLAN {asked[0]}")]
    least = r"SCAN (CONSTANT ROW|hold|seat|ticket USING (COVERING )?INDEX ticket_(due|owned_until))"
    scans = [each for each in words if each.startswith("SCAN") and not re.match(least, each)]
    assert words
    assert not scans, words
    assert not [each for each in words if "TEMP B-TREE" in each], words


def test_counts_of_claims(floor: TestFloor) -> None:
    names = Counter(work(floor, "no").name for _ in range(12))
    assert max(names.values()) == 1, "nobody is served twice in a row of different leads"


def test_a_switchboard_is_called_no_more_often_than_the_law_allows_whoever_it_is_for(tmp_path: Path) -> None:
    """Florida: three calls in 24 hours, and the line does not care which of its people is asked for."""
    names = ("Ada Byron", "Grace Hopper", "Mary Somerville", "Emmy Noether", "Rosa Luxem")
    lines = [
        [*name.split(), f"{name[:3]}@one.example", "+13055550100", "VP", f"{name[:3]} Inc", "Miami", "FL", "US"]
        for name in names
    ]
    with make_floor(tmp_path, leads=0, data=csv_of(lines)) as floor:
        for _ in range(3):
            work(floor, "no")
            floor.clock.forward(60)
        nothing(floor)
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'dialed'") == 3
        floor.clock.time = MORNING + DAY + 600
        claim(floor)


def test_a_lead_is_tried_again_although_we_are_closed_in_the_hours_that_it_has_not_had(tmp_path: Path) -> None:
    """From 10:30 to 17:00 in New York there is no afternoon in California: the third try comes earlier."""
    west = csv_of([["Ada", "West", "ada@west.example", "+14155550100", "Owner", "West Inc.", "", "", "US"]])
    with make_floor(tmp_path, leads=0, data=west) as floor:
        tries = 0
        for _ in range(14):
            for _ in range(13):
                card = floor.ask("Dana", ClaimNext())
                if card is not None:
                    dial(floor, card)
                    record(floor, card, "no_answer")
                    tries += 1
                floor.clock.forward(HOUR // 2)
            floor.clock.forward(DAY - 13 * HOUR // 2)
        assert tries >= 4
        assert_clean(floor)
