"""The audit: is the record what was sealed, and do tickets, holds, dealt counts and sums follow from it?"""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from pydantic import Field

from salesdesk.desk import chain, facts
from salesdesk.desk.chain import SealReport
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import JOB, Progress, Reply, Request, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.desk.sealing import Anchor
from salesdesk.line import ledger
from salesdesk.store import audit as stored
from salesdesk.store import coverage, defects, events
from salesdesk.store.events import EventRow

PAGE = 5000
MOST_FINDINGS = 50
MOST_ANCHORS = 1000


class RunAudit(Request["AuditReport"]):
    """Do the stored figures follow from the events, and are the events what was sealed?"""

    anchors: tuple[Anchor, ...] = Field(
        default=(), max_length=MOST_ANCHORS, description="what was remembered of seals outside the floor"
    )


class Difference(Reply):
    """Something stored that the events do not explain."""

    what: str
    which: str
    stored: str
    events: str


class AuditReport(Reply):
    """What was counted again, every difference (the first fifty of them are named), and what the seals prove."""

    events: int
    tickets: int
    holds: int
    dealt: int
    sums: int
    differences: int
    findings: tuple[Difference, ...]
    seals: SealReport


class _Recount:
    """What the events add up to."""

    def __init__(self) -> None:
        self.events = 0
        self.tickets: dict[int, ledger.TicketState] = {}
        self.held: set[int] = set()
        self.dealt: Tally[tuple[int, int]] = Tally()
        self.sums: dict[ledger.SumKey, tuple[int, int, int]] = {}
        self.reach: dict[tuple[int, int], tuple[int, int, int]] = {}
        self.defects: dict[int, tuple[str, int]] = {}
        self.odd: list[int] = []

    def add_all(self, page: Sequence[Sequence[Any]]) -> None:
        """Add stored events; those that make no sense (only damage makes them) are kept in `odd` by id."""
        self.events += len(page)
        for columns in page:
            try:
                event = EventRow._make(columns)
                self._add(facts.as_fact(event._replace(data=json.loads(columns[-1]))))
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                self.odd.append(columns[0])

    def _add(self, fact: ledger.Fact) -> None:
        for ticket, state in ledger.ticket_changes(fact):
            if state.state == ledger.GONE:
                self.tickets.pop(ticket, None)
                continue
            self.tickets[ticket] = state
            if state.state != "held":
                self.held.discard(ticket)
        begins = ledger.hold_change(fact)
        if begins is not None and fact.ticket_id is not None:
            (self.held.add if begins else self.held.discard)(fact.ticket_id)
        deal = ledger.deal_change(fact)
        if deal:
            self.dealt[deal.person_id, deal.stratum_id] += deal.by
        reach = ledger.reach_change(fact)
        if reach:
            lead = reach.campaign_id, reach.lead_id
            before = self.reach.get(lead, (0, 0, 0))
            self.reach[lead] = (max(before[0], reach.tried), before[1] + reach.reached, before[2] + reach.conversed)
        ledger.follow_defects(self.defects, fact)
        for change in ledger.sum_changes(fact):
            n, talk, wrap = self.sums.get(change.key, (0, 0, 0))
            self.sums[change.key] = (n + change.n, talk + change.talk, wrap + change.wrap)


@operation(roles=LEADERS, effect=JOB)
def audit(floor: Floor, me: Person, ask: RunAudit) -> Generator[Progress, None, AuditReport]:
    """Follow the seals and recount everything from the events in short reads, then compare on one snapshot."""
    seals = yield from chain.verify(floor, ask.anchors)
    recount, last = _Recount(), 0
    total, settled = floor.read(lambda now: (stored.count_events(now.session), events.settled(_newest(now))))
    while True:
        page = floor.read(lambda now: stored.events(now.session, last, settled, PAGE))  # noqa: B023
        if not page:
            return floor.read(lambda now: _compare(now, recount, last, seals))  # noqa: B023
        recount.add_all(page)
        last = page[-1][0]
        yield Progress(done=recount.events, total=max(total, recount.events), note="counting")


def _newest(floor: Floor) -> int:
    return events.newest_id(floor.session)


def _compare(floor: Floor, recount: _Recount, last: int, seals: SealReport) -> AuditReport:
    # The newest events, and whatever is written meanwhile, belong to the same snapshot as the tables.
    while page := stored.events(floor.session, last, _newest(floor), PAGE):
        recount.add_all(page)
        last = page[-1][0]
    found = [Difference(what="event", which=str(each), stored="makes no sense", events="–") for each in recount.odd]
    found += _differences(floor, recount)
    return AuditReport(
        events=recount.events,
        tickets=len(recount.tickets),
        holds=len(recount.held),
        dealt=len(recount.dealt),
        sums=len(recount.sums),
        differences=len(found),
        findings=tuple(found[:MOST_FINDINGS]),
        seals=seals,
    )


def _differences(floor: Floor, recount: _Recount) -> Iterator[Difference]:
    session = floor.session
    tickets = {
        row["id"]: ledger.ticket_state(row["state"], row["attempts"], row["dealt"]) for row in stored.tickets(session)
    }
    yield from _compare_maps("ticket", tickets, recount.tickets)
    held = {row["ticket_id"]: "held" for row in stored.holds(session)}
    yield from _compare_maps("hold", held, dict.fromkeys(recount.held, "held"))
    dealt = {(row["person_id"], row["stratum_id"]): row["n"] for row in stored.dealt(session) if row["n"]}
    yield from _compare_maps("dealt", dealt, {key: n for key, n in recount.dealt.items() if n})
    sums = {
        ledger.SumKey(*(row[name] for name in ledger.SumKey._fields)): (
            row["n"],
            row["talk_seconds"],
            row["wrap_seconds"],
        )
        for row in stored.sums(session)
    }
    nothing = (0, 0, 0)
    yield from _compare_maps(
        "sum",
        {key: value for key, value in sums.items() if value != nothing},
        {key: value for key, value in recount.sums.items() if value != nothing},
    )
    reach = {
        (row["campaign_id"], row["lead_id"]): (row["tried"], row["reached"], row["conversed"])
        for row in coverage.everything(session)
    }
    yield from _compare_maps(
        "reach",
        {key: value for key, value in reach.items() if value != nothing},
        {key: value for key, value in recount.reach.items() if value != nothing},
    )
    known = {each.id: (each.state, each.settled_by or 0) for each in defects.everything(session)}
    yield from _compare_maps("defect", known, recount.defects)


def _compare_maps(what: str, stored_now: dict, counted: dict) -> Iterator[Difference]:  # type: ignore[type-arg]
    for key in sorted(stored_now.keys() | counted.keys(), key=str):
        if stored_now.get(key) != counted.get(key):
            shown = tuple(key) if isinstance(key, tuple) else key
            yield Difference(
                what=what, which=str(shown), stored=str(stored_now.get(key, "–")), events=str(counted.get(key, "–"))
            )
