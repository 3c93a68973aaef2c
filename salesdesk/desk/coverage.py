"""Coverage: how many of a campaign's decision makers were reached, and in how many of its companies somebody talked
with us. A campaign ends at the share of decision makers that its form states."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import Field

from salesdesk.desk import facts, notices
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.eligibility import ended
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import EVERYONE, Role
from salesdesk.line import ending
from salesdesk.line.dealing import DECISION_MAKERS
from salesdesk.line.text import clean
from salesdesk.store import campaigns, people
from salesdesk.store import coverage as stored
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.session import Row


class Coverage(Request["Covered"]):
    """How far has each campaign come?"""

    campaign: int | None = Field(None, description="one campaign; all of them when left out")


class BandCoverage(Reply):
    """Leads of one seniority in a campaign: in it, dialed, and whose right party was reached."""

    band: str
    decides: bool
    leads: int
    attempted: int
    reached: int


class CampaignCoverage(Reply):
    """How far one campaign has come. `share` is decision makers reached of those in it, 0–1, None without any;
    `penetration` is companies with a conversation of those in it. `ended`: its `end_share` (percent) is reached,
    or its end date is over."""

    campaign: int
    name: str
    bands: tuple[BandCoverage, ...]
    decision_makers: int
    attempted: int
    reached: int
    share: float | None
    accounts: int
    accounts_conversed: int
    penetration: float | None
    end_share: int | None
    ended: bool
    sentence: str


class Covered(Reply):
    """Campaigns, oldest first."""

    campaigns: tuple[CampaignCoverage, ...]


@operation(roles=EVERYONE - {Role.SDR}, effect=READ)
def coverage(floor: Floor, me: Person, ask: Coverage) -> Covered:
    """Coverage of decision makers and penetration of companies by campaign."""
    rows = [campaign_of(floor, ask.campaign)] if ask.campaign is not None else campaigns.everything(floor.session)
    return Covered(campaigns=tuple(of_campaign(floor, row) for row in rows))


def of_campaign(floor: Floor, campaign: CampaignRow) -> CampaignCoverage:
    """How far a campaign has come."""
    rows = sorted(stored.bands(floor.session, campaign.id), key=_seniority)
    bands = tuple(
        BandCoverage(
            band=clean(row["band"]) or "unknown",
            decides=row["band"] in DECISION_MAKERS,
            leads=row["leads"],
            attempted=row["tried"],
            reached=row["reached"],
        )
        for row in rows
    )
    leads, attempted, reached = _sums([each for each in bands if each.decides])
    accounts, conversed = stored.accounts(floor.session, campaign.id)
    end_share = campaign.form.get("end_share")
    full = ending.share_reached(reached, leads, end_share)
    over = ended(floor, campaign)
    return CampaignCoverage(
        campaign=campaign.id,
        name=clean(campaign.name),
        bands=bands,
        decision_makers=leads,
        attempted=attempted,
        reached=reached,
        share=reached / leads if leads else None,
        accounts=accounts,
        accounts_conversed=conversed,
        penetration=conversed / accounts if accounts else None,
        end_share=end_share,
        ended=full or bool(over),
        sentence=_full(campaign, reached, leads) if full else f"{clean(campaign.name)} {over}" if over else "",
    )


def _full(campaign: CampaignRow, reached: int, leads: int) -> str:
    return (
        f"{clean(campaign.name)} reached its end share: {reached:,} of {leads:,} decision makers"
        f" ({100 * reached / leads:.0f} %) of the {campaign.form['end_share']} % at which it ends"
    )


def _seniority(row: Row) -> int:
    order = (*DECISION_MAKERS, "manager", "staff")
    return order.index(row["band"]) if row["band"] in order else len(order)


def _sums(bands: Sequence[BandCoverage]) -> tuple[int, int, int]:
    return sum(each.leads for each in bands), sum(each.attempted for each in bands), sum(each.reached for each in bands)


def refuse_if_ended(floor: Floor, campaign: CampaignRow) -> None:
    """Refuse to put more leads into a campaign that has ended."""
    if campaign.form.get("end_share") or ended(floor, campaign):
        found = of_campaign(floor, campaign)
        if found.ended:
            code = "end_share_reached" if "end share" in found.sentence else "ended"
            raise Refused(code, f"{found.sentence}; confirm to release more of it anyway")


def note_end(floor: Floor, campaign: CampaignRow) -> None:
    """End a campaign whose end share is reached by now, and let it go on when it is not any more; its coordinators are
    told of an end. Nothing is asked of a campaign without such a share."""
    if not campaign.form.get("end_share") or last_day(floor, campaign) == campaign.last_day:
        return
    campaign = campaign_of(floor, campaign.id, in_turn=True)  # somebody may have moved its end meanwhile
    last = last_day(floor, campaign)
    if last == campaign.last_day:
        return
    write_end(floor, 0, campaign, last)
    if last == ending.OVER:
        told = of_campaign(floor, campaign).sentence
        for row in people.everyone(floor.session):
            if Role.COORDINATOR in row.roles.split():
                notices.send(floor, row.id, "dry", told)


def last_day(floor: Floor, campaign: CampaignRow) -> str:
    """The last day (ISO) of a campaign's calls by the end that its form states and how far it has come."""
    share, reached, leads = campaign.form.get("end_share"), 0, 0
    if share:
        deciding = [row for row in stored.bands(floor.session, campaign.id) if row["band"] in DECISION_MAKERS]
        reached, leads = sum(row["reached"] for row in deciding), sum(row["leads"] for row in deciding)
    ends_on = str(campaign.form.get("ends_on") or "")
    return ending.last_day(ends_on, reached=ending.share_reached(reached, leads, share))


def take_end_away(floor: Floor, campaign: CampaignRow) -> None:
    """Let a campaign that has ended go on without the end that it has come to."""
    if not of_campaign(floor, campaign).ended:
        return
    date_over = str(campaign.form.get("ends_on") or ending.FOREVER) < floor.day
    meant = with_end(campaign, "" if date_over else str(campaign.form.get("ends_on") or ""), None)
    write_end(floor, 0, meant, last_day(floor, meant))


def with_end(campaign: CampaignRow, ends_on: str, end_share: int | None) -> CampaignRow:
    """A campaign whose form states another end: a date (ISO, "" for none) and a share of decision makers (percent)."""
    return campaign._replace(concept=json.dumps(campaign.form | {"ends_on": ends_on, "end_share": end_share}))


def write_end(floor: Floor, by: int, campaign: CampaignRow, last: str) -> None:
    """Write the end that a campaign's form states, and the last day that follows from it."""
    campaigns.set_end(floor.session, campaign.id, campaign.concept, last)
    facts.record(floor, "campaign_end", by, campaign_id=campaign.id, last_day=last)
