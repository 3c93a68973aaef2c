"""Tokens: who may come in through the server, kept as digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from salesdesk.store import counters
from salesdesk.store.session import Row, Session


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is kept. `roles` are words; times are epoch seconds of the floor's clock."""

    id: int
    person_id: int
    digest: str
    roles: str
    label: str
    issued_at: int
    issued_by: int
    expires_at: int
    revoked_at: int | None
    last_used_at: int | None

    def works(self, now: int) -> bool:
        """Whether it opens the door at this time."""
        return self.revoked_at is None and now < self.expires_at


def next_id(session: Session) -> int:
    """The id that the next token will have."""
    return counters.take(session, "token")


def add(session: Session, row: TokenRow) -> None:
    """Keep a new token."""
    session.run(
        "INSERT INTO token (id, person_id, digest, roles, label, issued_at, issued_by, expires_at, revoked_at,"
        " last_used_at) VALUES (:id, :person, :digest, :roles, :label, :issued, :by, :expires, NULL, NULL)",
        id=row.id,
        person=row.person_id,
        digest=row.digest,
        roles=row.roles,
        label=row.label,
        issued=row.issued_at,
        by=row.issued_by,
        expires=row.expires_at,
    )


def by_id(session: Session, token_id: int) -> TokenRow | None:
    """The token with this id."""
    row = session.one("SELECT * FROM token WHERE id = :id", id=token_id)
    return TokenRow(**row) if row else None


def everything(session: Session, limit: int = 1000) -> list[Row]:
    """The newest tokens with the names of their people, newest first."""
    return list(
        session.all(
            "SELECT t.*, p.name AS person FROM token t JOIN person p ON p.id = t.person_id"
            " ORDER BY t.id DESC LIMIT :limit",
            limit=limit,
        )
    )


def expire(session: Session, token_id: int, at: int) -> None:
    """Let a token end at `at`."""
    session.run("UPDATE token SET expires_at = :at WHERE id = :id", at=at, id=token_id)


def revoke(session: Session, token_id: int, at: int) -> None:
    """Take a token back."""
    session.run("UPDATE token SET revoked_at = :at WHERE id = :id", at=at, id=token_id)


def used(session: Session, times: Mapping[int, int]) -> None:
    """Say when tokens (by id) were last used."""
    session.many(
        "UPDATE token SET last_used_at = :at WHERE id = :id",
        [{"id": token_id, "at": at} for token_id, at in sorted(times.items())],
    )


def working(session: Session, now: int) -> dict[int, tuple[str, str]]:
    """Every token that opens the door at this time, with its own roles and its person's, as words."""
    rows = session.all(
        "SELECT t.id, t.roles, p.roles AS person_roles FROM token t JOIN person p ON p.id = t.person_id"
        " WHERE t.revoked_at IS NULL AND t.expires_at > :now AND p.active = 1",
        now=now,
    )
    return {row["id"]: (row["roles"], row["person_roles"]) for row in rows}
