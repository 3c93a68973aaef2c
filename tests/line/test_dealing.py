"""Leads are dealt at random and equally, and the audit says so or raises the alarm."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import dealing

SECRET = b"0123456789abcdef"


def deal(turns: list[str], released: dict[int, int]) -> dict[str, dict[int, int]]:
    """Serve one lead per turn from the first stratum in order that still has one."""
    left = Counter(released)
    dealt: dict[str, Counter[int]] = {person: Counter() for person in sorted(set(turns))}
    for person in turns:
        order = dealing.next_stratum(dealt[person], released)
        stratum = next((k for k in order if left[k] > 0), None)
        if stratum is None:
            break
        left[stratum] -= 1
        dealt[person][stratum] += 1
    return {person: dict(mix) for person, mix in dealt.items()}


def test_the_order_of_a_stratum_is_secret_reproducible_and_in_bands() -> None:
    first = [dealing.rank(SECRET, lead, 1, 0) for lead in range(200)]
    assert first == [dealing.rank(SECRET, lead, 1, 0) for lead in range(200)]
    assert first != [dealing.rank(b"another", lead, 1, 0) for lead in range(200)]
    assert first != [dealing.rank(SECRET, lead, 2, 0) for lead in range(200)]
    assert first != sorted(first)
    assert max(first) < min(dealing.rank(SECRET, lead, 1, 1) for lead in range(200))


def test_the_rank_of_a_lead_does_not_change_between_releases() -> None:
    assert dealing.rank(b"key", 1, 0, 2) == 776810080492720


@given(st.integers(0, 2**63 - 1), st.integers(0, 50), st.integers(0, 32767))
@settings(max_examples=100)
def test_a_rank_fits_a_signed_64_bit_column(lead: int, attempt: int, band: int) -> None:
    assert 0 <= dealing.rank(SECRET, lead, attempt, band) < 2**63
    assert dealing.band_of(dealing.rank(SECRET, lead, attempt, band)) == band


@pytest.mark.parametrize("band", [-1, 32768])
def test_a_band_has_limits(band: int) -> None:
    with pytest.raises(ValueError, match="band"):
        dealing.rank(SECRET, 1, 1, band)


def test_ranks_are_uniform() -> None:
    from scipy.stats import chisquare

    bins = Counter(dealing.rank(SECRET, lead, 0, 0) * 64 >> 48 for lead in range(20_000))
    assert len(bins) == 64
    assert chisquare(list(bins.values())).pvalue > 1e-4


def test_the_puller_gets_what_they_are_furthest_behind_in() -> None:
    released = {1: 500, 2: 300, 3: 200}
    assert dealing.next_stratum({}, released) == [1, 2, 3]
    assert dealing.next_stratum({1: 5, 2: 3}, released)[0] == 3
    assert dealing.next_stratum({1: 5, 3: 2}, released)[0] == 2


def test_ties_go_by_id_and_empty_strata_are_not_offered() -> None:
    assert dealing.next_stratum({}, {9: 10, 4: 10, 7: 0}) == [4, 9]
    assert dealing.next_stratum({7: 100}, {9: 10, 4: 10, 7: 0}) == [4, 9]
    assert dealing.next_stratum({}, {}) == []


@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=12),
    st.lists(st.integers(0, 300), min_size=12, max_size=12),
)
@settings(max_examples=80)
def test_the_order_is_that_of_the_formula(sizes: list[int], had: list[int]) -> None:
    released = dict(enumerate(sizes))
    dealt = dict(enumerate(had[: len(sizes)]))
    total, mine = sum(sizes), sum(dealt.values())
    behind = {k: (mine + 1) * released[k] - dealt[k] * total for k in released}
    order = dealing.next_stratum(dealt, released)
    assert sorted(order) == sorted(released)
    assert order == sorted(order, key=lambda k: (-behind[k], k))


@pytest.mark.parametrize("seed", range(4))
def test_five_people_at_different_speeds_get_the_same_mix(seed: int) -> None:
    chance = random.Random(seed)
    released = dict(enumerate([900, 600, 450, 300, 250, 200, 180, 120], start=1))
    turns = chance.choices(["Ames", "Chen", "Dana", "Ito", "Lee"], weights=[15, 20, 25, 35, 45], k=1500)
    audit = dealing.balance(deal(turns, released), {})
    assert audit.max_smd < 0.10
    assert audit.state == "balanced"
    assert audit.chi_square / audit.degrees < 0.2


def test_a_day_of_twenty_people_keeps_the_mix_of_the_reference_simulation() -> None:
    chance = random.Random(1)
    released = dict(enumerate([3000, 2200, 1500, 1200, 900, 600, 400, 200]))
    speeds = {f"person {i}": 15 + 30 * i / 19 for i in range(20)}
    turns = chance.choices(list(speeds), weights=list(speeds.values()), k=8 * round(sum(speeds.values())))
    audit = dealing.balance(deal(turns, released), {})
    assert audit.max_smd < 0.03
    assert audit.chi_square / audit.degrees < 0.02


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=250))
@settings(max_examples=30, deadline=None)
def test_nobody_is_ever_two_leads_off_while_every_stratum_lasts(turns: list[str]) -> None:
    released = {1: 5000, 2: 3000, 3: 2000, 4: 1000}
    for mix in deal(turns, released).values():
        mine = sum(mix.values())
        for stratum, size in released.items():
            assert abs(mix.get(stratum, 0) - mine * size / 11_000) < 2


def test_best_first_for_the_early_shift_is_an_alarm() -> None:
    audit = dealing.balance({"early": {1: 300, 2: 20}, "late": {1: 40, 2: 280}}, {1: "VP", 2: "staff"})
    assert audit.state == "red"
    assert audit.p < 0.001
    assert audit.gaps[0].label in {"VP", "staff"}
    assert abs(audit.gaps[0].smd) == audit.max_smd


def test_a_small_drift_is_amber() -> None:
    audit = dealing.balance({"a": {1: 150, 2: 350}, "b": {1: 125, 2: 375}}, {})
    assert audit.max_smd == pytest.approx(0.11215, abs=5e-6)
    assert (audit.state, audit.degrees) == ("amber", 1)


def test_the_first_leads_of_a_morning_are_no_alarm() -> None:
    assert dealing.balance({"a": {1: 1}, "b": {2: 1}}, {}).state == "balanced"


def test_someone_who_was_dealt_nothing_from_a_stratum_is_still_compared() -> None:
    audit = dealing.balance({"a": {1: 90, 2: 10}, "b": {1: 100, 2: 0}}, {})
    assert audit.state == "red"
    assert {gap.dealt for gap in audit.gaps} == {90, 10, 100, 0}


@pytest.mark.parametrize("dealt", [{}, {"a": {1: 5, 2: 9}}, {"a": {1: 5}, "b": {1: 90}}, {"a": {}, "b": {1: 4}}])
def test_nothing_to_compare_is_balanced(dealt: dict[str, dict[int, int]]) -> None:
    audit = dealing.balance(dealt, {})
    assert (audit.state, audit.max_smd, audit.p, audit.gaps) == ("balanced", 0, 1, ())


def test_the_audit_is_scipys_chi_square() -> None:
    from scipy.stats import chi2_contingency

    table = {"a": {1: 30, 2: 50, 3: 20}, "b": {1: 45, 2: 30, 3: 25}, "c": {1: 20, 2: 20, 3: 12}}
    audit = dealing.balance(table, {})
    oracle = chi2_contingency([list(row.values()) for row in table.values()], correction=False)
    assert (audit.chi_square, audit.p) == pytest.approx((oracle.statistic, oracle.pvalue))
    assert audit.degrees == oracle.dof == 4


@pytest.mark.parametrize(("first", "second", "answer"), [(0.30, 0.25, 0.11215), (0.2, 0.2, 0), (1, 0, 10), (0, 1, -10)])
def test_standardised_mean_differences(first: float, second: float, answer: float) -> None:
    assert dealing.smd(first, second) == pytest.approx(answer, abs=5e-6)


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        dealing.balance({"a": {1: -1, 2: 4}, "b": {1: 3}}, {})


@pytest.mark.parametrize(
    ("title", "band"),
    [
        ("CEO", "head"),
        ("Chief Financial Officer", "head"),
        ("C.E.O.", "head"),
        ("Founder & President", "head"),
        ("Vice President, Sales", "vice president"),
        ("VP Finance", "vice president"),
        ("Head of Logistics", "director"),
        ("Regional Manager", "manager"),
        ("Buyer", "staff"),
        ("Doctor of Vpology", "staff"),
        ("  ", "unknown"),
        ("\x1b]52;c;x\x07", "staff"),
    ],
)
def test_a_title_tells_seniority(title: str, band: str) -> None:
    assert dealing.seniority(title) == band


def test_a_cell_is_source_segment_and_zone() -> None:
    assert dealing.stratum_of("Apex Oct", "director", -300) == ("Apex Oct", "director", "UTC-5")
    assert dealing.stratum_of("", " ", None) == ("unknown", "unknown", "zone unknown")
    assert dealing.stratum_of("x", "y", 0)[2] == "UTC"


def test_cells_large_enough_stay_as_they_are() -> None:
    cells: dict[tuple[str, ...], int] = {("Apex", "vp", "UTC-5"): 60, ("Apex", "vp", "UTC-6"): 40}
    assert dealing.strata(cells) == {cell: " · ".join(cell) for cell in cells}
    assert dealing.strata({}) == {}


def test_a_cell_of_exactly_the_least_share_stands_alone() -> None:
    cells: dict[tuple[str, ...], int] = {("a", "x", "UTC"): 95, ("b", "y", "UTC"): 5}
    assert len(set(dealing.strata(cells).values())) == 2
    assert len(set(dealing.strata(cells, least_share=0.051).values())) == 1


def test_a_small_cell_joins_its_nearest_kin() -> None:
    labels = dealing.strata({("Apex", "vp", "UTC-5"): 50, ("Apex", "vp", "UTC-8"): 2, ("Bolt", "staff", "UTC-6"): 48})
    assert labels[("Apex", "vp", "UTC-8")] == labels[("Apex", "vp", "UTC-5")] == "Apex · vp · other"
    assert labels[("Bolt", "staff", "UTC-6")] == "Bolt · staff · UTC-6"


words = st.sampled_from(["a", "b", "c", "d", "e"])


@given(
    st.dictionaries(st.tuples(words, words, words), st.integers(0, 4000), max_size=60),
    st.integers(1, 12),
    st.floats(0, 0.3),
)
@settings(max_examples=60, deadline=None)
def test_strata_are_few_large_and_cover_every_cell(cells: dict[tuple[str, ...], int], most: int, least: float) -> None:
    labels = dealing.strata(cells, most, least)
    assert labels.keys() == cells.keys()
    sizes: Counter[str] = Counter()
    for cell, count in cells.items():
        sizes[labels[cell]] += count
    assert len(sizes) <= most
    if len(sizes) > 1:
        assert min(sizes.values()) >= least * sum(cells.values())


def test_a_hostile_import_with_thousands_of_segments_still_gets_few_strata() -> None:
    cells: dict[tuple[str, ...], int] = {("list", f"segment {i}", f"UTC-{i % 4 + 5}"): 1 for i in range(5000)}
    assert len(set(dealing.strata(cells).values())) <= 12


def test_cells_must_have_one_shape() -> None:
    with pytest.raises(ValueError, match="one length"):
        dealing.strata({("a",): 1, ("a", "b"): 1})
