"""Executives' diaries: who holds meetings when, what is free, whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from salesdesk.desk import holding
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, local
from salesdesk.desk.naming import named
from salesdesk.line import slots, when
from salesdesk.line.localday import DAY
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Field, Outcome, SalesMap, Station
from salesdesk.line.slots import Diary, Hours, Slot, Span
from salesdesk.line.text import clean
from salesdesk.store import meetings
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.meetings import HoursRow, MeetingRow, SlotRow
from salesdesk.store.tickets import TicketRow

MIX_DAYS = 30
"""Meetings that start within so many days back, or later, count for the equal mix: whoever joins the executives is not
given everything until they have caught up with years."""
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
        """Whether there is anybody to take the meeting."""
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


def meeting_role(line: SalesMap, station: str) -> str:
    """The role of those who hold the meetings that are agreed at a station: that of the station to which they go."""
    outcome = booking_outcome(line.station(station))
    stations = [line.station(route.to) for route in outcome.routes if route.to in line.stations] if outcome else []
    return stations[0].role if stations else "executive"


def executives_of(floor: Floor, campaign: CampaignRow) -> list[HoursRow]:
    """Who takes a campaign's meetings: those whom it names and who hold meetings still, everybody if it names none."""
    named = campaign.form.get("executives")
    role = meeting_role(floor.sales_map(campaign.map_id), campaign.station)
    return [each for each in meetings.executives(floor.session, role) if not named or each.id in named]


def able(floor: Floor, names: Sequence[str], line: SalesMap, station: str) -> list[int]:
    """People by name as ids, since a name may change; BadRequest when one of them takes no meetings that are agreed at
    this station."""
    role = meeting_role(line, station)
    takers = {each.id for each in meetings.executives(floor.session, role)}
    found = [named(floor, name) for name in names]
    for who in found:
        if who.id not in takers:
            raise BadRequest("no_executive", f"{clean(who.name)} takes no meetings; whoever does has the role {role}")
    return sorted({who.id for who in found})


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
    """Who is free when for the prospect of a ticket, up to 30 days ahead; what the ticket itself has taken is free for
    it, and so is the time of the meeting that it would move. With `alone`, nobody else takes a slot before the end of
    this write."""
    session, now = floor.session, floor.now
    people = executives_of(floor, campaign)
    where = holding.zones_of(floor, lead)[0]
    if not people:
        return Book({}, (), {}, where)
    ids = [each.id for each in people]
    if alone:
        session.alone(*(f"executive {id}" for id in ids))
    until = now + when.LONGEST_DAYS * DAY
    rows = meetings.taken(session, ids, now - DAY, until + DAY, now, lead=lead.id, campaign=campaign.id)
    taken = [row for row in rows if row.ticket_id != ticket.id]
    counts = meetings.booked_counts(session, ids, ticket.stratum_id, now - MIX_DAYS * DAY)
    diaries = tuple(
        replace(each, of_stratum=int(counts[each.executive]["here"]), of_all=int(counts[each.executive]["n"]))
        if each.executive in counts
        else each
        for each in _diaries(floor, people, taken)
    )
    names = {each.id: clean(each.name, limit=60) for each in people}
    return Book(names, diaries, slots.by_start(diaries, now, until), where)


def _diaries(floor: Floor, people: Sequence[HoursRow], taken: Sequence[SlotRow]) -> list[Diary]:
    """The diaries of these executives from yesterday on, with what is taken of them."""
    off: dict[int, set[date]] = {}
    since = local(floor.now - DAY, "UTC").date().isoformat()
    for person, day in meetings.days_off(floor.session, [each.id for each in people], since):
        off.setdefault(person, set()).add(date.fromisoformat(day))
    return [
        Diary(
            executive=each.id,
            zone=each.zone or floor.settings.zone,
            hours=hours_of(each),
            off=frozenset(off.get(each.id, ())),
            taken=tuple(Span(row.starts_at, row.ends_at) for row in taken if row.executive_id == each.id),
        )
        for each in people
    ]


def against(floor: Floor, meeting: MeetingRow, executive: int) -> str:
    """What speaks against an executive's holding a meeting at its time although nothing else stands there, in words;
    "" for nothing."""
    people = [each for each in meetings.executives(floor.session, "executive") if each.id == executive]
    rows = meetings.taken(floor.session, [executive], meeting.starts_at - DAY, meeting.ends_at + DAY, floor.now)
    taken = [row for row in rows if row.meeting_id != meeting.id]
    return next(
        (slots.against(each, meeting.starts_at, meeting.ends_at) for each in _diaries(floor, people, taken)), ""
    )


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
    off = holding.days_off(lead)
    chosen: dict[int, Slot] = {}
    for start, found in book.free.items():
        if first <= start < last and any(slots.suits(each, book.zone, off) for each in found):
            suitable = [each for each in found if slots.suits(each, book.zone, off)]
            chosen[start] = slots.choose(suitable, book.diaries, floor.settings.secret, lead.id)
    return slots.offers(chosen, book.zone, page)


def agreed_slot(outcome: Outcome, resolved: Resolved) -> int | None:
    """The instant that the prospect agreed to, if the outcome is about one."""
    field = slot_field(outcome)
    said = resolved.facts.get(field.id) if field else None
    if said is None:
        return None
    return int(said) if str(said).isdigit() else int(datetime.fromisoformat(str(said)).timestamp())
