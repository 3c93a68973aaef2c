"""Segments as they stand today: what is said from now on ("within 6 months") becomes months of the calendar."""

from __future__ import annotations

from datetime import date

from salesdesk.desk.floor import Floor, Json
from salesdesk.line.enrichment import months_ahead


def as_of_today(floor: Floor, segment: Json) -> Json:
    """A segment with its "within so many months" as the months that it means today."""
    months = segment.get("contract_within")
    if months is None:
        return segment
    first, last = months_ahead(date.fromisoformat(floor.day), months)
    return segment | {"contract_from": first, "contract_until": last}
