"""Who must never be called: people, numbers and companies, by keyed marks; and the numbers that this stops."""

from __future__ import annotations

from collections.abc import Collection

from salesdesk.store.session import Session


def add(session: Session, *, scope: str, mark: str, reason: str, since: int, person_id: int) -> None:
    """Add to the list of whom nobody calls; adding twice is adding once."""
    session.run(
        "INSERT INTO suppression (scope, mark, reason, since, person_id)"
        " VALUES (:scope, :mark, :reason, :since, :person) ON CONFLICT (scope, mark) DO NOTHING",
        scope=scope,
        mark=mark,
        reason=reason,
        since=since,
        person=person_id,
    )


def stop_numbers(session: Session, marks: Collection[str]) -> None:
    """Nobody dials these numbers any more, whoever has them; other numbers of theirs stay good."""
    named = {f"m{n}": mark for n, mark in enumerate(marks)}
    some = ",".join(f":{name}" for name in named) or "''"
    session.run(f"UPDATE phone SET state = 'stopped' WHERE state = 'good' AND mark IN ({some})", **named)


def free_number(session: Session, mark: str) -> None:
    """A number may be dialed again."""
    session.run("UPDATE phone SET state = 'good' WHERE state = 'stopped' AND mark = :mark", mark=mark)


def remove(session: Session, scope: str, mark: str) -> bool:
    """Take one entry off the list again; False when it was not on it."""
    deleted = session.run("DELETE FROM suppression WHERE scope = :scope AND mark = :mark", scope=scope, mark=mark)
    return deleted > 0


def scope_of(session: Session, *, numbers: Collection[str], people: Collection[str], company: str | None) -> str | None:
    """The scope that forbids this call (person before number before company), or None. A mark says what it is of, so
    that a number is never found as a company."""
    marks = {f"m{n}": mark for n, mark in enumerate((*numbers, *people, company or ""))}
    some = ",".join(f":{name}" for name in marks)
    found = session.value(f"SELECT max(scope) FROM suppression WHERE mark IN ({some})", **marks)
    return None if found is None else str(found)


def leads_marked(session: Session, *, number: str = "", person: str = "", company_key: str = "") -> list[int]:
    """Leads that an opt-out of this number, person or company concerns."""
    rows = session.all(
        "SELECT l.id FROM lead l JOIN phone p ON p.contact_id = l.contact_id WHERE :number <> '' AND p.mark = :number"
        " UNION SELECT l.id FROM lead l JOIN contact k ON k.id = l.contact_id"
        " WHERE :person <> '' AND k.email_mark = :person"
        " UNION SELECT l.id FROM lead l JOIN account a ON a.id = l.account_id"
        " WHERE :company <> '' AND a.name_key = :company",
        number=number,
        person=person,
        company=company_key,
    )
    return [row["id"] for row in rows]
