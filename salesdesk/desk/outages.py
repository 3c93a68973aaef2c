"""Outages are nobody's silence: while no server was there, no station could say that it is."""

from __future__ import annotations

from salesdesk.desk.performing import Counter
from salesdesk.store import outages
from salesdesk.store.session import Session

NOTED_EVERY = 5
"""Seconds between two notes that a server is there."""
AWAY_AFTER = 10_000
"""Milliseconds without such a note after which there was none, neither this one nor another."""


def excuse(counter: Counter) -> bool:
    """Called by a server that starts. When none was there, holds and seats go on with what they had left of their
    leases then, so that nobody's lead is given away before they could ask again; whether it was so. Who starts beside
    a running server, or again and again, excuses nobody."""

    def work(session: Session) -> bool:
        boot, now = counter.clock.lease()
        session.alone("served")
        last = outages.last_served(session)
        away = last is not None and (last[0] != boot or now - last[1] > AWAY_AFTER)
        if last is not None and away:
            outages.excuse(session, last, boot, now)
        if last != (boot, now):
            outages.note_served(session, boot, now)
        return away

    return counter.store.write(work)


def note_served(counter: Counter) -> None:
    """Called by a server from time to time: it is there."""
    now = counter.clock.lease()
    if counter.store.read(outages.last_served) != now:
        counter.store.write(lambda session: outages.note_served(session, *now))
