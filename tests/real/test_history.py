"""The judge of histories finds every seeded contradiction, and none in a true history."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import LocalDesk
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext, Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.store import events
from salesdesk.store.events import EventRow
from tests.floors import ENGINES, TestFloor, make_floor
from tests.real.history import contradictions
from tests.real.journals import NEVER, Journal, Moment, Op, read_journals

DANA, ITO = 1, 2


def moment(at: float) -> Moment:
    return Moment(at, 1_795_102_200 + at)


class Told:
    """A history as it is told: the record and the journals grow together, one second a step."""

    def __init__(self) -> None:
        self.log: list[EventRow] = []
        self.ops: list[Op] = []
        self.clock = count(1)

    def event(self, kind: str, who: int, lead: int, state: str = "held", **data: Any) -> EventRow:
        number = 10 * next(self.clock)
        found = {"tickets": [[100 + lead, state, 0, 1]], **data}
        self.log.append(EventRow(number, number, "2026-11-19", kind, who, lead, 100 + lead, 1, "sdr", "", 1, found))
        return self.log[-1]

    def op(self, what: str, who: int, lead: int, fact: EventRow, **more: Any) -> Op:
        """An operation that took from just before its event to just after it."""
        self.ops.append(Op(who, what, moment(fact.at - 1), moment(fact.at + 1), "ok", lead=lead, **more))
        return self.ops[-1]

    def worked(self, who: int, lead: int, token: str) -> None:
        """A lead from claim to outcome."""
        self.op("claim", who, lead, self.event("served", who, lead, token=token), token=token)
        self.op("dial", who, lead, self.event("dialed", who, lead, token=token), token=token)
        done = self.event("recorded", who, lead, "pool", token=token)
        self.op("record", who, lead, done, token=token, event=done.id)


def true_history() -> Told:
    """Two people, three leads, one of which is called twice; Dana takes her last one off."""
    told = Told()
    told.worked(DANA, 7, "a")
    told.worked(ITO, 8, "b")
    told.worked(ITO, 7, "c")
    told.worked(DANA, 9, "d")
    told.event("undone", DANA, 9)
    off = told.event("opted_out", DANA, 9, "done")
    told.op("opt_out", DANA, 9, off)
    return told


def rules(told: Told, **more: Any) -> set[str]:
    return {each.rule for each in contradictions(told.ops, told.log, **more)}


def test_a_true_history_has_no_contradiction() -> None:
    assert rules(true_history(), numbers={7: "+1", 8: "+2", 9: "+3"}) == set()


def change(told: Told, place: int, **columns: Any) -> None:
    """Change a fact of the record."""
    told.log[place] = told.log[place]._replace(**columns)


def serve(told: Told, *leads: int, who: tuple[int, ...] = (DANA, ITO)) -> None:
    """Serve more leads, one to each of these people, under new tokens."""
    for person, lead in zip(who, leads, strict=False):
        told.event("served", person, lead, token=f"new {person} {lead}")


def answered(told: Told, what: str, who: int, **changes: Any) -> None:
    """Change what an operation was answered."""
    place = next(n for n, op in enumerate(told.ops) if (op.what, op.who) == (what, who))
    told.ops[place] = replace(told.ops[place], **changes)


def swapped(told: Told) -> None:
    """The two calls of lead 7 stand in the record the wrong way round."""
    first, second = told.log[0:3], told.log[6:9]
    told.log[0:3] = [new._replace(id=old.id) for old, new in zip(first, second, strict=True)]
    told.log[6:9] = [old._replace(id=new.id) for old, new in zip(first, second, strict=True)]
    ids = {"a": told.log[8].id, "c": told.log[2].id}
    told.ops = [replace(op, event=ids[op.token]) if op.event and op.token in ids else op for op in told.ops]


def dialed_late(told: Told) -> None:
    told.ops.append(Op(ITO, "dial", moment(900), moment(901), "ok", lead=9, token="e"))


SEEDED: dict[str, Callable[[Told], object]] = {
    "a lead is in two hands": lambda t: serve(t, 7, 7),
    "a person is in two holds": lambda t: serve(t, 7, 8, who=(DANA, DANA)),
    "a number is in two holds": lambda t: serve(t, 7, 17),
    "a token is given twice": lambda t: t.event("served", DANA, 8, token="a"),
    "ids do not rise": lambda t: change(t, 4, id=t.log[3].id),
    "dialed without a hold": lambda t: t.event("dialed", DANA, 8, token="b"),
    "recorded by somebody else": lambda t: change(t, 5, person_id=DANA),
    "recorded with an old token": lambda t: change(t, 8, data=t.log[8].data | {"token": "a"}),
    "served or dialed after an opt-out": lambda t: serve(t, 9),
    "an acknowledged outcome is not in the record": lambda t: t.log.pop(2),
    "an acknowledged dial is not in the record": lambda t: t.log.pop(1),
    "an acknowledged opt-out is not in the record": lambda t: t.log.pop(),
    "a lead was shown that was never served": lambda t: [t.log.pop(0) for _ in range(3)],
    "two outcomes under one token": lambda t: t.log.insert(3, t.log[2]._replace(id=t.log[2].id + 1)),
    "a refused outcome is in the record": lambda t: answered(t, "record", ITO, said="fail", event=None),
    "an outcome that nobody sent": lambda t: t.ops.remove(next(op for op in t.ops if op.what == "record")),
    "written in another order than it happened": swapped,
    "dialed after an opt-out was acknowledged": dialed_late,
}  # fmt: skip


@pytest.mark.parametrize("rule", SEEDED)
def test_every_seeded_contradiction_is_found(rule: str) -> None:
    told = true_history()
    SEEDED[rule](told)
    assert rule in rules(told, numbers={7: "+1", 17: "+1", 8: "+2", 9: "+3"})


def test_both_sides_of_a_contradiction_are_told_with_their_times() -> None:
    told = true_history()
    swapped(told)
    said = [str(each) for each in contradictions(told.ops, told.log)]
    assert any("claim by 1 (ok, lead 7 token a, 9.000 to 11.000, 15:30:09 UTC)" in each for each in said)


def test_an_unanswered_operation_may_have_happened_or_not() -> None:
    for there in (True, False):
        told = true_history()
        answered(told, "record", ITO, said="info", event=None, end=NEVER)
        if not there:
            told.log[5] = told.log[5]._replace(kind="expired", data={"tickets": told.log[5].data["tickets"]})
        assert rules(told) == set()


def test_asking_again_under_the_same_key_is_one_operation() -> None:
    told = true_history()
    first = next(op for op in told.ops if op.what == "record")
    late = replace(first, begin=moment(700), end=moment(701))
    told.ops[told.ops.index(first)] = replace(first, said="info", event=None, end=NEVER)
    told.ops.append(late)
    assert rules(told) == set()


def test_a_lifted_opt_out_lets_calls_begin_again() -> None:
    told = true_history()
    told.event("opt_out_lifted", ITO, 9)
    told.worked(ITO, 9, "e")
    assert rules(told) == set()


def test_a_journal_reads_back_and_a_torn_line_is_no_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "dana", DANA)
    call = journal.asks("record", token="a", lead=7)
    journal.told(call, "ok", event=30)
    journal.asks("claim")
    with (tmp_path / "dana").open("ab") as file:
        file.write(b'{"call": "x", "wh')
    done, unknown = read_journals([tmp_path / "dana"])
    assert (done.what, done.said, done.token, done.lead, done.event) == ("record", "ok", "a", 7, 30)
    assert done.begin <= done.end < NEVER
    assert (unknown.what, unknown.said, unknown.end) == ("claim", "info", NEVER)


# --- a true history, made by the floor itself ---------------------------------------------------------------------


def shift(desk: LocalDesk, path: Path, chance: random.Random) -> None:
    """One caller's shift, written down."""
    journal = Journal(path, desk.person.id)
    for _ in range(12):
        call = journal.asks("claim")
        card = desk.ask(ClaimNext())
        if card is None:
            journal.told(call, "ok")
            return
        about: dict[str, Any] = {"lead": card.lead, "token": card.token}
        journal.told(call, "ok", **about)
        what = chance.choice(("record", "record", "record", "skip", "opt_out", "undo"))
        if what == "skip":
            desk.ask(Skip(ticket=card.ticket, token=card.token, reason="conflict"))
            continue
        call = journal.asks("dial", **about)
        allowed = desk.ask(Dialed(ticket=card.ticket, token=card.token)).allowed
        journal.told(call, "ok" if allowed else "fail")
        if what == "opt_out":
            call = journal.asks("opt_out", lead=card.lead)
            desk.ask(OptOut(ticket=card.ticket, token=card.token))
            journal.told(call, "ok")
            continue
        call = journal.asks("record", **about)
        done = desk.ask(RecordOutcome(ticket=card.ticket, token=card.token, outcome="voicemail"))
        journal.told(call, "ok", event=done.event)
        if what == "undo":
            try:
                desk.ask(Undo())
            except Refused:
                continue


def judge(floor: TestFloor, paths: list[Path]) -> tuple[list[EventRow], list[str]]:
    log = floor.counter.store.read(lambda session: list(events.page(session, 0, 1_000_000)))
    return log, [str(each) for each in contradictions(read_journals(paths), log)]


@pytest.mark.parametrize("engine", ENGINES)
def test_two_callers_at_work_at_once_make_a_true_history(tmp_path: Path, engine: str) -> None:
    with make_floor(tmp_path, engine=engine, leads=60) as floor:
        paths = [tmp_path / "Dana", tmp_path / "Ito"]
        threads = [
            threading.Thread(target=shift, args=(floor.desk(path.name), path, random.Random(path.name)))
            for path in paths
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log, found = judge(floor, paths)
        assert found == []
        assert len(log) > 60
