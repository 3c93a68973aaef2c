"""The program on the terminal: one mode per station, a calm theme, and a crash that tells nobody's secrets."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen
from textual.theme import Theme

from salesdesk.commands import commands
from salesdesk.crash import write_crash
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import Desk
from salesdesk.screens import REGISTRY
from salesdesk.screens.station import Station
from salesdesk.store.session import StoreError

DARK = Theme(
    name="salesdesk",
    primary="#7aa2c4",
    secondary="#7aa2c4",
    accent="#8fb8d8",
    foreground="#d0d4d8",
    background="#14171a",
    surface="#1a1e22",
    panel="#262c32",
    success="#8fbf8f",
    warning="#d8b36a",
    error="#e07a70",
    dark=True,
)
LIGHT = Theme(
    name="salesdesk-light",
    primary="#2f6690",
    secondary="#2f6690",
    accent="#22577f",
    foreground="#24292e",
    background="#fbfaf7",
    surface="#f1efea",
    panel="#e3e0d8",
    success="#2f7a3d",
    warning="#8a5a00",
    error="#b03028",
    dark=False,
)
THEMES = ("salesdesk", "salesdesk-light", "ansi-dark", "ansi-light")


class Commands(Provider):
    """The palette: commands of the station in front, the other stations, the themes."""

    def _entries(self) -> Iterable[tuple[str, str, str]]:
        """Name, help and action of each."""
        app = self.app
        station = self.screen
        if isinstance(station, Station):
            for each in commands(station.station):
                if each.id not in ("palette", "close") and not each.each:
                    yield f"{each.label}  ({each.caps})", each.help, f"screen.{each.action(each.keys[0])}"
        if isinstance(app, SalesdeskApp):
            for name in app.seats:
                yield f"go to {REGISTRY[name].title}", f"Sit at the station {name}.", f"app.go({name!r})"
        for theme in THEMES:
            yield f"theme {theme}", "Change the colours.", f"app.dress({theme!r})"

    async def discover(self) -> Hits:
        for name, about, action in self._entries():
            yield DiscoveryHit(Content(name), partial(self._run, action), text=name, help=about)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, about, action in self._entries():
            if score := matcher.match(name):
                yield Hit(score, Content(name), partial(self._run, action), text=name, help=about)

    async def _run(self, action: str) -> None:
        await self.app.run_action(action, self.screen)


class SalesdeskApp(App[None]):
    """The workstation.

    seats: the desk of whoever sits at each station; one person's desk goes to several stations by
    `screens.seats_for(desk)`, and on a demo floor each station may have somebody of its own. first: the station in
    front. mono: no colour at all. theme: one of THEMES.
    """

    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {Commands}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, seats: Mapping[str, Desk], first: str = "", *, mono: bool = False, theme: str = "") -> None:
        mono = mono or "NO_COLOR" in os.environ
        if mono:
            os.environ["NO_COLOR"] = "1"
        self.seats = {name: seats[name] for name in REGISTRY if name in seats}
        if not self.seats:
            raise ValueError("there is no station here for you")
        self.DEFAULT_MODE = first or next(iter(self.seats))  # type: ignore[misc]  # no blank screen before the first
        super().__init__(ansi_color=True if mono else None)
        self.animation_level = "none"
        self._leaving = False
        for each in (DARK, LIGHT):
            self.register_theme(each)
        self.theme = theme or ("ansi-dark" if mono else DARK.name)
        for name, desk in self.seats.items():
            self.add_mode(name, partial(REGISTRY[name].open, desk))

    def get_system_commands(self, _screen: Screen[object]) -> Iterable[SystemCommand]:
        """None of Textual's own: the table has every command."""
        return ()

    # going somewhere ------------------------------------------------------------------------------------------------

    async def action_go(self, station: str) -> None:
        """Sit at another station."""
        await self.switch_mode(station)

    def action_dress(self, theme: str) -> None:
        """Change the theme."""
        self.theme = theme

    async def action_quit(self) -> None:
        """Leave every seat; a station that wants something first says so, and a second time leaves all the same."""
        for stack in self._screen_stacks.values():
            for screen in stack:
                if isinstance(screen, Station) and not await self._left(screen):
                    return
        self.exit()

    async def _left(self, station: Station) -> bool:
        try:
            await station.leave()
        except StoreError:
            return True
        except Refused as no:
            if self._leaving:
                return True
            self._leaving = True
            self.set_timer(5, self._stay)
            station.say(f"{no.message} (Ctrl+q again leaves all the same)", "warn")
            return False
        return True

    def _stay(self) -> None:
        self._leaving = False

    def action_help_quit(self) -> None:
        """Ctrl+c does not leave."""
        if isinstance(self.screen, Station):
            self.screen.say("Ctrl+q leaves; ? shows every key")

    # crashing -------------------------------------------------------------------------------------------------------

    def log_crash(self, error: BaseException) -> Path:
        """Write where an error happened, without values, to a file of this user; returns the file."""
        return write_crash(error)

    def _handle_exception(self, error: Exception) -> None:
        """An uncaught error ends the program with one line; Textual would print local variables."""
        if os.environ.get("SALESDESK_DEBUG") == "1":
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        where = self.log_crash(error)
        self.exit(return_code=1, message=f"salesdesk stopped by an error of its own; written to {where}")
