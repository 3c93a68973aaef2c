"""Looking at somebody's detail: it is shown to those who lead, and it is logged for the one who was looked at."""

from __future__ import annotations

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.boards import MyNumbers, MyNumbersReply, my_numbers
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.naming import named
from salesdesk.desk.performing import person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import LEADERS, SEATED
from salesdesk.line.text import clean
from salesdesk.store import events
from salesdesk.store import looks as statements

SHOWN = 20
"""Looks, and outcomes, that are shown."""


def note(floor: Floor, me: Person, whom: int, what: str) -> None:
    """Log that I look at somebody's detail; `what` is a word such as seat or numbers. Looking at myself is no look."""
    if whom != me.id:
        statements.add(floor.session, whom=whom, person_id=me.id, what=what, at=floor.now)
        facts.record(floor, "looked_at", me.id, whom=whom, what=what)


class LookAt(Write["Look"]):
    """How does somebody's day go? They see that I looked."""

    person: str = Field(description="who")


class LastOutcome(Reply):
    """What came of one of their last calls; nothing of the lead."""

    at: int
    outcome: str
    wrap: int


class Look(Reply):
    """Somebody's numbers of today beside their team's, and their last outcomes, newest first."""

    person: str
    numbers: MyNumbersReply
    outcomes: tuple[LastOutcome, ...]


def _look(floor: Floor, me: Person, ask: LookAt, done: Done) -> Look:
    whom = person(floor.session, named(floor, ask.person).id)
    last = events.results_of(floor.session, whom.id, limit=5 * SHOWN)
    shown = [each for each in last if each.kind == "recorded"][:SHOWN]
    return Look(
        person=clean(whom.name),
        numbers=my_numbers(floor, whom, MyNumbers()),
        outcomes=tuple(
            LastOutcome(at=each.at, outcome=each.outcome, wrap=int(each.data.get("wrap", 0))) for each in shown
        ),
    )


@operation(roles=LEADERS, effect=WRITE, view=_look)
def look_at(floor: Floor, me: Person, ask: LookAt) -> Done:
    """Somebody's numbers and last outcomes without any lead's data; the look is logged, and they can see it."""
    whom = person(floor.session, named(floor, ask.person).id)
    note(floor, me, whom.id, "numbers")
    return Done()


class LookLine(Reply):
    """Somebody looked at my detail; `at` in epoch seconds."""

    at: int
    person: str
    what: str


class Looks(Reply):
    """Who looked at my detail, newest first."""

    looks: tuple[LookLine, ...]


class WhoLooked(Request[Looks]):
    """Who looked at my detail?"""


@operation(roles=SEATED, effect=READ)
def who_looked(floor: Floor, me: Person, ask: WhoLooked) -> Looks:
    """The last looks at my detail: who, what, when."""
    rows = statements.of(floor.session, me.id, SHOWN)
    return Looks(
        looks=tuple(LookLine(at=row["at"], person=clean(row["person"]), what=clean(row["what"])) for row in rows)
    )
