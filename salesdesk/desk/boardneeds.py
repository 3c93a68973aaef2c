"""What asks for a supervisor now: promises, inquiries, calls for help, meetings without a word, paces to look at."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence
from dataclasses import replace

from salesdesk.desk.andons import CODES
from salesdesk.desk.caching import kept
from salesdesk.desk.floor import Floor
from salesdesk.desk.inbound import waiting
from salesdesk.line import inbound, limits
from salesdesk.line.boardfacts import (
    AndonFacts,
    FloorFacts,
    InboundFacts,
    MeetingFacts,
    PaceFacts,
    PromiseFacts,
)
from salesdesk.line.text import clean
from salesdesk.store import andons, inbounds, meetings, promises
from salesdesk.store.events import Done

UNINVITED_AFTER = 1800
"""Seconds after its booking from which an invitation that was not sent is an exception."""


def with_needs(floor: Floor, facts: FloorFacts, done: Sequence[Done]) -> FloorFacts:
    """The facts with all that asks for somebody; `done` are the outcomes of the last `facts.lately` seconds."""
    session, now = floor.session, floor.now
    return replace(
        facts,
        promises=tuple(
            PromiseFacts(
                row["person_id"],
                clean(row["person"]),
                row["promised_at"],
                row["tries"],
                row["ticket_id"],
                row["campaign_id"],
                row["due_at"],
            )
            for row in promises.waiting(session, now)
        ),
        inbounds=tuple(
            InboundFacts(row["ticket_id"], clean(row["company"], limit=60), row["callable_at"], row["again_at"])
            for row in waiting(floor)
        ),
        offered=tuple(clean(name, limit=40) for name in inbounds.offered(session, now)),
        speed=_speed(floor),
        andons=tuple(
            AndonFacts(
                row["id"],
                row["person_id"],
                clean(row["person"], limit=40),
                CODES.get(row["code"], clean(row["code"])),
                row["raised_at"],
            )
            for row in andons.open_ones(session)
        ),
        meetings=_meetings(floor),
        paces=_paces(floor, facts, done),
    )


def _speed(floor: Floor) -> inbound.Speed:
    """How fast the inquiries were dialed that might be called today; while none waits, time does not change that."""
    midnight = floor.today.start
    dialing = inbounds.dialing(floor.session, midnight)
    moment = floor.now if dialing.dialed < dialing.came or dialing.last > floor.now else 0

    def read() -> inbound.Speed:
        return inbound.speed(inbounds.arrived(floor.session, midnight), floor.now)

    return kept(floor.store, "speed", read, key=(midnight, dialing, moment), for_good=True)


def _meetings(floor: Floor) -> MeetingFacts:
    sums = meetings.day_sums(floor.session, *floor.today, floor.now)
    waiting = meetings.waiting(floor.session, floor.now, floor.now - UNINVITED_AFTER)
    return MeetingFacts(
        invited=sums["invited"],
        due=sums["due"],
        held=sums["held"],
        no_show=sums["no_show"],
        unresolved=waiting["unresolved"],
        unresolved_since=waiting["unresolved_since"] or 0,
        uninvited=waiting["uninvited"],
        uninvited_since=waiting["uninvited_since"] or 0,
    )


def _paces(floor: Floor, facts: FloorFacts, done: Sequence[Done]) -> tuple[PaceFacts, ...]:
    """Who records more calls an hour than can honestly be made; somebody who came later than the hour is not judged
    by the minutes before."""
    recorded: Tally[tuple[int, str]] = Tally()
    for each in done:
        recorded[each.person_id, each.station] += each.n
    handles = {each.name: each.handle_seconds for each in facts.stations if each.calls}
    found = []
    for seat in facts.calling_seats:
        n, handle = recorded[seat.person_id, seat.station], handles[seat.station]
        if limits.pace_needs_review(n, facts.lately, handle):
            pace = round(n * limits.HOUR / facts.lately)
            found.append(PaceFacts(seat.person_id, seat.name, pace, int(limits.pace_limit(handle))))
    return tuple(found)
