"""The first screen of a newcomer: the demo, or a floor of their own and its first lead."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from zoneinfo import available_timezones

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from salesdesk.desk.errors import Refused
from salesdesk.desk.local import (
    FOUNDER_ROLES,
    LocalDesk,
    add_first_person,
    create_floor,
    machine_zone,
    open_counter,
    person_named,
)
from salesdesk.environment import Environment
from salesdesk.line.text import clean
from salesdesk.screens.asking import Answers, Draft, Question, Questionnaire
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.first_lead import FirstLead
from salesdesk.store.session import StoreError
from salesdesk.widgets.bars import MessageLine
from salesdesk.widgets.calm_app import CalmApp
from salesdesk.widgets.lines import BLANK, Line, Lines, line, rule

Choice = str | tuple[Path, str] | None
"""What a newcomer chose: "demo", a floor's path with the person who sits down there, or to leave."""
HEARD = "the script's {{me}} says it to prospects"
DAY = "its day begins and ends there"


def run_welcome(folder: Path, *, mono: bool = False) -> Choice:
    """Welcome a newcomer; returns when they chose. A floor that they chose exists then, with them on it."""
    app = WelcomeApp(folder, mono=mono)
    choice = app.run()
    app.leave()
    return choice


class WelcomeApp(CalmApp[Choice]):
    """Two ways in; what was answered half-way is kept while the program runs."""

    CSS_PATH = "welcome.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1,d", "demo", show=False),
        Binding("2,n", "new_floor", show=False),
        Binding("up,left", "point(0)", show=False),
        Binding("down,right", "point(1)", show=False),
        Binding("enter", "take", show=False),
        Binding("q,escape", "quit", show=False),
    ]

    def __init__(self, folder: Path, *, mono: bool = False) -> None:
        super().__init__(mono=mono)
        self._path = folder / Environment().floor
        self._at = 0
        self._me = Draft()
        self._lead = Draft()
        self._desk: LocalDesk | None = None
        self._way: FirstLead | None = None

    def leave(self) -> None:
        """Give the floor back to whoever opens it next."""
        if self._desk is not None:
            self._desk.close()
            self._desk = None

    def compose(self) -> ComposeResult:
        yield Lines(id="welcome")
        yield MessageLine(id="message")
        yield Lines(id="hints")

    def on_mount(self) -> None:
        self._paint()
        keys = line(("1", "key"), " or ", ("2", "key"), " chooses   ", ("Enter", "key"), " takes the marked one   ")
        keys = (*keys, *line(("q", "key"), " leaves"))
        self.query_one("#hints", Lines).show([keys])

    def _paint(self) -> None:
        own = "your own floor" if self._desk is None else f"go on with {self._path.name}"
        told = (
            ("the demo", "a floor with people at work; a minute to see what it is"),
            (own, f"in {self._path.parent}: from your list to the first call, in eleven answers"),
        )
        rows: list[Line] = [rule("SALESDESK"), BLANK]
        rows += [line("A sales floor run as an assembly line, from terminals."), BLANK]
        for number, (name, about) in enumerate(told):
            here = number == self._at
            mark = ("› ", "accent") if here else "  "
            rows.append(line(mark, (f"{number + 1}  ", "key"), (name, "mark" if here else "strong")))
            rows += [line("     ", (about, "dim")), BLANK]
        self.query_one("#welcome", Lines).show(rows)

    def _say(self, sentence: str, tone: str = "warn") -> None:
        self.screen_stack[0].query_one(MessageLine).say(sentence, tone)

    # choosing -------------------------------------------------------------------------------------------------------

    def action_point(self, at: int) -> None:
        """Move the mark."""
        self._at = at
        self._paint()

    def action_take(self) -> None:
        """Take what is marked."""
        if self._at:
            self.action_new_floor()
        else:
            self.action_demo()

    def action_demo(self) -> None:
        """See the demo."""
        self.exit("demo")

    def action_new_floor(self) -> None:
        """Make a floor of one's own, or go on with it."""
        self.action_point(1)
        if self._way is not None:
            self._way.begin()
            return
        form = Questionnaire("YOUR FLOOR", _about_me(), self._me, last="makes the floor")
        self.push_screen(form, self._known)

    def _known(self, given: dict[str, str] | None) -> None:
        if given is None:
            self._say("your answers are kept; 2 goes on with them")
            return
        name = clean(given["name"], limit=60).strip()
        self.run_worker(self._make(name, _zone_of(given["zone"])), exit_on_error=False)

    async def _make(self, name: str, zone: str) -> None:
        """Make the floor, or take the empty one that is there; then the way to the first lead begins."""
        import asyncio

        try:
            self._desk = await asyncio.to_thread(_floor_with, self._path, name, zone)
        except (StoreError, OSError) as error:
            self._say(f"{error}", "bad")
            return
        except Refused as no:
            self._say(no.message, "bad")
            return
        self._paint()
        self._way = FirstLead(self, self._desk, self._lead, self._released, self._say)
        self._way.begin()

    def _released(self, _note: str) -> None:
        assert self._desk is not None
        self.exit((self._path, self._desk.person.name))


def _about_me() -> tuple[Question, ...]:
    async def name(text: str, _given: Answers) -> Sequence[Line]:
        if not clean(text, limit=60).strip():
            raise Unclear("a name has at least one letter")
        return ()

    async def zone(text: str, _given: Answers) -> Sequence[Line]:
        _zone_of(text)
        return ()

    return (
        Question("name", "What do colleagues call you?", "you", HEARD, default=_user(), check=name, limit=60),
        Question("zone", "In which time zone is the floor?", "zone", DAY, default=machine_zone(), check=zone, limit=60),
    )


def _zone_of(text: str) -> str:
    """The time zone of this name, or of a town as people say it. Raises Unclear."""
    if text.strip() in available_timezones():
        return text.strip()
    from salesdesk.line.whereabouts import choices  # the towns of the world: not for the first screen

    found = choices(text)
    if len(found) > 1:
        some = " or ".join(each.label for each in found[:3])
        raise Unclear(f"{clean(text, limit=40)} may be {some}: which?")
    if not found:
        raise Unclear(f"{clean(text, limit=40)} is no time zone or town; a zone looks like America/Chicago")
    return found[0].zone


def _user() -> str | None:
    try:
        return clean(getpass.getuser(), limit=60).strip().capitalize() or None
    except (OSError, KeyError):
        return None


def _floor_with(path: Path, name: str, zone: str) -> LocalDesk:
    """The desk of the founder on a new floor, or on one where nobody is yet."""
    if not path.exists():
        create_floor(path, name=f"{name}'s floor", zone=zone)
    add_first_person(path, name, FOUNDER_ROLES)
    counter = open_counter(str(path))
    return LocalDesk(counter, person_named(counter, name))
