"""Giving the served lead back uncounted, for a reason that says when it is served again, and to whom."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import accounts, defects, facts, holding, limits, seats
from salesdesk.desk.cards import TURNED
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line.salesmap import SkipReason
from salesdesk.store import events, inbounds, promises, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

LINE_DOWN = "line down"
SKIPPED_RESTS = 900
"""Seconds for which a skipped lead stays away when its reason names no time, so that it does not come straight back;
when somebody else should call, it is there for them at once."""


class Skip(Write[Done]):
    """Give the served lead back uncounted, for a reason."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    reason: str = Field(description="one of the station's skip reasons")


@operation(roles=WORKERS, effect=WRITE)
def skip(floor: Floor, me: Person, ask: Skip) -> Done:
    """Give the served lead back with a counted reason; the reason says when it is served again, and to whom."""
    hold, ticket, lead, campaign, promise, _phones = holding.mine(floor, me, ask.ticket, ask.token)
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    reasons = {each.id: each for each in station.skips}
    if ask.reason not in reasons:
        known = ", ".join(reasons)
        raise BadRequest("unknown_reason", f"there is no skip reason {ask.reason}; the map has {known}")
    reason, placed = reasons[ask.reason], hold.dials
    if placed:
        hold = _undialed(floor, hold, reason)
    limits.refuse_skip(floor, me)
    until = _until(floor, ticket, lead, campaign, reason)
    holding.give_back(floor, hold, kind="skipped", person_id=me.id, reason=ask.reason, voided=placed)
    if promise:
        due = promise.due_at if until is None else until
        promises.postpone(floor.session, ticket.id, due, to_anyone=reason.other_person)
    elif until is not None and not hold.called:  # else they rang us, and wait as before
        tickets.change(floor.session, ticket.id, state="sleeping", due_at=until, sleeps_again_at=None)
    if reason.defect:
        defects.seen(floor, me, ticket, lead, campaign, station)
    if reason.other_person:
        accounts.leave(floor, me, lead)
        tickets.change(floor.session, ticket.id, owner_id=None, owner_until=None)
    if reason.line_down_after and _times_in_a_row(floor, me, reason.id) >= reason.line_down_after:
        seats.enter(floor, me.id, "paused", code=LINE_DOWN)
        facts.record(floor, "state", me.id, station=station.name, state="paused", code=LINE_DOWN)
        return Done(note=f"skipped: {reason.label}; your line looks down, so you are paused until you say ready")
    seats.enter(floor, me.id, "ready")
    return Done(note=f"skipped: {reason.label}")


def _undialed(floor: Floor, hold: HoldRow, reason: SkipReason) -> HoldRow:
    """The hold as if nothing had been dialed: for a failed line, when nobody answered and no other number was tried.
    The law goes on counting these dials, since a call that failed at our end may have rung at theirs."""
    calls = (each for each in events.of_lead(floor.session, hold.lead_id) if each.kind in ("answered", TURNED))
    if not reason.line_down_after or any(each.data["token"] == hold.token for each in calls):
        raise Refused("was_dialed", "this lead was dialed; record what came of it instead of skipping")
    inbounds.undial(floor.session, hold.ticket_id, hold.taken_at)
    return hold._replace(dials=0, dialed_at=None, answered_at=None)


def _until(floor: Floor, ticket: TicketRow, lead: LeadRow, campaign: CampaignRow, reason: SkipReason) -> int | None:
    """Until when (epoch seconds) a skipped lead stays away; None when somebody else may call at once."""
    wake = holding.wake_for(floor, ticket, lead, campaign, reason.retry, {}, counted=False) if reason.retry else None
    if wake is not None:
        return int(wake.wakes_at.timestamp())
    return None if reason.other_person else floor.now + SKIPPED_RESTS


def _times_in_a_row(floor: Floor, me: Person, reason: str) -> int:
    """How often I skipped for a reason since I last reached an outcome."""
    times = 0
    for event in events.results_of(floor.session, me.id, limit=50):
        if event.kind == "skipped" and event.data["reason"] == reason:
            times += 1
        elif event.kind in ("skipped", "recorded", "opted_out", "signed_in"):
            break
    return times
