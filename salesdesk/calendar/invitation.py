"""Invitations as .ics (RFC 5545, RFC 5546): an agreed meeting as a REQUEST, one that will not be as a CANCEL.

Times are written in UTC: the same instant for every client, before and after any change of the clock, and with no table
of zones that a client could read wrongly. The words of the invitation say the hour by the clocks of both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from salesdesk.line.text import clean
from salesdesk.line.tzdata import zone

PRODUCT = "-//salesdesk//meetings//EN"
NOBODY = "invalid:nomail"
"""The address of an organizer who has given none; clients show the name and send no answer."""


@dataclass(frozen=True, slots=True)
class Side:
    """Somebody in a meeting: a name, an e-mail address ('' when there is none) and the zone of their clock."""

    name: str
    email: str
    zone: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting to be written down. `sequence` grows with every change of it; instants are epoch seconds. Nothing that
    was noted about the prospect is in here."""

    uid: str
    sequence: int
    starts_at: int
    ends_at: int
    written_at: int
    title: str
    organizer: Side
    attendee: Side
    cancelled: bool = False


def ics(meeting: Invitation) -> str:
    """The text of an .ics file, lines ended by CRLF and folded at 75 octets."""
    from icalendar import Calendar, Event, vCalAddress, vText

    def address(side: Side, **parameters: str) -> vCalAddress:
        """Quotes cannot be written in a parameter's value, and a line break would begin a line of its own."""
        mail = f"mailto:{quote(side.email, safe='@+')}" if side.email else NOBODY
        found = vCalAddress(mail)
        found.params["CN"] = vText(_plain(side.name))
        for name, value in parameters.items():
            found.params[name] = vText(value)
        return found

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if meeting.cancelled else "REQUEST")
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", _utc(meeting.written_at))
    event.add("dtstart", _utc(meeting.starts_at))
    event.add("dtend", _utc(meeting.ends_at))
    event.add("summary", clean(meeting.title, limit=120))
    event.add("description", _hours(meeting))
    event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if meeting.cancelled else "OPAQUE")
    event["organizer"] = address(meeting.organizer)
    if meeting.attendee.email:
        event.add("attendee", address(meeting.attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="TRUE"))
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _plain(name: str) -> str:
    return clean(name, limit=120).replace('"', "'").strip() or "salesdesk"


def _utc(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _hours(meeting: Invitation) -> str:
    """The hour by each side's own clock."""
    told = []
    for side in (meeting.attendee, meeting.organizer):
        start = datetime.fromtimestamp(meeting.starts_at, zone(side.zone))
        told.append(f"{start:%A} {start.day} {start:%B %Y %H:%M} {side.zone.rsplit('/', 1)[-1].replace('_', ' ')}")
    return " = ".join(dict.fromkeys(told))
