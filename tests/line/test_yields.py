"""Intervals, shrinkage and comparisons agree with the literature, with scipy and with common sense."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import yields

HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
SEASON = [0.346, 0.298, 0.276, 0.222, 0.273, 0.270, 0.263, 0.210, 0.269]
SEASON += [0.230, 0.264, 0.256, 0.303, 0.264, 0.226, 0.285, 0.316, 0.200]
RATS = (
    "0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19 "
    "1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20 "
    "3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20 "
    "5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/47 15/46 9/24 4/14"
)

counts = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.floats(0.5, 0.999)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_published_intervals(k: int, n: int, low: float, high: float) -> None:
    assert yields.wilson(k, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_no_trials_say_nothing_about_a_yield() -> None:
    assert yields.wilson(0, 0) == (0, 1)
    assert yields.jeffreys(0, 0) == (0, 1)
    assert yields.newcombe_difference(0, 0, 3, 9) == (-1, 1)


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (3, 7), (11, 131), (210, 1650), (999, 1000), (5, 10**6)])
@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
def test_wilson_by_hand_is_scipys(k: int, n: int, confidence: float) -> None:
    from scipy.stats import binomtest

    oracle = binomtest(k, n).proportion_ci(confidence_level=confidence, method="wilson")
    assert yields.wilson(k, n, confidence) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@given(counts, confidences)
@settings(max_examples=200)
def test_an_interval_contains_the_observed_yield(count: tuple[int, int], confidence: float) -> None:
    k, n = count
    low, high = yields.wilson(k, n, confidence)
    assert 0 <= low <= high <= 1
    if n:
        assert low <= k / n <= high


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))), confidences)
@settings(max_examples=100)
def test_one_more_success_moves_the_interval_up(count: tuple[int, int], confidence: float) -> None:
    k, n = count
    before, after = yields.wilson(k, n, confidence), yields.wilson(k + 1, n, confidence)
    assert after.low >= before.low
    assert after.high >= before.high


@given(st.integers(1, 400), st.integers(1, 400))
@settings(max_examples=60)
def test_more_confidence_widens_the_interval(k: int, extra: int) -> None:
    narrow, wide = yields.wilson(k, k + extra, 0.8), yields.wilson(k, k + extra, 0.95)
    assert wide.low < narrow.low
    assert wide.high > narrow.high


@pytest.mark.parametrize(("k", "n", "low", "high"), [(0, 7, 0.0, 0.292), (2, 7, 0.065, 0.648)])
def test_jeffreys_gives_the_intervals_of_brown_cai_and_dasgupta(k: int, n: int, low: float, high: float) -> None:
    assert yields.jeffreys(k, n, 0.95) == pytest.approx((low, high), abs=5e-4)


def test_jeffreys_is_closed_where_nothing_or_everything_succeeded() -> None:
    assert yields.jeffreys(0, 40).low == 0
    assert yields.jeffreys(40, 40).high == 1


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (0, 10, 0, 20, -0.1611, 0.2775),
    ],
)
def test_newcombes_differences(k1: int, n1: int, k2: int, n2: int, low: float, high: float) -> None:
    assert yields.newcombe_difference(k1, n1, k2, n2, 0.95) == pytest.approx((low, high), abs=5e-5)


@given(counts, counts)
@settings(max_examples=100)
def test_a_difference_turned_round_is_its_negative(one: tuple[int, int], two: tuple[int, int]) -> None:
    there = yields.newcombe_difference(*one, *two)
    back = yields.newcombe_difference(*two, *one)
    assert there == pytest.approx((-back.high, -back.low), abs=1e-12)
    assert -1 - 1e-12 <= there.low <= there.high <= 1 + 1e-12


@pytest.mark.parametrize("call", [yields.wilson, yields.jeffreys, yields.show_yield])
@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, -1)])
def test_impossible_counts_are_refused(call: object, k: int, n: int) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match="successes"):
        call(k, n)


@pytest.mark.parametrize("confidence", [0, 1, -0.1, 95, float("nan")])
def test_a_confidence_must_be_a_share(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        yields.wilson(3, 9, confidence)


@pytest.mark.parametrize(
    ("k", "n", "shown"),
    [
        (210, 1650, "11–14 %"),
        (139, 210, "61–71 %"),
        (11, 131, "5–13 %"),
        (2, 9, "2 of 9"),
        (0, 19, "0 of 19"),
        (0, 0, "–"),
        (20, 20, "88–100 %"),
        (8000, 400_000, "1.96–2.04 %"),
        (2, 5000, "0.0–0.1 %"),
    ],
)
def test_a_yield_is_shown_with_its_interval_or_as_a_count(k: int, n: int, shown: str) -> None:
    assert yields.show_yield(k, n) == shown


def test_the_rat_tumours_of_bda_give_the_published_prior() -> None:
    pairs = [pair.split("/") for pair in RATS.split()]
    posterior = yields.team_posterior([int(k) for k, _ in pairs], [int(n) for _, n in pairs])
    means = [sum(cell[2] * cell[which] for cell in posterior.cells) for which in (0, 1)]
    assert means == pytest.approx([2.40, 14.32], abs=0.005)
    assert sum(weight for _, _, weight in posterior.cells) == pytest.approx(1)


def test_shrinking_predicts_the_season_of_efron_and_morris_better_than_raw_rates() -> None:
    means = yields.shrink(HITS, [45] * len(HITS))
    assert means[0] == pytest.approx(0.294, abs=0.003)
    raw = sum((k / 45 - true) ** 2 for k, true in zip(HITS, SEASON, strict=True))
    drawn = sum((mean - true) ** 2 for mean, true in zip(means, SEASON, strict=True))
    assert raw == pytest.approx(0.0753, abs=5e-5)
    assert drawn == pytest.approx(0.0213, abs=2e-4)


@given(st.lists(counts, min_size=2, max_size=6))
@settings(max_examples=25, deadline=None)
def test_a_shrunk_yield_is_a_probability_and_keeps_the_order_of_equal_trials(
    team: list[tuple[int, int]],
) -> None:
    means = yields.shrink([k for k, _ in team], [n for _, n in team])
    assert all(0 < mean < 1 for mean in means)
    for (k1, n1), mean1 in zip(team, means, strict=True):
        for (k2, n2), mean2 in zip(team, means, strict=True):
            if n1 == n2 and k1 < k2:
                assert mean1 < mean2


def test_a_newcomer_without_trials_is_placed_at_the_team() -> None:
    veteran, newcomer = yields.shrink([30, 0], [300, 0])
    assert newcomer == pytest.approx(veteran, abs=0.05)
    assert yields.shrink([], []) == []


def test_a_team_needs_as_many_trials_as_successes() -> None:
    with pytest.raises(ValueError, match="argument"):
        yields.shrink([1, 2], [10])


@pytest.mark.parametrize(
    ("first", "second", "answer"),
    [
        ((1, 1), (2, 1), 2 / 3),
        ((1, 1), (1, 1), 1 / 2),
        ((2, 1), (1, 1), 1 / 3),
        ((0.5, 0.5), (0.5, 0.5), 1 / 2),
    ],
)
def test_who_is_better(first: tuple[float, float], second: tuple[float, float], answer: float) -> None:
    assert yields.probability_better(*first, *second) == pytest.approx(answer, abs=1e-6)


parameters = st.one_of(st.integers(1, 300).map(float), st.floats(0.5, 300))


@given(parameters, parameters, parameters, parameters)
@settings(max_examples=60, deadline=None)
def test_better_and_worse_add_up_and_sum_agrees_with_quadrature(a1: float, b1: float, a2: float, b2: float) -> None:
    better = yields.probability_better(a1, b1, a2, b2)
    assert 0 <= better <= 1
    assert better + yields.probability_better(a2, b2, a1, b1) == pytest.approx(1, abs=1e-5)
    assert better == pytest.approx(yields._better_by_quadrature(a1, b1, a2, b2), abs=1e-5)


def test_beta_parameters_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        yields.probability_better(0, 1, 1, 1)


def test_a_board_shows_yields_without_loading_scipy_or_numpy() -> None:
    script = (
        "import sys; from salesdesk.line import yields, flow, pace, dealing, glossary, when, merge;"
        "yields.show_yield(210, 1650); yields.shrink([3], [9]); flow.stock_target(3, 2, 15);"
        "sys.exit(bool({'scipy', 'numpy', 'dateutil'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
