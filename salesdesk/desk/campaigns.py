"""Campaigns: the concept in at most twelve answers, its scripts, and who works in it."""

from __future__ import annotations

import json
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from salesdesk.desk import diaries, facts
from salesdesk.desk.eligibility import pre_approach
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.naming import named
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, LEADERS, RELEASERS
from salesdesk.desk.segmenting import Segment
from salesdesk.line import ending, merge, preapproach
from salesdesk.line.preapproach import PreApproach
from salesdesk.line.text import clean
from salesdesk.store import assignments, batches, campaigns, people
from salesdesk.store.campaigns import CampaignRow

EXCLUDABLE = ("customers", "deals", "partners")


class Hours(BaseModel):
    """When the campaign calls, in the prospect's own time; law narrows it further."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    weekdays: tuple[int, ...] = Field((0, 1, 2, 3, 4), description="0 is Monday")
    start: str = Field("08:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    stop: str = Field("17:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")


class CreateCampaign(Write["Created"]):
    """A new campaign. Everything but list, offer, opening and script has a default."""

    segment: Segment = Field(default_factory=Segment, description="1 which leads")
    exclude: tuple[str, ...] = Field(EXCLUDABLE, description="2 whom to leave out: customers, deals, partners")
    offer: str = Field(min_length=1, max_length=200, description="3 what is offered")
    ultimate: str = Field("", max_length=200, description="4 ultimate proposition; the offer when left out")
    initial: str = Field(min_length=1, max_length=300, description="5 first sentence and what is asked for")
    fallback: str = Field("send the guide", max_length=200, description="6 fallback proposition")
    script: str = Field(min_length=1, max_length=6000, description="7 the script, with {{first_name}} and so on")
    script_b: str = Field("", max_length=6000, description="7 variant B of the script")
    pre_approach: str = Field(
        "none",
        max_length=60,
        description="8 none, or mail or package with the day it is sent and days until calls open: mail 2026-12-01 +2;"
        " already and words for what went out some other way",
    )
    hours: Hours = Field(default_factory=Hours, description="9 prospect-local hours")
    plan: str = Field("P", max_length=20, description="10 attempt plan of the sales map")
    callers: tuple[str, ...] = Field((), description="11 who calls; all SDRs when left out")
    turn: int = Field(1, ge=1, le=2, description="11 their first (1) or second (2) campaign")
    executives: tuple[str, ...] = Field((), description="11 who takes the meetings; everybody who may when left out")
    daily_target: int = Field(0, ge=0, le=10_000, description="12 meetings a day")
    ends_on: str = Field("", max_length=10, description="12 end date, ISO: the last day of its calls")
    end_share: int | None = Field(
        None, ge=1, le=100, description="12 percent of its decision makers reached at which it ends"
    )
    name: str = Field("", max_length=60, description="its name; made from the offer when left out")
    instead_of: int | None = Field(None, description="a campaign of which nothing was released: it is written anew")


class Created(Reply):
    """The campaign is there; its first batch can be drafted."""

    campaign: int
    name: str


@operation(roles=RELEASERS, effect=WRITE)
def create_campaign(floor: Floor, me: Person, ask: CreateCampaign) -> Created:
    """Write a campaign's concept; it calls nobody before a batch of it is released."""
    _check(floor, ask)
    old = _unreleased(floor, me, ask.instead_of) if ask.instead_of is not None else None
    name = _free_name(floor, clean(ask.name or ask.offer, limit=48).strip(), old)
    line = floor.sales_map(floor.settings.map_id)
    station = next((each.name for each in line.stations.values() if each.order == "dealt"), "")
    if not station:
        raise Refused("no_calling_station", f"the map {line.id} has no station at which leads are dealt")
    concept = ask.model_dump(mode="json", exclude={"key", "script", "script_b", "name", "instead_of"})
    concept |= {"ultimate": ask.ultimate or ask.offer, "everyone": not ask.callers}
    sent = pre_approach_of(floor, ask.pre_approach)
    concept |= {"executives": diaries.able(floor, ask.executives, line, station), "pre_approach": sent.stored()}
    written = {"name": name, "concept": json.dumps(concept), "daily_target": ask.daily_target}
    written |= {"opens_at": sent.opens_at(floor.settings.zone)}
    written |= {"last_day": ending.last_day(ask.ends_on, reached=False)}
    if old is not None:
        campaign_id = old.id
        campaigns.rewrite(floor.session, old.id, **written)
    else:
        at = {"map_id": line.id, "map_version": line.version, "station": station, "created_at": floor.now}
        campaign_id = campaigns.add(floor.session, **written, **at)
    campaigns.add_script(floor.session, campaign_id, "A", ask.script, floor.now)
    if ask.script_b.strip():
        campaigns.add_script(floor.session, campaign_id, "B", ask.script_b, floor.now)
    for who in _callers(floor, ask, station):
        assignments.put(floor.session, who, campaign_id, ask.turn)
    facts.record(floor, "campaign_created", me.id, campaign_id=campaign_id)
    return Created(campaign=campaign_id, name=name)


def _check(floor: Floor, ask: CreateCampaign) -> None:
    for name in ask.exclude:
        if name not in EXCLUDABLE:
            raise BadRequest("unknown_exclusion", f"{name} cannot be excluded; choose from {', '.join(EXCLUDABLE)}")
    if ask.plan not in floor.sales_map(floor.settings.map_id).plans:
        raise BadRequest("unknown_plan", f"the map has no attempt plan {ask.plan}")
    if ask.hours.start >= ask.hours.stop or not ask.hours.weekdays:
        raise BadRequest("bad_hours", "calling hours need a weekday, and must start before they stop")
    for label, text in (("script", ask.script), ("script B", ask.script_b)):
        try:
            merge.fields_used(text)
        except merge.MergeError as error:
            raise BadRequest("bad_script", f"{label}: {error}") from None
    check_end_date(floor, ask.ends_on)


def check_end_date(floor: Floor, ends_on: str) -> None:
    """Refuse what is no date (ISO) of today or later; "" is no end date."""
    if not ends_on:
        return
    try:
        last = date.fromisoformat(ends_on).isoformat()
    except ValueError:
        last = ""
    if last != ends_on:
        raise BadRequest("bad_date", f"{clean(ends_on)} is no date such as 2026-12-31")
    if last < floor.day:
        raise BadRequest("past_date", f"{last} is over; a campaign ends today or later")


def pre_approach_of(floor: Floor, text: str, known: PreApproach = preapproach.NONE) -> PreApproach:
    """A pre-approach as it is typed; `known` is what was said of it before. Refuses what cannot be meant."""
    try:
        return preapproach.parse(text, date.fromisoformat(floor.day), known)
    except preapproach.PreApproachError as error:
        raise BadRequest("bad_pre_approach", f"pre-approach: {error}") from None


def _unreleased(floor: Floor, me: Person, campaign_id: int) -> CampaignRow:
    """A campaign that may be written anew; its drafts are closed, for they were drawn for the concept before."""
    found = campaign_of(floor, campaign_id)
    mine = [each for each in batches.everything(floor.session) if each.campaign_id == campaign_id]
    if found.released or any(each.state not in ("draft", "checked", "closed") for each in mine):
        raise Refused("released_already", f"leads of {clean(found.name)} were released; make another campaign")
    for batch in mine:
        if batch.state != "closed":
            batches.change(floor.session, batch.id, batch.state, state="closed")
            facts.record(floor, "batch_closed", me.id, campaign_id=campaign_id, batch=batch.id)
    return found


def _free_name(floor: Floor, wanted: str, old: CampaignRow | None) -> str:
    """The wanted name, with a number when another campaign has it; `old` may keep its own."""
    name, number = wanted, 2
    while (taken := campaigns.by_name(floor.session, name)) is not None and taken != old:
        name, number = f"{wanted} {number}", number + 1
    return name


def _callers(floor: Floor, ask: CreateCampaign, station: str) -> list[int]:
    role = floor.sales_map(floor.settings.map_id).station(station).role
    if not ask.callers:
        return [each.id for each in people.everyone(floor.session) if role in each.roles.split()]
    return [named(floor, name).id for name in ask.callers]


def campaign_of(floor: Floor, campaign_id: int, *, in_turn: bool = False) -> CampaignRow:
    """The campaign with this id; refuses an unknown one. With `in_turn`, whoever else changes its concept waits for
    the end of this write."""
    if in_turn:
        floor.session.alone(f"campaign {campaign_id}")
    found = campaigns.by_id(floor.session, campaign_id)
    if found is None:
        raise BadRequest("unknown_campaign", f"there is no campaign {campaign_id}")
    return found


class PauseCampaign(Write[Done]):
    """Stop or go on serving a campaign's leads."""

    campaign: int = Field(description="the campaign")
    live: bool = Field(description="true to serve its leads, false to stop")


@operation(roles=LEADERS, effect=WRITE)
def pause_campaign(floor: Floor, me: Person, ask: PauseCampaign) -> Done:
    """Stop or resume a campaign at once, whatever its size; calls that run go on."""
    campaign = campaign_of(floor, ask.campaign)
    if ask.live and not campaign.released:
        raise Refused("nothing_released", f"{clean(campaign.name)} has no released leads; release a batch first")
    campaigns.set_live(floor.session, campaign.id, live=ask.live)
    facts.record(floor, "campaign_state", me.id, campaign_id=campaign.id, live=ask.live)
    return Done(note=f"{clean(campaign.name)} {'goes on' if ask.live else 'is paused'}")


class CampaignLine(Reply):
    """One campaign with its concept and who works in it."""

    id: int
    name: str
    live: bool
    released: int
    daily_target: int
    offer: str
    initial: str
    fallback: str
    segment: Segment
    hours: Hours
    pre_approach: str
    """As it is typed: "mail 2026-12-01 +2"."""
    pre_approach_told: str
    """In words, with the day on which calls open."""
    plan: str
    ends_on: str
    end_share: int | None
    """Percent of its decision makers reached at which it ends."""
    script: str
    """The newest text of the first variant."""
    variants: tuple[str, ...]
    callers: tuple[str, ...]
    second: tuple[str, ...]
    executives: tuple[str, ...] = ()
    """Who takes its meetings as things are."""
    any_executive: bool = True
    """Nobody was named: everybody who may takes them."""


class Campaigns(Reply):
    """All campaigns, oldest first."""

    campaigns: tuple[CampaignLine, ...]


def _script(floor: Floor, campaign_id: int) -> str:
    found = campaigns.script(floor.session, campaign_id, "A")
    return "\n".join(clean(row) for row in str(found["body"]).splitlines()) if found else ""


class ShowCampaigns(Request[Campaigns]):
    """Which campaigns are there?"""


@operation(roles=EVERYONE, effect=READ)
def show_campaigns(floor: Floor, me: Person, ask: ShowCampaigns) -> Campaigns:
    """Every campaign with its concept and its callers."""
    work = assignments.everything(floor.session)

    def names(campaign: int, turn: int) -> tuple[str, ...]:
        return tuple(clean(r["person"]) for r in work if r["campaign_id"] == campaign and r["turn"] == turn)

    return Campaigns(
        campaigns=tuple(
            _line(floor, row, names(row.id, 1), names(row.id, 2)) for row in campaigns.everything(floor.session)
        )
    )


def _line(floor: Floor, row: CampaignRow, callers: tuple[str, ...], second: tuple[str, ...]) -> CampaignLine:
    form = row.form
    sent = pre_approach(row)
    return CampaignLine(
        id=row.id,
        name=clean(row.name),
        live=bool(row.live),
        released=row.released,
        daily_target=row.daily_target,
        offer=clean(str(form.get("offer", ""))),
        initial=clean(str(form.get("initial", ""))),
        fallback=clean(str(form.get("fallback", ""))),
        segment=Segment(**form.get("segment", {})),
        hours=Hours(**form.get("hours", {})),
        pre_approach=clean(sent.typed),
        pre_approach_told=clean(sent.told()),
        plan=clean(str(form.get("plan", ""))),
        ends_on=clean(str(form.get("ends_on", ""))),
        end_share=form.get("end_share"),
        script=_script(floor, row.id),
        variants=tuple(campaigns.variants(floor.session, row.id)),
        callers=callers,
        second=second,
        executives=tuple(clean(each.name) for each in diaries.executives_of(floor, row)),
        any_executive=not form.get("executives"),
    )
