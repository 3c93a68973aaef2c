"""At which times a callback may be promised: told while it is typed, and held to when it is saved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.promising import PromiseHours
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.shifts import SetDayOff
from tests.floors import TestFloor, make_floor
from tests.steps import assert_clean, claim, dial, record, refused, value


def served(floor: TestFloor) -> tuple[int, str]:
    from salesdesk.desk.calls import Dialed

    card = floor.ask("Dana", ClaimNext())
    assert card is not None
    floor.ask("Dana", Dialed(ticket=card.ticket, token=card.token))
    return card.ticket, card.token


def promise(floor: TestFloor, ticket: int, token: str, when: str) -> None:
    said: dict[str, str | bool | int | float | None] = {"when": when, "with": "assistant", "proposition_spoken": False}
    floor.ask("Dana", RecordOutcome(ticket=ticket, token=token, outcome="call_back", answers=said))


def test_the_hours_told_are_those_that_a_promise_is_held_to(tmp_path: Path) -> None:
    with make_floor(tmp_path) as floor:
        ticket, token = served(floor)
        hours = floor.ask("Dana", PromiseHours(ticket=ticket, token=token))
        assert hours.spans
        assert hours.promises == ()
        night = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
        noon = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
        assert not any(start <= night.timestamp() < end for start, end in hours.spans)
        assert any(start <= noon.timestamp() < end for start, end in hours.spans)
        with pytest.raises(BadRequest, match="outside the legal hours"):
            promise(floor, ticket, token, night.isoformat())
        promise(floor, ticket, token, noon.isoformat())
        ticket, token = served(floor)
        assert floor.ask("Dana", PromiseHours(ticket=ticket, token=token)).promises == (int(noon.timestamp()),)


def test_a_promise_on_my_day_off_is_refused_unless_it_is_for_anyone(floor: TestFloor) -> None:
    floor.ask("Dana", SetDayOff(day="2026-11-24"))
    card = claim(floor)
    dial(floor, card)
    said = {"when": "2026-11-24T18:00:00+00:00", "with": "assistant", "proposition_spoken": False}
    ask = RecordOutcome(ticket=card.ticket, token=card.token, outcome="call_back", answers=said)
    assert "your day off" in refused(floor, "Dana", ask, "bad_answer")
    hours = floor.ask("Dana", PromiseHours(ticket=card.ticket, token=card.token)).hours()
    due = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert "your day off" in str(hours.refusal(due, now=datetime.fromtimestamp(floor.clock.time, UTC)))
    assert record(floor, card, "call_back", **said, owner="anyone").then.endswith("yours · legal")
    assert value(floor, "SELECT person_id FROM promise") == 0
    assert_clean(floor)


def test_a_promise_is_said_back_with_all_that_matters(floor: TestFloor) -> None:
    for also in ("", " · 1 other promise then"):
        card = claim(floor)
        dial(floor, card)
        done = record(floor, card, "call_back", when="2026-11-20T20:00:00+00:00")
        assert done.then.startswith("Fri ")
        assert done.then.endswith(f"= 15:00 yours · legal · you on shift{also}")


def test_a_public_holiday_there_is_refused(floor: TestFloor) -> None:
    """Thanksgiving; where the law of a lead's own state bans calls on that day, it is said."""
    card = claim(floor)
    dial(floor, card)
    hours = floor.ask("Dana", PromiseHours(ticket=card.ticket, token=card.token))
    open_days = {datetime.fromtimestamp(start, UTC).date().isoformat() for start, _ in hours.spans}
    assert open_days.isdisjoint(hours.holidays)
