"""Candidate zones and jurisdictions of numbers, addresses and time-zone columns."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import calling, numbering
from salesdesk.line.calling_rules import jurisdiction
from salesdesk.line.intake.places import country_code, locate
from salesdesk.line.intake.zones import column_zones, number_regions, number_zones

ET, CT, MT, PT = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


@pytest.mark.parametrize("code", ["212", "367", "418", "581", "775", "778", "867", "729", "800"])
def test_a_number_is_where_the_desk_takes_it_to_be(code: str) -> None:
    assert number_zones(f"+1{code}5550123") == numbering.number_zones(f"+1{code}5550123")
    assert number_zones(f"+1{code}5550123")


@pytest.mark.parametrize(
    ("number", "regions"),
    [
        ("+13125550142", {"US-IL"}),
        ("+19025550135", {"CA-NS", "CA-PE"}),
        ("+18675550123", {"CA-YT", "CA-NT", "CA-NU"}),
        ("+18005550199", {"US"}),
        ("+447911123456", {"GB"}),
        ("+80012345678", set()),
        ("nonsense", set()),
    ],
)
def test_regions_of_a_number(number: str, regions: set[str]) -> None:
    assert number_regions(number) == regions


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
        ("USA", "USA", "US"),
        ("", "", None),
    ],
)
def test_jurisdiction_of_an_address(country: str, region: str, code: str | None) -> None:
    assert locate(country, region, "", "").region == code


@pytest.mark.parametrize(
    ("region", "code"),
    [
        *[("Guam (US)", "US-GU"), ("Calif.", "US-CA"), ("Fla.", "US-FL"), ("N.Y.", "US-NY"), ("N. Y.", "US-NY")],
        *[("Tex.", "US-TX"), ("D.C.", "US-DC"), ("Washington, D.C.", "US-DC"), ("Mass.", "US-MA"), ("W. Va.", "US-WV")],
        *[("Ont.", "CA-ON"), ("B.C.", "CA-BC"), ("CA-ON", "CA-ON"), ("NL - Newfoundland", "CA-NL")],
        *[("CA - California", "US-CA"), ("California, USA", "US-CA"), ("US/TX", "US-TX")],
    ],
)
def test_a_state_is_known_by_the_ways_in_which_people_write_it(region: str, code: str) -> None:
    place = locate("", region, "", "", frozenset({"US-NY"}), "US")
    assert place.region == code
    assert place.zones


@pytest.mark.parametrize(
    ("country", "region", "city"),
    [
        *[("", text, "") for text in ("Flordia", "MN/WI", "DE-BY", "Ontario, Florida", "East Coast")],
        *[("US", "Ontario", ""), ("Canada", "Ohio", ""), ("USA", "Flordia", "Miami"), ("Unted States", "", "")],
        *[("Unted States", "NY", ""), ("Atlantis", "", "")],
    ],
)
def test_what_is_given_and_cannot_be_read_is_no_place_to_call_on_a_guess(country: str, region: str, city: str) -> None:
    place = locate(country, region, city, "", frozenset({"US-NY"}), "US")
    assert (place.region, place.zones) == ("ZZ", frozenset())
    number = calling.whereabouts("+12125550123")
    given = calling.Place(number.zones, (*number.jurisdictions, jurisdiction(place.region or "")))
    assert calling.decide(given, instant=datetime(2026, 11, 18, 17, tzinfo=UTC)).reason == "no_rules"


def test_a_post_code_tells_the_state_that_cannot_be_read() -> None:
    assert locate("US", "Flordia", "", "32501").region == "US-FL"


def test_a_state_of_a_country_whose_states_we_do_not_know_leaves_the_country() -> None:
    assert locate("", "Bayern", "", "", frozenset({"DE"}), "US").region == "DE"
    assert locate("Italia", "MI", "Milano", "").zones == {"Europe/Rome"}


@pytest.mark.parametrize(
    ("default", "region", "city", "near", "zones"),
    [
        ("AU", "WA", "Perth", "", {"Australia/Perth"}),
        ("AU", "WA", "", "AU", {"Australia/Perth"}),
        ("AU", "NT", "Darwin", "", {"Australia/Darwin"}),
        ("AU", "Ohio", "", "", {ET}),
        ("IT", "MI", "Milano", "", {"Europe/Rome"}),
        ("IT", "MI", "Milano", "IT", {"Europe/Rome"}),
        ("IT", "MI", "Detroit", "US-MI", {ET}),
        ("IT", "Michigan", "", "", {ET, CT}),
        ("US", "WA", "Perth", "", {PT}),
        ("US", "NY", "", "GB", {ET}),
        ("CA", "NY", "", "", {ET}),
    ],
)
def test_a_state_is_of_the_file_s_country_first(
    default: str, region: str, city: str, near: str, zones: set[str]
) -> None:
    assert locate("", region, city, "", frozenset({near} - {""}), default).zones == zones


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("U.S.A.", "US"),
        ("England", "GB"),
        ("uk", "GB"),
        ("Österreich", "AT"),
        ("Etats-Unis", "US"),
        ("Holland", "NL"),
        *[("US - United States", "US"), ("Canada (CA)", "CA"), ("U.S.", "US"), ("Guinea-Bissau", "GW")],
        *[("??", None), ("US/Canada", None), ("Unted States", None)],
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
