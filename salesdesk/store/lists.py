"""Lists that leads came from: what became of their rows, and whom they keep out of campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


def add(session: Session, *, rows_due: int = 0, **facts: object) -> int:
    """A new list: name, supplier, purpose (leads, customers, deals, partners), imported_at, imported_by, and how many
    rows its file has."""
    id = counters.take(session, "lead_list")
    session.run(
        "INSERT INTO lead_list (id, name, supplier, purpose, imported_at, imported_by, rows_read, leads, duplicates,"
        " rejects, rows_due) VALUES (:id, :name, :supplier, :purpose, :imported_at, :imported_by, 0, 0, 0, 0, :due)",
        id=id,
        due=rows_due,
        **facts,
    )
    return id


def count_chunk(session: Session, list_id: int, *, rows: int, leads: int, duplicates: int, rejects: int) -> None:
    """Count a chunk of an import."""
    session.run(
        "UPDATE lead_list SET rows_read = rows_read + :rows, leads = leads + :leads,"
        " duplicates = duplicates + :duplicates, rejects = rejects + :rejects WHERE id = :id",
        rows=rows,
        leads=leads,
        duplicates=duplicates,
        rejects=rejects,
        id=list_id,
    )


def add_rejects(session: Session, rejects: Iterable[Mapping[str, object]]) -> None:
    """Keep why rows were not taken in (list_id, row_number, reason, detail)."""
    session.many(
        "INSERT INTO reject (list_id, row_number, reason, detail)"
        " VALUES (:list_id, :row_number, :reason, :detail) ON CONFLICT (list_id, row_number) DO NOTHING",
        rejects,
    )


def rejects(session: Session, list_id: int, limit: int = 200) -> list[Row]:
    """The rows of a list that were not taken in."""
    sql = "SELECT row_number, reason, detail FROM reject WHERE list_id = :list ORDER BY row_number LIMIT :limit"
    return list(session.all(sql, list=list_id, limit=limit))


def everything(session: Session) -> list[Row]:
    """All lists, newest first."""
    return list(session.all("SELECT * FROM lead_list ORDER BY id DESC"))


def add_exclusions(session: Session, list_id: int, purpose: str, marks: Iterable[str]) -> None:
    """Customers, open deals or partners, by marks of e-mail, number and account."""
    session.many(
        "INSERT INTO exclusion (purpose, mark, list_id) VALUES (:purpose, :mark, :list)"
        " ON CONFLICT (purpose, mark) DO NOTHING",
        ({"purpose": purpose, "mark": mark, "list": list_id} for mark in marks),
    )
