"""A station with forms and jobs: answers given half-way are kept, long work shows its progress and can be stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import ValidationError

from salesdesk.desk.errors import Refused
from salesdesk.desk.local import Desk
from salesdesk.desk.registry import Request
from salesdesk.screens.asking import Draft, Question, Questionnaire
from salesdesk.screens.coordinator_words import Unclear
from salesdesk.screens.dialogs import Ended, Working
from salesdesk.screens.station import Station

Go = Callable[[dict[str, str]], Awaitable[None]]


class FormStation(Station):
    """Forms are dialogs over the screen; `drafts` keeps their answers until they were sent."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.drafts: dict[str, Draft] = {}

    async def reload(self) -> None:
        """Read again what the screen shows, after a job that was stopped."""

    def form(self, name: str, title: str, questions: tuple[Question, ...], go: Go, last: str) -> None:
        """Ask a form; its draft is kept until `go` has dropped it. When an answer is refused, the form is there again
        with that answer in front."""
        draft = self.drafts.setdefault(name, Draft())

        def ask(fault: str = "") -> None:
            self.app.push_screen(Questionnaire(title, questions, draft, last=last, fault=fault), answered)

        def answered(answers: dict[str, str] | None) -> None:
            if answers is None:
                self.say("your answers are kept; the same key goes on with them")
            else:
                self.act(lambda: self._send(go, answers, again))

        def again(no: Refused) -> bool:
            at = next((n for n, each in enumerate(questions) if no.code in each.refused), None)
            if at is not None:
                draft.at = at
                ask(no.message)
            return at is not None

        ask()

    async def _send(self, go: Go, answers: dict[str, str], again: Callable[[Refused], bool]) -> None:
        try:
            await go(answers)
        except Refused as no:
            if not again(no):
                raise
        except Unclear as unclear:
            self.say(f"{unclear}; your answers are kept", "warn")
        except ValidationError as error:
            first = error.errors()[0]
            self.say(f"{' '.join(map(str, first['loc']))}: {first['msg']}; your answers are kept", "warn")

    def work(
        self,
        title: str,
        request: Request[Any],
        form: str,
        done: Callable[[Any], None],
        kept: str = "what is done stays",
    ) -> None:
        """Run a job under its progress; `done` hears the reply, a stop or a no is said."""

        def ended(how: Ended[Any] | None) -> None:
            if how is not None and how.reply is not None:
                self.drafts.pop(form, None)
                done(how.reply)
            elif how is not None:
                self.read(self.reload, "load")
                self.say(how.sentence, "warn")

        self.app.push_screen(Working(title, self.desk, request, kept), ended)
