"""A shift on a line that breaks at any moment, in every way: each outcome reaches the floor, once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest

from salesdesk.desk.calls import Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.serving import ClaimNext
from salesdesk.remote import RemoteDesk
from salesdesk.store.session import StoreError
from tests.remote.lines import Line, told, until
from tests.steps import assert_clean, rows

LEADS = 12


@pytest.mark.parametrize("seed", range(3))
def test_whatever_breaks_each_outcome_is_there_once(line: Line, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("salesdesk.remote.sending.IN_HAND", 0.2)
    monkeypatch.setattr("salesdesk.remote.desk.PATIENCE", 1.0)
    chance = random.Random(seed)
    breaks: list[Callable[[], None]] = [line.relay.cut, line.relay.drop_answer, line.relay.mend]
    dana = line.desk()
    worked = []
    for _ in range(LEADS):
        chance.choice(breaks)()
        card = served(line, dana)
        chance.choice(breaks)()
        told(dana, card, chance.choice(("no_answer", "voicemail")))
        worked.append(card.token)
        if chance.random() < 0.3:
            line.leave(dana)
            line.relay.mend()
            dana = line.desk()
    line.relay.mend()
    until(lambda: dana.link().unsent == 0, "everything is sent")
    recorded = [json.loads(row["data"])["token"] for row in rows(line.floor, EVENTS)]
    assert sorted(recorded) == sorted(worked)
    assert dana.link().conflicts == 0
    assert_clean(line.floor)


EVENTS = "SELECT data FROM event WHERE kind = 'recorded' ORDER BY id"


def served(line: Line, dana: RemoteDesk) -> TicketCard:
    """A lead, claimed and dialed, however often that has to be asked for; at the second try the line is whole."""
    for _ in range(3):
        try:
            card = dana.ask(ClaimNext())
            assert card is not None
            if card.dialed_at is None:
                assert dana.ask(Dialed(ticket=card.ticket, token=card.token)).allowed
        except StoreError:
            line.relay.mend()
            until(lambda: dana.link().unsent == 0, "what was typed before")
        else:
            return card
    raise AssertionError("no lead came over a whole line")
