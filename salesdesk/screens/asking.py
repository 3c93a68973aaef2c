"""One question at a time: a form whose answers are kept as a draft until they are sent, whatever happens.

    questions = (
        Question("offer", "What is offered?", hint="a freight audit", check=checked),
        Question("fallback", "And if they say no?", default="send the guide"),
    )
    app.push_screen(Questionnaire("NEW CAMPAIGN", questions, draft), done)

Enter takes the default, ↑ goes back, Esc closes and keeps the draft. A check answers lines to show under the question
or raises Unclear or Refused; its sentence is shown and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from pydantic import ValidationError
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from salesdesk.desk.errors import Refused
from salesdesk.line.text import clean
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.files import completed
from salesdesk.store.session import StoreError
from salesdesk.widgets.lines import BLANK, Line, Lines, cell, line, rule, wrapped
from salesdesk.widgets.text_box import LongTextBox, TextBox

Answers = Mapping[str, str]
Check = Callable[[str, Answers], Awaitable[Sequence[Line]]]
Default = str | Callable[[Answers], str | None] | None
LABEL = 14
_NOTHING = {None: "", "": "Enter leaves it empty"}


@dataclass(frozen=True)
class Question:
    """One question. Without a default an answer is needed. `label` is how the answer is listed afterwards; `live`
    runs the check while typing; `ask` gives the lines under the question before anything is typed. `refused` are the
    codes of refusals, once all is sent, that are about this answer."""

    id: str
    prompt: str
    label: str = ""
    hint: str = ""
    kind: Literal["line", "path", "text"] = "line"
    default: Default = None
    check: Check | None = None
    live: bool = False
    ask: Callable[[Answers], Awaitable[Sequence[Line]]] | None = None
    limit: int = 400
    refused: Collection[str] = ()

    def usual(self, answers: Answers) -> str | None:
        """What Enter takes."""
        return self.default(answers) if callable(self.default) else self.default


@dataclass
class Draft:
    """What was answered so far, and at which question somebody was."""

    answers: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    at: int = 0

    def clear(self) -> None:
        """The answers were sent."""
        self.answers.clear()
        self.typed.clear()
        self.at = 0


class Questionnaire(ModalScreen["dict[str, str] | None"]):
    """Asks question after question and answers them all at once; None when it was closed half-way. `fault` is what is
    wrong with the answer in front, from when it was sent."""

    CSS_PATH = "dialogs.tcss"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up,shift+tab", "back", show=False, priority=False),
        Binding("f2,ctrl+s", "next", show=False),
        Binding("tab", "complete", show=False),
    ]

    def __init__(
        self, title: str, questions: Sequence[Question], draft: Draft, *, last: str = "saves", fault: str = ""
    ) -> None:
        super().__init__()
        self._wrong = fault
        self._title, self._questions, self._draft, self._last = title, tuple(questions), draft, last
        self._notes: dict[int, Sequence[Line]] = {}
        self._looking = self._advancing = False
        self._wanted: str | None = None

    # drawing --------------------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with Vertical(classes="page"):
            yield Lines(id="asked")
            yield TextBox(id="answer")
            yield LongTextBox(id="long")
            yield Lines(id="fault")
            yield Lines(id="told")
            yield Lines(id="hints")

    def on_mount(self) -> None:
        self._show(self._wrong)

    @property
    def question(self) -> Question:
        """The question in front."""
        return self._questions[self._draft.at]

    def _show(self, fault: str = "") -> None:
        """Bring the question in front: its answer so far, its default, its lines, and what is wrong with it."""
        question = self.question
        long = question.kind == "text"
        answer, text = self.query_one("#answer", Input), self.query_one("#long", TextArea)
        typed = self._draft.typed.get(question.id, "")
        answer.display, text.display = not long, long
        with self.prevent(Input.Changed, TextArea.Changed):
            if long:
                text.load_text(typed)
                text.move_cursor(text.document.end)
            else:
                answer.max_length = question.limit
                usual = question.usual(self._draft.answers)
                answer.placeholder = f"Enter takes: {clean(usual, limit=120)}" if usual else _NOTHING[usual]
                answer.value = typed
                answer.cursor_position = len(typed)
        (text if long else answer).focus()
        self._fault(fault)
        asked = self.query_one("#asked", Lines)
        asked.styles.height = min(len(self._asked(76)), max(self.size.height - 12, 4))
        asked.draw(lambda width, height: self._asked(width)[-height:] if height else [])
        self.query_one("#hints", Lines).show([self._keys()])
        self._tell([])
        if question.ask is not None and self._draft.at not in self._notes:
            self.run_worker(self._introduce(self._draft.at), group="ask", exclusive=True, exit_on_error=False)
        elif question.live:
            self._look(typed)

    def _asked(self, width: int) -> list[Line]:
        """The title, what was answered, and the question; the newest answers when there is little room."""
        place = f"{self._draft.at + 1} of {len(self._questions)}"
        done = [
            line((cell(each.label or each.id, LABEL), "dim"), cell(self._given(each), max(width - LABEL, 8)))
            for each in self._questions[: self._draft.at]
        ]
        room = max(min(self.size.height - 12, 14) - 4, 1)
        hints = [line((row, "dim")) for row in wrapped(self.question.hint, width)] if self.question.hint else []
        return [rule(self._title, (place, "dim")), *done[-room:], BLANK, line((self.question.prompt, "strong")), *hints]

    def _given(self, question: Question) -> str:
        answer = self._draft.answers.get(question.id, "")
        first, _, more = answer.strip().partition("\n")
        return f"{first} ... {more.count(chr(10)) + 2} lines" if more else first or "–"

    def _keys(self) -> Line:
        final = self._draft.at == len(self._questions) - 1
        going = self._last if final else "next"
        key = ("F2 or Ctrl+s" if self.question.kind == "text" else "Enter", "key")
        tab = line(("   Tab", "key"), " completes") if self.question.kind == "path" else ()
        back = line(("   Shift+Tab", "key"), " back") if self._draft.at else ()
        return (*line(key, f" {going}"), *tab, *back, *line(("   Esc", "key"), " closes, the answers are kept"))

    def _fault(self, sentence: str) -> None:
        """Say what is wrong with the answer, in as many rows as that takes, and not once more below."""
        self._wrong = sentence
        rows = self.query_one("#fault", Lines)
        rows.styles.height = max(len(wrapped(sentence, self.size.width - 4)), 1)
        rows.draw(lambda width, _height: self._fault_rows(width))
        if sentence:
            self._tell([])

    def _fault_rows(self, width: int) -> list[Line]:
        rows = wrapped(self._wrong, width - 2) if self._wrong else []
        return [line(("  " if n else "✗ ", "bad"), (row, "bad")) for n, row in enumerate(rows)]

    def _tell(self, rows: Sequence[Line]) -> None:
        told = list(rows)
        for at in range(self._draft.at, -1, -1):
            if told:
                break
            told = list(self._notes.get(at, ()))
        self.query_one("#told", Lines).show(told)

    # answering ------------------------------------------------------------------------------------------------------

    @on(Input.Changed, "#answer")
    def _typing(self, event: Input.Changed) -> None:
        self._draft.typed[self.question.id] = event.value
        self._fault("")
        if self.question.live:
            self._look(event.value)
        elif self.question.kind == "path":
            self._notes.pop(self._draft.at, None)
            self._tell([])

    @on(TextArea.Changed, "#long")
    def _writing(self, event: TextArea.Changed) -> None:
        self._draft.typed[self.question.id] = event.text_area.text
        self._fault("")

    @on(Input.Submitted, "#answer")
    def _submitted(self) -> None:
        self.action_next()

    def action_next(self) -> None:
        """Take the answer (or the default) and go on."""
        if self._advancing:
            return
        self._advancing = True
        self.run_worker(self._advance(), group="next", exit_on_error=False)

    async def _advance(self) -> None:
        question, at = self.question, self._draft.at
        answer = self._draft.typed.get(question.id, "").strip("\n" if question.kind == "text" else " \n")
        try:
            if not answer.strip():
                answer = question.usual(self._draft.answers) or ""
                if not answer and question.default is None:
                    raise Unclear(f"an answer is needed: {question.prompt}")
            if question.check is not None and answer:
                self._notes[at] = await question.check(answer, self._draft.answers)
        except (Unclear, StoreError) as error:
            self._fault(str(error))
            return
        except Refused as no:
            self._fault(no.message)
            return
        except ValidationError as error:
            self._fault(error.errors()[0]["msg"])
            return
        finally:
            self._advancing = False
        self._draft.answers[question.id] = answer
        if at + 1 == len(self._questions):
            self.dismiss(dict(self._draft.answers))
            return
        self._draft.at = at + 1
        self._show()

    def action_back(self) -> None:
        """Go back one question; nothing is lost."""
        if self._draft.at:
            self._draft.at -= 1
            self._show()

    def action_leave(self) -> None:
        """Close; the draft stays."""
        self.dismiss(None)

    async def action_complete(self) -> None:
        """Complete a path as far as it is clear, and show what it could be."""
        if self.question.kind != "path":
            return
        answer = self.query_one("#answer", Input)
        value, candidates = completed(answer.value)
        answer.value = value
        answer.cursor_position = len(value)
        shown = candidates[:8] + ([f"... and {len(candidates) - 8} more"] if len(candidates) > 8 else [])
        self.query_one("#told", Lines).show([line((name, "dim")) for name in shown])

    # looking while somebody types -----------------------------------------------------------------------------------

    async def _introduce(self, at: int) -> None:
        question = self._questions[at]
        assert question.ask is not None
        try:
            rows = await question.ask(self._draft.answers)
        except (Refused, StoreError) as error:
            rows = [line((str(error), "warn"))]
        if self._draft.at == at:
            self._notes[at] = rows
            self._tell(rows)
            if question.live:
                self._look(self._draft.typed.get(question.id, ""))

    def _look(self, value: str) -> None:
        """Check what is being typed: one look at a time, and the last value always."""
        self._wanted = value
        if not self._looking:
            self._looking = True
            self.run_worker(self._look_on(), group="look", exit_on_error=False)

    async def _look_on(self) -> None:
        try:
            while (value := self._wanted) is not None:
                self._wanted = None
                await self._look_once(value)
        finally:
            self._looking = False

    async def _look_once(self, value: str) -> None:
        at, question = self._draft.at, self.question
        base = list(self._notes.get(at, ())) if question.ask is not None else []
        if question.check is None or not value.strip():
            return
        try:
            rows = list(await question.check(value, self._draft.answers))
        except (Unclear, Refused, StoreError, ValidationError) as error:
            said = wrapped(str(error).partition("\n")[0], self.size.width - 4)
            rows = [] if self._wrong else [line((row, "dim")) for row in said]
        if self._draft.at == at and self._wanted is None:
            self._tell([*rows, *base])
