"""Reading a sales map's TOML: what a file takes over from another, and problems that name file, line and key."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from salesdesk.line.tomlkeys import Key

Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a map; `line` counts from 1, `key` is a dotted path with array indices from 0."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class MapError(ValueError):
    """A sales map that cannot be used; its text is one line for each of `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def read(text: str, name: str) -> Table:
    """The raw tables of a map; raises MapError with the line, and the key on it, where it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+)", str(error))
        lines = text.splitlines() or [""]
        line = min(int(found[1]), len(lines)) if found else len(lines)
        message = re.sub(r" \(at .*\)$", "", str(error))
        raise MapError((Problem(name, line, _key_near(lines, line), f"not TOML: {message}"),)) from None


def _key_near(lines: list[str], line: int) -> str:
    """The key a person would look for at a line that cannot be parsed: its own, else the nearest above it."""
    for text in reversed(lines[:line]):
        if found := re.match(r"""\s*(?:\[+\s*)?([\w."'-]+)""", text):
            return found[1]
    return "(start of file)"


# --- one map built on another ---------------------------------------------------------------------------------


def shipped_ids() -> tuple[str, ...]:
    """The ids of the layouts that come with the package; the first is the default."""
    return ("sdr-executive", "coordinator-salesperson", "sdr-outside")


def text_of(name: str) -> str:
    """The TOML of a shipped layout."""
    return (resources.files("salesdesk.line") / "maps" / f"{name}.toml").read_text("utf-8")


def whole(own: Table) -> tuple[Table, list[tuple[Key, str]]]:
    """The tables of a map together with those of the shipped one it extends, and what is wrong with that."""
    extends = own.get("extends")
    if extends is None:
        return own, []
    if extends not in shipped_ids():
        rest = {key: value for key, value in own.items() if key not in ("extends", "without", "reroute")}
        return rest, [(("extends",), f"unknown map {extends!r}; the shipped ones are {', '.join(shipped_ids())}")]
    return built_on(whole(read(text_of(extends), f"{extends}.toml"))[0], own)


def merged(base: Any, own: Any) -> Any:
    """`own` laid over `base`: tables merge, lists of tables with an `id` merge by that id, all else is replaced."""
    if isinstance(base, dict) and isinstance(own, dict):
        return base | {key: merged(base[key], value) if key in base else value for key, value in own.items()}
    if isinstance(base, list) and isinstance(own, list) and _have_ids(base) and _have_ids(own):
        result, left = list(base), {item["id"]: place for place, item in enumerate(base)}
        for item in own:
            place = left.pop(item["id"], None)
            if place is None:
                result.append(item)
            else:
                result[place] = merged(result[place], item)
        return result
    return own


def _have_ids(items: list[Any]) -> bool:
    return all(isinstance(item, dict) and isinstance(item.get("id"), str) for item in items)


def built_on(base: Table, own: Table) -> tuple[Table, list[tuple[Key, str]]]:
    """The whole map that `own` describes by its difference from `base`, and what is wrong with that difference.

    `without = ["sdr", "executive.repeat"]` leaves stations and outcomes out, `reroute = {executive = "outside"}`
    turns the routes that are taken over, `[stations.salesperson] like = "executive"` starts from a station of
    the base (also one that is left out), and everything else is merged in.
    """
    problems: list[tuple[Key, str]] = []
    own, base = copy.deepcopy(own), copy.deepcopy(base)
    own.pop("extends", None)
    _reroute(base, _names(own.pop("reroute", {}), problems))
    stations = base["stations"]
    places = {name: place for place, name in enumerate(stations)}
    given = own.get("stations")
    own_stations: Table = given if isinstance(given, dict) else {}
    for name, station in own_stations.items():
        like = station.pop("like", None) if isinstance(station, dict) else None
        if like is None:
            continue
        if not isinstance(like, str) or like not in stations:
            problems.append((("stations", name, "like"), f"unknown station {like!r} in the map this one extends"))
            continue
        own_stations[name] = merged(stations[like], station)
        places[name] = places.get(like, 0)
    problems += _leave_out(stations, own.pop("without", []))
    whole = merged(base, own)
    if isinstance(whole["stations"], dict):
        # A station made like another stands where that one stood, so that the line reads in its order of work.
        whole["stations"] = dict(sorted(whole["stations"].items(), key=lambda item: places.get(item[0], len(places))))
    return whole, problems


def _names(value: object, problems: list[tuple[Key, str]]) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(name, str) for name in value.values()):
        return value
    problems.append((("reroute",), "a table of station names, such as { executive = 'outside' }"))
    return {}


def _reroute(tables: Any, names: Mapping[str, str]) -> None:
    def turned(route: Any) -> Any:
        if isinstance(route, list):
            return [turned(item) for item in route]
        place, colon, kind = route.partition(":")
        return names.get(place, place) + colon + kind

    if isinstance(tables, dict):
        if "route" in tables:
            tables["route"] = turned(tables["route"])
        for value in tables.values():
            _reroute(value, names)
    elif isinstance(tables, list):
        for item in tables:
            _reroute(item, names)


def _leave_out(stations: Table, without: object) -> list[tuple[Key, str]]:
    if not isinstance(without, list):
        return [(("without",), "a list of stations ('sdr') and outcomes ('sdr.voicemail')")]
    problems: list[tuple[Key, str]] = []
    for place, name in enumerate(without):
        station, _dot, outcome = str(name).partition(".")
        outcomes = stations.get(station, {}).get("outcomes", [])
        if station not in stations or (outcome and all(each["id"] != outcome for each in outcomes)):
            problems.append((("without", place), f"{name!r} is not in the map this one extends"))
        elif outcome:
            stations[station]["outcomes"] = [each for each in outcomes if each["id"] != outcome]
        else:
            del stations[station]
    return problems


@dataclass(frozen=True, slots=True)
class Places:
    """Finds where in a file a key of the whole (merged) map was written."""

    file: str
    own: Table
    lines: Mapping[Key, int]

    def problem(self, whole: Table, key: Key, message: str) -> Problem:
        """A problem at `key` of the whole map, told with the file's own path and the nearest line above it.

        What was taken over from another map has no line here: it is told at `extends`.
        """
        written, own_parts = self._written(whole, key)
        line = self.lines.get(("extends",), 1)
        for size in range(own_parts, 0, -1):
            if size == 1 < len(written) and ("extends",) in self.lines:
                break
            if written[:size] in self.lines:
                line = self.lines[written[:size]]
                break
        return Problem(self.file, line, ".".join(map(str, written)), message)

    def _written(self, whole: Any, key: Key) -> tuple[Key, int]:
        """`key` with array indices as in the file, elements being known by their ids, and how much of it is there."""
        own: Any = self.own
        for depth, part in enumerate(key):
            here = _index(whole, own, part) if isinstance(part, int) else part
            if here is None or (inside := _inside(own, here)) is None:
                return key, depth
            key = (*key[:depth], here, *key[depth + 1 :])
            whole, own = _inside(whole, part), inside
        return key, len(key)


def _index(whole: Any, own: Any, part: int) -> int | None:
    """Where the file has the element that stands at `part` in the whole map."""
    item = _inside(whole, part)
    if not isinstance(own, list):
        return part
    same = [
        place
        for place, mine in enumerate(own)
        if mine == item or (isinstance(mine, dict) and isinstance(item, dict) and _inside(mine, "id") == item.get("id"))
    ]
    return part if part in same else next(iter(same), None)


def _inside(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None
