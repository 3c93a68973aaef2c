"""What an outcome's answers teach about a lead, cleaned and typed: who supplies them today, until when they are bound,
who the right person is, that person's direct number, and when they are best called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from salesdesk.line.outcomes import UNKNOWN, Fact
from salesdesk.line.text import clean

INCUMBENT, CONTRACT_UNTIL, RIGHT_PERSON, DIRECT_NUMBER = "incumbent", "contract_until", "right_person", "direct_number"
BEST_TIME = "best_time"
SENT_BY, USE_NAME = "sent_by", "use_name"
"""Of somebody to whom we were sent: the id of the lead who named them, and whether that name may be used."""
_SAYS_NOTHING = frozenset({"", "?", UNKNOWN, "n/a", "na", "no idea", "not known"})
MOST = 80
"""Characters of a value."""


def learned(answers: Mapping[str, Fact], region: str) -> dict[str, str]:
    """Facts by name that these answers teach; `region` (ISO 3166) reads a number that names no country. A contract's
    month is YYYY-MM, a number is E.164; answers that say nothing teach nothing."""
    if not answers:
        return {}
    found = {
        INCUMBENT: _words(answers.get("incumbent")),
        CONTRACT_UNTIL: _words(answers.get("return_month")) if answers.get("reason") == "contract" else "",
        RIGHT_PERSON: _words(answers.get("right_name")) or _words(answers.get("successor")),
        DIRECT_NUMBER: own_number(answers, region) or "",
        BEST_TIME: _words(answers.get("best_time")),
    }
    return {name: value for name, value in found.items() if value}


def sent_on(referrer: int, answers: Mapping[str, Fact]) -> dict[str, str]:
    """Facts about somebody whom a lead, by its id, has named to us."""
    return {SENT_BY: str(referrer), USE_NAME: "yes" if answers.get("use_name") is True else "no"}


def sent_by(referrer: str, known: Mapping[str, str]) -> str:
    """Who has sent us, for the lead's card: "sent by Emma Hester, use the name: yes"."""
    return f"sent by {clean(referrer, limit=MOST)}, use the name: {known.get(USE_NAME, 'no')}"


def own_number(answers: Mapping[str, Fact], region: str) -> str | None:
    """The contact's own number among the answers, E.164; a number beside somebody else's name is theirs."""
    somebody_else = answers.get("name") or answers.get("successor")
    said = answers.get("direct_number") or ("" if somebody_else else answers.get("number")) or ""
    text = str(said).strip()
    if not text:
        return None
    from salesdesk.line.intake.phones import PhoneNumber, read_phone

    found = read_phone(text, region)
    return found.e164 if isinstance(found, PhoneNumber) else None


def months_ahead(today: date, months: int) -> tuple[str, str]:
    """The first and the last month (YYYY-MM) in which a contract ends "within so many months"."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return f"{today:%Y-%m}", f"{year:04}-{month + 1:02}"


def told(known: Mapping[str, str]) -> str:
    """What is known, for the lead's card: "supplier today: Apex · contract until 2027-03"."""
    words = (
        (BEST_TIME, "best time"),
        (INCUMBENT, "supplier today"),
        (CONTRACT_UNTIL, "contract until"),
        (RIGHT_PERSON, "right person"),
    )
    shown = [(name, label) for name, label in words if known.get(name)]
    return " · ".join(
        f"{label}{'' if name == CONTRACT_UNTIL else ':'} {clean(known[name], limit=MOST)}" for name, label in shown
    )


def _words(answer: Fact | None) -> str:
    text = " ".join(clean(str(answer or ""), limit=MOST).split())
    return "" if text.casefold() in _SAYS_NOTHING else text
