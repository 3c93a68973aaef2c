"""Leads given back undialed, and skips: so many an hour, then a break that a supervisor can lift."""

from __future__ import annotations

from collections.abc import Callable

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
    until = _served_again_at(floor, person_id)
    if until is not None:
        people.bar(floor.session, person_id, until)


def refuse_skip(floor: Floor, me: Person) -> None:
    """Refuse one skip too many within an hour."""
    until = _skips_again_at(floor, me.id)
    if until is not None:
        raise Refused(
            "skips",
            f"{rules.SKIPS} skips an hour at most: dial; again at {_clock(floor, until)}, or a supervisor lifts it",
        )


def barred_words(floor: Floor, until: int) -> str:
    """Why somebody is served nothing, and until when."""
    return (
        f"you have given back {rules.UNDIALED} leads undialed within the hour; it goes on at {_clock(floor, until)},"
        " or when a supervisor lifts this; your promises are served all the same"
    )


def _served_again_at(floor: Floor, person_id: int) -> int | None:
    return _goes_on_at(floor, person_id, rules.UNDIALED, lambda each: rules.is_given_back(each.kind, each.data))


def _skips_again_at(floor: Floor, person_id: int) -> int | None:
    return _goes_on_at(floor, person_id, rules.SKIPS, lambda each: each.kind == "skipped")


def _goes_on_at(floor: Floor, person_id: int, most: int, counts: Callable[[events.Trace], bool]) -> int | None:
    """When a person may end a lead so again who may do it `most` times an hour; None when they may now. What came
    before a supervisor lifted it counts no more, nor does a bar that is over wipe anything out."""
    since = events.id_floor(floor.now - rules.HOUR)
    back = [each.at for each in events.given_back(floor.session, person_id, since) if counts(each)]
    if rules.goes_on_at(back, most, floor.now) is None:
        return None
    lifted = events.lifted_at(floor.session, person_id, since)
    return rules.goes_on_at([at for at in back if at > lifted], most, floor.now)


def _clock(floor: Floor, at: int) -> str:
    return f"{local(at, floor.settings.zone):%H:%M}"


class LiftBar(Write[Done]):
    """Let somebody who has given too many leads back, or skipped too many, go on at once."""

    person: str = Field(description="their name")


@operation(roles=SUPERVISORS, effect=WRITE)
def lift_bar(floor: Floor, me: Person, ask: LiftBar) -> Done:
    """Let a person be served and skip again; what they gave back so far counts no more. Refuses where nothing keeps
    them."""
    who = named(floor, ask.person)
    if _served_again_at(floor, who.id) is None and _skips_again_at(floor, who.id) is None:
        raise Refused("no_limit", f"{clean(who.name)} has no limit")
    people.bar(floor.session, who.id, floor.now)
    facts.record(floor, "bar_lifted", me.id, who=who.id)
    return Done(note=f"{clean(who.name)} may go on")
