"""Batches: draft, check, release, close; and numbers that add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.batches import CheckBatch, DraftBatch, Findings, ShowBatches
from salesdesk.desk.campaigns import CreateCampaign, Hours, PauseCampaign, ShowCampaigns
from salesdesk.desk.errors import Refused
from salesdesk.desk.moving import Assign
from salesdesk.desk.people import GiveBack
from salesdesk.desk.registry import Request
from salesdesk.desk.releasing import CloseBatch, ReleaseBatch
from salesdesk.desk.segmenting import CountSegment, Segment
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from tests.floors import TestFloor, csv_of, finish, import_rows, make_floor, people_rows
from tests.steps import assert_clean, claim, dial, nothing, record, refused, row, rows, tamper, ticket, value, work


@pytest.fixture
def stock(tmp_path: Path) -> Any:
    """A floor with 600 leads of the house list and a campaign that has released none."""
    with make_floor(tmp_path, leads=600, release=False) as made:
        made.ask("Cleo", CreateCampaign(name="Spring", offer="x", initial="y", script="z"))
        yield made


def drafted(floor: TestFloor, quantity: int = 1000, **more: Any) -> int:
    return floor.ask("Cleo", DraftBatch(campaign=1, quantity=quantity, **more)).batch


def checked(floor: TestFloor, quantity: int = 1000) -> tuple[int, Findings]:
    batch = drafted(floor, quantity)
    return batch, floor.run("Cleo", CheckBatch(batch=batch))


def state(floor: TestFloor, batch: int) -> tuple[str, int]:
    found = row(floor, "SELECT state, released FROM batch WHERE id = ?", batch)
    return found["state"], found["released"]


def test_a_batch_goes_from_draft_to_checked_to_released(stock: TestFloor) -> None:
    batch = drafted(stock)
    assert state(stock, batch) == ("draft", 0)
    with pytest.raises(Refused, match="check it first"):
        stock.run("Cleo", ReleaseBatch(batch=batch))
    found = stock.run("Cleo", CheckBatch(batch=batch))
    assert state(stock, batch) == ("checked", 0)
    nothing(stock)
    done = stock.run("Cleo", ReleaseBatch(batch=batch))
    assert state(stock, batch) == ("released", 600)
    assert done.released == found.going == 600
    assert sum(each.leads for each in found.strata) == 600
    assert done.strata == len(found.strata)
    claim(stock)
    requests: tuple[Request[Any], ...] = (CheckBatch(batch=batch), ReleaseBatch(batch=batch))
    for again in requests:
        with pytest.raises(Refused, match="released"):
            stock.run("Cleo", again)
    assert_clean(stock)


def test_who_goes_and_what_keeps_the_others_out_adds_up(stock: TestFloor) -> None:
    tamper(stock, "UPDATE phone SET state = 'dead' WHERE contact_id % 10 = 0")
    tamper(stock, "UPDATE phone SET zones = '' WHERE contact_id % 10 = 1")
    tamper(stock, "UPDATE lead SET rests_until = ? WHERE id % 10 = 2", stock.clock.time + 60)
    for lead in (3, 13, 23):
        stock.ask("Cleo", OptOut(lead=lead))
    import_rows(stock, csv_of(people_rows(600)[3:6]), purpose="customers", name="Customers")
    import_rows(stock, csv_of(people_rows(600)[6:7]), purpose="deals", name="Deals")
    batch, found = checked(stock)
    causes = {each.cause: each.leads for each in found.causes}
    assert causes == {
        "no number that can be dialed": 60,
        "time zone unknown, so no hour is surely allowed": 60,
        "resting": 60,
        "asked not to be called": 3,
        "excluded: customers": 3,
        "excluded: deals": 1,
    }
    assert found.going + sum(causes.values()) == found.considered == 600
    assert stock.run("Cleo", ReleaseBatch(batch=batch)).released == found.going
    assert value(stock, "SELECT count(*) FROM ticket") == found.going
    assert value(stock, "SELECT released FROM campaign") == found.going == value(stock, "SELECT sum(size) FROM stratum")


def test_customers_are_prospects_only_when_asked_for(stock: TestFloor) -> None:
    import_rows(stock, csv_of(people_rows(600)[:5]), purpose="customers", name="Customers")
    assert checked(stock)[1].going == 595
    created = stock.ask("Cleo", CreateCampaign(offer="x", initial="y", script="z", exclude=("deals",)))
    batch = stock.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=1000)).batch
    assert stock.run("Cleo", CheckBatch(batch=batch)).going == 600


def test_a_smaller_quantity_leaves_the_rest_for_the_next_batch(stock: TestFloor) -> None:
    batch, found = checked(stock, 100)
    assert found.going == 100
    assert {each.cause: each.leads for each in found.causes} == {"left for the next batch": 500}
    assert stock.run("Cleo", ReleaseBatch(batch=batch, quantity=40)).released == 40
    assert stock.ask("Cleo", DraftBatch(campaign=1, quantity=1000)).available == 560
    second, found = checked(stock)
    assert found.going == 560
    stock.run("Cleo", ReleaseBatch(batch=second))
    assert value(stock, "SELECT count(DISTINCT lead_id) FROM ticket") == 600
    assert_clean(stock)


def test_the_check_tells_the_hours_of_the_day(stock: TestFloor) -> None:
    """At 10:30 in New York all but the Pacific hundred may be called; the hours of the day show when it opens."""
    _, found = checked(stock)
    by_hour = {each.words: each.leads for each in found.hours}
    assert found.callable_now == 500
    assert by_hour["10:00"] == 500
    assert by_hour["11:00"] == 600
    assert by_hour["03:00"] == 0
    assert len(found.hours) == 24
    assert found.people == 2
    assert found.work_hours > 0


def test_what_locks_leads_out_is_named(tmp_path: Path) -> None:
    header = b"First Name,Last Name,Email,Phone Number,Company Name,Country/Region\n"
    lines = b"".join(
        b"Ada%d,Byron%d,a%d@c%d.example,+1800555%04d,Co %d,US\n" % (n, n, n, n, 100 + n, n) for n in range(5)
    )
    with make_floor(tmp_path, leads=0, data=header + lines, release=False) as floor:
        floor.ask("Cleo", CreateCampaign(name="Spring", offer="x", initial="y", script="z"))
        _, found = checked(floor)
        if found.going:
            assert "add the state to free" in found.lockouts[0].sentence
        else:
            assert found.causes


def test_a_second_release_counts_its_own_strata_as_its_check_did(stock: TestFloor) -> None:
    for quantity in (60, 300):
        batch, found = checked(stock, quantity)
        done = stock.run("Cleo", ReleaseBatch(batch=batch))
        assert done.strata == len(found.strata)
        assert done.note.endswith(f"in {done.strata} strata")


def test_a_release_that_is_killed_half_way_goes_on_where_it_stopped(stock: TestFloor) -> None:
    batch, found = checked(stock)
    job = stock.desk("Cleo").start(ReleaseBatch(batch=batch))
    next(job)
    job.close()
    assert state(stock, batch) == ("releasing", 250)
    claim(stock)
    assert stock.run("Cleo", ReleaseBatch(batch=batch)).released == found.going == 600
    assert value(stock, "SELECT count(*) FROM ticket") == 600
    assert value(stock, "SELECT count(DISTINCT lead_id) FROM ticket") == 600
    labels = {each.cause for each in found.strata}
    assert {each["label"] for each in rows(stock, "SELECT label FROM stratum")} == labels, "the strata of the check"
    assert_clean(stock)


@pytest.mark.engines("sqlite", "postgres")  # step by step in turn; a server runs each at its own pace
@pytest.mark.parametrize("quantity", [1000, 300, 100])
def test_two_releases_at_once_put_every_lead_on_the_floor_once(stock: TestFloor, quantity: int) -> None:
    batch, found = checked(stock, quantity)
    jobs = [stock.desk("Cleo").start(ReleaseBatch(batch=batch)) for _ in range(2)]
    running = list(jobs)
    while running:
        for job in list(running):
            try:
                next(job)
            except StopIteration:
                running.remove(job)
    assert state(stock, batch) == ("released", found.going)
    assert value(stock, "SELECT count(*) FROM ticket") == found.going == min(quantity, 600)
    assert value(stock, "SELECT count(*) FROM event WHERE kind = 'batch_released'") == 1
    assert_clean(stock)


def test_two_campaigns_at_once_never_share_a_lead(stock: TestFloor) -> None:
    other = stock.ask("Cleo", CreateCampaign(name="Autumn", offer="x", initial="y", script="z")).campaign
    first, _ = checked(stock)
    second = stock.ask("Cleo", DraftBatch(campaign=other, quantity=1000)).batch
    stock.run("Cleo", CheckBatch(batch=second))
    jobs = [stock.desk("Cleo").start(ReleaseBatch(batch=batch)) for batch in (first, second)]
    next(jobs[0])
    finish(jobs[1])
    finish(jobs[0])
    assert value(stock, "SELECT count(*) FROM ticket") == value(stock, "SELECT count(DISTINCT lead_id) FROM ticket")
    assert_clean(stock)


def test_closing_takes_back_what_nobody_was_dealt(stock: TestFloor) -> None:
    batch, _ = checked(stock, 50)
    stock.run("Cleo", ReleaseBatch(batch=batch))
    done, held = work(stock, "no_answer"), claim(stock, "Ito")
    closed = stock.run("Cleo", CloseBatch(batch=batch))
    assert closed.taken_back == 48
    assert (ticket(stock, done)["state"], ticket(stock, held)["state"]) == ("sleeping", "held")
    assert value(stock, "SELECT sum(size) FROM stratum") == 2
    other = stock.ask("Cleo", CreateCampaign(name="Autumn", offer="x", initial="y", script="z")).campaign
    assert stock.ask("Cleo", DraftBatch(campaign=other, quantity=1000)).available == 598
    with pytest.raises(Refused, match="closed already"):
        stock.run("Cleo", CloseBatch(batch=batch))
    assert_clean(stock)


def left(stock: TestFloor, batch: int) -> int:
    """How many leads of a batch a release would still put on the floor."""
    return next(each.left for each in stock.ask("Cleo", ShowBatches()).batches if each.id == batch)


def test_a_batch_that_is_closed_while_it_is_released_gets_no_more_leads(stock: TestFloor) -> None:
    batch, found = checked(stock)
    assert left(stock, batch) == found.going
    job = stock.desk("Cleo").start(ReleaseBatch(batch=batch))
    next(job)
    assert left(stock, batch) == found.going - value(stock, "SELECT count(*) FROM ticket")
    stock.run("Cleo", CloseBatch(batch=batch))
    finish(job)
    assert state(stock, batch)[0] == "closed"
    assert value(stock, "SELECT count(*) FROM ticket WHERE state <> 'done'") == 0
    assert_clean(stock)


@pytest.mark.parametrize("ends", ["given back", "skipped", "lost"])
def test_a_lead_on_a_screen_leaves_a_closed_batch_when_it_goes_back(stock: TestFloor, ends: str) -> None:
    batch, _ = checked(stock, 50)
    stock.run("Cleo", ReleaseBatch(batch=batch))
    held = claim(stock)
    assert stock.run("Cleo", CloseBatch(batch=batch)).taken_back == 49
    if ends == "given back":
        stock.ask("Dana", GiveBack())
    elif ends == "skipped":
        stock.ask("Dana", Skip(ticket=held.ticket, token=held.token, reason="conflict"))
    stock.clock.forward(60)
    nothing(stock, "Ito")
    assert value(stock, "SELECT count(*) FROM ticket") == value(stock, "SELECT sum(size) FROM stratum") == 0
    assert stock.ask("Cleo", DraftBatch(campaign=1, quantity=1000)).available == 600
    assert_clean(stock)


def test_a_dialed_lead_of_a_closed_batch_runs_its_course(stock: TestFloor) -> None:
    batch, _ = checked(stock, 50)
    stock.run("Cleo", ReleaseBatch(batch=batch))
    called = claim(stock)
    dial(stock, called)
    stock.run("Cleo", CloseBatch(batch=batch))
    record(stock, called, "no_answer")
    assert ticket(stock, called)["state"] == "sleeping"
    assert_clean(stock)


@pytest.mark.engines("sqlite", "postgres")
def test_closing_again_goes_on_where_it_stopped(stock: TestFloor) -> None:
    batch, _ = checked(stock, 600)
    stock.run("Cleo", ReleaseBatch(batch=batch))
    job = stock.desk("Cleo").start(CloseBatch(batch=batch))
    next(job)
    job.close()
    left = value(stock, "SELECT count(*) FROM ticket")
    assert 0 < left < 600
    assert stock.run("Cleo", CloseBatch(batch=batch)).taken_back == left
    assert_clean(stock)


def test_a_draft_is_just_dropped(stock: TestFloor) -> None:
    batch = drafted(stock)
    assert stock.run("Cleo", CloseBatch(batch=batch)).taken_back == 0
    assert state(stock, batch)[0] == "closed"
    (shown,) = stock.ask("Cleo", ShowBatches()).batches
    assert (shown.id, shown.state, shown.findings, shown.left) == (batch, "closed", None, 0)


def test_a_batch_without_a_callable_lead_is_not_released(stock: TestFloor) -> None:
    tamper(stock, "UPDATE phone SET state = 'dead'")
    batch, found = checked(stock)
    assert found.going == 0
    with pytest.raises(Refused, match="its check says why"):
        stock.run("Cleo", ReleaseBatch(batch=batch))
    assert state(stock, batch)[0] == "checked"


def test_one_company_hears_one_variant(tmp_path: Path) -> None:
    names = ("Ada Byron", "Grace Hopper", "Mary Somerville", "Emmy Noether")
    data = csv_of(
        [
            [
                *name.split(),
                f"{name[:3]}{c}@c{c}.example",
                f"+1212555{100 + c * 4 + n:04d}",
                "VP",
                f"Company {c} Inc",
                "",
                "",
                "US",
            ]
            for c in range(12)
            for n, name in enumerate(names)
        ]
    )
    with make_floor(tmp_path, leads=0, data=data, script_b="Hello {{first_name}}.") as floor:
        found = rows(
            floor,
            "SELECT l.account_id, count(DISTINCT t.variant) AS n, min(t.variant) AS v FROM ticket t"
            " JOIN lead l ON l.id = t.lead_id GROUP BY l.account_id",
        )
        assert {each["n"] for each in found} == {1}
        assert {each["v"] for each in found} == {"A", "B"}


def test_a_segment_is_a_form(stock: TestFloor) -> None:
    def count(**segment: Any) -> int:
        return stock.ask("Cleo", CountSegment(segment=Segment(**segment))).leads

    assert count() == 600
    assert count(countries=("US",)) == 600
    assert count(countries=("DE",)) == 0
    assert count(title="owner") == 150
    assert count(title="%") == 0
    assert count(title="_") == 0
    assert count(title="'; DROP TABLE lead; --") == 0
    assert count(lists=(1,), seniorities=("vice president",)) == 150
    assert count(employees_min=10) == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"exclude": ("friends",)}, "unknown_exclusion"),
        ({"plan": "Q"}, "unknown_plan"),
        ({"hours": Hours(start="18:00", stop="09:00")}, "bad_hours"),
        ({"hours": Hours(weekdays=())}, "bad_hours"),
        ({"script": "Hi {{password}}"}, "bad_script"),
        ({"ends_on": "tomorrow"}, "bad_date"),
        ({"callers": ("Nobody",)}, "unknown_person"),
        ({"executives": ("Eve", "Nobody")}, "unknown_person"),
        ({"executives": ("Dana",)}, "no_executive"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused(stock: TestFloor, wrong: dict[str, Any], code: str) -> None:
    refused(stock, "Cleo", CreateCampaign(**({"offer": "x", "initial": "y", "script": "z"} | wrong)), code)
    assert len(stock.ask("Cleo", ShowCampaigns()).campaigns) == 1


def test_a_campaign_with_nothing_released_cannot_go_live(stock: TestFloor) -> None:
    refused(stock, "Sam", PauseCampaign(campaign=1, live=True), "nothing_released")
    refused(stock, "Sam", PauseCampaign(campaign=9, live=True), "unknown_campaign")
    refused(stock, "Sam", Assign(person="Nobody", campaign=1), "unknown_person")


def test_names_are_made_free_and_callers_are_told(stock: TestFloor) -> None:
    again = stock.ask(
        "Cleo", CreateCampaign(name="Spring", offer="x", initial="y", script="z", callers=("Ito",), turn=2)
    )
    assert again.name == "Spring 2"
    lines = {each.name: each for each in stock.ask("Dana", ShowCampaigns()).campaigns}
    assert (lines["Spring"].callers, lines["Spring 2"].second) == (("Dana", "Ito"), ("Ito",))


def test_only_a_coordinator_or_director_releases(stock: TestFloor) -> None:
    for name in ("Dana", "Sam", "Rae"):
        requests: tuple[Request[Any], ...] = (ReleaseBatch(batch=1), CheckBatch(batch=1), CloseBatch(batch=1))
        for request in requests:
            with pytest.raises(Refused, match="is for"):
                stock.run(name, request)
        refused(stock, name, DraftBatch(campaign=1, quantity=1), "role")
    with pytest.raises(Refused, match="there is no batch"):
        stock.run("Cleo", CheckBatch(batch=77))
