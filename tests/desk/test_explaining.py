"""Why this lead, and why is it dry."""

from __future__ import annotations

from pathlib import Path

from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.explaining import ExplainTicket, WhyDry
from salesdesk.desk.inquiries import AddInbound
from tests.floors import TestFloor, csv_of, make_floor, people_rows
from tests.steps import HOUR, claim, dial, record, refused, tamper, value, work


def blocks(floor: TestFloor, name: str = "Dana") -> dict[str, int]:
    return {each.cause: each.leads for each in floor.ask(name, WhyDry()).blocks}


def test_why_this_lead_is_told_to_whoever_holds_it(floor: TestFloor) -> None:
    card = claim(floor)
    told = floor.ask("Dana", ExplainTicket(ticket=card.ticket))
    assert told.allowed
    assert told.summary == card.why == "1st try of 6"
    text = "\n".join(told.lines)
    for part in (
        "may be called now",
        "campaign Spring Audit",
        "stratum",
        "you were dealt",
        "attempts so far: 0",
        "their time",
    ):
        assert part in text


def test_a_second_try_says_so(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        work(floor, busy=True)
        floor.clock.forward(HOUR)
        assert claim(floor).why.startswith("2nd try of 6")


def test_others_see_only_what_is_theirs(floor: TestFloor) -> None:
    card = claim(floor)
    refused(floor, "Ito", ExplainTicket(ticket=card.ticket), "not_yours")
    assert floor.ask("Sam", ExplainTicket(ticket=card.ticket)).ticket == card.ticket
    refused(floor, "Sam", ExplainTicket(ticket=999), "unknown_ticket")


def dealing(floor: TestFloor, asker: str, ticket: int) -> str:
    """What is said of how many leads the holder was dealt."""
    lines = floor.ask(asker, ExplainTicket(ticket=ticket)).lines
    (found,) = (each for each in lines if "dealt" in each)
    return found


def test_a_leader_hears_of_the_holder(floor: TestFloor) -> None:
    card = claim(floor)
    assert dealing(floor, "Dana", card.ticket).endswith("1 in this campaign; you were furthest behind here")
    assert dealing(floor, "Sam", card.ticket).startswith("Dana was dealt 1 of it, ")
    assert dealing(floor, "Sam", card.ticket).endswith("; they were furthest behind here")


def test_only_a_lead_that_was_dealt_tells_who_was_behind(floor: TestFloor) -> None:
    promised = work(floor, "call_back", when="2026-11-19T11:00:00-05:00")
    floor.clock.forward(1800)
    assert claim(floor).ticket == promised.ticket
    assert dealing(floor, "Dana", promised.ticket).endswith("1 in this campaign")
    floor.ask("Cleo", AddInbound(name="Marta Oyelaran", company="Halden Freight", number="+12125550990"))
    asked = claim(floor, "Ito")
    assert asked.kind == "inbound"
    assert dealing(floor, "Sam", asked.ticket).endswith("in this campaign")


def test_what_blocks_a_ticket_is_named(floor: TestFloor) -> None:
    card = claim(floor)
    dial(floor, card)
    record(floor, card, "no")
    told = floor.ask("Cleo", ExplainTicket(ticket=card.ticket))
    assert not told.allowed
    assert told.lines[0] == "may not be called now: resting"
    assert "this campaign is finished with the lead" in told.lines


def test_the_causes_of_a_dry_queue_add_up_to_every_lead(floor: TestFloor) -> None:
    work(floor, "no")
    work(floor, "no_answer")
    work(floor, "call_back", when="2026-11-19T15:00-05:00")
    claim(floor, "Ito")
    dry = floor.ask("Dana", WhyDry())
    assert blocks(floor) == {
        "outside their calling hours": 4,
        "finished in this campaign": 1,
        "cooling down between tries": 1,
        "promised for an hour": 1,
        "on somebody's screen": 1,
    }
    assert dry.ready + sum(each.leads for each in dry.blocks) == 24
    assert dry.sentence == "16 leads can be served now"


def test_hours_that_never_meet_do_not_open_at_the_horizon(tmp_path: Path) -> None:
    data = b"First Name,Last Name,Phone,State\nAnn,Lee,+12125550100,Guam\n"
    with make_floor(tmp_path, leads=0, data=data) as floor:
        dry = floor.ask("Dana", WhyDry())
        assert dry.sentence == "1 outside their hours, no hour within 14 days"
        assert [(each.leads, each.until) for each in dry.blocks] == [(1, None)]


def test_hours_that_nobody_has_looked_at_since_they_ended_are_no_lack_of_hours(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        floor.clock.forward(10 * HOUR)
        assert floor.ask("Dana", WhyDry()).sentence == "1 outside their hours"


def test_leads_that_cool_down_for_two_colleagues_are_just_cooling(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(2))) as floor:
        work(floor, "no_answer")
        work(floor, "no_answer", "Ito")
        assert value(floor, "SELECT count(DISTINCT owner_id) FROM ticket WHERE state = 'sleeping'") == 2
        assert floor.ask("Cleo", WhyDry()).sentence.startswith("2 cooling, the first until")


def test_a_dry_queue_says_when_it_goes_on(tmp_path: Path) -> None:
    rows = [each for each in people_rows(60) if each[3].startswith("+1415")]
    with make_floor(tmp_path, leads=0, data=csv_of(rows)) as floor:
        dry = floor.ask("Dana", WhyDry())
        assert dry.ready == 0
        assert dry.sentence.startswith("10 ")
        assert "11:30" in dry.sentence
        floor.ask("Sam", PauseCampaign(campaign=1, live=False))
        assert "paused" in floor.ask("Dana", WhyDry()).sentence


def test_a_worked_off_queue_wants_the_next_batch(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        work(floor, "no")
        assert "release the next batch" in floor.ask("Dana", WhyDry()).sentence


def test_who_is_in_no_campaign_hears_that(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=1, callers=("Ito",)) as floor:
        assert "you are in no campaign" in floor.ask("Dana", WhyDry()).sentence
        assert floor.ask("Cleo", WhyDry()).ready == 1
        tamper(floor, "UPDATE campaign SET live = 0")
        assert value(floor, "SELECT live FROM campaign") == 0
        assert blocks(floor, "Cleo") == {"campaign is paused": 1}
