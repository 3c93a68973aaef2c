"""The coordinator's lists: rows in from a file, those that were not taken, and the defects that calls found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from salesdesk.desk.defects import ListDefects
from salesdesk.desk.lists import Imported, ShowRejects
from salesdesk.screens import list_form
from salesdesk.screens.coordinator_details import rejects
from salesdesk.screens.coordinator_facts import defect_rows
from salesdesk.screens.coordinator_front import Front
from salesdesk.screens.coordinator_panes import LISTS
from salesdesk.screens.dialogs import Page


class ListKeys(Front):
    """What may be done with lists."""

    def _with_list(self, job: Callable[[int], Awaitable[None]], group: str) -> None:
        key = self.rows.chosen
        if self.pane != LISTS or not isinstance(key, int):
            self.say("go to a list first (2)")
        else:
            self.read(partial(job, key), group)

    def action_rejects(self) -> None:
        """Show the rejected rows of a list."""
        self._with_list(self._show_rejects, "rejects")

    async def _show_rejects(self, list_id: int) -> None:
        found = (await self.ask(ShowRejects(list_id=list_id))).rejects
        count = next((each.rejects for each in self.view.lists if each.id == list_id), 0)
        if found:
            await self.app.push_screen(Page("ROWS NOT TAKEN IN", lambda width: rejects(found, count, width)))
        else:
            self.say("no row of this list was rejected", "good")

    def action_defects(self) -> None:
        """Show the open defects of a list."""
        self._with_list(self._show_defects, "defects")

    async def _show_defects(self, list_id: int) -> None:
        found, here = (await self.ask(ListDefects(list_id=list_id))).defects, self.view.zone
        if found:
            await self.app.push_screen(Page("OPEN DEFECTS", lambda width: defect_rows(found, here, width)))
        else:
            self.say("this list has no open defect", "good")

    def action_import_list(self) -> None:
        """Import a list from a file."""

        async def go(answers: dict[str, str]) -> None:
            request = await list_form.import_request(self.asker, answers)
            self.work("IMPORTING", request, "import_list", self._imported)

        self.form("import_list", "IMPORT A LIST", list_form.import_questions(self.asker), go, "imports")

    def _imported(self, reply: Imported) -> None:
        self.asker.forget()
        parts = [
            f"{_some(reply.leads, 'lead')} of {_some(reply.rows, 'row')}",
            f"{reply.callable:,} callable",
            f"not read: {', '.join(reply.unread)}" if reply.unread else "",
            _some(reply.duplicates, "duplicate") if reply.duplicates else "",
            f"{_some(reply.rejects, 'reject')} (j)" if reply.rejects else "",
            f"{_some(reply.put_aside, 'released lead')} put aside" if reply.put_aside else "",
            f"{_some(reply.emails_unread, 'e-mail')} unread" if reply.emails_unread else "",
        ]
        self.turn_to(LISTS, reply.list_id)
        self.say(", ".join(part for part in parts if part), "good")


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
