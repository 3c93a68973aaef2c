"""Does a floor's own record agree with what its clients were told?

Each lead is a register: free, or held by one person under one token, or closed. Tokens are never used twice, so one
walk over the events finds every contradiction: O(n) in events and operations.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.journal import Op
from tests.floors import TestFloor
from tests.steps import rows

DIALS = ("dialed", "redialed")
ENDS = ("recorded", "expired", "returned", "denied", "skipped", "opted_out")
FOREVER = 2**63


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as far as holds are concerned; `at` is epoch seconds of the floor's clock. `closes` are the tickets
    that a do-not-call has closed."""

    id: int
    at: int
    kind: str
    person: int
    lead: int | None
    ticket: int | None
    outcome: str = ""
    token: str = ""
    goes_on: bool = False
    closes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two things that cannot both be so; the pair that shows it."""

    why: str
    first: Happened | Op | None
    second: Happened | Op | None


def events_of(floor: TestFloor) -> list[Happened]:
    """A floor's record in order."""
    found = rows(floor, "SELECT id, at, kind, person_id, lead_id, ticket_id, outcome, data FROM event ORDER BY id")
    return [_happened(row, json.loads(row["data"])) for row in found]


def _happened(row: Mapping[str, Any], data: Mapping[str, Any]) -> Happened:
    closes = data.get("tickets", ()) if row["kind"] in ("opted_out", "suppressed") else ()
    return Happened(row["id"], row["at"], row["kind"], row["person_id"], row["lead_id"], row["ticket_id"],
                    row["outcome"], data.get("token", ""), bool(data.get("goes_on")),
                    tuple(each[0] for each in closes))  # fmt: skip


def numbers_of(floor: TestFloor) -> dict[int, str]:
    """The telephone number of each lead that has one."""
    found = rows(floor, "SELECT l.id AS lead, p.e164 FROM lead l JOIN phone p ON p.contact_id = l.contact_id")
    return {each["lead"]: each["e164"] for each in found}


def contradictions(
    ops: Iterable[Op],
    events: Sequence[Happened],
    *,
    numbers: Mapping[int, str] | None = None,
    conflicts: Collection[str] = (),
) -> list[Contradiction]:
    """Everything in which journals and record contradict each other or themselves. `numbers` are those of leads;
    `conflicts` are the keys of saved writes that the floor has refused since."""
    asked = list(ops)
    return [
        *_Registers(numbers or {}).walk(events),
        *_acknowledged(asked, events, conflicts),
        *_counted(asked, events),
        *_in_order(asked, events),
        *_promised(asked, events, numbers or {}),
    ]


class _Registers:
    """Who has what in their hands, event by event."""

    def __init__(self, numbers: Mapping[int, str]) -> None:
        self._numbers = numbers
        self._held: dict[int, Happened] = {}
        self._token: dict[int, str] = {}  # of a lead in hand; "" while only its holder knows it, after an undo
        self._hands: dict[int, Happened] = {}
        self._line: dict[str, Happened] = {}
        self._lead_of: dict[int, int] = {}
        self._given: dict[str, Happened] = {}
        self._stopped: dict[int | str, Happened] = {}  # leads and numbers

    def walk(self, events: Iterable[Happened]) -> Iterator[Contradiction]:
        for each in events:
            if each.kind in ("served", "undone"):
                yield from self._begin(each)
            elif each.kind in (*DIALS, "answered", "recorded") or (each.kind in ENDS and each.ticket is not None):
                yield from self._within(each)
                if each.kind in ENDS and not each.goes_on:
                    self._end(each.lead)
            for ticket in each.closes:
                self._end(self._lead_of.get(ticket))
            for whom in _reached(each.lead, self._numbers):
                if each.kind == "opted_out":
                    self._stopped[whom] = each
                elif each.kind == "opt_out_lifted":
                    self._stopped.pop(whom, None)

    def _begin(self, each: Happened) -> Iterator[Contradiction]:
        lead, number = each.lead or 0, self._numbers.get(each.lead or 0, "")
        for why, before in (
            ("a lead in two hands", self._held.get(lead)),
            ("two leads in one pair of hands", self._hands.get(each.person)),
            ("a number on two screens", self._line.get(number) if number else None),
            ("a token that was given before", self._given.get(each.token) if each.token else None),
            ("a lead on a screen after a do-not-call", self._stopped.get(lead) or self._stopped.get(number)),
        ):
            if before is not None:
                yield Contradiction(why, before, each)
        self._held[lead], self._token[lead], self._hands[each.person] = each, each.token, each
        self._lead_of[each.ticket or 0] = lead
        if number:
            self._line[number] = each
        if each.token:
            self._given[each.token] = each

    def _within(self, each: Happened) -> Iterator[Contradiction]:
        lead = each.lead or 0
        hold = self._held.get(lead)
        if hold is None:
            yield Contradiction(f"{each.kind} without a hold", self._stopped.get(lead), each)
            return
        if hold.person != each.person:
            yield Contradiction(f"{each.kind} in somebody else's hold", hold, each)
        if each.token and self._token[lead] not in ("", each.token):
            yield Contradiction(f"{each.kind} under an old token", hold, each)
        self._token[lead] = self._token[lead] or each.token

    def _end(self, lead: int | None) -> None:
        hold = self._held.pop(lead or 0, None)
        if hold is not None:
            self._hands.pop(hold.person, None)
            self._line.pop(self._numbers.get(hold.lead or 0, ""), None)


def _acknowledged(
    asked: Sequence[Op], events: Sequence[Happened], conflicts: Collection[str]
) -> Iterator[Contradiction]:
    """Whatever a client was told is in the record, as it was told."""
    by_id = {each.id: each for each in events}
    served = {each.token: each for each in events if each.kind == "served"}
    recorded = {each.token: each for each in events if each.kind == "recorded"}
    stopped = {(each.person, each.lead): each for each in events if each.kind == "opted_out"}
    undone = {(each.person, each.ticket): each for each in events if each.kind == "undone"}
    for op in asked:
        if op.what == "claim" and op.ended == "ok" and op.token:
            found = served.get(op.token) or undone.get((op.person, op.ticket))
            if found is None or (found.person, found.ticket, found.lead) != (op.person, op.ticket, op.lead):
                yield Contradiction("a lead on a screen that was never served there", op, found)
        elif op.what == "record" and op.ended == "ok":
            found = by_id.get(op.event)
            told = (op.person, op.ticket, op.token, op.outcome)
            if found is None or (found.person, found.ticket, found.token, found.outcome) != told:
                yield Contradiction("an acknowledged outcome is missing", op, found)
            came = served.get(op.served)
            if op.served and (came is None or came.person != op.person):
                yield Contradiction("a lead that came with an outcome was never served there", op, came)
        elif op.what == "record" and op.ended == "saved":
            found = recorded.get(op.token)
            if (found is None) != (op.key in conflicts):
                yield Contradiction("a saved outcome neither counted nor became a conflict, or both", op, found)
        elif op.what == "opt_out" and op.ended in ("ok", "saved") and (op.person, op.lead) not in stopped:
            yield Contradiction("an acknowledged do-not-call is missing", op, None)


def _counted(asked: Sequence[Op], events: Sequence[Happened]) -> Iterator[Contradiction]:
    """Nothing counts twice, nothing that nobody asked for, nothing that was refused."""
    wanted: dict[tuple[str, str], list[Op]] = defaultdict(list)
    for op in asked:
        if op.what in ("record", "dial"):
            wanted[op.what, op.token].append(op)
    known = {op.person for op in asked}
    found: dict[tuple[str, str], list[Happened]] = defaultdict(list)
    for each in events:
        if each.person in known and each.kind in ("recorded", *DIALS):
            found["record" if each.kind == "recorded" else "dial", each.token].append(each)
    for what, token in wanted.keys() | found.keys():
        sent, seen = wanted[what, token], found[what, token]
        final = [each for each in seen if not each.goes_on]
        if what == "record" and len(final) > 1:
            yield Contradiction("an outcome counts twice", final[0], final[1])
        outcomes = Counter(op.outcome for op in sent if op.ended != "fail")
        refused = next((op for op in sent if op.ended == "fail"), None)
        for each in seen:
            if not outcomes[each.outcome]:
                why = f"{each.kind}, and nobody asked for it" if refused is None else f"refused, and yet {each.kind}"
                yield Contradiction(why, refused, each)
            outcomes[each.outcome] -= 1
        if what == "dial" and len(seen) < sum(op.ended == "ok" for op in sent):
            yield Contradiction("an acknowledged dial is missing", sent[0], None)


def _in_order(asked: Sequence[Op], events: Sequence[Happened]) -> Iterator[Contradiction]:
    """Who was answered before another asked comes before them in the record of a lead."""
    spans = _spans(asked)
    latest: dict[int, tuple[int, Happened]] = {}
    for each in events:
        span = spans.get(each.id) or spans.get((each.kind, each.token)) if each.token else None
        if each.lead is None or span is None:
            continue
        began, before = latest.get(each.lead, (0, each))
        if span[1] < began:
            yield Contradiction("in the record before something that came first", before, each)
        if span[0] > began:
            latest[each.lead] = (span[0], each)


def _spans(asked: Sequence[Op]) -> dict[object, tuple[int, int]]:
    """When the things of which events tell can have happened, by the event's id or by its kind and token."""
    spans: dict[object, tuple[int, int]] = {}
    unsure: dict[int, int] = {}  # by person: since when a claim of theirs may still arrive
    for op in sorted(asked, key=lambda op: op.invoked):
        end = op.returned if op.ended == "ok" and op.returned is not None else FOREVER
        if op.what == "record" and op.ended == "ok":
            spans[op.event] = (op.invoked, end)
            if op.served:
                spans["served", op.served] = (op.invoked, end)
        elif (op.what == "claim" and op.ended == "info") or (op.serve and op.ended in ("info", "saved")):
            unsure.setdefault(op.person, op.invoked)
        elif op.what == "claim" and op.ended == "ok" and op.token:
            spans.setdefault(("served", op.token), (min(op.invoked, unsure.get(op.person, op.invoked)), end))
    return spans


def _promised(asked: Sequence[Op], events: Sequence[Happened], numbers: Mapping[int, str]) -> Iterator[Contradiction]:
    """By the witnesses alone: nobody dials whom the floor has promised not to call."""
    lead_of = {each.token: each.lead for each in events if each.token}
    lifted = {each.lead for each in events if each.kind == "opt_out_lifted"}
    promises = [op for op in asked if op.what == "opt_out" and op.ended == "ok" and op.lead not in lifted]
    first: dict[int | str, Op] = {}
    for op in sorted(promises, key=lambda op: op.returned or FOREVER):
        for whom in _reached(op.lead, numbers):
            first.setdefault(whom, op)
    for op in asked:
        if op.what == "dial" and op.ended == "ok":
            for whom in _reached(lead_of.get(op.token), numbers):
                if whom in first and (first[whom].returned or FOREVER) < op.invoked:
                    yield Contradiction("dialed after a do-not-call was acknowledged", first[whom], op)
                    break


def _reached(lead: int | None, numbers: Mapping[int, str]) -> list[int | str]:
    """Whom a dial reaches and a do-not-call protects: a lead, and everybody behind its number."""
    return [] if lead is None else [lead, *filter(None, [numbers.get(lead)])]
