"""How far a campaign has come: decision makers reached, companies talked with, and the share at which it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch
from salesdesk.desk.campaigns import CreateCampaign, ShowCampaigns
from salesdesk.desk.coverage import CampaignCoverage, Coverage
from salesdesk.desk.errors import Refused
from salesdesk.desk.releasing import CloseBatch, ReleaseBatch
from salesdesk.desk.suppressing import OptOut
from tests.floors import SCRIPT, TestFloor, csv_of, import_rows, make_floor
from tests.steps import assert_clean, claim, dial, undo, work

TITLES = ("VP Finance", "VP Sales", "Owner", "Director of Operations", "Controller", "Clerk")


def people(first: int = 0) -> bytes:
    """Six people of three companies, two of each; four of them decide."""
    return csv_of(
        [
            [f"F{n}", f"L{n}", f"p{n}@x.example", f"+1212555{n:04d}", title, f"Company {n // 2}", "", "", "US"]
            for n, title in enumerate(TITLES, first)
        ]
    )


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[TestFloor]:
    with make_floor(tmp_path, leads=0, data=people()) as made:
        yield made


def covered(floor: TestFloor, campaign: int = 1) -> CampaignCoverage:
    (found,) = floor.ask("Cleo", Coverage(campaign=campaign)).campaigns
    return found


def test_a_released_campaign_knows_its_people_and_companies(floor: TestFloor) -> None:
    found = covered(floor)
    assert (found.decision_makers, found.attempted, found.reached, found.share) == (4, 0, 0, 0)
    assert (found.accounts, found.accounts_conversed, found.penetration) == (3, 0, 0)
    assert [(each.band, each.decides, each.leads) for each in found.bands] == [
        ("head", True, 1),
        ("vice president", True, 2),
        ("director", True, 1),
        ("staff", False, 2),
    ]


def test_an_attempt_a_right_party_and_a_conversation_are_three_things(floor: TestFloor) -> None:
    for outcome, answers in (("not_now", {}), ("no", {"reason": "hung_up"}), ("no_answer", {})):
        work(floor, outcome, "Dana", **answers)
        floor.clock.forward(60)
    found = covered(floor)
    assert sum(each.attempted for each in found.bands) == 3
    assert sum(each.reached for each in found.bands) == 2
    assert found.accounts_conversed == 1
    assert found.penetration == pytest.approx(1 / 3)
    assert_clean(floor)


def test_undo_takes_what_was_reached_back_and_keeps_the_attempt(floor: TestFloor) -> None:
    work(floor, "not_now")
    assert covered(floor).accounts_conversed == 1
    undo(floor)
    found = covered(floor)
    assert found.accounts_conversed == 0
    assert [sum(each.reached for each in found.bands), sum(each.attempted for each in found.bands)] == [0, 1]
    assert_clean(floor)


def test_a_do_not_call_after_a_dial_is_an_attempt(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    assert sum(each.attempted for each in covered(floor).bands) == 1
    assert_clean(floor)


def test_leads_that_are_taken_back_are_in_the_campaign_no_more(floor: TestFloor) -> None:
    floor.run("Cleo", CloseBatch(batch=1))
    found = covered(floor)
    assert (found.decision_makers, found.share, found.accounts, found.penetration) == (0, None, 0, None)


def test_a_colleague_whom_they_name_is_one_more(floor: TestFloor) -> None:
    work(floor, "referred", name="Nora Fresh", role="CFO", number="+1 212 555 0190")
    assert covered(floor).decision_makers == 5
    assert_clean(floor)


def release(floor: TestFloor, campaign: int, quantity: int, *, anyway: bool = False) -> None:
    draft = floor.ask("Cleo", DraftBatch(campaign=campaign, quantity=quantity))
    floor.run("Cleo", CheckBatch(batch=draft.batch))
    floor.run("Cleo", ReleaseBatch(batch=draft.batch, anyway=anyway))


@pytest.mark.parametrize("share", [None, 25])
def test_a_campaign_ends_at_its_share_of_decision_makers(tmp_path: Path, share: int | None) -> None:
    with make_floor(tmp_path, leads=0, release=False) as floor:
        import_rows(floor, people(), name="First")
        import_rows(floor, people(100), name="Second")
        asked = CreateCampaign(name="Ends", offer="x", initial="y", script=SCRIPT, end_share=share)
        campaign = floor.ask("Cleo", asked).campaign
        release(floor, campaign, 8)
        while covered(floor, campaign).reached * 4 < covered(floor, campaign).decision_makers:
            work(floor, "not_now")
        found = covered(floor, campaign)
        assert found.ended is (share is not None)
        assert (found.end_share, floor.ask("Cleo", ShowCampaigns()).campaigns[0].end_share) == (share, share)
        if share is None:
            release(floor, campaign, 2)
        else:
            assert "reached its end share" in found.sentence
            with pytest.raises(Refused) as no:
                release(floor, campaign, 2)
            assert no.value.code == "end_share_reached"
            release(floor, campaign, 2, anyway=True)
        assert_clean(floor)
