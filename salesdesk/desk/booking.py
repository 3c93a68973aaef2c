"""Meetings as the floor keeps them: whose slots are free, a slot kept while somebody talks, a meeting booked with the
outcome that made it, and taken back with it.

Whoever takes a slot is alone with every executive's diary until the end of the transaction, so that what was free when
it was looked at is free when it is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from salesdesk.desk import accounts, facts, holding
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.line import slots, when
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Field, Outcome, Station
from salesdesk.line.slots import Diary, Hours, Slot, Span
from salesdesk.line.text import clean
from salesdesk.line.tzdata import zone
from salesdesk.store import campaigns, leads, meetings, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.meetings import HoursRow, MeetingRow, SlotRow
from salesdesk.store.tickets import TicketRow

KEPT = 180
"""Seconds for which a slot is kept while its caller talks."""
MIX_DAYS = 30
"""Meetings that start within so many days back, or later, count for the equal mix: whoever joins the executives is not
given everything until they have caught up with years."""
DAY = 86_400
COLLEAGUES_REST = 90 * DAY
"""Seconds after a meeting for which nobody else of the company is called, unless it falls through: until then it is
for the executive to say whom to talk to."""
USUAL = Hours()


@dataclass(frozen=True, slots=True)
class Book:
    """The diaries of everybody who could take a prospect's meeting, and when it can be."""

    names: dict[int, str]
    diaries: tuple[Diary, ...]
    free: dict[int, list[Slot]]
    zone: str

    @property
    def staffed(self) -> bool:
        """Whether the floor has an executive at all."""
        return bool(self.names)

    def near(self, at: int, now: int) -> str:
        """The free times nearest to one, in words and in the prospect's zone."""
        found = slots.nearest((start for start in self.free if start > now), at)
        return ", ".join(clock_words(start, self.zone) for start in found) or "none in the next 30 days"


def clock_words(at: int, zone_name: str) -> str:
    """A time as it is said and typed: "Tue 24 Nov 10:00"."""
    here = local(at, zone_name)
    return f"{here:%a} {here.day} {here:%b %H:%M}"


def slot_field(outcome: Outcome) -> Field | None:
    """The field of an outcome in which a slot is agreed, if it has one."""
    return next((field for field in outcome.fields if field.kind == "slot"), None)


def booking_outcome(station: Station) -> Outcome | None:
    """The outcome of a station with which a prospect agrees to a meeting."""
    return next((each for each in station.outcomes if "positive" in each.flags and slot_field(each)), None)


def meeting_role(floor: Floor, campaign: CampaignRow) -> str:
    """The role of those who hold the meetings that a campaign makes: that of the station to which they go."""
    line = floor.sales_map(campaign.map_id)
    outcome = booking_outcome(line.station(campaign.station))
    stations = [line.station(route.to) for route in outcome.routes if route.to in line.stations] if outcome else []
    return stations[0].role if stations else "executive"


def hours_of(row: HoursRow) -> Hours:
    """An executive's hours; the usual ones until others were set."""
    if row.weekdays is None or row.starts is None or row.ends is None or row.minutes is None or row.most_a_day is None:
        return USUAL
    return Hours(
        frozenset(int(day) for day in row.weekdays.split()),
        time.fromisoformat(row.starts),
        time.fromisoformat(row.ends),
        row.minutes,
        row.most_a_day,
    )


def open_book(floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, *, alone: bool = False) -> Book:
    """Who is free when for the prospect of a ticket, up to 30 days ahead; what the ticket itself has taken is free
    for it. With `alone`, nobody else takes a slot before the end of this write."""
    session, now = floor.session, floor.now
    people = meetings.executives(session, meeting_role(floor, campaign))
    where = holding.zones_of(floor, lead)[0]
    if not people:
        return Book({}, (), {}, where)
    ids = [each.id for each in people]
    if alone:
        session.alone(*(f"executive {id}" for id in ids))
    until = now + when.LONGEST_DAYS * DAY
    rows = meetings.taken(session, ids, now - DAY, until + DAY, now)
    taken: dict[int, list[Span]] = {}
    for row in rows:
        if row.ticket_id != ticket.id:
            taken.setdefault(row.executive_id, []).append(Span(row.starts_at, row.ends_at))
    off: dict[int, set[date]] = {}
    for person, day in meetings.days_off(session, ids, local(now - DAY, "UTC").date().isoformat()):
        off.setdefault(person, set()).add(date.fromisoformat(day))
    counts = meetings.booked_counts(session, ids, ticket.stratum_id, now - MIX_DAYS * DAY)
    diaries = tuple(
        Diary(
            executive=each.id,
            zone=each.zone or floor.settings.zone,
            hours=hours_of(each),
            off=frozenset(off.get(each.id, ())),
            taken=tuple(taken.get(each.id, ())),
            of_stratum=int(counts[each.id]["here"]) if each.id in counts else 0,
            of_all=int(counts[each.id]["n"]) if each.id in counts else 0,
        )
        for each in people
    )
    names = {each.id: clean(each.name, limit=60) for each in people}
    return Book(names, diaries, slots.by_start(diaries, now, until), where)


def pick(floor: Floor, book: Book, lead: LeadRow, start: int, prefer: int | None = None) -> Slot | None:
    """Whose slot it is that starts at an instant: that of `prefer` where they are free, else by equal mix."""
    found = book.free.get(start, [])
    preferred = next((slot for slot in found if slot.executive == prefer), None)
    if preferred or not found:
        return preferred
    return slots.choose(found, book.diaries, floor.settings.secret, lead.id)


def offered(floor: Floor, book: Book, lead: LeadRow, page: int) -> tuple[Slot, ...]:
    """Three slots for the prospect to choose from, each with the executive whose turn it is."""
    first, last = floor.now + slots.LEAD_TIME, slots.horizon(floor.now, book.zone)
    years = {local(at, book.zone).year for at in (first, last)}
    off = slots.public_holidays(lead.country or "US", years)
    chosen: dict[int, Slot] = {}
    for start, found in book.free.items():
        if first <= start < last and any(slots.suits(each, book.zone, off) for each in found):
            suitable = [each for each in found if slots.suits(each, book.zone, off)]
            chosen[start] = slots.choose(suitable, book.diaries, floor.settings.secret, lead.id)
    return slots.offers(chosen, book.zone, page)


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


# booking ------------------------------------------------------------------------------------------------------------


def agreed_slot(outcome: Outcome, resolved: Resolved) -> int | None:
    """The instant that the prospect agreed to, if the outcome is about one."""
    field = slot_field(outcome)
    said = resolved.facts.get(field.id) if field else None
    if said is None:
        return None
    return int(said) if str(said).isdigit() else int(datetime.fromisoformat(str(said)).timestamp())


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
        rebooks=lost.rebooks + 1 if lost and lost.state == "no_show" else 0,
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


def cancel(floor: Floor, lead_ids: Iterable[int]) -> None:
    """Cancel the meetings to come of these leads; an invitation that went out has to be withdrawn."""
    for lead_id in sorted(lead_ids):
        for each in meetings.of_lead(floor.session, lead_id):
            if each.state == "booked" and each.ends_at > floor.now:
                put_away(floor, each, "cancelled")
                accounts.lift(floor, of_meeting(floor, each)[0])


def put_away(floor: Floor, meeting: MeetingRow, state: str) -> None:
    """A meeting that will not be: its slot is free again."""
    sent = meeting.invite == "sent"
    meetings.free_slot(floor.session, meeting.id)
    meetings.change(
        floor.session,
        meeting.id,
        state=state,
        invite="withdraw" if sent else "none",
        sequence=meeting.sequence + int(sent),
    )
    facts.record(
        floor, f"meeting_{state}", 0, lead_id=meeting.lead_id, campaign_id=meeting.campaign_id, meeting=meeting.id
    )


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
    facts.record(floor, "meeting_moved", me.id, ticket=ticket, meeting=meeting.id, starts_at=start, by=event)


def give_to(floor: Floor, me: Person, meeting: MeetingRow, executive: int) -> None:
    """Put a meeting into another executive's diary, at its own time; refuses when something else stands there."""
    taken = meetings.taken(floor.session, [executive], meeting.starts_at - DAY, meeting.ends_at + DAY, floor.now)
    spans = [Span(row.starts_at, row.ends_at) for row in taken]
    if slots.overlaps(meeting.starts_at, meeting.ends_at, spans):
        raise Refused("slot_gone", "they have something else at that time; choose somebody else")
    meetings.free_slot(floor.session, meeting.id)
    row = SlotRow(
        executive, meeting.starts_at, meeting.ends_at, meeting.booked_by, meeting.ticket_id, "", None, meeting.id
    )
    meetings.let_go(floor.session, 0, [executive], floor.now)
    if not meetings.take_slot(floor.session, row):
        raise Refused("slot_gone", "they have something else at that time; choose somebody else")
    meetings.change(floor.session, meeting.id, executive_id=executive, sequence=meeting.sequence + 1, invite="pending")
    facts.record(
        floor,
        "meeting_assigned",
        me.id,
        lead_id=meeting.lead_id,
        campaign_id=meeting.campaign_id,
        meeting=meeting.id,
        executive=executive,
    )


# figures ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeetingsToday:
    """The floor day's meetings, booked and held kept apart. `due` are those of today that are over; `unresolved` are
    over, today or before, without a word of what came of them."""

    booked: int
    invited: int
    due: int
    held: int
    no_show: int
    unresolved: int


def today(floor: Floor) -> MeetingsToday:
    """Today's meetings in figures, for boards."""
    here = local(floor.now, floor.settings.zone)
    start = datetime.combine(here.date(), time(), zone(floor.settings.zone))
    end = datetime.combine(here.date() + timedelta(days=1), time(), zone(floor.settings.zone))
    sums = meetings.day_sums(floor.session, int(start.timestamp()), int(end.timestamp()), floor.now)
    return MeetingsToday(**{name: int(sums[name]) for name in MeetingsToday.__slots__})


def of_meeting(floor: Floor, meeting: MeetingRow) -> tuple[LeadRow, CampaignRow]:
    """The lead and the campaign of a meeting; it always has both."""
    lead, campaign = leads.by_id(floor.session, meeting.lead_id), campaigns.by_id(floor.session, meeting.campaign_id)
    assert lead is not None, "a meeting always has its lead"
    assert campaign is not None, "a meeting always has its campaign"
    return lead, campaign
