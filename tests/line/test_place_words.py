"""Where somebody says they are, as people say it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import tzdata
from salesdesk.line.whereabouts import choices

CLEAR = [
    ("Denver", "America/Denver", "US-CO"),
    ("I'm in Denver.", "America/Denver", "US-CO"),
    ("we are in el paso", "America/Denver", "US-TX"),
    ("Dallas", "America/Chicago", "US-TX"),
    ("Portland, Maine", "America/New_York", "US-ME"),
    ("portland or", "America/Los_Angeles", "US-OR"),
    ("Texas, mountain", "America/Denver", "US-TX"),
    ("Colorado", "America/Denver", "US-CO"),
    ("NY", "America/New_York", "US-NY"),
    ("Mountain time", "America/Denver", None),
    ("central", "America/Chicago", None),
    ("EST", "America/New_York", None),
    ("America/Boise", "America/Boise", None),
    ("Smallville, Colorado", "America/Denver", "US-CO"),
    ("Toronto", "America/Toronto", "CA-ON"),
    ("Berlin, Germany", "Europe/Berlin", "DE"),
    ("London", "Europe/London", "GB"),
    ("Kansas City", "America/Chicago", None),
]


@pytest.mark.parametrize(("said", "zone", "region"), CLEAR)
def test_a_clear_place_is_one_zone_and_its_law_if_that_is_clear_too(said: str, zone: str, region: str | None) -> None:
    assert [(each.zone, each.region) for each in choices(said)] == [(zone, region)]


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("Portland", ["Portland, Oregon", "Portland, Maine"]),
        ("Texas", ["Texas, central", "Texas, mountain"]),
        ("Washington", ["Washington", "Washington, District of Columbia"]),
    ],
)
def test_an_ambiguous_place_gives_its_choices_each_of_which_is_clear(said: str, labels: list[str]) -> None:
    found = choices(said)
    assert [each.label for each in found] == labels
    for each in found[1:] if said == "Washington" else found:
        assert [again.zone for again in choices(each.label)] == [each.zone]


@pytest.mark.parametrize("said", ["", "  ", "xyzzy", "somewhere nice", "?", "\x1b[31m"])
def test_what_is_no_place_gives_nothing(said: str) -> None:
    assert choices(said) == ()


@given(st.text(max_size=60))
def test_any_text_gives_zones_that_exist_each_once(said: str) -> None:
    found = choices(said)
    assert all(tzdata.is_zone(each.zone) for each in found)
    assert len({each.zone for each in found}) == len(found)
