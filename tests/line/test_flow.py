"""Stock, release, drum and waiting agree with the textbook lines and never do harm at the edges."""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import flow

# Penny Fab One: four stations of two hours; Penny Fab Two: bottleneck .4/h, 20 h (Hopp & Spearman).


@pytest.mark.parametrize(
    ("w", "rate", "raw", "throughput", "cycle"),
    [(4, 0.5, 8, 0.2857, 14), (1, 0.5, 8, 0.125, 8), (8, 0.4, 20, 0.2133, 37.5)],
)
def test_the_practical_worst_case_of_the_penny_fabs(
    w: int, rate: float, raw: float, throughput: float, cycle: float
) -> None:
    assert flow.practical_worst_case(w, rate, raw) == pytest.approx((throughput, cycle), abs=5e-5)


@given(st.integers(1, 30), st.floats(0.01, 10), st.floats(0.1, 50))
def test_littles_law_holds_in_the_practical_worst_case(w: int, rate: float, raw: float) -> None:
    throughput, cycle = flow.practical_worst_case(w, rate, raw)
    assert throughput * cycle == pytest.approx(w)


@pytest.mark.parametrize(("people", "stock"), [(1, 16), (100, 829), (0, 0)])
def test_stock_targets_that_were_simulated(people: int, stock: int) -> None:
    assert flow.stock_target(people, 2, 15) == stock


@given(st.integers(0, 80), st.floats(0.2, 60), st.floats(0, 120), st.floats(0, 60), st.floats(0, 4))
@settings(max_examples=100)
def test_a_stock_target_covers_mean_demand_and_grows_with_people(
    people: int, handle: float, review: float, lead: float, cv2: float
) -> None:
    stock = flow.stock_target(people, handle, review, lead, cv2)
    assert stock >= people * (review + lead) / handle - 1e-9
    assert flow.stock_target(people + 1, handle, review, lead, cv2) >= stock


@given(st.integers(0, 10**6), st.integers(-5, 10**6), st.integers(0, 10**6))
def test_a_release_is_never_negative_and_never_overfills(target: int, on_hand: int, upstream: int) -> None:
    release = flow.release_quantity(target, on_hand, upstream)
    assert release >= 0
    assert release == 0 or on_hand + upstream + release == target


def test_what_a_release_would_still_put_on_the_floor() -> None:
    left = [
        flow.left_to_release(state, 80, 100, 30) for state in ("draft", "checked", "releasing", "released", "closed")
    ]
    assert left == [0, 80, 70, 0, 0]


@pytest.mark.parametrize(
    ("on_hand", "handle", "people", "cover"),
    [(525, 1.92, 24, 42), (0, 2, 3, 0), (30, 2, 0, None), (-4, 2, 1, 0)],
)
def test_cover_in_minutes(on_hand: int, handle: float, people: int, cover: float | None) -> None:
    assert flow.cover_minutes(on_hand, handle, people) == (None if cover is None else pytest.approx(cover))


@pytest.mark.parametrize(
    ("on_hand", "target", "word"),
    [
        (90, 90, "full"),
        (200, 90, "full"),
        (61, 90, "full"),
        (60, 90, "half"),
        (31, 90, "half"),
        (30, 90, "low"),
        (1, 90, "low"),
        (0, 90, "EMPTY"),
        (0, 0, "full"),
    ],
)
def test_buffer_zones_in_words(on_hand: int, target: int, word: str) -> None:
    assert flow.buffer_zone(on_hand, target) == word


@pytest.mark.parametrize(
    ("on_hand", "per_hour", "changes", "until", "dry"),
    [
        (60, 60, [], None, 4600),
        (0, 60, [], None, 1000),
        (0, 60, [(5000, 10)], None, 1000),
        (60, 60, [(4000, 60)], None, 8200),
        (60, 60, [(4601, 60)], None, 4600),
        (60, 60, [(900, 60)], None, 4600),
        (60, 60, [(2800, -100)], None, 2800),
        (60, 0, [], None, None),
        (60, 0, [(2800, -60)], None, 2800),
        (60, 60, [], 4600, None),
        (60, 60, [], 4601, 4600),
    ],
    ids=[
        "burns down",
        "dry already",
        "dry until the window opens",
        "a wake-up in time",
        "a second too late",
        "counted already",
        "its window closes",
        "nobody works",
        "closes with nobody",
        "lasts until the end",
        "not quite",
    ],
)
def test_when_a_queue_runs_dry(
    on_hand: int, per_hour: float, changes: list[tuple[int, int]], until: int | None, dry: int | None
) -> None:
    assert flow.dry_at(1000, on_hand, per_hour, changes, until) == dry


def test_the_planned_rate_leaves_people_some_air() -> None:
    assert flow.planned_rate(2, 2) == pytest.approx(2 * 30 * 0.85)
    assert flow.planned_rate(0, 2) == 0
    with pytest.raises(ValueError, match="handle_minutes"):
        flow.planned_rate(2, 0)


def floor_example(executive_minutes: float = 45) -> tuple[dict[str, float], dict[str, float]]:
    """Two researchers, ten SDRs, two executives, as in the reference case: six tries at a tenth each."""
    reached, dials = 0.46856, 4.6856
    loads = {
        "research": 3.0,
        "sdr": dials * 1.2 + reached * 5,
        "executive": reached * 0.12 * 0.75 * executive_minutes,
    }
    people = {"research": 2, "sdr": 10, "executive": 2}
    return loads, {name: flow.capacity(n, 360, 0.15, 1.0) for name, n in people.items()}


def test_research_is_the_drum_of_the_reference_floor() -> None:
    drum = flow.drum(*floor_example())
    assert (drum.station, drum.candidates, drum.sure) == ("research", ("research",), None)
    assert drum.rate == pytest.approx(204)
    assert drum.rates["sdr"] == pytest.approx(384.2, abs=0.25)


def test_the_drum_is_declared_only_when_the_draws_agree() -> None:
    loads, capacities = {"a": 2.0, "b": 1.9}, {"a": 100.0, "b": 100.0}
    other = {"a": 1.8, "b": 1.9}
    unsure = flow.drum(loads, capacities, [loads] * 6 + [other] * 4)
    assert (unsure.sure, unsure.candidates) == (0.6, ("a", "b"))
    sure = flow.drum(loads, capacities, [loads] * 8 + [other] * 2)
    assert (sure.sure, sure.candidates) == (0.8, ("a",))


def test_a_station_that_no_lead_needs_is_never_the_drum() -> None:
    drum = flow.drum({"a": 0, "b": 1}, {"a": 1, "b": 10})
    assert (drum.station, drum.rates["a"]) == ("b", math.inf)
    with pytest.raises(ValueError, match="same stations"):
        flow.drum({"a": 1}, {"b": 1})


def test_erlang_b_of_the_tables() -> None:
    assert flow.erlang_b(5, 10) == pytest.approx(0.018385, abs=5e-7)
    assert (flow.erlang_b(5, 0), flow.erlang_b(0, 3)) == (1, 0)


def test_erlang_c_of_the_worked_example() -> None:
    assert flow.erlang_c(10, 14) == pytest.approx(0.1741, abs=5e-5)


def test_erlang_c_of_mandelbaum_and_zeltyn() -> None:
    assert flow.erlang_c(48, 50) == pytest.approx(0.694, abs=5e-4)


@pytest.mark.parametrize("offered", [14, 20])
def test_at_full_load_everyone_waits(offered: float) -> None:
    assert flow.erlang_c(offered, 14) == 1


def test_endless_patience_is_erlang_c_and_none_is_erlang_b() -> None:
    patient = flow.erlang_a(10, 14, 1e7)
    assert patient.waits == pytest.approx(flow.erlang_c(10, 14), abs=1e-5)
    assert patient.mean_wait == pytest.approx(flow.erlang_c(10, 14) / (14 - 10), abs=1e-5)
    assert flow.erlang_a(10, 14, 1e-7).abandons == pytest.approx(flow.erlang_b(10, 14), abs=1e-5)


def test_patience_of_one_handle_time_makes_a_poisson_crowd() -> None:
    below = math.fsum(math.exp(-48) * 48**k / math.factorial(k) for k in range(50))
    assert flow.erlang_a(48, 50, 1).waits == pytest.approx(1 - below, abs=1e-9)


@given(st.floats(0.1, 300), st.integers(0, 200), st.floats(0.05, 20))
@settings(max_examples=40, deadline=None)
def test_callers_who_give_up_keep_any_queue_stable(offered: float, servers: int, patience: float) -> None:
    queue = flow.erlang_a(offered, servers, patience)
    assert 0 <= queue.abandons <= queue.waits + 1e-9 <= 1 + 1e-9
    busy = offered * (1 - queue.abandons)
    assert busy <= servers + 1e-6


@given(st.floats(0.1, 60))
@settings(max_examples=30)
def test_more_people_never_make_anyone_wait_longer(offered: float) -> None:
    chances = [flow.erlang_c(offered, n) for n in range(1, 80)]
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(chances))


@pytest.mark.parametrize("handle", [0, -1, float("nan"), math.inf])
def test_a_handle_time_must_be_positive(handle: float) -> None:
    with pytest.raises(ValueError, match="handle_minutes"):
        flow.stock_target(3, handle, 15)
