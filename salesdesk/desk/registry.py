"""One operation, every door: an operation is declared once and reached by screens, the command line and servers alike.

    class ClaimNext(Request[TicketCard | None]): ...

    @operation(roles=WORKERS, effect=WRITE, view=card)
    def claim_next(floor: Floor, me: Person, ask: ClaimNext) -> Claimed | None: ...

How they are carried out is in `performing`. A `view` builds what the asker sees after the commit, from a reply that
holds no personal data: so locks stay short and receipts need no erasing.
"""

from __future__ import annotations

import secrets
import time
import typing
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from importlib import import_module
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.roles import SEATED, Role

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
    "people", "starting", "notices", "shifts", "scripts", "preapproach", "executives", "ends", "andons", "days",
    "objections", "targets", "looking", "presence",
    "serving", "skipping", "calls", "promising", "recording", "undoing", "suppressing", "lifting", "explaining",
    "lists", "segmenting",
    "meetings", "marking", "invites",
    "campaigns", "batches", "releasing", "moving", "supervising",
    "coverage", "defects", "whereabouts", "limits",
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
    """Import every operation, and read the law and the public holidays, ahead of the first request that wants them."""
    from salesdesk.line import calling, publicdays

    operations()
    calling.load()
    publicdays.load()


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
