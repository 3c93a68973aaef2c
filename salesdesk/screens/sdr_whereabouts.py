"""Where a prospect says that they are, asked in place at the SDR's station; the card's time and hours follow."""

from __future__ import annotations

from datetime import UTC, datetime

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.line.salesmap import Field, Outcome, Route
from salesdesk.screens.sdr_serving import ServedSeat
from salesdesk.widgets.entry import Entry

PLACE = Outcome(
    id="place",
    key="l",
    label="Where they are",
    definition="The prospect said where they are.",
    routes=(Route(to="none"),),
    fields=(
        Field(
            id="place",
            label="They say they are in",
            kind="text",
            required=True,
            unknown=True,
            max_length=80,
            definition="a town, a state or a time zone; ? takes back what was confirmed",
        ),
    ),
)
_UNCLEAR = frozenset({"ambiguous_place", "unknown_place"})


def ask(seat: ServedSeat, card: TicketCard) -> None:
    """Ask where they are."""
    mine = seat.desk.person.zone or seat.desk.settings.zone
    seat.say("")
    entry = Entry(PLACE, card.zone, mine, lambda: datetime.fromtimestamp(seat.desk.now(), UTC), PLACE.id)
    entry.hints = {each.id: each.definition for each in PLACE.fields}
    seat.form.open(entry)


async def confirm(seat: ServedSeat, entry: Entry, card: TicketCard) -> None:
    """Send what was typed; an unclear place is asked again with its choices."""
    from salesdesk.desk.whereabouts import ConfirmZone

    if seat.form.entry is not entry:
        return
    asked = ConfirmZone(ticket=card.ticket, token=card.token, place=str(entry.answers["place"]))
    try:
        placed = await seat.ask(asked)
    except Refused as no:
        if no.code not in _UNCLEAR:
            raise
        entry.errors["place"] = no.message
        seat.form.open(entry)
        return
    seat.form.close()
    if placed is not None and seat.shift.card is not None and seat.shift.card.token == placed.token:
        seat.shift.card = placed
        there = placed.zone.rsplit("/", 1)[-1].replace("_", " ")
        seat.say(f"their time is {there} now; their hours and promises follow")
        seat.repaint()
