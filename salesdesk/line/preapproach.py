"""What goes out before a campaign's calls: nothing, a mail or a package; when, and from which day on calls are open.

Calls wait until it has been sent and has had its days to arrive. Whoever asked for us is not kept waiting by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from salesdesk.line.localday import local_day
from salesdesk.line.text import clean

ARRIVES: Final = {"mail": 2, "package": 4}
"""Days after which calls open unless it is said otherwise: by then it has arrived."""
MOST_DAYS: Final = 60
NEVER: Final = 99_999_999_999
"""The opening of calls that wait for something of which nobody has said when it is sent (epoch seconds)."""
ALREADY: Final = "already "
"""Before words about something that went out some other way: they are said as they stand, and calls are open."""
HOW: Final = "write none, mail 2026-12-01 +2, package tomorrow, or already and what went out"
_SAID = {"mail": "by mail", "package": "in a package"}
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TYPED = re.compile(
    r"(?P<what>mail|package|sent)(?:\s+sent)?(?:\s+on)?(?:\s+(?P<day>\d{4}-\d{2}-\d{2}|yesterday|today|tomorrow))?"
    r"(?:\s*\+\s*(?P<days>\d{1,2})(?:\s*days?)?)?",
    re.IGNORECASE,
)


class PreApproachError(ValueError):
    """What was typed cannot be meant; the message is one line for whoever typed it."""


@dataclass(frozen=True, slots=True)
class PreApproach:
    """`what` is none, mail, package, or words about something that went out already. A mail or a package without
    `sent_on` is not sent yet; calls open `days` after that day."""

    what: str = "none"
    sent_on: date | None = None
    days: int = 0

    @property
    def opens_on(self) -> date | None:
        """The first day of calls; None where nothing keeps them, and where nobody has said when it is sent."""
        return self.sent_on + timedelta(self.days) if self.sent_on else None

    @property
    def unsent(self) -> bool:
        """Whether it is to be sent and nobody has said when."""
        return self.what in ARRIVES and self.sent_on is None

    def opens_at(self, zone_name: str) -> int:
        """From when on calls are open: 0 where nothing keeps them, else the first instant of a day of the floor."""
        if self.unsent:
            return NEVER
        if self.opens_on is None:
            return 0
        return local_day(self.opens_on, zone_name).start

    def spoken(self, today: date) -> str | None:
        """How it was sent, as the script says it; None while it was not, or nothing is."""
        if self.what not in ARRIVES:
            return None if self.what == "none" else self.what
        if self.sent_on is None or self.sent_on > today:
            return None
        return f"{_SAID[self.what]} on {day_words(self.sent_on)}"

    def waiting(self, today: date) -> str:
        """Why calls are not open yet, in words; "" when they are."""
        if self.unsent:
            return f"the {self.what} is not sent yet"
        return f"calls open {day_words(self.opens_on)}" if self.opens_on and self.opens_on > today else ""

    @property
    def typed(self) -> str:
        """As `parse` reads it."""
        if self.what not in ARRIVES:
            return self.what if self.what == "none" else f"{ALREADY}{self.what}"
        return " ".join(filter(None, (self.what, self.sent_on.isoformat() if self.sent_on else "", f"+{self.days}")))

    def told(self) -> str:
        """All of it in words: "mail sent on Tue 1 Dec, calls open Thu 3 Dec"."""
        if self.what == "none":
            return "none"
        if self.what not in ARRIVES:
            return f"{self.what}; calls are open"
        if self.sent_on is None or self.opens_on is None:
            after = f"{self.days} day{'' if self.days == 1 else 's'} after it is" if self.days else "the day it is"
            return f"{self.what} not sent yet, calls open {after}"
        return f"{self.what} sent on {day_words(self.sent_on)}, calls open {day_words(self.opens_on)}"

    def stored(self) -> dict[str, object]:
        """As a campaign's concept keeps it."""
        return {"what": self.what, "sent_on": self.sent_on.isoformat() if self.sent_on else "", "days": self.days}


NONE: Final = PreApproach()


def day_words(day: date) -> str:
    """A day as it is said: "Tue 1 Dec"."""
    return f"{day:%a} {day.day} {day:%b}"


def parse(text: str, today: date, known: PreApproach = NONE) -> PreApproach:
    """A pre-approach as it is typed: "none", "mail 2026-12-01 +2", "package", "sent today" (of what is `known`), or
    "already our catalogue of May". Raises PreApproachError."""
    said = " ".join(clean(text, limit=60).split())
    words = " ".join(said.replace(",", " ").split())
    if not words or words.casefold() in ("none", "no", "nothing"):
        return NONE
    found = _TYPED.fullmatch(words)
    if found is None:
        if not said.casefold().startswith(ALREADY):
            raise PreApproachError(f"«{words}» is not understood: {HOW}")
        return PreApproach(said[len(ALREADY) :])
    what = found["what"].lower()
    if what == "sent":
        if known.what not in ARRIVES:
            raise PreApproachError(f"nothing is to be sent here: {HOW}")
        what = known.what
    usual = known.days if known.what == what else ARRIVES[what]
    days = int(found["days"]) if found["days"] else usual
    if days > MOST_DAYS:
        raise PreApproachError(f"calls open at most {MOST_DAYS} days after")
    return PreApproach(what, _day(found["day"], today) if found["day"] else None, days)


def _day(word: str, today: date) -> date:
    if word.casefold() in _NEAR:
        return today + timedelta(_NEAR[word.casefold()])
    try:
        found = date.fromisoformat(word)
    except ValueError:
        raise PreApproachError(f"{word} is no day such as 2026-12-01") from None
    if (found - today).days > 366:
        raise PreApproachError(f"{word} is more than a year ahead")
    return found


def of_concept(stored: object) -> PreApproach:
    """The pre-approach of a campaign's concept. Words of a campaign that was written before there were days are about
    something that went out already, whatever they say."""
    if isinstance(stored, str):
        return NONE if stored in ("", "none") else PreApproach(f"by {stored}" if stored in ARRIVES else stored)
    if not isinstance(stored, Mapping):
        return NONE
    facts: Mapping[str, Any] = stored
    sent_on = str(facts["sent_on"])
    return PreApproach(str(facts["what"]), date.fromisoformat(sent_on) if sent_on else None, int(facts["days"]))
