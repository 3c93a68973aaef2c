"""Yields of a step with their uncertainty: intervals, differences, shrinkage across a team.

A yield is successes out of trials on one cohort of leads. Formulas: Wilson (1927), Brown, Cai & DasGupta
(2001), Newcombe (1998), Gelman et al., *Bayesian Data Analysis* 3rd ed. section 5.3, Miller's sum for two betas.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

BOARD_CONFIDENCE = 0.90
FEWEST_FOR_PERCENT = 20
"""Below this many trials a screen shows the count, not a percentage."""

_NORMAL = NormalDist()
_GRID_POINTS = 30
_LONGEST_SUM = 5_000


class Interval(NamedTuple):
    """A closed interval of a proportion or of a difference of proportions."""

    low: float
    high: float


def wilson(successes: int, trials: int, confidence: float = BOARD_CONFIDENCE) -> Interval:
    """Wilson score interval of a proportion, two-sided; (0, 1) when there are no trials.

    Computed by hand because live boards call it every second and scipy.stats is slow to import.
    Raises ValueError for counts that cannot be and for a confidence outside (0, 1).
    """
    _check_counts(successes, trials)
    z = _two_sided_z(confidence)
    if trials == 0:
        return Interval(0.0, 1.0)
    share, z2 = successes / trials, z * z
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    low = 0.0 if successes == 0 else max(0.0, min(share, centre - half))
    high = 1.0 if successes == trials else min(1.0, max(share, centre + half))
    return Interval(low, high)


def jeffreys(successes: int, trials: int, confidence: float = BOARD_CONFIDENCE) -> Interval:
    """Equal-tailed interval of the Jeffreys posterior Beta(k + 1/2, n - k + 1/2), closed at 0 and 1.

    Raises ValueError as `wilson` does.
    """
    _check_counts(successes, trials)
    _two_sided_z(confidence)
    if trials == 0:
        return Interval(0.0, 1.0)
    from scipy.special import betaincinv

    a, b, tail = successes + 0.5, trials - successes + 0.5, (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(betaincinv(a, b, tail))
    high = 1.0 if successes == trials else float(betaincinv(a, b, 1 - tail))
    return Interval(low, high)


def newcombe_difference(k1: int, n1: int, k2: int, n2: int, confidence: float = BOARD_CONFIDENCE) -> Interval:
    """Interval of k1/n1 - k2/n2, Newcombe's hybrid score (method 10); (-1, 1) when a side has no trials.

    Raises ValueError as `wilson` does.
    """
    first, second = wilson(k1, n1, confidence), wilson(k2, n2, confidence)
    if n1 == 0 or n2 == 0:
        return Interval(-1.0, 1.0)
    p1, p2 = k1 / n1, k2 / n2
    below = math.hypot(p1 - first.low, second.high - p2)
    above = math.hypot(first.high - p1, p2 - second.low)
    return Interval(p1 - p2 - below, p1 - p2 + above)


def show_yield(successes: int, trials: int, confidence: float = BOARD_CONFIDENCE) -> str:
    """The words a screen shows for a yield: "2 of 9" for few trials, else the interval, "11–14 %".

    Decimals appear only where whole percent would hide that there is an interval. No trials: "–".
    """
    if trials == 0:
        return "–"
    low, high = (100 * end for end in wilson(successes, trials, confidence))
    if trials < FEWEST_FOR_PERCENT:
        return f"{successes} of {trials}"
    for digits in (0, 1, 2):
        ends = f"{low:.{digits}f}", f"{high:.{digits}f}"
        if ends[0] != ends[1]:
            return f"{ends[0]}–{ends[1]} %"
    return f"{ends[0]} %"


def show_share(some: int, every: int) -> str:
    """The words for a share of a whole that is known, so without an interval: "2 of 9", "12 of 160 (7 %)"; rounded
    down, since 100 % is all of them."""
    words = f"{some:,} of {every:,}"
    return words if every < FEWEST_FOR_PERCENT else f"{words} ({100 * some // every} %)"


@dataclass(frozen=True, slots=True)
class TeamPosterior:
    """What the team's counts say about the Beta(alpha, beta) from which its yields come: weighted grid
    cells.
    """

    cells: tuple[tuple[float, float, float], ...]
    """(alpha, beta, weight); the weights sum to one."""

    def mean(self, successes: int, trials: int) -> float:
        """Posterior mean yield of one member with these counts."""
        return sum(w * (a + successes) / (a + b + trials) for a, b, w in self.cells)


def team_posterior(successes: Sequence[int], trials: Sequence[int]) -> TeamPosterior:
    """Grid posterior of the hierarchical beta-binomial model with p(alpha, beta) ∝ (alpha + beta)^-5/2.

    successes and trials: one count each per member. Raises ValueError for unequal lengths or impossible
    counts. The maximum-likelihood plug-in is avoided on purpose: it collapses to "all equal" on small teams.
    """
    counts = [(k, n) for k, n in zip(successes, trials, strict=True) if n]
    for k, n in zip(successes, trials, strict=True):
        _check_counts(k, n)
    done, tried = sum(k for k, _ in counts), sum(n for _, n in counts)
    centre = math.log((done + 0.5) / (tried - done + 0.5))
    weighed = []
    for u in _spaced(centre - 1, centre + 1):
        for t in _spaced(math.log(2), math.log(10_000)):
            total = math.exp(t)
            alpha = total / (1 + math.exp(-u))
            weighed.append((alpha, total - alpha, _log_weight(alpha, total - alpha, counts)))
    peak = max(log for _, _, log in weighed)
    kept = [(a, b, math.exp(log - peak)) for a, b, log in weighed if log > peak - 12]
    scale = math.fsum(w for _, _, w in kept)
    return TeamPosterior(tuple((a, b, w / scale) for a, b, w in kept))


def shrink(successes: Sequence[int], trials: Sequence[int]) -> list[float]:
    """Posterior mean yield per member, each drawn towards the team as far as the team's counts justify.

    Shapes and errors as in `team_posterior`; an empty team gives an empty list.
    """
    if not successes and not trials:
        return []
    posterior = team_posterior(successes, trials)
    return [posterior.mean(k, n) for k, n in zip(successes, trials, strict=True)]


def probability_better(a1: float, b1: float, a2: float, b2: float) -> float:
    """P(yield 2 > yield 1) for independent Beta(a1, b1) and Beta(a2, b2).

    Exact (Miller's sum) when one parameter is a whole number, else by quadrature to about 1e-6.
    Raises ValueError unless all four are positive and finite.
    """
    if not all(0 < x < math.inf for x in (a1, b1, a2, b2)):
        raise ValueError("beta parameters must be positive and finite")
    # The sum runs over a2; mirror images of the question bring any of the four into that place.
    sums = [
        (a2, False, (a1, b1, b2)),
        (b1, False, (b2, a2, a1)),
        (a1, True, (a2, b2, b1)),
        (b2, True, (b1, a1, a2)),
    ]
    whole = [entry for entry in sums if entry[0] == int(entry[0]) and entry[0] <= _LONGEST_SUM]
    if not whole:
        return _better_by_quadrature(a1, b1, a2, b2)
    terms, mirrored, rest = min(whole)
    value = min(1.0, _miller_sum(int(terms), *rest))
    return 1 - value if mirrored else value


def _miller_sum(a2: int, a1: float, b1: float, b2: float) -> float:
    log_base = _log_beta(a1, b1)
    return math.fsum(
        math.exp(_log_beta(a1 + j, b1 + b2) - math.log(b2 + j) - _log_beta(1 + j, b2) - log_base) for j in range(a2)
    )


def _better_by_quadrature(a1: float, b1: float, a2: float, b2: float) -> float:
    # Over the quantiles of the narrower one, so that the integrand has no step.
    if _beta_variance(a1, b1) > _beta_variance(a2, b2):
        return 1 - _better_by_quadrature(a2, b2, a1, b1)
    from scipy.special import betainc, betaincinv

    nodes, weights = zip(*_quadrature(), strict=True)
    below = betainc(a2, b2, betaincinv(a1, b1, nodes))
    better = 1 - math.fsum(w * p for w, p in zip(weights, below, strict=True))
    return min(1.0, max(0.0, better))


@cache
def _quadrature() -> tuple[tuple[float, float], ...]:
    """Gauss–Legendre nodes and weights on (0, 1)."""
    from numpy.polynomial.legendre import leggauss

    nodes, weights = leggauss(300)
    return tuple(((float(x) + 1) / 2, float(w) / 2) for x, w in zip(nodes, weights, strict=True))


def _beta_variance(a: float, b: float) -> float:
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_weight(alpha: float, beta: float, counts: Sequence[tuple[int, int]]) -> float:
    base = _log_beta(alpha, beta)
    likelihood = math.fsum(_log_beta(alpha + k, beta + n - k) - base for k, n in counts)
    return likelihood + math.log(alpha * beta) - 2.5 * math.log(alpha + beta)


def _spaced(low: float, high: float) -> list[float]:
    step = (high - low) / (_GRID_POINTS - 1)
    return [low + i * step for i in range(_GRID_POINTS)]


def _two_sided_z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    return _NORMAL.inv_cdf((1 + confidence) / 2)


def _check_counts(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"cannot have {successes} successes in {trials} trials")
