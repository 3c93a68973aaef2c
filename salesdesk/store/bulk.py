"""Filling whole tables of a floor file that nobody works on: the data sets of benchmarks are made in seconds.

The statements that copy leads are the same for a PostgreSQL database (see `postgres_bulk`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from salesdesk.store.gate import Gate
from salesdesk.store.sqlite import EVERY_CONNECTION

_QUICK = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -524288")
_EVENTS = (
    "INSERT INTO event (id, at, day, kind, person_id, lead_id, ticket_id, campaign_id, station, outcome, map_version,"
    " data) WITH RECURSIVE step (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM step WHERE n + 1 < :count)"
    " SELECT :first + n * :stride, :start + n * :seconds / :count, date(:start + n * :seconds / :count, 'unixepoch'),"
    " CASE n % 3 WHEN 0 THEN 'served' WHEN 1 THEN 'dialed' ELSE 'recorded' END, 1 + n / 3 * 7919 % :people,"
    " 1 + n / 3 * 611953 % :leads, 1 + n / 3 * 611953 % :leads, 1 + n / 3 % :campaigns, 'sdr',"
    " CASE n % 3 WHEN 2 THEN 'no_answer' ELSE '' END, 1, '{}' FROM step"
)


_CONTACT = (
    "title, seniority, email, email_mark || :copy, city, region, postal_code, country, zones, regions, external_id"
)
_TICKET = "kind, stratum_id, lane_id, state, rank + :nth, due_at, attempts, dealt, dayparts, variant, entered_at"
_COPIES = (
    "INSERT INTO account (id, name, name_key, employees) SELECT id + :shift / 4, name, name_key, employees"
    " FROM account WHERE id > 1 AND id <= :leads / 4 + 1",
    f"INSERT INTO contact (id, account_id, first_name, last_name, {_CONTACT.replace(' || :copy', '')}, do_not_email,"
    f" notes) SELECT id + :shift, account_id + :shift / 4, 'First' || (id + :shift), 'Last' || (id + :shift),"
    f" {_CONTACT}, do_not_email, notes FROM contact WHERE id <= :leads",
    "INSERT INTO phone (contact_id, position, e164, extension, mark, zones, regions, state)"
    " SELECT contact_id + :shift, position, substr(e164, 1, 5) || (CAST(substr(e164, 6) AS integer) + :shift),"
    " extension, mark || :copy, zones, regions, state FROM phone WHERE contact_id <= :leads",
    "INSERT INTO lead (id, contact_id, account_id, list_id, source, introduced_at) SELECT id + :shift,"
    " contact_id + :shift, account_id + :shift / 4, list_id, source, introduced_at FROM lead WHERE id <= :leads",
    f"INSERT INTO ticket (id, lead_id, campaign_id, station, {_TICKET.replace(' + :nth', '')})"
    f" SELECT id + :shift, lead_id + :shift, campaign_id, station, {_TICKET} FROM ticket WHERE id <= :leads",
)


def copies(leads: int, times: int) -> Iterator[tuple[str, dict[str, object]]]:
    """The statements that copy the first so many leads, with all that belongs to them, until there are `times` as
    many; each copy is a person with a number of their own."""
    for nth in range(1, times):
        for sql in _COPIES:
            known = {"leads": leads, "shift": nth * leads, "copy": f"-{nth}", "nth": nth}
            yield sql, {name: value for name, value in known.items() if f":{name}" in sql}


@contextmanager
def quick_fill(path: Path) -> Iterator[Filling]:
    """A connection that writes at full speed without journal or indexes; both are back at the end.

    A crash meanwhile leaves a broken file: only for files that are thrown away then.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
        for pragma in _QUICK:
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute("BEGIN")
        yield Filling(connection)
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)
    finally:
        connection.close()


class Filling:
    """What a quick fill writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Rows of one table, each a sequence in the order of the columns."""
        marks = ", ".join("?" * len(columns))
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def events(self, **spread: int) -> None:
        """A history of calls, three events each: count, first (id), stride (of ids), start and seconds (the period
        they lie in), people, leads, campaigns."""
        self._connection.execute(_EVENTS, spread)

    def multiply(self, leads: int, times: int) -> None:
        """See `copies`."""
        for sql, values in copies(leads, times):
            self._connection.execute(sql, values)


class BareFloor:
    """The least that a durable write can cost on a floor file: the same pragmas, the same turnstile, no more."""

    def __init__(self, path: Path) -> None:
        self._gate = Gate(path.with_name(path.name + "-gate"))
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
        for pragma in EVERY_CONNECTION:
            self._connection.execute(pragma)

    def write(self) -> None:
        """One transaction of one row."""
        with self._gate:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(
                "INSERT INTO counter (name, n) VALUES ('bench', 1) ON CONFLICT (name) DO UPDATE SET n = counter.n + 1"
            )
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Leave the file."""
        with self._gate:
            self._connection.close()
        self._gate.close()
