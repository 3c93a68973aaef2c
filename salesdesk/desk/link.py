"""How a desk stands to its floor: at the file itself, or at the end of a line that may be slow or cut."""

from __future__ import annotations

from dataclasses import dataclass

LOCAL, ONLINE, SLOW, OFFLINE = "local", "online", "slow", "offline"
KEPT = "saved here"
"""With what the note of a write begins that waits on this machine's disk. Such a `Recorded` has event 0."""
SAVED = f"{KEPT}, will be sent"
"""That note, unless the floor does not let this program in."""


@dataclass(frozen=True, slots=True)
class Link:
    """`state` is local, online, slow or offline. `unsent` writes wait on this machine to be sent, `conflicts` were
    refused after all and want somebody's eyes. `since` is when the floor was last heard (epoch seconds of its clock),
    `skew` by how many seconds this machine's clock is ahead of it. `barred` is why the floor lets this program in no
    more, in a sentence, and empty while it does."""

    state: str = LOCAL
    unsent: int = 0
    conflicts: int = 0
    since: int = 0
    skew: int = 0
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that was typed while the floor was away and that the floor has refused since. `at` is when it was
    typed (epoch seconds), `about` whom it was about, `typed` the lines that were typed, `reason` the floor's no."""

    id: int
    at: int
    about: str
    typed: tuple[str, ...]
    reason: str
