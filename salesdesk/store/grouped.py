"""Group commit: writes that arrive together share one transaction of a floor file, and one wait for the disk.

Each work has a savepoint of its own, so that one that is refused leaves the others as they are. Nobody is answered
before the commit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from salesdesk.store.session import Session, StoreError
from salesdesk.store.sqlite import SqliteStore, told

T = TypeVar("T")
R = TypeVar("R")
MOST = 32
"""Works that share one transaction at most."""


@dataclass(slots=True)
class _Asked:
    """A work that waits for its turn; `look` is run on a snapshot after the commit. Who asked waits for `future`, in
    a thread, or in the event loop that it belongs to."""

    work: Callable[[Any], Any]
    look: Callable[[Any, Any], Any] | None
    future: Future[Any] | asyncio.Future[Any] = field(default_factory=Future)
    reply: Any = None
    error: BaseException | None = None

    def answer(self) -> None:
        """Tell whoever asked, unless they have left."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.reply)


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

    async def written(self, work: Callable[[Session], Any], look: Callable[[Session, Any], Any] | None) -> Any:
        """As `write_and_look`, or `write` when there is no `look`, for who waits in an event loop."""
        asked = _Asked(work, look, asyncio.get_running_loop().create_future())
        self._put(asked)
        return await asked.future  # type: ignore[misc]

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
        self._put(asked)
        return asked.future.result()

    def _put(self, asked: _Asked) -> None:
        with self._gone:
            if self._closed:
                raise StoreError(f"{self.name} was left; nothing is read or written any more")
            self._queue.put(asked)

    def _serve(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            self._tell(len(group))
            try:
                self._store.write_and_look(lambda session, group=group: _work(session, group), _look)  # type: ignore[misc]
            except BaseException as error:  # noqa: BLE001 - whatever it was, everybody who waits is told
                for asked in group:
                    asked.error = error
            _answer(group)
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


def _answer(group: list[_Asked]) -> None:
    """Tell everybody; those who wait in one event loop are woken together."""
    loops: dict[asyncio.AbstractEventLoop, list[_Asked]] = {}
    for asked in group:
        if isinstance(asked.future, Future):
            asked.answer()
        else:
            loops.setdefault(asked.future.get_loop(), []).append(asked)
    for loop, waiting in loops.items():
        with suppress(RuntimeError):  # it is over, and so is everybody who waited in it
            loop.call_soon_threadsafe(_answer_all, waiting)


def _answer_all(waiting: list[_Asked]) -> None:
    for asked in waiting:
        asked.answer()


def _work(session: Session, group: list[_Asked]) -> list[_Asked]:
    """Do every work of a group in its own savepoint. A savepoint that cannot be taken back ends the transaction."""
    if len(group) == 1:
        group[0].reply = group[0].work(session)
        return group
    for asked in group:
        session.run("SAVEPOINT work")
        try:
            with told("cannot be written now", "; nothing was saved"):
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
                with told("cannot be read now"):
                    asked.reply = asked.look(session, asked.reply)
            except BaseException as error:  # noqa: BLE001 - as above
                asked.error = error
