"""What the coordinator is told about the row under the cursor, and the findings of a check. Pure functions to lines."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.commands import COORDINATOR, cap
from salesdesk.desk.batches import BatchLine, Findings
from salesdesk.desk.campaigns import CampaignLine
from salesdesk.desk.explaining import Dryness
from salesdesk.desk.lists import ListLine, RejectLine
from salesdesk.desk.queues import QueueLine
from salesdesk.screens.coordinator_facts import coverage_rows, objection_rows, quality_rows
from salesdesk.screens.coordinator_meetings import about
from salesdesk.screens.coordinator_panes import CAMPAIGNS, LISTS, MEETINGS, QUEUES, STATES, View, queue_id
from salesdesk.screens.coordinator_words import hours_words, segment_words
from salesdesk.widgets.lines import BLANK, GAP, Line, cell, flowed, line, wrapped

SCRIPT_LINES = 8
BLOCKS = " ▁▂▃▄▅▆▇█"


def _key(command: str) -> tuple[str, str]:
    """The key of one of the coordinator's commands, as rows show keys."""
    return cap(COORDINATOR, command), "key"


def detail(pane: str, key: object, view: View, width: int) -> list[Line]:
    """What there is to say about one row."""
    if pane == QUEUES:
        queue = view.queue(key)
        return _about_queue(view, queue, width) if queue else []
    if pane == LISTS:
        found = next((each for each in view.lists if each.id == key), None)
        return _about_list(view, found, width) if found else []
    if pane == CAMPAIGNS:
        campaign = view.campaign(key)
        return _about_campaign(view, campaign, width) if campaign else []
    if pane == MEETINGS:
        meeting = view.meeting(key)
        return about(meeting, width) if meeting else []
    batch = view.batch(key)
    return _about_batch(view, batch, width) if batch else []


def _about_queue(view: View, each: QueueLine, width: int) -> list[Line]:
    said = [line((row, "strong")) for row in wrapped(each.sentence, width)]
    stock = [
        _figure("on hand", each.on_hand),
        _figure("open within 75 min", each.soon),
        _figure("cooling down", each.sleeping),
        _figure("outside their hours", each.closed),
        _figure("promised", each.promised),
        _figure("in work", each.in_work),
    ]
    rows = [*said, BLANK, *flowed([part for part in stock if part], width)]
    if each.waiting:
        rows.append(
            line(
                ("waiting ", "dim"),
                f"{each.waiting:,}",
                (" until calls open; ", "dim"),
                _key("pre_approach"),
                " says when",
            )
        )
    if each.campaign:
        callers = "caller" if each.planned_for == 1 else "callers"
        whom = "at work" if each.people else f"{callers}; nobody is at work"
        rows.append(line(("stock target ", "dim"), f"{each.target:,}", (f" for {each.planned_for} {whom}", "dim")))
        for offer in each.checked:
            rows.append(line(("checked batch ", "dim"), f"#{offer.batch}", f" holds {offer.leads:,}"))
    dryness = view.dryness.get(queue_id(each))
    if dryness:
        rows += [BLANK, *_why(view, dryness, width)]
    return rows


def _figure(label: str, count: int) -> Line:
    return line((f"{label} ", "dim"), f"{count:,}")


def _why(view: View, dryness: Dryness, width: int) -> list[Line]:
    rows = [line(("why dry  ", "accent"), row) for row in wrapped(dryness.sentence, width - 9)[:1]]
    rows += [line(" " * 9, row) for row in wrapped(dryness.sentence, width - 9)[1:]]
    for block in dryness.blocks:
        until = f"   the first at {view.clock(block.until, '%a %H:%M')}" if block.until else ""
        rows.append(line(cell(f"{block.leads:,}", 9, right=True), f"  {block.cause}", (until, "dim")))
    return rows


def _about_list(view: View, each: ListLine, width: int) -> list[Line]:
    taken = f"imported {view.clock(each.imported_at, '%a %d %b %H:%M')}"
    supplier = f"from {each.supplier}" if each.supplier else "no supplier named"
    purpose = "" if each.purpose == "leads" else f"its people and companies are {each.purpose}: they are left out"
    rows = [line((each.name, "strong")), line((f"{taken}, {supplier}", "dim"))]
    if purpose:
        rows.append(line(purpose))
    if each.partial:
        partly = f"{each.rows:,} of {each.rows_due:,} rows are in; if nobody is importing it now, import it again"
        rows += [line((row, "warn")) for row in wrapped(partly, width)]
    counts = [
        _figure("rows", each.rows),
        _figure("leads", each.leads),
        _figure("duplicates", each.duplicates),
        _figure("rejects", each.rejects),
    ]
    rows += [BLANK, *flowed(counts, width)]
    if each.rejects:
        rows.append(line(_key("rejects"), " shows the rejected rows and why"))
    rows += quality_rows(view.quality.get(each.id), view.suppliers.get(each.supplier), width)
    return rows


def _about_campaign(view: View, each: CampaignLine, width: int) -> list[Line]:
    rows = [line((each.name, "strong"))]
    rows += [line(("offer  ", "dim"), row) for row in wrapped(each.offer, width - 7)[:2]]
    rows += [
        line(("says   ", "dim") if not n else "       ", row) for n, row in enumerate(wrapped(each.initial, width - 7))
    ]
    rows += _field("else   ", each.fallback, width, 1)
    rows += _field("leads  ", segment_words(each.segment, {found.id: found.name for found in view.lists}), width, 2)
    target = f"{each.daily_target:,} meetings a day" if each.daily_target else "no daily target"
    until = f" until {each.ends_on}" if each.ends_on else ""
    until += f" or {each.end_share} % of decision makers" if each.end_share else ""
    rows += _field("hours  ", f"{hours_words(each.hours)} · plan {each.plan} · {target}{until}", width, 2)
    if each.pre_approach != "none":
        rows += _field("before ", each.pre_approach_told, width, 2)
    rows += coverage_rows(view.coverage.get(each.id), width)
    rows += objection_rows(view.objections.get(each.id), width)
    callers = f"{', '.join(each.callers) or 'nobody'} · meetings {_executives(each)}"
    rows += [line(("first  ", "dim") if not n else "       ", row) for n, row in enumerate(wrapped(callers, width - 7))]
    if each.second:
        rows.append(line(("second ", "dim"), ", ".join(each.second)))
    batches = [batch for batch in view.batches if batch.campaign == each.id]
    if batches:
        last = next((_approved(view, batch) for batch in batches if batch.approved_by), "")
        shown = "; ".join(f"#{batch.id} {batch.state}" for batch in batches[:6])
        rows.append(line(("batches", "dim"), f" {shown}", (f"   the last {last}" if last else "", "dim")))
    rows.append(line(("script ", "dim"), ", ".join(each.variants) or "none"))
    return [*rows, *(line("       ", (row, "dim")) for row in each.script.splitlines()[:SCRIPT_LINES])]


def _executives(each: CampaignLine) -> str:
    """Who takes its meetings, as it is typed in the form."""
    if each.any_executive:
        return "all" if each.executives else "all, and nobody has that role"
    return ", ".join(each.executives) or "nobody any more of those who were named"


def _field(label: str, text: str, width: int, most: int) -> list[Line]:
    shown = wrapped(text, width - len(label))[:most]
    return [line((label, "dim") if not n else " " * len(label), row) for n, row in enumerate(shown)]


def _approved(view: View, each: BatchLine) -> str:
    """Who approved a batch, and when."""
    on = f", {view.clock(each.released_at, '%a %d %b')}" if each.released_at else ""
    return f"approved by {each.approved_by}{on}"


def _about_batch(view: View, each: BatchLine, width: int) -> list[Line]:
    rows = [
        line((f"batch #{each.id}", "strong"), f"  {each.campaign_name}  ", (each.state, STATES.get(each.state, "")))
    ]
    if each.approved_by:
        rows.append(line((_approved(view, each), "dim")))
    if each.findings is None:
        asked = f"{each.quantity:,} leads were asked for; "
        return [*rows, line(asked, _key("check"), " checks who may go, and what keeps the others out")]
    rows += findings(each.findings, width)
    if each.state == "checked":
        rows += [BLANK, line(_key("release"), f" releases {each.findings.going:,}; ", _key("check"), " checks again")]
    elif each.state == "releasing":
        rows += [BLANK, line(_key("release"), " goes on with the release, which was stopped half-way")]
    return rows


def release_sentences(batch: BatchLine) -> tuple[str, ...]:
    """What the check of a batch found, as one reads it before agreeing to its release."""
    found = batch.findings
    assert found is not None, "a checked batch has its findings"
    out = " · ".join(f"{each.leads:,} {each.cause}" for each in found.causes[:4])
    return (
        f"{batch.campaign_name}: {found.going:,} of {found.considered:,} go, {found.callable_now:,} may be called now.",
        f"Left out: {out}." if out else "Nobody is left out.",
        f"{found.work_hours:,.1f} hours of work for {found.people} {'person' if found.people == 1 else 'people'}.",
    )


def findings(found: Findings, width: int) -> list[Line]:
    """What a check found: who goes, who does not and why, when they may be called, and how much work it is."""
    work = f"{found.work_hours:,.1f} h of work for {found.people}" if found.people else "nobody is assigned to it"
    rows = [
        line(
            (f"{found.going:,} going", "strong"),
            f" of {found.considered:,} in the segment · {found.callable_now:,} callable now · {work}",
        ),
    ]
    if found.waits:
        rows.append(line(("! ", "warn"), found.waits))
    if found.causes:
        out = [line(f"{each.leads:,} ", (each.cause, "dim")) for each in found.causes]
        rows += [line(("kept out", "accent")), *flowed(out, width)]
    for lockout in found.lockouts:
        rows += [line(("! ", "warn"), row) for row in wrapped(lockout.sentence, width - 2)]
    rows += hours_chart(found, width)
    if found.strata:
        cells = [line(f"{each.leads:,} ", (each.cause, "dim")) for each in found.strata[:40]]
        title = f"strata {len(found.strata)} · windows {found.windows}"
        rows += [line((title, "accent")), *flowed(cells, width)]
    return rows


def hours_chart(found: Findings, width: int) -> list[Line]:
    """Leads callable in each of the next 24 hours as a bar chart in text: two rows of bars over one of hours."""
    most = max((each.leads for each in found.hours), default=0)
    if not most:
        return [line(("none of them may be called in the next 24 hours", "warn"))]
    wide = 3 if width >= 24 * 3 else 2
    levels = [max(round(each.leads / most * 16), 1 if each.leads else 0) for each in found.hours]
    upper = "".join((BLOCKS[max(level - 8, 0)] * (wide - 1)).ljust(wide) for level in levels)
    lower = "".join((BLOCKS[min(level, 8)] * (wide - 1)).ljust(wide) for level in levels)
    every = 3
    axis = "".join((each.words[:2] if n % every == 0 else "").ljust(wide) for n, each in enumerate(found.hours))
    title = line(("callable hour by hour", "accent"), (f"  floor time, at most {most:,}", "dim"))
    return [title, line((upper, "good")), line((lower, "good")), line((axis, "dim"), GAP)]


def rejects(rows: Sequence[RejectLine], count: int, width: int) -> list[Line]:
    """Rejected rows of a list, the first of `count`, a line or more each."""
    made: list[Line] = [line(("   row  why", "dim"))]
    for each in rows:
        words = f"{each.reason.replace('_', ' ')}: {each.detail}" if each.detail else each.reason.replace("_", " ")
        for n, row in enumerate(wrapped(words, width - 8)):
            made.append(line(cell(f"{each.row:,}" if not n else "", 6, right=True), "  ", row))
    if count > len(rows):
        made.append(line((f"        and {count - len(rows):,} more", "dim")))
    return made
