"""The coordinator's station: keep every queue full. Queues, lists, campaigns and batches, by keys alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from textual import on
from textual.app import ComposeResult

from salesdesk.desk.batches import BatchLine, CheckBatch, DraftBatch, ShowBatches
from salesdesk.desk.campaigns import PauseCampaign, ShowCampaigns
from salesdesk.desk.coverage import Coverage
from salesdesk.desk.defects import ListDefects, ListQuality
from salesdesk.desk.explaining import WhyDry
from salesdesk.desk.invites import ListMeetings, MeetingLine
from salesdesk.desk.lists import Imported, ShowLists, ShowRejects
from salesdesk.desk.local import Desk
from salesdesk.desk.people import SignIn, SignOut
from salesdesk.desk.queues import QueueCover
from salesdesk.desk.releasing import CloseBatch, ReleaseBatch
from salesdesk.desk.serving import Heartbeat
from salesdesk.screens import batch_form, campaign_form, coordinator_words, list_form
from salesdesk.screens.asking import Draft
from salesdesk.screens.coordinator_details import detail, rejects
from salesdesk.screens.coordinator_facts import defect_rows
from salesdesk.screens.coordinator_meetings import MeetingKeys
from salesdesk.screens.coordinator_panes import (
    BATCHES,
    CAMPAIGNS,
    EMPTY,
    LISTS,
    MEETINGS,
    PANES,
    QUEUES,
    View,
    head,
    records,
    tabs,
)
from salesdesk.screens.coordinator_rows import Rows
from salesdesk.screens.dialogs import Confirm, Page
from salesdesk.screens.first_lead import FirstLead
from salesdesk.screens.list_form import Asker
from salesdesk.widgets.lines import Line, Lines, line, rule
from salesdesk.widgets.record_list import RecordList

FACTS = ("bad records", "coverage", "penetration", "decision makers")
TYPE_THE_NUMBER = 1000
"""Above so many leads a release wants their number typed."""
LOOK_AGAIN = 10
"""Seconds after which queues are read again though nothing happened: windows open and close by the clock."""


class CoordinatorScreen(MeetingKeys):
    """Five panes over one list of rows. Forms are dialogs over it; what was answered half-way is kept in `drafts`."""

    station = "coordinator"
    CSS_PATH = "coordinator.tcss"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pane = QUEUES
        self.view = View(zone=desk.settings.zone)
        self.asker = Asker(desk)
        self._pointed: dict[str, object] = {}
        self._read_at = self._covered_at = 0
        self._way: FirstLead | None = None

    def body(self) -> ComposeResult:
        yield Lines(id="tabs", indent=0)
        yield Rows(id="rows")
        yield Lines(id="detail")

    @property
    def rows(self) -> Rows:
        """The rows of the pane in front."""
        return self.query_one(Rows)

    def status(self) -> Line:
        dry = [
            each.name for each in self.view.queues if each.live and each.people and not each.on_hand and each.campaign
        ]
        words = [("  DRY: " + ", ".join(dry), "bad")] if dry else [("  " + self.desk.settings.name, "dim")]
        return line(("CAMPAIGNS ", "strong"), self.desk.person.name, *words)

    def off(self) -> Collection[str]:
        here: dict[str, set[str]] = {
            QUEUES: {"why", "draft", "pause_campaign", "assign"},
            LISTS: {"rejects", "defects"},
            CAMPAIGNS: {"draft", "pause_campaign", "assign", "why"},
            BATCHES: {"check", "release", "close_batch", "draft"},
            MEETINGS: set(self.MEETING_KEYS),
        }
        every = set().union(*here.values())
        return every - here[self.pane]

    def figures(self) -> Collection[str]:
        return ("queue cover", "on hand", "buffer", "stock target", "proposed release", "dry forecast",
                *FACTS)  # fmt: skip

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
        self._paint()

    async def _learn_coverage(self) -> None:
        """How far campaigns have come: counted anew at most every ten seconds, since large ones take a moment."""
        if not 0 <= self._read_at - self._covered_at < LOOK_AGAIN:
            self.view.coverage = {each.campaign: each for each in (await self.ask(Coverage())).campaigns}
            self._covered_at = self._read_at

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        self.query_one("#tabs", Lines).show([tabs(self.pane)])
        made = records(self.pane, self.view)
        self.rows.show_records(made, head(self.pane))
        self._tell()
        self.repaint_bars()

    def _tell(self) -> None:
        key = self.rows.chosen
        panel = self.query_one("#detail", Lines)
        nothing_yet = self.pane == QUEUES and not any(each.campaign for each in self.view.queues)
        if key is None or nothing_yet:
            panel.show([rule(""), line((EMPTY[self.pane], "dim"))])
        else:
            panel.draw(lambda width, _height: [rule(""), *detail(self.pane, key, self.view, width)])

    @on(RecordList.Pointed)
    def _point(self, event: RecordList.Pointed) -> None:
        self._pointed[self.pane] = event.id
        self._tell()

    @on(RecordList.Chosen)
    def _chosen(self) -> None:
        self.action_open()

    # moving ---------------------------------------------------------------------------------------------------------

    def action_pane(self, key: str) -> None:
        """Show one of the panes by its number."""
        self._turn_to(PANES[int(key) - 1])

    def action_next_pane(self) -> None:
        """Show the next pane."""
        self._turn_to(PANES[(PANES.index(self.pane) + 1) % len(PANES)])

    def action_previous_pane(self) -> None:
        """Show the pane before."""
        self._turn_to(PANES[PANES.index(self.pane) - 1])

    def _turn_to(self, pane: str, point: object = None) -> None:
        self.pane, self._covered_at = pane, 0
        self.say("")
        self.read(lambda: self._arrive(point if point is not None else self._pointed.get(pane)), "load")

    async def _arrive(self, point: object) -> None:
        await self.reload()
        self.rows.point(point)

    def show_checked(self, campaign: int | None) -> None:
        """Go to the batch of a campaign that waits to be released."""
        self.pane = BATCHES

        async def arrive() -> None:
            await self.reload()
            mine = (each for each in self.view.batches if each.campaign == campaign and each.state == "checked")
            self.rows.point(next((each.id for each in mine), None))

        self.read(arrive, "load")

    def action_up(self) -> None:
        """Go to the row above."""
        self.rows.action_move(-1)

    def action_down(self) -> None:
        """Go to the row below."""
        self.rows.action_move(1)

    def action_open(self) -> None:
        """Read all there is about a row."""
        key, pane = self.rows.chosen, self.pane
        if key is not None:
            self.app.push_screen(Page(pane.upper(), lambda width: detail(pane, key, self.view, width)))

    # what the row under the cursor is -------------------------------------------------------------------------------

    def _campaign(self) -> int | None:
        """The campaign that the row under the cursor belongs to."""
        key = self.rows.chosen
        if self.pane == QUEUES:
            found = self.view.queue(key)
            return found.campaign if found else None
        if self.pane == CAMPAIGNS:
            return key if isinstance(key, int) else None
        batch = self._batch()
        return batch.campaign if batch else None

    def _batch(self) -> BatchLine | None:
        """The batch under the cursor, if the pane shows batches."""
        return self.view.batch(self.rows.chosen) if self.pane == BATCHES else None

    def meeting(self) -> MeetingLine | None:
        return self.view.meeting(self.rows.chosen) if self.pane == MEETINGS else None

    def _called(self, campaign: int) -> str:
        return next((each.name for each in self.view.campaigns if each.id == campaign), f"campaign {campaign}")

    # queues and lists -----------------------------------------------------------------------------------------------

    def action_why(self) -> None:
        """Say why a queue is dry."""
        key = self.rows.chosen
        if self.pane == CAMPAIGNS:
            key = f"campaign {key}"
            self._turn_to(QUEUES, key)
        found = self.view.queue(key)
        if found is None:
            self.say("go to a queue first (1)")
            return

        async def ask() -> None:
            asked = WhyDry(station=found.station, campaign=found.campaign)
            self.view.dryness = {str(key): await self.ask(asked)}
            self._paint()

        self.read(ask, "why")

    def action_rejects(self) -> None:
        """Show the rejected rows of a list."""
        key = self.rows.chosen
        if self.pane != LISTS or not isinstance(key, int):
            self.say("go to a list first (2)")
            return
        list_id = key

        async def show() -> None:
            found = (await self.ask(ShowRejects(list_id=list_id))).rejects
            if found:
                await self.app.push_screen(Page("ROWS NOT TAKEN IN", lambda width: rejects(found, width)))
            else:
                self.say("no row of this list was rejected", "good")

        self.read(show, "rejects")

    def action_defects(self) -> None:
        """Show the open defects of a list."""
        key = self.rows.chosen
        if self.pane != LISTS or not isinstance(key, int):
            self.say("go to a list first (2)")
            return
        list_id, here = key, self.view.zone

        async def show() -> None:
            found = (await self.ask(ListDefects(list_id=list_id))).defects
            if found:
                await self.app.push_screen(Page("OPEN DEFECTS", lambda width: defect_rows(found, here, width)))
            else:
                self.say("this list has no open defect", "good")

        self.read(show, "defects")

    def action_import_list(self) -> None:
        """Import a list from a file."""

        async def go(answers: dict[str, str]) -> None:
            request = await list_form.import_request(self.asker, answers)
            self.work("IMPORTING", request, "import_list", self._imported)

        self.form("import_list", "IMPORT A LIST", list_form.import_questions(self.asker), go, "imports")

    def _imported(self, reply: Imported) -> None:
        self.asker.forget()
        parts = [f"{reply.leads:,} leads of {reply.rows:,} rows", f"{reply.callable:,} callable"]
        parts += [
            f"{count:,} {word}"
            for count, word in (
                (reply.duplicates, "duplicates"),
                (reply.rejects, "rejects (j)"),
                (reply.put_aside, "released leads put aside"),
            )
            if count
        ]
        self._turn_to(LISTS, reply.list_id)
        self.say(", ".join(parts), "good")

    def action_first_lead(self) -> None:
        """Go from a file to the first served lead."""
        if self._way is None:
            draft = self.drafts.setdefault("first_lead", Draft())
            self._way = FirstLead(self.app, self.desk, draft, self._served, lambda why: self.say(why, "warn"))
        self._way.begin()

    def _served(self, note: str) -> None:
        self._way = None
        self._turn_to(BATCHES)
        self.say(note, "good")
        if "sdr" in self.desk_app.seats:
            self.act(lambda: self.desk_app.action_go("sdr"))

    # campaigns ------------------------------------------------------------------------------------------------------

    def action_new_campaign(self) -> None:
        """Write a campaign."""

        async def go(answers: dict[str, str]) -> None:
            created = await self.ask(await campaign_form.campaign_request(self.asker, answers))
            self.drafts.pop("new_campaign", None)
            self._turn_to(CAMPAIGNS, created.campaign)
            self.say(f"{created.name} is there; b drafts its first batch", "good")

        self.form("new_campaign", "NEW CAMPAIGN", campaign_form.campaign_questions(self.asker), go, "creates it")

    def action_pause_campaign(self) -> None:
        """Stop or go on serving a campaign."""
        campaign = self._campaign()
        found = self.view.campaign(campaign)
        if campaign is None or found is None:
            self.say("go to a campaign first (3)")
            return

        async def change() -> None:
            self.say((await self.ask(PauseCampaign(campaign=campaign, live=not found.live))).note, "good")
            await self.reload()

        self.act(change)

    def action_assign(self) -> None:
        """Change who works in a campaign."""
        campaign = self._campaign()
        if campaign is None:
            self.say("go to a campaign first (3)")
            return

        async def go(answers: dict[str, str]) -> None:
            self.say((await self.ask(batch_form.assign_request(answers, campaign))).note, "good")
            self.drafts.pop("assign", None)
            await self.reload()

        self.drafts.pop("assign", None)
        name = self._called(campaign)
        self.form("assign", "WHO CALLS", batch_form.assign_questions(self.asker, name), go, "assigns")

    # batches --------------------------------------------------------------------------------------------------------

    def action_draft(self) -> None:
        """Draft a batch."""
        if not any(each.campaign for each in self.view.queues):
            self.say("there is no campaign yet; c makes one")
            return

        async def go(answers: dict[str, str]) -> None:
            campaign = batch_form.campaign_named([q for q in self.view.queues if q.campaign], answers["campaign"])
            quantity = coordinator_words.count_of(answers["quantity"])
            made = await self.ask(DraftBatch(campaign=campaign.campaign or 0, quantity=quantity))
            self.drafts.pop("draft", None)
            self._turn_to(BATCHES, made.batch)
            free = f"{made.available:,} leads of its segment are free"
            self.say(f"batch #{made.batch}: up to {made.quantity:,} leads, {free}; k checks it", "good")

        self.form(
            "draft", "DRAFT A BATCH", batch_form.draft_questions(self.view.queues, self._campaign()), go, "drafts it"
        )

    def action_check(self) -> None:
        """Check a batch."""
        batch = self._batch()
        if batch is None:
            self.say("go to a batch first (4)")
            return

        def checked(reply: Any) -> None:
            self._turn_to(BATCHES, batch.id)
            self.say(f"{reply.going:,} of {reply.considered:,} go" + ("; r releases" if reply.going else ""), "good")

        self.work(f"CHECKING #{batch.id}", CheckBatch(batch=batch.id), "", checked, "the batch stays a draft")

    def action_release(self) -> None:
        """Release a checked batch, after a confirm."""
        batch = self._batch()
        if batch is None:
            self.say("go to a batch first (4)")
            return
        if batch.findings is None or batch.state not in ("checked", "releasing"):
            hint = "k checks it" if batch.state == "draft" else "there is nothing to release"
            self.say(f"batch #{batch.id} is {batch.state}; {hint}")
            return
        count = batch.findings.going if batch.state == "checked" else batch.quantity - batch.released
        if not count:
            self.say(f"no lead of batch #{batch.id} may be called; Enter shows why", "warn")
            return
        who = self.view.campaign(batch.campaign)
        names = (
            ", ".join(who.callers[:6]) + (f" and {len(who.callers) - 6} more" if len(who.callers) > 6 else "")
            if who
            else ""
        )
        sentences: tuple[str, ...] = (
            f"Put {count:,} leads of {batch.campaign_name} on the floor?",
            f"{names or 'nobody yet'} will call them; {batch.findings.callable_now:,} may be called now.",
        )
        covered = self.view.coverage.get(batch.campaign)
        ended = covered is not None and covered.ended
        if covered is not None and ended:
            sentences = (*sentences, f"{covered.sentence}.")
        number = count if count > TYPE_THE_NUMBER else None

        def agreed(yes: bool | None) -> None:
            if yes:
                self.work(f"RELEASING #{batch.id}", ReleaseBatch(batch=batch.id, anyway=ended), "", self._noted)
            else:
                self.say("nothing was released")

        self.app.push_screen(Confirm(f"RELEASE BATCH #{batch.id}", sentences, f"release {count:,}", number), agreed)

    def action_close_batch(self) -> None:
        """Close a batch, after a confirm."""
        batch = self._batch()
        if batch is None:
            self.say("go to a batch first (4)")
            return
        left = f"Its {batch.released:,} released leads that nobody was dealt go back to the house list."
        sentences = (
            f"Close batch #{batch.id} of {batch.campaign_name}?",
            left if batch.released else "It is only a draft.",
        )

        def closed(reply: Any) -> None:
            self._turn_to(BATCHES, batch.id)
            self.say(f"batch #{batch.id} is closed; {reply.taken_back:,} leads went back", "good")

        def agreed(yes: bool | None) -> None:
            if yes:
                self.work(f"CLOSING #{batch.id}", CloseBatch(batch=batch.id), "", closed)
            else:
                self.say("nothing was closed")

        self.app.push_screen(Confirm(f"CLOSE BATCH #{batch.id}", sentences, "close it"), agreed)

    def _noted(self, reply: Any) -> None:
        self._turn_to(BATCHES, reply.batch)
        self.say(reply.note, "good")
