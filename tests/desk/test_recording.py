"""Every outcome of floor.md, end to end: flags, when the lead comes back, and where its work goes."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from salesdesk.desk.calls import NextNumber
from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.explaining import ExplainTicket
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import Held
from salesdesk.desk.suppressing import OptOut
from tests.floors import TestFloor, csv_of, import_rows, make_floor
from tests.steps import (
    ANSWERS,
    DAY,
    HOUR,
    assert_clean,
    claim,
    dial,
    nothing,
    pick_up,
    record,
    refused,
    row,
    rows,
    tamper,
    ticket,
    undo,
    value,
    work,
)

CONVERSATION = {"reached_human", "right_party", "proposition_spoken", "conversation", "selling_conversation"}
MAIN = "Ada,Byron,ada@one.example,+12125550100,VP Finance,One Inc,New York,NY,US"
COLLEAGUES = csv_of(
    [
        MAIN.split(","),
        ["Grace", "Hopper", "grace@one.example", "+12125550101", "Controller", "One Inc", "New York", "NY", "US"],
    ]
)


def last_event(floor: TestFloor, kind: str = "recorded") -> dict[str, Any]:
    found = rows(floor, "SELECT * FROM event WHERE kind = ? ORDER BY id DESC LIMIT 1", kind)[0]
    return found | {"data": json.loads(found["data"])}


def flags(floor: TestFloor, kind: str = "recorded") -> set[str]:
    return set(last_event(floor, kind)["data"]["flags"])


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def standing_at(floor: TestFloor, station: str) -> list[str]:
    return [
        each["kind"] for each in rows(floor, "SELECT kind FROM ticket WHERE station = ? AND state = 'ready'", station)
    ]


def rests_until(floor: TestFloor) -> int | None:
    found: int | None = value(floor, "SELECT rests_until FROM lead ORDER BY id LIMIT 1")
    return found


# --- the table, row by row --------------------------------------------------------------------------------------

FLAGS: list[tuple[str, dict[str, Any], set[str]]] = [
    ("no_answer", {}, set()),
    ("no_answer", {"busy": True}, set()),
    ("voicemail", {"message": "left"}, set()),
    ("gatekeeper", {"result": "blocked"}, {"reached_human"}),
    ("gatekeeper", {"result": "transferred"}, {"reached_human"}),
    (
        "call_back",
        {"with": "right_party", "proposition_spoken": True},
        {"reached_human", "promise", "right_party", "conversation", "proposition_spoken"},
    ),
    (
        "call_back",
        {"with": "right_party", "proposition_spoken": False},
        {"reached_human", "promise", "right_party"},
    ),
    (
        "call_back",
        {"with": "assistant", "proposition_spoken": True},
        {"reached_human", "promise", "proposition_spoken"},
    ),
    ("not_now", {}, CONVERSATION),
    ("no", {}, CONVERSATION),
    ("no", {"reason": "hung_up"}, {"reached_human", "right_party"}),
    ("no", {"reason": "not_our_market"}, CONVERSATION | {"bad_fit"}),
    ("bad_record", {"what": "dead"}, {"bad_data"}),
    ("bad_record", {"what": "wrong_person"}, {"bad_data", "reached_human"}),
    ("bad_record", {"what": "left_company", "answered": False}, {"bad_data"}),
    ("meeting", {}, CONVERSATION | {"positive"}),
    ("referred", {}, {"reached_human", "referral"}),
    ("referred", {"proposition_spoken": True}, {"reached_human", "referral", "conversation", "proposition_spoken"}),
]


@pytest.mark.parametrize(("outcome", "answers", "want"), FLAGS)
def test_flags_of_every_outcome(one: TestFloor, outcome: str, answers: dict[str, Any], want: set[str]) -> None:
    work(one, outcome, **answers)
    assert flags(one) == want
    sums = {each["outcome"]: each["n"] for each in rows(one, "SELECT outcome, n FROM rollup WHERE outcome LIKE '#%'")}
    assert sums == {f"#{flag}": 1 for flag in want}
    assert_clean(one)


def test_no_answer_comes_back_hours_later_in_another_part_of_the_day(one: TestFloor) -> None:
    card = work(one)
    after = ticket(one, card)
    assert (after["state"], after["attempts"], after["dayparts"]) == ("sleeping", 1, "morning")
    assert at("2026-11-19T14:30-05:00") <= after["due_at"] < after["sleeps_again_at"] == at("2026-11-19T17:00-05:00")
    assert rests_until(one) is None


def test_busy_is_tried_again_after_an_hour(one: TestFloor) -> None:
    card = work(one, busy=True)
    assert ticket(one, card)["due_at"] == one.clock.time + HOUR


@pytest.mark.parametrize(
    ("outcome", "answers", "due"),
    [
        ("voicemail", {"message": "left"}, "2026-11-23T11:00-05:00"),
        ("gatekeeper", {"result": "blocked"}, "2026-11-23T11:00-05:00"),
        ("no", {"reason": "hung_up"}, "2026-11-29T10:30-05:00"),
    ],
)
def test_delays_that_an_answer_names(one: TestFloor, outcome: str, answers: dict[str, Any], due: str) -> None:
    """After a try in the morning; the second of the plan's is not in the morning too."""
    card = work(one, outcome, **answers)
    assert ticket(one, card)["state"] == "sleeping"
    assert at(due) <= ticket(one, card)["due_at"] < at(due) + 90 * 60


def test_each_of_the_first_three_tries_has_its_own_part_of_the_day_though_a_message_was_left(one: TestFloor) -> None:
    for _ in range(3):
        card = work(one, "voicemail", message="left")
        one.clock.time = ticket(one, card)["due_at"]
    assert sorted(ticket(one, card)["dayparts"].split()) == ["afternoon", "midday", "morning"]
    assert_clean(one)


def test_the_plan_gives_six_tries_and_then_ninety_days_of_rest(one: TestFloor) -> None:
    times: list[int] = []
    for number in range(6):
        card = claim(one)
        assert card.attempts == number
        times.append(one.clock.time)
        dial(one, card)
        record(one, card, "no_answer")
        one.clock.time = ticket(one, card)["due_at"]
    assert all(later - earlier >= 4 * HOUR for earlier, later in pairwise(times))
    assert all(later - earlier >= DAY for earlier, later in pairwise(times[2:]))
    assert rests_until(one) == one.clock.time
    assert one.clock.time - times[-1] >= 89 * DAY
    while not (card_again := one.ask("Dana", _claim())):
        one.clock.forward(HOUR)
    assert card_again.attempts == 0, "a new round begins"
    assert_clean(one)


def _claim() -> Any:
    from salesdesk.desk.serving import ClaimNext

    return ClaimNext()


def test_a_gatekeeper_leaves_the_whole_switchboard_in_peace_for_four_hours(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=COLLEAGUES) as floor:
        work(floor, "gatekeeper", result="not_in")
        nothing(floor)
        floor.clock.forward(4 * HOUR - 1)
        nothing(floor)
        floor.clock.forward(1)
        nothing(floor, "Ito")
        claim(floor)
        assert_clean(floor)


def test_a_direct_number_from_the_gatekeeper_becomes_the_next_number(one: TestFloor) -> None:
    work(one, "gatekeeper", result="transferred", direct_number="312-555-0177")
    added = row(one, "SELECT * FROM phone WHERE position = 2")
    assert (added["e164"], added["zones"], added["state"]) == ("+13125550177", "America/Chicago", "good")


def test_a_call_back_becomes_a_promise_at_that_hour_with_its_rank_kept(one: TestFloor) -> None:
    card = claim(one)
    rank = ticket(one, card)["rank"]
    dial(one, card)
    record(one, card, "call_back", when="tomorrow 3pm")
    promise = row(one, "SELECT * FROM promise")
    assert promise["due_at"] == at("2026-11-20T15:00-05:00")
    assert promise["zone"] == "America/New_York"
    assert (ticket(one, card)["state"], ticket(one, card)["rank"]) == ("promised", rank)
    nothing(one)
    assert_clean(one)


def test_a_missed_promise_is_tried_after_a_quarter_hour_two_hours_and_the_next_day(one: TestFloor) -> None:
    card = work(one, "call_back", when="2026-11-19T11:00-05:00")
    one.clock.forward(1800)
    waits = []
    for _ in range(3):
        assert claim(one).ticket == card.ticket
        again = claim(one)
        dial(one, again)
        record(one, again, "no_answer")
        due = row(one, "SELECT due_at FROM promise")["due_at"]
        waits.append(due - one.clock.time)
        one.clock.time = due
    assert waits[:2] == [900, 7200]
    assert 20 * HOUR < waits[2] <= DAY
    last = claim(one)
    dial(one, last)
    record(one, last, "voicemail")
    assert rows(one, "SELECT * FROM promise") == [], "then the attempt plan goes on"
    assert ticket(one, card)["state"] == "sleeping"
    assert ticket(one, card)["attempts"] == 1, "a promise is exempt from the six tries"
    assert_clean(one)


@pytest.mark.parametrize(("late", "sums"), [(0, {"@kept": 1}), (600, {"@kept": 1}), (601, {"@late": 1})])
def test_a_promise_is_kept_within_ten_minutes_and_counted_once(one: TestFloor, late: int, sums: dict[str, int]) -> None:
    work(one, "call_back", when="2026-11-19T11:00-05:00")
    one.clock.forward(1800 + late)
    work(one)
    one.clock.forward(900)
    work(one)
    found = rows(one, "SELECT outcome, n FROM rollup WHERE outcome IN ('@kept', '@late')")
    assert {each["outcome"]: each["n"] for each in found} == sums


def test_a_kept_promise_with_a_wrong_first_number_counts_once(two_numbers: TestFloor) -> None:
    work(two_numbers, "call_back", when="2026-11-19T11:00-05:00")
    two_numbers.clock.forward(1800)
    card = claim(two_numbers)
    dial(two_numbers, card)
    assert record(two_numbers, card, "bad_record").goes_on
    dial(two_numbers, card)
    record(two_numbers, card, "no")
    assert value(two_numbers, "SELECT sum(n) FROM rollup WHERE outcome = '@kept'") == 1
    assert_clean(two_numbers)


def test_a_promise_ends_when_its_only_number_is_dead(one: TestFloor) -> None:
    card = work(one, "call_back", when="2026-11-19T11:00-05:00")
    one.clock.forward(1800)
    work(one, "bad_record")
    assert rows(one, "SELECT * FROM promise") == []
    assert ticket(one, card)["state"] == "done"
    assert standing_at(one, "researcher") == ["defect"]


@pytest.mark.parametrize(
    ("when", "word"),
    [
        ("2026-11-19T09:00-05:00", "past"),
        ("2026-11-20T05:00-05:00", ""),
        ("2026-11-22T15:00-05:00", ""),
        ("2027-01-15T15:00-05:00", "30 days"),
        ("whenever", ""),
        ("", "required"),
    ],
)
def test_an_hour_that_cannot_be_promised_is_refused_and_the_call_stays_mine(
    one: TestFloor, when: str, word: str
) -> None:
    """Past, before eight in the morning, a Sunday, further than thirty days, and no time at all."""
    card = claim(one)
    dial(one, card)
    ask = RecordOutcome(
        ticket=card.ticket, token=card.token, outcome="call_back", answers=ANSWERS["call_back"] | {"when": when}
    )
    if "22T15" in when:  # New York's law knows no Sunday rule, so courtesy may not stop what the prospect wishes
        assert "your day off" in refused(one, "Dana", ask, "bad_answer")
        one.ask("Dana", ask.model_copy(update={"answers": ask.answers | {"owner": "anyone"}}))
        return
    assert word in refused(one, "Dana", ask, "bad_answer")
    assert ticket(one, card)["state"] == "held"
    assert rows(one, "SELECT * FROM promise") == []


def test_not_now_rests_until_the_month(one: TestFloor) -> None:
    card = work(one, "not_now", return_month="march")
    due = at("2027-03-01T08:30-05:00")
    assert (ticket(one, card)["due_at"], rests_until(one)) == (due, due)
    one.clock.time = due - 1
    nothing(one)
    one.clock.time = due
    assert claim(one).ticket == card.ticket


@pytest.mark.parametrize("month", ["2026-11", "2020-01", "nevember"])
def test_a_month_that_is_not_ahead_is_refused(one: TestFloor, month: str) -> None:
    card = claim(one)
    dial(one, card)
    answers = ANSWERS["not_now"] | {"return_month": month}
    refused(
        one,
        "Dana",
        RecordOutcome(ticket=card.ticket, token=card.token, outcome="not_now", answers=answers),
        "bad_answer",
    )


def test_until_when_somebody_rests_is_told(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    assert record(one, card, "not_now").then == "rests until Mon 1 Mar 2027"


def test_information_is_sent_by_the_coordinator(one: TestFloor) -> None:
    work(one, "not_now", reason="information")
    assert standing_at(one, "coordinator") == ["mail"]


def test_no_rests_ninety_days_and_then_only_another_campaign_may_call(one: TestFloor) -> None:
    from salesdesk.desk.batches import CheckBatch, DraftBatch
    from salesdesk.desk.campaigns import CreateCampaign
    from salesdesk.desk.releasing import ReleaseBatch

    card = work(one, "no")
    assert ticket(one, card)["state"] == "done"
    rest = rests_until(one)
    assert rest == one.clock.time + 90 * DAY
    created = one.ask("Cleo", CreateCampaign(name="Winter", offer="x", initial="y", script="z"))
    again = one.ask("Cleo", DraftBatch(campaign=1, quantity=10))
    other = one.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=10))
    assert (again.available, other.available) == (0, 1)
    assert one.run("Cleo", CheckBatch(batch=other.batch)).going == 0, "it rests"
    one.clock.time = rest
    assert one.run("Cleo", CheckBatch(batch=other.batch)).going == 1
    one.run("Cleo", ReleaseBatch(batch=other.batch))
    while not one.ask("Dana", _claim()):
        one.clock.forward(HOUR)
    assert_clean(one)


@pytest.mark.parametrize("tries", [0, 5], ids=["on the first try", "on the last"])
def test_who_hung_up_is_tried_once_more_and_then_rests(one: TestFloor, tries: int) -> None:
    tamper(one, "UPDATE ticket SET attempts = ?", tries)
    card = work(one, "no", reason="hung_up")
    assert ticket(one, card)["due_at"] == one.clock.time + 10 * DAY
    one.clock.time = ticket(one, card)["due_at"] + DAY + 6 * HOUR
    again = work(one, "no_answer")
    assert again.ticket == card.ticket
    assert (rests_until(one) or 0) - one.clock.time >= 89 * DAY
    assert ticket(one, card)["attempts"] == 0
    assert_clean(one)


def test_who_hangs_up_again_is_left_in_peace(one: TestFloor) -> None:
    card = work(one, "no", reason="hung_up")
    one.clock.time = ticket(one, card)["due_at"] + DAY + 6 * HOUR
    again = work(one, "no", reason="hung_up")
    assert again.ticket == card.ticket
    assert (rests_until(one) or 0) - one.clock.time >= 89 * DAY


@pytest.mark.parametrize(
    ("outcome", "answers", "station", "kind"),
    [
        ("no", {"reason": "not_our_market"}, "researcher", "bad_fit"),
        ("no", {"reason": "already_customer"}, "success", "customer"),
        ("bad_record", {"what": "dead"}, "researcher", "defect"),
        ("meeting", {}, "executive", "meeting"),
    ],
)
def test_work_is_routed_to_its_station(one: TestFloor, outcome: str, answers: Any, station: str, kind: str) -> None:
    card = work(one, outcome, **answers)
    assert standing_at(one, station) == [kind]
    assert ticket(one, card)["state"] == "done"
    assert_clean(one)


def test_a_lead_with_a_meeting_is_not_called_again_by_the_next_claim(one: TestFloor) -> None:
    work(one, "meeting")
    nothing(one)
    one.clock.forward(DAY)
    nothing(one)
    assert claim(one, "Eve", "executive").kind == "meeting"


def test_a_no_show_goes_back_to_the_callers_to_set_it_anew(one: TestFloor) -> None:
    card = work(one, "meeting")
    meeting = claim(one, "Eve", "executive")
    record(one, meeting, "no_show", "Eve")
    assert one.ask("Eve", _executive()) is None, "it is not served to the executive again"
    back = ticket(one, card)
    assert (back["state"], back["kind"]) == ("ready", "rebook")
    assert claim(one).ticket == card.ticket
    assert_clean(one)


def _executive() -> Any:
    from salesdesk.desk.serving import ClaimNext

    return ClaimNext(station="executive")


def test_a_wrong_number_offers_the_next_one_in_the_same_hold(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    done = record(two_numbers, card, "bad_record", what="wrong_person")
    assert done.goes_on
    now = two_numbers.ask("Dana", Held())
    assert now is not None
    assert (now.ticket, now.current, now.token) == (card.ticket, 2, card.token)
    assert [number.state for number in now.numbers] == ["wrong", "good"]
    dial(two_numbers, now)
    record(two_numbers, now, "no")
    assert ticket(two_numbers, card)["attempts"] == 1, "one attempt, whatever the number of numbers"
    assert rows(two_numbers, "SELECT 1 FROM ticket WHERE station = 'researcher'") == []
    assert_clean(two_numbers)


def test_the_last_wrong_number_is_a_defect_of_the_list(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    for last in (False, True):
        dial(two_numbers, card)
        assert record(two_numbers, card, "bad_record").goes_on is not last
    assert standing_at(two_numbers, "researcher") == ["defect"]
    assert ticket(two_numbers, card)["state"] == "done"
    assert_clean(two_numbers)


def test_a_key_tries_the_next_number_of_the_same_attempt(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    turned = two_numbers.ask("Dana", NextNumber(ticket=card.ticket, token=card.token))
    assert turned is not None
    assert turned.current == 2
    assert dial(two_numbers, card).dials == 2
    record(two_numbers, card, "no_answer")
    assert ticket(two_numbers, card)["attempts"] == 1


def test_what_came_of_the_first_number_is_in_the_history(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    turned = two_numbers.ask("Dana", NextNumber(ticket=card.ticket, token=card.token))
    assert turned is not None
    assert [each.outcome for each in turned.history] == ["No answer, next number tried"]
    again = two_numbers.ask("Dana", NextNumber(ticket=card.ticket, token=card.token))
    assert again is not None
    assert len(again.history) == 1, "a number that was not dialed came to nothing"
    assert_clean(two_numbers)


def test_a_call_that_runs_goes_on_at_the_next_number_of_a_paused_campaign(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    two_numbers.ask("Cleo", PauseCampaign(campaign=1, live=False))
    two_numbers.ask("Dana", NextNumber(ticket=card.ticket, token=card.token))
    assert dial(two_numbers, card).allowed
    record(two_numbers, card, "no_answer")
    nothing(two_numbers)


def test_a_second_number_that_may_not_be_dialed_ends_the_attempt(two_numbers: TestFloor) -> None:
    card = claim(two_numbers)
    dial(two_numbers, card)
    two_numbers.ask("Dana", NextNumber(ticket=card.ticket, token=card.token))
    mark = value(two_numbers, "SELECT mark FROM phone WHERE position = 2")
    tamper(two_numbers, "INSERT INTO suppression VALUES ('number', ?, 'asked', 0, 0)", mark)
    said = dial(two_numbers, card)
    assert not said.allowed
    assert said.reason.endswith("the lead went back as one attempt")
    assert ticket(two_numbers, card)["attempts"] == 1
    assert_clean(two_numbers)


def test_without_another_number_the_key_says_so(one: TestFloor) -> None:
    card = claim(one)
    refused(one, "Dana", NextNumber(ticket=card.ticket, token=card.token), "no_other_number")


def test_a_referral_is_a_new_lead_of_the_same_company_and_the_other_rests(one: TestFloor) -> None:
    card = work(one, "referred", name="Nora Fresh", number="312 555 0188", email="nora@company0.example")
    new = row(
        one, "SELECT k.*, l.id AS lead, l.source FROM contact k JOIN lead l ON l.contact_id = k.id WHERE k.id > 1"
    )
    assert (new["first_name"], new["last_name"], new["title"], new["source"]) == (
        "Nora",
        "Fresh",
        "Controller",
        "outbound",
    )
    assert new["account_id"] == value(one, "SELECT account_id FROM lead WHERE id = ?", card.lead)
    number = row(one, "SELECT * FROM phone WHERE contact_id = ?", new["id"])
    assert (number["e164"], number["zones"]) == ("+13125550188", "America/Chicago"), "a number's own zone binds"
    made = row(one, "SELECT * FROM ticket WHERE lead_id = ?", new["lead"])
    assert (made["kind"], made["state"], made["station"]) == ("referral", "ready", "sdr")
    assert made["stratum_id"] == ticket(one, card)["stratum_id"]
    assert made["lane_id"] != ticket(one, card)["lane_id"], "it waits in the lane of its own window"
    assert rests_until(one) == one.clock.time + 90 * DAY
    assert claim(one).name == "Nora Fresh"
    assert_clean(one)


def test_a_referral_without_a_number_is_reached_through_the_companys_line(one: TestFloor) -> None:
    work(one, "referred")
    assert len(rows(one, "SELECT DISTINCT e164 FROM phone")) == 1
    assert claim(one).name == "Nora Fresh"


def test_who_sent_us_and_whether_their_name_may_be_used_is_on_the_new_contacts_card(one: TestFloor) -> None:
    first = work(one, "referred", use_name=False)
    assert first.sent_by == ""
    card = claim(one)
    told = f"sent by {first.name}, use the name: no"
    assert (card.name, card.sent_by) == ("Nora Fresh", told)
    assert told in one.ask("Dana", ExplainTicket(ticket=card.ticket)).lines


def test_undo_forgets_who_sent_us(one: TestFloor) -> None:
    work(one, "referred")
    assert value(one, "SELECT count(*) FROM lead_fact") == 2
    undo(one)
    assert value(one, "SELECT count(*) FROM lead_fact") == 0


def test_somebody_named_needs_a_number_or_an_address_where_the_company_has_no_good_line(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    tamper(one, "UPDATE phone SET state = 'dead'")
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="referred", answers=ANSWERS["referred"])
    assert refused(one, "Dana", ask, "bad_answer").startswith("Number: a number or an e-mail address")
    told = record(one, card, "referred", email="nora@company0.example").then
    assert told.startswith("who was named has no number yet")
    assert row(one, "SELECT email FROM contact WHERE id > 1")["email"] == "nora@company0.example"
    nothing(one)
    assert_clean(one)


@pytest.mark.parametrize(
    ("number", "told"),
    [("", "the new lead is called on this number"), ("312 555 0188", "the new lead is called on a number of its own")],
)
def test_it_is_said_on_which_number_somebody_is_called_who_was_named(one: TestFloor, number: str, told: str) -> None:
    card = claim(one)
    dial(one, card)
    assert record(one, card, "referred", number=number).then.startswith(told)


def test_a_referral_to_somebody_we_know_makes_nobody_twice(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=COLLEAGUES) as floor:
        first = claim(floor)
        other = "Grace Hopper" if first.name == "Ada Byron" else "Ada Byron"
        dial(floor, first)
        record(floor, first, "referred", name=other)
        assert value(floor, "SELECT count(*) FROM lead") == 2
        assert value(floor, "SELECT count(*) FROM ticket") == 2


def test_a_referral_to_somebody_who_asked_not_to_be_called_is_not_followed(tmp_path: Path) -> None:

    with make_floor(tmp_path, leads=0, data=COLLEAGUES) as floor:
        first = claim(floor)
        other = "Grace Hopper" if first.name == "Ada Byron" else "Ada Byron"
        lead = value(
            floor,
            "SELECT l.id FROM lead l JOIN contact k ON k.id = l.contact_id WHERE first_name = ?",
            other.split()[0],
        )
        floor.ask("Cleo", OptOut(lead=lead))
        dial(floor, first)
        record(floor, first, "referred", name=other, number="312 555 0188")
        nothing(floor)
        assert value(floor, "SELECT count(*) FROM lead") == 2


def test_a_referral_while_another_campaign_has_the_colleague_leaves_them_there(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of([MAIN.split(",")])) as floor:
        import_rows(floor, COLLEAGUES, name="Later")
        assert value(floor, "SELECT count(*) FROM lead") == 2
        work(floor, "referred", name="Grace Hopper")
        assert claim(floor).name == "Grace Hopper", "nobody had her, so this campaign takes her up"
        assert value(floor, "SELECT count(*) FROM lead") == 2


# --- what an outcome needs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [name for name in ANSWERS if name != "do_not_call"])
def test_an_outcome_needs_a_dial_in_this_hold(one: TestFloor, outcome: str) -> None:
    card = claim(one)
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=ANSWERS[outcome])
    assert refused(one, "Dana", ask, "no_dial") == "dial or skip"


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [
        ("gatekeeper", "result"),
        ("call_back", "with"),
        ("call_back", "proposition_spoken"),
        ("not_now", "reason"),
        ("not_now", "incumbent"),
        ("no", "reason"),
        ("bad_record", "what"),
        ("meeting", "email"),
        ("meeting", "need"),
        ("meeting", "read_back"),
        ("referred", "name"),
        ("referred", "use_name"),
    ],
)
def test_what_is_required_is_required(one: TestFloor, outcome: str, missing: str) -> None:
    card = claim(one)
    dial(one, card)
    answers = {name: answer for name, answer in ANSWERS[outcome].items() if name != missing}
    refused(
        one, "Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=answers), "bad_answer"
    )
    assert ticket(one, card)["state"] == "held"


def test_a_meeting_that_was_not_read_back_is_none(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    answers = ANSWERS["meeting"] | {"read_back": False}
    refused(
        one,
        "Dana",
        RecordOutcome(ticket=card.ticket, token=card.token, outcome="meeting", answers=answers),
        "bad_answer",
    )


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"outcome": "sold"}, "unknown_outcome"),
        ({"outcome": "no_answer", "objections": ("mood",)}, "unknown_objection"),
        ({"outcome": "no_answer", "answers": {"colour": "blue"}}, "bad_answer"),
        ({"outcome": "no_answer", "answers": {"busy": "perhaps"}}, "bad_answer"),
    ],
)
def test_what_the_map_does_not_know_is_refused(one: TestFloor, ask: dict[str, Any], code: str) -> None:
    card = claim(one)
    dial(one, card)
    refused(one, "Dana", RecordOutcome(ticket=card.ticket, token=card.token, **ask), code)


def test_an_outcome_is_chosen_by_its_key_as_well(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    assert record(one, card, "1").label == "No answer"
    assert last_event(one)["outcome"] == "no_answer"


# --- what is written --------------------------------------------------------------------------------------------


def test_talk_time_runs_from_the_pick_up_and_wrap_is_told_apart(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    one.clock.forward(12)
    pick_up(one, card)
    one.clock.forward(100)
    one.ask(
        "Dana",
        RecordOutcome(
            ticket=card.ticket,
            token=card.token,
            outcome="no",
            answers=ANSWERS["no"],
            objections=("price",),
            wrap_seconds=9,
        ),
    )
    event = last_event(one)
    assert (event["data"]["talk"], event["data"]["wrap"]) == (91, 9)
    assert event["data"]["objections"] == ["price"]
    day = row(one, "SELECT * FROM rollup WHERE outcome = 'no'")
    assert (day["n"], day["talk_seconds"], day["wrap_seconds"], day["day"]) == (1, 91, 9, "2026-11-19")


def test_talk_time_is_never_guessed(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    one.clock.forward(100)
    record(one, card, "no")
    assert last_event(one)["data"]["talk"] == 0
    assert last_event(one)["data"]["reached"] is False


def test_a_redial_within_half_a_minute_is_the_same_dial(one: TestFloor) -> None:
    card = claim(one)
    assert dial(one, card).dials == 1
    one.clock.forward(29)
    assert dial(one, card).dials == 1
    one.clock.forward(30)
    assert dial(one, card).dials == 2
    assert value(one, "SELECT n FROM rollup WHERE outcome = '@dialed'") == 2


def test_an_outcome_is_recorded_once_under_its_key(one: TestFloor) -> None:
    card = claim(one)
    dial(one, card)
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer", key="k9")
    assert one.ask("Dana", ask) == one.ask("Dana", ask)
    assert value(one, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 1
    refused(one, "Dana", RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"), "lost_hold")


def test_events_and_receipts_hold_no_personal_data(tmp_path: Path) -> None:
    """Names, numbers, addresses and free text stand in the contact and the answer, which can be erased."""
    data = csv_of(
        [
            [
                f"Zanzibar{n}",
                f"Canaryson{c}",
                f"canary{n}@c{n}.example",
                f"+1212555010{n}",
                "VP Canary",
                f"Canary {c} Inc",
                "",
                "",
                "US",
            ]
            for n, c in enumerate("ABCDEFGHI")
        ]
    )
    with make_floor(tmp_path, leads=0, data=data) as floor:
        from salesdesk.desk.people import SignIn

        floor.ask("Dana", SignIn())
        work(floor, "gatekeeper", best_time="canary hours", direct_number="+13125550177", right_name="Zanzibar Canary")
        work(floor, "not_now", incumbent="Canary Ltd")
        work(floor, "meeting", email="canary@c.example", need="canary seed", incumbent="Canary Ltd")
        work(floor, "referred", name="Zanzibar Canary", number="+13125550199", role="Canary keeper")
        work(floor, "call_back", when="2026-11-19T11:00-05:00")
        work(floor, "bad_record", what="left_company", successor="Zanzibar Canary")
        floor.ask("Dana", SignIn())
        floor.ask("Cleo", OptOut(number="+1 312 555-0199"))
        card = claim(floor)
        floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
        kept = [each["text"] for each in rows(floor, "SELECT data AS text FROM event UNION SELECT reply FROM receipt")]
        words = ("Zanzibar", "anary", "+1212", "+1312", "5550", "c.example")
        assert [(text, word) for text in kept for word in words if word in text.replace(" ", "")] == []
        assert value(floor, "SELECT count(*) FROM answer") >= 5
        assert_clean(floor)


def test_events_are_never_changed_or_deleted(floor: TestFloor) -> None:
    work(floor)
    for sql in ("UPDATE event SET at = 0", "DELETE FROM event"):
        with pytest.raises((sqlite3.IntegrityError, psycopg.DatabaseError), match="append-only"):
            tamper(floor, sql)


def test_event_ids_go_up_even_when_the_clock_goes_back(floor: TestFloor) -> None:
    work(floor, "no")
    newest = value(floor, "SELECT max(id) FROM event")
    floor.clock.forward(-HOUR)
    work(floor, "no")
    later = rows(floor, "SELECT id FROM event WHERE at = ? AND kind <> 'released' ORDER BY id", floor.clock.time)
    assert len(later) == 3
    assert later[0]["id"] > newest
    assert_clean(floor)


def test_the_day_of_a_sum_is_the_floors_day(tmp_path: Path) -> None:
    late = int(datetime(2026, 11, 20, 1, 30, tzinfo=UTC).timestamp())  # 20:30 in New York, 17:30 in Los Angeles
    data = csv_of([["Ada", "Byron", "a@one.example", "+14155550100", "VP", "One", "San Francisco", "CA", "US"]])
    hours = {"weekdays": (0, 1, 2, 3, 4), "start": "08:00", "stop": "20:00"}
    with make_floor(tmp_path, leads=0, data=data, now=late, hours=hours) as floor:
        work(floor)
        assert {each["day"] for each in rows(floor, "SELECT day FROM rollup")} == {"2026-11-19"}
