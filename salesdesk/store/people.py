"""People, their seats and the time they spend in each state."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


class PersonRow(NamedTuple):
    """Somebody who works on the floor. `roles` are words of `salesdesk.desk.roles`."""

    id: int
    name: str
    roles: str
    team: str
    zone: str
    simulated: int
    active: int


class SeatRow(NamedTuple):
    """Where a person sits now and what state they are in since when (epoch seconds); `token` is the terminal's at
    which they sit, `armed` the pause that begins when their call has its outcome."""

    person_id: int
    station: str
    token: str
    state: str
    code: str
    since: int
    campaign_id: int | None
    boot: str
    beat: int
    armed: str = ""


_PERSON = f"SELECT {', '.join(PersonRow._fields)} FROM person"
_SEAT = f"SELECT {', '.join(SeatRow._fields)} FROM seat"


def add(session: Session, *, name: str, roles: str, team: str, zone: str, simulated: bool = False) -> int:
    """A new person's id."""
    id = counters.take(session, "person")
    session.run(
        "INSERT INTO person (id, name, roles, team, zone, simulated, active)"
        " VALUES (:id, :name, :roles, :team, :zone, :simulated, 1)",
        id=id,
        name=name,
        roles=roles,
        team=team,
        zone=zone,
        simulated=int(simulated),
    )
    return id


def set_roles(session: Session, person_id: int, roles: str) -> None:
    """Give a person other roles."""
    session.run("UPDATE person SET roles = :roles WHERE id = :id", roles=roles, id=person_id)


def by_name(session: Session, name: str) -> PersonRow | None:
    """The person called `name`, upper and lower case alike."""
    return session.find(PersonRow, f"{_PERSON} WHERE lower(name) = lower(:name)", name=name)


def by_id(session: Session, person_id: int, *, in_turn: bool = False) -> PersonRow | None:
    """The person with this id. With `in_turn`, whatever else is written in their name waits for the end of this."""
    lock = session.lock_row if in_turn else ""
    return session.find(PersonRow, f"{_PERSON} WHERE id = :id {lock}", id=person_id)


def everyone(session: Session) -> list[PersonRow]:
    """All active people by name."""
    return session.find_all(PersonRow, f"{_PERSON} WHERE active = 1 ORDER BY name")


def seat(session: Session, person_id: int) -> SeatRow | None:
    """The seat of a person, if they have one."""
    return session.find(SeatRow, f"{_SEAT} WHERE person_id = :person", person=person_id)


def put_seat(session: Session, seat: SeatRow) -> None:
    """Write a seat as it now is."""
    session.do(
        "INSERT INTO seat (person_id, station, token, state, code, since, campaign_id, boot, beat, armed)"
        " VALUES (:person, :station, :token, :state, :code, :since, :campaign, :boot, :beat, :armed)"
        " ON CONFLICT (person_id) DO UPDATE SET station = excluded.station, token = excluded.token,"
        " state = excluded.state, code = excluded.code, since = excluded.since, campaign_id = excluded.campaign_id,"
        " boot = excluded.boot, beat = excluded.beat, armed = excluded.armed",
        person=seat.person_id,
        station=seat.station,
        token=seat.token,
        state=seat.state,
        code=seat.code,
        since=seat.since,
        campaign=seat.campaign_id,
        boot=seat.boot,
        beat=seat.beat,
        armed=seat.armed,
    )


def bar(session: Session, person_id: int, until: int) -> None:
    """Serve nothing but promises to a person until then; an instant that is past ends that."""
    session.do("UPDATE seat SET barred_until = :until WHERE person_id = :person", until=until, person=person_id)


def beat_seat(session: Session, person_id: int, boot: str, beat: int) -> None:
    """Say that a seat is alive."""
    session.do(
        "UPDATE seat SET boot = :boot, beat = :beat WHERE person_id = :person", boot=boot, beat=beat, person=person_id
    )


def add_time(session: Session, *, day: str, person_id: int, state: str, code: str, seconds: int) -> None:
    """Charge seconds of a floor day to a state."""
    session.do(
        "INSERT INTO seat_time (day, person_id, state, code, seconds) VALUES (:day, :person, :state, :code, :seconds)"
        " ON CONFLICT (day, person_id, state, code) DO UPDATE SET seconds = seat_time.seconds + excluded.seconds",
        day=day,
        person=person_id,
        state=state,
        code=code,
        seconds=seconds,
    )


def seats(session: Session) -> list[Row]:
    """Every seat that is not out, with its person, for the wall board."""
    return list(
        session.all(
            f"SELECT {', '.join(f's.{name}' for name in SeatRow._fields)}, p.name, p.team, p.simulated"
            " FROM seat s JOIN person p ON p.id = s.person_id WHERE s.state <> 'out' ORDER BY p.name"
        )
    )


def times_of(session: Session, person_id: int, day: str) -> dict[str, int]:
    """Seconds of a person's day by state, as far as they are charged."""
    rows = session.all(
        "SELECT state, sum(seconds) AS seconds FROM seat_time WHERE day = :day AND person_id = :person GROUP BY state",
        day=day,
        person=person_id,
    )
    return {row["state"]: int(row["seconds"]) for row in rows}
