"""Bytes of a delimited text file in, header and numbered rows out; a damaged row never stops the others."""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from salesdesk.line.intake.errors import IntakeError
from salesdesk.line.intake.mapping import known_columns
from salesdesk.line.text import clean

__all__ = ["BadRow", "Row", "Table", "read_table"]

MAX_BYTES: Final = 50 * 2**20
MAX_FIELD: Final = 64 * 2**10
MAX_LINE: Final = 2**20
MAX_LINES: Final = 100
"""Of one record: a longer one is a quote that nobody closed."""
MAX_OPEN: Final = 1000
"""Quotes left open in one file; each of them costs a second look at the lines behind it."""
MAX_COLUMNS: Final = 200
MAX_ROWS: Final = 1_000_000
HEADER_WITHIN: Final = 15
_SAMPLE: Final = 64 * 2**10
_DELIMITERS: Final = ",;\t|"
_EXCEL_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT: Final = {
    b"PK\x03\x04": "an Excel or zip file",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a database",
}
_MARKUP: Final = {"<": "a web page or XML", "[{": "JSON", '{"': "JSON"}
_NULS: Final = 0.1
"""Share of zero bytes from which on bytes are no text of one byte a letter."""


@dataclass(frozen=True, slots=True)
class Row:
    """A data row. `number` counts data rows from 1; preamble, header and blank lines are not counted."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row to quarantine: wrong_length or field_too_long."""

    number: int
    reason: str


@dataclass(frozen=True)
class Table:
    """A delimited file that was understood; `rows()` reads it row by row.

    Header names are unique and without outer spaces; an empty one is "column N". `header_line` is the record that
    holds the header, 1 = first.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    _names: tuple[str, ...] = field(repr=False)
    _text: str = field(repr=False)

    def rows(self) -> Iterator[Row | BadRow]:
        """Yield the data rows in file order. Raises IntakeError past a million rows or a thousand open quotes."""
        number = 0
        width = len(self.header)
        for record, cells in enumerate(_records(self._text, self.delimiter), 1):
            if record <= self.header_line or _blank(cells) or self._is_header(cells):
                continue
            number += 1
            if number > MAX_ROWS:
                raise IntakeError("the file has more than a million rows: split it")
            if isinstance(cells, str):
                yield BadRow(number, cells)
            elif any(len(cell) > MAX_FIELD for cell in cells):
                yield BadRow(number, "field_too_long")
            elif len(cells) != width and not (len(cells) > MAX_COLUMNS and _blank(cells[width:])):
                yield BadRow(number, "wrong_length")
            else:
                yield Row(number, tuple(cells[:width]))

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether a record repeats the header, as in a file that was put together from several."""
        names = self._names
        return len(cells) == len(names) and all(_bare(cell) == name for cell, name in zip(cells, names, strict=True))


def read_table(data: bytes) -> Table:
    """Find encoding, delimiter and header of a delimited text file.

    Encoding: byte-order mark, else strict UTF-8, else Windows-1252. Delimiter: of , ; tab | the one that gives most
    rows the same number of columns. Header: of the first 15 rows the one with most known names. Raises IntakeError
    for a file over 50 MiB, a file that is no delimited text, or a header with names beyond the 200th column.
    """
    text, encoding = _decode(data)
    sample = text[:_SAMPLE]
    _refuse_markup(sample)
    delimiter = _delimiter(sample)
    line, header = _header(text, delimiter)
    while len(header) > MAX_COLUMNS and not header[-1].strip():
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise IntakeError(f"the header has {len(header)} columns; {MAX_COLUMNS} is the most that can be read")
    header = _as_wide_as_rows(header, line, sample, delimiter)
    return Table(encoding, delimiter, _unique(header), line, tuple(map(_bare, header)), text)


def _decode(data: bytes) -> tuple[str, str]:
    if not data.strip():
        raise IntakeError("the file is empty")
    if len(data) > MAX_BYTES:
        raise IntakeError(
            f"the file has {len(data) / 2**20:.0f} MiB; {MAX_BYTES // 2**20} MiB is the most that is read"
        )
    for start, kind in _NOT_TEXT.items():
        if data.startswith(start):
            raise IntakeError(f"the file is {kind}, not delimited text: save it as CSV first")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), encoding
    if data.count(0, 0, _SAMPLE) > _NULS * len(data[:_SAMPLE]):
        raise IntakeError("the file is full of zero bytes: save it as CSV in UTF-8 first")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), "cp1252"


def _refuse_markup(sample: str) -> None:
    start = "".join(sample[:1000].lstrip("﻿").split())
    for mark, kind in _MARKUP.items():
        if start.startswith(mark):
            raise IntakeError(f"the file is {kind}, not delimited text: save it as CSV first")


def _records(text: str, delimiter: str) -> Iterator[list[str] | str]:
    """Yield the cells of each record, or why it is none.

    A quote that is never closed, or only by the next row's opening one, costs its own line and not those behind it.
    """
    lines = _lines(text)
    again: deque[str] = deque()
    left_open = 0
    while True:
        taken: list[str] = []
        try:
            for cells in csv.reader(_taking(again, lines, taken), delimiter=delimiter):
                if len(taken) > 1:
                    deque(csv.reader(taken, delimiter=delimiter, strict=True), maxlen=0)
                yield [_unwrapped(cell) for cell in cells] if any('="' in line for line in taken) else cells
                taken.clear()
            return
        except csv.Error:
            left_open += len(taken) > 1
            if left_open > MAX_OPEN:
                raise IntakeError(
                    "more than a thousand rows open a quote and never close it: save the file again"
                ) from None
            yield "wrong_length" if len(taken) > 1 else "field_too_long"
            again.extendleft(reversed(taken[1:]))


def _taking(again: deque[str], lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    """Note the lines that a record takes, of those to be read again first; raises csv.Error when it takes too many."""
    while line := again.popleft() if again else next(lines, ""):
        taken.append(line)
        if len(taken) > MAX_LINES:
            raise csv.Error
        yield line


def _unwrapped(cell: str) -> str:
    """The text of a cell that is ="…": so exports keep Excel from reading a number."""
    found = _EXCEL_TEXT.fullmatch(cell)
    return found[1].replace('""', '"') if found else cell


def _lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if len(line) > MAX_LINE:
            raise IntakeError(f"line {number} is longer than 1 MiB: this is not a list of leads")
        yield line


def _delimiter(sample: str) -> str:
    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(
            len(cells) for cells in _records(sample, delimiter) if not isinstance(cells, str) and len(cells) > 1
        )
        (width, count), *_ = widths.most_common(1) or [(1, 0)]
        return count, width

    return max(_DELIMITERS, key=agreement)


def _header(text: str, delimiter: str) -> tuple[int, list[str]]:
    best: tuple[int, int, list[str]] = (0, 0, [])
    first: tuple[int, list[str]] | None = None
    widths: list[tuple[int, int, list[str]]] = []
    for record, cells in enumerate(_records(text, delimiter), 1):
        if record > HEADER_WITHIN:
            break
        if isinstance(cells, str) or _blank(cells):
            continue
        first = first or (record, cells)
        widths.append((len(cells), -record, cells))
        known = known_columns(cells[: MAX_COLUMNS + 1])
        if known > best[0]:
            best = (known, record, cells)
    if best[0]:
        return best[1], best[2]
    if first is None:
        raise IntakeError("the file has no header row")
    # No name is known: a mapping by hand may still read it; a preamble is narrower than the table.
    _, record, cells = max(widths, key=lambda each: each[:2])
    return -record, cells


def _as_wide_as_rows(header: list[str], line: int, sample: str, delimiter: str) -> list[str]:
    """Add or drop empty names at the end, where header and rows differ in trailing delimiters only."""
    rows = [
        cells
        for record, cells in enumerate(_records(sample, delimiter), 1)
        if record > line and cells and not isinstance(cells, str)
    ]
    if not rows:
        return header
    width, _ = Counter(map(len, rows)).most_common(1)[0]
    shorter = width < len(header) and _blank(header[width:])
    longer = len(header) < width <= MAX_COLUMNS
    if longer and not any(cell.strip() for cells in rows if len(cells) == width for cell in cells[len(header) :]):
        return header + [""] * (width - len(header))
    return header[:width] if shorter else header


def _bare(name: str) -> str:
    return name.lstrip("\ufeff").strip()


def _blank(cells: Sequence[str]) -> bool:
    return not any(map(str.strip, cells))


def _unique(header: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    for position, name in enumerate(header, 1):
        base = clean(_bare(name), limit=80).strip() or f"column {position}"
        unique, copy = base, 1
        while unique in names:
            copy += 1
            unique = f"{base} ({copy})"
        names.append(unique)
    return tuple(names)
