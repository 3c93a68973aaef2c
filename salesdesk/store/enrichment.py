"""What calls taught about leads: typed facts, the newest of each name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from salesdesk.store.session import Row, Session


def learn(session: Session, lead_id: int, event_id: int, facts: Mapping[str, str]) -> None:
    """Keep what one event taught about a lead."""
    session.many(
        "INSERT INTO lead_fact (lead_id, name, event_id, value) VALUES (:lead, :name, :event, :value)",
        [{"lead": lead_id, "name": name, "event": event_id, "value": value} for name, value in facts.items()],
    )


def unlearn(session: Session, lead_id: int, event_id: int) -> None:
    """Take away what one event taught; what was known before it counts again."""
    session.do("DELETE FROM lead_fact WHERE lead_id = :lead AND event_id = :event", lead=lead_id, event=event_id)


def forget(session: Session, lead_ids: Collection[int]) -> None:
    """Delete all that is known of some leads beyond their record."""
    some = ", ".join(str(int(id)) for id in lead_ids) or "0"
    session.run(f"DELETE FROM lead_fact WHERE lead_id IN ({some})")


def of_lead(session: Session, lead_id: int) -> dict[str, str]:
    """What is known of a lead: the newest value of each name."""
    sql = "SELECT name, value FROM lead_fact WHERE lead_id = :lead ORDER BY name, event_id"
    return {row["name"]: row["value"] for row in session.all(sql, lead=lead_id)}


def counts(session: Session, name: str, limit: int = 30) -> list[Row]:
    """The values that are known under a name with their leads, the most frequent first."""
    return list(
        session.all(
            "SELECT f.value AS value, f.value AS label, count(*) AS leads FROM lead_fact f WHERE f.name = :name"
            " AND NOT EXISTS (SELECT 1 FROM lead_fact g WHERE g.lead_id = f.lead_id AND g.name = f.name"
            " AND g.event_id > f.event_id) GROUP BY f.value ORDER BY leads DESC, f.value LIMIT :limit",
            name=name,
            limit=limit,
        )
    )
