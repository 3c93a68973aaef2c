"""One operation, every door: an operation is declared once and reached by screens, the command line and servers alike.

    class ClaimNext(Request[TicketCard | None]): ...

    @operation(roles=WORKERS, effect=WRITE, view=card)
    def claim_next(floor: Floor, me: Person, ask: ClaimNext) -> Claimed | None: ...

The registry checks the role before any effect, gives a write its transaction and its idempotency key, and answers a
repeated write from its receipt. A `view` builds what the asker sees after the commit, from a reply that holds no
personal data: so locks stay short and receipts need no erasing.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import typing
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from importlib import import_module
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from salesdesk.clock import Clock
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person, Settings
from salesdesk.desk.roles import EVERYONE, SEATED, WORKERS, Role, parse
from salesdesk.store import holds, inhand, people, receipts
from salesdesk.store.session import Session, Store

R = TypeVar("R")


class Effect(Enum):
    """What an operation does. READ and WRITE are short; a JOB runs in chunks with progress; LIVE is a READ that
    screens run again when something changed."""

    READ = "read"
    WRITE = "write"
    JOB = "job"
    LIVE = "live"


READ, WRITE, JOB, LIVE = Effect.READ, Effect.WRITE, Effect.JOB, Effect.LIVE


def new_key() -> str:
    """A fresh idempotency key: time-ordered, so that receipts are appended, never scattered."""
    return f"{time.time_ns() // 1000:014x}{secrets.token_hex(8)}"


class Request(BaseModel, Generic[R]):
    """Something asked of the desk. Fields with descriptions become command line help and API documentation."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Write(Request[R], Generic[R]):
    """A request that changes something. Asking again under the same key changes nothing twice."""

    aside: ClassVar[set[str]] = {"key"}
    """Fields that may differ when it is asked again."""

    key: str = Field(default_factory=new_key, max_length=80, description="idempotency key; made up when left out")


class Reply(BaseModel):
    """An answer of the desk."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Done(Reply):
    """It is done; `note` is a line for the person."""

    note: str = ""


class Progress(Reply):
    """How far a job is."""

    done: int
    total: int
    note: str = ""


Handler = Callable[[Floor, Person, Any], Any]
View = Callable[[Floor, Person, Any, Any], Any]


@dataclass(frozen=True)
class Operation:
    """A declared operation."""

    name: str
    handler: Handler
    roles: frozenset[Role]
    effect: Effect
    view: View | None
    keyed: bool

    @cached_property
    def request(self) -> type[Request[Any]]:
        """The model of what is asked."""
        found: type[Request[Any]] = typing.get_type_hints(self.handler)["ask"]
        return found

    @cached_property
    def reply(self) -> TypeAdapter[Any]:
        """Reads and writes the handler's own answer, as it is kept in receipts."""
        return TypeAdapter(typing.get_type_hints(self.handler)["return"])

    @cached_property
    def answer(self) -> TypeAdapter[Any]:
        """Reads and writes what the asker is answered: the view's reply if there is one; a job's own reply."""
        found = typing.get_type_hints(self.view or self.handler)["return"]
        return TypeAdapter(typing.get_args(found)[2] if self.effect is Effect.JOB else found)

    @property
    def summary(self) -> str:
        """The first paragraph of its documentation in one line."""
        return " ".join((self.handler.__doc__ or "").strip().split("\n\n")[0].split())


_BY_NAME: dict[str, Operation] = {}
_BY_REQUEST: dict[type[Request[Any]], Operation] = {}
JOBS_OF_THE_DESK = (
    "people", "starting", "notices", "shifts", "scripts", "preapproach", "executives", "andons", "days",
    "objections", "targets", "looking", "presence",
    "serving", "skipping", "calls", "promising", "recording", "undoing", "suppressing", "lifting", "explaining",
    "lists",
    "meetings", "marking", "invites",
    "campaigns", "batches", "releasing", "moving", "supervising",
    "coverage", "defects", "placing", "limits",
    "boards", "queues", "inbound", "inquiries", "swapping", "ringback", "auditing", "sealing", "tokens",
)  # fmt: skip


def operation(
    *, roles: frozenset[Role], effect: Effect, view: View | None = None, keyed: bool = True
) -> Callable[[Handler], Handler]:
    """Declare an operation under its function's name. `keyed=False` is for writes that are harmless to repeat."""

    def declare(handler: Handler) -> Handler:
        name = handler.__name__
        if name in _BY_NAME:
            raise ValueError(f"operation {name} is declared twice")
        _BY_NAME[name] = Operation(name, handler, roles, effect, view, keyed)
        return handler

    return declare


@cache
def operations() -> dict[str, Operation]:
    """Every operation by name."""
    for module in JOBS_OF_THE_DESK:
        import_module(f"salesdesk.desk.{module}")
    return dict(sorted(_BY_NAME.items()))


def prepare() -> None:
    """Import every operation, and read the law, ahead of the first request that wants them."""
    from salesdesk.line import calling

    operations()
    calling.load()


def named(name: str) -> Operation:
    """The operation of this name; refuses an unknown one with the nearest known."""
    name = name.replace("-", "_")
    found = _BY_NAME.get(name) or operations().get(name)
    if found is None:
        import difflib

        near = difflib.get_close_matches(name, operations(), 1)
        hint = f"; did you mean {near[0]}?" if near else "; `salesdesk do --list` names them all"
        raise BadRequest("unknown_operation", f"there is no operation {name}{hint}")
    return found


def of(request: Request[Any]) -> Operation:
    """The operation that answers a request. It is looked for where the request is declared before all the others are
    loaded: a station asks a few of them before its first screen is there."""
    asked = type(request)
    if asked not in _BY_REQUEST:
        declared = list(_BY_NAME.values())  # at once: `prepare` may be declaring more in another thread
        beside = [each for each in declared if each.handler.__module__ == asked.__module__]
        _BY_REQUEST.update((each.request, each) for each in beside)
    if asked not in _BY_REQUEST:
        _BY_REQUEST.update((each.request, each) for each in operations().values())
    return _BY_REQUEST[asked]


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


@cache
def load(name: str, map_id: str) -> None:
    """Read maps, law and models before a first write takes its turn: nobody waits at the floor for files meanwhile.

    What everybody at a seat may write, such as to take it, asks no law; so a first screen is there before the law is.
    """
    from salesdesk.line.salesmap import shipped

    what = named(name)
    shipped(map_id)
    _ = what.reply
    if what.roles != SEATED:
        from salesdesk.line import calling

        calling.load()


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
