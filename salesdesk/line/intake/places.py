"""Where an address is: country, state or province, and the time zones it may be in.

A town or a post code gives one zone, a state alone all the zones of the state. What is not known is left open, and a
name that several places share gives all of them, so that calling hours err on the strict side. What is given and cannot
be read is not left open: nobody is called at an address that we would have to guess.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from salesdesk.line.intake.tables import load, words
from salesdesk.line.numbering import UNKNOWN

__all__ = [
    "NOWHERE",
    "Address",
    "country_code",
    "country_zones",
    "locate",
    "no_value",
    "region_name",
    "regions_of_town",
]

Zones = frozenset[str]

# Of the places that share a name, those with less than this share of the largest one's people are left out.
_SIZE_SHARE: Final = 0.5
_CA_POST = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[A-Z]\s*\d[A-Z]\d", re.I)
_GB_POST = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}", re.I)
_NANP: Final = ("US", "CA")
_LONGEST_CODE: Final = 3  # letters
_US_POST = re.compile(r"([0-9]{3,5})(?:-?[0-9]{4})?(?:\.0)?")


@dataclass(frozen=True, slots=True)
class Address:
    """`country` is ISO 3166, `region` "US-NY" or "CA-ON"; `zones` are IANA names, empty = nothing known.

    `region` is "ZZ", which no calling law covers, where something is given that cannot be read.
    """

    country: str | None = None
    region: str | None = None
    zones: Zones = frozenset()


NOWHERE: Final = Address()


def no_value(text: str) -> bool:
    """True for an empty cell and for the words that exports write into empty ones."""
    return not text or text.isspace() or text.strip().casefold() in words("no_value")


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code for a country's code or name (English, German, French …), or None.

    Code and name may stand beside each other: "US - United States", "Canada (CA)".
    """
    if no_value(text):
        return None
    return _country(text) or _only({_country(part) for part in _parts(text)})


@cache
def country_zones(country: str) -> Zones:
    """Every zone of a country, after the time-zone database's own list."""
    return _zone_tab().get(country, frozenset())


def regions_of_town(name: str) -> tuple[tuple[str, int], ...]:
    """The states, provinces and countries that have a larger town of this name, with its people in thousands."""
    return _towns().get(_fold(name), ())


def region_name(code: str) -> str:
    """The name of a state or province from its code ("US-CO"); the code itself when it is neither."""
    found = load("regions")["regions"].get(code)
    return str(found["names"][0]) if found else code


@lru_cache(maxsize=8192)
def locate(
    country: str, region: str, city: str, postal_code: str, near: frozenset[str] = frozenset(), default: str = ""
) -> Address:
    """Find the place of an address; every argument is the text of a cell.

    `near` are the regions of the person's number ("US-FL", "GB"): they decide between places of one name and stand in
    for a missing country. `default` is the country of the file, used only when nothing else tells one.
    """
    city = "" if no_value(city) else _fold(city)
    postal = "" if no_value(postal_code) else postal_code.strip()
    code = country_code(country)
    if code is None and not no_value(country):
        return Address(region=UNKNOWN)
    state = None if no_value(region) else _state(code, region, near, default)
    code = code or (state[:2] if state else None) or _country_of_post_code(postal)
    if code is None and (city or postal or not no_value(region)):
        code = _likely_country(city, near, default)
    unread = state is None and not no_value(region) and (code is None or country_code(region) != code)
    if unread and (code is None or (code in _NANP and not _post_code(code, postal)[0])):
        return Address(code, UNKNOWN)
    if code in _NANP:
        return _locate_in_north_america(code, state, city, postal, near)
    if code is None:
        return NOWHERE
    zones = frozenset(load("regions")["regions"][state]["zones"]) if state else _town_zones(code, city)
    return Address(code, code, zones or country_zones(code))


def _locate_in_north_america(country: str, state: str | None, city: str, postal: str, near: frozenset[str]) -> Address:
    post_state, post_zones = _post_code(country, postal)
    # Where state and post code differ, one of them is wrong: hours must hold by both.
    states = {each for each in (state, post_state) if each} or _states_of_town(country, city, near)
    zones: set[str] = set()
    for each in states:
        every = frozenset(load("regions")["regions"][each]["zones"])
        by_post = post_zones if post_state in (None, each) else frozenset()
        zones |= _town_zones(each, city) or by_post or every
    told = state or post_state or _only_state(country, city, near)
    return Address(country, told or country, frozenset(zones))


def _country_of_post_code(postal: str) -> str | None:
    if _CA_POST.fullmatch(postal):
        return "CA"
    return "GB" if _GB_POST.fullmatch(postal) else None


def _likely_country(city: str, near: frozenset[str], default: str) -> str | None:
    """The country of an address that names none: where the number is, unless the town is only known elsewhere."""
    found = _towns().get(city, ())
    nearby = {region[:2] for region in near}
    if nearby and (not found or any(region[:2] in nearby for region, _ in found)):
        return nearby.pop() if len(nearby) == 1 else None
    if found:
        return max(found, key=lambda each: each[1])[0][:2]
    return country_code(default)


def _states_of_town(country: str, city: str, near: frozenset[str]) -> set[str]:
    found = [(region, people) for region, people in _towns().get(city, ()) if region[:2] == country]
    close = {region for region, _ in found if region in near}
    if close or not found:
        return close
    largest = max(people for _, people in found)
    return {region for region, people in found if people >= largest * _SIZE_SHARE}


def _only_state(country: str, city: str, near: frozenset[str]) -> str | None:
    """The state that a town's name alone tells: law needs it certain, so a smaller namesake elsewhere forbids it."""
    found = {region for region, _ in _towns().get(city, ()) if region[:2] == country}
    found = found & near or found
    return found.pop() if len(found) == 1 else None


def _state(country: str | None, text: str, near: frozenset[str], default: str) -> str | None:
    """The state or province that a cell names. Without a country that of the file is tried first: there is a WA in
    Australia, too. Where the file's country has none that we know, a code that is ours elsewhere says nothing, unless
    the number is North American: MI is in Italy as well."""
    if country:
        return _state_in(country, text)
    home = country_code(default) or "US"
    abroad = not _has_states(home) and not any(region[:2] in _NANP for region in near)
    if abroad and len(_fold(text)) <= _LONGEST_CODE:
        return None
    return next((state for each in dict.fromkeys((home, *_NANP)) if (state := _state_in(each, text))), None)


def _state_in(country: str, text: str) -> str | None:
    """The state of `country` that a cell names as a whole, or that all its parts name but for the country itself."""
    if state := _exact_state(country, text):
        return state
    named = _only({_exact_state(country, part) or _country(part) for part in _parts(text)} - {country})
    return named if named in load("regions")["regions"] else None


def _exact_state(country: str, text: str) -> str | None:
    key = _fold(text)
    code = f"{country}-{key.replace(' ', '').upper().removeprefix(country)}"
    return code if code in load("regions")["regions"] else _state_names().get((country, key))


def _country(text: str) -> str | None:
    key = _fold(text).removeprefix("the ")
    return key.upper() if key.upper() in load("countries") else _country_names().get(key)


def _parts(text: str) -> list[str]:
    """What stands side by side in a cell: "CA - California", "Guam (US)", "California, USA"."""
    return [part for part in re.split(r"[(),/–—-]", text) if part.strip()]


def _only(named: set[str | None]) -> str | None:
    return named.pop() if len(named) == 1 else None


def _post_code(country: str, postal: str) -> tuple[str | None, Zones]:
    if country == "US":
        found = _US_POST.fullmatch(postal)
        code = found[1].zfill(5) if found else ""  # a spreadsheet drops leading zeros
        states, zones = _prefixes("us_zip_states"), _prefixes("us_zip_zones")
    else:
        code = postal.upper().replace(" ", "")
        states, zones = _prefixes("ca_post_provinces"), _prefixes("ca_post_zones")
    return _longest(states, code), frozenset((_longest(zones, code) or "").split())


def _longest(prefixes: dict[str, str], code: str) -> str | None:
    return next((prefixes[code[:n]] for n in range(len(code), 0, -1) if code[:n] in prefixes), None)


@cache
def _prefixes(table: str) -> dict[str, str]:
    """Post code prefix → value."""
    if table == "ca_post_provinces":
        return dict(load("regions")[table])
    return {prefix: value for value, prefixes in load("regions")[table].items() for prefix in prefixes.split()}


@cache
def _state_names() -> dict[tuple[str, str], str]:
    regions = load("regions")["regions"]
    return {(code[:2], _fold(name)): code for code, state in regions.items() for name in state["names"]}


@cache
def _has_states(country: str) -> bool:
    return any(region.startswith(f"{country}-") for region in load("regions")["regions"])


@cache
def _country_names() -> dict[str, str]:
    return {name: code for code, names in load("countries").items() for name in names.split("|")}


@cache
def _towns() -> dict[str, tuple[tuple[str, int], ...]]:
    """Folded name of a larger town → the regions that have one, with its population in thousands."""
    towns: dict[str, tuple[tuple[str, int], ...]] = {}
    for region, zones in load("towns").items():
        for names in zones.values():
            for entry in names.replace("\n", "").split("|"):
                name, _, people = entry.partition(":")
                if people:
                    towns[name] = (*towns.get(name, ()), (region, int(people)))
    return towns


def _town_zones(region: str, city: str) -> Zones:
    return _zones_by_town(region).get(city, frozenset()) if city else frozenset()


@cache
def _zones_by_town(region: str) -> dict[str, Zones]:
    """Folded town → its zones, for the regions that have several."""
    found: dict[str, Zones] = {}
    for zone, names in load("towns").get(region, {}).items():
        if zone != "*":
            for entry in names.replace("\n", "").split("|"):
                name = entry.partition(":")[0]
                found[name] = found.get(name, frozenset()) | {zone}
    return found


@cache
def _zone_tab() -> dict[str, Zones]:
    found: dict[str, set[str]] = {}
    for line in (files("tzdata.zoneinfo") / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            found.setdefault(code, set()).add(zone)
    return {code: frozenset(zones) for code, zones in found.items()}


def _fold(name: str) -> str:
    """The key of a place name: no accents, no punctuation, lower case, "St." and "Ft." written out."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ẞ", "ss"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    plain = re.sub(r"[.'’]", "", plain)
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    for short, full in (("st ", "saint "), ("ste ", "saint "), ("ft ", "fort "), ("mt ", "mount ")):
        if plain.startswith(short):
            return full + plain[len(short) :]
    return plain
