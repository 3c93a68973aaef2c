"""Whatever people do in whatever order: who is served what keeps to the order of claims and to the rule of one voice.

The machine writes down the dials itself, and looks behind the program for everything else. `make soak` runs it longer.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.people import AddPerson, GiveBack, SetState
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.undoing import Undo
from tests.floors import TestFloor, begin_floor, csv_of, import_rows, open_floor, release_campaign
from tests.postgres import server
from tests.steps import ANSWERS, HOUR, assert_clean, beat, dial, pick_up, rows, value

SOAK = bool(os.environ.get("SALESDESK_SOAK"))
PEOPLE = ("Dana", "Ito", "Lee")
WHO = st.sampled_from(PEOPLE)
OUTCOME = st.sampled_from(["no_answer", "no_answer", "busy", "no", "gatekeeper", "call_back", "call_back", "referred"])
MINUTES = st.sampled_from([3, 3, 10, 240])
CHOSEN = {"fresh", "retry", "kept"}
HELD_BACK, BETWEEN, STAYS = 120, 4 * HOUR, 5 * 86_400


def house_list() -> bytes:
    """Companies of three, two and one in two time zones, and two people of whose company nothing is known."""
    sizes = {"Acme": 3, "Birch": 3, "Cedar": 2, "Delta": 2, "Elm": 1, "Fir": 1, "": 2}
    found: list[list[str]] = []
    for company, size in sizes.items():
        for _ in range(size):
            number = len(found)
            area = ("212", "312")[number % 2]
            title = ("VP Finance", "Controller")[number % 2]
            name = f"{company} Inc." if company else ""
            row = [f"F{number}", f"L{number}", f"p{number}@x{number}.example", f"+1{area}55501{number:02d}"]
            found.append([*row, title, name, "", "", "US"])
    return csv_of(found)


def furnish(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Lee", roles="sdr"))
    import_rows(floor, house_list())
    release_campaign(floor, quantity=9)


def only(no: Refused, *codes: str) -> None:
    """Nothing else is a reason to be refused here."""
    assert no.code in codes, f"{no.code}: {no.message}"


class Shift(RuleBasedStateMachine):
    """People at work on a small floor."""

    engine = "sqlite"
    base: Path

    @initialize()
    def open(self) -> None:
        self.exit = ExitStack()
        self.cards: dict[str, TicketCard] = {}
        self.dials: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        self.keeper: dict[int, tuple[str, int]] = {}
        self.asks = 0
        if self.engine == "sqlite":
            folder = Path(self.exit.enter_context(TemporaryDirectory()))
            target = str(shutil.copy(self.base, folder / "one.floor"))
        else:
            target = self.exit.enter_context(server().filled("claim order", lambda at: begin_floor(at, furnish)))
        self.floor = self.exit.enter_context(open_floor(target))
        companies = rows(self.floor, "SELECT l.id, a.id AS account, a.name_key FROM lead l JOIN account a"
                         " ON a.id = l.account_id")  # fmt: skip
        self.company = {each["id"]: each["account"] if each["name_key"] else None for each in companies}

    def teardown(self) -> None:
        if hasattr(self, "exit"):
            assert_clean(self.floor)
            self.exit.close()

    # what people do -------------------------------------------------------------------------------------------------

    @rule(who=WHO)
    def claim(self, who: str) -> None:
        if who in self.cards and not beat(self.floor, self.cards[who], who):
            del self.cards[who]
        if who in self.cards:
            return
        due, near = self._promises(who)
        before = self._deals(who)
        try:
            card = self.floor.ask(who, ClaimNext())
        except Refused as no:
            only(no, "barred")
            return
        if card is None:
            assert not self._due_still(due), "a due promise of mine is served"
            return
        self.cards[who] = card
        self._learn(card.lead)
        why = value(self.floor, "SELECT reason FROM hold WHERE token = ?", card.token)
        if why != "promise":
            assert not self._due_still(due), "my due promise comes first"
            assert not near, "near a promise nothing fresh is served"
        if why in ("fresh", "retry"):
            self._assert_furthest_behind(who, card, before)
        referred = card.kind == "referral" and not card.attempts
        if why in CHOSEN and not referred and not (card.kind == "inbound" and not card.attempts):
            self._assert_one_voice(who, card)

    @rule(who=WHO)
    def dial(self, who: str) -> None:
        card = self.cards.get(who)
        if card is None:
            return
        try:
            if not dial(self.floor, card, who).allowed:
                del self.cards[who]
                return
        except Refused as no:
            only(no, *("lost_hold", "void_hold"))
            del self.cards[who]
            return
        account = self.company[card.lead]
        now = self.floor.clock.time
        if account is not None:
            self.dials[account].append((now, card.lead, who))
            mine, until = self.keeper.get(account, (who, 0))
            if until <= now or mine == who:
                self.keeper[account] = (who, now + STAYS)

    @rule(who=WHO, outcome=OUTCOME, minutes=MINUTES)
    def record(self, who: str, outcome: str, minutes: int) -> None:
        card = self.cards.get(who)
        if card is None:
            return
        self.asks += 1
        answers = dict(ANSWERS.get(outcome, {}))
        if outcome == "call_back":
            answers |= {"when": datetime.fromtimestamp(self.floor.clock.time + 60 * minutes, UTC).isoformat()}
        elif outcome == "busy":
            outcome, answers = "no_answer", {"busy": True}
        elif outcome == "referred":
            answers |= {"name": f"Nora Fresh{self.asks}", "number": f"+1212555{1000 + self.asks}"}
        try:
            if outcome not in ("no_answer",):
                pick_up(self.floor, card, who)
            self.floor.ask(who, RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=answers))
        except Refused as no:
            only(no, *("lost_hold", "void_hold", "no_dial", "bad_answer"))
            if no.code in ("no_dial", "bad_answer"):
                return
        del self.cards[who]

    @rule(who=WHO, outcome=OUTCOME, minutes=MINUTES)
    def work(self, who: str, outcome: str, minutes: int) -> None:
        self.claim(who)
        self.dial(who)
        self.record(who, outcome, minutes)

    @rule(who=WHO, outcome=OUTCOME, seconds=st.sampled_from([0, 60, 120, 900]))
    def work_one_after_the_other(self, who: str, outcome: str, seconds: int) -> None:
        for _ in range(3):
            self.work(who, outcome, 3)
            self.wait(seconds, alive=True)

    @rule(who=WHO, how=st.sampled_from(["skip", "skip for others", "give back", "pause", "undo"]))
    def turn_away(self, who: str, how: str) -> None:
        card = self.cards.get(who)
        try:
            if how == "undo":
                back = self.floor.ask(who, Undo())
                assert back is not None
                self.cards[who] = back
                return
            if how == "pause":
                self.floor.ask(who, SetState(state="paused", code="break"))
            elif card is None:
                return
            elif how == "give back":
                self.floor.ask(who, GiveBack())
            else:
                reason = "line_failed" if how == "skip" else "language"
                self.floor.ask(who, Skip(ticket=card.ticket, token=card.token, reason=reason))
            self.cards.pop(who, None)
        except Refused as no:
            if no.code in ("lost_hold", "void_hold"):
                self.cards.pop(who, None)

    @rule(seconds=st.sampled_from([5, 40, 60, 100, 300, 900, HOUR, BETWEEN]), alive=st.booleans())
    def wait(self, seconds: int, alive: bool) -> None:
        self.floor.clock.forward(seconds)
        if alive:
            for who, card in self.cards.items():
                beat(self.floor, card, who)

    @rule()
    def next_morning(self) -> None:
        now = datetime.fromtimestamp(self.floor.clock.time, UTC)
        days = {4: 3, 5: 2}.get(now.weekday(), 1)
        then = now.replace(hour=15, minute=30, second=0) + timedelta(days=days)
        self.floor.clock.time = int(then.timestamp())

    @precondition(lambda self: not rows(self.floor, "SELECT 1 FROM campaign WHERE id = 2"))
    @rule()
    def release_the_rest(self) -> None:
        release_campaign(self.floor, name="Autumn", callers=("Dana",), turn=2)

    @precondition(lambda self: self.asks < 6)
    @rule(company=st.sampled_from(["Acme Inc.", "Gum Inc."]))
    def inquire(self, company: str) -> None:
        self.asks += 1
        name, number = f"Ina Quire{self.asks}", f"+1212555{2000 + self.asks}"
        self.floor.ask("Cleo", AddInbound(name=name, company=company, number=number, campaign="1"))

    # what always holds ----------------------------------------------------------------------------------------------

    @invariant()
    def one_call_in_each_company(self) -> None:
        if hasattr(self, "floor"):
            twice = rows(
                self.floor,
                "SELECT a.id FROM hold h JOIN lead l ON l.id = h.lead_id JOIN account a ON a.id = l.account_id"
                " WHERE a.name_key <> '' GROUP BY a.id HAVING count(*) > 1",
            )
            assert twice == []

    def _learn(self, lead: int) -> None:
        """Somebody who came in since the machine began."""
        if lead not in self.company:
            found = rows(self.floor, "SELECT a.id, a.name_key FROM lead l JOIN account a ON a.id = l.account_id"
                         " WHERE l.id = ?", lead)[0]  # fmt: skip
            self.company[lead] = found["id"] if found["name_key"] else None

    def _assert_one_voice(self, who: str, card: TicketCard) -> None:
        account, now = self.company[card.lead], self.floor.clock.time
        if account is None:
            return
        last = self.dials[account][-1] if self.dials[account] else None
        if last is not None and last[1] != card.lead:
            assert now - last[0] >= BETWEEN, f"{card.lead} is served {now - last[0]} s after a colleague was dialed"
        mine, until = self.keeper.get(account, (who, 0))
        left = rows(
            self.floor,
            "SELECT 1 FROM event e JOIN lead l ON l.id = e.lead_id WHERE e.kind = 'skipped' AND l.account_id = ?"
            " AND e.data LIKE '%\"language\"%'",
            account,
        )
        assert mine == who or until <= now or left or not self._works(mine, card.campaign_id)

    def _works(self, who: str, campaign: int) -> bool:
        return bool(
            rows(
                self.floor,
                "SELECT 1 FROM assignment a JOIN person p ON p.id = a.person_id WHERE p.name = ? AND campaign_id = ?"
                " AND turn > 0",
                who,
                campaign,
            )
        )

    def _promises(self, who: str) -> tuple[list[int], list[int]]:
        """Tickets that this person has promised: those that are due, and those that soon will be."""
        now = self.floor.clock.time
        found = rows(
            self.floor,
            "SELECT p.ticket_id, p.due_at FROM promise p JOIN ticket t ON t.id = p.ticket_id JOIN person n"
            " ON n.id = p.person_id WHERE n.name = ? AND t.state = 'promised'",
            who,
        )
        due = [each["ticket_id"] for each in found if each["due_at"] <= now]
        return due, [each["ticket_id"] for each in found if now < each["due_at"] <= now + HELD_BACK]

    def _due_still(self, tickets: list[int]) -> list[int]:
        """Those of them that nothing speaks against."""
        due = rows(self.floor, "SELECT p.ticket_id FROM promise p JOIN ticket t ON t.id = p.ticket_id"
                   " WHERE t.state = 'promised' AND p.due_at <= ?", self.floor.clock.time)  # fmt: skip
        return [each["ticket_id"] for each in due if each["ticket_id"] in tickets]

    def _deals(self, who: str) -> dict[int, int]:
        found = rows(
            self.floor,
            "SELECT s.id, coalesce(d.n, 0) AS n FROM stratum s LEFT JOIN dealt d ON d.stratum_id = s.id"
            " AND d.person_id = (SELECT id FROM person WHERE name = ?)",
            who,
        )
        return {each["id"]: each["n"] for each in found}

    def _assert_furthest_behind(self, who: str, card: TicketCard, dealt: dict[int, int]) -> None:
        """No stratum of the same turn in which they were further behind has anybody ready."""
        mine = rows(
            self.floor,
            "SELECT s.id, s.size FROM stratum s JOIN campaign c ON c.id = s.campaign_id JOIN assignment a"
            " ON a.campaign_id = c.id AND a.person_id = (SELECT id FROM person WHERE name = ?) WHERE c.live = 1 AND"
            " a.turn = (SELECT turn FROM assignment WHERE campaign_id = ? AND person_id = a.person_id)",
            who,
            card.campaign_id,
        )
        whole, n = sum(each["size"] for each in mine), sum(dealt.get(each["id"], 0) for each in mine)
        behind = {each["id"]: (n + 1) * each["size"] - dealt.get(each["id"], 0) * whole for each in mine}
        stratum = value(self.floor, "SELECT stratum_id FROM ticket WHERE id = ?", card.ticket)
        now = self.floor.clock.time
        ready = rows(
            self.floor,
            "SELECT DISTINCT t.stratum_id FROM ticket t JOIN lane l ON l.id = t.lane_id JOIN call_window w"
            " ON w.id = l.window_id WHERE t.state = 'ready' AND t.owner_id IS NULL AND w.opens_at <= ?"
            " AND w.closes_at > ? AND NOT EXISTS (SELECT 1 FROM event e WHERE e.ticket_id = t.id AND e.kind = 'skipped'"
            " AND e.data LIKE '%\"language\"%' AND e.person_id = (SELECT id FROM person WHERE name = ?))",
            now,
            now,
            who,
        )
        of_this_turn = [each["stratum_id"] for each in ready if each["stratum_id"] in behind]
        better = [each for each in of_this_turn if behind[each] > behind[stratum]]
        assert better == [], f"{who} is further behind in {better} than in {stratum}"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("claim order") / "base.floor"
    begin_floor(str(path), furnish)
    return path


def run(engine: str, base: Path | None, examples: int, steps: int) -> None:
    machine = type("Shift", (Shift,), {"engine": engine, "base": base})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.soak
@pytest.mark.engines("sqlite")
def test_the_order_of_claims_and_the_rule_of_one_voice_hold_whatever_happens(base: Path) -> None:
    run("sqlite", base, *((400, 80) if SOAK else (12, 40)))


@pytest.mark.soak
@pytest.mark.engines("postgres")
def test_they_hold_in_a_database_too() -> None:
    run("postgres", None, *((60, 60) if SOAK else (3, 30)))
