"""When a campaign is over, and why."""

from __future__ import annotations

import pytest

from salesdesk.line.ending import FOREVER, OVER, last_day, share_reached, told, words

TODAY = "2026-11-19"


@pytest.mark.parametrize(
    ("reached", "of", "share", "is_so"),
    [
        (59, 100, 60, False),
        (60, 100, 60, True),
        (1, 3, 33, True),
        (1, 3, 34, False),
        (0, 0, 60, False),
        (9, 9, None, False),
    ],
)
def test_a_share_is_reached_exactly_at_it(reached: int, of: int, share: int | None, is_so: bool) -> None:
    assert share_reached(reached, of, share) is is_so


def test_whichever_comes_first_ends_it() -> None:
    assert last_day("", reached=False) == FOREVER
    assert last_day(TODAY, reached=False) == TODAY
    assert last_day(TODAY, reached=True) == last_day("", reached=True) == OVER
    assert OVER < TODAY < FOREVER


def test_it_is_told_why_it_is_over() -> None:
    assert words(TODAY, TODAY, None) == words(FOREVER, TODAY, 60) == ""
    assert words("2026-11-18", TODAY, 60) == "ended after Wed 18 Nov"
    assert words(OVER, TODAY, 60) == "ended at its share of 60 % of decision makers reached"


def test_it_is_told_when_it_will_end() -> None:
    assert told("", None) == "has no end"
    assert told("2026-12-18", None) == "ends after Fri 18 Dec"
    assert told("2026-12-18", 60) == "ends after Fri 18 Dec or at 60 % of its decision makers reached"
