"""Intake of lead lists: bytes of a CRM export in, lead records and rejected rows out.

`table` reads the file, `mapping` knows its columns, `phones`, `places` and `zones` read the cells, `records` puts a
row together and `duplicates` finds the rows of one person. Pure functions; a new format touches `mapping`'s data only.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from salesdesk.line.intake.errors import IntakeError
from salesdesk.line.intake.mapping import Mapping, guess_mapping
from salesdesk.line.intake.records import LeadRecord, RecordPhone, Reject, read_record
from salesdesk.line.intake.table import Table, read_table
from salesdesk.line.text import clean

__all__ = [
    "IntakeError",
    "LeadRecord",
    "Mapping",
    "Preview",
    "Reading",
    "RecordPhone",
    "Reject",
    "begin",
    "preview",
    "read",
]

SAMPLE_ROWS = 8
COUNTED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """What a researcher sees before an import.

    `sample` holds cleaned cells; `counts` covers the first 200 rows: leads, callable, no_number, opted_out, and
    each reason a row is rejected or has no number, as "rejected wrong_length" and "no number blank".
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    mapping: Mapping
    sample: tuple[tuple[str, ...], ...]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that is being read: how its columns are understood, and its rows in file order, once."""

    mapping: Mapping
    rows: Iterator[LeadRecord | Reject]


def begin(data: bytes, default_region: str, mapping: Mapping | None = None) -> Reading:
    """Begin to read a file; without `mapping` it is guessed from the header.

    `default_region` is the ISO 3166 country of rows that name none. Raises IntakeError when file or mapping cannot be
    read at all; the rows may raise it for a line that is too long.
    """
    table = read_table(data)
    bound = _mapping(table, mapping)
    return Reading(bound, (read_record(row, bound, default_region) for row in table.rows()))


def read(data: bytes, default_region: str, mapping: Mapping | None = None) -> Iterator[LeadRecord | Reject]:
    """Read a file row by row; see `begin`."""
    return begin(data, default_region, mapping).rows


def preview(data: bytes, default_region: str, mapping: Mapping | None = None) -> Preview:
    """Read the start of a file; raises IntakeError like `read`."""
    table = read_table(data)
    bound = _mapping(table, mapping)
    sample: list[tuple[str, ...]] = []
    counts: Counter[str] = Counter()
    for row, _ in zip(table.rows(), range(COUNTED_ROWS), strict=False):
        record = read_record(row, bound, default_region)
        if isinstance(record, Reject):
            counts.update(("rejected", f"rejected {record.reason}"))
            counts["opted_out"] += record.wish is not None
            continue
        counts["leads"] += 1
        counts["opted_out"] += record.opted_out
        if not record.phones:
            counts.update(("no_number", f"no number {record.phone_reason}"))
        elif record.phones[0].valid and not record.opted_out:
            counts["callable"] += 1
        if len(sample) < SAMPLE_ROWS and not isinstance(row, Reject):
            sample.append(tuple(clean(cell, limit=80) for cell in getattr(row, "cells", ())))
    return Preview(table.encoding, table.delimiter, table.header, bound, tuple(sample), dict(counts))


def _mapping(table: Table, mapping: Mapping | None) -> Mapping:
    return (mapping.bound_to(table.header) if mapping else guess_mapping(table.header)).check()
