"""The coordinator's meetings: invitations to send, meetings to come, and those of which nobody has said what came."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from salesdesk.desk.errors import Refused
from salesdesk.desk.invites import AssignMeeting, MarkInvite, MeetingFile, MeetingLine
from salesdesk.desk.marking import CALLED_OFF, HELD, NO_SHOW, OPEN, RESULTS, MarkMeeting
from salesdesk.line.tzdata import zone
from salesdesk.screens.asking import Question
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.dialogs import Confirm
from salesdesk.screens.forms import FormStation
from salesdesk.widgets.lines import BLANK, Line, cell, flowed, line
from salesdesk.widgets.record_list import Record

WIDTHS = {False: (16, 17, 16, 9, 10), True: (16, 24, 36, 20, 10)}
"""Cells of the columns on a narrow and on a wide screen; two spaces stand between two."""
TITLES = ("when, floor time", "who", "company", "with", "state")
_INVITES = {"withdraw": "sent; its cancellation has to go out", "none": "not sent"}
_TONES = {"unresolved": "bad", "to invite": "warn", "withdraw": "bad", "nobody": "bad", "held": "good"}


def head(wide: bool) -> list[Line]:
    """The titles of the columns."""
    titles = "  ".join(cell(value, width) for value, width in zip(TITLES, WIDTHS[wide], strict=True))
    return [line("  ", (titles, "dim"))]


def state_of(each: MeetingLine) -> str:
    """What is to be done about a meeting, or what came of it, in a word."""
    if each.invite == "withdraw":
        return "withdraw"
    if each.state != "booked":
        return _said(each.state)
    if each.unresolved:
        return "unresolved"
    if not each.executive:
        return "nobody"
    return "to invite" if each.invite == "pending" else "invited"


def _said(state: str) -> str:
    return state.replace("_", " " if state == CALLED_OFF else "-")


def records(found: tuple[MeetingLine, ...], floor_zone: str, wide: bool) -> list[Record]:
    """The rows of the pane."""
    return [Record(each.id, _row(each, floor_zone, wide)) for each in found]


def _row(each: MeetingLine, floor_zone: str, wide: bool) -> Line:
    at, state = datetime.fromtimestamp(each.starts_at, zone(floor_zone)), state_of(each)
    values = (f"{at:%a} {at.day} {at:%b %H:%M}", each.who, each.account, each.executive_name or "nobody")
    shown = [cell(value, width) for value, width in zip(values, WIDTHS[wide], strict=False)]
    return line(f"{shown[0]}  ", (shown[1], "strong"), f"  {shown[2]}  {shown[3]}  ", (state, _TONES.get(state, "")))


def about(each: MeetingLine, width: int) -> list[Line]:
    """What there is to say about one meeting, and what may be done."""
    there = datetime.fromtimestamp(each.starts_at, zone(each.zone))
    city = each.zone.rsplit("/", 1)[-1].replace("_", " ")
    minutes = (each.ends_at - each.starts_at) // 60
    rows = [
        line((each.who, "strong"), f"  {each.title} · {each.account}"),
        line(("their time  ", "dim"), f"{there:%a} {there.day} {there:%b %H:%M} {city}, {minutes} min"),
        line(("agreed by   ", "dim"), f"{each.booked_by}, {each.campaign}"),
        line(("invitation  ", "dim"), _INVITES.get(each.invite, each.invite)),
    ]
    if each.state in RESULTS:
        rows.append(
            line(
                ("result      ", "dim"), _said(each.state), *([("  ", ""), (each.reason, "dim")] if each.reason else [])
            )
        )
    rows.append(BLANK)
    results = [("h", "held"), ("o", "no-show"), ("f", "called off"), ("v", "rejected")]
    keys = [("g", ".ics"), ("s", "cancellation sent" if each.invite == "withdraw" else "invite sent")]
    if each.state in RESULTS:
        keys = [("F8", "takes it back"), *(keys if each.invite == "withdraw" else ())]
    elif not each.executive:
        keys = [("e", "executive"), *keys]
    return [*rows, *flowed([line((key, "key"), f" {does}") for key, does in (*keys, *results)], width)]


class MeetingKeys(FormStation):
    """What may be done with the meeting under the cursor."""

    MEETING_KEYS: ClassVar[frozenset[str]] = frozenset(
        {"write_invite", "invite_sent", "held", "no_show", "called_off", "rejected", "open_again", "find_executive"}
    )

    @abstractmethod
    def meeting(self) -> MeetingLine | None:
        """The meeting under the cursor, if the pane in front shows meetings."""

    def _with_meeting(self, job: Callable[[MeetingLine], None]) -> None:
        found = self.meeting()
        if found is None:
            self.say("go to a meeting first (5)")
        else:
            job(found)

    def action_write_invite(self) -> None:
        """Write the invitation, or the cancellation, to a file."""
        self._with_meeting(self._ask_where)

    def _ask_where(self, found: MeetingLine) -> None:
        name = f"meeting-{found.id}.ics"
        asked = (Question("path", "Where is the invitation written?", "file", kind="path", default=name),)
        self.drafts.pop("invite", None)
        self.form("invite", "INVITATION", asked, partial(self._write_invite, found), "writes it")

    async def _write_invite(self, found: MeetingLine, answers: dict[str, str]) -> None:
        file = await self.ask(MeetingFile(meeting=found.id))
        try:
            path = Path(answers["path"]).expanduser()
            path = path / file.name if path.is_dir() else path
            path.write_bytes(file.text.encode())
        except (OSError, RuntimeError, ValueError) as error:
            raise Unclear(f"it cannot be written there ({type(error).__name__})") from None
        what = "cancellation" if file.cancels else "invitation"
        self.say(f"{what} for {file.to or 'nobody: no address is known'} is in {path}; s once it went out", "good")

    def action_invite_sent(self) -> None:
        """The invitation went out; again: it did not."""

        def mark(found: MeetingLine) -> None:
            self._do(MarkInvite(meeting=found.id, sent=found.invite in ("pending", "withdraw")))

        self._with_meeting(mark)

    def action_held(self) -> None:
        """The meeting took place."""
        self._with_meeting(lambda found: self._confirm(found, HELD, "took place, and the prospect was there"))

    def action_no_show(self) -> None:
        """The prospect did not come."""
        self._with_meeting(lambda found: self._confirm(found, NO_SHOW, "did not take place: the prospect did not come"))

    def _confirm(self, found: MeetingLine, result: str, words: str) -> None:
        if found.starts_at > self.desk.now():
            self.say("this meeting has not begun yet", "warn")
            return

        sentences = (f"The meeting with {found.who}, {found.account}, {words}?",)
        name = result.replace("_", "-")
        self._agree(MarkMeeting(meeting=found.id, result=result), f"MARK {name.upper()}", sentences, f"mark it {name}")

    def _agree(self, request: MarkMeeting, title: str, sentences: Sequence[str], verb: str) -> None:
        """Mark a meeting after a confirm."""

        def agreed(yes: bool | None) -> None:
            if yes:
                self._do(request)
            else:
                self.say("nothing was marked")

        self.app.push_screen(Confirm(title, (*sentences, f"{self.cap('open_again')} takes it back."), verb), agreed)

    def action_called_off(self) -> None:
        """The prospect calls the meeting off."""

        def ask(found: MeetingLine) -> None:
            if found.starts_at <= self.desk.now():
                self.say(
                    f"this meeting has begun; who called it off too late did not come: {self.cap('no_show')}", "warn"
                )
                return
            late = (
                "It is less than a day ahead, so it counts as a no-show." if self.desk.now() > found.call_off_by else ""
            )
            sent = (
                f"The cancellation has to go out then: {self.cap('write_invite')} writes it."
                if found.invite == "sent"
                else ""
            )
            said = f"{found.who}, {found.account}, calls the meeting off?"
            sentences = (said, "Its time is free for others, and its caller sets it anew, once.", late, sent)
            self._agree(MarkMeeting(meeting=found.id, result=CALLED_OFF), "CALLED OFF", sentences, "mark it called off")

        self._with_meeting(ask)

    def action_rejected(self) -> None:
        """The hand-off does not meet a criterion."""
        self._with_meeting(self._ask_why)

    def _ask_why(self, found: MeetingLine) -> None:
        async def go(answers: dict[str, str]) -> None:
            await self._mark(MarkMeeting(meeting=found.id, result="rejected", reason=answers["why"]))
            self.drafts.pop("rejected", None)

        hint = "a criterion of the hand-off, such as need, or a sentence"
        asked = (Question("why", f"Why is the meeting with {found.who} rejected?", "why", hint, limit=200),)
        self.form("rejected", "REJECT A MEETING", asked, go, "rejects it")

    def action_open_again(self) -> None:
        """Take back what was marked."""
        self._with_meeting(lambda found: self._do(MarkMeeting(meeting=found.id, result=OPEN)))

    def action_find_executive(self) -> None:
        """Give the meeting to an executive."""

        def ask(found: MeetingLine) -> None:
            async def go(answers: dict[str, str]) -> None:
                await self._assign(AssignMeeting(meeting=found.id, executive=answers["who"]))
                self.drafts.pop("executive", None)

            asked = (Question("who", f"Who holds the meeting with {found.who}?", "executive", "a name"),)
            self.form("executive", "WHO HOLDS IT", asked, go, "assigns it")

        self._with_meeting(ask)

    async def _assign(self, request: AssignMeeting) -> None:
        """Assign it; where that is outside the executive's own hours, only when that is meant."""
        try:
            await self._mark(request)
        except Refused as no:
            if no.code != "not_free":
                raise

            def agreed(yes: bool | None) -> None:
                if yes:
                    self._do(request.model_copy(update={"anyway": True}))
                else:
                    self.say("nobody was assigned")

            self.app.push_screen(Confirm("WHO HOLDS IT", (f"{no.message}.",), "give it to them"), agreed)

    def _do(self, request: MarkInvite | MarkMeeting | AssignMeeting) -> None:
        job: Callable[[], Awaitable[None]] = partial(self._mark, request)
        self.act(job)

    async def _mark(self, request: MarkInvite | MarkMeeting | AssignMeeting) -> None:
        self.say((await self.ask(request)).note, "good")
        await self.reload()
