"""Questions that need no seat: the wall board once, and whether a number may be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from salesdesk.desk.errors import BadRequest
from salesdesk.headless.telling import say, say_json
from salesdesk.line.text import clean
from salesdesk.opening import open_desk

if TYPE_CHECKING:
    from salesdesk.line.calling import Decision


YEARS = range(1970, 2101)
"""Of the times that may be asked about; nobody knows the law and the clocks of others."""


def board(floor: str | None, person: str | None, *, width: int, as_json: bool) -> int:
    """The wall board, once."""
    from salesdesk.commands import WALLBOARD, hints
    from salesdesk.desk.boards import Board
    from salesdesk.line.boardtext import render

    desk = open_desk(floor, person)
    try:
        reply = desk.ask(Board())
        if as_json:
            say_json(reply)
        else:
            say("\n".join(render(reply, width, desk.now(), hints(WALLBOARD))))
        return 0
    finally:
        desk.close()


def may_call(
    number: str, at: str, asked: dict[str, Any], flags: Sequence[str], attempts: Sequence[str], *, as_json: bool
) -> int:
    """Whether a number may be called; exit code 1 when not."""
    from salesdesk.line import calling
    from salesdesk.line.tzdata import is_zone, use_pinned_zones

    use_pinned_zones()
    if asked["kind"] not in ("business", "consumer") or asked["profile"] not in ("strict", "statute", "custom"):
        raise BadRequest("bad_choice", "the kind is business or consumer, the profile strict, statute or custom")
    for name in ("address_zone", "confirmed_zone"):
        if asked[name] and not is_zone(asked[name]):
            raise BadRequest("unknown_zone", f"{clean(asked[name])} is no time zone; one looks like America/Chicago")
    instant = _instant(at) if at else datetime.now(UTC)
    decision = calling.may_call(
        number, instant=instant, flags=tuple(flags), attempts=[_instant(each) for each in attempts], **asked
    )
    if as_json:
        say_json(
            {
                "verdict": decision.verdict,
                "reason": decision.reason,
                "reasons": list(decision.reasons),
                "rules": list(decision.rule_ids),
                "zones": list(decision.zones),
                "local_times": {name: when.isoformat() for name, when in decision.local_times.items()},
                "next_allowed": decision.next_allowed.isoformat() if decision.next_allowed else None,
                "closes_at": decision.closes_at.isoformat() if decision.closes_at else None,
                "tzdata": decision.tz_version,
                "numbers": decision.numbers_version,
                "rulepack": decision.rules_version,
            }
        )
    else:
        say(_decision_text(number, decision))
    return 0 if decision.allow else 1


def _decision_text(number: str, decision: Decision) -> str:
    lines = [f"{number}: {decision.verdict}, {decision.reason}"]
    lines += [f"  {name}: {when:%a %d %b %H:%M}" for name, when in list(decision.local_times.items())[:6]]
    if decision.rule_ids:
        lines.append(f"  rules: {', '.join(decision.rule_ids)}")
    if decision.next_allowed:
        lines.append(f"  next allowed: {decision.next_allowed:%a %d %b %H:%M} UTC")
    if decision.closes_at:
        lines.append(f"  until: {decision.closes_at:%a %d %b %H:%M} UTC")
    return "\n".join(lines)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest("bad_time", f"{clean(text)} is no time; write 2026-11-20T15:00:00Z") from None
    if found.tzinfo is None:
        raise BadRequest("bad_time", f"{clean(text)} needs its offset, such as Z or -05:00")
    if found.year not in YEARS:
        raise BadRequest("bad_time", f"{clean(text)} is out of reach; the year is {YEARS.start} to {YEARS.stop - 1}")
    return found
