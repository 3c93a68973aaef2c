"""When a campaign ends: after its last day, or at a stated share of its decision makers reached, whichever comes first.

From then on none of its leads is called by our own choice. What was promised is kept, whoever asks for us is
called, and who missed a meeting hears from whoever agreed to it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from salesdesk.line.preapproach import day_words

FOREVER: Final = "9999-12-31"
"""The last day (ISO) of a campaign that has no end date."""
OVER: Final = ""
"""The last day of a campaign that has reached its end share: it sorts before every day."""


def share_reached(reached: int, of: int, share: int | None) -> bool:
    """Whether so many decision makers reached, of those in a campaign, are the share (percent) at which it ends."""
    return bool(share and of and reached * 100 >= share * of)


def last_day(ends_on: str, *, reached: bool) -> str:
    """The last day on which a campaign's leads are called, by its end date (ISO, "" for none) and whether its end
    share is reached."""
    return OVER if reached else ends_on or FOREVER


def words(last: str, today: str, share: int | None) -> str:
    """Why a campaign with this last day is over today (ISO), in words; "" when it is not."""
    if last >= today:
        return ""
    if last == OVER:
        return f"ended at its share of {share} % of decision makers reached"
    return f"ended after {day_words(date.fromisoformat(last))}"


def told(ends_on: str, share: int | None) -> str:
    """When a campaign will end, in words."""
    ends = [f"after {day_words(date.fromisoformat(ends_on))}"] if ends_on else []
    ends += [f"at {share} % of its decision makers reached"] if share else []
    return f"ends {' or '.join(ends)}" if ends else "has no end"


def effect(before: str, after: str, left: int) -> str:
    """What another end does to a campaign of which so many leads are left, in words; `before` and `after` say why it
    is over, "" where it is not."""
    if before and after:
        return f"it stays as it is: {after}"
    if after:
        return f"{left:,} left are called no more: {after}"
    if before:
        return f"it goes on with {left:,} left"
    return f"{left:,} left"
