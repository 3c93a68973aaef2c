"""The time zones that a time-zone column names, and where `numbering` places a number."""

from functools import cache
from importlib.resources import files

from salesdesk.line.intake.tables import load
from salesdesk.line.numbering import UNKNOWN, number_zones, origin

__all__ = ["column_zones", "number_regions", "number_zones"]

Zones = frozenset[str]


def number_regions(e164: str) -> frozenset[str]:
    """The states, provinces or country of a number: {"US-FL"}, several where an area code is shared, {"US"} toll-free;
    none when it names no place."""
    return origin(e164).regions - {UNKNOWN}


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


def _iana(key: str) -> Zones:
    name = _iana_names().get(key)
    return frozenset({name}) if name else frozenset()


@cache
def _iana_names() -> dict[str, str]:
    """IANA names by lower case; bare offsets and abbreviations ("GMT", "EST") are no place and left out."""
    names = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    return {name.casefold(): name for name in names if "/" in name and not name.startswith("Etc/")}
