"""A list of customers, open deals or partners that comes after a release: whom it names is put aside at once."""

from __future__ import annotations

from collections.abc import Collection

from salesdesk.desk import facts, holding
from salesdesk.desk.floor import Floor, Person
from salesdesk.line import inbound
from salesdesk.line.ledger import ticket_entry
from salesdesk.store import campaigns, holds, leads, promises, tickets
from salesdesk.store.tickets import TicketRow

STOPPED = "stop: this company has just come in on a list of {purpose}"
_WAITS = frozenset({"ready", "sleeping", "promised"})


def put_aside(
    floor: Floor, me: Person, list_id: int, purpose: str, marks: Collection[str], companies: Collection[str]
) -> int:
    """Put aside everybody whom these marks and companies name, in campaigns that leave such people out; returns how
    many tickets. A call that runs goes on, and its ticket is closed when it ends; whoever has asked for us stays."""
    leaving_out = {each.id for each in campaigns.everything(floor.session) if purpose in each.form.get("exclude", ())}
    if not leaving_out:
        return 0
    found = {row["lead_id"] for row in leads.contacts_like(floor.session, marks, companies)}
    aside = 0
    for lead_id in sorted(found):
        hold = holds.of_lead(floor.session, lead_id)
        for each in tickets.of_lead(floor.session, lead_id):
            if each.campaign_id not in leaving_out or each.stratum_id is None or each.kind == inbound.KIND:
                continue
            if each.kind == holding.EXCLUDED:
                continue
            state = each.state
            if state in _WAITS or _stopped(floor, each, purpose, hold):
                promises.drop(floor.session, each.id)
                tickets.change(floor.session, each.id, state="done", due_at=None, kind=holding.EXCLUDED)
                state = "done"
            elif state == "held":
                tickets.change(floor.session, each.id, kind=holding.EXCLUDED)
            aside += int(each.state != "done")
            # A ticket that is done already has its fact too: what was recorded of it is not undone any more.
            standing = [ticket_entry(each, state=state)]
            facts.record(floor, "excluded", me.id, ticket=each, list=list_id, purpose=purpose, tickets=standing)
    return aside


def _stopped(floor: Floor, ticket: TicketRow, purpose: str, hold: holds.HoldRow | None) -> bool:
    """Whether a lead on somebody's screen could be stopped, since nobody has dialed it."""
    if ticket.state != "held" or hold is None or hold.ticket_id != ticket.id or hold.called or hold.void:
        return False
    holding.renew(floor, hold, void=STOPPED.format(purpose=purpose))
    return True
