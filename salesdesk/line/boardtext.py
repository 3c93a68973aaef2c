"""The wall board as lines of text: the same words for the screen, which adds colour, and for `board --plain`.

render(board, 120, now)            # plain lines, no colour, no control characters
body(board, 120, now, height=36)   # rows of (text, tone, person) for the screen, fitted to its height
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from salesdesk.line import glossary, pace
from salesdesk.line.alerts import Alert
from salesdesk.line.boardmodel import Board, DayLine, LineRow, YieldLine
from salesdesk.line.boardpeople import DENSITIES, Piece, Row, people
from salesdesk.line.columns import fit, left, right, width_of
from salesdesk.line.figures import Figure
from salesdesk.line.tzdata import zone

BLOCKS = ("ACT NOW", "THE DAY", "THE LINE", "PEOPLE", "YIELD", "TEAM")
WIDE = 100
"""From this width on the board has its columns in full."""
_SHORT = {"selling_conversation": "selling conversations", "meetings_booked": "meetings booked"}
_ARROWS = {
    "connect_rate": "dial → human",
    "conversation_rate": "human → conversation",
    "meeting_rate": "selling → meeting",
}


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one block; `least` of them stay when the screen is low, `more` names what was left out."""

    number: int
    rows: list[Row]
    least: int
    more: str = ""


def render(board: Board, width: int, now: int) -> list[str]:
    """The whole board in plain text, no line wider than `width` cells."""
    rows = [head(board, width, now), *body(board, width, now)]
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


def body(board: Board, width: int, now: int, *, height: int | None = None, chosen: int = 0) -> list[Row]:
    """The blocks, one under the other. With a height the calm seats shrink first, then whole blocks give way.

    chosen: the number of the block that is marked, 0 for none.
    """
    if height is None:
        blocks = _blocks(board, width, now, 0 if len(board.people) <= _MANY else 1)
    else:
        blocks = _fitted(board, width, now, height)
    # Where there is room, a free line before each block is easier on the eye from afar.
    gap = height is not None and _length(blocks) + len(blocks) + 2 <= height
    rows: list[Row] = []
    for block in blocks:
        rows += [()] if gap and rows else []
        rows += [_rule(board, block.number, width, block.number == chosen), *block.rows]
    return rows if height is None else rows[:height]


_MANY = 24
"""Seats that are shown in full when there is room for any number of lines."""


def _length(blocks: Sequence[Block]) -> int:
    return sum(1 + len(block.rows) for block in blocks)


def _fitted(board: Board, width: int, now: int, height: int) -> list[Block]:
    blocks: list[Block] = []
    for density in range(DENSITIES):
        blocks = _blocks(board, width, now, density)
        if _length(blocks) <= height:
            return blocks
    return _squeezed(blocks, height)


def _blocks(board: Board, width: int, now: int, density: int) -> list[Block]:
    blocks = [
        Block(1, _act_now(board.alerts, width), 2, "to act on"),
        Block(2, _day(board, width), 2),
        Block(3, [_line_row(row, width) for row in board.line], 2, "stations"),
        Block(4, people(board.people, width, now, density), 1, "rows of calm seats"),
    ]
    rates, teams = [_yield(each, width) for each in board.yields], _teams(board)
    if width >= WIDE:
        side = max(width - _SPLIT, 0)
        pairs = [
            (*_padded(rates[n] if n < len(rates) else (), _SPLIT), *(teams[n] if n < len(teams) else ()))
            for n in range(max(len(rates), min(len(teams), 6)))
        ]
        blocks.append(Block(5, [*pairs, _notes(board)] if side else rates, 0))
    else:
        one_line = " · ".join(" ".join("".join(piece.text for piece in row).split()) for row in teams)
        blocks.append(Block(5, [*rates, (Piece(f" team  {one_line}"),), _notes(board)], 0))
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


def _rule(board: Board, number: int, width: int, chosen: bool) -> Row:
    wide = width >= WIDE
    title = f"{number} {BLOCKS[number - 1]}"
    if number == 2:
        title = _over(title, ("so far", "by now", "target"), _DAY_COLUMNS[wide])
    elif number == 3:
        names = ("on hand", "cover", "in work", "rate/h", "plan/h")
        title = f"{_over(title, names, _LINE_COLUMNS[wide])} buffer "
    elif number == 4:
        states = [f"{each.words} {_state_word(each)}" for each in board.states]
        marked = " · * simulated" if any(seat.simulated for seat in board.people) else ""
        title = f"{title}  {' · '.join(states)}{marked} "
    elif number == 5:
        title = f"{title} today, 90 % "
        if wide:
            usual = f"{fit(title, sum(_YIELD_COLUMNS[True]) - 9, '─')} usual "
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


# blocks -------------------------------------------------------------------------------------------------------------


def _act_now(alerts: Sequence[Alert], width: int) -> list[Row]:
    if not alerts:
        return [(Piece(" nothing needs you now", "good"),)]
    return [_alert(each, width) for each in alerts]


def _alert(alert: Alert, width: int) -> Row:
    tone = "bad" if alert.now else "warn"
    mark = Piece(f" {'!' if alert.now else '~'} {left(alert.word, 8)} ", tone)
    key = f" {alert.key}" if alert.key else ""
    room = width - width_of(mark.text) - width_of(key)
    if width < WIDE:
        words = f"{alert.text} · {alert.detail}" if alert.detail else alert.text
        return (mark, Piece(left(words, room), tone if alert.now else ""), Piece(key, "dim"))
    text, detail = width_of(alert.text), width_of(alert.detail)
    if text <= _TEXT and detail <= room - _TEXT:
        text = _TEXT
    elif text + 2 + detail > room:
        text = min(text, max(room - min(detail, _DETAIL) - 2, 0))
    words = left(alert.text, min(text, room))
    return (mark, Piece(words, tone), Piece(left(f"  {alert.detail}", room - width_of(words))), Piece(key, "dim"))


_TEXT, _DETAIL = 50, 30
"""Where the second column of an alert begins if it can, and what it keeps when both are long."""
_PACE_TONES = {"behind": "warn", "ahead": "good", "on pace": "good"}


_DAY_COLUMNS = {True: (38, 9, 10, 10), False: (23, 9, 8, 8)}


def _day(board: Board, width: int) -> list[Row]:
    rows = [_day_line(each, width) for each in board.day]
    if board.held:
        held, missed = board.held
        words = _columns("meetings held", (held.words, "–", "–"), _DAY_COLUMNS[width >= WIDE])
        rows.append((Piece(words), Piece(f"  no-show {missed.words}", "dim")))
    kept, late = board.promises
    tail = f"{late.words} late" if late.value else "none late" if kept.value else "none due yet"
    words = _columns("promises kept", (kept.words, "–", "–"), _DAY_COLUMNS[width >= WIDE])
    return [*rows, (Piece(words), Piece(f"  {tail}", "warn" if late.value else "dim"))]


def _columns(name: str, cells: Sequence[str], columns: Sequence[int]) -> str:
    first, *sizes = columns
    return left(f" {name}", first) + "".join(right(cell, size) for cell, size in zip(cells, sizes, strict=True))


def _day_line(day: DayLine, width: int) -> Row:
    wide = width >= WIDE
    figures = (day.so_far.words, day.by_now.words, day.target.words)
    words = _columns(_SHORT.get(day.so_far.id, day.so_far.id), figures, _DAY_COLUMNS[wide])
    tone = _PACE_TONES.get(day.word, "dim")
    if day.percent.value is None:
        return (Piece(words, "strong"), Piece(f"  {day.word}", tone))
    drawn = pace.bar(day.percent.value / 100, 20 if wide else 10)
    return (Piece(words, "strong"), Piece(f"  {drawn} {right(day.percent.words, 6)}  {day.word}", tone))


_LINE_COLUMNS = {True: (26, 10, 12, 10, 9, 9), False: (22, 8, 10, 8, 7, 7)}


def _line_row(row: LineRow, width: int) -> Row:
    figures = (row.on_hand, row.cover, row.in_work, row.rate, row.plan)
    words = _columns(row.name, [each.words for each in figures], _LINE_COLUMNS[width >= WIDE])
    zone = row.buffer.words
    tone = "bad" if row.dry else "warn" if zone in ("low", "EMPTY") else ""
    drum = f"  ◆ {row.drum}" if row.drum else ""
    return (Piece(words, tone), Piece(f"  {left(zone, 10) if drum else zone}", tone), Piece(drum, "strong"))


_YIELD_COLUMNS = {True: (26, 16, 12, 9), False: (23, 15, 11, 8)}


def _yield(each: YieldLine, width: int) -> Row:
    counts = f"{each.successes:,} of {each.trials:,}"
    shown = each.shown if each.shown != counts.replace(",", "") else "too few"
    words = _columns(_ARROWS[each.id], (counts, shown, each.usual.words), _YIELD_COLUMNS[width >= WIDE])
    tone = "warn" if each.word == "below usual" else "good" if each.word == "above usual" else "dim"
    return (Piece(words), Piece(f"  {each.word}", tone))


def _teams(board: Board) -> list[Row]:
    rows: list[Row] = [
        (Piece(f"{left(each.name, 10)} {right(each.percent.words, 7)}  "), Piece(each.word, "dim"))
        for each in board.teams
    ]
    if not rows:
        rows = [(Piece("no plan to compare with", "dim"),)]
    if board.last_meeting.value is not None:
        rows.append((Piece(f"last meeting  {board.last_meeting.words}"),))
    return rows


def _notes(board: Board) -> Row:
    bad, opted, skips, after = board.notes
    return (
        Piece(f" bad records {bad.words} · opt-outs {opted.words} · skips {skips.words} · ", "dim"),
        Piece(f"dialed after hours {after.words}", "bad" if after.value else "dim"),
    )


def _padded(row: Row, size: int) -> Row:
    used = sum(width_of(piece.text) for piece in row)
    return (*row, Piece(" " * max(0, size - used)))
