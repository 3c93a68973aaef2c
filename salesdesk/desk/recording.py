"""Recording what came of a call: a structured outcome ends the hold, and its answers route the lead onward."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import Field as Setting

from salesdesk.desk import (
    coverage,
    defects,
    enriching,
    facts,
    holding,
    measuring,
    meeting_outcomes,
    notices,
    routing,
    seats,
    suppressing,
)
from salesdesk.desk.answering import check_objections, check_reachable, outcome_of, resolve
from salesdesk.desk.calls import turn_to_next_number
from salesdesk.desk.cards import TicketCard, card_in_hand
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.onward import Ended
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.desk.seats import station_for
from salesdesk.desk.serving import Claimed, serve
from salesdesk.line import inbound, limits
from salesdesk.line.ledger import ticket_entry
from salesdesk.line.outcomes import Resolved
from salesdesk.line.salesmap import Outcome
from salesdesk.store import events, holds, leads, tickets
from salesdesk.store.holds import HoldRow
from salesdesk.store.inhand import InHand
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.promises import PromiseRow
from salesdesk.store.tickets import TicketRow

_PERSONAL = frozenset({"person", "text", "phone", "email"})
_NUMBER_STATES = {"dead": "dead", "wrong_person": "wrong", "wrong_company": "wrong", "left_company": "left"}


class RecordOutcome(Write["Recorded"]):
    """What came of the call."""

    ticket: int = Setting(description="the ticket in my hands")
    token: str = Setting(description="its token")
    outcome: str = Setting(description="id or key of one of the station's outcomes")
    answers: dict[str, str | bool | int | float | None] = Setting(
        default_factory=dict, description="answers to the outcome's fields, by field"
    )
    objections: tuple[str, ...] = Setting((), description="codes of the objections heard")
    wrap_seconds: int = Setting(0, ge=0, le=86_400, description="seconds from hang-up to saving")
    talk_seconds: int | None = Setting(
        None, ge=0, le=86_400, description="seconds from pick-up to hang-up, if the station measured them"
    )
    serve: str = Setting("", description="the station at which my next lead is served in the same stroke, if any")

    aside: ClassVar[set[str]] = {"key", "serve"}


class Written(Reply):
    """What an outcome came to, as it is kept for its receipt; `claimed` was served in the same stroke."""

    event: int
    label: str
    goes_on: bool = False
    then: str = ""
    claimed: Claimed | None = None

    def told(self, card: TicketCard | None = None) -> Recorded:
        """What the asker is told, with the card of the lead that was served."""
        return Recorded(event=self.event, label=self.label, goes_on=self.goes_on, then=self.then, next=card)


class Recorded(Reply):
    """The outcome is on disk, at the floor or (event 0) at the station. `goes_on` says that the contact's next number
    is to be tried in the same hold. `next` is the lead that was served with it, if that was asked for and there was
    one."""

    event: int
    label: str
    goes_on: bool = False
    then: str = ""
    next: TicketCard | None = None


def _recorded(floor: Floor, me: Person, ask: RecordOutcome, written: Written) -> Recorded:
    claimed = written.claimed
    return written.told(card_in_hand(floor, me, claimed.ticket, claimed.token) if claimed else None)


@operation(roles=WORKERS, effect=WRITE, view=_recorded)
def record_outcome(floor: Floor, me: Person, ask: RecordOutcome) -> Written:
    """Record an outcome with its typed answers; it ends the hold and sends the lead along the map. With `serve` my next
    lead is served in the same transaction, unless a pause was armed."""
    station = station_for(floor, me, ask.serve) if ask.serve else None
    try:
        work = holding.mine(floor, me, ask.ticket, ask.token)
    except Refused:
        late = _late_opt_out(floor, me, ask)
        if late is None:
            raise
        return late
    written = _write_down(floor, me, ask, work)
    if station is None or written.goes_on or not floor.serves or not seats.is_ready(floor, me.id):
        return written
    with suppress(Refused):  # I am served nothing now: the outcome stands all the same, and a claim says why
        return written.model_copy(update={"claimed": serve(floor, me, station)})
    return written


def _write_down(floor: Floor, me: Person, ask: RecordOutcome, work: InHand) -> Written:
    hold, ticket, lead, campaign, promise, phones = work
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    outcome = outcome_of(station, ask.outcome)
    if station.needs_dial and outcome.needs_dial and hold.dialed_at is None:
        raise Refused("no_dial", "dial or skip")
    resolved = resolve(floor, lead, outcome, dict(ask.answers))
    check_reachable(floor, lead, outcome, resolved)
    check_objections(station, ask.objections)
    if "opt_out" in resolved.flags:
        return _opt_out(floor, me, work, outcome, resolved, ask)
    return _Recording(floor, me, hold, ticket, lead, campaign, promise, outcome, resolved, ask, phones).save()


def _late_opt_out(floor: Floor, me: Person, ask: RecordOutcome) -> Written | None:
    """A do-not-call counts even when its hold has ended meanwhile; no other outcome does."""
    ticket = tickets.by_id(floor.session, ask.ticket)
    if ticket is None:
        return None
    lead, campaign = holding.of_ticket(floor, ticket)
    outcome = outcome_of(floor.sales_map(campaign.map_id).station(ticket.station), ask.outcome)
    if "opt_out" not in outcome.flags:
        return None
    scope = str(resolve(floor, lead, outcome, dict(ask.answers)).facts.get("scope", "person"))
    event = suppressing.suppress_late(floor, me, ticket.id, scope=scope)
    return Written(event=event, label=outcome.label, then="nobody calls them again")


def _opt_out(
    floor: Floor, me: Person, work: InHand, outcome: Outcome, resolved: Resolved, ask: RecordOutcome
) -> Written:
    """Nobody calls them again, or their company, or this number of theirs."""
    event = suppressing.suppress_lead(
        floor,
        me,
        work.lead,
        work,
        scope=str(resolved.facts.get("scope", "person")),
        outcome=outcome.id,
        flags=resolved.flags,
        talk_seconds=ask.talk_seconds,
        wrap_seconds=ask.wrap_seconds,
    )
    goes_on = holds.of_person(floor.session, me.id) is not None
    seats.enter(floor, me.id, "preview" if goes_on else "ready", wrapped=ask.wrap_seconds)
    then = "next number of the same contact" if goes_on else "nobody calls them again"
    return Written(event=event, label=outcome.label, goes_on=goes_on, then=then)


@dataclass
class _Recording(Ended):
    """One outcome being written: the ticket's next place, the routes, the event."""

    ask: RecordOutcome
    phones: list[PhoneRow]

    def save(self) -> Written:
        if self.resolved.retry.kind == "next_number" and self._try_next_number():
            event = self._write({}, (), goes_on=True)
            return Written(event=event, label=self.outcome.label, goes_on=True, then="next number of the same contact")
        meeting = meeting_outcomes.agreement(
            self.floor, self.ticket, self.lead, self.campaign, self.outcome, self.resolved
        )
        if meeting is not None:
            self.resolved = meeting.resolved
        number_at = enriching.keep_number(self.floor, self.lead, self.resolved.facts)
        columns, then = self.place()
        if self.ticket.kind == inbound.KIND:  # they were called, as they asked: a lead like others from now on
            columns["kind"] = inbound.ANSWERED
        tickets.change(self.floor.session, self.ticket.id, **columns)
        routed, named = routing.follow(
            self.floor, self.me, self.ticket, self.lead, self.campaign, self.resolved.routes, self.resolved.facts
        )
        holds.drop(self.floor.session, self.ticket.lead_id)
        event = self._write(columns, routed, goes_on=False, number_at=number_at)
        if meeting is not None:
            meeting.write(self.floor, self.me, event, routed)
        if "right_party" in self.resolved.flags:
            coverage.note_end(self.floor, self.campaign)
        if win := notices.win_of(self.outcome, self.resolved.flags):
            notices.celebrate(self.floor, self.me, win, self.campaign.name)
        seats.enter(self.floor, self.me.id, "ready", wrapped=self.ask.wrap_seconds)
        return Written(event=event, label=self.outcome.label, then=" · ".join(filter(None, (named, then))))

    def _try_next_number(self) -> bool:
        what = str(self.resolved.facts.get("what", "wrong_person"))
        leads.set_phone_state(
            self.floor.session, self.lead.contact_id, self.hold.position, _NUMBER_STATES.get(what, "wrong")
        )
        routing.move_to_lanes(self.floor, self.lead)
        return turn_to_next_number(self.floor, self.hold) is not None

    # what is written ------------------------------------------------------------------------------------------------

    def _write(
        self, columns: dict[str, Any], routed: tuple[TicketRow, ...], *, goes_on: bool, number_at: int | None = None
    ) -> int:
        kinds = {field.id: field.kind for field in self.outcome.fields}
        said = self.resolved.facts
        personal = {name: value for name, value in said.items() if kinds[name] in _PERSONAL and value != "unknown"}
        wrong = defects.of_outcome(self.floor, self.ticket, self.resolved, goes_on=goes_on)
        aside = defects.put_aside(self.floor, self.ticket, self.resolved)
        event = facts.record_as(
            self.floor,
            "recorded",
            self.me.id,
            ticket=self.ticket,
            outcome=self.outcome.id,
            map_version=self.campaign.map_version,
            token=self.hold.token,
            flags=sorted(self.resolved.flags),
            facts={name: value for name, value in said.items() if name not in personal},
            objections=list(self.ask.objections),
            variant=self.ticket.variant,
            talk=measuring.talk(self.floor, self.hold, self.ask.talk_seconds, self.ask.wrap_seconds),
            wrap=self.ask.wrap_seconds,
            dials=self.hold.dials,
            reached=self.hold.answered_at is not None,
            short_ring=self._short_ring(),
            goes_on=goes_on,
            promise_kept=None if goes_on else self._promise_kept(),
            prior=prior(self.hold, self.ticket, self.lead, self.promise, holding.current(self.phones, self.hold)),
            routed=[each.id for each in routed],
            tickets=[
                ticket_entry(self.ticket, state=columns.get("state", "held"), attempts=columns.get("attempts")),
                *map(ticket_entry, routed),
                *(ticket_entry(each, state="done") for each in aside),
            ],
            put_aside=[[each.id, each.state, each.due_at] for each in aside],
            number_at=number_at,
            **wrong,
        )
        defects.keep(self.floor, event, self.lead, self.ticket, self.outcome.id, wrong)
        enriching.learn(self.floor, event, self.lead, said)
        enriching.learn_who_sent(self.floor, event, self.lead, routed, said)
        if personal:
            events.add_answer(self.floor.session, event, self.lead.id, personal)
        return event

    def _short_ring(self) -> bool:
        """Whether nobody answered and it rang too briefly for anybody to."""
        if self.hold.dialed_at is None:
            return False
        rang = self.floor.now - self.hold.dialed_at - self.ask.wrap_seconds
        return limits.is_short_ring(rang, self.hold.answered_at is not None)

    def _promise_kept(self) -> str | None:
        if self.before_its_time() and not self.settled():
            return None
        return measuring.promise_kept(self.promise, self.hold)


def prior(
    hold: HoldRow, ticket: TicketRow, lead: LeadRow, promise: PromiseRow | None, phone: PhoneRow | None
) -> dict[str, Any]:
    """What undo needs to put the ticket back into my hands as it was; no personal data."""
    return {
        "kind": ticket.kind,
        "rank": ticket.rank,
        "attempts": ticket.attempts,
        "dayparts": ticket.dayparts,
        "sleeps_again_at": ticket.sleeps_again_at,
        "owner_id": ticket.owner_id,
        "owner_until": ticket.owner_until,
        "rests_until": lead.rests_until,
        "contacted_lead": lead.contacted_lead,
        "company_rests_until": lead.company_rests_until,
        "position": hold.position,
        "phone": phone.state if phone else None,
        "reason": hold.reason,
        "first_deal": hold.first_deal,
        "prior_rank": hold.prior_rank,
        "taken_at": hold.taken_at,
        "dials": hold.dials,
        "dialed_at": hold.dialed_at,
        "answered_at": hold.answered_at,
        "promise": promise._asdict() if promise is not None else None,
    }
