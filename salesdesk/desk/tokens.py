"""Tokens: what a person shows to the server instead of their name. The secret is told once and kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from pydantic import Field

from salesdesk.desk import facts
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.floor import Floor, Person
from salesdesk.desk.naming import named
from salesdesk.desk.registry import READ, WRITE, Done, Reply, Request, Write, operation
from salesdesk.desk.roles import EVERYONE, LEADERS, Role, parse
from salesdesk.line.localday import DAY
from salesdesk.line.text import clean
from salesdesk.store import people, tokens
from salesdesk.store.tokens import TokenRow

OVERLAP = 600
"""Seconds for which a rotated token goes on working, so that its station can be told the new one."""
LONGEST_DAYS = 366
_SHAPE = re.compile(r"sd_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})\Z")


def parts(secret: str) -> tuple[int, str] | None:
    """The id of a token and the digest under which it is kept; None for a text that is no token at all."""
    found = _SHAPE.match(secret)
    return (int(found[1]), digest(secret)) if found else None


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for a secret of 256 random bits, and as fast as every request needs it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(row: TokenRow, shown: str) -> bool:
    """Whether a digest is this token's, told in the same time either way."""
    return hmac.compare_digest(row.digest, shown)


class IssueToken(Write["IssuedToken"]):
    """A key to the server for one person."""

    person: str = Field(max_length=60, description="whose it is; everything done with it is done by this person")
    roles: str = Field("", description="only these of the person's roles, such as 'sdr'; all of them when left out")
    days: int = Field(90, ge=1, le=LONGEST_DAYS, description="days until it ends")
    label: str = Field("", max_length=40, description="where it is used, such as 'seat 12'")


class IssuedToken(Reply):
    """A new token. `secret` is shown this once; asked again under the same key it is left out. `expires_at` is epoch
    seconds of the floor's clock."""

    id: int
    person: str
    roles: tuple[str, ...]
    expires_at: int
    secret: str | None
    note: str


class Issued(Reply):
    """What is kept about issuing a token: not its secret."""

    id: int


def _show(floor: Floor, me: Person, ask: Request[IssuedToken], issued: Issued) -> IssuedToken:
    row = _token(floor, issued.id)
    person = people.by_id(floor.session, row.person_id)
    secret = floor.new_secrets.get(issued.id)
    once = "keep it now, it is not shown again"
    return IssuedToken(
        id=row.id,
        person=clean(person.name) if person else "",
        roles=tuple(row.roles.split()),
        expires_at=row.expires_at,
        secret=secret,
        note=once if secret else "its secret was shown already; revoke it and issue another if it was lost",
    )


@operation(roles=LEADERS, effect=WRITE, view=_show)
def issue_token(floor: Floor, me: Person, ask: IssueToken) -> Issued:
    """Make a token for a person; its secret is shown once and kept as a digest."""
    person = named(floor, ask.person)
    if not person.active:
        raise BadRequest("unknown_person", f"{clean(person.name)} has left the floor")
    try:
        wanted = parse(ask.roles)
    except ValueError as error:
        raise BadRequest("unknown_role", f"{error}; roles are {', '.join(sorted(EVERYONE))}") from None
    theirs = parse(person.roles)
    if wanted - theirs:
        raise BadRequest("not_their_role", f"{clean(person.name)} is not {' or '.join(sorted(wanted - theirs))}")
    return _issue(floor, me, person.id, wanted or theirs, ask.days * DAY, clean(ask.label))


def _issue(floor: Floor, me: Person, person_id: int, roles: frozenset[Role], seconds: int, label: str) -> Issued:
    above = (roles & LEADERS) - me.roles
    if above:  # else a coordinator could make a supervisor's token and act as one
        raise Refused("role", f"a token for a {' and '.join(sorted(above))} is made by one")
    token_id = tokens.next_id(floor.session)
    secret = f"sd_{token_id}_{secrets.token_urlsafe(32)}"
    words = " ".join(sorted(roles))
    ends = floor.now + seconds
    row = TokenRow(token_id, person_id, digest(secret), words, label, floor.now, me.id, ends, None, None)
    tokens.add(floor.session, row)
    facts.record(floor, "token_issued", me.id, who=person_id, token_id=token_id, roles=words, expires_at=ends)
    floor.new_secrets[token_id] = secret
    return Issued(id=token_id)


class RotateToken(Write["IssuedToken"]):
    """A new secret for the same use."""

    token: int = Field(description="the token's id")


@operation(roles=LEADERS, effect=WRITE, view=_show)
def rotate_token(floor: Floor, me: Person, ask: RotateToken) -> Issued:
    """Replace a token by a new one of the same person, roles and length; the old one works for ten more minutes."""
    old = _token(floor, ask.token)
    if not old.works(floor.now):
        raise Refused("token_ended", f"token {old.id} does not work any more; issue another")
    length = old.expires_at - old.issued_at
    if length % DAY:  # tokens are made for whole days; an overlap ends at any second
        raise Refused("token_rotated", f"token {old.id} was rotated already and ends soon; rotate the one after it")
    issued = _issue(floor, me, old.person_id, parse(old.roles), length, old.label)
    tokens.expire(floor.session, old.id, min(old.expires_at, floor.now + OVERLAP))
    facts.record(floor, "token_rotated", me.id, who=old.person_id, token_id=old.id, by=issued.id)
    return issued


class RevokeToken(Write[Done]):
    """This token must not open the door any more."""

    token: int = Field(description="the token's id")


@operation(roles=LEADERS, effect=WRITE)
def revoke_token(floor: Floor, me: Person, ask: RevokeToken) -> Done:
    """Take a token back at once; the next request with it is turned away on every server."""
    row = _token(floor, ask.token)
    if row.revoked_at is None:
        tokens.revoke(floor.session, row.id, floor.now)
        facts.record(floor, "token_revoked", me.id, who=row.person_id, token_id=row.id)
    return Done(note=f"token {row.id} is revoked")


def _token(floor: Floor, token_id: int) -> TokenRow:
    row = tokens.by_id(floor.session, token_id)
    if row is None:
        raise BadRequest("unknown_token", f"there is no token {token_id}")
    return row


class TokenLine(Reply):
    """A token without its secret; times are epoch seconds, `last_used_at` to about a minute."""

    id: int
    person: str
    roles: tuple[str, ...]
    label: str
    state: str
    issued_at: int
    expires_at: int
    last_used_at: int | None


class Tokens(Reply):
    """Every token, newest first. The state is works, ended or revoked."""

    tokens: tuple[TokenLine, ...]


class ShowTokens(Request[Tokens]):
    """Which tokens are there?"""


@operation(roles=LEADERS, effect=READ)
def show_tokens(floor: Floor, me: Person, ask: ShowTokens) -> Tokens:
    """Every token with its person, roles and state; never a secret."""
    return Tokens(
        tokens=tuple(
            TokenLine(
                id=row["id"],
                person=clean(row["person"]),
                roles=tuple(row["roles"].split()),
                label=row["label"],
                state="revoked" if row["revoked_at"] else "works" if floor.now < row["expires_at"] else "ended",
                issued_at=row["issued_at"],
                expires_at=row["expires_at"],
                last_used_at=row["last_used_at"],
            )
            for row in tokens.everything(floor.session)
        )
    )
