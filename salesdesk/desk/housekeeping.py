"""What a floor needs done by the clock, done by whoever comes by: there is no daemon.

Called inside claims; an idle station calls it only when `overdue` says that something is due, since
every write wakes every screen.
"""

from __future__ import annotations

from salesdesk.desk import holding, windowing
from salesdesk.desk.floor import Floor
from salesdesk.desk.seats import LEASE_MS
from salesdesk.store import accounts, chores, receipts, tickets
from salesdesk.store.session import Session

RECEIPTS_KEPT = 8 * 86_400


def tidy(floor: Floor) -> None:
    """Turn windows, wake tickets, free lost holds and what was kept long enough; one statement of index probes when
    nothing is due."""
    if overdue(floor):
        windowing.keep_turning(floor)
        tickets.wake_due(floor.session, floor.now)
        accounts.hand_back(floor.session, floor.now)
        holding.expire(floor)


def forget_receipts(floor: Floor) -> None:
    """Drop a few of the receipts that nobody can replay any more; called with heartbeats, where nobody waits."""
    receipts.forget(floor.session, floor.now - RECEIPTS_KEPT)


def overdue(floor: Floor) -> bool:
    """Whether `tidy` would find anything to do for the line; reads only."""
    return any_due(floor, floor.session)


def any_due(floor: Floor, session: Session) -> bool:
    """The same in a session of its own."""
    boot, now = floor.clock.lease()
    before = (now - LEASE_MS) // 1000 * 1000  # whole seconds: asked twice in a moment, it is the same question
    return chores.any_due(session, floor.now, boot, before)
