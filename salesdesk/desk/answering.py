"""What was said of a call, as typed: the outcome by its id or key, its answers, the objections that were heard."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from salesdesk.desk import holding, routing
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor
from salesdesk.line import outcomes, when
from salesdesk.line.outcomes import AnswerError, Resolved
from salesdesk.line.salesmap import Outcome, Station
from salesdesk.store.leads import LeadRow


def outcome_of(station: Station, name: str) -> Outcome:
    """An outcome of a station by id or key; refuses an unknown one."""
    for each in station.outcomes:
        if name in (each.id, each.key):
            return each
    known = ", ".join(each.id for each in station.outcomes)
    raise BadRequest("unknown_outcome", f"{station.name} has no outcome {name}; it has {known}")


def resolve(floor: Floor, lead: LeadRow, outcome: Outcome, answers: dict[str, Any]) -> Resolved:
    """The outcome with its answers; times may be typed as people say them, in the prospect's zone."""
    zone = holding.zones_of(floor, lead)[0]
    for field in outcome.fields:
        said = answers.get(field.id)
        if isinstance(said, str) and said.strip() and said.strip() != "?":
            try:
                answers[field.id] = _typed(field.kind, said, floor.instant, zone)
            except ValueError as error:
                raise BadRequest("bad_answer", f"{field.label}: {error}") from None
    try:
        return outcomes.resolve(outcome, answers)
    except AnswerError as error:
        labels = {field.id: field.label for field in outcome.fields}
        lines = "; ".join(f"{labels.get(each.field, each.field)}: {each.message}" for each in error.problems)
        raise BadRequest("bad_answer", lines) from None


def _typed(kind: str, said: str, now: datetime, zone: str) -> str:
    if kind == "month" and said.lower() != "unknown":
        year, month = when.parse_month(said, now=now)
        return f"{year:04}-{month:02}"
    if kind in ("when", "slot"):
        try:
            stated = datetime.fromisoformat(said)
        except ValueError:
            return when.parse_when(said, now=now, zone=zone).isoformat()
        return stated.isoformat() if stated.tzinfo else when.parse_when(said, now=now, zone=zone).isoformat()
    return said


def check_reachable(floor: Floor, lead: LeadRow, outcome: Outcome, resolved: Resolved) -> None:
    """Refuse a new contact whom nobody could reach."""
    names = any(route.kind == routing.NEW_CONTACT for route in resolved.routes)
    if names and not routing.reachable(floor, lead, resolved.facts):
        label = next((field.label for field in outcome.fields if field.kind == "phone"), "Number")
        words = "a number or an e-mail address is needed: no number of their company may be dialed"
        raise BadRequest("bad_answer", f"{label}: {words}")


def check_objections(station: Station, codes: tuple[str, ...]) -> None:
    """Refuse objections that the station does not know."""
    known = {each.id for each in station.objections}
    for code in codes:
        if code not in known:
            raise BadRequest(
                "unknown_objection", f"there is no objection {code}; the map has {', '.join(sorted(known))}"
            )
