"""Scripts are filled from a list of fields, once, and nothing in a lead's text can add to them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line.merge import FIELDS, MergeError, fields_used, fill

LEAD = {"first_name": "Marta", "company": "Halden Freight", "me": "Dana", "note_sent": "Tuesday"}


def test_a_script_is_spoken_with_the_leads_own_words() -> None:
    assert fill("Hi {{first_name}}, {{ me }} here for {{company}}.", LEAD) == "Hi Marta, Dana here for Halden Freight."


@pytest.mark.parametrize("value", [None, "", "   "])
def test_a_missing_value_shows_as_a_gap(value: str | None) -> None:
    assert fill("Hi {{first_name}}!", {"first_name": value}) == "Hi …!"
    assert fill("Hi {{first_name}}!", {}) == "Hi …!"


def test_values_are_never_read_as_fields_again() -> None:
    sly = {"first_name": "{{company}}", "company": "{{first_name}}"}
    assert fill("{{first_name}} {{company}}", sly) == "{{company}} {{first_name}}"


def test_values_are_cleaned() -> None:
    spoken = fill("Hi {{first_name}}", {"first_name": "A\x1b]52;c;x\x07\nB" + "x" * 900})
    assert "\x1b" not in spoken
    assert "\n" not in spoken
    assert len(spoken) < 150


def test_the_line_about_the_note_is_said_only_if_it_was_sent() -> None:
    script = "Hi {{first_name}}\n(our note went out {{note_sent}})\nwhy I call"
    assert fill(script, LEAD) == "Hi Marta\n(our note went out Tuesday)\nwhy I call"
    assert fill(script, {**LEAD, "note_sent": None}) == "Hi Marta\nwhy I call"


def test_the_fields_of_a_script_in_order() -> None:
    assert fields_used("{{me}} {{first_name}} {{me}}") == ("me", "first_name")
    assert fields_used("no fields, {single} braces are text") == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{{firstname}}", "did you mean {{first_name}}?"),
        ("{{First Name}}", "did you mean {{first_name}}?"),
        ("{{compny}}", "did you mean {{company}}?"),
        ("{{zzz}}", "known are first_name"),
        ("{{}}", "there is no field"),
        ("{{first_name", "two braces"),
        ("first_name}}", "two braces"),
        ("{{first_\nname}}", "two braces"),
        ("{{ {{me}} }}", "there is no field"),
        ("{{__class__}}", "there is no field"),
    ],
)
def test_an_unknown_field_is_named_with_its_nearest_kin(text: str, line: str) -> None:
    with pytest.raises(MergeError) as refused:
        fields_used(text)
    assert line in str(refused.value)
    with pytest.raises(MergeError):
        fill(text, LEAD)


@given(st.text(max_size=200))
@settings(max_examples=100)
def test_any_value_in_any_field_is_said_once_per_use(value: str) -> None:
    spoken = fill("|".join(f"{{{{{name}}}}}" for name in FIELDS), dict.fromkeys(FIELDS, value))
    if value.strip() and "|" not in value and spoken:
        assert spoken.count("|") == len(FIELDS) - 1


@given(st.text(alphabet="{} me_first\n", max_size=40))
@settings(max_examples=150)
def test_any_script_is_filled_or_refused(text: str) -> None:
    try:
        used = fields_used(text)
    except MergeError:
        return
    assert set(used) <= set(FIELDS)
    fill(text, LEAD)
    fill(text, {})


def test_a_value_that_ends_with_a_full_stop_does_not_double_it() -> None:
    script = "We help {{company}}. Is {{company}} yours? {{company}}"
    assert fill(script, {"company": "Richard S.A."}) == "We help Richard S.A. Is Richard S.A. yours? Richard S.A."
    assert fill("We help {{company}}.", {"company": "Halden"}) == "We help Halden."
