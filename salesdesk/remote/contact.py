"""What is known of the line to a floor: whether it answers, how quickly, and what time it is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from salesdesk.desk.link import OFFLINE, ONLINE, SLOW

QUIET = 1.0
"""Seconds without a word from the floor after which it is asked whether it is there."""
GONE = 2.0
"""Seconds without a word, with an attempt that failed, after which it is offline."""
TARDY = 1.0
"""Seconds that an answer takes when the line is slow."""
SKEWED = 30
"""Seconds by which the clocks may differ before anybody is told."""


class Contact:
    """Told by whoever talks to the floor; asked by screens, at any time, from any thread.

    `monotonic` and `wall` are this machine's clocks, in seconds. The floor's time decides; it is kept against the
    monotonic clock, so that setting this machine's clock moves nothing.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._monotonic, self._wall = monotonic, wall
        self._heard = monotonic()
        self._missed = self._slow = False
        self._offset = wall() - self._heard
        self._turn = threading.Lock()
        self.moves = 0
        """Moves when something happened on the floor, or when the floor is there again."""
        self.back = threading.Event()
        """Set whenever the floor is heard."""
        self.barred = ""
        """Why the floor lets this program in no more, in a sentence; empty while it does."""

    def heard(self, now: float | None, took: float = 0.0) -> None:
        """The floor answered after `took` seconds; `now` is its time when it did."""
        with self._turn:
            here = self._monotonic()
            if self._missed and here - self._heard > GONE:
                self.moves += 1
            self._heard, self._missed, self._slow = here, False, took > TARDY
            self._set(now, here)
        self.back.set()

    def missed(self, now: float | None = None) -> None:
        """An attempt to reach the floor failed; `now` is its time, if its server told at least that."""
        with self._turn:
            self._missed = True
            self._set(now, self._monotonic())

    def _set(self, now: float | None, here: float) -> None:
        if now is not None and abs(now - here - self._offset) >= 1:  # whole seconds: smaller steps say nothing
            self._offset = now - here

    def moved(self) -> None:
        """Something happened on the floor."""
        with self._turn:
            self.moves += 1

    def quiet(self) -> bool:
        """Whether the floor should be asked if it is there."""
        return self._monotonic() - self._heard >= QUIET

    @property
    def offline(self) -> bool:
        """Whether the floor cannot be reached."""
        return self._missed and self._monotonic() - self._heard > GONE

    @property
    def state(self) -> str:
        """How the line is, in a word."""
        return OFFLINE if self.offline else SLOW if self._slow or self._missed else ONLINE

    def now(self) -> int:
        """The floor's time, epoch seconds."""
        return int(self._monotonic() + self._offset)

    @property
    def since(self) -> int:
        """When the floor was last heard, epoch seconds of its clock."""
        return int(self._heard + self._offset)

    @property
    def skew(self) -> int:
        """Seconds by which this machine's clock is ahead of the floor's; 0 when that is too little to tell."""
        ahead = round(self._wall() - self._monotonic() - self._offset)
        return ahead if abs(ahead) > SKEWED else 0
