"""The day on the wall board: done against due by now, meetings held, promises kept, inquiries dialed."""

from __future__ import annotations

import math
from statistics import NormalDist

from salesdesk.line import pace
from salesdesk.line.boardfacts import MEETING, SELLING, FloorFacts
from salesdesk.line.boardmodel import DayLine
from salesdesk.line.figures import Figure, count, none, percent
from salesdesk.line.ledger import KEPT, LATE
from salesdesk.line.promising import KEPT_WITHIN
from salesdesk.line.yields import BOARD_CONFIDENCE, Interval


def day(facts: FloorFacts) -> tuple[DayLine, ...]:
    """Selling conversations and meetings booked against what is due by now."""
    return tuple(
        _day_line(facts, id, what) for id, what in (("selling_conversation", SELLING), ("meetings_booked", MEETING))
    )


def _day_line(facts: FloorFacts, id: str, what: str) -> DayLine:
    done, target = facts.count(what), facts.targets.get(what)
    if target is None:
        blank = none("share_of_plan")
        return DayLine(count(id, done), none("due_by_now"), none("target"), blank, "no target")
    due = pace.due_by_now(target, facts.day_start, facts.day_end, facts.now)
    return DayLine(
        so_far=count(id, done),
        by_now=count("due_by_now", round(due)),
        target=count("target", round(target)),
        percent=percent("share_of_plan", pace.percent_of_plan(done, due)),
        word=pace_word(done, due),
    )


def pace_word(done: int, due: float) -> str:
    """Whether a count keeps pace: only a gap that chance does not explain is called behind or ahead."""
    if due <= 0:
        return ""
    low, high = count_interval(done)
    return "behind" if high < due else "ahead" if low > due else "on pace"


def count_interval(done: int, confidence: float = BOARD_CONFIDENCE) -> Interval:
    """Score interval of the mean of a Poisson count (the limit of Wilson's for many trials)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * math.sqrt(done + z * z / 4)
    return Interval(max(0.0, done + z * z / 2 - half), done + z * z / 2 + half)


def held(facts: FloorFacts) -> tuple[Figure, ...]:
    """Meetings held of those due so far today, no-shows, and those without a result; empty before the first is due."""
    found = facts.meetings
    if not found.due:
        return ()
    return (
        Figure("meeting_held", found.held, f"{found.held} of {found.due}"),
        count("no_shows", found.no_show),
        count("unresolved_meetings", found.due - found.held - found.no_show),
    )


def promises(facts: FloorFacts) -> tuple[Figure, ...]:
    """Promises kept of those that came due, and late ones."""
    waiting = sum(1 for each in facts.promises if not each.tries and each.due_at < facts.now - KEPT_WITHIN)
    kept, late = facts.count(KEPT), facts.count(LATE) + waiting
    words = f"{kept} of {kept + late}" if kept + late else "–"
    return Figure("promises_kept", kept, words), count("promises_late", late)


def speed(facts: FloorFacts) -> tuple[Figure, ...]:
    """Inquiries dialed within a minute of callable time, and the median; empty before the first of the day."""
    found = facts.speed
    if found is None or not found.n:
        return ()
    middle = found.median_callable
    words = "–" if middle is None else pace.clock_words(middle)
    counts = f"{found.within_60} of {found.due_60}" if found.due_60 else "–"
    within = Figure("inbound_in_a_minute", found.within_60, counts)
    return within, Figure("speed_to_lead", middle, words)
