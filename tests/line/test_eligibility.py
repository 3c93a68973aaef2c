"""Every rule of eligibility has one home: which says no first, until when, in which words."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.eligibility import CAUSES, LATER, Standing, eligible
from salesdesk.line.preapproach import NEVER

NOW = 1_000_000
FREE = Standing(
    now=NOW,
    suppressed=None,
    excluded=None,
    rests_until=None,
    dialable=True,
    live=True,
    law_allows=True,
    law_reason="",
    law_next=None,
    held_by_other=False,
)
BLOCKS: dict[str, dict[str, Any]] = {
    "suppressed": {"suppressed": "person"},
    "excluded": {"excluded": "customers"},
    "no_number": {"dialable": False},
    "resting": {"rests_until": NOW + 5},
    "paused": {"live": False},
    "ended": {"ended": True},
    "unopened": {"opens_at": NOW + 40},
    "law": {"law_allows": False, "law_reason": "state_hours", "law_next": NOW + 60},
    "company_rests": {"company_rests_until": NOW + 30},
    "kept": {"kept_until": NOW + 90},
    "company_busy": {"company_busy": True},
    "elsewhere": {"held_by_other": True},
}
ORDER = list(BLOCKS)


def test_a_free_lead_may_be_called() -> None:
    verdict = eligible(FREE)
    assert verdict.allowed
    assert verdict.cause is None
    assert str(verdict) == "may be called"


@pytest.mark.parametrize("cause", ORDER)
def test_each_rule_says_no_in_words(cause: str) -> None:
    verdict = eligible(replace(FREE, **BLOCKS[cause]))
    assert not verdict.allowed
    assert verdict.cause == cause
    assert str(verdict) == CAUSES[cause]


@pytest.mark.parametrize(
    ("cause", "until"),
    [
        ("suppressed", None),
        ("excluded", None),
        ("no_number", None),
        ("resting", NOW + 5),
        ("paused", NOW + LATER),
        ("unopened", NOW + 40),
        ("law", NOW + 60),
        ("company_rests", NOW + 30),
        ("kept", NOW + 90),
        ("company_busy", NOW + LATER),
        ("elsewhere", NOW + LATER),
    ],
)
def test_passing_causes_say_until_when_and_lasting_ones_do_not(cause: str, until: int | None) -> None:
    assert eligible(replace(FREE, **BLOCKS[cause])).until == until


@given(st.sets(st.sampled_from(ORDER)))
def test_the_lasting_cause_is_told_before_the_passing_one(causes: set[str]) -> None:
    facts: dict[str, Any] = {}
    for cause in causes:
        facts |= BLOCKS[cause]
    first = next((cause for cause in ORDER if cause in causes), None)
    assert eligible(replace(FREE, **facts)).cause == first


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("unknown_zone", "unknown_zone"),
        ("attempt_cap", "attempt_cap"),
        ("holiday", "holiday"),
        ("sunday", "holiday"),
        ("consent_required", "consent"),
        ("courtesy_hours", "courtesy"),
        ("state_hours", "law"),
        ("", "law"),
    ],
)
def test_the_reason_of_the_law_is_told(reason: str, cause: str) -> None:
    verdict = eligible(replace(FREE, law_allows=False, law_reason=reason))
    assert (verdict.cause, verdict.detail, verdict.until) == (cause, reason, NOW + LATER)


@pytest.mark.parametrize(("until", "free"), [(NOW - 1, True), (NOW, True), (NOW + 1, False), (None, True)])
def test_a_rest_ends_at_its_instant(until: int | None, free: bool) -> None:
    assert eligible(replace(FREE, rests_until=until)).allowed is free


def test_calls_that_wait_for_no_day_yet_are_asked_about_again() -> None:
    assert eligible(replace(FREE, opens_at=NEVER)).until == NOW + LATER
    assert eligible(replace(FREE, opens_at=NOW)).allowed


def test_every_fact_can_block() -> None:
    """A fact that no rule reads would be a rule that somebody forgot."""
    read = {name for facts in BLOCKS.values() for name in facts}
    assert {field.name for field in fields(Standing)} - read == {"now"}
