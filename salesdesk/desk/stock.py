"""The leads of every queue, counted: again after a fact, on a huge floor as rarely as counting costs; and how windows
and wake-ups will change a campaign's."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from salesdesk.desk.floor import Floor
from salesdesk.line.preapproach import NEVER
from salesdesk.store import events, queues, windows
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.session import Store

HORIZON = 12 * 3600
"""Seconds that the dry forecast looks ahead."""
LOOK_AGAIN = 3600
"""Seconds for which a count reaches beyond the horizon; an older one is counted anew."""
CHEAP = 0.02
"""A count that took longer (seconds) is used again for REST times as long as it took."""
REST = 100
MINUTE = 60
"""Seconds at whose multiples windows open and close, and gathered wake-ups come."""

Key = tuple[int, str]
"""A campaign and a station."""
Moment = tuple[int, int]
"""A minute, and when a campaign's calls open."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Counts that change only with facts, and what the clock made of them in the newest minute."""

    fact: int
    asked: int
    good_until: float
    ready: Mapping[int, Mapping[int, int]]
    """Ready leads by campaign and window."""
    stations: Mapping[str, int]
    sleeping: Mapping[Key, Sequence[tuple[int, int, int]]]
    """Window (0: none), wake-up and leads."""
    held: Mapping[Key, int]
    promised: Mapping[Key, int]
    levels: dict[Key, tuple[Moment, Level]] = field(default_factory=dict)


_LAST: WeakKeyDictionary[Store, Stock] = WeakKeyDictionary()


def counted(floor: Floor) -> Stock:
    """The counts as of the newest fact; a count that is slow on a huge floor is kept for a while."""
    newest, last = events.pulse(floor.session), _LAST.get(floor.store)
    fresh = last is not None and 0 <= floor.now - last.asked < LOOK_AGAIN
    if last is not None and fresh and (last.fact == newest or time.perf_counter() < last.good_until):
        return last
    begun = time.perf_counter()
    session = floor.session
    ready: dict[int, dict[int, int]] = defaultdict(dict)
    for row in queues.ready_by_window(session):
        ready[row["campaign_id"]][row["window_id"]] = row["leads"]
    asleep: dict[Key, list[tuple[int, int, int]]] = defaultdict(list)
    for row in queues.sleeping(session, floor.now, floor.now + LOOK_AGAIN, floor.now + HORIZON + LOOK_AGAIN):
        asleep[row["campaign_id"], row["station"]].append((row["window_id"] or 0, row["at"], row["leads"]))
    stations = {row["station"]: row["leads"] for row in queues.ready_by_station(session)}
    held = {(row["campaign_id"], row["station"]): row["leads"] for row in queues.held(session)}
    promised = {(row["campaign_id"], row["station"]): row["leads"] for row in queues.promised(session)}
    cost = time.perf_counter() - begun
    rest = cost * REST if cost > CHEAP else 0.0
    stock = Stock(newest, floor.now, begun + cost + rest, dict(ready), stations, dict(asleep), held, promised)
    _LAST[floor.store] = stock
    return stock


@dataclass(slots=True)
class Level:
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


def level(floor: Floor, campaign: CampaignRow, stock: Stock) -> Level:
    """The level of a campaign; nothing moves it within a minute but a new count, or other news of when its calls
    open; those of one that has ended never do."""
    opens_at = NEVER if campaign.last_day < floor.day else campaign.opens_at
    key, moment = (campaign.id, campaign.station), (floor.now // MINUTE, opens_at)
    last = stock.levels.get(key)
    if last is None or last[0] != moment:
        last = stock.levels[key] = (moment, _level(floor, key, stock, opens_at))
    return last[1]


def _level(floor: Floor, key: Key, stock: Stock, opens_at: int) -> Level:
    now = floor.now
    spans: dict[int, list[tuple[int, int]]] = {}
    for row in windows.spans(floor.session, now, now + HORIZON):
        spans.setdefault(row["window_id"], []).append((row["opens_at"], row["closes_at"]))
    found = Level()
    for window, leads in stock.ready.get(key[0], {}).items():
        found.waiting += leads if opens_at > now else 0
        place(found, now, max(now, opens_at), leads, spans.get(window, []))
    for window, at, leads in stock.sleeping.get(key, ()):
        if at > now:
            found.sleeping += leads
        place(found, now, max(opens_at, at), leads, spans.get(window, []))
    return found


def place(level: Level, now: int, ready_at: int, leads: int, spans: Sequence[tuple[int, int]]) -> None:
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
