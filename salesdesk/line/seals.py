"""Seals: a keyed hash chain over batches of events, so that whoever changes the record without the key is found out.

A seal begins with a link over its own figures and the seal before it; every event adds a link over the one before.
The last link is the seal's mac. The beginning of each link is kept as the event's mark: it proves nothing that the mac
does not prove, but it tells at which event a broken seal breaks.

An event is here the sequence of its stored values, in the order of their columns.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LEAST_KEY = 32
"""Bytes that a key has at least."""
_MARK = 16  # hex digits
_TEXTS = frozenset({"previous", "mac", "key_id"})
_FORM = 1  # of what is hashed; a new form is a new number

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key with the name under which seals remember it."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> SealKey:
        """The key made of these random bytes; raises ValueError when there are fewer than 32."""
        if len(secret) < LEAST_KEY:
            raise ValueError(f"a seal key has at least {LEAST_KEY} bytes, not {len(secret)}")
        return cls(hmac.digest(secret, b"salesdesk seal key", "sha256").hex()[:_MARK], secret)


class Seal(NamedTuple):
    """One seal. `previous` and `mac` are hex; `events` are in it and `total` in the chain up to here; `reach` is the
    highest event id in the chain; `at` is epoch seconds."""

    id: int
    previous: str
    mac: str
    events: int
    total: int
    first_id: int
    last_id: int
    reach: int
    at: int
    key_id: str

    @classmethod
    def stored(cls, *columns: Any) -> Seal:
        """A seal from its row. What is no number where one should be becomes one that no seal has."""
        named = zip(cls._fields, columns, strict=True)
        return cls._make(each if name in _TEXTS or isinstance(each, int) else -1 for name, each in named)


class Member(NamedTuple):
    """An event that is marked as sealed, with its values as they are stored now, None when they are gone."""

    event_id: int
    mark: str
    values: Values | None


class Witness(NamedTuple):
    """What an anchor outside the floor remembers of a seal."""

    mac: str
    total: int


def _plain(value: object) -> object:
    """Bytes where a number or text should stand (only damage puts them there), as something that is neither."""
    return {"bytes": bytes(value).hex()} if isinstance(value, bytes | memoryview) else {"odd": repr(value)}


_ENCODE = json.JSONEncoder(separators=(",", ":"), default=_plain).encode


def canonical(values: Values) -> bytes:
    """One spelling of a row, the same on every engine; two different rows never share one."""
    return _ENCODE(values).encode()


def _first_link(key: SealKey, seal: Seal) -> bytes:
    figures = (seal.id, seal.previous, seal.events, seal.total, seal.first_id, seal.last_id, seal.reach, seal.at)
    return hmac.digest(key.secret, b"seal" + canonical((_FORM, *figures, seal.key_id)), "sha256")


def _next_link(key: SealKey, before: bytes, values: Values) -> bytes:
    return hmac.digest(key.secret, before + canonical(values), "sha256")


def close(key: SealKey, before: Seal | None, events: Sequence[Values], at: int) -> tuple[Seal, list[str]]:
    """The seal over a batch of events (in the order of their ids, at least one), and the mark of each event."""
    first, last = events[0][0], events[-1][0]
    draft = Seal(
        id=before.id + 1 if before else 1,
        previous=before.mac if before else "",
        mac="",  # known at the end
        events=len(events),
        total=(before.total if before else 0) + len(events),
        first_id=first,
        last_id=last,
        reach=max(last, before.reach) if before else last,
        at=at,
        key_id=key.id,
    )
    link, marks = _first_link(key, draft), []
    for values in events:
        link = _next_link(key, link, values)
        marks.append(link.hex()[:_MARK])
    return draft._replace(mac=link.hex()), marks


def follows(seal: Seal, before: Seal | None) -> str:
    """Why this seal is not the one after `before`, in a sentence; empty when it is."""
    wanted = before.id + 1 if before else 1
    if seal.id != wanted:
        return f"seal {wanted} is gone; the next one there is seal {seal.id}"
    if seal.previous != (before.mac if before else ""):
        return f"seal {seal.id} does not follow the one before it; one of the two was changed"
    return ""


def broken(keys: Mapping[str, SealKey], seal: Seal, members: Sequence[Member]) -> str:
    """Where this seal breaks, in a sentence that names the event; empty when it holds.

    keys by their ids; members in the order of event ids, all that are marked with this seal.
    """
    key = keys.get(seal.key_id)
    if key is None:
        return f"seal {seal.id} was made with a key that was not given ({seal.key_id})"
    name = f"seal {seal.id}"
    count = "" if len(members) == seal.events else f"; {seal.events} events were sealed, {len(members)} are there"
    link = _first_link(key, seal)
    for place, member in enumerate(members):
        if member.values is None:
            return f"{name} breaks at event {member.event_id}: the event is gone{count}"
        link = _next_link(key, link, member.values)
        if link.hex()[:_MARK] != member.mark:
            what = "it is" if place else "it, or the seal itself, is"
            return f"{name} breaks at event {member.event_id}: {what} not what was sealed{count}"
    if count:
        last = f" after event {members[-1].event_id}" if members else ""
        return f"{name} breaks{last}{count}"
    return "" if link.hex() == seal.mac else f"{name} breaks at its end: its mac is not what was sealed"


def contradicts(seal: Seal, witness: Witness) -> bool:
    """Whether an anchor remembers this seal otherwise: then the chain was written anew."""
    return (seal.mac, seal.total) != (witness.mac, witness.total)
