"""Somebody's day as one who leads may read it: their numbers beside their team's, their last outcomes, no lead."""

from __future__ import annotations

from datetime import datetime

from salesdesk.desk.local import Desk
from salesdesk.desk.looking import Look
from salesdesk.line import pace
from salesdesk.line.boardmodel import SeatLine
from salesdesk.line.tzdata import zone
from salesdesk.screens.sdr_panes import short_rings, today_rows
from salesdesk.widgets.lines import BLANK, Line, line, rule


def detail(look: Look, seat: SeatLine, desk: Desk) -> list[Line]:
    """The lines of the page; the age of their state is that of this moment."""
    age = pace.state_age_words(desk.now() - seat.since, seat.limit)
    parts = [f"team {seat.team}" if seat.team else "", seat.campaign, f"{seat.code or seat.state} {age}"]
    parts.append(f"then {seat.armed}" if seat.armed else "")
    here = zone(desk.settings.zone)
    outcomes = [
        line((f"{datetime.fromtimestamp(each.at, here):%a %H:%M}  ", "dim"), each.outcome.replace("_", " "))
        for each in look.outcomes
    ]
    return [
        line((look.person, "strong"), f"   {' · '.join(part for part in parts if part)}"),
        line(("They see that you looked.", "dim")),
        BLANK,
        *today_rows(look.numbers, look.person),
        short_rings(look.numbers, look.person),
        BLANK,
        rule("LAST OUTCOMES"),
        *(outcomes or [line(("none yet", "dim"))]),
    ]
