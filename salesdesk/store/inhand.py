"""What somebody has in their hands, with all that it is about, as one question."""

from __future__ import annotations

from typing import NamedTuple

from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LEAD_COLUMNS, LeadRow, PhoneRow
from salesdesk.store.promises import PromiseRow
from salesdesk.store.session import Session
from salesdesk.store.tickets import TicketRow


class InHand(NamedTuple):
    """A hold, its ticket, the lead and the campaign of that, the promise that the ticket carries, if any, and the
    contact's numbers in the order they are tried."""

    hold: HoldRow
    ticket: TicketRow
    lead: LeadRow
    campaign: CampaignRow
    promise: PromiseRow | None
    phones: list[PhoneRow]


def _names(alias: str, columns: tuple[str, ...]) -> str:
    return ", ".join(f"{alias}.{name}" for name in columns)


_CUTS = (len(HoldRow._fields), len(TicketRow._fields), len(LeadRow._fields), len(CampaignRow._fields))
_HOLD, _TICKET, _LEAD, _CAMPAIGN = (sum(_CUTS[: n + 1]) for n in range(4))
_LEAD_OF = " JOIN contact k ON k.id = l.contact_id JOIN account a ON a.id = l.account_id"
_IN_HAND = (
    f"SELECT {_names('h', HoldRow._fields)}, {_names('t', TicketRow._fields)}, {LEAD_COLUMNS},"
    f" {_names('c', CampaignRow._fields)}, {_names('p', PromiseRow._fields)}"
    " FROM hold h JOIN ticket t ON t.id = h.ticket_id JOIN campaign c ON c.id = t.campaign_id"
    f" JOIN lead l ON l.id = t.lead_id{_LEAD_OF} LEFT JOIN promise p ON p.ticket_id = t.id"
)
_PHONES = (
    f"SELECT {_names('p', PhoneRow._fields)} FROM hold h JOIN lead l ON l.id = h.lead_id"
    " JOIN phone p ON p.contact_id = l.contact_id WHERE h.person_id = :person ORDER BY p.position"
)
_ABOUT = (
    f"SELECT {LEAD_COLUMNS}, {_names('c', CampaignRow._fields)} FROM lead l{_LEAD_OF}"
    " JOIN campaign c ON c.id = :campaign WHERE l.id = :lead"
)


def _in_hand(*row: object) -> InHand:
    promise = row[_CAMPAIGN:]
    return InHand(
        HoldRow._make(row[:_HOLD]),
        TicketRow._make(row[_HOLD:_TICKET]),
        LeadRow._make(row[_TICKET:_LEAD]),
        CampaignRow._make(row[_LEAD:_CAMPAIGN]),
        None if promise[0] is None else PromiseRow._make(promise),
        [],
    )


def of_person(session: Session, person_id: int) -> InHand | None:
    """What a person holds; nobody else changes the hold before the end of a write that asked."""
    phones = session.find_all(PhoneRow, _PHONES, person=person_id)
    lock = f"{session.lock_row} OF h" if session.lock_row else ""
    work = session.find(_in_hand, f"{_IN_HAND} WHERE h.person_id = :person {lock}", person=person_id)
    return work and work._replace(phones=phones)


def about(session: Session, lead_id: int, campaign_id: int) -> tuple[LeadRow, CampaignRow] | None:
    """The lead and the campaign that a ticket is about."""
    return session.find(_about, _ABOUT, lead=lead_id, campaign=campaign_id)


def _about(*row: object) -> tuple[LeadRow, CampaignRow]:
    lead, campaign = row[: _CUTS[2]], row[_CUTS[2] :]
    return LeadRow._make(lead), CampaignRow._make(campaign)
