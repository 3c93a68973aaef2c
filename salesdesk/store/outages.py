"""Since when no server is there, and the leases that this must not end."""

from __future__ import annotations

from salesdesk.store import floor
from salesdesk.store.session import Session

_SERVED = "served"


def last_served(session: Session) -> tuple[str, int] | None:
    """When a server was there last: a boot, and milliseconds of its clock; None on a floor that was never served."""
    found = session.value("SELECT value FROM floor WHERE key = :key", key=_SERVED)
    if found is None:
        return None
    boot, _, beat = str(found).rpartition(" ")
    return boot, int(beat)


def note_served(session: Session, boot: str, beat: int) -> None:
    """A server is there."""
    floor.put(session, _SERVED, f"{boot} {beat}")


def excuse(session: Session, last: tuple[str, int], boot: str, now: int) -> None:
    """Let every hold and seat have as much of its lease left as it had when a server was there `last`."""
    for table in ("hold", "seat"):
        session.do(
            f"UPDATE {table} SET boot = :boot, beat = CASE WHEN beat < :last THEN :now - (:last - beat) ELSE :now END"
            " WHERE boot = :last_boot",
            boot=boot,
            now=now,
            last=last[1],
            last_boot=last[0],
        )
