"""The pane in front: which of them it is, its rows, and what the row under the cursor stands for. Each pane's acts
stand on it."""

from __future__ import annotations

from functools import partial

from textual import on

from salesdesk.desk.batches import BatchLine
from salesdesk.desk.local import Desk
from salesdesk.desk.objections import Objections
from salesdesk.screens.coordinator_details import detail
from salesdesk.screens.coordinator_panes import (
    BATCHES,
    CAMPAIGNS,
    EMPTY,
    MEETINGS,
    PANES,
    QUEUES,
    View,
    head,
    records,
    tabs,
)
from salesdesk.screens.coordinator_rows import Rows
from salesdesk.screens.dialogs import Page
from salesdesk.screens.forms import FormStation
from salesdesk.screens.list_form import Asker
from salesdesk.widgets.lines import Lines, line, rule
from salesdesk.widgets.record_list import RecordList


class Front(FormStation):
    """Panes over one list of rows. `reload` reads what the pane in front shows, and ends with `paint`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.pane = QUEUES
        self.view = View(zone=desk.settings.zone)
        self.asker = Asker(desk)
        self._pointed: dict[str, object] = {}

    @property
    def rows(self) -> Rows:
        """The rows of the pane in front."""
        return self.query_one(Rows)

    def paint(self) -> None:
        """Show what was read."""
        if not self.is_mounted:
            return
        self.query_one("#tabs", Lines).show([tabs(self.pane)])
        wide = self.has_class("-wide")
        self.rows.show_records(records(self.pane, self.view, wide), head(self.pane, wide))
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
        self.turn_to(PANES[int(key) - 1])

    def action_next_pane(self) -> None:
        """Show the next pane."""
        self.turn_to(PANES[(PANES.index(self.pane) + 1) % len(PANES)])

    def action_previous_pane(self) -> None:
        """Show the pane before."""
        self.turn_to(PANES[PANES.index(self.pane) - 1])

    def turn_to(self, pane: str, point: object = None) -> None:
        """Show a pane, with the cursor on the row that is named, or where it was."""
        self.pane = pane
        self.say("")
        self.read(lambda: self._arrive(point if point is not None else self._pointed.get(pane)), "load")

    async def _arrive(self, point: object) -> None:
        await self.reload()
        self.rows.point(point)

    def show_meetings(self) -> None:
        """Go to the meetings."""
        self.pane = MEETINGS
        self.read(self.reload, "load")

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
        if isinstance(key, int) and pane == CAMPAIGNS:
            self.read(partial(self._open_campaign, key), "open")
        elif key is not None:
            self._show(pane, key)

    async def _open_campaign(self, campaign: int) -> None:
        self.view.objections[campaign] = await self.ask(Objections(campaign=campaign))
        self._show(CAMPAIGNS, campaign)

    def _show(self, pane: str, key: object) -> None:
        self.app.push_screen(Page(pane.upper(), lambda width: detail(pane, key, self.view, width)))

    # what the row under the cursor is -------------------------------------------------------------------------------

    def campaign_here(self) -> int | None:
        """The campaign that the row under the cursor belongs to."""
        key = self.rows.chosen
        if self.pane == QUEUES:
            found = self.view.queue(key)
            return found.campaign if found else None
        if self.pane == CAMPAIGNS:
            return key if isinstance(key, int) else None
        batch = self.batch_here()
        return batch.campaign if batch else None

    def batch_here(self) -> BatchLine | None:
        """The batch under the cursor, if the pane shows batches."""
        return self.view.batch(self.rows.chosen) if self.pane == BATCHES else None
