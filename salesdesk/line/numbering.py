"""Where a phone number may ring: its candidate time zones and the jurisdictions that its prefix puts it under.

North American numbers are read from our own area-code table, without loading the number library; the rest come from
`phonenumbers`, corrected by ``calling_rules/world.toml``. A jurisdiction is always taken from the country code or the
area code, never from a zone (Ireland shares London's zone, a British mobile may be filed under Guernsey).
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from salesdesk.line import tzdata
from salesdesk.line.calling_rules import TERRITORIES, jurisdiction, load

UNKNOWN = "ZZ"
"""The region of what cannot be read; no rule pack covers it."""
_NOTHING: frozenset[str] = frozenset()
_NANP = re.compile(r"\+1([2-9]\d\d)(?!.11)([2-9]\d\d)\d{4}", re.ASCII)
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_EXTENSION = re.compile(r"\s*(?:;\s*ext=|,|;|#|ext\.?|x)\s*\d{1,11}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a number says about its place. `bar`: why it is never dialled, or empty. `placeless`: toll-free and other
    company numbers, whose zones are all of a country's and say nothing. `zones` empty: unknown."""

    zones: frozenset[str] = _NOTHING
    regions: frozenset[str] = _NOTHING
    bar: str = ""
    placeless: bool = False


@cache
def _areas() -> dict[str, Origin]:
    table: dict[str, Origin] = {}
    for area in load("nanp")["area"]:
        origin = Origin(frozenset(area["zones"]), frozenset(area["regions"]))
        table |= {str(code): origin for code in area["codes"]}
    return table


@cache
def _emergency() -> frozenset[str]:
    return frozenset(load("world")["emergency"])


@cache
def _added() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((prefix["digits"], frozenset(prefix["zones"])) for prefix in load("world")["prefix"])


def tidy(number: str) -> str:
    """A number without its extension, spaces and punctuation: ``+1 (212) 555-0123 x9`` becomes ``+12125550123``."""
    return re.sub(r"[\s().\-/]", "", _EXTENSION.sub("", number.strip()))


@lru_cache(maxsize=4096)
def grouped(e164: str) -> str:
    """A number in the groups in which its country reads it aloud: +1 312-555-0142, +44 20 7946 0123. What is no number
    stays as it is."""
    if e164.startswith("+1") and len(e164) == 12:  # without loading the number library
        return f"+1 {e164[2:5]}-{e164[5:8]}-{e164[8:]}"
    import phonenumbers

    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=65_536)
def origin(number: str) -> Origin:
    """All that the number itself says. Never raises on text from outside: what cannot be read has no zones."""
    number = tidy(number)
    if (short := number.removeprefix("+")).isascii() and short.isdigit() and len(short) <= 6:
        spots = {short, *(short[width:] for width in (1, 2, 3))}
        return Origin(bar="emergency_number" if spots & _emergency() else "short_number")
    if found := _NANP.fullmatch(number):
        if found[1] == "900" or found[2] == "976":
            return Origin(regions=frozenset({"US"}), bar="premium_number")
        if area := _areas().get(found[1]):
            return area
    return _looked_up(number) if _E164.fullmatch(number) else Origin()


def _looked_up(number: str) -> Origin:
    import phonenumbers
    from phonenumbers.timezone import time_zones_for_number

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return Origin()
    regions = _country(parsed.country_code or 0, number)
    if not phonenumbers.is_valid_number(parsed) or (parsed.country_code == 1 and not _NANP.fullmatch(number)):
        return Origin(regions=regions)
    kind = phonenumbers.number_type(parsed)
    types = phonenumbers.PhoneNumberType
    if kind == types.PREMIUM_RATE:
        return Origin(regions=regions, bar="premium_number")
    zones = set(time_zones_for_number(parsed))
    for digits, added in _added():
        if number.startswith("+" + digits):
            zones |= added
    if not all(tzdata.is_zone(name) for name in zones):
        zones = set()
    placeless = kind in (types.TOLL_FREE, types.SHARED_COST, types.UAN)
    return Origin(frozenset(zones), regions, placeless=placeless)


def _country(code: int, number: str) -> frozenset[str]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    if code == 1:
        area = _areas().get(number[2:5])
        canadian = number[2:5] in ("600", "622", "633", "644", "655", "677", "688")
        return area.regions if area else frozenset({"CA" if canadian else "US"})
    main = COUNTRY_CODE_TO_REGION_CODE.get(code, (UNKNOWN,))[0]
    return frozenset({UNKNOWN if main == "001" else main})


def number_zones(e164: str) -> frozenset[str]:
    """Candidate IANA zones of a number; empty when unknown (invalid numbers, fiction ranges, short numbers).

    All of them must agree before a call. Old alias names occur (Asia/Calcutta); the wheel resolves them.
    """
    return origin(e164).zones


def number_jurisdictions(e164: str) -> frozenset[str]:
    """Jurisdictions by country code and area code, for example ``{"US-FL"}``, ``{"CA"}``, ``{"US"}`` (toll-free)."""
    return frozenset(jurisdiction(region) for region in origin(e164).regions)


def region_code(text: str | None) -> str:
    """An address region as ISO code: ``us-ny`` becomes ``US-NY``, ``PR`` becomes ``US-PR``; empty stays empty.
    What is no such code becomes `UNKNOWN`."""
    code = (text or "").strip().upper().replace("_", "-")
    if code.partition("-")[0] == "UK":
        code = "GB" + code[2:]
    if code in TERRITORIES:
        return f"US-{code}"
    return code if not code or re.fullmatch(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?", code) else UNKNOWN
