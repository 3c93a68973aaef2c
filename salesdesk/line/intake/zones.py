"""The time zones and jurisdictions a lead may be in, after its number and a time-zone column; `places` has what its
address tells.

All of them are candidates: calling hours must hold in every one. Numbers travel, so a number gives every zone of its
area code; a code that straddles a boundary gives both sides (libphonenumber's finer split is false precision).
"""

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from salesdesk.line.intake import places
from salesdesk.line.intake.tables import load

__all__ = ["column_zones", "number_regions", "number_zones", "region_code"]

Zones = frozenset[str]

_TOLL_FREE: Final = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
_UNKNOWN: Final = "Etc/Unknown"
# Prefixes of which the library names one zone only: (prefix, zones).
_STRADDLING: Final = (("+617", frozenset({"Australia/Brisbane", "Australia/Sydney"})),)
_ISLANDS: Final = {"GG": "GB", "JE": "GB", "IM": "GB"}


def number_zones(e164: str) -> Zones:
    """Every zone in which the owner of a number may be; a toll-free number gives every zone of its plan."""
    if e164.startswith("+1") and e164[2:5] not in _TOLL_FREE and (known := _area_codes().get(e164[2:5])):
        return known[0]
    if e164.startswith("+1"):
        return _library_zones(f"{e164[:5]}5550123")
    for prefix, zones in _STRADDLING:
        if e164.startswith(prefix):
            return zones
    return _library_zones(e164)


def number_regions(e164: str) -> frozenset[str]:
    """The jurisdictions of a number: {"US-FL"}, several where an area code is shared, {"US"} toll-free, {"GB"}."""
    if e164.startswith("+1"):
        if e164[2:5] in _TOLL_FREE:
            return frozenset({"US"})
        if known := _area_codes().get(e164[2:5]):
            return known[1]
        e164 = f"{e164[:5]}5550123"
    region = _library_region(e164)
    return frozenset({region}) if region else frozenset()


def column_zones(text: str) -> Zones:
    """Read a time-zone cell: IANA, Windows and web-framework names, "america_slash_new_york"; junk gives nothing."""
    key = text.strip().casefold().replace("_slash_", "/")
    if key.startswith("(") and ")" in key:
        key = key.partition(")")[2].strip()
    if not key:
        return frozenset()
    table = load("zone_names")
    if key in table["aliases"]:
        return frozenset({table["aliases"][key]})
    zones = frozenset(table["names"].get(key, ())) or _iana(key.replace(" ", "_"))
    return frozenset(zone for zone in zones if not zone.startswith("Etc/"))


def region_code(country: str, region: str) -> str | None:
    """The jurisdiction of an address: "US-NY", "CA-ON", "US" when the state is not known, "GB", None for nothing."""
    return places.locate(country, region, "", "").region


@cache
def _area_codes() -> dict[str, tuple[Zones, frozenset[str]]]:
    """Area code → (zones, states and provinces)."""
    found: dict[str, tuple[Zones, frozenset[str]]] = {}
    for region, groups in load("area_codes").items():
        for zones, codes in groups.items():
            for code in codes.split():
                known, regions = found.get(code, (frozenset(), frozenset()))
                found[code] = (known | frozenset(zones.split()), regions | {region})
    return found


@lru_cache(maxsize=8192)
def _library_zones(e164: str) -> Zones:
    import phonenumbers
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return frozenset()
    zones = frozenset(timezone.time_zones_for_number(number)) - {_UNKNOWN}
    return zones or places.country_zones(phonenumbers.region_code_for_country_code(number.country_code or 0))


@lru_cache(maxsize=8192)
def _library_region(e164: str) -> str | None:
    """The country by its calling code; the islands that share +44 count as GB (their numbers move freely)."""
    import phonenumbers

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    region = _ISLANDS.get(region, region)
    return None if region in ("001", "ZZ") else str(region)


def _iana(key: str) -> Zones:
    name = _iana_names().get(key)
    return frozenset({name}) if name else frozenset()


@cache
def _iana_names() -> dict[str, str]:
    """IANA names by lower case; bare offsets and abbreviations ("GMT", "EST") are no place and left out."""
    names = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names if "/" in name and not name.startswith("Etc/")}
