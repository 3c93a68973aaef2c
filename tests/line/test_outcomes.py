"""Structured outcomes: what an answer changes, what is required, and what typed facts come of it."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.outcomes import AnswerError, normalise, problems, resolve, shown
from salesdesk.line.salesmap import Delay, Outcome, parse, shipped

HEARD = {"reached_human", "right_party", "proposition_spoken", "conversation", "selling_conversation"}
WHEN = "2026-11-19T15:00:00-06:00"
GOOD: dict[str, dict[str, object]] = {
    "no_answer": {},
    "voicemail": {},
    "gatekeeper": {"result": "not_in"},
    "call_back": {"when": WHEN, "with": "right_party", "proposition_spoken": "y"},
    "not_now": {"reason": "contract", "return_month": "2027-03", "incumbent": "Acme"},
    "no": {"reason": "no_need"},
    "bad_record": {"what": "dead"},
    "meeting": {
        "slot": 17,
        "email": "Marta@Halden.example",
        "decision_role": "decides",
        "need": "too many late trucks",
        "incumbent": "?",
        "read_back": True,
    },
    "referred": {"name": "Lee Park", "role": "COO", "use_name": True},
    "do_not_call": {},
}


def outcome(name: str) -> Outcome:
    return shipped("sdr-executive").station("sdr").outcome(name)


def with_answers(name: str, **answers: object) -> dict[str, object]:
    return GOOD[name] | answers


def to(name: str, **answers: object) -> list[str]:
    routes = resolve(outcome(name), with_answers(name, **answers)).routes
    return [route.to + (f":{route.kind}" if route.kind else "") for route in routes]


# --- what each answer means (floor.md section 2) --------------------------------------------------------------

FLAGS = [
    ("no_answer", {}, set()),
    ("no_answer", {"busy": "y"}, set()),
    ("voicemail", {"message": "left"}, set()),
    ("gatekeeper", {"result": "blocked"}, {"reached_human"}),
    (
        "call_back",
        {},
        {"reached_human", "right_party", "promise", "proposition_spoken", "conversation"},
    ),
    ("call_back", {"proposition_spoken": "n"}, {"reached_human", "right_party", "promise"}),
    ("call_back", {"with": "assistant", "proposition_spoken": "n"}, {"reached_human", "promise"}),
    (
        "call_back",
        {"with": "assistant", "proposition_spoken": "y"},
        {"reached_human", "promise", "proposition_spoken"},
    ),
    ("not_now", {}, HEARD),
    ("not_now", {"reason": "information"}, HEARD),
    ("no", {}, HEARD),
    ("no", {"reason": "price"}, HEARD),
    ("no", {"reason": "already_customer"}, HEARD),
    ("no", {"reason": "not_our_market"}, HEARD | {"bad_fit"}),
    ("no", {"reason": "hung_up"}, {"reached_human", "right_party"}),
    ("bad_record", {}, {"bad_data"}),
    ("bad_record", {"what": "wrong_person"}, {"bad_data", "reached_human"}),
    ("bad_record", {"what": "left_company", "answered": "n"}, {"bad_data"}),
    ("meeting", {}, HEARD | {"positive"}),
    ("referred", {}, {"reached_human", "referral"}),
    (
        "referred",
        {"proposition_spoken": True},
        {"reached_human", "referral", "proposition_spoken", "conversation"},
    ),
    ("do_not_call", {"scope": "company"}, {"reached_human", "opt_out", "closes"}),
]


@pytest.mark.parametrize(("name", "answers", "flags"), FLAGS)
def test_flags(name: str, answers: dict[str, object], flags: set[str]) -> None:
    assert resolve(outcome(name), with_answers(name, **answers)).flags == flags


RETRIES = [
    ("no_answer", {}, "plan", None),
    ("no_answer", {"busy": True}, "after", Delay(seconds=3600)),
    ("voicemail", {"message": "none"}, "plan", None),
    ("voicemail", {"message": "l"}, "after", Delay(working_days=2)),
    ("gatekeeper", {"result": "not_in"}, "plan", None),
    ("gatekeeper", {"result": "transferred"}, "plan", None),
    ("gatekeeper", {"result": "blocked"}, "after", Delay(days=2)),
    ("not_now", {"reason": "information"}, "rest", None),
    ("no", {"reason": "happy"}, "rest", Delay(days=90)),
    ("no", {"reason": "hung_up"}, "after", Delay(days=10)),
    ("bad_record", {}, "next_number", None),
    ("referred", {}, "rest", Delay(days=90)),
    ("do_not_call", {}, "never", None),
]


@pytest.mark.parametrize(("name", "answers", "kind", "delay"), RETRIES)
def test_retry(name: str, answers: dict[str, object], kind: str, delay: Delay | None) -> None:
    retry = resolve(outcome(name), with_answers(name, **answers)).retry
    assert (retry.kind, retry.delay) == (kind, delay)


def test_hung_up_is_tried_once_more_and_a_no_only_by_another_campaign() -> None:
    assert resolve(outcome("no"), {"reason": "hung_up"}).retry.tries == 1
    assert resolve(outcome("no"), {"reason": "price"}).retry.then == "other_campaign"


@pytest.mark.parametrize("result", ["not_in", "blocked", "transferred"])
def test_a_gatekeeper_always_rests_the_switchboard(result: str) -> None:
    assert resolve(outcome("gatekeeper"), {"result": result}).retry.switchboard == Delay(seconds=4 * 3600)


ROUTES = [
    ("no_answer", {"busy": True}, ["pool"]),
    ("call_back", {}, ["promise"]),
    ("not_now", {"reason": "busy"}, ["house_list"]),
    ("not_now", {"reason": "information"}, ["house_list", "coordinator:mail"]),
    ("no", {}, ["house_list"]),
    ("no", {"reason": "not_our_market"}, ["researcher:bad_fit"]),
    ("no", {"reason": "already_customer"}, ["success:customer"]),
    ("no", {"reason": "hung_up"}, ["pool"]),
    ("bad_record", {}, ["researcher:defect"]),
    ("meeting", {}, ["executive:meeting"]),
    ("referred", {}, ["house_list", "pool:new_contact"]),
    ("do_not_call", {}, ["suppression"]),
]


@pytest.mark.parametrize(("name", "answers", "expected"), ROUTES)
def test_routes(name: str, answers: dict[str, object], expected: list[str]) -> None:
    assert to(name, **answers) == expected


def test_a_conversation_needs_the_spoken_proposition_in_every_map() -> None:
    for name in ("sdr-executive", "coordinator-salesperson", "sdr-outside"):
        for station in shipped(name).stations.values():
            for each in station.outcomes:
                if "conversation" in each.flags:
                    spoken = [field for field in each.fields if field.id == "proposition_spoken"]
                    assert spoken or "proposition_spoken" in each.flags


# --- required, typed, capped ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOD)
def test_the_least_answers_are_enough(name: str) -> None:
    assert problems(outcome(name), GOOD[name]) == ()


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, field) for name, answers in GOOD.items() for field in answers],
)
def test_a_required_answer_that_is_missing_is_named(name: str, field: str) -> None:
    answers = {key: value for key, value in GOOD[name].items() if key != field}
    assert [each.field for each in problems(outcome(name), answers)] == [field]
    for blank in (None, "", "  \t"):
        assert [each.field for each in problems(outcome(name), answers | {field: blank})] == [field]
    with pytest.raises(AnswerError, match=field):
        resolve(outcome(name), answers)


WRONG = [
    ("call_back", "when", "2026-11-19T15:00:00", "with its zone"),
    ("call_back", "when", "tuesday", "wants a time with its zone"),
    ("call_back", "with", "nobody", "right_party, assistant"),
    ("call_back", "with", "asistant", "did you mean 'assistant'?"),
    ("call_back", "proposition_spoken", "maybe", "yes or no"),
    ("not_now", "return_month", "2027-13", "month such as"),
    ("not_now", "return_month", "March", "month such as"),
    ("not_now", "incumbent", "x" * 81, "at most 80 characters, this has 81"),
    ("meeting", "need", "x" * 201, "at most 200 characters"),
    ("meeting", "need", 5, "wants text"),
    ("meeting", "email", "marta at halden", "name@company.com"),
    ("meeting", "read_back", "n", "must be done"),
    ("gatekeeper", "direct_number", "12345", "7 to 15 digits"),
    ("gatekeeper", "direct_number", "call 312-555-0142", "7 to 15 digits"),
    ("no", "objection", "zz", "is not one of"),
    ("no", "objction", "x", "did you mean 'objection'?"),
]


@pytest.mark.parametrize(("name", "field", "answer", "message"), WRONG)
def test_a_wrong_answer_is_told_at_its_field(name: str, field: str, answer: object, message: str) -> None:
    (problem,) = problems(outcome(name), with_answers(name, **{field: answer}))
    assert problem.field == field
    assert message in problem.message


def test_facts_are_typed_and_survive_json() -> None:
    facts = normalise(outcome("meeting"), GOOD["meeting"])
    assert facts == {
        "slot": "17",
        "email": "marta@halden.example",
        "decision_role": "decides",
        "need": "too many late trucks",
        "incumbent": "unknown",
        "read_back": True,
    }
    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize("answer", [WHEN, datetime(2026, 11, 19, 15, tzinfo=timezone(timedelta(hours=-6)))])
def test_a_time_is_kept_in_utc(answer: object) -> None:
    assert (
        normalise(outcome("call_back"), with_answers("call_back", when=answer))["when"] == "2026-11-19T21:00:00+00:00"
    )


def test_defaults_are_facts_and_keys_are_as_good_as_ids() -> None:
    facts = normalise(outcome("call_back"), with_answers("call_back", **{"with": "a"}))
    assert (facts["with"], facts["owner"]) == ("assistant", "mine")
    assert normalise(outcome("do_not_call"), {})["scope"] == "person"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+1 (312) 555-0142", "+13125550142"),
        ("312.555.0142 ext. 12", "3125550142 ext 12"),
        ("020 7946 0000 x5", "02079460000 ext 5"),
    ],
)
def test_numbers_keep_their_digits_and_extension(typed: str, kept: str) -> None:
    assert normalise(outcome("gatekeeper"), {"result": "n", "direct_number": typed})["direct_number"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("12,500", "12500.00"), (99.9, "99.90"), (4000, "4000.00"), ("0.005", "0.00")]
)
def test_amounts(typed: object, kept: str) -> None:
    win = shipped("sdr-executive").station("executive").outcome("win")
    answers = {"document": "order", "monthly": typed, "first_month": date(2027, 1, 15)}
    facts = normalise(win, answers)
    assert (facts["monthly"], facts["first_month"]) == (kept, "2027-01")


@pytest.mark.parametrize("typed", ["-1", "nan", "inf", "1e30", "twelve", True, [1], "9" * 500])
def test_what_is_no_amount(typed: object) -> None:
    win = shipped("sdr-executive").station("executive").outcome("win")
    answers = {"document": "order", "monthly": typed, "first_month": "2027-01"}
    assert [each.field for each in problems(win, answers)] == ["monthly"]


# --- fields that show only after an answer --------------------------------------------------------------------


def test_a_field_shows_when_its_answer_was_given() -> None:
    record = outcome("bad_record")
    assert [field.id for field in shown(record, {})] == ["what"]
    assert [field.id for field in shown(record, {"what": "dead"})] == ["what"]
    assert [field.id for field in shown(record, {"what": "l"})] == ["what", "answered", "successor"]


def test_answers_of_hidden_fields_are_left_out() -> None:
    facts = normalise(outcome("bad_record"), {"what": "dead", "answered": True, "successor": "\x00"})
    assert facts == {"what": "dead"}


def test_a_hidden_field_is_not_required() -> None:
    abandon = shipped("sdr-executive").station("executive").outcome("abandon")
    assert problems(abandon, {"reason": "no_need"}) == ()
    assert [each.field for each in problems(abandon, {"reason": "later"})] == ["return_month"]
    later = resolve(abandon, {"reason": "later", "return_month": "2027-02"})
    assert later.retry.field == "return_month"
    assert "closes" not in later.flags


def test_a_later_answer_overrides_an_earlier_one() -> None:
    text = """
id = "x"
version = 1
title = "X"
[stations.s]
title = "S"
role = "support"
screen = "inbox"
order = "oldest"
handle_seconds = 1
[[stations.s.outcomes]]
id = "o"
key = "1"
label = "O"
definition = "D"
flags = ["closes"]
route = "none"
fields = [
  { id = "a", label = "A", kind = "yesno", yes = { drops = ["closes"], route = "pool" } },
  { id = "b", label = "B", kind = "yesno", yes = { adds = ["closes"], route = "house_list" } },
]
"""
    both = resolve(parse(text).station("s").outcome("o"), {"a": True, "b": True})
    assert both.flags == {"closes"}
    assert [route.to for route in both.routes] == ["house_list"]
    assert resolve(parse(text).station("s").outcome("o"), {"a": True}).flags == frozenset()


# --- hostile answers ------------------------------------------------------------------------------------------


def test_control_characters_do_not_become_facts() -> None:
    facts = normalise(outcome("meeting"), with_answers("meeting", need="late\x1b]52;c;x\x07 trucks\n\u202e"))
    assert isinstance(facts["need"], str)
    assert facts["need"].isprintable()


ANSWERS = st.one_of(
    st.text(max_size=300), st.integers(), st.booleans(), st.none(), st.floats(), st.datetimes(), st.lists(st.text())
)


@settings(max_examples=80, deadline=None)
@given(name=st.sampled_from(sorted(GOOD)), data=st.data())
def test_any_answer_is_either_a_problem_or_a_fact(name: str, data: st.DataObject) -> None:
    each = outcome(name)
    answers = {field.id: data.draw(ANSWERS) for field in each.fields}
    wrong = problems(each, answers)
    assert {problem.field for problem in wrong} <= {field.id for field in each.fields}
    if not wrong:
        json.dumps(resolve(each, answers).facts)


@settings(max_examples=40, deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_is_kept(instant: datetime) -> None:
    facts = normalise(outcome("call_back"), with_answers("call_back", when=instant))
    assert datetime.fromisoformat(str(facts["when"])) == instant.replace(microsecond=0)
