"""The one-line bars of every station: status on top, message and keys at the bottom."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from salesdesk.commands import Command
from salesdesk.widgets.lines import Bit, Lines, line


class StatusLine(Lines):
    """Who sits where, on what, and the time."""

    DEFAULT_CSS = "StatusLine { height: 1; background: $surface; }"


class MessageLine(Lines):
    """One sentence for the person: what was done, what was refused and why."""

    DEFAULT_CSS = "MessageLine { height: 1; }"

    MARKS: ClassVar = {"bad": "✗ ", "warn": "! ", "good": "✓ "}
    """A glyph beside every colour."""

    def say(self, sentence: str, tone: str = "") -> None:
        """Put one sentence there; an empty one clears the line."""
        self.show([line((self.MARKS.get(tone, "") + sentence, tone))] if sentence else [])


class KeyBar(Lines):
    """The keys that matter now; each can be clicked."""

    DEFAULT_CSS = "KeyBar { height: 1; background: $surface; }"

    def keys(self, commands: Collection[Command], off: Collection[str] = ()) -> None:
        """Show the commands that have a place in the bar; those in `off` are greyed, not hidden."""
        row: list[Bit] = []
        for each in sorted((each for each in commands if each.bar), key=lambda each: each.bar):
            key = each.keys[0]
            cap = each.caps.split(" ")[0]
            click = f"screen.{each.action(key)}"
            idle = each.id in off
            row += [
                Bit(cap, "dim" if idle else "key", click=click),
                Bit(f" {each.label}", "dim" if idle else "", click=click),
                Bit("  "),
            ]
        self.show([tuple(row)])
