"""A station without a screen: claims, dials and records until it is killed, and writes down what it was told.

Run as `python worker.py FLOOR PERSON JOURNAL WALL SEED`. The wall clock stands still at WALL, so that the law allows
calls at any hour of the test's day; leases run by the machine's own boot clock. Each line of the journal goes out in
one write before and after an outcome, so that a kill tears none: `try KEY TOKEN`, `ok KEY TOKEN EVENT`.
"""

from __future__ import annotations

import os
import random
import sys
import time
from dataclasses import dataclass

from salesdesk.clock import SystemClock
from salesdesk.desk.calls import Dialed
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import LocalDesk, open_counter, person_named
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.undoing import Undo

OUTCOMES: tuple[tuple[str, dict[str, str]], ...] = (
    ("no_answer", {"busy": "y"}),
    ("voicemail", {}),
    ("no", {"reason": "no_need"}),
    ("no_answer", {}),
)


@dataclass(frozen=True, slots=True)
class StandingClock:
    """A wall clock that stands still beside the machine's real lease clock, `later` milliseconds on."""

    wall: int
    later: int = 0

    def now(self) -> int:
        return self.wall

    def lease(self) -> tuple[str, int]:
        boot, milliseconds = SystemClock().lease()
        return boot, milliseconds + self.later


class Journal:
    """Lines that outlive the process."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def say(self, *words: object) -> None:
        os.write(self._file, (" ".join(str(word) for word in words) + "\n").encode())


def think(chance: random.Random) -> None:
    """Stand still for a moment with the lead in hand, so that some are killed just then."""
    time.sleep(chance.random() * 0.1)  # a person thinks; the killer in the parent needs that window


def work(desk: LocalDesk, journal: Journal, chance: random.Random) -> None:
    """One lead, from claim to outcome."""
    card = desk.ask(ClaimNext())
    if card is None:
        journal.say("dry")
        return
    journal.say("card", card.token, card.lead)
    think(chance)
    if not desk.ask(Dialed(ticket=card.ticket, token=card.token)).allowed:
        return
    think(chance)
    outcome, answers = chance.choice(OUTCOMES)
    serve = chance.choice(("sdr", ""))
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=dict(answers), serve=serve)
    journal.say("try", ask.key, card.token)
    done = desk.ask(ask)
    journal.say("ok", ask.key, card.token, done.event)
    if chance.random() < 0.05:
        desk.ask(Undo())
        journal.say("undone", done.event)


def main() -> None:
    """Work until somebody kills this process."""
    target, name, path, wall, seed = sys.argv[1:6]
    journal, chance = Journal(path), random.Random(seed)
    counter = open_counter(target, StandingClock(int(wall)))
    desk = LocalDesk(counter, person_named(counter, name))
    journal.say("up")
    while True:
        try:
            work(desk, journal, chance)
        except Refused as no:
            journal.say("refused", no.code)


if __name__ == "__main__":
    main()
