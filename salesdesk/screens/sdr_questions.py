"""The questions of the SDR's station that one letter answers: why a skip, which pause, which objection."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from salesdesk.commands import SDR, Command, cap
from salesdesk.desk.people import PAUSES
from salesdesk.line.salesmap import Choice, Field, Outcome, Route, Station

if TYPE_CHECKING:
    from salesdesk.desk.cards import TicketCard
    from salesdesk.desk.recording import Recorded, RecordOutcome
    from salesdesk.widgets.entry import Entry


def question(kind: str, label: str, choices: tuple[Choice, ...]) -> Outcome:
    """A single question answered by one letter, such as a skip's reason, in the shape of an outcome."""
    asked = Field(id=kind, label=label, kind="choice", required=True, choices=choices)
    return Outcome(id=kind, key="0", label=label, definition=label, routes=(Route(to="none"),), fields=(asked,))


def skip(station: Station, *, dialed: bool) -> Outcome:
    """Why the lead is given back; the floor's map has the reasons. Once it was dialed only a failed line is one."""
    possible = [each for each in station.skips if each.line_down_after or not dialed]
    reasons = [Choice(id=s.id, key=s.key, label=s.label, definition=s.definition) for s in possible]
    return question("skip", "Skip: why?", tuple(reasons))


NO_PAUSE = "none"


def pause(armed: str = "") -> Outcome:
    """Which pause, by its digit, with its limit; 0 takes back one that is armed."""
    codes = [
        Choice(id=code, key=str(n), label=f"{code} {limit} min", definition=f"at most {limit} minutes")
        for n, (code, limit) in enumerate(PAUSES.items(), start=1)
    ]
    if armed:
        codes.append(Choice(id=NO_PAUSE, key="0", label=f"no {armed}", definition="no pause follows this call"))
    return question("pause", "Pause", tuple(codes))


def andon() -> Outcome:
    """What is wrong, by its letter; supervisors and coordinators learn it at once."""
    from salesdesk.desk.andons import CODES

    codes = [Choice(id=code, key=code[0], label=words, definition=words) for code, words in CODES.items()]
    return question("andon", "Call for help", tuple(codes))


def objection(station: Station) -> Outcome:
    """Which objection was said."""
    return question("objection", "Objection", station.objections)


def toggled(station: Station, noted: tuple[str, ...], code: str) -> tuple[str, ...]:
    """The objections noted, with one more or one less, in the map's order."""
    held = set(noted) ^ {code}
    return tuple(each.id for each in station.objections if each.id in held)


def outcome_keys(station: Station | None) -> list[Command]:
    """The outcomes as `?` lists them, each with its definition."""
    outcomes = station.outcomes if station else ()
    return [
        Command(f"outcome({each.key!r})", (each.key,), each.label, each.definition)
        for each in outcomes
        if len(each.key) == 1
    ]


def hints(outcome: Outcome, card: TicketCard) -> dict[str, str]:
    """What stands under fields of an outcome for this lead, by field: on which number somebody is called whom they
    name without one."""
    from salesdesk.desk.routing import NEW_CONTACT

    if all(route.kind != NEW_CONTACT for route in outcome.routes):
        return {}
    needed = "or an e-mail address; no number of their company may be dialed"
    return {"number": f"empty: {card.line} is called, and they are asked for" if card.line else needed}


def offers(outcome: Outcome, card: TicketCard) -> dict[str, str]:
    """Answers that are on file for this lead, by field: where a meeting is sent. Read back like any other."""
    if not card.email or all(each.kind != "slot" for each in outcome.fields):
        return {}
    return {each.id: card.email for each in outcome.fields if each.kind == "email"}


class Took(TypedDict):
    """Seconds that an outcome and the talk before it took; talk is None without a pick-up."""

    wrap_seconds: int
    talk_seconds: int | None


def took(entry: Entry, card: TicketCard, now: int) -> Took:
    """How long the call was: the seconds since the form was opened count as wrap time."""
    talk = None if card.answered_at is None else max(0, entry.started - card.answered_at)
    return Took(wrap_seconds=max(0, now - entry.started), talk_seconds=talk)


class OneWrite:
    """The write of an outcome; saved again unchanged after a broken floor, it is the same write under the same key."""

    def __init__(self) -> None:
        self._said: object = None
        self._request: RecordOutcome | None = None

    def request(
        self, entry: Entry, card: TicketCard, objections: tuple[str, ...], now: int, serve: str
    ) -> RecordOutcome:
        """What to ask the desk; the seconds since the form was opened count as wrap time. `serve` is the station at
        which the next lead is wanted with it."""
        from salesdesk.desk.recording import RecordOutcome

        said = (card.token, entry.outcome.id, tuple(entry.answered.items()), objections)
        if self._request is None or self._said != said:
            self._said = said
            self._request = RecordOutcome(
                ticket=card.ticket, token=card.token, outcome=entry.outcome.id, answers=dict(entry.answered),
                objections=objections, serve=serve, **took(entry, card, now),
            )  # fmt: skip
        return self._request


def told(entry: Entry, done: Recorded) -> str:
    """What was recorded, in a sentence: a promise with its time. What waits to be sent cannot be undone yet."""
    if not done.event:
        return f"{entry.outcome.label.lower()}: {done.then}"
    promised = next((entry.echo(each, about=False) for each in entry.fields if each.kind in ("when", "slot")), "")
    then = promised or done.then
    return f"{done.label.lower()}{f': {then}' if then else ''} · {cap(SDR, 'undo')} undoes"
