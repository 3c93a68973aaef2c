"""Queue cover: how long each queue feeds the people on it, when it will be dry, and how many leads to release."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from salesdesk.desk.batches import Findings
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.registry import LIVE, Reply, Request, operation
from salesdesk.desk.roles import LEADERS, PLANNERS, WATCHERS
from salesdesk.desk.seats import LEASE_MS
from salesdesk.desk.standing import unopened
from salesdesk.line import flow
from salesdesk.line.queues import clock
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.store import campaigns, events, queues, windows
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.session import Row, Store

REVIEW_MINUTES, LEAD_MINUTES = 60.0, 15.0
"""How often a coordinator looks at a queue, and how long a check and a release take."""
HORIZON = 12 * 3600
"""Seconds that the dry forecast looks ahead."""
LOOK_AGAIN = 3600
"""Seconds for which a count reaches beyond the horizon; an older one is counted anew."""
WORKING = ("ready", "preview", "call", "wrap", "starved")
CHEAP = 0.02
"""A count that took longer (seconds) is used again for REST times as long as it took."""
REST = 60


class CheckedBatch(Reply):
    """A checked batch that could be released now."""

    batch: int
    leads: int


class QueueLine(Reply):
    """The stock of one queue. Instants are epoch seconds; the stock target is for `planned_for` people: those at work
    now, or all callers while nobody is at work. `opens_at` is the next time, however far, at which leads may be called
    that may not now; `released` counts all leads ever released to it."""

    station: str
    campaign: int | None
    name: str
    live: bool
    released: int
    on_hand: int
    soon: int
    sleeping: int
    closed: int
    promised: int
    in_work: int
    people: int
    planned_for: int
    cover_minutes: float | None
    target: int
    buffer: str
    dry_at: int | None
    opens_at: int | None
    opens_leads: int
    proposed: int
    checked: tuple[CheckedBatch, ...]
    sentence: str
    """What matters now, in words and floor time."""
    waiting: int = 0
    """Leads that wait for what goes out before the calls; `waits` says why calls are not open yet, in words."""
    waits: str = ""


class QueueCovers(Reply):
    """Every queue: campaigns first, the one that runs dry first on top; then the other stations in the map's order."""

    at: int
    zone: str
    queues: tuple[QueueLine, ...]


class QueueCover(Request[QueueCovers]):
    """How long does each queue feed the people on it?"""


@operation(roles=PLANNERS | LEADERS | WATCHERS, effect=LIVE)
def queue_cover(floor: Floor, me: Person, ask: QueueCover) -> QueueCovers:
    """Cover, dry forecast and proposed release of every queue."""
    stock = _stock(floor)
    seats = _at_work(floor)
    lines = [_campaign(floor, row, stock, seats) for row in campaigns.everything(floor.session)]
    lines.sort(
        key=lambda line: (not line.live, line.cover_minutes if line.cover_minutes is not None else 1e9, line.name)
    )
    sales_map = floor.sales_map(floor.settings.map_id)
    others = [_station(station, stock, seats) for station in sales_map.stations.values() if station.order != "dealt"]
    return QueueCovers(at=floor.now, zone=floor.settings.zone, queues=(*lines, *others))


# counting -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stock:
    """Counts that change only with facts; what the clock changes is worked out anew each time."""

    fact: int
    asked: int
    good_until: float
    ready: Sequence[Row]
    stations: dict[str, int]
    sleeping: Sequence[Row]
    held: dict[tuple[int, str], int]
    promised: dict[tuple[int, str], int]


_LAST: WeakKeyDictionary[Store, _Stock] = WeakKeyDictionary()


def _stock(floor: Floor) -> _Stock:
    """The counts as of the newest fact; a count that is slow on a huge floor is kept for a while."""
    newest, last = events.pulse(floor.session), _LAST.get(floor.store)
    fresh = last is not None and 0 <= floor.now - last.asked < LOOK_AGAIN
    if last is not None and fresh and (last.fact == newest or time.perf_counter() < last.good_until):
        return last
    begun = time.perf_counter()
    ready = queues.ready_by_window(floor.session)
    asleep = queues.sleeping(floor.session, floor.now + HORIZON + LOOK_AGAIN)
    stations = {row["station"]: row["leads"] for row in queues.ready_by_station(floor.session)}
    held = {(row["campaign_id"], row["station"]): row["leads"] for row in queues.held(floor.session)}
    promised = {(row["campaign_id"], row["station"]): row["leads"] for row in queues.promised(floor.session)}
    cost = time.perf_counter() - begun
    rest = cost * REST if cost > CHEAP else 0.0
    stock = _Stock(newest, floor.now, begun + cost + rest, ready, stations, asleep, held, promised)
    _LAST[floor.store] = stock
    return stock


def people_at_work(floor: Floor) -> dict[int, tuple[str, int]]:
    """The station and campaign that each person at work is on; lost, away and paused people are left out."""
    boot, now = floor.clock.lease()
    return {
        row["person_id"]: (row["station"], row["campaign_id"] or row["first_campaign"] or 0)
        for row in queues.seated(floor.session, floor.now)
        if row["state"] in WORKING and row["boot"] == boot and now - row["beat"] <= LEASE_MS
    }


def _at_work(floor: Floor) -> dict[tuple[str, int], int]:
    """People at work now by station and campaign."""
    return dict(Tally(people_at_work(floor).values()))


@dataclass(slots=True)
class _Level:
    """The stock of a campaign now, and how windows and wake-ups will change it."""

    on_hand: int = 0
    closed: int = 0
    sleeping: int = 0
    waiting: int = 0
    rises: dict[int, int] = field(default_factory=dict)
    falls: dict[int, int] = field(default_factory=dict)

    def rise(self, at: int, leads: int) -> None:
        """Leads that become callable at an instant."""
        self.rises[at] = self.rises.get(at, 0) + leads

    def fall(self, at: int, leads: int) -> None:
        """Leads whose window closes at an instant."""
        self.falls[at] = self.falls.get(at, 0) + leads

    def changes(self, now: int, per_hour: float) -> Iterable[tuple[int, int]]:
        """Rises and falls in order. What closes is what nobody has worked on by then, taken in proportion."""
        yield from self.rises.items()
        for at, leads in self.falls.items():
            available = self.on_hand + sum(n for moment, n in self.rises.items() if moment < at)
            left = max(0.0, 1 - per_hour * (at - now) / 3600 / available) if available else 0.0
            yield at, -round(leads * left)


def _level(floor: Floor, campaign: CampaignRow, stock: _Stock) -> _Level:
    until = floor.now + HORIZON
    spans: dict[int, list[tuple[int, int]]] = {}
    for row in windows.spans(floor.session, floor.now, until):
        spans.setdefault(row["window_id"], []).append((row["opens_at"], row["closes_at"]))
    level = _Level()
    opens = max(floor.now, campaign.opens_at)
    for row in stock.ready:
        if row["campaign_id"] == campaign.id:
            level.waiting += row["leads"] if opens > floor.now else 0
            _place(level, floor.now, opens, row["leads"], spans.get(row["window_id"], []))
    for row in stock.sleeping:
        if (row["campaign_id"], row["station"]) == (campaign.id, campaign.station):
            if row["at"] > floor.now:
                level.sleeping += row["leads"]
            _place(level, floor.now, max(opens, row["at"]), row["leads"], spans.get(row["window_id"], []))
    return level


def _place(level: _Level, now: int, ready_at: int, leads: int, spans: Sequence[tuple[int, int]]) -> None:
    """Count leads that are ready from an instant on: on hand, or rising when their window opens; falling when it
    closes."""
    start = max(now, ready_at)
    span = next(((opens, closes) for opens, closes in sorted(spans) if closes > start), None)
    if start == now and (span is None or span[0] > now):
        level.closed += leads
    if span is None:
        return
    opens, closes = span
    if max(opens, start) <= now:
        level.on_hand += leads
    else:
        level.rise(max(opens, start), leads)
    level.fall(closes, leads)


# one line -----------------------------------------------------------------------------------------------------------


def _campaign(floor: Floor, campaign: CampaignRow, stock: _Stock, seats: dict[tuple[str, int], int]) -> QueueLine:
    level = _level(floor, campaign, stock)
    station = floor.sales_map(campaign.map_id).station(campaign.station)
    handle = station.handle_seconds / 60
    people = seats.get((campaign.station, campaign.id), 0)
    callers = [r for r in campaigns.assignments(floor.session) if r["campaign_id"] == campaign.id and r["turn"]]
    planned_for = people or len(callers)
    target = flow.stock_target(planned_for, handle, REVIEW_MINUTES, LEAD_MINUTES)
    per_hour = people * 60 / handle
    near = floor.now + int((REVIEW_MINUTES + LEAD_MINUTES) * 60)
    soon = sum(leads for at, leads in level.rises.items() if at <= near)
    dry = None
    waits = unopened(floor, campaign)
    if people and campaign.live and not waits:
        changes = level.changes(floor.now, per_hour)
        dry = flow.dry_at(floor.now, level.on_hand, per_hour, changes, floor.now + HORIZON)
    opens_at, opens_leads = min(level.rises.items(), default=None) or _opening(floor, campaign, stock)
    # Leads that only wait for their hours are stock: nothing is released because it is Sunday.
    coming = soon if level.on_hand else max(soon, level.closed, level.waiting)
    line = QueueLine(
        station=campaign.station,
        campaign=campaign.id,
        name=clean(campaign.name),
        live=bool(campaign.live),
        released=campaign.released,
        on_hand=level.on_hand,
        soon=soon,
        sleeping=level.sleeping,
        closed=level.closed,
        promised=stock.promised.get((campaign.id, campaign.station), 0),
        in_work=stock.held.get((campaign.id, campaign.station), 0),
        people=people,
        planned_for=planned_for,
        cover_minutes=flow.cover_minutes(level.on_hand, handle, people),
        target=target,
        buffer="waits" if waits else flow.buffer_zone(level.on_hand, target),
        dry_at=dry,
        opens_at=opens_at,
        opens_leads=opens_leads,
        proposed=flow.release_quantity(target, level.on_hand, coming),
        checked=_checked(floor, campaign.id),
        sentence="",
        waiting=level.waiting,
        waits=waits,
    )
    return line.model_copy(update={"sentence": _sentence(floor, line, handle)})


def _opening(floor: Floor, campaign: CampaignRow, stock: _Stock) -> tuple[int | None, int]:
    """When the first windows of a campaign's ready leads open that open beyond the horizon, and for how many leads."""
    ready = {row["window_id"]: row["leads"] for row in stock.ready if row["campaign_id"] == campaign.id}
    opens = queues.next_openings(floor.session, max(floor.now, campaign.opens_at), ready) if ready else {}
    first = min(opens.values(), default=None)
    return first, sum(ready[window] for window, at in opens.items() if at == first)


def _checked(floor: Floor, campaign_id: int) -> tuple[CheckedBatch, ...]:
    rows = [row for row in campaigns.batches(floor.session) if row.campaign_id == campaign_id]
    return tuple(
        CheckedBatch(batch=row.id, leads=Findings.model_validate_json(row.findings).going)
        for row in reversed(rows)
        if row.state == "checked"
    )


def _station(station: Station, stock: _Stock, seats: dict[tuple[str, int], int]) -> QueueLine:
    on_hand = stock.stations.get(station.name, 0)
    people = sum(count for (name, _), count in seats.items() if name == station.name)
    cover = flow.cover_minutes(on_hand, station.handle_seconds / 60, people)
    waiting = "nothing waits here" if not on_hand else f"{on_hand:,} wait" + ("" if people else ", nobody is there")
    return QueueLine(
        station=station.name,
        campaign=None,
        name=station.title,
        live=True,
        released=0,
        on_hand=on_hand,
        soon=0,
        sleeping=sum(r["leads"] for r in stock.sleeping if r["station"] == station.name),
        closed=0,
        promised=sum(count for (_, name), count in stock.promised.items() if name == station.name),
        in_work=sum(count for (_, name), count in stock.held.items() if name == station.name),
        people=people,
        planned_for=people,
        cover_minutes=cover,
        target=0,
        buffer="",
        dry_at=None,
        opens_at=None,
        opens_leads=0,
        proposed=0,
        checked=(),
        sentence=waiting,
    )


def _sentence(floor: Floor, line: QueueLine, handle: float) -> str:
    def at(when: int) -> str:
        return clock(when, floor.settings.zone, floor.now)

    if not line.released:
        return "nothing released yet" + (f"; propose {line.proposed:,}" if line.proposed else "") + _offer(line)
    if not line.live:
        return f"paused with {line.on_hand:,} on hand"
    if line.waits:
        return f"{line.waiting:,} wait: {line.waits}" + _proposal(floor, line, handle) + _offer(line)
    later = f"{line.opens_leads:,} open at {at(line.opens_at)}" if line.opens_at else ""
    if not line.on_hand and line.closed:
        first = f", the first open {at(line.opens_at)}" if line.opens_at else ""
        return f"{line.closed:,} outside their hours{first}" + _proposal(floor, line, handle) + _offer(line)
    if not line.on_hand:
        waits = later or (f"{line.sleeping:,} cooling down" if line.sleeping else "every released lead is worked")
        return f"DRY: {waits}" + _proposal(floor, line, handle) + _offer(line)
    if not line.people:
        return "nobody is calling" + (f"; {later}" if later else "")
    if line.dry_at is None:
        return f"fed for the next {HORIZON // 3600} hours"
    return f"dry {at(line.dry_at)}" + _proposal(floor, line, handle) + _offer(line)


def _proposal(floor: Floor, line: QueueLine, handle: float) -> str:
    if not line.proposed:
        return ""
    if not line.people:
        return f"; release {line.proposed:,}"
    covered = floor.now + round((line.on_hand + line.soon + line.proposed) * handle / line.people * 60)
    return f"; release {line.proposed:,}, covers to {local(covered, floor.settings.zone):%H:%M}"


def _offer(line: QueueLine) -> str:
    if not line.checked:
        return ""
    held = sum(each.leads for each in line.checked)
    one = len(line.checked) == 1
    return f"; {'a checked batch holds' if one else f'{len(line.checked)} checked batches hold'} {held:,}"
