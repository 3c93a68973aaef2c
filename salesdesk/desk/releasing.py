"""Putting a checked batch on the floor, and taking back what nobody has called yet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from functools import partial

from pydantic import Field

from salesdesk.desk import checking, facts, holding
from salesdesk.desk.batches import Findings, batch_of
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.checking import CHUNK, Candidate, Sorting
from salesdesk.desk.coverage import note_end, refuse_if_ended, take_end_away
from salesdesk.desk.eligibility import unopened
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Json, Person
from salesdesk.desk.registry import JOB, Progress, Reply, Request, operation
from salesdesk.desk.roles import RELEASERS
from salesdesk.desk.routing import blank
from salesdesk.line import experiments
from salesdesk.line.ledger import GONE, TicketEntry
from salesdesk.line.text import clean
from salesdesk.store import accounts, batches, campaigns, counters, segments, starving, strata, tickets, windows
from salesdesk.store.batches import BatchRow
from salesdesk.store.campaigns import CampaignRow


class ReleaseBatch(Request["Released"]):
    """Put a checked batch on the floor."""

    batch: int = Field(description="the batch")
    quantity: int | None = Field(None, ge=1, description="fewer leads than were checked")
    anyway: bool = Field(False, description="also when the campaign has ended, which takes that end away")


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
        released, sorting = floor.write(partial(_put_on_floor, me, batch.id, campaign, sorting, labels, chunk))
        yield Progress(done=released, total=min(batch.quantity, batch.released + len(ids)), note="releasing")
    return floor.write(lambda now: _finish(now, me, batch.id))


def _begin(floor: Floor, me: Person, ask: ReleaseBatch) -> tuple[BatchRow, CampaignRow]:
    batch, campaign = batch_of(floor, ask.batch)
    if batch.state not in ("checked", "releasing"):
        hint = "check it first" if batch.state == "draft" else "nothing was changed"
        raise Refused("wrong_state", f"batch {batch.id} is {batch.state}; {hint}")
    if ask.anyway:
        take_end_away(floor, campaign_of(floor, campaign.id, in_turn=True))
    elif batch.state == "checked":
        refuse_if_ended(floor, campaign)
    checked = Findings.model_validate_json(batch.findings)
    quantity = batch.quantity if batch.state == "releasing" else min(ask.quantity or checked.going, checked.going)
    if not quantity:
        raise Refused("empty_batch", f"batch {batch.id} has no lead that may be called; its check says why")
    batches.change(floor.session, batch.id, batch.state, state="releasing", quantity=quantity, approved_by=me.id)
    return batch_of(floor, ask.batch)


def _put_on_floor(
    me: Person,
    batch_id: int,
    campaign: CampaignRow,
    known: Sorting,
    labels: Mapping[tuple[str, ...], str],
    lead_ids: Sequence[int],
    floor: Floor,
) -> tuple[int, Sorting]:
    """Make tickets of one chunk; returns how many leads the batch has on the floor now, whoever has put them there,
    and the windows that are known now.

    Leads that another release took meanwhile are left out. Nothing more is put when the batch was closed meanwhile.
    """
    floor.session.alone("release")  # a lead is in one campaign at a time, whoever releases at once
    batch, _ = batch_of(floor, batch_id)
    if batch.state != "releasing":
        return batch.quantity, known
    sorting = known.fresh()
    room = batch.quantity - batch.released
    fresh = set(segments.lead_ids_without_ticket(floor.session, lead_ids, campaign.id))
    going: list[Candidate] = []
    for found in checking.candidates(floor, campaign, [each for each in lead_ids if each in fresh]):
        if found.cause is None and len(going) < room:
            going.append(found)
    if not going:
        return batch.released, known
    rows = _rows(floor, batch, campaign, sorting, labels, going)
    tickets.add_many(floor.session, rows)
    batches.count_released(floor.session, batch.id, campaign.id, len(rows))
    campaigns.set_live(floor.session, campaign.id, live=True)
    facts.record(
        floor,
        "released",
        me.id,
        campaign_id=campaign.id,
        station=campaign.station,
        batch=batch.id,
        tickets=[TicketEntry(row["id"], "ready", 0, 0) for row in rows],
    )
    return batch.released + len(rows), sorting


def _rows(
    floor: Floor,
    batch: BatchRow,
    campaign: CampaignRow,
    sorting: Sorting,
    labels: Mapping[tuple[str, ...], str],
    going: Sequence[Candidate],
) -> list[Json]:
    """The tickets of leads that go on the floor, each in its stratum and lane; a company hears one script."""
    strata = _grown(floor, campaign, [labels.get(found.cell, "other") for found in going])
    lanes: dict[tuple[int, int], int] = {}
    variants = campaigns.variants(floor.session, campaign.id) or ["A"]
    had = accounts.variants(floor.session, sorted({found.lead.account_id for found in going}), campaign.id)
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
                "rank": holding.rank(floor, campaign, found.lead.id, 0),
                "variant": had.get(found.lead.account_id, variants[arm]),
                "entered_at": floor.now,
            }
        )
    return rows


def _grown(floor: Floor, campaign: CampaignRow, labels: Sequence[str]) -> dict[str, int]:
    """The strata of these labels, one for each lead, grown by as many leads; their ids by label."""
    return {label: strata.grow(floor.session, campaign.id, label, count) for label, count in Counter(labels).items()}


def _finish(floor: Floor, me: Person, batch_id: int) -> Released:
    batch, campaign = batch_of(floor, batch_id)
    if batches.change(floor.session, batch.id, "releasing", state="released", released_at=floor.now):
        starving.refilled(floor.session, campaign.id, floor.now)
        facts.record(floor, "batch_released", me.id, campaign_id=campaign.id, batch=batch.id, released=batch.released)
    count = batches.count_strata(floor.session, batch.id)
    cells = "1 stratum" if count == 1 else f"{count} strata"
    told = f"{batch.released:,} leads of {clean(campaign.name)} are on the floor, in {cells}"
    waits = unopened(floor, campaign)
    return Released(
        batch=batch.id,
        released=batch.released,
        strata=count,
        note=f"{told}; {waits}" if waits else told,
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
    """Close a batch: leads that were never dealt go back to the house list, the others run their course. A lead on
    somebody's screen goes back too when it is given back undialed. Stopped half-way, closing again goes on from there.
    """
    batch, _ = floor.read(lambda now: batch_of(now, ask.batch))
    # Closed first: what is given back or released from now on does not stay on the floor.
    floor.write(lambda now: _close(now, me, batch.id))
    taken = 0
    while True:
        count = floor.write(lambda now: _take_back(now, me, batch))
        taken += count
        if not count:
            break
        yield Progress(done=taken, total=batch.released, note="taking back")
    if batch.state == "closed" and not taken:
        raise Refused("wrong_state", f"batch {batch.id} is closed already")
    return Closed(batch=batch.id, taken_back=taken)


def _close(floor: Floor, me: Person, batch_id: int) -> None:
    batch, campaign = batch_of(floor, batch_id)
    if batch.state != "closed" and batches.change(floor.session, batch.id, batch.state, state="closed"):
        facts.record(floor, "batch_closed", me.id, campaign_id=campaign.id, batch=batch.id)
        note_end(floor, campaign)


def _take_back(floor: Floor, me: Person, batch: BatchRow) -> int:
    rows = batches.undealt(floor.session, batch.id, CHUNK)
    batches.withdraw(floor.session, batch.campaign_id, rows)
    if rows:
        facts.record(
            floor,
            "withdrawn",
            me.id,
            campaign_id=batch.campaign_id,
            batch=batch.id,
            tickets=[TicketEntry(row.id, GONE, 0, 0) for row in rows],
        )
    return len(rows)
