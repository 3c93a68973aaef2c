"""Queue cover: what is on hand, when it runs dry, and how much to release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import stock
from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.boards import Board
from salesdesk.desk.calls import Dialed
from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.errors import Refused
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.queues import QueueCover, QueueLine
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.store import campaigns
from salesdesk.store.session import Session
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import claim, work


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path) as made:
        yield made


def queue(floor: TestFloor, name: str = "Spring Audit") -> QueueLine:
    lines = floor.ask("Cleo", QueueCover()).queues
    return next(line for line in lines if line.name == name)


def test_what_may_be_called_now_is_on_hand_and_the_rest_is_closed(floor: TestFloor) -> None:
    """At 10:30 in New York the four leads of San Francisco sleep still: calls there begin at 8:30."""
    line = queue(floor)
    assert (line.on_hand, line.closed, line.sleeping, line.in_work) == (20, 4, 0, 0)
    assert line.opens_leads == 4
    assert line.opens_at == floor.clock.now() + 3600
    assert line.buffer in ("low", "half")


def test_nobody_at_work_means_no_cover_and_no_forecast_but_a_plan_for_the_callers(floor: TestFloor) -> None:
    line = queue(floor)
    assert (line.people, line.cover_minutes, line.dry_at) == (0, None, None)
    assert line.planned_for == 2
    assert line.target > line.on_hand + line.soon
    assert line.proposed == line.target - line.on_hand - line.soon
    assert "nobody is calling" in line.sentence


def test_people_at_work_give_cover_and_a_time_when_it_is_dry(floor: TestFloor) -> None:
    for who in ("Dana", "Ito"):
        floor.ask(who, SignIn(station="sdr"))
    line = queue(floor)
    assert line.people == 2
    assert line.cover_minutes == 20.0
    assert line.dry_at is not None
    assert line.dry_at - floor.clock.now() == 20 * 60
    assert line.sentence.startswith("dry 10:50")


def dry(floor: TestFloor) -> list[str]:
    """The campaigns that are dry, by the coordinator's word and by the wall board's."""
    told = [line.name for line in floor.ask("Cleo", QueueCover()).queues if line.dry]
    alerts = [each.text for each in floor.ask("Sam", Board()).alerts if each.word == "DRY"]
    assert [text.split(" · ")[0] for text in alerts] == told
    return told


def test_a_queue_is_dry_for_those_whose_first_it_is_also_while_their_second_feeds_them(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        import_rows(floor, csv_of(people_rows(3)[1:]), name="Second list")
        release_campaign(floor, name="Autumn", callers=("Dana",), turn=2)
        floor.ask("Dana", SignIn(station="sdr"))
        assert dry(floor) == []
        work(floor, "no")
        assert claim(floor).campaign == "Autumn"
        assert (dry(floor), queue(floor).people) == (["Spring Audit"], 0)
        assert queue(floor).sentence.startswith("DRY: every released lead is worked")
        floor.ask("Sam", PauseCampaign(campaign=1, live=False))
        assert dry(floor) == []


def test_an_opening_window_puts_the_dry_time_off(floor: TestFloor) -> None:
    """One person works 20 leads in 40 minutes; at 9:50 the others have not opened, at 11:00 they have."""
    floor.ask("Dana", SignIn(station="sdr"))
    first = queue(floor).dry_at
    floor.clock.forward(50 * 60)
    floor.ask("Dana", SignIn(station="sdr"))
    later = queue(floor)
    assert first == floor.clock.now() - 10 * 60
    assert later.dry_at == floor.clock.now() + (20 + 4) * 120


def test_paused_and_lost_people_are_not_counted(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn(station="sdr"))
    floor.ask("Ito", SignIn(station="sdr"))
    floor.ask("Ito", SetState(state="paused", code="lunch"))
    assert queue(floor).people == 1
    floor.clock.forward(46)
    assert queue(floor).people == 0


def test_a_lead_in_work_is_not_on_hand_and_sleeps_after_a_no_answer(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn(station="sdr"))
    card = floor.ask("Dana", ClaimNext(station="sdr"))
    assert card is not None
    line = queue(floor)
    assert (line.on_hand, line.in_work) == (19, 1)
    floor.ask("Dana", Dialed(ticket=card.ticket, token=card.token))
    floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))
    line = queue(floor)
    assert (line.on_hand, line.in_work, line.sleeping) == (19, 0, 1)


def test_sleepers_whose_time_has_come_are_on_hand_before_anybody_wakes_them(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn(station="sdr"))
    card = floor.ask("Dana", ClaimNext(station="sdr"))
    assert card is not None
    floor.ask("Dana", Dialed(ticket=card.ticket, token=card.token))
    floor.ask("Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))
    floor.clock.forward(26 * 3600)
    line = queue(floor)
    assert line.sleeping == 0
    assert line.on_hand + line.closed == 24


def test_a_paused_campaign_has_no_forecast(floor: TestFloor) -> None:
    floor.ask("Dana", SignIn(station="sdr"))
    floor.ask("Sam", PauseCampaign(campaign=queue(floor).campaign or 0, live=False))
    line = queue(floor)
    assert (line.live, line.dry_at) == (False, None)
    assert line.sentence == "paused with 20 on hand"


def test_a_checked_batch_shows_how_many_it_holds(tmp_path: Path) -> None:
    with make_floor(tmp_path, quantity=10) as floor:
        campaign = queue(floor).campaign or 0
        draft = floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=5))
        assert queue(floor).checked == (), "a draft is not offered before its check"
        floor.run("Cleo", CheckBatch(batch=draft.batch))
        line = queue(floor)
        assert [(each.batch, each.leads) for each in line.checked] == [(draft.batch, 5)]
        assert "nobody is calling" in line.sentence
        floor.ask("Dana", SignIn(station="sdr"))
        assert "a checked batch holds 5" in queue(floor).sentence


def test_on_a_weekend_leads_wait_for_their_hours_and_nothing_is_proposed(floor: TestFloor) -> None:
    floor.clock.forward(2 * 86_400)
    floor.ask("Dana", SignIn(station="sdr"))
    line = queue(floor)
    assert (line.on_hand, line.closed, line.proposed) == (0, 24, max(0, line.target - 24))
    assert line.sentence.startswith("24 outside their hours, the first open Mon 08:30")
    assert line.opens_at is not None
    assert line.opens_at - floor.clock.now() == 46 * 3600
    assert 0 < line.opens_leads < 24, "New York opens first"


def test_other_stations_follow_the_campaigns_in_the_order_of_the_map(floor: TestFloor) -> None:
    lines = floor.ask("Cleo", QueueCover()).queues
    assert [line.station for line in lines][:3] == ["sdr", "researcher", "coordinator"]
    executive = next(line for line in lines if line.station == "executive")
    assert (executive.campaign, executive.on_hand, executive.sentence) == (None, 0, "nothing waits here")


def test_who_may_ask(floor: TestFloor) -> None:
    for who in ("Cleo", "Sam", "Rae"):
        assert floor.ask(who, QueueCover()).queues
    with pytest.raises(Refused) as no:
        floor.ask("Dana", QueueCover())
    assert no.value.code == "role"


def test_a_slow_count_rests_and_a_quick_one_is_always_fresh(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert queue(floor).on_hand == 20
    monkeypatch.setattr(stock, "CHEAP", -1.0)
    monkeypatch.setattr(stock, "REST", 1e9)
    floor.ask("Dana", SignIn(station="sdr"))
    assert queue(floor).on_hand == 20
    floor.ask("Dana", ClaimNext(station="sdr"))
    assert queue(floor).on_hand == 20, "the costly count is used again"
    monkeypatch.undo()


def test_what_the_clock_makes_of_a_count_is_worked_out_once_a_minute(floor: TestFloor) -> None:
    def level() -> stock.Level:
        def look(session: Session) -> stock.Level:
            here = floor.counter.floor(session)
            return stock.level(here, campaigns.everything(session)[0], stock.counted(here))

        return floor.counter.store.read(look)

    begun = level()
    floor.clock.forward(59 - floor.clock.now() % 60)
    assert level() is begun
    floor.clock.forward(1)
    assert level() is not begun
    begun = level()
    floor.ask("Dana", SignIn(station="sdr"))
    assert level() is not begun, "a fact has them counted again"


def test_hostile_names_come_out_harmless(tmp_path: Path) -> None:
    with make_floor(tmp_path, name="[@click=app.quit]x[/]\x1b]52;c;AAAA\x07") as floor:
        names = [line.name for line in floor.ask("Cleo", QueueCover()).queues]
        assert "\x1b" not in "".join(names)


@settings(max_examples=60, deadline=None)
@given(
    spans=st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 9_000)), max_size=5),
    ready_at=st.integers(0, 60_000),
    leads=st.integers(1, 500),
)
def test_every_lead_is_in_one_place(spans: list[tuple[int, int]], ready_at: int, leads: int) -> None:
    """A group of leads is on hand, closed, or still to rise, and what is on hand falls when its window closes."""
    now = 10_000
    level = stock.Level()
    stock.place(level, now, ready_at, leads, [(opens, opens + length) for opens, length in spans])
    assert level.on_hand + level.closed <= leads
    assert level.on_hand + sum(level.rises.values()) <= leads
    assert all(at > now for at in level.rises)
    assert sum(level.falls.values()) == level.on_hand + sum(level.rises.values())
