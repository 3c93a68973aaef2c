"""Whether the files that are open are still those that stand under their names.

A file that was moved, deleted or replaced takes writes as before, only nobody finds them again: not the next program
that opens it, and after a power cut nobody at all.
"""

from __future__ import annotations

from pathlib import Path

from salesdesk.store.session import StoreError


class SameFiles:
    """Remembers which file stood under each name when one was first seen there."""

    def __init__(self, *paths: Path) -> None:
        self._seen: dict[Path, tuple[int, int] | None] = dict.fromkeys(paths)

    def check(self) -> None:
        """Raises StoreError when another file, or none, has a name now."""
        for path, seen in self._seen.items():
            now = _standing(path)
            if seen is None:
                self._seen[path] = now
            elif seen != now:
                raise StoreError(
                    f"{path.name} was moved, deleted or replaced: nothing is saved until it is back, or every program"
                    " that has it open was ended"
                )


def _standing(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino
