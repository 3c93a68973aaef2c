"""What a call took, and whether it kept a promise: as the station measured it, never longer than the call was."""

from __future__ import annotations

from salesdesk.desk.floor import Floor
from salesdesk.line.promising import kept
from salesdesk.store.holds import HoldRow
from salesdesk.store.promises import PromiseRow


def talk(floor: Floor, hold: HoldRow, said: int | None, wrapped: int) -> int:
    """Seconds from pick-up to hang-up; 0 when the pick-up was not marked. What the station measured counts, since
    its report may have waited to be sent, but no call is longer than the time since its dial."""
    if hold.answered_at is None:
        return 0
    here = floor.now - hold.answered_at - wrapped
    return max(0, min(here if said is None else said, floor.now - (hold.dialed_at or hold.taken_at)))


def promise_kept(promise: PromiseRow | None, hold: HoldRow) -> str | None:
    """Whether the first call of a promise kept it ("kept") or came late ("late"); None for any other call."""
    if promise is None or hold.dialed_at is None or promise.tries:
        return None
    return "kept" if kept(hold.dialed_at, promise.promised_at) else "late"
