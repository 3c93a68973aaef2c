"""What a measure found, and how all of them are told: aligned text for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles

COLUMNS = ("measure", "value", "baseline", "ratio", "reach", "met")


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the report. `value` and `baseline` are in `unit`; `ratio` is value by baseline; `reach` is the most
    (<=) or the least (>=) that `value` (in its unit) or, written with ×, `ratio` may be. None: it could not be
    measured, so not `met`."""

    name: str
    value: float | None
    unit: str
    baseline: float | None
    ratio: float | None
    reach: str
    met: bool


def within(name: str, value: float, unit: str, most: float, baseline: float | None = None) -> Result:
    """A result whose value itself must stay within `most`; the baseline is told for comparison."""
    reach = f"<= {most:g} {unit}"
    return Result(name, round(value, 4), unit, _rounded(baseline), _ratio(value, baseline), reach, value <= most)


def compared(name: str, value: float, unit: str, most: float, baseline: float) -> Result:
    """A result that must cost at most `most` times its baseline."""
    ratio = value / baseline
    return Result(name, round(value, 4), unit, round(baseline, 4), round(ratio, 3), f"<= {most:g} ×", ratio <= most)


def at_least(name: str, value: float, unit: str, least: float, baseline: float) -> Result:
    """A result that must be at least `least` times its baseline: more is better."""
    ratio = value / baseline
    return Result(name, round(value, 4), unit, round(baseline, 4), round(ratio, 3), f">= {least:g} ×", ratio >= least)


def reaching(name: str, value: float, unit: str, least: float) -> Result:
    """A result that must itself reach `least`: more is better."""
    return Result(name, round(value, 4), unit, None, None, f">= {least:g} {unit}", value >= least)


def missing(name: str, unit: str, reach: str) -> Result:
    """A measure that could not be taken."""
    return Result(name, None, unit, None, None, reach, False)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _ratio(value: float, baseline: float | None) -> float | None:
    return round(value / baseline, 3) if baseline else None


def percentile(values: Sequence[float], percent: int) -> float:
    """The value below which `percent` (1 to 99) of the values lie; the only value of a single one."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def as_json(results: Iterable[Result]) -> str:
    """The results as a JSON array, each with exactly the fields of `Result`."""
    return json.dumps([asdict(each) for each in results], indent=2, ensure_ascii=False)


def as_table(results: Iterable[Result]) -> str:
    """The results as aligned plain text."""
    rows = [COLUMNS, *(_cells(each) for each in results)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(COLUMNS))]
    return "\n".join(_aligned(row, widths) for row in rows)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    name, *figures, verdict = (f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
    return "  ".join([f"{name.strip():<{widths[0]}}", *figures, verdict.strip()])


def _cells(each: Result) -> tuple[str, ...]:
    ratio = "-" if each.ratio is None else f"{each.ratio:.2f}"
    return (
        each.name, said(each.value, each.unit), said(each.baseline, each.unit), ratio, each.reach,
        "met" if each.met else "NOT MET",
    )  # fmt: skip


def said(number: float | None, unit: str) -> str:
    """A figure with its unit, as exact as its size deserves; "-" for none."""
    if number is None:
        return "-"
    return f"{number:.{0 if number >= 100 else 1 if number >= 10 else 2}f} {unit}"
