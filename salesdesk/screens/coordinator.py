"""The coordinator's station: keep every queue full. Queues, lists, campaigns and batches, by keys alone."""

from __future__ import annotations

from collections.abc import Collection

from textual.app import ComposeResult

from salesdesk.desk.batches import ShowBatches
from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.coverage import Coverage
from salesdesk.desk.defects import ListQuality
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.invites import ListMeetings, MeetingLine
from salesdesk.desk.lists import ShowLists
from salesdesk.desk.local import Desk
from salesdesk.desk.people import SignIn, SignOut
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.queues import QueueCover
from salesdesk.screens.asking import Draft
from salesdesk.screens.coordinator_batches import BatchKeys
from salesdesk.screens.coordinator_campaigns import CampaignKeys
from salesdesk.screens.coordinator_lists import ListKeys
from salesdesk.screens.coordinator_meetings import MeetingKeys
from salesdesk.screens.coordinator_panes import BATCHES, CAMPAIGNS, FIGURES, LISTS, MEETINGS, QUEUES
from salesdesk.screens.coordinator_rows import Rows
from salesdesk.screens.first_lead import FirstLead
from salesdesk.widgets.lines import Line, Lines, line

LOOK_AGAIN = 10
"""Seconds after which queues are read again though nothing happened: windows open and close by the clock."""


class CoordinatorScreen(ListKeys, CampaignKeys, BatchKeys, MeetingKeys):
    """Five panes over one list of rows. Forms are dialogs over it; what was answered half-way is kept in `drafts`."""

    station = "coordinator"
    CSS_PATH = "coordinator.tcss"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._read_at = self._covered_at = 0
        self._way: FirstLead | None = None

    def body(self) -> ComposeResult:
        yield Lines(id="tabs", indent=0)
        yield Rows(id="rows")
        yield Lines(id="detail")

    def status(self) -> Line:
        dry = [each.name for each in self.view.queues if each.dry]
        words = [("  DRY: " + ", ".join(dry), "bad")] if dry else [("  " + self.desk.settings.name, "dim")]
        return line(("CAMPAIGNS ", "strong"), self.desk.person.name, *words)

    def off(self) -> Collection[str]:
        here: dict[str, set[str]] = {
            QUEUES: {"why", "draft", "pause_campaign", "pre_approach", "assign", "takers", "end"},
            LISTS: {"rejects", "defects"},
            CAMPAIGNS: {"draft", "pause_campaign", "pre_approach", "assign", "takers", "end", "why"},
            BATCHES: {"check", "release", "close_batch", "draft"},
            MEETINGS: set(self.MEETING_KEYS),
        }
        every = set().union(*here.values())
        return every - here[self.pane]

    def figures(self) -> Collection[str]:
        return FIGURES[self.pane]

    # reading --------------------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        self.rows.focus()
        if "coordinator" in self.desk.person.roles:
            await self.ask(SignIn(station=self.station))
        await self.reload()

    async def beat(self) -> None:
        if "coordinator" in self.desk.person.roles:
            await self.ask(Heartbeat())

    async def leave(self) -> None:
        await self.ask(SignOut())

    async def moved(self) -> None:
        await self.reload()

    def tick(self, now: int) -> None:
        if self.pane == QUEUES and not 0 <= now - self._read_at < LOOK_AGAIN:
            self._read_at = now
            self.read(self.reload, "load")

    async def reload(self) -> None:
        self._read_at = self.desk.now()
        covers = await self.ask(QueueCover())
        self.view.queues, self.view.zone = covers.queues, covers.zone
        if self.pane in (LISTS, CAMPAIGNS):
            self.view.lists = (await self.ask(ShowLists())).lists
        if self.pane == LISTS:
            quality = await self.ask(ListQuality())
            self.view.quality = {each.list_id or 0: each for each in quality.lists}
            self.view.suppliers = {each.supplier: each for each in quality.suppliers}
        if self.pane == MEETINGS:
            self.view.meetings = (await self.ask(ListMeetings())).meetings
        elif self.pane != LISTS:
            self.view.campaigns = (await self.ask(ShowCampaigns())).campaigns
        if self.pane in (BATCHES, CAMPAIGNS):
            self.view.batches = (await self.ask(ShowBatches())).batches
            await self._learn_coverage()
        self.paint()

    async def _learn_coverage(self) -> None:
        """How far campaigns have come: counted anew at most every ten seconds, since large ones take a moment."""
        if not 0 <= self._read_at - self._covered_at < LOOK_AGAIN:
            self.view.coverage = {each.campaign: each for each in (await self.ask(Coverage())).campaigns}
            self._covered_at = self._read_at

    def turn_to(self, pane: str, point: object = None) -> None:
        self._covered_at = 0
        super().turn_to(pane, point)

    def meeting(self) -> MeetingLine | None:
        return self.view.meeting(self.rows.chosen) if self.pane == MEETINGS else None

    def action_why(self) -> None:
        """Say why a queue is dry."""
        key = self.rows.chosen
        if self.pane == CAMPAIGNS:
            key = f"campaign {key}"
            self.turn_to(QUEUES, key)
        found = self.view.queue(key)
        if found is None:
            self.say("go to a queue first (1)")
            return

        async def ask() -> None:
            asked = WhyDry(station=found.station, campaign=found.campaign)
            self.view.dryness = {str(key): await self.ask(asked)}
            self.paint()

        self.read(ask, "why")

    def action_first_lead(self) -> None:
        """Go from a file to the first served lead."""
        if self._way is None:
            draft = self.drafts.setdefault("first_lead", Draft())
            self._way = FirstLead(self.app, self.desk, draft, self._served, lambda why: self.say(why, "warn"))
        self._way.begin()

    def _served(self, note: str) -> None:
        self._way = None
        self.turn_to(BATCHES)
        self.say(note, "good")
        if "sdr" in self.desk_app.seats:
            self.act(lambda: self.desk_app.action_go("sdr"))
