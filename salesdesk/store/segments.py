"""Segments: which leads of the house list a campaign means. Fields of a form become bound conditions, never SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from salesdesk.store.session import Row, Session

_FROM = (
    " FROM lead l JOIN contact k ON k.id = l.contact_id JOIN account a ON a.id = l.account_id"
    " JOIN lead_list s ON s.id = l.list_id"
)


def _conditions(segment: Mapping[str, Any]) -> tuple[str, dict[str, object]]:
    """The WHERE of a segment, and its values."""
    parts, values = ["s.purpose = 'leads'"], {}  # type: list[str], dict[str, object]
    for name, column in (
        ("lists", "l.list_id"),
        ("countries", "k.country"),
        ("seniorities", "k.seniority"),
        ("regions", "k.region"),
    ):
        chosen: Sequence[object] = segment.get(name) or ()
        if chosen:
            marks = {f"{name}{n}": value for n, value in enumerate(chosen)}
            parts.append(f"{column} IN ({', '.join(':' + mark for mark in marks)})")
            values |= marks
    if segment.get("title"):
        parts.append("lower(k.title) LIKE :title ESCAPE '!'")
        words = str(segment["title"]).lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
        values["title"] = f"%{words}%"
    for name, sign in (("employees_min", ">="), ("employees_max", "<=")):
        if segment.get(name) is not None:
            parts.append(f"a.employees {sign} :{name}")
            values[name] = segment[name]
    for condition, named in _known_conditions(segment):
        parts.append(condition)
        values |= named
    return " AND ".join(parts), values


INCUMBENT, CONTRACT_UNTIL = "incumbent", "contract_until"
"""Names of facts, as `line.enrichment` has them."""
_NEWEST = (
    "SELECT f.lead_id FROM lead_fact f WHERE f.name = '{name}'{more} AND NOT EXISTS (SELECT 1 FROM lead_fact g"
    " WHERE g.lead_id = f.lead_id AND g.name = f.name AND g.event_id > f.event_id)"
)
"""The leads of whom a fact of this name is known, and is what `more` says."""


def _known_conditions(segment: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, object]]]:
    """Conditions on what calls taught: the newest fact of a name counts."""
    incumbent = str(segment.get("incumbent") or "").strip()
    if incumbent == "unknown":
        yield f"NOT EXISTS ({_NEWEST.format(name=INCUMBENT, more=' AND f.lead_id = l.id')})", {}
    elif incumbent == "known":
        yield f"l.id IN ({_NEWEST.format(name=INCUMBENT, more='')})", {}
    elif incumbent:
        more = " AND lower(f.value) = :incumbent"
        yield f"l.id IN ({_NEWEST.format(name=INCUMBENT, more=more)})", {"incumbent": incumbent.lower()}
    if segment.get("contract_from") and segment.get("contract_until"):
        months = {name: segment[name] for name in ("contract_from", "contract_until")}
        more = " AND f.value >= :contract_from AND f.value <= :contract_until"
        yield f"l.id IN ({_NEWEST.format(name=CONTRACT_UNTIL, more=more)})", months


def count(session: Session, segment: Mapping[str, Any]) -> int:
    """How many leads a segment means."""
    where, values = _conditions(segment)
    return int(session.value(f"SELECT count(*){_FROM} WHERE {where}", **values))


def lead_ids(session: Session, segment: Mapping[str, Any], campaign_id: int) -> list[int]:
    """The leads of a segment that are not in this campaign yet and in no other that is still working on them."""
    where, values = _conditions(segment)
    rows = session.all(
        f"SELECT l.id{_FROM} WHERE {where} AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.lead_id = l.id"
        " AND (t.campaign_id = :campaign OR t.state <> 'done')) ORDER BY l.id",
        campaign=campaign_id,
        **values,
    )
    return [row["id"] for row in rows]


def count_available(session: Session, segment: Mapping[str, Any], campaign_id: int) -> int:
    """How many leads `lead_ids` would give."""
    where, values = _conditions(segment)
    return int(
        session.value(
            f"SELECT count(*){_FROM} WHERE {where} AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.lead_id = l.id"
            " AND (t.campaign_id = :campaign OR t.state <> 'done'))",
            campaign=campaign_id,
            **values,
        )
    )


def lead_ids_without_ticket(session: Session, lead_ids: Sequence[int], campaign_id: int) -> list[int]:
    """Those of these leads that never were in this campaign and that no other is working on."""
    some = ", ".join(str(int(id)) for id in lead_ids) or "0"
    rows = session.all(
        f"SELECT l.id FROM lead l WHERE l.id IN ({some}) AND NOT EXISTS"
        " (SELECT 1 FROM ticket t WHERE t.lead_id = l.id AND (t.campaign_id = :campaign OR t.state <> 'done'))"
        " ORDER BY l.id",
        campaign=campaign_id,
    )
    return [row["id"] for row in rows]


def values_of(session: Session) -> dict[str, list[Row]]:
    """What a segment can be chosen by: lists, countries and seniorities with their numbers of leads."""
    return {
        name: list(
            session.all(
                f"SELECT {column} AS value, {label} AS label, count(*) AS leads{_FROM} WHERE s.purpose = 'leads'"
                f" GROUP BY {column}, {label} ORDER BY leads DESC LIMIT 30"
            )
        )
        for name, column, label in (
            ("lists", "l.list_id", "s.name"),
            ("countries", "k.country", "k.country"),
            ("seniorities", "k.seniority", "k.seniority"),
        )
    }


def marked(session: Session, table: str, marks: Sequence[str]) -> list[Row]:
    """Rows of `suppression` or `exclusion` for many marks at once."""
    if table not in ("suppression", "exclusion"):
        raise ValueError(table)
    column = "scope" if table == "suppression" else "purpose"
    found: list[Row] = []
    for start in range(0, len(marks), 400):
        named = {f"m{n}": mark for n, mark in enumerate(marks[start : start + 400])}
        some = ", ".join(f":{name}" for name in named)
        found += session.all(f"SELECT {column} AS kind, mark FROM {table} WHERE mark IN ({some})", **named)
    return found
