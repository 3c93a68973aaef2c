"""The panes of the coordinator: what they see, and the rows of each.

Pure functions from the desk's replies to lines; ids of rows are ids of records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from salesdesk.commands import COORDINATOR, cap
from salesdesk.desk.batches import BatchLine
from salesdesk.desk.campaigns import CampaignLine
from salesdesk.desk.coverage import CampaignCoverage
from salesdesk.desk.defects import QualityLine
from salesdesk.desk.explaining import Dryness
from salesdesk.desk.invites import MeetingLine
from salesdesk.desk.lists import ListLine, RejectLine
from salesdesk.desk.objections import ObjectionsReply
from salesdesk.desk.queues import QueueLine
from salesdesk.line.pace import cover_words
from salesdesk.line.tzdata import zone
from salesdesk.screens import coordinator_meetings
from salesdesk.widgets.lines import Line, cell, line
from salesdesk.widgets.record_list import Record

QUEUES, LISTS, CAMPAIGNS, BATCHES, MEETINGS = PANES = ("queues", "lists", "campaigns", "batches", "meetings")
TITLES = {QUEUES: "Queues", LISTS: "Lists", CAMPAIGNS: "Campaigns", BATCHES: "Batches", MEETINGS: "Meetings"}
_FIRST_LEAD = f"{cap(COORDINATOR, 'first_lead')} goes from a file to the first lead"
EMPTY = {
    QUEUES: f"no campaign yet: {_FIRST_LEAD}, {cap(COORDINATOR, 'new_campaign')} makes a campaign",
    LISTS: f"no list yet: {cap(COORDINATOR, 'import_list')} imports one, {_FIRST_LEAD}",
    CAMPAIGNS: f"no campaign yet: {cap(COORDINATOR, 'new_campaign')} makes one, {_FIRST_LEAD}",
    BATCHES: f"no batch yet: {cap(COORDINATOR, 'draft')} drafts one, {cap(COORDINATOR, 'check')} checks it,"
    f" {cap(COORDINATOR, 'release')} releases it",
    MEETINGS: "no meeting is agreed, and none waits for a word of what came of it",
}
FIGURES = {
    QUEUES: (
        "queue_on_hand", "queue_cover", "work_in_process", "buffer_penetration", "dry_forecast", "proposed_release",
        "stock_target", "opening_soon", "cooling", "out_of_hours", "promised_leads", "held_leads", "checked_leads",
    ),
    LISTS: ("rows_read", "leads_imported", "duplicates", "rejects", "bad_record_share"),
    CAMPAIGNS: (
        "lead_released", "proposed_release", "target", "decision_makers", "coverage", "account_penetration",
        "objections_heard",
    ),
    BATCHES: (
        "lead_released", "callable_now", "hours_of_work", "strata", "windows", "suppressed", "excluded", "locked_out",
    ),
    MEETINGS: (
        "meetings_booked", "meeting_set", "meeting_held", "no_shows", "unresolved_meetings", "invites_pending",
    ),
}  # fmt: skip
"""The glossary ids of the figures of each pane and of what it says of one row."""
ZONES = {"full": "good", "half": "", "low": "warn", "EMPTY": "bad"}
STATES = {"draft": "dim", "checked": "accent", "releasing": "warn", "released": "good", "closed": "dim"}


@dataclass
class View:
    """What the coordinator sees: the newest replies of the desk, and what was asked about single rows."""

    zone: str = "UTC"
    queues: Sequence[QueueLine] = ()
    lists: Sequence[ListLine] = ()
    campaigns: Sequence[CampaignLine] = ()
    batches: Sequence[BatchLine] = ()
    meetings: tuple[MeetingLine, ...] = ()
    quality: Mapping[int, QualityLine] = field(default_factory=dict)
    suppliers: Mapping[str, QualityLine] = field(default_factory=dict)
    coverage: Mapping[int, CampaignCoverage] = field(default_factory=dict)
    objections: dict[int, ObjectionsReply] = field(default_factory=dict)
    dryness: dict[str, Dryness] = field(default_factory=dict)
    rejects: dict[int, Sequence[RejectLine]] = field(default_factory=dict)

    def clock(self, at: int, form: str = "%H:%M") -> str:
        """An instant in floor time."""
        return datetime.fromtimestamp(at, zone(self.zone)).strftime(form)

    def queue(self, key: object) -> QueueLine | None:
        """The queue with this row id."""
        return next((each for each in self.queues if queue_id(each) == key), None)

    def campaign(self, key: object) -> CampaignLine | None:
        """The campaign with this id."""
        return next((each for each in self.campaigns if each.id == key), None)

    def batch(self, key: object) -> BatchLine | None:
        """The batch with this id."""
        return next((each for each in self.batches if each.id == key), None)

    def meeting(self, key: object) -> MeetingLine | None:
        """The meeting with this id."""
        return next((each for each in self.meetings if each.id == key), None)

    def proposed(self, campaign: int) -> int:
        """The proposed release of a campaign."""
        return next((each.proposed for each in self.queues if each.campaign == campaign), 0)


def queue_id(each: QueueLine) -> str:
    """The row id of a queue."""
    return f"campaign {each.campaign}" if each.campaign else f"station {each.station}"


def tabs(front: str) -> Line:
    """The row of panes."""
    parts: list[tuple[str, str]] = []
    for number, name in enumerate(PANES, 1):
        parts += [(f" {number} {TITLES[name]} ", "mark" if name == front else "dim"), ("  ", "")]
    return line(*parts)


def head(pane: str, wide: bool) -> list[Line]:
    """The column titles of a pane."""
    if pane == MEETINGS:
        return coordinator_meetings.head(wide)
    titles = {
        QUEUES: ("queue", "on hand", "cover", "in work", "people", "buffer", "dry at", "proposed"),
        LISTS: ("list", "rows", "leads", "duplicates", "rejects", "purpose"),
        CAMPAIGNS: ("campaign", "released", "proposed", "a day", "state", "callers"),
        BATCHES: ("batch", "campaign", "state", "leads", "going", "released", "drafted"),
    }[pane]
    return [line("  ", (_columns(pane, titles), "dim"))]


_WIDTHS: dict[str, tuple[int, ...]] = {
    QUEUES: (-20, 8, 9, 8, 7, 7, 7, 9),
    LISTS: (-25, 8, 8, 11, 8, -14),
    CAMPAIGNS: (-25, 9, 9, 7, -7, -14),
    BATCHES: (-5, -21, -10, 8, 8, 9, 9),
}
"""Cells of each column; a negative width is for words, which stand on the left."""


def _columns(pane: str, values: Sequence[str]) -> str:
    return "".join(_part(pane, column, value) for column, value in enumerate(values))


def _part(pane: str, column: int, value: str) -> str:
    """A value in its column: numbers to the right, words to the left with a space before them."""
    width = _WIDTHS[pane][column]
    if width > 0:
        return cell(value, width, right=True)
    return f"{'  ' if column else ''}{cell(value, -width)}"


def records(pane: str, view: View, wide: bool) -> list[Record]:
    """The rows of a pane."""
    if pane == QUEUES:
        return [Record(queue_id(each), _queue_row(view, each)) for each in view.queues]
    if pane == LISTS:
        return [Record(each.id, _list_row(each)) for each in view.lists]
    if pane == CAMPAIGNS:
        return [Record(each.id, _campaign_row(view, each)) for each in view.campaigns]
    if pane == MEETINGS:
        return coordinator_meetings.records(view.meetings, view.zone, wide)
    return [Record(each.id, _batch_row(view, each)) for each in view.batches]


def _queue_row(view: View, each: QueueLine) -> Line:
    tone = ZONES.get(each.buffer, "")
    words = ("–" if each.campaign is None else each.buffer) if each.live else "paused" if each.released else "new"
    at = "DRY" if each.dry else view.clock(each.dry_at) if each.dry_at else "–"
    return line(
        (_part(QUEUES, 0, each.name), "strong" if each.campaign else ""),
        _part(QUEUES, 1, f"{each.on_hand:,}"),
        _part(QUEUES, 2, cover_words(each.cover_minutes)),
        _part(QUEUES, 3, f"{each.in_work:,}"),
        _part(QUEUES, 4, f"{each.people:,}"),
        (_part(QUEUES, 5, words), tone if each.campaign and each.live else "dim"),
        (_part(QUEUES, 6, at), "bad" if each.dry else ""),
        _part(QUEUES, 7, f"{each.proposed:,}" if each.proposed else "–"),
    )


def _list_row(each: ListLine) -> Line:
    purpose = each.purpose if each.purpose == "leads" else f"out: {each.purpose}"
    numbers = (each.rows, each.leads, each.duplicates, each.rejects)
    cells = [_part(LISTS, n, f"{value:,}") for n, value in enumerate(numbers, 1)]
    what = ("partial", "warn") if each.partial else (purpose, "dim")
    return line((_part(LISTS, 0, each.name), "strong"), *cells, (_part(LISTS, 5, what[0]), what[1]))


def _campaign_row(view: View, each: CampaignLine) -> Line:
    queue = view.queue(f"campaign {each.id}")
    state, tone = ("live", "good") if each.live else ("paused", "warn") if each.released else ("new", "dim")
    covered = view.coverage.get(each.id)
    if covered is not None and covered.ended:
        state, tone = "ended", "warn"
    elif each.live and queue is not None and queue.waits:
        state, tone = "waits", "warn"
    callers = ", ".join(each.callers) or "nobody"
    return line(
        (_part(CAMPAIGNS, 0, each.name), "strong"),
        _part(CAMPAIGNS, 1, f"{each.released:,}"),
        _part(CAMPAIGNS, 2, f"{view.proposed(each.id):,}" if view.proposed(each.id) else "–"),
        _part(CAMPAIGNS, 3, f"{each.daily_target:,}" if each.daily_target else "–"),
        (_part(CAMPAIGNS, 4, state), tone),
        _part(CAMPAIGNS, 5, callers),
    )


def _batch_row(view: View, each: BatchLine) -> Line:
    going = f"{each.findings.going:,}" if each.findings else "–"
    return line(
        _part(BATCHES, 0, f"#{each.id}"),
        (_part(BATCHES, 1, each.campaign_name), "strong"),
        (_part(BATCHES, 2, each.state), STATES.get(each.state, "")),
        _part(BATCHES, 3, f"{each.quantity:,}"),
        _part(BATCHES, 4, going),
        _part(BATCHES, 5, f"{each.released:,}"),
        _part(BATCHES, 6, view.clock(each.created_at, "%d %b")),
    )
