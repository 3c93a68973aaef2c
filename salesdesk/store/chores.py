"""Probes that tell whether anything is due by the clock."""

from __future__ import annotations

from salesdesk.store.session import Session


def any_due(session: Session, now: int, boot: str, lease_before: int) -> bool:
    """Whether a ticket should wake, a window should turn, or a hold has expired (`lease_before` in boot ms)."""
    return bool(
        session.value(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM ticket WHERE due_at <= :now)"
            " OR EXISTS (SELECT 1 FROM call_window WHERE closes_at <= :now)"
            " OR EXISTS (SELECT 1 FROM hold WHERE beat < :before OR boot <> :boot) THEN 1 ELSE 0 END",
            now=now,
            before=lease_before,
            boot=boot,
        )
    )
