"""Does the floor's record agree with what its stations saw? The stations' journals are the witnesses, the record is the
suspect.

Every lead is a register: free, then in somebody's hands under a token, then free again; tokens are never used twice. So
the order of a lead's events is known, and one walk over record and journals finds every contradiction, in a time that
grows with their length and no faster:

    contradictions(read_journals(paths), events, numbers={lead: its one number})

An operation that was never answered may have happened or not; one that was refused must not have. Not judged here:
figures (the audit counts them again) and the order in which leads were served.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from salesdesk.store.events import EventRow
from tests.real.journals import Moment, Op


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two facts that cannot both be so; `second` is the later one, or what is missing."""

    rule: str
    first: object
    second: object

    def __str__(self) -> str:
        return f"{self.rule}: {_shown(self.first)} / {_shown(self.second)}"


def _shown(fact: object) -> str:
    if isinstance(fact, EventRow):
        token = f" token {fact.data['token']}" if "token" in fact.data else ""
        return f"event {fact.id} {fact.kind} lead {fact.lead_id} by {fact.person_id}{token}"
    return str(fact)


_LONG_AGO = Moment(float("-inf"), float("-inf"))


def contradictions(
    ops: Sequence[Op], log: Sequence[EventRow], *, numbers: Mapping[int, str] | None = None
) -> list[Contradiction]:
    """Everything in which journals and record contradict each other or themselves.

    ops: operations of stations whose moments come from one monotonic clock: `claim` and `undo` (answered with token
    and lead), `dial` (token, lead; ok when it was allowed), `record` (token, lead; answered with the event), `opt_out`
    (lead). log: the whole record, in the order of ids. numbers: the number of each lead that has just one.
    """
    numbers = numbers or {}
    found = [*_Registers(numbers).follow(log)]
    record = _Record(log)
    found += _witnessed(ops, record)
    found += _real_time(ops, log, record)
    found += _asked_off(ops, record, numbers)
    return found


@dataclass(slots=True)
class _Held:
    """A lead in somebody's hands; the token is not known after an undo, until it is used."""

    event: EventRow
    ticket: int | None
    person: int
    token: str


_BEGINS = frozenset({"served", "undone"})
_DIALS = frozenset({"dialed", "redialed"})
_IN_HAND = frozenset({"dialed", "redialed", "answered", "recorded", "skipped", "returned", "expired", "denied"})


@dataclass
class _Registers:
    """I1, I3 and I8 in the record alone: what is held by whom, after each event."""

    numbers: Mapping[int, str]
    leads: dict[int, _Held] = field(default_factory=dict)
    tickets: dict[int, int] = field(default_factory=dict)  # held ticket: its lead
    busy: dict[tuple[str, object], _Held] = field(default_factory=dict)  # people and numbers
    tokens: dict[str, EventRow] = field(default_factory=dict)
    off: dict[object, EventRow] = field(default_factory=dict)  # leads and numbers

    def follow(self, log: Sequence[EventRow]) -> Iterator[Contradiction]:
        before: EventRow | None = None
        for event in log:
            if before is not None and event.id <= before.id:
                yield Contradiction("ids do not rise", before, event)
            before = event
            yield from self._after_an_opt_out(event)
            if event.kind in _BEGINS:
                yield from self._begin(event)
            elif event.kind in _IN_HAND:
                yield from self._in_hand(event)
            self._end(event)

    def _keys(self, lead: int | None, person: int) -> list[tuple[str, object]]:
        number = self.numbers.get(lead or 0)
        return [("person", person), *([("number", number)] if number else [])]

    def _begin(self, event: EventRow) -> Iterator[Contradiction]:
        token = str(event.data.get("token", ""))
        held = _Held(event, event.ticket_id, event.person_id, token)
        lead = event.lead_id or 0
        if lead in self.leads:
            yield Contradiction("a lead is in two hands", self.leads[lead].event, event)
            self._let_go(lead)
        for key in self._keys(lead, event.person_id):
            if key in self.busy:
                yield Contradiction(f"a {key[0]} is in two holds", self.busy[key].event, event)
            self.busy[key] = held
        if token in self.tokens:
            yield Contradiction("a token is given twice", self.tokens[token], event)
        if token:
            self.tokens[token] = event
        self.leads[lead] = held
        self.tickets[event.ticket_id or 0] = lead

    def _in_hand(self, event: EventRow) -> Iterator[Contradiction]:
        held = self.leads.get(event.lead_id or 0)
        if held is None:
            yield Contradiction(f"{event.kind} without a hold", "nobody holds the lead", event)
            return
        if held.person != event.person_id:
            yield Contradiction(f"{event.kind} by somebody else", held.event, event)
        token = str(event.data.get("token", ""))
        if token and not held.token and token not in self.tokens:
            held.token, self.tokens[token] = token, event  # the first use of a token that an undo gave
        elif token and token != held.token:
            yield Contradiction(f"{event.kind} with an old token", held.event, event)

    def _end(self, event: EventRow) -> None:
        """A hold ends when its ticket is said to stand anywhere else."""
        for ticket, state, *_ in event.data.get("tickets", ()):
            if state != "held" and ticket in self.tickets:
                self._let_go(self.tickets[ticket])

    def _let_go(self, lead: int) -> None:
        held = self.leads.pop(lead)
        self.tickets.pop(held.ticket or 0, None)
        for key in self._keys(lead, held.person):
            if self.busy.get(key) is held:
                del self.busy[key]

    def _after_an_opt_out(self, event: EventRow) -> Iterator[Contradiction]:
        for each in _reached(event.lead_id, self.numbers):
            if event.kind == "opted_out":
                self.off[each] = event
            elif event.kind == "opt_out_lifted":
                self.off.pop(each, None)
            elif event.kind in _BEGINS | _DIALS and each in self.off:
                yield Contradiction("served or dialed after an opt-out", self.off[each], event)
                return


class _Record:
    """The record, to be asked by id and by token."""

    def __init__(self, log: Sequence[EventRow]) -> None:
        self.by_id = {event.id: event for event in log}
        self.by_token: defaultdict[tuple[str, str], list[EventRow]] = defaultdict(list)
        self.opt_outs: defaultdict[int, list[EventRow]] = defaultdict(list)
        for event in log:
            if token := event.data.get("token"):
                kind = "dialed" if event.kind in _DIALS else event.kind
                self.by_token[kind, str(token)].append(event)
            if event.kind == "opted_out":
                self.opt_outs[event.lead_id or 0].append(event)
        self.lifted = {event.lead_id for event in log if event.kind == "opt_out_lifted"}


def _witnessed(ops: Sequence[Op], record: _Record) -> Iterator[Contradiction]:
    """I3, I4 and I5: what was acknowledged is there, once; what was refused, or that nobody sent, is not."""
    sent: defaultdict[str, list[Op]] = defaultdict(list)
    for op in ops:
        if op.what == "record":
            sent[op.token].append(op)
        if op.said != "ok":
            continue
        if op.what == "record" and not _is_of(record.by_id.get(op.event or 0), op):
            yield Contradiction("an acknowledged outcome is not in the record", op, "no such event")
        elif op.what == "claim" and not any(_is_of(each, op) for each in _given(record, op.token)):
            yield Contradiction("a lead was shown that was never served", op, "no such event")
        elif op.what == "dial" and not record.by_token["dialed", op.token]:
            yield Contradiction("an acknowledged dial is not in the record", op, "no such event")
        elif op.what == "opt_out" and not record.opt_outs[op.lead or 0]:
            yield Contradiction("an acknowledged opt-out is not in the record", op, "no such event")
    journaled = {op.who for op in ops}
    for (kind, token), events in record.by_token.items():
        if kind != "recorded":
            continue
        last = [each for each in events if not each.data.get("goes_on")]
        if len(last) > 1:
            yield Contradiction("two outcomes under one token", last[0], last[1])
        tried = sent[token]
        if tried and all(op.said == "fail" for op in tried):
            yield Contradiction("a refused outcome is in the record", tried[-1], events[0])
        if not tried and events[0].person_id in journaled:
            yield Contradiction("an outcome that nobody sent", "no journal has it", events[0])


def _given(record: _Record, token: str) -> list[EventRow]:
    """The event that gave a token; after an undo only its uses are known."""
    return record.by_token["served", token] or record.by_token["dialed", token] or record.by_token["recorded", token]


def _is_of(event: EventRow | None, op: Op) -> bool:
    if event is None:
        return False
    same_token = event.kind == "opted_out" or event.data.get("token") == op.token
    return same_token and event.person_id == op.who and op.lead in (None, event.lead_id)


@dataclass(slots=True)
class _Span:
    """When an event can have been written: not before `since`, not after `until`; by which operation."""

    since: Moment
    until: Moment
    op: Op


def _real_time(ops: Sequence[Op], log: Sequence[EventRow], record: _Record) -> Iterator[Contradiction]:
    """What was over before something else was begun stands before it in the record, for each lead and each person."""
    spans = _spans(ops, record)
    latest: dict[tuple[str, int | None], _Span] = {}
    for event in log:
        span = spans.get(event.id)
        if span is None:
            continue
        for key in (("person", event.person_id), ("lead", event.lead_id)):
            before = latest.setdefault(key, span)
            if span.until.mono < before.since.mono:
                yield Contradiction("written in another order than it happened", before.op, span.op)
            if span.since.mono >= before.since.mono:
                latest[key] = span


def _spans(ops: Sequence[Op], record: _Record) -> dict[int, _Span]:
    """For each event whose operation is known beyond doubt, between which moments it was written."""
    spans: dict[int, _Span] = {}
    for op in ops:
        event = _written_by(op, record)
        if event is None:
            continue
        # A claim may answer with a hold that an earlier one has taken: it ended then, but began who knows when.
        since = _LONG_AGO if op.what == "claim" else op.begin
        span = spans.setdefault(event.id, _Span(since, op.end, op))
        span.since, span.until = min(span.since, since), min(span.until, op.end)  # asked again under the same key
    return spans


def _written_by(op: Op, record: _Record) -> EventRow | None:
    """The event that an operation wrote, when there is no doubt which one it is."""
    if op.event is not None:
        return record.by_id.get(op.event)
    kinds = {"claim": "served", "dial": "dialed", "record": "recorded"}
    events = record.by_token.get((kinds.get(op.what, ""), op.token), ()) if op.said != "fail" else ()
    return events[0] if len(events) == 1 else None


def _asked_off(ops: Sequence[Op], record: _Record, numbers: Mapping[int, str]) -> Iterator[Contradiction]:
    """I8 by the witnesses alone: nobody dials whom the floor has promised not to call."""
    promised: dict[object, Op] = {}
    for op in ops:
        if op.said == "ok" and _opts_out(op, record) and op.lead not in record.lifted:
            for whom in _reached(op.lead, numbers):
                first = promised.setdefault(whom, op)
                promised[whom] = min(first, op, key=lambda each: each.end)
    for op in ops:
        if op.what == "dial" and op.said == "ok":
            earlier = [promised[whom] for whom in _reached(op.lead, numbers) if whom in promised]
            if earlier and min(each.end for each in earlier) < op.begin:
                yield Contradiction("dialed after an opt-out was acknowledged", earlier[0], op)


def _opts_out(op: Op, record: _Record) -> bool:
    event = record.by_id.get(op.event or 0)
    return op.what == "opt_out" or (event is not None and event.kind == "opted_out")


def _reached(lead: int | None, numbers: Mapping[int, str]) -> list[object]:
    """A lead, and its number if it has just one: whom a dial reaches, and an opt-out protects."""
    return [each for each in (lead, numbers.get(lead or 0)) if each is not None]
