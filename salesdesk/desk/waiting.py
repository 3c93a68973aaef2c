"""What is answered for writes about work in hand while the floor is away, and what a person typed in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from salesdesk.desk.calls import Answered, Talk
from salesdesk.desk.people import SetState
from salesdesk.desk.recording import Recorded, RecordOutcome
from salesdesk.desk.registry import Done, Reply, Request
from salesdesk.desk.skipping import Skip
from salesdesk.desk.suppressing import OptOut

_WAITING: dict[type[Request[Any]], Callable[[Any, int, str], Reply]] = {
    RecordOutcome: lambda ask, _now, note: Recorded(event=0, label=ask.outcome, then=note),
    Answered: lambda _ask, now, _note: Talk(answered_at=now),
    OptOut: lambda _ask, _now, note: Done(note=note),
    Skip: lambda _ask, _now, note: Done(note=note),
    SetState: lambda _ask, _now, note: Done(note=note),
}


def can_wait(request: Request[Any]) -> bool:
    """Whether a write is about work already in hand, so that it may be typed while the floor is away."""
    return type(request) in _WAITING


def meanwhile(request: Request[Any], now: int, note: str) -> Reply:
    """What is answered for a write that waits to be sent; `now` is the floor's time, epoch seconds."""
    return _WAITING[type(request)](request, now, note)


def unattended(body: str) -> str:
    """A request as it is sent when nobody waits for its answer any more: no lead is served into empty air."""
    asked = _asked(body)
    return json.dumps(asked | {"serve": ""}) if asked.get("serve") else body


def _asked(body: str) -> dict[str, Any]:
    """What a request says; nothing where a damaged disk has left something else, of which the floor says so."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


_UNSAID = frozenset({"key", "token", "ticket", "wrap_seconds", "talk_seconds", "answers", "serve"})


def typed(operation: str, body: str) -> tuple[str, ...]:
    """What a person typed, in lines, from the request as it was to be sent; a damaged one as it lies there."""
    asked = _asked(body)
    answers = asked.get("answers")
    said = {name: value for name, value in asked.items() if name not in _UNSAID}
    said |= answers if isinstance(answers, dict) else {}
    told = [(name.replace("_", " "), _words(value)) for name, value in said.items() if value not in (None, "", [])]
    lines = tuple(f"{name}: {words}" for name, words in told)
    return (operation.replace("_", " "), *(lines if asked else (body,)))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
