"""What every program of ours on a terminal has in common: calm colours, no motion, and a crash that tells nothing."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import suppress
from functools import partial
from typing import TypeVar

from textual.app import App
from textual.theme import Theme

from salesdesk import environment
from salesdesk.crash import write_crash
from salesdesk.environment import Environment

R = TypeVar("R")
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
SETTLED = 1.0
"""Seconds from the first picture until what the start has made is known to stay."""
THEMES = (DARK.name, LIGHT.name, "ansi-dark", "ansi-light")


class CalmApp(App[R]):
    """An app in our themes. mono, or NO_COLOR in the environment: no colour at all. theme: one of THEMES."""

    def __init__(self, *, mono: bool = False, theme: str = "") -> None:
        mono = mono or Environment().no_color
        if mono:
            environment.tell(environment.NO_COLOR, "1")
        super().__init__(ansi_color=True if mono else None)
        self.animation_level = "none"
        for each in (DARK, LIGHT):
            self.register_theme(each)
        self.theme = theme or ("ansi-dark" if mono else DARK.name)

    def on_load(self) -> None:
        """Whoever ends the program by a signal gets their terminal back as it was."""
        with suppress(RuntimeError, ValueError):  # signals come to the main thread only
            ended = partial(self.exit, return_code=128 + signal.SIGTERM)
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended)

    def on_ready(self) -> None:
        """The first picture is there: what is not needed for it has its turn, once there was time to look."""
        self.set_timer(SETTLED, self.settled)

    async def settled(self) -> None:
        """Look for garbage again, where that was put off until after the start, but not in what the start has made."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def _handle_exception(self, error: Exception) -> None:
        """An uncaught error ends the program with one line; Textual would print local variables."""
        if Environment().debug:
            super()._handle_exception(error)
            return
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        told = write_crash(error)
        self.exit(return_code=1, message=f"salesdesk stopped by an error of its own; {told}")
