"""What happens on the demo floor beside the calls: somebody asks for us, and a simulated supervisor moves people away
from a dry queue. Through the very operations that people use; no clock in here."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import count

from salesdesk.desk.campaigns import ShowCampaigns
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.moving import MovePeople
from salesdesk.desk.people import SignIn
from salesdesk.desk.performing import Counter, perform
from salesdesk.desk.presence import Heartbeat
from salesdesk.store import people

SUPERVISOR = "Sam Ortiz"
MAIN, SPARE, DRY = "Spring Audit", "Autumn Freight", "Pacific Winter"
"""The campaigns: yours, the one that can take more people, and one whose leads are asleep in the west."""
STATION = "wallboard"
BEAT = 15
INQUIRY_AFTER, MOVE_AFTER, AGAIN_AFTER = 40, 75, 300
"""Seconds of a session until somebody asks for us, until people are moved, and between further inquiries."""
ASKED = (
    ("Priya Halden", "Halden Freight", "+1 212-555-0171", "a price for 40 lanes"),
    ("Tomas Berg", "Berg Cold Chain", "+1 617-555-0172", "a call back about the guide"),
    ("Noor Castell", "Castell Mills", "+1 404-555-0173", "whether we audit air freight"),
    ("Joan Pike", "Pike & Daughters", "+1 313-555-0174", "a demonstration"),
    ("Luis Aranda", "Aranda Foods", "+1 305-555-0175", "what an audit costs"),
)


def shift(counter: Counter, supervisor: int, chance: random.Random) -> Iterator[float]:
    """The supervisor's time on the floor; each value is how many seconds pass before the next move."""
    perform(counter, supervisor, SignIn(station=STATION))
    inquiry, move = INQUIRY_AFTER, MOVE_AFTER
    for seconds in count(0, 5):
        if seconds >= inquiry:
            _inquire(counter, supervisor, chance)
            inquiry += AGAIN_AFTER
        if seconds >= move:
            _move_the_starved(counter, supervisor)
            move += AGAIN_AFTER
        if seconds % BEAT == 0:
            perform(counter, supervisor, Heartbeat())
        yield 5.0


def _inquire(counter: Counter, supervisor: int, chance: random.Random) -> None:
    name, company, number, asked = chance.choice(ASKED)
    ask = AddInbound(name=name, company=company, number=number, campaign=MAIN, asked=asked)
    perform(counter, supervisor, ask)


def _move_the_starved(counter: Counter, supervisor: int) -> None:
    """Whoever starves in the dry campaign goes where there is work."""
    known = {each.name: each.id for each in perform(counter, supervisor, ShowCampaigns()).campaigns}
    seats = counter.store.read(people.seats)
    starved = tuple(row["person_id"] for row in seats if row["state"] == "starved" and row["simulated"])
    if starved and SPARE in known:
        perform(counter, supervisor, MovePeople(people=starved, campaign=known[SPARE]))
