"""What a client was told, written down as it was told: the witness against which a floor's own record is checked.

A journal is a file of one line per moment, each written at once, so that a kill tears none: `invoke` before something
is asked for, then `ok`, `fail` (the floor said no) or `info` (nobody knows). A client that was killed leaves an
`invoke` alone, which is an `info` too.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesdesk.desk.errors import Refused
from salesdesk.store.session import StoreError


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that a person asked for. `invoked` and `returned` are nanoseconds of this machine's monotonic clock,
    the same for every process; `ended` is ok, saved (kept at the station, acknowledged), fail or info. What was asked
    and answered is in the other fields, as far as it is known: `serve` is the station at which a lead was wanted with
    an outcome, `served` the token of the one that came."""

    person: int
    what: str
    key: str
    invoked: int
    returned: int | None
    ended: str
    ticket: int | None = None
    lead: int | None = None
    token: str = ""
    outcome: str = ""
    event: int = 0
    code: str = ""
    serve: str = ""
    served: str = ""


@dataclass
class Asked:
    """Something that is being asked for; what is put into `told` is written down with the answer."""

    told: dict[str, Any] = field(default_factory=dict)


class Journal:
    """The journal of one person's station, whichever of its lives writes it."""

    def __init__(self, path: Path, person: int) -> None:
        self._person = person
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def say(self, **words: object) -> None:
        """One line, with the time."""
        line = json.dumps({"t": time.monotonic_ns(), "person": self._person, **words}) + "\n"
        os.write(self._file, line.encode())

    @contextmanager
    def asking(self, what: str, key: str, **asked: object) -> Iterator[Asked]:
        """Write down that something is asked for, and how it ended; the floor's no and its silence are raised on."""
        self.say(end="invoke", what=what, key=key, **asked)
        answer = Asked()
        try:
            yield answer
        except Refused as no:
            self.say(end="fail", key=key, code=no.code)
            raise
        except StoreError:
            self.say(end="info", key=key)
            raise
        self.say(key=key, **({"end": "ok"} | answer.told))

    def close(self) -> None:
        """Write no more."""
        os.close(self._file)


def acknowledged_in(path: Path) -> int:
    """How often the floor has said yes by now."""
    return path.read_bytes().count(b'"end": "ok"') if path.exists() else 0


def read_journal(path: Path) -> list[Op]:
    """What a journal tells, in the order in which it was asked for."""
    open_ops: dict[str, dict[str, Any]] = {}
    for line in path.read_text().splitlines():
        words = json.loads(line)
        at, end = words.pop("t"), words.pop("end")
        if end == "invoke":
            open_ops[words["key"]] = {**words, "invoked": at, "returned": None, "ended": "info"}
        elif end != "info":
            open_ops[words["key"]] |= {**words, "returned": at, "ended": end}
    return [Op(**each) for each in open_ops.values()]
