"""A figure as it is shown: the id of its definition in the glossary, its value, and its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None where there is nothing to tell; `words` is what a screen shows."""

    id: str
    value: float | None
    words: str


def count(id: str, value: int) -> Figure:
    """A whole number with separators."""
    return Figure(id, value, f"{value:,}")


def percent(id: str, value: float | None) -> Figure:
    """A percentage, given in percent."""
    return Figure(id, value, "–" if value is None else f"{value:,.0f} %")


def none(id: str) -> Figure:
    """Nothing to tell."""
    return Figure(id, None, "–")
