"""Why this lead, and why is the queue dry: the same rules that decide, told in words."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import accounts, holding, starving
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.cards import sent_by, why
from salesdesk.desk.choosing import DEALT, why_nothing_fresh
from salesdesk.desk.eligibility import dialable, ended, pre_approach, standing
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import EVERYONE, LEADERS, Role
from salesdesk.desk.windowing import DAYS_AHEAD
from salesdesk.line import preapproach
from salesdesk.line.eligibility import CAUSES
from salesdesk.line.queues import clock
from salesdesk.line.text import clean
from salesdesk.store import assignments, blocks, campaigns, holds, leads, people, promises, strata, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

MOST_ZONES = 3
"""Zones in which somebody may be, whose clocks are told."""


class ExplainTicket(Request["Explanation"]):
    """Why is this ticket served now, or why not?"""

    ticket: int = Field(description="the ticket")


class Explanation(Reply):
    """Every rule that bears on a ticket, in words; `allowed` says whether it may be called now."""

    ticket: int
    allowed: bool
    summary: str
    lines: tuple[str, ...]


@operation(roles=EVERYONE, effect=READ)
def explain_ticket(floor: Floor, me: Person, ask: ExplainTicket) -> Explanation:
    """Explain a ticket: its campaign, stratum, rank, window, law, attempts, and what blocks it if anything does."""
    ticket = tickets.by_id(floor.session, ask.ticket)
    hold = holding.on(floor, ticket) if ticket else None
    # Asked before whether it is there: who may not see a ticket does not learn that either.
    if not me.roles & LEADERS and (hold is None or hold.person_id != me.id):
        raise Refused("not_yours", "you see the lead that you hold; a coordinator sees the others")
    if ticket is None:
        raise BadRequest("unknown_ticket", f"there is no ticket {ask.ticket}")
    lead, campaign = holding.of_ticket(floor, ticket)
    phones = leads.phones(floor.session, lead.contact_id)
    phone = (holding.current(phones, hold) if hold else None) or dialable(phones)
    caller = hold.person_id if hold else 0
    promise = promises.of_ticket(floor.session, ticket.id)
    agreed = holding.agreed(promise, ticket)
    chosen = hold is None and promise is None and holding.chosen("fresh", ticket)
    chosen_for = (lead.sdr_id or 0) if chosen else None  # whoever may, not whoever asks
    call = standing(floor, lead, phone, campaign, caller=caller, agreed=agreed, chosen_for=chosen_for)
    lines = [*_dealing_lines(floor, me, ticket, hold), *_time_lines(floor, ticket, hold)]
    lines += _campaign_lines(floor, campaign) + _company_lines(floor, lead, ticket)
    if call.decision:
        clocks = list(call.decision.local_times.items())[:MOST_ZONES]
        times = ", ".join(f"{at:%a %H:%M} {name.split('/')[-1].replace('_', ' ')}" for name, at in clocks)
        lines.append(f"their time: {times}" if times else "their time zone is unknown")
        lines.append(f"the law and the campaign's hours: {call.decision.reason}")
    state = "may be called now" if call.verdict.allowed else f"may not be called now: {call.verdict}"
    summary = why(floor, me, ticket, lead, campaign, hold.reason if hold else "")
    told = tuple(filter(None, (sent_by(floor, ticket), state, *lines)))
    return Explanation(ticket=ticket.id, allowed=call.verdict.allowed, summary=summary, lines=told)


def _dealing_lines(floor: Floor, me: Person, ticket: TicketRow, hold: holds.HoldRow | None) -> list[str]:
    campaign = campaigns.by_id(floor.session, ticket.campaign_id)
    stratum = next((row for row in strata.everything(floor.session) if row["id"] == ticket.stratum_id), None)
    lines = [f"campaign {clean(campaign.name)}" if campaign else "", f"station {ticket.station}, {ticket.kind}"]
    if stratum:
        lines.append(f"stratum {clean(stratum['label'])}, {stratum['size']:,} released")
        if hold:
            dealt = [r for r in strata.dealt(floor.session) if r["person_id"] == hold.person_id]
            had = sum(row["n"] for row in dealt if row["stratum_id"] == ticket.stratum_id)
            total = sum(row["n"] for row in dealt if row["campaign_id"] == ticket.campaign_id)
            own = hold.person_id == me.id
            behind = f"; {'you' if own else 'they'} were furthest behind here" if hold.reason in DEALT else ""
            who = "you were" if own else f"{_name(floor, hold.person_id)} was"
            lines.append(f"{who} dealt {had:,} of it, {total:,} in this campaign{behind}")
        lines.append("inside a stratum the order is random, the same for everybody, and fixed by the floor's secret")
    return [line for line in lines if line]


def _time_lines(floor: Floor, ticket: TicketRow, hold: holds.HoldRow | None) -> list[str]:
    lines = [f"attempts so far: {ticket.attempts}"]
    if ticket.state == "sleeping" and ticket.due_at:
        lines.append(f"sleeps until {local(ticket.due_at, floor.settings.zone):%a %d %b %H:%M} floor time")
    promise = promises.of_ticket(floor.session, ticket.id)
    if promise:
        owner = people.by_id(floor.session, promise.person_id)
        lines.append(
            f"promised for {local(promise.due_at, promise.zone):%a %d %b %H:%M} their time,"
            f" by {clean(owner.name) if owner else 'anyone'}"
        )
    if ticket.state == "done":
        lines.append("this campaign is finished with the lead")
    if hold is not None and hold.void:
        lines.append(hold.void)
    return lines


def _campaign_lines(floor: Floor, campaign: CampaignRow) -> list[str]:
    sent, over = pre_approach(campaign), ended(floor, campaign)
    lines = [] if sent == preapproach.NONE else [f"before the calls: {clean(sent.told())}"]
    return [*lines, f"the campaign {over}"] if over else lines


def _company_lines(floor: Floor, lead: LeadRow, ticket: TicketRow) -> list[str]:
    lines = []
    rests = accounts.rests_until(floor, lead)
    if rests is not None:
        lines.append(f"a colleague of theirs was contacted: their company rests until {_clock(floor, rests)}")
    whose = accounts.keeper(floor, lead, ticket.campaign_id)
    owner = whose.person_id if whose else ticket.owner_id
    if owner is not None:
        until = f" until {_clock(floor, whose.until)}" if whose else ""
        lines.append(f"kept for {_name(floor, owner)}{until}, who has called their company")
    caller = accounts.on_a_call(floor, lead)
    if caller is not None:
        lines.append(f"a colleague of theirs is on a call with {_name(floor, caller)}")
    return lines


def _name(floor: Floor, person_id: int) -> str:
    row = people.by_id(floor.session, person_id)
    return clean(row.name) if row else "somebody who has left"


class WhyDry(Request["Dryness"]):
    """Why is there nothing to call?"""

    station: str = Field("sdr", description="the calling station")
    campaign: int | None = Field(None, description="one campaign; mine, or all for a coordinator, when left out")
    mine: bool = Field(False, description="my campaigns only, also for a coordinator")


class Block(Reply):
    """How many leads one cause holds back, and until when (epoch seconds) if the clock will free them."""

    cause: str
    leads: int
    until: int | None = None


class Dryness(Reply):
    """What blocks the queue, by cause; `ready` leads could be served now. `held_back` says that the queue is not why
    nothing is served to me: a promise of mine is near ("promise"), or I gave too many leads back ("barred"); until then
    (epoch seconds)."""

    ready: int
    blocks: tuple[Block, ...]
    sentence: str
    held_back: str = ""
    until: int | None = None


@operation(roles=EVERYONE - {Role.BOARD}, effect=READ)
def why_dry(floor: Floor, me: Person, ask: WhyDry) -> Dryness:
    """Count what holds the rest of the queue back, by cause, and say it in a sentence."""
    if ask.campaign is not None:
        ids = [campaign_of(floor, ask.campaign).id]
    elif me.roles & LEADERS and not ask.mine:
        ids = [row.id for row in campaigns.everything(floor.session)]
    else:
        ids = [row["campaign_id"] for row in assignments.everything(floor.session, me.id) if row["turn"]]
    if not ids:
        return Dryness(ready=0, blocks=(), sentence="you are in no campaign; a coordinator can put you into one")
    found = blocks.by_cause(floor.session, ids, ask.station, floor.now, floor.day, me.id)
    ready = sum(row["leads"] for row in found if row["cause"] == "ready")
    lines = [
        Block(cause=_WORDS[row["cause"]], leads=row["leads"], until=_known(row["until"]))
        for row in found
        if row["cause"] != "ready" and row["leads"]
    ]
    mine = why_nothing_fresh(floor, me, ask.station)
    if mine is not None:
        return Dryness(ready=ready, blocks=tuple(lines), sentence=mine.sentence, held_back=mine.why, until=mine.until)
    told = starving.told_words(floor, ids) if not ready else ""
    sentence = "; ".join(filter(None, (_sentence(floor, ready, found), told)))
    return Dryness(ready=ready, blocks=tuple(lines), sentence=sentence)


_WORDS = {
    "window": "outside their calling hours",
    "sleeping": "cooling down between tries",
    "resting": CAUSES["resting"],
    "company": CAUSES["company_rests"],
    "kept": CAUSES["kept"],
    "promised": "promised for an hour",
    "held": "on somebody's screen",
    "paused": CAUSES["paused"],
    "ended": CAUSES["ended"],
    "unopened": CAUSES["unopened"],
    "done": "finished in this campaign",
}


def _sentence(floor: Floor, ready: int, found: list[blocks.Row]) -> str:
    if ready:
        return f"{ready:,} lead{'' if ready == 1 else 's'} can be served now"
    parts = []
    for row in found:
        if not row["leads"] or row["cause"] == "done":
            continue
        at = _clock(floor, row["until"]) if _known(row["until"]) else ""
        count = f"{row['leads']:,}"
        parts.append(
            {
                "window": f"{count} outside their hours" + _opens(row, at),
                "resting": f"{count} resting",
                "company": f"{count} in companies that rest" + (f", the first until {at}" if at else ""),
                "kept": f"{count} kept for {_whom(row)}" + (f", the first until {at}" if at else ""),
                "sleeping": f"{count} cooling" + (f", the first until {at}" if at else ""),
                "promised": f"{count} promised" + (f", the first for {at}" if at else ""),
                "ended": f"{count} in a campaign that has ended",
                "unopened": f"{count} before calls open"
                + (f", {_day(floor, row)}" if at else ": nothing was sent yet"),
                "held": f"{count} on colleagues' screens",
                "paused": f"{count} in a paused campaign",
            }[row["cause"]]
        )
    if not parts:
        return "every released lead is finished; a coordinator can release the next batch"
    return "; ".join(parts)


def _opens(row: blocks.Row, at: str) -> str:
    if at:
        return f", the first opens {at} yours"
    return f", no hour within {DAYS_AHEAD} days" if row["never"] == row["leads"] else ""


def _known(until: int | None) -> int | None:
    """An instant that will come."""
    return until if until is not None and until < preapproach.NEVER else None


def _day(floor: Floor, row: blocks.Row) -> str:
    return preapproach.day_words(local(row["until"], floor.settings.zone).date())


def _whom(row: blocks.Row) -> str:
    who = clean(row["who"] or "a colleague")
    return who if row["owners"] < 2 else f"{who} and others"


def _clock(floor: Floor, at: int) -> str:
    """An instant in floor time."""
    return clock(at, floor.settings.zone, floor.now)
