"""The coordinator's campaigns: written, paused and resumed, and who calls in them."""

from __future__ import annotations

from salesdesk.desk.campaigns import PauseCampaign
from salesdesk.desk.ends import PreviewEnd, SetEnd
from salesdesk.desk.preapproach import SetPreApproach
from salesdesk.screens import batch_form, campaign_form
from salesdesk.screens.coordinator_front import Front
from salesdesk.screens.coordinator_panes import CAMPAIGNS
from salesdesk.screens.coordinator_words import end_of
from salesdesk.screens.dialogs import Confirm


class CampaignKeys(Front):
    """What may be done with campaigns."""

    def action_new_campaign(self) -> None:
        """Write a campaign."""

        async def go(answers: dict[str, str]) -> None:
            created = await self.ask(await campaign_form.campaign_request(self.asker, answers))
            self.drafts.pop("new_campaign", None)
            self.turn_to(CAMPAIGNS, created.campaign)
            self.say(f"{created.name} is there; b drafts its first batch", "good")

        self.form("new_campaign", "NEW CAMPAIGN", campaign_form.campaign_questions(self.asker), go, "creates it")

    def action_pause_campaign(self) -> None:
        """Stop or go on serving a campaign."""
        campaign = self.campaign_here()
        found = self.view.campaign(campaign)
        if campaign is None or found is None:
            self.say("go to a campaign first (3)")
            return

        async def change() -> None:
            self.say((await self.ask(PauseCampaign(campaign=campaign, live=not found.live))).note, "good")
            await self.reload()

        self.act(change)

    def action_pre_approach(self) -> None:
        """Say that a campaign's mail or package was sent, or when it will be."""
        found = self.view.campaign(self.campaign_here())
        if found is None:
            self.say("go to a campaign first (3)")
            return

        async def go(answers: dict[str, str]) -> None:
            request = SetPreApproach(campaign=found.id, pre_approach=answers["pre_approach"])
            self.say((await self.ask(request)).note, "good")
            self.drafts.pop("pre_approach", None)
            await self.reload()

        self.drafts.pop("pre_approach", None)
        asked = (campaign_form.sent_question(self.asker, found),)
        self.form("pre_approach", "BEFORE THE CALLS", asked, go, "says it")

    def action_takers(self) -> None:
        """Change who takes the meetings of a campaign."""
        found = self.view.campaign(self.campaign_here())
        if found is None:
            self.say("go to a campaign first (3)")
            return

        async def go(answers: dict[str, str]) -> None:
            request = await campaign_form.takers_request(self.asker, answers, found.id)
            self.say((await self.ask(request)).note, "good")
            self.drafts.pop("takers", None)
            await self.reload()

        self.drafts.pop("takers", None)
        asked = (campaign_form.takers_question(self.asker, found),)
        self.form("takers", "WHO TAKES THE MEETINGS", asked, go, "says so")

    def action_end(self) -> None:
        """Move the end of a campaign, after its effect was read."""
        found = self.view.campaign(self.campaign_here())
        if found is None:
            self.say("go to a campaign first (3)")
            return

        async def go(answers: dict[str, str]) -> None:
            ends_on, end_share = end_of(answers["end"])
            end = {"campaign": found.id, "ends_on": ends_on, "end_share": end_share}
            effect = (await self.ask(PreviewEnd.model_validate(end))).effect

            async def move() -> None:
                self.say((await self.ask(SetEnd.model_validate(end))).note, "good")
                self.turn_to(CAMPAIGNS, found.id)

            def agreed(yes: bool | None) -> None:
                if yes:
                    self.act(move)
                else:
                    self.say("its end was not moved")

            self.drafts.pop("end", None)
            self.app.push_screen(Confirm("WHEN IT ENDS", (f"{effect}.",), "move its end"), agreed)

        self.drafts.pop("end", None)
        self.form("end", "WHEN IT ENDS", (campaign_form.end_question(found),), go, "shows what that does")

    def action_assign(self) -> None:
        """Change who works in a campaign."""
        campaign = self.campaign_here()
        if campaign is None:
            self.say("go to a campaign first (3)")
            return

        async def go(answers: dict[str, str]) -> None:
            self.say((await self.ask(batch_form.assign_request(answers, campaign))).note, "good")
            self.drafts.pop("assign", None)
            await self.reload()

        self.drafts.pop("assign", None)
        name = next((each.name for each in self.view.campaigns if each.id == campaign), f"campaign {campaign}")
        self.form("assign", "WHO CALLS", batch_form.assign_questions(self.asker, name), go, "assigns")
