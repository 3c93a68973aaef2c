"""Lines of text drawn as they are: the one widget that every panel, bar and board of the workstation is made of.

    panel = Lines(id="lead")
    panel.show([rule("LEAD", "1 of 2 numbers"), line("Marta Oyelaran", ("  VP Finance", "dim"))])
    panel.draw(lambda width, height: [...])      # drawn again whenever the size changes

`show` repaints only the rows that changed. Every text is cleaned on its way to the screen, and none is ever read as
markup. A tone is a meaning, not a colour: dim, strong, accent, good, warn, bad, key, rule, mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from salesdesk.line.text import clean

TONES = ("dim", "strong", "accent", "good", "warn", "bad", "key", "rule", "mark")


class Bit(NamedTuple):
    """A piece of a line. `fill` repeats the text over what is left of the row; `link` is an OSC 8 address, `click`
    an action of ours."""

    text: str
    tone: str = ""
    link: str = ""
    click: str = ""
    fill: bool = False


Line = tuple[Bit, ...]
Maker = Callable[[int, int], Sequence[Line]]
GAP = Bit(" ", fill=True)
"""Pushes what follows to the right."""
BLANK: Line = ()


def line(*parts: str | tuple[str, str] | Bit) -> Line:
    """A line from texts, (text, tone) pairs and bits."""
    return tuple(
        part if isinstance(part, Bit) else Bit(part) if isinstance(part, str) else Bit(*part) for part in parts
    )


def rule(title: str, *right: str | tuple[str, str] | Bit) -> Line:
    """A thin rule across the panel with its title, and words at its right end."""
    head = [Bit("── ", "rule"), Bit(f"{title} ", "rule")] if title else []
    tail = [Bit(" ", "rule"), *line(*right), Bit(" ──", "rule")] if right else []
    return (*head, Bit("─", "rule", fill=True), *tail)


def cell(text: str, width: int, *, right: bool = False) -> str:
    """Text in exactly `width` cells, cut with an ellipsis; numbers go to the right."""
    text = clean(text)
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(width - 1, 0)) + "…" if width > 0 else ""
    return " " * (width - length) + text if right else text + " " * (width - length)


def wrapped(text: str, width: int) -> list[str]:
    """Text in lines of at most `width` cells, broken between words; its own line breaks stay."""
    rows: list[str] = []
    for paragraph in clean(text, limit=20_000, lines=True).split("\n"):
        rows += _wrap(paragraph, max(width, 1))
    return rows


def _wrap(paragraph: str, width: int) -> list[str]:
    rows, row = [], ""
    for word in paragraph.split():
        if row and cell_len(row) + 1 + cell_len(word) <= width:
            row = f"{row} {word}"
            continue
        if row:
            rows.append(row)
        *full, row = chop_cells(word, width) if cell_len(word) > width else [word]
        rows += full
    return [*rows, row]


def flowed(items: Iterable[Line], width: int, gap: int = 3) -> list[Line]:
    """Items one after the other in as many rows as they need, none broken."""
    rows: list[Line] = []
    used = 0
    for item in items:
        wide = sum(cell_len(bit.text) for bit in item)
        if rows and used + gap + wide <= width:
            rows[-1] = (*rows[-1], Bit(" " * gap), *item)
            used += gap + wide
        else:
            rows.append(tuple(item))
            used = wide
    return rows


class Lines(Widget):
    """Rows of text, of a size that the style sheet gives."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"lines--{tone}" for tone in TONES}
    DEFAULT_CSS = """
    Lines {
        width: 1fr; height: 1fr;
        & .lines--dim { color: $text-muted; }
        & .lines--strong { text-style: bold; }
        & .lines--accent { color: $accent; text-style: bold; }
        & .lines--good { color: $success; }
        & .lines--warn { color: $warning; }
        & .lines--bad { color: $error; text-style: bold; }
        & .lines--key { color: $accent; }
        & .lines--rule { color: $text-disabled; }
        & .lines--mark { background: $panel; text-style: bold; }
        &:ansi .lines--dim { color: ansi_default; text-style: dim; }
        &:ansi .lines--rule { color: ansi_default; text-style: dim; }
        &:ansi .lines--mark { background: ansi_default; text-style: reverse; }
        &:nocolor .lines--key { text-style: bold; }
        &:nocolor .lines--bad { text-style: bold reverse; }
        &:nocolor .lines--warn { text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None, indent: int = 1) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Line, ...] = ()
        self._maker: Maker | None = None
        self._indent = indent
        self._tones: dict[str, Style] = {}

    @property
    def rows(self) -> tuple[Line, ...]:
        """What is shown now."""
        return self._rows

    @property
    def text(self) -> str:
        """What is shown now, as plain text."""
        return "\n".join("".join(bit.text for bit in row) for row in self._rows)

    def show(self, rows: Iterable[Line]) -> None:
        """Show these rows; only those that changed are painted again."""
        self._maker = None
        self._put(tuple(rows))

    def draw(self, maker: Maker) -> None:
        """Show what `maker(width, height)` makes, now and after every change of size."""
        self._maker = maker
        if self.size.width:
            self._put(tuple(maker(self.size.width - 2 * self._indent, self.size.height)))

    def on_resize(self) -> None:
        if self._maker is not None:
            self.draw(self._maker)

    def _put(self, rows: tuple[Line, ...]) -> None:
        old, self._rows = self._rows, rows
        height = min(max(len(old), len(rows)), self.size.height or 1)
        changed = [y for y in range(height) if old[y : y + 1] != rows[y : y + 1]]
        if changed:
            width = self.size.width
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def render_lines(self, crop: Region) -> list[Strip]:
        self._tones.clear()  # colours may have changed since, but not from one row to the next
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        base = self._tone("")
        width = self.size.width
        row = self._rows[y] if y < len(self._rows) else ()
        indent = 0 if row and row[0].tone == "rule" else self._indent
        texts = [clean(bit.text) for bit in row]
        fills = sum(bit.fill for bit in row)
        used = sum(cell_len(text) for bit, text in zip(row, texts, strict=True) if not bit.fill)
        rest = width - 2 * indent - used
        segments = [Segment(" " * indent, base)] if indent else []
        for bit, text in zip(row, texts, strict=True):
            if bit.fill:
                share = max(rest // fills, 0)
                text = (text * (share // max(cell_len(text), 1) + 1))[:share]
                rest, fills = rest - share, fills - 1
            segments.append(Segment(text, self._style(bit)))
        return _fitted(segments, width, base)

    def _tone(self, tone: str) -> Style:
        """The style of a tone, looked up once for all rows that are painted together."""
        found = self._tones.get(tone)
        if found is None:
            base = self._tones[""] if tone else self.rich_style
            found = base + self.get_component_rich_style(f"lines--{tone}") if tone else base
            self._tones[tone] = found
        return found

    def _style(self, bit: Bit) -> Style:
        style = self._tone(bit.tone)
        if bit.link:
            style += Style(link=bit.link, underline=True)
        if bit.click:
            style += Style.from_meta({"@click": bit.click})
        return style


def _fitted(segments: list[Segment], width: int, base: Style) -> Strip:
    strip = Strip(segments)
    if strip.cell_length > width:
        strip = Strip.join([strip.crop(0, width - 1), Strip([Segment("…", base)], 1)])
    return strip.adjust_cell_length(width, base)
