"""Where a prospect says that they are ("I'm in Denver") replaces every guess about their time zone, at once."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts, holding, routing
from salesdesk.desk.cards import TicketCard, card_in_hand
from salesdesk.desk.eligibility import place_of
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.line.calling_rules import jurisdiction
from salesdesk.line.text import clean
from salesdesk.line.whereabouts import Choice, choices
from salesdesk.store import leads, promises

NOBODY_KNOWS = frozenset({"", "?", "unknown"})


class ConfirmZone(Write["TicketCard | None"]):
    """They said where they are: their local time, their hours and their place in the queue follow."""

    ticket: int = Field(description="the ticket in my hands")
    token: str = Field(description="its token")
    place: str = Field(max_length=80, description="a town, a state or a time zone; ? takes back what was confirmed")


class Placed(Reply):
    """The zone that counts now, "" when nothing is confirmed (any more)."""

    ticket: int
    zone: str


def _card(floor: Floor, me: Person, ask: ConfirmZone, placed: Placed) -> TicketCard | None:
    return card_in_hand(floor, me, ask.ticket, ask.token)


@operation(roles=WORKERS, effect=WRITE, view=_card)
def confirm_zone(floor: Floor, me: Person, ask: ConfirmZone) -> Placed:
    """Confirm in which time zone the contact on my screen is, from a place as people say it."""
    hold, ticket, lead, _campaign, promise, phones = holding.mine(floor, me, ask.ticket, ask.token)
    chosen = None if ask.place.strip().lower() in NOBODY_KNOWS else _one(ask.place, lead.country or "US")
    zone = chosen.zone if chosen else None
    region = jurisdiction(chosen.region) if chosen and chosen.region else None
    leads.confirm_place(floor.session, lead.contact_id, zone, region)
    placed = lead._replace(confirmed_zone=zone, confirmed_region=region)
    routing.move_to_lanes(floor, placed)
    if promise is not None:
        phone = holding.current(phones, hold)
        zones = place_of(placed, phone).zones if phone else ()
        promises.set_zone(floor.session, ticket.id, zones[0] if zones else floor.settings.zone)
    holding.renew(floor, hold)
    facts.record(floor, "zone_confirmed", me.id, ticket=ticket, zone=zone or "")
    return Placed(ticket=ticket.id, zone=zone or "")


def _one(text: str, country: str) -> Choice:
    found = choices(text, country)
    said = clean(text.strip(), limit=40)
    if not found:
        raise BadRequest("unknown_place", f"«{said}» is no place known here; say the state or zone: Colorado, mountain")
    if len(found) > 1:
        some = " or ".join(each.label for each in found[:4])
        raise BadRequest("ambiguous_place", f"«{said}» may be {some}: which?")
    return found[0]
