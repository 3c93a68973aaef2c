"""A crew at work over HTTP, everybody in a thread of this process."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from salesdesk.remote import RemoteDesk
from tests.faults.crew import Crew, Member
from tests.faults.journal import Journal
from tests.faults.station import Station, opened
from tests.remote.lines import until

MOST_ATTEMPTS = 40
"""For each lead."""


@contextmanager
def shift(made: Crew, url_of: Callable[[Member], str]) -> Iterator[list[RemoteDesk]]:
    """A desk for each of the crew at the address that is theirs, until the block ends."""
    with ExitStack() as leaving:
        desks = [at_desk(url_of(each), each) for each in made.members]
        for desk in desks:
            leaving.callback(desk.close)
        yield desks


def at_desk(url: str, member: Member) -> RemoteDesk:
    """One member's desk."""
    with pytest.MonkeyPatch.context() as patch:
        member.at_home(patch)
        return opened(url, member.name)


def work(made: Crew, desks: list[RemoteDesk], turns: int) -> None:
    """Everybody works so many leads, all at once."""

    def hours(member: Member, desk: RemoteDesk) -> None:
        journal = Journal(member.journal, member.person)
        station = Station(desk, journal, random.Random(member.name))
        done = 0
        for _ in range(turns * MOST_ATTEMPTS):
            done += station.turn()
            if done == turns:
                break
        journal.close()

    threads = [threading.Thread(target=hours, args=each) for each in zip(made.members, desks, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def settle(made: Crew, desks: list[RemoteDesk]) -> None:
    """Everybody's outbox is sent; the floor's refusals are noted."""
    for desk in desks:
        until(lambda desk=desk: desk.link().unsent == 0, f"an empty outbox of {desk.person.name}")  # type: ignore[misc]
        made.conflicts |= {row.key for row in desk._outbox.conflicts()}
