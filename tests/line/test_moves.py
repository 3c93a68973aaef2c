"""A move says what it does before it is done, and is taken back only while nobody has changed it since."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.moves import FIRST, SECOND, Change, CoverChange, changed_since, changes, effect, flows


def test_what_was_first_becomes_second_and_nothing_is_lost() -> None:
    turns = {(1, 10): FIRST, (1, 11): FIRST, (1, 12): SECOND, (2, 10): FIRST}
    assert changes(turns, [1], 12) == (
        Change(1, 10, FIRST, SECOND),
        Change(1, 11, FIRST, SECOND),
        Change(1, 12, SECOND, FIRST),
    )


def test_somebody_who_is_there_already_changes_nothing() -> None:
    assert changes({(1, 10): FIRST, (1, 11): SECOND}, [1], 10) == ()


turns_of_a_floor = st.dictionaries(st.tuples(st.integers(1, 4), st.integers(10, 13)), st.sampled_from([0, 1, 2]))


@given(turns_of_a_floor, st.sets(st.integers(1, 4)), st.integers(10, 13))
def test_a_move_makes_one_campaign_the_only_first_and_its_undo_restores_all(
    turns: dict[tuple[int, int], int], people: set[int], campaign: int
) -> None:
    done = changes(turns, people, campaign)
    after = turns | {(each.person, each.campaign): each.after for each in done}
    for person in people:
        assert [c for (who, c), turn in after.items() if who == person and turn == FIRST] == [campaign]
    assert changed_since(done, after) == []
    back = after | {(each.person, each.campaign): each.before for each in done}
    assert {key: turn for key, turn in back.items() if turn} == {key: turn for key, turn in turns.items() if turn}


def test_a_change_since_is_named() -> None:
    done = changes({(1, 10): FIRST}, [1], 12)
    assert changed_since(done, {(1, 10): SECOND, (1, 12): 0}) == [Change(1, 12, FIRST, 0)]


def test_people_flow_from_where_they_are() -> None:
    assert flows({1: 10, 2: 10, 3: 12}, [1, 2, 3, 4], 12) == {12: 2, 10: -2}


@pytest.mark.parametrize(
    ("cover", "words"),
    [
        (CoverChange("Spring", 24, 26, 42.0, 38.8), "Spring cover 42 → 38 min"),
        (CoverChange("Spring", 3, 3, 42.0, 42.0), "Spring cover stays 42 min"),
        (CoverChange("Spring", 0, 2, None, 30.0), "Spring cover nobody on it → 30 min"),
        (CoverChange("Autumn", 2, 0, 0.0, None), "Autumn cover 0 min → nobody on it"),
        (CoverChange("Winter", 2, 1, 100.0, 200.0), "Winter cover 100 min → 3.3 h"),
    ],
)
def test_the_effect_is_one_sentence(cover: CoverChange, words: str) -> None:
    assert effect([cover], busy=True) == f"after their current call · {words} · their promises stay theirs"
    assert effect([cover], busy=False).startswith("at once · ")
