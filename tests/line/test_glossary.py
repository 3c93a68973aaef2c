"""Every figure has one written definition that can be found by its id and by the words on the screen."""

import re

import pytest

from salesdesk.line import glossary
from salesdesk.line.glossary import GLOSSARY, define, named, to_markdown


def test_the_glossary_holds_the_fifty_four_terms_of_the_reference_and_the_figures_of_the_screens() -> None:
    assert len(GLOSSARY) >= 54 + 20
    assert next(iter(GLOSSARY)) == "lead"
    assert list(GLOSSARY)[53] == "forecast_error"


@pytest.mark.parametrize("id", list(GLOSSARY))
def test_a_definition_is_complete(id: str) -> None:
    entry = define(id)
    assert re.fullmatch(r"[a-z][a-z0-9_]*", entry.id)
    assert entry.id == id
    assert entry.name
    assert entry.definition
    assert entry.unit
    assert entry.measured
    assert entry.version >= 1
    assert len(entry.definition) <= 160


@pytest.mark.parametrize(
    ("label", "id"),
    [
        ("dials", "dial"),
        ("humans", "connect"),
        ("convers.", "conversation"),
        ("selling conversations", "selling_conversation"),
        ("meetings booked", "meetings_booked"),
        ("invite sent", "meeting_set"),
        ("meetings held", "meeting_held"),
        ("no-show", "no_shows"),
        ("promises kept", "promises_kept"),
        ("talk", "talk_time"),
        ("wrap med", "wrap_median"),
        ("queue", "queue_on_hand"),
        ("on hand", "queue_on_hand"),
        ("cover", "queue_cover"),
        ("% of plan", "share_of_plan"),
        ("by now", "due_by_now"),
        ("target", "target"),
        ("in work", "work_in_process"),
        ("rate/h", "rate_per_hour"),
        ("plan/h", "plan_per_hour"),
        ("buffer", "buffer_penetration"),
        ("drum", "drum"),
        ("starved", "starved_time"),
        ("skips", "skips"),
        ("opt-outs", "opt_outs"),
        ("bad records", "bad_records"),
        ("dialed after hours", "dialed_after_hours"),
        ("dial → human", "connect_rate"),
        ("human → conversation", "conversation_rate"),
        ("selling → meeting", "meeting_rate"),
        ("usual", "usual_yield"),
        ("callable now", "callable_now"),
        ("hours of work", "hours_of_work"),
        (" Hours Of Work ", "hours_of_work"),
    ],
)
def test_the_words_on_the_boards_lead_to_their_definition(label: str, id: str) -> None:
    entry = named(label)
    assert entry is not None
    assert entry.id == id


def test_no_two_figures_share_a_word() -> None:
    owners: dict[str, str] = {}
    for entry in GLOSSARY.values():
        for label in {entry.id, entry.name.casefold(), *(word.casefold() for word in entry.shown_as)}:
            assert owners.setdefault(label, entry.id) == entry.id, label


def test_booked_invited_and_held_are_never_one_number() -> None:
    assert len({named("meetings booked"), named("invite sent"), named("meetings held")}) == 3


def test_an_unknown_figure_names_its_nearest_kin() -> None:
    assert named("synergy") is None
    with pytest.raises(KeyError, match="connect_rate"):
        define("conect_rate")


def test_the_page_of_definitions_names_every_figure_once() -> None:
    page = to_markdown()
    assert page.startswith("# Definitions\n")
    assert page.endswith("\n")
    for id in GLOSSARY:
        assert page.count(f"`{id}`, version") == 1
    assert "§" not in page


def test_nothing_is_read_before_the_first_look() -> None:
    glossary._entries.cache_clear()
    assert glossary._entries.cache_info().currsize == 0
    assert "lead" in GLOSSARY
    assert glossary._entries.cache_info().currsize == 1


def test_every_figure_of_the_end_of_the_day_is_defined() -> None:
    from salesdesk.desk.days import END_FIGURES

    for id in END_FIGURES:
        assert define(id).id == id
    for label in ("seated", "calling", "starved", "paused", "time away", "still to keep"):
        assert named(label) is not None, label
