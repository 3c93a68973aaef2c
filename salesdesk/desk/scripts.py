"""Scripts that change while their campaign runs: the next lead shows the new version, start pages tell of it."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line import merge
from salesdesk.line.text import clean
from salesdesk.store import campaigns


class ChangeScript(Write[Done]):
    """A new text for a script variant."""

    campaign: int = Field(description="the campaign")
    script: str = Field(min_length=1, max_length=6000, description="the script, with {{first_name}} and so on")
    variant: str = Field("A", max_length=1, description="a variant that the campaign has")


@operation(roles=LEADERS, effect=WRITE)
def change_script(floor: Floor, me: Person, ask: ChangeScript) -> Done:
    """Write a new version of a script variant; callers see it with their next lead, and on their next start page."""
    campaign = campaign_of(floor, ask.campaign)
    known = campaigns.variants(floor.session, campaign.id)
    if ask.variant not in known:
        named = ", ".join(known)
        raise BadRequest(
            "unknown_variant", f"{clean(campaign.name)} has no script {clean(ask.variant)}; it has {named}"
        )
    try:
        merge.fields_used(ask.script)
    except merge.MergeError as error:
        raise BadRequest("bad_script", f"script: {error}") from None
    version = campaigns.add_script(floor.session, campaign.id, ask.variant, ask.script, floor.now)
    facts.record(floor, "script_changed", me.id, campaign_id=campaign.id, variant=ask.variant, version=version)
    return Done(note=f"{clean(campaign.name)}: script {ask.variant} is now version {version}")
