"""May this number be called now? One pure function, asked at queue build, at claim and again at dial.

`whereabouts` does the slow part (number and address to a `Place`), `joined` only what the two say together, for a lead
whose zones are stored; `decide` needs no number library and is made for the claim transaction; `may_call` is all of it.
The law itself is data, see `calling_rules`. Order of refusals: numbers that are never dialled, lists, consent, attempt
caps, unknown zone or law, hours and holidays, courtesy hours. The first one is the reason, all of them are kept. Not
legal advice: every rule can be changed by a customer's counsel.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache

from salesdesk.line import tzdata, windows
from salesdesk.line.calling_rules import (
    Applied,
    Cap,
    Courtesy,
    Day,
    applied,
    day,
    jurisdiction,
    known_flags,
    packs,
    rules_version,
)
from salesdesk.line.intake.places import locate as read_address
from salesdesk.line.numbering import UNKNOWN, Origin, origin, region_code
from salesdesk.line.windows import Place

__all__ = ["Courtesy", "Decision", "Place", "decide", "joined", "may_call", "whereabouts"]

LOOK_AHEAD = 14
"""Days searched for the next allowed instant."""

_NOW = timedelta(0)


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and its evidence; store it with the call.

    verdict: ``allow``, ``deny``, or ``hold`` (a list is stale). reason: ``ok`` or the first of `reasons`.
    rule_ids: the rules applied, or on a refusal those that refused. local_times: candidate zone to local time.
    next_allowed: UTC instant from which a call is allowed, when only time stands in the way and it comes within 14
    days. closes_at: UTC instant until which the allowed call may be started, last-start margin not taken off.
    """

    verdict: str
    reason: str
    reasons: tuple[str, ...]
    rule_ids: tuple[str, ...]
    zones: tuple[str, ...]
    local_times: Mapping[str, datetime]
    next_allowed: datetime | None
    closes_at: datetime | None
    tz_version: str
    numbers_version: str
    rules_version: str

    @property
    def allow(self) -> bool:
        return self.verdict == "allow"


@dataclass(frozen=True, slots=True)
class _Refusal:
    reason: str
    rules: tuple[str, ...] = ()
    verdict: str = "deny"
    waits: bool = False  # it passes with time


@dataclass(frozen=True, slots=True)
class _Ask:
    place: Place
    instant: datetime
    kind: str
    profile: str
    flags: frozenset[str]
    attempts: tuple[float, ...]
    courtesy: Courtesy | None
    last_start: float


@cache
def numbers_version() -> str:
    """Version of the number library's data."""
    from importlib.metadata import version

    return version("phonenumbers")


def load() -> None:
    """Read the rules of every shipped country now; otherwise the first decision reads them."""
    packs()
    rules_version()
    numbers_version()


@lru_cache(maxsize=65_536)
def whereabouts(
    number: str,
    address_region: str | None = None,
    address_zone: str | None = None,
    confirmed_zone: str | None = None,
) -> Place:
    """The place of a number (E.164) given what else is known. Never raises on text from outside.

    An address region counts with its own zones, as import reads them, when `address_zone` is missing. See `joined`
    for what number and address say together.
    """
    region = region_code(address_region)
    country, _, part = region.partition("-")
    address = read_address(country, part, "", "")
    regions = {UNKNOWN if address.region == UNKNOWN else region} if region else set[str]()
    zones = frozenset({address_zone}) if address_zone else address.zones
    return joined(origin(number), zones, regions, confirmed_zone or "")


def joined(number: Origin, zones: frozenset[str], regions: Collection[str], confirmed_zone: str = "") -> Place:
    """Where somebody may be after their number and their address, whose `zones` and `regions` are given.

    Zones: the one that they confirmed, else those of number and address together. A toll-free number says nothing about
    place, so there a known address stands alone; one whose zones are unknown is not made known by an address.
    Jurisdictions: by number and by address, also under a confirmed zone. A zone name that does not exist makes the
    whole zone unknown.
    """
    if confirmed_zone:
        found = frozenset({confirmed_zone})
    elif number.placeless and zones:
        found = zones
    else:
        found = number.zones | zones if number.zones else frozenset()
    jurisdictions = {jurisdiction(region) for region in (*number.regions, *regions)}
    return Place(_known(found), tuple(sorted(jurisdictions)), number.bar)


def _known(zones: Collection[str]) -> tuple[str, ...]:
    """The zones sorted, or none at all if one of them is unknown: half an answer is no answer."""
    return tuple(sorted(zones)) if all(map(tzdata.is_zone, zones)) else ()


def may_call(
    number: str,
    *,
    instant: datetime,
    kind: str = "business",
    profile: str = "strict",
    address_region: str | None = None,
    address_zone: str | None = None,
    confirmed_zone: str | None = None,
    flags: Collection[str] = (),
    attempts: Sequence[datetime] = (),
    courtesy: Courtesy | None = None,
    last_start: timedelta = _NOW,
) -> Decision:
    """Whether a number may be called at an aware instant. See `whereabouts` and `decide` for the arguments."""
    return decide(
        whereabouts(number, address_region or None, address_zone or None, confirmed_zone or None),
        instant=instant,
        kind=kind,
        profile=profile,
        flags=flags,
        attempts=attempts,
        courtesy=courtesy,
        last_start=last_start,
    )


def decide(
    place: Place,
    *,
    instant: datetime,
    kind: str = "business",
    profile: str = "strict",
    flags: Collection[str] = (),
    attempts: Sequence[datetime] = (),
    courtesy: Courtesy | None = None,
    last_start: timedelta = _NOW,
    look_ahead: bool = True,
) -> Decision:
    """The decision for a place.

    kind: ``business`` or ``consumer``. profile: ``strict`` (consumer rules for everybody), ``statute`` (documented
    business exemptions apply) or ``custom`` (as strict). flags: facts about the number (``internal_dnc``,
    ``national_dnc``, ``tps``, ``ctps``, ``erased``, ``list_stale``, ``consent``, ``presumed_consent``); an unknown
    flag refuses. attempts: instants of every placed call to this person or number, all campaigns together.
    last_start: no call starts this close to the end of the hours (2 minutes covers the ringing). look_ahead False
    leaves `next_allowed` out of a refusal. Raises ValueError for naive times and unknown kinds or profiles, and
    `tzdata.StaleZoneData` when the zone data is too old to answer.
    """
    if instant.tzinfo is None or any(attempt.tzinfo is None for attempt in attempts):
        raise ValueError("instant and attempts must be timezone-aware")
    tzdata.use_pinned_zones()
    rules = applied(place.jurisdictions, kind, profile)
    ask = _Ask(
        place,
        instant,
        kind,
        profile,
        frozenset(flags),
        tuple(sorted(attempt.timestamp() for attempt in attempts)),
        courtesy,
        last_start.total_seconds(),
    )
    local = {name: instant.astimezone(tzdata.zone(name)) for name in place.zones if tzdata.is_zone(name)}
    refusals = [*_facts(ask, rules), *_caps(ask, rules)]
    closes: datetime | None = None
    if not place.zones or len(local) < len(place.zones):
        refusals.append(_Refusal("unknown_zone"))
    if rules.unknown or not place.jurisdictions:
        refusals.append(_Refusal("no_rules"))
    elif local:
        hours = [_hours(ask, rules, now) for now in local.values()]
        refusals += sorted((no for no, _ in hours if no), key=lambda no: _RANK.index(no.reason))
        if not any(no for no, _ in hours):
            closes = _closes(ask, local, min(left for _, left in hours))
            if ask.last_start and (closes - instant).total_seconds() <= ask.last_start:
                refusals.append(_Refusal("last_start", waits=True))
    return _decision(ask, rules, local, refusals, closes, look_ahead)


_RANK = ("holiday", "sunday", "outside_hours", "courtesy_hours")


def _facts(ask: _Ask, rules: Applied) -> Iterator[_Refusal]:
    """Refusals that no clock changes: barred numbers, lists, missing consent."""
    if ask.place.bar:
        yield _Refusal(ask.place.bar)
    for entry in rules.listings if ask.flags else ():
        if entry.flag in ask.flags and not entry.lifted_by & ask.flags:
            yield _Refusal(entry.reason, (entry.id,), entry.verdict)
    if not ask.flags <= known_flags():
        yield _Refusal("unknown_flag")
    for need in rules.consents:
        if not need.any_of & ask.flags:
            yield _Refusal("consent_required", (need.id,))


def _caps(ask: _Ask, rules: Applied) -> Iterator[_Refusal]:
    now = ask.instant.timestamp()
    for rule in rules.rules if ask.attempts else ():
        if rule.cap and now < _cap_ends(rule.cap, ask.attempts):
            yield _Refusal("attempt_cap", (rule.id,), waits=True)


def _cap_ends(cap: Cap, attempts: tuple[float, ...]) -> float:
    """When the cap lets the next call pass: as the oldest of the last `calls` attempts grows old (elapsed time)."""
    return attempts[-cap.calls] + cap.seconds if len(attempts) >= cap.calls else float("-inf")


def _hours(ask: _Ask, rules: Applied, local: datetime) -> tuple[_Refusal | None, float]:
    """One zone by its wall clock: a refusal, or the seconds left of the span that the clock is in."""
    facts = day(ask.place.jurisdictions, ask.kind, ask.profile, ask.courtesy, local.date())
    second = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    for start, stop in facts.open:
        if start <= second < stop:
            return None, stop - second
    return _refused(facts, rules, local, second), 0.0


def _refused(facts: Day, rules: Applied, local: datetime, second: float) -> _Refusal:
    if facts.by:
        return _Refusal(facts.closed or "outside_hours", facts.by, waits=True)
    if any(start <= second < stop for start, stop in facts.legal):
        return _Refusal("courtesy_hours", waits=True)
    ids = tuple(
        rule.id
        for rule in rules.rules
        if not any(start <= second < stop for start, stop in rule.hours[local.weekday()])
    )
    return _Refusal("outside_hours", ids, waits=True)


def _closes(ask: _Ask, local: Mapping[str, datetime], left: float) -> datetime:
    """Until when the call stays allowed. Wall and elapsed time agree unless a clock changes or a day ends first."""
    now = ask.instant.astimezone(UTC)
    end = now + timedelta(seconds=left)
    for then in local.values():
        later = end.astimezone(then.tzinfo)
        if later.utcoffset() != then.utcoffset() or later.hour == later.minute == 0:
            spans = _spans(ask, now.timestamp())
            found = windows.interval_at(spans, now.timestamp())
            return windows.utc(found[1]) if found else now
    return end


def _spans(ask: _Ask, since: float) -> tuple[windows.Interval, ...]:
    midnight = windows.utc(since // 86_400 * 86_400)
    return windows.intervals(
        ask.place,
        start=midnight,
        days=LOOK_AHEAD + 1,
        courtesy=ask.courtesy,
        kind=ask.kind,
        profile=ask.profile,
    )


def _next_allowed(ask: _Ask, rules: Applied) -> datetime | None:
    caps = [_cap_ends(rule.cap, ask.attempts) for rule in rules.rules if rule.cap and ask.attempts]
    since = max([ask.instant.timestamp(), *caps])
    found = windows.first_open(_spans(ask, since), since, room=ask.last_start)
    return None if found is None else windows.utc(found)


def _decision(
    ask: _Ask,
    rules: Applied,
    local: Mapping[str, datetime],
    refusals: list[_Refusal],
    closes: datetime | None,
    look_ahead: bool,
) -> Decision:
    denied = [no for no in refusals if no.verdict == "deny"]
    reasons = tuple(dict.fromkeys(no.reason for no in refusals))
    refused_by = tuple(dict.fromkeys(rule for no in refusals for rule in no.rules))
    waits = look_ahead and bool(refusals) and all(no.waits for no in refusals)
    return Decision(
        verdict="deny" if denied else "hold" if refusals else "allow",
        reason=reasons[0] if reasons else "ok",
        reasons=reasons,
        rule_ids=refused_by if refusals else rules.ids,
        zones=ask.place.zones,
        local_times=local,
        next_allowed=_next_allowed(ask, rules) if waits else None,
        closes_at=None if refusals else closes,
        tz_version=tzdata.tz_version(),
        numbers_version=numbers_version(),
        rules_version=rules_version(),
    )
