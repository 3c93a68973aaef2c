"""Which column of an export fills which field of a lead: guessed from the header, shown, and editable."""

import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Final

from salesdesk.line.intake.errors import IntakeError
from salesdesk.line.intake.tables import load

__all__ = ["FIELDS", "Mapping", "guess_mapping", "known_columns"]

FIELDS: Final = (
    *("external_id", "first_name", "last_name", "last_first", "full_name", "title", "company", "email"),
    *("city", "region", "postal_code", "country", "time_zone", "opted_out", "do_not_email", "email_bounced"),
    *("deleted", "stage", "source", "seniority", "employees", "notes"),
)
SEVERAL: Final = ("opted_out", "do_not_email", "stage")
"""Fields that may have several columns: what any of them forbids is forbidden."""
PHONES: Final = "phones"
_NAMES: Final = ("first_name", "last_name", "last_first", "full_name", "company")


@dataclass(frozen=True)
class Mapping:
    """Columns by field, for one header; the fields of `SEVERAL` may come more than once. `phones` are columns in order
    of preference."""

    header: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    phones: tuple[str, ...]
    source: str = "unknown list"

    @property
    def by_field(self) -> dict[str, tuple[str, ...]]:
        """Field → its columns."""
        found: dict[str, tuple[str, ...]] = {}
        for field, column in self.columns:
            found[field] = (*found.get(field, ()), column)
        return found

    @cached_property
    def indexes(self) -> dict[str, tuple[int, ...]]:
        """Field → positions of its columns."""
        return {field: tuple(map(self.header.index, names)) for field, names in self.by_field.items()}

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns of the header that have a name and fill nothing."""
        read = {name for _, name in self.columns}.union(self.phones)
        return tuple(name for n, name in enumerate(self.header, 1) if name not in read and name != f"column {n}")

    @cached_property
    def phone_indexes(self) -> tuple[int, ...]:
        return tuple(self.header.index(column) for column in self.phones)

    @cached_property
    def phone_kinds(self) -> tuple[int | None, ...]:
        """For each column of `phones` the position of the one that says what kind of number it holds, if any does:
        "Phone 1 - Type" beside "Phone 1 - Value"."""
        names = {fold(name): position for position, name in enumerate(self.header)}
        bases = (fold(column).removesuffix("value") for column in self.phones)
        return tuple(names.get(f"{base}type", names.get(f"{base}label")) for base in bases)

    def with_column(self, field: str, column: str | Sequence[str] | None) -> "Mapping":
        """Return a copy in which `field` is read from `column`; None leaves it unread.

        For "phones", give the columns in order of preference; a field of `SEVERAL` may have more than one too. Raises
        IntakeError on an unknown field or column.
        """
        names = () if column is None else (column,) if isinstance(column, str) else tuple(column)
        for name in names:
            if name not in self.header:
                raise IntakeError(f'the file has no column "{name}"')
        if field == PHONES:
            return replace(self, phones=names)
        if field not in FIELDS:
            raise IntakeError(f'"{field}" is not a field; fields are phones, {", ".join(FIELDS)}')
        if len(names) > 1 and field not in SEVERAL:
            raise IntakeError(f'"{field}" is read from one column only')
        kept = tuple(pair for pair in self.columns if pair[0] != field)
        return replace(self, columns=kept + tuple((field, name) for name in names))

    def bound_to(self, header: Sequence[str]) -> "Mapping":
        """Return this mapping for a file with `header`; columns are found again by name."""
        missing = [name for name in (*(name for _, name in self.columns), *self.phones) if name not in header]
        if missing:
            raise IntakeError(f'the file lacks the column "{missing[0]}" that the mapping names')
        return replace(self, header=tuple(header))

    def check(self) -> "Mapping":
        """Return self; raises IntakeError when neither a phone nor a name is mapped."""
        if not self.phones and not any(field in _NAMES for field, _ in self.columns):
            shown = ", ".join(name for name in self.header if name)[:200]
            raise IntakeError(f"no column holds a phone number or a name; the columns are: {shown}")
        return self

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "header": list(self.header),
            "columns": {field: names[0] if len(names) == 1 else list(names) for field, names in self.by_field.items()},
            PHONES: list(self.phones),
        }

    @classmethod
    def from_json(cls, value: AnyMapping[str, Any]) -> "Mapping":
        """Rebuild a mapping from `to_json`. Raises IntakeError on anything else."""
        try:
            mapping = cls(tuple(map(str, value["header"])), (), (), str(value.get("source", "unknown list")))
            for field, column in value["columns"].items():
                mapping = mapping.with_column(field, column)
            return mapping.with_column(PHONES, [str(name) for name in value[PHONES]])
        except (KeyError, TypeError, AttributeError) as error:
            raise IntakeError("not a column mapping: header, columns and phones are needed") from error


def guess_mapping(header: Sequence[str]) -> Mapping:
    """Guess the mapping of a header row: the best match takes a field, every match takes one of `SEVERAL`.

    Raises IntakeError when neither a phone nor a name column is found.
    """
    fields, preferred = _known()
    folded = [fold(name) for name in header]
    columns: dict[str, list[tuple[int, int, str]]] = {}
    phones: list[tuple[int, int, str]] = []
    for position, (name, key) in enumerate(zip(header, folded, strict=True)):
        if key in preferred:
            phones.append((preferred[key], position, name))
        elif key in fields:
            field, rank = fields[key]
            columns.setdefault(field, []).append((rank, position, name))
        elif forbids := _sounds_like_opt_out(name):
            columns.setdefault(forbids, []).append((len(fields), position, name))
        elif _sounds_like_phone(name):
            phones.append((len(preferred), position, name))
    return Mapping(
        header=tuple(header),
        columns=tuple(
            (field, name)
            for field in FIELDS
            for _, _, name in sorted(columns.get(field, ()))[: None if field in SEVERAL else 1]
        ),
        phones=tuple(name for _, _, name in sorted(phones)),
        source=_source(set(folded)),
    ).check()


def known_columns(names: Sequence[str]) -> int:
    """How many of `names` are column names of a lead export."""
    fields, preferred = _known()
    return sum(1 for key in {fold(name) for name in names} if key in fields or key in preferred)


def fold(name: str) -> str:
    """A column name without case, accents, spaces and punctuation; "#" and "," keep their meaning."""
    name = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold().replace("#", "number")
    return re.sub(r"[^\w,]|_", "", "".join(char for char in name if not unicodedata.combining(char)))


@cache
def _known() -> tuple[dict[str, tuple[str, int]], dict[str, int]]:
    table = load("columns")
    fields = {
        fold(name): (field, rank)
        for field, names in table["fields"].items()
        for rank, name in reversed(list(enumerate(names)))
    }
    return fields, {fold(name): rank for rank, name in enumerate(table["phones"]["preferred"])}


def _sounds_like_phone(name: str) -> bool:
    table = load("columns")["phones"]
    words = set(_words(name))
    return not words.isdisjoint(table["words"]) and words.isdisjoint(table["other_words"])


def _sounds_like_opt_out(name: str) -> str | None:
    """The field of a column that nobody listed and that says whom not to call, or not to write to."""
    table = load("columns")["opt_outs"]
    spoken = _words(name)
    words = set(spoken)
    calls, mails = (not words.isdisjoint(table[kind]) for kind in ("calls", "mails"))
    outright = not words.isdisjoint(table["outright"]) or ("out" in words and not words.isdisjoint(("opt", "opted")))
    # "No" beside a word stands for "number" as well: it forbids only what comes right after it.
    before = {after for word, after in pairwise(spoken) if word in table["no"]}
    negated = not words.isdisjoint(table["not"]) or not before.isdisjoint((*table["calls"], *table["mails"]))
    if not (outright or (negated and (calls or mails))) or not words.isdisjoint(table["findings"]):
        return None
    if calls:
        return "opted_out"
    if mails:
        return "do_not_email"
    return "opted_out" if words.isdisjoint(table["other_ways"]) else None


def _words(name: str) -> list[str]:
    """The words of a column name in order, without case and accents; "DoNotCall__c" has four."""
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", name))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain).casefold())


def _source(folded: set[str]) -> str:
    for source, signature in load("columns")["sources"].items():
        if all(fold(name) in folded for name in signature):
            return str(source)
    return "unknown list"
