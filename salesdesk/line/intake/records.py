"""A row of an export becomes a lead record, or a reject that says why."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from salesdesk.line.intake.emails import read_emails
from salesdesk.line.intake.mapping import Mapping
from salesdesk.line.intake.persons import split_name
from salesdesk.line.intake.phones import PhoneNumber, read_phones
from salesdesk.line.intake.places import country_code, locate, no_value
from salesdesk.line.intake.table import BadRow, Row
from salesdesk.line.intake.tables import words
from salesdesk.line.intake.wishes import asks_not_to_be_called, without_wish
from salesdesk.line.intake.zones import column_zones, number_regions, number_zones
from salesdesk.line.text import clean, import_cell

__all__ = ["LeadRecord", "RecordPhone", "Reject", "read_record"]


@dataclass(frozen=True, slots=True)
class RecordPhone:
    """A number of a lead, with every zone (IANA) and jurisdiction ("US-FL", "GB") its owner may be in.

    `valid` False: possible but unknown to its numbering plan, so not to be called until confirmed.
    """

    e164: str
    extension: str | None
    valid: bool
    zones: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeadRecord:
    """One person of a file. All text is cleaned; "" = not given. `phones` has the preferred number first.

    `further_emails` stood beside the address; `email_unread` says that something stood there which is none.
    `country` is ISO 3166; `jurisdiction` is that of the address ("US-NY", "GB"). `phone_reason` says why a record
    has no number. Zones are candidates: calling hours must hold in all of them.
    """

    row: int
    external_id: str = ""
    first_name: str = ""
    last_name: str = ""
    title: str = ""
    company: str = ""
    email: str | None = None
    further_emails: tuple[str, ...] = ()
    email_unread: bool = False
    phones: tuple[RecordPhone, ...] = ()
    phone_reason: str | None = None
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str | None = None
    jurisdiction: str | None = None
    address_zones: frozenset[str] = frozenset()
    column_zones: frozenset[str] = frozenset()
    opted_out: bool = False
    do_not_email: bool = False
    email_bounced: bool = False
    source: str = ""
    seniority: str = ""
    employees: int | None = None
    notes: str = ""

    @property
    def zones(self) -> frozenset[str]:
        """Every candidate zone: of the preferred number, the address and the time-zone column."""
        number = self.phones[0].zones if self.phones else frozenset()
        return number | self.address_zones | self.column_zones


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not imported: wrong_length, field_too_long, deleted or no_name. Holds nothing of its text, but for
    the `wish` of one who is not to be called: that counts all the same."""

    row: int
    reason: str
    wish: LeadRecord | None = None

    @property
    def message(self) -> str:
        heeded = "; that they are not to be called counts" if self.wish else ""
        return f"row {self.row}: {_MESSAGES[self.reason]}{heeded}"


_MESSAGES: Final = {
    "wrong_length": "more or fewer columns than the header has",
    "field_too_long": "a field of more than 64 KiB",
    "deleted": "marked as deleted in the source",
    "no_name": "no name of a person or a company",
}
_SPOKEN_OF: Final = ("first_name", "last_name", "last_first", "full_name", "title")
_NAME_LIMIT: Final = 120
_NOTES_LIMIT: Final = 2000


def read_record(row: Row | BadRow, mapping: Mapping, default_region: str) -> LeadRecord | Reject:
    """Read one row. `default_region` (ISO 3166) is the country of rows that name none.

    Numbers without a prefix belong to the country of the row. The preferred number is the first valid one in the
    mapping's order, else the first possible one.
    """
    if isinstance(row, BadRow):
        return Reject(row.number, row.reason)
    cell = _Cells(row, mapping)
    record = _record(row.number, cell, default_region)
    named = record.first_name or record.last_name or (record.company and not cell.names_people)
    if not (record.phones or record.email) and _sums_up(f"{record.first_name} {record.last_name}"):
        named = ""
    reason = "deleted" if _flag(cell.raw("deleted")) else "" if named else "no_name"
    return Reject(row.number, reason, record if record.opted_out else None) if reason else record


def _record(row: int, cell: "_Cells", default_region: str) -> LeadRecord:
    first, last = _names(cell)
    emails = read_emails(cell.raw("email"))
    country = country_code(cell.raw("country"))
    phones, phone_reason = _phones(cell, country or default_region)
    barred = asks_not_to_be_called(cell.all, (*map(cell.raw, _SPOKEN_OF), *cell.phones), cell.raw("notes"))
    near = phones[0].regions if phones else frozenset[str]()
    address = (cell.raw(field).lstrip("'") for field in ("country", "region", "city", "postal_code"))
    place = locate(*address, near, default_region)
    return LeadRecord(
        row=row,
        external_id=cell.text("external_id", _NAME_LIMIT),
        first_name=first,
        last_name=last,
        title=cell.text("title", _NAME_LIMIT),
        company=cell.text("company", _NAME_LIMIT),
        email=next(iter(emails), None),
        further_emails=emails[1:],
        email_unread=not emails and not no_value(cell.raw("email")),
        phones=phones,
        phone_reason=phone_reason,
        city=cell.value("city"),
        region=cell.value("region"),
        postal_code=cell.value("postal_code"),
        country=country or place.country,
        jurisdiction=place.region,
        address_zones=place.zones,
        column_zones=column_zones(cell.raw("time_zone")),
        opted_out=barred or any(map(_flag, cell.each("opted_out"))),
        do_not_email=barred or any(map(_flag, cell.each("do_not_email"))),
        email_bounced=_flag(cell.raw("email_bounced")),
        source=cell.value("source"),
        seniority=cell.value("seniority"),
        employees=_count(cell.raw("employees")),
        notes=cell.text("notes", _NOTES_LIMIT),
    )


class _Cells:
    """The cells of one row by field."""

    __slots__ = ("_indexes", "all", "phones")

    def __init__(self, row: Row, mapping: Mapping) -> None:
        self.all = row.cells
        self._indexes = mapping.indexes
        self.phones = tuple(
            "" if kind is not None and "fax" in row.cells[kind].casefold() else row.cells[index]
            for index, kind in zip(mapping.phone_indexes, mapping.phone_kinds, strict=True)
        )

    @property
    def names_people(self) -> bool:
        return not self._indexes.keys().isdisjoint({"first_name", "last_name", "last_first", "full_name"})

    def each(self, field: str) -> tuple[str, ...]:
        return tuple(self.all[index] for index in self._indexes.get(field, ()))

    def raw(self, field: str) -> str:
        return next(iter(self.each(field)), "")

    def text(self, field: str, limit: int) -> str:
        return clean(import_cell(self.raw(field)), limit=limit).strip()

    def value(self, field: str) -> str:
        """Like `text`, but "" for the words that exports write into an empty choice ("Select")."""
        text = self.text(field, _NAME_LIMIT)
        return "" if no_value(text) else text


def _names(cell: _Cells) -> tuple[str, str]:
    first, last = (cell.text(field, _NAME_LIMIT) for field in ("first_name", "last_name"))
    if not (first or last) and (name := cell.text("last_first", _NAME_LIMIT) or cell.text("full_name", _NAME_LIMIT)):
        first, last = split_name(name)
    return unicodedata.normalize("NFC", first.strip()), unicodedata.normalize("NFC", last.strip())


def _sums_up(name: str) -> bool:
    """Whether a row is no person but the sum of those above it: "Total", "Grand Totals (12 records)"."""
    return " ".join(re.findall(r"[^\W\d_]+", name.partition("(")[0])).casefold() in words("totals")


def _phones(cell: _Cells, region: str) -> tuple[tuple[RecordPhone, ...], str | None]:
    numbers: list[PhoneNumber] = []
    reason = "blank" if cell.phones else "no_phone_column"
    for text in cell.phones:
        for read in read_phones(without_wish(text), region):
            if isinstance(read, PhoneNumber):
                numbers.append(read)
            elif reason == "blank":
                reason = read.reason
    if not numbers:
        return (), reason
    preferred = next((number for number in numbers if number.valid), numbers[0])
    unique = {number.e164: number for number in reversed([preferred, *numbers])}
    ordered = dict.fromkeys(number.e164 for number in [preferred, *numbers])
    return tuple(_with_zones(unique[e164]) for e164 in ordered), None


def _with_zones(number: PhoneNumber) -> RecordPhone:
    e164 = number.e164
    return RecordPhone(e164, number.extension, number.valid, number_zones(e164), number_regions(e164))


def _flag(cell: str) -> bool:
    """Any mark counts as yes, so that no opt-out is lost to its spelling; only a plain no is a no."""
    return bool(cell.strip()) and cell.strip().casefold() not in words("no")


def _count(cell: str) -> int | None:
    digits = re.sub(r"[\s,.'’](?=\d{3}\b)", "", cell.strip()).removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 9 else None
