"""Word to a seat: a sentence that shows on somebody's screen within a second, and wins that every screen celebrates."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, SEATED
from salesdesk.line.salesmap import Outcome
from salesdesk.line.text import clean
from salesdesk.store import notices as statements
from salesdesk.store.notices import EVERYBODY

LONGEST = 190
"""Characters of a notice: it is one line, with room for a name of 60 before a message of 120."""
LASTS = 600
"""Seconds after which a notice that nobody has seen is over, where its sender does not say."""
CELEBRATED_FOR = 60
"""Seconds after a win in which a screen still celebrates it."""
WIN = "win"


def send(floor: Floor, to: int, kind: str, text: str, sender: int = 0, lasts: int = LASTS) -> int:
    """Put a sentence on the screen of a person (an id; 0: everybody's) for at most `lasts` seconds; returns its id.
    `kind` is a word such as message, move, offer, andon, returned, ended, promise. The event that wakes the screens
    holds no word of it."""
    id = statements.add(
        floor.session,
        person_id=to,
        sender_id=sender,
        kind=kind,
        text=clean(text, limit=LONGEST).strip(),
        at=floor.now,
        ends_at=floor.now + lasts,
    )
    facts.record(floor, "noticed", sender, to=to, about=kind)
    return id


def win_of(outcome: Outcome, flags: Collection[str]) -> str:
    """What an outcome brought in that every screen celebrates: a deal that was won, a meeting that was agreed; or
    nothing."""
    if "won" in flags:
        return "deal"
    return "meeting" if "positive" in flags and any(each.kind == "slot" for each in outcome.fields) else ""


def celebrate(floor: Floor, me: Person, what: str, campaign: str) -> None:
    """Let every screen celebrate, once, what I brought in: `what` is "meeting" or "deal"."""
    send(floor, EVERYBODY, WIN, f"{me.name}: {what}, {campaign}", sender=me.id, lasts=CELEBRATED_FOR)


class News(Request["NewsReply"]):
    """Is there word for me, and something to celebrate?"""

    celebrated: int = Field(0, description="the last win that my screen has celebrated")


class Notice(Reply):
    """One sentence to me, from `at` until `ends_at` (epoch seconds)."""

    id: int
    kind: str
    text: str
    at: int
    ends_at: int


class NewsReply(Reply):
    """What I have not seen yet, oldest first, and the newest win that my screen has not celebrated."""

    notices: tuple[Notice, ...]
    win: Notice | None


@operation(roles=EVERYONE, effect=READ)
def news(floor: Floor, me: Person, ask: News) -> NewsReply:
    """Word that waits for me, and the newest win that my screen has not celebrated."""
    rows = statements.unseen(floor.session, me.id, floor.now)
    told = [Notice(id=row.id, kind=row.kind, text=clean(row.text), at=row.at, ends_at=row.ends_at) for row in rows]
    wins = [each for each in told if each.kind == WIN and each.id > ask.celebrated]
    return NewsReply(notices=tuple(each for each in told if each.kind != WIN), win=wins[-1] if wins else None)


class Seen(Write[Done]):
    """I have seen these notices."""

    notices: tuple[int, ...] = Field(max_length=100, description="their ids")


@operation(roles=SEATED, effect=WRITE, keyed=False)
def seen(floor: Floor, me: Person, ask: Seen) -> Done:
    """Take notices of mine off my screens; writes no event."""
    statements.see(floor.session, me.id, ask.notices, floor.now)
    return Done()
