"""Simulated colleagues: they work the floor through the very operations that people use, and are marked as simulated.

Run as a process of its own (`python -m salesdesk.demo.colleagues FLOOR`); it ends when its standard input does.
"""

from __future__ import annotations

import heapq
import random
import select
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from salesdesk.demo import scenes
from salesdesk.demo.playing import Played, play
from salesdesk.desk.calls import Answered, Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.local import open_counter
from salesdesk.desk.meetings import OfferSlots
from salesdesk.desk.people import SetState, SignIn
from salesdesk.desk.performing import Counter, perform
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.registry import Request
from salesdesk.desk.serving import AnyWork, ClaimNext
from salesdesk.line.salesmap import Station, shipped
from salesdesk.store import people
from salesdesk.store.session import StoreError

R = TypeVar("R")
BEAT = 15
STATION = "sdr"


@dataclass(order=True)
class Turn:
    """Whose move it is, and when (floor time in seconds)."""

    at: float
    person: int
    begin: Callable[[str], Iterator[float]] = field(compare=False)
    """A shift of theirs, as chance (a seed) has it."""
    moves: Iterator[float] = field(compare=False)


class Colleague:
    """One simulated person at the calling station."""

    def __init__(self, counter: Counter, person_id: int, station: Station) -> None:
        self._counter, self._me, self._station = counter, person_id, station
        self._chance = random.Random()

    def shift(self, chance: random.Random) -> Iterator[float]:
        """Work as chance has it; each value is how many seconds pass before the next move."""
        self._chance = chance
        self._ask(SignIn(station=STATION))
        yield self._chance.uniform(0, 12)
        dry = False
        while True:
            if self._chance.random() < 0.006:
                yield from self._pause()
            if dry and not self._ask(AnyWork(station=STATION)).ready:
                self._ask(Heartbeat())
                yield 5.0
                continue
            card = self._ask(ClaimNext(station=STATION))
            dry = card is None
            if card is None:
                yield 5.0
                continue
            yield from self._call(card)

    def _call(self, card: TicketCard) -> Iterator[float]:
        played = play(self._station, self._chance, email=card.email)
        yield played.look
        if not self._ask(Dialed(ticket=card.ticket, token=card.token)).allowed:
            return
        yield from self._beating(card, played.ring)
        if played.talk:
            self._ask(Answered(ticket=card.ticket, token=card.token))
            yield from self._beating(card, played.talk)
        yield from self._beating(card, played.wrap)
        self._record(card, played)

    def _record(self, card: TicketCard, played: Played) -> None:
        ask = RecordOutcome(
            ticket=card.ticket,
            token=card.token,
            outcome=played.outcome.id,
            answers=played.answers | self._slot(card, played),
            wrap_seconds=int(played.wrap),
        )
        try:
            goes_on = self._ask(ask).goes_on
        except Refused:
            goes_on = self._ask(
                ask.model_copy(update={"key": ask.key + "b", "outcome": "no_answer", "answers": {}})
            ).goes_on
        if goes_on:
            self._ask(Dialed(ticket=card.ticket, token=card.token))
            self._ask(RecordOutcome(ticket=card.ticket, token=card.token, outcome="no_answer"))

    def _slot(self, card: TicketCard, played: Played) -> dict[str, str]:
        """The first slot that is offered, where the outcome asks for one."""
        fields = [field.id for field in played.outcome.fields if field.kind == "slot"]
        offers = self._ask(OfferSlots(ticket=card.ticket, token=card.token)).offers if fields else ()
        if not offers:
            return {}
        return {id: datetime.fromtimestamp(offers[0].starts_at, UTC).isoformat() for id in fields}

    def _beating(self, card: TicketCard, seconds: float) -> Iterator[float]:
        """Let time pass with a heartbeat every quarter of a minute."""
        while seconds > 0:
            step = min(seconds, BEAT)
            yield step
            seconds -= step
            self._ask(Heartbeat(ticket=card.ticket, token=card.token))

    def _pause(self) -> Iterator[float]:
        self._ask(SetState(state="paused", code=self._chance.choice(("break", "coaching", "technical"))))
        for _ in range(self._chance.randint(3, 9)):
            self._ask(Heartbeat())
            yield float(BEAT)
        self._ask(SetState(state="ready"))

    def _ask(self, request: Request[R]) -> R:
        return perform(self._counter, self._me, request)


def turns(counter: Counter, seed: int, start: float) -> list[Turn]:
    """A turn for every simulated caller of the floor, ordered by time."""
    rows = [row for row in counter.store.read(people.everyone) if row.simulated and STATION in row.roles.split()]
    station = shipped(counter.settings.map_id).station(STATION)
    waiting = [
        _turn(start + n * 1.3, row, seed, Colleague(counter, row.id, station).shift) for n, row in enumerate(rows)
    ]
    heapq.heapify(waiting)
    return waiting


def supervisors_turn(counter: Counter, seed: int, start: float) -> list[Turn]:
    """The turn of the simulated supervisor, on a floor that has one."""
    row = counter.store.read(lambda session: people.by_name(session, scenes.SUPERVISOR))
    if row is None or not row.simulated:
        return []
    return [_turn(start, row, seed, partial(scenes.shift, counter, row.id))]


def _turn(at: float, row: people.PersonRow, seed: int, work: Callable[[random.Random], Iterator[float]]) -> Turn:
    def begin(when: str) -> Iterator[float]:
        return work(random.Random(f"{seed}:{row.name}:{when}"))

    return Turn(at, row.id, begin, begin(""))


def move(waiting: list[Turn]) -> None:
    """Let whoever is next make their move and line them up again. A refusal ends a shift; a new one begins."""
    turn = waiting[0]
    try:
        pause = next(turn.moves)
    except (Refused, StoreError, StopIteration):
        turn.moves = turn.begin(str(turn.at))
        pause = 10.0
    turn.at += pause
    heapq.heapreplace(waiting, turn)


def main(target: str) -> None:
    """Work in real time until standard input ends."""
    counter = open_counter(target)
    seed = counter.clock.now()
    now = counter.clock.now()
    waiting = sorted(turns(counter, seed, now) + supervisors_turn(counter, seed, now))
    while True:
        wait = max(0.0, waiting[0].at - counter.clock.now())
        ended, _, _ = select.select([sys.stdin], [], [], min(wait, 1.0))
        if ended and not sys.stdin.read(1):
            break
        while waiting[0].at <= counter.clock.now():
            move(waiting)
    counter.store.close()


if __name__ == "__main__":
    main(sys.argv[1])
