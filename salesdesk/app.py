"""The program on the terminal: one mode per station, a calm theme, and a crash that tells nobody's secrets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from salesdesk.commands import commands
from salesdesk.desk import registry
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import Desk
from salesdesk.environment import Environment
from salesdesk.screens import REGISTRY
from salesdesk.screens.station import Station
from salesdesk.store.session import StoreError
from salesdesk.widgets.calm_app import THEMES, CalmApp


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
                yield f"go to {name}: {REGISTRY[name].title}", f"Sit at the station {name}.", f"app.go({name!r})"
            told = "off" if app.celebrating else "on"
            yield f"celebrations {told}", "Show every win for two seconds, or none.", "app.celebrate"
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


class SalesdeskApp(CalmApp[None]):
    """The workstation.

    seats: the desk of whoever sits at each station; one person's desk goes to several stations by
    `screens.seats_for(desk)`, and on a demo floor each station may have somebody of its own. first: the station in
    front. mono: no colour at all. theme: one of THEMES.
    """

    CSS_PATH = "app.tcss"
    COMMANDS: ClassVar = {Commands}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, seats: Mapping[str, Desk], first: str = "", *, mono: bool = False, theme: str = "") -> None:
        self.seats = {name: seats[name] for name in REGISTRY if name in seats}
        if not self.seats:
            raise ValueError("there is no station here for you")
        self.DEFAULT_MODE = first or next(iter(self.seats))  # type: ignore[misc]  # no blank screen before the first
        super().__init__(mono=mono, theme=theme)
        self._leaving = False
        self.celebrating = Environment().celebrates
        for name, desk in self.seats.items():
            self.add_mode(name, partial(REGISTRY[name].open, desk))

    def get_system_commands(self, _screen: Screen[object]) -> Iterable[SystemCommand]:
        """None of Textual's own: the table has every command."""
        return ()

    async def settled(self) -> None:
        """Import what the other keys ask for while the person reads, so that no key waits for it."""
        await asyncio.to_thread(registry.prepare)
        await super().settled()

    # going somewhere ------------------------------------------------------------------------------------------------

    async def action_go(self, station: str) -> None:
        """Sit at another station; what was said at the one that is left is over when one comes back."""
        for screen in self.screen_stack:
            if isinstance(screen, Station):
                screen.say("")
        await self.switch_mode(station)

    def action_celebrate(self) -> None:
        """Celebrate wins, or stop that; SALESDESK_CELEBRATIONS=off begins without."""
        self.celebrating = not self.celebrating

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
            if self.current_mode != station.station:  # what it wants is done there
                await self.switch_mode(station.station)
            station.say(f"{no.message} ({station.cap('quit')} again leaves all the same)", "warn")
            return False
        return True

    def _stay(self) -> None:
        self._leaving = False

    def action_help_quit(self) -> None:
        """Ctrl+c does not leave."""
        if isinstance(self.screen, Station):
            self.screen.say(f"{self.screen.cap('quit')} leaves; {self.screen.cap('keys')} shows every key")
