"""The wall board on a terminal: the same lines as `salesdesk board --plain`, live, with colour for state."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterator, Sequence

from textual.app import ComposeResult

from salesdesk.commands import hints
from salesdesk.desk.boards import Board, BoardReply
from salesdesk.desk.link import OFFLINE
from salesdesk.line import pace
from salesdesk.line.boardpeople import Row
from salesdesk.line.boardrows import WIDE
from salesdesk.line.boardtext import PEOPLE, body
from salesdesk.line.figures import Figure, none
from salesdesk.screens.wallboard_actions import Acting
from salesdesk.widgets.lines import Bit, Line, Lines, line

ENOUGH = 1.0
"""Seconds after the last reading from which whatever happened is read without waiting for the clock."""
STALE = 2
"""Seconds after which the age of the board is shown as a warning."""
LAST = 5
"""The last block that Tab goes to, with the teams beside it; 0 is the whole board."""


class WallboardScreen(Acting):
    """What to act on, the day, the line, people, yields and teams; read again by the clock, and painted when read."""

    station = "wallboard"
    TICK = 0.95
    """Less than a second, with the time that reading and painting take."""
    CSS_PATH = "wallboard.tcss"
    _read_at = 0.0
    _reading = False
    _block = 0
    _told = -1
    _rows: Sequence[Row] = ()

    def body(self) -> ComposeResult:
        yield Lines(id="board", indent=0)

    def status(self) -> Line:
        board = self.board
        if board is None:
            return line(("WALL", "strong"), ("  reading the floor …", "dim"))
        age = max(0, self.desk.now() - board.at)
        if self.desk.link().state == OFFLINE:
            return line(("WALL", "strong"), f"  {board.floor}   day {board.gone.words} gone")
        live = (f"  live {age} s", "warn" if age > STALE else "dim")
        if self.size.width < WIDE:
            words = f"  day {board.gone.words}  {board.calling}"
            return line(("WALL", "strong"), words, live if age > STALE else "")
        return line(("WALL", "strong"), f"  {board.floor}   day {board.gone.words} gone   {board.calling} ", live)

    def figures(self) -> Collection[str]:
        return tuple(dict.fromkeys(_ids(self.board, self._block))) if self.board else ()

    # reading --------------------------------------------------------------------------------------------------------

    async def opened(self) -> None:
        await self.reload()

    async def moved(self) -> None:
        last = self._read_at
        await asyncio.sleep(max(0.0, last + ENOUGH - time.monotonic()))
        if self._read_at == last:
            await self.reload()

    def tick(self, now: int) -> bool:
        """Read the board, which paints it; where that is not possible, or takes long, the ages move all the same."""
        offline = self.desk.link().state == OFFLINE
        behind = offline or self._reading or self.board is None or now > self.board.at + STALE
        if behind:
            self._paint()
        if not offline and not self._reading:
            self.read(self.reload)
        return not behind

    async def reload(self) -> None:
        """Read the board again."""
        self._read_at, self._reading = time.monotonic(), True
        try:
            self.board = await self.ask(Board())
        finally:
            self._reading = False
        self.marks &= {seat.person for seat in self.board.people}
        self.repaint_bars()
        self._paint()

    def _paint(self) -> None:
        if self.is_mounted:
            self.query_one("#board", Lines).draw(self._lines)

    def _lines(self, width: int, height: int) -> Sequence[Line]:
        if self.board is None:
            return ()
        self._rows = body(
            self.board,
            width,
            self.desk.now(),
            hints(self.station),
            height=height,
            chosen=self._block,
            marked=self.marks,
        )
        return [tuple(self._bit(text, tone, person) for text, tone, person in row) for row in self._rows]

    def _bit(self, text: str, tone: str, person: int) -> Bit:
        return Bit(text, "mark" if person and person == self.person else tone)

    # keys -----------------------------------------------------------------------------------------------------------

    def action_next_block(self) -> None:
        """Go to the next block."""
        self._go(1)

    def action_previous_block(self) -> None:
        """Go to the block before."""
        self._go(-1)

    def _go(self, by: int) -> None:
        self._block = (self._block + by) % (LAST + 1)
        self._paint()

    def action_seat(self, key: str) -> None:
        """Go from person to person."""
        self._block = PEOPLE
        room = self.query_one("#board", Lines).size
        self._lines(room.width, room.height)  # with the seats in front: they may not be on the screen yet
        grid = [[piece.person for piece in row if piece.person] for row in self._rows]
        grid = [row for row in grid if row]
        if not grid:
            self.say("nobody is signed in")
            return
        self.person = _beside(grid, self.person, key)
        self._tell_person()
        self._paint()

    def action_mark(self) -> None:
        """Mark the seat under the cursor, or take its mark away."""
        if not self.person:
            self.say("go to somebody first, with the arrows")
            return
        self.marks ^= {self.person}
        self._paint()
        if len(self.marks) > 1:
            self.say(f"{len(self.marks)} seats are marked; {self.cap('move_people')} moves them")

    def action_close(self) -> None:
        """Take the marks away, then the cursor."""
        if self.marks:
            self.marks.clear()
        else:
            self.person = self._block = 0
        self._paint()

    def off(self) -> Collection[str]:
        return {
            *(() if self.can_undo else ("undo",)),
            *(() if self.alerts("PROMISE") else ("pass_on",)),
            *(() if self.alerts("INBOUND") else ("offer",)),
            *(() if self.alerts("ANDON") else ("clear",)),
        }

    def _tell_person(self) -> None:
        seat = next((each for each in self.board.people if each.person == self.person), None) if self.board else None
        if seat is None:
            return
        parts = [seat.name, f"team {seat.team}" if seat.team else "", seat.campaign]
        age = pace.state_age_words(self.desk.now() - seat.since, seat.limit)
        parts.append(f"{seat.code or seat.state} {age}" + (" min" if seat.limit else ""))
        parts.append("simulated" if seat.simulated else "")
        self.say(" · ".join(part for part in parts if part))

    def action_why(self) -> None:
        """Say why a queue is dry or will be; again says the next one."""
        found = [each for each in self.board.alerts if each.word in ("DRY", "SOON")] if self.board else []
        if not found:
            self.say("no queue is dry, and none will be within the hour", "good")
            return
        self._told = (self._told + 1) % len(found)
        alert = found[self._told]
        self.say(f"{alert.text} · {alert.detail}", "bad" if alert.now else "warn")


def _beside(grid: Sequence[Sequence[int]], person: int, key: str) -> int:
    """The person beside another in the grid of seats; the first when nobody is chosen."""
    place = next(((y, x) for y, row in enumerate(grid) for x, who in enumerate(row) if who == person), None)
    if place is None:
        return grid[0][0]
    y, x = place
    y = max(0, min(len(grid) - 1, y + {"up": -1, "down": 1}.get(key, 0)))
    x += {"left": -1, "right": 1}.get(key, 0)
    return grid[y][max(0, min(len(grid[y]) - 1, x))]


def _ids(board: BoardReply, block: int) -> Iterator[str]:
    """The glossary ids of the figures in a block, of all of them for 0."""
    parts: dict[int, object] = {
        0: (board.gone, *map(none, ("board_age", "callable_now"))),
        1: board.alerts,
        2: (board.day, none("pace"), board.invited, board.held, board.promises, board.speed),
        3: (board.line, *map(none, ("dry_time", "drum", "drum_certainty"))),
        4: (board.states, none("state_age")),
        5: (board.yields, none("yield_signal"), board.teams, board.last_meeting, board.notes),
    }
    for number, part in parts.items():
        if block in (0, number):
            yield from _figures_in(part)


def _figures_in(part: object) -> Iterator[str]:
    if isinstance(part, Figure):
        yield part.id
    elif isinstance(part, tuple):
        for each in part:
            yield from _figures_in(each)
    elif hasattr(part, "__dataclass_fields__"):
        if isinstance(id := getattr(part, "id", None), str):
            yield id
        for name in part.__dataclass_fields__:
            yield from _figures_in(getattr(part, name))
