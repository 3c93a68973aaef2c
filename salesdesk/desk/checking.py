"""The check of a batch: which leads would be released, what keeps the others out, and when they may be called."""

from __future__ import annotations

import hashlib
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime

from salesdesk.desk.eligibility import courtesy_of, dialable, exclusion_marks, person_marks, place_of
from salesdesk.desk.floor import Floor, Json
from salesdesk.desk.segmenting import as_of_today
from salesdesk.desk.windowing import window_for
from salesdesk.line import calling, dealing
from salesdesk.line.dealing import Cell
from salesdesk.line.eligibility import PASSING, Standing, eligible
from salesdesk.line.tzdata import zone
from salesdesk.line.windows import Place
from salesdesk.store import leads, lists, segments
from salesdesk.store.batches import BatchRow
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.leads import LeadRow, PhoneRow

CHUNK = 250


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lead of a batch: where it may be called, its cell, or the cause that keeps it out."""

    lead: LeadRow
    place: Place | None
    cell: Cell
    cause: str | None
    detail: str


def drawn(floor: Floor, batch: BatchRow, segment: Json) -> list[int]:
    """The leads of the segment in the batch's own random order, which its seed repeats whoever has left meanwhile."""
    ids = segments.lead_ids(floor.session, as_of_today(floor, segment), batch.campaign_id)
    return sorted(ids, key=lambda id: hashlib.blake2b(f"{batch.seed}:{id}".encode(), digest_size=8).digest())


def candidates(floor: Floor, campaign: CampaignRow, lead_ids: Sequence[int]) -> Iterator[Candidate]:
    """What the rules say about a chunk of leads, apart from the hour of the day."""
    rows = leads.many_by_id(floor.session, lead_ids) if lead_ids else []
    phones = leads.phones_of(floor.session, [row.contact_id for row in rows]) if rows else {}
    suppressed, excluded = _marked(floor, rows, phones, tuple(campaign.form.get("exclude") or ()))
    names = {row["id"]: row["name"] for row in lists.everything(floor.session)}
    order = {lead: n for n, lead in enumerate(lead_ids)}
    for row in sorted(rows, key=lambda each: order[each.id]):
        phone = dialable(phones.get(row.contact_id, []))
        marks = {*exclusion_marks(floor, row, phone), *person_marks(floor, row)}
        place = place_of(row, phone) if phone else None
        forbidden = _lastingly_forbidden(floor, place)
        verdict = eligible(
            Standing(
                now=floor.now,
                suppressed=next((suppressed[mark] for mark in marks if mark in suppressed), None),
                excluded=next((excluded[mark] for mark in marks if mark in excluded), None),
                rests_until=row.rests_until,
                dialable=phone is not None,
                live=True,
                law_allows=not forbidden,
                law_reason=forbidden,
                law_next=None,
                held_by_other=False,
            )
        )
        cell = dealing.stratum_of(str(names.get(row.list_id, "")), dealing.seniority(row.title), _offset(floor, place))
        yield Candidate(row, place, cell, verdict.cause, verdict.detail)


def _lastingly_forbidden(floor: Floor, place: Place | None) -> str:
    """The reason for which the law forbids a call at any hour, "" when there is none."""
    if place is None:
        return ""
    decision = calling.decide(place, instant=floor.instant, look_ahead=False)
    return next((reason for reason in decision.reasons if reason not in PASSING), "") if not decision.allow else ""


def _marked(
    floor: Floor, rows: Sequence[LeadRow], phones: dict[int, list[PhoneRow]], purposes: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str]]:
    marks = sorted({m for row in rows for m in exclusion_marks(floor, row, dialable(phones.get(row.contact_id, [])))})
    people = [mark for row in rows for mark in person_marks(floor, row)]
    found = segments.marked(floor.session, "suppression", [*marks, *people])
    out = segments.marked(floor.session, "exclusion", marks) if purposes else []
    return (
        {row["mark"]: row["kind"] for row in found},
        {row["mark"]: row["kind"] for row in out if row["kind"] in purposes},
    )


def _offset(floor: Floor, place: Place | None) -> int | None:
    if place is None or not place.zones:
        return None
    offset = datetime.fromtimestamp(floor.now, UTC).astimezone(zone(place.zones[0])).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else None


class Sorting:
    """Sums up candidates: how many would go, in which strata and windows, and what locks the others out."""

    def __init__(self, campaign: CampaignRow) -> None:
        self.courtesy = courtesy_of(campaign.form)
        self.going = 0
        self.causes: Tally[str] = Tally()
        self.cells: Tally[Cell] = Tally()
        self.windows: Tally[int] = Tally()
        self.addressless: Tally[int] = Tally()
        self._window_of: dict[Place, int] = {}

    def fresh(self) -> Sorting:
        """A copy for one transaction: what is begun again must not find what it has counted before."""
        return deepcopy(self)

    def add_all(self, floor: Floor, found: Iterable[Candidate], room: int) -> Sorting:
        """The same with these candidates."""
        more = self.fresh()
        for each in found:
            more.add(floor, each, room)
        return more

    def add(self, floor: Floor, found: Candidate, room: int) -> bool:
        """Count one candidate; True when it goes (while there is room)."""
        if found.cause is not None:
            self.causes[f"excluded: {found.detail}" if found.cause == "excluded" else found.cause] += 1
            return False
        if self.going >= room:
            self.causes["left for the next batch"] += 1
            return False
        self.going += 1
        self.cells[found.cell] += 1
        window = self.window(floor, found)
        self.windows[window] += 1
        if not found.lead.zones:
            self.addressless[window] += 1
        return True

    def window(self, floor: Floor, found: Candidate) -> int:
        """The window of a candidate; asking the law once for each place."""
        assert found.place is not None, "only leads with a number go"
        window = self._window_of.get(found.place)
        if window is None:
            window = self._window_of[found.place] = window_for(floor, [found.place], self.courtesy)
        return window
