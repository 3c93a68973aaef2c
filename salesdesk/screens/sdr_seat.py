"""The screen of a served seat: its pages, the form of outcomes, and what the floor is told of whoever sits there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from salesdesk.commands import hints
from salesdesk.desk.link import OFFLINE
from salesdesk.desk.local import Desk
from salesdesk.desk.starting import MyWork
from salesdesk.screens import sdr_panes
from salesdesk.screens.sdr_shift import Shift
from salesdesk.screens.station import Station
from salesdesk.widgets.entry import Entry
from salesdesk.widgets.lines import BLANK, Line
from salesdesk.widgets.outcome_form import OutcomeForm

if TYPE_CHECKING:
    from salesdesk.line.salesmap import Outcome

SETTLED = 0.25
"""Seconds for which an outcome's form is open, or closed again, before the floor is told that I write, or talk: most
outcomes are two keys, and whoever saves them at once needs no write for it."""
ELSEWHERE = "You took your seat at another terminal; what you typed here is kept."


class SeatScreen(Station):
    """What is shown and asked at a seat, and its heartbeat; `DaySeat` is about the hours in it."""

    station = "sdr"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.shift = Shift(desk.person, since=desk.now())
        self._wrapping = ""
        """The token of the hold of which the floor knows that its outcome is being written."""
        self._telling: Timer | None = None

    def body(self) -> ComposeResult:
        yield sdr_panes.Panes(id="floor")
        yield OutcomeForm(self._outcomes, id="outcomes")

    @property
    def form(self) -> OutcomeForm:
        """Where outcomes are picked and answered."""
        return self.query_one(OutcomeForm)

    # what the floor is told ------------------------------------------------------------------------------------------

    async def beat(self) -> None:
        from salesdesk.desk.presence import Heartbeat

        if not self.shift.seated:
            return
        card, start, entry = self.shift.card, self.shift.start, self.form.entry
        writes = self._writes()
        reply = await self.ask(
            Heartbeat(
                ticket=card.ticket if card else None,
                token=card.token if card else "",
                seat=start.seat if start else "",
                wrapping=max(0, self.desk.now() - entry.started) if writes and entry else None,
            )
        )
        self._wrapping = card.token if writes and card else ""
        if reply.elsewhere:
            if entry is not None:
                self.shift.keep(entry)
            self._turn_to("elsewhere", ELSEWHERE)
        elif reply.stop and card is self.shift.card:
            self._stopped(reply.stop)

    def _writes(self) -> bool:
        """Whether the outcome of a call is being written."""
        card, entry = self.shift.card, self.form.entry
        return card is not None and bool(card.dials) and entry is not None and entry.kind == "outcome"

    @on(OutcomeForm.Turned)
    def _form_turned(self) -> None:
        if self._telling is None and self.shift.card is not None and self.shift.card.dials:
            self._telling = self.set_timer(SETTLED, self._tell_of_form)

    def _tell_of_form(self) -> None:
        """A board shows at once that I write what came of the call, or talk on: not only with the next beat."""
        self._telling = None
        self.act(self._beat_if_turned)

    async def _beat_if_turned(self) -> None:
        card = self.shift.card
        if card is not None and card.dials and self._writes() != (self._wrapping == card.token):
            await self.beat()

    def _stopped(self, why: str) -> None:
        """The lead on the screen must not be worked any more; what was typed stays to be read."""
        self.shift.stop = why
        kept = "; what you typed stays until you leave it" if self.form.entry else ""
        self.say(f"{why} · {hints(self.station)['next']}{kept}", "bad")
        self.repaint()

    # asking ---------------------------------------------------------------------------------------------------------

    def sits_here(self) -> bool:
        """Whether my seat is at this screen; says so when it is not."""
        if not self.shift.seated:
            self.say(self.shift.no_lead, "warn")
        return self.shift.seated

    def _ask_letter(self, asked: Outcome) -> None:
        """Ask a question that a letter or a digit answers, with or without a lead; a half answered outcome is kept."""
        if self.form.entry is not None:
            self.shift.keep(self.form.entry)
        self.say("")
        zone = self.desk.settings.zone
        self.form.open(Entry(asked, zone, zone, self._instant, asked.id, started=self.desk.now()))

    def _instant(self) -> datetime:
        return datetime.fromtimestamp(self.desk.now(), UTC)

    # painting -------------------------------------------------------------------------------------------------------

    def _turn_to(self, page: str, sentence: str, limit: int = 0) -> None:
        """A page without a lead."""
        self.shift.turn_to(page, sentence, self.desk.now(), limit)
        self.form.close()
        self.repaint()
        if self.shift.start is not None and self.desk.link().state != OFFLINE:
            self.read(self._learn_work, "work")

    async def _learn_work(self) -> None:
        """My promises and campaigns may have changed since I sat down."""
        self.shift.work = await self.ask(MyWork())
        self.repaint()

    def repaint(self) -> None:
        """Draw every pane; rows that did not change cost nothing."""
        self.set_class(self.shift.paged, "-paged")
        self.query_one(sdr_panes.Panes).show(self.shift, self.desk.now())
        self.form.repaint()
        self.repaint_bars()

    def _outcomes(self, width: int, _height: int) -> list[Line]:
        rows = sdr_panes.outcome_rows(self.shift, width)
        if self.shift.numbers is not None and not self.has_class("-wide"):
            rows += [BLANK, sdr_panes.today_line(self.shift.numbers)]
        return rows
