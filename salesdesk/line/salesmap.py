"""The sales map: the stations of a line, the outcomes of each, and where each outcome sends the work.

A map is a TOML file. `parse` reads one and refuses it with every problem named by file, line and key;
`shipped` gives the three layouts that come with the package. Metrics read `flags`, never the names of outcomes.
"""

from __future__ import annotations

import re
from datetime import time
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic import Field as Setting

from salesdesk.line import mapcheck, mapfile
from salesdesk.line.mapfile import MapError, Problem, shipped_ids
from salesdesk.line.mapwords import FLAGS, PLACES
from salesdesk.line.tomlkeys import key_lines

__all__ = [
    "DAYPARTS", "FLAGS", "PLACES", "AttemptPlan", "Choice", "Criterion", "Daypart", "Delay", "Effects", "Field",
    "MapError", "Outcome", "Problem", "Retry", "Route", "SalesMap", "SkipReason", "Station", "Task", "parse",
    "shipped", "shipped_ids",
]  # fmt: skip


class Daypart(NamedTuple):
    """A part of the prospect's day, in the prospect's own time; `stop` is not in it."""

    name: str
    start: time
    stop: time


DAYPARTS = (
    Daypart("morning", time(8), time(11)),
    Daypart("midday", time(11), time(14)),
    Daypart("afternoon", time(14), time(17)),
    Daypart("evening", time(17), time(21)),
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
PlanId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
HotKey = Annotated[str, StringConstraints(pattern=r"^(\S|F([1-9]|1[0-2]))$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=48)]
Definition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Flag = Annotated[str, StringConstraints(max_length=40)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Delay(_Part):
    """A length of time; exactly one of the three is set. Written "60 min", "4 h", "2 working days", "next day"."""

    seconds: int = Setting(0, ge=0)
    days: int = Setting(0, ge=0, le=3660)
    working_days: int = Setting(0, ge=0, le=366)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, dict | Delay):
            return value
        if value == "next day":
            return {"working_days": 1}
        found = re.fullmatch(r"([1-9]\d{0,3}) (s|min|h|working days?|days?)", value if isinstance(value, str) else "")
        if not found:
            raise ValueError(f"{value!r} is not a delay such as '60 min', '4 h', '2 working days' or 'next day'")
        number, unit = int(found[1]), found[2].rstrip("s") or "s"
        if unit in ("day", "working day"):
            return {unit.replace(" ", "_") + "s": number}
        return {"seconds": number * {"s": 1, "min": 60, "h": 3600}[unit]}


class Retry(_Part):
    """When the lead may be tried again.

    plan: by the attempt plan named `plan`. after: once `delay` is over, then on with `plan`. promise: at the
    time in the answer `field`, and after a no-answer at each delay of `steps`. rest: for `delay`, or until the
    month in the answer `field`. rebook: called to set the lost meeting anew, within `delay`. next_number: the
    contact's next number now; the routes hold only when there is none. never: not by itself.
    """

    kind: Literal["plan", "after", "promise", "rest", "rebook", "next_number", "never"] = "never"
    plan: PlanId | None = None
    delay: Delay | None = None
    field: Id | None = None
    steps: tuple[Delay, ...] = ()
    tries: int | None = Setting(None, ge=1, le=50)
    """How many tries this retry is good for, whatever is left of the plan; None leaves that to the plan."""
    then: Literal["same", "other_campaign"] = "same"
    """Whether the same campaign may take the lead up again afterwards, or only another."""
    switchboard: Delay | None = None
    """How long the account's switchboard is left in peace: no other contact of the company is served."""


class Route(_Part):
    """Where work goes: a station or one of PLACES, and the kind of ticket it is there. Written "station:kind"."""

    to: Id
    kind: Id | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if isinstance(value, str):
            to, _colon, kind = value.partition(":")
            return {"to": to, "kind": kind or None}
        return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Routes = Annotated[tuple[Route, ...], BeforeValidator(_listed)]


class Effects(_Part):
    """What an answer changes about its outcome: flags added and dropped, another retry, other routes."""

    adds: frozenset[Flag] = frozenset()
    drops: frozenset[Flag] = frozenset()
    retry: Retry | None = None
    routes: Routes | None = Setting(None, alias="route")


class _Named(_Part):
    id: Id
    label: Label


class _Keyed(_Named):
    key: HotKey
    definition: Definition


class Choice(Effects, _Keyed):
    """One answer of a choice field."""


class Criterion(_Keyed):
    """One written condition that a hand-off must meet."""


class Field(_Named):
    """A typed answer that an outcome asks for. `shown_when` maps an earlier field to the answers that show it."""

    kind: Literal["choice", "when", "month", "amount", "person", "text", "yesno", "phone", "email", "slot"]
    definition: str = Setting("", max_length=400)
    required: bool = False
    default: str | None = None
    choices: tuple[Choice, ...] = ()
    max_length: int = Setting(200, ge=1, le=200)
    unknown: bool = False
    """Whether "unknown" is an honest answer to a required question."""
    confirm: bool = False
    """A yes-no that must be yes before the outcome counts, such as "read back aloud"."""
    yes: Effects | None = None
    """What a yes changes, for a yes-no."""
    shown_when: dict[str, tuple[str, ...]] = {}


class Outcome(_Keyed):
    """The structured result that ends a hold."""

    flags: frozenset[Flag] = frozenset()
    fields: tuple[Field, ...] = ()
    retry: Retry = Retry()
    routes: Routes = Setting(alias="route", min_length=1)
    needs_dial: bool = True
    """Whether it wants a dial in the hold at a station that needs one."""
    confirm: bool = False
    """Whether the screen asks once more before it is recorded."""

    def field(self, name: str) -> Field:
        """The field with this id; KeyError when there is none."""
        return _named(self.fields, name)


class SkipReason(_Keyed):
    """Why a served lead is given back uncounted; it goes back to the pool."""

    retry: Retry | None = None
    other_person: bool = False
    """Whether somebody else should get the lead."""
    defect: bool = False
    """Whether the record is wrong: a defect, charged to its list."""
    line_down_after: int | None = Setting(None, ge=1, le=20)
    """This many in a row mark the seat's line as down."""


class Task(_Part):
    """One step of the work at a station and the seconds planned for it."""

    prompt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    seconds: int = Setting(ge=0, le=86400)


class Station(_Part):
    """A node of the sales map; `name` is its key in the file. `wip_cap` counts tickets for one person."""

    name: Id
    title: Label
    role: Literal[
        "sdr", "coordinator", "executive", "researcher", "supervisor", "director",
        "engineer", "onboarding", "support", "success", "development",
    ]  # fmt: skip
    screen: Literal["sdr", "coordinator", "executive", "researcher", "inbox", "wallboard", "director"]
    order: Literal["dealt", "due", "oldest"]
    wip_cap: int | None = Setting(None, ge=1, le=10000)
    handle_seconds: int = Setting(gt=0, le=86400)
    needs_dial: bool = False
    tasks: tuple[Task, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    objections: tuple[Choice, ...] = ()
    outcomes: tuple[Outcome, ...] = Setting(min_length=1)
    skips: tuple[SkipReason, ...] = ()

    def outcome(self, name: str) -> Outcome:
        """The outcome with this id; KeyError when there is none."""
        return _named(self.outcomes, name)

    def outcome_by_key(self, key: str) -> Outcome | None:
        """The outcome that this key records."""
        return next((each for each in self.outcomes if each.key == key), None)

    def skip(self, name: str) -> SkipReason:
        """The skip reason with this id; KeyError when there is none."""
        return _named(self.skips, name)


class AttemptPlan(_Part):
    """How often and how far apart a lead is tried: `gaps[n]` lies between try n+1 and try n+2."""

    title: Label
    definition: Definition
    gaps: tuple[Delay, ...]
    different_dayparts: int = Setting(3, ge=1, le=len(DAYPARTS))
    """Each of the first so many tries has a day-part of its own."""
    rest: Delay
    band: Literal["breadth", "depth"] = "breadth"
    """Which leads come first: those with fewer attempts, or those with more."""

    @property
    def tries(self) -> int:
        """The number of tries before the lead rests."""
        return len(self.gaps) + 1


class SalesMap(_Part):
    """A whole line. A new `version` is stored with every event from then on; ids of outcomes never change."""

    id: Id
    version: int = Setting(ge=1)
    title: Label
    plans: dict[PlanId, AttemptPlan] = {}
    stations: dict[Id, Station] = Setting(min_length=1)

    def station(self, name: str) -> Station:
        """The station of this name; KeyError when there is none."""
        return self.stations[name]

    @property
    def callers(self) -> frozenset[str]:
        """The stations at which leads are dealt and dialed."""
        return frozenset(each.name for each in self.stations.values() if each.order == "dealt")


_Each = TypeVar("_Each", bound=_Named)


def _named(items: tuple[_Each, ...], name: str) -> _Each:
    for item in items:
        if item.id == name:
            return item
    raise KeyError(name)


def parse(text: str, *, name: str = "map.toml") -> SalesMap:
    """Read a sales map; raises MapError with every problem found. `name` is the file named in problems."""
    own = mapfile.read(text, name)
    whole, wrong = mapfile.whole(own)
    try:
        salesmap = SalesMap.model_validate(mapcheck.prepared(whole))
    except ValidationError as error:
        wrong += mapcheck.sentences(error, SalesMap)
    else:
        wrong += mapcheck.check(salesmap)
    if wrong:  # only now does it matter where each key stands: to find out takes as long as to read the map
        places = mapfile.Places(name, own, key_lines(text))
        raise MapError(tuple(places.problem(whole, key, message) for key, message in wrong))
    return salesmap


@cache
def shipped(name: str) -> SalesMap:
    """A layout that comes with the package; KeyError when there is none of this id."""
    if name not in shipped_ids():
        raise KeyError(name)
    return parse(mapfile.text_of(name), name=f"{name}.toml")
