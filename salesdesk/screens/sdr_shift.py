"""What the SDR's screen knows at one moment of a shift; knows no terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesdesk.commands import SDR, cap

if TYPE_CHECKING:
    from salesdesk.desk.boards import MyNumbersReply
    from salesdesk.desk.cards import TicketCard
    from salesdesk.desk.days import DayEndReply, DayLine
    from salesdesk.desk.floor import Person
    from salesdesk.desk.looking import LookLine
    from salesdesk.desk.starting import StartPage, Work
    from salesdesk.line.salesmap import Outcome, Station
    from salesdesk.widgets.entry import Entry


@dataclass(slots=True)
class Shift:
    """`page` is start, lead, dry, promise (mine is near, and holds fresh leads back), barred (I gave too many back),
    returned (a supervisor took the lead), cut (from the floor), paused, away, aloud, end, elsewhere (my seat is at
    another terminal) or out; the card is there on the page lead only.
    `stop` says why it must not be worked any more. `since` is when the page was opened, `limit` how many seconds a
    pause may last, or until something is served again."""

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
    work: Work | None = None
    """My promises and campaigns, as they were when this page was opened."""
    map: Station | None = None
    numbers: MyNumbersReply | None = None
    days: tuple[DayLine, ...] = ()
    looks: tuple[LookLine, ...] = ()
    end: DayEndReply | None = None
    limit: int = 0
    waits: int | None = None
    """Since when somebody waits who asked for us, and whom I could take instead (epoch seconds)."""
    why: tuple[str, ...] = ()
    """The lines that explain the lead, while they are asked for."""
    drafts: dict[tuple[int, str], Entry] = field(default_factory=dict)
    """Outcomes that were left half answered, by ticket and outcome; they go with their lead."""

    recorded: tuple[int, Entry, tuple[str, ...]] | None = None
    """What I recorded last: its ticket, the outcome as typed, and the objections."""
    undoes: int = 0
    """The event of the outcome that F8 takes back; 0 for whichever was my last one."""

    def keep(self, entry: Entry) -> bool:
        """Keep what was answered of an outcome for when it is opened again; False when there is nothing to keep."""
        if self.card is None or entry.kind != "outcome" or not any(each != "" for each in entry.answers.values()):
            return False
        self.drafts[self.card.ticket, entry.outcome.id] = entry
        return True

    def draft(self, outcome: Outcome, kind: str) -> Entry | None:
        """What was answered of an outcome of this lead before it was left."""
        if self.card is None or kind != "outcome":
            return None
        return self.drafts.pop((self.card.ticket, outcome.id), None)

    def take_back(self, card: TicketCard) -> Outcome | None:
        """The outcome of a lead was undone: its objections stand again, and what was answered is a draft, if anything
        was; returns the outcome then."""
        if self.recorded is None or self.recorded[0] != card.ticket:
            return None
        _ticket, entry, self.objections = self.recorded
        return entry.outcome if self.keep(entry) else None

    def serve(self, card: TicketCard) -> None:
        """A lead is in my hands."""
        self.drafts = {key: entry for key, entry in self.drafts.items() if key[0] == card.ticket}
        self.page, self.card, self.stop, self.waits = "lead", card, card.stop, None
        self.objections, self.why = (), ()

    def turn_to(self, page: str, sentence: str, now: int, limit: int = 0) -> None:
        """A page without a lead."""
        self.page, self.sentence, self.since, self.limit = page, sentence, now, limit
        self.card, self.stop = None, ""
        self.objections, self.why = (), ()

    @property
    def paged(self) -> bool:
        """Whether the page takes the whole floor of the screen."""
        return self.page == "end" or (self.page == "start" and self.start is not None)

    @property
    def waiting(self) -> bool:
        """Whether nothing is served to me and the next lead comes by itself."""
        return self.page in ("dry", "promise", "barred")

    @property
    def may_be_away(self) -> bool:
        """Whether somebody who touches no key for long is away: nobody waits for the floor or is on a call."""
        return self.undialed or self.page in ("aloud", "returned") or (self.page == "start" and self.start is not None)

    @property
    def seated(self) -> bool:
        """Whether my seat is at this screen."""
        return self.page not in ("elsewhere", "out")

    @property
    def no_lead(self) -> str:
        """Why a key does nothing while no lead is here, and what does."""
        if self.waiting or self.page == "cut":
            return "there is no lead here yet; it comes by itself"
        told = {
            "elsewhere": "your seat is at another terminal; Enter takes it back here",
            "out": "you are signed out; Enter signs in",
            "paused": "this is your pause; Enter ends it",
        }
        return told.get(self.page, "there is no lead here; n is the next one")

    @property
    def working(self) -> bool:
        """Whether there is a lead that may be worked."""
        return self.card is not None and not self.stop

    @property
    def wants_dial(self) -> bool:
        """Whether the number shown must be dialed before an outcome may be said."""
        return self.fresh and bool(self.map and self.map.needs_dial)

    @property
    def dial_first(self) -> str:
        """What to do before an outcome; a lead that was dialed on another number cannot be skipped."""
        dial = f"dial ({cap(SDR, 'dial')})"
        return dial if self.card is not None and self.card.dials else f"{dial} or skip ({cap(SDR, 'skip')})"

    @property
    def fresh(self) -> bool:
        """Whether the number shown has not been dialed."""
        return self.card is not None and self.card.dialed_at is None

    @property
    def undialed(self) -> bool:
        """Whether a lead lies here that nobody has dialed."""
        return self.card is not None and not self.card.dials and self.fresh and not self.stop

    @property
    def skippable(self) -> bool:
        """Whether the lead may be given back: nobody answered, and the number shown is the first one tried."""
        card = self.card
        return card is not None and card.answered_at is None and not (card.dials and self.fresh)

    @property
    def opt_out(self) -> Outcome | None:
        """The outcome by which somebody is never called again."""
        return next((each for each in self.map.outcomes if "opt_out" in each.flags), None) if self.map else None

    def idle_commands(self) -> frozenset[str]:
        """Commands that would do nothing now."""
        if self.card is None or self.stop:
            return frozenset({"dial", "answered", "next_number", "skip", "do_not_call", "why", "place"})
        idle = (set() if self.skippable else {"skip"}) | (set() if self.card.dials else {"answered"})
        one_number = sum(number.state == "good" for number in self.card.numbers) < 2
        return frozenset(idle | ({"next_number"} if one_number else set()))
