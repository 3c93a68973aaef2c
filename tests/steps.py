"""What tests do at a floor, and how they look behind it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from salesdesk.desk.auditing import AuditReport, RunAudit
from salesdesk.desk.calls import Answered, Dial, Dialed
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import Recorded, RecordOutcome
from salesdesk.desk.registry import Request
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.undoing import Undo
from salesdesk.store import events
from salesdesk.store.events import EventRow
from salesdesk.store.session import Store
from tests.floors import TestFloor
from tests.postgres import server

HOUR, DAY = 3600, 86_400

ANSWERS: dict[str, dict[str, Any]] = {
    "no_answer": {},
    "voicemail": {},
    "gatekeeper": {"result": "not_in"},
    "call_back": {"when": "today 4pm", "with": "right_party", "proposition_spoken": True},
    "not_now": {"reason": "contract", "return_month": "2027-03", "incumbent": "?"},
    "no": {"reason": "no_need"},
    "bad_record": {"what": "dead"},
    "meeting": {
        "slot": "2026-11-24T15:00:00+00:00",
        "email": "p@company.example",
        "decision_role": "decides",
        "need": "cheaper freight",
        "incumbent": "?",
        "read_back": True,
    },
    "referred": {"name": "Nora Fresh", "role": "Controller", "use_name": True},
    "do_not_call": {},
}
"""For each outcome of the SDR station, answers that are enough."""


def claim(floor: TestFloor, name: str = "Dana", station: str = "sdr") -> TicketCard:
    """The lead that this person is served; there must be one."""
    card = floor.ask(name, ClaimNext(station=station))
    assert card is not None, "nothing was served"
    return card


def nothing(floor: TestFloor, name: str = "Dana") -> None:
    """This person is served nothing."""
    assert floor.ask(name, ClaimNext()) is None


def dial(floor: TestFloor, card: TicketCard, name: str = "Dana") -> Dial:
    """They dial it."""
    return floor.ask(name, Dialed(ticket=card.ticket, token=card.token))


def pick_up(floor: TestFloor, card: TicketCard, name: str = "Dana") -> None:
    """A human picks up."""
    floor.ask(name, Answered(ticket=card.ticket, token=card.token))


def record(floor: TestFloor, card: TicketCard, outcome: str, name: str = "Dana", /, **answers: Any) -> Recorded:
    """What came of it, with answers that are enough unless others are given."""
    chosen = ANSWERS.get(outcome, {}) | answers
    return floor.ask(name, RecordOutcome(ticket=card.ticket, token=card.token, outcome=outcome, answers=chosen))


def work(floor: TestFloor, outcome: str = "no_answer", name: str = "Dana", /, **answers: Any) -> TicketCard:
    """Claim, dial and record."""
    card = claim(floor, name)
    assert dial(floor, card, name).allowed
    record(floor, card, outcome, name, **answers)
    return card


def undo(floor: TestFloor, name: str = "Dana") -> TicketCard:
    """Take the last outcome back."""
    card = floor.ask(name, Undo())
    assert card is not None
    return card


def beat(floor: TestFloor, card: TicketCard, name: str = "Dana") -> bool:
    """Whether the lead is still theirs."""
    return floor.ask(name, Heartbeat(ticket=card.ticket, token=card.token)).holding


def refused(floor: TestFloor, name: str, request: Request[Any], code: str) -> str:
    """The sentence with which the floor says no."""
    with pytest.raises(Refused) as caught:
        floor.ask(name, request)
    assert caught.value.code == code, f"{caught.value.code}: {caught.value.message}"
    return caught.value.message


def rows(floor: TestFloor, sql: str, *values: object) -> list[dict[str, Any]]:
    """What stands in the floor, read beside the program."""
    if "://" in floor.target:
        return server().beside(floor.target).execute(_for_postgres(sql), values).fetchall()
    with closing(sqlite3.connect(floor.path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


def _for_postgres(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()


def row(floor: TestFloor, sql: str, *values: object) -> dict[str, Any]:
    """The one row that a query finds."""
    found = rows(floor, sql, *values)
    assert len(found) == 1, found
    return found[0]


def value(floor: TestFloor, sql: str, *values: object) -> Any:
    """The one value that a query finds."""
    return next(iter(row(floor, sql, *values).values()))


def tamper(floor: TestFloor, sql: str, *values: object) -> None:
    """Change the floor behind the program's back."""
    if "://" in floor.target:
        server().beside(floor.target).execute(_for_postgres(sql), values)
        return
    with closing(sqlite3.connect(floor.path)) as connection:
        connection.execute(sql, values)
        connection.commit()


def ticket(floor: TestFloor, card: TicketCard) -> dict[str, Any]:
    """A ticket as it stands."""
    return row(floor, "SELECT * FROM ticket WHERE id = ?", card.ticket)


def happened(store: Store) -> list[EventRow]:
    """Every fact of a floor, in order."""
    every = f"SELECT {', '.join(EventRow._fields)} FROM event ORDER BY id"
    return store.read(lambda session: session.find_all(events.read, every))


def audit(floor: TestFloor) -> AuditReport:
    """The audit's report."""
    return floor.run("Sam", RunAudit())


def assert_clean(floor: TestFloor) -> None:
    """Everything stored follows from the events."""
    report = audit(floor)
    assert report.differences == 0, report.findings
