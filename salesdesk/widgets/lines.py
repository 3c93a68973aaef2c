"""Lines of text drawn as they are: the one widget that every panel, bar and board of the workstation is made of.

    panel = Lines(id="lead")
    panel.show([rule("LEAD", "1 of 2 numbers"), line("Marta Oyelaran", ("  VP Finance", "dim"))])
    panel.draw(lambda width, height: [...])      # drawn again whenever the size changes

`show` repaints only the rows that changed. Every text is cleaned on its way to the screen, and none is ever read as
markup. A tone is a meaning, not a colour: dim, strong, accent, good, warn, bad, key, rule, mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

from salesdesk.line.text import clean

if TYPE_CHECKING:
    from textual.app import App

LOOKS = {
    "dim": "{text-muted}",
    "strong": "bold",
    "accent": "{accent} bold",
    "good": "{success}",
    "warn": "{warning}",
    "bad": "{error} bold",
    "key": "{accent}",
    "rule": "{text-disabled}",
    "mark": "on {panel} bold",
}
"""Each tone in the words of a Textual style; the theme has those in braces. They are no component classes: Textual
works those out anew for every panel at every change of a class, which was half of what turning a page took."""
IN_ANSI = {"dim": "ansi_default dim", "rule": "ansi_default dim", "mark": "on ansi_default reverse"}
"""Where the terminal's own colours are used."""
COLOURLESS = {"key": "{accent} bold", "bad": "{error} bold reverse", "warn": "{warning} bold"}
"""Where there is no colour."""


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

    DEFAULT_CSS = "Lines { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None, indent: int = 1) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Line, ...] = ()
        self._maker: Maker | None = None
        self._indent = indent
        self._looks: dict[str, Style] = {}
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

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()

    def _look(self, tone: str) -> Style:
        """How a tone looks here: asked once, until the style sheet says something else."""
        if tone not in self._looks:
            self._looks[tone] = (self.visual_style + VisualStyle.parse(_words_of(tone, self.app))).rich_style
        return self._looks[tone]

    def _tone(self, tone: str) -> Style:
        """The style of a tone, put together once for all rows that are painted together."""
        found = self._tones.get(tone)
        if found is None:
            found = self._tones[""] + self._look(tone) if tone else self.rich_style
            self._tones[tone] = found
        return found

    def _style(self, bit: Bit) -> Style:
        style = self._tone(bit.tone)
        if bit.link:
            style += Style(link=bit.link, underline=True)
        if bit.click:
            style += Style.from_meta({"@click": bit.click})
        return style


def _words_of(tone: str, app: App[Any]) -> str:
    looks = LOOKS | (IN_ANSI if app.native_ansi_color else {}) | (COLOURLESS if app.no_color else {})
    return looks[tone].format_map(app.theme_variables)


def _fitted(segments: list[Segment], width: int, base: Style) -> Strip:
    strip = Strip(segments)
    if strip.cell_length > width:
        strip = Strip.join([strip.crop(0, width - 1), Strip([Segment("…", base)], 1)])
    return strip.adjust_cell_length(width, base)
