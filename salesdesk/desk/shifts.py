"""Shifts: the hours in which people work, their days off, and who is on shift when."""

from __future__ import annotations

from datetime import date, time, timedelta

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.naming import named
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS, SEATED
from salesdesk.line import shifts as rules
from salesdesk.line.shifts import Shift, Span
from salesdesk.line.text import clean
from salesdesk.store import shifts as statements
from salesdesk.store.people import PersonRow

LONGEST_AHEAD = 366
"""Days ahead for which a day off may be set."""


def of(floor: Floor, person_id: int, *, since: float | None = None) -> Shift:
    """Somebody's working week with their days off, from the day before `since` (now) on."""
    week = statements.week(floor.session, person_id)
    if week is None:
        raise BadRequest("unknown_person", f"there is no person {person_id}")
    weekdays = frozenset(int(word) for word in week.weekdays.split())
    starts = time.fromisoformat(week.shift_start or floor.settings.day_start)
    ends = time.fromisoformat(week.shift_end or floor.settings.day_end)
    bare = Shift(weekdays, starts, ends, week.zone or floor.settings.zone)
    first = bare.day(floor.now if since is None else since) - timedelta(days=1)
    off = statements.days_off(floor.session, person_id, first.isoformat())
    return Shift(weekdays, starts, ends, bare.zone, frozenset(date.fromisoformat(day) for day in off))


def on_shift(floor: Floor, person_id: int, at: float) -> bool:
    """Whether an instant (epoch seconds) falls into somebody's shift."""
    return of(floor, person_id, since=at).on(at)


def off(floor: Floor, person_id: int, day: str) -> bool:
    """Whether no shift of somebody starts on a day (ISO, by their clock)."""
    week = of(floor, person_id, since=floor.now - LONGEST_AHEAD * 86_400)
    return not week.works(date.fromisoformat(day))


def ahead(floor: Floor, person_id: int, days: int) -> tuple[Span, ...]:
    """Somebody's shifts from yesterday's on, for so many days."""
    week = of(floor, person_id)
    first = week.day(floor.now) - timedelta(days=1)
    spans = (week.span(first + timedelta(days=n)) for n in range(days))
    return tuple(span for span in spans if span != rules.NONE)


# asking and setting -------------------------------------------------------------------------------------------------


class ShiftReply(Reply):
    """Somebody's working week, hours by the clocks of `zone`, and the days off that are ahead (ISO)."""

    person: str
    weekdays: tuple[int, ...]
    starts: str
    ends: str
    zone: str
    days_off: tuple[str, ...]


class GetShift(Request[ShiftReply]):
    """When does somebody work?"""

    person: str = Field("", description="who; me when left out")


@operation(roles=SEATED, effect=READ)
def get_shift(floor: Floor, me: Person, ask: GetShift) -> ShiftReply:
    """Somebody's working week and the days off ahead."""
    who = _whose(floor, me, ask.person, leading=False)
    week = of(floor, who.id)
    today = week.day(floor.now)
    return ShiftReply(
        person=clean(who.name),
        weekdays=tuple(sorted(week.weekdays)),
        starts=f"{week.starts:%H:%M}",
        ends=f"{week.ends:%H:%M}",
        zone=week.zone,
        days_off=tuple(day.isoformat() for day in sorted(week.off) if day >= today),
    )


class SetShift(Write[Done]):
    """Say when somebody works; what is left out is the floor's day, Monday to Friday."""

    person: str = Field("", description="who; me when left out. Leaders set it for anybody")
    weekdays: str = Field("mon-fri", max_length=60, description="such as 'mon-fri' or 'mon tue thu'")
    starts: str = Field("", description="HH:MM by their own clock; the floor's day when left out")
    ends: str = Field("", description="HH:MM; before the start: after midnight")


@operation(roles=SEATED, effect=WRITE)
def set_shift(floor: Floor, me: Person, ask: SetShift) -> Done:
    """Set a working week; promises that it leaves without their owner are told at sign-out."""
    who = _whose(floor, me, ask.person)
    try:
        weekdays = rules.weekdays(ask.weekdays)
    except ValueError as error:
        raise BadRequest("bad_weekdays", clean(str(error))) from None
    hours = _clock(ask.starts), _clock(ask.ends)
    begins, finishes = hours[0] or floor.settings.day_start, hours[1] or floor.settings.day_end
    if begins == finishes:
        raise BadRequest("bad_time", "a shift ends at another time than it starts")
    stored = " ".join(map(str, sorted(weekdays)))
    statements.set_week(floor.session, who.id, weekdays=stored, starts=hours[0], ends=hours[1])
    facts.record(floor, "shift_set", me.id, who=who.id, weekdays=stored, starts=hours[0], ends=hours[1])
    return Done(note=f"{clean(who.name)} works {rules.weekday_words(weekdays)} {begins}–{finishes}")


def _clock(said: str) -> str:
    if not said:
        return ""
    try:
        return f"{time.fromisoformat(said.strip().zfill(5)):%H:%M}"
    except ValueError:
        raise BadRequest("bad_time", f"{clean(said, limit=20)} is no time such as 08:30") from None


class SetDayOff(Write[Done]):
    """Somebody does not work on a day, or does after all."""

    day: str = Field(description="the date, ISO")
    person: str = Field("", description="who; me when left out. Leaders set it for anybody")
    off: bool = Field(True, description="false takes the day off back")


@operation(roles=SEATED, effect=WRITE)
def set_day_off(floor: Floor, me: Person, ask: SetDayOff) -> Done:
    """Take a day off, or take it back."""
    who = _whose(floor, me, ask.person)
    try:
        day = date.fromisoformat(ask.day)
    except ValueError:
        raise BadRequest("bad_date", f"{clean(ask.day, limit=20)} is no date such as 2026-12-24") from None
    today = of(floor, who.id).day(floor.now)
    if not today <= day <= today + timedelta(days=LONGEST_AHEAD):
        raise BadRequest("bad_date", "a day off is today or within a year")
    change = statements.add_day_off if ask.off else statements.drop_day_off
    if change(floor.session, who.id, day.isoformat()):
        facts.record(floor, "day_off", me.id, who=who.id, off_day=day.isoformat(), off=ask.off)
    return Done(note=f"{clean(who.name)} {'is off' if ask.off else 'works again'} on {day:%a} {day.day} {day:%b}")


def _whose(floor: Floor, me: Person, name: str, *, leading: bool = True) -> PersonRow:
    """The person meant; only leaders may mean somebody else, unless it is only asked."""
    found = named(floor, name or me.name)
    if leading and found.id != me.id and not me.roles & LEADERS:
        raise Refused("role", "only a leader sets other people's shifts")
    return found
