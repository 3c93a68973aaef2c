"""Who takes a campaign's meetings: everybody who may, or those whom the campaign names."""

from __future__ import annotations

import json

from pydantic import Field

from salesdesk.desk import diaries, facts
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line.text import clean
from salesdesk.store import campaigns


class SetExecutives(Write[Done]):
    """Who takes the meetings of a campaign from now on."""

    campaign: int = Field(description="the campaign")
    executives: tuple[str, ...] = Field((), description="their names; everybody who may when left out")


@operation(roles=LEADERS, effect=WRITE)
def set_executives(floor: Floor, me: Person, ask: SetExecutives) -> Done:
    """Change who takes a campaign's meetings; those that are booked stay where they are."""
    campaign = campaign_of(floor, ask.campaign, in_turn=True)
    chosen = diaries.able(floor, ask.executives, floor.sales_map(campaign.map_id), campaign.station)
    concept = json.dumps(campaign.form | {"executives": chosen})
    campaigns.set_concept(floor.session, campaign.id, concept, campaign.opens_at)
    facts.record(floor, "executives_set", me.id, campaign_id=campaign.id, executives=chosen)
    takers = ", ".join(clean(each.name) for each in diaries.executives_of(floor, campaign_of(floor, campaign.id)))
    everybody = "" if chosen else "everybody who may: "
    return Done(note=f"meetings of {clean(campaign.name)} are taken by {everybody}{takers or 'nobody yet'}")
