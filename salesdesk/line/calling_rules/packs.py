"""Rule packs: frozen models and the reader that refuses a pack with a hole in it."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

Span = tuple[int, int]
"""Half-open [start, stop) in seconds after local midnight."""

PACKS = ("any", "us", "ca", "gb", "au", "fr", "de", "in")
KINDS = ("business", "consumer")
PROFILES = ("strict", "statute", "custom")
TERRITORIES = ("AS", "GU", "MP", "PR", "VI")
"""Parts of the United States that ISO 3166-1 lists as countries."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVIDENCE = ("primary", "secondary", "unverified", "policy")
_DAY_FORM = re.compile(r"\d{4}-\d\d-\d\d|\d\d-\d\d|(?:mon|tue|wed|thu|fri|sat|sun)>=\d\d-\d\d|easter(?:[+-]\d{1,2})?")


class RulePackError(ValueError):
    """A rule pack is malformed; the message names the file, the entry and the key."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `calls` placed calls in any `seconds` of elapsed time."""

    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Hours, banned days and cap of one jurisdiction. `hours` holds the spans of each weekday, Monday first."""

    id: str
    jurisdiction: str
    binds: frozenset[str]
    hours: tuple[tuple[Span, ...], ...]
    days: tuple[str, ...]
    observed: tuple[str, ...]
    cap: Cap | None
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A flag on the lead that forbids the call (verdict deny) or suspends it (hold)."""

    id: str
    jurisdiction: str
    flag: str
    reason: str
    verdict: str
    binds: frozenset[str]
    lifted_by: frozenset[str]
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A call to this kind of contact needs one of these flags, in every profile."""

    id: str
    jurisdiction: str
    kind: str
    any_of: frozenset[str]
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """One file. `subdivisions` empty: every subdivision of the country is called by the country's rules."""

    name: str
    country: str
    checked_on: date
    expires_on: date
    subdivisions: frozenset[str]
    rules: tuple[Rule, ...]
    listings: tuple[Listing, ...]
    consents: tuple[Consent, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """The rules that hold for a set of jurisdictions, a kind and a profile. `unknown`: places without rules."""

    rules: tuple[Rule, ...]
    listings: tuple[Listing, ...]
    consents: tuple[Consent, ...]
    unknown: tuple[str, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules)


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(\d\d):(\d\d)", text)
    if found is None or int(found[2]) > 59 or (value := int(found[1]) * 3600 + int(found[2]) * 60) > 86_400:
        raise RulePackError(f"{text!r} is not a time like 08:00")
    return value


def _spans(value: str | list[str]) -> tuple[Span, ...]:
    if value == "closed":
        return ()
    spans: list[Span] = []
    for text in [value] if isinstance(value, str) else value:
        start, _, stop = text.partition("-")
        span = (_seconds(start), _seconds(stop))
        if span[0] >= span[1] or (spans and span[0] < spans[-1][1]):
            raise RulePackError(f"hours {text!r}: must start before they stop, in order")
        spans.append(span)
    if not spans:
        raise RulePackError('no hours: write "closed"')
    return tuple(spans)


def _week(hours: Mapping[str, Any]) -> tuple[tuple[Span, ...], ...]:
    week: dict[int, tuple[Span, ...]] = {}
    for key, value in hours.items():
        first, _, last = key.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise RulePackError(f"hours: {key!r} is not a weekday or a range of weekdays")
        for number in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            if number in week:
                raise RulePackError(f"hours: {WEEKDAYS[number]} is given twice")
            week[number] = _spans(value)
    if len(week) != 7:
        missing = [name for number, name in enumerate(WEEKDAYS) if number not in week]
        raise RulePackError(f"hours: nothing for {', '.join(missing)}")
    return tuple(week[number] for number in range(7))


def _choice(values: Iterable[str], allowed: tuple[str, ...], key: str) -> frozenset[str]:
    chosen = frozenset(values)
    if not chosen <= set(allowed):
        raise RulePackError(f"{key}: {', '.join(sorted(chosen - set(allowed)))} is none of {', '.join(allowed)}")
    return chosen


def _proof(entry: Mapping[str, Any]) -> tuple[str, str]:
    _choice([entry["evidence"]], _EVIDENCE, "evidence")
    if not str(entry["source"]).strip():
        raise RulePackError("source: empty")
    return str(entry["evidence"]), str(entry["source"])


def _rule(entry: Mapping[str, Any], calendars: Mapping[str, list[str]]) -> Rule:
    banned = entry.get("days", {})
    days = tuple(day for name in banned.get("calendars", ()) for day in calendars[name])
    for day in days:
        if not _DAY_FORM.fullmatch(day):
            raise RulePackError(f"days: {day!r} is not a day like 07-04, mon>=01-15 or easter-2")
    observed = tuple(banned.get("observed", ()))
    _choice(observed, ("nearest", "next"), "observed")
    cap = entry.get("cap")
    return Rule(
        entry["id"],
        entry["jurisdiction"],
        _choice(entry["binds"], KINDS, "binds"),
        _week(entry["hours"]),
        days,
        observed,
        Cap(int(cap["calls"]), int(cap["hours"]) * 3600) if cap else None,
        *_proof(entry),
    )


def _listing(entry: Mapping[str, Any]) -> Listing:
    verdict = entry.get("verdict", "deny")
    _choice([verdict], ("deny", "hold"), "verdict")
    return Listing(
        entry["id"],
        entry["jurisdiction"],
        entry["flag"],
        entry.get("reason", entry["flag"]),
        verdict,
        _choice(entry["binds"], KINDS, "binds"),
        frozenset(entry.get("lifted_by", ())),
        *_proof(entry),
    )


def _consent(entry: Mapping[str, Any]) -> Consent:
    (kind,) = _choice([entry["kind"]], KINDS, "kind")
    return Consent(entry["id"], entry["jurisdiction"], kind, frozenset(entry["any_of"]), *_proof(entry))


def parse(text: str, file: str) -> RulePack:
    """A rule pack from TOML text. Raises `RulePackError` naming `file` and the entry."""
    where = file
    try:
        data = tomllib.loads(text)
        calendars = data.get("calendars", {})
        read: dict[str, list[Any]] = {"rule": [], "list": [], "consent": []}
        for table, found in read.items():
            for number, entry in enumerate(data.get(table, ()), 1):
                where = f"{file}, {table} {entry.get('id', number)}"
                build = {"list": _listing, "consent": _consent}.get(table)
                found.append(build(entry) if build else _rule(entry, calendars))
        where = file
        checked, expires = data["checked_on"], data["expires_on"]
        if not isinstance(checked, date) or not isinstance(expires, date) or checked >= expires:
            raise RulePackError("checked_on must be a date before expires_on")
        return RulePack(
            data["name"],
            data.get("country", "*"),
            checked,
            expires,
            frozenset(data.get("subdivisions", ())),
            tuple(read["rule"]),
            tuple(read["list"]),
            tuple(read["consent"]),
        )
    except KeyError as error:
        raise RulePackError(f"{where}: {error.args[0]} is missing") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise RulePackError(f"{where}: {error}") from error


def load(name: str) -> Mapping[str, Any]:
    """The raw table of one shipped data file, for example ``nanp``."""
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")


@cache
def packs() -> Mapping[str, RulePack]:
    """The shipped rule packs by country code; ``*`` holds what applies everywhere."""
    return {pack.country: pack for pack in (parse(_text(name), f"{name}.toml") for name in PACKS)}


@cache
def rules_version() -> str:
    """Twelve hex digits over every shipped rule and number file: which law an answer was given under."""
    digest = hashlib.sha256()
    for name in (*PACKS, "nanp", "world"):
        digest.update(_text(name).encode())
    return digest.hexdigest()[:12]


def review_due(on: date) -> tuple[str, ...]:
    """Names of the packs whose review date has come."""
    return tuple(pack.name for pack in packs().values() if pack.expires_on <= on)


@cache
def known_flags() -> frozenset[str]:
    """Every flag that a rule pack gives a meaning."""
    flags: set[str] = set()
    for pack in packs().values():
        for listing in pack.listings:
            flags |= {listing.flag, *listing.lifted_by}
        for consent in pack.consents:
            flags |= consent.any_of
    return frozenset(flags)


def jurisdiction(region: str) -> str:
    """Whose rules govern an ISO code: ``US-FL`` its own, ``CA-ON`` those of ``CA``, ``PR`` those of ``US-PR``."""
    region = f"US-{region}" if region in TERRITORIES else region
    country, _, part = region.partition("-")
    pack = packs().get(country)
    return country if pack is not None and part and not pack.subdivisions else region


@lru_cache(maxsize=4096)
def applied(jurisdictions: tuple[str, ...], kind: str, profile: str) -> Applied:
    """The rules for a call. Raises ValueError for a kind or profile that is not one of `KINDS`, `PROFILES`."""
    if kind not in KINDS or profile not in PROFILES:
        raise ValueError(f"kind must be one of {KINDS} and profile one of {PROFILES}, not {kind!r}, {profile!r}")
    chosen, unknown = [packs()["*"]], []
    names = [jurisdiction(name) for name in jurisdictions]
    for name in names:
        country, _, part = name.partition("-")
        pack = packs().get(country)
        if country == "*" or pack is None or (part and pack.subdivisions and part not in pack.subdivisions):
            unknown.append(name)
        elif pack not in chosen:
            chosen.append(pack)
    places = {"*", *names, *(name.partition("-")[0] for name in names)}

    def binds(entry: Rule | Listing) -> bool:
        return entry.jurisdiction in places and (profile != "statute" or kind in entry.binds)

    return Applied(
        tuple(rule for pack in chosen for rule in pack.rules if binds(rule)),
        tuple(listing for pack in chosen for listing in pack.listings if binds(listing)),
        tuple(need for pack in chosen for need in pack.consents if need.jurisdiction in places and need.kind == kind),
        tuple(unknown),
    )
