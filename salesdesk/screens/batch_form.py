"""Drafting a batch of a campaign, and putting people into a campaign."""

from __future__ import annotations

from collections.abc import Sequence

from salesdesk.desk.moving import Assign
from salesdesk.desk.queues import QueueLine
from salesdesk.line.text import clean
from salesdesk.screens import coordinator_words as words
from salesdesk.screens.asking import Answers, Question
from salesdesk.screens.campaign_form import caller_names
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.list_form import Asker
from salesdesk.widgets.lines import Line, line

PROPOSAL = "the proposal fills the queue up to its stock target"
TURNS = "1 first, 2 second, 0 not at all"


def draft_questions(queues: Sequence[QueueLine], chosen: int | None) -> tuple[Question, ...]:
    """Which campaign, and how many leads; the proposal is the default."""
    mine = [each for each in queues if each.campaign is not None]
    usual = next((each.name for each in mine if each.campaign == chosen), mine[0].name if len(mine) == 1 else None)

    async def offer(_given: Answers) -> Sequence[Line]:
        rows = []
        for each in mine[:9]:
            told = f"  {each.on_hand:,} on hand, {each.proposed:,} proposed"
            rows.append(line((f"{each.campaign:>3} ", "key"), each.name, (told, "dim")))
        return rows

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        found = campaign_named(mine, text)
        return [line((found.sentence, "dim"))]

    async def count(text: str, _given: Answers) -> Sequence[Line]:
        words.count_of(text)
        return ()

    def proposed(given: Answers) -> str | None:
        found = campaign_named(mine, given["campaign"]).proposed
        return str(found) if found else None

    return (
        Question(
            "campaign",
            "A batch of which campaign?",
            "campaign",
            "its number or name",
            default=usual,
            check=check,
            ask=offer,
        ),
        Question("quantity", "How many leads at most?", "leads", PROPOSAL, default=proposed, check=count, limit=12),
    )


def campaign_named(queues: Sequence[QueueLine], text: str) -> QueueLine:
    """The campaign with this number or name. Raises Unclear."""
    asked = text.strip().casefold()
    for each in queues:
        if asked in (str(each.campaign), each.name.casefold()):
            return each
    raise Unclear(f"there is no campaign «{clean(text.strip(), limit=40)}»")


def assign_questions(ask: Asker, campaign: str) -> tuple[Question, ...]:
    """Who, and in which turn."""

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        known = await caller_names(ask)
        if text.strip().casefold() not in {name.casefold() for name in known}:
            shown = clean(text.strip(), limit=40)
            raise Unclear(f"nobody here is called «{shown}»; callers are {', '.join(known) or 'none yet'}")
        return ()

    async def callers(_given: Answers) -> Sequence[Line]:
        return [line(("callers  ", "accent"), (", ".join(await caller_names(ask)), "dim"))]

    async def turn(text: str, _given: Answers) -> Sequence[Line]:
        turn_of(text)
        return ()

    return (
        Question("person", f"Who is to change in {campaign}?", "who", check=check, ask=callers),
        Question("turn", "Which of their campaigns is it?", "turn", TURNS, default="1", check=turn),
    )


def turn_of(text: str) -> int:
    """A turn from its number or word. Raises Unclear."""
    turns = {"1": 1, "first": 1, "2": 2, "second": 2, "0": 0, "none": 0, "out": 0, "not at all": 0}
    try:
        return turns[text.strip().lower()]
    except KeyError:
        raise Unclear("the turn is 1 (first), 2 (second) or 0 (not at all)") from None


def assign_request(given: Answers, campaign: int) -> Assign:
    """The assignment as it was answered."""
    return Assign(person=given["person"].strip(), campaign=campaign, turn=turn_of(given["turn"]))
