"""From a file to the first served lead in one go: seven answers; import, campaign, check and release follow.

What the floor already did is not done twice: after a no, the same answers go on from where they stood.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError
from textual.app import App

from salesdesk.desk.batches import CheckBatch, DraftBatch, Findings
from salesdesk.desk.campaigns import CreateCampaign
from salesdesk.desk.errors import Refused
from salesdesk.desk.lists import Imported
from salesdesk.desk.local import Desk
from salesdesk.desk.releasing import ReleaseBatch, Released
from salesdesk.desk.segmenting import Segment
from salesdesk.line.queues import clock
from salesdesk.screens import campaign_form, coordinator_words, list_form
from salesdesk.screens.asking import Draft, Question, Questionnaire
from salesdesk.screens.dialogs import Confirm, Ended, Working
from salesdesk.screens.list_form import Asker
from salesdesk.store.session import StoreError

FIRST_BATCH = 1000
"""Leads of the first batch at most."""
MOST_CAUSES = 3


def questions(asker: Asker) -> tuple[Question, ...]:
    """File, offer, opening and script have no default; everything else is taken with Enter."""
    return (
        list_form.path_question(asker),
        list_form.country_question(asker),
        campaign_form.OFFER,
        campaign_form.OPENING,
        campaign_form.SCRIPT,
        campaign_form.HOURS,
        campaign_form.target_question([]),
    )


class FirstLead:
    """The way of a newcomer. `done` hears the note of the release, `stopped` a sentence when it ends before."""

    def __init__(
        self, app: App[Any], desk: Desk, draft: Draft, done: Callable[[str], None], stopped: Callable[[str], None]
    ) -> None:
        self._app, self._desk, self._draft = app, desk, draft
        self._done, self._stopped = done, stopped
        self._asker = Asker(desk)
        self._given: dict[str, str] = {}
        self._lists: dict[str, int] = {}
        self._campaign_id: int | None = None
        self._drafted: tuple[dict[str, str], int] | None = None

    def begin(self) -> None:
        """Ask, or go on asking."""
        form = Questionnaire("YOUR FIRST LEAD", questions(self._asker), self._draft, last="imports and checks")
        self._app.push_screen(form, self._answered)

    def _answered(self, given: dict[str, str] | None) -> None:
        if given is None:
            self._stopped("your answers are kept; go on whenever you like")
            return
        self._given = given
        if given["path"] in self._lists:
            self._write()
        else:
            self._work(self._import)

    def _work(self, step: Callable[[], Any]) -> None:
        self._app.run_worker(self._guarded(step), group="first-lead", exit_on_error=False)

    async def _guarded(self, step: Callable[[], Any]) -> None:
        try:
            await step()
        except Refused as no:
            self._stopped(no.message)
        except (coordinator_words.Unclear, StoreError) as error:
            self._stopped(str(error))
        except ValidationError as error:
            first = error.errors()[0]
            self._stopped(f"{' '.join(map(str, first['loc']))}: {first['msg']}")

    async def _import(self) -> None:
        request = await list_form.import_request(self._asker, self._given)
        self._app.push_screen(Working("IMPORTING", self._desk, request), self._imported)

    def _imported(self, ended: Ended[Imported] | None) -> None:
        if ended is None or ended.reply is None:
            self._stopped(ended.sentence if ended else "nothing was imported")
            return
        self._lists[self._given["path"]] = ended.reply.list_id
        self._asker.forget()
        self._write()

    def _write(self) -> None:
        self._work(self._campaign)

    async def _campaign(self) -> None:
        """Write the campaign and draft its first batch, once for these answers; other answers write it anew."""
        given, batch = self._drafted or ({}, 0)
        if given != self._given:
            self._campaign_id = (await self._desk.do(await self._concept())).campaign
            batch = (await self._desk.do(DraftBatch(campaign=self._campaign_id, quantity=FIRST_BATCH))).batch
            self._drafted = dict(self._given), batch
        request = CheckBatch(batch=batch)
        self._app.push_screen(Working("CHECKING", self._desk, request), self._checked)

    async def _concept(self) -> CreateCampaign:
        given = {"segment": "all"} | self._given
        request = await campaign_form.campaign_request(self._asker, given)
        mine = Segment(lists=(self._lists[self._given["path"]],))
        return request.model_copy(update={"segment": mine, "instead_of": self._campaign_id})

    def _checked(self, ended: Ended[Findings] | None) -> None:
        found = ended.reply if ended else None
        if found is None:
            self._stopped(ended.sentence if ended else "nothing was checked")
            return
        if not found.going:
            self._stopped(f"none of {found.considered:,} leads may go: {_kept_out(found) or 'the list has none'}")
            return
        kept = _kept_out(found)
        sentences = (
            f"{found.going:,} leads of {found.campaign} may go, {self._callable(found)}.",
            *([f"Kept out: {kept}."] if kept else []),
            f"That is {found.work_hours:,.1f} hours of work. Put them on the floor?",
        )

        def agreed(yes: bool | None) -> None:
            if yes:
                request = ReleaseBatch(batch=found.batch)
                self._app.push_screen(Working("RELEASING", self._desk, request), self._released)
            else:
                self._stopped("nothing was released; go on whenever you like")

        self._app.push_screen(Confirm("RELEASE", sentences, f"release {found.going:,}"), agreed)

    def _callable(self, found: Findings) -> str:
        """How many may be called now, or when the first may be."""
        first = next((each.at for each in found.hours if each.leads), None)
        if found.callable_now:
            return f"{found.callable_now:,} of them now"
        if first is None:
            return "none of them in the next 24 hours: they wait for their hours"
        return f"the first of them from {clock(first, self._desk.settings.zone, self._desk.now())}"

    def _released(self, ended: Ended[Released] | None) -> None:
        if ended is None or ended.reply is None:
            self._stopped(ended.sentence if ended else "nothing was released")
            return
        self._draft.clear()
        self._done(ended.reply.note)


def _kept_out(found: Findings) -> str:
    """What keeps leads out: the first causes by name, the others as one number, so that the figures add up."""
    parts = [f"{each.leads:,} {each.cause}" for each in found.causes[:MOST_CAUSES]]
    others = sum(each.leads for each in found.causes[MOST_CAUSES:])
    return "; ".join([*parts, f"{others:,} for other reasons"] if others else parts)
