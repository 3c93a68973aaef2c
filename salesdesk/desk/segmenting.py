"""Segments: which leads of the house list a campaign means, counted while they are chosen, and as they stand today."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from salesdesk.desk.floor import Floor, Json, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import PLANNERS
from salesdesk.line.enrichment import INCUMBENT, months_ahead
from salesdesk.line.text import clean
from salesdesk.store import enrichment, segments


class Segment(BaseModel):
    """Which leads of the house list are meant; an empty field means all."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    lists: tuple[int, ...] = Field((), description="ids of lists")
    countries: tuple[str, ...] = Field((), description="ISO 3166 countries")
    regions: tuple[str, ...] = Field((), description="states or regions as in the list")
    seniorities: tuple[str, ...] = Field((), description="head, vice president, director, manager, staff, unknown")
    title: str = Field("", max_length=60, description="a part of the job title")
    employees_min: int | None = Field(None, ge=0, description="staff of the company, at least")
    employees_max: int | None = Field(None, ge=0, description="staff of the company, at most")
    incumbent: str = Field("", max_length=80, description="supplier today: known, unknown, or a name")
    contract_within: int | None = Field(None, ge=0, le=60, description="their contract ends within so many months")


class CountSegment(Request["SegmentCount"]):
    """How many leads does a segment mean?"""

    segment: Segment = Field(default_factory=Segment, description="the segment")


class SegmentChoice(Reply):
    """Something a segment can be chosen by, and how many leads that is."""

    value: str
    label: str
    leads: int


class SegmentCount(Reply):
    """The live count of a segment, and what it can be narrowed by."""

    leads: int
    lists: tuple[SegmentChoice, ...]
    countries: tuple[SegmentChoice, ...]
    seniorities: tuple[SegmentChoice, ...]
    incumbents: tuple[SegmentChoice, ...] = ()


@operation(roles=PLANNERS, effect=READ)
def count_segment(floor: Floor, me: Person, ask: CountSegment) -> SegmentCount:
    """Count the leads of a segment."""
    values = segments.values_of(floor.session) | {"incumbents": enrichment.counts(floor.session, INCUMBENT)}
    choices = {
        name: tuple(
            SegmentChoice(value=str(row["value"]), label=clean(str(row["label"])) or "not given", leads=row["leads"])
            for row in rows
        )
        for name, rows in values.items()
    }
    return SegmentCount(leads=segments.count(floor.session, as_of_today(floor, ask.segment.model_dump())), **choices)


def as_of_today(floor: Floor, segment: Json) -> Json:
    """A segment with its "within so many months" as the months that it means today."""
    months = segment.get("contract_within")
    if months is None:
        return segment
    first, last = months_ahead(date.fromisoformat(floor.day), months)
    return segment | {"contract_from": first, "contract_until": last}
