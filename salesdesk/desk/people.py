"""People and their seats: who works here, signing in and out, and the states they put themselves in."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts, holding, seats
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, LEADERS, SEATED, parse
from salesdesk.desk.seats import station_for
from salesdesk.desk.starting import Seated, StartPage, start_page
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.line.tzdata import is_zone
from salesdesk.store import assignments, campaigns, holds, people, tickets

PAUSES = {"break": 15, "lunch": 45, "coaching": 30, "training": 60, "technical": 15}
"""Pause codes and their limits in minutes; past a limit the board turns amber, nothing locks."""
STATES = ("ready", "paused", "away")


class AddPerson(Write[Done]):
    """Somebody new on the floor."""

    name: str = Field(min_length=1, max_length=60, description="the name colleagues use")
    roles: str = Field(description="roles, such as 'sdr' or 'coordinator,supervisor'")
    team: str = Field("", max_length=40, description="team on the wall board")
    zone: str = Field("", description="their own time zone; the floor's when left out")


@operation(roles=LEADERS, effect=WRITE)
def add_person(floor: Floor, me: Person, ask: AddPerson) -> Done:
    """Add a person with their roles, or give a known person other roles."""
    try:
        roles = " ".join(sorted(parse(ask.roles)))
    except ValueError as error:
        raise BadRequest("unknown_role", f"{error}; roles are {', '.join(sorted(EVERYONE))}") from None
    if ask.zone and not is_zone(ask.zone):
        raise BadRequest("unknown_zone", f"{clean(ask.zone)} is no time zone such as America/Chicago")
    name = clean(ask.name, limit=60).strip()
    known = people.by_name(floor.session, name)
    if known:
        people.set_roles(floor.session, known.id, roles)
        _join_open_campaigns(floor, known.id, roles)
        facts.record(floor, "roles_changed", me.id, who=known.id, roles=roles)
        return Done(note=f"{name} is now {roles}")
    who = people.add(floor.session, name=name, roles=roles, team=clean(ask.team), zone=ask.zone or floor.settings.zone)
    _join_open_campaigns(floor, who, roles)
    facts.record(floor, "person_added", me.id, who=who, roles=roles)
    return Done(note=f"{name} joined as {roles}")


def _join_open_campaigns(floor: Floor, who: int, roles: str) -> None:
    """A caller works in every campaign that is for all callers, unless they are in it or were taken out already."""
    known = {row["campaign_id"] for row in assignments.everything(floor.session, who)}
    for campaign in campaigns.everything(floor.session):
        role = floor.sales_map(campaign.map_id).station(campaign.station).role
        if campaign.form.get("everyone", True) and role in roles.split() and campaign.id not in known:
            assignments.put(floor.session, who, campaign.id, 1)


class PersonLine(Reply):
    """A person of the floor."""

    id: int
    name: str
    roles: tuple[str, ...]
    team: str
    simulated: bool


class People(Reply):
    """Who works here."""

    people: tuple[PersonLine, ...]


class ListPeople(Request[People]):
    """Who works on this floor?"""


@operation(roles=EVERYONE, effect=READ)
def list_people(floor: Floor, me: Person, ask: ListPeople) -> People:
    """Everybody on the floor with their roles."""
    rows = people.everyone(floor.session)
    return People(
        people=tuple(
            PersonLine(
                id=row.id,
                name=clean(row.name),
                roles=tuple(row.roles.split()),
                team=row.team,
                simulated=bool(row.simulated),
            )
            for row in rows
        )
    )


class SignIn(Write[StartPage]):
    """Take my seat at a station."""

    station: str = Field("sdr", max_length=40, description="the station to sit at")


def _start_page(floor: Floor, me: Person, ask: SignIn, seated: Seated) -> StartPage:
    return start_page(floor, me, seated)


@operation(roles=SEATED, effect=WRITE, view=_start_page)
def sign_in(floor: Floor, me: Person, ask: SignIn) -> Seated:
    """Take one seat, with the lead I hold; a terminal at which I sat before learns it with its next heartbeat."""
    if ask.station not in seats.BESIDE_THE_LINE:
        station_for(floor, me, ask.station)
    seat = people.seat(floor.session, me.id)
    if seat is None or not seats.alive(floor, seat):
        if seat is not None:
            seats.vacate(floor, seat)
        taken = seats.enter(floor, me.id, "ready", station=ask.station)
        facts.record(floor, "signed_in", me.id, station=ask.station)
    else:
        taken = seat._replace(station=ask.station, token=seats.new_token())
        people.put_seat(floor.session, taken)
    return Seated(station=ask.station, seat=taken.token)


class SignOut(Write[Done]):
    """Leave my seat; an undialed lead goes back."""


@operation(roles=SEATED, effect=WRITE)
def sign_out(floor: Floor, me: Person, ask: SignOut) -> Done:
    """Leave the seat: an undialed lead goes back uncounted, a dialed one wants its outcome first."""
    give_back_undialed(floor, me, "sign out")
    seats.enter(floor, me.id, "out")
    tickets.leave_to_others(floor.session, me.id, holding.REBOOK)
    facts.record(floor, "signed_out", me.id)
    return Done(note="signed out")


class SetState(Write[Done]):
    """Say what I am doing: ready, or paused with a code. During a call a pause is armed for its end, and ready takes
    that back. Away is what a station says of whoever has touched no key for five minutes."""

    state: str = Field(description="ready, paused or away")
    code: str = Field("", description=f"for a pause: {', '.join(PAUSES)}")


@operation(roles=SEATED, effect=WRITE)
def set_state(floor: Floor, me: Person, ask: SetState) -> Done:
    """Go on a pause or come back; an undialed lead returns to the head of its stratum."""
    if ask.state not in STATES:
        raise BadRequest("unknown_state", f"the state is one of {', '.join(STATES)}")
    code = ask.code if ask.state == "paused" else ""
    if ask.state == "paused" and code not in PAUSES:
        raise BadRequest("unknown_pause", f"a pause needs a code: {', '.join(PAUSES)}")
    hold = holds.of_person(floor.session, me.id)
    if hold is not None and not hold.void and (ask.state == "ready" or (hold.called and ask.state == "paused")):
        seats.arm(floor, me.id, code)
        return Done(note=f"{code} begins when this call has its outcome" if code else "no pause follows this lead")
    if ask.state != "ready":
        give_back_undialed(floor, me, "pause")
    seats.arm(floor, me.id, "")
    seats.enter(floor, me.id, ask.state, code=code)
    facts.record(floor, "state", me.id, state=ask.state, code=code)
    return Done(note=f"{code}, {PAUSES[code]} min" if code else ask.state)


def give_back_undialed(floor: Floor, me: Person, what: str) -> None:
    """Return my lead uncounted; refuses while its call has no outcome yet."""
    hold = holds.of_person(floor.session, me.id)
    if hold is None:
        return
    if hold.called and not hold.void:
        raise Refused("on_a_call", f"record what came of this call before you {what}")
    if hold.void:
        holds.drop(floor.session, hold.lead_id)
    else:
        holding.give_back(floor, hold, kind="returned", person_id=me.id)


class GiveBack(Write[Done]):
    """Return the lead on my screen undialed."""


@operation(roles=SEATED, effect=WRITE)
def give_back(floor: Floor, me: Person, ask: GiveBack) -> Done:
    """Return an undialed lead to the head of its stratum, uncounted."""
    give_back_undialed(floor, me, "give it back")
    seats.enter(floor, me.id, "ready")
    return Done(note="the lead went back")


class StationReply(Reply):
    """A station of the floor's sales map."""

    station: Station


class GetStation(Request[StationReply]):
    """How is a station set up: its outcomes, fields, keys and definitions?"""

    station: str = Field("sdr", description="the station's name")


@operation(roles=EVERYONE, effect=READ)
def get_station(floor: Floor, me: Person, ask: GetStation) -> StationReply:
    """A station as the sales map declares it."""
    line = floor.sales_map(floor.settings.map_id)
    if ask.station not in line.stations:
        raise BadRequest(
            "unknown_station", f"there is no station {ask.station}; the map has {', '.join(line.stations)}"
        )
    return StationReply(station=line.station(ask.station))
