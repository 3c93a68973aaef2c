"""Who comes into the house list, from a list or by asking for us: whom we know already, and what is written of them."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.desk.floor import Floor
from salesdesk.desk.routing import move_to_lanes, number_columns
from salesdesk.line.calling_rules import jurisdiction
from salesdesk.line.dealing import seniority
from salesdesk.line.intake import LeadRecord, RecordPhone
from salesdesk.line.intake.duplicates import DuplicateIndex, same_name
from salesdesk.line.names import account_key
from salesdesk.line.numbering import UNKNOWN
from salesdesk.store import counters, leads
from salesdesk.store.session import Row


class KnownPeople(DuplicateIndex[tuple[int, int]]):
    """People of the house list as (contact, lead), oldest first. Who shares no address or number is found by where they
    came from: by the id that a record had there, or as the company without a person that it was."""

    def __init__(self) -> None:
        super().__init__()
        self._by_id: dict[tuple[str, str], list[Row]] = {}
        self._nameless: dict[str, list[Row]] = {}

    def add_row(self, row: Row) -> None:
        """Make a contact findable, with its preferred number."""
        self.add_person(
            _key(row),
            row["first_name"],
            row["last_name"],
            row["email"],
            row["e164"],
            row["extension"] or None,
            row["company"],
        )
        if row["external_id"]:
            self._by_id.setdefault((row["name_key"], row["external_id"]), []).append(row)
        if row["name_key"] and not (row["first_name"] or row["last_name"]):
            self._nameless.setdefault(row["name_key"], []).append(row)

    def matches(self, record: LeadRecord) -> tuple[tuple[int, int], ...]:
        """Every one who is the same person, or the same company where neither side names a person."""
        return super().matches(record) or tuple(map(_key, self._of_origin(record)))

    def _of_origin(self, record: LeadRecord) -> list[Row]:
        company = account_key(record.company)
        if not (record.first_name or record.last_name):
            numbers = {phone.e164 for phone in record.phones}
            nameless = self._nameless.get(company, [])
            return [row for row in nameless if not numbers or row["e164"] is None or row["e164"] in numbers]
        name = record.first_name, record.last_name
        came = self._by_id.get((company, record.external_id), []) if record.external_id else []
        return [row for row in came if same_name(name, (row["first_name"], row["last_name"]))]


def _key(row: Row) -> tuple[int, int]:
    return row["id"], row["lead_id"]


def known_people(floor: Floor, chunk: Sequence[LeadRecord]) -> KnownPeople:
    """People of the house list who may be copies of these rows, or their namesakes at the same companies."""
    marks = {floor.mark("number", record.phones[0].e164) for record in chunk if record.phones}
    marks |= {mark for record in chunk for mark in email_marks(floor, record)}
    companies = {key for record in chunk if (key := account_key(record.company))}
    adrift = [each for each in chunk if not (each.phones or each.email or account_key(each.company))]
    ids = {record.external_id for record in adrift if record.external_id}
    index = KnownPeople()
    seen: set[int] = set()
    for row in leads.contacts_like(floor.session, marks, companies, ids):
        if row["id"] not in seen:
            seen.add(row["id"])
            index.add_row(row)
    return index


def email_marks(floor: Floor, record: LeadRecord) -> list[str]:
    """The marks of all addresses of a record."""
    return [floor.mark("person", email) for email in (record.email, *record.further_emails) if email]


def add_to_known(floor: Floor, contact_id: int, record: LeadRecord) -> None:
    """Give a person of the house list what a record knows besides; what they have stays.

    They may be wherever either side says, so that calling hours hold in both places; that no mail is wanted counts.
    """
    lead = leads.of_contact(floor.session, contact_id)
    assert lead is not None, "a contact always has its lead"
    given = _contact_columns(floor, contact_id, lead.account_id, record)
    leads.fill_contact(floor.session, contact_id, given)
    have = leads.phones(floor.session, contact_id)
    positions = {phone.e164: phone.position for phone in have}
    position = max(positions.values(), default=0)
    for phone in record.phones:
        if phone.e164 in positions:
            leads.fill_extension(floor.session, contact_id, positions[phone.e164], phone.extension or "")
        else:
            position += 1
            leads.add_phone(floor.session, phone_columns(floor, contact_id, position, phone, record))
    zones, regions = _both(lead.zones, str(given["zones"])), _regions(lead.regions, str(given["regions"]))
    bounced = record.email_bounced and record.email == (lead.email or record.email)
    leads.widen_contact(
        floor.session, contact_id, zones=zones, regions=regions, do_not_email=record.do_not_email or bounced
    )
    if (zones, regions) != (lead.zones, lead.regions):
        move_to_lanes(floor, lead._replace(zones=zones, regions=regions))


def _both(one: str, other: str) -> str:
    return " ".join(sorted({*one.split(), *other.split()}))


def _regions(had: str, given: str) -> str:
    """Both, but that an address which could not be read gives way to one that can: else no list could correct it."""
    both = _both(had, given)
    return both if given in ("", UNKNOWN) else " ".join(each for each in both.split() if each != UNKNOWN)


def add_new(floor: Floor, list_id: int, fresh: Sequence[LeadRecord], source: str = "outbound") -> range:
    """Write new people; returns the ids of their contacts, in order."""
    if not fresh:
        return range(0)
    contact = counters.take(floor.session, "contact", len(fresh))
    lead = counters.take(floor.session, "lead", len(fresh))
    contacts: list[dict[str, object]] = []
    phones: list[dict[str, object]] = []
    rows: list[dict[str, object]] = []
    for number, record in enumerate(fresh):
        company = record.company or f"{record.first_name} {record.last_name}".strip()
        account = leads.add_account(floor.session, company, account_key(record.company), record.employees)
        contacts.append(_contact_columns(floor, contact + number, account, record))
        phones += [
            phone_columns(floor, contact + number, position, phone, record)
            for position, phone in enumerate(record.phones, 1)
        ]
        rows.append(
            {
                "id": lead + number,
                "contact_id": contact + number,
                "account_id": account,
                "list_id": list_id,
                "source": source,
                "introduced_at": floor.now,
            }
        )
    leads.add_contacts(floor.session, contacts, phones, rows)
    return range(contact, contact + len(fresh))


def _contact_columns(floor: Floor, contact_id: int, account_id: int, record: LeadRecord) -> dict[str, object]:
    return {
        "id": contact_id,
        "account_id": account_id,
        "first_name": record.first_name,
        "last_name": record.last_name,
        "title": record.title,
        "seniority": seniority(record.title),
        "email": record.email,
        "email_mark": floor.mark("person", record.email) if record.email else None,
        "city": record.city,
        "region": record.region,
        "postal_code": record.postal_code,
        "country": record.country or "",
        "zones": " ".join(sorted(record.address_zones | record.column_zones)),
        "regions": jurisdiction(record.jurisdiction) if record.jurisdiction else "",
        "external_id": record.external_id,
        "do_not_email": int(record.do_not_email or record.email_bounced),
        "notes": "; ".join(filter(None, (record.notes, *(f"also {each}" for each in record.further_emails)))),
    }


def phone_columns(
    floor: Floor, contact_id: int, position: int, phone: RecordPhone, record: LeadRecord
) -> dict[str, object]:
    """The stored form of a number of a list."""
    known_by_address = bool(record.address_zones | record.column_zones)
    return number_columns(
        floor,
        contact_id,
        position,
        phone.e164,
        address_known=known_by_address,
        extension=phone.extension or "",
        valid=phone.valid,
    )
