"""What a floor is called and how it is set up."""

from __future__ import annotations

from salesdesk.store.session import Session


def settings(session: Session) -> dict[str, str]:
    """All settings of the floor."""
    return {row["key"]: row["value"] for row in session.all("SELECT key, value FROM floor")}


def put(session: Session, key: str, value: str) -> None:
    """Change one setting."""
    session.run(
        "INSERT INTO floor (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key=key,
        value=value,
    )
