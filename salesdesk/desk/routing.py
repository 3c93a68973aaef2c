"""Routes: where an outcome sends the work. Tickets may stand at stations whose screens come later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from salesdesk.desk import accounts, facts, holding
from salesdesk.desk.eligibility import courtesy_of, dialable, place_of, suppressed
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.windowing import window_for
from salesdesk.line.calling_rules import jurisdiction
from salesdesk.line.dealing import seniority
from salesdesk.line.intake.duplicates import same_name
from salesdesk.line.numbering import origin
from salesdesk.line.outcomes import Fact
from salesdesk.line.salesmap import PLACES, Route
from salesdesk.line.text import clean
from salesdesk.store import campaigns, counters, events, leads, tickets, windows
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

NEW_CONTACT = "new_contact"
INTRODUCED = "introduced"
"""The kind of the event that a colleague became a lead because somebody named them."""
HOUSE_LIST = "house list"
"""Whoever adds people is alone with it, so that nobody adds the same ones at once."""


class Followed(NamedTuple):
    """The tickets that stand somewhere because of routes, and what became of somebody who was named, in words without
    their name."""

    tickets: tuple[TicketRow, ...] = ()
    told: str = ""


def follow(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    routes: Sequence[Route],
    answers: Mapping[str, Fact],
) -> Followed:
    """Put a ticket at every station that the routes name."""
    made: list[TicketRow] = []
    told = ""
    for route in routes:
        if route.to == "pool" and route.kind == NEW_CONTACT:
            named, told = new_contact(floor, me, ticket, lead, campaign, answers)
            made += named
        elif route.to == "pool" and ticket.station != campaign.station:
            made += _back_to_pool(floor, lead, campaign)
        elif route.to not in PLACES and route.to != ticket.station:
            made += _stand(floor, me, lead, campaign, route)
    return Followed(tuple(made), told)


def _stand(floor: Floor, me: Person, lead: LeadRow, campaign: CampaignRow, route: Route) -> list[TicketRow]:
    """The lead's ticket at a station, made or opened again unless it stands there already; the oldest of a station
    is served first."""
    known = tickets.at_station(floor.session, lead.id, campaign.id, route.to)
    if known is not None and known.state != "done":
        return []
    columns = {
        "kind": route.kind or "work",
        "state": "ready",
        "rank": floor.now,
        "due_at": None,
        "sleeps_again_at": None,
        "owner_id": None,
        "owner_until": None,
        "entered_at": floor.now,
    }
    if route.kind == holding.REBOOK:  # they were reached, and what was agreed is lost: the tries begin again
        columns |= {"attempts": 0, "dayparts": ""}
    if known is not None:
        tickets.change(floor.session, known.id, **columns)
    else:
        ticket_id = counters.take(floor.session, "ticket")
        tickets.add_many(
            floor.session, [blank(ticket_id, lead.id, campaign.id, route.to) | columns | {"credit_id": me.id}]
        )
    standing = tickets.at_station(floor.session, lead.id, campaign.id, route.to)
    return [standing] if standing else []


def blank(ticket_id: int, lead_id: int, campaign_id: int, station: str) -> dict[str, object]:
    """The columns of a ticket that nothing is known about yet."""
    return {
        "id": ticket_id,
        "lead_id": lead_id,
        "campaign_id": campaign_id,
        "station": station,
        "kind": "work",
        "batch_id": None,
        "stratum_id": None,
        "lane_id": None,
        "state": "ready",
        "rank": 0,
        "due_at": None,
        "sleeps_again_at": None,
        "owner_id": None,
        "owner_until": None,
        "credit_id": None,
        "attempts": 0,
        "dealt": 0,
        "dayparts": "",
        "variant": "A",
        "entered_at": 0,
    }


def _back_to_pool(floor: Floor, lead: LeadRow, campaign: CampaignRow) -> list[TicketRow]:
    known = tickets.at_station(floor.session, lead.id, campaign.id, campaign.station)
    if known is None or known.state != "done":
        return []
    tickets.change(floor.session, known.id, state="ready", due_at=None, sleeps_again_at=None)
    move_to_lanes(floor, lead)
    found = tickets.by_id(floor.session, known.id)
    return [found] if found else []


def move_to_lanes(floor: Floor, lead: LeadRow) -> None:
    """Put the lead's dealt tickets into the lanes of the window that its place and its first good number give now."""
    phone = dialable(leads.phones(floor.session, lead.contact_id))
    if phone is None:
        return
    for ticket in tickets.of_lead(floor.session, lead.id):
        if ticket.state == "done" or ticket.stratum_id is None or ticket.lane_id is None:
            continue
        campaign = campaigns.by_id(floor.session, ticket.campaign_id)
        assert campaign is not None, "a ticket always has its campaign"
        window = window_for(floor, [place_of(lead, phone)], courtesy_of(campaign.form))
        tickets.change(floor.session, ticket.id, lane_id=windows.lane(floor.session, ticket.stratum_id, window))


def new_contact(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    answers: Mapping[str, Fact],
) -> Followed:
    """A colleague of the prospect becomes a lead of the same account and stratum.

    Without a number of their own they are reached through the company's line that was just called; without that they
    wait in the house list. A colleague who is in the house list already is not made twice, and is left alone when
    another campaign has them or they have asked not to be called. While we talked their company may have been put
    aside: then nobody of it is called.
    """
    first, last = _named(answers)
    calling = tickets.at_station(floor.session, lead.id, campaign.id, campaign.station) or ticket
    if not last or calling.lane_id is None or calling.kind == holding.EXCLUDED:
        return Followed()
    floor.session.alone(HOUSE_LIST)
    known = _known(floor, lead, first, last)
    if known is not None and suppressed(floor, known):
        return Followed(told="who was named is on the do-not-call list")
    if known is not None and any(each.state != "done" for each in tickets.of_lead(floor.session, known.id)):
        return Followed(told="who was named is in a campaign already")
    lead_id = known.id if known else _add_colleague(floor, me, lead, first, last, answers)
    made = _serve_in(floor, me, calling, campaign, lead_id)
    if not made:
        return Followed(told="who was named has no number yet")
    own = known is not None or _own_number(lead, answers) is not None
    return Followed(tuple(made), f"the new lead is called on {'a number of its own' if own else 'this number'}")


def reachable(floor: Floor, lead: LeadRow, answers: Mapping[str, Fact]) -> bool:
    """Whether somebody who was named can be written to or called: they have a number or an address, their company's
    line is good, or we know them already."""
    first, last = _named(answers)
    return bool(
        not last
        or answers.get("email")
        or _own_number(lead, answers)
        or dialable(leads.phones(floor.session, lead.contact_id))
        or _known(floor, lead, first, last)
    )


def _named(answers: Mapping[str, Fact]) -> tuple[str, str]:
    """The first and the last name of somebody who was named; "" twice when nobody was."""
    first, _, last = clean(str(answers.get("name") or answers.get("successor") or "")).rpartition(" ")
    return first, last


def _known(floor: Floor, lead: LeadRow, first: str, last: str) -> LeadRow | None:
    """A colleague of this name who is in the house list."""
    for each in leads.colleagues(floor.session, lead.account_id):
        if each.id != lead.id and same_name((first, last), (each.first_name, each.last_name)):
            return each
    return None


def _own_number(lead: LeadRow, answers: Mapping[str, Fact]) -> str | None:
    return given_number(str(answers.get("number") or ""), lead.country or "US")


def _add_colleague(floor: Floor, me: Person, lead: LeadRow, first: str, last: str, answers: Mapping[str, Fact]) -> int:
    line = dialable(leads.phones(floor.session, lead.contact_id))
    given = _own_number(lead, answers)
    contact_id = counters.take(floor.session, "contact")
    lead_id = counters.take(floor.session, "lead")
    email = str(answers["email"]) if answers.get("email") else None
    contact = {
        "id": contact_id,
        "account_id": lead.account_id,
        "first_name": first,
        "last_name": last,
        "title": clean(str(answers.get("role") or "")),
        "seniority": seniority(str(answers.get("role") or "")),
        "email": email,
        "email_mark": floor.mark("person", email) if email else None,
        "city": lead.city,
        "region": lead.region,
        "postal_code": "",
        "country": lead.country,
        "zones": lead.zones,
        "regions": lead.regions,
        "external_id": "",
        "do_not_email": 0,
        "notes": "",
    }
    numbers = []
    if given:
        numbers = [number_columns(floor, contact_id, 1, given, address_known=bool(lead.zones))]
    elif line:
        numbers = [line._asdict() | {"contact_id": contact_id, "position": 1}]
    new_lead = {
        "id": lead_id,
        "contact_id": contact_id,
        "account_id": lead.account_id,
        "list_id": lead.list_id,
        "source": "outbound",
        "introduced_at": floor.now,
    }
    leads.add_contacts(floor.session, [contact], numbers, [new_lead])
    facts.record(floor, INTRODUCED, me.id, lead_id=lead_id, by=lead.id)
    return lead_id


def unmake(floor: Floor, ticket: TicketRow) -> bool:
    """Take a colleague off the house list again, with their ticket, when all that ever happened to them is that
    somebody named them; False when there is more to them."""
    if [event.kind for event in events.of_lead(floor.session, ticket.lead_id)] != [INTRODUCED]:
        return False
    floor.session.alone(HOUSE_LIST)
    tickets.remove(floor.session, ticket)
    leads.remove(floor.session, ticket.lead_id)
    return True


def _serve_in(floor: Floor, me: Person, calling: TicketRow, campaign: CampaignRow, lead_id: int) -> list[TicketRow]:
    """A ticket for a colleague, in the stratum of the one who named them and in the window of their own number; the
    caller who was told of them calls them too."""
    lead = leads.by_id(floor.session, lead_id)
    phone = dialable(leads.phones(floor.session, lead.contact_id)) if lead else None
    if lead is None or phone is None or calling.stratum_id is None:
        return []
    columns: dict[str, object] = {
        "kind": holding.REFERRAL,
        "batch_id": calling.batch_id,
        "stratum_id": calling.stratum_id,
        "lane_id": windows.lane(
            floor.session,
            calling.stratum_id,
            window_for(floor, [place_of(lead, phone)], courtesy_of(campaign.form)),
        ),
        "state": "ready",
        "sleeps_again_at": None,
        "rank": holding.rank(floor, campaign, lead_id, 0),
        "variant": calling.variant,
        "entered_at": floor.now,
        "credit_id": me.id,
        "dealt": 1,
    }
    known = tickets.at_station(floor.session, lead_id, campaign.id, campaign.station)
    if known is not None:
        tickets.change(floor.session, known.id, **columns)
    else:
        ticket_id = counters.take(floor.session, "ticket")
        tickets.add_many(floor.session, [blank(ticket_id, lead_id, campaign.id, campaign.station) | columns])
    made = tickets.at_station(floor.session, lead_id, campaign.id, campaign.station)
    if made is None:
        return []
    tickets.change(floor.session, made.id, **accounts.stays_with(floor, me, lead, campaign.id))
    return [made]


def number_columns(
    floor: Floor,
    contact_id: int,
    position: int,
    e164: str,
    *,
    address_known: bool,
    extension: str = "",
    valid: bool = True,
) -> dict[str, object]:
    """The stored form of a number. A toll-free number says nothing of its place where an address is known."""
    found = origin(e164)
    zones = frozenset() if found.placeless and address_known else found.zones
    return {
        "contact_id": contact_id,
        "position": position,
        "e164": e164,
        "extension": extension,
        "mark": floor.mark("number", e164),
        "zones": " ".join(sorted(zones)),
        "regions": " ".join(sorted({jurisdiction(name) for name in found.regions})),
        "state": "barred" if found.bar else "good" if valid else "unconfirmed",
    }


def given_number(text: str, region: str) -> str | None:
    """A number that a prospect gave, as E.164, or None when it cannot be one."""
    from salesdesk.line.intake.phones import PhoneNumber, read_phone

    found = read_phone(text, region) if text.strip() else None
    return found.e164 if isinstance(found, PhoneNumber) else None
