"""Recording what came of a call: a structured outcome ends the hold, and its answers route the lead onward."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field as Setting

from salesdesk.desk import (
    accounts,
    agreeing,
    defects,
    enriching,
    facts,
    holding,
    notices,
    promising,
    routing,
    seats,
    suppressing,
)
from salesdesk.desk.calls import turn_to_next_number
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line import attempts, inbound, limits, outcomes, when
from salesdesk.line.outcomes import AnswerError, Resolved
from salesdesk.line.salesmap import Delay, Outcome, Station
from salesdesk.store import events, holds, leads, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

_PERSONAL = frozenset({"person", "text", "phone", "email"})
_NUMBER_STATES = {"dead": "dead", "wrong_person": "wrong", "wrong_company": "wrong", "left_company": "left"}
KEPT_WITHIN = 600
"""A promise dialed within so many seconds of its time counts as kept."""


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


class Recorded(Reply):
    """The outcome is on disk, at the floor or (event 0) at the station. `goes_on` says that the contact's next number
    is to be tried in the same hold."""

    event: int
    label: str
    goes_on: bool = False
    then: str = ""


@operation(roles=WORKERS, effect=WRITE)
def record_outcome(floor: Floor, me: Person, ask: RecordOutcome) -> Recorded:
    """Record an outcome with its typed answers; it ends the hold and sends the lead along the map."""
    try:
        hold, ticket = holding.mine(floor, me, ask.ticket, ask.token)
    except Refused:
        late = _late_opt_out(floor, me, ask)
        if late is None:
            raise
        return late
    lead, campaign = holding.of_ticket(floor, ticket)
    station = floor.sales_map(campaign.map_id).station(ticket.station)
    outcome = outcome_of(station, ask.outcome)
    if station.needs_dial and outcome.needs_dial and hold.dialed_at is None:
        raise Refused("no_dial", "dial (d) or skip (s)")
    resolved = _resolve(floor, lead, outcome, dict(ask.answers))
    _check_objections(station, ask.objections)
    return _record(floor, me, hold, ticket, lead, campaign, outcome, resolved, ask)


def _late_opt_out(floor: Floor, me: Person, ask: RecordOutcome) -> Recorded | None:
    """A do-not-call counts even when its hold has ended meanwhile; no other outcome does."""
    ticket = tickets.by_id(floor.session, ask.ticket)
    if ticket is None:
        return None
    lead, campaign = holding.of_ticket(floor, ticket)
    outcome = outcome_of(floor.sales_map(campaign.map_id).station(ticket.station), ask.outcome)
    if "opt_out" not in outcome.flags:
        return None
    scope = str(_resolve(floor, lead, outcome, dict(ask.answers)).facts.get("scope", "person"))
    event = suppressing.suppress_late(floor, me, ticket.id, scope=scope)
    return Recorded(event=event, label=outcome.label, then="nobody calls them again")


def _record(
    floor: Floor,
    me: Person,
    hold: HoldRow,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    outcome: Outcome,
    resolved: Resolved,
    ask: RecordOutcome,
) -> Recorded:
    if "opt_out" in resolved.flags:
        scope = str(resolved.facts.get("scope", "person"))
        event = suppressing.suppress_lead(
            floor,
            me,
            lead,
            ticket,
            hold,
            scope=scope,
            outcome=outcome.id,
            version=campaign.map_version,
            flags=resolved.flags,
        )
        goes_on = holds.of_person(floor.session, me.id) is not None
        seats.enter(floor, me.id, "preview" if goes_on else "ready")
        then = "next number of the same contact" if goes_on else "nobody calls them again"
        return Recorded(event=event, label=outcome.label, goes_on=goes_on, then=then)
    return _Recording(floor, me, hold, ticket, lead, campaign, outcome, resolved, ask).save()


def outcome_of(station: Station, name: str) -> Outcome:
    """An outcome of a station by id or key; refuses an unknown one."""
    for each in station.outcomes:
        if name in (each.id, each.key):
            return each
    known = ", ".join(each.id for each in station.outcomes)
    raise BadRequest("unknown_outcome", f"{station.name} has no outcome {name}; it has {known}")


def _resolve(floor: Floor, lead: LeadRow, outcome: Outcome, answers: dict[str, Any]) -> Resolved:
    """The outcome with its answers; times may be typed as people say them, in the prospect's zone."""
    zone = holding.zones_of(floor, lead)[0]
    for field in outcome.fields:
        said = answers.get(field.id)
        if isinstance(said, str) and said.strip() and said.strip() != "?":
            try:
                answers[field.id] = _typed(field.kind, said, floor.instant, zone)
            except ValueError as error:
                raise BadRequest("bad_answer", f"{field.label}: {error}") from None
    try:
        return outcomes.resolve(outcome, answers)
    except AnswerError as error:
        labels = {field.id: field.label for field in outcome.fields}
        lines = "; ".join(f"{labels.get(each.field, each.field)}: {each.message}" for each in error.problems)
        raise BadRequest("bad_answer", lines) from None


def _typed(kind: str, said: str, now: datetime, zone: str) -> str:
    if kind == "month" and said.lower() != "unknown":
        year, month = when.parse_month(said, now=now)
        return f"{year:04}-{month:02}"
    if kind in ("when", "slot"):
        try:
            stated = datetime.fromisoformat(said)
        except ValueError:
            return when.parse_when(said, now=now, zone=zone).isoformat()
        return stated.isoformat() if stated.tzinfo else when.parse_when(said, now=now, zone=zone).isoformat()
    return said


def _check_objections(station: Station, codes: tuple[str, ...]) -> None:
    known = {each.id for each in station.objections}
    for code in codes:
        if code not in known:
            raise BadRequest(
                "unknown_objection", f"there is no objection {code}; the map has {', '.join(sorted(known))}"
            )


class _Recording:
    """One outcome being written: the ticket's next place, the routes, the event."""

    def __init__(
        self,
        floor: Floor,
        me: Person,
        hold: HoldRow,
        ticket: TicketRow,
        lead: LeadRow,
        campaign: CampaignRow,
        outcome: Outcome,
        resolved: Resolved,
        ask: RecordOutcome,
    ) -> None:
        self.floor, self.me, self.hold, self.ticket = floor, me, hold, ticket
        self.lead, self.campaign, self.outcome, self.resolved, self.ask = lead, campaign, outcome, resolved, ask
        self.promise = tickets.promise(floor.session, ticket.id)

    def save(self) -> Recorded:
        if self.resolved.retry.kind == "next_number" and self._try_next_number():
            event = self._write({}, (), goes_on=True)
            return Recorded(event=event, label=self.outcome.label, goes_on=True, then="next number of the same contact")
        meeting = agreeing.agreement(self.floor, self.ticket, self.lead, self.campaign, self.outcome, self.resolved)
        if meeting is not None:
            self.resolved = meeting.resolved
        number_at = enriching.keep_number(self.floor, self.lead, self.resolved.facts)
        columns, then = self._place()
        if self.ticket.kind == inbound.KIND:  # they were called, as they asked: a lead like others from now on
            columns["kind"] = inbound.ANSWERED
        tickets.change(self.floor.session, self.ticket.id, **columns)
        routed = routing.follow(
            self.floor, self.me, self.ticket, self.lead, self.campaign, self.resolved.routes, self.resolved.facts
        )
        holds.drop(self.floor.session, self.ticket.lead_id)
        event = self._write(columns, routed, goes_on=False, number_at=number_at)
        if meeting is not None:
            meeting.write(self.floor, self.me, event, routed)
        if win := notices.win_of(self.outcome, self.resolved.flags):
            notices.celebrate(self.floor, self.me, win, self.campaign.name)
        seats.enter(self.floor, self.me.id, "ready", wrapped=self.ask.wrap_seconds)
        return Recorded(event=event, label=self.outcome.label, then=then)

    # where the ticket goes ------------------------------------------------------------------------------------------

    def _place(self) -> tuple[dict[str, Any], str]:
        """The ticket's new columns, and where that is in words."""
        retry = self.resolved.retry
        if retry.kind == "promise":
            return self._promised(datetime.fromisoformat(str(self.resolved.facts[str(retry.field)])), tries=0)
        if self.promise is not None and self._before_its_time() and not self._settled():
            tickets.postpone_promise(self.floor.session, self.ticket.id, int(self.promise["promised_at"]))
            return {"state": "promised", "due_at": None, "sleeps_again_at": None}, "the promise stands"
        if self.promise is not None:
            again = self._promise_again()
            if again is not None:
                return self._promised(again, tries=int(self.promise["tries"]) + 1)
            tickets.drop_promise(self.floor.session, self.ticket.id)
        counted = bool(self.hold.dials)
        if retry.switchboard:
            self._rest_switchboard(retry.switchboard)
        wake = holding.wake_for(
            self.floor, self.ticket, self.lead, self.campaign, retry, self.resolved.facts, counted=counted
        )
        if wake is None or retry.then == "other_campaign" or retry.kind == "rebook":
            if wake is not None and retry.kind != "rebook":
                leads.rest(self.floor.session, self.lead.id, int(wake.wakes_at.timestamp()))
            return {"state": "done", "due_at": None, "attempts": self.ticket.attempts + int(counted)}, "closed here"
        columns = holding.asleep(self.floor, self.ticket, self.lead, wake, counted=counted)
        if retry.tries and retry.plan and not wake.rest:  # good for so many tries more, then the plan's rest
            plan = self.floor.sales_map(self.campaign.map_id).plans[retry.plan]
            columns["attempts"] = max(self.ticket.attempts + int(counted), plan.tries - retry.tries)
        until = int(wake.wakes_at.timestamp())
        columns |= accounts.owned(self.floor, self.me, self.lead, self.ticket.campaign_id, until)
        return columns, "rests" if wake.rest else "back to the pool"

    def _rest_switchboard(self, delay: Delay) -> None:
        """The line that just answered is left in peace: no colleague of the contact is served meanwhile."""
        until = attempts.later(
            delay,
            self.floor.instant,
            holding.zones_of(self.floor, self.lead),
            holding.courtesy_tuple(self.campaign),
        )
        accounts.pause(self.floor, self.lead, int(until.timestamp()))

    def _promised(self, due: datetime, *, tries: int) -> tuple[dict[str, Any], str]:
        mine, then = self.resolved.facts.get("owner", "mine") != "anyone", "promised"
        if tries == 0:
            phone = holding.current(leads.phones(self.floor.session, self.lead.contact_id), self.hold)
            then = promising.agree(self.floor, self.me, self.lead, phone, self.ticket, due, mine=mine)
        owner = (self.me.id if mine else 0) if tries == 0 else int(self.promise["person_id"] if self.promise else 0)
        tickets.add_promise(
            self.floor.session,
            ticket_id=self.ticket.id,
            person_id=owner,
            promised_at=int(due.timestamp()),
            due_at=int(due.timestamp()),
            zone=holding.zones_of(self.floor, self.lead)[0],
            tries=tries,
            made_at=self.floor.now,
        )
        return {"state": "promised", "due_at": None, "sleeps_again_at": None}, then

    def _promise_again(self) -> datetime | None:
        """When to try a promise again after nobody was reached; None when its steps are used up or it is settled."""
        if self.promise is None or self._settled():
            return None
        station = self.floor.sales_map(self.campaign.map_id).station(self.ticket.station)
        makers = [each.retry for each in station.outcomes if each.retry.kind == "promise"]
        if not makers:
            return None
        return attempts.promise_again(
            makers[0],
            missed=int(self.promise["tries"]) + 1,
            now=self.floor.instant,
            zones=holding.zones_of(self.floor, self.lead),
            courtesy=holding.courtesy_tuple(self.campaign),
        )

    def _settled(self) -> bool:
        """Whether the outcome is more than that nobody was reached."""
        return "reached_human" in self.resolved.flags or self.resolved.retry.kind not in ("plan", "after")

    def _before_its_time(self) -> bool:
        """Whether this call came before the one that was promised, since they asked for us or rang us meanwhile."""
        return self.promise is not None and int(self.promise["promised_at"]) > self.floor.now + KEPT_WITHIN

    def _try_next_number(self) -> bool:
        what = str(self.resolved.facts.get("what", "wrong_person"))
        leads.set_phone_state(
            self.floor.session, self.lead.contact_id, self.hold.position, _NUMBER_STATES.get(what, "wrong")
        )
        return turn_to_next_number(self.floor, self.hold) is not None

    # what is written ------------------------------------------------------------------------------------------------

    def _write(
        self, columns: dict[str, Any], routed: tuple[TicketRow, ...], *, goes_on: bool, number_at: int | None = None
    ) -> int:
        kinds = {field.id: field.kind for field in self.outcome.fields}
        said = self.resolved.facts
        personal = {name: value for name, value in said.items() if kinds[name] in _PERSONAL and value != "unknown"}
        state, attempts_now = columns.get("state", "held"), columns.get("attempts", self.ticket.attempts)
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
            talk=self._talk(),
            wrap=self.ask.wrap_seconds,
            dials=self.hold.dials,
            reached=self.hold.answered_at is not None,
            short_ring=self._short_ring(),
            goes_on=goes_on,
            promise_kept=None if goes_on else self._promise_kept(),
            prior=prior(self.hold, self.ticket, self.lead, self.promise),
            routed=[each.id for each in routed],
            tickets=[
                [self.ticket.id, state, attempts_now, self.ticket.dealt],
                *([each.id, each.state, each.attempts, each.dealt] for each in routed),
                *([each.id, "done", each.attempts, each.dealt] for each in aside),
            ],
            put_aside=[[each.id, each.state, each.due_at] for each in aside],
            number_at=number_at,
            **wrong,
        )
        defects.keep(self.floor, event, self.lead, self.ticket, self.outcome.id, wrong)
        enriching.learn(self.floor, event, self.lead, said)
        if personal:
            events.add_answer(self.floor.session, event, self.lead.id, personal)
        return event

    def _talk(self) -> int:
        """Seconds from pick-up to hang-up; 0 when the pick-up was not marked. What the station measured counts, since
        its report may have waited to be sent, but no call is longer than the time since its dial."""
        if self.hold.answered_at is None:
            return 0
        here = self.floor.now - self.hold.answered_at - self.ask.wrap_seconds
        said = here if self.ask.talk_seconds is None else self.ask.talk_seconds
        return max(0, min(said, self.floor.now - (self.hold.dialed_at or self.hold.taken_at)))

    def _short_ring(self) -> bool:
        """Whether nobody answered and it rang too briefly for anybody to."""
        if self.hold.dialed_at is None:
            return False
        rang = self.floor.now - self.hold.dialed_at - self.ask.wrap_seconds
        return limits.is_short_ring(rang, self.hold.answered_at is not None)

    def _promise_kept(self) -> str | None:
        if self.promise is None or self.hold.dialed_at is None or int(self.promise["tries"]):
            return None
        if self._before_its_time():
            return "kept" if self._settled() else None
        return "kept" if abs(self.hold.dialed_at - int(self.promise["promised_at"])) <= KEPT_WITHIN else "late"


def prior(hold: HoldRow, ticket: TicketRow, lead: LeadRow, promise: Any) -> dict[str, Any]:
    """What undo needs to put the ticket back into my hands as it was; no personal data."""
    return {
        "rank": ticket.rank,
        "attempts": ticket.attempts,
        "dayparts": ticket.dayparts,
        "sleeps_again_at": ticket.sleeps_again_at,
        "rests_until": lead.rests_until,
        "company_rests_until": lead.company_rests_until,
        "position": hold.position,
        "reason": hold.reason,
        "first_deal": hold.first_deal,
        "prior_rank": hold.prior_rank,
        "taken_at": hold.taken_at,
        "dials": hold.dials,
        "dialed_at": hold.dialed_at,
        "answered_at": hold.answered_at,
        "promise": dict(promise) if promise is not None else None,
    }
