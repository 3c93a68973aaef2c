"""The house list: importing lists, what became of each row, and what is in stock."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from typing import Any

from pydantic import Base64Bytes, Field

from salesdesk.desk import excluding, facts, suppressing
from salesdesk.desk.eligibility import suppressed
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.newcomers import KnownPeople, add_new, add_to_known, email_marks, known_people
from salesdesk.desk.registry import JOB, READ, Progress, Reply, Request, operation
from salesdesk.desk.roles import EVERYONE, PLANNERS, Role
from salesdesk.desk.routing import HOUSE_LIST
from salesdesk.line import intake
from salesdesk.line.intake import IntakeError, LeadRecord, Mapping
from salesdesk.line.intake.duplicates import Folded, fold_copies
from salesdesk.line.intake.places import country_code
from salesdesk.line.names import account_key
from salesdesk.line.text import clean
from salesdesk.store import leads, lists

PURPOSES = ("leads", "customers", "deals", "partners")
CHUNK = 250
"""Rows of one transaction: stations go on serving between two of them."""


_COUNTED = ("leads", "known", "callable", "no_number", "opted_out", "put_aside")


class ImportList(Request["Imported"]):
    """Take a list into the house list, or as a list of companies and people that are no prospects."""

    data: Base64Bytes = Field(description="the file's bytes, base64 in JSON")
    name: str = Field(max_length=80, description="what the list is called")
    supplier: str = Field("", max_length=80, description="who supplied it; bad records are charged to them")
    purpose: str = Field("leads", description=f"one of {', '.join(PURPOSES)}")
    region: str = Field("US", max_length=2, description="country of rows that name none, ISO 3166")
    mapping: dict[str, Any] | None = Field(None, description="columns by field, where the guess is wrong")


class Imported(Reply):
    """What became of a list's rows."""

    list_id: int
    rows: int
    leads: int
    duplicates: int
    rejects: int
    callable: int
    no_number: int
    opted_out: int
    put_aside: int = 0
    """Leads that were released before this list said that they are no prospects."""
    unread: tuple[str, ...] = ()
    """Columns that nothing was taken from."""
    further_emails: int = 0
    """Addresses beside a person's first: they stand in the notes."""
    emails_unread: int = 0
    """Cells in which something stands that is no e-mail address."""


class PreviewList(Request["ListPreview"]):
    """How would this file be read?"""

    data: Base64Bytes = Field(description="the file's bytes, base64 in JSON")
    region: str = Field("US", max_length=2, description="country of rows that name none, ISO 3166")


class ListPreview(Reply):
    """The start of a file as it would be taken in; counts are of its first 200 rows."""

    encoding: str
    delimiter: str
    columns: dict[str, str | tuple[str, ...]]
    phones: tuple[str, ...]
    unread: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    counts: dict[str, int]


@operation(roles=PLANNERS, effect=READ)
def preview_list(floor: Floor, me: Person, ask: PreviewList) -> ListPreview:
    """Read the start of a file without keeping anything."""
    country = _country(ask.region)
    try:
        seen = intake.preview(bytes(ask.data), country)
    except IntakeError as error:
        raise BadRequest("bad_file", str(error)) from None
    return ListPreview(
        encoding=seen.encoding,
        delimiter=seen.delimiter,
        columns=seen.mapping.to_json()["columns"],
        phones=seen.mapping.phones,
        unread=seen.mapping.unread,
        sample=seen.sample,
        counts=seen.counts,
    )


@operation(roles=PLANNERS, effect=JOB)
def import_list(floor: Floor, me: Person, ask: ImportList) -> Generator[Progress, None, Imported]:
    """Import a list: rows are cleaned, numbers made E.164, copies of one person merged, rejects kept with reasons."""
    if ask.purpose not in PURPOSES:
        raise BadRequest("unknown_purpose", f"the purpose is one of {', '.join(PURPOSES)}")
    folded, unread = yield from _read(ask)
    rows = len(folded.leads) + len(folded.copies) + len(folded.rejects)
    wishes = [reject.wish for reject in folded.rejects if reject.wish is not None]
    list_id = floor.write(lambda now: _begin(now, me, ask, folded, rows - len(wishes) - len(folded.leads), rows))
    counts = dict.fromkeys(_COUNTED, 0)
    for start in range(0, len(folded.leads), CHUNK):
        chunk = folded.leads[start : start + CHUNK]
        found = floor.write(lambda now, chunk=chunk: _take_in(now, me, list_id, ask.purpose, chunk))  # type: ignore[misc]
        counts = {name: counts[name] + found[name] for name in counts}
        yield Progress(done=start + len(chunk), total=len(folded.leads), note="taking in")
    for start in range(0, len(wishes), CHUNK):
        floor.write(lambda now, some=wishes[start : start + CHUNK]: _take_wishes(now, me, list_id, some))  # type: ignore[misc]
        yield Progress(done=len(folded.leads), total=len(folded.leads), note="taking off")
    return Imported(
        list_id=list_id,
        rows=rows,
        leads=counts["leads"],
        duplicates=len(folded.copies) + counts["known"],
        rejects=len(folded.rejects),
        callable=counts["callable"],
        no_number=counts["no_number"],
        opted_out=counts["opted_out"] + len(wishes),
        put_aside=counts["put_aside"],
        unread=unread,
        further_emails=sum(len(each.further_emails) for each in folded.leads),
        emails_unread=sum(each.email_unread for each in folded.leads),
    )


def _read(ask: ImportList) -> Generator[Progress, None, tuple[Folded, tuple[str, ...]]]:
    """The persons of the file, and the columns that it fills nothing from."""
    data, country = bytes(ask.data), _country(ask.region)
    total = max(1, data.count(b"\n"))
    try:
        mapping = Mapping.from_json(ask.mapping) if ask.mapping else None
        reading = intake.begin(data, country, mapping)
        records = []
        for done, record in enumerate(reading.rows, 1):
            records.append(record)
            if done % 200 == 0:
                yield Progress(done=done, total=max(total, done), note="reading")
    except IntakeError as error:
        raise BadRequest("bad_file", f"nothing was imported: {error}") from None
    if not records:
        raise BadRequest("bad_file", "nothing was imported: the file has no row below its header")
    return fold_copies(records), reading.mapping.unread


def _country(region: str) -> str:
    """The ISO 3166 code of a country as it was typed."""
    code = country_code(region)
    if code is None:
        raise BadRequest("unknown_country", f"«{clean(region)}» is no country; use two letters, such as US, GB or DE")
    return code


def _begin(floor: Floor, me: Person, ask: ImportList, folded: Folded, rows: int, due: int) -> int:
    """The new list, of whose `due` rows `rows` need no more work."""
    list_id = lists.add(
        floor.session,
        name=clean(ask.name, limit=80),
        supplier=clean(ask.supplier, limit=80),
        purpose=ask.purpose,
        imported_at=floor.now,
        imported_by=me.id,
        rows_due=due,
    )
    lists.add_rejects(
        floor.session,
        (
            {"list_id": list_id, "row_number": reject.row, "reason": reject.reason, "detail": reject.message}
            for reject in folded.rejects
        ),
    )
    copied = len(folded.copies)
    lists.count_chunk(floor.session, list_id, rows=rows, leads=0, duplicates=copied, rejects=len(folded.rejects))
    facts.record(floor, "list_begun", me.id, list=list_id, purpose=ask.purpose)
    return list_id


def _take_in(floor: Floor, me: Person, list_id: int, purpose: str, chunk: Sequence[LeadRecord]) -> dict[str, int]:
    floor.session.alone(HOUSE_LIST)
    wishes = [record for record in chunk if record.opted_out]
    if purpose != "leads":
        marks = [mark for record in chunk for mark in exclusion_marks(floor, record)]
        lists.add_exclusions(floor.session, list_id, purpose, marks)
        lists.count_chunk(floor.session, list_id, rows=len(chunk), leads=0, duplicates=0, rejects=0)
        _heed(floor, me, list_id, wishes)
        companies = {key for record in chunk if (key := account_key(record.company))}
        aside = excluding.put_aside(floor, me, list_id, purpose, set(marks), companies)
        return dict.fromkeys(_COUNTED, 0) | {"opted_out": len(wishes), "put_aside": aside}
    known = known_people(floor, chunk)
    opted_out = _meant(known, wishes)
    fresh: list[LeadRecord] = []
    for record in chunk:
        contact = known.match(record)
        if contact is None:
            fresh.append(record)
        else:
            add_to_known(floor, contact[0], record)
    for record, contact_id in zip(fresh, add_new(floor, list_id, fresh), strict=True):
        if record.opted_out or any(_opted_out(floor, lead) for _, lead in known.likely(record)):
            opted_out.add(contact_id)
    _take_off(floor, me, list_id, opted_out, wishes)
    lists.count_chunk(
        floor.session, list_id, rows=len(chunk), leads=len(fresh), duplicates=len(chunk) - len(fresh), rejects=0
    )
    return {
        "leads": len(fresh),
        "known": len(chunk) - len(fresh),
        "callable": sum(any(phone.valid for phone in each.phones) and not each.opted_out for each in fresh),
        "no_number": sum(not each.phones for each in fresh),
        "opted_out": sum(each.opted_out for each in chunk),
        "put_aside": 0,
    }


def exclusion_marks(floor: Floor, record: LeadRecord) -> list[str]:
    """The marks under which a customer, an open deal or a partner keeps leads out."""
    marks = [floor.mark("number", phone.e164) for phone in record.phones] + email_marks(floor, record)
    if key := account_key(record.company):
        marks.append(floor.mark("company", key))
    return marks


def _opted_out(floor: Floor, lead_id: int) -> bool:
    """Whether a person of the house list has asked not to be called, as a person."""
    lead = leads.by_id(floor.session, lead_id)
    return lead is not None and suppressed(floor, lead, ()) == "person"


def _take_wishes(floor: Floor, me: Person, list_id: int, wishes: Sequence[LeadRecord]) -> None:
    floor.session.alone(HOUSE_LIST)
    _heed(floor, me, list_id, wishes)
    lists.count_chunk(floor.session, list_id, rows=len(wishes), leads=0, duplicates=0, rejects=0)


def _heed(floor: Floor, me: Person, list_id: int, wishes: Sequence[LeadRecord]) -> None:
    """Stop whoever rows say not to call, where the rows make no leads."""
    _take_off(floor, me, list_id, _meant(known_people(floor, wishes), wishes), wishes)


def _meant(known: KnownPeople, wishes: Sequence[LeadRecord]) -> set[int]:
    """The contacts whom rows mean that say not to call: all that may be the same person."""
    return {contact for each in wishes for contact, _ in (*known.matches(each), *known.likely(each))}


def _take_off(floor: Floor, me: Person, list_id: int, contacts: Collection[int], records: Sequence[LeadRecord]) -> None:
    """Put the people whom a list says not to call on the do-not-call list, with all numbers that either side knows."""
    marks = {("number", floor.mark("number", phone.e164)) for record in records for phone in record.phones}
    marks |= {("person", mark) for record in records for mark in email_marks(floor, record)}
    closed = suppressing.suppress(floor, me, sorted(marks), "list")
    for contact_id in sorted(contacts):
        lead = leads.of_contact(floor.session, contact_id)
        if lead is not None:
            closed += suppressing.suppress(floor, me, suppressing.marks_of(floor, lead), "list", lead_id=lead.id)
    if marks or contacts:
        facts.record(
            floor, "suppressed", me.id, scope="person", reason="list", list=list_id, n=len(contacts), tickets=closed
        )


class ListLine(Reply):
    """One list of the house list. Its file has `rows_due` rows, 0 when nobody noted it; while fewer are in, it is being
    imported, or the import was stopped."""

    id: int
    name: str
    supplier: str
    purpose: str
    imported_at: int
    rows: int
    leads: int
    duplicates: int
    rejects: int
    rows_due: int = 0

    @property
    def partial(self) -> bool:
        """Whether rows of its file are missing."""
        return self.rows < self.rows_due


class Lists(Reply):
    """All lists, newest first."""

    lists: tuple[ListLine, ...]


class ShowLists(Request[Lists]):
    """Which lists are in the house?"""


@operation(roles=EVERYONE - {Role.BOARD, Role.SDR}, effect=READ)
def show_lists(floor: Floor, me: Person, ask: ShowLists) -> Lists:
    """Every imported list with what became of its rows."""
    return Lists(
        lists=tuple(
            ListLine(
                id=row["id"],
                name=clean(row["name"]),
                supplier=clean(row["supplier"]),
                purpose=row["purpose"],
                imported_at=row["imported_at"],
                rows=row["rows_read"],
                leads=row["leads"],
                duplicates=row["duplicates"],
                rejects=row["rejects"],
                rows_due=row["rows_due"],
            )
            for row in lists.everything(floor.session)
        )
    )


class RejectLine(Reply):
    """A row that was not taken in, and why."""

    row: int
    reason: str
    detail: str


class Rejects(Reply):
    """Rows of a list that were not taken in."""

    rejects: tuple[RejectLine, ...]


class ShowRejects(Request[Rejects]):
    """Which rows of a list were not taken in?"""

    list_id: int = Field(description="the list")


@operation(roles=PLANNERS, effect=READ)
def show_rejects(floor: Floor, me: Person, ask: ShowRejects) -> Rejects:
    """The rejected rows of a list with their reasons."""
    return Rejects(
        rejects=tuple(
            RejectLine(row=row["row_number"], reason=row["reason"], detail=row["detail"])
            for row in lists.rejects(floor.session, ask.list_id)
        )
    )
