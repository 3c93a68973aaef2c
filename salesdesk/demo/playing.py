"""How a simulated person works: what comes of a call, and how long things take. No clock and no floor in here."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from salesdesk.line.salesmap import Field, Outcome, Station

_LIKELY: Mapping[str, int] = {
    "no_answer": 430,
    "voicemail": 280,
    "gatekeeper": 110,
    "call_back": 25,
    "not_now": 45,
    "no": 60,
    "bad_record": 25,
    "meeting": 18,
    "sent_to_another": 8,
}
_OTHER = 5


@dataclass(frozen=True, slots=True)
class Played:
    """One played call: seconds until dialing, of ringing, of talk (0 when nobody picked up) and of wrap-up."""

    outcome: Outcome
    answers: dict[str, str | bool | int | float | None]
    look: float
    ring: float
    talk: float
    wrap: float


def play(station: Station, chance: random.Random, *, email: str) -> Played:
    """What comes of the next call at a station."""
    open_to_all = [each for each in station.outcomes if "opt_out" not in each.flags]
    outcome = chance.choices(open_to_all, [_LIKELY.get(each.id, _OTHER) for each in open_to_all])[0]
    human = "reached_human" in outcome.flags
    talked = "conversation" in outcome.flags
    return Played(
        outcome=outcome,
        answers=answers(outcome, chance, email=email),
        look=chance.uniform(2, 7),
        ring=chance.uniform(8, 24),
        talk=chance.lognormvariate(4.6, 0.5) if talked else chance.uniform(12, 40) if human else 0.0,
        wrap=chance.uniform(8, 25) if talked else chance.uniform(1, 4),
    )


def answers(outcome: Outcome, chance: random.Random, *, email: str = "") -> dict[str, str | bool | int | float | None]:
    """Answers that an outcome accepts."""
    said: dict[str, str | bool | int | float | None] = {}
    for field in outcome.fields:
        if any(said.get(name) not in allowed for name, allowed in field.shown_when.items()):
            continue
        if field.required or field.kind == "choice" or chance.random() < 0.3:
            said[field.id] = _answer(field, chance, email)
    return {name: value for name, value in said.items() if value is not None}


def _answer(field: Field, chance: random.Random, email: str) -> str | bool | None:
    if field.kind == "choice":
        return chance.choice(field.choices).id
    if field.kind == "yesno":
        return True if field.confirm else chance.random() < 0.4
    said = {
        "when": chance.choice(("tue 10:30", "wed 14:00", "thu 11:15")),
        "slot": chance.choice(("tomorrow 10:00", "tomorrow 15:00")),
        "month": "in 3 months",
        "amount": "1200",
        "email": email or "front.desk@prospect.example",
        "person": chance.choice(("Robin Vale", "Alex Moor", "Kim Torres")),
        "phone": None,
        "text": chance.choice(("Larkin", "in house", "Brightwell")),
    }[field.kind]
    return "unknown" if said is None and field.required else said
