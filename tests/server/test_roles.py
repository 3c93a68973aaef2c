"""Who may ask for what: every operation, asked by every role, by nobody, and with tokens that do not work any more.

The matrix is made from the registry. Whoever may ask sends a request that makes no sense, and so gets as far as being
told so; after every refusal the database is what it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from salesdesk.desk.people import AddPerson
from salesdesk.desk.registry import Effect, operations
from salesdesk.desk.roles import Role
from salesdesk.desk.tokens import IssueToken, RevokeToken
from salesdesk.store import people
from tests.floors import TestFloor, make_floor
from tests.server.serving import TestServer, issue, serving
from tests.steps import claim, refused, tamper, value

NOBODY = {"no token": None, "no token at all": "Bearer", "a made up one": f"sd_1_{'x' * 43}"}
OPERATIONS = sorted(operations())


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestFloor]:
    folder: Path = tmp_path_factory.mktemp("roles")
    with make_floor(folder) as made:
        for role in Role:
            made.ask("Sam", AddPerson(name=f"Only {role}", roles=role))
        made.counter.store.write(lambda session: people.set_roles(session, 4, "supervisor coordinator director"))
        yield made


@pytest.fixture(scope="module")
def server(floor: TestFloor) -> Iterator[TestServer]:
    with serving(floor) as made:
        yield made


@pytest.fixture(scope="module")
def keys(floor: TestFloor, server: TestServer) -> dict[str, str | None]:
    """Tokens by what they are."""
    return NOBODY | {str(role): issue(floor, f"Only {role}") for role in Role} | _dead_keys(floor)


def _dead_keys(floor: TestFloor) -> dict[str, str | None]:
    """Tokens of a supervisor that do not work any more, or never did."""
    revoked, expired = issue(floor, "Sam"), issue(floor, "Sam")
    floor.ask("Sam", RevokeToken(token=int(revoked.split("_")[1])))
    tamper(floor, "UPDATE token SET expires_at = ? WHERE id = ?", floor.clock.time, int(expired.split("_")[1]))
    floor.ask("Sam", AddPerson(name="Gone", roles="supervisor"))
    left = issue(floor, "Gone")
    tamper(floor, "UPDATE person SET active = 0 WHERE name = 'Gone'")
    working = issue(floor, "Sam")
    return {
        "a revoked one": revoked,
        "an ended one": expired,
        "one of somebody who left": left,
        "one with another secret": working[:-43] + "y" * 43,
        "one with another id": f"sd_{10**17}_{working[-43:]}",
    }


@pytest.fixture
def watched(floor: TestFloor) -> Iterator[sqlite3.Connection]:
    """A connection of its own, whose data version moves when anybody else commits anything."""
    with closing(sqlite3.connect(floor.path)) as connection:
        before = list(connection.iterdump())
        yield connection
        assert list(connection.iterdump()) == before


def version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_only_those_with_the_role_get_as_far_as_asking(
    name: str, server: TestServer, keys: dict[str, str | None], watched: sqlite3.Connection
) -> None:
    what = operations()[name]
    before = version(watched)
    for who, token in keys.items():
        status, answer, _ = server.ask("POST", f"/v1/{name}", token=token, body=b'{"no such field": 1}')
        expected = 401 if who not in list(Role) else 422 if Role(who) in what.roles else 403
        assert status == expected, f"{who}: {answer!r}"
        assert version(watched) == before, f"{who} changed something"


@pytest.mark.parametrize("name", [name for name in OPERATIONS if operations()[name].effect is Effect.LIVE])
def test_live_streams_have_the_roles_of_their_operation(
    name: str, server: TestServer, keys: dict[str, str | None], watched: sqlite3.Connection
) -> None:
    what = operations()[name]
    for who, token in keys.items():
        if who not in list(Role) or Role(who) not in what.roles:
            status, _, _ = server.ask("GET", f"/v1/live/{name}", token=token)
            assert status == (403 if who in list(Role) else 401)


@pytest.mark.parametrize("path", ["/v1/me", "/v1/pulse"])
def test_the_other_routes_want_a_token_that_works(
    path: str, server: TestServer, keys: dict[str, str | None], watched: sqlite3.Connection
) -> None:
    for who, token in keys.items():
        if who not in list(Role):
            assert server.ask("GET", path, token=token)[0] == 401


@pytest.mark.parametrize(
    "name",
    [n for n in OPERATIONS if "ticket" in operations()[n].request.model_fields and Role.SDR in operations()[n].roles],
)
def test_what_is_not_mine_looks_like_what_is_not_there(name: str, server: TestServer, floor: TestFloor) -> None:
    theirs = claim(floor, "Dana")
    free = value(floor, "SELECT min(id) FROM ticket WHERE state = 'ready'")
    more = {"outcome": "no_answer"} if name == "record_outcome" else {"reason": "language"} if name == "skip" else {}
    answers = set()
    for ticket in (theirs.ticket, free, 10**12, 0, -1):
        asked = {"ticket": ticket, "token": theirs.token} | more
        if name == "explain_ticket":
            asked = {"ticket": ticket}
        answers.add(json.dumps(server.post("Ito", name, **asked)))
    assert len(answers) == 1, answers


def test_a_token_has_no_roles_but_its_own(server: TestServer, floor: TestFloor) -> None:
    narrow = server.token("Sam", roles="supervisor")
    assert server.ask("POST", "/v1/balance", token=narrow, body=b"{}")[0] == 200
    assert server.ask("POST", "/v1/draft_batch", token=narrow, body=b"{}")[0] == 403
    status, body, _ = server.ask("GET", "/v1/me", token=narrow)
    assert (status, json.loads(body)["roles"]) == (200, ["supervisor"])


def test_who_loses_a_role_loses_it_at_the_next_request(server: TestServer, floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Zoe", roles="supervisor"))
    token = issue(floor, "Zoe")
    assert server.ask("POST", "/v1/show_tokens", token=token, body=b"{}")[0] == 200
    floor.ask("Sam", AddPerson(name="Zoe", roles="sdr"))
    assert server.ask("POST", "/v1/show_tokens", token=token, body=b"{}")[0] == 403


def test_a_revoked_token_is_turned_away_at_its_next_request(server: TestServer, floor: TestFloor) -> None:
    token = issue(floor, "Rae")
    assert server.ask("GET", "/v1/me", token=token)[0] == 200
    floor.ask("Sam", RevokeToken(token=int(token.split("_")[1])))
    assert server.ask("GET", "/v1/me", token=token)[0] == 401


@pytest.mark.parametrize("over", ["revoked", "expired", "left", "roles"])
def test_who_was_let_in_before_is_looked_at_again(server: TestServer, floor: TestFloor, over: str) -> None:
    floor.ask("Sam", AddPerson(name=over, roles="sdr"))
    token = issue(floor, over)
    number = int(token.split("_")[1])
    asked = {"any_work": b"{}", "set_state": b'{"state": "ready"}', "claim_next": b"{}"}
    for _ in range(2):
        for name in ("any_work", "set_state"):
            assert server.ask("POST", f"/v1/{name}", token=token, body=asked[name])[0] == 200
    if over == "revoked":
        floor.ask("Sam", RevokeToken(token=number))
    elif over == "expired":
        tamper(floor, "UPDATE token SET expires_at = ? WHERE id = ?", floor.clock.time, number)
    elif over == "left":
        tamper(floor, "UPDATE person SET active = 0 WHERE name = 'left'")
    else:
        floor.ask("Sam", AddPerson(name=over, roles="board"))
    with closing(sqlite3.connect(floor.path)) as connection:
        before = version(connection)
        for name, body in (*asked.items(), ("set_state", b"no JSON")):
            assert server.ask("POST", f"/v1/{name}", token=token, body=body)[0] == (401 if over in ENDED else 403), name
        assert version(connection) == before


ENDED = ("revoked", "expired", "left")


def test_nobody_makes_a_token_above_their_own(floor: TestFloor) -> None:
    refused(floor, "Cleo", IssueToken(person="Sam"), "role")


def test_a_refused_write_can_be_asked_again_under_its_key(server: TestServer, floor: TestFloor) -> None:
    card = claim(floor, "Dana")
    hold = {"ticket": card.ticket, "token": card.token}
    early = server.post("Dana", "record_outcome", **hold, outcome="no_answer", key="the same key")
    assert early[0] == 409
    assert server.post("Dana", "dialed", **hold)[0] == 200
    assert server.post("Dana", "record_outcome", **hold, outcome="no_answer", key="the same key")[0] == 200
    assert server.post("Dana", "record_outcome", **hold, outcome="no_answer", key="the same key")[0] == 200
    assert server.post("Dana", "record_outcome", **hold, outcome="voicemail", key="the same key")[0] == 422
    assert server.post("Ito", "record_outcome", **hold, outcome="no_answer", key="the same key")[0] == 422


def test_a_board_on_a_wall_changes_nothing_and_sees_no_lead(server: TestServer, floor: TestFloor) -> None:
    token = issue(floor, "Only board")
    may = {name for name, what in operations().items() if Role.BOARD in what.roles}
    assert all(operations()[name].effect in (Effect.READ, Effect.LIVE) for name in may)
    card = claim(floor, "Dana")
    for name in may:
        asked = {"ticket": card.ticket} if "ticket" in operations()[name].request.model_fields else {}
        status, body, _ = server.ask("POST", f"/v1/{name}", token=token, body=json.dumps(asked).encode())
        assert status in (200, 409), name
        for canary in ("First", "Last", "@company", "+1"):
            assert canary not in body.decode(), name
