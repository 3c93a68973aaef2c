"""A served floor at the end of a line that tests can break, and people who work through it.

with lines(floor) as line:
    dana = line.desk("Dana")
    line.relay.cut()
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.recording import Recorded, RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.remote import RemoteDesk, open_remote
from tests.floors import TestFloor
from tests.remote.relay import Relay, relayed
from tests.server.serving import TestServer, serving


@dataclass
class Line:
    """The floor, its server, and the relay through which every desk of `desk` talks to it."""

    floor: TestFloor
    server: TestServer
    relay: Relay
    patch: pytest.MonkeyPatch
    _desks: list[RemoteDesk] = field(default_factory=list)

    def desk(self, name: str = "Dana") -> RemoteDesk:
        """The desk of one of the floor's people, at the other end of the line."""
        self.patch.setenv("SALESDESK_TOKEN", self.server.token(name))
        self._desks.append(open_remote(self.relay.url, name))
        return self._desks[-1]

    def leave(self, desk: RemoteDesk) -> None:
        """Close a desk as its program does when it ends."""
        self._desks.remove(desk)
        desk.close()

    def close(self) -> None:
        """Everybody leaves."""
        for desk in list(self._desks):
            self.leave(desk)


@contextmanager
def lines(floor: TestFloor) -> Iterator[Line]:
    """Serve a floor behind a relay until the block ends."""
    with pytest.MonkeyPatch.context() as patch, serving(floor) as server, relayed(server.port) as relay:
        line = Line(floor, server, relay, patch)
        try:
            yield line
        finally:
            line.close()


def until(so: Callable[[], object], what: str) -> None:
    """Wait until something is so; it must become so within half a minute."""
    pause = threading.Event()
    for _ in range(3000):
        if so():
            return
        pause.wait(0.01)
    raise AssertionError(f"never came: {what}")


def in_hand(desk: RemoteDesk) -> TicketCard:
    """A lead, claimed and dialed."""
    card = desk.ask(ClaimNext())
    assert card is not None
    assert desk.ask(Dialed(ticket=card.ticket, token=card.token)).allowed
    return card


def outcome(card: TicketCard, name: str = "no_answer", **answers: str) -> RecordOutcome:
    """What came of a lead in hand."""
    return RecordOutcome(ticket=card.ticket, token=card.token, outcome=name, answers=dict(answers))


def told(desk: RemoteDesk, card: TicketCard, name: str = "no_answer", **answers: str) -> Recorded:
    """Record it."""
    return desk.ask(outcome(card, name, **answers))
