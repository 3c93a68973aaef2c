"""Equal random dealing: ranks inside a stratum, the stratum a puller is furthest behind in, and the audit of
it.

Inverted minimisation (after Pocock & Simon 1975): people pull at their own speed and still get the same mix
of leads. Audit by standardised mean differences (Austin 2009) and a chi-square test.
"""

import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Cell = tuple[str, ...]
State = Literal["balanced", "amber", "red"]

OTHER = "other"
AMBER, RED, RED_P = 0.10, 0.20, 0.001
LARGEST_SMD = 10.0
"""Shown when two mixes have nothing in common, where the formula divides by zero."""

_RANDOM_BITS = 48
_MOST_BAND = (1 << (63 - _RANDOM_BITS)) - 1
_MOST_CELLS = 400

_SENIORITY = (
    (
        "head",
        ("chief", "ceo", "cfo", "coo", "cto", "cio", "cmo", "cro", "owner", "founder", "managing"),
    ),
    ("vice president", ("vp", "svp", "evp", "avp", "vice")),
    ("head", ("president",)),
    ("director", ("director", "head", "principal")),
    ("manager", ("manager", "lead", "supervisor", "leiter")),
)


DECISION_MAKERS = ("head", "vice president", "director")
"""The bands of `seniority` whose people decide, the highest first."""


def rank(secret: bytes, lead_id: int, attempt: int, band: int) -> int:
    """Place of a lead in its stratum, lower first: band in the high bits, HMAC-SHA256(secret, lead, attempt)
    below.

    Random to whoever lacks the secret, the same for whoever asks again, within 63 bits for any SQL integer.
    Raises ValueError for a band outside 0..32767.
    """
    if not 0 <= band <= _MOST_BAND:
        raise ValueError(f"band must lie between 0 and {_MOST_BAND}, not {band}")
    digest = hmac.digest(secret, f"{lead_id}:{attempt}".encode(), hashlib.sha256)
    return band << _RANDOM_BITS | int.from_bytes(digest[: _RANDOM_BITS // 8])


def band_of(rank: int) -> int:
    """The band of a lead with this rank."""
    return rank >> _RANDOM_BITS


def next_stratum(dealt: Mapping[int, int], released: Mapping[int, int]) -> list[int]:
    """Strata in the order in which this puller is furthest behind; the first with a callable lead is theirs.

    dealt: leads this person had from each stratum in the window; released: leads released in each (G_k, G
    their sum). Key (n_p + 1)·G_k - g_pk·G in whole numbers, descending, ties by id. Strata without releases
    are left out and do not count into n_p.
    """
    live = [(stratum, size, dealt.get(stratum, 0)) for stratum, size in released.items() if size > 0]
    total = sum(size for _, size, _ in live)
    turn = sum(had for _, _, had in live) + 1
    return [stratum for _, stratum in sorted((had * total - turn * size, stratum) for stratum, size, had in live)]


@dataclass(frozen=True, slots=True)
class Gap:
    """One person's share of one stratum beside everybody else's."""

    person: str
    stratum: int
    label: str
    dealt: int
    share: float
    others_share: float
    smd: float
    """Standardised mean difference, signed; positive means more than the others."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How equal the mixes are that people were dealt."""

    gaps: tuple[Gap, ...]
    """Person by person, stratum by stratum; largest difference first."""
    max_smd: float
    chi_square: float
    degrees: int
    p: float
    """Upper tail: equal dealing keeps chi-square far below chance, so only a large one is an alarm."""
    state: State


def balance(dealt: Mapping[str, Mapping[int, int]], labels: Mapping[int, str]) -> Balance:
    """Audit of the mixes: dealt leads per person and stratum id, with the label of each stratum.

    Amber from |SMD| .10, red from .20 or p < .001. A gap of at most one lead is never an alarm: leads come
    whole. People without leads are left out; with fewer than two people or strata the floor is balanced.
    Raises ValueError for negative counts.
    """
    if any(count < 0 for mix in dealt.values() for count in mix.values()):
        raise ValueError("dealt counts cannot be negative")
    people = {person: mix for person, mix in dealt.items() if sum(mix.values())}
    totals: dict[int, int] = {}
    for mix in people.values():
        for stratum, count in mix.items():
            totals[stratum] = totals.get(stratum, 0) + count
    totals = {stratum: count for stratum, count in sorted(totals.items()) if count}
    if len(people) < 2 or len(totals) < 2:
        return Balance((), 0.0, 0.0, 0, 1.0, "balanced")
    gaps = [gap for person, mix in people.items() for gap in _gaps(person, mix, totals, labels)]
    gaps.sort(key=lambda gap: (-abs(gap.smd), gap.person, gap.stratum))
    statistic, degrees, p = _chi_square(people, totals)
    worst = max((abs(gap.smd) for gap in gaps if _more_than_a_lead(gap, people)), default=0.0)
    state: State = "red" if worst >= RED or p < RED_P else "amber" if worst >= AMBER else "balanced"
    return Balance(tuple(gaps), abs(gaps[0].smd), statistic, degrees, p, state)


def smd(first: float, second: float) -> float:
    """Standardised mean difference of two shares: (p1 - p2) / sqrt((p1(1-p1) + p2(1-p2)) / 2), at most
    ±10.
    """
    spread = math.sqrt((first * (1 - first) + second * (1 - second)) / 2)
    if first == second:
        return 0.0
    if spread == 0:
        return math.copysign(LARGEST_SMD, first - second)
    return max(-LARGEST_SMD, min(LARGEST_SMD, (first - second) / spread))


def stratum_of(source: str, segment: str, offset_minutes: int | None) -> Cell:
    """The cell of equal leads one belongs to: where it came from, what it is, and its band of the day.

    segment: the campaign's own segment word, or `seniority` of the title; offset_minutes: the contact's
    offset from UTC, banded by the hour, None when unknown.
    """
    if offset_minutes is None:
        zone = "zone unknown"
    else:
        hours = offset_minutes // 60
        zone = f"UTC{hours:+d}" if hours else "UTC"
    return (source.strip() or "unknown", segment.strip() or "unknown", zone)


def seniority(title: str) -> str:
    """A job title's band: head, vice president, director, manager, staff; "unknown" without a title."""
    words = "".join(c if c.isalpha() else " " for c in title.replace(".", "").lower()).split()
    if not words:
        return "unknown"
    return next((band for band, marks in _SENIORITY if any(mark in words for mark in marks)), "staff")


def strata(cells: Mapping[Cell, int], most: int = 12, least_share: float = 0.05) -> dict[Cell, str]:
    """Label of the stratum of each cell: at most `most` strata, none below least_share of the leads.

    cells: leads per cell, cells of one length. The smallest group joins the one that shares most fields with
    it (then the smallest); fields in which they differ read "other". Raises ValueError for `most` below one,
    negative counts and cells of different lengths.
    """
    if most < 1 or any(count < 0 for count in cells.values()) or len({len(cell) for cell in cells}) > 1:
        raise ValueError("strata needs most >= 1, counts that are not negative and cells of one length")
    home: dict[Cell, Cell] = {cell: cell for cell in cells}
    for field in reversed(range(len(next(iter(cells), ())))):
        if len(set(home.values())) > _MOST_CELLS:  # keeps the pairwise search below short
            home = {cell: (*now[:field], OTHER, *now[field + 1 :]) for cell, now in home.items()}
    total = sum(cells.values())
    sizes: dict[Cell, int] = {}
    for cell, group in home.items():
        sizes[group] = sizes.get(group, 0) + cells[cell]
    while len(sizes) > 1:
        small = min(sizes, key=lambda group: (sizes[group], group))
        if len(sizes) <= most and sizes[small] >= least_share * total:
            break
        merged = {small, _nearest(small, sizes)}
        joint = tuple(values[0] if len(set(values)) == 1 else OTHER for values in zip(*merged, strict=True))
        merged |= {joint} & sizes.keys()
        sizes[joint] = sum(sizes.pop(group) for group in merged)
        home = {cell: joint if group in merged else group for cell, group in home.items()}
    return {cell: " · ".join(group) for cell, group in home.items()}


def _nearest(small: Cell, sizes: Mapping[Cell, int]) -> Cell:
    def distance(group: Cell) -> tuple[int, int, Cell]:
        return sum(a != b for a, b in zip(small, group, strict=True)), sizes[group], group

    return min((group for group in sizes if group != small), key=distance)


def _gaps(person: str, mix: Mapping[int, int], totals: Mapping[int, int], labels: Mapping[int, str]) -> list[Gap]:
    mine, others = sum(mix.values()), sum(totals.values()) - sum(mix.values())
    found = []
    for stratum, total in totals.items():
        count = mix.get(stratum, 0)
        share, others_share = count / mine, (total - count) / others
        label = labels.get(stratum, str(stratum))
        found.append(Gap(person, stratum, label, count, share, others_share, smd(share, others_share)))
    return found


def _more_than_a_lead(gap: Gap, people: Mapping[str, Mapping[int, int]]) -> bool:
    return abs(gap.share - gap.others_share) * sum(people[gap.person].values()) > 1 + 1e-9


def _chi_square(people: Mapping[str, Mapping[int, int]], totals: Mapping[int, int]) -> tuple[float, int, float]:
    from scipy.special import chdtrc

    everything = sum(totals.values())
    statistic = 0.0
    for mix in people.values():
        mine = sum(mix.values())
        for stratum, total in totals.items():
            expected = mine * total / everything
            statistic += (mix.get(stratum, 0) - expected) ** 2 / expected
    degrees = (len(people) - 1) * (len(totals) - 1)
    return statistic, degrees, float(chdtrc(degrees, statistic))
