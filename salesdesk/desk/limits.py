"""Leads given back undialed, and skips: so many an hour, then a break that a supervisor can lift."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.naming import named
from salesdesk.desk.registry import WRITE, Done, Write, operation
from salesdesk.desk.roles import SUPERVISORS
from salesdesk.line import limits as rules
from salesdesk.line.text import clean
from salesdesk.store import events, people


def note_given_back(floor: Floor, person_id: int) -> None:
    """Bar a person who has just given back the last undialed lead that they may within an hour."""
    back = [at for at, kind, data in _lately(floor, person_id) if rules.is_given_back(kind, data)]
    until = rules.goes_on_at(back, rules.UNDIALED, floor.now)
    if until is not None:
        people.bar(floor.session, person_id, until)


def refuse_skip(floor: Floor, me: Person) -> None:
    """Refuse one skip too many within an hour."""
    skipped = [at for at, kind, _ in _lately(floor, me.id) if kind == "skipped"]
    until = rules.goes_on_at(skipped, rules.SKIPS, floor.now)
    if until is not None:
        raise Refused(
            "skips",
            f"{rules.SKIPS} skips within the hour are the most: dial (d); skipping goes on at {_clock(floor, until)},"
            " or when a supervisor lifts it",
        )


def barred_words(floor: Floor, until: int) -> str:
    """Why somebody is served nothing, and until when."""
    return (
        f"you have given back {rules.UNDIALED} leads undialed within the hour; it goes on at {_clock(floor, until)},"
        " or when a supervisor lifts this; your promises are served all the same"
    )


def _lately(floor: Floor, person_id: int) -> list[events.Trace]:
    """What a person gave back or skipped within the hour; after a break, or when it was lifted, it counts anew."""
    anew = people.barred_until(floor.session, person_id) or 0
    since = floor.now - rules.HOUR
    return [each for each in events.given_back(floor.session, person_id, events.id_floor(since)) if each.at > anew]


def _clock(floor: Floor, at: int) -> str:
    return f"{local(at, floor.settings.zone):%H:%M}"


class LiftBar(Write[Done]):
    """Let somebody who has given too many leads back, or skipped too many, go on at once."""

    person: str = Field(description="their name")


@operation(roles=SUPERVISORS, effect=WRITE)
def lift_bar(floor: Floor, me: Person, ask: LiftBar) -> Done:
    """Let a person be served and skip again; what they gave back so far counts no more."""
    who = named(floor, ask.person)
    people.bar(floor.session, who.id, floor.now)
    facts.record(floor, "bar_lifted", me.id, who=who.id)
    return Done(note=f"{clean(who.name)} may go on")
