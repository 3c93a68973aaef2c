"""The seats of the wall board in columns: glyph, name, state and age; calm seats shrink first when room is short."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from salesdesk.line import pace
from salesdesk.line.boardmodel import CALM, SeatLine
from salesdesk.line.columns import fit, left, right, width_of

_GLYPHS = {
    "starved": "○", "lost": "×", "away": "?", "paused": "‖", "call": "▸", "preview": "·", "wrap": "✎", "ready": "▹",
}  # fmt: skip


class Piece(NamedTuple):
    """A piece of a row. `tone` is a meaning (dim, strong, good, warn, bad, rule), `person` whose seat it shows."""

    text: str
    tone: str = ""
    person: int = 0


Row = tuple[Piece, ...]


Frame = Callable[[SeatLine, int], tuple[str, str | None]]
"""What stands before and after the age in a cell of some size; None after it: no age is shown."""
_TONES = {"starved": "bad", "lost": "bad", "away": "warn", "paused": "dim", "ready": "", "wrap": "", "preview": ""}


MARK = "■"
"""Stands for the glyph of a seat that is marked."""


def people(seats: Sequence[SeatLine], width: int, now: int, density: int, marked: Collection[int] = ()) -> list[Row]:
    """The seats, the most urgent first; from density 1 on the calm ones shrink, up to DENSITIES - 1."""
    if not seats:
        return [(Piece(" nobody is signed in", "dim"),)]
    rows: list[Row] = []
    for some, wanted, frame in _grids(seats, density):
        rows += _grid(some, width, wanted, now, frame, marked)
    return rows


def tall(seats: Sequence[SeatLine], width: int, density: int) -> int:
    """The rows that `people` takes."""
    found = (-(-len(some) // max(1, (width - 1) // wanted)) for some, wanted, _frame in _grids(seats, density))
    return sum(found) if seats else 1


def urgent_rows(seats: Sequence[SeatLine], width: int, density: int) -> int:
    """The rows of `people` in which somebody wants a look; they come first."""
    urgent = sum(1 for seat in seats if seat.need < CALM)
    return -(-urgent // max(1, (width - 1) // _FULL)) if density else min(urgent, tall(seats, width, density))


def _grids(seats: Sequence[SeatLine], density: int) -> list[tuple[Sequence[SeatLine], int, Frame]]:
    """The grids in which seats stand, each with the cells that a seat wants and how it is drawn."""
    if density == 0:
        return [(seats, _FULL, _full)]
    calm = [seat for seat in seats if seat.need >= CALM]
    urgent = [seat for seat in seats if seat.need < CALM]
    return [(urgent, _FULL, _full), (calm, *_CALM_CELLS[density - 1])]


def _grid(
    seats: Sequence[SeatLine], width: int, wanted: int, now: int, frame: Frame, marked: Collection[int]
) -> list[Row]:
    """Seats in columns of at least `wanted` cells, read downwards."""
    columns = max(1, (width - 1) // wanted)
    size = (width - 1) // columns
    height = -(-len(seats) // columns)
    rows: list[Row] = []
    for y in range(height):
        row = [Piece(" ")]
        for seat in seats[y::height]:
            text = _cell(seat, now, size, frame)
            row.append(Piece(MARK + text[1:] if seat.person in marked else text, _tone(seat), seat.person))
        rows.append(tuple(row))
    return rows


def _cell(seat: SeatLine, now: int, size: int, frame: Frame) -> str:
    """A seat in exactly `size` cells. Only its age moves from second to second, so only that is drawn again."""
    if seat.state == "paused" and seat.need < CALM:
        return left(f"{_head(seat)} {_word(seat)} {_age(seat, now)}", size)
    before, after, room = _framed(seat, size, frame)
    if after is None:
        return before
    text = f"{before}{right(_age(seat, now), _AGE)}{after}"
    return text if room >= 0 else left(text, size)


@lru_cache(maxsize=2048)
def _framed(seat: SeatLine, size: int, frame: Frame) -> tuple[str, str | None, int]:
    """What stands before and after the age, filled up to the size of the cell; below 0, by how much it is too wide."""
    before, after = frame(seat, size)
    if after is None:
        return left(before, size), None, 0
    room = size - width_of(before) - _AGE - width_of(after)
    return before, after + " " * room, room


def _tone(seat: SeatLine) -> str:
    if seat.need == CALM - 1:
        return "warn"
    return _TONES.get(seat.state, "")


def _head(seat: SeatLine) -> str:
    return f"{_glyph(seat)} {_name(seat, 12)}"


def _full(seat: SeatLine, size: int) -> tuple[str, str | None]:
    where = f"→ {seat.armed}" if seat.armed else seat.campaign
    return f"{_head(seat)} {left(_word(seat), 7)} ", f" {left(where, max(size - 32, 0))}"


def _compact(seat: SeatLine, size: int) -> tuple[str, str | None]:
    return f"{_glyph(seat)} {_name(seat, size - 17)} {left(_word(seat), 7)}", ""


def _tiny(seat: SeatLine, size: int) -> tuple[str, str | None]:
    return f"{_glyph(seat)} {_name(seat, size - 9)}", ""


def _name_only(seat: SeatLine, size: int) -> tuple[str, str | None]:
    return f"{_glyph(seat)} {_name(seat, size - 3)}", None


_AGE = 6
"""Cells of an age."""
_FULL = 38
_CALM_CELLS: tuple[tuple[int, Frame], ...] = ((25, _compact), (15, _tiny), (11, _name_only))
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
