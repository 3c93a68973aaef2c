"""The house list: accounts, contacts, their numbers, leads, and who must never be called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from salesdesk.store import counters
from salesdesk.store.session import Row, Session

_ADD_CONTACT = (
    "INSERT INTO contact (id, account_id, first_name, last_name, title, seniority, email, email_mark, city, region,"
    " postal_code, country, zones, regions, external_id, do_not_email, notes) VALUES (:id, :account_id, :first_name,"
    " :last_name, :title, :seniority, :email, :email_mark, :city, :region, :postal_code, :country, :zones, :regions,"
    " :external_id, :do_not_email, :notes)"
)
_ADD_PHONE = (
    "INSERT INTO phone (contact_id, position, e164, extension, mark, zones, regions, state)"
    " VALUES (:contact_id, :position, :e164, :extension, :mark, :zones, :regions, :state)"
)
_ADD_LEAD = (
    "INSERT INTO lead (id, contact_id, account_id, list_id, source, introduced_at)"
    " VALUES (:id, :contact_id, :account_id, :list_id, :source, :introduced_at)"
)


class PhoneRow(NamedTuple):
    """One number of a contact. `mark` is the keyed hash that suppression is looked up by; `state` is good, dead,
    wrong, left, stopped (they asked not to be called there), unconfirmed (possible, but unknown to its numbering plan)
    or barred (never dialled)."""

    contact_id: int
    position: int
    e164: str
    extension: str
    mark: str
    zones: str
    regions: str
    state: str


_PHONE = f"SELECT {', '.join(PhoneRow._fields)} FROM phone"


class LeadRow(NamedTuple):
    """A lead with its contact and account, as rules and screens need it. Four columns are what the rule of one voice
    (`line.accounts`) knows of the account; `confirmed_zone` and `confirmed_region` are where the contact says to be."""

    id: int
    contact_id: int
    account_id: int
    list_id: int
    source: str
    rests_until: int | None
    introduced_at: int
    first_name: str
    last_name: str
    title: str
    email: str | None
    email_mark: str | None
    city: str
    region: str
    country: str
    zones: str
    regions: str
    confirmed_zone: str | None
    notes: str
    account: str
    account_key: str
    employees: int | None
    contacted_lead: int | None
    company_rests_until: int | None
    sdr_id: int | None
    sdr_until: int | None
    confirmed_region: str | None


LEAD_COLUMNS = (
    "l.id, l.contact_id, l.account_id, l.list_id, l.source, l.rests_until, l.introduced_at,"
    " k.first_name, k.last_name, k.title, k.email, k.email_mark, k.city, k.region, k.country, k.zones, k.regions,"
    " k.confirmed_zone, k.notes, a.name AS account, a.name_key AS account_key, a.employees,"
    " a.contacted_lead, a.rests_until AS company_rests_until, a.sdr_id, a.sdr_until, k.confirmed_region"
)
"""The columns of a LeadRow, of a lead l, its contact k and its account a."""
_LEAD = f"SELECT {LEAD_COLUMNS} FROM lead l JOIN contact k ON k.id = l.contact_id JOIN account a ON a.id = l.account_id"


def by_id(session: Session, lead_id: int) -> LeadRow | None:
    """One lead with its contact and account."""
    return session.find(LeadRow, f"{_LEAD} WHERE l.id = :id", id=lead_id)


def of_contact(session: Session, contact_id: int) -> LeadRow | None:
    """The lead that a contact was taken in as."""
    return session.find(LeadRow, f"{_LEAD} WHERE l.contact_id = :contact", contact=contact_id)


def colleagues(session: Session, account_id: int) -> list[LeadRow]:
    """Every lead of an account, oldest first."""
    return session.find_all(LeadRow, f"{_LEAD} WHERE k.account_id = :account ORDER BY l.id", account=account_id)


def many_by_id(session: Session, lead_ids: Sequence[int]) -> list[LeadRow]:
    """Leads with their contacts and accounts, in id order; ids are our own integers."""
    marks = ",".join(str(int(id)) for id in lead_ids)
    return session.find_all(LeadRow, f"{_LEAD} WHERE l.id IN ({marks}) ORDER BY l.id")


def phones(session: Session, contact_id: int) -> list[PhoneRow]:
    """A contact's numbers in the order they are tried."""
    return session.find_all(PhoneRow, f"{_PHONE} WHERE contact_id = :contact ORDER BY position", contact=contact_id)


def phones_of_lead(session: Session, lead_id: int) -> list[PhoneRow]:
    """The numbers of a lead's contact in the order they are tried."""
    return session.find_all(
        PhoneRow,
        f"{_PHONE} WHERE contact_id = (SELECT contact_id FROM lead WHERE id = :lead) ORDER BY position",
        lead=lead_id,
    )


def phones_of(session: Session, contact_ids: Sequence[int]) -> dict[int, list[PhoneRow]]:
    """The numbers of several contacts."""
    marks = ",".join(str(int(id)) for id in contact_ids)
    found: dict[int, list[PhoneRow]] = {}
    for phone in session.find_all(PhoneRow, f"{_PHONE} WHERE contact_id IN ({marks}) ORDER BY contact_id, position"):
        found.setdefault(phone.contact_id, []).append(phone)
    return found


def set_phone_state(session: Session, contact_id: int, position: int, state: str) -> None:
    """Say that a number is good, dead, wrong or that its owner has left."""
    session.run(
        "UPDATE phone SET state = :state WHERE contact_id = :contact AND position = :position",
        state=state,
        contact=contact_id,
        position=position,
    )


def add_phone(session: Session, phone: Mapping[str, object]) -> None:
    """One more number of a contact."""
    session.run(_ADD_PHONE, **phone)


def add_account(session: Session, name: str, name_key: str, employees: int | None) -> int:
    """The id of the account with this key, made when new."""
    known = session.value("SELECT id FROM account WHERE name_key = :key ORDER BY id LIMIT 1", key=name_key)
    if known is not None and name_key:
        return int(known)
    id = counters.take(session, "account")
    session.run(
        "INSERT INTO account (id, name, name_key, employees) VALUES (:id, :name, :key, :employees)",
        id=id,
        name=name,
        key=name_key,
        employees=employees,
    )
    return id


def add_contacts(
    session: Session,
    contacts: Iterable[Mapping[str, object]],
    phones: Iterable[Mapping[str, object]],
    leads: Iterable[Mapping[str, object]],
) -> None:
    """Write a chunk of new contacts with their numbers and leads."""
    session.many(_ADD_CONTACT, contacts)
    session.many(_ADD_PHONE, phones)
    session.many(_ADD_LEAD, leads)


def remove(session: Session, lead_id: int) -> None:
    """Take a lead off the house list, with its contact and their numbers."""
    contact = session.value("DELETE FROM lead WHERE id = :id RETURNING contact_id", id=lead_id)
    session.run("DELETE FROM phone WHERE contact_id = :contact", contact=contact)
    session.run("DELETE FROM contact WHERE id = :contact", contact=contact)


def contacts_like(session: Session, marks: Collection[str], companies: Collection[str]) -> list[Row]:
    """Contacts that share an e-mail or number mark or an account key, oldest first: what a duplicate is compared
    with."""
    named = {f"m{n}": mark for n, mark in enumerate(marks)}
    keys = {f"k{n}": key for n, key in enumerate(companies)}
    some = ",".join(f":{name}" for name in named) or "''"
    these = ",".join(f":{name}" for name in keys) or "''"
    return list(
        session.all(
            "SELECT k.id, k.first_name, k.last_name, k.email, p.e164, p.extension, p.position, l.id AS lead_id,"
            " a.name AS company FROM contact k JOIN lead l ON l.contact_id = k.id JOIN account a ON a.id = k.account_id"
            " LEFT JOIN phone p ON p.contact_id = k.id"
            f" WHERE k.id IN (SELECT id FROM contact WHERE email_mark IN ({some})"
            f" UNION SELECT contact_id FROM phone WHERE mark IN ({some})"
            " UNION SELECT c.id FROM account b JOIN contact c ON c.account_id = b.id"
            f" WHERE b.name_key IN ({these})) ORDER BY k.id, p.position",
            **named,
            **keys,
        )
    )


def fill_contact(session: Session, contact_id: int, **facts: str) -> None:
    """Add facts that a contact did not have yet; what it has stays."""
    for column in ("title", "seniority", "city", "region", "postal_code", "country", "notes"):
        if facts.get(column):
            session.run(
                f"UPDATE contact SET {column} = :value WHERE id = :id AND {column} = ''",
                value=facts[column],
                id=contact_id,
            )


def set_rest(session: Session, lead_id: int, until: object) -> None:
    """Put back until when a lead rests, None for not at all."""
    session.run("UPDATE lead SET rests_until = :until WHERE id = :id", until=until, id=lead_id)


def rest(session: Session, lead_id: int, until: int) -> None:
    """No campaign calls this lead before `until` (epoch seconds)."""
    session.run("UPDATE lead SET rests_until = :until WHERE id = :id", until=until, id=lead_id)


# suppression --------------------------------------------------------------------------------------------------------


def suppress(session: Session, *, scope: str, mark: str, reason: str, since: int, person_id: int) -> None:
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


def unsuppress(session: Session, scope: str, mark: str) -> bool:
    """Take one entry off the list again; False when it was not on it."""
    deleted = session.run("DELETE FROM suppression WHERE scope = :scope AND mark = :mark", scope=scope, mark=mark)
    return deleted > 0


def suppressed(
    session: Session, *, numbers: Collection[str], people: Collection[str], company: str | None
) -> str | None:
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


# lists --------------------------------------------------------------------------------------------------------------


def add_list(session: Session, **facts: object) -> int:
    """A new list: name, supplier, purpose (leads, customers, deals, partners), imported_at, imported_by."""
    id = counters.take(session, "lead_list")
    session.run(
        "INSERT INTO lead_list (id, name, supplier, purpose, imported_at, imported_by, rows_read, leads, duplicates,"
        " rejects) VALUES (:id, :name, :supplier, :purpose, :imported_at, :imported_by, 0, 0, 0, 0)",
        id=id,
        **facts,
    )
    return id


def add_to_list(session: Session, list_id: int, *, rows: int, leads: int, duplicates: int, rejects: int) -> None:
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


def lists(session: Session) -> list[Row]:
    """All lists, newest first."""
    return list(session.all("SELECT * FROM lead_list ORDER BY id DESC"))


def add_exclusions(session: Session, list_id: int, purpose: str, marks: Iterable[str]) -> None:
    """Customers, open deals or partners, by marks of e-mail, number and account."""
    session.many(
        "INSERT INTO exclusion (purpose, mark, list_id) VALUES (:purpose, :mark, :list)"
        " ON CONFLICT (purpose, mark) DO NOTHING",
        ({"purpose": purpose, "mark": mark, "list": list_id} for mark in marks),
    )
