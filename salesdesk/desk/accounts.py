"""One company hears one voice, and not too often: `line.accounts` as the desk applies it. Leads without a known company
are free of it."""

from __future__ import annotations

from salesdesk.desk.floor import Floor, Person
from salesdesk.line import accounts as rules
from salesdesk.line.accounts import Company, Keeper
from salesdesk.store import accounts, assignments, events
from salesdesk.store.leads import LeadRow
from salesdesk.store.tickets import TicketRow

__all__ = [
    "contacted", "keeper", "kept_from", "leave", "lift", "on_a_call", "owned", "pause", "restore_rest",
    "rests_until", "stays_with",
]  # fmt: skip


def company_of(lead: LeadRow) -> Company | None:
    """What the rule knows of a lead's company; None when it has no name."""
    if not lead.account_key:
        return None
    return Company(lead.contacted_lead, lead.company_rests_until, lead.sdr_id, lead.sdr_until)


def rests_until(floor: Floor, lead: LeadRow) -> int | None:
    """Until when this lead is left in peace because a colleague of theirs was contacted."""
    company = company_of(lead)
    return rules.rests_until(company, lead.id, floor.now) if company else None


def keeper(floor: Floor, lead: LeadRow, campaign_id: int, *, works: int = 0) -> Keeper | None:
    """Whose company this is, as long as they work in the campaign; person `works` is known to."""
    company = company_of(lead)
    whose = rules.keeper(company, floor.now) if company else None
    if whose is None or whose.person_id == works or assignments.turn_in(floor.session, whose.person_id, campaign_id):
        return whose
    return None


def kept_from(floor: Floor, person_id: int, lead: LeadRow, campaign_id: int) -> int | None:
    """Until when this lead is a colleague's, not this person's; None when they may call."""
    whose = keeper(floor, lead, campaign_id, works=person_id)
    return whose.until if whose is not None and whose.person_id != person_id else None


def on_a_call(floor: Floor, lead: LeadRow) -> int | None:
    """Who is calling somebody else of this lead's company."""
    return accounts.on_a_call(floor.session, lead.account_id, lead.id) if lead.account_key else None


def owned(floor: Floor, me: Person, lead: LeadRow, campaign_id: int, until: int) -> dict[str, int | None]:
    """The ticket columns that say for whom a lead is kept that comes back at an instant."""
    whose = keeper(floor, lead, campaign_id, works=me.id)
    if whose is None or whose.until <= until:
        return {"owner_id": None, "owner_until": None}
    return {"owner_id": whose.person_id, "owner_until": whose.until}


def stays_with(floor: Floor, me: Person, lead: LeadRow, campaign_id: int) -> dict[str, int | None]:
    """The ticket columns of somebody whom a colleague of theirs has just named to me: they stay with whoever has their
    company, and with me where its name is not known."""
    if lead.account_key:
        return owned(floor, me, lead, campaign_id, floor.now)
    return {"owner_id": me.id, "owner_until": floor.now + rules.STAYS}


def contacted(floor: Floor, me: Person, lead: LeadRow, ticket: TicketRow) -> None:
    """I dialed this lead: the others of their company rest, and the company stays with me if I sell to it."""
    if company := company_of(lead):
        sells = ticket.stratum_id is not None
        _put(floor, lead, rules.contacted(company, lead=lead.id, person=me.id, now=floor.now, sells=sells))


def pause(floor: Floor, lead: LeadRow, until: int) -> None:
    """Nobody else of this lead's company is called until then, such as before a meeting, or by a switchboard that has
    just answered."""
    if company := company_of(lead):
        _put(floor, lead, rules.paused(company, lead=lead.id, until=until))


def lift(floor: Floor, lead: LeadRow) -> None:
    """End the pause of a lead's company, such as when a meeting fell through: it rests as after its last contact."""
    company = company_of(lead)
    if company is None or company.rests_until is None or company.rests_until <= floor.now:
        return
    last_lead, last_at = _last_contact(floor, lead)
    after = rules.lifted(company, last_lead=last_lead, last_at=last_at, now=floor.now)
    _put(floor, lead, after)
    accounts.wake(floor.session, lead.account_id, company.rests_until, after.rests_until)


def leave(floor: Floor, me: Person, lead: LeadRow) -> None:
    """Somebody else should call this company; it is not kept for me any longer."""
    company = company_of(lead)
    if company and company.sdr_id == me.id:
        _put(floor, lead, company._replace(sdr_id=None, sdr_until=None))


def restore_rest(floor: Floor, lead: LeadRow, contacted: int | None, until: int | None) -> bool:
    """Let a company rest for whom (a lead) and as long as it did before an outcome that was undone, or as a colleague
    of theirs who was contacted meanwhile asks for; tells whether that changed anything."""
    company = company_of(lead)
    if company is None or company.contacted_lead != lead.id or company.rests_until in (None, until):
        return False
    last_lead, last_at = _last_contact(floor, lead)
    after = rules.restored(company, contacted=contacted, until=until, last_lead=last_lead, last_at=last_at)
    _put(floor, lead, after)
    accounts.wake(floor.session, lead.account_id, company.rests_until, after.rests_until)
    return True


def _last_contact(floor: Floor, lead: LeadRow) -> tuple[int | None, int | None]:
    """Whom of a lead's company we dialed last, and when, as long as that bears on its rest."""
    last = accounts.last_contact(floor.session, lead.account_id, events.id_floor(floor.now - rules.BETWEEN))
    return (last.lead_id, last.at) if last else (None, None)


def _put(floor: Floor, lead: LeadRow, company: Company) -> None:
    accounts.put(floor.session, lead.account_id, **company._asdict())
