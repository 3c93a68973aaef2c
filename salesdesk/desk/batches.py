"""Batches: a draft is checked, then released; the release puts its leads on the floor, dealt at random in strata."""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Mapping, Sequence

from pydantic import Field

from salesdesk.desk import checking, facts, holding
from salesdesk.desk.campaigns import Segment, campaign_of
from salesdesk.desk.checking import CHUNK, Candidate, Sorting
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Json, Person, local
from salesdesk.desk.registry import JOB, READ, WRITE, Progress, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, RELEASERS
from salesdesk.desk.routing import blank
from salesdesk.line import dealing, experiments
from salesdesk.line.eligibility import CAUSES
from salesdesk.line.flow import PLANNED_UTILISATION
from salesdesk.line.text import clean
from salesdesk.store import batches as batch_tickets
from salesdesk.store import campaigns, counters, segments, tickets, windows
from salesdesk.store.campaigns import BatchRow, CampaignRow

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


@operation(roles=RELEASERS, effect=WRITE)
def draft_batch(floor: Floor, me: Person, ask: DraftBatch) -> Draft:
    """Draft a batch; nothing is served before it is checked and released."""
    campaign = campaign_of(floor, ask.campaign)
    query = ask.segment.model_dump(mode="json") if ask.segment else dict(campaign.form.get("segment") or {})
    batch_id = campaigns.add_batch(
        floor.session,
        campaign_id=campaign.id,
        query=json.dumps(query),
        quantity=ask.quantity,
        seed=secrets.token_hex(8),
        created_at=floor.now,
    )
    facts.record(floor, "batch_drafted", me.id, campaign_id=campaign.id, batch=batch_id, quantity=ask.quantity)
    available = len(segments.lead_ids(floor.session, query, campaign.id))
    return Draft(batch=batch_id, quantity=ask.quantity, available=available)


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


class CheckBatch(Request[Findings]):
    """Check a draft: who would go, what keeps the others out, and when they may be called."""

    batch: int = Field(description="the batch")


@operation(roles=RELEASERS, effect=JOB)
def check_batch(floor: Floor, me: Person, ask: CheckBatch) -> Generator[Progress, None, Findings]:
    """Check a batch against every rule; a checked batch can be released."""
    batch, campaign = floor.read(lambda now: _batch(now, ask.batch))
    if batch.state not in ("draft", "checked"):
        raise Refused("wrong_state", f"batch {batch.id} is {batch.state}; only a draft is checked")
    ids = floor.read(lambda now: checking.drawn(now, batch, json.loads(batch.query)))
    sorting = Sorting(campaign)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = floor.read(lambda now, chunk=chunk: list(checking.candidates(now, campaign, chunk)))  # type: ignore[misc]
        # Windows that are new to the floor are rows, so this chunk needs a write of its own.
        floor.write(lambda now, found=found: [sorting.add(now, each, batch.quantity) for each in found])  # type: ignore[misc]
        yield Progress(done=start + len(chunk), total=len(ids), note="checking")
        if sorting.going >= batch.quantity:
            sorting.causes["left for the next batch"] += len(ids) - start - len(chunk)
            break
    return floor.write(lambda now: _keep(now, me, batch, campaign, sorting, len(ids)))


def _batch(floor: Floor, batch_id: int) -> tuple[BatchRow, CampaignRow]:
    batch = campaigns.batch(floor.session, batch_id)
    if batch is None:
        raise BadRequest("unknown_batch", f"there is no batch {batch_id}")
    return batch, campaign_of(floor, batch.campaign_id)


def _keep(
    floor: Floor, me: Person, batch: BatchRow, campaign: CampaignRow, sorting: Sorting, considered: int
) -> Findings:
    findings = _findings(floor, batch, campaign, sorting, considered)
    stored = findings.model_dump_json()
    for state in ("draft", "checked"):
        if campaigns.change_batch(
            floor.session, batch.id, state, state="checked", findings=stored, checked_at=floor.now
        ):
            facts.record(floor, "batch_checked", me.id, campaign_id=campaign.id, batch=batch.id, going=sorting.going)
            return findings
    raise Refused("wrong_state", f"batch {batch.id} was released meanwhile")


def _findings(floor: Floor, batch: BatchRow, campaign: CampaignRow, sorting: Sorting, considered: int) -> Findings:
    labels = dealing.strata(sorting.cells)
    sizes: dict[str, int] = {}
    for cell, count in sorting.cells.items():
        sizes[labels[cell]] = sizes.get(labels[cell], 0) + count
    hours = _hours(floor, sorting.windows)
    station = floor.sales_map(campaign.map_id).station(campaign.station)
    people = sum(1 for row in campaigns.assignments(floor.session) if row["campaign_id"] == campaign.id and row["turn"])
    per_hour = max(people, 1) * 3600 / station.handle_seconds * PLANNED_UTILISATION
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
        callable_now=_open_at(floor, sorting.windows, floor.now),
        hours=hours,
        lockouts=_lockouts(floor, sorting),
        work_hours=round(sorting.going / per_hour, 1),
        people=people,
        cells=tuple((cell, label) for cell, label in sorted(labels.items())),
    )


def _open_at(floor: Floor, counts: Mapping[int, int], at: int) -> int:
    spans = windows.spans(floor.session, at, at + 1)
    return sum(counts.get(row["window_id"], 0) for row in spans if row["opens_at"] <= at < row["closes_at"])


def _hours(floor: Floor, counts: Mapping[int, int]) -> tuple[HourCount, ...]:
    """The next 24 hours: leads callable at the middle of each."""
    start = floor.now - floor.now % 3600
    spans = windows.spans(floor.session, start, start + 86_400)
    found = []
    for hour in range(24):
        middle = start + hour * 3600 + 1800
        leads = sum(counts.get(r["window_id"], 0) for r in spans if r["opens_at"] <= middle < r["closes_at"])
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


# release ------------------------------------------------------------------------------------------------------------


class ReleaseBatch(Request["Released"]):
    """Put a checked batch on the floor."""

    batch: int = Field(description="the batch")
    quantity: int | None = Field(None, ge=1, description="fewer leads than were checked")


class Released(Reply):
    """The batch is on the floor."""

    batch: int
    released: int
    strata: int
    note: str


@operation(roles=RELEASERS, effect=JOB)
def release_batch(floor: Floor, me: Person, ask: ReleaseBatch) -> Generator[Progress, None, Released]:
    """Release a checked batch: its leads are served from now on, in random order inside their strata.

    Stopped half-way it keeps what it has released, and releasing again goes on from there.
    """
    batch, campaign = floor.write(lambda now: _begin(now, me, ask))
    findings = Findings.model_validate_json(batch.findings)
    labels = {tuple(cell): label for cell, label in findings.cells}
    sorting = Sorting(campaign)
    ids = floor.read(lambda now: checking.drawn(now, batch, json.loads(batch.query)))
    released = batch.released
    for start in range(0, len(ids), CHUNK):
        if released >= batch.quantity:
            break
        chunk = ids[start : start + CHUNK]
        released = floor.write(
            lambda now, chunk=chunk: _put_on_floor(now, me, batch.id, campaign, sorting, labels, chunk)  # type: ignore[misc]
        )
        yield Progress(done=released, total=min(batch.quantity, batch.released + len(ids)), note="releasing")
    return floor.write(lambda now: _finish(now, me, batch.id))


def _begin(floor: Floor, me: Person, ask: ReleaseBatch) -> tuple[BatchRow, CampaignRow]:
    batch, _ = _batch(floor, ask.batch)
    if batch.state not in ("checked", "releasing"):
        hint = "check it first" if batch.state == "draft" else "nothing was changed"
        raise Refused("wrong_state", f"batch {batch.id} is {batch.state}; {hint}")
    checked = Findings.model_validate_json(batch.findings)
    quantity = batch.quantity if batch.state == "releasing" else min(ask.quantity or checked.going, checked.going)
    if not quantity:
        raise Refused("empty_batch", f"batch {batch.id} has no lead that may be called; its check says why")
    campaigns.change_batch(
        floor.session, batch.id, batch.state, state="releasing", quantity=quantity, approved_by=me.id
    )
    return _batch(floor, ask.batch)


def _put_on_floor(
    floor: Floor,
    me: Person,
    batch_id: int,
    campaign: CampaignRow,
    sorting: Sorting,
    labels: Mapping[tuple[str, ...], str],
    lead_ids: Sequence[int],
) -> int:
    """Make tickets of one chunk; returns how many leads the batch has on the floor now, whoever has put them there.

    Leads that another release took meanwhile are left out. Nothing more is put when the batch was closed meanwhile.
    """
    batch, _ = _batch(floor, batch_id)
    if batch.state != "releasing":
        return batch.quantity
    room = batch.quantity - batch.released
    fresh = set(segments.lead_ids_without_ticket(floor.session, lead_ids, campaign.id))
    going: list[Candidate] = []
    for found in checking.candidates(floor, campaign, [each for each in lead_ids if each in fresh]):
        if found.cause is None and len(going) < room:
            going.append(found)
    if not going:
        return batch.released
    strata: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for found in going:
        label = labels.get(found.cell, "other")
        sizes[label] = sizes.get(label, 0) + 1
    for label, count in sizes.items():
        strata[label] = campaigns.grow_stratum(floor.session, campaign.id, label, count)
    lanes: dict[tuple[int, int], int] = {}
    variants = campaigns.variants(floor.session, campaign.id) or ["A"]
    first = counters.take(floor.session, "ticket", len(going))
    rows: list[Json] = []
    for number, found in enumerate(going):
        stratum = strata[labels.get(found.cell, "other")]
        key = (stratum, sorting.window(floor, found))
        if key not in lanes:
            lanes[key] = windows.lane(floor.session, *key)
        arm = experiments.assign(
            f"campaign-{campaign.id}", str(found.lead.account_id), [1 / len(variants)] * len(variants)
        )
        rows.append(
            blank(first + number, found.lead.id, campaign.id, campaign.station)
            | {
                "kind": "call",
                "batch_id": batch.id,
                "stratum_id": stratum,
                "lane_id": lanes[key],
                "rank": holding.rank(floor, found.lead.id, 0),
                "variant": variants[arm],
                "entered_at": floor.now,
            }
        )
    tickets.add_many(floor.session, rows)
    campaigns.count_released(floor.session, batch.id, campaign.id, len(rows))
    campaigns.set_live(floor.session, campaign.id, True)
    facts.record(
        floor,
        "released",
        me.id,
        campaign_id=campaign.id,
        station=campaign.station,
        batch=batch.id,
        tickets=[[row["id"], "ready", 0, 0] for row in rows],
    )
    return batch.released + len(rows)


def _finish(floor: Floor, me: Person, batch_id: int) -> Released:
    batch, campaign = _batch(floor, batch_id)
    if campaigns.change_batch(floor.session, batch.id, "releasing", state="released", released_at=floor.now):
        facts.record(floor, "batch_released", me.id, campaign_id=campaign.id, batch=batch.id, released=batch.released)
    strata = len(campaigns.strata(floor.session, campaign.id))
    return Released(
        batch=batch.id,
        released=batch.released,
        strata=strata,
        note=f"{batch.released:,} leads of {clean(campaign.name)} are on the floor, in {strata} strata",
    )


class CloseBatch(Request["Closed"]):
    """Take back what nobody has called yet of a released batch; drafts are just dropped."""

    batch: int = Field(description="the batch")


class Closed(Reply):
    """The batch is closed."""

    batch: int
    taken_back: int


@operation(roles=RELEASERS, effect=JOB)
def close_batch(floor: Floor, me: Person, ask: CloseBatch) -> Generator[Progress, None, Closed]:
    """Close a batch: leads that were never dealt go back to the house list, the others run their course."""
    batch, _ = floor.read(lambda now: _batch(now, ask.batch))
    if batch.state == "closed":
        raise Refused("wrong_state", f"batch {batch.id} is closed already")
    taken = 0
    while True:
        count = floor.write(lambda now: _take_back(now, me, batch))
        taken += count
        if not count:
            break
        yield Progress(done=taken, total=batch.released, note="taking back")
    floor.write(lambda now: _close(now, me, batch.id))
    return Closed(batch=batch.id, taken_back=taken)


def _close(floor: Floor, me: Person, batch_id: int) -> None:
    batch, campaign = _batch(floor, batch_id)
    if campaigns.change_batch(floor.session, batch.id, batch.state, state="closed"):
        facts.record(floor, "batch_closed", me.id, campaign_id=campaign.id, batch=batch.id)


def _take_back(floor: Floor, me: Person, batch: BatchRow) -> int:
    rows = batch_tickets.undealt(floor.session, batch.id, CHUNK)
    for row in rows:
        batch_tickets.withdraw(floor.session, row["id"], row["stratum_id"], batch.campaign_id)
    if rows:
        facts.record(
            floor,
            "withdrawn",
            me.id,
            campaign_id=batch.campaign_id,
            batch=batch.id,
            tickets=[[row["id"], "done", 0, 0] for row in rows],
        )
    return len(rows)


class BatchLine(Reply):
    """One batch with its state."""

    id: int
    campaign: int
    campaign_name: str
    state: str
    quantity: int
    released: int
    created_at: int
    findings: Findings | None


class Batches(Reply):
    """All batches, newest first."""

    batches: tuple[BatchLine, ...]


class ShowBatches(Request[Batches]):
    """Which batches are there, and how far are they?"""


@operation(roles=EVERYONE, effect=READ)
def show_batches(floor: Floor, me: Person, ask: ShowBatches) -> Batches:
    """Every batch with the findings of its check."""
    names = {row.id: clean(row.name) for row in campaigns.everything(floor.session)}
    return Batches(
        batches=tuple(
            BatchLine(
                id=row.id,
                campaign=row.campaign_id,
                campaign_name=names.get(row.campaign_id, ""),
                state=row.state,
                quantity=row.quantity,
                released=row.released,
                created_at=row.created_at,
                findings=Findings.model_validate_json(row.findings) if row.checked_at else None,
            )
            for row in campaigns.batches(floor.session)
        )
    )
