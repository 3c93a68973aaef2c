"""What a supervisor should act on now, most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from salesdesk.line import pace
from salesdesk.line.boardfacts import GONE, FloorFacts, PromiseFacts, SeatFacts
from salesdesk.line.figures import Figure
from salesdesk.line.inbound import FREE, LATE, SWAP_AFTER
from salesdesk.line.promising import PASSED_ON_AFTER
from salesdesk.line.queues import Queue, checked_words, clock, dry_cause

SAID_LATE_AFTER = 60
MOST_PROMISES, MOST_ANDONS = 3, 3
ABSENT = (*GONE, "paused", "away")
"""States of an owner whose promise anyone may keep at once (the claim says so)."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`now` says that it costs something already. `figure` is the figure behind it, `command` the
    command of a wall board that helps, by its id. `about` is the id of what it is about (a ticket for INBOUND and
    PROMISE, an andon), `person` whose it is."""

    now: bool
    word: Literal[
        "DRY", "INBOUND", "ANDON", "LOST", "PROMISE", "SOON", "PAUSE", "REVIEW", "MEETING", "INVITE", "RELEASE"
    ]
    text: str
    detail: str
    figure: Figure
    command: str = ""
    campaign: int | None = None
    about: int | None = None
    person: int = 0


def alerts(facts: FloorFacts, queues: Sequence[Queue]) -> tuple[Alert, ...]:
    """What costs something now: dry queues, inquiries that wait, calls for help, lost seats, late promises. Then what
    soon will: queues, long pauses, paces to look at, meetings without a result or an invitation, batches that wait."""
    costly = (*_dry(facts, queues), *_inbound(facts), *_andons(facts), *_lost(facts), *_promises(facts))
    later = (*_soon(facts, queues), *_pauses(facts), *_paces(facts), *_meetings(facts))
    return (*costly, *later, *_waiting(facts, queues))


def _dry(facts: FloorFacts, queues: Sequence[Queue]) -> Iterator[Alert]:
    for queue in queues:
        if not queue.dry:
            continue
        name, starved, since = queue.campaign.name, queue.starved, queue.empty_since
        age = facts.now - since if since is not None else 0
        longest = facts.now - min((seat.since for seat in starved), default=facts.now)
        waited = f", longest {pace.clock_words(longest)}" if longest > age else ""
        who = f"{len(starved)} {'person' if len(starved) == 1 else 'people'} starved{waited}: {_names(starved)}"
        text = f"{name} for {pace.clock_words(age)} · {who}" if starved else f"{name} · nobody starved yet"
        yield Alert(
            True,
            "DRY",
            text,
            dry_cause(queue.campaign, facts.now, facts.zone),
            Figure("dry_time", age, pace.clock_words(age)),
            "release" if queue.stock.checked else "move_people" if starved else "why",
            queue.campaign.id,
            person=starved[0].person_id if starved else 0,
        )


def _inbound(facts: FloorFacts) -> Iterator[Alert]:
    waiting = facts.inbounds
    if not waiting:
        return
    first = waiting[0]
    age = facts.now - first.callable_at
    others = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
    words = f"{len(waiting)} waiting {pace.clock_words(age)} of {pace.clock_words(LATE)} · {first.company}{others}"
    if facts.offered:
        detail = f"offered to {', '.join(facts.offered)}"
    elif first.again_at is not None:
        detail = f"not to be called just now, tried again {clock(first.again_at, facts.zone, facts.now)}"
    elif age > LATE:
        detail = "over its minute: nobody is free"
    else:
        detail = "next free seat takes it" + (", or one in preview" if age > SWAP_AFTER else "")
    yield Alert(
        True,
        "INBOUND",
        words,
        detail,
        Figure("inbound_waiting", len(waiting), words),
        "offer",
        about=first.ticket_id,
    )


def _andons(facts: FloorFacts) -> Iterator[Alert]:
    for each in facts.andons[:MOST_ANDONS]:
        age = pace.clock_words(facts.now - each.raised_at)
        figure = Figure("andons_open", len(facts.andons), age)
        yield Alert(
            True,
            "ANDON",
            f"{each.person}: {each.code}, {age}",
            "wants you",
            figure,
            "clear",
            None,
            each.id,
            each.person_id,
        )
    if len(facts.andons) > MOST_ANDONS:
        words = f"and {_some(len(facts.andons) - MOST_ANDONS, 'more call')} for help"
        yield Alert(True, "ANDON", words, "", Figure("andons_open", len(facts.andons), words), "clear")


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
        figure = Figure("people_lost", len(lost), text)
        yield Alert(True, "LOST", text, "leads go back by themselves", figure, "end", person=lost[0].person_id)


def _promises(facts: FloorFacts) -> Iterator[Alert]:
    late = [each for each in facts.promises if facts.now - each.due_at >= SAID_LATE_AFTER]
    states = {seat.person_id: seat for seat in facts.seats}
    for each in late[:MOST_PROMISES]:
        age = facts.now - each.due_at
        served = max(each.due_at, each.served_at)
        owner, passes = states.get(each.person_id), served + PASSED_ON_AFTER
        text = f"{each.person or 'for anyone'} {clock(each.due_at, facts.zone, facts.now)}, {_late(age)} late"
        detail = _takers(facts, each)
        if each.person_id:
            text += f", {_doing(owner)}"
        if served > facts.now:
            detail = f"not to be called just now, tried again {clock(served, facts.zone, facts.now)}"
        elif owner is not None and owner.state not in ABSENT and passes > facts.now:
            detail = f"goes to anyone {clock(passes, facts.zone, facts.now)}"
        yield Alert(
            True,
            "PROMISE",
            text,
            detail,
            Figure("promises_waiting", len(late), text),
            "pass_on",
            about=each.ticket_id,
            person=each.person_id,
        )
    if len(late) > MOST_PROMISES:
        text = f"and {_some(len(late) - MOST_PROMISES, 'more promise')} late"
        yield Alert(True, "PROMISE", text, "", Figure("promises_waiting", len(late), text), "pass_on")


def _takers(facts: FloorFacts, promise: PromiseFacts) -> str:
    """Who may take a promise that is open to anyone."""
    turns = next((each.turns for each in facts.campaigns if each.id == promise.campaign_id), {})
    free = [seat for seat in facts.calling_seats if seat.state in FREE and turns.get(seat.person_id)]
    return f"open to anyone: {_names(free)} free" if free else "open to anyone, nobody is free"


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
    for queue in sorted(queues, key=lambda each: each.stock.dry_at or 0):
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
            "release" if queue.stock.checked else "why",
            queue.campaign.id,
        )


def _pauses(facts: FloorFacts) -> Iterator[Alert]:
    for seat in facts.calling_seats:
        age = facts.now - seat.since
        if seat.state == "paused" and seat.limit is not None and age >= 60 * seat.limit:
            words = pace.state_age_words(age, seat.limit)
            figure = Figure("state_age", age, words)
            yield Alert(
                False, "PAUSE", f"{seat.name} {seat.code} {words} min", "", figure, "message", person=seat.person_id
            )


def _paces(facts: FloorFacts) -> Iterator[Alert]:
    """One row, the fastest first: a fast morning must not push the day off the board."""
    found = sorted(facts.paces, key=lambda each: (-each.calls, each.name))
    if found:
        first, *others = found
        more = f" · and {len(others)} more" if others else ""
        words = f"{first.name} {first.calls} calls an hour, above {first.most}{more}"
        figure = Figure("pace_review", first.calls, words)
        yield Alert(False, "REVIEW", words, "look, do not block", figure, "detail", person=first.person_id)


def _meetings(facts: FloorFacts) -> Iterator[Alert]:
    found = facts.meetings
    if found.unresolved:
        at = clock(found.unresolved_since, facts.zone, facts.now)
        words = f"{_some(found.unresolved, 'meeting')} over without a result, the oldest {at}"
        detail = "executive or coordinator marks it"
        figure = Figure("unresolved_meetings", found.unresolved, words)
        yield Alert(False, "MEETING", words, detail, figure, "meetings")
    if found.uninvited:
        age = pace.clock_words(facts.now - found.uninvited_since)
        words = f"{_some(found.uninvited, 'invitation')} not sent, the oldest booked {age} ago"
        figure = Figure("invites_pending", found.uninvited, words)
        yield Alert(False, "INVITE", words, "the coordinator sends it", figure, "meetings")


def _some(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _waiting(facts: FloorFacts, queues: Sequence[Queue]) -> Iterator[Alert]:
    for queue in queues:
        if not queue.stock.checked or queue.dry or queue.soon(facts.now):
            continue
        words = checked_words(queue.stock)
        held = Figure("checked_leads", queue.stock.checked_leads, words)
        text = f"{queue.campaign.name} · {words}"
        yield Alert(False, "RELEASE", text, "not released yet", held, "release", queue.campaign.id)
