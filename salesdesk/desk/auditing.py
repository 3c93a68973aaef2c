"""The audit: counts tickets, holds, dealt counts and sums again from the events, and says what differs."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Generator, Iterator

from salesdesk.desk import facts
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import JOB, Progress, Reply, Request, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line import ledger
from salesdesk.store import audit as stored
from salesdesk.store import events

PAGE = 5000
MOST_FINDINGS = 50


class RunAudit(Request["AuditReport"]):
    """Do the stored figures follow from the events?"""


class Difference(Reply):
    """Something stored that the events do not explain."""

    what: str
    which: str
    stored: str
    events: str


class AuditReport(Reply):
    """What was counted again, and every difference (the first fifty of them are named)."""

    events: int
    tickets: int
    holds: int
    dealt: int
    sums: int
    differences: int
    findings: tuple[Difference, ...]


class _Recount:
    """What the events add up to."""

    def __init__(self) -> None:
        self.events = 0
        self.tickets: dict[int, ledger.TicketState] = {}
        self.held: set[int] = set()
        self.dealt: Tally[tuple[int, int]] = Tally()
        self.sums: dict[ledger.SumKey, tuple[int, int, int]] = {}

    def add(self, fact: ledger.Fact) -> None:
        self.events += 1
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
        for change in ledger.sum_changes(fact):
            n, talk, wrap = self.sums.get(change.key, (0, 0, 0))
            self.sums[change.key] = (n + change.n, talk + change.talk, wrap + change.wrap)


@operation(roles=LEADERS, effect=JOB)
def audit(floor: Floor, me: Person, ask: RunAudit) -> Generator[Progress, None, AuditReport]:
    """Recount everything from the events in short reads, then compare on one snapshot."""
    recount, last = _Recount(), 0
    total = floor.read(lambda now: stored.count_events(now.session))
    while True:
        page = floor.read(lambda now, last=last: list(events.page(now.session, last, PAGE)))  # type: ignore[misc]
        for event in page:
            recount.add(facts.as_fact(event))
        if len(page) < PAGE:
            break
        last = page[-1].id
        yield Progress(done=recount.events, total=max(total, recount.events), note="counting")
    last = page[-1].id if page else last
    return floor.read(lambda now: _compare(now, recount, last))


def _compare(floor: Floor, recount: _Recount, last: int) -> AuditReport:
    # Whatever was written since the last page belongs to the same snapshot as the tables.
    for event in events.page(floor.session, last, 1_000_000):
        recount.add(facts.as_fact(event))
    found = list(_differences(floor, recount))
    return AuditReport(
        events=recount.events,
        tickets=len(recount.tickets),
        holds=len(recount.held),
        dealt=len(recount.dealt),
        sums=len(recount.sums),
        differences=len(found),
        findings=tuple(found[:MOST_FINDINGS]),
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


def _compare_maps(what: str, stored_now: dict, counted: dict) -> Iterator[Difference]:  # type: ignore[type-arg]
    for key in sorted(stored_now.keys() | counted.keys(), key=str):
        if stored_now.get(key) != counted.get(key):
            shown = tuple(key) if isinstance(key, tuple) else key
            yield Difference(
                what=what, which=str(shown), stored=str(stored_now.get(key, "–")), events=str(counted.get(key, "–"))
            )
