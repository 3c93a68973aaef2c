"""Flow of the line: stock targets, release, cover, the drum, and how long people or callers wait.

Times are minutes unless a name says otherwise; rates are per the same unit as the times given with them.
Sources: Hopp & Spearman, *Factory Physics*; Goldratt (1990); Erlang (1917); Palm (1946).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

BufferWord = Literal["full", "half", "low", "EMPTY"]
PLANNED_UTILISATION = 0.85
"""Share of their time at work for which people are planned to be busy."""
SURE_ENOUGH = 0.80
"""The drum is declared only when it is the drum in this share of joint draws."""


def stock_target(
    people: int,
    handle_minutes: float,
    review_minutes: float,
    lead_minutes: float = 0.0,
    squared_cv: float = 1.5,
    starvation: float = 0.01,
) -> int:
    """Order-up-to stock S (leads) of one shared queue reviewed every review_minutes and filled after
    lead_minutes.

    S = ceil(NH/h + z·sqrt(c²·NH/h)), H = review + lead; starvation is the accepted chance per review period.
    Nobody working: 0. Raises ValueError for a handle time that is not positive or a chance outside (0, 1).
    """
    _positive(handle_minutes, "handle_minutes")
    if not 0 < starvation < 1:
        raise ValueError("starvation must lie between 0 and 1")
    if people < 0 or review_minutes < 0 or lead_minutes < 0 or squared_cv < 0:
        raise ValueError("people, review, lead time and squared variation cannot be negative")
    demand = people * (review_minutes + lead_minutes) / handle_minutes
    if demand == 0:
        return 0
    z = NormalDist().inv_cdf(1 - starvation)
    return max(0, math.ceil(demand + z * math.sqrt(squared_cv * demand)))


def release_quantity(target: int, on_hand: int, in_process: int = 0) -> int:
    """Leads to release now: what is missing to the target after stock on hand and work upstream; never
    negative.
    """
    return max(0, target - on_hand - in_process)


def left_to_release(state: str, going: int, quantity: int, released: int) -> int:
    """Leads of a batch that a release would still put on the floor: those that its check let go; once the release has
    begun, what is missing to its quantity; none in any other state.
    """
    return {"checked": going, "releasing": release_quantity(quantity, released)}.get(state, 0)


def cover_minutes(on_hand: int, handle_minutes: float, people: int) -> float | None:
    """Minutes until the queue is empty at the planned handle time; None when nobody is working on it."""
    if people <= 0:
        return None
    return max(0, on_hand) * handle_minutes / people


def buffer_zone(on_hand: int, target: int) -> BufferWord:
    """Zone of the buffer by penetration 1 - on_hand/target: full < 1/3, half < 2/3, low, EMPTY at nothing.

    With no target nothing is missing: full.
    """
    if target <= 0:
        return "full"
    if on_hand <= 0:
        return "EMPTY"
    if 3 * on_hand > 2 * target:
        return "full"
    return "half" if 3 * on_hand > target else "low"


def dry_at(
    now: int,
    on_hand: int,
    per_hour: float,
    changes: Iterable[tuple[int, int]] = (),
    until: int | None = None,
) -> int | None:
    """Epoch second at which a queue runs empty, or None when it does not (before `until`, if given).

    on_hand: callable leads at `now`; per_hour: leads worked an hour by everyone on it; changes: (epoch
    second, leads) that wake or whose window opens (positive), or close (negative). Changes in the past are
    taken as counted already.
    """
    level, at, per_second = float(max(0, on_hand)), now, max(0.0, per_hour) / 3600
    for moment, leads in sorted((m, n) for m, n in changes if m > now):
        if level - per_second * (moment - at) <= 0:
            break
        level, at = level - per_second * (moment - at) + leads, moment
        if level <= 0:
            break
    if level <= 0:
        empty = at
    elif per_second == 0:
        return None
    else:
        empty = at + math.ceil(level / per_second)
    return empty if until is None or empty < until else None


def capacity(
    people: float, paid_minutes: float, shrinkage: float = 0.0, utilisation: float = PLANNED_UTILISATION
) -> float:
    """Minutes of work a station can give in the period: people x paid minutes x (1 - shrinkage) x
    utilisation.
    """
    return people * paid_minutes * (1 - shrinkage) * utilisation


def planned_rate(people: float, handle_minutes: float) -> float:
    """Leads an hour that so many people are planned to work, at this handle time: an hour's capacity / handle time."""
    _positive(handle_minutes, "handle_minutes")
    return capacity(people, 60) / handle_minutes


@dataclass(frozen=True, slots=True)
class Drum:
    """The station that sets the pace of the line."""

    station: str
    rate: float
    """Leads per period that the whole line can take in."""
    rates: Mapping[str, float]
    """The same per station: capacity / load; infinite where no lead needs the station."""
    sure: float | None
    """Share of the joint draws in which this station is the drum; None without draws."""
    candidates: tuple[str, ...]
    """One name when declared; the two likeliest when the draws do not agree enough."""


def drum(
    loads: Mapping[str, float],
    capacities: Mapping[str, float],
    draws: Sequence[Mapping[str, float]] = (),
) -> Drum:
    """The drum: the station with the least capacity / load; its rate is the release rate in equilibrium.

    loads: minutes of work per introduced lead by station; capacities: minutes per period; draws: joint draws
    of the loads (from the posteriors of yields and handle times). Ties go to the first station named.
    Raises ValueError without stations or when loads and capacities name different ones.
    """
    rates = _rates(loads, capacities)
    first = min(rates, key=rates.__getitem__)
    if not draws:
        return Drum(first, rates[first], rates, None, (first,))
    tally: Counter[str] = Counter()
    for draw in draws:
        drawn = _rates(draw, capacities)
        tally[min(drawn, key=drawn.__getitem__)] += 1
    sure = tally[first] / len(draws)
    rivals = [name for name, _ in tally.most_common() if name != first]
    candidates = (first,) if sure >= SURE_ENOUGH or not rivals else (first, rivals[0])
    return Drum(first, rates[first], rates, sure, candidates)


def practical_worst_case(w: float, rate: float, raw_time: float) -> tuple[float, float]:
    """(throughput, cycle time) of a line holding w jobs: bottleneck rate and raw processing time in one unit
    of time.

    Hopp & Spearman: TH = w·r/(W0 + w - 1), CT = T0 + (w - 1)/r, W0 = r·T0. Raises ValueError unless all
    positive.
    """
    for value, name in ((w, "w"), (rate, "rate"), (raw_time, "raw_time")):
        _positive(value, name)
    return w * rate / (rate * raw_time + w - 1), raw_time + (w - 1) / rate


def erlang_b(offered: float, servers: int) -> float:
    """Chance that an arrival finds all servers busy and is lost. offered: arrival rate x handle time
    (Erlang).
    """
    _check_queue(offered, servers)
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    return blocked


def erlang_c(offered: float, servers: int) -> float:
    """Chance that an arrival has to wait when nobody gives up; 1.0 from 100 % load on."""
    _check_queue(offered, servers)
    if offered >= servers:
        return 1.0
    blocked = erlang_b(offered, servers)
    return blocked / (1 - (offered / servers) * (1 - blocked))


@dataclass(frozen=True, slots=True)
class Abandonment:
    """A queue whose callers give up (Erlang A, Palm 1946)."""

    waits: float
    """Share of arrivals that have to wait."""
    abandons: float
    """Share of arrivals that give up."""
    mean_wait: float
    """Mean wait of all arrivals, in handle times."""


def erlang_a(offered: float, servers: int, patience: float) -> Abandonment:
    """Birth and death of a queue with exponential patience. patience: mean patience in handle times.

    offered: arrival rate x handle time. Stable at any load. Raises ValueError unless patience is positive.
    """
    _check_queue(offered, servers)
    _positive(patience, "patience")
    if offered == 0:
        return Abandonment(0.0, 0.0, 0.0)
    # Weights relative to the likeliest state, so that hundreds of servers do not overflow.
    log_weight, logs, k = 0.0, [0.0], 0
    top = 0.0
    while log_weight > top + math.log(1e-18) or k <= max(servers, offered):
        k += 1
        log_weight += math.log(offered / (min(k, servers) + max(0, k - servers) / patience))
        logs.append(log_weight)
        top = max(top, log_weight)
    weights = [math.exp(log - top) for log in logs]
    total = math.fsum(weights)
    waits = math.fsum(weights[servers:]) / total
    queue = math.fsum((state - servers) * w for state, w in enumerate(weights) if state > servers) / total
    mean_wait = queue / offered
    return Abandonment(min(1.0, waits), min(1.0, mean_wait / patience), mean_wait)


def _rates(loads: Mapping[str, float], capacities: Mapping[str, float]) -> dict[str, float]:
    if not loads or loads.keys() != capacities.keys():
        raise ValueError("loads and capacities must name the same stations, at least one")
    return {name: capacities[name] / load if load > 0 else math.inf for name, load in loads.items()}


def _check_queue(offered: float, servers: int) -> None:
    if servers < 0 or not 0 <= offered < math.inf:
        raise ValueError("servers and offered load cannot be negative")


def _positive(value: float, name: str) -> None:
    if not 0 < value < math.inf:
        raise ValueError(f"{name} must be positive, not {value}")
