"""Objections that were heard, counted by campaign and script variant: what a committee on scripts talks about."""

from __future__ import annotations

from collections import Counter

from pydantic import Field

from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, Reply, Request, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.store import campaigns, events


class Objections(Request["ObjectionsReply"]):
    """Which objections were heard in a campaign?"""

    campaign: int = Field(description="the campaign")


class ObjectionLine(Reply):
    """One objection of the map, and in how many calls of one script variant it was heard."""

    code: str
    label: str
    variant: str
    calls: int


class ObjectionsReply(Reply):
    """By variant, the most heard first; `calls` had at least one objection, by variant in the order of `variants`."""

    campaign: int
    variants: tuple[str, ...]
    calls: tuple[int, ...]
    objections: tuple[ObjectionLine, ...]


@operation(roles=LEADERS, effect=READ)
def objections(floor: Floor, me: Person, ask: Objections) -> ObjectionsReply:
    """Count the objections of a campaign's calls by script variant; undone outcomes are left out."""
    campaign = campaign_of(floor, ask.campaign)
    found = events.with_objections(floor.session, campaign.id)
    undone = {int(each.data["recorded"]) for each in found if each.kind == "undone"}
    calls = [each for each in found if each.data.get("objections") and each.id not in undone]
    heard = Counter(
        (str(each.data["variant"]), code) for each in calls for code in dict.fromkeys(each.data["objections"])
    )
    station = floor.sales_map(campaign.map_id).station(campaign.station)
    labels = {each.id: each.label for each in station.objections}
    of_variant = Counter(str(each.data["variant"]) for each in calls)
    variants = tuple(sorted({*campaigns.variants(floor.session, campaign.id), *of_variant}))
    return ObjectionsReply(
        campaign=campaign.id,
        variants=variants,
        calls=tuple(of_variant[each] for each in variants),
        objections=tuple(
            ObjectionLine(code=code, label=labels.get(code, code), variant=variant, calls=n)
            for (variant, code), n in sorted(heard.items(), key=lambda each: (each[0][0], -each[1], each[0][1]))
        ),
    )
