"""A callback is understood as people say it, refused when it could be meant in two ways, and never on a wrong day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.when import WhenError, echo, parse_month, parse_when, refusal

CHICAGO = "America/Chicago"
NOW = datetime(2026, 11, 18, 16, 2, 30, tzinfo=UTC)
"""Wednesday 10:02:30 in Chicago."""


def said(text: str, *, now: datetime = NOW, zone: str = CHICAGO, day_first: bool = False) -> str:
    return f"{parse_when(text, now=now, zone=zone, day_first=day_first):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("tue 3pm", "Tue 2026-11-24 15:00"),
        ("Tue 3 PM", "Tue 2026-11-24 15:00"),
        ("tuesday at 3:30pm", "Tue 2026-11-24 15:30"),
        ("3pm tue", "Tue 2026-11-24 15:00"),
        ("tue 3p", "Tue 2026-11-24 15:00"),
        ("tomorrow 9:30", "Thu 2026-11-19 09:30"),
        ("tmrw 9:30", "Thu 2026-11-19 09:30"),
        ("tomorrow", "Thu 2026-11-19 09:00"),
        ("day after tomorrow 11", "Fri 2026-11-20 11:00"),
        ("today 15:00", "Wed 2026-11-18 15:00"),
        ("in 20 min", "Wed 2026-11-18 10:23"),
        ("in 20min", "Wed 2026-11-18 10:23"),
        ("in 2 h", "Wed 2026-11-18 12:03"),
        ("in 1.5 hours", "Wed 2026-11-18 11:33"),
        ("in an hour", "Wed 2026-11-18 11:03"),
        ("in half an hour", "Wed 2026-11-18 10:33"),
        ("in 3 days", "Sat 2026-11-21 10:02"),
        ("in 2 days 15:00", "Fri 2026-11-20 15:00"),
        ("in a week", "Wed 2026-11-25 10:02"),
        ("14:00", "Wed 2026-11-18 14:00"),
        ("15", "Wed 2026-11-18 15:00"),
        ("15h", "Wed 2026-11-18 15:00"),
        ("15 h", "Wed 2026-11-18 15:00"),
        ("3pm", "Wed 2026-11-18 15:00"),
        ("9", "Thu 2026-11-19 09:00"),
        ("noon", "Wed 2026-11-18 12:00"),
        ("12am", "Thu 2026-11-19 00:00"),
        ("12pm", "Wed 2026-11-18 12:00"),
        ("03:30", "Thu 2026-11-19 03:30"),
        ("morning", "Thu 2026-11-19 09:00"),
        ("thu", "Thu 2026-11-19 09:00"),
        ("thu 10", "Thu 2026-11-19 10:00"),
        ("wed 15:00", "Wed 2026-11-18 15:00"),
        ("wed 9:00", "Wed 2026-11-25 09:00"),
        ("wed", "Wed 2026-11-25 09:00"),
        ("this fri 11:15", "Fri 2026-11-20 11:15"),
        ("next thu 10", "Thu 2026-11-26 10:00"),
        ("next week tue 15:00", "Tue 2026-11-24 15:00"),
        ("tue next week 15:00", "Tue 2026-11-24 15:00"),
        ("mon morning", "Mon 2026-11-23 09:00"),
        ("mon afternoon", "Mon 2026-11-23 14:00"),
        ("nov 25 15:00", "Wed 2026-11-25 15:00"),
        ("nov 25", "Wed 2026-11-25 09:00"),
        ("25 nov, 3pm", "Wed 2026-11-25 15:00"),
        ("November 25th at 3pm", "Wed 2026-11-25 15:00"),
        ("the 25th of november 15:00", "Wed 2026-11-25 15:00"),
        ("wed nov 25 15:00", "Wed 2026-11-25 15:00"),
        ("fri 4 dec 10:00", "Fri 2026-12-04 10:00"),
        ("nov 25 2026 15:00", "Wed 2026-11-25 15:00"),
        ("jan 7 10:00", "Thu 2027-01-07 10:00"),
        ("25th 10:00", "Wed 2026-11-25 10:00"),
        ("2nd 10:00", "Wed 2026-12-02 10:00"),
        ("25.11. 15:00", "Wed 2026-11-25 15:00"),
        ("25.11.26 15:00", "Wed 2026-11-25 15:00"),
        ("11/25 15:00", "Wed 2026-11-25 15:00"),
        ("2026-11-25 10:00", "Wed 2026-11-25 10:00"),
        ("1/7 10:00", "Thu 2027-01-07 10:00"),
        ("12/1 10:00", "Tue 2026-12-01 10:00"),
        ("2026-11-25T10:00", "Wed 2026-11-25 10:00"),
        ("10:00 2026-11-25", "Wed 2026-11-25 10:00"),
        ("１５：００", "Wed 2026-11-18 15:00"),
    ],
)
def test_times_as_people_say_them(text: str, means: str) -> None:
    assert said(text) == means


def test_the_order_of_day_and_month_is_the_floors_choice() -> None:
    assert said("12/11 10:00") == "Fri 2026-12-11 10:00"
    assert said("12/11 10:00", day_first=True) == "Fri 2027-11-12 10:00"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "when?"),
        ("   ", "when?"),
        ("at the", "when?"),
        ("soonish", '"soonish" is not understood'),
        ("tue maybe", '"maybe" is not understood'),
        ("in november", '"in" is not understood'),
        ("in 3 parsecs", '"parsecs" is not understood'),
        ("in 2 h tue", '"tue" is not understood'),
        ("midnight", '"midnight" is not understood'),
        ("tue 3", "morning or afternoon?"),
        ("4:30", "morning or afternoon?"),
        ("13pm", "no time"),
        ("25:00", "no time"),
        ("9:75", "no time"),
        ("tue wed", "two days"),
        ("tomorrow today 10:00", "two days"),
        ("10:00 11:00", "two times"),
        ("nov 25 nov 26", "two days"),
        ("today", "what time today?"),
        ("next week", "which day next week?"),
        ("thu nov 25 10:00", "25 Nov 2026 is a Wednesday"),
        ("nov", "not understood"),
        ("nov 3pm", "which day of nov"),
        ("nov 31 10:00", "there is no day 2026-11-31"),
        ("feb 29 10:00", "there is no day 2026-02-29"),
        ("25/11 10:00", "has no month 25"),
        ("15.30", "15:30 for a time"),
        ("9999-12-31 23:59", "not near enough"),
        ("0000-01-01", "there is no day"),
        ("in 99999999 min", "too far ahead"),
        ("in 9999 days", "too far ahead"),
        ("in 1.5 days", "whole days only"),
        ("x" * 100, "that is no time"),
        ("tue\x1b]52;c;x\x07", "that is no time"),
        ("вторник 3pm", "that is no time"),
    ],
)
def test_what_is_not_understood_is_refused_in_one_helpful_line(text: str, line: str) -> None:
    with pytest.raises(WhenError) as refused:
        said(text)
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "a\x00b", "/etc/localtime"])
def test_an_unknown_zone_is_an_error_not_a_guess(zone: str) -> None:
    with pytest.raises(WhenError, match="time zone"):
        parse_when("10:00", now=NOW, zone=zone)


def test_today_is_the_prospects_day_not_ours() -> None:
    late = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)
    assert said("tomorrow 10:00", now=late) == "Thu 2026-11-19 10:00"
    assert said("tomorrow 10:00", now=late, zone="Europe/Berlin") == "Fri 2026-11-20 10:00"


def test_a_time_that_the_clock_change_skips_becomes_the_first_valid_minute() -> None:
    now = datetime(2027, 3, 13, 18, tzinfo=UTC)
    assert said("tomorrow 02:30", now=now) == "Sun 2027-03-14 03:00"
    assert said("tomorrow 01:59", now=now) == "Sun 2027-03-14 01:59"


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    when = parse_when("nov 1 01:30", now=datetime(2026, 10, 30, tzinfo=UTC), zone=CHICAGO)
    assert when.astimezone(UTC) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


def test_minutes_are_real_minutes_across_a_clock_change() -> None:
    before = datetime(2027, 3, 14, 7, 50, tzinfo=UTC)
    assert said("in 20 min", now=before) == "Sun 2027-03-14 03:10"
    twice = datetime(2026, 11, 1, 6, 50, tzinfo=UTC)
    when = parse_when("in 20 min", now=twice, zone=CHICAGO)
    assert (when.hour, when.minute, when.fold) == (1, 10, 1)
    assert when.astimezone(UTC) == datetime(2026, 11, 1, 7, 10, tzinfo=UTC)


def test_a_time_is_still_ahead_by_the_real_clock_when_the_hour_comes_twice() -> None:
    second_time_round = datetime(2026, 11, 1, 7, 10, tzinfo=UTC)
    assert said("01:30", now=second_time_round) == "Mon 2026-11-02 01:30"


@given(st.text(max_size=70))
@settings(max_examples=200)
def test_no_text_does_anything_but_parse_or_refuse(text: str) -> None:
    try:
        when = parse_when(text, now=NOW, zone=CHICAGO)
    except WhenError:
        return
    assert when.tzinfo is not None


grammar = st.lists(
    st.sampled_from(
        [
            *("in", "2", "h", "min", "days", "tue", "next", "week", "nov", "25", "25th", "3pm", "15:00", "noon"),
            *("at", "11/25", "25.11.", "2026-11-25", "morning", "tomorrow", "of", "pm", "half", "an"),
        ]
    ),
    min_size=1,
    max_size=6,
)


@given(grammar, st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)), st.sampled_from([CHICAGO, "Asia/Kolkata"]))
@settings(max_examples=300)
def test_any_order_of_known_words_parses_to_a_whole_minute_or_refuses(
    words: list[str], now: datetime, zone: str
) -> None:
    try:
        when = parse_when(" ".join(words), now=now.replace(tzinfo=UTC), zone=zone)
    except WhenError:
        return
    assert (when.second, when.microsecond) == (0, 0)
    assert when.astimezone(UTC).astimezone(when.tzinfo).replace(tzinfo=None) == when.replace(tzinfo=None)


@given(
    st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
    st.integers(7, 23),
    st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1)),
)
@settings(max_examples=150)
def test_a_weekday_is_that_weekday_within_the_next_seven_days(day: str, hour: int, now: datetime) -> None:
    now = now.replace(tzinfo=UTC)
    when = parse_when(f"{day} {hour}:00", now=now, zone=CHICAGO)
    assert f"{when:%a}".lower() == day
    assert 0 < when.timestamp() - now.timestamp() < 7 * 86_400 + 7200


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(CHICAGO))


def span(day: int, start: int, end: int) -> tuple[int, int]:
    return int(at(day, start).timestamp()), int(at(day, end).timestamp())


WINDOWS = [span(day, 8, 21) for day in range(18, 26)]


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        (at(19, 15), None),
        (at(18, 10), "that is in the past"),
        (at(30, 23).replace(month=12), "more than 30 days ahead"),
        (at(19, 7, 59), "outside the legal hours there: 08:00–21:00 is open"),
        (at(19, 8), None),
        (at(19, 21), "outside the legal hours there: 08:00–21:00 is open"),
        (at(28, 10), "outside the legal hours there: Wed 08:00–21:00 is open"),
    ],
)
def test_a_callback_is_refused_with_its_reason(when: datetime, reason: str | None) -> None:
    answer = refusal(when, now=NOW, windows=WINDOWS)
    assert answer is None if reason is None else reason in str(answer)


def test_no_known_window_means_no() -> None:
    assert refusal(at(19, 15), now=NOW, windows=[]) == "outside the legal hours there"


def test_the_time_is_read_back_in_both_zones() -> None:
    when = at(19, 15)
    assert echo(when, "America/New_York") == "Thu 15:00 Chicago = 16:00 yours"
    assert echo(when, "Asia/Tokyo") == "Thu 15:00 Chicago = Fri 06:00 yours"
    indiana = when.astimezone(ZoneInfo("America/Indiana/Indianapolis"))
    assert echo(indiana, CHICAGO) == "Thu 16:00 Indianapolis = 15:00 yours"
    assert "Los Angeles" in echo(when.astimezone(ZoneInfo("America/Los_Angeles")), CHICAGO)


def test_another_week_is_read_back_with_its_date() -> None:
    assert echo(at(24, 15), CHICAGO, now=NOW) == "Tue 15:00 Chicago = 15:00 yours"
    assert echo(at(26, 15), CHICAGO, now=NOW) == "Thu 26 Nov 15:00 Chicago = 15:00 yours"


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("march 2027", (2027, 3)),
        ("Mar 27", (2027, 3)),
        ("march", (2027, 3)),
        ("dec", (2026, 12)),
        ("november", (2027, 11)),
        ("sept.", (2027, 9)),
        ("in 3 months", (2027, 2)),
        ("in a month", (2026, 12)),
        ("in 2 quarters", (2027, 5)),
        ("in a year", (2027, 11)),
        ("next month", (2026, 12)),
        ("03/27", (2027, 3)),
        ("3/2027", (2027, 3)),
        ("03.2027", (2027, 3)),
        ("2027-03", (2027, 3)),
        ("1/27", (2027, 1)),
        ("12/26", (2026, 12)),
        ("in 5 years", (2031, 11)),
    ],
)
def test_a_month_to_return_in(text: str, month: tuple[int, int]) -> None:
    assert parse_month(text, now=NOW) == month


@pytest.mark.parametrize(
    "text",
    [
        "",
        "later",
        "13/27",
        "0/27",
        "march 2026",
        "nov 2026",
        "in 6 years",
        "in 99 years",
        "in 0 months",
        "2099-01",
        "smarch",
    ],
)
def test_a_month_that_is_none_or_not_ahead_is_refused(text: str) -> None:
    with pytest.raises(WhenError, match="march 2027"):
        parse_month(text, now=NOW)


@given(st.text(max_size=30))
@settings(max_examples=80)
def test_no_text_breaks_the_month(text: str) -> None:
    try:
        year, month = parse_month(text, now=NOW)
    except WhenError:
        return
    assert (2026, 12) <= (year, month) <= (2031, 11)
