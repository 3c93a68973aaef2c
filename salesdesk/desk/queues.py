"""Queue cover: how long each queue feeds the people on it, when it will be dry, and how many leads to release."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping

from salesdesk.desk.batches import Findings
from salesdesk.desk.eligibility import ended, unopened
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.desk.registry import LIVE, Reply, Request, operation
from salesdesk.desk.roles import LEADERS, PLANNERS, WATCHERS
from salesdesk.desk.seats import LEASE_MS
from salesdesk.desk.staff import staff
from salesdesk.desk.stock import HORIZON, Level, Stock, counted, level
from salesdesk.line import flow
from salesdesk.line.boardfacts import campaign_on
from salesdesk.line.queues import clock, is_dry, wants
from salesdesk.line.salesmap import Station
from salesdesk.line.text import clean
from salesdesk.store import batches, campaigns, queues
from salesdesk.store.campaigns import CampaignRow

REVIEW_MINUTES, LEAD_MINUTES = 60.0, 15.0
"""How often a coordinator looks at a queue, and how long a check and a release take."""
Place = tuple[str, int]
"""A station, and the campaign that somebody there is on (see `campaign_on`); 0 for none."""
WORKING = ("ready", "preview", "call", "wrap", "starved")


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
    dry: bool = False
    """Nothing on hand, its calls open, and somebody who wants its leads."""
    ended: str = ""
    """Why none of it is called by our own choice any more, in words."""


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
    stock = counted(floor)
    present = _present(floor)
    seats = dict(Tally(on for on, state in present.values() if state in WORKING))
    on = {who: on for who, (on, _) in present.items()}
    lines = [_campaign(floor, row, stock, seats, on) for row in campaigns.everything(floor.session)]
    lines.sort(
        key=lambda line: (not line.live, line.cover_minutes if line.cover_minutes is not None else 1e9, line.name)
    )
    sales_map = floor.sales_map(floor.settings.map_id)
    others = [_station(station, stock, seats) for station in sales_map.stations.values() if station.order != "dealt"]
    return QueueCovers(at=floor.now, zone=floor.settings.zone, queues=(*lines, *others))


# at work --------------------------------------------------------------------------------------------------------------


def people_at_work(floor: Floor) -> dict[int, Place]:
    """Where each person at work is; lost, away and paused people are left out."""
    return {who: on for who, (on, state) in _present(floor).items() if state in WORKING}


def _present(floor: Floor) -> dict[int, tuple[Place, str]]:
    """Where each person is who is signed in and not lost, and their state."""
    boot, now = floor.clock.lease()
    return {
        row["person_id"]: (
            (row["station"], campaign_on(row["campaign_id"], row["turn"], row["first_campaign"], row["state"])),
            row["state"],
        )
        for row in queues.seated(floor.session, floor.now, floor.day)
        if row["boot"] == boot and now - row["beat"] <= LEASE_MS
    }


# one line -----------------------------------------------------------------------------------------------------------


def _campaign(
    floor: Floor, campaign: CampaignRow, stock: Stock, seats: Mapping[Place, int], on: Mapping[int, Place]
) -> QueueLine:
    now = level(floor, campaign, stock)
    station = floor.sales_map(campaign.map_id).station(campaign.station)
    handle = station.handle_seconds / 60
    people = seats.get((campaign.station, campaign.id), 0)
    turns = staff(floor).turns.get(campaign.id, {})
    wanting = sum(wants(campaign.id, turns.get(who, 0), at) for who, (name, at) in on.items() if name == station.name)
    planned_for = people or len(turns)
    target = flow.stock_target(planned_for, handle, REVIEW_MINUTES, LEAD_MINUTES)
    near = floor.now + int((REVIEW_MINUTES + LEAD_MINUTES) * 60)
    soon = sum(leads for at, leads in now.rises.items() if at <= near)
    waits, over = unopened(floor, campaign), ended(floor, campaign)
    served = bool(campaign.live) and not waits and not over
    opens_at, opens_leads = min(now.rises.items(), default=None) or _opening(floor, campaign, stock)
    # Leads that only wait for their hours are stock: nothing is released because it is Sunday.
    coming = soon if now.on_hand else max(soon, now.closed, now.waiting)
    line = QueueLine(
        station=campaign.station,
        campaign=campaign.id,
        name=clean(campaign.name),
        live=bool(campaign.live),
        released=campaign.released,
        on_hand=now.on_hand,
        soon=soon,
        sleeping=now.sleeping,
        closed=now.closed,
        promised=stock.promised.get((campaign.id, campaign.station), 0),
        in_work=stock.held.get((campaign.id, campaign.station), 0),
        people=people,
        planned_for=planned_for,
        cover_minutes=flow.cover_minutes(now.on_hand, handle, people),
        target=target,
        buffer="ended" if over else "waits" if waits else flow.buffer_zone(now.on_hand, target),
        dry_at=_dry_at(floor, now, people * 60 / handle) if served and people else None,
        opens_at=opens_at,
        opens_leads=opens_leads,
        proposed=0 if over else flow.release_quantity(target, now.on_hand, coming),
        checked=_checked(floor, campaign.id),
        sentence="",
        waiting=now.waiting,
        waits=waits,
        dry=is_dry(served, now.on_hand, wanting),
        ended=over,
    )
    return line.model_copy(update={"sentence": _sentence(floor, line, handle)})


def _dry_at(floor: Floor, now: Level, per_hour: float) -> int | None:
    """When a queue that is worked at a rate is empty, epoch seconds; None when it is not within the horizon."""
    return flow.dry_at(floor.now, now.on_hand, per_hour, now.changes(floor.now, per_hour), floor.now + HORIZON)


def _opening(floor: Floor, campaign: CampaignRow, stock: Stock) -> tuple[int | None, int]:
    """When the first windows of a campaign's ready leads open that open beyond the horizon, and for how many leads."""
    ready = stock.ready.get(campaign.id, {})
    opens = queues.next_openings(floor.session, max(floor.now, campaign.opens_at), ready) if ready else {}
    first = min(opens.values(), default=None)
    return first, sum(ready[window] for window, at in opens.items() if at == first)


def _checked(floor: Floor, campaign_id: int) -> tuple[CheckedBatch, ...]:
    rows = [row for row in batches.everything(floor.session) if row.campaign_id == campaign_id]
    return tuple(
        CheckedBatch(batch=row.id, leads=Findings.model_validate_json(row.findings).going)
        for row in reversed(rows)
        if row.state == "checked"
    )


def _station(station: Station, stock: Stock, seats: Mapping[Place, int]) -> QueueLine:
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
        sleeping=sum(n for (_, name), rows in stock.sleeping.items() if name == station.name for _, _, n in rows),
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
    if line.ended:
        return f"{line.ended}; {line.waiting:,} left, promises and inquiries are still called"
    if line.waits:
        return f"{line.waiting:,} wait: {line.waits}" + _proposal(floor, line, handle) + _offer(line)
    later = f"{line.opens_leads:,} open at {at(line.opens_at)}" if line.opens_at else ""
    if not line.on_hand and line.closed:
        first = f", the first open {at(line.opens_at)}" if line.opens_at else ""
        return f"{line.closed:,} outside their hours{first}" + _proposal(floor, line, handle) + _offer(line)
    if not line.on_hand:
        waits = later or (f"{line.sleeping:,} cooling down" if line.sleeping else "every released lead is worked")
        return f"{'DRY' if line.dry else 'nothing on hand'}: {waits}" + _proposal(floor, line, handle) + _offer(line)
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
