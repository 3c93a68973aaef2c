"""Queues of campaigns as a supervisor needs them: who waits for their leads, how fast they go, why they are dry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from salesdesk.line import flow
from salesdesk.line.boardfacts import CampaignFacts, FloorFacts, SeatFacts, Stock
from salesdesk.line.tzdata import zone

SOON = 3600
"""Seconds ahead in which a queue that will run dry is announced."""


def wants(campaign: int, turn: int, on: int) -> bool:
    """Whether somebody here wants a campaign's leads: they work in it first, or are `on` it now; `turn` is theirs in
    it, 0 for none."""
    return turn == 1 or on == campaign


def is_dry(live: bool, on_hand: int, wanting: int) -> bool:
    """Whether a queue is dry: `live` with its calls open, nothing on hand, and people who want its leads."""
    return live and not on_hand and wanting > 0


@dataclass(frozen=True, slots=True)
class Queue:
    """A campaign's queue now. Rates are leads an hour; `rate` is None in the first minutes of a day."""

    campaign: CampaignFacts
    wanting: tuple[SeatFacts, ...]
    """Seats that work in it first or are on it now."""
    rate: float | None
    plan: float

    @property
    def stock(self) -> Stock:
        """What there is of it."""
        return self.campaign.stock

    @property
    def starved(self) -> tuple[SeatFacts, ...]:
        """Who sits without a lead because of it."""
        return tuple(seat for seat in self.wanting if seat.state == "starved")

    @property
    def empty_since(self) -> int | None:
        """Since when nobody gets a lead of it: who began to starve last was served until then. Those whose second
        campaign it is tell only where there is nobody else; None while nobody starves."""
        first = [seat.since for seat in self.starved if self.campaign.turns.get(seat.person_id) == 1]
        return max(first or [seat.since for seat in self.starved], default=None)

    @property
    def dry(self) -> bool:
        """Empty, with people who want its leads."""
        return is_dry(self.campaign.live, self.stock.on_hand, len(self.wanting))

    def soon(self, now: int) -> bool:
        """Whether it runs dry within the hour."""
        at = self.stock.dry_at
        return self.campaign.live and bool(self.stock.on_hand) and at is not None and at - now <= SOON


def queues(facts: FloorFacts) -> list[Queue]:
    """The queue of each campaign that is live or has stock, in the order of the campaigns."""
    return [
        _queue(facts, each)
        for each in facts.campaigns
        if each.live or each.waiting or each.stock.in_work or each.stock.checked
    ]


def _queue(facts: FloorFacts, campaign: CampaignFacts) -> Queue:
    on = facts.campaign_of
    people = sum(1 for where in on.values() if where == campaign.id)
    wanting = tuple(
        seat
        for seat in facts.seats
        if seat.person_id in on and wants(campaign.id, campaign.turns.get(seat.person_id, 0), on[seat.person_id])
    )
    plan = flow.planned_rate(people, campaign.handle_seconds / 60)
    return Queue(campaign, wanting, per_hour(campaign.done_lately, facts.lately), plan)


def per_hour(done: int, seconds: int) -> float | None:
    """Units an hour from a count over `seconds`, at most the last hour; None below five minutes."""
    return max(0, done) * 3600 / seconds if seconds >= 300 else None


def dry_cause(campaign: CampaignFacts, now: int, zone_name: str) -> str:
    """Why a queue has nothing to serve, in one line: what is out of hours, what cools, what could be released."""
    parts = []
    shut = [each for each in campaign.waiting if not each.opens_at <= now < each.closes_at and each.leads]
    if shut:
        left = sum(each.leads for each in shut)
        opens = min((each.opens_at for each in shut if each.opens_at > now), default=None)
        words = zone_words((zone for each in shut for zone in each.zones), now)
        where = f", all {words[0]}" if len(words) == 1 else ""
        when = f", open {clock(opens, zone_name, now)}" if opens else ", out of hours"
        parts.append(f"{left:,} left{where}{when}")
    stock = campaign.stock
    if stock.asleep:
        wakes = f", next {clock(stock.opens_at, zone_name, now)}" if stock.opens_at and not shut else ""
        parts.append(f"{stock.asleep:,} cooling{wakes}")
    if stock.checked:
        parts.append(checked_words(stock))
    if not parts:
        return "nothing left of it: a batch must be released"
    return " · ".join(parts)


def checked_words(stock: Stock) -> str:
    """What waits to be released: "2 checked batches hold 640"."""
    return f"{stock.checked} checked batch{'es hold' if stock.checked > 1 else ' holds'} {stock.checked_leads:,}"


def calling(facts: FloorFacts) -> str:
    """Where calls may go now and where next: "calling ET CT · PT from 11:30"."""
    now = facts.now
    stock = [each for campaign in facts.campaigns if campaign.live for each in campaign.waiting if each.leads]
    opened = [each for each in stock if each.opens_at <= now < each.closes_at]
    words = zone_words((zone for each in opened for zone in each.zones), now)
    text = f"calling {' '.join(words)}" if words else "calling nobody"
    for first in sorted({each.opens_at for each in stock if each.opens_at > now}):
        zones = (zone for each in stock if each.opens_at == first for zone in each.zones)
        later = [word for word in zone_words(zones, now) if word not in words]
        if later:
            return f"{text} · {' '.join(later)} from {clock(first, facts.zone, now)}"
    return text


def zone_words(zones: Iterable[str], now: int) -> Sequence[str]:
    """Short words of zones, east to west: ET CT MT PT, GMT, UTC+5:30."""
    found = sorted({_offset_and_word(name, now // 900) for name in zones})
    return list(dict.fromkeys(word for _, word in found))


@lru_cache(maxsize=1024)
def _offset_and_word(zone_name: str, quarter: int) -> tuple[float, str]:
    """How far west of UTC a zone is (seconds) in a quarter hour, in which no zone changes its clocks, and its word."""
    at = datetime.fromtimestamp(quarter * 900, zone(zone_name))
    return -(at.utcoffset() or at - at).total_seconds(), _word(at)


def zone_word(name: str, now: int) -> str:
    """The short word of one zone."""
    return zone_words((name,), now)[0]


def _word(at: datetime) -> str:
    name = at.tzname() or ""
    if len(name) == 3 and name[1:] in ("ST", "DT") and name[0] in "ECMP":
        return f"{name[0]}T"
    return name if name.isalpha() else f"UTC{name}"


def clock(at: int, zone_name: str, now: int) -> str:
    """A time of the floor: "14:05" today, "Fri 08:30" in the coming days, "12 Feb 08:30" later."""
    here, today = (datetime.fromtimestamp(each, zone(zone_name)) for each in (at, now))
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%a %H:%M}" if 0 < at - now < 6 * 86_400 else f"{here.day} {here:%b %H:%M}"
