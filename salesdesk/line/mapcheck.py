"""What pydantic cannot say about a sales map: names that must exist, keys that must differ, flags that belong
together; and pydantic's own findings in plain sentences."""

from __future__ import annotations

import copy
import typing
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from salesdesk.line.mapwords import FLAGS, NEEDS, PLACES
from salesdesk.line.tomlkeys import Key

if TYPE_CHECKING:
    from salesdesk.line.mapfile import Table
    from salesdesk.line.salesmap import Choice, Effects, Field, Outcome, Retry, Route, SalesMap, Station

Finding = tuple[Key, str]

_KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "plan": (("plan",),),
    "after": (("delay",),),
    "promise": (("field",), ("steps",)),
    "rest": (("delay", "field"),),
    "rebook": (("delay",),),
    "next_number": (),
    "never": (),
}
"""For each kind of retry: groups of settings of which one must be given."""

_TOP_KEYS = ("extends", "without", "reroute")


def prepared(whole: Table) -> Table:
    """Raw tables ready for the models: stations named by their key, shared lists of choices filled in."""
    whole = copy.deepcopy(whole)
    stations = whole.get("stations")
    for name, station in stations.items() if isinstance(stations, dict) else ():
        if not isinstance(station, dict):
            continue
        station["name"] = name
        for outcome in _tables(station.get("outcomes")):
            for field in _tables(outcome.get("fields")):
                if field.get("choices") in ("objections", "criteria"):
                    field["choices"] = copy.deepcopy(station.get(field["choices"], []))
    return whole


def _tables(value: object) -> list[Table]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def nearest(word: object, known: Iterable[str]) -> str:
    """ "; did you mean 'x'?" when a known word is near, else nothing."""
    close = get_close_matches(str(word), list(known), n=1, cutoff=0.6) or [
        each for each in known if len(str(word)) > 2 and each.startswith(str(word))
    ]
    return f"; did you mean {close[0]!r}?" if close else ""


# --- pydantic's findings --------------------------------------------------------------------------------------


def sentences(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    """Each finding of pydantic with its key and a sentence."""
    found: list[Finding] = []
    for each in error.errors(include_url=False):
        key = tuple(part for part in each["loc"] if part != "[key]")
        found.append((key, _sentence(each, key, model)))
    return found


def _sentence(each: Any, key: Key, model: type[BaseModel]) -> str:
    kind, given = each["type"], each.get("input")
    if kind == "extra_forbidden":
        holder = _model_at(model, key[:-1])
        known = [field.alias or name for name, field in holder.model_fields.items()] if holder else []
        return "unknown key" + nearest(key[-1], [*known, *(_TOP_KEYS if len(key) == 1 else ())])
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch" and key[-1] == "key":
        return f"{given!r} is not a key: one character, or F1 to F12"
    if kind == "string_pattern_mismatch":
        return f"{given!r} is not an id: lower-case letters, digits, '_' and '-', no spaces"
    if kind == "literal_error":
        expected = each["ctx"]["expected"]
        words = expected.replace(" or ", ", ").replace("'", "").split(", ")
        return f"{given!r} is not one of {expected}" + nearest(given, words)
    if kind == "value_error":
        return str(each["ctx"]["error"])
    return f"{each['msg']}, not {str(given)[:60]!r}"


def _model_at(model: type[BaseModel], key: Key) -> type[BaseModel] | None:
    """The model that validates the table at `key`."""
    annotation: Any = model
    for part in key:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
            annotation = _bare(fields.get(str(part)))
        else:
            annotation = _bare(typing.get_args(annotation)[-1 if isinstance(part, str) else 0])
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """An annotation without `| None` and without Annotated."""
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    given = [each for each in typing.get_args(annotation) if each is not type(None)]
    if type(None) in typing.get_args(annotation) and given:
        return _bare(given[0])
    return annotation


# --- findings across the map ----------------------------------------------------------------------------------


def check(salesmap: SalesMap) -> list[Finding]:
    """Every finding that concerns more than one value of the map."""
    return list(_Check(salesmap).run())


class _Check:
    def __init__(self, salesmap: SalesMap) -> None:
        self.map = salesmap

    def run(self) -> Iterator[Finding]:
        for name, station in self.map.stations.items():
            at: Key = ("stations", name)
            if name in PLACES:
                yield at, f"{name!r} is a built-in place and cannot be a station"
            yield from self.station(at, station)
        yield from self.ends()

    def station(self, at: Key, station: Station) -> Iterator[Finding]:
        for part in ("outcomes", "skips", "objections", "criteria"):
            yield from _unique((*at, part), getattr(station, part), "id", "key")
        for place, outcome in enumerate(station.outcomes):
            yield from self.outcome((*at, "outcomes", place), outcome)
        for place, skip in enumerate(station.skips):
            if skip.retry:
                yield from self.retry((*at, "skips", place, "retry"), skip.retry, {})

    def outcome(self, at: Key, outcome: Outcome) -> Iterator[Finding]:
        yield from self.known_flags((*at, "flags"), outcome.flags)
        yield from _unique((*at, "fields"), outcome.fields, "id")
        kinds = {field.id: field.kind for field in outcome.fields}
        yield from self.retry((*at, "retry"), outcome.retry, kinds)
        yield from self.routes((*at, "route"), outcome.routes)
        earlier: dict[str, Field] = {}
        for place, field in enumerate(outcome.fields):
            here = (*at, "fields", place)
            yield from _field(here, field, earlier)
            for key, effects in _effects(here, field):
                yield from self.effects(key, effects, kinds)
            earlier[field.id] = field
        possible = outcome.flags.union(*(e.adds for f in outcome.fields for _, e in _effects((), f)))
        for flag, needed in NEEDS.items():
            if flag in possible and needed not in possible:
                yield (*at, "flags"), f"{flag!r} cannot hold without {needed!r}, which nothing here sets"

    def effects(self, at: Key, effects: Effects, kinds: Mapping[str, str]) -> Iterator[Finding]:
        yield from self.known_flags((*at, "adds"), effects.adds)
        yield from self.known_flags((*at, "drops"), effects.drops)
        if effects.retry:
            yield from self.retry((*at, "retry"), effects.retry, kinds)
        if effects.routes is not None:
            yield from self.routes((*at, "route"), effects.routes)

    def known_flags(self, at: Key, flags: Iterable[str]) -> Iterator[Finding]:
        for flag in sorted(set(flags) - set(FLAGS)):
            yield at, f"unknown flag {flag!r}" + nearest(flag, FLAGS)

    def routes(self, at: Key, routes: tuple[Route, ...]) -> Iterator[Finding]:
        for route in routes:
            if route.to not in self.map.stations and route.to not in PLACES:
                yield at, f"unknown station {route.to!r}" + nearest(route.to, [*self.map.stations, *PLACES])

    def retry(self, at: Key, retry: Retry, kinds: Mapping[str, str]) -> Iterator[Finding]:
        if retry.plan is not None and retry.plan not in self.map.plans:
            yield (*at, "plan"), f"unknown plan {retry.plan!r}" + nearest(retry.plan, self.map.plans)
        for group in _KINDS[retry.kind]:
            if not any(getattr(retry, name) for name in group):
                yield at, f"a retry of kind {retry.kind!r} needs {' or '.join(map(repr, group))}"
        if retry.field is None:
            return
        wanted = "when" if retry.kind == "promise" else "month"
        if kinds.get(retry.field) != wanted:
            yield (*at, "field"), f"no field {retry.field!r} of kind {wanted!r}" + nearest(retry.field, kinds)

    def ends(self) -> Iterator[Finding]:
        """Stations from which no chain of routes leads out of the line."""
        exits = {name: {route.to for route in routes_of(each)} for name, each in self.map.stations.items()}
        out = set(PLACES)
        while more := {name for name, to in exits.items() if name not in out and to & out}:
            out |= more
        for name in exits:
            if name not in out:
                yield ("stations", name), "no chain of routes leads from here to an end"


def routes_of(station: Station) -> Iterator[Route]:
    """Every route that any answer at a station can take."""
    for outcome in station.outcomes:
        yield from outcome.routes
        for field in outcome.fields:
            for _key, effects in _effects((), field):
                yield from effects.routes or ()


def _effects(at: Key, field: Field) -> Iterator[tuple[Key, Effects]]:
    for place, choice in enumerate(field.choices):
        yield (*at, "choices", place), choice
    if field.yes:
        yield (*at, "yes"), field.yes


def _unique(at: Key, items: Iterable[Any], *names: str) -> Iterator[Finding]:
    for name in names:
        seen: dict[str, str] = {}
        for place, item in enumerate(items):
            value = getattr(item, name)
            if value in seen:
                yield (*at, place, name), f"{name} {value!r} is already that of {seen[value]!r}"
            seen.setdefault(value, item.label)


def _field(at: Key, field: Field, earlier: Mapping[str, Field]) -> Iterator[Finding]:
    if field.kind == "choice" and not field.choices:
        yield (*at, "choices"), "a choice needs choices"
    if field.kind != "choice" and field.choices:
        yield (*at, "choices"), f"a field of kind {field.kind!r} has no choices"
    for name in ("yes", "confirm"):
        if getattr(field, name) and field.kind != "yesno":
            yield (*at, name), "only a field of kind 'yesno' has this"
    if field.unknown and not field.required:
        yield (*at, "unknown"), "only a required answer needs to be allowed as unknown"
    if field.default is not None and (answers := _answers(field)) and field.default not in answers:
        yield (*at, "default"), f"{field.default!r} is not an answer" + nearest(field.default, answers)
    yield from _unique((*at, "choices"), field.choices, "id", "key")
    for name, values in field.shown_when.items():
        here = (*at, "shown_when", name)
        if name not in earlier:
            yield here, f"no earlier field {name!r}" + nearest(name, earlier)
            continue
        for value in values:
            if value not in _answers(earlier[name]):
                yield here, f"{value!r} is not an answer of {name!r}" + nearest(value, _answers(earlier[name]))


def _answers(field: Field) -> tuple[str, ...]:
    if field.kind == "yesno":
        return ("yes", "no")
    choices: tuple[Choice, ...] = field.choices
    return tuple(choice.id for choice in choices)
