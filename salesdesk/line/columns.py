"""Text in columns of a terminal, where some letters take two cells and some none."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from salesdesk.line.text import clean


def width_of(text: str) -> int:
    """The cells that a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


@lru_cache(maxsize=8192)  # a board that is live draws most of its cells as it drew them a second ago
def fit(text: str, width: int, fill: str = " ") -> str:
    """Cleaned text in exactly `width` cells: filled up on the right, or cut with an ellipsis."""
    text = clean(text, limit=max(width, 0) + 200)
    used = width_of(text)
    if used <= width:
        return text + fill * (width - used)
    if width <= 0:
        return ""
    kept, used = "", 0
    for char in text:
        if used + _width(char) > width - 1:
            break
        kept, used = kept + char, used + _width(char)
    return kept + "…" + fill * (width - 1 - used)


def left(text: str, width: int) -> str:
    """Text at the left of its column."""
    return fit(text, width)


def right(text: str, width: int) -> str:
    """Text, such as a number, at the right of its column."""
    text = clean(text, limit=max(width, 0) + 200)
    cut = fit(text, width) if width_of(text) > width else text
    return " " * max(0, width - width_of(cut)) + cut


@lru_cache(maxsize=1024)
def _width(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 1
