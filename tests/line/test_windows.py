"""Callable intervals: they agree with the decision at every minute, and equal windows share a key."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.calling import Courtesy, Place, decide, whereabouts
from salesdesk.line.windows import first_open, interval_at, intervals, window_key

START = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = [
    whereabouts(number)
    for number in (
        "+12125550123", "+18505550123", "+19075811234", "+16715550123", "+18085550123", "+17095550123", "+18675550123",
        "+14015550123", "+15045550123", "+442079460018", "+61412345678", "+61741234567", "+33123456789", "+4930123456",
        "+919876543210", "+18005550123", "+18015550123", "+12145550123",
    )
] + [
    Place(("Africa/Casablanca",), ("US-NY",)),
    Place(("Australia/Lord_Howe",), ("FR",)),
    Place(("America/Santiago",), ("FR",)),  # clocks change at midnight
    Place(("Pacific/Apia", "Pacific/Pago_Pago"), ("US",)),
    Place(("Asia/Kathmandu",), ("CA",)),
]  # fmt: skip
COURTESIES = [
    None,
    Courtesy(),
    Courtesy(frozenset({0, 2, 5, 6}), time(0, 15), time(23, 45)),
    Courtesy(frozenset(range(7)), time(1, 30), time(3)),  # where clocks jump
]


@given(
    st.sampled_from(PLACES),
    st.integers(0, 700 * 1440),
    st.sampled_from(COURTESIES),
    st.sampled_from(["strict", "statute"]),
)
@settings(max_examples=150, deadline=None)
def test_agrees_with_the_decision(place: Place, minute: int, courtesy: Courtesy | None, profile: str) -> None:
    first = START + timedelta(minutes=minute)
    spans = intervals(place, start=first, days=3, courtesy=courtesy, profile=profile)
    edges = {second + step for span in spans for second in span for step in (-60, -1, 0, 1, 60)}
    samples = edges | {int(first.timestamp()) + hours * 3607 for hours in range(70)}
    for second in samples:
        if first.timestamp() <= second < first.timestamp() + 3 * 86_400:
            instant = datetime.fromtimestamp(second, UTC)
            decision = decide(
                place, instant=instant, courtesy=courtesy, profile=profile, flags=["consent"], look_ahead=False
            )
            assert decision.allow is (interval_at(spans, second) is not None), instant


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("America/New_York", "2026-03-07"),
        ("America/New_York", "2026-10-31"),
        ("Australia/Lord_Howe", "2026-04-04"),
        ("America/Santiago", "2026-09-05"),
        ("Africa/Casablanca", "2026-02-14"),
        ("Europe/London", "2026-10-24"),
    ],
)
def test_every_minute_of_a_clock_change(zone: str, first: str) -> None:
    place, begin = Place((zone,), ("FR",)), datetime.fromisoformat(first).replace(tzinfo=UTC)
    for courtesy in (
        None,
        Courtesy(frozenset(range(7)), time(1, 15), time(2, 45)),
        Courtesy(frozenset(range(7)), time(0), time(0, 30)),
    ):
        spans = intervals(place, start=begin, days=3, courtesy=courtesy, profile="statute")
        for minute in range(3 * 1440):
            instant = begin + timedelta(minutes=minute)
            allowed = decide(place, instant=instant, courtesy=courtesy, profile="statute", look_ahead=False).allow
            assert allowed is (interval_at(spans, instant.timestamp()) is not None), instant


@given(st.sampled_from(PLACES), st.integers(0, 700 * 86_400), st.sampled_from(COURTESIES))
@settings(max_examples=60, deadline=None)
def test_what_the_decision_promises_is_an_edge_of_the_window(
    place: Place, second: int, courtesy: Courtesy | None
) -> None:
    now = START + timedelta(seconds=second)
    decision = decide(place, instant=now, courtesy=courtesy, flags=["consent"])
    spans = intervals(place, start=now, courtesy=courtesy)
    if decision.allow:
        assert decision.closes_at is not None
        assert decision.closes_at.timestamp() == spans[0][1]
        after = decide(place, instant=decision.closes_at, courtesy=courtesy, flags=["consent"])
        assert not after.allow
    elif decision.next_allowed is not None:
        assert decision.next_allowed.timestamp() == first_open(spans, now.timestamp())
        assert decide(place, instant=decision.next_allowed, courtesy=courtesy, flags=["consent"]).allow
    else:
        assert not spans


@given(st.sampled_from(PLACES), st.integers(0, 700 * 86_400), st.integers(0, 20))
@settings(max_examples=60, deadline=None)
def test_intervals_are_sorted_apart_and_inside(place: Place, second: int, days: int) -> None:
    first = START + timedelta(seconds=second)
    spans = intervals(place, start=first, days=days)
    flat = [edge for span in spans for edge in span]
    assert flat == sorted(set(flat))
    assert all(int(first.timestamp()) <= edge <= int(first.timestamp()) + days * 86_400 for edge in flat)


def test_a_window_may_cross_midnight_utc() -> None:
    spans = intervals(whereabouts("+14155550123"), start=datetime(2026, 11, 18, tzinfo=UTC), days=3)
    assert (
        int(datetime(2026, 11, 18, 16, tzinfo=UTC).timestamp()),
        int(datetime(2026, 11, 19, 5, tzinfo=UTC).timestamp()),
    ) in spans


def test_courtesy_hours_of_two_zones_meet() -> None:
    place = whereabouts("+18505550123")  # Eastern and Central
    (span,) = intervals(place, start=datetime(2026, 11, 18, tzinfo=UTC), days=1, courtesy=Courtesy())
    assert [datetime.fromtimestamp(edge, UTC).strftime("%H:%M") for edge in span] == ["14:30", "22:30"]


@pytest.mark.parametrize(
    "place",
    [
        Place((), ("US-NY",)),
        Place(("Etc/Unknown",), ("US-NY",)),
        Place(("Asia/Tokyo",), ("JP",)),
        Place(("America/New_York",), ()),
        whereabouts("911"),
    ],
)
def test_unknown_places_have_no_window(place: Place) -> None:
    assert intervals(place, start=START) == ()


def test_equal_windows_share_a_key_and_others_do_not() -> None:
    def key(number: str) -> str:
        return window_key(intervals(whereabouts(number), start=START, courtesy=Courtesy()))

    assert key("+12125550123") == key("+17035550123")  # New York and Virginia
    assert key("+12125550123") != key("+13125550123")
    assert key("+12125550123") != key("+12035550123")  # Connecticut starts at nine
    assert window_key(((0, 60),)) == "929c985e2db17a68"
    assert window_key(()) != window_key(((0, 60),))


def test_naive_start_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="timezone-aware"):
        intervals(PLACES[0], start=datetime(2026, 1, 1))


def test_room_before_the_end() -> None:
    spans = ((0, 100), (200, 300))
    assert first_open(spans, 50, room=49) == 50
    assert first_open(spans, 50, room=50) == 200
    assert first_open(spans, 250, room=60) is None
