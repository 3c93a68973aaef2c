"""Meetings as the floor keeps them: a slot kept while somebody talks, a meeting booked with the outcome that made it,
moved, given to somebody else, and taken back.

Whoever takes a slot is alone with every executive's diary until the end of the transaction, so that what was free when
it was looked at is free when it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable

from salesdesk.desk import accounts, facts, holding
from salesdesk.desk.diaries import USUAL, against, clock_words, open_book, pick
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.line import slots
from salesdesk.line.localday import DAY
from salesdesk.line.slots import Slot, Span
from salesdesk.line.text import clean
from salesdesk.store import campaigns, leads, meetings, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.meetings import MeetingRow, SlotRow
from salesdesk.store.people import PersonRow
from salesdesk.store.tickets import TicketRow

KEPT = 180
"""Seconds for which a slot is kept while its caller talks."""
COLLEAGUES_REST = 90 * DAY
"""Seconds after a meeting for which nobody else of the company is called, unless it falls through: until then it is
for the executive to say whom to talk to."""


def keep(
    floor: Floor, me: Person, hold: HoldRow, ticket: TicketRow, start: int, executive: int | None
) -> tuple[Slot, str]:
    """Keep a slot for the hold in my hands for three minutes, and give back what was kept for it before; returns it
    with the executive's name. Refuses with the nearest free times when nobody is free then."""
    lead, campaign = holding.of_ticket(floor, ticket)
    book = open_book(floor, ticket, lead, campaign, alone=True)
    slot = pick(floor, book, lead, start, executive)
    if slot is None or start <= floor.now:
        raise Refused(
            "slot_gone", f"{clock_words(start, book.zone)} is not free; near it: {book.near(start, floor.now)}"
        )
    meetings.let_go(floor.session, ticket.id, list(book.names), floor.now)
    _take(floor, me, ticket, slot, token=hold.token, kept_until=floor.now + KEPT)
    return slot, book.names[slot.executive]


def _take(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    slot: Slot,
    *,
    token: str = "",
    kept_until: int | None = None,
    meeting: int | None = None,
) -> None:
    row = SlotRow(slot.executive, slot.start, slot.end, me.id, ticket.id, token, kept_until, meeting)
    if not meetings.take_slot(floor.session, row):
        raise Refused("slot_gone", "somebody has just taken this slot; choose another")


def find(
    floor: Floor,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    label: str,
    start: int,
    executive: int | None = None,
) -> Slot | None:
    """The slot in which a meeting begins at an instant, mine to take, with one executive where it is named; None on a
    floor without an executive, where any time to come will do. Refuses, under the field's label, a time that is past
    or at which nobody is free."""
    book = open_book(floor, ticket, lead, campaign, alone=True)
    if start <= floor.now:
        raise Refused("no_slot", f"{label}: that is in the past")
    if not book.staffed:
        return None
    before = meetings.kept(floor.session, ticket.id)
    mine = before.executive_id if before and before.starts_at == start else None
    slot = pick(floor, book, lead, start, executive or mine)
    if slot is None or (executive and slot.executive != executive):
        said = clock_words(start, book.zone)
        raise Refused("no_slot", f"{label}: {said} is no free slot, near it: {book.near(start, floor.now)}")
    meetings.let_go(floor.session, ticket.id, list(book.names), floor.now)
    return slot


def book(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    slot: Slot | None,
    start: int,
    *,
    event: int,
    stands: TicketRow,
) -> int:
    """Write a meeting that an outcome (its event's id) has made. `stands` is the ticket with which it waits at the
    executive's station: it becomes the executive's own, soonest first. Returns the meeting's id."""
    earlier = [each for each in meetings.of_lead(floor.session, lead.id) if each.campaign_id == campaign.id]
    lost = next((each for each in earlier if each.state not in ("undone", "cancelled")), None)
    executive = slot.executive if slot else 0
    meeting = meetings.add(
        floor.session,
        lead_id=lead.id,
        account_id=lead.account_id,
        campaign_id=campaign.id,
        stratum_id=ticket.stratum_id,
        ticket_id=stands.id,
        executive_id=executive,
        starts_at=start,
        ends_at=slot.end if slot else start + USUAL.minutes * 60,
        zone=holding.zones_of(floor, lead)[0],
        state="booked",
        booked_by=me.id,
        booked_at=floor.now,
        uid=f"{floor.mark('meeting', str(event))}@salesdesk",
        sequence=0,
        invite="pending",
        event_id=event,
        reason="",
        rebooks=lost.rebooks + 1 if lost and lost.state in ("no_show", "called_off") else 0,
    )
    if slot:
        _take(floor, me, ticket, slot, meeting=meeting)
    _wait(floor, ticket, stands, executive, start)
    pause_company(floor, lead, slot.end if slot else start)
    facts.record(
        floor, "meeting_booked", me.id, ticket=ticket, meeting=meeting, executive=executive, starts_at=start, by=event
    )
    return meeting


def _wait(floor: Floor, ticket: TicketRow, stands: TicketRow, executive: int, start: int) -> None:
    """Let a meeting's ticket wait at its station for its executive, soonest first."""
    if stands.id != ticket.id:
        tickets.change(floor.session, stands.id, owner_id=executive or None, rank=start)


def pause_company(floor: Floor, lead: LeadRow, ends_at: int) -> None:
    """Leave the other contacts of a company alone while one of them meets us."""
    accounts.pause(floor, lead, ends_at + COLLEAGUES_REST)


def release_company(floor: Floor, lead: LeadRow) -> None:
    """A meeting fell through: the company's other contacts may be called again, unless another of them meets us."""
    accounts.lift(floor, lead)
    pause_for_others(floor, lead)


def pause_for_others(floor: Floor, lead: LeadRow) -> None:
    """Leave a company alone as long as a meeting with anybody of it asks for."""
    stands = meetings.last_of_company(floor.session, lead.account_id)
    theirs = leads.by_id(floor.session, stands.lead_id) if stands else None
    if stands and theirs:
        pause_company(floor, theirs, stands.ends_at)


def cancel(floor: Floor, lead_ids: Iterable[int]) -> None:
    """Cancel the meetings to come of these leads; an invitation that went out has to be withdrawn."""
    for lead_id in sorted(lead_ids):
        for each in meetings.of_lead(floor.session, lead_id):
            if each.state == "booked" and each.ends_at > floor.now:
                put_away(floor, each, "cancelled")
                release_company(floor, of_meeting(floor, each)[0])


def put_away(floor: Floor, meeting: MeetingRow, state: str) -> None:
    """A meeting that will not be, by our own doing."""
    give_up_time(floor, meeting)
    meetings.change(floor.session, meeting.id, state=state)
    facts.record(
        floor, f"meeting_{state}", 0, lead_id=meeting.lead_id, campaign_id=meeting.campaign_id, meeting=meeting.id
    )


def give_up_time(floor: Floor, meeting: MeetingRow) -> None:
    """The slot of a meeting that will not be is free again, and an invitation that went out has to be withdrawn."""
    meetings.free_slot(floor.session, meeting.id)
    if meeting.invite == "sent":
        meetings.change(floor.session, meeting.id, invite="withdraw", sequence=meeting.sequence + 1)
    elif meeting.invite == "pending":
        meetings.change(floor.session, meeting.id, invite="none")


def take_back(floor: Floor, made: MeetingRow) -> None:
    """Undo a meeting with the outcome that has made it; refuses once its invitation went out or somebody said what
    came of it."""
    if made.state == "undone":
        return
    if made.invite == "sent":
        raise Refused("invited", "too late: the invitation went out; ask the coordinator to cancel the meeting")
    if made.state != "booked":
        raise Refused("moved_on", f"too late: the meeting is marked {made.state.replace('_', '-')} already")
    put_away(floor, made, "undone")


def move(
    floor: Floor,
    me: Person,
    meeting: MeetingRow,
    ticket: TicketRow,
    slot: Slot | None,
    start: int,
    *,
    event: int,
    stands: TicketRow,
) -> None:
    """Put a meeting to another time, by an outcome (its event's id): it stays the same meeting and is counted once; who
    was invited is invited anew."""
    meetings.free_slot(floor.session, meeting.id)
    if slot:
        _take(floor, me, ticket, slot, meeting=meeting.id)
    meetings.change(
        floor.session,
        meeting.id,
        executive_id=slot.executive if slot else meeting.executive_id,
        ticket_id=stands.id,
        starts_at=start,
        ends_at=slot.end if slot else start + meeting.ends_at - meeting.starts_at,
        sequence=meeting.sequence + 1,
        invite="pending",
        moved_event=event,
    )
    _wait(floor, ticket, stands, slot.executive if slot else 0, start)
    lead, _campaign = of_meeting(floor, meeting)
    pause_company(floor, lead, slot.end if slot else start)
    facts.record(floor, "meeting_moved", me.id, ticket=ticket, meeting=meeting.id, starts_at=start, by=event)


def stand_again(floor: Floor, meeting: MeetingRow) -> None:
    """What was said of a meeting is taken back: its time is taken for it again, whose invitation was withdrawn is
    invited anew, and its company is left alone. Refuses when its executive has something else by now."""
    if meeting.executive_id:
        floor.session.alone(f"executive {meeting.executive_id}")
        _put_into_diary(floor, meeting, meeting.executive_id, "the executive has something else at that time by now")
    if meeting.invite == "withdraw":
        meetings.change(floor.session, meeting.id, invite="sent")
    elif meeting.invite in ("none", "withdrawn"):
        again = int(meeting.invite == "withdrawn")
        meetings.change(floor.session, meeting.id, invite="pending", sequence=meeting.sequence + again)
    lead, _campaign = of_meeting(floor, meeting)
    pause_company(floor, lead, meeting.ends_at)


def give_to(floor: Floor, me: Person, meeting: MeetingRow, executive: PersonRow, *, anyway: bool) -> None:
    """Put a meeting into another executive's diary, at its own time; refuses when something else stands there and,
    unless it is meant `anyway`, outside their hours, on a day off and when their day is full."""
    _put_into_diary(floor, meeting, executive.id, "they have something else at that time; choose somebody else")
    if not anyway and (why := against(floor, meeting, executive.id)):
        raise Refused("not_free", f"{clean(executive.name)} {why}; confirm to give it to them anyway")
    meetings.change(
        floor.session, meeting.id, executive_id=executive.id, sequence=meeting.sequence + 1, invite="pending"
    )
    facts.record(
        floor,
        "meeting_assigned",
        me.id,
        lead_id=meeting.lead_id,
        campaign_id=meeting.campaign_id,
        meeting=meeting.id,
        executive=executive.id,
    )


def _put_into_diary(floor: Floor, meeting: MeetingRow, executive: int, why_not: str) -> None:
    meetings.free_slot(floor.session, meeting.id)
    meetings.let_go(floor.session, 0, [executive], floor.now)
    taken = meetings.taken(floor.session, [executive], meeting.starts_at - DAY, meeting.ends_at + DAY, floor.now)
    row = SlotRow(
        executive, meeting.starts_at, meeting.ends_at, meeting.booked_by, meeting.ticket_id, "", None, meeting.id
    )
    spans = [Span(each.starts_at, each.ends_at) for each in taken]
    if slots.overlaps(meeting.starts_at, meeting.ends_at, spans) or not meetings.take_slot(floor.session, row):
        raise Refused("slot_gone", why_not)


def of_meeting(floor: Floor, meeting: MeetingRow) -> tuple[LeadRow, CampaignRow]:
    """The lead and the campaign of a meeting; it always has both."""
    lead, campaign = leads.by_id(floor.session, meeting.lead_id), campaigns.by_id(floor.session, meeting.campaign_id)
    assert lead is not None, "a meeting always has its lead"
    assert campaign is not None, "a meeting always has its campaign"
    return lead, campaign


def meeting_named(floor: Floor, meeting: MeetingRow) -> str:
    """A meeting as people know it: with whom, and on which day of the floor."""
    row = meetings.line(floor.session, meeting.id)
    assert row is not None, "a meeting that is there has its names"
    day = local(meeting.starts_at, floor.settings.zone)
    who = clean(f"{row['first_name']} {row['last_name']}").strip()
    return f"{who}, {day:%a} {day.day} {day:%b}"
