"""Where a lead may be has one answer: a claim takes it from the store, `salesdesk may-call` from number and address."""

from __future__ import annotations

from pathlib import Path

from salesdesk.desk.eligibility import place
from salesdesk.line.calling import whereabouts
from tests.floors import import_rows, make_floor
from tests.steps import rows

LEADS = (
    ("Ann", "+12125550100", "NY", "US-NY"),
    ("Bob", "+13055550123", "FL", "US-FL"),
    ("Cid", "+14155550123", "NY", "US-NY"),
    ("Dot", "+18005550123", "TX", "US-TX"),
    ("Eve", "+18005550124", "", ""),
    ("Fay", "+12125550101", "Guam", "US-GU"),
    ("Gus", "+12125550102", "Flordia", "Flordia"),
    ("Hal", "+14165550123", "BC", "CA-BC"),
)
PLACES = """
    SELECT k.first_name, p.zones, p.regions, k.zones AS at, k.regions AS law
    FROM contact k JOIN phone p ON p.contact_id = k.id
"""


def test_a_claim_and_may_call_know_one_place(tmp_path: Path) -> None:
    lines = [f"{name},Lee{name},{number},{state}" for name, number, state, _ in LEADS]
    with make_floor(tmp_path, leads=0, release=False) as floor:
        import_rows(floor, "\n".join(["First Name,Last Name,Phone,State", *lines]).encode())
        found = {each["first_name"]: each for each in rows(floor, PLACES)}
    for name, number, _, region in LEADS:
        each = found[name]
        stored = place(each["zones"], each["regions"], each["at"], each["law"], "")
        assert stored == whereabouts(number, region or None), name
        confirmed = place(each["zones"], each["regions"], each["at"], each["law"], "America/Denver")
        assert confirmed == whereabouts(number, region or None, None, "America/Denver"), name
