"""Taking a person or a company off the do-not-call list: the answers it wants, and what it would do."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.desk.lifting import SCOPES, SHORTEST, LiftOptOut
from salesdesk.screens.asking import Answers, Question
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.widgets.lines import Line


async def _scope(text: str, _given: Answers) -> Sequence[Line]:
    if text not in SCOPES:
        raise Unclear(" or ".join(SCOPES))
    return ()


async def _reason(text: str, _given: Answers) -> Sequence[Line]:
    if len(text) < SHORTEST:
        raise Unclear("say how it came: a slip of the finger, or how they asked, when, and whom")
    return ()


LIFT_QUESTIONS = (
    Question("said", "Their full number, or their e-mail address", label="who", limit=254),
    Question(
        "scope", "A person with all their numbers, or a company?", "scope", SCOPES[1], default="person", check=_scope
    ),
    Question("reason", "Why may they be called again?", label="reason", check=_reason, limit=200),
)


def lift_sentence(lift: LiftOptOut) -> str:
    """What a lift would do, before it is done."""
    whom = f"Whoever has {lift.said} may be called again, on all their numbers"
    company = ", and so may their company" if lift.scope == "company" else ""
    return f"{whom}{company}. What is kept with your name: {lift.reason}"
