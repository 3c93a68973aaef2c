"""Promises: how long they wait for their owner, when they count as kept, and what is said of one while it is typed and
after it is made: is it legal, am I on shift, what else is promised.

Pure: the desk brings the hours, the form shows the words, and both refuse by the same rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from salesdesk.line import shifts, when
from salesdesk.line.shifts import OFF, ON, Span
from salesdesk.line.tzdata import zone

KEPT_WITHIN = 600
"""A promise counts as kept when it is dialed within so many seconds of its time, else as late."""
PASSED_ON_AFTER = 300
"""Seconds after its time from which a promise that its owner has not kept goes to anyone."""
CLOSE = 1800
"""Another promise within so many seconds is told."""
ALWAYS: tuple[Span, ...] = ((0, 1 << 40),)
"""The hours until the desk has told them: only what is past or too far ahead is refused."""


def kept(dialed_at: int, promised_at: int) -> bool:
    """Whether a dial kept a promise, each at its instant (epoch seconds); who was reached before its time is not called
    again, which keeps it too."""
    return dialed_at - promised_at <= KEPT_WITHIN


@dataclass(frozen=True, slots=True)
class Hours:
    """What decides about a promise, epoch seconds: the `legal` hours there, the public `holidays` on which nobody may
    be called there (ISO), when my other `promises` are due, and my `shifts` by the clocks of my `zone`; None for a
    promise that anyone may keep, or while they are not known."""

    legal: tuple[Span, ...] = ALWAYS
    holidays: tuple[str, ...] = ()
    promises: tuple[int, ...] = ()
    shifts: tuple[Span, ...] | None = None
    zone: str = "UTC"

    @property
    def told(self) -> bool:
        """Whether the desk has told them."""
        return self.legal is not ALWAYS

    def refusal(self, at: datetime, *, now: datetime) -> str | None:
        """Why this callback cannot be promised, in one line, or None: past, too far ahead, not legal then, or my day
        off. The day that is today is no day off: I am here."""
        why_not = when.refusal(at, now=now, windows=self.legal)
        if why_not and at > now and at.date().isoformat() in self.holidays:
            return why_not.replace("outside the legal hours there", "a public holiday there")
        if why_not or self.shifts is None:
            return why_not
        mine = zone(self.zone)
        today = at.astimezone(mine).date() == now.astimezone(mine).date()
        if not today and shifts.duty(at.timestamp(), self.shifts, self.zone) == OFF:
            return "your day off: choose another day, or anyone"
        return None

    def about(self, at: datetime, *, now: datetime) -> list[str]:
        """Whether a time may be promised, and what else is to be known: "legal", "you on shift", "1 other promise
        then"."""
        if why_not := self.refusal(at, now=now):
            return [why_not]
        return [*(["legal"] if self.told else []), *self.beside(at)]

    def beside(self, at: datetime) -> list[str]:
        """What is to be known of a time that may be promised: my shift, and my other promises."""
        told = []
        if self.shifts is not None:
            on = shifts.duty(at.timestamp(), self.shifts, self.zone) == ON
            told.append("you on shift" if on else "outside your shift")
        others = sum(abs(each - at.timestamp()) < CLOSE for each in self.promises)
        return [*told, f"{others} other promise{'s' if others > 1 else ''} then"] if others else told
