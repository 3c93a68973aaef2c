"""The seats of the wall board in columns: glyph, name, state and age; calm seats shrink first when room is short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from salesdesk.line import pace
from salesdesk.line.boardmodel import CALM, SeatLine
from salesdesk.line.columns import fit, left, right

_GLYPHS = {
    "starved": "○", "lost": "×", "away": "?", "paused": "‖", "call": "▸", "preview": "·", "wrap": "✎", "ready": "▹",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of a row. `tone` is a meaning (dim, strong, good, warn, bad, rule), `person` whose seat it shows."""

    text: str
    tone: str = ""
    person: int = 0


Row = tuple[Piece, ...]


_Cell = Callable[[SeatLine, int, int], str]
_TONES = {"starved": "bad", "lost": "bad", "away": "warn", "paused": "dim", "ready": "", "wrap": "", "preview": ""}


MARK = "■"
"""Stands for the glyph of a seat that is marked."""


def people(seats: Sequence[SeatLine], width: int, now: int, density: int, marked: Collection[int] = ()) -> list[Row]:
    """The seats, the most urgent first; from density 1 on the calm ones shrink, up to DENSITIES - 1."""
    if not seats:
        return [(Piece(" nobody is signed in", "dim"),)]
    if density == 0:
        return _grid(seats, width, _FULL, now, _full, marked)
    wanted, make = _CALM_CELLS[density - 1]
    calm = [seat for seat in seats if seat.need >= CALM]
    urgent = [seat for seat in seats if seat.need < CALM]
    return [*_grid(urgent, width, _FULL, now, _full, marked), *_grid(calm, width, wanted, now, make, marked)]


def _grid(
    seats: Sequence[SeatLine], width: int, wanted: int, now: int, make: _Cell, marked: Collection[int]
) -> list[Row]:
    """Seats in columns of at least `wanted` cells, read downwards."""
    if not seats:
        return []
    columns = max(1, (width - 1) // wanted)
    size = (width - 1) // columns
    height = -(-len(seats) // columns)
    rows: list[Row] = []
    for y in range(height):
        row = [Piece(" ")]
        for seat in seats[y::height]:
            text = left(make(seat, now, size), size)
            row.append(Piece(MARK + text[1:] if seat.person in marked else text, _tone(seat), seat.person))
        rows.append(tuple(row))
    return rows


def _tone(seat: SeatLine) -> str:
    if seat.need == CALM - 1:
        return "warn"
    return _TONES.get(seat.state, "")


def _full(seat: SeatLine, now: int, size: int) -> str:
    head = f"{_glyph(seat)} {_name(seat, 12)}"
    word, age = _word(seat), _age(seat, now)
    if seat.state == "paused" and seat.need < CALM:
        return f"{head} {word} {age}"
    where = f"→ {seat.armed}" if seat.armed else seat.campaign
    return f"{head} {left(word, 7)} {right(age, 6)} {left(where, max(size - 32, 0))}"


def _compact(seat: SeatLine, now: int, size: int) -> str:
    return f"{_glyph(seat)} {_name(seat, size - 17)} {left(_word(seat), 7)}{right(_age(seat, now), 6)}"


def _tiny(seat: SeatLine, now: int, size: int) -> str:
    return f"{_glyph(seat)} {_name(seat, size - 9)}{right(_age(seat, now), 6)}"


def _name_only(seat: SeatLine, _now: int, size: int) -> str:
    return f"{_glyph(seat)} {_name(seat, size - 3)}"


_FULL = 38
_CALM_CELLS: tuple[tuple[int, _Cell], ...] = ((25, _compact), (15, _tiny), (11, _name_only))
DENSITIES = 1 + len(_CALM_CELLS)


def _glyph(seat: SeatLine) -> str:
    return _GLYPHS.get(seat.state, "?")


def _name(seat: SeatLine, size: int) -> str:
    return left(fit(seat.name, size - 1).rstrip() + "*" if seat.simulated else seat.name, size)


def _word(seat: SeatLine) -> str:
    word = seat.code or "pause" if seat.state == "paused" else seat.state
    return word.upper() if seat.need < CALM else word


def _age(seat: SeatLine, now: int) -> str:
    over = seat.state == "paused" and seat.need < CALM
    return pace.state_age_words(now - seat.since, seat.limit if over else None)
