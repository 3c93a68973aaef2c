"""Meetings after they were agreed: the list, the invitation as a file and whether it went out, and who takes one that
nobody was found for."""

from __future__ import annotations

import json

from pydantic import Field

from salesdesk.calendar.invitation import Invitation, Side, ics
from salesdesk.desk import booking, facts, marking
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS, Role
from salesdesk.line.text import clean
from salesdesk.store import events, meetings, people, tickets
from salesdesk.store.meetings import MeetingRow
from salesdesk.store.session import Row

MOST = 500
_TOLD = {"withdraw": "cancellation pending", "withdrawn": "cancellation sent"}
SEERS = LEADERS | {Role.EXECUTIVE, Role.SDR}
"""Leaders see every meeting, executives their own, callers those that they booked."""


class ListMeetings(Request["Meetings"]):
    """Which meetings are agreed, and what came of those of today?"""


class MeetingLine(Reply):
    """A meeting; instants are epoch seconds. `state` is booked, held, no_show, rejected, called_off (by the prospect)
    or cancelled (by us), `invite` is pending, sent, withdraw (a cancellation has to go out), withdrawn or none.
    `unresolved`: it is over, and nobody has said what came of it. Who calls it off after `call_off_by` is a no-show.
    Executive 0: nobody was found yet."""

    id: int
    starts_at: int
    ends_at: int
    zone: str
    who: str
    title: str
    account: str
    campaign: str
    executive: int
    executive_name: str
    booked_by: str
    booked_at: int
    state: str
    reason: str
    invite: str
    unresolved: bool
    call_off_by: int = 0


class Meetings(Reply):
    """Meetings, soonest first, and the zone of the floor."""

    meetings: tuple[MeetingLine, ...]
    zone: str


@operation(roles=SEERS, effect=READ)
def list_meetings(floor: Floor, me: Person, ask: ListMeetings) -> Meetings:
    """Everything that is booked, waits for its invitation or a word of what came of it, and the results of today."""
    whose = {} if me.roles & LEADERS else {"executive" if Role.EXECUTIVE in me.roles else "booker": me.id}
    rows = meetings.lines(floor.session, floor.today.start, MOST, **whose)
    return Meetings(meetings=tuple(_line(floor, row) for row in rows), zone=floor.settings.zone)


def _line(floor: Floor, row: Row) -> MeetingLine:
    return MeetingLine(
        id=row["id"],
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        zone=row["zone"],
        who=clean(f"{row['first_name']} {row['last_name']}").strip(),
        title=clean(row["title"]),
        account=clean(row["account"]),
        campaign=clean(row["campaign"]),
        executive=row["executive_id"],
        executive_name=clean(row["executive"]),
        booked_by=clean(row["booker"]),
        booked_at=row["booked_at"],
        state=row["state"],
        reason=clean(row["reason"]),
        invite=row["invite"],
        unresolved=row["state"] == "booked" and row["ends_at"] <= floor.now,
        call_off_by=row["starts_at"] - marking.AHEAD,
    )


def _seen(floor: Floor, me: Person, meeting_id: int) -> MeetingRow:
    """A meeting that this person may see; one that they may not looks like one that is not there."""
    found = meetings.by_id(floor.session, meeting_id)
    mine = found is not None and me.id in (found.executive_id, found.booked_by)
    if found is None or not (mine or me.roles & LEADERS):
        raise BadRequest("unknown_meeting", f"there is no meeting {meeting_id} of yours")
    return found


# the invitation -----------------------------------------------------------------------------------------------------


class MeetingFile(Request["IcsFile"]):
    """The invitation to a meeting as a file."""

    meeting: int = Field(description="the meeting")


class IcsFile(Reply):
    """An .ics file: a name for it, its text, the address to which it goes, and whether it cancels the meeting."""

    name: str
    text: str
    to: str
    cancels: bool


@operation(roles=SEERS, effect=READ)
def meeting_file(floor: Floor, me: Person, ask: MeetingFile) -> IcsFile:
    """The invitation to a meeting, or its cancellation, as text for any calendar."""
    meeting = _seen(floor, me, ask.meeting)
    row = meetings.line(floor.session, meeting.id)
    assert row is not None, "a meeting that is there has its names"
    if meeting.state == "undone":
        raise Refused("no_meeting", "this meeting was undone")
    to = _address(floor, meeting) or str(row["email"] or "")
    prospect = clean(f"{row['first_name']} {row['last_name']}").strip()
    cancels = meeting.state == "cancelled" or meeting.invite in ("none", "withdraw", "withdrawn")
    text = ics(
        Invitation(
            uid=meeting.uid,
            sequence=meeting.sequence,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            written_at=floor.now,
            title=f"{clean(floor.settings.name)} and {clean(row['account']) or prospect}",
            organizer=_executive(floor, meeting),
            attendee=Side(prospect, to, meeting.zone),
            cancelled=cancels,
        )
    )
    return IcsFile(name=f"meeting-{meeting.id}.ics", text=text, to=to, cancels=cancels)


def _address(floor: Floor, meeting: MeetingRow) -> str:
    """The address that the prospect gave when the meeting was agreed."""
    answers = events.answer(floor.session, meeting.event_id)
    return str(json.loads(answers).get("email", "")) if answers else ""


def _executive(floor: Floor, meeting: MeetingRow) -> Side:
    who = people.by_id(floor.session, meeting.executive_id)
    if who is None:
        return Side(clean(floor.settings.name), "", floor.settings.zone)
    return Side(clean(who.name), meetings.address_of(floor.session, who.id), who.zone or floor.settings.zone)


class MarkInvite(Write[Done]):
    """The invitation to a meeting went out, or its cancellation did."""

    meeting: int = Field(description="the meeting")
    sent: bool = Field(True, description="false: it did not go out after all")


@operation(roles=LEADERS | {Role.EXECUTIVE}, effect=WRITE)
def mark_invite(floor: Floor, me: Person, ask: MarkInvite) -> Done:
    """Say that the invitation went out; from then on the meeting is not undone by its caller any more."""
    _seen(floor, me, ask.meeting)
    meeting = meetings.by_id(floor.session, ask.meeting, in_turn=True)
    assert meeting is not None, "it was there a moment ago"
    turns = {"pending": "sent", "withdraw": "withdrawn"}
    after = turns if ask.sent else {new: old for old, new in turns.items()}
    if meeting.invite not in after:
        return Done(note=f"{booking.meeting_named(floor, meeting)}: the invitation is {meeting.invite} already")
    invite = after[meeting.invite]
    invited_at = floor.now if invite == "sent" else None if invite == "pending" else meeting.invited_at
    meetings.change(floor.session, meeting.id, invite=invite, invited_at=invited_at)
    about = {"lead_id": meeting.lead_id, "campaign_id": meeting.campaign_id, "meeting": meeting.id}
    facts.record(floor, "invited", me.id, invite=invite, **about)
    return Done(note=f"{booking.meeting_named(floor, meeting)}: {_TOLD.get(invite, f'invite {invite}')}")


class AssignMeeting(Write[Done]):
    """Who holds a meeting for which nobody was found, or in whose place."""

    meeting: int = Field(description="the meeting")
    executive: str = Field(description="the executive's name")
    anyway: bool = Field(False, description="also outside their hours, on a day off, and when their day is full")


@operation(roles=LEADERS, effect=WRITE)
def assign_meeting(floor: Floor, me: Person, ask: AssignMeeting) -> Done:
    """Give a meeting to an executive who is free then; whoever was invited is invited anew."""
    seen = _seen(floor, me, ask.meeting)
    who = people.by_name(floor.session, ask.executive)
    if who is None or not who.active or Role.EXECUTIVE not in who.roles.split():
        raise BadRequest("unknown_person", f"{clean(ask.executive)} is no executive of this floor")
    tickets.of_lead(floor.session, seen.lead_id)  # tickets are locked before diaries, and these before meetings
    floor.session.alone(f"executive {who.id}")
    meeting = meetings.by_id(floor.session, ask.meeting, in_turn=True)
    assert meeting is not None, "it was there a moment ago"
    if meeting.state != "booked":
        raise Refused("no_meeting", f"this meeting is {meeting.state.replace('_', '-')}")
    if meeting.executive_id == who.id:
        return Done(note=f"{clean(who.name)} has this meeting already: {booking.meeting_named(floor, meeting)}")
    booking.give_to(floor, me, meeting, who, anyway=ask.anyway)
    ticket = tickets.by_id(floor.session, meeting.ticket_id)
    if ticket is not None and ticket.state != "held":
        tickets.change(floor.session, ticket.id, owner_id=who.id)
    return Done(note=f"{clean(who.name)} holds the meeting: {booking.meeting_named(floor, meeting)}")
