"""Holders who come back after their lease has ended: a plain no, never a second effect, and nothing typed is lost."""

from __future__ import annotations

import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.seats import LEASE_MS
from salesdesk.remote import RemoteDesk, sending
from tests.faults.crew import SOAK, Crew, crew, figures
from tests.faults.journal import Journal
from tests.faults.shifts import at_desk, settle
from tests.faults.station import Station, patient, quick_to_try_again
from tests.remote.lines import until
from tests.remote.relay import Relay, relayed
from tests.server.serving import serving

ROUNDS = int(os.environ.get("SALESDESK_SOAK_ZOMBIES", "300" if SOAK else "9"))
"""How often somebody falls silent with a lead in hand."""


@dataclass
class Shift:
    """The zombie at the end of a line that can be cut, at another screen `again`, and two colleagues who are always
    there."""

    made: Crew
    relay: Relay
    zombie: Station
    again: Station
    colleagues: list[Station]
    refused: int = 0

    def silence(self) -> None:
        """Longer than a lease; everybody else has come back to work since, and has taken what was given up."""
        self.made.floor.clock.forward(LEASE_MS // 1000 + 1)
        for _ in range(2):  # the first lead may be in their hands already
            for colleague in self.colleagues:
                colleague.turn()

    def back_online(self, card: TicketCard) -> None:
        """The screen wakes up, and what was typed is saved."""
        with pytest.raises(Refused) as caught:
            self.zombie.record(card)
        assert (caught.value.code, "not yours" in caught.value.message) == ("lost_hold", True)
        self.refused += 1

    def back_from_an_outage(self) -> None:
        """What was typed offline arrives when the lead is somebody else's."""
        until(lambda: self.desk.link().state == "online", "the line")
        until(lambda: not self.desk.link().unsent, "what was typed has been sent")
        (conflict,) = self.desk.conflicts()
        assert "not yours" in conflict.reason
        assert conflict.typed[0] == "record outcome"
        self.made.conflicts |= {row.key for row in self.desk._outbox.conflicts()}
        self.desk.settle(conflict.id)

    @property
    def desk(self) -> RemoteDesk:
        """The zombie's desk."""
        return self.zombie.desk

    def round(self, *, offline: bool) -> None:
        """Somebody falls silent in the middle of a call, and comes back."""
        card = self.zombie.claim()
        assert card is not None
        assert self.zombie.dial(card)
        if offline:
            self.relay.cut()
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sending, "IN_HAND", 0.05)  # nobody waits long for what is known not to come
                self.zombie.record(card)
        self.silence()
        if offline:
            self.relay.mend()
            self.back_from_an_outage()
        else:
            self.back_online(card)

    def round_of_two_screens(self) -> None:
        """Somebody's old screen wakes up after they have saved the lead on another one and have taken it back: only
        its token tells the two holds apart."""
        old = self.zombie.claim()
        assert old is not None
        assert self.zombie.dial(old)
        self.again.record(old)
        new = self.again.undo()
        assert new is not None
        assert (new.ticket == old.ticket, new.token == old.token) == (True, False)
        self.back_online(old)
        self.again.record(new)


@pytest.mark.soak
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_who_comes_back_after_the_lease_changes_nothing(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_to_try_again(monkeypatch)
    patient(monkeypatch)
    chance = random.Random(9)
    with (
        crew(tmp_path, engine=engine, size=3, pool=60 + 10 * ROUNDS, clock=False) as made,
        serving(made.floor) as server,
        relayed(server.port) as relay,
    ):
        desks = [at_desk(relay.url if n == 0 else server.url, each) for n, each in enumerate(made.members)]
        journals = [Journal(each.journal, each.person) for each in made.members]
        desks.append(at_desk(server.url, made.members[0]))
        zombie, one, two, again = (Station(*each, chance) for each in zip(desks, (*journals, journals[0]), strict=True))
        shift = Shift(made, relay, zombie, again, [one, two])
        try:
            for n in range(ROUNDS):
                if n % 3 == 2:
                    shift.round_of_two_screens()
                else:
                    shift.round(offline=n % 3 == 1)
            settle(made, desks)
        finally:
            for desk in desks:
                desk.close()
        told = made.verify()
        sys.stdout.write(
            f"\n{engine}: {ROUNDS} zombies, {shift.refused} refused, {len(made.conflicts)} conflicts;"
            f" {figures(told.items())}\n"
        )
        assert shift.refused == told["record fail"]
        assert shift.refused + len(made.conflicts) == ROUNDS
        assert told["record ok"] > 0
