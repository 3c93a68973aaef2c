"""Whose the day's target is when people are moved in the middle of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.shares import Turned, part, stretches
from tests.line.test_board import END, FACTS, NOW, SPRING, START

DANA, AMES, ITO = 1, 2, 4
NOON = START + (END - START) // 2


def test_who_is_moved_at_noon_owes_half_a_day_here() -> None:
    day = stretches({AMES: 1, DANA: 2}, [Turned(NOON, DANA, 1)], START, END)
    whole = END - START
    assert part(day, [DANA], END) == pytest.approx(whole / 4)
    assert part(day, [AMES], END) == pytest.approx(whole * 3 / 4)
    assert part(day, [DANA], NOON) == part(day, [AMES], NOON) == pytest.approx(whole / 4)


def test_what_is_due_of_hours_that_passed_does_not_move_with_people() -> None:
    before = replace(FACTS, campaigns=(SPRING,))
    moved = replace(SPRING, turns={**SPRING.turns, DANA: 2, ITO: 1}, turned=(Turned(NOW, DANA, 1), Turned(NOW, ITO, 0)))
    after = replace(FACTS, campaigns=(moved,))
    for who in (DANA, AMES, ITO):
        assert after.due(who) == pytest.approx(before.due(who))
    assert after.share_of_target(ITO) == pytest.approx(40 / 3 * (1 - FACTS.gone))
    later = replace(after, now=END)
    assert later.due(DANA) == pytest.approx(before.due(DANA))
    assert later.due(ITO) > 0


def test_hours_in_which_nobody_is_first_are_nobodys() -> None:
    day = stretches({DANA: 1}, [Turned(NOON, DANA, 0)], START, END)
    assert part(day, [DANA], END) == (END - START) / 2


def test_a_change_before_the_day_begins_counts_from_its_beginning() -> None:
    day = stretches({DANA: 1}, [Turned(START - 3600, AMES, 1), Turned(END + 60, DANA, 2)], START, END)
    assert part(day, [AMES], END) == 0
    assert part(day, [DANA], END) == 0, "who is made first in the evening owes nothing of this day"


@given(
    st.lists(
        st.tuples(st.integers(START - 999, END + 999), st.integers(1, 4), st.integers(0, 2)).map(lambda t: Turned(*t)),
        max_size=8,
    ),
    st.dictionaries(st.integers(1, 4), st.integers(1, 2)),
    st.integers(START, END),
)
def test_parts_add_up_to_the_hours_in_which_somebody_is_first(
    turned: list[Turned], turns: dict[int, int], until: int
) -> None:
    turned.sort()
    day = stretches(turns, turned, START, END)
    assert sum(each.end - each.start for each in day) == END - START
    somebody = sum(max(0, min(each.end, until) - each.start) for each in day if each.first)
    assert sum(part(day, [who], until) for who in range(1, 5)) == pytest.approx(somebody)
    assert part(day, range(1, 5), until) == pytest.approx(somebody)
