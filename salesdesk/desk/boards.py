"""The wall board, my own numbers, and whether everybody is dealt the same."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pydantic import Field

from salesdesk.desk import boardfacts
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import LIVE, READ, Reply, Request, operation
from salesdesk.desk.roles import EVERYONE, WATCHERS
from salesdesk.line import board as blocks
from salesdesk.line import boardmodel, dealing, pace
from salesdesk.line.boardfacts import MEETING, SELLING, FloorFacts
from salesdesk.line.ledger import DIALED, FLAG, KEPT, LATE, SHORT_RING, SKIPPED
from salesdesk.line.queues import Queue, queues
from salesdesk.line.text import clean
from salesdesk.store import campaigns, events, rollups, strata

FEWEST_WRAPS = 5
LAST_EVENTS = 120
"""So many of my last events are looked at for the wrap times of my last outcomes."""


class Board(Request["BoardReply"]):
    """How is the floor doing?"""


class BoardReply(boardmodel.Board, Reply):
    """The wall board, block by block."""


@operation(roles=WATCHERS, effect=LIVE)
def board(floor: Floor, me: Person, ask: Board) -> BoardReply:
    """The floor at a glance: what to act on, the day, the line, people, yields and teams."""
    return BoardReply(**dict(blocks.board(boardfacts.gather(floor, me))))


class MyNumbers(Request["MyNumbersReply"]):
    """How is my day going, and my team's?"""


class Numbers(Reply):
    """Today's counts of a person or a team. Times are seconds; `wrap_median` is None below five outcomes, and for
    teams. FIGURES names the definition of each."""

    dials: int
    humans: int
    conversations: int
    selling_conversations: int
    meetings: int
    talk_seconds: int
    wrap_median: float | None
    promises_kept: int
    promises_late: int
    skips: int
    short_rings: int = 0


FIGURES = {
    "dials": "dial",
    "humans": "connect",
    "conversations": "conversation",
    "selling_conversations": "selling_conversation",
    "meetings": "meetings_booked",
    "talk_seconds": "talk_time",
    "wrap_median": "wrap_median",
    "promises_kept": "promises_kept",
    "promises_late": "promises_late",
    "skips": "skips",
    "short_rings": "short_rings",
    "queue_on_hand": "queue_on_hand",
    "queue_cover_minutes": "queue_cover",
    "percent_of_plan": "share_of_plan",
    "meetings_target": "target",
}
"""The glossary id of each field of Numbers and MyNumbersReply."""


class MyNumbersReply(Reply):
    """My day beside my team's. `team` sums everybody of it, me too; `team_people` counts those who worked today.
    `queue_cover_minutes` and `percent_of_plan` are None when there is nothing to tell; `meetings_target` is my share
    of the day's meetings. `plan_counts` says what the plan is in: selling conversations or meetings."""

    day: str
    mine: Numbers
    team_name: str
    team: Numbers
    team_people: int
    queue_on_hand: int
    queue_cover_minutes: float | None
    percent_of_plan: float | None
    meetings_target: float
    plan_counts: str


@operation(roles=EVERYONE, effect=LIVE)
def my_numbers(floor: Floor, me: Person, ask: MyNumbers) -> MyNumbersReply:
    """My numbers of today beside my team's, and what waits for me in the queue."""
    facts = boardfacts.gather(floor, me, whole=False)
    members = [who for who, team in facts.people.items() if team == facts.people.get(me.id)]
    stock = [each for each in queues(facts) if any(seat.person_id == me.id for seat in each.wanting)]
    if not stock:
        stock = [each for each in queues(facts) if each.campaign.turns.get(me.id) == 1]
    due, done = facts.due(me.id), facts.tally_by_person.get(me.id, {}).get(facts.plan_counts, 0)
    return MyNumbersReply(
        day=floor.day,
        mine=_numbers(floor, facts, [me.id], _wrap_median(floor, me.id)),
        team_name=clean(facts.people.get(me.id, "")),
        team=_numbers(floor, facts, members, None),
        team_people=sum(1 for who in members if facts.tally_by_person.get(who)),
        queue_on_hand=sum(each.stock.on_hand for each in stock),
        queue_cover_minutes=_cover(stock),
        percent_of_plan=pace.percent_of_plan(done, due),
        meetings_target=round(facts.share_of_target(me.id), 2),
        plan_counts="selling conversations" if facts.plan_counts == SELLING else "meetings",
    )


def _cover(stock: Sequence[Queue]) -> float | None:
    """Minutes for which some queues together feed all who work in them."""
    work = sum(each.stock.on_hand * each.campaign.handle_seconds / 60 for each in stock)
    people = sum(each.stock.people for each in stock)
    return round(work / people, 1) if people else None


def _numbers(floor: Floor, facts: FloorFacts, people: list[int], wrap: float | None) -> Numbers:
    def total(what: str) -> int:
        return sum(facts.tally_by_person.get(who, {}).get(what, 0) for who in people)

    return Numbers(
        dials=total(DIALED),
        humans=total(FLAG + "reached_human"),
        conversations=total(FLAG + "conversation"),
        selling_conversations=total(SELLING),
        meetings=total(MEETING),
        talk_seconds=sum(
            sum(rollups.talk_by_person(floor.session, floor.day, station, people).values()) for station in facts.callers
        ),
        wrap_median=wrap,
        promises_kept=total(KEPT),
        promises_late=total(LATE),
        skips=total(SKIPPED),
        short_rings=total(SHORT_RING),
    )


def _wrap_median(floor: Floor, person_id: int) -> float | None:
    """Median wrap of my last outcomes of today, seconds; None below five."""
    mine = events.results_of(floor.session, person_id, limit=LAST_EVENTS)
    undone = {int(each.data["recorded"]) for each in mine if each.kind == "undone"}
    wraps = [
        int(each.data.get("wrap", 0))
        for each in mine
        if each.kind == "recorded" and each.day == floor.day and each.id not in undone
    ]
    return float(median(wraps)) if len(wraps) >= FEWEST_WRAPS else None


class ShowBalance(Request["BalanceReply"]):
    """Is everybody dealt the same mix?"""

    campaign: int | None = Field(None, description="one campaign only")


class Mix(Reply):
    """One person's leads of one stratum. `smd` is the standardised difference of their share to the others'."""

    person: str
    stratum: str
    dealt: int
    share: float
    others_share: float
    smd: float


class CampaignBalance(Reply):
    """How equally one campaign's leads were dealt: balanced, amber or red."""

    campaign: int
    name: str
    state: str
    max_smd: float
    p: float
    dealt: int
    mixes: tuple[Mix, ...]


class BalanceReply(Reply):
    """The balance of each campaign that was dealt from."""

    campaigns: tuple[CampaignBalance, ...]


@operation(roles=EVERYONE, effect=READ)
def balance(floor: Floor, me: Person, ask: ShowBalance) -> BalanceReply:
    """The mix of leads that each person was dealt, and whether the mixes differ by more than chance."""
    rows = strata.dealt(floor.session)
    names = {row.id: clean(row.name) for row in campaigns.everything(floor.session)}
    if ask.campaign is not None and ask.campaign not in names:
        raise BadRequest("unknown_campaign", f"there is no campaign {ask.campaign}")
    wanted = [id for id in names if ask.campaign in (None, id)]
    found = []
    for campaign_id in wanted:
        mine = [row for row in rows if row["campaign_id"] == campaign_id]
        dealt: dict[str, dict[int, int]] = {}
        for row in mine:
            dealt.setdefault(clean(row["person"]), {})[row["stratum_id"]] = row["n"]
        result = dealing.balance(dealt, {row["stratum_id"]: clean(row["label"]) for row in mine})
        found.append(
            CampaignBalance(
                campaign=campaign_id,
                name=names[campaign_id],
                state=result.state,
                max_smd=result.max_smd,
                p=result.p,
                dealt=sum(row["n"] for row in mine),
                mixes=tuple(
                    Mix(
                        person=gap.person,
                        stratum=gap.label,
                        dealt=gap.dealt,
                        share=gap.share,
                        others_share=gap.others_share,
                        smd=gap.smd,
                    )
                    for gap in result.gaps
                ),
            )
        )
    return BalanceReply(campaigns=tuple(found))
