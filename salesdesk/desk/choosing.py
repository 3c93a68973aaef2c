"""Whose turn it is: the ticket that is somebody's next. Reads only; the law is asked when it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from salesdesk.desk import limits, seats
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.roles import Role
from salesdesk.line import dealing
from salesdesk.line import inbound as rules
from salesdesk.line.promising import PASSED_ON_AFTER
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.store import campaigns, events, inbounds, inhand, leads, promises, tickets
from salesdesk.store.session import Session
from salesdesk.store.tickets import TicketRow

FRESH, RETRY = "fresh", "retry"
DEALT = (FRESH, RETRY)
"""Why the head of the stratum that somebody is furthest behind in is served: it was never called, or it was."""
MISSED = "missed"
"""A meeting fell through, and whoever agreed to it is not here."""
FIRST, SECOND = 1, 2
"""Turns of a campaign: the second has its turn when the first has nothing for me."""


class Next(NamedTuple):
    """The ticket that is somebody's next, why, and their turn in its campaign (0: not looked up)."""

    ticket: TicketRow
    reason: str
    turn: int = 0


def next_ticket(floor: Floor, me: Person, station: Station) -> Next | None:
    """The ticket that is mine next: my due promise, else whoever has just asked for us, else whose meeting fell through
    and is anyone's, else one that is kept for me or the head of the stratum I am furthest behind in. Near a promise of
    mine, and while I am barred, only promises."""
    if station.order != "dealt":
        oldest = tickets.head_of_station(floor.session, station.name, me.id)
        return Next(oldest, "oldest") if oldest else None
    before = before_fresh(floor, floor.session, me, station)
    if before.promise_due and (promised := _due_promise(floor, me, station)):
        return Next(promised, "promise")
    if before.barred_until is not None or before.mine_due_at is not None:
        return None
    if before.asked_at is not None and (asked := next_waiting(floor, me, station, within=rules.FIRST)):
        return Next(asked, rules.KIND)
    if before.missed and (missed := _missed_meeting(floor, me, station)):
        return Next(missed, MISSED)
    shares = tickets.shares_of(floor.session, me.id, station.name, floor.now, floor.day)
    for turn in sorted({FIRST, *(each.turn for each in shares)}):  # also where all has ended somebody missed a meeting
        found = _next_of_turn(floor, me, station, turn, [each for each in shares if each.turn == turn])
        if found is not None:
            return found
    return None


def before_fresh(floor: Floor, session: Session, me: Person, station: Station) -> tickets.Before:
    """What keeps fresh leads from me, or goes before them, asked at once."""
    return tickets.before_fresh(
        session, me.id, station.name, floor.now, floor.now + station.handle_seconds, floor.now - rules.FIRST
    )


class HeldBack(NamedTuple):
    """Why nothing but promises is served to somebody ("promise" or "barred", and a sentence), and until when (epoch
    seconds)."""

    why: str
    until: int
    sentence: str


def why_nothing_fresh(floor: Floor, me: Person, name: str) -> HeldBack | None:
    """Why nothing but promises is served to me at a station; nothing when that is not so."""
    station = floor.sales_map(floor.settings.map_id).stations.get(name)
    if station is None or station.order != "dealt" or Role(station.role) not in me.roles:
        return None
    before = before_fresh(floor, floor.session, me, station)
    if before.barred_until is not None:
        return HeldBack("barred", before.barred_until, limits.barred_words(floor, before.barred_until))
    if before.mine_due_at is None:
        return None
    due = next(
        row
        for row in promises.due_by(floor.session, until=before.mine_due_at, person_id=me.id)
        if row["due_at"] == before.mine_due_at
    )
    who = clean(f"{due['first_name']} {due['last_name']}".strip()) or "somebody"
    sentence = f"your promise to {who} is next; fresh leads are held back until then"
    return HeldBack("promise", before.mine_due_at, sentence)


def _due_promise(floor: Floor, me: Person, station: Station) -> TicketRow | None:
    boot, beat = floor.clock.lease()
    silent = beat - seats.LEASE_MS

    def oldest(passed: Sequence[int]) -> TicketRow | None:
        return promises.due(floor.session, me.id, station.name, floor.now, PASSED_ON_AFTER, boot, silent, passed)

    return _not_left(floor, me, station, oldest)


def _missed_meeting(floor: Floor, me: Person, station: Station) -> TicketRow | None:
    def oldest(passed: Sequence[int]) -> TicketRow | None:
        return tickets.missed_meeting(floor.session, me.id, station.name, floor.now, passed)

    return _not_left(floor, me, station, oldest)


def next_waiting(
    floor: Floor, me: Person, station: Station, *, within: int = rules.SHOWN_FOR, waited: int = 0
) -> TicketRow | None:
    """The one of my campaigns who has waited longest of those who could be called first `within` so many seconds, and
    have waited `waited` seconds at least."""

    def longest(passed: Sequence[int]) -> TicketRow | None:
        since, until = floor.now - within, floor.now - waited
        return inbounds.oldest_waiting(floor.session, me.id, station.name, since, until, passed)

    return _not_left(floor, me, station, longest)


def waits_since(floor: Floor, me: Person, name: str) -> int | None:
    """Since when (epoch seconds) the one waits at a station whom I could take instead of an undialed lead, now or
    soon."""
    if not inbounds.any_waiting(floor.session, name, floor.now - rules.SHOWN_FOR, floor.now):
        return None
    asked = next_waiting(floor, me, floor.sales_map(floor.settings.map_id).station(name))
    found = inbounds.latest(floor.session, asked.id) if asked else None
    return int(found["callable_at"]) if found else None


def _next_of_turn(
    floor: Floor, me: Person, station: Station, turn: int, shares: Sequence[tickets.Share]
) -> Next | None:
    """What is kept for me in my campaigns of one turn, unless the stratum that I am furthest behind in has somebody of
    a lower band: tried less often, where the attempt plan goes by breadth."""
    kept = tickets.kept_for(floor.session, me.id, station.name, turn, floor.now, floor.day)
    if kept is not None and not dealing.band_of(kept.rank):
        return Next(kept, "kept", turn)
    dealt = {each.stratum_id: each.dealt for each in shares}
    for stratum in dealing.next_stratum(dealt, {each.stratum_id: each.released for each in shares}):
        head = _head_for(floor, me, station, stratum)
        if head is not None:
            if kept is not None and dealing.band_of(kept.rank) <= dealing.band_of(head.rank):
                break
            return Next(head, RETRY if head.attempts else FRESH, turn)
    return Next(kept, "kept", turn) if kept is not None else None


def _head_for(floor: Floor, me: Person, station: Station, stratum: int) -> TicketRow | None:
    def lowest(passed: Sequence[int]) -> TicketRow | None:
        return tickets.head_of_stratum(floor.session, stratum, floor.now, passed)

    return _not_left(floor, me, station, lowest)


def _not_left(
    floor: Floor, me: Person, station: Station, find: Callable[[Sequence[int]], TicketRow | None]
) -> TicketRow | None:
    """What `find` finds first, passing over those that I gave back because somebody else should call them."""
    passed: list[int] = []
    while (found := find(passed)) is not None:
        _ask_of(floor, found)
        if not _left_to_others(floor, me, found, station):
            break
        passed.append(found.id)
    return found


def _ask_of(floor: Floor, head: TicketRow) -> None:
    """All that decides about a ticket that may be next, asked at once."""
    floor.session.soon(
        lambda session: events.of_lead(session, head.lead_id),
        lambda session: inhand.about(session, head.lead_id, head.campaign_id),
        lambda session: leads.phones_of_lead(session, head.lead_id),
        lambda session: campaigns.script(session, head.campaign_id, head.variant or "A"),
    )
    floor.past[head.lead_id] = events.of_lead(floor.session, head.lead_id)


def _left_to_others(floor: Floor, me: Person, ticket: TicketRow, station: Station) -> bool:
    """Whether I gave this ticket back because somebody else should call, and have not called since: they may have rung
    me."""
    reasons = {each.id for each in station.skips if each.other_person}
    for event in floor.past[ticket.lead_id]:
        if (event.ticket_id, event.person_id) == (ticket.id, me.id) and event.kind in ("skipped", "recorded"):
            return event.kind == "skipped" and event.data["reason"] in reasons
    return False
