"""The audit finds what the events do not explain, and nothing else, however wild the shift."""

from __future__ import annotations

import base64
import itertools
import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.calls import NextNumber
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.lists import ImportList
from salesdesk.desk.people import SetState, SignOut
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.releasing import CloseBatch, ReleaseBatch
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.store.session import Store
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows
from tests.steps import ANSWERS, assert_clean, audit, claim, dial, pick_up, record, rows, tamper, undo, value, work


def test_a_working_floor_is_explained_by_its_events(floor: TestFloor) -> None:
    for outcome in ANSWERS:
        work(floor, outcome)
    report = audit(floor)
    assert report.differences == 0
    assert report.tickets >= 24
    assert report.events == value(floor, "SELECT count(*) FROM event")
    assert report.sums > 10


@pytest.mark.engines("sqlite", "postgres")
def test_a_crash_between_any_two_commits_leaves_a_floor_that_is_explained(floor: TestFloor) -> None:
    """Whenever a commit ends, what is stored follows from the events: nothing is left for a second one."""
    store = floor.counter.store

    class EachCommit:
        def __getattr__(self, name: str) -> Any:
            return getattr(store, name)

        def write(self, work: Any) -> Any:
            done = store.write(work)
            assert_clean(floor)
            return done

        def write_and_look(self, work: Any, look: Any) -> Any:
            done = self.write(work)
            return store.read(lambda session: look(session, done))

    watched = replace(floor, counter=replace(floor.counter, store=cast(Store, EachCommit())))
    for outcome in ("no_answer", "no", "meeting"):
        work(watched, outcome)
    undo(watched)
    record(watched, claim(watched), "do_not_call")


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE ticket SET attempts = attempts + 1 WHERE id = 1", "ticket"),
        ("UPDATE ticket SET dealt = 1 - dealt WHERE id = 1", "ticket"),
        ("UPDATE ticket SET state = 'promised' WHERE id = 1", "ticket"),
        ("DELETE FROM ticket WHERE id = 1", "ticket"),
        ("UPDATE dealt SET n = n + 1 WHERE stratum_id = (SELECT min(stratum_id) FROM dealt)", "dealt"),
        ("DELETE FROM dealt", "dealt"),
        ("UPDATE rollup SET n = n + 1 WHERE outcome = 'no'", "sum"),
        ("UPDATE rollup SET talk_seconds = 9 WHERE outcome = 'no'", "sum"),
        ("UPDATE rollup SET wrap_seconds = 9 WHERE outcome = 'no'", "sum"),
        ("DELETE FROM rollup WHERE outcome = '#conversation'", "sum"),
        ("DELETE FROM hold", "hold"),
        ("UPDATE hold SET ticket_id = 1", "hold"),
    ],
)
def test_what_was_changed_behind_the_program_is_found(floor: TestFloor, sql: str, what: str) -> None:
    work(floor, "no")
    held = claim(floor)
    if held.ticket == 1:
        sql = sql.replace("ticket_id = 1", "ticket_id = 2")
    assert_clean(floor)
    tamper(floor, sql)
    report = audit(floor)
    assert report.differences >= 1
    assert what in {each.what for each in report.findings}
    assert all(each.stored != each.events for each in report.findings)


def test_an_event_added_by_hand_is_found(floor: TestFloor) -> None:
    work(floor, "no")
    tamper(
        floor,
        "INSERT INTO event SELECT id + 1, at, day, 'recorded', person_id, lead_id, ticket_id, campaign_id,"
        ' station, \'meeting\', map_version, \'{"flags":["positive"],"talk":0,"wrap":0}\' FROM event'
        " WHERE id = (SELECT max(id) FROM event)",
    )
    assert {each.what for each in audit(floor).findings} == {"sum"}


def test_only_leaders_audit(floor: TestFloor) -> None:
    from salesdesk.desk.auditing import RunAudit

    with pytest.raises(Refused):
        floor.run("Dana", RunAudit())


# --- a long random session --------------------------------------------------------------------------------------

LONG = bool(os.environ.get("SALESDESK_SOAK"))
PEOPLE = ("Dana", "Ito")
WHO = st.sampled_from(PEOPLE)
OUTCOME = st.sampled_from([*ANSWERS, "no_answer", "no_answer", "busy", "hung_up", "soon"])
MORE: dict[str, tuple[str, dict[str, Any]]] = {
    "busy": ("no_answer", {"busy": True}),
    "hung_up": ("no", {"reason": "hung_up"}),
    "soon": ("call_back", {"when": "in 20 minutes", "owner": "anyone"}),
}
HEADER = b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region,Do not call\n"


def _list() -> bytes:
    """Twenty-four people; every third has a second number, every fourth shares the switchboard of one company."""
    lines = []
    for n, plain in enumerate(people_rows(24)):
        second = f"+1646555{100 + n:04d}" if n % 3 == 0 else ""
        company = "Shared Inc" if n % 4 == 0 else plain[5]
        number = "+12125550199" if n % 4 == 0 else plain[3]
        first, last = chr(65 + n) * 5, chr(90 - n) * 6
        lines.append(f"{first},{last},{plain[2]},{number},{second},{company},US,\n")
    return HEADER + "".join(lines).encode()


_RECORDED = "SELECT data FROM event WHERE kind = 'recorded'"


class Shift(RuleBasedStateMachine):
    """Two callers and a coordinator do whatever they like; after every step the floor's promises hold."""

    engine = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        # The floor's secret orders its leads: a run that is repeated must meet the same ones.
        chance = itertools.count(1)
        self.stack.enter_context(patch("secrets.token_hex", lambda size=32: f"{next(chance):0{2 * size}x}"))
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.floor: TestFloor = self.stack.enter_context(
            make_floor(folder, engine=self.engine, leads=0, data=_list(), quantity=16)
        )
        self.cards: dict[str, TicketCard] = {}
        self.late: list[tuple[str, TicketCard]] = []
        self.off: set[int] = set()
        self.batches = itertools.count(1)

    def teardown(self) -> None:
        assert_clean(self.floor)
        if self.engine == "sqlite":
            assert value(self.floor, "PRAGMA integrity_check") == "ok"
        self.stack.close()

    def _try(self, name: str, request: Any) -> Any:
        try:
            return self.floor.ask(name, request)
        except Refused:
            return None

    @rule(who=WHO)
    def claim(self, who: str) -> None:
        card = self.floor.ask(who, ClaimNext())
        before = self.cards.pop(who, None)
        if before is not None and (card is None or before.token != card.token):
            self.late.append((who, before))
        if card is not None:
            self.cards[who] = card

    @rule(who=WHO)
    def dial(self, who: str) -> None:
        card = self.cards.get(who)
        if card is None:
            return
        try:
            allowed = dial(self.floor, card, who).allowed
        except Refused:
            return
        if not allowed:
            del self.cards[who]
        elif card.ticket % 2:
            pick_up(self.floor, card, who)

    @rule(who=WHO, outcome=OUTCOME)
    def answer(self, who: str, outcome: str) -> None:
        card = self.cards.get(who)
        if card is None:
            return
        name, more = MORE.get(outcome, (outcome, {}))
        try:
            done = record(self.floor, card, name, who, **more)
        except Refused:
            return
        if not done.goes_on:
            self.cards.pop(who)
            self.late.append((who, card))

    @rule(who=WHO, reason=st.sampled_from(["conflict", "customer", "line_failed", "closed_today"]))
    def skip(self, who: str, reason: str) -> None:
        card = self.cards.get(who)
        if card and self._try(who, Skip(ticket=card.ticket, token=card.token, reason=reason)):
            self.late.append((who, self.cards.pop(who)))

    @rule(who=WHO)
    def undo(self, who: str) -> None:
        card = self._try(who, Undo())
        if card is not None:
            if before := self.cards.pop(who, None):
                self.late.append((who, before))
            self.cards[who] = card

    @rule(who=WHO)
    def next_number(self, who: str) -> None:
        card = self.cards.get(who)
        if card:
            self._try(who, NextNumber(ticket=card.ticket, token=card.token))

    @rule(lead=st.integers(1, 30), scope=st.sampled_from(["person", "number", "company"]))
    def opt_out(self, lead: int, scope: str) -> None:
        if self._try("Cleo", OptOut(lead=lead, scope=scope)):
            self.off.add(lead)

    @rule(seconds=st.sampled_from([1, 20, 44, 46, 300, 900, 3600, 4 * 3600, 20 * 3600]))
    def tick(self, seconds: int) -> None:
        self.floor.clock.forward(seconds)

    @rule(who=WHO)
    def heartbeat(self, who: str) -> None:
        if card := self.cards.get(who):
            self.floor.ask(who, Heartbeat(ticket=card.ticket, token=card.token))

    @rule(who=WHO, how=st.sampled_from([SetState(state="paused", code="break"), SetState(state="ready"), SignOut()]))
    def leave(self, who: str, how: Any) -> None:
        self._try(who, how.model_copy(update={"key": f"leave{next(self.batches)}"}))

    @rule()
    def reboot(self) -> None:
        self.floor.clock.boot += "+"

    @rule(n=st.integers(0, 23), flag=st.booleans())
    def import_one(self, n: int, flag: bool) -> None:
        line = _list().splitlines(keepends=True)[n + 1]
        data = HEADER + (line.replace(b"US,\n", b"US,Yes\n") if flag else line)
        self.floor.run("Cleo", ImportList(data=base64.b64encode(data), name="again"))

    @rule()
    def release(self) -> None:
        batch = self.floor.ask("Cleo", DraftBatch(campaign=1, quantity=4)).batch
        self.floor.run("Cleo", CheckBatch(batch=batch))
        try:
            self.floor.run("Cleo", ReleaseBatch(batch=batch))
        except Refused:
            return

    @rule()
    def close(self) -> None:
        try:
            self.floor.run("Cleo", CloseBatch(batch=1))
        except Refused:
            return

    @rule(which=st.integers(0, 99))
    def zombie(self, which: int) -> None:
        """A screen that was asleep types on with its old token."""
        if not self.late:
            return
        who, card = self.late[which % len(self.late)]
        now = self.cards.get(who)
        if now is not None and now.token == card.token:
            return
        with pytest.raises(Refused):
            self.floor.ask(who, RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))

    @invariant()
    def one_hold_for_one_human(self) -> None:
        """I1: a lead, a number and a person are in one hold at most, and every ticket in a hold says so."""
        held = rows(self.floor, "SELECT h.*, t.state FROM hold h JOIN ticket t ON t.id = h.ticket_id WHERE h.void = ''")
        for what in ("lead_id", "number", "person_id", "ticket_id"):
            assert len({each[what] for each in held}) == len(held)
        assert {each["state"] for each in held} <= {"held"}
        assert value(self.floor, "SELECT count(*) FROM ticket WHERE state = 'held'") == len(held), "none is lost (I7)"

    @invariant()
    def one_outcome_for_one_token(self) -> None:
        """I3: each hold ends in at most one outcome that was not undone, and in none when its number goes on."""
        recorded = [json.loads(each["data"]) for each in rows(self.floor, _RECORDED)]
        ended = [each["token"] for each in recorded if not each["goes_on"]]
        assert len(set(ended)) == len(ended)

    @invariant()
    def nobody_is_unreachable(self) -> None:
        """I7: a promised ticket has its promise, a sleeping one the time at which it wakes."""
        odd = (
            "SELECT id FROM ticket WHERE state = 'promised' AND id NOT IN (SELECT ticket_id FROM promise)",
            "SELECT id FROM ticket WHERE state = 'sleeping' AND due_at IS NULL",
            "SELECT id FROM ticket WHERE state NOT IN ('sleeping') AND due_at IS NOT NULL",
            "SELECT id FROM promise JOIN ticket ON id = ticket_id WHERE state NOT IN ('promised', 'held')",
        )
        for sql in odd:
            assert rows(self.floor, sql) == [], sql

    @invariant()
    def opt_outs_win(self) -> None:
        """I8: who is off the list has no open ticket, and no dial after the opt-out."""
        for lead in self.off:
            states = {each["state"] for each in rows(self.floor, "SELECT state FROM ticket WHERE lead_id = ?", lead)}
            assert states <= {"done"}, (lead, states)
        late = rows(
            self.floor,
            "SELECT d.id FROM event d JOIN event o ON o.lead_id = d.lead_id AND o.kind = 'opted_out' AND o.id < d.id"
            " WHERE d.kind IN ('served', 'dialed', 'undone')",
        )
        assert late == []

    @invariant()
    def figures_follow_from_the_events(self) -> None:
        """I6, by the audit itself."""
        assert_clean(self.floor)


class ShiftInDatabase(Shift):
    """The same on PostgreSQL."""

    engine = "postgres"


for machine, examples in ((Shift, 12), (ShiftInDatabase, 4)):
    machine.TestCase.settings = settings(
        max_examples=300 if LONG else examples,
        stateful_step_count=60 if LONG else 40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.soak
class TestShift(Shift.TestCase):  # type: ignore[misc, valid-type]
    """Short in every run, long in a soak."""


@pytest.mark.soak
class TestShiftInDatabase(ShiftInDatabase.TestCase):  # type: ignore[misc, valid-type]
    """Short in every run, long in a soak."""


def test_an_import_while_a_hold_is_open_leaves_it_alone(floor: TestFloor) -> None:
    card = claim(floor)
    import_rows(floor, csv_of(people_rows(24)), name="again")
    assert dial(floor, card).allowed
    assert_clean(floor)
