"""Whole exports, row by row, against what their generator knows."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from salesdesk.line.intake import LeadRecord, Reject, preview, read
from salesdesk.line.intake.duplicates import fold_copies
from salesdesk.line.intake.zones import number_zones

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
FILES = ["hubspot-contacts.csv", "salesforce-leads.csv", "small-messy.csv"]
INSTANTS = [datetime(2026, 7, 1, 15, tzinfo=UTC), datetime(2027, 1, 15, 15, tzinfo=UTC)]
TOLL_FREE = "+18005550199"
ALL_OF_BC = frozenset({"America/Vancouver", "America/Edmonton", "America/Dawson_Creek"})
"""Area code 778 lies over the whole province; its generator knows it as Vancouver's."""


@dataclass(frozen=True)
class Export:
    name: str
    data: bytes
    truth: dict[str, Any]
    records: list[LeadRecord | Reject]
    zone_sets: list[list[str]]

    @property
    def live(self) -> list[tuple[LeadRecord, dict[str, Any]]]:
        pairs = zip(self.records, self.truth["rows"], strict=True)
        return [(record, row) for record, row in pairs if isinstance(record, LeadRecord)]


@cache
def _manifest() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((EXPORTS / "manifest.json").read_text())
    return manifest


@cache
def _export(name: str) -> Export:
    data = (EXPORTS / name).read_bytes()
    truth = _manifest()["files"][name]
    return Export(name, data, truth, list(read(data, truth["default_region"])), _manifest()["zone_sets"])


@pytest.fixture(params=FILES)
def export(request: pytest.FixtureRequest) -> Export:
    return _export(request.param)


@pytest.fixture
def hostile() -> Export:
    return _export("hostile.csv")


def offsets(zones: frozenset[str] | list[str]) -> list[set[timedelta | None]]:
    """Zones are compared by offset: the names of one clock differ between sources."""
    return [{moment.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones} for moment in INSTANTS]


def truth_zones(export: Export, index: int | None) -> frozenset[str]:
    if index is None or index < 0:
        return frozenset()
    zones = export.zone_sets[index]
    return number_zones(TOLL_FREE) if zones[0].startswith("*") else frozenset(zones)


def test_the_file_is_understood(export: Export) -> None:
    seen = preview(export.data, export.truth["default_region"])
    assert seen.encoding == export.truth["format"]["encoding"]
    assert seen.delimiter == export.truth["format"]["delimiter"]
    assert [name if not name.startswith("column ") else "" for name in seen.header] == export.truth["header"]
    assert list(seen.mapping.phones) == export.truth["phone_columns_in_order_of_preference"]


def test_rows_are_numbered_and_bad_ones_set_aside(export: Export) -> None:
    assert [record.row for record in export.records] == list(range(1, len(export.truth["rows"]) + 1))
    rejected = {record.row for record in export.records if isinstance(record, Reject)}
    assert rejected == {
        number for number, row in enumerate(export.truth["rows"], 1) if set("DQ") & set(row.get("flags", ""))
    }


def test_every_number_and_every_refusal(export: Export) -> None:
    wrong = []
    for record, row in export.live:
        number = record.phones[0] if record.phones else None
        got = (
            number and number.e164,
            number and number.extension,
            [phone.e164 for phone in record.phones[1:]],
            record.phone_reason,
            bool(number and not number.valid),
        )
        flags = row.get("flags", "")
        want = (row["e164"], row.get("ext"), row.get("other_e164", []), row.get("reason"), "P" in flags)
        if got != want:
            wrong.append((record.row, got, want))
    assert wrong == []


def test_every_flag(export: Export) -> None:
    wrong = [
        record.row
        for record, row in export.live
        if (record.opted_out, record.do_not_email, record.email_bounced)
        != tuple(flag in row.get("flags", "") for flag in "OMB")
    ]
    assert wrong == []


def test_every_email_is_normalised_or_refused(export: Export) -> None:
    assert sum(record.email is not None for record, _ in export.live) == export.truth["email_valid"]
    assert not [record.row for record, row in export.live if "X" in row.get("flags", "") and record.email]


def test_every_number_zone_and_column_zone(export: Export) -> None:
    wrong = []
    for record, row in export.live:
        number = record.phones[0] if record.phones else None
        checked = [(record.column_zones, "zones_column")]
        if number is None or number.valid:  # the others are not called before they are confirmed
            checked.append((number.zones if number else frozenset(), "zones_number"))
        for zones, key in checked:
            want = truth_zones(export, row.get(key))
            if key == "zones_number" and number and number.e164.startswith("+1778"):
                want |= ALL_OF_BC
            if offsets(zones) != offsets(want):
                wrong.append((record.row, key, sorted(zones), sorted(want)))
    assert wrong == []


def test_every_address_zone(export: Export) -> None:
    wrong = []
    for record, row in export.live:
        got, want = offsets(record.address_zones), offsets(truth_zones(export, row.get("zones_address")))
        # A town's bare name that several states share may give more than the one the generator meant, never less.
        bare = bool(record.city) and not record.region and not record.postal_code
        if got != want and not (bare and all(a >= b for a, b in zip(got, want, strict=True))):
            wrong.append((record.row, sorted(record.address_zones), row.get("zones_address")))
    assert wrong == []


def test_names_are_decoded(export: Export) -> None:
    by_row = {record.row: record for record, _ in export.live}
    for number, first, last in export.truth["decode_probe"]:
        if number in by_row:
            assert (by_row[number].first_name, by_row[number].last_name) == (first.strip(), last.strip())


def test_copies_are_one_person_and_a_switchboard_is_not(export: Export) -> None:
    folded = fold_copies(export.records)
    person = {number: row["person"] for number, row in enumerate(export.truth["rows"], 1)}

    def kept(row: int) -> int:
        return folded.copies.get(row, row)

    split = [
        (a, b)
        for kind in ("groups_by_email", "groups_by_e164")
        for group in export.truth[kind]
        for a, b in combinations([row for row in group if isinstance(row, int)], 2)
        if person[a] == person[b] and kept(a) != kept(b)
    ]
    assert split == []
    assert [(copy, row) for copy, row in folded.copies.items() if person[copy] != person[row]] == []


def test_an_opt_out_on_any_copy_counts(export: Export) -> None:
    folded = fold_copies(export.records)
    leads = {lead.row: lead for lead in folded.leads}
    for group in export.truth["opted_out_people_with_unflagged_copies"]:
        for row in group:
            assert leads[folded.copies.get(row, row)].opted_out


def test_hostile_rows(hostile: Export) -> None:
    for record, row in zip(hostile.records, hostile.truth["rows"], strict=True):
        if row["outcome"] == "quarantine_or_cap":
            assert record == Reject(row["row"], "field_too_long")
            continue
        assert isinstance(record, LeadRecord)
        assert (record.phones[0].e164 if record.phones else None) in row["e164"]
        assert record.email in row["email"]
        if not record.phones:
            assert record.phone_reason == "hostile"
        fields = {
            "First Name": record.first_name,
            "Last Name": record.last_name,
            "Company": record.company,
            "Job Title": record.title,
            "City": record.city,
            "Notes": record.notes,
        }
        for name, value in row["values"].items():
            if name in fields:
                assert unicodedata.normalize("NFC", fields[name]) == unicodedata.normalize(
                    "NFC", value["shown"].strip()
                )
