"""Tokens: shown once, kept as digests, narrowed to roles, ended, replaced and taken back."""

from __future__ import annotations

import re

import pytest

from salesdesk.desk.people import AddPerson
from salesdesk.desk.tokens import (
    OVERLAP,
    IssuedToken,
    IssueToken,
    RevokeToken,
    RotateToken,
    ShowTokens,
    TokenLine,
    digest,
    parts,
)
from salesdesk.store import tokens
from tests.floors import TestFloor
from tests.steps import DAY, assert_clean, refused


def issue(floor: TestFloor, name: str = "Dana", by: str = "Sam", **more: object) -> IssuedToken:
    return floor.ask(by, IssueToken.model_validate({"person": name} | more))


def line(floor: TestFloor, token: int) -> TokenLine:
    return next(each for each in floor.ask("Sam", ShowTokens()).tokens if each.id == token)


def works(floor: TestFloor, token: int) -> bool:
    row = floor.counter.store.read(lambda session: tokens.by_id(session, token))
    assert row is not None
    return row.works(floor.clock.now())


def everything_kept(floor: TestFloor) -> str:
    """Every row of the tables that a secret could have slipped into."""
    tables = ("token", "event", "receipt", "answer", "counter")
    return floor.counter.store.read(
        lambda session: "\n".join(str(dict(row)) for name in tables for row in session.all(f"SELECT * FROM {name}"))
    )


def test_a_secret_is_shown_once_and_kept_nowhere(floor: TestFloor) -> None:
    made = issue(floor, key="once")
    assert made.secret is not None
    assert re.fullmatch(rf"sd_{made.id}_[A-Za-z0-9_-]{{43}}", made.secret)
    assert made.secret not in everything_kept(floor)
    assert made.secret.split("_", 2)[2] not in everything_kept(floor)
    assert digest(made.secret) in everything_kept(floor)
    again = issue(floor, key="once")
    assert (again.id, again.secret) == (made.id, None)
    assert "revoke it and issue another" in again.note
    assert "secret" not in floor.ask("Sam", ShowTokens()).model_dump_json()
    assert_clean(floor)


def test_secrets_differ(floor: TestFloor) -> None:
    assert len({issue(floor).secret for _ in range(20)}) == 20


def test_a_token_has_the_roles_of_its_person_or_fewer(floor: TestFloor) -> None:
    floor.ask("Sam", AddPerson(name="Both", roles="sdr executive"))
    assert issue(floor, "Both").roles == ("executive", "sdr")
    assert issue(floor, "Both", roles="sdr").roles == ("sdr",)
    refused(floor, "Sam", IssueToken(person="Both", roles="sdr,engineer"), "not_their_role")
    refused(floor, "Sam", IssueToken(person="Both", roles="king"), "unknown_role")
    refused(floor, "Sam", IssueToken(person="Nemo"), "unknown_person")


@pytest.mark.parametrize(("by", "whose"), [("Cleo", "Sam"), ("Sam", "Cleo")])
def test_a_leaders_token_is_made_by_somebody_with_that_role(floor: TestFloor, by: str, whose: str) -> None:
    refused(floor, by, IssueToken(person=whose), "role")
    theirs = issue(floor, whose, by=whose)
    refused(floor, by, RotateToken(token=theirs.id), "role")
    assert issue(floor, "Dana", by=by).secret


@pytest.mark.parametrize("name", ["Dana", "Eve", "Rae"])
def test_tokens_are_the_business_of_leaders(floor: TestFloor, name: str) -> None:
    for ask in (IssueToken(person=name), ShowTokens(), RevokeToken(token=1), RotateToken(token=1)):
        refused(floor, name, ask, "role")


def test_a_token_ends_on_its_day(floor: TestFloor) -> None:
    made = issue(floor, days=2)
    assert made.expires_at == floor.clock.now() + 2 * DAY
    floor.clock.forward(2 * DAY - 1)
    assert works(floor, made.id)
    floor.clock.forward(1)
    assert not works(floor, made.id)
    assert line(floor, made.id).state == "ended"
    refused(floor, "Sam", RotateToken(token=made.id), "token_ended")


def test_a_revoked_token_ends_at_once_and_once(floor: TestFloor) -> None:
    made = issue(floor)
    floor.ask("Sam", RevokeToken(token=made.id))
    assert not works(floor, made.id)
    floor.clock.forward(60)
    floor.ask("Sam", RevokeToken(token=made.id))
    assert line(floor, made.id).state == "revoked"
    refused(floor, "Sam", RotateToken(token=made.id), "token_ended")
    refused(floor, "Sam", RevokeToken(token=999), "unknown_token")


def test_a_rotated_token_works_for_ten_more_minutes(floor: TestFloor) -> None:
    old = issue(floor, roles="sdr", days=30, label="seat 12")
    floor.clock.forward(DAY)
    new = floor.ask("Sam", RotateToken(token=old.id))
    assert new.secret not in (None, old.secret)
    assert (new.person, new.roles) == (old.person, old.roles)
    assert new.expires_at == floor.clock.now() + 30 * DAY
    assert line(floor, new.id).label == "seat 12"
    assert "rotated already" in refused(floor, "Sam", RotateToken(token=old.id), "token_rotated")
    floor.clock.forward(OVERLAP - 1)
    assert works(floor, old.id)
    floor.clock.forward(1)
    assert not works(floor, old.id)
    assert works(floor, new.id)


def test_rotating_never_lengthens_the_old_token(floor: TestFloor) -> None:
    old = issue(floor, days=1)
    floor.clock.forward(DAY - 10)
    floor.ask("Sam", RotateToken(token=old.id))
    assert line(floor, old.id).expires_at == old.expires_at


def test_what_happens_to_tokens_is_on_record(floor: TestFloor) -> None:
    old = issue(floor)
    new = floor.ask("Sam", RotateToken(token=old.id))
    floor.ask("Sam", RevokeToken(token=new.id))
    kinds = floor.counter.store.read(
        lambda session: [row["kind"] for row in session.all("SELECT kind FROM event ORDER BY id DESC LIMIT 4")]
    )
    assert kinds == ["token_revoked", "token_rotated", "token_issued", "token_issued"]
    assert_clean(floor)


@pytest.mark.parametrize(
    "text",
    ["", "sd_", "sd_1_", "sd_1_short", f"sd_0_{'x' * 43}", f"sd_1_{'x' * 44}", f"sd_a_{'x' * 43}", f"SD_1_{'x' * 43}",
     f"sd_1_{'x' * 43}\n", f"sd_{'9' * 19}_{'x' * 43}", f"sd_1_{'é' * 43}", f"sd_٣_{'x' * 43}"],
)  # fmt: skip
def test_what_has_not_the_shape_of_a_token_is_not_looked_up(text: str) -> None:
    assert parts(text) is None


def test_a_token_is_looked_up_by_its_number_and_digest() -> None:
    secret = f"sd_17_{'-_aZ9' * 8}abc"
    assert parts(secret) == (17, digest(secret))
