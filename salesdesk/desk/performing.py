"""How an operation is carried out: the role is checked before any effect, a write gets its transaction and its
idempotency key, and a repeated write is answered from its receipt."""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from salesdesk.clock import Clock
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person, Settings
from salesdesk.desk.registry import Effect, Operation, Progress, Request, Write, load, of
from salesdesk.desk.roles import EVERYONE, WORKERS, Role, parse
from salesdesk.store import holds, inhand, people, receipts
from salesdesk.store.session import Session, Store

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Counter:
    """Where requests are answered: one store, one clock, one floor's settings."""

    store: Store
    clock: Clock
    settings: Settings

    def floor(self, session: Session) -> Floor:
        """The floor as one transaction sees it."""
        return Floor(session, self.clock, self.settings, self.store)


def person(session: Session, person_id: int, within: frozenset[Role] = EVERYONE) -> Person:
    """Who is asking, as the floor knows them now, with those of their roles that are `within`; refuses people who
    have left."""
    row = people.by_id(session, person_id, in_turn=True)
    if row is None or not row.active:
        raise Refused("unknown_person", "the floor does not know you (any more)")
    return Person(row.id, row.name, parse(row.roles) & within, row.team, row.zone, bool(row.simulated))


Guard = Callable[[Session, Request[Any]], bool]
"""What must be so in the transaction of a request itself; raises when it is not. Tells whether the asker may be shown
one lead more with it."""


def unguarded(_session: Session, _request: Request[Any]) -> bool:
    """Nothing need be so."""
    return True


def perform(
    counter: Counter,
    person_id: int,
    request: Request[R],
    within: frozenset[Role] = EVERYONE,
    guard: Guard = unguarded,
) -> R:
    """Answer one request of a person, who acts in those of their roles that are `within`. Raises Refused, with
    nothing changed, when the floor says no, and whatever `guard` raises."""
    what = of(request)
    if what.effect is Effect.JOB:
        raise BadRequest("is_a_job", f"{what.name} is a job; it is started with progress, not answered at once")
    if what.effect is not Effect.WRITE:

        def answer(session: Session) -> Any:
            guard(session, request)
            me = allowed(person(session, person_id, within), what)
            return what.handler(counter.floor(session), me, request)

        return typing.cast(R, counter.store.read(answer))

    change, look = steps(counter, person_id, request, within, guard)
    if look is None:
        return typing.cast(R, counter.store.write(change))
    return typing.cast(R, counter.store.write_and_look(change, look))


def steps(
    counter: Counter,
    person_id: int,
    request: Request[Any],
    within: frozenset[Role] = EVERYONE,
    guard: Guard = unguarded,
) -> tuple[Callable[[Session], Any], Callable[[Session, Any], Any] | None]:
    """How a WRITE is done, for a store: what happens in its transaction, and what makes the answer of it on a snapshot
    after the commit. Without the second, the first one's result is the answer."""
    what = of(request)
    load(what.name, counter.settings.map_id)

    def change(session: Session) -> tuple[Floor, Person, Any]:
        _ask_ahead(session, person_id, what, request)
        serves = guard(session, request)
        me = allowed(person(session, person_id, within), what)
        floor = counter.floor(session)
        floor.serves = serves
        return floor, me, _change(floor, me, what, request)

    view = what.view
    if view is None:
        return lambda session: change(session)[2], None

    def look(session: Session, done: tuple[Floor, Person, Any]) -> Any:
        floor, me, reply = done
        floor.session = session
        return view(floor, me, request, reply)

    return change, look


def _ask_ahead(session: Session, person_id: int, what: Operation, request: Request[Any]) -> None:
    """What every write asks first, and most that a worker writes asks next; after the person's turn has come."""
    session.soon(
        lambda session: people.by_id(session, person_id, in_turn=True),
        lambda session: receipts.find(session, getattr(request, "key", "")),
    )
    if what.roles == WORKERS:
        session.soon(
            lambda session: (inhand if hasattr(request, "token") else holds).of_person(session, person_id),
            lambda session: people.seat(session, person_id),
        )


def start(
    counter: Counter, person_id: int, request: Request[R], within: frozenset[Role] = EVERYONE
) -> Generator[Progress, None, R]:
    """Run a job: yields its progress, returns its reply. Stopping early keeps the chunks that are done."""
    what = of(request)
    me = counter.store.read(lambda session: allowed(person(session, person_id, within), what))
    floor = Floor(_no_session(), counter.clock, counter.settings, counter.store)
    return typing.cast("Generator[Progress, None, R]", what.handler(floor, me, request))


def finish(job: Generator[Progress, None, R], tell: Callable[[Progress], object]) -> R:
    """Run a job to its end, telling its progress; returns its reply."""
    while True:
        try:
            tell(next(job))
        except StopIteration as end:
            reply: R = end.value
            return reply


def _no_session() -> Session:
    """A job has no transaction of its own; it opens short ones through its floor."""
    return typing.cast(Session, None)


def allowed(me: Person, what: Operation) -> Person:
    """The person again, if one of their roles may ask for this; refuses otherwise."""
    if not me.roles & what.roles:
        some = " or ".join(sorted(what.roles))
        raise Refused("role", f"{what.name} is for {some}; you are {' and '.join(sorted(me.roles)) or 'nobody yet'}")
    return me


def _change(floor: Floor, me: Person, what: Operation, request: Request[Any]) -> Any:
    session = floor.session
    if not what.keyed or not isinstance(request, Write):
        return what.handler(floor, me, request)
    asked = hashlib.sha256(request.model_dump_json(exclude=request.aside).encode()).hexdigest()[:32]
    key = request.key
    seen = receipts.find(session, key)
    if seen is not None:
        if (seen["operation"], seen["person_id"], seen["asked"]) != (what.name, me.id, asked):
            raise BadRequest("key_reused", "this key was used for another request; keys are made once per request")
        return what.reply.validate_json(seen["reply"])
    reply = what.handler(floor, me, request)
    receipts.keep(
        session,
        key=key,
        operation=what.name,
        person_id=me.id,
        asked=asked,
        reply=what.reply.dump_json(reply).decode(),
        at=floor.now,
    )
    return reply
