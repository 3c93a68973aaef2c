"""What is being typed about a call: one outcome's fields, asked one after the other, and what each key does to them.

No terminal in here: the widget `OutcomeForm` shows an Entry and hands it keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from salesdesk.line import outcomes, when
from salesdesk.line.outcomes import UNKNOWN
from salesdesk.line.promising import Hours
from salesdesk.line.salesmap import Field, Outcome
from salesdesk.widgets.slot_offers import SlotChoice

TYPED = frozenset({"when", "slot", "month", "amount", "person", "text", "phone", "email"})
"""Kinds of fields that are typed; the others are answered by one letter."""

ALOUD = frozenset({"when", "slot", "email"})
"""Kinds of fields that are read aloud before an outcome counts that asks for it."""


class Then(Enum):
    """What a key did: it was not meant for the form, the form goes on, it is to be saved, or it was left."""

    IGNORED = "ignored"
    ON = "on"
    SAVE = "save"
    LEFT = "left"


@dataclass
class Entry:
    """The draft of one outcome. `zone` is the prospect's, `mine` my own; `clock` tells the instant, `hours` when a
    call may be promised."""

    outcome: Outcome
    zone: str
    mine: str
    clock: Callable[[], datetime]
    kind: str = "outcome"
    started: int = 0
    answers: dict[str, str | bool] = field(default_factory=dict)
    typed_at: dict[str, datetime] = field(default_factory=dict)
    """When a field was typed: "in 2 hours" means those that were agreed, however long the call goes on."""
    errors: dict[str, str] = field(default_factory=dict)
    confirming: bool = False
    explaining: int = 0
    """How often the meanings of the choices were asked for; the form shows them page by page."""
    at: int = 0
    hours: Hours = field(default_factory=Hours)
    hints: dict[str, str] = field(default_factory=dict)
    """What is said under a field while it is asked for, where this lead makes a difference."""
    offers: dict[str, str] = field(default_factory=dict)
    """What Enter puts into a field that is empty."""
    slots: SlotChoice | None = None
    """The choice of a slot, for an outcome that asks for one."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields to ask for, given the answers so far."""
        return outcomes.shown(self.outcome, self._read()[0])

    @property
    def field(self) -> Field | None:
        """The field that is asked for now; None when there is none or the last word is a confirmation."""
        fields = self.fields
        return fields[min(self.at, len(fields) - 1)] if fields and not self.confirming else None

    @property
    def offer(self) -> str:
        """What Enter puts into the field that is asked for, as long as it is empty."""
        asked = self.field
        return self.offers.get(asked.id, "") if asked and not self.answers.get(asked.id) else ""

    @property
    def answered(self) -> dict[str, str | bool]:
        """The answers of the shown fields as the desk wants them."""
        read = self._read()[0]
        return {each.id: read[each.id] for each in self.fields if read.get(each.id) not in (None, "")}

    @property
    def letters(self) -> dict[str, str | bool]:
        """The letters that answer the field asked for now, with what each says."""
        asked = self.field
        if asked is None or asked.kind in TYPED:
            return {}
        return {"y": True, "n": False} if asked.kind == "yesno" else {each.key: each.id for each in asked.choices}

    @property
    def letters_that_save(self) -> dict[str, str | bool]:
        """Those of them that would save at once, since no field follows."""
        asked = self.field
        if asked is None or self.outcome.confirm:
            return {}
        read = self._read()[0]
        return {
            letter: answer
            for letter, answer in self.letters.items()
            if outcomes.shown(self.outcome, read | {asked.id: answer})[-1].id == asked.id
            and not (asked.confirm and answer is False)
        }

    @property
    def ends(self) -> bool:
        """Whether Enter would save now."""
        asked = self.field
        if asked is None:
            return not self.outcome.confirm
        wrong = self._wrong()
        if asked.id in wrong and asked.kind not in TYPED:
            return False
        empty = self.answers.get(asked.id) in (None, "")
        return self.at >= len(self.fields) - 1 or (empty and not wrong)

    @property
    def yes_records(self) -> bool:
        """Whether y records what stands here at once, where an outcome wants a yes and nothing else is left to say."""
        last = self.at >= len(self.fields) - 1 and self.letters and "y" not in self.letters
        return self.outcome.confirm and bool(last) and not self._wrong()

    # keys -----------------------------------------------------------------------------------------------------------

    def press(self, key: str, character: str | None) -> Then:
        """A key was pressed."""
        moves = {"tab": 1, "down": 1, "shift+tab": -1, "up": -1}
        if key == "escape":
            return Then.LEFT
        if (key == "enter" or key == "ctrl+s" or key in moves) and not self._settle_slot(by_enter=key == "enter"):
            return Then.ON
        if key == "ctrl+s":
            return self._save()
        if key in moves:
            self._forgive()
            self.confirming = False
            self.at = max(0, min(self.at + moves[key], len(self.fields) - 1))
            return Then.ON
        if self.confirming or not self.fields:
            return self._confirm(key)
        if key == "enter":
            return self._enter()
        asked = self.field
        if asked is None or asked.kind in TYPED:
            return Then.IGNORED
        return self._letter(asked, key, character)

    def type(self, text: str) -> None:
        """The text of the field that is asked for now."""
        asked = self.field
        if asked is not None:
            self.answers[asked.id] = text
            self.typed_at[asked.id] = self.clock()
            self.errors.pop(asked.id, None)

    def refuse(self, message: str) -> bool:
        """Put what the desk said under the fields it named; False when it named none."""
        named = {each.label: each for each in self.fields}
        found = False
        for part in message.split("; "):
            label, _colon, words = part.partition(": ")
            if label in named and words:
                self.errors[named[label].id] = words
                self.at = self.fields.index(named[label])
                self.confirming = False
                found = True
        return found

    def ask_again(self, kind: str, why: str) -> None:
        """Go back to the first field of a kind, whose answer does not hold any more."""
        asked = next((each for each in self.fields if each.kind == kind), None)
        if asked is not None:
            self.answers.pop(asked.id, None)
            self.errors[asked.id] = why
            self.at, self.confirming = self.fields.index(asked), False

    def _letter(self, asked: Field, key: str, character: str | None) -> Then:
        if asked.kind == "yesno" and character in ("y", "n"):
            return self._answer(asked, character == "y")
        for choice in asked.choices:
            if character == choice.key or key == choice.key.lower():
                return self._answer(asked, choice.id)
        if character == "q":
            return Then.LEFT
        if character == "y" and self.yes_records:
            return Then.SAVE
        if character == "?":
            self.explaining += 1
        elif key == "backspace":
            self.answers.pop(asked.id, None)
        elif key == self.outcome.key.lower() and not self.answers:
            return self._enter()
        elif character and character.isprintable():
            keys = "y n" if asked.kind == "yesno" else " ".join(choice.key for choice in asked.choices)
            self.explaining = 0
            self.errors[asked.id] = f"{character} is none of {keys}"
        return Then.ON

    def _answer(self, asked: Field, answer: str | bool) -> Then:
        self.answers[asked.id] = answer
        self.explaining = 0
        self.errors.pop(asked.id, None)
        if asked.confirm and answer is False:
            self.errors[asked.id] = "must be done before this outcome counts"
            return Then.ON
        if self.at >= len(self.fields) - 1:
            return self._save()
        self.at += 1
        return Then.ON

    def _settle_slot(self, *, by_enter: bool) -> bool:
        """A choice among the offered slots becomes the time that it stands for, and has it kept; False when other
        offers were asked for instead."""
        asked = self.field
        if asked is None or asked.kind != "slot" or self.slots is None or not self.slots.known:
            return True
        said = str(self.answers.get(asked.id, ""))
        if not said.strip() and not by_enter:
            return True
        settled = self.slots.settled(said)
        self.type(settled or "")
        if settled and asked.id not in self._wrong():
            self.slots.keep(settled)
        return settled is not None

    def _enter(self) -> Then:
        asked = self.field
        assert asked is not None, "there is a field while none is being confirmed"
        if offer := self.offer:
            self.type(offer)
        wrong = self._wrong()
        if asked.id in wrong:
            self.errors[asked.id] = wrong[asked.id]
            return Then.ON
        if self.ends:
            return self._save()
        self.errors.pop(asked.id, None)
        self.explaining = 0
        self.at += 1
        return Then.ON

    def _forgive(self) -> None:
        """What was said against the field asked for is dropped, unless its answer is still wrong."""
        self.explaining = 0
        asked = self.field
        if asked is not None and asked.id in self.errors and asked.id not in self._wrong():
            del self.errors[asked.id]

    def _confirm(self, key: str) -> Then:
        if key == "y" or (not self.outcome.confirm and key == "enter"):
            return Then.SAVE
        if key == "q":
            return Then.LEFT
        self.confirming = self.confirming and key != "n"
        return Then.ON

    def _save(self) -> Then:
        self.errors = self._wrong()
        for n, each in enumerate(self.fields):
            if each.id in self.errors:
                self.at = n
                return Then.ON
        if self.outcome.confirm and not self.confirming:
            self.confirming = True
            return Then.ON
        return Then.SAVE

    # reading --------------------------------------------------------------------------------------------------------

    def _wrong(self) -> dict[str, str]:
        read, unread = self._read()
        found = {each.field: each.message for each in outcomes.problems(self.outcome, read)}
        return found | unread

    def _read(self) -> tuple[dict[str, str | bool], dict[str, str]]:
        """Answers with times and months made exact, and what could not be understood."""
        read: dict[str, str | bool] = dict(self.answers)
        unread: dict[str, str] = {}
        for each in self.outcome.fields:
            said = self.answers.get(each.id)
            if isinstance(said, str) and said.strip() and not (each.unknown and said.strip() in ("?", UNKNOWN)):
                try:
                    read[each.id] = self._exact(each, said)
                except ValueError as error:
                    unread[each.id] = str(error)
        return read, unread

    def _exact(self, asked: Field, said: str) -> str:
        if asked.kind == "slot" and self.slots is not None and self.slots.known:
            return self.slots.exact(said).isoformat()
        if asked.kind in ("when", "slot"):
            at = self._meant(asked, said)
            if why_not := self._hours(asked).refusal(at, now=self.clock()):
                raise ValueError(why_not)
            return at.isoformat()
        if asked.kind == "month":
            year, month = when.parse_month(said, now=self.clock())
            return f"{year:04}-{month:02}"
        return said

    def _meant(self, asked: Field, said: str) -> datetime:
        """The instant that a time stood for when it was typed; raises ValueError when it is none."""
        return when.parse_when(said, now=self.typed_at.get(asked.id, self.clock()), zone=self.zone)

    def echo(self, asked: Field, *, about: bool = True) -> str:
        """What was understood, said back: "Thu 15:00 Chicago = 16:00 yours · you on shift · 1 other promise then", and
        with `about` whether it may be promised at all."""
        said = self.answers.get(asked.id)
        if not isinstance(said, str) or not said.strip():
            return ""
        try:
            if asked.kind == "slot" and self.slots is not None and self.slots.known:
                return self.slots.echo(said, kept=about)
            if asked.kind in ("when", "slot"):
                at = self._meant(asked, said)
                hours = self._hours(asked)
                more = hours.about(at, now=self.clock()) if about else hours.beside(at)
                return " · ".join((when.echo(at, self.mine, now=self.clock()), *more))
            if asked.kind == "month":
                year, month = when.parse_month(said, now=self.clock())
                return f"{datetime(year, month, 1):%B %Y}"
        except ValueError as error:
            return f"… {error}"
        return ""

    @property
    def aloud(self) -> str:
        """What the prospect hears again before it counts: the times that were agreed, and the address."""
        told = (self.brief(each) or str(self.answers.get(each.id, "")) for each in self.fields if each.kind in ALOUD)
        return " · ".join(filter(None, told))

    def brief(self, asked: Field) -> str:
        """A time with its date and zone, and how long its slot is kept: "Fri 4 Dec 14:00 Chicago · kept 2:32 · Eve"; ""
        for what is no time."""
        said = self.answers.get(asked.id)
        if asked.kind not in ("when", "slot") or not isinstance(said, str) or not said.strip():
            return ""
        try:
            if asked.kind == "slot" and self.slots is not None and self.slots.known:
                return self.slots.brief(said)
            return when.stated(self._meant(asked, said))
        except ValueError:
            return ""

    def _hours(self, asked: Field) -> Hours:
        """The hours for a time: my shift matters for a promise that I am to keep, and for nothing else."""
        promise = self.outcome.retry.kind == "promise" and self.outcome.retry.field == asked.id
        if promise and self.answers.get("owner") != "anyone":
            return self.hours
        return replace(self.hours, shifts=None)
