"""A mail or a package goes out first: calls open some days after it, and the script speaks of it once it went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.boards import Board
from salesdesk.desk.campaigns import CampaignLine, CreateCampaign, ShowCampaigns
from salesdesk.desk.explaining import ExplainTicket, WhyDry
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.people import SignIn
from salesdesk.desk.preapproach import SetPreApproach
from salesdesk.desk.queues import QueueCover, QueueLine
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.serving import AnyWork
from tests.floors import TestFloor, make_floor, release_campaign
from tests.steps import DAY, HOUR, assert_clean, claim, dial, nothing, refused, rows, tamper, value, work

SCRIPT = "Hi {{first_name}}\n(our note went out {{note_sent}})\nwhy I call"
MORNING_OF_THE_23RD = int(datetime(2026, 11, 23, 15, 30, tzinfo=UTC).timestamp())
"""Monday; the floors of these tests begin on Thursday 19 November, 10:30 in New York."""


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor whose only campaign has released its leads, and its mail is not sent yet."""
    with make_floor(tmp_path, pre_approach="mail", script=SCRIPT) as made:
        made.ask("Dana", SignIn(station="sdr"))
        yield made


def say(floor: TestFloor, text: str = "sent today", name: str = "Cleo") -> str:
    return floor.ask(name, SetPreApproach(campaign=1, pre_approach=text)).note


def line(floor: TestFloor) -> CampaignLine:
    return floor.ask("Cleo", ShowCampaigns()).campaigns[0]


def queue(floor: TestFloor) -> QueueLine:
    return floor.ask("Cleo", QueueCover()).queues[0]


def why(floor: TestFloor) -> str:
    return floor.ask("Dana", WhyDry(mine=True)).sentence


def test_nobody_is_called_before_the_mail_has_arrived(waiting: TestFloor) -> None:
    nothing(waiting)
    assert not waiting.ask("Dana", AnyWork()).ready, "an idle seat does not ask again and again"
    assert "Spring Audit: mail sent on Thu 19 Nov, calls open Sat 21 Nov; its leads wait till then" in say(waiting)
    nothing(waiting)
    waiting.clock.forward(DAY)
    nothing(waiting)
    waiting.clock.time = MORNING_OF_THE_23RD
    card = claim(waiting)
    assert "(our note went out by mail on Thu 19 Nov)" in card.script
    assert dial(waiting, card).allowed
    assert_clean(waiting)


def test_it_is_said_why_there_is_nothing_to_call(waiting: TestFloor) -> None:
    assert why(waiting) == "24 before calls open: nothing was sent yet"
    blocks = waiting.ask("Dana", WhyDry(mine=True)).blocks
    assert [(each.leads, each.until) for each in blocks] == [(24, None)]
    say(waiting)
    assert why(waiting) == "24 before calls open, Sat 21 Nov"
    ticket = value(waiting, "SELECT min(id) FROM ticket")
    told = waiting.ask("Cleo", ExplainTicket(ticket=ticket))
    assert not told.allowed
    assert told.lines[0] == "may not be called now: in a campaign whose calls are not open yet"
    assert "before the calls: mail sent on Thu 19 Nov, calls open Sat 21 Nov" in told.lines


def test_a_queue_that_waits_is_neither_dry_nor_wants_more(waiting: TestFloor) -> None:
    nothing(waiting)
    found = queue(waiting)
    assert (found.on_hand, found.waiting, found.closed, found.dry_at, found.buffer) == (0, 24, 0, None, "waits")
    assert found.sentence.startswith("24 wait: the mail is not sent yet")
    board = waiting.ask("Sam", Board())
    assert "DRY" not in {alert.word for alert in board.alerts}
    assert value(waiting, "SELECT count(*) FROM notice WHERE kind = 'dry'") == 0
    say(waiting)
    later = queue(waiting)
    assert later.waits == "calls open Sat 21 Nov"
    assert later.opens_at == MORNING_OF_THE_23RD - 2 * HOUR, "the first hour of the floor's first working day after"
    say(waiting, "none")
    assert queue(waiting).on_hand == 20


def test_its_second_campaign_feeds_whoever_waits_for_the_first(waiting: TestFloor) -> None:
    tamper(waiting, "DELETE FROM ticket WHERE id % 2 = 0")
    release_campaign(waiting, name="Autumn", turn=2)
    card = claim(waiting)
    assert (card.campaign, card.second) == ("Autumn", True)


def test_a_day_may_be_planned_moved_and_taken_back(waiting: TestFloor) -> None:
    say(waiting, "mail 2026-11-30 +2")
    assert line(waiting).pre_approach == "mail 2026-11-30 +2"
    say(waiting, "sent yesterday +0")
    assert line(waiting).pre_approach_told == "mail sent on Wed 18 Nov, calls open Wed 18 Nov"
    claim(waiting)
    say(waiting, "mail")
    nothing(waiting, "Ito")
    say(waiting, "none")
    assert "our note" not in claim(waiting, "Ito").script
    refused(waiting, "Cleo", SetPreApproach(campaign=1), "bad_pre_approach")
    refused(waiting, "Dana", SetPreApproach(campaign=1, pre_approach="none"), "role")


def test_a_lead_on_a_screen_is_not_dialed_when_calls_are_closed_again(waiting: TestFloor) -> None:
    say(waiting, "none")
    card = claim(waiting)
    say(waiting, "package today")
    answer = dial(waiting, card)
    assert not answer.allowed
    assert "in a campaign whose calls are not open yet" in answer.reason
    nothing(waiting)
    say(waiting, "sent today +0")
    assert claim(waiting).attempts == 0
    assert_clean(waiting)


def test_promises_and_whoever_asks_for_us_are_not_kept_waiting(waiting: TestFloor) -> None:
    say(waiting, "none")
    promised = work(waiting, "call_back", when="in 20 min")
    say(waiting, "mail")
    nothing(waiting)
    waiting.clock.forward(20 * 60)
    waiting.ask("Dana", SignIn(station="sdr"))
    kept = work(waiting, "no")
    assert kept.ticket == promised.ticket
    waiting.ask("Cleo", AddInbound(name="Nora Fresh", number="+1 212 555 0199", source="inbound"))
    waiting.clock.forward(10 * 60)
    assert claim(waiting).name == "Nora Fresh", "also when the first minutes are over"


def test_the_check_of_a_batch_and_its_release_say_that_calls_wait(tmp_path: Path) -> None:
    with make_floor(tmp_path, release=False) as floor:
        made = CreateCampaign(offer="x", initial="y", script="z", pre_approach="package 2026-11-19 +1")
        campaign = floor.ask("Cleo", made).campaign
        batch = floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=100)).batch
        found = floor.run("Cleo", CheckBatch(batch=batch))
        assert (found.going, found.causes) == (24, ()), "they go on the floor, and wait there"
        assert (found.callable_now, found.waits) == (0, "calls open Fri 20 Nov")
        midnight = floor.clock.time + 13 * HOUR + HOUR // 2
        assert not any(each.leads for each in found.hours if each.at < midnight)
        assert any(each.leads for each in found.hours if each.at >= midnight)
        done = floor.run("Cleo", ReleaseBatch(batch=batch))
        assert done.note.endswith("strata; calls open Fri 20 Nov")
        nothing(floor)


@pytest.mark.parametrize("words", ["by mail", "our note of Tuesday"])
def test_words_of_ones_own_went_out_already(tmp_path: Path, words: str) -> None:
    with make_floor(tmp_path, pre_approach=f"already {words}", script=SCRIPT) as floor:
        assert f"(our note went out {words})" in claim(floor).script


def test_a_campaign_of_before_goes_on_as_it_was(floor: TestFloor) -> None:
    concept = value(floor, "SELECT concept FROM campaign").replace(
        '"pre_approach": {"what": "none", "sent_on": "", "days": 0}', '"pre_approach": "mail"'
    )
    tamper(floor, "UPDATE campaign SET concept = ?", concept)
    assert line(floor).pre_approach == "already by mail"
    claim(floor)


def test_a_pre_approach_that_cannot_be_meant_is_refused(floor: TestFloor) -> None:
    asked = CreateCampaign(offer="x", initial="y", script="z", pre_approach="mail 2026-13-01")
    assert "2026-13-01 is no day" in refused(floor, "Cleo", asked, "bad_pre_approach")
    assert len(rows(floor, "SELECT id FROM campaign")) == 1
