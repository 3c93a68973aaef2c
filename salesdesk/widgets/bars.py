"""The one-line bars of every station: status on top, message and keys at the bottom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.cells import cell_len

from salesdesk.commands import Command
from salesdesk.desk.link import OFFLINE, ONLINE, SLOW, Link
from salesdesk.widgets.lines import Bit, Line, Lines, line


class StatusLine(Lines):
    """Who sits where, on what, and the time."""

    DEFAULT_CSS = "StatusLine { height: 1; background: $surface; }"


def link_words(link: Link, zone: tzinfo | None, *, wide: bool) -> Line:
    """How the line to the floor is, in words; a floor on this machine needs none. Times are in `zone`."""
    parts: list[tuple[str, str]] = []
    if link.state == OFFLINE:
        since = f"{datetime.fromtimestamp(link.since, zone):%H:%M}"
        parts.append((f"OFFLINE since {since}" if wide else f"OFFLINE {since}", "bad"))
    elif link.barred:
        parts.append(("NO ENTRY", "bad"))
    elif link.state == SLOW:
        parts.append(("slow line" if wide else "slow", "warn"))
    elif link.state == ONLINE and wide:
        parts.append(("online", "dim"))
    if link.unsent:
        parts.append((f"{link.unsent} unsent", "warn"))
    if link.conflicts:
        parts.append((f"{link.conflicts} refused F7", "bad"))
    if link.skew:
        parts.append((f"clock {_long(abs(link.skew))} {'ahead' if link.skew > 0 else 'behind'}", "warn"))
    return line(*(part for words, tone in parts for part in ("  ", (words, tone))))


def _long(seconds: int) -> str:
    """About how long that is, in two or three characters and a unit."""
    for unit, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


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
    _shown: tuple[tuple[Command, ...], frozenset[str]] | None = None

    def keys(self, commands: Collection[Command], off: Collection[str] = ()) -> None:
        """Show the commands that have a place in the bar, as many as fit and always the last, which is `?`. Those in
        `off` are greyed, not hidden."""
        wanted = (tuple(commands), frozenset(off))
        if wanted == self._shown:
            return
        self._shown = wanted
        placed = sorted((each for each in commands if each.bar), key=lambda each: each.bar)
        items = [_key(each, each.id in off) for each in placed]
        self.draw(lambda width, _height: [_fitting(items, width)])


def _key(each: Command, idle: bool) -> Line:
    click = f"screen.{each.action(each.keys[0])}"
    cap = each.caps.split(" ")[0]
    return (Bit(cap, "dim" if idle else "key", click=click), Bit(f" {each.label}", "dim" if idle else "", click=click))


def _fitting(items: list[Line], width: int) -> Line:
    *most, last = items or [()]
    row: list[Bit] = []
    room = width - _wide(last)
    for item in most:
        if _wide(item) + 2 > room:
            break
        room -= _wide(item) + 2
        row += [*item, Bit("  ")]
    return (*row, *last)


def _wide(item: Line) -> int:
    return sum(cell_len(bit.text) for bit in item)
