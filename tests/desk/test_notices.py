"""Word to a seat: it is on the person's screens until it is seen or over, and wins are celebrated by everybody once."""

from __future__ import annotations

import pytest

from salesdesk.desk import notices
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.notices import News, NewsReply, Seen
from salesdesk.store.people import by_name
from tests.floors import TestFloor
from tests.steps import assert_clean, value, work


def person(floor: TestFloor, name: str) -> Person:
    row = floor.counter.store.read(lambda session: by_name(session, name))
    assert row is not None
    return Person(row.id, row.name, frozenset(), row.team, row.zone)


def send(floor: TestFloor, to: str, kind: str = "message", text: str = "hello", lasts: int = 600) -> int:
    who = person(floor, to).id
    counter = floor.counter
    return counter.store.write(lambda session: notices.send(counter.floor(session), who, kind, text, lasts=lasts))


def news(floor: TestFloor, name: str, celebrated: int = 0) -> NewsReply:
    return floor.ask(name, News(celebrated=celebrated))


def told(floor: TestFloor, name: str) -> list[str]:
    return [each.text for each in news(floor, name).notices]


# A remote floor's counter is that of the file behind its server: what the floor itself sends starts there.
@pytest.mark.engines("sqlite", "postgres")
def test_a_notice_stays_until_its_person_has_seen_it(floor: TestFloor) -> None:
    first = send(floor, "Dana", text="call me")
    send(floor, "Dana", kind="move", text="you move")
    assert told(floor, "Dana") == ["call me", "you move"]
    assert told(floor, "Ito") == []
    floor.ask("Ito", Seen(notices=(first,)))
    assert told(floor, "Dana") == ["call me", "you move"], "nobody sees it for her"
    floor.ask("Dana", Seen(notices=(first,)))
    assert told(floor, "Dana") == ["you move"]
    floor.clock.forward(600)
    assert told(floor, "Dana") == []
    assert_clean(floor)


@pytest.mark.engines("sqlite", "postgres")
def test_words_of_a_notice_are_harmless_short_and_in_no_event(floor: TestFloor) -> None:
    send(floor, "Dana", text="\x1b[2Jsecret " + "x" * 300)
    (notice,) = news(floor, "Dana").notices
    assert len(notice.text) <= notices.LONGEST
    assert "\x1b" not in notice.text
    assert value(floor, "SELECT count(*) FROM event WHERE data LIKE '%secret%'") == 0
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'noticed'") == 1, "the screens wake up"


@pytest.mark.engines("sqlite", "postgres")
def test_what_ended_is_forgotten(floor: TestFloor) -> None:
    for _ in range(3):
        send(floor, "Dana", lasts=10)
        floor.clock.forward(11)
    assert value(floor, "SELECT count(*) FROM notice") == 1


@pytest.mark.engines("sqlite", "postgres")
def test_a_win_is_celebrated_once_on_every_screen(floor: TestFloor) -> None:
    def win(what: str) -> None:
        counter, me = floor.counter, person(floor, "Dana")

        def work(session: object) -> None:
            where: Floor = counter.floor(session)  # type: ignore[arg-type]
            notices.celebrate(where, me, what, "Spring Audit")

        counter.store.write(work)

    win("meeting")
    win("deal")
    newest = news(floor, "Ito").win
    assert newest is not None
    assert newest.text == "Dana: deal, Spring Audit"
    assert news(floor, "Ito", celebrated=newest.id).win is None
    assert news(floor, "Sam").win == newest
    floor.clock.forward(notices.CELEBRATED_FOR)
    assert news(floor, "Eve").win is None, "a screen that opens later does not celebrate the past"


def test_a_meeting_that_was_agreed_is_celebrated(floor: TestFloor) -> None:
    work(floor, "no")
    assert news(floor, "Ito").win is None
    work(floor, "meeting")
    won = news(floor, "Ito").win
    assert won is not None
    assert won.text == "Dana: meeting, Spring Audit"
    assert_clean(floor)
