"""Which records are one person. Only exact keys merge; everything weaker is for people to decide.

Two records are one person when they share an e-mail address, or a preferred number and a like name. A switchboard,
the same number under different names, is not one person.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from salesdesk.line.intake.records import LeadRecord, Reject
from salesdesk.line.intake.tables import words
from salesdesk.line.names import company_core

__all__ = ["DuplicateIndex", "Folded", "fold_copies", "merge", "same_name"]

Key = TypeVar("Key")

_FACTS: Final = (
    *("external_id", "first_name", "last_name", "title", "company", "email", "source", "seniority", "employees"),
    *("city", "region", "postal_code", "country", "jurisdiction", "notes"),
)
_SHORT: Final = 4  # letters; shorter words have no slips, they are other names
_DIFFERENT: Final = 99


@dataclass(frozen=True, slots=True)
class Folded:
    """The persons of a file: `leads` in order of their oldest row, `copies` {row: row it was merged into}."""

    leads: tuple[LeadRecord, ...]
    copies: dict[int, int]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class _Known(Generic[Key]):
    key: Key
    first_name: str
    last_name: str
    email: str | None
    extension: str | None


class DuplicateIndex(Generic[Key]):
    """Finds the people already known. Keys are the caller's (a lead id, a row), oldest added first."""

    def __init__(self) -> None:
        self._by_email: dict[str, list[_Known[Key]]] = {}
        self._by_number: dict[str, list[_Known[Key]]] = {}
        self._by_company: dict[frozenset[str], list[_Known[Key]]] = {}

    def add(self, key: Key, record: LeadRecord) -> None:
        """Make `record` findable by its e-mail addresses and its preferred number."""
        number, extension = _preferred(record)
        names = record.first_name, record.last_name
        self.add_person(key, *names, record.email, number, extension, record.company)
        for email in record.further_emails:
            self._by_email.setdefault(email, []).append(_Known(key, *names, record.email, extension))

    def add_person(
        self,
        key: Key,
        first_name: str,
        last_name: str,
        email: str | None,
        number: str | None,
        extension: str | None = None,
        company: str = "",
    ) -> None:
        """Like `add`, for a person who is not a record of a file; `email` in lower case, `number` E.164."""
        known = _Known(key, first_name, last_name, email, extension)
        if email:
            self._by_email.setdefault(email, []).append(known)
        if number:
            self._by_number.setdefault(number, []).append(known)
        if core := company_core(company):
            self._by_company.setdefault(core, []).append(known)

    def match(self, record: LeadRecord) -> Key | None:
        """The key of the same person: by e-mail address first, then by preferred number; None for somebody new."""
        return next(iter(self.matches(record)), None)

    def matches(self, record: LeadRecord) -> tuple[Key, ...]:
        """Every key that is the same person; more than one when this record links people thought different."""
        emails = (record.email, *record.further_emails) if record.email else ()
        by_email = [
            known
            for email in emails
            for known in self._by_email.get(email, ())
            if _theirs_alone(email, record, known) or _like(record, known)
        ]
        number, _ = _preferred(record)
        by_number = [known for known in self._by_number.get(number or "", ()) if _like(record, known)]
        return tuple(dict.fromkeys(known.key for known in by_email + by_number))

    def likely(self, record: LeadRecord) -> tuple[Key, ...]:
        """The keys with a like name at the same company: to be shown to people, never merged silently.

        Sure enough for one thing: an opt-out holds for all of them.
        """
        name = record.first_name, record.last_name
        known = self._by_company.get(company_core(record.company), ())
        return tuple(each.key for each in known if same_name(name, (each.first_name, each.last_name)))


def fold_copies(records: Iterable[LeadRecord | Reject]) -> Folded:
    """Merge the copies of each person in one file. An opt-out on any copy counts, whichever row comes first.

    It counts too for a like name at the same company that shares no address or number: not calling is the safe slip.
    """
    index: DuplicateIndex[int] = DuplicateIndex()
    leads: dict[int, LeadRecord] = {}
    copies: dict[int, int] = {}
    rejects: list[Reject] = []
    for record in records:
        if isinstance(record, Reject):
            rejects.append(record)
            continue
        people = sorted({_keeper(copies, key) for key in index.matches(record)})
        index.add(record.row, record)
        if not people:
            leads[record.row] = record
            continue
        kept, *linked = people
        for row in linked:
            leads[kept] = merge(leads[kept], leads.pop(row))
            copies[row] = kept
        leads[kept] = merge(leads[kept], record)
        copies[record.row] = kept
    for lead in [lead for lead in leads.values() if lead.opted_out]:
        for row in {_keeper(copies, key) for key in index.likely(lead)}:
            leads[row] = replace(leads[row], opted_out=True)
    final = {row: _keeper(copies, row) for row in copies}
    return Folded(tuple(leads.values()), final, tuple(rejects))


def merge(older: LeadRecord, newer: LeadRecord) -> LeadRecord:
    """Keep `older`, add the facts it lacks and the further numbers of `newer`; an opt-out on either counts.

    Candidate zones and jurisdictions of both addresses stay, so that calling hours hold wherever the person is.
    """
    numbers = {phone.e164 for phone in older.phones}
    phones = older.phones + tuple(phone for phone in newer.phones if phone.e164 not in numbers)
    filled = {name: getattr(older, name) or getattr(newer, name) for name in _FACTS}
    return replace(
        older,
        **filled,
        further_emails=_further_emails(older, newer, filled["email"]),
        email_unread=older.email_unread and newer.email_unread,
        phones=phones,
        phone_reason=None if phones else older.phone_reason,
        address_zones=older.address_zones | newer.address_zones,
        column_zones=older.column_zones | newer.column_zones,
        opted_out=older.opted_out or newer.opted_out,
        do_not_email=older.do_not_email or newer.do_not_email,
        email_bounced=older.email_bounced and (newer.email_bounced or newer.email in (None, older.email)),
    )


def _further_emails(older: LeadRecord, newer: LeadRecord, first: str | None) -> tuple[str, ...]:
    every = (*older.further_emails, newer.email, *newer.further_emails)
    return tuple(dict.fromkeys(email for email in every if email and email != first))


def same_name(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """True for two spellings of one (first, last) name: case, accents, order, initials, one slip of typing."""
    return _slips(_words(one), _words(other), _distance) <= 1


def _like(record: LeadRecord, known: _Known[Key]) -> bool:
    """Whether the same number or shared mailbox is the same person: a like name, and nothing against it.

    A slip of typing is not believed where it makes another name (John and Joan, Paul and Paula), nor where both have an
    address at one company, or an extension, of their own.
    """
    mine, theirs = _words((record.first_name, record.last_name)), _words((known.first_name, known.last_name))
    slips = _slips(mine, theirs, _surely)
    if slips != 1:
        return slips == 0
    _, extension = _preferred(record)
    colleagues = bool(
        record.email
        and known.email
        and record.email != known.email
        and record.email.partition("@")[2] == known.email.partition("@")[2]
    )
    return not colleagues and (extension == known.extension or not extension or not known.extension)


def _theirs_alone(email: str, record: LeadRecord, known: _Known[Key]) -> bool:
    """Whether an address is one person's: nobody's second one, which may be a colleague's, and no shared one."""
    return email == record.email == known.email and email.partition("@")[0] not in words("shared_mailboxes")


def _preferred(record: LeadRecord) -> tuple[str | None, str | None]:
    return (record.phones[0].e164, record.phones[0].extension) if record.phones else (None, None)


def _slips(one: list[str], other: list[str], distance: Callable[[str, str], int]) -> int:
    """How many words differ by a slip of typing, after `distance`; a large number when the names differ."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter or (len(shorter) == 1 and len(longer) > 1):
        return _DIFFERENT
    left = list(longer)
    slips = 0
    for word in sorted(shorter, key=lambda each: each not in longer):
        match = min(left, key=lambda each: distance(word, each))
        slips += distance(word, match)
        left.remove(match)
    return slips


def _distance(one: str, other: str) -> int:
    """0 for one word or its initial, 1 for one letter missing, added, changed or swapped, else different."""
    if one == other or (1 in (len(one), len(other)) and one[0] == other[0]):
        return 0
    if min(len(one), len(other)) < _SHORT or abs(len(one) - len(other)) > 1:
        return _DIFFERENT
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return 1 if a[1:] == b or a == b[1:] or a[1:] == b[1:] or swapped else _DIFFERENT


def _surely(one: str, other: str) -> int:
    """Like `_distance`, but a changed letter and a vowel more at the end make another name."""
    found = _distance(one, other)
    shorter, longer = sorted((one, other), key=len)
    changed = len(one) == len(other) and sorted(one) != sorted(other)
    ended = longer[:-1] == shorter and longer[-1] in "aeiouy"
    return _DIFFERENT if found == 1 and (changed or ended) else found


def _words(name: tuple[str, str]) -> list[str]:
    text = unicodedata.normalize("NFKD", " ".join(name).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    parts = [part for part in re.findall(r"[^\W\d_]+", text) if part not in words("name_titles")]
    full = [part for part in parts if len(part) > 1]
    return full if len(full) > 1 else parts  # a middle initial tells nothing


def _keeper(copies: dict[int, int], row: int) -> int:
    while row in copies:
        row = copies[row]
    return row
