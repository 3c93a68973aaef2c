"""Undo: the last outcome comes back into my hands, and the sums of its own day are put right."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import (
    accounts,
    booking,
    coverage,
    defects,
    enriching,
    facts,
    holding,
    meeting_outcomes,
    routing,
    seats,
)
from salesdesk.desk.cards import TicketCard, card_in_hand
from salesdesk.desk.eligibility import suppressed
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Json, Person
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line.ledger import GONE, TicketEntry, ticket_entry
from salesdesk.store import events, holds, leads, promises, tickets
from salesdesk.store.events import EventRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.tickets import TicketRow

WITHIN = 600
"""Seconds for which an outcome can be undone."""


class Undo(Write["TicketCard | None"]):
    """Take back my last outcome; its lead is mine again with its timer running."""

    event: int = Field(default=0, description="the event of the outcome that is meant; 0: whichever was my last one")


class Undone(Reply):
    """Which ticket is back."""

    ticket: int
    token: str


def _card(floor: Floor, me: Person, ask: Undo, undone: Undone) -> TicketCard | None:
    return card_in_hand(floor, me, undone.ticket, undone.token)


@operation(roles=WORKERS, effect=WRITE, view=_card)
def undo(floor: Floor, me: Person, ask: Undo) -> Undone:
    """Put my last outcome's ticket back into my hands; the lead just served goes back uncounted with its rank. A number
    marked wrong is good again, as long as the contact's next one was not dialed."""
    event = _last_outcome(floor, me, ask.event)
    _refuse_if_moved_on(floor, event)
    meeting_outcomes.undo(floor, event)
    if event.data["goes_on"]:
        _turn_away_from_next_number(floor, me, event)
    else:
        _give_back_what_i_hold(floor, me)
    prior = event.data["prior"]
    ticket = tickets.by_id(floor.session, event.ticket_id or 0, in_turn=True)
    _refuse_if_worked_on(floor, event)
    if ticket is None or holds.of_lead(floor.session, ticket.lead_id) is not None:
        raise Refused("taken", "too late: somebody else has this lead in their hands now")
    _restore(floor, ticket, prior)
    hold = _hold_again(floor, me, ticket, prior)
    enriching.unlearn(floor, event)  # before whom it named is gone
    put_away = _withdraw_routed(floor, event) + defects.take_back(floor, event)
    facts.record(
        floor,
        "undone",
        me.id,
        ticket=ticket,
        outcome=event.outcome,
        map_version=event.map_version,
        recorded=event.id,
        day=event.day,
        flags=event.data["flags"],
        talk=event.data["talk"],
        wrap=event.data["wrap"],
        promise_kept=event.data["promise_kept"],
        short_ring=event.data.get("short_ring", False),
        tickets=[ticket_entry(ticket, state="held", attempts=prior["attempts"]), *put_away],
    )
    coverage.note_end(floor, holding.of_ticket(floor, ticket)[1])
    _back_in_the_call(floor, me, event, hold, ticket)
    return Undone(ticket=ticket.id, token=hold.token)


def _last_outcome(floor: Floor, me: Person, meant: int) -> EventRow:
    undone: set[int] = set()
    for event in events.results_of(floor.session, me.id, since=events.id_floor(floor.now - WITHIN)):
        if event.kind == "undone":
            undone.add(int(event.data["recorded"]))
        elif event.kind == "opted_out":
            raise Refused("opt_out", "a do-not-call is not undone here; a supervisor can, with a reason")
        elif event.kind == "recorded" and event.id not in undone:
            if meant not in (0, event.id):  # a line can hold a request back until there is another outcome
                raise Refused("not_the_last", "that outcome is not your last one any more; nothing was undone")
            return event
    raise Refused("nothing_to_undo", f"there is no outcome of yours in the last {WITHIN // 60} minutes to undo")


def _refuse_if_moved_on(floor: Floor, event: EventRow) -> None:
    for ticket_id in event.data["routed"]:
        routed = tickets.by_id(floor.session, ticket_id, in_turn=True)
        if routed is not None and routed.state == "held":
            raise Refused("moved_on", f"too late: {routed.station} has taken it over already")
        if routed is not None and any(
            later.kind in ("served", "recorded") and later.ticket_id == ticket_id and later.id > event.id
            for later in events.of_lead(floor.session, routed.lead_id, since=event.id)
        ):
            raise Refused("moved_on", f"too late: {routed.station} has worked on it already")


_WORK = frozenset({"dialed", "recorded", "opted_out", "closed"})


def _refuse_if_worked_on(floor: Floor, event: EventRow) -> None:
    """The ticket itself must still stand where my outcome has put it."""
    later = events.of_lead(floor.session, event.lead_id or 0, since=event.id + 1)
    done = {each.kind for each in later if each.ticket_id == event.ticket_id}
    if "excluded" in done:
        raise Refused("excluded", "too late: a list of customers, open deals or partners names them by now")
    if done & _WORK:
        raise Refused("taken", "too late: somebody else has called this lead meanwhile")
    lead = leads.by_id(floor.session, event.lead_id or 0)
    if lead is not None and suppressed(floor, lead):
        raise Refused("opt_out", "too late: they have asked not to be called meanwhile")


def _turn_away_from_next_number(floor: Floor, me: Person, event: EventRow) -> None:
    """The outcome was about one number, and the hold went on to the next."""
    held = holds.of_person(floor.session, me.id)
    if held is None or held.ticket_id != event.ticket_id or held.dialed_at is not None:
        raise Refused("goes_on", "too late: you have gone on to their next number; research puts the wrong one right")
    holds.drop(floor.session, held.lead_id)


def _give_back_what_i_hold(floor: Floor, me: Person) -> None:
    held = holds.of_person(floor.session, me.id)
    if held is None:
        return
    if held.called:
        done = "this lead was undone already" if held.reason == "undo" else "you have dialed the next lead already"
        raise Refused("on_a_call", f"{done}; record what came of it first")
    holding.give_back(floor, held, kind="returned", person_id=me.id, cause="undo")


def _restore(floor: Floor, ticket: TicketRow, prior: Json) -> None:
    tickets.change(
        floor.session,
        ticket.id,
        state="held",
        kind=prior.get("kind", ticket.kind),
        due_at=None,
        rank=prior["rank"],
        attempts=prior["attempts"],
        dayparts=prior["dayparts"],
        sleeps_again_at=prior["sleeps_again_at"],
        owner_id=prior.get("owner_id"),
        owner_until=prior.get("owner_until"),
    )
    lead = leads.by_id(floor.session, ticket.lead_id)
    assert lead is not None, "a ticket always has its lead"
    leads.set_rest(floor.session, lead.id, prior["rests_until"])
    if accounts.restore_rest(floor, lead, prior.get("contacted_lead", lead.id), prior.get("company_rests_until")):
        booking.pause_for_others(floor, lead)
    phones = leads.phones(floor.session, lead.contact_id)
    phone = next((each for each in phones if each.position == prior["position"]), None)
    if phone is not None and phone.state != "stopped":  # a do-not-call of this number that came meanwhile stands
        leads.set_phone_state(floor.session, lead.contact_id, phone.position, prior.get("phone") or "good")
        if phone.state != prior.get("phone", phone.state):
            routing.move_to_lanes(floor, lead)
    promises.drop(floor.session, ticket.id)
    promise = prior["promise"]
    if isinstance(promise, dict):
        promises.put(floor.session, **promise)


def _hold_again(floor: Floor, me: Person, ticket: TicketRow, prior: Json) -> HoldRow:
    """The hold as it was, under a new token, its timer still running from the first dial."""
    lead = leads.by_id(floor.session, ticket.lead_id)
    assert lead is not None, "a ticket always has its lead"
    phones = leads.phones(floor.session, lead.contact_id)
    number = next((each.e164 for each in phones if each.position == prior["position"]), "")
    boot, beat = floor.clock.lease()
    blank = HoldRow(
        lead_id=ticket.lead_id,
        number=number or f"ticket:{ticket.id}",
        ticket_id=ticket.id,
        person_id=me.id,
        token=holding.new_token(),
        boot=boot,
        beat=beat,
        taken_at=floor.now,
        reason="undo",
        first_deal=0,
        prior_rank=ticket.rank,
        position=0,
        dials=0,
        dialed_at=None,
        answered_at=None,
        void="",
    )
    kept = ("position", "first_deal", "prior_rank", "taken_at", "dials", "dialed_at", "answered_at")
    hold = blank._replace(**{name: prior[name] for name in kept})
    if not holds.take(floor.session, hold, calls=ticket.stratum_id is not None):
        raise Refused("taken", "too late: somebody else is calling this number or company now")
    return hold


def _back_in_the_call(floor: Floor, me: Person, event: EventRow, hold: HoldRow, ticket: TicketRow) -> None:
    """My seat is in the call again. A pause that was armed began with its outcome, and waits for the next one."""
    was = seats.of(floor, me.id)
    seats.enter(floor, me.id, "call" if hold.called else "preview", campaign_id=ticket.campaign_id)
    if was is not None and was.state == "paused" and was.since == event.at:
        seats.arm(floor, me.id, was.code)


def _withdraw_routed(floor: Floor, event: EventRow) -> list[TicketEntry]:
    away: list[TicketEntry] = []
    for ticket_id in event.data["routed"]:
        routed = tickets.by_id(floor.session, ticket_id)
        if routed is None or routed.state == "done":
            continue
        if routed.lead_id != event.lead_id and routing.unmake(floor, routed):
            away.append(TicketEntry(ticket_id, GONE, 0, 0))
        else:
            tickets.change(floor.session, ticket_id, state="done", due_at=None)
            away.append(ticket_entry(routed, state="done"))
    return away
