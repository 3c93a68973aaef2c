"""Objections are counted by campaign and variant, without what was undone."""

from __future__ import annotations

from salesdesk.desk.objections import Objections
from salesdesk.desk.recording import RecordOutcome
from tests.floors import TestFloor
from tests.steps import ANSWERS, assert_clean, claim, dial, refused, undo


def hear(floor: TestFloor, *codes: str) -> None:
    card = claim(floor)
    dial(floor, card)
    asked = RecordOutcome(ticket=card.ticket, token=card.token, outcome="no", answers=ANSWERS["no"], objections=codes)
    floor.ask("Dana", asked)


def test_objections_are_counted_by_variant_and_undone_ones_are_not(floor: TestFloor) -> None:
    for codes in (("no_time",), ("no_money", "no_time"), ("no_money",)):
        hear(floor, *codes)
    undo(floor)
    found = floor.ask("Cleo", Objections(campaign=1))
    assert (found.variants, found.calls) == (("A",), (2,))
    assert [(each.label, each.variant, each.calls) for each in found.objections] == [
        ("No time", "A", 2),
        ("No money", "A", 1),
    ]
    assert_clean(floor)


def test_only_who_leads_counts_objections(floor: TestFloor) -> None:
    refused(floor, "Dana", Objections(campaign=1), "role")
