"""What facts add up to: sums of outcomes and of flags, and an undo that puts the original day right."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import ledger
from salesdesk.line.ledger import AFTER_HOURS, DIALED, KEPT, LATE, Fact, sum_changes

NO = Fact(
    "recorded", "2026-11-19", 1, 10, 100, 5, "sdr", "no", 3,
    {"flags": ["reached_human", "right_party"], "talk": 40, "wrap": 5, "promise_kept": "kept"},
)  # fmt: skip


def totals(*facts: Fact) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(day, sum) → n, talk, wrap; sums of nothing are left out."""
    found: dict[tuple[str, str], tuple[int, int, int]] = {}
    for fact in facts:
        for key, n, talk, wrap in sum_changes(fact):
            old = found.get((key.day, key.outcome), (0, 0, 0))
            found[key.day, key.outcome] = (old[0] + n, old[1] + talk, old[2] + wrap)
    return {key: sums for key, sums in found.items() if any(sums)}


def test_an_outcome_moves_its_own_sum_and_one_for_each_flag_its_answers_left() -> None:
    assert totals(NO) == {
        ("2026-11-19", "no"): (1, 40, 5),
        ("2026-11-19", "#reached_human"): (1, 0, 0),
        ("2026-11-19", "#right_party"): (1, 0, 0),
        ("2026-11-19", KEPT): (1, 0, 0),
    }


@given(st.sets(st.sampled_from(["conversation", "positive", "bad_data", "promise"])), st.sampled_from(["kept", "late"]))
def test_an_undo_on_another_day_leaves_nothing_behind(flags: set[str], kept: str) -> None:
    recorded = replace(NO, data={**NO.data, "flags": sorted(flags), "promise_kept": kept})
    undone = replace(recorded, kind="undone", day="2026-11-20", data={**recorded.data, "day": "2026-11-19"})
    assert totals(recorded, undone) == {}


def test_an_opt_out_without_an_outcome_counts_its_flag_only() -> None:
    fact = Fact("opted_out", "2026-11-19", 1, 10, None, None, "", "", 0, {"flags": ["opt_out"], "talk": 9})
    assert totals(fact) == {("2026-11-19", "#opt_out"): (1, 0, 0)}


def test_a_dial_counts_and_one_after_hours_is_told_apart() -> None:
    dial = Fact("dialed", "2026-11-19", 1, 10, 100, 5, "sdr", "", 0, {})
    assert totals(dial) == {("2026-11-19", DIALED): (1, 0, 0)}
    late = replace(dial, data={"after_hours": True})
    assert totals(late)["2026-11-19", AFTER_HOURS] == (1, 0, 0)


def test_a_late_promise_is_not_a_kept_one() -> None:
    late = replace(NO, data={**NO.data, "promise_kept": "late"})
    assert ("2026-11-19", KEPT) not in totals(late)
    assert totals(late)["2026-11-19", LATE] == (1, 0, 0)


@pytest.mark.parametrize(
    ("data", "by"), [({"deal": 4}, 1), ({"deal": 4, "uncounted": True}, -1), ({"deal": None}, None), ({}, None)]
)
def test_a_deal_is_counted_and_given_back(data: dict[str, Any], by: int | None) -> None:
    change = ledger.deal_change(ledger.Fact("served", "2026-11-19", 7, 1, 2, 3, "sdr", "", 1, data))
    assert change == (None if by is None else ledger.DealChange(7, 4, by))


@pytest.mark.parametrize("state", ["ready", "sleeping"])
def test_asleep_and_ready_are_one_place_to_the_facts(state: str) -> None:
    assert ledger.ticket_state(state, 2, 1) == ledger.TicketState("pool", 2, 1)


def test_an_event_tells_where_its_tickets_stand() -> None:
    data = {"tickets": [[5, "held", 1, 1], ledger.TicketEntry(6, "ready", 0, 0)]}
    found = list(ledger.ticket_changes(ledger.Fact("served", "2026-11-19", 7, 1, 2, 3, "sdr", "", 1, data)))
    assert found == [(5, ledger.TicketState("held", 1, 1)), (6, ledger.TicketState("pool", 0, 0))]


def test_an_entry_of_a_ticket_is_what_the_ticket_has_but_for_what_is_named() -> None:
    ticket = ledger.TicketEntry(5, "ready", 2, 1)
    assert ledger.ticket_entry(ticket) == (5, "ready", 2, 1)
    assert ledger.ticket_entry(ticket, state="held", attempts=0, dealt=0) == (5, "held", 0, 0)
    assert json.dumps(ledger.ticket_entry(ticket, state="done")) == '[5, "done", 2, 1]'


@pytest.mark.parametrize("entry", [7, [5, "held"], [5, "held", "x", 1], [5, "held", 0, 0, 0]])
def test_what_is_no_entry_of_a_ticket_is_refused(entry: object) -> None:
    fact = ledger.Fact("served", "2026-11-19", 7, 1, 2, 3, "sdr", "", 1, {"tickets": [entry]})
    with pytest.raises((TypeError, ValueError)):
        list(ledger.ticket_changes(fact))


@pytest.mark.parametrize(
    ("kind", "data", "change"),
    [
        ("served", {}, True),
        ("undone", {}, True),
        *((kind, {}, False) for kind in ("recorded", "skipped", "returned", "expired", "denied", "opted_out")),
        ("recorded", {"goes_on": True}, None),
        ("dialed", {}, None),
        ("imported", {}, None),
    ],
)
def test_events_begin_and_end_holds(kind: str, data: dict[str, Any], change: bool | None) -> None:
    assert ledger.hold_change(ledger.Fact(kind, "2026-11-19", 7, 1, 2, 3, "sdr", "", 1, data)) is change
