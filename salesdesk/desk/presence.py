"""I am still here: a beat keeps my seat and my lead for another 45 seconds."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import holding, housekeeping, seats
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Reply, Write, operation
from salesdesk.desk.roles import WORKERS


class Heartbeat(Write["Beat"]):
    """I am still here."""

    ticket: int | None = Field(None, description="the ticket on my screen")
    token: str = Field("", description="its token")
    seat: str = Field("", max_length=40, description="the token of my seat at this terminal")
    wrapping: int | None = Field(None, ge=0, le=86_400, description="seconds for which I have written the outcome")


class Beat(Reply):
    """Whether the lead on my screen is still mine; `stop` says why it must not be worked any more. `elsewhere`: I took
    my seat at another terminal, this one has none."""

    holding: bool
    stop: str = ""
    elsewhere: bool = False


@operation(roles=WORKERS, effect=WRITE, keyed=False)
def heartbeat(floor: Floor, me: Person, ask: Heartbeat) -> Beat:
    """Renew my seat and my hold for another 45 seconds; writes no event."""
    if not seats.beat(floor, me.id, ask.seat, ask.wrapping):
        return Beat(holding=False, elsewhere=True)
    housekeeping.forget_receipts(floor)
    if ask.ticket is None:
        return Beat(holding=False)
    hold = holding.in_hand(floor, me, ask.ticket, ask.token)
    if hold is None:
        return Beat(holding=False, stop="this lead went back to the queue while your screen was silent")
    holding.renew(floor, hold)
    return Beat(holding=not hold.void, stop=hold.void)
