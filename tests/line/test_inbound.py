"""How fast we were with those who asked for us: no inquiry is left out of a share once its time is over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.inbound import Wait, ago, speed

WAITS = st.lists(
    st.tuples(st.integers(0, 500), st.integers(0, 700), st.none() | st.integers(0, 900)).map(
        lambda each: (each[0], each[0] + each[1], None if each[2] is None else each[0] + each[1] + each[2])
    ),
    max_size=20,
)


def test_callable_time_begins_when_the_law_allows_the_call_and_clock_time_at_arrival() -> None:
    waits: list[Wait] = [(0, 0, 20), (0, 3600, 3640), (0, 0, None), (0, 9000, None)]
    found = speed(waits, now=4000)
    assert (found.n, found.dialed) == (3, 2)
    assert (found.median_callable, found.median_clock) == (30, 1830)
    assert (found.within_60, found.due_60, found.within_300, found.due_300) == (2, 3, 2, 3)


def test_one_who_waits_still_counts_once_the_time_is_over() -> None:
    assert speed([(0, 0, None)], now=60).due_60 == 0
    assert speed([(0, 0, None)], now=61).due_60 == 1
    assert speed([(0, 0, None)], now=61).due_300 == 0
    assert speed([], now=61).median_callable is None


@given(WAITS, st.integers(0, 2500))
def test_shares_are_shares(waits: list[Wait], now: int) -> None:
    found = speed(waits, now)
    assert 0 <= found.within_60 <= found.within_300 <= found.dialed <= found.due_300 <= found.due_60 <= found.n
    assert (found.median_callable is None) == (found.dialed == 0)
    if found.median_callable is not None and found.median_clock is not None:
        assert 0 <= found.median_callable <= found.median_clock


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00"), (38, "0:38"), (725, "12:05"), (7200, "2 h"), (3 * 86_400, "3 days")]
)
def test_how_long_ago(seconds: int, said: str) -> None:
    assert ago(seconds) == said
