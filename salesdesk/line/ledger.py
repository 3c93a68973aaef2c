"""What facts add up to: how each event moves the day's sums, the dealt counts, the tickets and the holds.

The desk uses these functions when it writes an event, the audit when it counts all events again; so the two cannot
come apart by being written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

SERVED, DIALED, ANSWERED, SKIPPED, KEPT, LATE = "@served", "@dialed", "@answered", "@skipped", "@kept", "@late"
"""Sums that are no outcome: leads served, dials, answers by a human, skips, promises kept in time and late."""
AFTER_HOURS = "@after_hours"
"""Dials that a line reported although their prospect's hours were over."""
SHORT_RING = "@short_ring"
"""Calls that nobody answered and that rang for less than 12 seconds (see `line.limits`)."""
FLAG = "#"
"""Begins the sum of one flag over all outcomes, as the answers left it: "#conversation"."""

_SUMS = {"served": SERVED, "dialed": DIALED, "answered": ANSWERED, "skipped": SKIPPED}
_OUTCOMES = frozenset({"recorded", "opted_out", "undone", "marked", "unmarked"})
_TAKEN_BACK = frozenset({"undone", "unmarked"})
_ENDS_HOLD = frozenset({"recorded", "skipped", "returned", "swapped", "expired", "denied", "opted_out"})


@dataclass(frozen=True, slots=True)
class Fact:
    """The part of an event that sums are made of."""

    kind: str
    day: str
    person_id: int
    lead_id: int | None
    ticket_id: int | None
    campaign_id: int | None
    station: str
    outcome: str
    map_version: int
    data: Mapping[str, Any]
    id: int = 0
    """Known once it is written."""


class SumKey(NamedTuple):
    """Which sum: of a day, a person, a campaign, a station, an outcome, as a version of the map defined it."""

    day: str
    person_id: int
    campaign_id: int
    station: str
    outcome: str
    map_version: int


class SumChange(NamedTuple):
    """By how much a sum moves; talk and wrap in seconds."""

    key: SumKey
    n: int
    talk: int
    wrap: int


def sum_changes(fact: Fact) -> Iterator[SumChange]:
    """How an event moves the sums. What takes something back takes it from the sums of its original day."""
    data = fact.data
    day, by = (str(data["day"]), -1) if fact.kind in _TAKEN_BACK else (fact.day, 1)

    def change(what: str, talk: int = 0, wrap: int = 0) -> SumChange:
        key = SumKey(day, fact.person_id, fact.campaign_id or 0, fact.station, what, fact.map_version)
        return SumChange(key, by, by * talk, by * wrap)

    if fact.kind in _SUMS:
        yield change(_SUMS[fact.kind])
    if voided := int(data.get("voided", 0)):  # the line failed: these dials were no calls
        yield change(DIALED)._replace(n=-voided)
    if fact.kind in _OUTCOMES:
        if fact.outcome:
            yield change(fact.outcome, int(data.get("talk", 0)), int(data.get("wrap", 0)))
        for flag in data.get("flags", ()):
            yield change(FLAG + str(flag))
    if kept := data.get("promise_kept"):
        yield change(KEPT if kept == "kept" else LATE)
    if data.get("after_hours"):
        yield change(AFTER_HOURS)
    if data.get("short_ring"):
        yield change(SHORT_RING)


class DealChange(NamedTuple):
    """A lead of a stratum counted for a person (+1), or given back uncounted (-1)."""

    person_id: int
    stratum_id: int
    by: int


def deal_change(fact: Fact) -> DealChange | None:
    """How an event moves a person's dealt counts, if it does."""
    stratum = fact.data.get("deal")
    if not stratum:
        return None
    return DealChange(fact.person_id, int(stratum), -1 if fact.data.get("uncounted") else 1)


class ReachChange(NamedTuple):
    """What came of a call to a lead of a campaign: tried, its right party reached, a conversation held; signed."""

    campaign_id: int
    lead_id: int
    tried: int
    reached: int
    conversed: int


def reach_change(fact: Fact) -> ReachChange | None:
    """How an event moves what a campaign has reached, if it does. A dial that was made is never taken back."""
    if fact.kind not in _OUTCOMES or not fact.campaign_id or not fact.lead_id:
        return None
    by, flags = -1 if fact.kind == "undone" else 1, fact.data.get("flags", ())
    tried = int(by > 0 and bool(fact.data.get("dials")))
    change = ReachChange(
        fact.campaign_id, fact.lead_id, tried, by * ("right_party" in flags), by * ("conversation" in flags)
    )
    return change if any(change[2:]) else None


def follow_defects(defects: dict[int, tuple[str, int]], fact: Fact) -> None:
    """Bring the defects that are known (id → state and the event that settled it, 0 while it is open) up to an event:
    found, settled, or taken back."""
    if fact.data.get("defect"):
        settled = str(fact.data.get("settled_as") or "")
        defects[fact.id] = (settled or "open", fact.id if settled else 0)
    for each in fact.data.get("settles", ()):
        defects[int(each)] = (fact.outcome, fact.id)
    if fact.kind == "undone":
        taken_back = int(fact.data["recorded"])
        defects.pop(taken_back, None)
        for each, (_, by) in defects.items():
            if by == taken_back:
                defects[each] = ("open", 0)


GONE = "gone"
"""The state of a ticket that was withdrawn before it was ever served."""


class TicketState(NamedTuple):
    """Where a ticket stands, as far as facts alone decide it: asleep and ready are both `pool`."""

    state: str
    attempts: int
    dealt: int


def ticket_state(state: str, attempts: int, dealt: int) -> TicketState:
    """A stored ticket in the words that the facts use."""
    return TicketState("pool" if state in ("ready", "sleeping") else state, attempts, dealt)


class Ticket(Protocol):
    """What an event tells of a ticket."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def dealt(self) -> int: ...


class TicketEntry(NamedTuple):
    """Where an event leaves a ticket; events keep a list of these under "tickets", each as an array in this order."""

    id: int
    state: str
    attempts: int
    dealt: int


def ticket_entry(
    ticket: Ticket, *, state: str | None = None, attempts: int | None = None, dealt: int | None = None
) -> TicketEntry:
    """Where an event leaves a ticket; what is not named stays as the ticket has it."""
    return TicketEntry(
        ticket.id,
        ticket.state if state is None else state,
        ticket.attempts if attempts is None else attempts,
        ticket.dealt if dealt is None else dealt,
    )


def ticket_changes(fact: Fact) -> Iterator[tuple[int, TicketState]]:
    """The tickets that an event leaves in a new place. Raises TypeError or ValueError for what is no TicketEntry."""
    for entry in map(TicketEntry._make, fact.data.get("tickets", ())):
        yield int(entry.id), ticket_state(str(entry.state), int(entry.attempts), int(entry.dealt))


def hold_change(fact: Fact) -> bool | None:
    """True when an event begins a hold on its ticket, False when it ends it, None when it leaves holds alone."""
    if fact.kind in ("served", "undone"):
        return True
    if fact.data.get("goes_on"):
        return None
    return False if fact.kind in _ENDS_HOLD else None
