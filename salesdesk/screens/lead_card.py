"""How a lead looks: who it is, what was before, what to say. Rows for `Lines`, made from what the desk gave."""

from __future__ import annotations

from datetime import datetime

from salesdesk.commands import SDR, cap
from salesdesk.desk.cards import CardNumber, TicketCard
from salesdesk.line.inbound import FIRST, SWAP_AFTER
from salesdesk.line.tzdata import zone
from salesdesk.widgets.lines import BLANK, Bit, Line, cell, line, rule, wrapped

_FONT = {
    "0": "╭─╮│ │╰─╯", "1": " ╶╮  │  ╵", "2": "╶─╮┌─┘╰─╴", "3": "╶─╮ ─┤╶─╯", "4": "╷ ╷╰─┤  ╵",
    "5": "╭─╴╰─╮╶─╯", "6": "╭─╴├─╮╰─╯", "7": "╶─╮  │  ╵", "8": "╭─╮├─┤╰─╯", "9": "╭─╮╰─┤╶─╯",
    "+": "   ╶┼╴   ", "-": "   ╶─╴   ", " ": "         ",
}  # fmt: skip


def clocked(seconds: int) -> str:
    """A length of time as m:ss."""
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes}:{rest:02}"


def timer(card: TicketCard, now: int) -> Line:
    """How long it rings or they talk; nothing before the dial. The word says what the colour says."""
    if card.answered_at is not None:
        return line(("● talking ", "good"), (cell(clocked(now - card.answered_at), 5, right=True), "good"))
    if card.dialed_at is not None:
        return line(("○ ringing ", "accent"), (cell(clocked(now - card.dialed_at), 5, right=True), "accent"))
    return BLANK


def number_of(card: TicketCard) -> CardNumber | None:
    """The number to dial now."""
    return next((each for each in card.numbers if each.position == card.current), None)


def inbound_waits(since: int | None, now: int) -> Line:
    """That somebody asked for us and has waited long enough to be taken instead, and by which key."""
    if since is None or not SWAP_AFTER <= now - since < FIRST:
        return BLANK
    return line(
        (f"! inbound waiting {clocked(now - since)} · ", "warn"),
        (cap(SDR, "take_inbound"), "key"),
        (" takes it", "warn"),
    )


def second_campaign(card: TicketCard) -> Line:
    """That my first campaign has nothing for me: this is another script than before."""
    return line((f"! second campaign: {card.campaign} · read its script first", "warn")) if card.second else BLANK


def lead_rows(
    card: TicketCard, now: int, stop: str, wide: bool, size: tuple[int, int], waits: int | None = None
) -> list[Line]:
    """Who it is, in cells of width and height. While it rings the number stands large, to be dialed by hand. `waits`
    is since when somebody waits who could be taken instead."""
    width, height = size
    ringing = card.dialed_at is not None and card.answered_at is None
    rows = [rule("LEAD", *(timer(card, now) or inbound_waits(waits, now) or second_campaign(card))), *_who(card, wide)]
    number = number_of(card)
    if stop:
        rows.append(line((f"✗ {stop}", "bad")))
    if number is not None and ringing and not stop:
        rows += _large(number, wide)
    elif number is not None:
        rows.append(_number(card, number, wide))
    rows += _time_there(card, now, wide, number.shown.partition(" ext ")[2] if number and ringing else "")
    if card.sent_by:
        rows.append(line((card.sent_by, "strong")))
    known = card.known.split(" · ") if wide else [card.known]
    rows += [line(("known: " if not n else "       ", "dim"), part) for n, part in enumerate(known) if part]
    must = len(rows)
    rows += _told("why now: ", card.why, width if wide else 0)
    if card.notes:
        rows += _told("note: ", card.notes, width if wide else 0)
    if wide and card.email:
        address = card.email if len(card.email) <= width else card.email.replace("@", " @")
        rows += [line((part, "dim")) for part in wrapped(address, width)]
    if not wide and card.history:
        rows.insert(max(must, min(len(rows), height - 1)), line(("last: ", "dim"), _last(card)))
    return rows[:height]


def _told(label: str, text: str, width: int) -> list[Line]:
    """Words behind their label: broken into rows of `width`, or with 0 one row that is cut at its end."""
    first, *more = wrapped(text, width - len(label)) if width else [text]
    return [line((label, "dim"), first), *(line(" " * len(label), words) for words in more)]


def _who(card: TicketCard, wide: bool) -> list[Line]:
    staff = f"{card.employees:,} staff" if card.employees else ""
    work = " · ".join(part for part in (card.title, card.account, staff) if part)
    if wide:
        return [line((card.name, "strong")), line(work)]
    return [line((card.name, "strong"), ("   " + work if work else "", ""))]


def _number(card: TicketCard, number: CardNumber, wide: bool) -> Line:
    """The number, and on a narrow screen beside it the address, which has a row of its own on a wide one."""
    good = sum(each.state == "good" for each in card.numbers)
    nth = [each.position for each in card.numbers].index(number.position) + 1
    which = f"   {nth} of {len(card.numbers)} numbers" + (f", {good} good" if good < len(card.numbers) else "")
    state = [] if number.state == "good" else [(f"   ! {number.state}", "warn")]
    more = [(which, "dim")] if len(card.numbers) > 1 else []
    more += [(f"   {card.email}", "dim")] if card.email and not wide else []
    return line(Bit(number.shown, "accent", link=number.uri), *state, *more)


def _large(number: CardNumber, wide: bool) -> list[Line]:
    """The number in large digits; on a wide screen the pane has no room for an extension beside them."""
    digits, _ext, extension = number.shown.partition(" ext ")
    glyphs = [_FONT.get(character, _FONT[" "]) for character in digits]
    rows = ["".join(glyph[3 * y : 3 * y + 3] for glyph in glyphs) for y in range(3)]
    ends = ["", "", f"  ext {extension}" if extension and not wide else ""]
    return [line(Bit(row, "accent", link=number.uri), end) for row, end in zip(rows, ends, strict=True)]


def _time_there(card: TicketCard, now: int, wide: bool, extension: str) -> list[Line]:
    """What time it is for them and until when they may be called, in two rows where one would be cut off."""
    zones = (card.zones or (card.zone,))[:2]
    there = " / ".join(_there(now, name) for name in zones)
    if card.dialed_at is not None:
        return [line(*([(f"ext {extension}   ", "accent")] if extension and wide else []), there)]
    until = f"{datetime.fromtimestamp(card.until, zone(card.zone)):%H:%M}" if card.until else ""
    may = f"may call until {until}" if until else card.may_call_words
    told = (may, "") if card.may_call else (f"! {card.may_call_words}", "warn")
    return [line(there), line(told)] if wide and len(zones) > 1 else [line(there, " · ", told)]


def _there(now: int, name: str) -> str:
    return f"{datetime.fromtimestamp(now, zone(name)):%H:%M} {name.rsplit('/', 1)[-1].replace('_', ' ')}"


def _last(card: TicketCard) -> str:
    return " · ".join(
        f"{datetime.fromtimestamp(past.at, zone(card.zone)):%a %H:%M} {past.outcome.lower()}, {past.person}"
        for past in card.history[:3]
    )


def history_rows(card: TicketCard, mine: str) -> list[Line]:
    """What came of earlier calls, newest first."""
    rows = [rule("HISTORY")]
    for past in card.history:
        at = f"{datetime.fromtimestamp(past.at, zone(mine)):%a %d %b %H:%M}"
        rows.append(line((cell(at, 18), "dim"), cell(past.outcome.lower(), 16), past.person))
    return rows if card.history else [*rows, line(("nobody has called yet", "dim"))]


def script_rows(title: str, text: str, top: int, width: int, height: int) -> list[Line]:
    """What to say, from row `top` on; the rule says how much more there is."""
    rows = wrapped(text, width)
    room = height - 1
    top = max(0, min(top, len(rows) - room))
    left = len(rows) - top - room
    more = [(f"↓ {left} more", "dim")] if left > 0 else [("↑", "dim")] if top else []
    return [rule(title, *more), *(line(row) for row in rows[top : top + room])]


def last_top(text: str, width: int, height: int) -> int:
    """The furthest row from which a script can be read on."""
    return max(0, len(wrapped(text, width)) - (height - 1))
