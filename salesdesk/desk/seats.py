"""Seats: which state a person is in, and the seconds charged to the state they leave.

No key says that somebody hung up. So wrap begins when the form of the outcome is opened, as the station measures it:
what is typed while the prospect still speaks counts as wrap, not as call. The board hears of it with a heartbeat.
"""

from __future__ import annotations

import secrets

from salesdesk.desk import facts
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.roles import Role
from salesdesk.line import days
from salesdesk.line.salesmap import Station
from salesdesk.store import people, starving
from salesdesk.store.people import SeatRow

LEASE_MS = 45_000
"""A seat or hold without a beat for this long is lost."""
LONGEST_STATE = 16 * 3600
"""No state is charged for longer: nobody sits a night through."""


def new_token() -> str:
    """A terminal's proof that its seat is still there."""
    return secrets.token_hex(8)


WITH_A_LEAD = frozenset({"preview", "call", "wrap"})

BESIDE_THE_LINE = frozenset({"coordinator", "wallboard"})
"""Seats at which no ticket stands."""


def station_for(floor: Floor, me: Person, name: str) -> Station:
    """The station of this name on the floor's map; refuses when I have no seat there."""
    line = floor.sales_map(floor.settings.map_id)
    if name not in line.stations:
        raise BadRequest("unknown_station", f"there is no station {name}; the map has {', '.join(line.stations)}")
    station = line.station(name)
    if Role(station.role) not in me.roles:
        raise Refused("role", f"the station {name} is for people with the role {station.role}")
    return station


def of(floor: Floor, person_id: int) -> SeatRow | None:
    """The seat of a person, if they have one."""
    if person_id in floor.seats:
        return floor.seats[person_id]
    return people.seat(floor.session, person_id)


def _put(floor: Floor, seat: SeatRow) -> None:
    people.put_seat(floor.session, seat)
    floor.seats[seat.person_id] = seat


def is_ready(floor: Floor, person_id: int) -> bool:
    """Whether a person sits there with empty hands, and is on no pause."""
    seat = of(floor, person_id)
    return seat is not None and seat.state == "ready"


def enter(
    floor: Floor,
    person_id: int,
    state: str,
    *,
    code: str = "",
    station: str = "",
    campaign_id: int | None = None,
    wrapped: int = 0,
) -> SeatRow:
    """Put a person into a state and charge the time of the last one; a seat is made when they had none. Whoever would
    be ready with a pause armed goes on that pause. `wrapped` are the last seconds of a call, spent on its outcome."""
    boot, beat = floor.clock.lease()
    seat = of(floor, person_id)
    if seat is None or seat.state == "out":
        seat = SeatRow(person_id, station, new_token(), "out", "", floor.now, None, boot, beat)
    if state == "ready" and seat.armed:
        state, code = "paused", seat.armed
        facts.record(floor, "state", person_id, station=seat.station, state=state, code=code)
    if seat.state != "out" and (seat.state, seat.code) != (state, code):
        charge(floor, seat, wrapped)
    if seat.state == "starved" and state in WITH_A_LEAD:
        starving.fed(floor.session, person_id, floor.now)
    since = seat.since if (seat.state, seat.code) == (state, code) else floor.now
    changed = seat._replace(
        state=state,
        code=code,
        since=since,
        station=station or seat.station,
        campaign_id=campaign_id if campaign_id is not None else seat.campaign_id,
        boot=boot,
        beat=beat,
        armed=seat.armed if state in WITH_A_LEAD else "",
    )
    _put(floor, changed)
    return changed


def charge(floor: Floor, seat: SeatRow, wrapped: int = 0) -> None:
    """Charge the time spent in a seat's present state; the last `wrapped` seconds of a call to wrap."""
    seconds = min(max(floor.now - seat.since, 0), LONGEST_STATE)
    wrap = min(wrapped, seconds) if seat.state == "call" else 0
    _spend(floor, seat, seconds - wrap, floor.now - wrap)
    _spend(floor, seat._replace(state="wrap"), wrap, floor.now)


def _spend(floor: Floor, seat: SeatRow, seconds: int, until: int) -> None:
    """Charge the last seconds before an instant to the state of a seat, each to its own day."""
    for day, spent in days.seconds_by_day(until - seconds, until, floor.settings.zone):
        people.add_time(
            floor.session, day=day, person_id=seat.person_id, state=seat.state, code=seat.code, seconds=spent
        )


def arm(floor: Floor, person_id: int, code: str) -> None:
    """Let a pause begin when the call in hand has its outcome; no code takes that back."""
    seat = of(floor, person_id)
    if seat is not None and seat.armed != code:
        _put(floor, seat._replace(armed=code))
        facts.record(floor, "armed", person_id, station=seat.station, code=code)


def beat(floor: Floor, person_id: int, token: str, wrapping: int | None) -> bool:
    """Say that a seat is alive, and whether its outcome has been written for so many seconds; writes no event. False
    when the person sits at another terminal than that of `token`."""
    seat = of(floor, person_id)
    if seat is None:
        return True
    if token and seat.state != "out" and seat.token != token:
        return False
    if seat.state != "out" and not alive(floor, seat):
        seat = _found_again(floor, seat)
    boot, now = floor.clock.lease()
    if wrapping is not None and seat.state == "call":
        begun = max(seat.since, floor.now - wrapping)
        spent = min(begun - seat.since, LONGEST_STATE)
        _spend(floor, seat, spent, begun)
        _put(floor, seat._replace(state="wrap", since=begun, boot=boot, beat=now))
    elif wrapping is None and seat.state == "wrap":
        enter(floor, person_id, "call")
    else:
        people.beat_seat(floor.session, person_id, boot, now)
        floor.seats.pop(person_id, None)
    return True


def vacate(floor: Floor, seat: SeatRow) -> None:
    """Empty a seat that fell silent; its last state is charged until its last beat."""
    _charge_until_silent(floor, seat)
    _put(floor, seat._replace(state="out", code="", armed="", since=floor.now))


def _found_again(floor: Floor, seat: SeatRow) -> SeatRow:
    """A seat that was lost beats again: its state is charged until it fell silent, the time since then to lost."""
    silent = min(_charge_until_silent(floor, seat), LONGEST_STATE)
    _spend(floor, seat._replace(state="lost", code=""), silent, floor.now)
    boot, beat = floor.clock.lease()
    found = seat._replace(since=floor.now, boot=boot, beat=beat)
    _put(floor, found)
    return found


def _charge_until_silent(floor: Floor, seat: SeatRow) -> int:
    """Charge a seat's state until its last beat; returns the seconds since then."""
    boot, now = floor.clock.lease()
    silent = max((now - seat.beat) // 1000 if seat.boot == boot else floor.now - seat.since, 0)
    until = floor.now - silent
    seconds = min(max(until - seat.since, 0), LONGEST_STATE)
    if seat.state != "out":
        _spend(floor, seat, seconds, until)
    return silent


def alive(floor: Floor, seat: SeatRow) -> bool:
    """Whether somebody sits there: the same boot of the machine and a beat within the lease."""
    boot, now = floor.clock.lease()
    return seat.state != "out" and seat.boot == boot and now - seat.beat <= LEASE_MS
