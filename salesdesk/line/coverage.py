"""How far a campaign has come among its decision makers and companies, and when that is its end."""

from __future__ import annotations


def share(some: int, every: int) -> float | None:
    """How much some are of all, 0–1; None of nothing."""
    return some / every if every else None


def ended(reached: int, decision_makers: int, end_share: int | None) -> bool:
    """Whether a campaign has reached the share of its decision makers (whole percent) at which it ends; one that states
    no share, or has no decision makers, has no such end."""
    return bool(end_share and decision_makers) and reached * 100 >= (end_share or 0) * decision_makers
