"""Seats: which state a person is in, and the seconds charged to the state they leave."""

from __future__ import annotations

import secrets

from salesdesk.desk.floor import Floor, day_at
from salesdesk.store import people
from salesdesk.store.people import SeatRow

LEASE_MS = 45_000
"""A seat or hold without a beat for this long is lost."""
LONGEST_STATE = 16 * 3600
"""No state is charged for longer: nobody sits a night through."""


def enter(
    floor: Floor, person_id: int, state: str, *, code: str = "", station: str = "", campaign_id: int | None = None
) -> SeatRow:
    """Put a person into a state and charge the time of the last one; a seat is made when they had none."""
    boot, beat = floor.clock.lease()
    seat = people.seat(floor.session, person_id)
    if seat is None or seat.state == "out":
        seat = SeatRow(person_id, station, secrets.token_hex(8), "out", "", floor.now, None, boot, beat)
    if seat.state != "out" and (seat.state, seat.code) != (state, code):
        charge(floor, seat)
    since = seat.since if (seat.state, seat.code) == (state, code) else floor.now
    changed = seat._replace(
        state=state,
        code=code,
        since=since,
        station=station or seat.station,
        campaign_id=campaign_id if campaign_id is not None else seat.campaign_id,
        boot=boot,
        beat=beat,
    )
    people.put_seat(floor.session, changed)
    return changed


def charge(floor: Floor, seat: SeatRow) -> None:
    """Charge the time spent in a seat's present state to today."""
    seconds = min(max(floor.now - seat.since, 0), LONGEST_STATE)
    if seconds:
        people.add_time(
            floor.session, day=floor.day, person_id=seat.person_id, state=seat.state, code=seat.code, seconds=seconds
        )


def vacate(floor: Floor, seat: SeatRow) -> None:
    """Empty a seat that fell silent; its last state is charged until its last beat, on the day of that."""
    boot, now = floor.clock.lease()
    silent = (now - seat.beat) // 1000 if seat.boot == boot else floor.now - seat.since
    until = floor.now - max(silent, 0)
    seconds = min(max(until - seat.since, 0), LONGEST_STATE)
    if seconds and seat.state != "out":
        day = day_at(until, floor.settings.zone)
        people.add_time(
            floor.session, day=day, person_id=seat.person_id, state=seat.state, code=seat.code, seconds=seconds
        )
    people.put_seat(floor.session, seat._replace(state="out", code="", since=floor.now))


def alive(floor: Floor, seat: SeatRow) -> bool:
    """Whether somebody sits there: the same boot of the machine and a beat within the lease."""
    boot, now = floor.clock.lease()
    return seat.state != "out" and seat.boot == boot and now - seat.beat <= LEASE_MS
