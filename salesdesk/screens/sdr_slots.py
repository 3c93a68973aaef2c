"""Slots at the caller's station: read when a meeting is being agreed, kept when one is chosen."""

from __future__ import annotations

from functools import partial

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.screens.station import Station
from salesdesk.widgets.entry import Entry
from salesdesk.widgets.outcome_form import OutcomeForm
from salesdesk.widgets.slot_offers import MORE, SlotChoice


def begin(screen: Station, form: OutcomeForm, entry: Entry, card: TicketCard) -> None:
    """Have the offers at hand before the slot is asked for."""
    if any(each.kind == "slot" for each in entry.outcome.fields):
        entry.slots = SlotChoice(entry.zone, entry.mine, entry.clock)
        screen.read(partial(_learn, screen, form, entry, card, 0), "slots")


def answer(screen: Station, form: OutcomeForm, entry: Entry, card: TicketCard, ask: str | int) -> None:
    """Do what the form asks: other offers, or keep a slot."""
    if entry.slots is None:
        return
    if isinstance(ask, int):
        screen.act(partial(_keep, screen, form, entry, card, ask))
    elif ask == MORE:
        screen.read(partial(_learn, screen, form, entry, card, entry.slots.page + 1), "slots")


async def _learn(screen: Station, form: OutcomeForm, entry: Entry, card: TicketCard, page: int) -> None:
    from salesdesk.desk.meetings import OfferSlots

    if entry.slots is None:
        return
    found = await screen.ask(OfferSlots(ticket=card.ticket, token=card.token, page=page))
    if page and not found.offers:
        page = 0
        found = await screen.ask(OfferSlots(ticket=card.ticket, token=card.token))
    entry.slots.learn(found, page)
    form.repaint()


async def _keep(screen: Station, form: OutcomeForm, entry: Entry, card: TicketCard, start: int) -> None:
    """Keep a slot; when somebody was quicker, the field is asked again with what is left."""
    from salesdesk.desk.meetings import KeepSlot

    if entry.slots is None:
        return
    with_whom = entry.slots.executive_at(start)
    try:
        ask = KeepSlot(ticket=card.ticket, token=card.token, starts_at=start, executive=with_whom)
        entry.slots.keeps(await screen.ask(ask))
    except Refused as no:
        if no.code != "slot_gone":
            raise
        await _learn(screen, form, entry, card, 0)
        if form.entry is entry:
            entry.ask_again("slot", no.message)
            form.open(entry)
    form.repaint()
