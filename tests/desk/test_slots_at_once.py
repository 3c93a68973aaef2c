"""No slot is ever given twice: many callers at once, and any order of offers, holds, bookings, undos and time."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from salesdesk.desk.cards import TicketCard
from salesdesk.desk.errors import Refused
from salesdesk.desk.meetings import BookMeeting, KeepSlot, OfferSlots
from salesdesk.desk.people import AddPerson
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.undoing import Undo
from tests.desk.test_at_once import CALLERS, at_once, branches, crew, replies
from tests.desk.test_meetings import AGREED, book, iso, nothing_twice, offers, talking
from tests.floors import MORNING, TestFloor, make_floor
from tests.steps import HOUR, assert_clean, record, rows, value

pytestmark = pytest.mark.engines("sqlite", "postgres")


def test_eight_who_want_the_same_slot_at_once_are_one_and_seven(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=48, now=MORNING + 2 * HOUR) as floor, branches(floor, 4) as servers:
        crew(floor)
        cards = {name: talking(floor, name) for name in CALLERS}
        wanted = offers(floor, cards[CALLERS[0]], CALLERS[0]).offers[1].starts_at

        def want(server: TestFloor, name: str) -> int:
            card = cards[name]
            return server.ask(name, KeepSlot(ticket=card.ticket, token=card.token, starts_at=wanted)).kept_until

        found = at_once(*(partial(want, servers[n % 4], name) for n, name in enumerate(CALLERS)))
        refusals = [each for each in found if isinstance(each, BaseException)]
        assert [getattr(each, "code", each) for each in refusals] == ["slot_gone"] * 7
        nothing_twice(floor)


def test_callers_who_book_at_once_share_the_executives_equally_and_no_slot(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=96, now=MORNING + 2 * HOUR) as floor, branches(floor, 4) as servers:
        crew(floor)
        floor.ask("Sam", AddPerson(name="Ada", roles="executive"))

        def shift(server: TestFloor, name: str) -> int:
            done = 0
            for _ in range(40):
                if done == 3:
                    break
                card = talking(server, name)
                choice = offers(server, card, name).offers[0]
                ask = KeepSlot(
                    ticket=card.ticket, token=card.token, starts_at=choice.starts_at, executive=choice.executive
                )
                try:
                    kept = server.ask(name, ask)
                except Refused as no:
                    if no.code != "slot_gone":
                        raise
                    record(server, card, "no", name)
                    continue
                book(server, card, kept.starts_at, name)
                done += 1
            return done

        booked = replies(at_once(*(partial(shift, servers[n % 4], name) for n, name in enumerate(CALLERS))))
        assert sum(booked) == 24
        shares = [each["n"] for each in rows(floor, "SELECT count(*) AS n FROM meeting GROUP BY executive_id")]
        assert len(shares) == 2
        assert abs(shares[0] - shares[1]) <= 4
        nothing_twice(floor)
        assert value(floor, "SELECT count(*) FROM slot WHERE meeting_id IS NULL") == 0
        assert_clean(floor)


EXPECTED = ("slot_gone", "no_slot", "lost_hold", "nothing_to_undo", "on_a_call", "taken")


class Diaries(RuleBasedStateMachine):
    """Three callers at one floor with two executives; whatever they do, in whatever order."""

    floor: TestFloor
    names = ("Dana", "Ito", "Una")
    booked = 0

    def __init__(self) -> None:
        super().__init__()
        self.cards: dict[str, TicketCard] = {}

    def _try(self, name: str, request: Any) -> Any:
        try:
            return self.floor.ask(name, request)
        except Refused as no:
            if no.code not in EXPECTED:
                raise
            if no.code == "lost_hold":
                self.cards.pop(name, None)
            return None

    def _talking(self, name: str) -> TicketCard | None:
        """Who this person talks to; somebody new when nobody is on the line."""
        if name not in self.cards and self.floor.ask(name, ClaimNext()) is not None:
            self.cards[name] = talking(self.floor, name)
        return self.cards.get(name)

    @rule(who=st.integers(0, 2), nth=st.integers(0, 2), page=st.integers(0, 1))
    def keep(self, who: int, nth: int, page: int) -> None:
        name = self.names[who]
        card = self._talking(name)
        found = self._try(name, OfferSlots(ticket=card.ticket, token=card.token, page=page)) if card else None
        if card and found:
            at = found.offers[nth].starts_at
            self._try(name, KeepSlot(ticket=card.ticket, token=card.token, starts_at=at))

    @rule(who=st.integers(0, 2), nth=st.integers(0, 40))
    def agree(self, who: int, nth: int) -> None:
        name = self.names[who]
        card = self._talking(name)
        found = self._try(name, OfferSlots(ticket=card.ticket, token=card.token)) if card else None
        if card and found:
            slot = iso(found.free[nth % len(found.free)])
            ask = BookMeeting(ticket=card.ticket, token=card.token, answers=AGREED | {"slot": slot})
            if self._try(name, ask):
                self.cards.pop(name, None)
                self.booked += 1

    @rule(who=st.integers(0, 2))
    def undo(self, who: int) -> None:
        name = self.names[who]
        if name not in self.cards and (card := self._try(name, Undo())) is not None:
            self.cards[name] = card

    @rule(seconds=st.sampled_from([20, 44, 100]))
    def wait(self, seconds: int) -> None:
        """A station that is killed falls silent: its hold ends by itself, and so does the slot that it kept."""
        self.floor.clock.forward(seconds)

    @invariant()
    def nobody_is_promised_twice(self) -> None:
        nothing_twice(self.floor)
        meetings = value(self.floor, "SELECT count(*) FROM meeting WHERE state = 'booked'")
        assert value(self.floor, "SELECT count(*) FROM slot WHERE meeting_id IS NOT NULL") == meetings


@pytest.mark.engines("sqlite")
def test_whatever_callers_do_nobody_is_promised_twice(tmp_path: Path) -> None:
    def machine() -> Diaries:
        folder = tmp_path / str(len(machines))
        folder.mkdir()
        made = Diaries()
        opened = make_floor(folder, leads=12, now=MORNING + 2 * HOUR)
        made.floor = opened.__enter__()
        for name, roles in (("Una", "sdr"), ("Ada", "executive")):
            made.floor.ask("Sam", AddPerson(name=name, roles=roles))
        made.teardown = lambda: (assert_clean(made.floor), opened.__exit__(None, None, None))  # type: ignore[assignment, func-returns-value, method-assign]
        machines.append(made)
        return made

    machines: list[Diaries] = []
    run_state_machine_as_test(
        cast("type[Diaries]", machine),
        settings=settings(max_examples=6, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
    assert any(each.booked for each in machines)
