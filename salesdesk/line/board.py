"""The wall board: what the facts of a floor amount to, block by block in the order in which they want to be seen.

Every figure carries the id of its definition in `line.glossary`. An interval shown is that of the counts shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from salesdesk.line import flow, pace, yields
from salesdesk.line.alerts import alerts
from salesdesk.line.boardday import count_interval, day, held, promises, speed
from salesdesk.line.boardfacts import MEETING, OPT_OUT, SELLING, FloorFacts, SeatFacts
from salesdesk.line.boardmodel import CALM, Board, LineRow, SeatLine, TeamLine, YieldLine
from salesdesk.line.drums import drum_of
from salesdesk.line.figures import Figure, count, none, percent
from salesdesk.line.ledger import AFTER_HOURS, DIALED, FLAG, SKIPPED
from salesdesk.line.queues import Queue, calling, clock, per_hour, queues, zone_word
from salesdesk.line.yields import FEWEST_FOR_PERCENT

USUAL_DAYS = 20
STATES = ("call", "preview", "wrap", "ready", "starved", "paused", "away", "lost")
_STATE_FIGURES = {
    "call": "people_on_call", "preview": "people_preview", "wrap": "people_in_wrap", "ready": "people_ready",
    "starved": "people_starved", "paused": "people_paused", "away": "people_away", "lost": "people_lost",
}  # fmt: skip
STEPS = (
    ("connect_rate", FLAG + "reached_human", DIALED),
    ("conversation_rate", FLAG + "conversation", FLAG + "reached_human"),
    ("meeting_rate", MEETING, SELLING),
)
"""The yields of the board: glossary id, successes, trials."""


def board(facts: FloorFacts) -> Board:
    """Everything a wall board shows, from the facts of one moment."""
    stock = queues(facts)
    return Board(
        floor=facts.floor,
        zone=facts.zone,
        zone_word=zone_word(facts.zone, facts.now),
        at=facts.now,
        gone=percent("day_gone", 100 * facts.gone),
        calling=calling(facts),
        alerts=alerts(facts, stock),
        day=day(facts),
        invited=count("meeting_set", facts.meetings.invited),
        held=held(facts),
        promises=promises(facts),
        speed=speed(facts),
        line=_line(facts, stock),
        states=_states(facts),
        people=_people(facts),
        yields=tuple(_yield(facts, *step) for step in STEPS),
        teams=_teams(facts),
        last_meeting=_last_meeting(facts),
        notes=_notes(facts),
    )


# 3 the line ---------------------------------------------------------------------------------------------------------


def _line(facts: FloorFacts, stock: Sequence[Queue]) -> tuple[LineRow, ...]:
    drum, sure = drum_of(facts)
    rows = [_raw(facts)]
    for each in stock:
        mark, drum = (sure, "") if each.campaign.station == drum else ("", drum)
        rows.append(_campaign_row(facts, each, mark))
    for station in facts.stations:
        seated = sum(1 for seat in facts.seats if seat.station == station.name and seat.state != "lost")
        if station.calls or not (station.standing or station.in_work or seated):
            continue
        plan = flow.planned_rate(seated, station.handle_seconds / 60)
        rows.append(
            LineRow(
                name=station.title,
                on_hand=count("queue_on_hand", station.standing),
                cover=Figure("queue_cover", station.cover, pace.cover_words(station.cover)),
                in_work=count("work_in_process", station.in_work),
                rate=_rate(facts, station.done_lately),
                plan=count("plan_per_hour", round(plan)) if seated else none("plan_per_hour"),
                buffer=none("buffer_penetration"),
                drum=sure if station.name == drum else "",
            )
        )
    return tuple(rows)


def _raw(facts: FloorFacts) -> LineRow:
    days = facts.raw_leads / facts.introduced_a_day if facts.introduced_a_day else None
    words = "–" if days is None else f"{days:,.1f} days"
    return LineRow(
        name="raw list",
        on_hand=count("raw_list", facts.raw_leads),
        cover=Figure("days_of_cover", days, words),
        in_work=none("work_in_process"),
        rate=none("rate_per_hour"),
        plan=none("plan_per_hour"),
        buffer=none("buffer_penetration"),
    )


def _campaign_row(facts: FloorFacts, queue: Queue, drum: str) -> LineRow:
    campaign = queue.campaign
    since = queue.empty_since
    zone = queue.stock.buffer if campaign.live or campaign.ended else "waits" if campaign.waits else "paused"
    if queue.dry and since is not None:
        zone = f"EMPTY {pace.clock_words(facts.now - since)}"
    return LineRow(
        name=f"{_short(campaign.station)} {campaign.name}",
        on_hand=count("queue_on_hand", queue.stock.on_hand),
        cover=Figure("queue_cover", queue.stock.cover, pace.cover_words(queue.stock.cover)),
        in_work=count("work_in_process", queue.stock.in_work),
        rate=_rate(facts, campaign.done_lately),
        plan=count("plan_per_hour", round(queue.plan)),
        buffer=Figure("buffer_penetration", _penetration(queue), zone),
        dry=queue.dry,
        drum=drum,
    )


def _penetration(queue: Queue) -> float | None:
    target = queue.stock.stock_target
    return round(100 * (1 - queue.stock.on_hand / target), 1) if target else None


def _short(station: str) -> str:
    return station.upper() if len(station) < 4 else station


def _rate(facts: FloorFacts, done: int) -> Figure:
    rate = per_hour(done, facts.lately)
    if rate is None:
        return none("rate_per_hour")
    return Figure("rate_per_hour", rate, ("~" if facts.lately < 3600 else "") + f"{rate:,.0f}")


# 4 people -----------------------------------------------------------------------------------------------------------


def _states(facts: FloorFacts) -> tuple[Figure, ...]:
    seats = [seat.state for seat in facts.calling_seats]
    found = [count("people_in", len(seats))]
    return (*found, *(count(_STATE_FIGURES[state], seats.count(state)) for state in STATES if state in seats))


def _people(facts: FloorFacts) -> tuple[SeatLine, ...]:
    names, on = {each.id: each.name for each in facts.campaigns}, facts.campaign_of
    lines = [
        SeatLine(
            person=seat.person_id,
            name=seat.name,
            team=seat.team,
            state=seat.state,
            code=seat.code,
            since=seat.since,
            limit=seat.limit,
            campaign=names.get(on.get(seat.person_id) or seat.campaign_id or 0, ""),
            need=need(seat, facts.now),
            simulated=seat.simulated,
            armed=seat.armed,
        )
        for seat in facts.calling_seats
    ]
    return tuple(sorted(lines, key=lambda each: (each.need, each.name.casefold(), each.person)))


def need(seat: SeatFacts, now: int) -> int:
    """How much a seat wants a look: starved, lost, away, a pause over its limit; CALM is everything else."""
    if seat.state in ("starved", "lost", "away"):
        return ("starved", "lost", "away").index(seat.state)
    over = seat.state == "paused" and seat.limit is not None and now - seat.since >= 60 * seat.limit
    return 3 if over else CALM


# 5 yields -----------------------------------------------------------------------------------------------------------


def _yield(facts: FloorFacts, id: str, good: str, tried: str) -> YieldLine:
    k, n = facts.count(good), facts.count(tried)
    usual_k, usual_n = facts.usual.count(good), facts.usual.count(tried)
    usual = 100 * usual_k / usual_n if usual_n >= FEWEST_FOR_PERCENT else None
    # More successes than trials happen around midnight, when the dial was yesterday's; there is no interval then.
    shown = yields.show_yield(k, n) if k <= n else f"{k} of {n}"
    assumed = "~" if facts.usual.days < USUAL_DAYS else ""
    return YieldLine(
        id=id,
        successes=k,
        trials=n,
        shown=shown,
        usual=Figure("usual_yield", usual, "–" if usual is None else f"{assumed}{_percentage(usual)} %"),
        word="" if usual is None or n < FEWEST_FOR_PERCENT or k > n else _signal(k, n, usual / 100),
    )


def _percentage(value: float) -> str:
    return f"{value:.0f}" if value >= 2 or value == 0 else f"{value:.1f}"


def _signal(k: int, n: int, usual: float) -> str:
    low, high = yields.wilson(k, n)
    return "above usual" if low > usual else "below usual" if high < usual else "as usual"


# 6 teams and the last line ------------------------------------------------------------------------------------------


def _teams(facts: FloorFacts) -> tuple[TeamLine, ...]:
    found = []
    for team in sorted({team for team in facts.people.values() if team}):
        members = [who for who, its in facts.people.items() if its == team]
        due = facts.due(*members)
        if due <= 0:
            continue
        done = sum(facts.tally_by_person.get(who, {}).get(facts.plan_counts, 0) for who in members)
        low, high = (100 * end / due for end in count_interval(done))
        found.append(TeamLine(team, percent("team_percent_of_plan", 100 * done / due), low, high, ""))
    found.sort(key=lambda each: (-(each.percent.value or 0), each.name))
    close = [low.high >= high.low for high, low in pairwise(found)]
    return tuple(
        TeamLine(t.name, t.percent, t.low, t.high, "too close to call" if n and close[n - 1] else "")
        for n, t in enumerate(found)
    )


def _last_meeting(facts: FloorFacts) -> Figure:
    if facts.last_meeting is None:
        return none("last_meeting")
    at, who, campaign = facts.last_meeting
    return Figure("last_meeting", at, f"{clock(at, facts.zone, facts.now)}  {who}, {campaign}")


def _notes(facts: FloorFacts) -> tuple[Figure, ...]:
    bad, dials = facts.count(FLAG + "bad_data"), facts.count(DIALED)
    opted, talked = facts.count(OPT_OUT), facts.count(FLAG + "conversation")
    worst = sorted(facts.bad_by_list.items(), key=lambda each: (-each[1], each[0]))[:1]
    lists = "".join(f' (list "{name}": {n})' for name, n in worst)
    return (
        Figure("bad_records", bad, f"{bad:,} of {dials:,}{lists}"),
        Figure("opt_outs", opted, f"{opted:,} of {talked:,}"),
        count("skips", facts.count(SKIPPED)),
        count("dialed_after_hours", facts.count(AFTER_HOURS)),
    )
