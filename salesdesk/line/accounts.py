"""One company hears one voice, and not too often: who of an account may be called, when, and by whom.

A contact is a dial to one of a company's people. It keeps the company's other people free of calls for four hours, and
the company with the caller for five days. What the prospect asked for, a promise or an answer to an inquiry, is bound
by neither. Times are epoch seconds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

BETWEEN: Final = 4 * 3600
"""Seconds between contacts of two people of one company."""
STAYS: Final = 5 * 86_400
"""Seconds for which a company stays with whoever contacted it."""
CHOSEN: Final = frozenset({"fresh", "retry", "kept"})
"""Reasons to serve a lead that are ours alone; with any other the prospect has asked for the call."""


class Company(NamedTuple):
    """What an account's rule decides by: whom of it we contacted last, until when its other people are left in peace,
    whose it is and until when."""

    contacted_lead: int | None
    rests_until: int | None
    sdr_id: int | None
    sdr_until: int | None


class Keeper(NamedTuple):
    """Whose a company is, and until when."""

    person_id: int
    until: int


def rests_until(company: Company, lead: int, now: int) -> int | None:
    """Until when this person of a company is left in peace because a colleague of theirs was contacted."""
    until = company.rests_until
    return until if until is not None and until > now and company.contacted_lead != lead else None


def keeper(company: Company, now: int) -> Keeper | None:
    """Whose a company is now, if anybody's."""
    who, until = company.sdr_id, company.sdr_until
    return Keeper(who, until) if who is not None and until is not None and until > now else None


def contacted(company: Company, *, lead: int, person: int, now: int, sells: bool) -> Company:
    """A company after a dial to one of its people. `sells` says that the caller's station is dealt leads: then the
    company is theirs, unless it is a colleague's, who keeps it."""
    rested = paused(company, lead=lead, until=now + BETWEEN)
    whose = keeper(company, now)
    if not sells or (whose is not None and whose.person_id != person):
        return rested
    return rested._replace(sdr_id=person, sdr_until=now + STAYS)


def paused(company: Company, *, lead: int, until: int) -> Company:
    """A company of which only this person is called until then; a longer rest stays, for whom it is."""
    if company.rests_until is not None and company.rests_until > until:
        return company
    return company._replace(contacted_lead=lead, rests_until=until)


def restored(
    company: Company, *, contacted: int | None, until: int | None, last_lead: int | None, last_at: int | None
) -> Company:
    """A company after an outcome was undone before which this was its rest: who was contacted since still counts."""
    before = company._replace(contacted_lead=contacted, rests_until=until)
    if last_lead is None or last_at is None:
        return before
    return paused(before, lead=last_lead, until=last_at + BETWEEN)


def lifted(company: Company, *, last_lead: int | None, last_at: int | None, now: int) -> Company:
    """A company after its pause: it rests no longer than its last contact asks for."""
    until = last_at + BETWEEN if last_at is not None else now
    if until <= now:
        return company._replace(rests_until=None)
    return company._replace(contacted_lead=last_lead, rests_until=until)
