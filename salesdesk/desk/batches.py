"""Batches: a draft, its check, and how far each is. `releasing` puts them on the floor."""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Mapping
from functools import partial

from pydantic import Field

from salesdesk.desk import checking, facts, holding
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.checking import CHUNK, Sorting
from salesdesk.desk.eligibility import unopened
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.registry import JOB, READ, WRITE, Progress, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, RELEASERS
from salesdesk.desk.segmenting import Segment, as_of_today
from salesdesk.line import dealing, flow
from salesdesk.line.eligibility import CAUSES
from salesdesk.line.text import clean
from salesdesk.store import assignments, batches, campaigns, people, segments, tickets, windows
from salesdesk.store.batches import BatchRow
from salesdesk.store.campaigns import CampaignRow

SHORT_DAY = 120
"""Minutes a day below which a window counts as locking its leads out."""


class DraftBatch(Write["Draft"]):
    """A new draft of a campaign: how many leads, of which segment."""

    campaign: int = Field(description="the campaign")
    quantity: int = Field(ge=1, le=5_000_000, description="how many leads at most")
    segment: Segment | None = Field(None, description="narrower than the campaign's own segment")


class Draft(Reply):
    """A draft, and how many leads of its segment are not in a campaign yet."""

    batch: int
    quantity: int
    available: int


class Drafted(Reply):
    """What a draft keeps for its receipt."""

    batch: int


def _available(floor: Floor, me: Person, ask: DraftBatch, drafted: Drafted) -> Draft:
    """The draft with its count, which on a large house list takes a moment and so is made after the commit."""
    batch, campaign = batch_of(floor, drafted.batch)
    available = segments.count_available(floor.session, as_of_today(floor, json.loads(batch.query)), campaign.id)
    return Draft(batch=batch.id, quantity=ask.quantity, available=available)


@operation(roles=RELEASERS, effect=WRITE, view=_available)
def draft_batch(floor: Floor, me: Person, ask: DraftBatch) -> Drafted:
    """Draft a batch; nothing is served before it is checked and released."""
    campaign = campaign_of(floor, ask.campaign)
    query = ask.segment.model_dump(mode="json") if ask.segment else dict(campaign.form.get("segment") or {})
    batch_id = batches.add(
        floor.session,
        campaign_id=campaign.id,
        query=json.dumps(query),
        quantity=ask.quantity,
        seed=secrets.token_hex(8),
        created_at=floor.now,
    )
    facts.record(floor, "batch_drafted", me.id, campaign_id=campaign.id, batch=batch_id, quantity=ask.quantity)
    return Drafted(batch=batch_id)


class CauseCount(Reply):
    """How many leads one cause keeps out."""

    cause: str
    leads: int


class HourCount(Reply):
    """How many of the batch's leads may be called in the hour from `at` (epoch seconds); `words` is floor time."""

    at: int
    words: str
    leads: int


class Lockout(Reply):
    """Leads that may be called only a short time a day, and what would free them."""

    leads: int
    minutes: int
    sentence: str


class Findings(Reply):
    """What the check of a batch found."""

    batch: int
    campaign: str
    considered: int
    going: int
    causes: tuple[CauseCount, ...]
    strata: tuple[CauseCount, ...]
    windows: int
    callable_now: int
    hours: tuple[HourCount, ...]
    lockouts: tuple[Lockout, ...]
    work_hours: float
    people: int
    cells: tuple[tuple[tuple[str, ...], str], ...] = ()
    waits: str = ""
    """Why the campaign's calls are not open yet, in words."""


class CheckBatch(Request[Findings]):
    """Check a draft: who would go, what keeps the others out, and when they may be called."""

    batch: int = Field(description="the batch")


@operation(roles=RELEASERS, effect=JOB)
def check_batch(floor: Floor, me: Person, ask: CheckBatch) -> Generator[Progress, None, Findings]:
    """Check a batch against every rule; a checked batch can be released."""
    batch, campaign = floor.read(lambda now: batch_of(now, ask.batch))
    if batch.state not in ("draft", "checked"):
        raise Refused("wrong_state", f"batch {batch.id} is {batch.state}; only a draft is checked")
    ids = floor.read(lambda now: checking.drawn(now, batch, json.loads(batch.query)))
    sorting = Sorting(campaign)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = floor.read(lambda now, chunk=chunk: list(checking.candidates(now, campaign, chunk)))  # type: ignore[misc]
        # Windows that are new to the floor are rows, so this chunk needs a write of its own.
        sorting = floor.write(partial(sorting.add_all, found=found, room=batch.quantity))
        yield Progress(done=start + len(chunk), total=len(ids), note="checking")
        if sorting.going >= batch.quantity:
            sorting.causes["left for the next batch"] += len(ids) - start - len(chunk)
            break
    aside = floor.read(lambda now: tickets.count_of_kind(now.session, campaign.id, holding.EXCLUDED))
    if aside:
        sorting.causes[f"put aside since: {', '.join(campaign.form.get('exclude') or ())}"] = aside
    return floor.write(lambda now: _keep(now, me, batch, campaign, sorting, len(ids)))


def batch_of(floor: Floor, batch_id: int) -> tuple[BatchRow, CampaignRow]:
    """A batch with its campaign; refuses an unknown one."""
    batch = batches.by_id(floor.session, batch_id)
    if batch is None:
        raise BadRequest("unknown_batch", f"there is no batch {batch_id}")
    return batch, campaign_of(floor, batch.campaign_id)


def _keep(
    floor: Floor, me: Person, batch: BatchRow, campaign: CampaignRow, sorting: Sorting, considered: int
) -> Findings:
    findings = _findings(floor, batch, campaign, sorting, considered)
    stored = findings.model_dump_json()
    for state in ("draft", "checked"):
        if batches.change(floor.session, batch.id, state, state="checked", findings=stored, checked_at=floor.now):
            facts.record(floor, "batch_checked", me.id, campaign_id=campaign.id, batch=batch.id, going=sorting.going)
            return findings
    raise Refused("wrong_state", f"batch {batch.id} was released meanwhile")


def _findings(floor: Floor, batch: BatchRow, campaign: CampaignRow, sorting: Sorting, considered: int) -> Findings:
    labels = dealing.strata(sorting.cells)
    sizes: dict[str, int] = {}
    for cell, count in sorting.cells.items():
        sizes[labels[cell]] = sizes.get(labels[cell], 0) + count
    hours = _hours(floor, sorting.windows, campaign.opens_at)
    station = floor.sales_map(campaign.map_id).station(campaign.station)
    people = sum(
        1 for row in assignments.everything(floor.session) if row["campaign_id"] == campaign.id and row["turn"]
    )
    per_hour = flow.planned_rate(max(people, 1), station.handle_seconds / 60)
    return Findings(
        batch=batch.id,
        campaign=clean(campaign.name),
        considered=considered,
        going=sorting.going,
        causes=tuple(
            CauseCount(cause=CAUSES.get(cause, cause), leads=count) for cause, count in sorting.causes.most_common()
        ),
        strata=tuple(CauseCount(cause=clean(label), leads=sizes[label]) for label in sorted(sizes)),
        windows=len(sorting.windows),
        callable_now=_open_at(floor, sorting.windows, floor.now) if campaign.opens_at <= floor.now else 0,
        hours=hours,
        lockouts=_lockouts(floor, sorting),
        work_hours=round(sorting.going / per_hour, 1),
        people=people,
        cells=tuple((cell, label) for cell, label in sorted(labels.items())),
        waits=unopened(floor, campaign),
    )


def _open_at(floor: Floor, counts: Mapping[int, int], at: int) -> int:
    spans = windows.spans(floor.session, at, at + 1)
    return sum(counts.get(row["window_id"], 0) for row in spans if row["opens_at"] <= at < row["closes_at"])


def _hours(floor: Floor, counts: Mapping[int, int], opens_at: int) -> tuple[HourCount, ...]:
    """The next 24 hours: leads callable at the middle of each; none before the campaign's calls are open."""
    here = local(floor.now, floor.settings.zone)
    start = floor.now - 60 * here.minute - here.second  # an hour of the floor: some zones stand half an hour apart
    spans = windows.spans(floor.session, start, start + 86_400)
    found = []
    for hour in range(24):
        middle = start + hour * 3600 + 1800
        leads = sum(counts.get(r["window_id"], 0) for r in spans if r["opens_at"] <= middle < r["closes_at"])
        leads = leads if opens_at <= middle else 0
        words = local(start + hour * 3600, floor.settings.zone).strftime("%H:00")
        found.append(HourCount(at=start + hour * 3600, words=words, leads=leads))
    return tuple(found)


def _lockouts(floor: Floor, sorting: Sorting) -> tuple[Lockout, ...]:
    """Windows that are open less than SHORT_DAY minutes on their best day of the coming week."""
    best: dict[int, int] = {}
    for row in windows.spans(floor.session, floor.now, floor.now + 7 * 86_400):
        minutes = (row["closes_at"] - row["opens_at"]) // 60
        best[row["window_id"]] = max(best.get(row["window_id"], 0), minutes)
    short: dict[int, list[int]] = {}
    for window, count in sorting.windows.items():
        minutes = best.get(window, 0)
        if minutes < SHORT_DAY:
            seen = short.setdefault(minutes, [0, 0])
            seen[0] += count
            seen[1] += sorting.addressless[window]
    found = []
    for minutes, (count, addressless) in sorted(short.items()):
        free = f"; add the state to free {addressless:,}" if addressless else ""
        found.append(
            Lockout(leads=count, minutes=minutes, sentence=f"{count:,} callable only {minutes} min a day{free}")
        )
    return tuple(found)


class BatchLine(Reply):
    """One batch with its state. `left`: leads that a release would still put on the floor."""

    id: int
    campaign: int
    campaign_name: str
    state: str
    quantity: int
    released: int
    created_at: int
    findings: Findings | None
    left: int = 0
    approved_by: str = ""
    """Who released it; "" before that."""
    released_at: int | None = None


class Batches(Reply):
    """All batches, newest first."""

    batches: tuple[BatchLine, ...]


class ShowBatches(Request[Batches]):
    """Which batches are there, and how far are they?"""


@operation(roles=EVERYONE, effect=READ)
def show_batches(floor: Floor, me: Person, ask: ShowBatches) -> Batches:
    """Every batch with the findings of its check."""
    names = {row.id: clean(row.name) for row in campaigns.everything(floor.session)}
    who = {row.id: clean(row.name) for row in people.everyone(floor.session)}
    return Batches(
        batches=tuple(
            _batch(row, names.get(row.campaign_id, ""), who.get(row.approved_by or 0, ""))
            for row in batches.everything(floor.session)
        )
    )


def _batch(row: BatchRow, campaign_name: str, approved_by: str) -> BatchLine:
    findings = Findings.model_validate_json(row.findings) if row.checked_at else None
    return BatchLine(
        id=row.id,
        campaign=row.campaign_id,
        campaign_name=campaign_name,
        state=row.state,
        quantity=row.quantity,
        released=row.released,
        created_at=row.created_at,
        findings=findings,
        left=flow.left_to_release(row.state, findings.going if findings else 0, row.quantity, row.released),
        approved_by=approved_by,
        released_at=row.released_at,
    )
