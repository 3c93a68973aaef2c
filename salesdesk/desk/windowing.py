"""Keeping call windows ahead of the clock: made at import, turned and extended by whoever claims."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from salesdesk.desk.floor import Floor
from salesdesk.line import windows as rules
from salesdesk.line.calling import Courtesy, Place
from salesdesk.store import windows
from salesdesk.store.session import Row

DAYS_AHEAD = 14
EXTEND_WHEN_LEFT = 48 * 3600


def window_for(floor: Floor, places: Sequence[Place], courtesy: Courtesy) -> int:
    """The id of the window shared by all leads that may be called at the same times as one at these places."""
    zones = tuple(sorted({name for place in places for name in place.zones}))
    jurisdictions = tuple(sorted({name for place in places for name in place.jurisdictions}))
    place = Place(zones, jurisdictions)
    start = datetime.fromtimestamp(floor.now, UTC).replace(hour=0, minute=0, second=0)
    spans = _spans(place, courtesy, start)
    other_season = _spans(place, courtesy, start.replace(month=1, day=8) + timedelta(days=182), days=7)
    return windows.window(
        floor.session,
        key=rules.window_key((*spans, *other_season)),
        place=_described(place, courtesy),
        spans=spans,
        now=floor.now,
        known_until=int(start.timestamp()) + DAYS_AHEAD * 86_400,
    )


def keep_turning(floor: Floor) -> None:
    """Bring every window whose span is over to its next one, reading the law further ahead where that runs out."""
    for window in windows.due_to_turn(floor.session, floor.now):
        if window["known_until"] - floor.now < EXTEND_WHEN_LEFT:
            _extend(floor, window)
        windows.turn_over(floor.session, window["id"], floor.now)


def _extend(floor: Floor, window: Row) -> None:
    place, courtesy = _read(window["place"])
    start = datetime.fromtimestamp(max(window["known_until"], floor.now - 86_400), UTC)
    spans = _spans(place, courtesy, start)
    windows.add_spans(floor.session, window["id"], spans, int(start.timestamp()) + DAYS_AHEAD * 86_400)


def _spans(place: Place, courtesy: Courtesy, start: datetime, days: int = DAYS_AHEAD) -> tuple[tuple[int, int], ...]:
    return rules.intervals(place, start=start, days=days, courtesy=courtesy, kind="business", profile="strict")


def _described(place: Place, courtesy: Courtesy) -> str:
    hours = [sorted(courtesy.weekdays), courtesy.start.isoformat(), courtesy.stop.isoformat()]
    return json.dumps({"zones": place.zones, "jurisdictions": place.jurisdictions, "courtesy": hours})


def _read(text: str) -> tuple[Place, Courtesy]:
    found = json.loads(text)
    weekdays, start, stop = found["courtesy"]
    return (
        Place(tuple(found["zones"]), tuple(found["jurisdictions"])),
        Courtesy(frozenset(weekdays), time.fromisoformat(start), time.fromisoformat(stop)),
    )
