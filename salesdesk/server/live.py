"""Live screens: one watcher per server tells every open stream that something happened.

A screen's state is asked for once for everybody who asks the same, made into bytes once, and the same bytes go to all.
Who reads slowly misses states in between, never the last one.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter as Counts
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from salesdesk.desk import performing, wire
from salesdesk.desk.errors import Refused
from salesdesk.desk.registry import Operation, Request
from salesdesk.desk.roles import parse
from salesdesk.server.hall import Caller, Hall
from salesdesk.server.logs import tell, where
from salesdesk.server.refusals import TurnedAway, too_many
from salesdesk.store import events, tokens
from salesdesk.store.session import StoreError

LOOK_SECONDS = 0.5
"""How often the floor is looked at while somebody watches."""
MADE_EVERY = 0.9
"""A screen's state is made again at most this often, in seconds."""
MADE_ANEW = 5.0
"""And at the latest after so many seconds, since some of what it shows moves with the clock alone."""
SAME_FOR_ALL = frozenset({"board", "queue_cover"})
"""Operations whose answer does not depend on who asks, only on what they may see."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open connection. `waiting` is what it is to be sent next: only the newest."""

    caller: Caller
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: bytes = b""
    pulse: int = -1
    over: bool = False

    def give(self, what: bytes) -> None:
        """Send this next, instead of what was to be sent."""
        self.waiting = what
        self.wake.set()

    def end(self) -> None:
        """Send nothing more."""
        self.over = True
        self.wake.set()


@dataclass(eq=False, slots=True)
class Topic:
    """What some streams tell: the floor's pulse, or a LIVE operation as some caller sees it."""

    what: Operation | None = None
    ask: Request[Any] | None = None
    caller: Caller | None = None
    key: Hashable = None
    streams: set[Stream] = field(default_factory=set)
    latest: bytes = b""
    made: float = 0.0
    stale: bool = True


class Live:
    """The open streams of one server, and the watcher that feeds them."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._pulse = Topic()
        self._topics: dict[Hashable, Topic] = {}
        self._per_token: Counts[int] = Counts()
        self._someone = asyncio.Event()
        # A connection's data version means nothing to another connection, so one thread does all the watching.
        self._watcher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="watch")
        self._version = -1
        self._seen = (-1, -1)
        self._count = 0
        self._moved = False

    # coming and going -----------------------------------------------------------------------------------------------

    def pulse(self) -> Topic:
        """The pulse of the floor."""
        return self._pulse

    def topic(self, what: Operation, ask: Request[Any], caller: Caller) -> Topic:
        """The topic that equal askers share."""
        who: Hashable = caller.me.roles if what.name in SAME_FOR_ALL else (caller.me.id, caller.me.roles)
        key = (what.name, ask.model_dump_json(), who)
        return self._topics.get(key) or Topic(what, ask, caller, key)

    def join(self, topic: Topic, caller: Caller) -> Stream:
        """Open a stream; TurnedAway when there are too many."""
        self._hall.refuse_while_closing()
        options = self._hall.options
        if self._per_token[caller.token] >= options.streams_per_token:
            raise too_many("streams", f"this token has {options.streams_per_token} live screens open already", 15)
        if self._per_token.total() >= options.streams:
            raise TurnedAway(wire.UNAVAILABLE, "streams", "this server has no room for another live screen", 15)
        stream = Stream(caller)
        topic.streams.add(stream)
        if topic is not self._pulse:
            self._topics[topic.key] = topic
        self._per_token[caller.token] += 1
        self._hall.metrics.streams.inc()
        self._someone.set()
        return stream

    def leave(self, topic: Topic, stream: Stream) -> None:
        """Close a stream; a topic that nobody watches is forgotten."""
        topic.streams.discard(stream)
        self._per_token[stream.caller.token] -= 1
        self._per_token += Counts()  # forgets who has none left
        self._hall.metrics.streams.dec()
        if topic is not self._pulse and not topic.streams:
            self._topics.pop(topic.key, None)
        if not self._all():
            self._someone.clear()

    def _all(self) -> list[Stream]:
        return [stream for topic in (self._pulse, *self._topics.values()) for stream in topic.streams]

    # watching -------------------------------------------------------------------------------------------------------

    async def watch(self) -> None:
        """Feed the streams until the server stops; sleeps while nobody watches."""
        loop = asyncio.get_running_loop()
        spoke = loop.time()
        while True:
            await self._someone.wait()
            try:
                await self._round()
                if loop.time() - spoke >= wire.KEEP_ALIVE:
                    spoke = loop.time()
                    await self._end_the_turned_away()
                    for stream in self._all():
                        if not stream.waiting:
                            stream.give(b": still here\n\n")
            except StoreError:
                tell("watch_failed", logging.WARNING)
            except Exception as error:  # noqa: BLE001 - screens must not stop for good; told by place only
                tell("error", logging.ERROR, operation="watch", error=type(error).__name__, where=where(error))
            await asyncio.sleep(LOOK_SECONDS)

    async def _round(self) -> None:
        await self._look()
        if self._moved:
            await self._end_the_turned_away()
        moved, self._moved = self._moved, False
        if moved:
            beat = self._beat()
            for stream in self._pulse.streams:
                if stream.pulse != self._count:
                    stream.pulse = self._count
                    stream.give(beat)
        now = asyncio.get_running_loop().time()
        for topic in list(self._topics.values()):
            topic.stale = topic.stale or moved or now - topic.made >= MADE_ANEW
            if topic.stale and now - topic.made >= MADE_EVERY:
                await self.make(topic)

    async def _look(self) -> None:
        """Note whether something happened since the last look."""
        self._moved = await self._hall.on(self._watcher, self._has_moved) or self._moved

    def _has_moved(self) -> bool:
        store = self._hall.counter.store
        version = store.version()
        if version == self._version:
            return False
        seen = store.read(events.recent)
        moved = seen != self._seen
        self._version, self._seen = version, seen
        if moved:
            self._count = max(self._count + 1, seen[0])
        return moved

    async def make(self, topic: Topic) -> None:
        """Make a topic's state and give it to every stream of it."""
        assert topic.what is not None
        assert topic.ask is not None
        assert topic.caller is not None
        topic.stale, topic.made = False, asyncio.get_running_loop().time()
        caller = topic.caller
        ask = partial(performing.perform, self._hall.counter, caller.me.id, topic.ask, caller.within)
        what = topic.what
        try:
            body = await self._hall.on(self._hall.readers, lambda: what.answer.dump_json(ask()))
        except Refused:  # the person left or changed roles: whoever still may asks again
            for stream in topic.streams:
                stream.end()
            return
        except StoreError:
            topic.stale = True
            raise
        topic.latest = b"event: " + what.name.encode() + b"\ndata: " + body + b"\n\n"
        for stream in topic.streams:
            stream.give(topic.latest)

    async def first(self, topic: Topic, stream: Stream) -> None:
        """Tell a new stream the state as it is now."""
        if topic is self._pulse:
            await self._look()
            stream.pulse = self._count
            stream.give(self._beat())
        elif topic.latest:
            stream.give(topic.latest)
        elif topic.stale:
            await self.make(topic)

    async def _end_the_turned_away(self) -> None:
        """End the streams of tokens that were revoked or ended, or whose people changed roles."""
        now = self._hall.now()
        working = await self._hall.on(
            self._watcher, partial(self._hall.counter.store.read, partial(tokens.working, now=now))
        )
        for stream in self._all():
            words = working.get(stream.caller.token)
            if words is None or parse(words[0]) & parse(words[1]) != stream.caller.me.roles:
                stream.end()

    def _beat(self) -> bytes:
        told = json.dumps({"pulse": self._count, "now": self._hall.now()})
        return f"event: pulse\ndata: {told}\n\n".encode()

    def end_all(self) -> None:
        """End every stream: the server stops."""
        for stream in self._all():
            stream.end()

    def close(self) -> None:
        """Stop watching."""
        self._watcher.shutdown(wait=True, cancel_futures=True)


class EventStream(StreamingResponse):
    """A response that sends what its stream is given, until either side ends it."""

    def __init__(self, live: Live, topic: Topic, stream: Stream) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__((), headers=headers, media_type="text/event-stream")
        self._live, self._topic, self._stream = live, topic, stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(self._until_gone(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await self._live.first(self._topic, self._stream)
            await self._send_on(send)
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self._live.leave(self._topic, self._stream)

    async def _send_on(self, send: Send) -> None:
        stream = self._stream
        while not stream.over:
            await stream.wake.wait()
            stream.wake.clear()
            what, stream.waiting = stream.waiting, b""
            if what and not stream.over:
                await send({"type": "http.response.body", "body": what, "more_body": True})

    async def _until_gone(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self._stream.end()
