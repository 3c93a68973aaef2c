"""Rows of the SDR's panes beside the lead: the start of the day, a pause, a dry queue, the outcomes, my numbers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container, Vertical

from salesdesk.line.tzdata import zone
from salesdesk.screens import lead_card, sdr_pages
from salesdesk.screens.lead_card import clocked
from salesdesk.screens.sdr_shift import Shift
from salesdesk.widgets.lines import BLANK, GAP, Bit, Line, Lines, cell, flowed, line, rule, wrapped

if TYPE_CHECKING:
    from salesdesk.desk.boards import MyNumbersReply


class Panes(Container):
    """Lead, history, script and my day, side by side or one above the other."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shift: Shift | None = None
        self._lead_shown = ""
        self._top = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="who"):
            yield Lines(id="lead")
            yield Lines(id="history")
        yield Lines(id="script")
        yield Lines(id="page")
        yield Lines(id="today")

    def show(self, shift: Shift, now: int) -> None:
        """Draw everything; rows that did not change cost nothing."""
        card, self._shift = shift.card, shift
        if (card.token if card else "") != self._lead_shown:
            self._lead_shown, self._top = card.token if card else "", 0
        self.query_one("#history", Lines).show(lead_card.history_rows(card, shift.me.zone) if card else [])
        self.query_one("#today", Lines).show(today_rows(shift.numbers))
        self._draw_script(shift)
        self.tick(now)

    def tick(self, now: int) -> None:
        """Draw what changes with the clock."""
        shift = self._shift
        if shift is None:
            return
        if shift.paged:
            self.query_one("#page", Lines).draw(lambda width, height: sdr_pages.page_rows(shift, now, width, height))
            return
        pane, card, stop = self.query_one("#lead", Lines), shift.card, shift.stop
        if card is None:
            pane.draw(lambda width, height: page_rows(shift, now, width)[:height])
        else:
            wide = self.screen.has_class("-wide")
            waits = shift.waits if shift.undialed else None
            pane.draw(lambda *size: lead_card.lead_rows(card, now, stop, wide, size, waits))

    def scroll_script(self, by: int) -> None:
        """Read on or back by half a pane."""
        pane = self.query_one("#script", Lines)
        if self._shift is not None:
            last = lead_card.last_top(_script(self._shift)[1], pane.size.width - 2, pane.size.height)
            self._top = max(0, min(self._top + by * max(1, pane.size.height // 2), last))
            self._draw_script(self._shift)

    def _draw_script(self, shift: Shift) -> None:
        title, text = _script(shift)
        top = self._top
        self.query_one("#script", Lines).draw(
            lambda width, height: lead_card.script_rows(title, text, top, width, height)
        )


def _script(shift: Shift) -> tuple[str, str]:
    if shift.why:
        return "WHY THIS LEAD", "\n".join(shift.why)
    if shift.card is not None:
        return "SCRIPT", shift.card.script or "this campaign has no script yet"
    return "PROMISES AND CAMPAIGNS", promises(shift)


def page_rows(shift: Shift, now: int, width: int) -> list[Line]:
    """What stands in the place of a lead."""
    said = [line((words, "strong")) for words in wrapped(shift.sentence, width)]
    gone = (clocked(now - shift.since), "warn")
    if shift.waiting:
        return _waiting(shift, now, said, width)
    if shift.page == "returned":
        return [rule("LEAD RETURNED"), *said, BLANK, line(("Enter", "key"), " for the next lead")]
    if shift.page == "cut":
        own = "what you typed is kept here and sent by itself; then the next lead comes"
        return [
            rule("WAITING FOR THE FLOOR", gone),
            *said,
            BLANK,
            *_dim(own, width),
        ]
    if shift.page == "paused":
        return [rule("PAUSE", _pause_clock(shift, now)), *said, BLANK, line(("Enter", "key"), " when you are back")]
    if shift.page == "away":
        return [rule("AWAY", gone), *said, BLANK, line("any ", ("key", "key"), " when you are back")]
    if shift.page == "elsewhere":
        return [rule("ANOTHER TERMINAL"), *said, BLANK, line(("Enter", "key"), " takes the seat back here")]
    if shift.page == "out":
        return [rule("OUT"), *said, BLANK, line(("Enter", "key"), " signs in   ", ("Ctrl+q", "key"), " leaves")]
    if shift.page == "aloud":
        said = [line((words, "strong")) for words in wrapped(f"“{shift.sentence}”", width)]
        return [rule("READ ALOUD"), *said, BLANK, line(("Enter", "key"), " for the next lead")]
    return [rule("SIGN IN"), *said]


def _waiting(shift: Shift, now: int, said: list[Line], width: int) -> list[Line]:
    """Why nothing is served: a dry queue is the floor's lost time and counts up; the others count down to their end."""
    if shift.page == "dry":
        floors = _dim("this time is the floor's, not yours; the next lead comes by itself", width)
        return [rule("NOTHING TO CALL", (clocked(now - shift.since), "warn")), *said, BLANK, *floors]
    left = (f"in {clocked(shift.since + shift.limit - now)}", "")
    if shift.page == "promise":
        return [rule("YOUR PROMISE IS NEXT", left), *said, BLANK, *_dim("it is served by itself", width)]
    return [rule("NO NEW LEADS", left), *said, BLANK, *_dim("the next lead comes by itself", width)]


def _dim(words: str, width: int) -> list[Line]:
    return [line((row, "dim")) for row in wrapped(words, width)]


def _pause_clock(shift: Shift, now: int) -> tuple[str, str]:
    """How long the pause is; amber, and in words, once it is over its limit."""
    gone = now - shift.since
    over = gone - shift.limit
    return (f"! {clocked(gone)}, {clocked(over)} over", "warn") if over > 0 else (clocked(gone), "")


def promises(shift: Shift) -> str:
    """What I have promised for the next day, and what I call for."""
    start, work = shift.start, shift.work
    if start is None or work is None:
        return ""
    here = zone(shift.me.zone or start.zone)
    told = [f"{datetime.fromtimestamp(each.due_at, here):%a %H:%M} {each.who}" for each in work.promises]
    campaigns = ", ".join((*work.campaigns, *work.second)) or "none yet; a coordinator can put you into one"
    return "\n".join([*(told or ["nothing is promised for the next 24 hours"]), "", f"You call for: {campaigns}"])


def outcome_rows(shift: Shift, width: int) -> list[Line]:
    """The outcomes to pick from, grey until one may be picked; the objections noted so far."""
    station = shift.map
    if station is None:
        return [rule("OUTCOME")]
    hint = [(shift.dial_first, "dim")] if shift.working and shift.wants_dial else []
    key, tone = ("key", "") if shift.working and not shift.wants_dial else ("dim", "dim")
    items = [
        tuple(
            Bit(words, look, click=f"screen.outcome({each.key!r})")
            for words, look in ((each.key, key), (f" {_name(each.label)}", tone))
        )
        for each in station.outcomes
        if len(each.key) == 1
    ]
    rows = [
        rule("OUTCOME", *hint),
        *min(flowed(items, width), flowed(items, width, 2), key=len),
    ]
    if shift.objections:
        labels = {each.id: each.label.lower() for each in station.objections}
        rows += [BLANK, line(("objections noted: ", "dim"), ", ".join(labels[code] for code in shift.objections))]
    return rows


def _name(label: str) -> str:
    """The name of an outcome in running words; one written in capitals stays so."""
    return label if label.isupper() else label[:1].lower() + label[1:]


def status(shift: Shift, wide: bool) -> Line:
    """Who sits here, what is called, and, after a gap, how full the queue is."""
    numbers = shift.numbers
    parts = [Bit("SDR", "accent"), Bit(f" · {shift.me.name}", "strong")]
    if shift.card is not None:
        parts.append(Bit(f"   {shift.card.campaign} · script {shift.card.variant or 'A'}"))
    if shift.armed:
        parts.append(Bit(f"   then {shift.armed}", "warn"))
    if numbers is not None:
        told = f"queue {numbers.queue_on_hand:,}"
        if wide and numbers.queue_cover_minutes is not None:
            told += f" · cover {numbers.queue_cover_minutes:,.0f} min"
        if wide and numbers.percent_of_plan is not None:
            told += f" · {numbers.percent_of_plan:.0f} % of plan"
        parts += [GAP, Bit(told, "dim")]
    return tuple(parts)


def today_rows(numbers: MyNumbersReply | None, whose: str = "me") -> list[Line]:
    """Somebody's day beside the team's, numbers to the right."""
    if numbers is None:
        return [rule("TODAY")]
    mine, team = numbers.mine, numbers.team
    wrap = f"{mine.wrap_median:.0f} s" if mine.wrap_median is not None else "–"
    rows = [
        ("dials", f"{mine.dials:,}", f"{team.dials:,}"),
        ("humans", f"{mine.humans:,}", f"{team.humans:,}"),
        ("conversations", f"{mine.conversations:,}", f"{team.conversations:,}"),
        ("selling conv.", f"{mine.selling_conversations:,}", f"{team.selling_conversations:,}"),
        ("meetings", _of(numbers), f"{team.meetings:,}"),
        ("promises kept", _kept(mine.promises_kept, mine.promises_late), _kept(team.promises_kept, team.promises_late)),
        ("talk", _minutes(mine.talk_seconds), _minutes(team.talk_seconds)),
        ("wrap med", wrap, ""),
    ]
    wide = max(10, cell_len(whose))
    head = line(cell("", 14), (cell(whose, wide, right=True), "dim"), (cell("team", 10, right=True), "dim"))
    body = [
        line((cell(label, 14), "dim"), cell(own, wide, right=True), (cell(us, 10, right=True), "dim"))
        for label, own, us in rows
    ]
    return [rule("TODAY"), head, *body]


def short_rings(numbers: MyNumbersReply, whose: str) -> Line:
    """How many of somebody's calls, and of their team's, rang too briefly for anybody to answer; as in `today_rows`."""
    mine, team = f"{numbers.mine.short_rings:,}", f"{numbers.team.short_rings:,}"
    wide = max(10, cell_len(whose))
    return line((cell("short rings", 14), "dim"), cell(mine, wide, right=True), (cell(team, 10, right=True), "dim"))


def today_line(numbers: MyNumbersReply) -> Line:
    """My day in one line, where there is no room for the panel."""
    mine = numbers.mine
    told = f"dials {mine.dials} · humans {mine.humans} · conversations {mine.conversations} · meetings {_of(numbers)}"
    return line(("today  ", "dim"), told)


def _of(numbers: MyNumbersReply) -> str:
    target = f" of {numbers.meetings_target:.1f}".removesuffix(".0") if numbers.meetings_target else ""
    return f"{numbers.mine.meetings}{target}"


def _kept(kept: int, late: int) -> str:
    return f"{kept} of {kept + late}" if kept + late else "–"


def _minutes(seconds: int) -> str:
    """Talk time; none where no pick-up was marked, since it is never guessed."""
    return f"{seconds // 60:,} min" if seconds else "–"
