"""So many an hour, and what counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import limits


def test_the_next_is_possible_an_hour_after_the_oldest_that_counts() -> None:
    times = [1000, 1060, 1120]
    assert limits.goes_on_at(times, 3, 1200) == 4600
    assert limits.goes_on_at(times, 4, 1200) is None
    assert limits.goes_on_at(times, 3, 4600) is None


@given(st.lists(st.integers(0, 20_000), max_size=40), st.integers(1, 12), st.integers(0, 25_000))
def test_after_waiting_as_long_as_told_it_goes_on(times: list[int], most: int, now: int) -> None:
    past = [at for at in times if at <= now]
    until = limits.goes_on_at(past, most, now)
    lately = [at for at in past if at > now - 3600]
    assert (until is None) == (len(lately) < most)
    if until is not None:
        assert now < until <= now + 3600
        assert limits.goes_on_at(past, most, until) is None
        assert limits.goes_on_at(past, most, until - 1) is not None


@pytest.mark.parametrize(
    ("kind", "data", "counts"),
    [
        ("returned", {"undialed": True, "own": True}, True),
        ("expired", {"undialed": True, "own": False}, True),
        ("expired", {"undialed": False, "own": False}, False),
        ("expired", {"undialed": True, "own": False, "by": 4}, False),
        ("returned", {"undialed": True, "own": False}, False),
        ("returned", {"undialed": True, "own": True, "cause": "undo"}, False),
        ("returned", {"undialed": True, "own": True, "cause": "ring_back"}, False),
        ("skipped", {"undialed": True, "own": True}, False),
        ("denied", {"undialed": True, "own": True, "cause": "law"}, False),
        ("returned", {}, False),
    ],
)
def test_what_counts_as_given_back(kind: str, data: dict[str, object], counts: bool) -> None:
    assert limits.is_given_back(kind, data) is counts


def test_a_short_ring_is_one_of_less_than_twelve_seconds_that_nobody_answered() -> None:
    assert limits.is_short_ring(11, answered=False)
    assert not limits.is_short_ring(12, answered=False)
    assert not limits.is_short_ring(5, answered=True)
    assert not limits.is_short_ring(None, answered=False)


def test_a_pace_is_reviewed_above_one_and_a_half_times_what_the_handle_time_lets_through() -> None:
    assert limits.pace_limit(120) == 45
    assert not limits.pace_needs_review(45, 3600, 120)
    assert limits.pace_needs_review(46, 3600, 120)
    assert not limits.pace_needs_review(50, 3600, 60), "an honest no-answer morning"
    assert not limits.pace_needs_review(20, 600, 120), "too short to tell"
    with pytest.raises(ValueError, match="above zero"):
        limits.pace_limit(0)
