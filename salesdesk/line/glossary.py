"""The glossary: the written operational definition of every figure that a screen, a command or the interface shows.

The entries are data in `glossary.toml` beside this module, read once, on first use.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Definition:
    """What one figure means; `version` rises when the meaning changes, and a new series starts."""

    id: str
    name: str
    definition: str
    unit: str
    measured: str
    edge_cases: str
    version: int
    shown_as: tuple[str, ...] = ()
    """Shorter words that screens use for the figure."""


class _Glossary(Mapping[str, Definition]):
    """The entries by id, in the order of the file; nothing is read before the first look."""

    def __getitem__(self, key: str) -> Definition:
        return _entries()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_entries())

    def __len__(self) -> int:
        return len(_entries())


GLOSSARY: Mapping[str, Definition] = _Glossary()


def define(id: str) -> Definition:
    """The definition with this id. Raises KeyError naming the nearest known id."""
    try:
        return GLOSSARY[id]
    except KeyError:
        near = get_close_matches(id, GLOSSARY, n=1)
        hint = f", did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"no definition of {id!r}{hint}") from None


def named(label: str) -> Definition | None:
    """The definition behind the words a screen shows (its id, name or short words), or None."""
    return _by_label().get(label.strip().casefold())


def to_markdown() -> str:
    """The whole glossary as a Markdown page, one section per figure in alphabetical order."""
    parts = [
        "# Definitions",
        "Every figure that salesdesk shows, with its operational definition. Generated from the glossary.",
    ]
    for entry in sorted(GLOSSARY.values(), key=lambda e: e.name.casefold()):
        facts = [("Definition", entry.definition), ("Unit", entry.unit), ("Measured", entry.measured)]
        facts += [("Edge cases", entry.edge_cases), ("Shown as", ", ".join(entry.shown_as))]
        lines = [f"- {title}: {_escaped(text)}" for title, text in facts if text]
        parts.append(f"## {_escaped(entry.name)}\n\n`{entry.id}`, version {entry.version}\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


@cache
def _entries() -> dict[str, Definition]:
    text = resources.files("salesdesk.line").joinpath("glossary.toml").read_text(encoding="utf-8")
    return {id: _entry(id, fields) for id, fields in tomllib.loads(text).items()}


def _entry(id: str, fields: dict[str, Any]) -> Definition:
    return Definition(id=id, **{**fields, "shown_as": tuple(fields.get("shown_as", ()))})


@cache
def _by_label() -> dict[str, Definition]:
    return {
        label.casefold(): entry for entry in _entries().values() for label in (entry.id, entry.name, *entry.shown_as)
    }


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
