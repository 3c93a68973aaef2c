"""The blocks of a wall board. Every figure carries the id of its definition in `line.glossary`."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from salesdesk.line.alerts import Alert
from salesdesk.line.figures import Figure

CALM = 4
"""The need of a seat that wants nothing."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One target of the day. `percent` is so far against by now, `word` what that means."""

    so_far: Figure
    by_now: Figure
    target: Figure
    percent: Figure
    word: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One queue of the line. `drum` is empty, or says that this station sets the pace and how sure that is."""

    name: str
    on_hand: Figure
    cover: Figure
    in_work: Figure
    rate: Figure
    plan: Figure
    buffer: Figure
    dry: bool = False
    drum: str = ""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One person: `need` 0 is the most urgent, from 4 on all is calm; `since` in epoch seconds."""

    person: int
    name: str
    team: str
    state: str
    code: str
    since: int
    limit: int | None
    campaign: str
    need: int
    simulated: bool
    armed: str = ""
    """The pause that begins after this call."""


@dataclass(frozen=True, slots=True)
class YieldLine:
    """Today's yield of one step. `shown` is its 90 % interval, or the bare count below 20 trials."""

    id: str
    successes: int
    trials: int
    shown: str
    usual: Figure
    word: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team against what was due from it; `low` and `high` bound the percentage at 90 %."""

    name: str
    percent: Figure
    low: float
    high: float
    word: str


class Board(BaseModel):
    """A wall board. Times are epoch seconds."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    floor: str
    zone: str
    zone_word: str
    at: int
    gone: Figure
    calling: str
    alerts: tuple[Alert, ...]
    day: tuple[DayLine, ...]
    invited: Figure
    """Of today's meetings booked those whose invitation was sent."""
    held: tuple[Figure, ...]
    """Meetings held of those due so far today, no-shows, and those without a result; empty before the first is due."""
    promises: tuple[Figure, ...]
    speed: tuple[Figure, ...]
    """Inquiries dialed within a minute of callable time, and the median; empty before the first of the day."""
    line: tuple[LineRow, ...]
    states: tuple[Figure, ...]
    people: tuple[SeatLine, ...]
    yields: tuple[YieldLine, ...]
    teams: tuple[TeamLine, ...]
    last_meeting: Figure
    notes: tuple[Figure, ...]
