"""Companies are known by fewer of their legal forms: their keys, and the marks made of these, are made anew.

The old marks stay beside the new ones. What became one company is one account from now on.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from salesdesk.line.names import account_key

_TWICE = (
    "SELECT a.id FROM account a WHERE a.name_key <> ''"
    " AND EXISTS (SELECT 1 FROM account b WHERE b.name_key = a.name_key AND b.id < a.id)"
)


def up(run: Callable[[str], Any]) -> None:
    found = run("SELECT id, name, name_key FROM account WHERE name_key <> '' ORDER BY id").fetchall()
    new = {id: (key, account_key(name)) for id, name, key in found}
    changed = {id: (old, key) for id, (old, key) in new.items() if key not in ("", old)}
    if not changed:
        return
    _add_marks(run, sorted(set(changed.values())))
    for id, (_, key) in changed.items():
        run(f"UPDATE account SET name_key = '{key}' WHERE id = {int(id)}")
    _join(run)


def _add_marks(run: Callable[[str], Any], keys: list[tuple[str, str]]) -> None:
    """Whom a company's mark keeps out is kept out under its new key too."""
    secret = bytes.fromhex(run("SELECT value FROM floor WHERE key = 'secret'").fetchall()[0][0])
    marks = {tuple(_mark(secret, key) for key in pair) for pair in keys}
    for table, columns in (("suppression", "scope, reason, since, person_id"), ("exclusion", "purpose, list_id")):
        known = {mark for (mark,) in run(f"SELECT mark FROM {table}").fetchall()}
        for old, mark in sorted(marks):
            if old in known:
                run(
                    f"INSERT INTO {table} (mark, {columns}) SELECT '{mark}', {columns} FROM {table}"
                    f" WHERE mark = '{old}' ON CONFLICT DO NOTHING"
                )


def _mark(secret: bytes, key: str) -> str:
    return hmac.digest(secret, f"company:{key}".encode(), "sha256").hex()[:24]


def _join(run: Callable[[str], Any]) -> None:
    """The people of accounts that became one company belong to its oldest account."""
    first = "(SELECT min(b.id) FROM account a JOIN account b ON b.name_key = a.name_key WHERE a.id = {0}.account_id)"
    run(f"UPDATE hold SET account_id = NULL WHERE account_id IN ({_TWICE})")
    for table in ("contact", "lead", "meeting", "reach"):
        run(f"UPDATE {table} SET account_id = {first.format(table)} WHERE account_id IN ({_TWICE})")
    run(
        "INSERT INTO campaign_account (campaign_id, account_id, leads) SELECT c.campaign_id,"
        f" {first.format('c')}, sum(c.leads) FROM campaign_account c WHERE c.account_id IN ({_TWICE}) GROUP BY 1, 2"
        " ON CONFLICT (campaign_id, account_id) DO UPDATE SET leads = campaign_account.leads + excluded.leads"
    )
    run(f"DELETE FROM campaign_account WHERE account_id IN ({_TWICE})")
    run(f"DELETE FROM account WHERE id IN ({_TWICE})")
