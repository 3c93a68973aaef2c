"""Files that a person names by typing: completion inside their own folders, and reading with one clear refusal."""

from __future__ import annotations

import os
from pathlib import Path

from salesdesk.line.text import clean
from salesdesk.screens.coordinator_words import Unclear

LARGEST = 50 * 2**20
LISTS = (".csv", ".tsv", ".txt")


def completed(typed: str, kinds: tuple[str, ...] = LISTS) -> tuple[str, list[str]]:
    """The path as far as it is clear, and the names it could go on with; folders end in a slash.

    Only folders that belong to this user are read, and names that could not be shown as they are stay out.
    """
    folder_text, slash, start = typed.rpartition("/")
    try:
        folder = Path(f"{folder_text}{slash}" or ".").expanduser()
    except RuntimeError:
        return typed, []
    names = sorted(_names(folder, start, kinds))
    if not names:
        return typed, []
    common = _common(names)
    return f"{folder_text}{slash}{common}" if len(common) >= len(start) else typed, names


def _common(names: list[str]) -> str:
    """The letters that all names begin with; `names` is sorted, so the first and the last say it."""
    first, last = names[0], names[-1]
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]


def _names(folder: Path, start: str, kinds: tuple[str, ...]) -> list[str]:
    found: list[str] = []
    try:
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return []
        with os.scandir(folder) as entries:
            for entry in entries:
                hidden = entry.name.startswith(".") and not start.startswith(".")
                if not entry.name.startswith(start) or hidden or clean(entry.name) != entry.name:
                    continue
                if entry.is_dir():
                    found.append(f"{entry.name}/")
                elif entry.name.lower().endswith(kinds):
                    found.append(entry.name)
    except OSError:
        return []
    return found


def read_bytes(typed: str) -> bytes:
    """The bytes of a file that was named by typing. Raises Unclear with one sentence when it cannot be read."""
    shown = clean(typed.strip(), limit=120)
    try:
        path = Path(typed.strip().strip("'\"")).expanduser()
        if path.is_dir():
            raise Unclear(f"{shown} is a folder; name a file in it")
        if not path.is_file():
            raise Unclear(f"there is no file {shown}")
        if path.stat().st_size > LARGEST:
            raise Unclear(f"{shown} is larger than {LARGEST // 2**20} MiB, the most that is read")
        return path.read_bytes()
    except Unclear:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "it is no path"
        raise Unclear(f"{shown} cannot be read: {reason}") from None


def text_or_file(typed: str) -> str:
    """A script as it was pasted, or what stands in the text file that a single line names. Raises Unclear."""
    words = typed.strip()
    looks_like_path = words.startswith(("/", "~", "./", "../")) or words.lower().endswith((".txt", ".md"))
    if "\n" in words or not looks_like_path:
        return typed
    return clean(read_bytes(words).decode("utf-8", errors="replace"), limit=20_000, lines=True)
