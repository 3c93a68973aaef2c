"""Routes: where an outcome sends the work. Tickets may stand at stations whose screens come later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from salesdesk.desk import holding
from salesdesk.desk.floor import Floor, Person
from salesdesk.line.outcomes import Fact
from salesdesk.line.salesmap import PLACES, Route
from salesdesk.line.text import clean
from salesdesk.store import counters, leads, tickets
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

NEW_CONTACT = "new_contact"


def follow(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    routes: Sequence[Route],
    answers: Mapping[str, Fact],
) -> tuple[TicketRow, ...]:
    """Put a ticket at every station that the routes name; returns the tickets that now stand there."""
    made: list[TicketRow] = []
    for route in routes:
        if route.to == "pool" and route.kind == NEW_CONTACT:
            made += new_contact(floor, me, ticket, lead, campaign, answers)
        elif route.to == "pool" and ticket.station != campaign.station:
            made += _back_to_pool(floor, lead, campaign)
        elif route.to not in PLACES and route.to != ticket.station:
            made.append(_stand(floor, me, lead, campaign, route))
    return tuple(made)


def _stand(floor: Floor, me: Person, lead: LeadRow, campaign: CampaignRow, route: Route) -> TicketRow:
    """The lead's ticket at a station, made or opened again; the oldest of a station is served first."""
    known = tickets.at_station(floor.session, lead.id, campaign.id, route.to)
    if known is not None and known.state != "done":
        return known
    columns = {
        "kind": route.kind or "work",
        "state": "ready",
        "rank": floor.now,
        "due_at": None,
        "entered_at": floor.now,
    }
    if known is not None:
        tickets.change(floor.session, known.id, **columns)
    else:
        ticket_id = counters.take(floor.session, "ticket")
        tickets.add_many(
            floor.session, [blank(ticket_id, lead.id, campaign.id, route.to) | columns | {"credit_id": me.id}]
        )
    standing = tickets.at_station(floor.session, lead.id, campaign.id, route.to)
    assert standing is not None, "it was just put there"
    return standing


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
    found = tickets.by_id(floor.session, known.id)
    return [found] if found else []


def new_contact(
    floor: Floor,
    me: Person,
    ticket: TicketRow,
    lead: LeadRow,
    campaign: CampaignRow,
    answers: Mapping[str, Fact],
) -> list[TicketRow]:
    """A colleague of the prospect becomes a lead of the same account and stratum, if a number to call is known.

    Without a number of their own they are reached through the company's line that was just called.
    """
    first, _, last = clean(str(answers.get("name") or answers.get("successor") or "")).rpartition(" ")
    calling = tickets.at_station(floor.session, lead.id, campaign.id, campaign.station) or ticket
    phones = leads.phones(floor.session, lead.contact_id)
    if not last or not phones:
        return []
    contact_id = counters.take(floor.session, "contact")
    lead_id = counters.take(floor.session, "lead")
    given = given_number(str(answers.get("number") or ""), lead.country or "US")
    line = phones[0]
    number = {
        "contact_id": contact_id,
        "position": 1,
        "e164": given or line.e164,
        "extension": "" if given else line.extension,
        "mark": floor.mark("number", given or line.e164),
        "zones": line.zones,
        "regions": line.regions,
        "state": "good",
    }
    contact = {
        "id": contact_id,
        "account_id": lead.account_id,
        "first_name": first,
        "last_name": last,
        "title": clean(str(answers.get("role") or "")),
        "seniority": "",
        "email": str(answers["email"]) if answers.get("email") else None,
        "email_mark": floor.mark("person", str(answers["email"])) if answers.get("email") else None,
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
    new_lead = {
        "id": lead_id,
        "contact_id": contact_id,
        "account_id": lead.account_id,
        "list_id": lead.list_id,
        "source": "outbound",
        "introduced_at": floor.now,
    }
    leads.add_contacts(floor.session, [contact], [number], [new_lead])
    ticket_id = counters.take(floor.session, "ticket")
    columns = blank(ticket_id, lead_id, campaign.id, campaign.station) | {
        "kind": "referral",
        "batch_id": calling.batch_id,
        "stratum_id": calling.stratum_id,
        "lane_id": calling.lane_id,
        "rank": holding.rank(floor, lead_id, 0),
        "variant": calling.variant,
        "entered_at": floor.now,
        "credit_id": me.id,
        "dealt": 1,
    }
    tickets.add_many(floor.session, [columns])
    made = tickets.by_id(floor.session, ticket_id)
    return [made] if made else []


def given_number(text: str, region: str) -> str | None:
    """A number that a prospect gave, as E.164, or None when it cannot be one."""
    from salesdesk.line.intake.phones import PhoneNumber, read_phone

    found = read_phone(text, region) if text.strip() else None
    return found.e164 if isinstance(found, PhoneNumber) else None
