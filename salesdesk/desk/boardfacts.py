"""Gathering what a wall board is made from: today's sums and seats at once, stock as often as counting it may cost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from salesdesk.desk.boardneeds import with_needs
from salesdesk.desk.caching import kept
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.people import PAUSES
from salesdesk.desk.queues import QueueCover, QueueLine, queue_cover
from salesdesk.desk.seats import LEASE_MS, alive
from salesdesk.desk.staff import staff
from salesdesk.desk.stock import MINUTE, counted
from salesdesk.line.board import USUAL_DAYS
from salesdesk.line.boardfacts import (
    CampaignFacts,
    FloorFacts,
    SeatFacts,
    StationFacts,
    Stock,
    Sum,
    Usual,
    Waiting,
)
from salesdesk.line.text import clean
from salesdesk.line.tzdata import zone
from salesdesk.store import batches, campaigns, events, people, rollups, windows
from salesdesk.store import leads as lead_table
from salesdesk.store.events import Done
from salesdesk.store.people import SeatRow
from salesdesk.store.session import Row

INTRODUCED_DAYS = 28


def gather(floor: Floor, me: Person, *, whole: bool = True) -> FloorFacts:
    """Everything that a board of this moment is made from; not `whole`: sums, campaigns, stations and seats only."""
    now, session = floor.now, floor.session
    start, end = working_day(floor.day, floor.settings.day_start, floor.settings.day_end, floor.settings.zone)
    lately = min(3600, now - start) if start < now < end else 3600
    done = _done(floor, lately) if whole else []
    lines = queue_cover(floor, me, QueueCover()).queues
    facts = FloorFacts(
        floor=clean(floor.settings.name),
        zone=floor.settings.zone,
        now=now,
        day_start=start,
        day_end=end,
        people=staff(floor).teams,
        sums=tuple(
            Sum(row["person_id"], row["station"], row["outcome"], int(row["n"]))
            for row in rollups.of_day(session, floor.day)
        ),
        usual=usual(floor),
        campaigns=_campaigns(floor, lines, done),
        stations=_stations(floor, lines, done),
        seats=tuple(_seats(floor)),
        lately=lately,
    )
    if not whole:
        return facts
    bad, last = _flagged(floor)
    return replace(
        with_needs(floor, facts, done),
        raw_leads=kept(floor.store, "raw", lambda: lead_table.count_raw(session, now)),
        introduced_a_day=_introduced(floor),
        bad_by_list=bad,
        last_meeting=last,
    )


def _done(floor: Floor, lately: int) -> list[Done]:
    """Outcomes of the last hour; in the first hour of a day those since it began."""
    since = events.id_floor(floor.now - lately)
    key = lately if lately < 3600 else None
    return kept(floor.store, "done", lambda: events.outcomes_since(floor.session, since), key=key)


def _stations(floor: Floor, lines: Sequence[QueueLine], done: Sequence[Done]) -> tuple[StationFacts, ...]:
    stock = {each.station: each for each in lines if each.campaign is None}
    return tuple(
        StationFacts(
            name=each.name,
            title=each.title,
            handle_seconds=each.handle_seconds,
            calls=each.order == "dealt",
            standing=stock[each.name].on_hand if each.name in stock else 0,
            in_work=stock[each.name].in_work if each.name in stock else 0,
            done_lately=_at(done, each.name),
            cover=stock[each.name].cover_minutes if each.name in stock else None,
        )
        for each in floor.sales_map(floor.settings.map_id).stations.values()
    )


@lru_cache(maxsize=16)
def working_day(day: str, starts: str, ends: str, zone_name: str) -> tuple[int, int]:
    """The instants at which a floor's day starts and ends; the end is after the start whatever was set."""
    start, end = (
        int(datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=zone(zone_name)).timestamp()) for at in (starts, ends)
    )
    return start, max(end, start + 3600)


def _at(done: Sequence[Done], station: str, campaign: int | None = None) -> int:
    return sum(each.n for each in done if each.station == station and campaign in (None, each.campaign_id))


def usual(floor: Floor) -> Usual:
    """The last floor days before today; they do not change any more, so they are read once a day."""

    def read() -> Usual:
        days = rollups.days_before(floor.session, floor.day, USUAL_DAYS)
        callers = floor.sales_map(floor.settings.map_id).callers
        counts: dict[str, int] = {}
        for row in rollups.between(floor.session, days[-1], days[0]) if days else ():
            if row["station"] in callers:
                counts[row["outcome"]] = counts.get(row["outcome"], 0) + int(row["n"])
        return Usual(counts, len(days))

    return kept(floor.store, "usual", read, key=floor.day, for_good=True)


def _introduced(floor: Floor) -> float:
    """Leads released a floor day, over the days of the last four weeks on which the floor worked."""
    released = batches.released_since(floor.session, floor.now - INTRODUCED_DAYS * 86_400)
    first = (local(floor.now, floor.settings.zone) - timedelta(days=INTRODUCED_DAYS)).date().isoformat()
    days = [each for each in rollups.days_before(floor.session, floor.day, INTRODUCED_DAYS) if each >= first]
    return released / (len(days) + 1)


def _flagged(floor: Floor) -> tuple[Mapping[str, int], tuple[int, str, str] | None]:
    """Bad records of today by list, and the last meeting booked, as calls told; both less what was undone."""
    since = events.id_floor(floor.today.start)
    rows = kept(floor.store, "flagged", lambda: events.flagged_since(floor.session, since))
    undone = {int(event.data["recorded"]) for event, *_ in rows if event.kind == "undone"}
    callers = floor.sales_map(floor.settings.map_id).callers
    bad: dict[str, int] = {}
    last = None
    for event, who, campaign, name in rows:
        if event.kind != "recorded" or event.id in undone or event.station not in callers:
            continue
        flags = event.data["flags"]
        if "bad_data" in flags:
            bad[clean(name, limit=40)] = bad.get(clean(name, limit=40), 0) + 1
        if "positive" in flags:
            last = (event.at, clean(who), clean(campaign, limit=40))
    return bad, last


def _campaigns(floor: Floor, lines: Sequence[QueueLine], done: Sequence[Done]) -> tuple[CampaignFacts, ...]:
    waiting, known = _waiting(floor), staff(floor)
    stock = {each.campaign: _stock(each) for each in lines}
    return tuple(
        CampaignFacts(
            id=row.id,
            name=clean(row.name, limit=60),
            live=bool(row.live) and row.opens_at <= floor.now and row.last_day >= floor.day,
            waits=bool(row.live) and row.opens_at > floor.now,
            ended=row.last_day < floor.day,
            station=row.station,
            handle_seconds=floor.sales_map(row.map_id).station(row.station).handle_seconds,
            target=row.daily_target,
            stock=stock.get(row.id, Stock()),
            waiting=waiting.get(row.id, ()),
            done_lately=_at(done, row.station, row.id),
            turns=known.turns.get(row.id, {}),
            turned=known.turned.get(row.id, ()),
        )
        for row in campaigns.everything(floor.session)
    )


def _stock(line: QueueLine) -> Stock:
    return Stock(
        on_hand=line.on_hand,
        people=line.people,
        cover=line.cover_minutes,
        stock_target=line.target,
        buffer=line.buffer,
        in_work=line.in_work,
        asleep=line.sleeping,
        dry_at=line.dry_at,
        opens_at=line.opens_at,
        checked=len(line.checked),
        checked_leads=sum(each.leads for each in line.checked),
        advice=line.sentence,
    )


def _waiting(floor: Floor) -> Mapping[int, tuple[Waiting, ...]]:
    """The ready leads of each campaign by window; they change with their count, and with the minute."""
    stock = counted(floor)

    def place() -> dict[int, tuple[Waiting, ...]]:
        ahead = {row["id"]: row for row in windows.ahead(floor.session, floor.now)}
        return {
            campaign: tuple(_waits(leads, ahead[window]) for window, leads in ready.items() if leads)
            for campaign, ready in stock.ready.items()
        }

    key = (stock.fact, stock.asked, floor.now // MINUTE)
    return kept(floor.store, "waiting", place, key=key, for_good=True)


def _waits(leads: int, window: Row) -> Waiting:
    # A window without a span ahead is beyond what is known of the law; it counts as shut.
    return Waiting(int(leads), window["opens_at"] or 0, window["closes_at"] or 0, _zones(window["place"]))


@lru_cache(maxsize=1024)
def _zones(place: str) -> tuple[str, ...]:
    return tuple(json.loads(place)["zones"])


def _last_sign(floor: Floor, seat: SeatRow) -> int:
    """When a lost seat was last heard. A beat of another boot has no time of day: no sign came since this boot began,
    nor for longer than the seat is in its state."""
    boot, now = floor.clock.lease()
    silent = now - seat.beat if seat.boot == boot else min(now, 1000 * (floor.now - seat.since))
    return floor.now - max(silent, LEASE_MS) // 1000


def _seats(floor: Floor) -> Iterator[SeatFacts]:
    """The seats that are taken, apart from those that were lost before today. Where a beat has no time of day, the
    state tells: whoever was there today has changed theirs."""
    boot, _ = floor.clock.lease()
    for row in people.seats(floor.session):
        seat = _seat(floor, row)
        if seat.state != "lost" or (seat.since if row["boot"] == boot else row["since"]) >= floor.today.start:
            yield seat


def _seat(floor: Floor, row: Row) -> SeatFacts:
    seat = SeatRow(**{name: row[name] for name in SeatRow._fields})
    state, since = seat.state, seat.since
    if not alive(floor, seat):
        state, since = "lost", _last_sign(floor, seat)
    return SeatFacts(
        person_id=seat.person_id,
        name=clean(row["name"], limit=40),
        team=clean(row["team"], limit=40),
        station=seat.station,
        campaign_id=seat.campaign_id,
        state=state,
        since=since,
        code=seat.code,
        limit=PAUSES.get(seat.code) if state == "paused" else None,
        simulated=bool(row["simulated"]),
        armed=clean(row["armed"]),
    )
