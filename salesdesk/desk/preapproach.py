"""What goes out before a campaign's calls: it was sent, it will be sent, or not after all; calls open accordingly."""

from __future__ import annotations

import json
from datetime import date

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.campaigns import campaign_of, pre_approach_of
from salesdesk.desk.eligibility import pre_approach
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line.text import clean
from salesdesk.store import campaigns


class SetPreApproach(Write[Done]):
    """What goes out before a campaign's calls, and when."""

    campaign: int = Field(description="the campaign")
    pre_approach: str = Field(
        "sent today", max_length=60, description="sent today, sent 2026-12-01, mail 2026-12-01 +2, package, or none"
    )


@operation(roles=LEADERS, effect=WRITE)
def set_pre_approach(floor: Floor, me: Person, ask: SetPreApproach) -> Done:
    """Say that a campaign's mail or package was or will be sent; until it has arrived none of its leads is served but
    promises and whoever asked for us."""
    campaign = campaign_of(floor, ask.campaign, in_turn=True)
    meant = pre_approach_of(floor, ask.pre_approach, pre_approach(campaign))
    concept = json.dumps(campaign.form | {"pre_approach": meant.stored()})
    opens_at = meant.opens_at(floor.settings.zone)
    campaigns.set_concept(floor.session, campaign.id, concept, opens_at)
    facts.record(floor, "pre_approach", me.id, campaign_id=campaign.id, opens_at=opens_at)
    waits = meant.waiting(date.fromisoformat(floor.day))
    return Done(note=f"{clean(campaign.name)}: {meant.told()}{'; its leads wait till then' if waits else ''}")
