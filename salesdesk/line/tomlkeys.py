"""Where every key of a TOML text stands. `tomllib` gives values without positions; `key_lines` scans the same
text, already known to be valid TOML, and tells the line of every key and of every element of an array."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

Key = tuple[str | int, ...]
"""A dotted path; arrays are indexed from 0."""

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [i for i, letter in enumerate(text) if letter == "\n"]
        self.lines: dict[Key, int] = {}
        self.counts: dict[Key, int] = {}

    def run(self) -> dict[Key, int]:
        table: Key = ()
        self.space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.space()
        return self.lines

    def note(self, key: Key) -> None:
        line = bisect_right(self.ends, self.at - 1) + 1
        for size in range(1, len(key) + 1):
            self.lines.setdefault(key[:size], line)

    def space(self) -> None:
        if found := _SPACE.match(self.text, self.at):
            self.at = found.end()

    def keys(self) -> list[str]:
        parts: list[str] = []
        while found := _KEY.match(self.text, self.at):
            parts.append(next(part for part in found.groups() if part is not None))
            self.at = found.end()
            if self.text[self.at : self.at + 1] != ".":
                break
            self.at += 1
        return parts

    def header(self) -> Key:
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self.keys()
        key: Key = ()
        for position, part in enumerate(parts):
            key = (*key, part)
            if position == len(parts) - 1 and brackets == 2:
                self.counts[key] = self.counts.get(key, 0) + 1
            if key in self.counts:
                key = (*key, self.counts[key] - 1)
        self.note(key)
        self.at += brackets
        return key

    def pair(self, table: Key) -> None:
        start = self.at
        key = (*table, *self.keys())
        end, self.at = self.at, start
        self.note(key)
        self.at = end + 1  # over the "="
        self.value(key)

    def value(self, key: Key) -> None:
        self.space()
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self.at += 1
            self.items("]", lambda index: self.element((*key, index)))
        elif opening == "{":
            self.at += 1
            self.items("}", lambda _index: self.pair(key))
        elif found := _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at):
            self.at = found.end()

    def element(self, key: Key) -> None:
        self.note(key)
        self.value(key)

    def items(self, closing: str, read: Callable[[int], None]) -> None:
        index = 0
        self.space()
        while self.at < len(self.text) and self.text[self.at] != closing:
            read(index)
            index += 1
            self.space()
            if self.text[self.at : self.at + 1] == ",":
                self.at += 1
                self.space()
        self.at += 1


def key_lines(text: str) -> dict[Key, int]:
    """The line (from 1) of every key, table and array element of a valid TOML text."""
    return _Scanner(text).run()
