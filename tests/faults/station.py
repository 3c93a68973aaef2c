"""A station without a screen at the end of a line: it claims, dials and records, and keeps a journal of what it was
told."""

from __future__ import annotations

import os
import random
import threading
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.link import SAVED
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import Undo
from salesdesk.remote import RemoteDesk, contact, desk, open_remote, sending, wire
from salesdesk.store.session import StoreError
from tests.faults.journal import Journal

OUTCOMES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no_answer", {}),
    ("no_answer", {"busy": True}),
    ("voicemail", {}),
    ("no", {"reason": "no_need"}),
)
BREATH = 0.05
"""Seconds between two attempts at a floor that is not there."""


class Station:
    """One person at work; `turn` is one lead, or one attempt at one."""

    def __init__(self, desk: RemoteDesk, journal: Journal, chance: random.Random) -> None:
        self.desk, self.journal, self.chance = desk, journal, chance
        self._pause = threading.Event()

    def turn(self) -> bool:
        """Work one lead; whether there was one, and the floor was there and took what came of it."""
        try:
            card = self.claim()
            if card is not None:
                self.work(card)
        except Refused:
            return False
        except StoreError:
            self._pause.wait(BREATH)
            return False
        return card is not None

    def claim(self) -> TicketCard | None:
        """The next lead."""
        ask = ClaimNext()
        with self.journal.asking("claim", ask.key) as asked:
            card = self.desk.ask(ask)
            if card is not None:
                asked.told = {"ticket": card.ticket, "lead": card.lead, "token": card.token}
        return card

    def work(self, card: TicketCard) -> None:
        """A lead in hand, to its end."""
        lot = self.chance.random()
        if lot < 0.04:
            self._skip(card)
            return
        if not self.dial(card):
            return
        if lot < 0.08:
            self.opt_out(card)
            return
        self.record(card)
        if lot > 0.96:
            self.undo()

    def dial(self, card: TicketCard) -> bool:
        """Dial it; whether that was allowed."""
        ask = Dialed(ticket=card.ticket, token=card.token)
        with self.journal.asking("dial", ask.key, ticket=card.ticket, token=card.token) as asked:
            allowed = self.desk.ask(ask).allowed
            asked.told = {} if allowed else {"end": "denied"}
        return allowed

    def record(self, card: TicketCard) -> None:
        """What came of it."""
        outcome, answers = self.chance.choice(OUTCOMES)
        serve = self.chance.choice(("sdr", ""))
        ask = RecordOutcome(
            ticket=card.ticket, token=card.token, outcome=outcome, answers=dict(answers), serve=serve
        )  # fmt: skip
        about = {"ticket": card.ticket, "lead": card.lead, "token": card.token, "serve": serve}
        with self.journal.asking("record", ask.key, outcome=outcome, **about) as asked:
            done = self.desk.ask(ask)
            asked.told = {"event": done.event, "end": "ok" if done.event else "saved"}
            if done.next is not None:
                asked.told["served"] = done.next.token

    def opt_out(self, card: TicketCard) -> None:
        """They do not want to be called."""
        ask = OptOut(ticket=card.ticket, token=card.token)
        with self.journal.asking("opt_out", ask.key, ticket=card.ticket, lead=card.lead) as asked:
            asked.told = {"end": "saved" if self.desk.ask(ask).note == SAVED else "ok"}

    def _skip(self, card: TicketCard) -> None:
        ask = Skip(ticket=card.ticket, token=card.token, reason="bad_data")
        with self.journal.asking("skip", ask.key, ticket=card.ticket, lead=card.lead) as asked:
            asked.told = {"end": "saved" if self.desk.ask(ask).note == SAVED else "ok"}

    def undo(self) -> TicketCard | None:
        """Take the last outcome back."""
        ask = Undo()
        with self.journal.asking("undo", ask.key) as asked:
            card = self.desk.ask(ask)
            if card is not None:
                asked.told = {"ticket": card.ticket, "lead": card.lead, "token": card.token}
        return card


def opened(url: str, person: str, *, tries: int = 200) -> RemoteDesk:
    """A person's desk at a floor that may not be there yet."""
    pause = threading.Event()
    for _ in range(tries):
        try:
            return open_remote(url, person)
        except StoreError:
            pause.wait(BREATH)
    return open_remote(url, person)


def quick_to_try_again(patch: pytest.MonkeyPatch, read: float = 2.0) -> None:
    """As stubborn as in the field, but less slow, so that more faults fit into a test. `read` is in seconds."""
    patch.setattr(sending, "SHORTEST", 0.02)
    patch.setattr(sending, "LONGEST", 0.3)
    patch.setattr(wire, "READ", read)


def patient(patch: pytest.MonkeyPatch) -> None:
    """Wait for every answer, however slow the machine is that runs the tests."""
    for where, name in ((sending, "IN_HAND"), (desk, "PATIENCE"), (desk, "OPENING"), (contact, "GONE")):
        patch.setattr(where, name, 60.0)


def run(url: str, name: str, person: int, token: str, home: str, seed: str) -> None:
    """The life of a station process: work until somebody kills it."""
    os.environ |= {"HOME": home, "XDG_DATA_HOME": f"{home}/data", "SALESDESK_TOKEN": token}
    quick_to_try_again(pytest.MonkeyPatch())
    journal = Journal(Path(home) / "journal", person)
    station = Station(opened(url, name), journal, random.Random(seed))
    while True:
        station.turn()
