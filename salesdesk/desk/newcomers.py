"""Who comes into the house list, from a list or by asking for us: whom we know already, and what is written of them."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.desk.floor import Floor
from salesdesk.desk.routing import move_to_lanes, number_columns
from salesdesk.line.calling_rules import jurisdiction
from salesdesk.line.dealing import seniority
from salesdesk.line.intake import LeadRecord, RecordPhone
from salesdesk.line.intake.duplicates import DuplicateIndex
from salesdesk.line.names import account_key
from salesdesk.store import counters, leads


def known_people(floor: Floor, chunk: Sequence[LeadRecord]) -> DuplicateIndex[tuple[int, int]]:
    """People of the house list who may be copies of these rows, or their namesakes at the same companies, as
    (contact, lead), oldest first."""
    marks = {floor.mark("number", record.phones[0].e164) for record in chunk if record.phones}
    marks |= {floor.mark("person", record.email) for record in chunk if record.email}
    index: DuplicateIndex[tuple[int, int]] = DuplicateIndex()
    seen: set[int] = set()
    companies = {key for record in chunk if (key := account_key(record.company))}
    for row in leads.contacts_like(floor.session, marks, companies):
        if row["id"] not in seen:
            seen.add(row["id"])
            index.add_person(
                (row["id"], row["lead_id"]),
                row["first_name"],
                row["last_name"],
                row["email"],
                row["e164"],
                row["extension"] or None,
                row["company"],
            )
    return index


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
    zones, regions = _both(lead.zones, str(given["zones"])), _both(lead.regions, str(given["regions"]))
    bounced = record.email_bounced and record.email == (lead.email or record.email)
    leads.widen_contact(
        floor.session, contact_id, zones=zones, regions=regions, do_not_email=record.do_not_email or bounced
    )
    if (zones, regions) != (lead.zones, lead.regions):
        move_to_lanes(floor, lead._replace(zones=zones, regions=regions))


def _both(one: str, other: str) -> str:
    return " ".join(sorted({*one.split(), *other.split()}))


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
        "notes": record.notes,
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
        known_by_address,
        extension=phone.extension or "",
        valid=phone.valid,
    )
