"""What can be wrong with a server process of a test: where it dies by itself, what its clock says. The product knows
nothing of it."""

from __future__ import annotations

import os
import signal
from typing import Any

POINTS = ("before the commit", "after the commit", "before the reply")


def die(point: str, operation: str) -> None:
    """Arm this process: it ends at a point of the first request for an operation, as a power cut would end it."""
    from salesdesk.desk import performing
    from salesdesk.server.operations import OperationDoor
    from salesdesk.store import grouped
    from salesdesk.store.postgres import PostgresStore

    inside = False
    change, look, write = performing._change, grouped._look, PostgresStore.write
    perform, in_a_group = OperationDoor.perform, OperationDoor._in_a_group

    def end(here: str, *, now: bool = True) -> None:
        if here == point and now:
            os.kill(os.getpid(), signal.SIGKILL)

    def changed(floor: Any, me: Any, what: Any, request: Any) -> Any:
        nonlocal inside
        reply = change(floor, me, what, request)
        inside = inside or what.name == operation
        end("before the commit", now=inside)
        return reply

    def looked(session: Any, group: Any) -> None:
        end("after the commit", now=inside)
        look(session, group)

    def written(store: PostgresStore, work: Any) -> Any:
        done = write(store, work)
        end("after the commit", now=inside)
        return done

    def performed(door: OperationDoor, *asked: Any) -> bytes:
        answer = perform(door, *asked)
        end("before the reply", now=door.what.name == operation)
        return answer

    async def waited(door: OperationDoor, *asked: Any) -> bytes:
        answer = await in_a_group(door, *asked)
        end("before the reply", now=door.what.name == operation)
        return answer

    performing._change, grouped._look, PostgresStore.write = changed, looked, written  # type: ignore[assignment, method-assign]
    OperationDoor.perform, OperationDoor._in_a_group = performed, waited  # type: ignore[method-assign, assignment]


def ahead(seconds: int) -> None:
    """Let this machine's clock be so many seconds ahead, and let it have started three days earlier."""
    import time

    true_time, true_ns, true_clock = time.time, time.time_ns, time.clock_gettime_ns
    started = 3 * 86_400 * 10**9
    time.time = lambda: true_time() + seconds
    time.time_ns = lambda: true_ns() + seconds * 10**9
    time.clock_gettime_ns = lambda which: true_clock(which) + (started if which == time.CLOCK_BOOTTIME else 0)
