"""The wall board as lines of text: the same words for the screen, which adds colour, and for `board --plain`.

render(board, 120, now)            # plain lines, no colour, no control characters
body(board, 120, now, height=36)   # rows of (text, tone, person) for the screen, fitted to its height
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from salesdesk.line import glossary
from salesdesk.line.boardmodel import Board
from salesdesk.line.boardpeople import DENSITIES, Piece, Row, people, tall, urgent_rows
from salesdesk.line.boardrows import (
    DAY_COLUMNS,
    LINE_COLUMNS,
    WIDE,
    YIELD_COLUMNS,
    act_now,
    day,
    line_row,
    notes,
    padded,
    teams,
    yield_row,
)
from salesdesk.line.columns import fit, right, width_of
from salesdesk.line.figures import Figure
from salesdesk.line.tzdata import zone

BLOCKS = ("ACT NOW", "THE DAY", "THE LINE", "PEOPLE", "YIELD", "TEAM")
PEOPLE = BLOCKS.index("PEOPLE") + 1


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one block; `least` of them stay when the screen is low, `more` names what was left out."""

    number: int
    rows: list[Row]
    least: int
    more: str = ""


NO_KEYS: Mapping[str, str] = MappingProxyType({})
"""Alerts without a key beside them."""


def render(board: Board, width: int, now: int, keys: Mapping[str, str] = NO_KEYS) -> list[str]:
    """The whole board in plain text, no line wider than `width` cells. keys: what helps with an alert, by command."""
    rows = [head(board, width, now), *body(board, width, now, keys)]
    return [fit("".join(piece.text for piece in row), width).rstrip() for row in rows]


def head(board: Board, width: int, now: int) -> Row:
    """The first line: floor, date and time, how much of the day is gone, where calls may go, how old this is."""
    here = datetime.fromtimestamp(now, zone(board.zone))
    age = f"live {max(0, now - board.at)} s"
    if width >= WIDE:
        day = f"{here:%a} {here.day} {here:%b}  {here:%H:%M} {board.zone_word}"
        text = f" WALL  {board.floor}    {day}    day {board.gone.words} gone    {board.calling}    {age}"
    else:
        text = f" WALL {fit(board.floor, 18)}  {here:%H:%M} {board.zone_word}  day {board.gone.words}  {board.calling}"
    return (Piece(fit(text, width), "strong"),)


def body(
    board: Board,
    width: int,
    now: int,
    keys: Mapping[str, str] = NO_KEYS,
    *,
    height: int | None = None,
    chosen: int = 0,
    marked: Collection[int] = (),
) -> list[Row]:
    """The blocks, one under the other. With a height the calm seats shrink first, then whole blocks give way.

    keys: what helps with an alert, by command. chosen: the number of the block in front, 0 for none. marked: people
    whose seats are marked.
    """

    def seats(density: int) -> list[Row]:
        return people(board.people, width, now, density, marked)

    if height is None:
        blocks = _blocks(board, width, seats(0 if len(board.people) <= _MANY else 1), keys)
    else:
        blocks = _fitted(board, width, height, seats, chosen, keys)
    # Where there is room, a free line before each block is easier on the eye from afar.
    gap = height is not None and _length(blocks) + len(blocks) + 2 <= height
    rows: list[Row] = []
    for block in blocks:
        rows += [()] if gap and rows else []
        rows += [_rule(board, block.number, width, block.number == chosen, marked), *block.rows]
    return rows if height is None else rows[:height]


_MANY = 24
"""Seats that are shown in full when there is room for any number of lines."""


def _length(blocks: Sequence[Block]) -> int:
    return sum(1 + len(block.rows) for block in blocks)


_URGENT = 2
"""Rows of seats that want a look which stay however low the screen is."""


def _fitted(
    board: Board, width: int, height: int, seats: Callable[[int], list[Row]], chosen: int, keys: Mapping[str, str]
) -> list[Block]:
    """The calm seats shrink until the blocks fit; the block in front keeps its rows as long as the others have any."""
    blocks = _blocks(board, width, [], keys)
    # Nothing is gained by cells so small that they save no row.
    room = max(height - _length(blocks), tall(board.people, width, DENSITIES - 1))
    density = next(n for n in range(DENSITIES) if tall(board.people, width, n) <= room)
    place = next(n for n, block in enumerate(blocks) if block.number == PEOPLE)
    urgent = urgent_rows(board.people, width, density)
    more = "rows of seats" if urgent > _URGENT else blocks[place].more
    blocks[place] = replace(blocks[place], rows=seats(density), least=1 + min(urgent, _URGENT), more=more)
    if chosen and _length(blocks) > height:
        least = [len(each.rows) if each.number == chosen else min(each.least, 1) for each in blocks]
        blocks = [replace(each, least=keep) for each, keep in zip(blocks, least, strict=True)]
    return blocks if _length(blocks) <= height else _squeezed(blocks, height)


def _blocks(board: Board, width: int, seats: list[Row], keys: Mapping[str, str]) -> list[Block]:
    blocks = [
        Block(1, act_now(board.alerts, width, keys), 2, "to act on"),
        Block(2, day(board, width), 2),
        Block(3, [line_row(row, width) for row in board.line], 2, "stations"),
        Block(PEOPLE, seats, 1, "rows of calm seats"),
    ]
    rates, sides = [yield_row(each, width) for each in board.yields], teams(board)
    if width >= WIDE:
        side = max(width - _SPLIT, 0)
        pairs = [
            (*padded(rates[n] if n < len(rates) else (), _SPLIT), *(sides[n] if n < len(sides) else ()))
            for n in range(max(len(rates), min(len(sides), 6)))
        ]
        blocks.append(Block(5, [*pairs, notes(board, True)] if side else rates, 0))
    else:
        one_line = " · ".join(" ".join("".join(piece.text for piece in row).split()) for row in sides)
        blocks.append(Block(5, [*rates, (Piece(f" team  {one_line}"),), notes(board, False)], 0))
    return blocks


_SPLIT = 78


def _squeezed(blocks: list[Block], height: int) -> list[Block]:
    """Take rows away from the lower blocks first, until all fit; a cut block says how much it hides."""
    over = _length(blocks) - height
    kept = []
    for block in reversed(blocks):
        if over > 0 and not block.least:
            take = min(over, len(block.rows))
            rows = block.rows[: len(block.rows) - take]
            over -= take
            if not rows:
                over -= 1
                continue
        elif over > 0 and len(block.rows) > block.least:
            take = min(over, len(block.rows) - block.least)
            shown = len(block.rows) - take
            hidden = take + 1
            rows = [*block.rows[: shown - 1], (Piece(f" + {hidden} more {block.more}".rstrip(), "dim"),)]
            over -= take
        else:
            rows = block.rows
        kept.append(Block(block.number, rows, block.least))
    return kept[::-1]


# rules --------------------------------------------------------------------------------------------------------------


def _rule(board: Board, number: int, width: int, chosen: bool, marked: Collection[int]) -> Row:
    wide = width >= WIDE
    title = f"{number} {BLOCKS[number - 1]}"
    if number == 2:
        title = _over(title, ("so far", "by now", "target"), DAY_COLUMNS[wide])
    elif number == 3:
        names = ("on hand", "cover", "in work", "rate/h", "plan/h")
        title = f"{_over(title, names, LINE_COLUMNS[wide])} buffer "
    elif number == 4:
        everybody, *states = board.states
        words = [f"{everybody.words} in", *(f"{_state_word(each)} {each.words}" for each in states)]
        words += [f"{len(marked)} marked ■"] if marked else []
        words += ["* simulated"] if any(seat.simulated for seat in board.people) else []
        title = f"{title}  {' · '.join(words)} "
        if wide and width_of(title) < width - 30:
            title = f"{fit(title, width - 26, '─')} by need, then name "
    elif number == 5:
        title = f"{title} today, 90 % "
        if wide:
            usual = f"{fit(title, sum(YIELD_COLUMNS[True]) - 9, '─')} usual "
            title = f"{fit(usual, _SPLIT - 4, '─')} 6 TEAM, percent of plan "
    else:
        title += " "
    text = fit(f"──{'▸' if chosen else ' '}{title}", width, "─")
    return (Piece(text, "accent" if chosen else "rule"),)


def _over(title: str, names: Sequence[str], columns: Sequence[int]) -> str:
    """A title with names over the columns of figures below it."""
    first, *sizes = columns
    return fit(title, first - 3) + "".join(right(name, size) for name, size in zip(names, sizes, strict=True)) + " "


def _state_word(figure: Figure) -> str:
    definition = glossary.define(figure.id)
    return definition.shown_as[0] if definition.shown_as else definition.name.removeprefix("people ")
