"""The coordinator's batches: drafted, checked, released after a confirm, and closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from salesdesk.desk.batches import BatchLine, CheckBatch, DraftBatch
from salesdesk.desk.releasing import CloseBatch, ReleaseBatch
from salesdesk.screens import batch_form, coordinator_words
from salesdesk.screens.coordinator_front import Front
from salesdesk.screens.coordinator_panes import BATCHES
from salesdesk.screens.dialogs import Confirm

TYPE_THE_NUMBER = 1000
"""Above so many leads a release wants their number typed."""
NAMED = 6
"""Callers whom a release names."""


class BatchKeys(Front):
    """What may be done with batches."""

    def action_draft(self) -> None:
        """Draft a batch."""
        if not any(each.campaign for each in self.view.queues):
            self.say(f"there is no campaign yet; {self.cap('new_campaign')} makes one")
            return

        async def go(answers: dict[str, str]) -> None:
            campaign = batch_form.campaign_named([q for q in self.view.queues if q.campaign], answers["campaign"])
            quantity = coordinator_words.count_of(answers["quantity"])
            made = await self.ask(DraftBatch(campaign=campaign.campaign or 0, quantity=quantity))
            self.drafts.pop("draft", None)
            self.turn_to(BATCHES, made.batch)
            free = f"{made.available:,} leads of its segment are free"
            self.say(
                f"batch #{made.batch}: up to {made.quantity:,} leads, {free}; {self.cap('check')} checks it", "good"
            )

        asked = batch_form.draft_questions(self.view.queues, self.campaign_here())
        self.form("draft", "DRAFT A BATCH", asked, go, "drafts it")

    def _with_batch(self, job: Callable[[BatchLine], None]) -> None:
        batch = self.batch_here()
        if batch is None:
            self.say("go to a batch first (4)")
        else:
            job(batch)

    def action_check(self) -> None:
        """Check a batch."""
        self._with_batch(self._check)

    def _check(self, batch: BatchLine) -> None:
        def checked(reply: Any) -> None:
            self.turn_to(BATCHES, batch.id)
            self.say(
                f"{reply.going:,} of {reply.considered:,} go"
                + (f"; {self.cap('release')} releases" if reply.going else ""),
                "good",
            )

        self.work(f"CHECKING #{batch.id}", CheckBatch(batch=batch.id), "", checked, "the batch stays a draft")

    def action_release(self) -> None:
        """Release a checked batch, after a confirm."""
        self._with_batch(self._release)

    def _release(self, batch: BatchLine) -> None:
        if batch.findings is None or batch.state not in ("checked", "releasing"):
            hint = f"{self.cap('check')} checks it" if batch.state == "draft" else "there is nothing to release"
            self.say(f"batch #{batch.id} is {batch.state}; {hint}")
            return
        count = batch.left
        if not count:
            self.say(f"no lead of batch #{batch.id} may be called; {self.cap('open')} shows why", "warn")
            return
        sentences = [
            f"Put {count:,} leads of {batch.campaign_name} on the floor?",
            f"{self._callers(batch)} will call them; {batch.findings.callable_now:,} may be called now.",
        ]
        covered = self.view.coverage.get(batch.campaign)
        ended = covered is not None and covered.ended
        if covered is not None and ended:
            sentences.append(f"{covered.sentence}.")
        number = count if count > TYPE_THE_NUMBER else None

        def agreed(yes: bool | None) -> None:
            if yes:
                self.work(f"RELEASING #{batch.id}", ReleaseBatch(batch=batch.id, anyway=ended), "", self._noted)
            else:
                self.say("nothing was released")

        self.app.push_screen(Confirm(f"RELEASE BATCH #{batch.id}", sentences, f"release {count:,}", number), agreed)

    def _callers(self, batch: BatchLine) -> str:
        """Who calls in the batch's campaign: six of them by name."""
        campaign = self.view.campaign(batch.campaign)
        callers = campaign.callers if campaign else ()
        more = len(callers) - NAMED
        return (", ".join(callers[:NAMED]) or "nobody yet") + (f" and {more} more" if more > 0 else "")

    def _noted(self, reply: Any) -> None:
        self.turn_to(BATCHES, reply.batch)
        self.say(reply.note, "good")

    def action_close_batch(self) -> None:
        """Close a batch, after a confirm."""
        self._with_batch(self._close)

    def _close(self, batch: BatchLine) -> None:
        left = f"Its {batch.released:,} released leads that nobody was dealt go back to the house list."
        sentences = (
            f"Close batch #{batch.id} of {batch.campaign_name}?",
            left if batch.released else "It is only a draft.",
        )

        def closed(reply: Any) -> None:
            self.turn_to(BATCHES, batch.id)
            self.say(f"batch #{batch.id} is closed; {reply.taken_back:,} leads went back", "good")

        def agreed(yes: bool | None) -> None:
            if yes:
                self.work(f"CLOSING #{batch.id}", CloseBatch(batch=batch.id), "", closed)
            else:
                self.say("nothing was closed")

        self.app.push_screen(Confirm(f"CLOSE BATCH #{batch.id}", sentences, "close it"), agreed)
