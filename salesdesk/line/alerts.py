"""What a supervisor should act on now, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from salesdesk.line import pace
from salesdesk.line.boardfacts import FloorFacts, SeatFacts
from salesdesk.line.figures import Figure
from salesdesk.line.queues import Queue, checked_words, clock, dry_cause

PASSED_ON_AFTER = 300
"""Seconds after which a promise goes to anyone (the claim does so)."""
SAID_LATE_AFTER = 60
MOST_PROMISES = 3


@dataclass(frozen=True, slots=True)
class Alert:
    """`now` says that it costs something already. `figure` is the figure behind it, `key` what helps."""

    now: bool
    word: Literal["DRY", "PROMISE", "LOST", "SOON", "PAUSE", "RELEASE"]
    text: str
    detail: str
    figure: Figure
    key: str = ""
    campaign: int | None = None


def alerts(facts: FloorFacts, queues: Sequence[Queue]) -> tuple[Alert, ...]:
    """Queues that are dry or soon will be, late promises, lost seats, long pauses, batches that wait."""
    costly = (*_dry(facts, queues), *_lost(facts), *_promises(facts))
    return (*costly, *_soon(facts, queues), *_pauses(facts), *_waiting(facts, queues))


def _dry(facts: FloorFacts, queues: Sequence[Queue]) -> Iterator[Alert]:
    for queue in queues:
        if not queue.dry:
            continue
        name, starved = queue.campaign.name, queue.starved
        age = facts.now - min((seat.since for seat in starved), default=facts.now)
        who = f"{len(starved)} {'person' if len(starved) == 1 else 'people'} starved: {_names(starved)}"
        text = f"{name} for {pace.clock_words(age)} · {who}" if starved else f"{name} · nobody starved yet"
        yield Alert(
            True,
            "DRY",
            text,
            dry_cause(queue.campaign, facts.now, facts.zone),
            Figure("dry_time", age, pace.clock_words(age)),
            "r release" if queue.stock.checked else "w why",
            queue.campaign.id,
        )


def _names(seats: Sequence[SeatFacts], most: int = 3) -> str:
    names = sorted(seat.name for seat in seats)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _lost(facts: FloorFacts) -> Iterator[Alert]:
    lost = sorted((seat for seat in facts.calling_seats if seat.state == "lost"), key=lambda seat: seat.since)
    if lost:
        ages = ", ".join(f"{seat.name} {pace.clock_words(facts.now - seat.since)}" for seat in lost[:3])
        more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
        text = f"{ages}{more} without a sign"
        yield Alert(True, "LOST", text, "their leads go back by themselves", Figure("people_lost", len(lost), text))


def _promises(facts: FloorFacts) -> Iterator[Alert]:
    late = [each for each in facts.promises if facts.now - each.due_at >= SAID_LATE_AFTER]
    states = {seat.person_id: seat for seat in facts.seats}
    for each in late[:MOST_PROMISES]:
        age = facts.now - each.due_at
        passes = each.due_at + PASSED_ON_AFTER
        detail = f"goes to anyone {clock(passes, facts.zone, facts.now)}" if passes > facts.now else "open to anyone"
        if each.person_id:
            text = f"{each.person} {clock(each.due_at, facts.zone, facts.now)}, {_late(age)} late, "
            text += _doing(states.get(each.person_id))
        else:
            text = f"for anyone {clock(each.due_at, facts.zone, facts.now)}, {_late(age)} late"
        yield Alert(True, "PROMISE", text, detail if each.person_id else "", Figure("promises_late", len(late), text))
    if len(late) > MOST_PROMISES:
        text = f"and {len(late) - MOST_PROMISES} more promises late"
        yield Alert(True, "PROMISE", text, "", Figure("promises_late", len(late), text))


def _late(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds < 7200 else pace.clock_words(seconds)


def _doing(seat: SeatFacts | None) -> str:
    if seat is None:
        return "not signed in"
    words = {
        "call": "on a call",
        "wrap": "in wrap",
        "preview": "has another lead",
        "paused": f"on {seat.code or 'pause'}",
    }
    return words.get(seat.state, seat.state)


def _soon(facts: FloorFacts, queues: Sequence[Queue]) -> Iterator[Alert]:
    for queue in queues:
        if not queue.soon(facts.now) or queue.stock.dry_at is None:
            continue
        at = clock(queue.stock.dry_at, facts.zone, facts.now)
        _dry, *advice = queue.stock.advice.split("; ")
        yield Alert(
            False,
            "SOON",
            f"{queue.campaign.name} dry {at}",
            " · ".join(advice) or "more is on the way",
            Figure("dry_forecast", queue.stock.dry_at, at),
            "r release" if queue.stock.checked else "w why",
            queue.campaign.id,
        )


def _pauses(facts: FloorFacts) -> Iterator[Alert]:
    for seat in facts.calling_seats:
        age = facts.now - seat.since
        if seat.state == "paused" and seat.limit is not None and age >= 60 * seat.limit:
            words = pace.state_age_words(age, seat.limit)
            yield Alert(False, "PAUSE", f"{seat.name} {seat.code} {words} min", "", Figure("state_age", age, words))


def _waiting(facts: FloorFacts, queues: Sequence[Queue]) -> Iterator[Alert]:
    for queue in queues:
        if not queue.stock.checked or queue.dry or queue.soon(facts.now):
            continue
        words = checked_words(queue.stock)
        released = Figure("lead_released", queue.stock.checked_leads, words)
        text = f"{queue.campaign.name} · {words}"
        yield Alert(False, "RELEASE", text, "not released yet", released, "r release", queue.campaign.id)
