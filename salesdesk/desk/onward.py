"""Where a ticket goes after an outcome: to sleep until its next try, to a promise, or nowhere any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from salesdesk.desk import accounts, holding, promising
from salesdesk.desk.floor import Floor, Person, local
from salesdesk.line import attempts
from salesdesk.line.outcomes import Resolved
from salesdesk.line.preapproach import day_words
from salesdesk.line.promising import KEPT_WITHIN
from salesdesk.line.salesmap import Delay, Outcome
from salesdesk.line.tzdata import zone
from salesdesk.store import leads, promises
from salesdesk.store.campaigns import CampaignRow
from salesdesk.store.holds import HoldRow
from salesdesk.store.leads import LeadRow
from salesdesk.store.promises import PromiseRow
from salesdesk.store.tickets import TicketRow


@dataclass
class Ended:
    """A call that came to something; `promise` is the one it was, or the one that waits, as it was before."""

    floor: Floor
    me: Person
    hold: HoldRow
    ticket: TicketRow
    lead: LeadRow
    campaign: CampaignRow
    promise: PromiseRow | None
    outcome: Outcome
    resolved: Resolved

    def place(self) -> tuple[dict[str, Any], str]:
        """The ticket's new columns, and where that is in words."""
        columns, then = self._place()
        if self.ticket.kind == holding.EXCLUDED:
            return columns | holding.put_aside(self.floor, self.ticket), "closed here: put aside during the call"
        return columns, then

    def _place(self) -> tuple[dict[str, Any], str]:
        retry = self.resolved.retry
        if retry.kind == "promise":
            return self._promised(datetime.fromisoformat(str(self.resolved.facts[str(retry.field)])), tries=0)
        if self.promise is not None and self.before_its_time() and not self.settled():
            promises.postpone(self.floor.session, self.ticket.id, self.promise.promised_at)
            return {"state": "promised", "due_at": None, "sleeps_again_at": None}, "the promise stands"
        if self.promise is not None:
            again = self._promise_again()
            if again is not None:
                return self._promised(again, tries=self.promise.tries + 1)
            promises.drop(self.floor.session, self.ticket.id)
        counted = bool(self.hold.dials)
        if retry.switchboard:
            self._rest_switchboard(retry.switchboard)
        wake = holding.wake_for(
            self.floor, self.ticket, self.lead, self.campaign, retry, self.resolved.facts, counted=counted
        )
        if wake is None or retry.then == "other_campaign" or retry.kind == "rebook":
            if wake is not None and retry.kind != "rebook":
                leads.rest(self.floor.session, self.lead.id, int(wake.wakes_at.timestamp()))
            return {"state": "done", "due_at": None, "attempts": self.ticket.attempts + int(counted)}, "closed here"
        columns = holding.asleep(self.floor, self.ticket, self.lead, self.campaign, wake, counted=counted)
        if retry.tries and retry.plan and not wake.rest:
            # So many tries more, the last of them past the plan's: whoever hangs up in it has had their one try.
            plan = self.floor.sales_map(self.campaign.map_id).plans[retry.plan]
            columns["attempts"] = max(self.ticket.attempts + int(counted), plan.tries + 1 - retry.tries)
        until = int(wake.wakes_at.timestamp())
        columns |= accounts.owned(self.floor, self.me, self.lead, self.ticket.campaign_id, until)
        return columns, f"rests until {self._day(until)}" if wake.rest else "back to the pool"

    def _day(self, at: int) -> str:
        """A day of the floor; with its year where that is another."""
        day, today = local(at, self.floor.settings.zone).date(), self.floor.instant.date()
        return day_words(day) + (f" {day.year}" if day.year != today.year else "")

    def _rest_switchboard(self, delay: Delay) -> None:
        """The line that just answered is left in peace: no colleague of the contact is served meanwhile."""
        until = attempts.later(
            delay,
            self.floor.instant,
            holding.zones_of(self.floor, self.lead),
            holding.courtesy_tuple(self.campaign),
        )
        accounts.pause(self.floor, self.lead, int(until.timestamp()))

    def _promised(self, due: datetime, *, tries: int) -> tuple[dict[str, Any], str]:
        mine = self.resolved.facts.get("owner", "mine") != "anyone"
        here = due.astimezone(zone(self.me.zone or self.floor.settings.zone))
        then = f"the promise is tried again {here:%a %H:%M} yours"
        if tries == 0:
            phone = holding.current(leads.phones(self.floor.session, self.lead.contact_id), self.hold)
            then = promising.agree(self.floor, self.me, self.lead, phone, self.ticket, due, mine=mine)
        owner = (self.me.id if mine else 0) if tries == 0 else (self.promise.person_id if self.promise else 0)
        promises.put(
            self.floor.session,
            ticket_id=self.ticket.id,
            person_id=owner,
            promised_at=int(due.timestamp()),
            due_at=int(due.timestamp()),
            zone=holding.zones_of(self.floor, self.lead)[0],
            tries=tries,
            made_at=self.floor.now,
        )
        return {"state": "promised", "due_at": None, "sleeps_again_at": None}, then

    def _promise_again(self) -> datetime | None:
        """When to try a promise again after nobody was reached; None when its steps are used up or it is settled."""
        if self.promise is None or self.settled():
            return None
        station = self.floor.sales_map(self.campaign.map_id).station(self.ticket.station)
        makers = [each.retry for each in station.outcomes if each.retry.kind == "promise"]
        if not makers:
            return None
        return attempts.promise_again(
            makers[0],
            missed=self.promise.tries + 1,
            now=self.floor.instant,
            zones=holding.zones_of(self.floor, self.lead),
            courtesy=holding.courtesy_tuple(self.campaign),
            off=holding.days_off(self.lead),
        )

    def settled(self) -> bool:
        """Whether the outcome is more than that nobody was reached."""
        return "reached_human" in self.resolved.flags or self.resolved.retry.kind not in ("plan", "after")

    def before_its_time(self) -> bool:
        """Whether this call came before the one that was promised, since they asked for us or rang us meanwhile."""
        return self.promise is not None and self.promise.promised_at > self.floor.now + KEPT_WITHIN
