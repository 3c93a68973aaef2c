"""Slots: how diaries are cut, what is offered, and whose turn it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import slots
from salesdesk.line.publicdays import never
from salesdesk.line.slots import Diary, Hours, Slot, Span
from salesdesk.line.tzdata import zone

NEW_YORK = "America/New_York"
SECRET = b"s" * 32
DAY = 86_400


def at(text: str, zone_name: str = NEW_YORK) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone(zone_name)).timestamp())


def clocks(found: list[Slot], zone_name: str = NEW_YORK) -> list[str]:
    return [datetime.fromtimestamp(slot.start, zone(zone_name)).strftime("%a %H:%M") for slot in found]


EVE = Diary(executive=1, zone=NEW_YORK)
MONDAY = at("2026-11-23 00:00")


def test_a_usual_day_has_sixteen_half_hours() -> None:
    found = clocks(slots.free(EVE, MONDAY, MONDAY + DAY))
    assert (len(found), found[0], found[-1]) == (16, "Mon 09:00", "Mon 16:30")


def test_weekends_and_days_off_have_none() -> None:
    diary = replace(EVE, off=frozenset({date(2026, 11, 24)}))
    days = {word[:3] for word in clocks(slots.free(diary, MONDAY, MONDAY + 7 * DAY))}
    assert days == {"Mon", "Wed", "Thu", "Fri"}


def test_what_is_taken_is_not_free_and_a_full_day_is_closed() -> None:
    taken = tuple(Span(MONDAY + hour * 3600, MONDAY + hour * 3600 + 1800) for hour in (9, 11))
    found = clocks(slots.free(replace(EVE, taken=taken), MONDAY, MONDAY + DAY))
    assert len(found) == 14
    assert "Mon 09:00" not in found
    full = replace(EVE, taken=taken, hours=Hours(most_a_day=2))
    assert clocks(slots.free(full, MONDAY, MONDAY + 2 * DAY))[0] == "Tue 09:00"


def test_something_odd_in_a_diary_takes_every_slot_that_it_touches() -> None:
    odd = Span(MONDAY + 9 * 3600 + 900, MONDAY + 10 * 3600 + 60)
    found = clocks(slots.free(replace(EVE, taken=(odd,)), MONDAY, MONDAY + DAY))
    assert found[0] == "Mon 10:30"


@pytest.mark.parametrize(
    ("day", "count"), [("2026-03-08", 6), ("2026-11-01", 10), ("2026-06-01", 8)], ids=["an hour less", "more", "usual"]
)
def test_a_night_in_which_the_clock_changes_has_as_many_slots_as_time(day: str, count: int) -> None:
    """From midnight to four in the morning, whatever day of the week it is."""
    hours = Hours(frozenset(range(7)), time(0), time(4), 30, 96)
    start = at(f"{day} 00:00")
    found = slots.free(replace(EVE, hours=hours), start, start + 20 * 3600)
    assert len(found) == count
    assert all(one.end == next_one.start for one, next_one in pairwise(found))


@pytest.mark.parametrize(
    "wrong", [{"ends": time(9)}, {"minutes": 481}, {"minutes": 0}, {"weekdays": frozenset({7})}, {"most_a_day": -1}]
)
def test_hours_into_which_no_meeting_fits_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"meeting|weekdays"):
        Hours(**wrong)  # type: ignore[arg-type]


def test_offers_reach_ten_working_days_ahead() -> None:
    friday = at("2026-11-20 15:00")
    assert slots.horizon(friday, NEW_YORK) == at("2026-12-05 00:00")


def test_offers_are_for_the_prospects_working_day() -> None:
    early, late = at("2026-11-24 08:30", "America/Chicago"), at("2026-11-24 17:30", "America/Chicago")
    assert slots.suits(Slot(early, early + 1800, 1), "America/Chicago", never)
    assert not slots.suits(Slot(early - 60, early + 1740, 1), "America/Chicago", never)
    assert not slots.suits(Slot(late - 1740, late + 60, 1), "America/Chicago", never)
    assert not slots.suits(Slot(early, early + 1800, 1), "America/Chicago", lambda day: day == date(2026, 11, 24))


def test_pages_of_offers_are_spread_and_end() -> None:
    found = {slot.start: slot for slot in slots.free(EVE, MONDAY, MONDAY + 2 * DAY)}
    first = slots.offers(found, NEW_YORK)
    here = [datetime.fromtimestamp(slot.start, zone(NEW_YORK)) for slot in first]
    assert len({each.date() for each in here}) == 2
    assert {each.hour < 12 for each in here} == {True, False}
    every = [slot for page in range(11) for slot in slots.offers(found, NEW_YORK, page)]
    assert sorted(every) == sorted(found.values())
    assert slots.offers(found, NEW_YORK, 11) == ()
    assert slots.offers({}, NEW_YORK) == ()


@settings(max_examples=30)
@given(st.integers(1, 6), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000)), max_size=60))
def test_the_mix_is_equal_in_every_stratum_and_in_the_whole(people: int, leads: list[tuple[int, int]]) -> None:
    """As long as everybody is free, nobody is more than one meeting ahead of anybody in a stratum."""
    booked: Counter[tuple[int, int]] = Counter()
    for stratum, lead in leads:
        of_all = Counter({who: sum(booked[each, who] for each in range(4)) for who in range(people)})
        diaries = [Diary(who, NEW_YORK, of_stratum=booked[stratum, who], of_all=of_all[who]) for who in range(people)]
        chosen = slots.choose([Slot(0, 1800, who) for who in range(people)], diaries, SECRET, lead)
        booked[stratum, chosen.executive] += 1
    for stratum in range(4):
        shares = [booked[stratum, who] for who in range(people)]
        assert max(shares) - min(shares) <= 1


def test_a_tie_is_settled_by_lot_and_always_the_same_way() -> None:
    diaries = [Diary(who, NEW_YORK) for who in range(4)]
    free = [Slot(0, 1800, who) for who in range(4)]
    chosen = [slots.choose(free, diaries, SECRET, lead).executive for lead in range(200)]
    assert chosen == [slots.choose(free[::-1], diaries, SECRET, lead).executive for lead in range(200)]
    assert min(Counter(chosen).values()) > 25


def test_the_nearest_are_told_in_order_of_time() -> None:
    assert slots.nearest([10, 20, 30, 40, 50], 34) == [20, 30, 40]
    assert slots.nearest([], 34) == []


@settings(max_examples=60)
@given(
    st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.integers(at("2026-01-01 00:00"), at("2027-01-01 00:00")),
    st.integers(0, 22),
    st.integers(1, 8),
    st.sampled_from([15, 20, 30, 45, 60]),
    st.lists(st.tuples(st.integers(0, 5 * DAY), st.integers(60, 7200)), max_size=8),
)
def test_free_slots_touch_nothing_that_is_taken_nor_each_other(
    zone_name: str, since: int, first: int, length: int, minutes: int, busy: list[tuple[int, int]]
) -> None:
    hours = Hours(frozenset(range(7)), time(first), time(min(first + length, 23)), minutes, 40)
    taken = tuple(Span(since + start, since + start + long) for start, long in busy)
    found = slots.free(Diary(1, zone_name, hours, taken=taken), since, since + 5 * DAY)
    assert all(one.end <= next_one.start for one, next_one in pairwise(found))
    assert not any(slots.overlaps(slot.start, slot.end, taken) for slot in found)
    assert all(since <= slot.start < since + 5 * DAY for slot in found)
    assert all(datetime.fromtimestamp(slot.start, UTC) for slot in found)
