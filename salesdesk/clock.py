"""Time as the floor sees it: a wall clock for facts and a boot clock for leases, both replaceable in tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """What the floor asks of time; nothing else in the product reads a clock for a fact."""

    def now(self) -> int:
        """The time of facts, epoch seconds."""
        ...

    def lease(self) -> tuple[str, int]:
        """The boot this machine is in, and milliseconds since it began (suspend included)."""
        ...


@cache
def boot_id() -> str:
    """A name for this boot of this machine; leases taken under another name are void."""
    source = Path("/proc/sys/kernel/random/boot_id")
    return source.read_text().strip() if source.exists() else "this-boot"


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, shifted by `offset` seconds on a demo floor so that its day is a working day."""

    offset: int = 0

    def now(self) -> int:
        return int(time.time()) + self.offset

    def lease(self) -> tuple[str, int]:
        source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return boot_id(), time.clock_gettime_ns(source) // 1_000_000


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """The clock of the database that all stations and servers of a floor share, whatever their own clocks say.

    `milliseconds` tells it (epoch milliseconds). No restart of a machine ends a lease: they all count by this clock.
    """

    milliseconds: Callable[[], int]
    offset: int = 0

    def now(self) -> int:
        return self.milliseconds() // 1000 + self.offset

    def lease(self) -> tuple[str, int]:
        return "database", self.milliseconds()


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until told otherwise."""

    time: int
    boot: str = "test-boot"

    def now(self) -> int:
        return self.time

    def lease(self) -> tuple[str, int]:
        return self.boot, self.time * 1000

    def forward(self, seconds: int) -> None:
        """Let `seconds` pass."""
        self.time += seconds
