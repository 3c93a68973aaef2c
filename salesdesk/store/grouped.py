"""Group commit: writes that arrive together share one transaction of a floor file, and one wait for the disk.

Each work has a savepoint of its own, so that one that is refused leaves the others as they are. Nobody is answered
before the commit.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

from salesdesk.store.session import Session, StoreError
from salesdesk.store.sqlite import SqliteStore

T = TypeVar("T")
R = TypeVar("R")
MOST = 32
"""Works that share one transaction at most."""


@dataclass(slots=True)
class _Asked:
    """A work that waits for its turn; `look` is run on a snapshot after the commit."""

    work: Callable[[Any], Any]
    look: Callable[[Any, Any], Any] | None
    future: Future[Any] = field(default_factory=Future)
    reply: Any = None
    error: BaseException | None = None


class GroupedStore:
    """A SqliteStore whose writes, from however many threads, are done by one thread in groups. Reads stay where they
    were asked. Local stations on the same file take turns with whole groups.

    `tell` is given the size of each group.
    """

    def __init__(self, store: SqliteStore, tell: Callable[[int], object] = lambda _: None) -> None:
        self.name = store.name
        self._store = store
        self._tell = tell
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._gone = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Session], T]) -> T:
        done: T = self._ask(_Asked(work, None))
        return done

    def write_and_look(self, work: Callable[[Session], T], look: Callable[[Session, T], R]) -> R:
        seen: R = self._ask(_Asked(work, look))
        return seen

    def read(self, work: Callable[[Session], T]) -> T:
        return self._store.read(work)

    def version(self) -> int:
        return self._store.version()

    def blocker(self) -> str | None:
        return self._store.blocker()

    def close(self) -> None:
        with self._gone:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        self._store.close()

    # the one that writes --------------------------------------------------------------------------------------------

    def _ask(self, asked: _Asked) -> Any:
        with self._gone:
            if self._closed:
                raise StoreError(f"{self.name} was left; nothing is read or written any more")
            self._queue.put(asked)
        return asked.future.result()

    def _serve(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            self._tell(len(group))
            try:
                self._store.write_and_look(lambda session, group=group: _work(session, group), _look)  # type: ignore[misc]
            except BaseException as error:  # noqa: BLE001 - whatever it was, everybody who waits is told
                for asked in group:
                    asked.error = error
            for asked in group:
                if asked.error is not None:
                    asked.future.set_exception(asked.error)
                else:
                    asked.future.set_result(asked.reply)
            if last:
                return

    def _gather(self, first: _Asked) -> tuple[list[_Asked], bool]:
        """What waits now, at most MOST; and whether nothing comes after it."""
        group = [first]
        while len(group) < MOST:
            try:
                more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                return group, True
            group.append(more)
        return group, False


def _work(session: Session, group: list[_Asked]) -> list[_Asked]:
    """Do every work of a group in its own savepoint. A savepoint that cannot be taken back ends the transaction."""
    if len(group) == 1:
        group[0].reply = group[0].work(session)
        return group
    for asked in group:
        session.run("SAVEPOINT work")
        try:
            asked.reply = asked.work(session)
        except BaseException as error:  # noqa: BLE001 - it is told to whoever asked; the others go on
            session.run("ROLLBACK TO work")
            asked.error = error
        session.run("RELEASE work")
    return group


def _look(session: Session, group: list[_Asked]) -> None:
    """What was committed is seen by everybody whose work was done."""
    for asked in group:
        if asked.look is not None and asked.error is None:
            try:
                asked.reply = asked.look(session, asked.reply)
            except BaseException as error:  # noqa: BLE001 - as above
                asked.error = error
