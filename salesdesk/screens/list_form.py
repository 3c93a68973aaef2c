"""Importing a list: a form over a file that is previewed as it would be taken in."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from salesdesk.desk.floor import day_at
from salesdesk.desk.lists import PURPOSES, ImportList, ListPreview, PreviewList
from salesdesk.desk.local import Desk
from salesdesk.line.text import clean
from salesdesk.screens.asking import Answers, Question
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.files import read_bytes
from salesdesk.widgets.lines import Line, line


class Asker:
    """How a form asks the floor, and the file it is about."""

    def __init__(self, desk: Desk) -> None:
        self.do = desk.do
        self._desk = desk
        self._data: tuple[str, bytes] = ("", b"")

    def today(self) -> date:
        """The day that it is at the floor."""
        return date.fromisoformat(day_at(self._desk.now(), self._desk.settings.zone))

    async def data(self, path: str) -> bytes:
        """The bytes of a file, read once."""
        if self._data[0] != path:
            self._data = (path, await asyncio.to_thread(read_bytes, path))
        return self._data[1]

    def forget(self) -> None:
        """Let go of the file."""
        self._data = ("", b"")

    async def preview(self, path: str, region: str) -> ListPreview:
        """How a file would be read."""
        data = base64.b64encode(await self.data(path))
        return await self.do(PreviewList(data=data, region=region))


def import_questions(ask: Asker) -> tuple[Question, ...]:
    """File, country, name, supplier, purpose: the preview with the chosen country stays in sight for the rest."""
    return (
        path_question(ask),
        country_question(ask),
        Question("name", "What is the list called?", "name", default=lambda given: list_name(given["path"]), limit=80),
        Question("supplier", "Who supplied it?", "supplier", "bad records are charged to them", default="", limit=80),
        Question(
            "purpose",
            "What is it?",
            "purpose",
            "leads, or people and companies to leave out: customers, deals, partners",
            default="leads",
            check=_purpose,
        ),
    )


def path_question(ask: Asker) -> Question:
    """Which file; its preview stays in sight for the questions after it."""

    async def look(path: str, given: Answers) -> Sequence[Line]:
        return preview_lines(await ask.preview(path, given.get("region", "US")))

    return Question("path", "Which file?", "file", "a CSV export, such as ~/lists/apex-october.csv", "path", check=look)


def country_question(ask: Asker) -> Question:
    """The country of rows that name none; the preview is counted again with it."""

    async def look(region: str, given: Answers) -> Sequence[Line]:
        if len(region) != 2 or not region.isalpha() or not region.isascii():
            raise Unclear("a country is two letters, such as US, GB or DE")
        return preview_lines(await ask.preview(given["path"], region.upper()))

    hint = "of rows that name none, two letters; numbers without a country code are read by it"
    return Question("region", "Which country?", "country", hint, default="US", check=look, limit=2)


async def _purpose(text: str, _given: Answers) -> Sequence[Line]:
    if text.strip().lower() not in PURPOSES:
        raise Unclear(f"the purpose is one of {', '.join(PURPOSES)}")
    return ()


def list_name(path: str) -> str:
    """A list is called after its file unless told otherwise."""
    return clean(Path(path).stem.replace("_", " ").replace("-", " "), limit=80).strip() or "list"


def preview_lines(seen: ListPreview) -> list[Line]:
    """How a file would be read: counts, columns, first rows."""
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}.get(seen.delimiter, seen.delimiter)
    counts = seen.counts
    told = [f"{counts.get('leads', 0):,} leads", f"{counts.get('callable', 0):,} callable"]
    told += [f"{counts[name]:,} {label}" for name, label in _COUNTS if counts.get(name)]
    why = [
        f"{count:,} {name.removeprefix('rejected ')}" for name, count in counts.items() if name.startswith("rejected ")
    ]
    columns = [
        f"{field.replace('_', ' ')} ← {named if isinstance(named, str) else ', '.join(named)}"
        for field, named in seen.columns.items()
    ]
    phones = [f"phone ← {', '.join(seen.phones)}"] if seen.phones else []
    rows = [line((f"of the first 200 rows, read as {seen.encoding} with {delimiter}", "dim"))]
    rows += [line(("counts   ", "accent"), " · ".join(told))]
    if why:
        rows.append(line(("rejected ", "accent"), ", ".join(why).replace("_", " ")))
    rows += [
        line(("columns  " if not n else " " * 9, "accent"), part) for n, part in enumerate(_packed([*phones, *columns]))
    ]
    if seen.unread:
        rows.append(line(("not read ", "accent"), ", ".join(seen.unread)))
    rows += [line((" · ".join(part for part in row if part), "dim")) for row in seen.sample[:4]]
    return rows


_COUNTS = (("no_number", "without a number"), ("opted_out", "opted out"), ("rejected", "rejected"))


def _packed(parts: Sequence[str], width: int = 64) -> list[str]:
    rows: list[str] = []
    for part in parts:
        if rows and len(rows[-1]) + len(part) + 3 <= width:
            rows[-1] += f" · {part}"
        else:
            rows.append(part)
    return rows[:4]


async def import_request(ask: Asker, given: Answers) -> ImportList:
    """The import as it was answered."""
    return ImportList(
        data=base64.b64encode(await ask.data(given["path"])),
        name=given.get("name") or list_name(given["path"]),
        supplier=given.get("supplier", ""),
        purpose=given.get("purpose", "leads").strip().lower(),
        region=given["region"].strip().upper(),
    )
