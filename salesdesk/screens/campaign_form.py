"""Writing a campaign: its concept in at most twelve answers, one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from salesdesk.desk.campaigns import CampaignLine, CreateCampaign
from salesdesk.desk.errors import Refused
from salesdesk.desk.executives import SetExecutives
from salesdesk.desk.people import ListPeople
from salesdesk.desk.segmenting import CountSegment, SegmentCount
from salesdesk.desk.targets import ProposeTarget
from salesdesk.line import merge, preapproach
from salesdesk.line.preapproach import PreApproach
from salesdesk.screens import coordinator_words as words
from salesdesk.screens.asking import Answers, Question
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.files import text_or_file
from salesdesk.screens.list_form import Asker
from salesdesk.widgets.lines import Line, line


def campaign_questions(ask: Asker) -> tuple[Question, ...]:
    """The concept in twelve answers; 1, 3, 5 and 7 have no default."""
    proposed: list[str] = []
    return (
        segment_question(ask),
        Question(
            "exclude", "Whom to leave out?", "leave out", "customers, deals, partners, some of them, or none",
            default="customers, deals, partners", check=_exclude, refused=("unknown_exclusion",),
        ),
        OFFER,
        Question(
            "ultimate", "What is the ultimate proposition?", "ultimate", "what you want them to do in the end",
            default=lambda given: given.get("offer", ""), limit=200,
        ),
        OPENING,
        FALLBACK,
        SCRIPT,
        pre_approach_question(ask),
        HOURS,
        plan_question(ask),
        callers_question(ask, proposed),
        target_question(proposed),
    )  # fmt: skip


def segment_question(ask: Asker) -> Question:
    """Which leads, counted while typing."""
    seen: list[SegmentCount] = []

    async def known() -> SegmentCount:
        if not seen:
            seen.append(await ask.do(CountSegment()))
        return seen[0]

    async def lists(_given: Answers) -> Sequence[Line]:
        found = await known()
        rows = [
            line((f"{n:>3} ", "key"), each.label, (f"  {each.leads:,}", "dim"))
            for n, each in enumerate(found.lists[:9], 1)
        ]
        narrow = [("country", found.countries), ("seniority", found.seniorities)]
        narrow += [("incumbent", found.incumbents)] if found.incumbents else []
        for label, choices in narrow:
            shown = ", ".join(f"{each.value or '–'} {each.leads:,}" for each in choices[:6])
            rows.append(line((f"{label}  ", "accent"), (shown, "dim")))
        return rows or [line(("no list is in the house yet", "warn"))]

    async def count(text: str, _given: Answers) -> Sequence[Line]:
        found = await ask.do(CountSegment(segment=words.segment_of(text, await known())))
        if not found.leads:
            raise Unclear("no lead of the house list is meant by that")
        return [line((f"{found.leads:,} leads", "strong"))]

    hint = (
        "a list's number or all, then parts such as: title finance, seniority head director, country US, staff 50-500,"
        " incumbent known (unknown, a name), contract within 6 months"
    )
    return Question("segment", "Which leads?", "segment", hint, check=count, live=True, ask=lists, limit=300)


OFFER = Question("offer", "What is offered?", "offer", "a few words, such as: a freight audit without a fee", limit=200)
OPENING = Question(
    "initial", "What is the first sentence, and what does it ask for?", "opening",
    "such as: We find money in freight bills; may I show you in 20 minutes?", limit=300,
)  # fmt: skip
FALLBACK = Question(
    "fallback",
    "And if they will not meet?",
    "fallback",
    "the smaller thing to ask for",
    default="send the guide",
    limit=200,
)


async def _exclude(text: str, _given: Answers) -> Sequence[Line]:
    words.exclusions_of(text)
    return ()


async def _script(text: str, _given: Answers) -> Sequence[Line]:
    read = await asyncio.to_thread(text_or_file, text)
    script, other = words.scripts_of(read)
    for label, body in (("", script), ("script B: ", other)):
        try:
            merge.fields_used(body)
        except merge.MergeError as error:
            raise Unclear(f"{label}{error}") from None
        if len(body) > 6000:
            raise Unclear("a script has at most 6,000 characters")
        if not body and not label:
            raise Unclear("the script is empty")
    return ()


SCRIPT = Question(
    "script", "What does the caller say?", "script",
    "paste it, or give the path of a text file; {{first_name}}, {{company}}, {{me}} and {{offer}} are filled in;"
    " a line --- B begins variant B",
    "text", check=_script, refused=("bad_script",),
)  # fmt: skip


def pre_approach_question(ask: Asker) -> Question:
    """What goes out before the calls, when, and how many days later calls open; said back while it is typed."""

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        told = _pre_approach(ask, text)
        return [line((told.told(), "strong"))] if told != preapproach.NONE else ()

    hint = (
        "none, or mail or package, the day it is sent and days until calls open: mail 2026-12-01 +2; without a day"
        " calls wait until you say (m) that it was sent; already and some words for what went out before"
    )
    return Question(
        "pre_approach", "Does anything go out before the call?", "pre-approach", hint,
        default="none", check=check, live=True, limit=60, refused=("bad_pre_approach",),
    )  # fmt: skip


def sent_question(ask: Asker, campaign: CampaignLine) -> Question:
    """That it was sent, of a campaign that is there already: today, unless its day was said before."""
    known = preapproach.parse(campaign.pre_approach, ask.today())

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        return [line((_pre_approach(ask, text, known).told(), "strong"))]

    hint = "sent today, sent 2026-12-01, mail 2026-12-01 +2, package tomorrow +4, mail (not sent yet), or none"
    return Question(
        "pre_approach", f"What goes out before the calls of {campaign.name}?", "pre-approach", hint,
        default="sent today" if known.unsent else known.typed, check=check, live=True, limit=60,
        ask=_said_before(campaign),
    )  # fmt: skip


def _said_before(campaign: CampaignLine) -> Callable[[Answers], Awaitable[Sequence[Line]]]:
    async def tell(_given: Answers) -> Sequence[Line]:
        return [line(("so far  ", "accent"), campaign.pre_approach_told)]

    return tell


def _pre_approach(ask: Asker, text: str, known: PreApproach = preapproach.NONE) -> PreApproach:
    try:
        return preapproach.parse(text, ask.today(), known)
    except preapproach.PreApproachError as error:
        raise Unclear(str(error)) from None


async def _hours(text: str, _given: Answers) -> Sequence[Line]:
    words.hours_of(text)
    return ()


HOURS = Question(
    "hours", "When may they be called?", "hours", "in the prospect's own time; the law narrows it further",
    default="Mon-Fri 8:30-17:30", check=_hours, refused=("bad_hours",),
)  # fmt: skip


def plan_question(ask: Asker) -> Question:
    """How often and when a lead is tried; the floor says which plans it has."""

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        try:
            await ask.do(ProposeTarget(leads=0, callers=0, plan=text))
        except Refused as no:
            if no.code == "unknown_plan":
                raise
        return ()

    return Question(
        "plan", "Which attempt plan?", "plan", "P: six tries in different parts of the day, then 90 days of rest",
        default="P", check=check, limit=20, refused=("unknown_plan",),
    )  # fmt: skip


def callers_question(ask: Asker, proposed: list[str]) -> Question:
    """Who calls, as their first or second campaign, and who takes the meetings; with that the target can be
    `proposed` that the next question takes for its default."""

    async def check(text: str, given: Answers) -> Sequence[Line]:
        calls, _executives = words.executives_of(text, await executive_names(ask))
        known = await caller_names(ask)
        callers, _turn = words.callers_of(calls, known)
        proposed[:] = [await _proposal(ask, given, len(callers or known))]
        return ()

    hint = (
        "all, or names with commas; «second» after them makes it their second campaign; «meetings Eve, Adam» at the end"
        " says who alone takes the meetings"
    )
    return Question(
        "callers", "Who calls, and who takes the meetings?", "callers", hint, default="all", check=check,
        refused=("unknown_person", "no_executive"),
    )  # fmt: skip


async def _proposal(ask: Asker, given: Answers, callers: int) -> str:
    """The target that usual yield and so many callers give, as it is typed; none where the floor refuses to say one, as
    for a plan that is refused at the end."""
    meant = words.segment_of(given["segment"], await ask.do(CountSegment()))
    leads = (await ask.do(CountSegment(segment=meant))).leads
    try:
        found = await ask.do(ProposeTarget(leads=leads, callers=callers, plan=given.get("plan", "P")))
    except Refused:
        return "none"
    return f"{found.meetings} until {found.ends_on}" if found.ends_on else "none"


def takers_question(ask: Asker, campaign: CampaignLine) -> Question:
    """Who takes the meetings of a campaign that is there already: as it is, unless somebody changes it."""

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        words.takers_of(text, await executive_names(ask))
        return ()

    async def known(_given: Answers) -> Sequence[Line]:
        return [line(("executives  ", "accent"), (", ".join(await executive_names(ask)) or "none yet", "dim"))]

    return Question(
        "takers", f"Who takes the meetings of {campaign.name}?", "meetings", "all, or names with commas",
        default="all" if campaign.any_executive else ", ".join(campaign.executives) or None, check=check, ask=known,
    )  # fmt: skip


async def takers_request(ask: Asker, given: Answers, campaign: int) -> SetExecutives:
    """Who takes the meetings, as it was answered."""
    return SetExecutives(campaign=campaign, executives=words.takers_of(given["takers"], await executive_names(ask)))


def end_question(campaign: CampaignLine) -> Question:
    """When a campaign ends, which is asked again of one that is there."""

    async def check(text: str, _given: Answers) -> Sequence[Line]:
        words.end_of(text)
        return ()

    return Question(
        "end", f"When does {campaign.name} end?", "end", "2026-12-18, or 60 % (of decision makers reached), or none",
        default=words.end_words(campaign.ends_on, campaign.end_share), check=check, refused=("bad_date", "past_date"),
    )  # fmt: skip


async def caller_names(ask: Asker) -> list[str]:
    """People who may call."""
    return await _with_role(ask, "sdr")


async def executive_names(ask: Asker) -> list[str]:
    """People who may take meetings."""
    return await _with_role(ask, "executive")


async def _with_role(ask: Asker, role: str) -> list[str]:
    found = await ask.do(ListPeople())
    return [each.name for each in found.people if role in each.roles]


async def _target(text: str, _given: Answers) -> Sequence[Line]:
    words.target_of(words.end_share_of(text)[0])
    return ()


def target_question(proposed: list[str]) -> Question:
    """Meetings a day and an end; what was `proposed` from the pace of the floor unless it is said otherwise."""
    return Question(
        "target", "How many meetings a day, and until when?", "target",
        "such as: 4 until 2026-12-18, or 60 % (of the decision makers reached)",
        default=lambda _given: proposed[0] if proposed else "none", check=_target, refused=("bad_date", "past_date"),
    )  # fmt: skip


async def campaign_request(ask: Asker, given: Answers) -> CreateCampaign:
    """The campaign as it was answered; answers that were not asked for take the default of the operation."""
    known = await ask.do(CountSegment())
    calls, executives = words.executives_of(given.get("callers", "all"), await executive_names(ask))
    callers, turn = words.callers_of(calls, await caller_names(ask))
    script, other = words.scripts_of(await asyncio.to_thread(text_or_file, given["script"]))
    target_text, end_share = words.end_share_of(given.get("target", "none"))
    target, ends_on = words.target_of(target_text)
    return CreateCampaign(
        segment=words.segment_of(given["segment"], known),
        exclude=words.exclusions_of(given.get("exclude", "customers, deals, partners")),
        offer=given["offer"],
        ultimate=given.get("ultimate", ""),
        initial=given["initial"],
        fallback=given.get("fallback", "send the guide"),
        script=script,
        script_b=other,
        pre_approach=given.get("pre_approach", "none"),
        hours=words.hours_of(given.get("hours", "Mon-Fri 8:30-17:30")),
        plan=given.get("plan", "P"),
        callers=callers,
        turn=turn,
        executives=executives,
        daily_target=target,
        ends_on=ends_on,
        end_share=end_share,
    )
