"""Holds: who has which person on their screen. One hold per lead, per number and per person at the desk."""

from __future__ import annotations

from typing import Any, NamedTuple

from salesdesk.store.session import Session


class HoldRow(NamedTuple):
    """A ticket in somebody's hands. `beat` is milliseconds of the boot clock of `boot`; `position` is the number
    of the contact that is being tried; `void` says why the hold must not be worked any more ('' while it may)."""

    lead_id: int
    number: str
    ticket_id: int
    person_id: int
    token: str
    boot: str
    beat: int
    taken_at: int
    reason: str
    first_deal: int
    prior_rank: int
    position: int
    dials: int
    dialed_at: int | None
    answered_at: int | None
    void: str

    @property
    def called(self) -> bool:
        """Whether a call was placed or taken in this hold, so that it wants an outcome."""
        return bool(self.dials) or self.dialed_at is not None


_COLUMNS = HoldRow._fields
_HOLD = f"SELECT {', '.join(_COLUMNS)} FROM hold"
_COMPANY = "(SELECT a.id FROM lead l JOIN account a ON a.id = l.account_id AND a.name_key <> '' WHERE l.id = :lead_id)"


def take(session: Session, hold: HoldRow, *, calls: bool) -> bool:
    """Take a hold; False when the lead, the number or the person is in a hold already, or, where the hold is for a
    call, when somebody calls the same company."""
    company = _COMPANY if calls else "NULL"
    marks = ", ".join(f":{name}" for name in _COLUMNS)
    sql = f"INSERT INTO hold ({', '.join(_COLUMNS)}, account_id) VALUES ({marks}, {company}) ON CONFLICT DO NOTHING"
    return bool(session.run(sql, **hold._asdict()))


def of_person(session: Session, person_id: int) -> HoldRow | None:
    """What a person holds; nobody else changes it before the end of a write that asked."""
    return session.find(HoldRow, f"{_HOLD} WHERE person_id = :person {session.lock_row}", person=person_id)


def of_lead(session: Session, lead_id: int) -> HoldRow | None:
    """The hold on a lead; nobody else changes it before the end of a write that asked."""
    return session.find(HoldRow, f"{_HOLD} WHERE lead_id = :lead {session.lock_row}", lead=lead_id)


def of_number(session: Session, number: str) -> HoldRow | None:
    """The hold on a telephone number."""
    return session.find(HoldRow, f"{_HOLD} WHERE number = :number", number=number)


def by_other(session: Session, lead_id: int, number: str, person_id: int) -> bool:
    """Whether somebody else holds this lead or is calling this number."""
    found = session.value(
        "SELECT 1 FROM hold WHERE (lead_id = :lead OR number = :number) AND person_id <> :person LIMIT 1",
        lead=lead_id,
        number=number,
        person=person_id,
    )
    return found is not None


def change(session: Session, lead_id: int, **columns: Any) -> None:
    """Set the named columns of the hold on a lead."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    session.do(f"UPDATE hold SET {sets} WHERE lead_id = :which", which=lead_id, **columns)


def drop(session: Session, lead_id: int) -> None:
    """End the hold on a lead."""
    session.do("DELETE FROM hold WHERE lead_id = :lead", lead=lead_id)


def expired(session: Session, boot: str, before: int) -> list[HoldRow]:
    """Holds whose last beat is older than `before` (boot milliseconds), or from another boot of the machine, apart
    from those that somebody is busy with."""
    return session.find_all(
        HoldRow, f"{_HOLD} WHERE beat < :before OR boot <> :boot {session.lock_rows}", boot=boot, before=before
    )
