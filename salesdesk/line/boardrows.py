"""The rows of the wall board's blocks, one function for each: texts with tones, no wider than the board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from salesdesk.line import pace
from salesdesk.line.alerts import Alert
from salesdesk.line.boardmodel import Board, DayLine, LineRow, YieldLine
from salesdesk.line.boardpeople import Piece, Row
from salesdesk.line.columns import left, right, width_of
from salesdesk.line.figures import Figure

WIDE = 100
"""From this width on the board has its columns in full."""
DAY_COLUMNS = {True: (38, 9, 10, 10), False: (23, 9, 8, 8)}
LINE_COLUMNS = {True: (26, 10, 12, 10, 9, 9), False: (22, 8, 10, 8, 7, 7)}
YIELD_COLUMNS = {True: (26, 16, 12, 9), False: (23, 15, 11, 8)}
"""Cells of the name and of each figure, on a wide board and on a narrow one."""
_SHORT = {"selling_conversation": "selling conversations", "meetings_booked": "meetings booked"}
_ARROWS = {
    "connect_rate": "dial → human",
    "conversation_rate": "human → conversation",
    "meeting_rate": "selling → meeting",
}


def act_now(alerts: Sequence[Alert], width: int, keys: Mapping[str, str]) -> list[Row]:
    """What to act on, each with the key that helps at its right, as `keys` tells it of a command."""
    if not alerts:
        return [(Piece(" nothing needs you now", "good"),)]
    return [_alert(each, width, keys.get(each.command, "")) for each in alerts]


def _alert(alert: Alert, width: int, helps: str) -> Row:
    tone = "bad" if alert.now else "warn"
    mark = Piece(f" {'!' if alert.now else '~'} {left(alert.word, 8)} ", tone)
    key = f" {helps}" if helps else ""
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


def day(board: Board, width: int) -> list[Row]:
    """The day: what is done, due by now and wanted; then what has no target."""
    rows = [_day_line(each, width, board.invited) for each in board.day]
    wide = width >= WIDE
    if board.held:
        held, missed, unresolved = board.held
        tail = f"no-show {missed.words}, unresolved {unresolved.words}"
        name = "meetings held     (due so far)" if wide else "held (due so far)"
        rows.append(_counted(name, held, tail, "warn" if unresolved.value else "dim", wide))
    kept, late = board.promises
    tail = f"{late.words} late" if late.value else "none late" if kept.value else "none due yet"
    rows.append(_counted("promises kept", kept, tail, "warn" if late.value else "dim", wide))
    if board.speed:
        within, middle = board.speed
        name = "inquiries dialed in 1:00" if wide else "dialed in 1:00"
        rows.append(_counted(name, within, f"median {middle.words}", "dim", wide))
    return rows


def _counted(name: str, figure: Figure, tail: str, tone: str, wide: bool) -> Row:
    """A line of the day that has no target: "5 of 7", and what is said of the rest."""
    return (Piece(_columns(name, (figure.words, "–", "–"), DAY_COLUMNS[wide])), Piece(f"  {tail}", tone))


def _columns(name: str, cells: Sequence[str], columns: Sequence[int]) -> str:
    first, *sizes = columns
    return left(f" {name}", first) + "".join(right(cell, size) for cell, size in zip(cells, sizes, strict=True))


def _day_line(day: DayLine, width: int, invited: Figure) -> Row:
    wide = width >= WIDE
    name = _SHORT.get(day.so_far.id, day.so_far.id)
    if day.so_far.id == "meetings_booked":
        name = f"{name}   (invite sent {invited.words})" if wide else f"booked (sent {invited.words})"
    words = _columns(name, (day.so_far.words, day.by_now.words, day.target.words), DAY_COLUMNS[wide])
    tone = _PACE_TONES.get(day.word, "dim")
    if day.percent.value is None:
        return (Piece(words, "strong"), Piece(f"  {day.word}", tone))
    drawn = pace.bar(day.percent.value / 100, 20 if wide else 10)
    return (Piece(words, "strong"), Piece(f"  {drawn} {right(day.percent.words, 6)}  {day.word}", tone))


@lru_cache(maxsize=256)  # most rows of a live board are those of a second ago
def line_row(row: LineRow, width: int) -> Row:
    """One queue of the line."""
    figures = (row.on_hand, row.cover, row.in_work, row.rate, row.plan)
    words = _columns(row.name, [each.words for each in figures], LINE_COLUMNS[width >= WIDE])
    zone = row.buffer.words
    tone = "bad" if row.dry else "warn" if zone in ("low", "EMPTY") else ""
    drum = f"  ◆ {row.drum}" if row.drum else ""
    return (Piece(words, tone), Piece(f"  {left(zone, 10) if drum else zone}", tone), Piece(drum, "strong"))


@lru_cache(maxsize=64)
def yield_row(each: YieldLine, width: int) -> Row:
    """The yield of one step: its counts, the interval of exactly these counts, and what is usual."""
    counts = f"{each.successes:,} of {each.trials:,}"
    shown = each.shown if each.shown != counts.replace(",", "") else "too few"
    words = _columns(_ARROWS[each.id], (counts, shown, each.usual.words), YIELD_COLUMNS[width >= WIDE])
    tone = "warn" if each.word == "below usual" else "good" if each.word == "above usual" else "dim"
    return (Piece(words), Piece(f"  {each.word}", tone))


def teams(board: Board) -> list[Row]:
    """Teams against their plan, and the last meeting."""
    rows: list[Row] = [
        (Piece(f"{left(each.name, 10)} {right(each.percent.words, 7)}  "), Piece(each.word, "dim"))
        for each in board.teams
    ]
    if not rows:
        rows = [(Piece("no plan to compare with", "dim"),)]
    if board.last_meeting.value is not None:
        rows.append((Piece(f"last meeting  {board.last_meeting.words}"),))
    return rows


def notes(board: Board, wide: bool) -> Row:
    """What went wrong today; the list is named where there is room."""
    bad, opted, skips, after = board.notes
    records = f"bad records {bad.words}" if wide else f"bad {bad.words.partition(' (')[0]}"
    return (
        Piece(f" {records} · opt-outs {opted.words} · skips {skips.words} · ", "dim"),
        Piece(f"dialed after hours {after.words}", "bad" if after.value else "dim"),
    )


def padded(row: Row, size: int) -> Row:
    """A row filled up to `size` cells."""
    used = sum(width_of(piece.text) for piece in row)
    return (*row, Piece(" " * max(0, size - used)))
