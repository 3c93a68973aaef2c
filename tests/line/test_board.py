"""The wall board tells what the facts amount to, consistently, in the order of need, in words anybody can check."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.commands import WALLBOARD, hints
from salesdesk.line import glossary, ledger, yields
from salesdesk.line.board import board, need
from salesdesk.line.boardday import count_interval, pace_word
from salesdesk.line.boardfacts import (
    AndonFacts,
    CampaignFacts,
    FloorFacts,
    InboundFacts,
    MeetingFacts,
    PaceFacts,
    PromiseFacts,
    SeatFacts,
    StationFacts,
    Stock,
    Sum,
    Usual,
    Waiting,
)
from salesdesk.line.boardmodel import Board
from salesdesk.line.boardpeople import DENSITIES, people, tall
from salesdesk.line.boardtext import BLOCKS, PEOPLE, body, render
from salesdesk.line.columns import fit, right, width_of
from salesdesk.line.drums import drum_of
from salesdesk.line.inbound import Speed
from salesdesk.line.queues import calling, clock, dry_cause, per_hour, queues, zone_words

NOW = int(datetime(2026, 11, 19, 15, 42, tzinfo=UTC).timestamp())
"""Thursday 10:42 in New York."""
START = NOW - 132 * 60
END = START + 510 * 60
ET, CT, PT = "America/New_York", "America/Chicago", "America/Los_Angeles"
OPEN = (NOW - 3600, NOW + 3600)
PACIFIC = Waiting(412, NOW + 48 * 60, NOW + 9 * 3600, (PT,))

STATIONS = (StationFacts("sdr", "Sales development", 120, True), StationFacts("executive", "Executive", 2700, False))
SPRING = CampaignFacts(
    1,
    "Spring Audit",
    True,
    "sdr",
    120,
    target=40,
    stock=Stock(
        525, 25, 42.0, 790, "half", 24, dry_at=NOW + 2520, checked=2, checked_leads=640,
        advice="dry 11:24; release 360, covers to 13:10; 2 checked batches hold 640",
    ),
    waiting=(Waiting(525, *OPEN, (ET,)),),
    done_lately=750,
    turns={1: 1, 2: 1, 3: 1},
)  # fmt: skip
AUTUMN = CampaignFacts(
    2, "Autumn Freight", True, "sdr", 120, stock=Stock(0, 2, 0.0, 60, "EMPTY"), waiting=(PACIFIC,), turns={4: 1, 5: 1}
)


def seat(person: int, name: str, state: str = "call", age: int = 60, **more: object) -> SeatFacts:
    facts = {"team": "Red", "station": "sdr", "campaign_id": 1, "since": NOW - age} | more
    return SeatFacts(person_id=person, name=name, state=state, **facts)  # type: ignore[arg-type]


SEATS = (
    seat(1, "Dana", age=850),
    seat(2, "Ames", age=134),
    seat(3, "Webb", "lost", 52),
    seat(4, "Ito", "starved", 190, campaign_id=2),
    seat(5, "Lee", "starved", 100, campaign_id=2, team="Blue"),
    seat(6, "Ruiz", "paused", 47 * 60, code="lunch", limit=45),
    seat(7, "Cole", "away", 380),
    seat(8, "Rao", "paused", 100, code="break", limit=15),
)


def counted(**counts: int) -> tuple[Sum, ...]:
    """Sums of person 1 at the calling station: dials=…, human=…, conversation=…, selling=…, meeting=…"""
    names = {
        "dials": ledger.DIALED, "human": "#reached_human", "conversation": "#conversation",
        "selling": "#selling_conversation", "meeting": "#positive", "bad": "#bad_data", "opted": "#opt_out",
        "kept": ledger.KEPT, "late": ledger.LATE, "skipped": ledger.SKIPPED, "served": ledger.SERVED,
    }  # fmt: skip
    return tuple(Sum(1, "sdr", names[name], n) for name, n in counts.items())


TODAY = counted(
    dials=1650, human=210, conversation=139, selling=131, meeting=11, bad=46, opted=2, kept=22, late=2, skipped=9
)
USUAL = Usual(
    {
        ledger.DIALED: 33_000, "#reached_human": 3_960, "#conversation": 2_614, "#selling_conversation": 2_400,
        "#positive": 216, ledger.SERVED: 33_000,
    },
    20,
)  # fmt: skip
FACTS = FloorFacts(
    floor="Northwind floor",
    zone=ET,
    now=NOW,
    day_start=START,
    day_end=END,
    people={n: "Red" if n in (1, 2, 3, 4) else "Blue" for n in range(1, 9)},
    sums=TODAY,
    usual=USUAL,
    campaigns=(SPRING, AUTUMN),
    stations=STATIONS,
    seats=SEATS,
    promises=(PromiseFacts(1, "Dana", NOW - 180, ticket_id=77, campaign_id=1),),
    inbounds=(InboundFacts(88, "Halden Freight", NOW - 38),),
    speed=Speed(4, 4, 41.0, 41.0, 3, 4, 4, 4),
    meetings=MeetingFacts(invited=9, due=7, held=5, no_show=1, unresolved=1, unresolved_since=NOW - 3720),
    raw_leads=12_400,
    introduced_a_day=1_512.0,
    bad_by_list={"Apex Oct": 31, "Fair": 15},
    last_meeting=(NOW - 360, "Fox", "Spring Audit"),
)


def figures(part: object) -> Iterator[tuple[str, str]]:
    """Every (glossary id, words) in a board."""
    if isinstance(part, Board):
        for name in Board.model_fields:
            yield from figures(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from figures(each)
    elif hasattr(part, "__dataclass_fields__"):
        if isinstance(id := getattr(part, "id", None), str):
            yield id, str(getattr(part, "words", ""))
        for name in part.__dataclass_fields__:
            yield from figures(getattr(part, name))


# 1 act now ----------------------------------------------------------------------------------------------------------


def test_what_costs_something_now_comes_before_what_will_soon() -> None:
    found = board(FACTS).alerts
    assert [each.word for each in found] == ["DRY", "INBOUND", "LOST", "PROMISE", "SOON", "PAUSE", "MEETING"]
    assert [each.now for each in found] == sorted((each.now for each in found), reverse=True)


def test_a_dry_queue_names_who_starves_since_when_and_why() -> None:
    dry = board(FACTS).alerts[0]
    assert dry.text == "Autumn Freight for 1:40 · 2 people starved, longest 3:10: Ito, Lee"
    assert dry.detail == "412 left, all PT, open 11:30"
    assert dry.figure.id == "dry_time"
    assert dry.figure.value == 100


def test_a_dry_queue_is_as_old_as_the_last_who_was_served_from_it_not_as_who_waits_longest() -> None:
    seats = (seat(4, "Ito", "starved", 1053, campaign_id=2), seat(5, "Lee", "starved", 130, campaign_id=2))
    helper = seat(6, "Ruiz", "starved", 20, campaign_id=2)
    facts = replace(FACTS, seats=(*seats, helper), campaigns=(SPRING, replace(AUTUMN, turns={**AUTUMN.turns, 6: 2})))
    dry = board(facts).alerts[0]
    assert dry.text == "Autumn Freight for 2:10 · 3 people starved, longest 17:33: Ito, Lee, Ruiz"
    assert dry.figure.value == 130
    helped = replace(facts, seats=(helper,))
    assert board(helped).alerts[0].text == "Autumn Freight for 0:20 · 1 person starved: Ruiz"


def test_a_queue_without_people_is_not_dry_and_neither_is_a_paused_campaign() -> None:
    nobody = replace(FACTS, seats=tuple(each for each in SEATS if each.campaign_id == 1))
    assert "DRY" not in {each.word for each in board(nobody).alerts}
    paused = replace(FACTS, campaigns=(SPRING, replace(AUTUMN, live=False)))
    assert "DRY" not in {each.word for each in board(paused).alerts}
    waits = board(replace(FACTS, campaigns=(SPRING, replace(AUTUMN, live=False, waits=True))))
    assert "DRY" not in {each.word for each in waits.alerts}
    assert "waits" in {row.buffer.words for row in waits.line}


@pytest.mark.parametrize(
    ("campaign", "words"),
    [
        (replace(AUTUMN, waiting=()), "nothing left of it: a batch must be released"),
        (
            replace(AUTUMN, waiting=(), stock=Stock(asleep=12, opens_at=NOW + 3600)),
            "12 cooling, next 11:42",
        ),
        (
            replace(AUTUMN, stock=Stock(asleep=3, checked=1, checked_leads=50)),
            "412 left, all PT, open 11:30 · 3 cooling · 1 checked batch holds 50",
        ),
        (replace(AUTUMN, waiting=(replace(PACIFIC, opens_at=0, closes_at=0),)), "412 left, all PT, out of hours"),
        (
            replace(AUTUMN, waiting=(PACIFIC, Waiting(8, NOW + 86_400, NOW + 90_000, (CT,)))),
            "420 left, open 11:30",
        ),
        (replace(AUTUMN, waiting=(Waiting(8, NOW + 86_400, NOW + 90_000, (CT,)),)), "8 left, all CT, open Fri 10:42"),
    ],
)
def test_the_cause_of_dryness_is_a_sentence(campaign: CampaignFacts, words: str) -> None:
    assert dry_cause(campaign, NOW, ET) == words


def test_a_queue_that_runs_dry_within_the_hour_is_announced_with_what_to_release() -> None:
    soon = next(each for each in board(FACTS).alerts if each.word == "SOON")
    assert soon.text == "Spring Audit dry 11:24"
    assert soon.detail == "release 360, covers to 13:10 · 2 checked batches hold 640"
    assert soon.command == "release"


def test_checked_batches_that_wait_are_told_when_nothing_is_urgent() -> None:
    calm = replace(SPRING, stock=replace(SPRING.stock, dry_at=None))
    found = board(replace(FACTS, campaigns=(calm,))).alerts
    assert [each.text for each in found if each.word == "RELEASE"] == ["Spring Audit · 2 checked batches hold 640"]


def test_a_late_promise_says_whose_how_late_and_when_it_passes_on() -> None:
    late = next(each for each in board(FACTS).alerts if each.word == "PROMISE")
    assert late.text == "Dana 10:39, 3 min late, on a call"
    assert late.detail == "goes to anyone 10:44"


def test_many_late_promises_are_summed_up() -> None:
    many = tuple(PromiseFacts(0, "", NOW - 400 - n) for n in range(7))
    texts = [each.text for each in board(replace(FACTS, promises=many)).alerts if each.word == "PROMISE"]
    assert len(texts) == 4
    assert texts[-1] == "and 4 more promises late"


def test_a_promise_that_is_open_says_who_may_take_it() -> None:
    late = PromiseFacts(1, "Dana", NOW - 400, ticket_id=77, campaign_id=2)
    shown = next(each for each in board(replace(FACTS, promises=(late,))).alerts if each.word == "PROMISE")
    assert (shown.detail, shown.command, shown.about, shown.person) == (
        "open to anyone: Ito, Lee free",
        "pass_on",
        77,
        1,
    )
    nobody = replace(late, campaign_id=1)
    shown = next(each for each in board(replace(FACTS, promises=(nobody,))).alerts if each.word == "PROMISE")
    assert shown.detail == "open to anyone, nobody is free"


@pytest.mark.parametrize(
    ("state", "doing"), [("paused", "on lunch"), ("away", "away"), ("lost", "lost"), ("", "not signed in")]
)
def test_a_promise_whose_owner_is_not_at_work_is_anyones_at_once(state: str, doing: str) -> None:
    seats = tuple(
        replace(each, state=state, code="lunch") if each.name == "Dana" else each
        for each in FACTS.seats
        if state or each.name != "Dana"
    )
    late = PromiseFacts(1, "Dana", NOW - 120, campaign_id=2)
    found = board(replace(FACTS, promises=(late,), seats=seats)).alerts
    shown = next(each for each in found if each.word == "PROMISE")
    assert (shown.text, shown.detail) == (f"Dana 10:40, 2 min late, {doing}", "open to anyone: Ito, Lee free")


def test_a_promise_that_was_put_off_is_late_all_the_same_and_says_when_it_is_tried() -> None:
    late = PromiseFacts(1, "Dana", NOW - 720, served_at=NOW + 60)
    told = board(replace(FACTS, promises=(late,)))
    shown = next(each for each in told.alerts if each.word == "PROMISE")
    assert (shown.text, shown.detail) == (
        "Dana 10:30, 12 min late, on a call",
        "not to be called just now, tried again 10:43",
    )
    again = board(replace(FACTS, promises=(replace(late, served_at=NOW - 60),))).alerts
    assert next(each for each in again if each.word == "PROMISE").detail == "goes to anyone 10:46"


@pytest.mark.parametrize(
    ("age", "offered", "detail"),
    [
        (20, (), "next free seat takes it"),
        (38, (), "next free seat takes it, or one in preview"),
        (61, (), "over its minute: nobody is free"),
        (61, ("Ito",), "offered to Ito"),
    ],
)
def test_an_inquiry_says_how_long_it_waits_and_who_takes_it(age: int, offered: tuple[str, ...], detail: str) -> None:
    waiting = (InboundFacts(88, "Halden Freight", NOW - age), InboundFacts(89, "Acme", NOW - 3))
    shown = next(
        each for each in board(replace(FACTS, inbounds=waiting, offered=offered)).alerts if each.word == "INBOUND"
    )
    assert shown.text == f"2 waiting {age // 60}:{age % 60:02} of 1:00 · Halden Freight and 1 more"
    assert (shown.detail, shown.command, shown.about) == (detail, "offer", 88)


def test_an_inquiry_that_cannot_be_called_just_now_says_when_it_is_tried_again() -> None:
    waiting = (InboundFacts(88, "Halden Freight", NOW - 70, NOW + 60),)
    shown = next(each for each in board(replace(FACTS, inbounds=waiting)).alerts if each.word == "INBOUND")
    assert shown.text == "1 waiting 1:10 of 1:00 · Halden Freight"
    assert shown.detail == "not to be called just now, tried again 10:43"


def test_calls_for_help_are_summed_up_after_three() -> None:
    raised = tuple(AndonFacts(n, 1, "Dana", "list bad", NOW - 200 + n) for n in range(5))
    shown = [each for each in board(replace(FACTS, andons=raised)).alerts if each.word == "ANDON"]
    first, *_, last = [each.text for each in shown]
    assert (len(shown), first, last) == (4, "Dana: list bad, 3:20", "and 2 more calls for help")
    assert {each.command for each in shown} == {"clear"}


def test_paces_and_invitations_are_told_after_what_costs_something_now() -> None:
    facts = replace(
        FACTS,
        paces=(PaceFacts(2, "Ames", 62, 45),),
        meetings=replace(FACTS.meetings, uninvited=2, uninvited_since=NOW - 2700),
    )
    texts = {each.word: each.text for each in board(facts).alerts if not each.now}
    assert texts["REVIEW"] == "Ames 62 calls an hour, above 45"
    fast = replace(
        facts, paces=(PaceFacts(2, "Ames", 62, 45), PaceFacts(3, "Chen", 70, 45), PaceFacts(1, "Dana", 50, 45))
    )
    told = [each for each in board(fast).alerts if each.word == "REVIEW"]
    assert [(each.text, each.person) for each in told] == [("Chen 70 calls an hour, above 45 · and 2 more", 3)]
    assert texts["INVITE"] == "2 invitations not sent, the oldest booked 45 min ago"
    assert texts["MEETING"] == "1 meeting over without a result, the oldest 09:40"


def test_marked_seats_and_armed_pauses_are_seen() -> None:
    armed = tuple(replace(each, armed="lunch") if each.person_id == 2 else each for each in SEATS)
    text = "\n".join(
        "".join(p.text for p in row) for row in body(board(replace(FACTS, seats=armed)), 120, NOW, marked={2})
    )
    assert re.search(r"■ Ames +call +2:14 → lunch", text)
    assert "1 marked ■" in text


def test_a_quiet_floor_says_so() -> None:
    quiet = FloorFacts("f", ET, NOW, START, END, {})
    assert any("nothing needs you now" in row for row in render(board(quiet), 80, NOW))


# 2 the day ----------------------------------------------------------------------------------------------------------


def test_the_day_compares_so_far_with_due_by_now() -> None:
    selling, meetings = board(FACTS).day
    assert (meetings.so_far.words, meetings.by_now.words, meetings.target.words) == ("11", "10", "40")
    assert meetings.percent.words == "106 %"
    # 40 meetings at the usual 9 % want 444 selling conversations.
    assert selling.target.value == round(40 * 2400 / 216)
    assert selling.word == "on pace"


def test_without_enough_history_there_is_no_target_in_conversations_and_plans_are_in_meetings() -> None:
    fresh = replace(FACTS, usual=Usual({}, 0))
    assert board(fresh).day[0].word == "no target"
    assert fresh.plan_counts == "#positive"
    assert FACTS.plan_counts == "#selling_conversation"


@pytest.mark.parametrize(
    ("done", "due", "word"),
    [(0, 0, ""), (11, 12, "on pace"), (60, 100, "behind"), (140, 100, "ahead"), (0, 2, "on pace")],
)
def test_only_a_gap_beyond_chance_is_behind_or_ahead(done: int, due: float, word: str) -> None:
    assert pace_word(done, due) == word


def test_promises_count_late_ones_that_still_wait() -> None:
    waiting = (
        PromiseFacts(1, "Dana", NOW - 700),
        PromiseFacts(1, "Dana", NOW - 500),
        PromiseFacts(1, "D", NOW - 900, 1),
    )
    kept, late = board(replace(FACTS, promises=waiting)).promises
    assert kept.words == "22 of 25"
    assert late.value == 3


def test_booked_and_held_are_never_one_number() -> None:
    shown = board(FACTS)
    assert [each.words for each in shown.held] == ["5 of 7", "1", "1"]
    assert (shown.day[1].so_far.words, shown.invited.words) == ("11", "9")
    assert any(
        re.search(r"held \(due so far\) +5 of 7 .*no-show 1, unresolved 1", row) for row in render(shown, 80, NOW)
    )
    assert any(re.search(r"meetings booked   \(invite sent 9\) +11 ", row) for row in render(shown, 120, NOW))
    nothing_due = board(replace(FACTS, meetings=MeetingFacts(invited=9)))
    assert nothing_due.held == ()
    assert nothing_due.day == shown.day


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=40)
def test_held_missed_and_unresolved_add_up_to_those_due(silent: int, held: int, missed: int) -> None:
    shown = board(replace(FACTS, meetings=MeetingFacts(due=held + missed + silent, held=held, no_show=missed))).held
    if shown:
        first, no_show, unresolved = shown
        assert int(first.words.split(" of ")[1]) == (first.value or 0) + (no_show.value or 0) + (unresolved.value or 0)
        assert unresolved.value == silent


# 3 the line ---------------------------------------------------------------------------------------------------------


def test_the_line_has_raw_stock_every_campaign_and_every_staffed_station() -> None:
    with_tickets = replace(FACTS, stations=(STATIONS[0], replace(STATIONS[1], standing=31, in_work=14)))
    rows = {row.name: row for row in board(with_tickets).line}
    assert list(rows) == ["raw list", "SDR Spring Audit", "SDR Autumn Freight", "Executive"]
    assert rows["raw list"].cover.words == "8.2 days"
    spring = rows["SDR Spring Audit"]
    assert (spring.on_hand.words, spring.cover.words, spring.in_work.words) == ("525", "42 min", "24")
    assert (spring.rate.words, spring.buffer.words) == ("750", "half")
    assert rows["SDR Autumn Freight"].buffer.words == "EMPTY 1:40"
    assert rows["Executive"].on_hand.words == "31"


def test_each_person_counts_on_one_campaign_and_lost_ones_on_none() -> None:
    on = FACTS.campaign_of
    assert on == {1: 1, 2: 1, 4: 2, 5: 2}
    plans = {each.campaign.id: each.plan for each in queues(FACTS)}
    assert plans[1] == pytest.approx(2 * 30 * 0.85)


def test_a_rate_is_not_guessed_from_a_few_minutes_and_is_marked_in_the_first_hour() -> None:
    assert per_hour(10, 120) is None
    assert per_hour(10, 1200) == 30
    assert per_hour(-1, 3600) == 0
    first_hour = replace(FACTS, lately=1800)
    assert next(row.rate.words for row in board(first_hour).line if row.name == "SDR Spring Audit") == "~1,500"


def test_the_drum_is_declared_only_when_it_is_sure() -> None:
    assert drum_of(FACTS) == ("", "")
    seats = tuple(seat(n, f"P{n}") for n in range(1, 11))
    staffed = replace(FACTS, seats=(*seats, seat(20, "Eve", station="executive")))
    # 34,650 pulls gave 227 meetings: 2 minutes of SDR each, .29 of an executive; ten SDRs wait for one executive.
    assert drum_of(staffed)[0] == "executive"
    assert "sure: 100 %" in drum_of(staffed)[1]
    even = replace(
        FACTS,
        usual=Usual({ledger.SERVED: 100, "#positive": 44}, 20),
        sums=(),
        seats=(
            seat(1, "D"),
            seat(2, "E", station="executive"),
            *(seat(n, "E", station="executive") for n in range(3, 12)),
        ),
    )
    assert drum_of(even) == ("", "")


# 4 people -----------------------------------------------------------------------------------------------------------


def test_people_come_by_need_then_name() -> None:
    names = [each.name for each in board(FACTS).people]
    assert names == ["Ito", "Lee", "Webb", "Cole", "Ruiz", "Ames", "Dana", "Rao"]


def test_the_header_counts_add_up_to_everybody_in() -> None:
    people_in, *states = board(FACTS).states
    assert people_in.value == len(SEATS) == sum(each.value or 0 for each in states)


@pytest.mark.parametrize(
    ("state", "age", "limit", "wanted"),
    [("starved", 1, None, 0), ("lost", 60, None, 1), ("away", 1, None, 2), ("paused", 899, 15, 4),
     ("paused", 900, 15, 3), ("call", 9999, None, 4), ("ready", 5, None, 4)],
)  # fmt: skip
def test_need_is_starved_lost_away_then_a_pause_over_its_limit(
    state: str, age: int, limit: int | None, wanted: int
) -> None:
    assert need(seat(1, "X", state, age, limit=limit), NOW) == wanted


# 5 yields -----------------------------------------------------------------------------------------------------------


def test_an_interval_shown_is_that_of_the_counts_shown() -> None:
    for each in board(FACTS).yields:
        assert each.shown == yields.show_yield(each.successes, each.trials)
    dial, human, selling = board(FACTS).yields
    assert (dial.successes, dial.trials, dial.shown, dial.usual.words, dial.word) == (
        210, 1650, "11–14 %", "12 %", "as usual",
    )  # fmt: skip
    assert (human.shown, selling.shown, selling.usual.words) == ("61–71 %", "5–13 %", "9 %")


def test_few_trials_are_counts_and_get_no_word() -> None:
    few = board(replace(FACTS, sums=counted(dials=9, human=2))).yields[0]
    assert (few.shown, few.word) == ("2 of 9", "")


def test_more_answers_than_dials_around_midnight_break_nothing() -> None:
    odd = board(replace(FACTS, sums=counted(dials=1, human=2))).yields[0]
    assert (odd.shown, odd.word) == ("2 of 1", "")


def test_a_yield_beyond_noise_is_said_and_a_short_history_is_marked() -> None:
    low = board(replace(FACTS, sums=counted(dials=1000, human=50), usual=replace(USUAL, days=3))).yields[0]
    assert low.word == "below usual"
    assert low.usual.words == "~12 %"


def test_executives_conversations_are_not_the_callers() -> None:
    other = (*TODAY, Sum(9, "executive", "#selling_conversation", 50), Sum(9, "executive", "#positive", 50))
    assert board(replace(FACTS, sums=other)).yields == board(FACTS).yields


# 6 teams and the last line ------------------------------------------------------------------------------------------


def test_teams_whose_intervals_overlap_are_too_close_to_call() -> None:
    sums = (Sum(1, "sdr", "#selling_conversation", 60), Sum(5, "sdr", "#selling_conversation", 55))
    even = replace(SPRING, turns={1: 1, 5: 1})
    close = board(replace(FACTS, sums=sums, campaigns=(even,))).teams
    assert [team.name for team in close] == ["Red", "Blue"]
    assert [team.word for team in close] == ["", "too close to call"]
    far = (sums[0], Sum(5, "sdr", "#selling_conversation", 5))
    assert [team.word for team in board(replace(FACTS, sums=far, campaigns=(even,))).teams] == ["", ""]


def test_individuals_are_never_ranked() -> None:
    shown = board(FACTS)
    assert {"percent", "rank", "yield"}.isdisjoint(shown.people[0].__dataclass_fields__)


def test_plans_of_people_add_up_to_the_floors() -> None:
    everybody = FACTS.due(*FACTS.people)
    assert everybody == pytest.approx(40 * FACTS.gone * 2400 / 216)
    assert sum(FACTS.due(who) for who in FACTS.people) == pytest.approx(everybody)


def test_the_last_line_charges_the_list() -> None:
    bad, opted, skips, after = board(FACTS).notes
    assert bad.words == '46 of 1,650 (list "Apex Oct": 31)'
    assert opted.words == "2 of 139"
    assert (skips.words, after.words) == ("9", "0")


@given(st.integers(0, 2000))
@settings(max_examples=60)
def test_the_interval_of_a_count_holds_the_count(done: int) -> None:
    low, high = count_interval(done)
    assert 0 <= low <= done <= high


# words --------------------------------------------------------------------------------------------------------------


def test_every_figure_on_the_board_is_in_the_glossary() -> None:
    found = list(figures(board(FACTS)))
    assert len(found) > 45
    for id, _words in found:
        assert glossary.define(id).definition


def test_where_calls_may_go_now_and_next() -> None:
    assert calling(FACTS) == "calling ET · PT from 11:30"
    assert calling(replace(FACTS, campaigns=())) == "calling nobody"


def test_zones_have_short_words_from_east_to_west() -> None:
    assert list(zone_words([PT, ET, "America/Phoenix", CT, "Asia/Kolkata"], NOW)) == ["IST", "ET", "CT", "MT", "PT"]
    assert list(zone_words(["America/Sao_Paulo"], NOW)) == ["UTC-03"]


@pytest.mark.parametrize(
    ("at", "words"), [(NOW, "10:42"), (NOW + 86_400, "Fri 10:42"), (NOW + 40 * 86_400, "29 Dec 10:42")]
)
def test_a_time_names_its_day_when_it_is_not_today(at: int, words: str) -> None:
    assert clock(at, ET, NOW) == words


SIZES = [(80, None), (80, 21), (120, None), (120, 37), (60, 14), (200, 60)]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("people", [0, 8, 31, 60, 140])
def test_the_board_fits_whatever_the_window_and_the_number_of_people(
    width: int, height: int | None, people: int
) -> None:
    seats = tuple(seat(n, f"Person {n}", "starved" if n < 4 else "call") for n in range(people))
    shown = board(replace(FACTS, seats=seats))
    assert height is None or len(body(shown, width, NOW, height=height)) <= height
    assert all(width_of(row) <= width for row in render(shown, width, NOW))


@pytest.mark.parametrize("width", [1, 20, 38, 80, 120, 200])
@pytest.mark.parametrize("density", range(DENSITIES))
@pytest.mark.parametrize("number", [0, 1, 8, 31, 140])
def test_seats_take_the_rows_that_are_counted_and_fill_their_cells(width: int, density: int, number: int) -> None:
    states = ("call", "starved", "paused", "ready")
    shown = board(replace(FACTS, seats=tuple(seat(n, f"Person {n}", states[n % 4]) for n in range(1, number + 1))))
    for later in (NOW, NOW + 59, NOW + 3600):
        rows = people(shown.people, width, later, density)
        assert len(rows) == tall(shown.people, width, density)
        cells = [width_of(piece.text) for row in rows for piece in row if piece.person]
        assert not cells or {*cells} <= {(width - 1) // max(1, (width - 1) // each) for each in (38, 25, 15, 11)}


def test_sixty_seats_fit_and_the_urgent_keep_their_full_words() -> None:
    seats = tuple(seat(n, f"Rep{n:02d}", "starved" if n < 5 else "call") for n in range(1, 61))
    shown = board(replace(FACTS, seats=seats))
    for width, height, chosen in ((120, 37, 0), (120, 37, PEOPLE), (80, 21, PEOPLE), (80, 21, 0)):
        rows = body(shown, width, NOW, height=height, chosen=chosen)
        text = "\n".join("".join(piece.text for piece in row) for row in rows)
        seen = {piece.person for row in rows for piece in row if piece.person}
        assert text.count("STARVED") == 4
        assert len(seen) == 60 or (width, chosen) == (80, 0)
        assert all(name in text for name in BLOCKS[: 4 if width == 80 else 6])


def test_a_board_that_is_too_low_says_what_it_hides() -> None:
    seats = tuple(seat(n, f"Rep{n:02d}") for n in range(140))
    text = ["".join(p.text for p in row) for row in body(board(replace(FACTS, seats=seats)), 80, NOW, height=21)]
    assert any(re.search(r"\+ \d+ more rows of calm seats", row) for row in text)


def test_one_person_on_a_full_board_has_their_state_and_its_age() -> None:
    waiting = tuple(AndonFacts(n, 1, "Dana", "list bad", NOW - n) for n in range(1, 6))
    shown = board(replace(FACTS, seats=(seat(1, "Dana"),), andons=waiting))
    text = ["".join(piece.text for piece in row) for row in body(shown, 80, NOW, height=21)]
    assert any(re.match(r" ▸ Dana +call +\d", row) for row in text)


def test_who_wants_a_look_stays_on_a_low_board_when_much_happens() -> None:
    """Eleven rows to act on leave no room for sixty people; the calm ones go, not whoever is lost."""
    seats = tuple(seat(n, f"Rep{n:02d}", "lost" if n == 60 else "call") for n in range(1, 61))
    waiting = tuple(AndonFacts(n, n, f"Rep{n:02d}", "list bad", NOW - n) for n in range(1, 6))
    shown = board(replace(FACTS, seats=seats, andons=waiting))
    rows = body(shown, 80, NOW, height=21)
    assert len(rows) == 21
    assert [piece.text.split()[:3] for row in rows for piece in row if piece.person] == [["×", "Rep60", "LOST"]]


def test_the_queue_that_runs_dry_first_is_told_first() -> None:
    first, second = (
        replace(SPRING, id=n, name=name, stock=replace(SPRING.stock, on_hand=9, dry_at=NOW + ahead))
        for n, name, ahead in ((1, "Late", 1800), (2, "Early", 600))
    )
    told = [each.text for each in board(replace(FACTS, campaigns=(first, second))).alerts if each.word == "SOON"]
    assert [each.split()[0] for each in told] == ["Early", "Late"]


HOSTILE = [
    "[@click=app.quit]x[/]",
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J",
    "a\u202eb",
    "名前" * 20,
    "e\u0301" * 40,
    "\n\r\t",
    "",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [80, 120])
def test_hostile_names_are_harmless_text(name: str, width: int) -> None:
    bad = replace(
        FACTS,
        floor=name,
        campaigns=(replace(SPRING, name=name), replace(AUTUMN, name=name)),
        seats=tuple(replace(each, name=name, team=name, simulated=True) for each in SEATS),
        people=dict.fromkeys(range(1, 9), name),
        bad_by_list={name: 3},
        last_meeting=(NOW, name, name),
    )
    for row in render(board(bad), width, NOW):
        assert width_of(row) <= width
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", row)


@given(st.text(max_size=60), st.integers(0, 40))
@settings(max_examples=100)
def test_a_column_is_always_as_wide_as_it_should_be(text: str, width: int) -> None:
    assert width_of(fit(text, width)) == width
    assert width_of(right(text, width)) == width


KEYS = hints(WALLBOARD)


def test_what_helps_with_an_alert_is_a_command_of_the_board() -> None:
    assert {each.command for each in board(FACTS).alerts} - KEYS.keys() == set()


def test_the_board_in_words() -> None:
    """The board of floor.md in its own words, so that a change of its look is seen in a diff."""
    assert render(board(FACTS), 120, NOW, KEYS) == WIDE.strip("\n").splitlines()
    assert render(board(FACTS), 80, NOW, KEYS) == NARROW.strip("\n").splitlines()


WIDE = """
 WALL  Northwind floor    Thu 19 Nov  10:42 ET    day 26 % gone    calling ET · PT from 11:30    live 0 s
── 1 ACT NOW ───────────────────────────────────────────────────────────────────────────────────────────────────────────
 ! DRY      Autumn Freight for 1:40 · 2 people starved, longest 3:10: Ito, Lee  412 left, all PT, open 11:30      m move
 ! INBOUND  1 waiting 0:38 of 1:00 · Halden Freight             next free seat takes it, or one in preview       f offer
 ! LOST     Webb 0:52 without a sign                            leads go back by themselves                   e end seat
 ! PROMISE  Dana 10:39, 3 min late, on a call                   goes to anyone 10:44                           p pass on
 ~ SOON     Spring Audit dry 11:24  release 360, covers to 13:10 · 2 checked batches hold 640                  r release
 ~ PAUSE    Ruiz lunch 47 of 45 min                                                                            b message
 ~ MEETING  1 meeting over without a result, the oldest 09:40   executive or coordinator marks it             g meetings
── 2 THE DAY                             so far    by now    target ────────────────────────────────────────────────────
 selling conversations                      131       115       444  ████████████████████  114 %  on pace
 meetings booked   (invite sent 9)           11        10        40  ████████████████████  106 %  on pace
 meetings held     (due so far)          5 of 7         –         –  no-show 1, unresolved 1
 promises kept                         22 of 24         –         –  2 late
 inquiries dialed in 1:00                3 of 4         –         –  median 0:41
── 3 THE LINE                on hand       cover   in work   rate/h   plan/h  buffer ───────────────────────────────────
 raw list                     12,400    8.2 days         –        –        –  –
 SDR Spring Audit                525      42 min        24      750       51  half
 SDR Autumn Freight                0       0 min         0        0       51  EMPTY 1:40
── 4 PEOPLE  8 in · call 2 · starved 2 · pause 2 · away 1 · lost 1 ────────────────────────────── by need, then name ───
 ○ Ito          STARVED   3:10 Autumn…  ? Cole         AWAY      6:20 Spring…  ▸ Dana         call     14:10 Spring…
 ○ Lee          STARVED   1:40 Autumn…  ‖ Ruiz         LUNCH 47 of 45          ‖ Rao          break     1:40 Spring…
 × Webb         LOST      0:52 Spring…  ▸ Ames         call      2:14 Spring…
── 5 YIELD today, 90 % ────────────────────────────────── usual ───────────── 6 TEAM, percent of plan ──────────────────
 dial → human                 210 of 1,650     11–14 %     12 %  as usual     Red          114 %
 human → conversation           139 of 210     61–71 %     66 %  as usual     last meeting  10:36  Fox, Spring Audit
 selling → meeting               11 of 131      5–13 %      9 %  as usual
 bad records 46 of 1,650 (list "Apex Oct": 31) · opt-outs 2 of 139 · skips 9 · dialed after hours 0
"""
NARROW = """
 WALL Northwind floor     10:42 ET  day 26 %  calling ET · PT from 11:30
── 1 ACT NOW ───────────────────────────────────────────────────────────────────
 ! DRY      Autumn Freight for 1:40 · 2 people starved, longest 3:10: It… m move
 ! INBOUND  1 waiting 0:38 of 1:00 · Halden Freight · next free seat ta… f offer
 ! LOST     Webb 0:52 without a sign · leads go back by themselves    e end seat
 ! PROMISE  Dana 10:39, 3 min late, on a call · goes to anyone 10:44   p pass on
 ~ SOON     Spring Audit dry 11:24 · release 360, covers to 13:10 · 2… r release
 ~ PAUSE    Ruiz lunch 47 of 45 min                                    b message
 ~ MEETING  1 meeting over without a result, the oldest 09:40 · exec… g meetings
── 2 THE DAY              so far  by now  target ───────────────────────────────
 selling conversations       131     115     444  ██████████  114 %  on pace
 booked (sent 9)              11      10      40  ██████████  106 %  on pace
 held (due so far)        5 of 7       –       –  no-show 1, unresolved 1
 promises kept          22 of 24       –       –  2 late
 dialed in 1:00           3 of 4       –       –  median 0:41
── 3 THE LINE          on hand     cover in work rate/h plan/h  buffer ─────────
 raw list               12,400  8.2 days       –      –      –  –
 SDR Spring Audit          525    42 min      24    750     51  half
 SDR Autumn Freight          0     0 min       0      0     51  EMPTY 1:40
── 4 PEOPLE  8 in · call 2 · starved 2 · pause 2 · away 1 · lost 1 ─────────────
 ○ Ito          STARVED   3:10 Autumn…  ‖ Ruiz         LUNCH 47 of 45
 ○ Lee          STARVED   1:40 Autumn…  ▸ Ames         call      2:14 Spring…
 × Webb         LOST      0:52 Spring…  ▸ Dana         call     14:10 Spring…
 ? Cole         AWAY      6:20 Spring…  ‖ Rao          break     1:40 Spring…
── 5 YIELD today, 90 % ─────────────────────────────────────────────────────────
 dial → human             210 of 1,650    11–14 %    12 %  as usual
 human → conversation       139 of 210    61–71 %    66 %  as usual
 selling → meeting           11 of 131     5–13 %     9 %  as usual
 team  Red 114 % · last meeting 10:36 Fox, Spring Audit
 bad 46 of 1,650 · opt-outs 2 of 139 · skips 9 · dialed after hours 0
"""
