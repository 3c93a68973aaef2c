"""When a campaign ends: its end is moved after the release, with the effect told before."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk.campaigns import campaign_of, check_end_date
from salesdesk.desk.coverage import last_day, with_end, write_end
from salesdesk.desk.eligibility import ended
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line import ending
from salesdesk.line.text import clean
from salesdesk.store import blocks
from salesdesk.store.campaigns import CampaignRow

_STAYS = ("done", "promised", "held")
"""States of leads on which the end of their campaign does not bear."""


class PreviewEnd(Request["EndPreview"]):
    """What would another end do to a campaign?"""

    campaign: int = Field(description="the campaign")
    ends_on: str = Field("", max_length=10, description="end date, ISO: the last day of its calls; none when left out")
    end_share: int | None = Field(
        None, ge=1, le=100, description="percent of its decision makers reached at which it ends; none when left out"
    )


class EndPreview(Reply):
    """What another end does, in a sentence, and whether the campaign would be over with it."""

    over: bool
    effect: str


@operation(roles=LEADERS, effect=READ)
def preview_end(floor: Floor, me: Person, ask: PreviewEnd) -> EndPreview:
    """Tell what another end would do to a campaign, and refuse what setting it would refuse; changes nothing."""
    _, effect, over = _planned(floor, campaign_of(floor, ask.campaign), ask.ends_on, ask.end_share)
    return EndPreview(over=over, effect=effect)


class SetEnd(Write[Done]):
    """When a campaign ends from now on."""

    campaign: int = Field(description="the campaign")
    ends_on: str = Field("", max_length=10, description="end date, ISO: the last day of its calls; none when left out")
    end_share: int | None = Field(
        None, ge=1, le=100, description="percent of its decision makers reached at which it ends; none when left out"
    )


@operation(roles=LEADERS, effect=WRITE)
def set_end(floor: Floor, me: Person, ask: SetEnd) -> Done:
    """Move a campaign's end: one that is over goes on when it has not come to its new end yet."""
    meant, effect, _ = _planned(floor, campaign_of(floor, ask.campaign, in_turn=True), ask.ends_on, ask.end_share)
    write_end(floor, me.id, meant, meant.last_day)
    return Done(note=effect)


def _planned(floor: Floor, campaign: CampaignRow, ends_on: str, end_share: int | None) -> tuple[CampaignRow, str, bool]:
    """A campaign with another end, what that does in words, and whether it is over then."""
    check_end_date(floor, ends_on)
    meant = with_end(campaign, ends_on, end_share)
    meant = meant._replace(last_day=last_day(floor, meant))
    over = ended(floor, meant)
    told = ending.effect(ended(floor, campaign), over, _left(floor, campaign))
    was = ending.told(str(campaign.form.get("ends_on") or ""), campaign.form.get("end_share"))
    return meant, f"{clean(campaign.name)} {ending.told(ends_on, end_share)} (so far it {was}); {told}", bool(over)


def _left(floor: Floor, campaign: CampaignRow) -> int:
    """Leads of a campaign that are still to be called by our own choice."""
    found = blocks.by_cause(floor.session, [campaign.id], campaign.station, floor.now, floor.day, 0)
    return sum(row["leads"] for row in found if row["cause"] not in _STAYS)
