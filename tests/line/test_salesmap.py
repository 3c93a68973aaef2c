"""The sales map: every row of the default outcomes, three layouts that lead to an end, and errors that can be found."""

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.mapcheck import routes_of
from salesdesk.line.mapfile import text_of
from salesdesk.line.salesmap import (
    FLAGS,
    PLACES,
    Delay,
    MapError,
    Outcome,
    SalesMap,
    Station,
    parse,
    shipped,
    shipped_ids,
)
from salesdesk.line.tomlkeys import key_lines

SPOKEN = {"proposition_spoken", "conversation", "selling_conversation"}
HEARD = {"reached_human", "right_party"} | SPOKEN


@pytest.fixture(scope="module")
def sdr() -> Station:
    return shipped("sdr-executive").station("sdr")


# --- floor.md section 2, row by row ---------------------------------------------------------------------------

ROWS = [
    # key, id, required fields, optional fields, flags, routes, retry
    ("1", "no_answer", "", "busy", set(), ["pool"], "plan"),
    ("2", "voicemail", "", "message", set(), ["pool"], "plan"),
    ("3", "gatekeeper", "result", "best_time direct_number right_name", {"reached_human"}, ["pool"], "plan"),
    (
        "4",
        "call_back",
        "when with proposition_spoken",
        "owner",
        {"reached_human", "promise"},
        ["promise"],
        "promise",
    ),
    ("5", "not_now", "reason return_month incumbent", "", HEARD, ["house_list"], "rest"),
    ("6", "no", "reason", "objection incumbent", HEARD, ["house_list"], "rest"),
    ("7", "bad_record", "what", "answered successor", {"bad_data"}, ["researcher:defect"], "next_number"),
    (
        "8",
        "meeting",
        "slot email decision_role need incumbent read_back",
        "",
        HEARD | {"positive"},
        ["executive:meeting"],
        "rebook",
    ),
    (
        "9",
        "referred",
        "name role use_name",
        "number email proposition_spoken",
        {"reached_human", "referral", "conversation"},
        ["house_list", "pool:new_contact"],
        "rest",
    ),
    ("F9", "do_not_call", "scope", "", {"reached_human", "opt_out", "closes"}, ["suppression"], "never"),
]


def routes(outcome: Outcome) -> list[str]:
    return [route.to + (f":{route.kind}" if route.kind else "") for route in outcome.routes]


@pytest.mark.parametrize(("key", "name", "required", "optional", "flags", "to", "retry"), ROWS)
def test_default_outcome(
    sdr: Station, key: str, name: str, required: str, optional: str, flags: set[str], to: list[str], retry: str
) -> None:
    outcome = sdr.outcome(name)
    assert sdr.outcome_by_key(key) is outcome
    assert {field.id for field in outcome.fields if field.required} == set(required.split())
    assert {field.id for field in outcome.fields if not field.required} == set(optional.split())
    assert (set(outcome.flags), routes(outcome), str(outcome.retry.kind)) == (flags, to, retry)


def test_no_other_outcomes_at_the_sdr(sdr: Station) -> None:
    assert [outcome.key for outcome in sdr.outcomes] == [row[0] for row in ROWS]


def test_delays_of_the_default_outcomes(sdr: Station) -> None:
    gatekeeper, promise = sdr.outcome("gatekeeper").retry, sdr.outcome("call_back").retry
    assert gatekeeper.switchboard == Delay(seconds=4 * 3600)
    assert promise.field == "when"
    assert promise.steps == (Delay(seconds=900), Delay(seconds=7200), Delay(working_days=1))
    assert sdr.outcome("not_now").retry.field == "return_month"
    no = sdr.outcome("no").retry
    assert (no.delay, no.then) == (Delay(days=90), "other_campaign")
    meeting = sdr.outcome("meeting").retry
    assert (meeting.delay, meeting.tries) == (Delay(days=1), 1)
    assert sdr.outcome("referred").retry.delay == Delay(days=90)


def test_the_station_wants_a_dial_except_for_do_not_call(sdr: Station) -> None:
    assert sdr.needs_dial
    assert [outcome.id for outcome in sdr.outcomes if not outcome.needs_dial] == ["do_not_call"]
    assert sdr.outcome("do_not_call").confirm


def test_skip_reasons(sdr: Station) -> None:
    names = ["conflict", "customer", "language", "bad_data", "line_failed", "closed_today"]
    assert [skip.id for skip in sdr.skips] == names
    assert sdr.skip("line_failed").line_down_after == 2


def test_the_attempt_plan() -> None:
    plan = shipped("sdr-executive").plans["P"]
    assert plan.tries == 6
    assert plan.gaps == (Delay(seconds=14400),) * 2 + (Delay(working_days=2),) * 3
    assert (plan.different_dayparts, plan.rest, plan.band) == (3, Delay(days=90), "breadth")


def test_a_callback_takes_at_most_five_keys_beside_the_time(sdr: Station) -> None:
    fields = [field for field in sdr.outcome("call_back").fields if field.kind != "when"]
    assert len(sdr.outcome("call_back").key) + len(fields) <= 5


def test_no_contact_takes_one_or_two_keys(sdr: Station) -> None:
    for name in ("no_answer", "voicemail"):
        assert all(field.default for field in sdr.outcome(name).fields)


# --- the layouts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped_ids())
def test_every_route_can_be_followed_to_an_end(name: str) -> None:
    salesmap = shipped(name)
    for start, station in salesmap.stations.items():
        for route in routes_of(station):
            seen: set[str] = set()
            reached = {route.to}
            while reached - seen:
                seen |= reached
                stations = [salesmap.stations[place] for place in seen if place in salesmap.stations]
                reached = {route.to for station in stations for route in routes_of(station)}
            assert seen & set(PLACES), f"{start} -> {route.to} never ends"


@pytest.mark.parametrize("name", shipped_ids())
def test_work_reaches_every_station(name: str) -> None:
    salesmap = shipped(name)
    fed = {route.to for station in salesmap.stations.values() for route in routes_of(station)}
    calling = {each.name for each in salesmap.stations.values() if each.order == "dealt"}
    assert calling
    assert set(salesmap.stations) <= fed | calling


@pytest.mark.parametrize("name", shipped_ids())
def test_everything_a_person_chooses_from_is_defined(name: str) -> None:
    salesmap = shipped(name)
    assert salesmap.id == name
    for station in salesmap.stations.values():
        keyed = [*station.outcomes, *station.skips, *station.criteria, *station.objections]
        keyed += [choice for outcome in station.outcomes for field in outcome.fields for choice in field.choices]
        assert all(each.definition for each in keyed)
        assert station.tasks


def test_the_default_layout_has_the_whole_line() -> None:
    names = "researcher coordinator sdr executive engineer onboarding support success development"
    assert list(shipped("sdr-executive").stations) == names.split()


def test_without_an_sdr_the_coordinator_sets_the_meetings() -> None:
    salesmap = shipped("coordinator-salesperson")
    assert "sdr" not in {station.role for station in salesmap.stations.values()}
    scheduling = salesmap.station("scheduling")
    assert (scheduling.role, scheduling.needs_dial, scheduling.order) == ("coordinator", True, "dealt")
    assert routes(scheduling.outcome("meeting")) == ["salesperson:meeting"]
    assert routes(salesmap.station("salesperson").outcome("no_show")) == ["scheduling:rebook"]
    default = shipped("sdr-executive").station("sdr")
    assert [each.id for each in scheduling.outcomes] == [each.id for each in default.outcomes]


def test_with_an_outside_executive_only_the_top_of_the_funnel_is_run() -> None:
    salesmap = shipped("sdr-outside")
    assert list(salesmap.stations) == ["researcher", "coordinator", "sdr", "outside"]
    assert routes(salesmap.station("sdr").outcome("meeting")) == ["outside:meeting"]
    outside = salesmap.station("outside")
    assert {"held", "no_show", "rejected"} <= {outcome.id for outcome in outside.outcomes}


@pytest.mark.parametrize(
    ("name", "station"), list(zip(shipped_ids(), ["executive", "salesperson", "outside"], strict=True))
)
def test_results_of_a_meeting_have_the_same_ids_and_flags_in_every_layout(name: str, station: str) -> None:
    results = shipped(name).station(station)
    assert "held" in results.outcome("held").flags
    assert "no_show" in results.outcome("no_show").flags
    assert routes(results.outcome("rejected")) == ["house_list"]


def test_an_executive_has_three_legal_results_and_a_next_step() -> None:
    executive = shipped("sdr-executive").station("executive")
    assert {"proceed", "repeat", "abandon"} <= {outcome.id for outcome in executive.outcomes}
    assert executive.outcome("proceed").field("next_at").required
    assert executive.outcome("win").field("monthly").kind == "amount"
    assert executive.wip_cap is not None


def test_unknown_names_are_key_errors(sdr: Station) -> None:
    with pytest.raises(KeyError):
        shipped("no-such-map")
    with pytest.raises(KeyError):
        sdr.outcome("no_such_outcome")


def test_a_map_survives_json(sdr: Station) -> None:
    salesmap = shipped("sdr-executive")
    assert SalesMap.model_validate_json(salesmap.model_dump_json(by_alias=True)) == salesmap


def test_flags_have_definitions() -> None:
    assert all(FLAGS.values())


# --- errors name file, line and key ---------------------------------------------------------------------------

GOOD = """\
id = "small"
version = 1
title = "Small"

[plans.P]
title = "Two tries"
definition = "Twice, four hours apart."
gaps = ["4 h"]
rest = "90 days"

[stations.sdr]
title = "Calls"
role = "sdr"
screen = "sdr"
order = "dealt"
handle_seconds = 120

[[stations.sdr.outcomes]]
id = "no_answer"
key = "1"
label = "No answer"
definition = "It rang out."
retry = { kind = "plan", plan = "P" }
route = "pool"

[[stations.sdr.outcomes]]
id = "no"
key = "2"
label = "No"
definition = "They said no."
flags = ["reached_human", "proposition_spoken", "conversation"]
route = ["house_list", "sdr:again"]
[[stations.sdr.outcomes.fields]]
id = "reason"
label = "Why"
kind = "choice"
choices = [
  { id = "price", key = "p", label = "Price", definition = "Too dear." },
  { id = "need", key = "n", label = "Need", definition = "No need.", adds = ["bad_fit"] },
]
"""


def broken(*changes: tuple[str, str]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


NO = "stations.sdr.outcomes.1"
BROKEN = [
    ('title = "Small"', 'title = "Small"\nrank_individuals = true', 4, "rank_individuals", "unknown key"),
    ('route = "pool"', 'route = "exec"', 24, "stations.sdr.outcomes.0.route", "unknown station 'exec'"),
    ('"sdr:again"', '"srd:again"', 32, f"{NO}.route", "unknown station 'srd'; did you mean 'sdr'?"),
    ('id = "no"', 'id = "no_answer"', 27, f"{NO}.id", "id 'no_answer' is already that of 'No answer'"),
    ('id = "no"', 'id = "no way"', 27, f"{NO}.id", "'no way' is not an id"),
    ('key = "2"', 'key = "1"', 28, f"{NO}.key", "key '1' is already that of 'No answer'"),
    ('key = "2"', 'key = "22"', 28, f"{NO}.key", "'22' is not a key"),
    ('"reached_human"', '"reached_humans"', 31, f"{NO}.flags", "did you mean 'reached_human'?"),
    ('"proposition_spoken", ', "", 31, f"{NO}.flags", "'conversation' cannot hold without"),
    ('adds = ["bad_fit"]', 'adds = ["badfit"]', 39, f"{NO}.fields.0.choices.1.adds", "did you mean 'bad_fit'?"),
    ('definition = "They said no."\n', "", 26, f"{NO}.definition", "is missing"),
    ('definition = "It rang out."', 'definition = " "', 22, "stations.sdr.outcomes.0.definition", "at least 1"),
    (', definition = "Too dear."', "", 38, f"{NO}.fields.0.choices.0.definition", "is missing"),
    ('key = "n"', 'key = "p"', 39, f"{NO}.fields.0.choices.1.key", "already that of 'Price'"),
    ('kind = "choice"', 'kind = "text"', 37, f"{NO}.fields.0.choices", "has no choices"),
    ('kind = "choice"', 'kind = "choise"', 36, f"{NO}.fields.0.kind", "did you mean 'choice'?"),
    ('label = "Why"', 'label = "Why"\nrequried = true', 36, f"{NO}.fields.0.requried", "did you mean 'required'?"),
    ('label = "Why"', 'label = "Why"\nmax_length = 500', 36, f"{NO}.fields.0.max_length", "less than or equal to 200"),
    ('label = "Why"', 'label = "Why"\ndefault = "pric"', 36, f"{NO}.fields.0.default", "did you mean 'price'?"),
    (
        'label = "Why"',
        'label = "Why"\nshown_when = { what = ["x"] }',
        36,
        f"{NO}.fields.0.shown_when.what",
        "no earlier field 'what'",
    ),
    ('plan = "P" }', 'plan = "Q" }', 23, "stations.sdr.outcomes.0.retry.plan", "unknown plan 'Q'"),
    ('kind = "plan", plan', 'knd = "plan", plan', 23, "stations.sdr.outcomes.0.retry.knd", "did you mean 'kind'?"),
    ('kind = "plan", plan = "P"', 'kind = "after"', 23, "stations.sdr.outcomes.0.retry", "needs 'delay'"),
    (
        'kind = "plan", plan = "P"',
        'kind = "promise", field = "when", steps = ["2 h"]',
        23,
        "stations.sdr.outcomes.0.retry.field",
        "no field 'when' of kind 'when'",
    ),
    (
        'kind = "plan", plan = "P"',
        'kind = "after", delay = "soon"',
        23,
        "stations.sdr.outcomes.0.retry.delay",
        "is not a delay such as",
    ),
    ('gaps = ["4 h"]', 'gaps = ["4 h", "5 x"]', 8, "plans.P.gaps.1", "'5 x' is not a delay"),
    ('role = "sdr"', 'role = "sdrs"', 13, "stations.sdr.role", "did you mean 'sdr'?"),
    ('role = "sdr"\n', "", 11, "stations.sdr.role", "is missing"),
    ("handle_seconds = 120", "handle_second = 120", 16, "stations.sdr.handle_second", "did you mean 'handle_seconds'?"),
    ("handle_seconds = 120", "handle_seconds = 0", 16, "stations.sdr.handle_seconds", "greater than 0"),
    ('title = "Small"', 'titel = "Small"', 3, "titel", "did you mean 'title'?"),
    ("version = 1", "version = 'x'", 2, "version", "valid integer"),
    ('id = "small"', 'id = "small"\nextends = "bigger"', 2, "extends", "unknown map 'bigger'"),
    ("handle_seconds = 120", "handle_seconds = = 1", 16, "handle_seconds", "not TOML"),
    ('title = "Small"', 'title = "Small', 3, "title", "not TOML"),
    ("version = 1", "version = 1\nversion = 2", 3, "version", "not TOML"),
]


def test_the_small_map_is_good() -> None:
    assert list(parse(GOOD).stations) == ["sdr"]


@pytest.mark.parametrize(("old", "new", "line", "key", "message"), BROKEN)
def test_a_broken_map_names_file_line_and_key(old: str, new: str, line: int, key: str, message: str) -> None:
    with pytest.raises(MapError) as caught:
        parse(broken((old, new)), name="floor.toml")
    found = [each for each in caught.value.problems if each.key == key]
    assert found, str(caught.value)
    assert (found[0].file, found[0].line) == ("floor.toml", line)
    assert message in found[0].message
    assert f"floor.toml:{line}: {key}: " in str(caught.value)


def test_every_problem_is_told_at_once_a_line_each() -> None:
    with pytest.raises(MapError) as caught:
        parse(broken(('route = "pool"', 'route = "exec"'), ('key = "2"', 'key = "1"')))
    lines = str(caught.value).splitlines()
    assert len(lines) == len(caught.value.problems) == 2
    assert lines[1] == "map.toml:24: stations.sdr.outcomes.0.route: unknown station 'exec'"


def test_a_station_cannot_have_the_name_of_a_built_in_place() -> None:
    with pytest.raises(MapError, match=r"^map.toml:11: stations.pool: 'pool' is a built-in place"):
        parse(GOOD.replace("stations.sdr", "stations.pool").replace("sdr:again", "pool:again"))


def test_a_line_without_an_end_is_refused() -> None:
    text = GOOD.replace('route = "pool"', 'route = "sdr"').replace('["house_list", "sdr:again"]', '"sdr:again"')
    with pytest.raises(MapError, match="no chain of routes leads from here to an end"):
        parse(text)


@pytest.mark.parametrize("text", ["", "[stations]", "stations = 3", "[[stations]]", "[stations.sdr]\noutcomes = 7"])
def test_a_hollow_map_is_refused_in_words(text: str) -> None:
    with pytest.raises(MapError) as caught:
        parse(text)
    assert all(problem.line >= 1 and problem.key for problem in caught.value.problems)


# --- a floor's own map on top of a shipped one ----------------------------------------------------------------

OWN = """\
extends = "sdr-executive"
id = "ours"
version = 7
title = "Ours"

[[stations.sdr.outcomes]]
id = "no_answer"
label = "Nobody home"
"""


def test_a_floor_renames_an_outcome_and_keeps_the_rest() -> None:
    ours, base = parse(OWN), shipped("sdr-executive")
    assert ours.station("sdr").outcome("no_answer").label == "Nobody home"
    assert ours.station("sdr").outcome("no_answer").retry == base.station("sdr").outcome("no_answer").retry
    assert len(ours.station("sdr").outcomes) == len(base.station("sdr").outcomes)
    assert ours.station("executive") == base.station("executive")


@pytest.mark.parametrize(
    ("more", "line", "key", "message"),
    [
        ('route = "exec"', 9, "stations.sdr.outcomes.0.route", "unknown station 'exec'"),
        ('lable = "x"', 9, "stations.sdr.outcomes.0.lable", "did you mean 'label'?"),
        ('[stations.own]\nlike = "sdrs"', 10, "stations.own.like", "unknown station 'sdrs'"),
        ("[reroute]\nsdr = 5", 9, "reroute", "a table of station names"),
    ],
)
def test_problems_are_told_at_the_lines_of_the_own_file(more: str, line: int, key: str, message: str) -> None:
    with pytest.raises(MapError) as caught:
        parse(OWN + more, name="ours.toml")
    assert (line, key) in [(each.line, each.key) for each in caught.value.problems]
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("head", "key", "message"),
    [
        ('without = ["sdrx"]', "without.0", "'sdrx' is not in the map this one extends"),
        ('without = ["sdr.nothing"]', "without.0", "is not in the map"),
        ('without = "sdr"', "without", "a list of stations"),
        ('without = ["engineer"]', "stations.executive.outcomes.4.fields.0.choices.1.route", "unknown station"),
    ],
)
def test_leaving_out_what_is_needed_is_told_near_the_head(head: str, key: str, message: str) -> None:
    with pytest.raises(MapError) as caught:
        parse(f"{head}\n{OWN}")
    found = next(each for each in caught.value.problems if each.key == key)
    assert message in found.message
    assert found.line in (1, 2)


def test_an_outcome_can_be_left_out() -> None:
    ours = parse(f'without = ["sdr.voicemail"]\n{OWN}')
    assert ours.station("sdr").outcome_by_key("2") is None


# --- hostile and odd files ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_map_is_refused_and_never_crashes(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD) - 1))
    length = data.draw(st.integers(0, 30))
    put = data.draw(st.text(alphabet='[]{}="#.,\n\\1ae\x1b', max_size=6))
    with suppress(MapError):
        parse(GOOD[:start] + put + GOOD[start + length :])


def test_key_lines_follow_strings_comments_and_arrays() -> None:
    text = (
        "# a = 1\n'a b' = \"# no comment [x]\"\n"
        "c.d = '''\n[e]\n'''\n[[t]]\n[[t]]\nlist = [ # one\n  { x = 1, y = [2] },\n"
        '  "two",\n]\n[t.sub]\nz = """\n"quoted" \\""" # not the end\n"""\nlast = 1979-05-27T07:32:00\n'
    )
    lines = key_lines(text)
    assert lines[("a b",)] == 2
    assert lines[("c", "d")] == 3
    assert lines[("t", 1, "list", 0, "y")] == 9
    assert lines[("t", 1, "list", 1)] == 10
    assert lines[("t", 1, "sub", "z")] == 13
    assert lines[("t", 1, "sub", "last")] == 16
    assert ("e",) not in lines


@pytest.mark.parametrize("name", shipped_ids())
def test_shipped_files_have_a_line_for_each_outcome(name: str) -> None:
    text = text_of(name)
    outcomes = [key for key in key_lines(text) if len(key) == 4 and key[2] == "outcomes"]
    assert len(outcomes) == len(re.findall(r"^\[\[stations\.\w+\.outcomes\]\]", text, re.MULTILINE))
