"""What a floor knows at one moment, as the wall board is made from it. Times are epoch seconds, durations seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from salesdesk.line import pace, shares
from salesdesk.line.inbound import Speed
from salesdesk.line.ledger import FLAG
from salesdesk.line.shares import Stretch, Turned

MEETING, SELLING = FLAG + "positive", FLAG + "selling_conversation"
OPT_OUT = FLAG + "opt_out"
GONE = ("lost", "out")
SERVED = ("preview", "call", "wrap", "ready")
"""States of a seat with a lead, or between two."""
FEWEST_FOR_PLAN = 20
"""Selling conversations in the past from which a target in meetings is turned into one in conversations."""


def campaign_on(last: int | None, turn: int, first: int | None, state: str) -> int:
    """The campaign that somebody is on, 0 for none: the one that served them `last`; while they wait, pause or are away
    only if they work in it first (`turn` is theirs in it), else their `first`."""
    if last and (turn == 1 or state in SERVED):
        return last
    return first or last or 0


@dataclass(frozen=True, slots=True)
class Sum:
    """Today's count of an outcome, a flag ("#…") or an event ("@…", see `line.ledger`) by a person at a station."""

    person_id: int
    station: str
    what: str
    n: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Ready leads of a campaign that share a call window; `zones` are IANA names."""

    leads: int
    opens_at: int
    closes_at: int
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """What the desk's queue cover says about a campaign. `cover` in minutes; `stock_target` and `proposed` in leads;
    `checked` counts batches that wait to be released and `checked_leads` what they hold; `advice` is its sentence."""

    on_hand: int = 0
    people: int = 0
    cover: float | None = None
    stock_target: int = 0
    buffer: str = "full"
    in_work: int = 0
    asleep: int = 0
    dry_at: int | None = None
    opens_at: int | None = None
    checked: int = 0
    checked_leads: int = 0
    advice: str = ""


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """A campaign: its stock, its people and its plan. `target` is meetings a day; `turns` gives the turn of each
    person assigned, `turned` how turns were changed today, in order. It is not `live` while it `waits` for what goes
    out before its calls, and when it has `ended`."""

    id: int
    name: str
    live: bool
    station: str
    handle_seconds: int
    target: int = 0
    stock: Stock = field(default_factory=Stock)
    waiting: tuple[Waiting, ...] = ()
    done_lately: int = 0
    turns: Mapping[int, int] = field(default_factory=dict)
    turned: tuple[Turned, ...] = ()
    waits: bool = False
    ended: bool = False


@dataclass(frozen=True, slots=True)
class StationFacts:
    """A station of the map: its tickets that stand there (those of campaigns are in CampaignFacts) and in work, and for
    how many minutes they feed the people at work there; `cover` is None while nobody is."""

    name: str
    title: str
    handle_seconds: int
    calls: bool
    standing: int = 0
    in_work: int = 0
    done_lately: int = 0
    cover: float | None = None


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """A seat that is taken. `limit` is the minutes its pause may last."""

    person_id: int
    name: str
    team: str
    station: str
    campaign_id: int | None
    state: str
    since: int
    code: str = ""
    limit: int | None = None
    simulated: bool = False
    armed: str = ""
    """The pause that begins after this call."""


@dataclass(frozen=True, slots=True)
class PromiseFacts:
    """A promise whose time has come, at `due_at`, and that nobody has dialed; person 0 is anyone, `tries` counts missed
    calls. It is served from `served_at` on: later than due while it was put off, such as over a paused campaign."""

    person_id: int
    person: str
    due_at: int
    tries: int = 0
    ticket_id: int = 0
    campaign_id: int = 0
    served_at: int = 0


@dataclass(frozen=True, slots=True)
class InboundFacts:
    """An inquiry that waits and may be called since `callable_at`; `company` asked. It is tried `again_at` when it was
    put off, such as while a colleague calls the company."""

    ticket_id: int
    company: str
    callable_at: int
    again_at: int | None = None


@dataclass(frozen=True, slots=True)
class AndonFacts:
    """Somebody called for help and nobody has cleared it; `code` is a word such as "list bad"."""

    id: int
    person_id: int
    person: str
    code: str
    raised_at: int


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """`invited` of the meetings booked today; `due` today so far, and of those `held` and `no_show`s. Whatever the
    day: `unresolved` are over without a word about them, the oldest since `unresolved_since`; `uninvited` are booked
    for half an hour without their invitation being sent, the oldest since `uninvited_since`."""

    invited: int = 0
    due: int = 0
    held: int = 0
    no_show: int = 0
    unresolved: int = 0
    unresolved_since: int = 0
    uninvited: int = 0
    uninvited_since: int = 0


@dataclass(frozen=True, slots=True)
class PaceFacts:
    """Somebody whose pace of the last hour wants a look: calls recorded an hour, and above how many that is."""

    person_id: int
    name: str
    calls: int
    most: int


@dataclass(frozen=True, slots=True)
class Usual:
    """Sums of calling stations over the last floor days before today, and how many days those are."""

    counts: Mapping[str, int]
    days: int

    def count(self, what: str) -> int:
        return self.counts.get(what, 0)


@dataclass(frozen=True)
class FloorFacts:
    """Everything that one board is made from. `lately` is the length of the period in which `done_lately` counts."""

    floor: str
    zone: str
    now: int
    day_start: int
    day_end: int
    people: Mapping[int, str]
    """Teams of all active people by id."""
    sums: tuple[Sum, ...] = ()
    usual: Usual = field(default_factory=lambda: Usual({}, 0))
    campaigns: tuple[CampaignFacts, ...] = ()
    stations: tuple[StationFacts, ...] = ()
    seats: tuple[SeatFacts, ...] = ()
    """Those taken now; one that was lost on an earlier day is nobody's any more."""
    promises: tuple[PromiseFacts, ...] = ()
    inbounds: tuple[InboundFacts, ...] = ()
    """Inquiries that wait, the longest first."""
    offered: tuple[str, ...] = ()
    """To whom one of them is offered now."""
    speed: Speed | None = None
    andons: tuple[AndonFacts, ...] = ()
    meetings: MeetingFacts = field(default_factory=MeetingFacts)
    paces: tuple[PaceFacts, ...] = ()
    raw_leads: int = 0
    introduced_a_day: float = 0.0
    lately: int = 3600
    bad_by_list: Mapping[str, int] = field(default_factory=dict)
    last_meeting: tuple[int, str, str] | None = None
    """When, by whom, of which campaign."""

    @cached_property
    def callers(self) -> frozenset[str]:
        """The stations at which leads are dialed; yields and the day's counts are theirs."""
        return frozenset(each.name for each in self.stations if each.calls)

    @cached_property
    def calling_seats(self) -> tuple[SeatFacts, ...]:
        """The seats at calling stations: those whom a supervisor looks after."""
        return tuple(seat for seat in self.seats if seat.station in self.callers)

    @cached_property
    def tally(self) -> Mapping[str, int]:
        """Today's sums of the calling stations; opt-outs of every station."""
        found: dict[str, int] = {}
        for each in self.sums:
            if each.station in self.callers or each.what == OPT_OUT:
                found[each.what] = found.get(each.what, 0) + each.n
        return found

    def count(self, what: str) -> int:
        """Today's count of a flag or event, of the whole floor."""
        return self.tally.get(what, 0)

    @cached_property
    def tally_by_person(self) -> Mapping[int, Mapping[str, int]]:
        """Today's sums of the calling stations by person."""
        found: dict[int, dict[str, int]] = {}
        for each in self.sums:
            if each.station in self.callers:
                mine = found.setdefault(each.person_id, {})
                mine[each.what] = mine.get(each.what, 0) + each.n
        return found

    @cached_property
    def gone(self) -> float:
        """The share of the floor day that has passed."""
        return pace.due_by_now(1.0, self.day_start, self.day_end, self.now)

    @cached_property
    def selling_per_meeting(self) -> float | None:
        """Selling conversations per meeting over the usual days; None while too few are known."""
        meetings, selling = self.usual.count(MEETING), self.usual.count(SELLING)
        return selling / meetings if meetings and selling >= FEWEST_FOR_PLAN else None

    @cached_property
    def targets(self) -> Mapping[str, float]:
        """The floor's targets of the day by sum: meetings, and selling conversations when their number is known."""
        meetings = sum(each.target for each in self.campaigns if each.live)
        found: dict[str, float] = {}
        if meetings:
            found[MEETING] = meetings
            if self.selling_per_meeting:
                found[SELLING] = meetings * self.selling_per_meeting
        return found

    @cached_property
    def plan_counts(self) -> str:
        """The sum by which plans are measured: selling conversations, or meetings while their yield is unknown."""
        return SELLING if SELLING in self.targets or not self.targets else MEETING

    def share_of_target(self, *people: int, until: int | None = None) -> float:
        """The meetings of the day, or of the day until an instant, that are these people's; see `line.shares`."""
        until = self.day_end if until is None else until
        whole = self.day_end - self.day_start
        return sum(target * shares.part(day, people, until) / whole for target, day in self._firsts)

    @cached_property
    def _firsts(self) -> Sequence[tuple[int, tuple[Stretch, ...]]]:
        """The target of each live campaign that has one, and who works in it first when."""
        found = []
        for each in self.campaigns:
            if each.live and each.target:
                turns = {who: turn for who, turn in each.turns.items() if who in self.people}
                turned = [change for change in each.turned if change.person in self.people]
                found.append((each.target, shares.stretches(turns, turned, self.day_start, self.day_end)))
        return found

    @cached_property
    def campaign_of(self) -> Mapping[int, int]:
        """The one campaign that each person at a calling station is on (see `campaign_on`), of those they work in.
        Paused and away people count, lost ones do not."""
        found = {}
        live = [each for each in self.campaigns if each.live]
        for seat in self.calling_seats:
            mine = sorted((turn, each.id) for each in live if (turn := each.turns.get(seat.person_id, 0)))
            if mine and seat.state not in GONE:
                turn = next((turn for turn, id in mine if id == seat.campaign_id), 0)
                last = seat.campaign_id if turn else None
                found[seat.person_id] = campaign_on(last, turn, mine[0][1], seat.state)
        return found

    def due(self, *people: int) -> float:
        """What is due from these people by now, in units of `plan_counts`."""
        return self.share_of_target(*people, until=self.now) * (self.selling_per_meeting or 1.0)
