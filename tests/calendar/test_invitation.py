"""Invitations as other programs read them: whole, at the right instant, whatever the names hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from salesdesk.calendar.invitation import NOBODY, Invitation, Side, ics

START = int(datetime(2026, 11, 24, 16, 0, tzinfo=UTC).timestamp())
PLAIN = Invitation(
    uid="0123456789abcdef01234567@salesdesk",
    sequence=0,
    starts_at=START,
    ends_at=START + 1800,
    written_at=START - 86_400,
    title="Northwind floor and Halden Freight",
    organizer=Side("Eve", "eve@northwind.example", "America/New_York"),
    attendee=Side("Marta Oyelaran", "marta@halden.example", "America/Chicago"),
)
HOSTILE = 'x\r\nATTENDEE:mailto:spy@evil.example\r\n"quoted"; a,b:c\\n \x1b[2J\u202e' + "long " * 40


def event(text: str) -> Any:
    """The one event of a file, as a client reads it."""
    found = Calendar.from_ical(text)
    assert isinstance(found, Calendar)
    (event,) = found.walk("VEVENT")
    return event


def test_a_client_reads_back_what_was_agreed() -> None:
    text = ics(PLAIN)
    calendar = Calendar.from_ical(text)
    assert (str(calendar["METHOD"]), str(calendar["VERSION"])) == ("REQUEST", "2.0")
    read = event(text)
    assert read["DTSTART"].dt == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert read["DTEND"].dt == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
    assert (str(read["UID"]), int(read["SEQUENCE"]), str(read["STATUS"])) == (PLAIN.uid, 0, "CONFIRMED")
    assert str(read["ORGANIZER"]) == "mailto:eve@northwind.example"
    assert str(read["ATTENDEE"]) == "mailto:marta@halden.example"
    assert read["ATTENDEE"].params["CN"] == "Marta Oyelaran"
    assert (
        str(read["DESCRIPTION"]) == "Tuesday 24 November 2026 10:00 Chicago = Tuesday 24 November 2026 11:00 New York"
    )


@pytest.mark.parametrize(
    ("at", "chicago"),
    [
        (datetime(2026, 10, 30, 15, tzinfo=UTC), "10:00 Chicago"),
        (datetime(2026, 11, 2, 15, tzinfo=UTC), "09:00 Chicago"),
    ],
)
def test_the_instant_is_the_same_before_and_after_the_clocks_change(at: datetime, chicago: str) -> None:
    start = int(at.timestamp())
    read = event(ics(replace(PLAIN, starts_at=start, ends_at=start + 1800)))
    assert read["DTSTART"].dt == at
    assert chicago in str(read["DESCRIPTION"])


def test_a_cancellation_has_the_same_uid_and_a_later_sequence() -> None:
    text = ics(replace(PLAIN, sequence=1, cancelled=True))
    assert "METHOD:CANCEL\r\n" in text
    read = event(text)
    assert (str(read["UID"]), int(read["SEQUENCE"]), str(read["STATUS"])) == (PLAIN.uid, 1, "CANCELLED")


def test_who_has_no_address_invites_by_name_and_is_invited_by_nobody() -> None:
    read = event(ics(replace(PLAIN, organizer=Side("Eve", "", "UTC"), attendee=Side("Marta", "", "UTC"))))
    assert str(read["ORGANIZER"]) == NOBODY
    assert read["ORGANIZER"].params["CN"] == "Eve"
    assert "ATTENDEE" not in read


def valid(text: str) -> None:
    """Lines end with CRLF, none is longer than 75 octets, and there is no control character in any."""
    assert text.endswith("\r\n")
    for line in text.split("\r\n"):
        assert len(line.encode()) <= 75
        assert not any(ord(letter) < 32 and letter != "\t" for letter in line), line


def test_names_cannot_write_lines_of_their_own() -> None:
    text = ics(
        replace(PLAIN, title=HOSTILE, organizer=Side(HOSTILE, "", "UTC"), attendee=Side(HOSTILE, "p@c.example", "UTC"))
    )
    valid(text)
    read = event(text)
    assert not isinstance(read["ATTENDEE"], list), "one attendee"
    assert str(read["ATTENDEE"]) == "mailto:p@c.example"
    assert "spy@evil.example" in str(read["SUMMARY"]), "it is only words"


@settings(max_examples=40)
@given(st.text(max_size=90), st.text(max_size=90))
def test_any_name_is_read_back_as_one_event(name: str, title: str) -> None:
    text = ics(replace(PLAIN, title=title, attendee=Side(name, "p@c.example", "UTC")))
    valid(text)
    assert str(event(text)["ATTENDEE"]) == "mailto:p@c.example"
