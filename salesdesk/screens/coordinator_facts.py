"""What the coordinator is told of defects and of coverage. Pure functions from the desk's replies to lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from salesdesk.commands import COORDINATOR, cap
from salesdesk.desk.coverage import CampaignCoverage
from salesdesk.desk.defects import DefectLine, QualityLine
from salesdesk.desk.objections import ObjectionsReply
from salesdesk.line.tzdata import zone
from salesdesk.line.yields import show_share
from salesdesk.widgets.lines import Line, cell, flowed, line, wrapped


def quality_rows(found: QualityLine | None, supplier: QualityLine | None, width: int) -> list[Line]:
    """How many of a list's leads were found bad, and of all lists of its supplier; nothing before the first call."""
    if found is None or not found.looked_at:
        return []
    rows = flowed([_bad("bad records ", found), line(("open ", "dim"), f"{found.open:,}", ("  settled ", "dim"),
                   f"{found.settled:,}")], width)  # fmt: skip
    if supplier is not None and supplier.looked_at > found.looked_at:
        rows += flowed([_bad(f"all of {supplier.name} ", supplier)], width)
    if found.open:
        rows.append(line((cap(COORDINATOR, "defects"), "key"), " shows the open defects"))
    return rows


def _bad(label: str, found: QualityLine) -> Line:
    counts = f"{found.bad_records:,} of {found.looked_at:,}"
    more = "" if found.low is None else f" · {found.share}, 90 %"
    return line((label, "dim"), counts, (more, "dim"))


def coverage_rows(found: CampaignCoverage | None, width: int) -> list[Line]:
    """How far a campaign has come; nothing before its first release."""
    if found is None or not found.accounts:
        return []
    rows = [line(("! ", "warn"), (row, "warn")) for row in wrapped(found.sentence, width - 2)] if found.ended else []
    ends = line(("ends at ", "dim"), f"{found.end_share} %") if found.end_share else ()
    parts = [
        line(("decision makers reached ", "dim"), show_share(found.reached, found.decision_makers)),
        line(("attempted ", "dim"), f"{found.attempted:,}"),
        line(
            ("penetration ", "dim"),
            show_share(found.accounts_conversed, found.accounts),
            (" companies", "dim"),
        ),
        ends,
    ]
    rows += flowed([part for part in parts if part], width)
    bands = [
        line((f"{each.band} ", "dim"), f"{each.reached:,} of {each.leads:,}") for each in found.bands if each.decides
    ]
    return rows + (flowed([line(("reached by seniority  ", "dim")), *bands], width) if len(bands) > 1 else [])


def objection_rows(found: ObjectionsReply | None, width: int) -> list[Line]:
    """Objections heard, a row for each variant, the most heard first; nothing before they were asked for."""
    rows: list[Line] = []
    if found is None:
        return rows
    for variant, calls in zip(found.variants, found.calls, strict=True):
        heard = [
            line((f"{each.label.lower()} ", "dim"), f"{each.calls:,}")
            for each in found.objections
            if each.variant == variant
        ]
        told = line(
            (f"objections, script {variant}  ", "accent"),
            f"{calls:,} call{'' if calls == 1 else 's'}" if calls else "none heard",
        )
        rows += flowed([told, *heard], width)
    return rows


def defect_rows(found: Sequence[DefectLine], zone_name: str, width: int) -> list[Line]:
    """Open defects of a list: when, what is wrong, and whose record it is."""
    rows: list[Line] = []
    for each in found:
        at = f"{datetime.fromtimestamp(each.found_at, zone(zone_name)):%d %b %H:%M}"
        whose = f"{each.name}, {each.account}" if each.account else each.name
        rows.append(line((cell(at, 14), "dim"), cell(each.what, 18), cell(whose, max(width - 32, 8))))
    return rows
