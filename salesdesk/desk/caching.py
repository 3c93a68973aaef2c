"""Counts that are kept for a while: one that costs much is made rarely, one that only a fact moves after a fact."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from salesdesk.desk.floor import Floor
from salesdesk.store import events
from salesdesk.store.session import Store

T = TypeVar("T")
CHEAP = 0.005
"""Seconds of work below which a count is simply done again."""
SHARE = 100
"""A dearer count is repeated after so many times its cost, so that it takes at most 1/100 of a processor."""


@dataclass(slots=True)
class Kept:
    """One count of a store as it was, when it was made, and what it cost (seconds)."""

    value: Any
    key: object
    made: float
    cost: float


_KEPT: WeakKeyDictionary[Store, dict[str, Kept]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def kept(store: Store, name: str, count: Callable[[], T], *, key: object = None, for_good: bool = False) -> T:
    """A count of a store, made again when its budget allows: at most once a second and 1/SHARE of the time, unless it
    is cheap. Another `key` (such as the day) makes it again at once; with `for_good` nothing else does."""
    with _LOCK:
        shelf = _KEPT.setdefault(store, {})
        found = shelf.get(name)
    if found is not None and found.key == key:
        age = time.monotonic() - found.made
        if for_good or (found.cost > CHEAP and age < max(1.0, SHARE * found.cost)):
            value: T = found.value
            return value
    before = time.thread_time()
    value = count()
    shelf[name] = Kept(value, key, time.monotonic(), time.thread_time() - before)
    return value


@dataclass(slots=True)
class _Watched:
    """What was seen of some kinds of facts: the newest id of all facts then, those of these kinds shortly before it,
    and how often there was a new one."""

    newest: int
    ids: frozenset[int] = frozenset()
    moves: int = 0


_WATCHED: WeakKeyDictionary[Store, dict[Collection[str], _Watched]] = WeakKeyDictionary()


def moves(floor: Floor, kinds: Collection[str]) -> int:
    """A number that moves with each fact of these kinds since it was first asked for; also with one that is committed
    after others with a higher id."""
    newest = events.newest_id(floor.session)
    with _LOCK:
        watched = _WATCHED.setdefault(floor.store, {}).setdefault(kinds, _Watched(newest))
        since = watched.newest - events.id_floor(events.LATE)
    ids = frozenset(events.ids_of(floor.session, kinds, since))
    with _LOCK:
        watched.moves += bool(ids - watched.ids)
        watched.ids, watched.newest = ids, max(newest, watched.newest)
        return watched.moves
