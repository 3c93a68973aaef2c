"""What the SDR's screen knows at one moment of a shift. No terminal in here."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.desk.boards import MyNumbersReply
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.floor import Person
from salesdesk.desk.people import StartPage
from salesdesk.line.salesmap import Outcome, Station

NEEDS_DIAL = "dial (d) or skip (s)"


@dataclass(slots=True)
class Shift:
    """`page` is start, lead, dry, paused, away or aloud; the card is there on the page lead only. `stop` says why it
    must not be worked any more. `since` is when the page was opened, `limit` how many seconds a pause may last."""

    me: Person
    since: int
    page: str = "start"
    sentence: str = "signing in …"
    card: TicketCard | None = None
    stop: str = ""
    objections: tuple[str, ...] = ()
    armed: str = ""
    """The pause that begins when this call is recorded."""
    start: StartPage | None = None
    map: Station | None = None
    numbers: MyNumbersReply | None = None
    limit: int = 0
    why: tuple[str, ...] = ()
    """The lines that explain the lead, while they are asked for."""

    def serve(self, card: TicketCard) -> None:
        """A lead is in my hands."""
        self.page, self.card, self.stop = "lead", card, card.stop
        self.objections, self.why = (), ()

    def turn_to(self, page: str, sentence: str, now: int, limit: int = 0) -> None:
        """A page without a lead."""
        self.page, self.sentence, self.since, self.limit = page, sentence, now, limit
        self.card, self.stop = None, ""
        self.objections, self.why = (), ()

    @property
    def working(self) -> bool:
        """Whether there is a lead that may be worked."""
        return self.card is not None and not self.stop

    @property
    def wants_dial(self) -> bool:
        """Whether the lead must be dialed before an outcome may be said."""
        return self.card is not None and not self.card.dials and bool(self.map and self.map.needs_dial)

    @property
    def undialed(self) -> bool:
        """Whether a lead lies here that nobody has dialed."""
        return self.card is not None and not self.card.dials and not self.stop

    @property
    def opt_out(self) -> Outcome | None:
        """The outcome by which somebody is never called again."""
        return next((each for each in self.map.outcomes if "opt_out" in each.flags), None) if self.map else None

    def idle_commands(self) -> frozenset[str]:
        """Commands that would do nothing now."""
        if self.card is None or self.stop:
            return frozenset({"dial", "answered", "next_number", "skip", "do_not_call", "why"})
        idle = {"skip"} if self.card.dials else {"answered"}
        one_number = sum(number.state == "good" for number in self.card.numbers) < 2
        return frozenset(idle | ({"next_number"} if one_number else set()))
