"""The day of whoever sits at a served seat: signing in, pauses, being away, calling for help, the end of the day."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import events

from salesdesk.desk.errors import Refused
from salesdesk.desk.link import KEPT, OFFLINE
from salesdesk.desk.local import Desk
from salesdesk.desk.people import PAUSES, GetStation, GiveBack, SetState, SignIn, SignOut
from salesdesk.desk.serving import Held
from salesdesk.screens import sdr_panes, sdr_questions
from salesdesk.screens.sdr_seat import SeatScreen
from salesdesk.store.session import StoreError
from salesdesk.widgets.entry import Entry

if TYPE_CHECKING:
    from salesdesk.desk.cards import TicketCard
    from salesdesk.desk.notices import Notice

AWAY = 300
"""Seconds without a key and without a dial after which the lead goes back."""


class DaySeat(SeatScreen):
    """A seat from sign-in to sign-out; `ServedSeat` brings the leads."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._touched = desk.now()
        self._warned = False
        self._seated_at = self._acted_on = 0

    # what serving brings --------------------------------------------------------------------------------------------

    @abstractmethod
    def _serve(self, card: TicketCard, told: str = "", tone: str = "good") -> None:
        """Put a lead on the screen."""

    @abstractmethod
    async def _claim(self, told: str = "", tone: str = "good") -> None:
        """Ask for the next lead, and show it or why there is none."""

    @abstractmethod
    async def _count(self) -> None:
        """Learn my numbers."""

    # the seat -------------------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        self.shift.map = (await self.ask(GetStation(station=self.station))).station
        self.shift.start = await self.ask(SignIn(station=self.station))
        self.shift.armed, self._seated_at = self.shift.start.armed, self.desk.now()
        self.shift.work = self.shift.start
        card = await self.ask(Held())
        if card is not None:
            self._serve(card, "this lead was still in your hands")
        else:
            self._turn_to("start", "")
            self.call_after_refresh(self.read, self._look_back, "days")
        self.call_after_refresh(self.read, self._count, "numbers")  # what answers these is imported after this picture

    async def _look_back(self) -> None:
        """What the start page tells beside my promises: my last days, and who looked at them."""
        from salesdesk.desk.days import MyDays
        from salesdesk.desk.looking import WhoLooked

        self.shift.days = (await self.ask(MyDays())).days
        self.shift.looks = (await self.ask(WhoLooked())).looks
        self.repaint()

    async def told(self, notices: Sequence[Notice]) -> None:
        """A supervisor ended my seat: I am out. They returned my lead: it leaves the screen."""
        new = [each for each in notices if each.at >= self._seated_at and each.id > self._acted_on]
        returned = [each for each in new if each.kind == "returned"]
        if any(each.kind == "ended" for each in new):
            self._turn_to("out", "Your seat was ended.")
        elif returned and self.shift.card is not None:
            await self._drop(self.shift.card, returned[-1].text)
        self._acted_on = max((each.id for each in new), default=self._acted_on)

    async def _drop(self, card: TicketCard, why: str) -> None:
        """Take the lead off the screen unless it is still mine: the word may be about one before it."""
        held = await self.ask(Held())
        if card is self.shift.card and (held is None or held.token != card.token):
            self._turn_to("returned", f"{why}.")
            self.say("")

    async def leave(self) -> None:
        await super().leave()
        away = self.shift.start is None or not self.shift.seated
        if away or self.desk.link().state == OFFLINE:  # a seat that falls silent ends by itself
            return
        await self._warn_of_promises()
        try:
            await self.ask(SignOut())
        except Refused as no:
            raise self._unfinished(no) from no

    def _unfinished(self, no: Refused) -> Refused:
        return Refused(no.code, "record what came of this call first") if no.code == "on_a_call" else no

    async def _warn_of_promises(self) -> None:
        """Say once that nobody is there for some of my promises."""
        from salesdesk.desk.days import DayEnd

        left = () if self._warned or self.shift.page == "end" else (await self.ask(DayEnd())).promises
        self._warned = True
        if left:
            some = f"{len(left)} promises of yours have" if len(left) > 1 else "a promise of yours has"
            raise Refused("promises", f"{some} nobody on shift: {self.cap('end_day')} shows")

    # away -----------------------------------------------------------------------------------------------------------

    def tick(self, now: int) -> None:
        if self.shift.may_be_away and now - self._touched >= AWAY:
            self._touched = now
            self.act(self._go_away)
        self.query_one(sdr_panes.Panes).tick(now)

    async def _go_away(self) -> None:
        """Nobody is there: an undialed lead goes to a colleague, promises that fall due to anyone."""
        had = self.shift.card is not None
        await self.ask(SetState(state="away"))
        self._turn_to("away", f"No key for 5 minutes{': your lead went back to the queue' if had else ''}.")

    def took(self, event: events.Key) -> bool:
        """Whether a key was meant for the page that is shown: any key comes back from away, Enter ends the day."""
        page, key = self.shift.page, event.key
        if self.form.entry is not None:
            return False
        if page == "away" and (event.is_printable or key in ("enter", "escape")):
            self.act(self._ready)
        elif page == "end" and key in ("enter", "y"):
            self._agree_to_leave(key)
        elif page == "end" and key == "a" and self.shift.end is not None and self.shift.end.promises:
            self.act(self._pass_promises)
        elif page == "end" and key in ("escape", "q"):
            self._turn_to("start", "")
        else:
            return False
        return True

    async def _ready(self) -> None:
        if not self.shift.seated:
            await self.opened()
            return
        if self.shift.page in ("paused", "away"):
            await self.ask(SetState(state="ready"))
        await self._go_on()

    async def _go_on(self, told: str = "", tone: str = "good") -> None:
        """My hands are empty: the pause that I armed, or else the next lead."""
        if self.shift.armed:
            code, self.shift.armed = self.shift.armed, ""
            self._rest(code, f"{code}, {PAUSES[code]} min")
            self.say(told, tone)
        else:
            await self._claim(told, tone)

    # pauses ---------------------------------------------------------------------------------------------------------

    def answered_question(self, entry: Entry) -> bool:
        """Whether an answer was to a question of the day: a pause, a call for help."""
        said = str(entry.answers.get(entry.kind, ""))
        jobs = {"pause": self._pause, "andon": self._call_for_help}
        if entry.kind not in jobs:
            return False
        self.form.close()
        self.repaint()
        self.act(partial(jobs[entry.kind], said))
        return True

    async def _pause(self, code: str) -> None:
        card = self.shift.card
        calling = card is not None and (card.dials or card.dialed_at is not None)
        if code == sdr_questions.NO_PAUSE:
            await self.ask(SetState(state="ready"))
            self.shift.armed = ""
            self.say("no pause follows this call")
            self.repaint_bars()
            return
        done = await self.ask(SetState(state="paused", code=code))
        if calling:
            self.shift.armed = code
            self.say(f"{code} begins when this call is recorded; {self.cap('pause')} 0 takes it back")
            self.repaint_bars()
        else:
            waits = done.note.startswith(KEPT)
            self._rest(code, f"{code}, {PAUSES[code]} min: {done.note}" if waits else done.note)

    def _rest(self, code: str, sentence: str) -> None:
        self._turn_to("paused", sentence, PAUSES[code] * 60)

    async def _call_for_help(self, code: str) -> None:
        from salesdesk.desk.andons import RaiseAndon

        self.say((await self.ask(RaiseAndon(code=code))).note, "good")

    # the end of the day ---------------------------------------------------------------------------------------------

    def action_end_day(self) -> None:
        """My day in five lines, and the promises that nobody would keep."""
        if self.shift.card is not None and not self.shift.stop and not self.shift.undialed:
            self.say(f"record what came of this call first (a digit), then {self.cap('end_day')}", "warn")
        elif self.sits_here():
            self.act(self._end_day)

    async def _end_day(self) -> None:
        from salesdesk.desk.days import DayEnd

        if self.shift.undialed:
            await self.ask(GiveBack())
        self.shift.end = await self.ask(DayEnd())
        self._turn_to("end", "")
        self.say("")

    async def _pass_promises(self) -> None:
        from salesdesk.desk.days import DayEnd, PassPromises

        if self.shift.end is not None:
            left = tuple(each.ticket for each in self.shift.end.promises)
            done = await self.ask(PassPromises(tickets=left))
            self.shift.end = await self.ask(DayEnd())
            self.say(done.note, "good")
            self.repaint()

    def _agree_to_leave(self, key: str) -> None:
        """Enter signs out; work that is not sent yet wants a y of its own."""
        if self.desk.link().unsent and key != "y":
            kept = "kept on this machine, and sent when you open this floor here"
            self.say(f"{self.desk.link().unsent} unsent: {kept}; y signs out all the same", "warn")
        else:
            self.act(self._sign_out)

    async def _sign_out(self) -> None:
        told = "signed out"
        try:
            await self.ask(SignOut())
        except Refused as no:
            raise self._unfinished(no) from no
        except StoreError as error:
            if not self.desk.link().unsent:
                raise
            told = f"{error}; the floor sees you leave when your seat falls silent"
        self._turn_to("out", "You are signed out.")
        self.say(told)

    # asking ---------------------------------------------------------------------------------------------------------

    def action_andon(self) -> None:
        """Call for help."""
        self._ask_letter(sdr_questions.andon())

    def action_pause(self) -> None:
        """Pause with a code; during a call the pause is armed for its end."""
        if self.sits_here():
            self._ask_letter(sdr_questions.pause(self.shift.armed))
