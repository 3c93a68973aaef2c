"""Who works in which campaign: one person assigned, or several moved, whose effect is shown first and can be taken
back. Both hold after the current call."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from salesdesk.desk import facts, notices
from salesdesk.desk.campaigns import campaign_of
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.naming import named
from salesdesk.desk.queues import QueueCover, people_at_work, queue_cover
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS
from salesdesk.line import flow, moves
from salesdesk.line.moves import Change, CoverChange
from salesdesk.line.text import clean
from salesdesk.store import assignments, campaigns, events, holds, people
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.people import PersonRow

MOST = 200


class Assign(Write[Done]):
    """Let somebody work in a campaign, first or second, or take them out."""

    person: str = Field(description="who")
    campaign: int = Field(description="the campaign")
    turn: int = Field(1, ge=0, le=2, description="1 first, 2 second, 0 not at all")


@operation(roles=LEADERS, effect=WRITE)
def assign(floor: Floor, me: Person, ask: Assign) -> Done:
    """Change who works in a campaign; it takes effect after the call they are on."""
    who = named(floor, ask.person)
    campaign = campaign_of(floor, ask.campaign)
    floor.session.alone("moves")
    change = Change(who.id, campaign.id, assignments.turn_in(floor.session, who.id, campaign.id), ask.turn)
    assignments.put(floor.session, who.id, campaign.id, ask.turn)
    facts.record(floor, "assigned", me.id, campaign_id=campaign.id, changes=[change])
    where = {0: "out of", 1: "first in", 2: "second in"}[ask.turn]
    return Done(note=f"{clean(who.name)} is now {where} {clean(campaign.name)}")


class PreviewMove(Request["MovePreview"]):
    """What would moving these people to a campaign do?"""

    people: tuple[int, ...] = Field(min_length=1, max_length=MOST, description="ids of those who would move")
    campaign: int = Field(description="the campaign that would become their first")


class CampaignEffect(Reply):
    """One campaign that a move touches: its people at work and its cover in minutes (None: nobody is on it), before
    and after."""

    campaign: int
    name: str
    people_before: int
    people_after: int
    cover_before: float | None
    cover_after: float | None


class MovePreview(Reply):
    """What a move would do: `moving` are those whose campaigns change; `effect` says it in one sentence."""

    moving: tuple[int, ...]
    campaigns: tuple[CampaignEffect, ...]
    effect: str


@operation(roles=LEADERS, effect=READ)
def preview_move(floor: Floor, me: Person, ask: PreviewMove) -> MovePreview:
    """Tell what a move does to the cover of every campaign that it touches, and refuse what the move would refuse;
    changes nothing."""
    campaign = campaign_of(floor, ask.campaign)
    callers = _callers(floor, ask.people, campaign)
    planned = _planned(floor, callers, campaign)
    movers = [each.id for each in callers]
    touched = _effects(floor, me, movers, campaign)
    busy = any(holds.of_person(floor.session, person) for person in movers)
    covers = [
        CoverChange(each.name, each.people_before, each.people_after, each.cover_before, each.cover_after)
        for each in touched
    ]
    return MovePreview(
        moving=tuple(dict.fromkeys(change.person for change in planned)),
        campaigns=touched,
        effect=moves.effect(covers, busy=busy),
    )


def _effects(floor: Floor, me: Person, movers: Sequence[int], campaign: CampaignRow) -> tuple[CampaignEffect, ...]:
    where = {who: on for who, (station, on) in people_at_work(floor).items() if station == campaign.station}
    lines = {line.campaign: line for line in queue_cover(floor, me, QueueCover()).queues if line.campaign is not None}
    found = []
    for touched, by in moves.flows(where, movers, campaign.id).items():
        line = lines.get(touched)
        if line is None:
            continue
        station = floor.sales_map(campaign.map_id).station(line.station)
        after = line.people + by
        found.append(
            CampaignEffect(
                campaign=touched,
                name=line.name,
                people_before=line.people,
                people_after=after,
                cover_before=line.cover_minutes,
                cover_after=flow.cover_minutes(line.on_hand, station.handle_seconds / 60, after),
            )
        )
    return tuple(found)


class MovePeople(Write["Moved"]):
    """Let these people work in another campaign first."""

    people: tuple[int, ...] = Field(min_length=1, max_length=MOST, description="ids of those who move")
    campaign: int = Field(description="the campaign that becomes their first")


class Moved(Reply):
    """The move, by the number under which it can be undone, and how many people it moved."""

    move: int
    moved: int
    note: str


@operation(roles=LEADERS, effect=WRITE)
def move_people(floor: Floor, me: Person, ask: MovePeople) -> Moved:
    """Make a campaign the first of some people, after their current call; what was their first becomes their second,
    and their promises stay theirs."""
    campaign = campaign_of(floor, ask.campaign)
    movers = _callers(floor, ask.people, campaign)
    floor.session.alone("moves")
    planned = _planned(floor, movers, campaign)
    for change in planned:
        assignments.put(floor.session, change.person, change.campaign, change.after)
    moving = [each for each in movers if any(change.person == each.id for change in planned)]
    move = facts.record_as(
        floor, "moved", me.id, campaign_id=campaign.id, people=[each.id for each in moving], changes=planned
    )
    for each in moving:
        word = f"{clean(me.name)} moved you to {clean(campaign.name, limit=60)}, after your current call"
        notices.send(floor, each.id, "move", word, sender=me.id)
    note = f"moved to {clean(campaign.name)}: {_names(moving)}"
    return Moved(move=move, moved=len(moving), note=note)


class UndoMove(Write["Moved"]):
    """Take a move back."""

    move: int = Field(description="the number of the move")


@operation(roles=LEADERS, effect=WRITE)
def undo_move(floor: Floor, me: Person, ask: UndoMove) -> Moved:
    """Put everybody back where they were before a move, unless somebody has changed one of them since."""
    event = events.one(floor.session, ask.move)
    if event is None or event.kind != "moved":
        raise BadRequest("unknown_move", f"there is no move {ask.move}")
    floor.session.alone("moves")
    done = [Change(*each) for each in event.data["changes"]]
    turns = assignments.turns(floor.session, {each.person for each in done})
    since = moves.changed_since(done, turns)
    if since:
        raise Refused("changed_since", f"{_changed(floor, since[0])} by now; nothing was taken back")
    for change in done:
        assignments.put(floor.session, change.person, change.campaign, change.before)
    movers = [row for who in event.data["people"] if (row := people.by_id(floor.session, who)) is not None]
    back = [Change(each.person, each.campaign, each.after, each.before) for each in done]
    moved = event.data["people"]
    facts.record(floor, "move_undone", me.id, campaign_id=event.campaign_id, move=event.id, people=moved, changes=back)
    for each in movers:
        word = f"{clean(me.name)} took your move back: your campaigns are as they were"
        notices.send(floor, each.id, "move", word, sender=me.id)
    return Moved(move=event.id, moved=len(movers), note=f"taken back, as it was before: {_names(movers)}")


def _changed(floor: Floor, change: Change) -> str:
    who, campaign = people.by_id(floor.session, change.person), campaigns.by_id(floor.session, change.campaign)
    name = clean(who.name) if who else "somebody who left"
    return f"{name} is {moves.where_words(change.after)} {clean(campaign.name) if campaign else 'a campaign'}"


def _callers(floor: Floor, chosen: Sequence[int], campaign: CampaignRow) -> list[PersonRow]:
    """These people, each once; refuses those who cannot call in a campaign."""
    role = floor.sales_map(campaign.map_id).station(campaign.station).role
    found = []
    for id in sorted(set(chosen)):
        row = people.by_id(floor.session, id)
        if row is None or not row.active:
            raise BadRequest("unknown_person", f"nobody here has the id {id}")
        if role not in row.roles.split():
            raise Refused("not_a_caller", f"{clean(row.name)} does not work at {campaign.station}; nobody was moved")
        found.append(row)
    return found


def _planned(floor: Floor, movers: Sequence[PersonRow], campaign: CampaignRow) -> tuple[Change, ...]:
    """What moving these people to a campaign changes; refuses a paused campaign, and where nothing changes."""
    if not campaign.live:
        raise Refused("not_live", f"{clean(campaign.name)} is paused; nobody was moved")
    ids = [each.id for each in movers]
    planned = moves.changes(assignments.turns(floor.session, ids), ids, campaign.id)
    if not planned:
        raise Refused("nothing_to_move", f"already first in {clean(campaign.name)}: {_names(movers)}")
    return planned


def _names(movers: Sequence[PersonRow], most: int = 4) -> str:
    names = [clean(each.name) for each in movers]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
