"""What every station has: its desk, its clock and pulse, its bars, and one place where refusals become sentences.

A station's screen is a subclass with `station`, `body()` and the actions of its commands:

    class WallboardScreen(Station):
        station = "wallboard"
        CSS_PATH = "wallboard.tcss"
        def body(self): yield Lines(id="board")               # between the status line and the message line
        def status(self): return line("WALL", ("  live", "dim"))   # the status line, asked for every second
        async def opened(self): ...                           # once, when the screen is there
        async def moved(self): ...                            # something happened on the floor (at most twice a second)
        def tick(self, now): ...                              # every TICK seconds while the screen is in front

Ask the desk inside a worker: `self.read(self._load)` for something that may be dropped when a newer one starts,
`self.act(self._release)` for writes (one after the other, never cancelled). In there `await self.ask(Request(...))`;
a refusal or a broken floor becomes a sentence in the message line (`refused` may be overridden). `self.say(sentence,
tone)` writes that line, `self.off()` names the commands that are greyed now, `self.desk.now()` is the floor's time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, Protocol, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState

from salesdesk.commands import Command, cap, commands
from salesdesk.crash import write_crash
from salesdesk.desk.errors import Refused
from salesdesk.desk.link import OFFLINE, Link
from salesdesk.desk.local import Desk
from salesdesk.desk.notices import News, Notice, Seen
from salesdesk.desk.registry import Request
from salesdesk.line.tzdata import zone
from salesdesk.store.session import StoreError
from salesdesk.widgets.banner import Banner
from salesdesk.widgets.bars import KeyBar, MessageLine, StatusLine, link_words
from salesdesk.widgets.lines import Line, Lines, line, wrapped

R = TypeVar("R")
PULSE = 0.5
"""Seconds between two looks at whether anything happened."""
NEWS = 1.0
"""Seconds between two questions for word to this seat, while the floor moves."""
BEAT = 15
"""Seconds between two heartbeats; a seat without one for 45 s is lost."""
TOO_SMALL = "make the window larger: 60x16 at least"
PATIENCE = 5
"""Seconds after which the screen says who keeps the floor from being written."""


class Workstation(Protocol):
    """What a screen asks of the program it is in."""

    seats: Mapping[str, Desk]
    celebrating: bool

    async def action_go(self, station: str) -> None:
        """Sit at another station."""
        ...


class Station(Screen[None]):
    """One person's screen at one station; see the module for what a subclass brings."""

    station: ClassVar[str] = ""
    TICK: ClassVar = 1.0
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (60, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-short"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, desk: Desk) -> None:
        super().__init__(name=self.station)
        self.desk = desk
        self._turn = asyncio.Lock()
        self._pulse = -1
        self._looking = False
        self._clocks: tuple[Timer, ...] = ()
        self._link = Link()
        self._heard = -NEWS
        self._celebrated = 0
        self._listening: asyncio.TimerHandle | None = None
        for each in commands(self.station):
            for key in each.keys:
                self._bindings.key_to_bindings.pop(key, None)  # the table comes before Textual's own keys
                self._bindings._add_binding(
                    Binding(key, each.action(key), each.label, id=f"{each.id}-{key}", show=False)
                )

    # what a subclass brings -----------------------------------------------------------------------------------------

    def body(self) -> ComposeResult:
        """The widgets between the status line and the message line."""
        yield from ()

    def status(self) -> Line:
        """The left part of the status line."""
        return line((self.station.upper(), "strong"))

    def off(self) -> Collection[str]:
        """Commands that would do nothing now; the key bar shows them grey."""
        return ()

    def more_keys(self) -> Collection[Command]:
        """Keys that come from the floor's map, such as outcomes, for `?`; their id is an action of the screen."""
        return ()

    async def opened(self) -> None:
        """The screen is there for the first time."""

    async def moved(self) -> None:
        """Something happened on the floor; runs in a worker, never twice at once."""

    async def beat(self) -> None:
        """Every 15 seconds, also while another station is in front."""

    def tick(self, now: int) -> bool | None:
        """Every TICK seconds while the screen is in front; `now` is the floor's time. True: the bars are repainted in
        a moment, after what is being read."""

    async def leave(self) -> None:
        """Before the program ends; raises Refused to stay."""
        if unsent := self.desk.link().unsent:
            raise Refused("unsent", f"{unsent} unsent: kept on this machine, and sent when you open this floor here")

    # asking the desk ------------------------------------------------------------------------------------------------

    async def ask(self, request: Request[R]) -> R:
        """Ask the desk; says who blocks the floor when it takes long. Raises Refused and StoreError."""
        asked = asyncio.ensure_future(self.desk.do(request))
        done, _waiting = await asyncio.wait({asked}, timeout=PATIENCE)
        if not done:
            who = await asyncio.to_thread(self.desk.blocker)
            self.say(f"waiting for the floor{f': {who} is writing' if who else ''}; what you typed stays", "warn")
        return await asked

    def act(self, job: Callable[[], Awaitable[None]]) -> Worker[None]:
        """Run a job that writes: after those before it, never cancelled."""
        return self.run_worker(partial(self._in_turn, job), group="act", exit_on_error=False)

    def read(self, job: Callable[[], Awaitable[None]], group: str = "read") -> Worker[None]:
        """Run a job that only reads; a newer one of its group replaces it."""
        return self.run_worker(partial(self._guarded, job), group=group, exclusive=True, exit_on_error=False)

    async def _in_turn(self, job: Callable[[], Awaitable[None]]) -> None:
        async with self._turn:
            await self._guarded(job)

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        except Refused as no:
            self.refused(no)
        except StoreError as error:
            self.say(str(error), "bad")

    def refused(self, no: Refused) -> None:
        """The floor said no."""
        self.say(no.message, "warn")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that broke is our mistake: it is logged without personal data, and the person can work on."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.say(f"something went wrong inside salesdesk; {write_crash(event.worker.error)}", "bad")

    # the frame ------------------------------------------------------------------------------------------------------

    @property
    def desk_app(self) -> Workstation:
        """The program this screen is in."""
        return cast(Workstation, self.app)

    def compose(self) -> ComposeResult:
        yield Lines(id="too-small")
        yield StatusLine(id="status")
        yield Banner(id="banner")
        yield from self.body()
        yield MessageLine(id="message")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#too-small", Lines).draw(
            lambda width, _height: [line(words) for words in wrapped(TOO_SMALL, width)]
        )
        self._clocks = (
            self.set_interval(PULSE, self._look),
            self.set_interval(self.TICK, self._tick),
            self.set_interval(BEAT, self._beat),
        )
        self.repaint_bars()
        self.act(self.opened)

    def on_unmount(self) -> None:
        if self._listening is not None:
            self._listening.cancel()

    def on_screen_suspend(self, _event: events.ScreenSuspend) -> None:
        for timer in self._clocks[:2]:
            timer.pause()

    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        for timer in self._clocks[:2]:
            timer.resume()
        if self._clocks:
            self._tick()

    @property
    def too_small(self) -> bool:
        """Whether the window shows nothing but how large it must be."""
        return self.has_class("-tiny") or self.has_class("-flat")

    def command_on(self, key: str) -> Command | None:
        """The command of a key, if it has one here."""
        return next((each for each in commands(self.station) if key in each.keys), None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Nothing is done unseen: in a window that is too small only leaving works."""
        return action == "quit" or not self.too_small

    def say(self, sentence: str, tone: str = "") -> None:
        """Put a sentence into the message line."""
        if self.is_mounted:
            self.query_one(MessageLine).say(sentence, tone)

    def cap(self, id: str) -> str:
        """The key of one of this station's commands, for a sentence that names it."""
        return cap(self.station, id)

    def repaint_bars(self) -> None:
        """Draw the status line and the key bar again; rows that did not change cost nothing."""
        here = datetime.fromtimestamp(self.desk.now(), zone(self.desk.person.zone or self.desk.settings.zone))
        demo = [("DEMO ", "warn")] if self.desk.settings.demo else []
        told = link_words(self.desk.link(), here.tzinfo, wide=self.has_class("-wide"))
        clock = (f"  local {here:%H:%M}", "dim")
        self.query_one(StatusLine).tell((*line(*demo), *self.status()), (*told, *line(clock)))
        self.query_one(KeyBar).keys(commands(self.station), self.off())

    def _tell_of_link(self) -> None:
        """Say once when the line to the floor changes for me."""
        before, self._link = self._link, self.desk.link()
        if self._link.conflicts > before.conflicts:
            self.say(f"the floor refused something you typed while it was away: {self.cap('refused')} shows it", "bad")
        elif self._link.barred and self._link.barred != before.barred:
            self.say(self._link.barred, "bad")
        elif self._link.state == OFFLINE != before.state:
            self.say("the floor cannot be reached; what you type is kept here", "warn")
        elif before.unsent and not self._link.unsent:
            self.say("all sent: the floor has what you typed", "good")
        elif before.state == OFFLINE != self._link.state:
            self.say("the floor is there again", "good")

    # timers ---------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        self._tell_of_link()
        self.banner.tick(self.desk.now())
        if not self.tick(self.desk.now()):
            self.repaint_bars()

    async def _look(self) -> None:
        if self._looking:
            return
        self._looking = True
        try:
            pulse = await self.desk.pulse()
        except StoreError as error:
            self.say(str(error), "bad")
            self._looking = False
            return
        if pulse == self._pulse:
            self._looking = False
            return
        self._pulse = pulse
        _worker: Worker[None] = self.run_worker(partial(self._moved), group="moved", exit_on_error=False)

    async def _moved(self) -> None:
        try:
            await self._guarded(self.moved)
        finally:
            self._looking = False
        self._listen()

    # word to this seat ----------------------------------------------------------------------------------------------

    @property
    def banner(self) -> Banner:
        """Where word to this seat is shown."""
        return self.query_one(Banner)

    def _listen(self) -> None:
        """Something happened: ask whether there is word for me, at most once a second."""
        wait = self._heard + NEWS - time.monotonic()
        if wait <= 0:
            self._learn()
        elif self._listening is None:
            self._listening = asyncio.get_running_loop().call_later(wait, self._learn)

    def _learn(self) -> None:
        self._heard, self._listening = time.monotonic(), None
        if self.desk.link().state != OFFLINE:
            self.read(self._learn_news, "news")

    async def _learn_news(self) -> None:
        told = await self.ask(News(celebrated=self._celebrated))
        self.banner.tell(told.notices)
        if told.win is not None:
            self._celebrated = told.win.id
            if self.desk_app.celebrating:
                self.banner.celebrate(told.win)
        await self.told(told.notices)

    async def told(self, notices: Sequence[Notice]) -> None:
        """Word for this seat is there; a screen may act on some of it, such as a lead that was taken from it."""

    def action_seen(self) -> None:
        """Put the notice away that is shown."""
        notice = self.banner.newest
        if notice is None:
            self.say("there is no word for you")
        else:
            self.act(partial(self._see, notice.id))

    async def _see(self, notice: int) -> None:
        await self.ask(Seen(notices=(notice,)))
        await self._learn_news()

    def _beat(self) -> None:
        self.act(self.beat)

    # commands that every station has --------------------------------------------------------------------------------

    def action_keys(self) -> None:
        """Show every key; the one that is chosen runs."""
        from salesdesk.screens.help import KeysScreen

        self.app.push_screen(KeysScreen(self.station, self.off(), self.more_keys()), self._run)

    def action_refused(self) -> None:
        """Show what the floor refused of what was typed while it was away."""
        from salesdesk.screens.refused import look_at_refused

        if not look_at_refused(self.app, self.desk, self._settled):
            self.say("nothing that you typed was refused")

    def _settled(self, sentence: str) -> None:
        self.say(sentence)
        self.repaint_bars()

    def action_figure(self) -> None:
        """Define the figures of this screen."""
        from salesdesk.screens.help import FiguresScreen

        self.app.push_screen(FiguresScreen(self.figures()))

    def figures(self) -> Collection[str]:
        """Labels of the figures that this screen shows, as the glossary knows them; empty: all of them."""
        return ()

    async def action_palette(self) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def action_close(self) -> None:
        """Close the top layer; a station has none by itself."""

    async def _run(self, chosen: Command | None) -> None:
        if chosen is not None:
            await self.run_action(chosen.action(chosen.keys[0]))
