"""Candidate zones and jurisdictions of numbers, addresses and time-zone columns."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.intake.places import country_code, locate
from salesdesk.line.intake.zones import column_zones, number_regions, number_zones, region_code

ET, CT, MT, PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

# Area codes that straddle a zone boundary: the evidence's table, Canada and Australia included.
STRADDLING = {
    "850 448 270 364 812 930 219 574 423 729 906 606": {ET, CT},
    "605 701 308 785 620 432 915": {CT, MT},
    "208 986 541 458": {"America/Boise", PT},
    "775": {PT, MT},
    "928": {"America/Phoenix", MT},
    "907": {"America/Anchorage", "America/Juneau", "America/Adak"},
    "807": {"America/Toronto", "America/Winnipeg"},
    "250 236 672 257": {"America/Vancouver", "America/Edmonton", "America/Dawson_Creek"},
    "306 639 474": {"America/Regina", "America/Edmonton", "America/Winnipeg"},
    "418 581 367": {"America/Toronto", "America/Halifax", "America/Blanc-Sablon"},
    "709 879": {"America/St_Johns", "America/Goose_Bay"},
}


@pytest.mark.parametrize(
    ("code", "zones"), [(code, zones) for codes, zones in STRADDLING.items() for code in codes.split()]
)
def test_straddling_area_codes_give_both_sides(code: str, zones: set[str]) -> None:
    assert number_zones(f"+1{code}5550123") == zones


@pytest.mark.parametrize(
    ("number", "zones", "regions"),
    [
        ("+13125550142", {CT}, {"US-IL"}),
        ("+16895550109", {ET}, {"US-FL"}),
        ("+12025550142", {ET}, {"US-DC"}),
        ("+16145550130", {ET}, {"US-OH"}),
        ("+16045550135", {"America/Vancouver"}, {"CA-BC"}),
        ("+19025550135", {"America/Halifax"}, {"CA-NS", "CA-PE"}),
        ("+442079460196", {"Europe/London"}, {"GB"}),
        ("+447700900472", {"Europe/London"}, {"GB"}),
        ("+33639983212", {"Europe/Paris"}, {"FR"}),
        ("+61731234567", {"Australia/Brisbane", "Australia/Sydney"}, {"AU"}),
    ],
)
def test_numbers(number: str, zones: set[str], regions: set[str]) -> None:
    assert number_zones(number) == zones
    assert number_regions(number) == regions


def test_a_toll_free_number_may_be_anywhere_in_its_plan() -> None:
    assert len(number_zones("+18005550199")) > 20
    assert number_regions("+18005550199") == {"US"}


def test_five_zones_of_the_canadian_north() -> None:
    assert len(number_zones("+18675550123")) == 5
    assert number_regions("+18675550123") == {"CA-YT", "CA-NT", "CA-NU"}


def test_the_islands_that_share_a_calling_code_are_one_jurisdiction() -> None:
    assert number_regions("+447911123456") == {"GB"}


@pytest.mark.parametrize("number", ["", "+", "+999", "nonsense", "+0000000000"])
def test_no_number_has_no_zone(number: str) -> None:
    assert number_zones(number) == frozenset()


@pytest.mark.parametrize(
    ("country", "region", "city", "postal", "zones"),
    [
        ("US", "Texas", "", "", {CT, MT}),
        ("", "tx", "El Paso", "", {MT}),
        ("USA", "TX", "Houston", "", {CT}),
        ("U.S.A.", "FL", "Pensacola", "", {CT}),
        ("", "Florida", "Select", "32501", {CT}),
        ("", "FL", "Miami", "", {ET}),
        ("", "", "", "33133", {ET}),
        ("US", "", "", "2139", {ET}),
        ("", "TN", "Knoxville", "", {ET}),
        ("", "Tennessee", "St. Nowhere", "", {CT, ET}),
        ("", "", "Los Angeles", "", {PT}),
        ("", "KY", "", "", {ET, CT}),
        ("US", "", "", "", set()),
        ("Canada", "ON", "", "", {"America/Toronto", "America/Winnipeg"}),
        ("", "", "", "V3T 5N9", {"America/Vancouver"}),
        ("CA", "", "London", "", {"America/Toronto"}),
        ("", "", "Montréal", "", {"America/Toronto"}),
        ("", "", "London", "", {"Europe/London"}),
        ("", "", "", "EC2A 4EE", {"Europe/London"}),
        ("Great Britain", "", "", "", {"Europe/London"}),
        ("France", "", "", "", {"Europe/Paris"}),
        ("Australia", "QLD", "", "", {"Australia/Brisbane"}),
        ("Australia", "", "Perth", "", {"Australia/Perth"}),
        ("", "", "", "", set()),
        ("Select", "n/a", "-", "", set()),
        ("Atlantis", "", "", "", set()),
    ],
)
def test_addresses(country: str, region: str, city: str, postal: str, zones: set[str]) -> None:
    assert locate(country, region, city, postal, default="US").zones == zones


def test_a_name_of_several_states_gives_all_unless_the_number_decides() -> None:
    assert locate("US", "", "Springfield", "").zones == {CT, ET}
    assert locate("US", "", "Springfield", "", near=frozenset({"US-IL"})).zones == {CT}


@pytest.mark.parametrize(
    ("city", "near", "region"),
    [("Los Angeles", "", "US-CA"), ("Portland", "", "US"), ("Portland", "US-ME", "US-ME"), ("Nowhere", "US-ME", "US")],
)
def test_a_town_tells_its_state_only_when_no_other_state_has_one(city: str, near: str, region: str) -> None:
    assert locate("US", "", city, "", frozenset({near})).region == region


def test_the_number_stands_in_for_a_missing_country() -> None:
    assert "Europe/Berlin" in locate("", "", "", "10170", near=frozenset({"DE"}), default="US").zones
    assert locate("", "", "", "10170", default="US").zones == {ET}
    assert locate("", "", "Paris", "", near=frozenset({"US-TX"})).zones == {CT}


@pytest.mark.parametrize(
    ("country", "region", "code"),
    [
        ("US", "NY", "US-NY"),
        ("", "new york", "US-NY"),
        ("", "US-NY", "US-NY"),
        ("Canada", "Ontario", "CA-ON"),
        ("", "Québec", "CA-QC"),
        ("", "CA", "US-CA"),
        ("CA", "", "CA"),
        ("United Kingdom", "Kent", "GB"),
        ("Deutschland", "", "DE"),
        ("USA", "Nowhere", "US"),
        ("", "", None),
    ],
)
def test_jurisdiction_of_an_address(country: str, region: str, code: str | None) -> None:
    assert region_code(country, region) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("U.S.A.", "US"),
        ("England", "GB"),
        ("uk", "GB"),
        ("Österreich", "AT"),
        ("Etats-Unis", "US"),
        ("Holland", "NL"),
        ("??", None),
    ],
)
def test_countries_are_known_by_many_names(text: str, code: str | None) -> None:
    assert country_code(text) == code


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        *[(text, ET) for text in ("America/New_York", "america_slash_new_york", "us_slash_eastern", "US/Eastern")],
        *[
            (text, ET)
            for text in ("Eastern Standard Time", "Eastern Time (US & Canada)", "(GMT-05:00) Eastern Time", "EST")
        ],
        *[(text, "Europe/London") for text in ("Europe/London", "europe_slash_london", "GMT Standard Time")],
        ("US/Arizona", "America/Phoenix"),
        ("pacific_slash_honolulu", "Pacific/Honolulu"),
        ("america_slash_boise", "America/Boise"),
        ("W. Europe Standard Time", "Europe/Berlin"),
    ],
)
def test_time_zone_spellings(text: str, zone: str) -> None:
    assert column_zones(text) == {zone}


@pytest.mark.parametrize(
    "text", ["", "n/a", "local", "GMT-5?", "UTC offset unknown", "UTC", "Etc/GMT+5", "../etc/passwd", "\x00"]
)
def test_what_names_no_zone_gives_none(text: str) -> None:
    assert column_zones(text) == frozenset()


@settings(max_examples=150)
@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12), st.text(max_size=8))
def test_any_address_gives_zones_that_exist(country: str, region: str, city: str, postal: str) -> None:
    for zone in locate(country, region, city, postal, frozenset({"US-FL"}), "US").zones | column_zones(city):
        assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(ZoneInfo(zone))
