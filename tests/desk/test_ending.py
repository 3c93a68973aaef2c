"""A campaign ends after its last day, or at a share of decision makers reached: nothing of it is served any more but
what was promised, what was missed, and whoever asks for us."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.boards import Board
from salesdesk.desk.campaigns import CreateCampaign, ShowCampaigns
from salesdesk.desk.coverage import Coverage
from salesdesk.desk.ends import PreviewEnd, SetEnd
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.explaining import ExplainTicket, WhyDry
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.marking import MarkMeeting
from salesdesk.desk.moving import Assign
from salesdesk.desk.notices import News
from salesdesk.desk.people import SetState, SignIn, SignOut
from salesdesk.desk.queues import QueueCover, QueueLine
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.desk.serving import AnyWork
from tests.desk.test_coverage import people, release
from tests.floors import SCRIPT, TestFloor, import_rows, make_floor
from tests.steps import DAY, HOUR, assert_clean, claim, dial, happened, nothing, record, refused, undo, value, work

FRIDAY = int(datetime(2026, 11, 20, 15, 30, tzinfo=UTC).timestamp())
"""10:30 in New York, the day after the floors of these tests begin."""


@pytest.fixture
def thursday(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor whose only campaign ends today, Thursday 19 November."""
    with make_floor(tmp_path, ends_on="2026-11-19") as made:
        yield made


def queue(floor: TestFloor) -> QueueLine:
    return floor.ask("Cleo", QueueCover()).queues[0]


def why(floor: TestFloor) -> str:
    return floor.ask("Dana", WhyDry(mine=True)).sentence


def test_the_last_day_is_called_to_its_end_and_the_next_is_not(thursday: TestFloor) -> None:
    work(thursday)
    thursday.clock.time = FRIDAY
    nothing(thursday)
    assert not thursday.ask("Dana", AnyWork()).ready
    assert value(thursday, "SELECT count(*) FROM notice WHERE kind = 'dry'") == 0, "it is not dry, it is over"
    assert why(thursday) == "24 in a campaign that has ended"
    line = queue(thursday)
    assert (line.on_hand, line.buffer, line.proposed, line.dry_at) == (0, "ended", 0, None)
    assert line.sentence == "ended after Thu 19 Nov; 23 left, promises and inquiries are still called"
    told = thursday.ask("Cleo", ExplainTicket(ticket=value(thursday, "SELECT min(id) FROM ticket WHERE attempts = 0")))
    assert told.lines[0] == "may not be called now: in a campaign that has ended"
    assert "the campaign ended after Thu 19 Nov" in told.lines
    (covered,) = thursday.ask("Cleo", Coverage()).campaigns
    assert (covered.ended, covered.sentence) == (True, "Spring Audit ended after Thu 19 Nov")
    board = thursday.ask("Sam", Board())
    assert "DRY" not in {alert.word for alert in board.alerts}
    assert "ended" in {row.buffer.words for row in board.line if "Spring Audit" in row.name}
    assert_clean(thursday)


def test_a_lead_on_a_screen_when_the_day_ends_is_not_dialed(thursday: TestFloor) -> None:
    card = claim(thursday)
    thursday.clock.time = FRIDAY
    answer = dial(thursday, card)
    assert not answer.allowed
    assert "in a campaign that has ended" in answer.reason


def test_what_was_promised_and_missed_and_who_asks_is_called_after_the_end(thursday: TestFloor) -> None:
    promised = work(thursday, "call_back", when="tomorrow 10:30am", **{"with": "right_party"})
    met = work(thursday, "meeting", slot="2026-11-20T14:00:00+00:00")
    thursday.clock.time = FRIDAY + HOUR
    thursday.ask("Dana", SignIn(station="sdr"))
    assert work(thursday, "no").ticket == promised.ticket
    thursday.ask("Cleo", MarkMeeting(meeting=1, result="no_show"))
    assert work(thursday, "no").lead == met.lead
    thursday.ask("Cleo", AddInbound(name="Nora Fresh", number="+1 212 555 0199", source="inbound"))
    assert claim(thursday).name == "Nora Fresh"
    assert_clean(thursday)


def test_a_campaign_is_not_made_to_end_in_the_past(thursday: TestFloor) -> None:
    for ends_on, code in (("2026-11-18", "past_date"), ("20261231", "bad_date"), ("soon", "bad_date")):
        with pytest.raises(BadRequest) as no:
            thursday.ask("Cleo", CreateCampaign(offer="x", initial="y", script=SCRIPT, ends_on=ends_on))
        assert no.value.code == code


@pytest.fixture
def quarter(tmp_path: Path) -> Iterator[TestFloor]:
    """A floor whose campaign ends when a quarter of its four decision makers is reached."""
    with make_floor(tmp_path, leads=0, release=False) as floor:
        import_rows(floor, people(), name="First")
        import_rows(floor, people(100), name="Second")
        asked = CreateCampaign(name="Ends", offer="x", initial="y", script=SCRIPT, end_share=25)
        release(floor, floor.ask("Cleo", asked).campaign, 6)
        yield floor


def reach_the_share(floor: TestFloor) -> None:
    while not floor.ask("Cleo", Coverage()).campaigns[0].ended:
        work(floor, "not_now")


def test_the_outcome_that_reaches_the_share_ends_the_campaign(quarter: TestFloor) -> None:
    reach_the_share(quarter)
    (told,) = [each.text for each in quarter.ask("Cleo", News()).notices]
    assert told.startswith("Ends reached its end share: ")
    quarter.clock.forward(5 * HOUR)
    nothing(quarter)
    nothing(quarter, "Ito")
    assert queue(quarter).sentence.startswith("ended at its share of 25 % of decision makers reached; ")
    assert_clean(quarter)


def test_an_undone_outcome_takes_the_end_back(quarter: TestFloor) -> None:
    reach_the_share(quarter)
    undo(quarter)
    assert value(quarter, "SELECT last_day FROM campaign") == "9999-12-31"
    assert queue(quarter).ended == ""
    assert_clean(quarter)


def test_releasing_more_anyway_lets_it_go_on_for_good(quarter: TestFloor) -> None:
    reach_the_share(quarter)
    release(quarter, 1, 6, anyway=True)
    work(quarter, "not_now")
    quarter.clock.forward(5 * HOUR)
    work(quarter, "not_now")
    (covered,) = quarter.ask("Cleo", Coverage()).campaigns
    assert (covered.end_share, covered.ended) == (None, False)
    assert value(quarter, "SELECT last_day FROM campaign") == "9999-12-31"


def test_after_its_last_day_more_is_released_only_when_that_is_meant(thursday: TestFloor) -> None:
    import_rows(thursday, people(), name="More")
    batch = thursday.ask("Cleo", DraftBatch(campaign=1, quantity=6)).batch
    thursday.run("Cleo", CheckBatch(batch=batch))
    thursday.clock.forward(DAY)
    no = ReleaseBatch(batch=batch)
    with pytest.raises(Exception, match="ended after Thu 19 Nov; confirm to release more of it anyway"):
        thursday.run("Cleo", no)
    thursday.run("Cleo", ReleaseBatch(batch=batch, anyway=True))
    claim(thursday)
    assert_clean(thursday)


def move_end(floor: TestFloor, ends_on: str = "", end_share: int | None = None) -> str:
    """The coordinator moves the end after reading what it does; the floor's answer says the same."""
    effect = floor.ask("Cleo", PreviewEnd(campaign=1, ends_on=ends_on, end_share=end_share)).effect
    note = floor.ask("Cleo", SetEnd(campaign=1, ends_on=ends_on, end_share=end_share)).note
    assert note == effect
    return note


def test_a_campaign_that_ended_goes_on_when_its_date_is_moved_out(thursday: TestFloor) -> None:
    work(thursday)
    thursday.clock.time = FRIDAY
    nothing(thursday)
    said = move_end(thursday, "2026-12-18")
    assert said == "Spring Audit ends after Fri 18 Dec (so far it ends after Thu 19 Nov); it goes on with 24 left"
    claim(thursday)
    assert queue(thursday).ended == ""
    (shown,) = thursday.ask("Cleo", ShowCampaigns()).campaigns
    assert (shown.ends_on, shown.end_share) == ("2026-12-18", None)
    (event,) = [each for each in happened(thursday.counter.store) if each.kind == "campaign_end"]
    assert (event.person_id, event.data["last_day"]) == (thursday.desk("Cleo").person.id, "2026-12-18")
    assert_clean(thursday)


def test_reading_what_an_end_does_changes_nothing(thursday: TestFloor) -> None:
    told = thursday.ask("Cleo", PreviewEnd(campaign=1))
    assert (told.over, told.effect) == (False, "Spring Audit has no end (so far it ends after Thu 19 Nov); 24 left")
    assert value(thursday, "SELECT last_day FROM campaign") == "2026-11-19"


def test_an_end_is_not_moved_into_the_past(thursday: TestFloor) -> None:
    for request in (PreviewEnd(campaign=1, ends_on="2026-11-18"), SetEnd(campaign=1, ends_on="2026-11-18")):
        said = refused(thursday, "Cleo", request, "past_date")
        assert said == "2026-11-18 is over; a campaign ends today or later"
    refused(thursday, "Cleo", SetEnd(campaign=1, ends_on="soon"), "bad_date")
    refused(thursday, "Cleo", SetEnd(campaign=9), "unknown_campaign")
    refused(thursday, "Dana", SetEnd(campaign=1), "role")
    assert value(thursday, "SELECT last_day FROM campaign") == "2026-11-19"


def test_a_share_that_is_reached_already_ends_it_at_once(quarter: TestFloor) -> None:
    reach_the_share(quarter)
    assert move_end(quarter, end_share=80).startswith(
        "Ends ends at 80 % of its decision makers reached (so far it ends at 25 % of its decision makers reached);"
        " it goes on with 6 left"
    )
    assert queue(quarter).ended == ""
    said = move_end(quarter, "2026-12-18", 25)
    assert "; 6 left are called no more: ended at its share of 25 % of decision makers reached" in said
    nothing(quarter, "Ito")
    assert "it stays as it is: ended at its share" in move_end(quarter, "2026-12-19", 25)
    assert_clean(quarter)


def missed_after_the_end(floor: TestFloor) -> int:
    """Dana agreed to a meeting that was missed after the end of the campaign, and is off; returns its lead."""
    met = work(floor, "meeting", slot="2026-11-20T14:00:00+00:00")
    floor.clock.time = FRIDAY + HOUR
    floor.ask("Cleo", MarkMeeting(meeting=1, result="no_show"))
    return met.lead


def test_a_meeting_missed_after_the_end_is_for_whoever_is_there(thursday: TestFloor) -> None:
    lead = missed_after_the_end(thursday)
    thursday.ask("Ito", SignIn(station="sdr"))
    assert thursday.ask("Ito", AnyWork()).ready
    card = claim(thursday, "Ito")
    assert (card.lead, card.kind) == (lead, "rebook")
    assert dial(thursday, card, "Ito").allowed
    record(thursday, card, "no", "Ito")
    nothing(thursday, "Ito")
    assert_clean(thursday)


def test_a_meeting_missed_in_a_campaign_of_which_nobody_is_there_is_anyones(thursday: TestFloor) -> None:
    lead = missed_after_the_end(thursday)
    thursday.ask("Sam", Assign(person="Ito", campaign=1, turn=0))
    thursday.ask("Dana", SignIn(station="sdr"))
    thursday.ask("Dana", SetState(state="paused", code="lunch"))
    nothing(thursday, "Ito")
    thursday.ask("Dana", SignOut())
    assert claim(thursday, "Ito").lead == lead
    assert_clean(thursday)
