"""What answers teach about a lead, cleaned and typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.enrichment import (
    BEST_TIME,
    CONTRACT_UNTIL,
    DIRECT_NUMBER,
    INCUMBENT,
    MOST,
    RIGHT_PERSON,
    learned,
    months_ahead,
    own_number,
    sent_by,
    sent_on,
    told,
)
from salesdesk.line.text import clean

TEXT = st.text(max_size=200)


@pytest.mark.parametrize("said", ["", " ", "?", "unknown", "Unknown", "n/a", "no idea"])
def test_an_answer_that_says_nothing_teaches_nothing(said: str) -> None:
    assert learned({"incumbent": said, "reason": "happy"}, "US") == {}


def test_a_return_month_is_a_contracts_end_only_when_it_is_one() -> None:
    assert learned({"reason": "contract", "return_month": "2027-03"}, "US") == {"contract_until": "2027-03"}
    assert learned({"reason": "budget", "return_month": "2027-03"}, "US") == {}


def test_a_number_beside_somebody_elses_name_is_theirs() -> None:
    assert own_number({"number": "312 555 0142"}, "US") == "+13125550142"
    assert own_number({"number": "312 555 0142", "name": "Nora Fresh"}, "US") is None
    assert own_number({"number": "312 555 0142", "successor": "Nora Fresh"}, "US") is None
    assert own_number({"direct_number": "020 7946 0123"}, "GB") == "+442079460123"


@given(TEXT, TEXT, TEXT, TEXT)
def test_whatever_is_typed_becomes_short_clean_text_or_nothing(a: str, b: str, c: str, d: str) -> None:
    found = learned({"incumbent": a, "successor": b, "direct_number": c, "right_name": d, "best_time": a}, "US")
    assert set(found) <= {INCUMBENT, CONTRACT_UNTIL, RIGHT_PERSON, DIRECT_NUMBER, BEST_TIME}
    for value in found.values():
        assert 0 < len(value) <= MOST
        assert value == value.strip()
        assert clean(value) == value
    assert "\x1b" not in told(found)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 60))
def test_months_ahead_run_in_order_and_are_as_far_apart_as_asked(today: date, months: int) -> None:
    first, last = months_ahead(today, months)
    assert first == f"{today:%Y-%m}"
    apart = (int(last[:4]) - int(first[:4])) * 12 + int(last[5:]) - int(first[5:])
    assert apart == months
    assert 1 <= int(last[5:]) <= 12


def test_what_is_known_is_told_in_one_line() -> None:
    known = {"incumbent": "Apex", "contract_until": "2027-03", "direct_number": "+13125550142"}
    assert told(known) == "supplier today: Apex · contract until 2027-03"
    assert told({}) == ""
    assert told(learned({"best_time": "after 3", "incumbent": "Apex"}, "US")) == (
        "best time: after 3 · supplier today: Apex"
    )


def test_who_named_somebody_is_kept_as_a_lead_and_told_as_a_name() -> None:
    known = sent_on(17, {"use_name": True})
    assert known == {"sent_by": "17", "use_name": "yes"}
    assert sent_by("Emma Hester", known) == "sent by Emma Hester, use the name: yes"
    assert sent_by("Emma", sent_on(17, {})) == "sent by Emma, use the name: no"
    assert told(known) == ""
