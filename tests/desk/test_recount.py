"""A random shift over midnight and the end of summer time, counted again from the events by nothing but a list: every
figure of the board, of people and of their days is what happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from salesdesk.desk.boards import Board, MyNumbers, ShowBalance
from salesdesk.desk.calls import Answered, Dialed, NextNumber
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.coverage import Coverage
from salesdesk.desk.days import MyDays
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.line.tzdata import zone
from salesdesk.store.events import EventRow
from tests.floors import TestFloor, make_floor, open_floor
from tests.steps import ANSWERS, HOUR, assert_clean, happened, rows, tamper, value

BERLIN = zone("Europe/Berlin")
EVENING = int(datetime(2026, 10, 24, 22, 30, tzinfo=BERLIN).timestamp())
"""Saturday afternoon in New York; it is Sunday in Berlin soon, and an hour there comes twice."""
HOURS = {"weekdays": tuple(range(7)), "start": "08:00", "stop": "20:00"}
FLAGS = {
    "humans": "reached_human",
    "conversations": "conversation",
    "selling_conversations": "selling_conversation",
    "meetings": "positive",
}


class Shift:
    """People who do at random whatever their screens let them do."""

    def __init__(self, floor: TestFloor, seed: int) -> None:
        self.floor, self.lot = floor, Random(seed)
        self.cards: dict[str, TicketCard | None] = {"Dana": None, "Ito": None}
        self.called: dict[str, bool] = {}

    def turn(self) -> None:
        """Some seconds later somebody does something."""
        self.floor.clock.forward(self.lot.randrange(2, 30))
        for who, card in self.cards.items():
            named = {"ticket": card.ticket, "token": card.token} if card else {}
            if not self.floor.ask(who, Heartbeat(**named)).holding:
                self.cards[who] = None
        who = self.lot.choice(tuple(self.cards))
        with suppress(Refused, BadRequest):
            self._do(who, self.cards[who], self.lot.random())

    def _do(self, who: str, card: TicketCard | None, lot: float) -> None:
        named: dict[str, Any] = {"ticket": card.ticket, "token": card.token} if card else {}
        ask = self.floor.ask
        if card is None and lot < 0.15:
            self._has(who, ask(who, Undo()), called=True)
        elif card is None and lot < 0.2:
            ask(who, SetState(state="paused", code="break"))
        elif card is None:
            ask(who, SetState(state="ready"))
            self._has(who, ask(who, ClaimNext()))
        elif not self.called[who] and lot < 0.1:
            ask(who, Skip(**named, reason=self.lot.choice(("bad_data", "language", "conflict"))))
            self._has(who, None)
        elif not self.called[who]:
            self.called[who] = ask(who, Dialed(**named)).allowed
            self._has(who, card if self.called[who] else None, called=self.called[who])
        elif lot < 0.35:
            ask(who, Answered(**named))
        elif lot < 0.4:
            self._has(who, ask(who, NextNumber(**named)))
        elif lot < 0.45:
            ask(who, OptOut(**named, talk_seconds=self.lot.randrange(9), wrap_seconds=3))
            self._has(who, None)
        elif lot < 0.5:
            ask(who, Skip(**named, reason="line_failed"))
            self._has(who, None)
        else:
            self._record(who, named)

    def _record(self, who: str, named: dict[str, Any]) -> None:
        outcome = self.lot.choice(tuple(ANSWERS))
        answers = dict(ANSWERS[outcome]) | ({"when": "in 20 min"} if outcome == "call_back" else {})
        wrap = self.lot.randrange(9)
        done = self.floor.ask(who, RecordOutcome(**named, outcome=outcome, answers=answers, wrap_seconds=wrap))
        if not done.goes_on:
            self._has(who, None)

    def _has(self, who: str, card: TicketCard | None, *, called: bool = False) -> None:
        self.cards[who], self.called[who] = card, called


def counted(facts: list[EventRow]) -> dict[tuple[int, str], Counter[str]]:
    """What happened, by person and day of the floor; what was undone has not, on its own day."""
    undone = {each.data["recorded"] for each in facts if each.kind == "undone"}
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for each in facts:
        day = datetime.fromtimestamp(each.at, BERLIN).date().isoformat()
        mine, data = found[each.person_id, day], each.data
        mine["dials"] += (each.kind == "dialed") - data.get("voided", 0)
        mine["skips"] += each.kind == "skipped"
        if each.kind not in ("recorded", "opted_out") or each.id in undone:
            continue
        mine.update(name for name, flag in FLAGS.items() if flag in data["flags"])
        mine["talk_seconds"] += data["talk"]
        mine["opt_outs"] += "opt_out" in data["flags"]
        mine["bad_records"] += "bad_data" in data["flags"]
        mine[f"promises_{data['promise_kept']}"] += 1
    return found


def compare(floor: TestFloor) -> None:
    """The figures of this moment against the list."""
    facts = happened(floor.counter.store)
    found = counted(facts)
    today = datetime.fromtimestamp(floor.clock.now(), BERLIN).date().isoformat()
    whole: Counter[str] = Counter()
    for name in ("Dana", "Ito"):
        who = floor.desk(name).person.id
        whole.update(found[who, today])
        mine = floor.ask(name, MyNumbers()).mine
        for figure in (*FLAGS, "dials", "skips", "talk_seconds", "promises_kept", "promises_late"):
            assert getattr(mine, figure) == found[who, today][figure], (name, figure)
        for day in floor.ask(name, MyDays()).days:
            assert (day.dials, day.meetings) == tuple(found[who, day.day][it] for it in ("dials", "meetings"))
    board = floor.ask("Sam", Board())
    assert [(each.successes, each.trials) for each in board.yields] == [
        (whole["humans"], whole["dials"]),
        (whole["conversations"], whole["humans"]),
        (whole["meetings"], whole["selling_conversations"]),
    ]
    assert [each.value for each in board.notes[:3]] == [whole[it] for it in ("bad_records", "opt_outs", "skips")]
    came = [each for each in rows(floor, "SELECT callable_at AS at, dialed_at FROM inbound") if _is(each["at"], today)]
    assert len(board.speed) == 2 * bool([each for each in came if each["at"] <= floor.clock.now()])
    compare_stock(floor, board.line[1].on_hand.value or 0)
    dealt = sum((-1 if each.data.get("uncounted") else 1) for each in facts if each.data.get("deal"))
    assert sum(each.dealt for each in floor.ask("Cleo", ShowBalance()).campaigns) == dealt
    undone = {each.data["recorded"] for each in facts if each.kind == "undone"}
    talked = {
        value(floor, "SELECT account_id FROM lead WHERE id = ?", each.lead_id)
        for each in facts
        if each.kind == "recorded" and each.id not in undone and "conversation" in each.data["flags"]
    }
    assert floor.ask("Cleo", Coverage()).campaigns[0].accounts_conversed == len(talked)


def compare_stock(floor: TestFloor, on_hand: float) -> None:
    """No lead is on hand before it wakes, and why-dry leaves none out."""
    dry = floor.ask("Cleo", WhyDry(campaign=1))
    tickets = value(floor, "SELECT count(*) FROM ticket WHERE station = 'sdr'")
    assert dry.ready + sum(each.leads for each in dry.blocks) == tickets
    due = value(
        floor, "SELECT count(*) FROM ticket WHERE station = 'sdr' AND state = 'sleeping' AND due_at <= ?",
        floor.clock.now(),
    )  # fmt: skip
    assert on_hand <= dry.ready + due


def _is(at: int, day: str) -> bool:
    return datetime.fromtimestamp(at, BERLIN).date().isoformat() == day


@pytest.mark.engines("sqlite", "postgres")
@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_what_happened(tmp_path: Path, seed: int) -> None:
    with make_floor(tmp_path, leads=60, now=EVENING, hours=HOURS) as made:
        tamper(made, "UPDATE floor SET value = 'Europe/Berlin' WHERE key = 'zone'")
        with open_floor(made.target, EVENING) as floor:
            for who in ("Dana", "Ito"):
                floor.ask(who, SignIn())
            shift = Shift(floor, seed)
            for hour in range(6):
                floor.clock.time = max(floor.clock.time, EVENING + hour * HOUR)
                floor.ask("Cleo", AddInbound(name=f"Ask {hour}", company=f"Asker {hour}", number=f"+1212555019{hour}"))
                for _ in range(25):
                    shift.turn()
                compare(floor)
            assert_clean(floor)
