"""Listening to the floor in a thread of its own: its pulse, and a sign of life when it is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from typing import TYPE_CHECKING

from salesdesk.desk.errors import Refused
from salesdesk.remote.wire import Wire
from salesdesk.store.session import StoreError

if TYPE_CHECKING:
    from httpx import AsyncClient

LOOK = 0.25
"""Seconds between two looks at whether the floor has gone quiet."""
LONGEST = 5.0
"""Seconds at most before the pulse is asked for again after it broke."""


class Listener:
    """Listens until it is stopped, and tells the wire's contact what it hears."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._stream: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        with contextlib.suppress(RuntimeError):  # it has ended by itself
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._listen())

    async def _listen(self) -> None:
        async with self._wire.listening() as client:
            tasks = [asyncio.create_task(self._follow(client)), asyncio.create_task(self._watch(client))]
            await self._end.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, client: AsyncClient) -> None:
        """Ask a quiet floor for a sign of life; a stream of a floor that is gone would never say so by itself."""
        contact = self._wire.contact
        while True:
            await asyncio.sleep(LOOK * random.uniform(0.8, 1.2))
            if contact.quiet():
                with contextlib.suppress(StoreError, Refused):
                    await self._wire.probe(client)
            if contact.offline and self._stream is not None:
                self._stream.cancel()

    async def _follow(self, client: AsyncClient) -> None:
        """Hear the pulse, and ask for it again whenever it breaks."""
        pause = LOOK
        while True:
            moves = self._wire.contact.moves
            self._stream = asyncio.create_task(self._hear(client))
            try:
                await asyncio.wait({self._stream})
            finally:
                self._stream.cancel()
            pause = LOOK if self._wire.contact.moves != moves else min(pause * 2, LONGEST)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))

    async def _hear(self, client: AsyncClient) -> None:
        with contextlib.suppress(StoreError, Refused):
            async for line in self._wire.pulses(client):
                if line.startswith("data:"):
                    self._wire.contact.moved()
