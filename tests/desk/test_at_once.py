"""Many at once: servers and stations at one floor, each with a store of its own, never do what one alone would not."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import routing
from salesdesk.desk.calls import Dialed
from salesdesk.desk.choosing import next_ticket
from salesdesk.desk.eligibility import suppressed
from salesdesk.desk.moving import Assign
from salesdesk.desk.people import AddPerson
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.seats import station_for
from salesdesk.desk.serving import ClaimNext
from salesdesk.desk.suppressing import OptOut
from salesdesk.desk.undoing import WITHIN, Undo
from salesdesk.store.session import Session
from salesdesk.store.tickets import TicketRow
from tests.floors import MORNING, TestFloor, csv_of, import_rows, make_floor, open_floor, people_rows, release_campaign
from tests.steps import HOUR, assert_clean, claim, dial, record, rows, tamper, value, work

pytestmark = pytest.mark.engines("sqlite", "postgres")
ACME = (("Ada", "+12125550100"), ("Grace", "+12125550101"))
CALLERS = tuple(f"Caller {letter}" for letter in "ABCDEFGH")


@contextmanager
def branches(floor: TestFloor, count: int) -> Iterator[list[TestFloor]]:
    """The same floor as `count` servers see it, each with a store of its own and the same clock."""
    with ExitStack() as stack:
        made = [stack.enter_context(open_floor(floor.target)) for _ in range(count)]
        for each in made:
            each.counter = type(each.counter)(each.counter.store, floor.clock, each.counter.settings)
        yield made


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of these gives or raises when all begin at the same moment."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        start.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        asked = [pool.submit(run, work) for work in works]
        return [each.exception() or each.result() for each in asked]


def replies(found: list[Any]) -> list[Any]:
    """All of them, none of which may be an error."""
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return found


def crew(floor: TestFloor) -> None:
    """Eight more callers in the only campaign."""
    for name in CALLERS:
        floor.ask("Sam", AddPerson(name=name, roles="sdr"))
        floor.ask("Sam", Assign(person=name, campaign=1))


def test_eight_callers_at_once_share_every_lead_and_no_lead_twice(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=96) as floor, branches(floor, 4) as servers:
        crew(floor)
        open_now = value(
            floor,
            "SELECT count(*) FROM ticket t JOIN lane l ON l.id = t.lane_id JOIN call_window w ON w.id = l.window_id"
            " WHERE w.opens_at <= ? AND w.closes_at > ?",
            floor.clock.time,
            floor.clock.time,
        )

        def shift(server: TestFloor, name: str) -> list[int]:
            mine: list[int] = []
            while (card := server.ask(name, ClaimNext())) is not None:
                assert dial(server, card, name).allowed
                record(server, card, "no", name)
                mine.append(card.lead)
            return mine

        served = replies(at_once(*(partial(shift, servers[n % 4], name) for n, name in enumerate(CALLERS))))
        every = [lead for mine in served for lead in mine]
        assert len(set(every)) == len(every) == open_now > 60
        assert_clean(floor)


def test_callers_at_once_are_dealt_the_same_mix(tmp_path: Path) -> None:
    """While there is enough of every stratum, nobody is more than one lead from their share of it."""
    with make_floor(tmp_path, leads=240, now=MORNING + 4 * HOUR) as floor, branches(floor, 4) as servers:
        crew(floor)

        def shift(server: TestFloor, name: str) -> None:
            for _ in range(9):
                work(server, "no", name)

        replies(at_once(*(partial(shift, servers[n % 4], name) for n, name in enumerate(CALLERS))))
        strata = rows(floor, "SELECT id, size FROM stratum")
        dealt = {(each["person_id"], each["stratum_id"]): each["n"] for each in rows(floor, "SELECT * FROM dealt")}
        whole = sum(each["size"] for each in strata)
        callers = {person for person, _ in dealt}
        assert len(callers) == len(CALLERS)
        for caller in callers:
            assert sum(dealt.get((caller, each["id"]), 0) for each in strata) == 9
            for each in strata:
                assert abs(dealt.get((caller, each["id"]), 0) - 9 * each["size"] / whole) <= 1
        assert_clean(floor)


def test_a_key_that_is_sent_twice_at_once_is_done_once(floor: TestFloor) -> None:
    with branches(floor, 2) as servers:
        first = ClaimNext()
        cards = replies(at_once(*(partial(s.ask, "Dana", first) for s in servers)))
        assert cards[0].token == cards[1].token
        dials = Dialed(ticket=cards[0].ticket, token=cards[0].token)
        assert {each.dials for each in replies(at_once(*(partial(s.ask, "Dana", dials) for s in servers)))} == {1}
        saved = RecordOutcome(ticket=cards[0].ticket, token=cards[0].token, outcome="no_answer")
        events = {each.event for each in replies(at_once(*(partial(s.ask, "Dana", saved) for s in servers)))}
        assert len(events) == 1
        kinds = Counter(each["kind"] for each in rows(floor, "SELECT kind FROM event"))
        assert (kinds["served"], kinds["dialed"], kinds["recorded"]) == (1, 1, 1)
        assert_clean(floor)


def test_a_hold_that_is_recorded_twice_at_once_has_one_outcome(floor: TestFloor) -> None:
    with branches(floor, 2) as servers:
        for _ in range(5):
            card = claim(floor)
            dial(floor, card)
            found = at_once(*(partial(record, s, card, "no") for s in servers))
            refusals = [each for each in found if isinstance(each, BaseException)]
            assert [getattr(each, "code", each) for each in refusals] == ["lost_hold"]
        assert value(floor, "SELECT count(*) FROM event WHERE kind = 'recorded'") == 5
        assert_clean(floor)


def test_one_person_at_two_stations_holds_one_lead(floor: TestFloor) -> None:
    with branches(floor, 4) as servers:
        cards = replies(at_once(*(partial(s.ask, "Dana", ClaimNext()) for s in servers)))
        assert len({card.token for card in cards}) == 1
        assert_clean(floor)


def test_nobody_is_served_a_lead_whose_number_is_taken_off_at_that_moment(floor: TestFloor) -> None:
    """Whichever comes first, no hold on the number may be worked afterwards."""
    with branches(floor, 2) as (station, desk):
        for _ in range(8):
            ticket = up_next(floor)
            number = value(
                floor,
                "SELECT p.e164 FROM phone p JOIN lead l ON l.contact_id = p.contact_id WHERE l.id = ?",
                ticket.lead_id,
            )
            served, taken_off = at_once(
                partial(station.ask, "Dana", ClaimNext()),
                partial(desk.ask, "Cleo", OptOut(number=number)),
            )
            replies([served, taken_off])
            stopped(floor, number, ticket.id)
            work(floor, "no")
        assert_clean(floor)


def test_nobody_is_dialed_whose_number_is_taken_off_at_that_moment(floor: TestFloor) -> None:
    """The dial that comes first is noted; whichever comes first, the hold may not be worked afterwards."""
    with branches(floor, 2) as (station, desk):
        for _ in range(8):
            card = claim(floor)
            number = card.numbers[0].e164
            dialed, taken_off = at_once(
                partial(dial, station, card),
                partial(desk.ask, "Cleo", OptOut(number=number)),
            )
            replies([taken_off])
            assert not isinstance(dialed, BaseException) or getattr(dialed, "code", "") == "void_hold", dialed
            stopped(floor, number, card.ticket)
            work(floor, "no")
        assert_clean(floor)


def up_next(floor: TestFloor) -> TicketRow:
    """The ticket that Dana would be served now."""
    me = floor.desk("Dana").person

    def peek(session: Session) -> TicketRow:
        here = floor.counter.floor(session)
        found = next_ticket(here, me, station_for(here, me, "sdr"))
        assert found is not None
        return found[0]

    return floor.counter.store.read(peek)


def stopped(floor: TestFloor, number: str, ticket: int) -> None:
    """Nobody can work on this number any more."""
    assert rows(floor, "SELECT * FROM hold WHERE number = ? AND void = ''", number) == []
    assert value(floor, "SELECT state FROM ticket WHERE id = ?", ticket) == "done"


@pytest.mark.engines("postgres")
@pytest.mark.parametrize("scope", ["person", "company"])
def test_a_colleague_who_is_taken_off_while_they_are_referred_to_is_not_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    """No hold and no ticket of theirs is there yet by which the two could meet."""
    ada, grace = ([name, "Field", "", number, "VP", "Acme Inc.", "", "", "US"] for name, number in ACME)
    with make_floor(tmp_path, leads=0, data=csv_of([ada])) as floor, branches(floor, 2) as (station, desk):
        import_rows(floor, csv_of([grace]), name="Later")
        card = claim(floor)
        assert dial(floor, card).allowed
        lead = value(floor, "SELECT max(id) FROM lead")
        asked, go = threading.Event(), threading.Event()

        def slowly(*about: Any) -> str | None:
            found = suppressed(*about)
            asked.set()
            assert go.wait(60)
            return found

        monkeypatch.setattr(routing, "suppressed", slowly)
        with ThreadPoolExecutor(2) as pool:
            saved = pool.submit(record, station, card, "referred", name="Grace Field")
            assert asked.wait(60)
            taken_off = pool.submit(desk.ask, "Cleo", OptOut(lead=lead, scope=scope))
            while not taken_off.done() and not somebody_waits(floor):
                pass
            go.set()
            replies([saved.result(), taken_off.result()])
        assert rows(floor, "SELECT * FROM ticket WHERE lead_id = ? AND state <> 'done'", lead) == []
        assert_clean(floor)


def somebody_waits(floor: TestFloor) -> bool:
    """Whether a transaction waits for another one."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(rows(floor, waiting))


def test_a_hold_that_expires_while_it_is_recorded_ends_once(floor: TestFloor) -> None:
    with branches(floor, 2) as (station, other):
        for _ in range(6):
            card = claim(floor)
            dial(floor, card)
            floor.clock.forward(46)
            saved, served = at_once(partial(record, station, card, "no"), partial(claim, other, "Ito"))
            assert not isinstance(served, BaseException), served
            assert not isinstance(saved, BaseException) or getattr(saved, "code", "") == "lost_hold"
            ends = rows(
                floor, "SELECT kind FROM event WHERE ticket_id = ? AND kind IN ('recorded', 'expired')", card.ticket
            )
            assert len(ends) == 1
            assert dial(floor, served, "Ito").allowed
            record(floor, served, "no", "Ito")
        assert_clean(floor)


def test_an_outcome_that_is_undone_while_its_lead_is_served_again_has_one_holder(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor, branches(floor, 2) as (station, other):
        card = work(floor, "no_answer", busy=True)
        assert card.attempts == 0
        floor.clock.forward(WITHIN - 1)
        tamper(floor, "UPDATE ticket SET due_at = ?", floor.clock.time)
        undone, served = at_once(partial(station.ask, "Dana", Undo()), partial(other.ask, "Ito", ClaimNext()))
        assert not isinstance(served, BaseException), served
        assert not isinstance(undone, BaseException) or getattr(undone, "code", "") == "taken", undone
        assert isinstance(undone, BaseException) == (served is not None)
        assert value(floor, "SELECT count(*) FROM hold") == 1
        assert_clean(floor)


def test_the_same_list_twice_at_once_makes_nobody_twice(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, release=False) as floor, branches(floor, 2) as servers:
        replies(at_once(*(partial(import_rows, s, csv_of(people_rows(60))) for s in servers)))
        assert value(floor, "SELECT count(*) FROM lead") == 60
        assert value(floor, "SELECT count(*) FROM account") == 60


def test_two_campaigns_released_at_once_share_no_lead(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=60, release=False) as floor, branches(floor, 2) as servers:
        replies(at_once(*(partial(release_campaign, s, name=f"No. {n}") for n, s in enumerate(servers))))
        assert value(floor, "SELECT count(*) FROM ticket") == 60
        assert value(floor, "SELECT count(DISTINCT lead_id) FROM ticket") == 60
        assert_clean(floor)
