"""The answers to an outcome's fields: what is wrong with them, their typed facts, and what follows from them.

Answers come as text from a keyboard or as JSON from a script. A choice is given by its id or its key, a yes-no as
bool or y/n, `when` as ISO 8601 with an offset, a month as YYYY-MM, an amount as a number. An absent, None or blank
answer takes the field's default. Answers to fields that are not shown are left out, since a changed choice may
have hidden them after they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from salesdesk.line.mapcheck import nearest
from salesdesk.line.mapwords import NEEDS
from salesdesk.line.salesmap import Effects, Field, Outcome, Retry, Route
from salesdesk.line.text import clean

Fact = str | int | bool
UNKNOWN = "unknown"
"""The fact of a required field whose answer nobody knows; typed as "unknown" or "?"."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with the answer of one field, in words for the person who typed it."""

    field: str
    message: str


class AnswerError(ValueError):
    """Answers that cannot be recorded; `problems` says which fields."""

    def __init__(self, problems: tuple[FieldProblem, ...]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{each.field}: {each.message}" for each in problems))


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an outcome means with its answers: flags, retry and routes after every answer had its say."""

    flags: frozenset[str]
    retry: Retry
    routes: tuple[Route, ...]
    facts: dict[str, Fact]


def shown(outcome: Outcome, answers: Mapping[str, object]) -> tuple[Field, ...]:
    """The fields to ask for, given the answers so far, in their order on the screen."""
    return _read(outcome, answers)[0]


def problems(outcome: Outcome, answers: Mapping[str, object]) -> tuple[FieldProblem, ...]:
    """Everything that keeps these answers from being recorded; empty when they are good."""
    return _read(outcome, answers)[2]


def normalise(outcome: Outcome, answers: Mapping[str, object]) -> dict[str, Fact]:
    """Typed facts that JSON can hold: ids of choices, bools, UTC instants, YYYY-MM, amounts as "1234.50".

    Raises AnswerError when an answer is wrong or missing.
    """
    _fields, facts, wrong = _read(outcome, answers)
    if wrong:
        raise AnswerError(wrong)
    return facts


def resolve(outcome: Outcome, answers: Mapping[str, object]) -> Resolved:
    """Merge what the answers change into the outcome; of two retries or routes the later field's holds.

    A conversation needs the spoken proposition, a selling conversation needs a conversation: a flag without the
    one it needs is dropped. Raises AnswerError when an answer is wrong or missing.
    """
    facts = normalise(outcome, answers)
    flags, retry, routes = set(outcome.flags), outcome.retry, outcome.routes
    for field in outcome.fields:
        effects = _effects(field, facts.get(field.id))
        if effects is None:
            continue
        flags = (flags | effects.adds) - effects.drops
        retry = effects.retry or retry
        routes = routes if effects.routes is None else effects.routes
    while lacking := {flag for flag in flags if NEEDS.get(flag, flag) not in flags}:
        flags -= lacking
    return Resolved(frozenset(flags), retry, routes, facts)


def _effects(field: Field, fact: Fact | None) -> Effects | None:
    if field.kind == "choice":
        return next((choice for choice in field.choices if choice.id == fact), None)
    return field.yes if fact is True else None


def _read(
    outcome: Outcome, answers: Mapping[str, object]
) -> tuple[tuple[Field, ...], dict[str, Fact], tuple[FieldProblem, ...]]:
    facts: dict[str, Fact] = {}
    wrong: list[FieldProblem] = []
    fields: list[Field] = []
    for field in outcome.fields:
        if not all(_said(facts.get(name)) in values for name, values in field.shown_when.items()):
            continue
        fields.append(field)
        try:
            fact = _fact(field, answers.get(field.id))
        except ValueError as error:
            wrong.append(FieldProblem(field.id, str(error)))
            continue
        if fact is not None:
            facts[field.id] = fact
    known = [field.id for field in outcome.fields]
    wrong += [
        FieldProblem(str(name), f"{outcome.label} has no such field" + nearest(name, known))
        for name in answers
        if name not in known
    ]
    return tuple(fields), facts, tuple(wrong)


def _said(fact: Fact | None) -> str:
    return {True: "yes", False: "no"}[fact] if isinstance(fact, bool) else str(fact)


def _fact(field: Field, answer: object) -> Fact | None:
    if answer is None or (isinstance(answer, str) and not _clean(answer)):
        answer = field.default
    if answer is None:
        if field.required:
            raise ValueError("an answer is required")
        return None
    if field.unknown and isinstance(answer, str) and _clean(answer).lower() in ("?", UNKNOWN):
        return UNKNOWN
    return _READERS[field.kind](field, answer)


# --- one reader for each kind of field: ValueError with a sentence for the screen ------------------------------


def _clean(text: str) -> str:
    """Safe to show and with single spaces; a text of nothing but what was taken out is blank."""
    return " ".join(clean(text, limit=1000).split()).strip("\ufffd ")


def _words(field: Field, answer: object) -> str:
    if not isinstance(answer, str):
        raise ValueError("wants text")
    text = _clean(answer)
    if len(text) > field.max_length:
        raise ValueError(f"at most {field.max_length} characters, this has {len(text)}")
    return text


def _choice(field: Field, answer: object) -> str:
    for choice in field.choices:
        if answer in (choice.id, choice.key):
            return choice.id
    known = [choice.id for choice in field.choices]
    raise ValueError(f"{_clean(str(answer))[:40]!r} is not one of {', '.join(known)}" + nearest(answer, known))


def _yesno(field: Field, answer: object) -> bool:
    said = answer.strip().lower() if isinstance(answer, str) else answer
    for value, words in ((True, ("y", "yes", "true")), (False, ("n", "no", "false"))):
        if said is value or said in words:
            if field.confirm and not value:
                raise ValueError("must be done before this outcome counts")
            return value
    raise ValueError("wants yes or no")


def _when(_field: Field, answer: object) -> str:
    try:
        instant = answer if isinstance(answer, datetime) else datetime.fromisoformat(_text(answer))
        utc = instant.astimezone(UTC) if instant.utcoffset() is not None else None
    except (ValueError, OverflowError):
        utc = None
    if utc is None:
        raise ValueError("wants a time with its zone, such as 2026-11-19T15:00-06:00")
    return utc.isoformat(timespec="seconds")


def _month(_field: Field, answer: object) -> str:
    if isinstance(answer, date):
        return f"{answer.year:04}-{answer.month:02}"
    if not re.fullmatch(r"(?a:20\d\d-(0[1-9]|1[0-2]))", text := _text(answer)):
        raise ValueError("wants a month such as 2026-03")
    return text


def _amount(_field: Field, answer: object) -> str:
    try:
        amount = Decimal(_text(answer if isinstance(answer, str) else str(answer)).replace(",", ""))
    except InvalidOperation:
        raise ValueError("wants an amount such as 1,250.00") from None
    if isinstance(answer, bool) or not amount.is_finite() or not 0 <= amount < 10**12:
        raise ValueError("wants an amount from 0 to below a million million")
    return str(amount.quantize(Decimal("0.01")))


def _phone(field: Field, answer: object) -> str:
    """Digits as typed, for the caller of this function to complete: a number without + needs its country."""
    text = _words(field, answer)
    found = re.fullmatch(r"(?ai:(\+?[\d\s().\-/]+?)(?:\s*(?:ext\.?|x|#)\s*(\d{1,7}))?)", text)
    digits = re.sub(r"[^\d+]", "", found[1]) if found else ""
    if not found or not 7 <= len(digits.lstrip("+")) <= 15:
        raise ValueError("wants a telephone number of 7 to 15 digits")
    return digits + (f" ext {found[2]}" if found[2] else "")


def email(field: Field, answer: object) -> str:
    """An e-mail address in small letters; ValueError with a sentence for the screen otherwise."""
    text = _words(field, answer)
    if not re.fullmatch(r"[^@\s<>()\[\],;:\"\\\ufffd]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}", text):
        raise ValueError("wants an e-mail address such as name@company.com")
    return text.lower()


def _slot(field: Field, answer: object) -> str:
    if isinstance(answer, int) and not isinstance(answer, bool):
        return str(answer)
    return _when(field, answer) if isinstance(answer, datetime) else _words(field, answer)


def _text(answer: object) -> str:
    if not isinstance(answer, str):
        raise ValueError("wants text")
    return _clean(answer)


_READERS: dict[str, Callable[[Field, object], Fact]] = {
    "choice": _choice,
    "when": _when,
    "month": _month,
    "amount": _amount,
    "person": _words,
    "text": _words,
    "yesno": _yesno,
    "phone": _phone,
    "email": email,
    "slot": _slot,
}
