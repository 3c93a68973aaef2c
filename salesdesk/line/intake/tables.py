"""The tables that ship beside the intake, read once each."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["load", "words"]


@cache
def load(name: str) -> dict[str, Any]:
    """Return the parsed table `data/<name>.toml`."""
    text = (files("salesdesk.line.intake") / "data" / f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def words(kind: str) -> frozenset[str]:
    """Return a list of `data/words.toml`: placeholders, no_value, no, phone_notes, name_titles …"""
    return frozenset(load("words")[kind])
