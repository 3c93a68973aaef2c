"""Sealing the record: events go into a keyed hash chain in batches, a moment after they happened.

The keys come with the counter and never stand in the floor. A server seals by its timer through `seal_now`; on a file
floor `salesdesk seal` does it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import Field

from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.performing import Counter
from salesdesk.desk.registry import JOB, Progress, Reply, Request, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line import seals
from salesdesk.line.seals import Seal, SealKey
from salesdesk.store import events
from salesdesk.store import seals as stored
from salesdesk.store.session import Session, Store

BATCH = 5000
"""Events in a seal at most: making one keeps others from writing for some ten milliseconds on a file."""
IN_ONE_GO = 20
"""Batches that a timer seals at a stretch, before it looks whether it should stop."""


class Anchor(Reply):
    """What is remembered of a seal outside the floor, so that a chain that was cut short or written anew is found."""

    seal: int
    mac: str
    events: int = Field(description="events in the chain up to here")
    at: int = Field(ge=0, lt=253_402_300_800, description="when it was sealed, epoch seconds before the year 10000")


def anchor_of(seal: Seal | None) -> Anchor | None:
    """What to remember of a seal."""
    return Anchor(seal=seal.id, mac=seal.mac, events=seal.total, at=seal.at) if seal else None


class SealEvents(Request["Sealed"]):
    """Seal what is not sealed yet."""

    late: bool = Field(
        default=False,
        description="also those that came long after later ones were sealed; look at what the audit says of them first",
    )


class Sealed(Reply):
    """How many events were sealed now, and where the chain ends."""

    events: int
    head: Anchor | None


def holding(counter: Counter, keys: Sequence[SealKey]) -> Counter:
    """The same counter with these keys at hand: the first one seals, all of them verify."""
    return replace(counter, settings=replace(counter.settings, seal_keys=tuple(keys)))


@operation(roles=LEADERS, effect=JOB)
def seal_events(floor: Floor, me: Person, ask: SealEvents) -> Generator[Progress, None, Sealed]:
    """Seal the events that are not sealed yet, in batches."""
    if not floor.settings.seal_keys:
        hint = "on a file say `salesdesk seal --seal-key FILE`; a server is given its key when it is started"
        raise Refused("no_seal_key", f"no seal key is at hand: {hint}")
    key, done = floor.settings.seal_keys[0], 0
    while batch := _seal_batch(floor.store, key, floor.clock.now(), late=ask.late):
        done += batch
        yield Progress(done=done, total=done, note="sealing")
        if batch < BATCH:
            break
    return Sealed(events=done, head=anchor_of(floor.read(lambda now: newest(now.session))))


def seal_now(counter: Counter, key: SealKey) -> int:
    """Seal what happened since the last time, at most 100,000 events; returns how many.

    Cheap when there is nothing to do (one read, no write). Any number of servers may call it at any time.
    """
    done = 0
    for _ in range(IN_ONE_GO):
        batch = _seal_batch(counter.store, key, counter.clock.now(), late=False)
        done += batch
        if batch < BATCH:
            break
    return done


def head_of(counter: Counter) -> Anchor | None:
    """What an anchor should remember now."""
    return anchor_of(counter.store.read(newest))


def newest(session: Session) -> Seal | None:
    """The head of the chain."""
    return stored.newest(session, Seal.stored)


def settled(head: Seal | None) -> int:
    """The event id below which nothing new is due: an unsealed event down there came in some other way."""
    return events.settled(head.reach) if head else 0


def _seal_batch(store: Store, key: SealKey, at: int, *, late: bool) -> int:
    """Seal one batch. The hashing is done before the write, so that nobody waits for it; 0 when there is nothing, or
    when somebody else sealed meanwhile."""

    def look(session: Session) -> tuple[Seal | None, list[tuple[Any, ...]]]:
        head = newest(session)
        return head, stored.unsealed(session, 0 if late else settled(head), BATCH)

    before, batch = store.read(look)
    if not batch:
        return 0
    seal, marks = seals.close(key, before, batch, at)

    def keep(session: Session) -> int:
        session.alone("seal")  # two chains from one head would be none
        if newest(session) != before:
            return 0
        stored.add(session, seal._asdict(), [(values[0], mark) for values, mark in zip(batch, marks, strict=True)])
        return len(batch)

    return store.write(keep)
