"""Outcomes that are about a meeting, wherever they are recorded: one agrees to it, moves it or repeats it in a slot,
one says what came of it. What such an outcome does to the floor's meetings happens in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from salesdesk.desk import booking, diaries, marking
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Outcome
from salesdesk.line.slots import Slot
from salesdesk.store import meetings, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.events import EventRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.meetings import MeetingRow
from salesdesk.store.tickets import TicketRow


@dataclass(frozen=True, slots=True)
class Agreement:
    """An outcome about a meeting: `resolved` is what of it counts; `start` and `slot` are what was agreed, `meeting` is
    the one it speaks of and `result` what came of that."""

    ticket: TicketRow
    lead: LeadRow
    campaign: CampaignRow
    resolved: Resolved
    start: int | None
    slot: Slot | None
    meeting: MeetingRow | None
    result: str | None

    def write(self, floor: Floor, me: Person, event: int, routed: Sequence[TicketRow]) -> None:
        """Let the recorded outcome (its event's id) have its effect on the meetings."""
        if self.meeting is not None and self.result is not None:
            reason = str(self.resolved.facts.get("criterion", ""))
            marking.write_result(floor, me, self.meeting, self.result, event, routed, self.resolved.retry, reason)
        if self.start is None:
            return
        agreed, stands = (self.slot, self.start), self._stands(floor, routed)
        if self.meeting is not None and self.result is None and self.meeting.state == "booked":
            booking.move(floor, me, self.meeting, self.ticket, *agreed, event=event, stands=stands)
        else:
            booking.book(floor, me, self.ticket, self.lead, self.campaign, *agreed, event=event, stands=stands)

    def _stands(self, floor: Floor, routed: Sequence[TicketRow]) -> TicketRow:
        """The ticket with which the meeting waits at the executive's station."""
        for route in self.resolved.routes:
            found = next((each for each in routed if each.station == route.to), None)
            if found is None and route.to in floor.sales_map(self.campaign.map_id).stations:
                found = tickets.at_station(floor.session, self.lead.id, self.campaign.id, route.to)
            if found is not None:
                return found
        return self.ticket


def agreement(
    floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, outcome: Outcome, resolved: Resolved
) -> Agreement | None:
    """What an outcome has to do with a meeting, None when nothing. Refuses a time at which no slot is free."""
    start, result = diaries.agreed_slot(outcome, resolved), marking.result_of(outcome)
    if start is None and result is None:
        return None
    calls = ticket.station == campaign.station
    meeting = marking.standing(floor, lead, campaign)
    if meeting is not None and result is not None:
        resolved = marking.counted_once(floor, meeting, result, outcome, resolved)
    elif meeting is not None and calls and meeting.state == "booked":  # agreed anew, it is the same meeting
        resolved = replace(resolved, flags=resolved.flags - {"positive"})
    elif calls:
        meeting = None
    slot = None
    if start is not None:
        field = diaries.slot_field(outcome)
        label = field.label if field else outcome.label
        own = meeting.executive_id if meeting and not calls else None
        slot = booking.find(floor, ticket, lead, campaign, label, start, own)
    return Agreement(ticket, lead, campaign, resolved, start, slot, meeting, result)


def undo(floor: Floor, event: EventRow) -> None:
    """Take back what an outcome has done to a meeting; refuses when that has gone too far."""
    for each in meetings.of_lead(floor.session, event.lead_id or 0):
        if each.event_id == event.id:
            booking.take_back(floor, each)
        elif each.marked_event == event.id:
            columns = {"marked_by": None, "marked_at": None, "marked_event": None, "reason": ""}
            meetings.change(floor.session, each.id, state="booked", **columns)
            booking.stand_again(floor, each)
        elif each.moved_event == event.id:
            raise Refused("moved_on", "a meeting that was moved is not moved back by undo; move it again")
