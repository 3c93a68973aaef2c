"""May this lead be served or dialed now? Gathers from the store what `line.eligibility` decides by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from salesdesk.desk import accounts
from salesdesk.desk.floor import Floor, Json
from salesdesk.line import calling, ending, preapproach
from salesdesk.line.calling import Courtesy, Decision, Place
from salesdesk.line.eligibility import Standing, Verdict, eligible
from salesdesk.line.numbering import Origin
from salesdesk.line.preapproach import PreApproach
from salesdesk.store import events, holds, leads, suppressions
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow, PhoneRow
from salesdesk.store.promises import PromiseRow
from salesdesk.store.session import Row
from salesdesk.store.tickets import TicketRow

DIALABLE = "good"


@dataclass(frozen=True, slots=True)
class Call:
    """A number of a lead that could be dialed now, what the law says to it, and the verdict over all rules."""

    phone: PhoneRow | None
    decision: Decision | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Known:
    """Everything about a ticket in somebody's hands. What a claim has found out, its card need not ask again."""

    hold: HoldRow
    ticket: TicketRow
    promise: PromiseRow | None
    lead: LeadRow
    campaign: CampaignRow
    phones: list[PhoneRow]
    call: Call
    script: Row | None
    second: bool
    """The campaign is the one they work in when their first has nothing for them."""


@lru_cache(maxsize=4096)
def place(number_zones: str, number_regions: str, zones: str, regions: str, confirmed_zone: str) -> Place:
    """Where a person may be: zones and jurisdictions as the store keeps them, words separated by spaces. A number that
    is stored without zones leaves them to the address."""
    own = frozenset(number_zones.split())
    number = Origin(own, frozenset(number_regions.split()), placeless=not own)
    return calling.joined(number, frozenset(zones.split()), regions.split(), confirmed_zone)


def place_of(lead: LeadRow, phone: PhoneRow | None) -> Place:
    """Where the person behind a number may be, or without one where their address is; a zone that the prospect
    confirmed replaces all guesses."""
    zones, regions = (phone.zones, phone.regions) if phone else ("", "")
    both = f"{lead.regions} {lead.confirmed_region or ''}"
    return place(zones, regions, lead.zones, both, lead.confirmed_zone or "")


@lru_cache(maxsize=256)
def _courtesy(weekdays: tuple[int, ...], start: str, stop: str) -> Courtesy:
    return Courtesy(frozenset(weekdays), time.fromisoformat(start), time.fromisoformat(stop))


def courtesy_of(form: Json) -> Courtesy:
    """The campaign's hours in the prospect's time; Monday to Friday 8:30 to 17:30 unless it says otherwise."""
    hours = form.get("hours") or {}
    return _courtesy(
        tuple(hours.get("weekdays", (0, 1, 2, 3, 4))), hours.get("start", "08:30"), hours.get("stop", "17:30")
    )


def pre_approach(campaign: CampaignRow) -> PreApproach:
    """What goes out before a campaign's calls."""
    return preapproach.of_concept(campaign.form.get("pre_approach"))


def unopened(floor: Floor, campaign: CampaignRow) -> str:
    """Why a campaign's calls are not open yet, in words; "" when they are."""
    return pre_approach(campaign).waiting(date.fromisoformat(floor.day)) if campaign.opens_at > floor.now else ""


def ended(floor: Floor, campaign: CampaignRow) -> str:
    """Why none of a campaign's leads is called by our own choice any more, in words; "" while they are."""
    return ending.words(campaign.last_day, floor.day, campaign.form.get("end_share"))


def dials_lately(floor: Floor, phone: PhoneRow) -> tuple[datetime, ...]:
    """The instants of the last 30 days at which this person, or anybody else behind this number, was dialed: laws
    cap attempts by person and by number."""
    dials = events.dials(floor.session, phone.mark, _month_ago(floor))
    return tuple(datetime.fromtimestamp(at, UTC) for at in dials)


def _month_ago(floor: Floor) -> int:
    """The first event id of the last 30 days."""
    return events.id_floor(floor.now - 30 * 86_400)


def decide(floor: Floor, lead: LeadRow, phone: PhoneRow, campaign: CampaignRow, *, agreed: bool = False) -> Decision:
    """What the law says to dialing this number now, and courtesy too unless the prospect `agreed` to the hour."""
    courtesy = None if agreed else courtesy_of(campaign.form)
    return _decided(place_of(lead, phone), floor.instant, dials_lately(floor, phone), courtesy)


@lru_cache(maxsize=256)
def _decided(place: Place, instant: datetime, dials: tuple[datetime, ...], courtesy: Courtesy | None) -> Decision:
    """Kept for a moment: a lead that is served is decided upon again for its card."""
    return calling.decide(place, instant=instant, kind="business", profile="strict", attempts=dials, courtesy=courtesy)


def standing(
    floor: Floor,
    lead: LeadRow,
    phone: PhoneRow | None,
    campaign: CampaignRow,
    *,
    caller: int | None = None,
    agreed: bool = False,
    chosen_for: int | None = None,
) -> Call:
    """The verdict on one lead at one number now; `agreed` says that the prospect named this hour. Customers, open
    deals and partners were left out when the batch was checked. With `caller`, a lead or number in the hands of
    anybody else is none for them; whoever holds it, or is about to take it, need not ask. With `chosen_for`, we choose
    to make this call, and that person would: then the opening and the end of the campaign's calls, their company's
    rest and whose it is bear on it."""
    if phone:
        floor.session.soon(lambda session: events.dials(session, phone.mark, _month_ago(floor)))
    scope = suppressed(floor, lead, [phone] if phone else [])
    decision = decide(floor, lead, phone, campaign, agreed=agreed) if phone else None
    facts = Standing(
        now=floor.now,
        suppressed=scope,
        excluded=None,
        rests_until=lead.rests_until,
        dialable=phone is not None and phone.state == DIALABLE,
        live=bool(campaign.live),
        law_allows=bool(decision and decision.allow),
        law_reason=decision.reason if decision else "",
        law_next=int(decision.next_allowed.timestamp()) if decision and decision.next_allowed else None,
        held_by_other=caller is not None and _held_by_other(floor, lead, phone, caller),
        ended=chosen_for is not None and campaign.last_day < floor.day,
        opens_at=campaign.opens_at if chosen_for is not None else 0,
        company_rests_until=accounts.rests_until(floor, lead) if chosen_for is not None else None,
        kept_until=accounts.kept_from(floor, chosen_for, lead, campaign.id) if chosen_for is not None else None,
        company_busy=caller is not None and accounts.on_a_call(floor, lead) is not None,
    )
    return Call(phone, decision, eligible(facts))


_OF_A_NUMBER = frozenset({"law", "unknown_zone", "attempt_cap", "holiday", "consent", "no_rules", "courtesy"})
"""Causes that may hold for one number of a person and not for another."""


def first_callable(
    floor: Floor,
    lead: LeadRow,
    phones: list[PhoneRow],
    campaign: CampaignRow,
    *,
    agreed: bool = False,
    chosen_for: int | None = None,
) -> Call:
    """The call to the lead's first good number; to a later one when law or suppression forbid those before it and allow
    that one now. When none may be called, the one that may be called soonest says until when."""
    good: list[PhoneRow | None] = [phone for phone in phones if phone.state == DIALABLE]
    calls: list[Call] = []
    for phone in good or [None]:
        call = standing(floor, lead, phone, campaign, agreed=agreed, chosen_for=chosen_for)
        calls.append(call)
        verdict = call.verdict
        if verdict.allowed or not (
            verdict.cause in _OF_A_NUMBER or (verdict.cause, verdict.detail) == ("suppressed", "number")
        ):
            return call
    return min(calls, key=lambda call: (call.verdict.until is None, call.verdict.until or 0))


def suppressed(floor: Floor, lead: LeadRow, phones: Collection[PhoneRow] | None = None) -> str | None:
    """The do-not-call scope (number, person, company) that covers a lead at these numbers, by default at all its
    good ones; None when it may be called. Until the end of a write that asked, nobody puts them on the list."""
    if phones is None:
        phones = [each for each in leads.phones(floor.session, lead.contact_id) if each.state == DIALABLE]
    numbers, people = [phone.mark for phone in phones], person_marks(floor, lead)
    company = floor.mark("company", lead.account_key) if lead.account_key else None
    floor.session.alone(*numbers, *people, *([company] if company else []))
    return suppressions.scope_of(floor.session, numbers=numbers, people=people, company=company)


def person_marks(floor: Floor, lead: LeadRow) -> list[str]:
    """The marks by which a person is suppressed whatever number is tried: their record and their address."""
    marks = [floor.mark("contact", str(lead.contact_id))]
    return [*marks, lead.email_mark] if lead.email_mark else marks


def exclusion_marks(floor: Floor, lead: LeadRow, phone: PhoneRow | None) -> list[str]:
    """The marks by which a lead is found on lists of customers, open deals and partners."""
    marks = [lead.email_mark or "", phone.mark if phone else ""]
    if lead.account_key:
        marks.append(floor.mark("company", lead.account_key))
    return [mark for mark in marks if mark]


def dialable(phones: list[PhoneRow]) -> PhoneRow | None:
    """The first number that is not known to be wrong."""
    return next((phone for phone in phones if phone.state == DIALABLE), None)


def _held_by_other(floor: Floor, lead: LeadRow, phone: PhoneRow | None, me: int) -> bool:
    return holds.by_other(floor.session, lead.id, phone.e164 if phone else "", me)
