"""Probes that tell whether anything is due by the clock."""

from __future__ import annotations

from salesdesk.store.session import Session


def any_due(session: Session, now: int, boot: str, lease_before: int) -> bool:
    """Whether a ticket should wake or be kept no longer, a window should turn, or a hold has expired (`lease_before` in
    boot ms).

    The least of an index is one probe for every planner; what exists below a bound is a scan when it expects many.
    """
    return bool(
        session.value(
            "SELECT CASE WHEN (SELECT min(due_at) FROM ticket WHERE due_at IS NOT NULL) <= :now"
            " OR (SELECT min(owner_until) FROM ticket WHERE owner_until IS NOT NULL) <= :now"
            " OR (SELECT min(closes_at) FROM call_window) <= :now"
            " OR EXISTS (SELECT 1 FROM hold WHERE beat < :before OR boot <> :boot) THEN 1 ELSE 0 END",
            now=now,
            before=lease_before,
            boot=boot,
        )
    )
