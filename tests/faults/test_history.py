"""The checker of histories finds every seeded contradiction, and none where there is none."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk.errors import Refused
from salesdesk.store.session import StoreError
from tests.faults.history import Happened, contradictions, events_of, numbers_of
from tests.faults.journal import Journal, Op, acknowledged_in, read_journal
from tests.floors import TestFloor
from tests.steps import record, undo, work

History = tuple[list[Op], list[Happened]]
NUMBERS = {lead: f"+1212555{lead:04d}" for lead in range(40)}


class World:
    """People who claim, dial and record one after the other, and what both sides write down of it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.time = 0
        self.ops: list[Op] = []
        self.events: list[Happened] = []
        self.free = list(NUMBERS)

    def happen(self, kind: str, person: int, lead: int, token: str = "", outcome: str = "") -> Happened:
        event = Happened(len(self.events) + 1, self.time, kind, person, lead, lead + 100, outcome, token)
        self.events.append(event)
        return event

    def told(self, what: str, person: int, end: str = "ok", **more: Any) -> None:
        self.time += 10
        lost = end == "info"
        op = Op(person, what, f"k{self.time}", self.time - 9, None if lost else self.time - 1, end)
        self.ops.append(replace(op, **more))

    def turn(self, person: int) -> None:
        """One lead, to its end or until its station falls silent."""
        lead = self.free.pop(self.chance.randrange(len(self.free)))
        token = f"t{self.time}"
        named: dict[str, Any] = {"lead": lead, "ticket": lead + 100, "token": token}
        self.happen("served", person, lead, token)
        self.told("claim", person, **named)
        self.happen("dialed", person, lead, token)
        self.told("dial", person, ticket=lead + 100, token=token)
        ending = self.chance.choice(("recorded", "recorded", "expired", "opted_out", "lost", "saved"))
        if ending == "expired":
            self.happen("expired", person, lead)
            self.told("record", person, "fail", **named | {"outcome": "no", "code": "lost_hold"})
        elif ending == "opted_out":
            self.happen("opted_out", person, lead)
            self.told("opt_out", person, **named)
            return
        else:
            event = self.happen("recorded", person, lead, token, "no").id
            end = {"recorded": "ok", "lost": "info", "saved": "saved"}[ending]
            self.told("record", person, end, **named | {"outcome": "no"}, event=event if end == "ok" else 0)
        self.free.append(lead)


def good(seed: int = 7, turns: int = 30) -> History:
    world = World(seed)
    for _ in range(turns):
        world.turn(world.chance.choice((1, 2, 3)))
    return world.ops, world.events


def first(events: list[Happened], kind: str) -> int:
    return next(at for at, each in enumerate(events) if each.kind == kind)


def told(ops: list[Op], what: str, ended: str = "ok") -> int:
    return next(at for at, each in enumerate(ops) if (each.what, each.ended) == (what, ended))


def forget_acknowledged(ops: list[Op], events: list[Happened]) -> None:
    lost = ops[told(ops, "record")].event
    events[:] = [each for each in events if each.id != lost]


def count_twice(ops: list[Op], events: list[Happened]) -> None:
    events.insert(first(events, "recorded"), replace(events[first(events, "recorded")], id=9999))


def two_hands(ops: list[Op], events: list[Happened]) -> None:
    at = first(events, "served")
    events.insert(at + 1, replace(events[at], person=9, token="other"))


def old_token(ops: list[Op], events: list[Happened]) -> None:
    at = first(events, "recorded")
    events[at] = replace(events[at], token="stale")


def wrong_hands(ops: list[Op], events: list[Happened]) -> None:
    at = first(events, "recorded")
    events[at] = replace(events[at], person=9)


def two_leads(ops: list[Op], events: list[Happened]) -> None:
    at = first(events, "served")
    events.insert(at + 1, replace(events[at], lead=999, ticket=1099, token="other"))


def same_token(ops: list[Op], events: list[Happened]) -> None:
    served = [at for at, each in enumerate(events) if each.kind == "served"]
    events[served[1]] = replace(events[served[1]], token=events[served[0]].token)


def after_do_not_call(ops: list[Op], events: list[Happened]) -> None:
    stopped = events[first(events, "opted_out")]
    events.append(replace(stopped, id=9999, kind="served", token="again"))


def invented(ops: list[Op], events: list[Happened]) -> None:
    ops[:] = [each for each in ops if each.what != "record" or each.ended != "info"]


def refused_and_counted(ops: list[Op], events: list[Happened]) -> None:
    at = told(ops, "record")
    ops[at] = replace(ops[at], ended="fail", event=0)


def other_outcome(ops: list[Op], events: list[Happened]) -> None:
    at = told(ops, "record")
    ops[at] = replace(ops[at], outcome="voicemail")


def never_served(ops: list[Op], events: list[Happened]) -> None:
    at = told(ops, "claim")
    ops[at] = replace(ops[at], token="mine alone")


def never_stopped(ops: list[Op], events: list[Happened]) -> None:
    at = told(ops, "opt_out")
    ops[at] = replace(ops[at], lead=998)


def saved_and_gone(ops: list[Op], events: list[Happened]) -> None:
    saved = ops[told(ops, "record", "saved")]
    events[:] = [each for each in events if each.kind != "recorded" or each.token != saved.token]


def dialed_twice(ops: list[Op], events: list[Happened]) -> None:
    at = first(events, "dialed")
    events.insert(at, events[at])


def dial_lost(ops: list[Op], events: list[Happened]) -> None:
    del events[first(events, "dialed")]


def out_of_order(ops: list[Op], events: list[Happened]) -> None:
    """The record of a lead tells of its later hold first."""
    holds = [each for each in events if each.kind == "served"]
    later = next(each for each in reversed(holds) if any(e.lead == each.lead and e.id < each.id for e in holds))
    mine = [each for each in events if each.lead == later.lead]
    shuffled = [each for each in mine if each.id >= later.id] + [each for each in mine if each.id < later.id]
    events[:] = [each for each in events if each.lead != later.lead] + shuffled


def dialed_all_the_same(ops: list[Op], events: list[Happened]) -> None:
    promise = ops[told(ops, "opt_out")]
    dial = ops[told(ops, "dial")]
    token = next(each.token for each in events if each.kind == "served" and each.lead == promise.lead)
    ops.append(replace(dial, token=token, invoked=10**6, returned=10**6 + 1))


SEEDED: dict[str, Callable[[list[Op], list[Happened]], None]] = {
    "an acknowledged outcome is missing": forget_acknowledged,
    "an outcome counts twice": count_twice,
    "a lead in two hands": two_hands,
    "recorded under an old token": old_token,
    "recorded in somebody else's hold": wrong_hands,
    "two leads in one pair of hands": two_leads,
    "a token that was given before": same_token,
    "a lead on a screen after a do-not-call": after_do_not_call,
    "dialed after a do-not-call was acknowledged": dialed_all_the_same,
    "recorded, and nobody asked for it": invented,
    "refused, and yet recorded": refused_and_counted,
    "an acknowledged outcome is missing ": other_outcome,
    "a lead on a screen that was never served there": never_served,
    "an acknowledged do-not-call is missing": never_stopped,
    "a saved outcome neither counted nor became a conflict, or both": saved_and_gone,
    "dialed, and nobody asked for it": dialed_twice,
    "an acknowledged dial is missing": dial_lost,
    "in the record before something that came first": out_of_order,
}


@pytest.mark.parametrize(("why", "lie"), SEEDED.items())
def test_a_seeded_contradiction_is_found(why: str, lie: Callable[[list[Op], list[Happened]], None]) -> None:
    ops, events = good()
    lie(ops, events)
    assert why.strip() in {each.why for each in contradictions(ops, events, numbers=NUMBERS)}


def test_a_do_not_call_protects_everybody_behind_the_number() -> None:
    ops, events = good()
    stopped = events[first(events, "opted_out")]
    colleague = replace(stopped, id=9999, kind="served", lead=777, ticket=877, token="again")
    numbers = NUMBERS | {777: NUMBERS[stopped.lead or 0]}
    found = contradictions(ops, [*events, colleague], numbers=numbers)
    assert [(each.why, each.first, each.second) for each in found] == [
        ("a lead on a screen after a do-not-call", stopped, colleague)
    ]


def test_a_number_on_two_screens_is_found() -> None:
    ops, events = good()
    at = first(events, "served")
    events.insert(at + 1, replace(events[at], lead=39, ticket=139, person=9, token="other"))
    shared = NUMBERS | {39: NUMBERS[events[at].lead or 0]}
    assert "a number on two screens" in {each.why for each in contradictions(ops, events, numbers=shared)}


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_an_honest_history_has_no_contradiction(seed: int, turns: int) -> None:
    ops, events = good(seed, min(turns, 35))
    assert contradictions(ops, events, numbers=NUMBERS) == []


def test_a_saved_outcome_that_was_refused_is_a_conflict_and_then_all_is_well() -> None:
    ops, events = good()
    saved_and_gone(ops, events)
    saved = ops[told(ops, "record", "saved")]
    ends = Happened(0, 0, "expired", saved.person, saved.lead, saved.ticket)
    at = next(at for at, each in enumerate(events) if each.kind == "dialed" and each.token == saved.token)
    events.insert(at + 1, ends)
    assert contradictions(ops, events, conflicts={saved.key}) == []


def test_a_journal_tells_how_each_thing_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", 3)
    with journal.asking("claim", "a") as asked:
        asked.told = {"token": "t"}
    with pytest.raises(Refused), journal.asking("record", "b", token="t"):
        raise Refused("lost_hold", "no")
    with pytest.raises(StoreError), journal.asking("dial", "c"):
        raise StoreError("away")
    journal.say(end="invoke", what="claim", key="d")
    journal.close()
    ops = read_journal(tmp_path / "journal")
    assert [(op.key, op.ended, op.token, op.code) for op in ops] == [
        ("a", "ok", "t", ""),
        ("b", "fail", "t", "lost_hold"),
        ("c", "info", "", ""),
        ("d", "info", "", ""),
    ]
    assert acknowledged_in(tmp_path / "journal") == 1


def test_the_record_of_a_real_floor_holds_together(floor: TestFloor) -> None:
    work(floor, "no_answer")
    work(floor, "no", "Ito", reason="no_need")
    record(floor, undo(floor, "Ito"), "voicemail", "Ito")
    work(floor, "do_not_call")
    events = events_of(floor)
    assert {"served", "recorded", "undone", "opted_out"} <= {each.kind for each in events}
    assert contradictions([], events, numbers=numbers_of(floor)) == []
