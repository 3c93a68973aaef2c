"""A seat that leads are served to: the next lead, a dry queue, a floor that is away, my numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesdesk.desk.errors import Refused
from salesdesk.desk.link import OFFLINE
from salesdesk.desk.local import Desk
from salesdesk.desk.serving import AnyWork, ClaimNext, Held
from salesdesk.screens.sdr_day import DaySeat
from salesdesk.store.session import StoreError

if TYPE_CHECKING:
    from salesdesk.desk.cards import TicketCard
    from salesdesk.desk.explaining import Dryness

COUNT = 5
"""Seconds between two looks at my numbers while the floor moves."""
PROBE = 2
"""Seconds between two looks for work while the queue is dry, or for a floor that is away."""
REASON = 20
"""Seconds between two questions why there is no lead, while there is none."""


class ServedSeat(DaySeat):
    """A lead is on the screen, or a page that says why there is none."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._looked = self._counted = 0

    async def moved(self) -> None:
        if self.shift.start is None and not self._turn.locked():
            self.act(self.opened)  # the floor was away when this seat was taken
        elif self.shift.start is not None and self.desk.now() - self._counted >= COUNT:
            self.read(self._count, "numbers")
        if self.shift.waiting:
            await self._probe()
        elif self.shift.page == "cut":
            self._look_for_floor()
        elif self.shift.card is not None and not self.shift.stop and self.desk.now() != self._looked:
            self._looked = self.desk.now()
            await self._check_hold(self.shift.card)

    async def _check_hold(self, card: TicketCard) -> None:
        """Is the lead on the screen still mine? While a write of mine is under way it may just be leaving. A dial
        whose answer was lost shows here."""
        held = await self.ask(Held())
        if card is not self.shift.card or self._turn.locked():
            return
        if held is None or held.token != card.token:
            self._stopped("this lead went back to the queue")
        elif held.stop:
            self._stopped(held.stop)
        elif held.inbound_since != self.shift.waits:
            self.shift.waits = held.inbound_since
            self.repaint()
        elif held.dials != card.dials and not self.desk.link().unsent:
            self.shift.card = held
            self.repaint()

    async def _count(self) -> None:
        from salesdesk.desk.boards import MyNumbers

        if self.desk.link().state == OFFLINE:
            return
        self.shift.numbers = await self.ask(MyNumbers())
        self._counted = self.desk.now()
        self.repaint()

    def tick(self, now: int) -> None:
        if self.shift.waiting and self.desk.link().state != OFFLINE:
            if now % PROBE == 0:
                self.read(self._probe, "probe")
            if now % REASON == 0:
                self.read(self._learn_why, "why")
        if self.shift.page == "cut" and now % PROBE == 0:
            self._look_for_floor()
        super().tick(now)
        if self.form.entry is not None and self.form.entry.slots is not None:
            self.form.repaint()  # how long the slot is still kept

    # serving --------------------------------------------------------------------------------------------------------

    async def _claim(self, told: str = "", tone: str = "good") -> None:
        try:
            card = await self._next()
        except StoreError as error:
            self._wait_for_floor(str(error), told, tone)
            return
        self.read(self._count, "numbers")
        if card is not None:
            self._serve(card, told, tone)
        else:
            self._wait_because(await self._why())
            self.say(told, tone)

    async def _next(self) -> TicketCard | None:
        """The next lead; none while I am barred, too."""
        try:
            return await self.ask(ClaimNext(station=self.station))
        except Refused as no:
            if no.code != "barred":
                raise
            return None

    async def _why(self) -> Dryness:
        from salesdesk.desk.explaining import WhyDry

        return await self.ask(WhyDry(station=self.station, mine=True))

    def _wait_because(self, why: Dryness) -> None:
        """Say why nothing is served: on the page that says so already in new words, which leaves a form open."""
        page = why.held_back or "dry"
        if self.shift.page != page:
            self._turn_to(page, why.sentence)
        self.shift.sentence = why.sentence
        self.shift.limit = why.until - self.shift.since if why.until is not None else 0
        self.repaint()

    async def _learn_why(self) -> None:
        """What keeps leads from me changes while I wait; when it is another reason, so is my seat's state."""
        why = await self._why()
        if self.shift.page == (why.held_back or "dry"):
            self._wait_because(why)
        else:
            self.act(self._claim_when_dry)

    def _wait_for_floor(self, why: str, told: str, tone: str) -> None:
        """No lead can be had now. What came of the last one is kept; the next one comes by itself."""
        waiting, since = self.shift.page == "cut", self.shift.since
        self._turn_to("cut", why)
        if waiting:
            self.shift.since = since
        else:
            unsent = self.desk.link().unsent
            self.say(" · ".join(filter(None, (told, f"{unsent} unsent" if unsent else ""))), tone)

    def _look_for_floor(self) -> None:
        link = self.desk.link()
        if link.state != OFFLINE and not (link.unsent or link.barred or self._turn.locked()):
            self.act(self._claim_when_back)

    async def _claim_when_back(self) -> None:
        if self.shift.page == "cut":
            await self._claim("the floor is there again")

    async def _probe(self) -> None:
        if (await self.ask(AnyWork(station=self.station))).ready:
            self.act(self._claim_when_dry)

    async def _claim_when_dry(self) -> None:
        if not self.shift.waiting:
            return
        card = await self._next()
        if card is not None:
            self._serve(card, "a lead is here")
        else:
            self._wait_because(await self._why())

    def _serve(self, card: TicketCard, told: str = "", tone: str = "good") -> None:
        self._touched = self.desk.now()
        self.shift.serve(card)
        self.form.close()
        self.say(told, tone)
        self.repaint()

    def action_next(self) -> None:
        """Be ready: the next lead, unless one is being worked."""
        if self.shift.card is not None and not self.shift.stop:
            self.say(f"say what came of this lead first, or skip it ({self.cap('skip')})", "warn")
        else:
            self.act(self._ready)
