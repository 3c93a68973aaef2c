"""Assignment to variants: the same answer everywhere, and the shares that were asked for."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.experiments import assign, fnv1a32, position


@pytest.mark.parametrize(
    ("text", "value"),
    [("", 0x811C9DC5), ("a", 0xE40C292C), ("foobar", 0xBF9CF968), ("hello", 0x4F9F2CAB)],
)
def test_the_hash_is_the_published_one(text: str, value: int) -> None:
    """Vectors of the FNV authors."""
    assert fnv1a32(text) == value


@given(st.text(), st.text())
def test_a_unit_stands_at_one_place(seed: str, unit: str) -> None:
    where = position(seed, unit)
    assert 0 <= where < 1
    assert where == position(seed, unit)
    assert round(where * 10_000) == pytest.approx(where * 10_000)


def test_shares_come_out_as_asked_for() -> None:
    counts = Counter(assign("campaign-1", str(unit), [0.5, 0.3, 0.2]) for unit in range(20_000))
    for arm, share in enumerate((0.5, 0.3, 0.2)):
        assert counts[arm] / 20_000 == pytest.approx(share, abs=0.012)


def test_another_campaign_deals_anew() -> None:
    first = [assign("campaign-1", str(unit), [0.5, 0.5]) for unit in range(4000)]
    second = [assign("campaign-2", str(unit), [0.5, 0.5]) for unit in range(4000)]
    same = sum(a == b for a, b in zip(first, second, strict=True)) / 4000
    assert same == pytest.approx(0.5, abs=0.04)


def test_a_larger_share_moves_nobody_out_of_the_first_arm() -> None:
    for unit in map(str, range(2000)):
        if assign("s", unit, [0.3, 0.7]) == 0:
            assert assign("s", unit, [0.6, 0.4]) == 0


@pytest.mark.parametrize("weights", [[], [0.5], [0.5, 0.6], [1.5, -0.5], [0.2, 0.2]])
def test_weights_that_are_no_shares_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="add up to one"):
        assign("s", "u", weights)


def test_one_arm_takes_everybody() -> None:
    assert {assign("s", str(unit), [1.0]) for unit in range(100)} == {0}
    assert {assign("s", str(unit), [0.0, 1.0]) for unit in range(100)} == {1}
