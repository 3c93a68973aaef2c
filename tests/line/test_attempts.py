"""The attempt plan: day-parts, gaps and rest, inside courtesy hours, in every zone and across clock changes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from salesdesk.line.attempts import (
    COURTESY,
    Courtesy,
    Wake,
    band,
    daypart_at,
    describe,
    later,
    month_start,
    next_wake,
    on_working_day,
    promise_again,
    wake_after,
)
from salesdesk.line.outcomes import resolve
from salesdesk.line.salesmap import AttemptPlan, Delay, Retry, shipped

PLAN = shipped("sdr-executive").plans["P"]
CHICAGO = ("America/Chicago",)
ALL_DAY: Courtesy = (frozenset(range(7)), time(8), time(21))


def at(text: str, zone: str = "America/Chicago") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local(instant: datetime, zone: str = "America/Chicago") -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M")


def wake(attempt: int, now: str, *used: str, jitter: float = 0.0, courtesy: Courtesy = COURTESY) -> Wake:
    return next_wake(
        PLAN, attempt=attempt, used_dayparts=used, now=at(now), zones=CHICAGO, jitter=jitter, courtesy=courtesy
    )


# --- the plan by example (November 2026: the 16th is a Monday) ------------------------------------------------

EXAMPLES = [
    # tries so far, now, used, wakes, sleeps again, day-part
    (1, "2026-11-17T09:00", ["morning"], "Tue 17 13:00", "Tue 17 14:00", "midday"),
    (1, "2026-11-17T09:30", ["morning"], "Tue 17 14:00", "Tue 17 17:00", "afternoon"),
    (1, "2026-11-17T15:00", ["afternoon"], "Wed 18 08:30", "Wed 18 11:00", "morning"),
    (1, "2026-11-20T15:00", ["afternoon"], "Mon 23 08:30", "Mon 23 11:00", "morning"),
    (2, "2026-11-17T13:10", ["morning", "midday"], "Wed 18 14:00", "Wed 18 17:00", "afternoon"),
    (2, "2026-11-17T09:00", ["afternoon", "morning"], "Tue 17 13:00", "Tue 17 14:00", "midday"),
    (3, "2026-11-17T15:00", ["morning", "midday", "afternoon"], "Thu 19 15:00", "Thu 19 17:00", "afternoon"),
    (3, "2026-11-20T10:30", ["midday", "afternoon", "morning"], "Tue 24 11:00", "Tue 24 14:00", "midday"),
    (4, "2026-11-17T09:00", ["midday", "afternoon", "morning", "morning"], "Thu 19 11:00", "Thu 19 14:00", "midday"),
]


@pytest.mark.parametrize(("attempt", "now", "used", "wakes", "sleeps", "daypart"), EXAMPLES)
def test_the_next_try(attempt: int, now: str, used: list[str], wakes: str, sleeps: str, daypart: str) -> None:
    found = wake(attempt, now, *used)
    assert found.sleeps_again_at is not None
    assert (local(found.wakes_at), local(found.sleeps_again_at), found.daypart) == (wakes, sleeps, daypart)
    assert not found.rest


def test_after_the_last_try_the_lead_rests_ninety_days_by_the_prospects_clock() -> None:
    found = wake(6, "2026-11-17T09:00")
    assert (found.rest, found.sleeps_again_at, found.daypart) == (True, None, None)
    assert local(found.wakes_at) == "Mon 15 09:00"
    assert found.wakes_at - at("2026-11-17T09:00") == timedelta(days=90)


def test_jitter_spreads_a_batch_over_the_first_half() -> None:
    starts = [wake(1, "2026-11-17T15:00", "afternoon", jitter=jitter).wakes_at for jitter in (0.0, 0.5, 0.999)]
    assert [local(start) for start in starts] == ["Wed 18 08:30", "Wed 18 09:07", "Wed 18 09:44"]


def test_the_half_hour_of_the_evening_is_not_where_everybody_goes() -> None:
    assert wake(3, "2026-11-17T15:00", "morning", "midday", "afternoon").daypart != "evening"
    long_days = (frozenset(range(5)), time(8, 30), time(20))
    assert wake(3, "2026-11-17T15:00", "morning", "midday", "afternoon", courtesy=long_days).daypart == "evening"


def test_a_short_day_part_serves_when_the_first_tries_have_no_other() -> None:
    hours = (frozenset(range(5)), time(11), time(17, 30))
    assert wake(2, "2026-11-17T12:00", "afternoon", "midday", courtesy=hours).daypart == "evening"


@pytest.mark.parametrize(
    ("zones", "courtesy"),
    [
        ((), COURTESY),
        (CHICAGO, (frozenset(), time(9), time(17))),
        (CHICAGO, (frozenset({0}), time(22), time(23))),
        (("America/New_York", "Asia/Tokyo"), COURTESY),
    ],
)
def test_where_no_hour_is_left_the_lead_rests(zones: tuple[str, ...], courtesy: Courtesy) -> None:
    found = next_wake(
        PLAN, attempt=1, used_dayparts=[], now=at("2026-11-17T09:00"), zones=zones, jitter=0.5, courtesy=courtesy
    )
    assert found.rest


# --- properties -----------------------------------------------------------------------------------------------

ZONES = ["America/Chicago", "America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Kolkata", "Asia/Tokyo"]
NOW = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
JITTER = st.floats(0, 1, exclude_max=True)


@settings(max_examples=60, deadline=None)
@given(now=NOW, zone=st.sampled_from(ZONES), jitter=JITTER, delays=st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_a_whole_plan_keeps_its_gaps_and_day_parts(
    now: datetime, zone: str, jitter: float, delays: list[float]
) -> None:
    first = next_wake(PLAN, attempt=0, used_dayparts=[], now=now, zones=[zone], jitter=jitter)
    tries, used = [first.wakes_at], [str(first.daypart)]
    for delay in delays:
        found = next_wake(PLAN, attempt=len(tries), used_dayparts=used, now=tries[-1], zones=[zone], jitter=jitter)
        assert found.sleeps_again_at is not None
        assert found.wakes_at < found.sleeps_again_at
        when = found.wakes_at + (found.sleeps_again_at - found.wakes_at) * delay * 0.99
        assert daypart_at(when, [zone]) == found.daypart
        tries.append(when)
        used.append(str(found.daypart))
    assert len(set(used[:3])) == 3
    hours = [(after - before) / timedelta(hours=1) for before, after in pairwise(tries)]
    assert min(hours[:2]) >= 4
    for before, after in pairwise(tries[2:]):
        assert after >= later(Delay(working_days=2), before, [zone])
    for instant in tries:
        clock = instant.astimezone(ZoneInfo(zone))
        assert clock.weekday() < 5
        assert time(8, 30) <= clock.time() <= time(17, 30)
    assert next_wake(PLAN, attempt=6, used_dayparts=used, now=tries[-1], zones=[zone], jitter=jitter).rest


@settings(max_examples=60, deadline=None)
@given(
    now=NOW,
    zones=st.lists(st.sampled_from(ZONES[:4]), min_size=1, max_size=3, unique=True),
    jitter=JITTER,
    attempt=st.integers(0, 5),
    used=st.lists(st.sampled_from(["morning", "midday", "afternoon", "evening", "night"]), max_size=5),
    days=st.frozensets(st.integers(0, 6)),
    hours=st.tuples(st.integers(0, 23), st.integers(0, 23)),
)
def test_any_campaign_wakes_inside_its_hours_in_every_zone_or_rests(
    now: datetime,
    zones: list[str],
    jitter: float,
    attempt: int,
    used: list[str],
    days: frozenset[int],
    hours: tuple[int, int],
) -> None:
    assume(hours[0] < hours[1])
    courtesy = (days, time(hours[0]), time(hours[1]))
    found = next_wake(PLAN, attempt=attempt, used_dayparts=used, now=now, zones=zones, jitter=jitter, courtesy=courtesy)
    if found.rest:
        return
    assert found.sleeps_again_at is not None
    assert now <= found.wakes_at < found.sleeps_again_at
    for zone in zones:
        starts, stops = (each.astimezone(ZoneInfo(zone)) for each in (found.wakes_at, found.sleeps_again_at))
        assert starts.weekday() in days
        assert starts.date() == stops.date()
        assert courtesy[1] <= starts.time()
        assert stops.time() <= courtesy[2]


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        ("2026-03-06T15:00", "America/New_York"),  # clocks go forward on Sunday the 8th
        ("2026-10-30T15:00", "America/New_York"),  # and back on Sunday 1 November
        ("2026-03-27T15:00", "Europe/London"),
        ("2026-10-23T15:00", "Europe/London"),
    ],
)
def test_the_morning_after_a_clock_change_is_the_prospects_morning(now: str, zone: str) -> None:
    found = next_wake(PLAN, attempt=1, used_dayparts=["afternoon"], now=at(now, zone), zones=[zone], jitter=0.0)
    assert found.wakes_at.astimezone(ZoneInfo(zone)).strftime("%a %H:%M") == "Mon 08:30"


# --- delays ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delay", "now", "expected"),
    [
        ("60 min", "2026-11-17T16:50", "Tue 17 17:50"),
        ("4 h", "2026-11-17T16:50", "Tue 17 20:50"),
        ("2 days", "2026-11-20T10:00", "Sun 22 10:00"),
        ("2 working days", "2026-11-17T10:00", "Thu 19 10:00"),
        ("2 working days", "2026-11-20T10:00", "Tue 24 10:00"),
        ("2 working days", "2026-11-21T10:00", "Tue 24 10:00"),
        ("next day", "2026-11-17T10:00", "Wed 18 10:00"),
        ("next day", "2026-11-20T10:00", "Mon 23 10:00"),
        ("90 days", "2026-03-01T10:00", "Sat 30 10:00"),
        ("1 day", "2026-03-07T12:00", "Sun 08 12:00"),
    ],
)
def test_delays(delay: str, now: str, expected: str) -> None:
    assert local(later(Delay.model_validate(delay), at(now), CHICAGO)) == expected


THANKSGIVING = date(2026, 11, 26).__eq__


@pytest.mark.parametrize(
    ("delay", "expected"),
    [("2 working days", "Mon 30 10:00"), ("next day", "Fri 27 10:00"), ("1 day", "Thu 26 10:00")],
)
def test_a_public_holiday_is_no_working_day(delay: str, expected: str) -> None:
    found = later(Delay.model_validate(delay), at("2026-11-25T10:00"), CHICAGO, off=THANKSGIVING)
    assert local(found) == expected


def test_late_tries_are_two_working_days_apart_across_a_public_holiday() -> None:
    used = ["midday", "afternoon", "morning"]
    found = next_wake(
        PLAN,
        attempt=3,
        used_dayparts=used,
        now=at("2026-11-25T10:30"),
        zones=CHICAGO,
        jitter=0.0,
        off=THANKSGIVING,
    )
    assert local(found.wakes_at) == "Mon 30 11:00"


def test_a_month_begins_after_new_years_day() -> None:
    assert local(month_start("2027-01", CHICAGO, off=date(2027, 1, 1).__eq__)) == "Mon 04 08:30"


def test_an_hour_is_an_hour_across_a_clock_change() -> None:
    before = at("2026-11-01T00:30")
    assert later(Delay(seconds=7200), before, CHICAGO) - before == timedelta(hours=2)


@pytest.mark.parametrize(
    ("month", "expected"),
    [("2026-12", "Tue 01 08:30"), ("2027-05", "Mon 03 08:30"), ("2027-08", "Mon 02 08:30")],
)
def test_a_month_begins_on_its_first_working_day(month: str, expected: str) -> None:
    assert local(month_start(month, CHICAGO)) == expected


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-1", "2026-01-01", "٢٠٢٦-٠١"])
def test_what_is_no_month(month: str) -> None:
    with pytest.raises(ValueError, match="month"):
        month_start(month, CHICAGO)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("07:59", None),
        ("08:00", "morning"),
        ("11:00", "midday"),
        ("14:00", "afternoon"),
        ("16:59", "afternoon"),
        ("17:00", "evening"),
        ("21:00", None),
    ],
)
def test_day_parts_of_the_prospects_clock(clock: str, expected: str | None) -> None:
    assert daypart_at(at(f"2026-11-17T{clock}"), CHICAGO) == expected


# --- from an outcome to its next try --------------------------------------------------------------------------


def after(
    name: str, answers: dict[str, object], *, attempt: int = 1, used: Sequence[str] = ("morning",)
) -> Wake | None:
    resolved = resolve(shipped("sdr-executive").station("sdr").outcome(name), answers)
    return wake_after(
        resolved.retry,
        plans={"P": PLAN},
        facts=resolved.facts,
        attempt=attempt,
        used_dayparts=used,
        now=at("2026-11-17T09:00"),
        zones=CHICAGO,
        jitter=0.0,
    )


@pytest.mark.parametrize(
    ("name", "answers", "expected", "rest"),
    [
        ("no_answer", {}, "Tue 17 13:00", False),
        ("no_answer", {"busy": True}, "Tue 17 10:00", False),
        ("voicemail", {}, "Tue 17 13:00", False),
        ("voicemail", {"message": "left"}, "Thu 19 11:00", False),
        ("gatekeeper", {"result": "not_in"}, "Tue 17 13:00", False),
        ("gatekeeper", {"result": "blocked"}, "Thu 19 11:00", False),
        ("not_now", {"reason": "busy", "return_month": "2027-03", "incumbent": "?"}, "Mon 01 08:30", True),
        ("not_now", {"reason": "busy", "return_month": "2026-10", "incumbent": "?"}, "Tue 17 09:00", True),
        ("no", {"reason": "price"}, "Mon 15 09:00", True),
        ("no", {"reason": "hung_up"}, "Fri 27 09:00", False),
        ("referred", {"name": "A", "role": "B", "use_name": True}, "Mon 15 09:00", True),
    ],
)
def test_when_an_outcome_brings_the_lead_back(name: str, answers: dict[str, object], expected: str, rest: bool) -> None:
    found = after(name, answers)
    assert found is not None
    assert (local(found.wakes_at), found.rest) == (expected, rest)


@pytest.mark.parametrize(
    ("attempt", "used", "expected"),
    [
        (1, ["midday"], "Thu 19 09:00"),
        (2, ["morning", "afternoon"], "Thu 19 11:00"),
        (3, ["morning", "midday", "afternoon"], "Thu 19 09:00"),
    ],
)
def test_a_delay_of_days_keeps_its_hour_where_the_plan_does_not_want_another(
    attempt: int, used: list[str], expected: str
) -> None:
    found = after("voicemail", {"message": "left"}, attempt=attempt, used=used)
    assert found is not None
    assert local(found.wakes_at) == expected


def test_the_one_try_after_a_hang_up_is_past_the_plans_end_and_the_only_one() -> None:
    found, again = (after("no", {"reason": "hung_up"}, attempt=attempt) for attempt in (6, 7))
    assert found is not None
    assert (local(found.wakes_at), found.rest) == ("Fri 27 09:00", False)
    assert again is not None
    assert again.rest


@pytest.mark.parametrize(("name", "answers"), [("bad_record", {"what": "dead"}), ("do_not_call", {})])
def test_what_does_not_come_back_by_time(name: str, answers: dict[str, object]) -> None:
    assert after(name, answers) is None


@pytest.mark.parametrize(
    ("name", "answers"), [("no_answer", {}), ("no_answer", {"busy": True}), ("voicemail", {"message": "l"})]
)
def test_the_last_try_of_the_plan_is_followed_by_rest(name: str, answers: dict[str, object]) -> None:
    found = after(name, answers, attempt=6)
    assert found is not None
    assert found.rest


def test_a_promise_wakes_at_its_hour_and_is_tried_three_times_more() -> None:
    answers: dict[str, object] = {"when": "2026-11-19T15:00-06:00", "with": "assistant", "proposition_spoken": "n"}
    found = after("call_back", answers)
    assert found is not None
    assert local(found.wakes_at) == "Thu 19 15:00"
    retry = shipped("sdr-executive").station("sdr").outcome("call_back").retry
    now = at("2026-11-20T15:00")
    again = [promise_again(retry, missed=missed, now=now, zones=CHICAGO) for missed in (1, 2, 3, 4)]
    assert [local(each) if each else None for each in again] == ["Fri 20 15:15", "Fri 20 17:00", "Mon 23 15:00", None]


def test_a_no_show_is_rebooked_within_a_day() -> None:
    now = at("2026-11-17T09:00")
    found = wake_after(
        Retry(kind="rebook", delay=Delay(days=1), tries=1),
        plans={},
        facts={},
        attempt=0,
        used_dayparts=[],
        now=now,
        zones=CHICAGO,
        jitter=0.0,
    )
    assert found == Wake(now, at("2026-11-18T09:00"))


def test_a_no_show_of_a_friday_has_the_monday_too() -> None:
    assert on_working_day(at("2026-11-21T09:00"), CHICAGO) == at("2026-11-23T09:00")
    assert on_working_day(at("2026-11-20T09:00"), CHICAGO) == at("2026-11-20T09:00")
    assert on_working_day(at("2026-11-26T09:00"), CHICAGO, off=THANKSGIVING) == at("2026-11-27T09:00")


def test_breadth_takes_the_least_tried_first_and_depth_the_most_tried() -> None:
    deep = PLAN.model_copy(update={"band": "depth"})
    assert [band(PLAN, tries) for tries in range(8)] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [band(deep, tries) for tries in range(8)] == [6, 5, 4, 3, 2, 1, 0, 0]


# --- why now --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempt", "used", "daypart", "said"),
    [
        (1, [], "morning", "1st try of 6"),
        (2, ["morning"], "midday", "2nd try of 6, midday not tried yet"),
        (3, ["morning", "midday"], "afternoon", "3rd try of 6, afternoon not tried yet"),
        (4, ["morning", "midday", "afternoon"], "midday", "4th try of 6, midday tried once before"),
        (5, ["morning"] * 3, "morning", "5th try of 6, morning tried 3 times before"),
        (6, [], None, "6th try of 6"),
        (7, [], None, "one try more, past the 6 of the plan"),
        (12, [], None, "one try more, past the 6 of the plan"),
    ],
)
def test_why_now(attempt: int, used: list[str], daypart: str | None, said: str) -> None:
    assert describe(PLAN, attempt, used_dayparts=used, daypart=daypart) == said


def test_a_plan_of_one_try() -> None:
    plan = AttemptPlan(title="Once", definition="One try.", gaps=(), rest=Delay(days=30))
    assert plan.tries == 1
    assert next_wake(plan, attempt=1, used_dayparts=[], now=at("2026-11-17T09:00"), zones=CHICAGO, jitter=0.0).rest
    assert describe(plan, 1) == "1st try of 1"
