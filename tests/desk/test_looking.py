"""Who looked at whose detail: shown to leaders, and told to the one who was looked at."""

from __future__ import annotations

from salesdesk.desk.looking import LookAt, WhoLooked
from tests.floors import TestFloor
from tests.steps import assert_clean, refused, rows, value, work


def test_whoever_was_looked_at_can_see_who_looked(floor: TestFloor) -> None:
    card = work(floor, "no")
    look = floor.ask("Sam", LookAt(person="Dana"))
    assert (look.person, look.numbers.mine.dials) == ("Dana", 1)
    assert [each.outcome for each in look.outcomes] == ["no"]
    assert card.name not in look.model_dump_json(), "nothing of the lead"
    assert [(each.person, each.what) for each in floor.ask("Dana", WhoLooked()).looks] == [("Sam", "numbers")]
    assert floor.ask("Ito", WhoLooked()).looks == ()
    assert value(floor, "SELECT count(*) FROM event WHERE kind = 'looked_at'") == 1
    assert_clean(floor)


def test_only_leaders_look_and_looking_at_myself_is_no_look(floor: TestFloor) -> None:
    refused(floor, "Dana", LookAt(person="Ito"), "role")
    refused(floor, "Sam", LookAt(person="Nobody"), "unknown_person")
    floor.ask("Sam", LookAt(person="Sam"))
    assert rows(floor, "SELECT * FROM look") == []
