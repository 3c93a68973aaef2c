"""What a supervisor does from the wall board by key: each act says what it would do before it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from salesdesk.desk.andons import ClearAndon
from salesdesk.desk.batches import ShowBatches
from salesdesk.desk.boards import BoardReply
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.lifting import LiftOptOut
from salesdesk.desk.limits import LiftBar
from salesdesk.desk.local import Desk
from salesdesk.desk.looking import LookAt
from salesdesk.desk.moving import MovePeople, PreviewMove, UndoMove
from salesdesk.desk.registry import Done, Request
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.roles import RELEASERS
from salesdesk.desk.supervising import LONGEST, EndSeat, OfferInbound, PassOn, ReturnHold, SendMessage
from salesdesk.line.alerts import Alert
from salesdesk.line.boardmodel import SeatLine
from salesdesk.line.inbound import TAKERS
from salesdesk.screens.asking import Draft, Question
from salesdesk.screens.coordinator import CoordinatorScreen
from salesdesk.screens.coordinator_details import release_sentences
from salesdesk.screens.dialogs import Confirm, Page
from salesdesk.screens.forms import FormStation
from salesdesk.screens.lift_form import LIFT_QUESTIONS, lift_sentence
from salesdesk.screens.picking import Choice, Picker
from salesdesk.screens.seat_detail import detail

ANYONE = 0


class Acting(FormStation):
    """The acts of a wall board. `marks` are people whose seats are marked, `person` the one under the cursor."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.board: BoardReply | None = None
        self.marks: set[int] = set()
        self.person = 0
        self._moves: list[int] = []
        self._taken_back = False

    # who and what -----------------------------------------------------------------------------------------------

    @property
    def seats(self) -> tuple[SeatLine, ...]:
        """The seats on the board."""
        return self.board.people if self.board else ()

    @property
    def can_undo(self) -> bool:
        """Whether I have moved somebody."""
        return bool(self._moves)

    def chosen(self) -> list[SeatLine]:
        """The marked seats, else the one under the cursor."""
        wanted = self.marks or {self.person}
        return [seat for seat in self.seats if seat.person in wanted]

    def alerts(self, *words: str) -> list[Alert]:
        """The alerts with one of these words, in their order."""
        return [each for each in self.board.alerts if each.word in words] if self.board else []

    async def _do(self, request: Request[Done], form: str = "") -> None:
        self.say((await self.ask(request)).note, "good")
        self.drafts.pop(form, None)
        await self.reload()

    async def _pick(
        self,
        title: str,
        choices: Sequence[Choice],
        effect: Callable[[int], Awaitable[str]],
        go: Callable[[int], Awaitable[None]],
    ) -> None:
        def picked(id: int | None) -> None:
            if id is None:
                self.say("nothing was changed")
            else:
                self.act(partial(go, id))

        await self.app.push_screen(Picker(title, choices, effect), picked)

    def _confirm(self, title: str, sentence: str, verb: str, request: Request[Done], form: str = "") -> None:
        def agreed(yes: bool | None) -> None:
            if yes:
                self.act(partial(self._do, request, form))
            else:
                self.say("nothing was changed")

        self.app.push_screen(Confirm(title, (sentence,), verb), agreed)

    # moving ---------------------------------------------------------------------------------------------------------

    async def action_move_people(self) -> None:
        """Move the marked people, else who is under the cursor, else who starves, to another campaign."""
        movers = self.chosen() or [seat for seat in self.seats if seat.state == "starved"]
        if not movers:
            self.say("mark somebody first: arrows, then Space")
            return
        self.read(partial(self._offer_move, movers), "move")

    async def _offer_move(self, movers: Sequence[SeatLine]) -> None:
        live = [each for each in (await self.ask(ShowCampaigns())).campaigns if each.live]
        if not live:
            self.say("no campaign is live")
            return
        people = tuple(seat.person for seat in movers)

        async def effect(campaign: int) -> str:
            return (await self.ask(PreviewMove(people=people, campaign=campaign))).effect

        async def go(campaign: int) -> None:
            moved = await self.ask(MovePeople(people=people, campaign=campaign))
            self._moves.append(moved.move)
            self.marks.clear()
            self.say(f"{moved.note}; {self.cap('undo')} takes it back", "good")
            await self.reload()

        here = movers[0].campaign if len({seat.campaign for seat in movers}) == 1 else ""
        names = {seat.name for seat in movers}
        first = {each.id for each in live if names <= set(each.callers)}
        others = sorted(live, key=lambda each: (each.id in first, each.name == here, each.id))
        choices = [
            Choice(
                each.id,
                each.name,
                "already first there" if each.id in first else "where they are now" if each.name == here else "",
            )
            for each in others
        ]
        await self._pick(f"MOVE {_names(movers)}", choices, effect, go)

    def action_undo(self) -> None:
        """Take my last move back."""
        if not self._moves:
            nobody = "you have moved nobody since this screen was opened"
            self.say("nothing left to take back" if self._taken_back else nobody)
            return

        async def back() -> None:
            undone = await self.ask(UndoMove(move=self._moves[-1]))
            self._moves.pop()
            self._taken_back = True
            self.say(undone.note, "good")
            await self.reload()

        self.act(back)

    # promises, inquiries, words -------------------------------------------------------------------------------------

    async def action_pass_on(self) -> None:
        """Pass a late promise on: that of the seat under the cursor first."""
        late = [each for each in self.alerts("PROMISE") if each.about]
        alert = next((each for each in late if each.person and each.person == self.person), late[0] if late else None)
        if alert is None:
            self.say("no promise is late", "good")
            return
        anyone = [Choice(ANYONE, "anyone", "whoever is free first")] if alert.person else []
        others = [seat for seat in self.seats if seat.person != alert.person and seat.state != "lost"]
        others.sort(key=lambda seat: (seat.state not in TAKERS, seat.name))
        named = {seat.person: seat.name for seat in others}
        about = alert.about or 0

        async def effect(to: int) -> str:
            whom = f"{named[to]} is served it next" if to else "the first who is free is served it"
            return f"{alert.text} · {whom} · the hour they agreed stays"

        async def go(to: int) -> None:
            await self._do(PassOn(ticket=about, to=to))

        choices = [*anyone, *(Choice(seat.person, seat.name, seat.state) for seat in others)]
        if choices:
            await self._pick("PASS THE PROMISE ON", choices, effect, go)
        else:
            self.say("there is nobody to pass it on to", "warn")

    async def action_offer(self) -> None:
        """Offer whoever has asked for us and waits to a seat."""
        if not self.alerts("INBOUND"):
            self.say("nobody who asked for us waits", "good")
            return
        marked = [seat for seat in self.chosen() if seat.state in TAKERS]
        free = marked or [seat for seat in self.seats if seat.state in TAKERS]
        if not free:
            self.say("nobody is free or in preview; they are over a call", "warn")
            return
        names = {seat.person: seat.name for seat in free}

        async def effect(to: int) -> str:
            waiting = next(iter(self.alerts("INBOUND")), None)
            return (
                f"{waiting.text if waiting else 'nobody waits any more'} · {names[to]} is asked, and takes them with t"
            )

        async def go(to: int) -> None:
            await self._do(OfferInbound(person=to))

        await self._pick("OFFER THE INQUIRY", [Choice(seat.person, seat.name, seat.state) for seat in free], effect, go)

    def action_message(self) -> None:
        """Write a line to the marked people, or to who is under the cursor."""
        readers = self.chosen()
        if not readers:
            self.say("go to somebody first, or mark some: arrows, Space")
            return
        people = tuple(seat.person for seat in readers)
        asked = Question("text", f"One line to {_names(readers)}", label="message", limit=LONGEST)

        async def go(answers: dict[str, str]) -> None:
            await self._do(SendMessage(people=people, text=answers["text"]), "message")

        self.drafts.setdefault("message", Draft()).at = 0
        self.form("message", "MESSAGE", (asked,), go, "sends it")

    def action_clear(self) -> None:
        """Say that a call for help was seen to: that of the seat under the cursor first."""
        calls = [each for each in self.alerts("ANDON") if each.about]
        alert = next((each for each in calls if each.person == self.person), calls[0] if calls else None)
        if alert is None:
            self.say("nobody calls for help", "good")
            return
        self._confirm("CALL FOR HELP", f"{alert.text}. Was it seen to?", "clear it", ClearAndon(andon=alert.about or 0))

    # do not call ----------------------------------------------------------------------------------------------------

    def action_lift_do_not_call(self) -> None:
        """Take a person or their company off the do-not-call list, for a reason that is kept."""

        async def go(answers: dict[str, str]) -> None:
            lift = LiftOptOut.model_validate(answers)
            self._confirm("OFF THE DO-NOT-CALL LIST", lift_sentence(lift), "take off", lift, "lift")

        self.drafts.setdefault("lift", Draft()).at = 0
        self.form("lift", "LIFT A DO-NOT-CALL", LIFT_QUESTIONS, go, "goes on to the confirm")

    # one seat -------------------------------------------------------------------------------------------------------

    def _one(self) -> SeatLine | None:
        seats = self.chosen()
        if len(seats) == 1:
            return seats[0]
        self.say("one seat at a time: Esc takes the marks away" if seats else "go to somebody first, with the arrows")
        return None

    def action_end(self) -> None:
        """End somebody's seat."""
        seat = self._one()
        if seat:
            sentence = f"Sign {seat.name} out? An undialed lead goes back, and their screen says that you did it."
            self._confirm("END A SEAT", sentence, "end the seat", EndSeat(person=seat.person))

    def action_return_hold(self) -> None:
        """Return somebody's undialed lead."""
        seat = self._one()
        if seat:
            sentence = f"Return {seat.name}'s lead to the head of its queue? It counts for nobody."
            self._confirm("RETURN A LEAD", sentence, "return it", ReturnHold(person=seat.person))

    def action_lift(self) -> None:
        """Let somebody who gave back or skipped too many leads go on."""
        seat = self._one()
        if seat:
            self.act(partial(self._do, LiftBar(person=seat.name)))

    def _to_look_at(self) -> SeatLine | None:
        """Whose seat an alert wants to be looked at, the first of them."""
        wanted = [each.person for each in self.board.alerts if each.command == "detail"] if self.board else []
        return next((seat for person in wanted for seat in self.seats if seat.person == person), None)

    def action_detail(self) -> None:
        """Read how somebody's day goes, with nobody chosen that of whom an alert is about; they see that I looked."""
        seat = (None if self.chosen() else self._to_look_at()) or self._one()
        if seat is None:
            return

        async def look() -> None:
            found = await self.ask(LookAt(person=seat.name))
            await self.app.push_screen(Page(seat.name.upper(), lambda _width: detail(found, seat, self.desk)))

        self.act(look)

    # releasing ------------------------------------------------------------------------------------------------------

    async def action_release(self) -> None:
        """Release the batch that waits, after its check figures; who may not do that is told who may."""
        waiting = [each for each in self.board.alerts if each.command == "release"] if self.board else []
        if not waiting:
            self.say("no checked batch waits", "good")
        elif self.desk.person.roles & RELEASERS:
            self.read(partial(self._offer_release, waiting[0].campaign or 0), "release")
        elif "coordinator" in self.desk_app.seats:
            await self.desk_app.action_go("coordinator")
            there = self.app.screen
            if isinstance(there, CoordinatorScreen):
                there.show_checked(waiting[0].campaign)
        else:
            self.say("releasing is for the coordinator; you have no seat there", "warn")

    async def action_meetings(self) -> None:
        """Go where invitations and results are marked; who has no seat there is told who has."""
        if "coordinator" not in self.desk_app.seats:
            self.say("meetings are marked at the coordinator's station; you have no seat there", "warn")
            return
        await self.desk_app.action_go("coordinator")
        there = self.app.screen
        if isinstance(there, CoordinatorScreen):
            there.show_meetings()

    async def _offer_release(self, campaign: int) -> None:
        batches = (await self.ask(ShowBatches())).batches
        batch = next(
            (each for each in reversed(batches) if each.campaign == campaign and each.state == "checked"), None
        )
        if batch is None or batch.findings is None:
            self.say("no checked batch waits any more")
            return

        def agreed(yes: bool | None) -> None:
            if yes:
                self.work(f"RELEASING #{batch.id}", ReleaseBatch(batch=batch.id), "", self._released)
            else:
                self.say("nothing was released")

        count = batch.left
        await self.app.push_screen(
            Confirm(f"RELEASE BATCH #{batch.id}", release_sentences(batch), f"release {count:,}"), agreed
        )

    def _released(self, reply: object) -> None:
        self.say(str(getattr(reply, "note", "released")), "good")


def _names(seats: Sequence[SeatLine], most: int = 3) -> str:
    names = [seat.name for seat in seats]
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
