"""Which variant a unit gets: the same answer for whoever asks, wherever."""

from __future__ import annotations

from collections.abc import Sequence


def fnv1a32(text: str) -> int:
    """The 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def position(seed: str, unit: str) -> float:
    """Where a unit falls in [0, 1), to four digits (GrowthBook's hash, version 2)."""
    return fnv1a32(str(fnv1a32(seed + unit))) % 10_000 / 10_000


def assign(seed: str, unit: str, weights: Sequence[float]) -> int:
    """The arm (from 0) of a unit under weights that add up to one; ValueError when they do not.

    The unit is the company, so that two contacts of one account never hear two variants.
    """
    if not weights or min(weights) < 0 or abs(sum(weights) - 1) > 1e-9:
        raise ValueError("weights must be shares that add up to one")
    where, edge = position(seed, unit), 0.0
    for arm, weight in enumerate(weights):
        edge += weight
        if where < edge:
            return arm
    return len(weights) - 1
