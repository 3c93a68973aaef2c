"""One operation, every door: roles, keys and errors are the registry's business, so they hold for all of them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from salesdesk.desk import registry
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.lists import ShowLists
from salesdesk.desk.people import AddPerson, SetState, SignIn
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.registry import Effect, Write, new_key, operation, operations
from salesdesk.desk.roles import EVERYONE, Role, parse
from salesdesk.desk.serving import ClaimNext
from salesdesk.line.calling_rules import packs
from salesdesk.line.salesmap import shipped
from tests.floors import TestFloor
from tests.steps import refused, rows, value

NAMED = (
    *("claim_next", "record_outcome", "heartbeat", "skip", "undo", "explain_ticket", "why_dry", "opt_out"),
    *("import_list", "create_campaign", "draft_batch", "check_batch", "release_batch", "board", "my_numbers"),
    *("balance", "sign_in", "sign_out", "set_state", "dialed", "answered", "assign"),
)


@pytest.mark.parametrize("name", NAMED)
def test_operations_that_others_rely_on_keep_their_names(name: str) -> None:
    assert registry.named(name).name == name
    assert registry.named(name.replace("_", "-")).name == name


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_operation_can_be_described(name: str) -> None:
    what = operations()[name]
    assert what.summary
    assert what.roles
    assert what.reply is not None
    schema = what.request.model_json_schema()
    assert all("description" in field for field in schema.get("properties", {}).values())
    assert (what.effect is Effect.WRITE) == issubclass(what.request, Write)
    assert registry.named(name) is what


def test_an_unknown_operation_names_its_neighbour() -> None:
    with pytest.raises(BadRequest, match="did you mean claim_next"):
        registry.named("claim-nxt")


def test_an_operation_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):

        @operation(roles=EVERYONE, effect=Effect.READ)
        def claim_next(floor: object, me: object, ask: object) -> None:
            """Again."""


def test_the_role_is_checked_before_any_effect(floor: TestFloor) -> None:
    before = rows(floor, "SELECT * FROM event"), rows(floor, "SELECT * FROM receipt")
    ask = AddPerson(name="X", roles="sdr")
    assert "add_person is for" in refused(floor, "Dana", ask, "role")
    refused(floor, "Dana", ShowLists(), "role")
    assert (rows(floor, "SELECT * FROM event"), rows(floor, "SELECT * FROM receipt")) == before
    floor.ask("Sam", ask)


def test_a_refusal_keeps_no_receipt_so_the_same_key_can_be_tried_again(floor: TestFloor) -> None:
    bad, good = SetState(state="x", key="k"), SetState(state="ready", key="k")
    refused(floor, "Dana", bad, "unknown_state")
    floor.ask("Dana", good)


def test_receipts_are_forgotten_after_a_week_or_so(floor: TestFloor) -> None:
    for _ in range(5):
        floor.ask("Dana", SetState(state="ready"))
    floor.clock.forward(9 * 86_400)
    floor.ask("Dana", Heartbeat())
    assert value(floor, "SELECT count(*) FROM receipt WHERE at < ?", floor.clock.time - 8 * 86_400) == 0


def test_a_job_is_not_answered_at_once(floor: TestFloor) -> None:
    from salesdesk.desk.auditing import RunAudit

    refused(floor, "Sam", RunAudit(), "is_a_job")


def test_keys_are_in_the_order_of_time() -> None:
    keys = [new_key() for _ in range(100)]
    assert len(set(keys)) == 100
    assert [key[:14] for key in keys] == sorted(key[:14] for key in keys)


@pytest.mark.parametrize("wrong", [{"stations": "sdr"}, {"station": 5}, {"key": "x" * 81}])
def test_a_request_with_something_wrong_in_it_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ClaimNext.model_validate(wrong)


def test_requests_are_never_changed() -> None:
    with pytest.raises(ValidationError):
        ClaimNext().station = "x"  # type: ignore[misc]


def test_roles_are_read_from_words() -> None:
    assert parse("sdr, coordinator") == {Role.SDR, Role.COORDINATOR}
    assert parse("") == frozenset()
    with pytest.raises(ValueError, match="king"):
        parse("king")


def test_a_stranger_is_told_who_is_known(floor: TestFloor) -> None:
    with pytest.raises(Refused, match="Cleo, Dana"):
        floor.desk("Nobody")


@pytest.mark.engines("sqlite")
def test_a_station_reads_its_files_before_it_takes_its_turn(floor: TestFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight stations that start together would otherwise wait for each other's maps and rules."""
    for known in (registry.load, shipped, packs):
        known.cache_clear()
    write = floor.counter.store.write

    def watched(work: Any) -> Any:
        assert shipped.cache_info().currsize
        assert packs.cache_info().currsize
        return write(work)

    monkeypatch.setattr(floor.counter.store, "write", watched)
    floor.ask("Dana", Heartbeat())


@pytest.mark.engines("sqlite")
def test_taking_a_seat_reads_no_law(floor: TestFloor) -> None:
    """Nobody waits for it before their first screen; `prepare` reads it once that is there."""
    for known in (registry.load, packs):
        known.cache_clear()
    floor.ask("Dana", SignIn())
    assert not packs.cache_info().currsize
    registry.prepare()
    assert packs.cache_info().currsize
