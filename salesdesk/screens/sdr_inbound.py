"""Those who come to us, at the SDR's station: who rings is looked up, who waits is taken for an undialed lead."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.local import Desk
from salesdesk.line.salesmap import Field, Outcome, Route
from salesdesk.screens.sdr_serving import ServedSeat
from salesdesk.widgets.entry import Entry

if TYPE_CHECKING:
    from salesdesk.desk.ringback import FindRingBack

RING_BACK = Outcome(
    id="ring_back",
    key="f",
    label="They ring back",
    definition="somebody who was called rings us",
    routes=(Route(to="none"),),
    fields=(
        Field(
            id="said",
            label="Number or e-mail",
            kind="text",
            required=True,
            definition="their full number, or their e-mail address; only an exact match is found",
        ),
    ),
)


class InboundSeat(ServedSeat):
    """A seat to which people come by themselves, too."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._look_again = False
        self._asked: tuple[Entry, FindRingBack] | None = None

    # who rings back -------------------------------------------------------------------------------------------------

    def action_ring_back(self) -> None:
        """Ask for the number or the address of whoever rings."""
        card = self.shift.card
        if not self.sits_here():
            return
        if card is not None and not self.shift.stop and (card.dials or card.dialed_at is not None):
            self.say("record what came of this call first (a digit), then f", "warn")
            return
        zone = self.desk.person.zone or self.desk.settings.zone
        self.say("")
        self.form.open(Entry(RING_BACK, zone, zone, lambda: datetime.fromtimestamp(self.desk.now(), UTC), RING_BACK.id))

    async def look_up(self, entry: Entry) -> None:
        """Look up what was typed. Typed once, it is one look-up, also when its answer was lost."""
        from salesdesk.desk.ringback import FindRingBack

        if self.form.entry is not entry:
            return
        said = str(entry.answers["said"])
        if self._asked is None or self._asked[0] is not entry or self._asked[1].said != said:
            self._asked = (entry, FindRingBack(said=said, station=self.station))
        found = await self.ask(self._asked[1])
        if found.card is not None:
            self._serve(found.card, found.sentence)
        elif found.found in ("nobody", "several"):  # they are still on the line: another try needs only its digit
            entry.errors["said"] = found.sentence
            self.form.open(entry)
        else:
            self.form.close()
            self.say(found.sentence, "warn")

    # who waits ------------------------------------------------------------------------------------------------------

    def action_take_inbound(self) -> None:
        """Take whoever asked for us and waits; the undialed lead goes back."""
        card = self.shift.card
        if card is None or not self.shift.undialed:
            self.say(
                f"{self.cap('take_inbound')} takes whoever asked for us, instead of a lead that you have not dialed",
                "warn",
            )
        else:
            self.act(partial(self._take_inbound, card))

    async def _take_inbound(self, card: TicketCard) -> None:
        from salesdesk.desk.swapping import SwapForInbound

        taken = await self.ask(SwapForInbound(ticket=card.ticket, token=card.token))
        if taken is not None:
            self._serve(taken, "they asked for us; your lead went back uncounted")

    async def moved(self) -> None:
        seen_this_second = self._looked == self.desk.now()
        await super().moved()
        self._look_again = seen_this_second

    def tick(self, now: int) -> None:
        super().tick(now)
        if self._look_again and self.shift.card is not None and not self.shift.stop:
            self._look_again, self._looked = False, now
            self.read(partial(self._check_hold, self.shift.card), "hold")
