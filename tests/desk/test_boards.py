"""The wall board, my numbers and the balance on a real floor: what they say is what happened, and asking is cheap."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import boardfacts, caching, performing, stock
from salesdesk.desk.boardfacts import working_day
from salesdesk.desk.boards import FIGURES, Board, BoardReply, MyNumbers, MyNumbersReply, ShowBalance
from salesdesk.desk.caching import kept
from salesdesk.desk.calls import Answered, Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.people import AddPerson, SetState, SignIn, SignOut
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.line import glossary
from salesdesk.line.boardtext import render
from tests.floors import MORNING, TestFloor, make_floor, release_campaign
from tests.steps import HOUR, assert_clean, happened

NO_ANSWER: dict[str, Any] = {"outcome": "no_answer"}
NOT_NOW: dict[str, Any] = {
    "outcome": "not_now",
    "answers": {"reason": "busy", "return_month": "2027-02", "incumbent": "unknown"},
}
HUNG_UP: dict[str, Any] = {"outcome": "no", "answers": {"reason": "hung_up"}}
NO: dict[str, Any] = {"outcome": "no", "answers": {"reason": "price"}}
DEAD: dict[str, Any] = {"outcome": "bad_record", "answers": {"what": "dead"}}
MEETING: dict[str, Any] = {
    "outcome": "meeting",
    "answers": {
        "slot": "tomorrow 10am",
        "email": "a@b.example",
        "decision_role": "decides",
        "need": "yes",
        "incumbent": "unknown",
        "read_back": True,
    },
}


@pytest.fixture
def floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestFloor]:
    for counting in (caching, stock):  # however busy the machine is, counts are of this moment
        monkeypatch.setattr(counting, "CHEAP", 1e9)
    with make_floor(tmp_path) as made:
        for who, station in (("Dana", "sdr"), ("Ito", "sdr"), ("Eve", "executive")):
            made.ask(who, SignIn(station=station))
        yield made


def claim(floor: TestFloor, who: str) -> TicketCard:
    """The next lead; there must be one."""
    card = floor.ask(who, ClaimNext())
    assert card is not None
    return card


def call(floor: TestFloor, who: str, result: dict[str, Any], talk: int = 0, wrap: int = 4) -> TicketCard:
    """One whole call: claim, dial, perhaps talk, record."""
    card = claim(floor, who)
    named = {"ticket": card.ticket, "token": card.token}
    floor.clock.forward(8)
    assert floor.ask(who, Dialed(**named)).allowed
    floor.clock.forward(20)
    if talk:
        floor.ask(who, Answered(**named))
        floor.clock.forward(talk)
    floor.clock.forward(wrap)
    floor.ask(who, RecordOutcome(**named, **result, wrap_seconds=wrap))
    return card


def board(floor: TestFloor) -> BoardReply:
    return floor.ask("Sam", Board())


def mine(floor: TestFloor, who: str) -> MyNumbersReply:
    return floor.ask(who, MyNumbers())


def recounted(floor: TestFloor, name: str = "") -> dict[str, int]:
    """What the events themselves say, counted without the sums."""
    facts = happened(floor.counter.store)
    who = floor.desk(name).person.id if name else None
    facts = [each for each in facts if who is None or each.person_id == who]
    undone = {each.data["recorded"] for each in facts if each.kind == "undone"}
    standing = [each for each in facts if each.kind in ("recorded", "opted_out") and each.id not in undone]
    found = {"dials": sum(1 for each in facts if each.kind == "dialed")}
    for name, flag in (
        ("humans", "reached_human"),
        ("conversations", "conversation"),
        ("selling_conversations", "selling_conversation"),
        ("meetings", "positive"),
    ):
        found[name] = sum(1 for each in standing if flag in each.data["flags"])
    found["talk_seconds"] = sum(each.data["talk"] for each in standing)
    found["skips"] = sum(1 for each in facts if each.kind == "skipped")
    return found


def busy_morning(floor: TestFloor) -> None:
    for who in ("Dana", "Ito"):
        call(floor, who, NO_ANSWER)
        call(floor, who, NOT_NOW, talk=90)
        call(floor, who, HUNG_UP, talk=15)
        call(floor, who, DEAD)
    call(floor, "Dana", MEETING, talk=240)
    floor.ask("Dana", Undo())
    card = claim(floor, "Dana")
    floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, **NO))
    served = claim(floor, "Ito")
    floor.ask("Ito", Skip(ticket=served.ticket, token=served.token, reason="conflict"))


# they agree ---------------------------------------------------------------------------------------------------------


def test_my_numbers_and_the_board_say_what_the_events_say(floor: TestFloor) -> None:
    busy_morning(floor)
    for who in ("Dana", "Ito"):
        counted = recounted(floor, who)
        assert {name: getattr(mine(floor, who).mine, name) for name in counted} == counted
    whole = recounted(floor)
    shown = board(floor)
    dial, human, selling = shown.yields
    assert (dial.successes, dial.trials) == (whole["humans"], whole["dials"])
    assert (human.successes, human.trials) == (whole["conversations"], whole["humans"])
    assert (selling.successes, selling.trials) == (whole["meetings"], whole["selling_conversations"])
    assert [line.so_far.value for line in shown.day] == [whole["selling_conversations"], whole["meetings"]]
    assert shown.notes[2].value == whole["skips"] == 1


def test_answers_decide_what_counts_as_a_conversation(floor: TestFloor) -> None:
    call(floor, "Dana", HUNG_UP, talk=15)
    assert (mine(floor, "Dana").mine.humans, mine(floor, "Dana").mine.conversations) == (1, 0)
    call(floor, "Dana", NO, talk=60)
    assert (mine(floor, "Dana").mine.humans, mine(floor, "Dana").mine.conversations) == (2, 1)


def test_an_undone_outcome_leaves_every_count_but_its_dial(floor: TestFloor) -> None:
    call(floor, "Dana", MEETING, talk=100)
    assert board(floor).last_meeting.words == "10:32  Dana, Spring Audit"
    floor.ask("Dana", Undo())
    now = mine(floor, "Dana").mine
    assert (now.dials, now.humans, now.meetings, now.talk_seconds) == (1, 0, 0, 0)
    assert board(floor).last_meeting.value is None


def test_my_team_is_summed_with_me_in_it(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Kim", roles="sdr", team="Red"))
    floor.ask("Kim", SignIn())
    call(floor, "Dana", NOT_NOW, talk=60)
    call(floor, "Kim", NO_ANSWER)
    call(floor, "Ito", NO_ANSWER)
    found = mine(floor, "Kim")
    assert (found.team_name, found.team_people) == ("Red", 2)
    assert (found.team.dials, found.team.humans, found.mine.dials) == (2, 1, 1)


def test_the_wrap_median_waits_for_five_outcomes(floor: TestFloor) -> None:
    for wrap in (2, 30, 4, 6):
        call(floor, "Dana", NO_ANSWER, wrap=wrap)
    assert mine(floor, "Dana").mine.wrap_median is None
    call(floor, "Dana", NO_ANSWER, wrap=5)
    assert mine(floor, "Dana").mine.wrap_median == 5


def test_opt_outs_count_once_whoever_takes_them(floor: TestFloor) -> None:
    card = claim(floor, "Dana")
    floor.ask("Dana", OptOut(scope="person", ticket=card.ticket, token=card.token))
    other = claim(floor, "Ito")
    floor.ask("Cleo", OptOut(scope="person", lead=other.lead))
    assert board(floor).notes[1].words == "2 of 0"


def test_who_asked_not_to_be_called_without_a_call_was_not_reached(floor: TestFloor) -> None:
    card = claim(floor, "Dana")
    floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="do_not_call"))
    card = claim(floor, "Dana")
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    told = board(floor)
    assert [(each.successes, each.trials) for each in told.yields] == [(0, 0)] * 3
    assert [each.words for each in told.notes if each.id == "opt_outs"] == ["2 of 0"]
    assert floor.ask("Dana", MyNumbers()).mine.humans == 0
    card = claim(floor, "Dana")
    floor.ask("Dana", Dialed(ticket=card.ticket, token=card.token))
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    assert (board(floor).yields[0].successes, board(floor).yields[0].trials) == (1, 1)
    assert_clean(floor)


def test_percent_of_plan_compares_with_my_share_of_what_is_due(floor: TestFloor) -> None:
    call(floor, "Dana", MEETING, talk=60)
    found = mine(floor, "Dana")
    assert found.meetings_target == 2
    assert found.plan_counts == "meetings"
    due = 2 * (floor.clock.now() - (MORNING - 2 * 3600)) / (8.5 * 3600)
    assert found.percent_of_plan == pytest.approx(100 / due)
    assert board(floor).teams[0].percent.value == pytest.approx(100 / due)


# stock, seats, days -------------------------------------------------------------------------------------------------


def test_on_hand_is_what_can_be_served_this_second(floor: TestFloor) -> None:
    spring = board(floor).line[1]
    assert (spring.on_hand.value, spring.in_work.value) == (20, 0)
    assert board(floor).calling == "calling ET CT MT · PT from 11:30"
    claim(floor, "Dana")
    spring = board(floor).line[1]
    assert (spring.on_hand.value, spring.in_work.value) == (19, 1)
    floor.clock.forward(3600)
    assert board(floor).line[1].on_hand.value == 23


def test_the_raw_list_holds_what_was_never_released(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=10) as made:
        assert board(made).line[0].on_hand.value == 14


def test_a_dry_queue_is_first_on_the_board(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=2) as made:
        for who in ("Dana", "Ito"):
            made.ask(who, SignIn())
            call(made, who, NO_ANSWER)
        made.clock.forward(10)
        assert made.ask("Dana", ClaimNext()) is None
        made.clock.forward(30)
        made.ask("Dana", Heartbeat())
        first = board(made).alerts[0]
        assert first.word == "DRY"
        assert first.text == "Spring Audit for 0:30 · 1 person starved: Dana"
        assert first.detail.startswith("2 cooling, next ")
        assert board(made).people[0].name == "Dana"


def test_a_seat_without_a_sign_is_lost_with_the_age_of_its_silence(floor: TestFloor) -> None:
    floor.clock.forward(30)
    floor.ask("Dana", Heartbeat())
    floor.clock.forward(20)
    found = {each.name: each for each in board(floor).people}
    assert found["Ito"].state == "lost"
    assert floor.clock.now() - found["Ito"].since == 50
    assert found["Dana"].state == "ready"
    assert any(each.word == "LOST" for each in board(floor).alerts)


def test_a_pause_over_its_limit_is_said_and_locks_nothing(floor: TestFloor) -> None:
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    for _ in range(95):
        floor.clock.forward(30)
        floor.ask("Dana", Heartbeat())
    alert = next(each for each in board(floor).alerts if each.word == "PAUSE")
    assert alert.text == "Dana lunch 47 of 45 min"
    floor.ask("Dana", SetState(state="ready"))
    assert not [each for each in board(floor).alerts if each.word == "PAUSE"]


def test_whoever_signed_out_is_not_on_the_board(floor: TestFloor) -> None:
    floor.ask("Dana", SignOut())
    shown = board(floor)
    assert "Dana" not in {each.name for each in shown.people}
    assert shown.states[0].value == 1


def test_only_seats_at_calling_stations_are_people_of_the_wall(floor: TestFloor) -> None:
    floor.ask("Cleo", SignIn(station="coordinator"))
    floor.clock.forward(60)
    for who in ("Dana", "Ito"):
        floor.ask(who, Heartbeat())
    shown = board(floor)
    assert {each.name for each in shown.people} == {"Dana", "Ito"}, "Eve and Cleo sit at other stations"
    assert shown.states[0].value == 2
    assert not [each for each in shown.alerts if each.word == "LOST"]


@pytest.mark.parametrize("boot", ["test-boot", "another-boot"])
def test_a_lost_seat_is_as_old_as_its_silence(floor: TestFloor, boot: str) -> None:
    """Its state may be younger than its last beat's lease; it was silent for 45 seconds at least all the same."""
    floor.clock.forward(8)
    floor.ask("Dana", SetState(state="paused", code="lunch"))
    floor.clock.boot = boot
    floor.clock.forward(50 if boot == "test-boot" else 8)
    if boot == "test-boot":
        floor.ask("Ito", Heartbeat())
    lost = next(each for each in board(floor).people if each.name == "Dana")
    assert lost.state == "lost"
    assert floor.clock.now() - lost.since == (50 if boot == "test-boot" else 45)


@pytest.mark.parametrize("boot", ["test-boot", "another-boot"])
def test_a_seat_that_was_lost_yesterday_is_not_the_boards_any_more(floor: TestFloor, boot: str) -> None:
    floor.clock.forward(6 * HOUR)
    assert "Dana" in {each.name for each in board(floor).people}, "lost today"
    floor.clock.forward(18 * HOUR)
    floor.clock.boot = boot
    floor.ask("Ito", Heartbeat())
    shown = board(floor)
    assert [each.name for each in shown.people] == ["Ito"]
    assert shown.states[0].value == 1
    assert not [each for each in shown.alerts if each.word == "LOST"]


def test_yesterday_becomes_the_usual(floor: TestFloor) -> None:
    for _ in range(3):
        call(floor, "Dana", NOT_NOW, talk=60)
    assert board(floor).yields[0].usual.value is None
    floor.clock.forward(86_400)
    sam = floor.desk("Sam").person
    facts = floor.counter.store.read(lambda session: boardfacts.gather(floor.counter.floor(session), sam))
    assert (facts.usual.days, facts.usual.count("#conversation")) == (1, 3)
    assert facts.sums == ()


def test_bad_records_are_charged_to_their_list_and_an_undo_takes_them_back(floor: TestFloor) -> None:
    call(floor, "Dana", DEAD)
    assert board(floor).notes[0].words == '1 of 1 (list "Test list": 1)'
    floor.ask("Dana", Undo())
    assert board(floor).notes[0].words == "0 of 1"


def test_a_checked_batch_waits_on_the_board(tmp_path: Path) -> None:
    from salesdesk.desk.batches import CheckBatch, DraftBatch

    with make_floor(tmp_path, quantity=10) as made:
        draft = made.ask("Cleo", DraftBatch(campaign=1, quantity=8))
        made.run("Cleo", CheckBatch(batch=draft.batch))
        texts = [each.text for each in board(made).alerts]
        assert texts == ["Spring Audit · 1 checked batch holds 8"]


# who may ask, what it says, what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Dana", "Eve", "Rae"])
def test_the_board_is_for_those_who_watch(floor: TestFloor, who: str) -> None:
    with pytest.raises(Refused) as no:
        floor.ask(who, Board())
    assert no.value.code == "role"


def test_everybody_may_see_their_own_numbers(floor: TestFloor) -> None:
    for who in ("Dana", "Cleo", "Sam", "Eve", "Rae"):
        assert mine(floor, who).mine.dials == 0


def test_every_field_of_my_numbers_has_a_definition() -> None:
    from salesdesk.desk.boards import Numbers

    assert FIGURES.keys() >= Numbers.model_fields.keys()
    for id in FIGURES.values():
        assert glossary.define(id)


def test_the_board_survives_json(floor: TestFloor) -> None:
    busy_morning(floor)
    reply = board(floor)
    assert BoardReply.model_validate_json(reply.model_dump_json()) == reply


def test_hostile_names_reach_no_terminal(tmp_path: Path) -> None:
    bad = "[@click=app.quit]x[/]\x1b]52;c;aGk=\x07"
    with make_floor(tmp_path, name=bad) as made:
        made.ask("Sam", AddPerson(name=bad, roles="sdr", team=bad))
        person = next(row for row in made.counter.store.read(_people) if row.name.startswith("["))

        performing.perform(made.counter, person.id, SignIn())
        for width in (80, 120):
            text = "\n".join(render(board(made), width, made.clock.now()))
            assert "[@click" in text
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


def _people(session: Any) -> list[Any]:
    from salesdesk.store import people

    return people.everyone(session)


@pytest.mark.engines("sqlite")
def test_no_question_of_the_board_scans_events_or_tickets(floor: TestFloor) -> None:
    busy_morning(floor)
    board(floor)
    asked: list[str] = []
    reader = floor.counter.store._reader()  # type: ignore[attr-defined]
    reader.set_trace_callback(asked.append)
    board(floor)
    mine(floor, "Dana")
    reader.set_trace_callback(None)
    selects = [sql for sql in asked if sql.startswith(("SELECT", "WITH"))]
    assert len(selects) > 15
    for sql in selects:
        plan = [row[3] for row in reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
        scans = [step for step in plan if re.match(r"SCAN (event|ticket|e|t)\b", step)]
        assert not scans, (scans, sql)


class _Shelf:
    """Something that can stand for a store."""


def test_a_dear_count_is_made_as_rarely_as_it_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    now, worked = [100.0], [0.0]
    monkeypatch.setattr("salesdesk.desk.caching.time.monotonic", lambda: now[0])
    monkeypatch.setattr("salesdesk.desk.caching.time.thread_time", lambda: worked[0])
    counts: list[float] = []

    def count() -> int:
        counts.append(now[0])
        worked[0] += 0.1
        return len(counts)

    store: Any = _Shelf()
    assert [kept(store, "x", count) for _ in range(3)] == [1, 1, 1]
    now[0] += 9.9
    assert kept(store, "x", count) == 1
    now[0] += 0.2
    assert kept(store, "x", count) == 2
    assert kept(store, "x", count, key="another day") == 3
    now[0] += 1000
    assert kept(store, "x", count, key="another day", for_good=True) == 3


def test_a_cheap_count_is_always_fresh() -> None:
    store: Any = _Shelf()
    values = iter(range(10))
    assert [kept(store, "x", lambda: next(values)) for _ in range(3)] == [0, 1, 2]


def test_a_working_day_is_in_the_floors_own_time() -> None:
    start, end = working_day("2026-11-19", "08:30", "17:00", "America/New_York")
    assert (start, end) == (MORNING - 2 * 3600, MORNING + 6 * 3600 + 1800)
    start, end = working_day("2026-11-19", "17:00", "08:30", "America/New_York")
    assert end > start


# balance ------------------------------------------------------------------------------------------------------------


def test_the_balance_shows_every_mix_that_was_dealt(floor: TestFloor) -> None:
    for _ in range(4):
        for who in ("Dana", "Ito"):
            call(floor, who, NO_ANSWER)
    found = floor.ask("Dana", ShowBalance()).campaigns[0]
    assert (found.name, found.dealt, found.state) == ("Spring Audit", 8, "balanced")
    assert sum(each.dealt for each in found.mixes) == 8
    assert found.max_smd == pytest.approx(max(abs(each.smd) for each in found.mixes))


def test_the_balance_of_one_campaign_can_be_asked_for(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=12) as made:
        release_campaign(made, name="Autumn Freight")
        both = made.ask("Sam", ShowBalance())
        assert [each.name for each in both.campaigns] == ["Spring Audit", "Autumn Freight"]
        assert [each.campaign for each in made.ask("Sam", ShowBalance(campaign=1)).campaigns] == [1]
        with pytest.raises(BadRequest):
            made.ask("Sam", ShowBalance(campaign=99))
