"""At which times a callback may be promised: told while it is typed, and held to when it is saved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.promising import PromiseHours
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.serving import ClaimNext
from tests.floors import TestFloor, make_floor


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
