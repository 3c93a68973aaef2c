"""What stations write down while they work, so that somebody else can judge the floor by it (see history.py)."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple


class Moment(NamedTuple):
    """An instant at a station: its machine's monotonic clock, which orders, and its wall clock, which people read."""

    mono: float
    wall: float

    @classmethod
    def now(cls) -> Moment:
        return cls(time.clock_gettime(time.CLOCK_MONOTONIC), time.time())


NEVER = Moment(float("inf"), float("inf"))


@dataclass(frozen=True, slots=True)
class Op:
    """Something a station asked for. `end` is when it was answered; `said` is ok, fail (the floor refused) or info
    (nobody knows)."""

    who: int
    what: str
    begin: Moment
    end: Moment = NEVER
    said: str = "info"
    lead: int | None = None
    token: str = ""
    event: int | None = None

    def __str__(self) -> str:
        until = f"{self.end.mono:.3f}" if self.end is not NEVER else "never answered"
        about = " ".join(f"{name} {value}" for name in ("lead", "token", "event") if (value := getattr(self, name)))
        when = f"{self.begin.mono:.3f} to {until}, {time.strftime('%H:%M:%S', time.gmtime(self.begin.wall))} UTC"
        return f"{self.what} by {self.who} ({self.said}, {about}, {when})"


class Journal:
    """A station's journal: one line before and one after each operation, each in one write, so that a kill tears
    none. An answer that was promised to last is on the disk before the station goes on."""

    def __init__(self, path: Path, who: int) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._who, self._calls = who, f"{os.getpid()}.{time.monotonic_ns()}."
        self._count = 0

    def asks(self, what: str, **about: Any) -> str:
        """Write down that something is asked now; returns the call's name."""
        self._count += 1
        call = f"{self._calls}{self._count}"
        self._say({"call": call, "who": self._who, "what": what, **about})
        return call

    def told(self, call: str, said: str, **about: Any) -> None:
        """Write down what was answered: ok, fail or info, with the token, lead or event of the reply."""
        self._say({"call": call, "said": said, **about})
        if said == "ok":
            os.fsync(self._file)

    def _say(self, line: dict[str, Any]) -> None:
        os.write(self._file, (json.dumps(line | {"at": Moment.now()}) + "\n").encode())


def read_journals(paths: Iterable[Path]) -> list[Op]:
    """Every operation in some journals; the last line of one may be torn."""
    found: dict[str, Op] = {}
    for path in paths:
        for line in path.read_bytes().split(b"\n")[:-1]:
            entry = json.loads(line)
            call, moment = entry.pop("call"), Moment(*entry.pop("at"))
            if "what" in entry:
                found[call] = Op(begin=moment, **entry)
                continue
            asked = found[call]
            known = {name: getattr(asked, name) for name in ("who", "what", "begin", "lead", "token", "event")}
            found[call] = Op(**(known | entry), end=moment)
    return list(found.values())
