"""Where a number may ring: the area-code table, its corrections of the library, and other countries."""

import re

import pytest

from salesdesk.line import tzdata
from salesdesk.line.calling_rules import load, packs
from salesdesk.line.numbering import grouped, number_jurisdictions, number_zones, region_code, tidy

EASTERN, CENTRAL, MOUNTAIN, PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
STRADDLES = {
    "850 448 270 364 812 930 219 574 423 729 906 606": {EASTERN, CENTRAL},
    "605 701 308 785 620 432 915": {CENTRAL, MOUNTAIN},
    "208 986 541 458 775": {"America/Boise", PACIFIC},
    "928": {"America/Phoenix", MOUNTAIN},
    "907": {"America/Anchorage", "America/Juneau", "America/Adak"},
    "807": {"America/Toronto", "America/Winnipeg"},
    "250 236 672 257 778": {"America/Vancouver", "America/Edmonton", "America/Dawson_Creek"},
    "306 639 474": {"America/Regina", "America/Edmonton", "America/Winnipeg"},
    "418 581 367": {"America/Toronto", "America/Halifax", "America/Puerto_Rico"},
    "709 879": {"America/St_Johns", "America/Goose_Bay"},
    "689": {EASTERN},
    "212 305 679 436": {EASTERN},
}


@pytest.mark.parametrize(
    ("code", "zones"), [(code, zones) for codes, zones in STRADDLES.items() for code in codes.split()]
)
def test_area_codes_hold_every_zone_they_touch(code: str, zones: set[str]) -> None:
    assert number_zones(f"+1{code}5550123") == zones


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+61741234567", {"Australia/Brisbane", "Australia/Sydney"}),
        ("+61291234567", {"Australia/Sydney"}),
        ("+442079460018", {"Europe/London"}),
        ("+919876543210", {"Asia/Calcutta"}),
        ("+447700900123", set()),
        ("+5215512345678", set()),
    ],
)
def test_other_countries(number: str, zones: set[str]) -> None:
    assert number_zones(number) == zones


@pytest.mark.parametrize(
    ("number", "aloud"),
    [
        ("+13125550142", "+1 312-555-0142"),
        ("+442079460123", "+44 20 7946 0123"),
        ("+353861234567", "+353 86 123 4567"),
        ("+496912345678", "+49 69 12345678"),
        ("no number", "no number"),
    ],
)
def test_a_number_is_read_aloud_in_its_countrys_groups(number: str, aloud: str) -> None:
    assert grouped(number) == aloud


def test_numbers_that_name_no_place_carry_every_zone() -> None:
    assert len(number_zones("+18005550123")) == 42
    assert len(number_zones("+61412345678")) == 8


@pytest.mark.parametrize(
    ("number", "where"),
    [
        ("+13055550123", "US-FL"), ("+14165550123", "CA"), ("+18005550123", "US"), ("+12025550123", "US-DC"),
        ("+17875550123", "US-PR"), ("+17295550123", "US-TN"), ("+447911123456", "GB"), ("+447700900123", "GB"),
        ("+353861234567", "IE"), ("+61891234567", "AU"), ("+4930123456", "DE"), ("+18765550123", "JM"),
    ],
)  # fmt: skip
def test_jurisdiction_by_prefix(number: str, where: str) -> None:
    assert number_jurisdictions(number) == {where}


def test_the_table_agrees_with_the_library_except_where_it_says_so() -> None:
    from phonenumbers.tzdata import TIMEZONE_DATA

    wrong = {"689", "867", "879", "907"}
    for area in load("nanp")["area"]:
        for code in map(str, area["codes"]):
            known = TIMEZONE_DATA.get("1" + code, ())
            if code not in wrong and not {"America/North_Dakota/Center"} & set(known):
                assert set(known) - {"America/Halifax"} <= set(area["zones"]), code


def test_every_area_code_of_the_library_is_in_the_table_once() -> None:
    from phonenumbers.tzdata import TIMEZONE_DATA

    codes = [str(code) for area in load("nanp")["area"] for code in area["codes"]]
    assert len(codes) == len(set(codes))
    assert {key[1:4] for key in TIMEZONE_DATA if re.fullmatch(r"1\d{3,}", key)} <= set(codes)


def test_the_table_uses_real_zones_and_covers_every_state() -> None:
    areas = load("nanp")["area"]
    assert all(tzdata.is_zone(zone) for area in areas for zone in area["zones"])
    regions = {region for area in areas for region in area["regions"]}
    assert {f"US-{state}" for state in packs()["US"].subdivisions} == {r for r in regions if r.startswith("US-")}
    assert len([region for region in regions if region.startswith("CA-")]) == 13


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("us-ny", "US-NY"),
        (" GB ", "GB"),
        ("UK", "GB"),
        ("PR", "US-PR"),
        ("", ""),
        (None, ""),
        ("Texas", "ZZ"),
        ("\x1b[2J", "ZZ"),
    ],
)
def test_region_codes(text: str | None, code: str) -> None:
    assert region_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["+1 (212) 555-0123", "+1.212.555.0123 x9", "+12125550123;ext=45", "+1 212 555 0123 ext. 7", " +12125550123 "],
)
def test_written_forms_are_one_number(text: str) -> None:
    assert tidy(text) == "+12125550123"
    assert number_zones(text) == {EASTERN}
