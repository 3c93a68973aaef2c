"""What screens cost when nobody touches them: a station on a quiet floor, and the wall board while sixty work."""

from __future__ import annotations

import heapq
import multiprocessing
import random
import time
from pathlib import Path

from salesdesk.bench.datasets import Shelf
from salesdesk.bench.recipe import LARGE, SMALL
from salesdesk.bench.report import Result, within
from salesdesk.bench.screens import NEXT_LEAD, program
from salesdesk.bench.terminal import BARE_SCREEN, Terminal, share_of_core
from salesdesk.desk.calls import Answered, Dialed
from salesdesk.desk.local import open_counter
from salesdesk.desk.people import SignIn
from salesdesk.desk.performing import Counter, perform
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext

SECONDS, PEOPLE = 30.0, 60
_SETTLE = 4.0
_BEAT = 15.0
_STEPS = ((2.0, 10.0), (8.0, 30.0), (15.0, 70.0), (3.0, 20.0))
"""Seconds from serving to dialing, to an answer, to the outcome, and to the next lead: about one lead a minute."""


def idle_station(shelf: Shelf, seconds: float = SECONDS) -> list[Result]:
    """Processor time of a station with a lead on its screen, beside a Textual program that shows two words."""
    with Terminal(program(shelf.copy(SMALL), "Seat 11", "sdr")) as station, Terminal(BARE_SCREEN) as bare:
        station.painted("READY")
        station.press("n")
        station.painted(NEXT_LEAD)
        bare.painted("bare screen")
        station.settle(_SETTLE)
        ours, least = share_of_core((station, bare), seconds)
    return [within("idle_station", ours, "% of a core", 0.5, least)]


def wall_board(shelf: Shelf, seconds: float = SECONDS, people: int = PEOPLE) -> list[Result]:
    """Processor time of the wall board while sixty people work a million leads."""
    path = shelf.copy(LARGE)
    workers = multiprocessing.get_context("spawn").Process(target=work, args=(path, people), daemon=True)
    workers.start()
    try:
        with Terminal(program(path, "Sam", "wallboard")) as board, Terminal(BARE_SCREEN) as bare:
            board.painted("WALL")
            bare.painted("bare screen")
            board.settle(2 * _SETTLE)
            ours, least = share_of_core((board, bare), seconds)
    finally:
        workers.terminate()
        workers.join()
    return [within("live_wall_board", ours, "% of a core", 5.0, least)]


def work(path: Path, people: int) -> None:
    """People working at a floor's usual pace, until the process is ended."""
    counter = open_counter(str(path))
    pace = random.Random(people)
    now = time.monotonic()
    turns: list[tuple[float, int, int]] = []
    for person in range(1, people + 1):
        perform(counter, person, SignIn(station="sdr"))
        turns += [(now + pace.uniform(0, 8), person, 0), (now + pace.uniform(0, _BEAT), person, -1)]
    heapq.heapify(turns)
    hands: dict[int, tuple[int, str]] = {}
    while turns:
        due, person, step = heapq.heappop(turns)
        time.sleep(max(0.0, due - time.monotonic()))
        if step < 0:
            ticket, token = hands.get(person, (None, ""))
            perform(counter, person, Heartbeat(ticket=ticket, token=token))
            heapq.heappush(turns, (due + _BEAT, person, step))
        else:
            _act(counter, person, step, hands)
            heapq.heappush(turns, (due + pace.uniform(*_STEPS[step]), person, (step + 1) % len(_STEPS)))


def _act(counter: Counter, person: int, step: int, hands: dict[int, tuple[int, str]]) -> None:
    """One step of a call: claim, dial, talk, record."""
    if step == 0:
        card = perform(counter, person, ClaimNext(station="sdr"))
        if card is not None:
            hands[person] = (card.ticket, card.token)
    elif person in hands:
        ticket, token = hands[person]
        if step == 1:
            perform(counter, person, Dialed(ticket=ticket, token=token))
        elif step == 2:
            perform(counter, person, Answered(ticket=ticket, token=token))
        else:
            perform(counter, person, RecordOutcome(ticket=ticket, token=token, outcome="no_answer"))
            del hands[person]
