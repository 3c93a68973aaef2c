"""Accounts as one rule sees them: whom of a company we contacted, until when it rests, and whose it is."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.store.session import Session


class Contact(NamedTuple):
    """A dial to somebody of a company, epoch seconds."""

    lead_id: int
    at: int


def put(
    session: Session,
    account_id: int,
    *,
    contacted_lead: int | None,
    rests_until: int | None,
    sdr_id: int | None,
    sdr_until: int | None,
) -> None:
    """Write what the rule knows of an account."""
    session.do(
        "UPDATE account SET contacted_lead = :contacted_lead, rests_until = :rests_until, sdr_id = :sdr_id,"
        " sdr_until = :sdr_until WHERE id = :id",
        id=account_id,
        contacted_lead=contacted_lead,
        rests_until=rests_until,
        sdr_id=sdr_id,
        sdr_until=sdr_until,
    )


def last_contact(session: Session, account_id: int, since: int) -> Contact | None:
    """The last dial to anybody of an account, from the event id `since` on."""
    return session.find(
        Contact,
        "SELECT e.lead_id, e.at FROM contact k JOIN lead l ON l.contact_id = k.id JOIN event e ON e.lead_id = l.id"
        " WHERE k.account_id = :account AND e.kind IN ('dialed', 'redialed') AND e.id >= :since"
        " ORDER BY e.id DESC LIMIT 1",
        account=account_id,
        since=since,
    )


_OF_ACCOUNT = "lead_id IN (SELECT l.id FROM contact k JOIN lead l ON l.contact_id = k.id WHERE k.account_id = :account)"


def wake(session: Session, account_id: int, was: int, until: int | None) -> None:
    """Let the tickets of an account that slept until the end of its rest sleep until another instant, or wake."""
    session.run(
        "UPDATE ticket SET state = :state, due_at = :until WHERE state = 'sleeping' AND due_at = :was"
        f" AND {_OF_ACCOUNT}",
        account=account_id,
        was=was,
        state="ready" if until is None else "sleeping",
        until=until,
    )


def on_a_call(session: Session, account_id: int, lead_id: int) -> int | None:
    """Who holds another lead of this account."""
    found = session.value(
        "SELECT person_id FROM hold WHERE account_id = :account AND lead_id <> :lead", account=account_id, lead=lead_id
    )
    return None if found is None else int(found)


def hand_back(session: Session, now: int, limit: int = 64) -> None:
    """Give tickets whose owner's time is over back to everybody."""
    session.run(
        "UPDATE ticket SET owner_id = NULL, owner_until = NULL WHERE id IN"
        f" (SELECT id FROM ticket WHERE owner_until <= :now ORDER BY owner_until LIMIT :limit {session.lock_rows})",
        now=now,
        limit=limit,
    )


def variants(session: Session, account_ids: list[int], campaign_id: int) -> dict[int, str]:
    """The variant of a campaign's script that each of these accounts has had already."""
    some = ", ".join(str(int(id)) for id in account_ids)
    rows = session.all(
        "SELECT k.account_id, min(t.variant) AS variant FROM contact k JOIN lead l ON l.contact_id = k.id"
        f" JOIN ticket t ON t.lead_id = l.id WHERE k.account_id IN ({some}) AND t.campaign_id = :campaign"
        " AND t.stratum_id IS NOT NULL GROUP BY k.account_id",
        campaign=campaign_id,
    )
    return {row["account_id"]: row["variant"] for row in rows}
