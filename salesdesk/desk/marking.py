"""What came of meetings: held, no-show, rejected or called off, said once by the executive's own outcome or by a mark,
and counted once whichever it was. Saying it again corrects what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from salesdesk.desk import booking, facts, holding, seats, shifts
from salesdesk.desk.eligibility import suppressed
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.holding import REBOOK
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import LEADERS, Role
from salesdesk.desk.routing import follow
from salesdesk.line import attempts
from salesdesk.line.ledger import ticket_entry
from salesdesk.line.localday import DAY
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Outcome, Retry, Station
from salesdesk.line.text import clean
from salesdesk.store import assignments, events, leads, meetings, people, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.meetings import MeetingRow
from salesdesk.store.tickets import TicketRow

HELD, NO_SHOW, REJECTED, CALLED_OFF = RESULTS = ("held", "no_show", "rejected", "called_off")
"""Results of a meeting. The first three are also the ids of the outcomes that stand for them at an executive's station;
what was called off by the prospect ahead goes where a no-show goes, and is counted as nothing."""
OPEN = "open"
LOST = (NO_SHOW, CALLED_OFF)
"""Results after which the meeting may be set anew."""
AHEAD = DAY
"""Seconds before a meeting until which it is called off; later it is missed."""
LATE = "called off less than a day ahead"
_FLAGS = frozenset({HELD, NO_SHOW})


def result_of(outcome: Outcome) -> str | None:
    """What an outcome says of the meeting that it ends, if it says anything."""
    said = [each for each in (HELD, NO_SHOW) if each in outcome.flags]
    return said[0] if said else REJECTED if outcome.id == REJECTED else None


def standing(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> MeetingRow | None:
    """The meeting of a lead that an executive is talking about: the newest that was neither undone nor cancelled."""
    for each in meetings.of_lead(floor.session, lead.id):
        if each.campaign_id == campaign.id and each.state not in ("undone", "cancelled"):
            return each
    return None


def rebooks(floor: Floor, meeting: MeetingRow, outcome: Outcome) -> bool:
    """Whether a lost meeting goes back to its caller: so often as its outcome says, which is once."""
    return meeting.rebooks < (outcome.retry.tries or 0)


def counted_once(floor: Floor, meeting: MeetingRow, result: str, outcome: Outcome, resolved: Resolved) -> Resolved:
    """An executive's outcome as it may be counted: a result that stands already is not counted again, and a meeting
    that is lost after the last rebooking goes nowhere."""
    if meeting.state == result:
        resolved = replace(resolved, flags=resolved.flags - _FLAGS)
    if result in LOST and not rebooks(floor, meeting, outcome):
        resolved = replace(resolved, routes=tuple(each for each in resolved.routes if each.kind != REBOOK))
    return resolved


def write_result(
    floor: Floor,
    me: Person,
    meeting: MeetingRow,
    result: str,
    event: int,
    routed: Sequence[TicketRow],
    retry: Retry,
    reason: str = "",
) -> None:
    """Write what came of a meeting, as an outcome or a mark (the event) has said it, and let it follow: the lead of a
    lost one comes back to set the meeting anew within the delay of `retry`, who was invited to one that will not be
    hears of it, and the company's other contacts are left alone or called again."""
    lead, campaign = booking.of_meeting(floor, meeting)
    if meeting.state in RESULTS and meeting.state != result:
        _take_out_of_sums(floor, me, meeting)
    marked = event if meeting.state != result or meeting.marked_event is None else meeting.marked_event
    meetings.change(
        floor.session,
        meeting.id,
        state=result,
        marked_by=me.id,
        marked_at=floor.now,
        marked_event=marked,
        reason=reason,
    )
    if meeting.starts_at > floor.now:
        booking.give_up_time(floor, meeting)
    if result == HELD:
        booking.pause_company(floor, lead, meeting.ends_at)
    else:
        booking.release_company(floor, lead)
    for each in routed:
        if each.kind == REBOOK:
            _keep_for_rebooking(floor, each, lead, campaign, meeting, retry)
    if result in LOST and not routed:
        _rest(floor, lead, campaign)


def _keep_for_rebooking(
    floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, meeting: MeetingRow, retry: Retry
) -> None:
    """A missed meeting is its caller's to set anew for a while, and sleeps again once its day is over."""
    wake = holding.wake_for(floor, ticket, lead, campaign, retry, {}, counted=False)
    end = int(wake.sleeps_again_at.timestamp()) if wake and wake.sleeps_again_at else None
    tickets.change(floor.session, ticket.id, sleeps_again_at=end, **_kept_for_caller(floor, meeting))


def _kept_for_caller(floor: Floor, meeting: MeetingRow) -> dict[str, int | None]:
    """The ticket columns that keep a missed meeting for whoever agreed to it, to the end of their shift; it is for
    anyone when they are off, or in other campaigns by now."""
    caller = meeting.booked_by
    seat = seats.of(floor, caller)
    here = seat is not None and seat.state != "away" and seats.alive(floor, seat)
    works = here and assignments.turn_in(floor.session, caller, meeting.campaign_id)
    spans = shifts.ahead(floor, caller, 3) if works else ()
    until = next((end for start, end in spans if start <= floor.now < end), None)
    return {"owner_id": caller if until else None, "owner_until": until}


def _rest(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> None:
    """A lead that lost its meeting for the last time rests as after its last try."""
    plan = floor.sales_map(campaign.map_id).plans[holding.plan_name(campaign)]
    zones, courtesy = holding.zones_of(floor, lead), holding.courtesy_tuple(campaign)
    until = attempts.later(plan.rest, floor.instant, zones, courtesy, holding.days_off(lead))
    leads.rest(floor.session, lead.id, int(until.timestamp()))


def _take_out_of_sums(floor: Floor, me: Person, meeting: MeetingRow) -> None:
    """Take the count of what was said before out of the sums of its own day."""
    said = events.one(floor.session, meeting.marked_event) if meeting.marked_event else None
    if said is None:
        return
    whole = said.kind == "marked"  # an outcome stays recorded; only its result was wrong
    flags = set(said.data["flags"])
    facts.record(
        floor,
        "unmarked",
        said.person_id,
        lead_id=said.lead_id,
        campaign_id=said.campaign_id,
        station=said.station,
        outcome=said.outcome if whole else "",
        map_version=said.map_version,
        by=me.id,
        meeting=meeting.id,
        mark=said.id,
        day=said.day,
        flags=sorted(flags if whole else flags & _FLAGS),
    )


# marks, where no outcome is recorded at the executive's station ------------------------------------------------------


def mark(floor: Floor, me: Person, meeting: MeetingRow, result: str, criterion: str, reason: str) -> None:
    """Say what came of a meeting in the executive's place; what the map's outcome of that name does, follows."""
    lead, campaign = booking.of_meeting(floor, meeting)
    ticket = _ticket_of(floor, meeting)
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    _take_back_effects(floor, meeting, lead)
    outcome = _outcome_of(station, result)
    criterion = _criterion(station, criterion, reason)
    answers = {"criterion": criterion} if criterion else {}
    resolved = Resolved(outcome.flags, outcome.retry, outcome.routes, dict(answers))
    resolved = counted_once(floor, meeting, result, outcome, resolved)
    if suppressed(floor, lead):  # nobody is sent back to whoever has asked not to be called meanwhile
        resolved = replace(resolved, routes=())
    routed = follow(floor, me, ticket, lead, campaign, resolved.routes, resolved.facts).tickets
    stays = any(route.to == ticket.station for route in resolved.routes)
    state = ticket.state if stays or ticket.state == "done" else "done"
    if state != ticket.state:
        tickets.change(floor.session, ticket.id, state=state, due_at=None)
    if resolved.retry.kind == "rest":
        wake = holding.wake_for(floor, ticket, lead, campaign, resolved.retry, resolved.facts, counted=False)
        if wake is not None:
            leads.rest(floor.session, lead.id, int(wake.wakes_at.timestamp()))
    event = facts.record_as(
        floor,
        "marked",
        meeting.executive_id or me.id,
        lead_id=lead.id,
        campaign_id=campaign.id,
        station=ticket.station,
        outcome=result,
        map_version=campaign.map_version,
        by=me.id,
        meeting=meeting.id,
        flags=sorted(resolved.flags),
        facts=answers,
        tickets=[
            ticket_entry(ticket, state=state),
            *map(ticket_entry, routed),
        ],
    )
    write_result(floor, me, meeting, result, event, routed, resolved.retry, criterion or reason)


def _outcome_of(station: Station, result: str) -> Outcome:
    """The outcome that stands for a result at the station of the executives; a meeting that was called off goes where
    a missed one goes, without its flag."""
    wanted = NO_SHOW if result == CALLED_OFF else result
    outcome = next((each for each in station.outcomes if each.id == wanted), None)
    if outcome is None:
        raise BadRequest("unknown_result", f"{station.name} has no outcome {wanted}")
    if result == CALLED_OFF:
        return outcome.model_copy(update={"flags": outcome.flags - _FLAGS})
    return outcome


def _criterion(station: Station, criterion: str, reason: str) -> str:
    """The criterion that was named, also as the reason, by id, key or label; "" for none. Refuses an unknown one."""
    named = {word: each.id for each in station.criteria for word in (each.id, each.key, each.label.lower())}
    criterion = criterion or named.get(reason.lower(), "")
    if criterion and criterion not in {each.id for each in station.criteria}:
        known = ", ".join(each.id for each in station.criteria)
        raise BadRequest("unknown_criterion", f"there is no criterion {criterion}; the map has {known}")
    return criterion


def unmark(floor: Floor, me: Person, meeting: MeetingRow) -> None:
    """Take a mark back: the meeting is unresolved again. Refuses when its time was given to somebody else."""
    lead, _campaign = booking.of_meeting(floor, meeting)
    ticket = _ticket_of(floor, meeting)
    _take_out_of_sums(floor, me, meeting)
    _take_back_effects(floor, meeting, lead)
    if ticket.state == "done" and not suppressed(floor, lead):
        tickets.change(floor.session, ticket.id, state="ready", due_at=None)
        left = ticket_entry(ticket, state="ready")
        facts.record(floor, "reopened", me.id, ticket=ticket, meeting=meeting.id, tickets=[left])
    columns = {"marked_by": None, "marked_at": None, "marked_event": None, "reason": ""}
    meetings.change(floor.session, meeting.id, state="booked", **columns)
    booking.stand_again(floor, meeting)


def _ticket_of(floor: Floor, meeting: MeetingRow) -> TicketRow:
    """The ticket with which a meeting waits; refuses while somebody has the lead in their hands. Nobody else changes
    the lead's tickets before the end of this write."""
    for each in tickets.of_lead(floor.session, meeting.lead_id):
        if each.state == "held":
            raise Refused("in_hand", f"somebody at {each.station} has this lead in their hands; ask them")
    ticket = tickets.by_id(floor.session, meeting.ticket_id)
    assert ticket is not None, "a meeting always has its ticket"
    return ticket


def _take_back_effects(floor: Floor, meeting: MeetingRow, lead: LeadRow) -> None:
    """What followed from the mark before: the lead is not called to set the meeting anew, and does not rest for it."""
    if meeting.state not in RESULTS:
        return
    if meeting.state != HELD:
        leads.set_rest(floor.session, lead.id, None)
    for each in tickets.of_lead(floor.session, lead.id):
        if each.kind == REBOOK and each.campaign_id == meeting.campaign_id and each.state in ("ready", "sleeping"):
            tickets.change(floor.session, each.id, state="done", due_at=None, owner_id=None, owner_until=None)
            facts.record(floor, "closed", 0, ticket=each, tickets=[ticket_entry(each, state="done")])


class MarkMeeting(Write[Done]):
    """What came of a meeting."""

    meeting: int = Field(description="the meeting")
    result: str = Field(description=f"{', '.join(RESULTS)}; or open, to take back what was said")
    criterion: str = Field("", description="for a rejected one: the written criterion that was not met")
    reason: str = Field("", max_length=200, description="or why, in a sentence")


@operation(roles=LEADERS | {Role.EXECUTIVE}, effect=WRITE)
def mark_meeting(floor: Floor, me: Person, ask: MarkMeeting) -> Done:
    """Mark a meeting held, no-show, rejected or called off: its executive does, a coordinator while that station is
    empty. One that the prospect calls off less than a day ahead is a no-show."""
    if ask.result not in (*RESULTS, OPEN):
        raise BadRequest("unknown_result", f"a meeting is marked {', '.join(RESULTS)} or {OPEN}")
    found = meetings.by_id(floor.session, ask.meeting)
    if found is None or not _may_mark(me, found):
        raise BadRequest("unknown_meeting", f"there is no meeting {ask.meeting} of yours")
    _ticket_of(floor, found)  # tickets are locked before diaries, and these before meetings, everywhere
    if ask.result == OPEN:
        floor.session.alone(f"executive {found.executive_id}")
    meeting = meetings.by_id(floor.session, ask.meeting, in_turn=True) or found
    _refuse_to_mark(floor, me, meeting, ask)
    late = ask.result == CALLED_OFF and floor.now > meeting.starts_at - AHEAD
    result = NO_SHOW if late else ask.result
    named = booking.meeting_named(floor, meeting)
    if meeting.state == (result if result != OPEN else "booked"):
        return Done(note=f"{named}: {_said(meeting.state)} already")
    if result == OPEN:
        unmark(floor, me, meeting)
        return Done(note=f"{named}: open again")
    mark(floor, me, meeting, result, ask.criterion, clean(ask.reason) or LATE * late)
    return Done(note=f"{named}: marked {f'{LATE}, which is a no-show' if late else _said(result)}")


def _said(state: str) -> str:
    return state.replace("_", " " if state == CALLED_OFF else "-")


def _may_mark(me: Person, meeting: MeetingRow) -> bool:
    return bool(me.roles & LEADERS) or meeting.executive_id == me.id


def _refuse_to_mark(floor: Floor, me: Person, meeting: MeetingRow, ask: MarkMeeting) -> None:
    if meeting.state in ("undone", "cancelled"):
        raise Refused("no_meeting", f"this meeting was {meeting.state}")
    if ask.result in (HELD, NO_SHOW) and meeting.starts_at > floor.now:
        raise Refused("too_early", "this meeting has not begun yet")
    if ask.result == CALLED_OFF and meeting.starts_at <= floor.now:
        raise Refused("too_late", "this meeting has begun; who called it off too late did not come")
    if ask.result == REJECTED and not (ask.criterion or ask.reason.strip()):
        raise BadRequest("no_reason", "say which criterion was not met, or why")
    if meeting.executive_id != me.id and Role.SUPERVISOR not in me.roles:
        seat = people.seat(floor.session, meeting.executive_id)
        if seat is not None and seats.alive(floor, seat) and seat.station == _ticket_of(floor, meeting).station:
            who = people.by_id(floor.session, meeting.executive_id)
            raise Refused("staffed", f"{clean(who.name) if who else 'the executive'} is at work and marks it")
