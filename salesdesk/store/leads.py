"""The house list: accounts, contacts with their numbers, and the leads that they were taken in as."""

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
_FILLED = (*("title", "email", "email_mark", "city", "region", "postal_code", "country", "external_id", "notes"),)
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


def fill_extension(session: Session, contact_id: int, position: int, extension: str) -> None:
    """Add the extension of a number that had none yet."""
    session.run(
        "UPDATE phone SET extension = :extension WHERE contact_id = :contact AND position = :position"
        " AND extension = ''",
        extension=extension,
        contact=contact_id,
        position=position,
    )


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


def contacts_like(
    session: Session, marks: Collection[str], companies: Collection[str], external_ids: Collection[str] = ()
) -> list[Row]:
    """Contacts that share an e-mail or number mark, an account key or an id of where they came from, oldest first: what
    a duplicate is compared with. Ids are searched for without an index."""
    named = {f"m{n}": mark for n, mark in enumerate(marks)}
    keys = {f"k{n}": key for n, key in enumerate(companies)}
    ids = {f"x{n}": id for n, id in enumerate(external_ids)}
    some = ",".join(f":{name}" for name in named) or "''"
    these = ",".join(f":{name}" for name in keys) or "''"
    from_elsewhere = f" UNION SELECT id FROM contact WHERE external_id IN ({','.join(f':{name}' for name in ids)})"
    return list(
        session.all(
            "SELECT k.id, k.first_name, k.last_name, k.email, k.external_id, p.e164, p.extension, p.position,"
            " l.id AS lead_id, a.name AS company, a.name_key"
            " FROM contact k JOIN lead l ON l.contact_id = k.id JOIN account a ON a.id = k.account_id"
            " LEFT JOIN phone p ON p.contact_id = k.id"
            f" WHERE k.id IN (SELECT id FROM contact WHERE email_mark IN ({some})"
            f" UNION SELECT contact_id FROM phone WHERE mark IN ({some})"
            " UNION SELECT c.id FROM account b JOIN contact c ON c.account_id = b.id"
            f" WHERE b.name_key IN ({these}){from_elsewhere if ids else ''}) ORDER BY k.id, p.position",
            **named,
            **keys,
            **ids,
        )
    )


def fill_contact(session: Session, contact_id: int, facts: Mapping[str, object]) -> None:
    """Add facts that a contact did not have yet; what it has stays."""
    some = ", ".join(f"{column} = coalesce(nullif({column}, ''), :{column})" for column in _FILLED)
    session.run(
        f"UPDATE contact SET {some} WHERE id = :id", id=contact_id, **{column: facts[column] for column in _FILLED}
    )


def widen_contact(session: Session, contact_id: int, *, zones: str, regions: str, do_not_email: bool) -> None:
    """Say everywhere a contact may be. Mail that was barred stays barred."""
    session.run(
        "UPDATE contact SET zones = :zones, regions = :regions,"
        " do_not_email = CASE WHEN :barred = 1 THEN 1 ELSE do_not_email END WHERE id = :id",
        zones=zones,
        regions=regions,
        barred=int(do_not_email),
        id=contact_id,
    )


def set_rest(session: Session, lead_id: int, until: object) -> None:
    """Put back until when a lead rests, None for not at all."""
    session.run("UPDATE lead SET rests_until = :until WHERE id = :id", until=until, id=lead_id)


def rest(session: Session, lead_id: int, until: int) -> None:
    """No campaign calls this lead before `until` (epoch seconds)."""
    session.run("UPDATE lead SET rests_until = :until WHERE id = :id", until=until, id=lead_id)


def count_raw(session: Session, now: int) -> int:
    """Leads of the house list that are not at rest, have a good number, and were never released to a campaign."""
    return int(
        session.value(
            "SELECT count(*) FROM lead l WHERE (l.rests_until IS NULL OR l.rests_until <= :now)"
            " AND l.list_id IN (SELECT id FROM lead_list WHERE purpose = 'leads')"
            " AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.lead_id = l.id)"
            " AND EXISTS (SELECT 1 FROM phone p WHERE p.contact_id = l.contact_id AND p.state = 'good')",
            now=now,
        )
    )


def drop_phone(session: Session, contact_id: int, position: int) -> None:
    """Take a number away again that an outcome had added."""
    session.do(
        "DELETE FROM phone WHERE contact_id = :contact AND position = :position", contact=contact_id, position=position
    )


def confirm_place(session: Session, contact_id: int, zone: str | None, region: str | None) -> None:
    """Where a contact says they are (IANA zone, jurisdiction); None when nobody knows."""
    session.do(
        "UPDATE contact SET confirmed_zone = :zone, confirmed_region = :region WHERE id = :id",
        zone=zone,
        region=region,
        id=contact_id,
    )
