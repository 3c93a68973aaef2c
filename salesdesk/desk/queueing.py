"""A lead that came to us is put into the queue: in a stratum of its own, in the hours that the law allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import NamedTuple

from salesdesk.desk import holding
from salesdesk.desk.eligibility import decide, dialable, place_of
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Json, local
from salesdesk.desk.routing import blank
from salesdesk.desk.windowing import window_for
from salesdesk.line import experiments
from salesdesk.line.calling import Courtesy
from salesdesk.line.inbound import KIND
from salesdesk.store import accounts, campaigns, counters, inbounds, leads, promises, strata, tickets, windows
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

ALL_HOURS = Courtesy(frozenset(range(7)), time.min, time.max)
"""Whoever asked for us is called in the law's hours, not only in the campaign's."""


class Opening(NamedTuple):
    """From when a lead may be called (epoch seconds), and that in words."""

    at: int
    words: str


def opening(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> Opening:
    """When the law first allows the call; refuses where it never does."""
    phone = dialable(leads.phones(floor.session, lead.contact_id))
    assert phone is not None, "whoever asks has a number"
    decision = decide(floor, lead, phone, campaign, agreed=True)
    if decision.allow:
        return Opening(floor.now, "")
    if decision.next_allowed is None:
        raise Refused("no_call", "the law allows no call to this number within the next days")
    at = int(decision.next_allowed.timestamp())
    there = local(at, holding.zones_of(floor, lead)[0])
    return Opening(at, f"the law lets them be called from {there:%a %H:%M} their time on")


def lift_up(
    floor: Floor,
    lead: LeadRow,
    campaign: CampaignRow,
    known: TicketRow | None,
    start: Opening | None,
    *,
    kind: str,
) -> TicketRow:
    """The lead's ticket at its campaign's calling station, made or moved to the stratum of those who came to us, as if
    nobody had called yet. A promise stands, and is due at once. Without `start` it waits for nobody: they are
    on the line."""
    columns = _columns(floor, lead, campaign, kind) | _when(floor, start)
    if known is not None:
        if known.stratum_id is not None and not known.dealt and known.state != "done":
            inbounds.leave_stratum(floor.session, known.stratum_id)
        if start is not None and promises.of_ticket(floor.session, known.id):
            promises.postpone(floor.session, known.id, start.at)
            columns |= {"state": "promised", "due_at": None}
        tickets.change(floor.session, known.id, **columns)
    else:
        fresh = blank(counters.take(floor.session, "ticket"), lead.id, campaign.id, campaign.station)
        tickets.add_many(floor.session, [fresh | columns | {"variant": _variant(floor, lead, campaign)}])
    made = tickets.at_station(floor.session, lead.id, campaign.id, campaign.station)
    assert made is not None, "it was just put there"
    return made


def _columns(floor: Floor, lead: LeadRow, campaign: CampaignRow, kind: str) -> Json:
    stratum = strata.grow(floor.session, campaign.id, KIND, 1)
    phone = dialable(leads.phones(floor.session, lead.contact_id))
    where = place_of(lead, phone)
    if not where.zones and not phone:  # nobody calls them from here: it waits by the floor's clock
        where = replace(where, zones=(floor.settings.zone,))
    return {
        "kind": kind,
        "batch_id": None,
        "stratum_id": stratum,
        "lane_id": windows.lane(floor.session, stratum, window_for(floor, [where], ALL_HOURS)),
        "rank": holding.rank(floor, campaign, lead.id, 0),
        "sleeps_again_at": None,
        "owner_id": None,
        "owner_until": None,
        "credit_id": None,
        "attempts": 0,
        "dealt": 0,
        "dayparts": "",
        "entered_at": floor.now,
    }


def _when(floor: Floor, start: Opening | None) -> Json:
    if start is None:
        return {"state": "done", "due_at": None}
    if start.at <= floor.now:
        return {"state": "ready", "due_at": None}
    return {"state": "sleeping", "due_at": start.at}


def _variant(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> str:
    """The script of the campaign that this company hears."""
    had = accounts.variants(floor.session, [lead.account_id], campaign.id)
    if lead.account_id in had:
        return had[lead.account_id]
    variants = campaigns.variants(floor.session, campaign.id) or ["A"]
    arm = experiments.assign(f"campaign-{campaign.id}", str(lead.account_id), [1 / len(variants)] * len(variants))
    return variants[arm]
