"""Pages of the SDR's day that take the whole floor of the screen: the start of a shift and its end."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from salesdesk.line.days import bars
from salesdesk.line.tzdata import zone
from salesdesk.screens.sdr_shift import Shift
from salesdesk.widgets.lines import BLANK, Line, cell, line, rule, wrapped

if TYPE_CHECKING:
    from salesdesk.desk.days import DayLine

LABEL = 15
MOST_PROMISES = 4
_ROWS = (("dials", "dials"), ("humans", "humans"), ("conversations", "conversations"), ("meetings", "meetings"))


def page_rows(shift: Shift, now: int, width: int, height: int) -> list[Line]:
    """The page that takes the floor of the screen."""
    rows = _end_rows(shift, width) if shift.page == "end" else _start_rows(shift, now, width)
    return rows[:height]


def _start_rows(shift: Shift, now: int, width: int) -> list[Line]:
    start = shift.start
    if start is None:
        return [rule("SIGN IN"), line((shift.sentence, "strong"))]
    first = start.person.split(" ")[0]
    return [
        rule(f"READY?  Good {_part_of_day(now, start.zone)}, {first}.", (start.floor, "dim")),
        line(("Enter", "key"), " serves the first lead"),
        *_labelled("you call for", _campaigns(shift), width),
        *_labelled("target today", _target(shift), width),
        *_labelled("new scripts", _scripts(shift), width),
        rule("MY PROMISES TODAY"),
        *_promises(shift),
        rule("MY LAST 20 DAYS", ("as in F1; the last day to the right", "dim")),
        *_days(shift.days),
        *_looks(shift, width),
    ]


def _labelled(label: str, words: str, width: int) -> list[Line]:
    first, *more = wrapped(words, width - LABEL)
    return [line((cell(label, LABEL), "dim"), first), *(line(" " * LABEL, row) for row in more)]


def _campaigns(shift: Shift) -> str:
    work = shift.work
    assert work is not None
    told = ", ".join(work.campaigns) or "none yet; a coordinator can put you into one"
    return f"{told} · second: {', '.join(work.second)}" if work.second else told


def _target(shift: Shift) -> str:
    numbers = shift.numbers
    if numbers is None or not numbers.meetings_target:
        return "none set"
    return f"meetings {numbers.meetings_target:.1f}".removesuffix(".0")


def _scripts(shift: Shift) -> str:
    start = shift.start
    assert start is not None
    changed = (f"{each.campaign} {each.variant} (version {each.version})" for each in start.scripts)
    return ", ".join(changed) or "none since your last shift"


def _promises(shift: Shift) -> list[Line]:
    start, work = shift.start, shift.work
    assert start is not None
    assert work is not None
    if not work.promises:
        return [line(("nothing is promised for the next 24 hours", "dim"))]
    here = zone(shift.me.zone or start.zone)
    shown = work.promises if len(work.promises) <= MOST_PROMISES else work.promises[: MOST_PROMISES - 1]
    rows = [line((f"{datetime.fromtimestamp(each.due_at, here):%a %H:%M}  ", "strong"), each.who) for each in shown]
    more = len(work.promises) - len(shown)
    return [*rows, line((f"and {more} more", "dim"))] if more else rows


def _days(days: tuple[DayLine, ...]) -> list[Line]:
    if not days:
        return [line(("no day before this one", "dim"))]
    rows = []
    for label, name in _ROWS:
        values = [int(getattr(each, name)) for each in days]
        last = f"  {values[-1]:,} on {datetime.fromisoformat(days[-1].day):%a}"
        whole = (f" · {sum(values):,} in all", "dim")
        rows.append(line((cell(label, LABEL), "dim"), (bars(values), "accent"), last, whole))
    return rows


def _looks(shift: Shift, width: int) -> list[Line]:
    """Who looked at my detail last."""
    if not shift.looks:
        return []
    here = zone(shift.me.zone or (shift.start.zone if shift.start else "UTC"))
    told = (f"{each.person} {datetime.fromtimestamp(each.at, here):%a %H:%M} ({each.what})" for each in shift.looks[:3])
    return _labelled("looked at you", ", ".join(told), width)


def _end_rows(shift: Shift, width: int) -> list[Line]:
    end = shift.end
    if end is None:
        return [rule("MY DAY")]
    rows = [rule("MY DAY"), *(line((words, "strong")) for row in end.lines for words in _parts(row, width)), BLANK]
    if end.promises:
        here = zone(shift.me.zone or (shift.start.zone if shift.start else "UTC"))
        rows.append(rule("PROMISES THAT NOBODY WOULD KEEP", (f"{len(end.promises)}", "warn")))
        for each in end.promises[:MOST_PROMISES]:
            at = f"{datetime.fromtimestamp(each.due_at, here):%a %d %b %H:%M}  "
            who = cell(each.who, min(cell_len(each.who), max(width - cell_len(at + each.why) - 2, 8)))
            rows.append(line((at, "strong"), who, (f"  {each.why}", "warn")))
        if len(end.promises) > MOST_PROMISES:
            rows.append(line((f"and {len(end.promises) - MOST_PROMISES} more", "dim")))
        rows += [line(("a", "key"), " passes them to anyone; each keeps its time"), BLANK]
    return [*rows, line(("Enter", "key"), " signs out   ", ("Esc", "key"), " stays   ", ("n", "key"), " next lead")]


def _parts(told: str, width: int) -> list[str]:
    """Figures in a row, broken between two of them and never between a number and its unit."""
    rows: list[str] = []
    for part in told.split(" · "):
        if rows and cell_len(f"{rows[-1]} · {part}") <= width:
            rows[-1] += f" · {part}"
        else:
            rows.append(part)
    return rows


def _part_of_day(now: int, name: str) -> str:
    hour = datetime.fromtimestamp(now, zone(name)).hour
    return "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
