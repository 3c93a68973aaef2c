"""The lead on a screen that nobody has dialed yet makes room for somebody who asked for us."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import holding, inbound, seats
from salesdesk.desk.cards import TicketCard, card_in_hand
from salesdesk.desk.choosing import Next, next_waiting
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Write, operation
from salesdesk.desk.roles import WORKERS
from salesdesk.desk.seats import station_for
from salesdesk.desk.serving import MOST_DENIALS, Claimed, take_if_callable
from salesdesk.line import inbound as rules
from salesdesk.store import inbounds
from salesdesk.store.holds import HoldRow

SWAPPED = "swapped"
"""The event of a lead that went back for this; it is counted nowhere, and against nobody."""


class SwapForInbound(Write["TicketCard | None"]):
    """Give me whoever waits, instead of the lead that I have not dialed."""

    ticket: int = Field(description="the undialed ticket in my hands")
    token: str = Field(description="its token")


def _card(floor: Floor, me: Person, ask: SwapForInbound, claimed: Claimed) -> TicketCard | None:
    return card_in_hand(floor, me, claimed.ticket, claimed.token)


@operation(roles=WORKERS, effect=WRITE, view=_card)
def swap_for_inbound(floor: Floor, me: Person, ask: SwapForInbound) -> Claimed:
    """Take the one who has waited longest, 30 seconds at least unless a supervisor offered me; my undialed lead goes
    back uncounted, to the head."""
    hold, ticket, *_ = holding.mine(floor, me, ask.ticket, ask.token)
    station = station_for(floor, me, ticket.station)
    waited = 0 if inbounds.is_offered(floor.session, me.id, floor.now) else rules.SWAP_AFTER
    asked = next_waiting(floor, me, station, waited=waited)
    if asked is None:
        raise Refused("nobody_waits", "nobody has waited 30 seconds; free seats take those who have just asked")
    make_room(floor, me, hold)
    for _ in range(MOST_DENIALS):
        if taken := take_if_callable(floor, me, Next(asked, inbound.KIND)):
            seats.enter(floor, me.id, "preview", station=station.name, campaign_id=asked.campaign_id)
            return Claimed(ticket=asked.id, token=taken.token)
        asked = next_waiting(floor, me, station, waited=waited)
        if asked is None:
            break
    raise Refused("nobody_waits", "whoever waited cannot be called just now; your lead is still yours")


def make_room(floor: Floor, me: Person, hold: HoldRow) -> None:
    """Let my undialed lead go back with its rank, uncounted; refuses while a call is on."""
    if hold.called:
        raise Refused("on_a_call", "record what came of this call first")
    holding.give_back(floor, hold, kind=SWAPPED, person_id=me.id)
