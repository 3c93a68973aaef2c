"""What goes out before the calls, as it is typed, said and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import preapproach
from salesdesk.line.preapproach import NEVER, NONE, PreApproach, PreApproachError, parse

TODAY = date(2026, 11, 19)
FIRST = date(2026, 12, 1)
MAIL = PreApproach("mail", FIRST, 2)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("none", NONE),
        ("", NONE),
        ("mail 2026-12-01 +2", MAIL),
        ("Mail sent on 2026-12-01", MAIL),
        ("mail", PreApproach("mail", None, 2)),
        ("package", PreApproach("package", None, 4)),
        ("package today +0", PreApproach("package", TODAY, 0)),
        ("package tomorrow", PreApproach("package", date(2026, 11, 20), 4)),
        ("mail yesterday + 1 day", PreApproach("mail", date(2026, 11, 18), 1)),
        ("mail +5", PreApproach("mail", None, 5)),
        ("mail, tomorrow", PreApproach("mail", date(2026, 11, 20), 2)),
        ("already our note, of Tuesday", PreApproach("our note, of Tuesday")),
        ("Already by mail", PreApproach("by mail")),
    ],
)
def test_one_answer_says_what_when_and_how_many_days(typed: str, meant: PreApproach) -> None:
    assert parse(typed, TODAY) == meant
    assert parse(meant.typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sent today", PreApproach("package", TODAY, 6)),
        ("sent 2026-12-01", PreApproach("package", FIRST, 6)),
        ("sent today +1", PreApproach("package", TODAY, 1)),
        ("package", PreApproach("package", None, 6)),
        ("mail today", PreApproach("mail", TODAY, 2)),
        ("none", NONE),
    ],
)
def test_it_was_sent_keeps_what_was_said_before(typed: str, meant: PreApproach) -> None:
    assert parse(typed, TODAY, PreApproach("package", None, 6)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("mail 2026-13-01", "mail 1.12.", "package + 90", "mail 2028-01-01", "sent today", "mail 2 days"),
        *("mail tomorow", "mail on friday", "package next week", "mial 2026-12-01 +2", "yes", "our note", "already"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(typed: str) -> None:
    with pytest.raises(PreApproachError) as caught:
        parse(typed, TODAY)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_meant_or_refused_and_harmless(typed: str) -> None:
    try:
        meant = parse(typed, TODAY)
    except PreApproachError as error:
        said = str(error)
    else:
        said = meant.told()
        assert preapproach.of_concept(meant.stored()) == meant
    assert "\n" not in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        (NONE, "none"),
        (MAIL, "mail sent on Tue 1 Dec, calls open Thu 3 Dec"),
        (PreApproach("mail", None, 2), "mail not sent yet, calls open 2 days after it is"),
        (PreApproach("package", None, 1), "package not sent yet, calls open 1 day after it is"),
        (PreApproach("package"), "package not sent yet, calls open the day it is"),
        (PreApproach("our note"), "our note; calls are open"),
    ],
)
def test_it_is_said_back(meant: PreApproach, told: str) -> None:
    assert meant.told() == told


def test_the_script_speaks_of_it_only_once_it_was_sent() -> None:
    assert MAIL.spoken(date(2026, 11, 30)) is None
    assert MAIL.spoken(FIRST) == "by mail on Tue 1 Dec"
    assert PreApproach("package", FIRST, 4).spoken(FIRST) == "in a package on Tue 1 Dec"
    assert PreApproach("mail", None, 2).spoken(FIRST) is None
    assert PreApproach("our note").spoken(TODAY) == "our note"
    assert NONE.spoken(TODAY) is None


def test_calls_open_with_the_first_instant_of_their_day_at_the_floor() -> None:
    zone = "America/New_York"
    assert MAIL.opens_at(zone) == int(datetime(2026, 12, 3, tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())
    assert PreApproach("mail", None, 0).opens_at(zone) == NEVER
    assert NONE.opens_at(zone) == PreApproach("our note").opens_at(zone) == 0
    assert MAIL.waiting(date(2026, 12, 2)) == "calls open Thu 3 Dec"
    assert MAIL.waiting(date(2026, 12, 3)) == ""
    assert PreApproach("mail").waiting(TODAY) == "the mail is not sent yet"


@pytest.mark.parametrize(
    ("stored", "spoken"), [("none", None), ("", None), (None, None), ("mail", "by mail"), ("by mail", "by mail")]
)
def test_a_campaign_of_before_goes_on_as_it_was(stored: str | None, spoken: str | None) -> None:
    found = preapproach.of_concept(stored)
    assert found.spoken(TODAY) == spoken
    assert found.opens_at("America/New_York") == 0
