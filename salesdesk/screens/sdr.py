"""Sales development: a lead is served, called, and what came of it is recorded; then the next one is served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on

from salesdesk.commands import Command
from salesdesk.desk.errors import Refused
from salesdesk.desk.link import KEPT
from salesdesk.desk.local import Desk
from salesdesk.desk.serving import Held
from salesdesk.screens import lead_card, sdr_panes, sdr_questions, sdr_slots, sdr_whereabouts
from salesdesk.screens.sdr_inbound import RING_BACK, InboundSeat
from salesdesk.widgets.entry import Entry
from salesdesk.widgets.lines import Line
from salesdesk.widgets.outcome_form import OutcomeForm

if TYPE_CHECKING:
    from salesdesk.desk.cards import TicketCard
    from salesdesk.line.salesmap import Outcome


class SdrScreen(InboundSeat):
    """The dial loop."""

    CSS_PATH = "sdr.tcss"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._write = sdr_questions.OneWrite()

    def more_keys(self) -> Collection[Command]:
        return sdr_questions.outcome_keys(self.shift.map)

    def figures(self) -> Collection[str]:
        from salesdesk.desk.boards import FIGURES
        from salesdesk.desk.days import END_FIGURES

        return tuple(dict.fromkeys((*FIGURES.values(), *END_FIGURES)))

    # the call -------------------------------------------------------------------------------------------------------

    def _mine(self) -> TicketCard | None:
        """The lead in my hands; says so when there is none."""
        if not self.shift.working:
            self.say(self.shift.stop or self.shift.no_lead, "warn")
            return None
        return self.shift.card

    def action_dial(self) -> None:
        """Dial the number shown."""
        if card := self._mine():
            self.act(partial(self._dial, card))

    async def _dial(self, card: TicketCard) -> None:
        from salesdesk.desk.calls import Dialed

        dial = await self.ask(Dialed(ticket=card.ticket, token=card.token))
        if not dial.allowed:
            await self._go_on(dial.reason, "warn")
            return
        self.say("dial it; Space when they pick up, a digit for what came of it")
        self._change(card, dialed_at=dial.dialed_at, dials=dial.dials, answered_at=None)
        self.read(self._count, "numbers")

    def action_answered(self) -> None:
        """They picked up."""
        if card := self._mine():
            self.act(partial(self._answered, card))

    async def _answered(self, card: TicketCard) -> None:
        from salesdesk.desk.calls import Answered

        talk = await self.ask(Answered(ticket=card.ticket, token=card.token))
        self._change(card, answered_at=talk.answered_at)
        self.say("")

    def action_next_number(self) -> None:
        """The contact's next number."""
        if card := self._mine():
            self.act(partial(self._next_number, card))

    async def _next_number(self, card: TicketCard) -> None:
        from salesdesk.desk.calls import NextNumber

        turned = await self.ask(NextNumber(ticket=card.ticket, token=card.token))
        if turned is not None and self.shift.card is not None and self.shift.card.ticket == turned.ticket:
            self.shift.card = turned
            self.say(f"the next number of the same contact; {self.cap('dial')} dials it")
            self.repaint()

    def _change(self, card: TicketCard, **what: object) -> None:
        if self.shift.card is not None and self.shift.card.token == card.token:
            self.shift.card = self.shift.card.model_copy(update=what)
            self.repaint()

    def action_copy_number(self) -> None:
        """Copy the number."""
        card = self._mine()
        number = lead_card.number_of(card) if card else None
        if number is not None:
            self.app.copy_to_clipboard(number.e164)
            self.say(f"copied {number.shown}", "good")

    # what came of it ------------------------------------------------------------------------------------------------

    def action_outcome(self, key: str) -> None:
        """Pick an outcome; its fields appear in place."""
        outcome = self.shift.map.outcome_by_key(key) if self.shift.map else None
        if self._mine() is None:
            return
        if outcome is None:
            self.say(f"there is no outcome on {key}", "warn")
        elif outcome.needs_dial and self.shift.wants_dial:
            self.say(self.shift.dial_first, "warn")
        else:
            self._open(outcome, "outcome")

    def action_do_not_call(self) -> None:
        """They asked not to be called again."""
        outcome = self.shift.opt_out
        entry = self.form.entry
        if self._mine() is None or outcome is None or (entry is not None and entry.kind == "do_not_call"):
            return
        if entry is not None:
            self.shift.keep(entry)
        self._open(outcome, "do_not_call")

    def action_skip(self) -> None:
        """Give the lead back, for a reason."""
        if (card := self._mine()) and self.shift.map:
            asked = sdr_questions.skip(self.shift.map, dialed=bool(card.dials))
            if self.shift.skippable and asked.fields[0].choices:
                self._open(asked, "skip")
            else:
                self.say("this lead was dialed; say what came of it (a digit)", "warn")

    def action_place(self) -> None:
        """They said where they are."""
        if card := self._mine():
            sdr_whereabouts.ask(self, card)

    def action_objection(self) -> None:
        """Note an objection."""
        if self._mine() and self.shift.map:
            self._open(sdr_questions.objection(self.shift.map), "objection")

    def _open(self, outcome: Outcome, kind: str) -> None:
        """Ask an outcome's fields, or a question."""
        zone = self.shift.card.zone if self.shift.card else self.desk.settings.zone
        mine = self.desk.person.zone or self.desk.settings.zone
        draft = self.shift.draft(outcome, kind)
        self.say("what you typed before is here again" if draft else "")
        entry = Entry(outcome, zone, mine, self._instant, kind, started=self.desk.now())
        if draft is not None:
            entry.answers, entry.typed_at, entry.at = draft.answers, draft.typed_at, draft.at
        self.form.open(entry)
        if any(each.kind in ("when", "slot") for each in outcome.fields):
            self.read(partial(self._learn_hours, entry), "hours")
        if self.shift.card is not None:
            entry.hints = sdr_questions.hints(outcome, self.shift.card)
            entry.offers = sdr_questions.offers(outcome, self.shift.card)
            sdr_slots.begin(self, self.form, entry, self.shift.card)

    @on(OutcomeForm.SlotAsked)
    def _slot_asked(self, event: OutcomeForm.SlotAsked) -> None:
        if self.shift.card is not None:
            sdr_slots.answer(self, self.form, event.entry, self.shift.card, event.ask)

    async def _learn_hours(self, entry: Entry) -> None:
        """Have the legal hours at hand before a time is typed."""
        from salesdesk.desk.promising import PromiseHours

        card = self.shift.card
        if card is not None:
            hours = await self.ask(PromiseHours(ticket=card.ticket, token=card.token))
            entry.hours = hours.hours()
            self.form.repaint()

    async def on_key(self, event: events.Key) -> None:
        """The form takes every key that is meant for it before the table of commands does."""
        self._touched = self.desk.now()
        if self.too_small or event.key in ("f8", "f9"):
            return
        if self.took(event):
            event.stop()
        elif event.key == "enter" and self.form.entry is None and self.shift.working and self.shift.fresh:
            event.stop()  # one Enter too many after a letter that saved: what was recorded stays to be read
        elif self.form.press(event):
            event.stop()
        elif self.form.entry is not None and event.is_printable:
            event.stop()
            self.form.type_ahead(event.character or "")
        elif (command := self.command_on(event.key)) is not None:
            event.stop()  # here and now: what is typed right behind a digit is meant for its form
            await self.run_action(command.action(event.key))

    @on(OutcomeForm.Left)
    def _left(self, event: OutcomeForm.Left) -> None:
        kept = self.shift.keep(event.entry)
        self.form.close()
        self.say(f"what you typed is kept; {event.entry.outcome.key} brings it back" if kept else "")
        self.repaint_bars()

    @on(OutcomeForm.Saved)
    def _saved(self, event: OutcomeForm.Saved) -> None:
        entry, card = event.entry, self.shift.card
        if self.answered_question(entry):
            return
        if entry.kind == RING_BACK.id:
            self._send(entry, partial(self.look_up, entry))
        elif card is None:
            self.form.sent(entry)
            self.say("this lead is no longer on your screen", "warn")
        elif entry.kind == sdr_whereabouts.PLACE.id:
            self._send(entry, partial(sdr_whereabouts.confirm, self, entry, card))
        elif entry.kind == "objection":
            self._note(str(entry.answers["objection"]))
        else:
            jobs = {"outcome": self._record, "skip": self._skip, "do_not_call": self._opt_out}
            self._send(entry, partial(jobs[entry.kind], entry, card))

    def _send(self, entry: Entry, job: Callable[[], Awaitable[None]]) -> None:
        """Ask the desk; the form is free again when it has answered."""

        async def sending() -> None:
            try:
                await job()
            finally:
                self.form.sent(entry)

        self.act(sending)

    async def _record(self, entry: Entry, card: TicketCard) -> None:
        if self.form.entry is not entry:
            return
        try:
            serve = "" if self.shift.armed else self.station
            done = await self.ask(self._write.request(entry, card, self.shift.objections, self.desk.now(), serve))
        except Refused as no:
            self._kept(entry, no)
            return
        self.shift.recorded, self.shift.undoes = (card.ticket, entry, self.shift.objections), done.event
        told = sdr_questions.told(entry, done)
        self.read(self._count, "numbers")
        if done.goes_on:
            held = await self.ask(Held())
            if held is not None:
                self._serve(held, told)
        elif done.next is not None:
            self._serve(done.next, told)
        else:
            await self._go_on(told)

    def _kept(self, entry: Entry, no: Refused) -> None:
        """An outcome was refused: what was typed stays, the reason stands beside it."""
        if entry.refuse(no.message):
            self.form.open(entry)
            self.say("not saved yet: see the line with ✗", "warn")
        elif no.code in ("lost_hold", "void_hold"):
            self._stopped("this lead is no longer yours" if no.code == "lost_hold" else no.message)
        else:
            self.refused(no)

    async def _skip(self, entry: Entry, card: TicketCard) -> None:
        from salesdesk.desk.skipping import Skip

        try:
            done = await self.ask(Skip(ticket=card.ticket, token=card.token, reason=str(entry.answers["skip"])))
        except Refused:
            self.form.close()  # no other letter would help: the next key is meant for the lead
            raise
        await self._claim(done.note, "")

    async def _opt_out(self, entry: Entry, card: TicketCard) -> None:
        from salesdesk.desk.suppressing import READ_ALOUD, OptOut

        scope = str(entry.answered.get("scope", "person"))
        took = sdr_questions.took(entry, card, self.desk.now())
        done = await self.ask(OptOut(ticket=card.ticket, token=card.token, scope=scope, **took))
        self.read(self._count, "numbers")
        waits = done.note.startswith(KEPT)
        self._turn_to("aloud", READ_ALOUD if waits else done.note)
        self.say(f"{done.note if waits else 'on the do-not-call list'}; Enter for the next lead", "good")

    def _note(self, code: str) -> None:
        if self.shift.map is not None:
            self.shift.objections = sdr_questions.toggled(self.shift.map, self.shift.objections, code)
        self.form.close()
        self.say("noted; it is recorded with the outcome" if code in self.shift.objections else "taken back")

    def action_undo(self) -> None:
        """Take my last outcome back."""
        if self.form.entry is not None:
            self.say(f"leave the form first (Esc); then {self.cap('undo')} undoes the outcome before it", "warn")
        elif self.sits_here():
            self.act(self._undo)

    async def _undo(self) -> None:
        from salesdesk.desk.undoing import Undo

        meant, self.shift.undoes = self.shift.undoes, 0
        card = await self.ask(Undo(event=meant))
        if card is not None:
            self._serve(card)
            outcome = self.shift.take_back(card)
            typed = f"; {outcome.key} brings back what you typed" if outcome else ", its timer runs on"
            self.say(f"undone: this lead is yours again{typed}")
            self.repaint()
            self.read(self._count, "numbers")

    # panes ----------------------------------------------------------------------------------------------------------

    def action_why(self) -> None:
        """Why this lead; the same key goes back to the script."""
        if self.shift.why:
            self.action_close()
        elif card := self._mine():
            self.read(partial(self._explain, card))

    async def _explain(self, card: TicketCard) -> None:
        from salesdesk.desk.explaining import ExplainTicket

        found = await self.ask(ExplainTicket(ticket=card.ticket))
        if card is self.shift.card:
            self.shift.why = (found.summary, *found.lines)
            self.repaint()

    def action_close(self) -> None:
        """Back to the script."""
        self.shift.why = ()
        self.repaint()

    def action_script_down(self) -> None:
        """Read on."""
        self.query_one(sdr_panes.Panes).scroll_script(1)

    def action_script_up(self) -> None:
        """Read back."""
        self.query_one(sdr_panes.Panes).scroll_script(-1)

    # painting -------------------------------------------------------------------------------------------------------

    def status(self) -> Line:
        return sdr_panes.status(self.shift, wide=self.has_class("-wide"))

    def off(self) -> Collection[str]:
        return self.shift.idle_commands()
