"""Places at which a server process of a test dies by itself; the product knows nothing of them."""

from __future__ import annotations

import os
import signal
from typing import Any

POINTS = ("before the commit", "after the commit", "before the reply")


def die(point: str, operation: str) -> None:
    """Arm this process: it ends at a point of the first request for an operation, as a power cut would end it."""
    from salesdesk.desk import registry
    from salesdesk.server.operations import OperationDoor
    from salesdesk.store import grouped
    from salesdesk.store.postgres import PostgresStore

    inside = False
    change, look, perform = registry._change, grouped._look, OperationDoor.perform
    write = PostgresStore.write

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

    def performed(door: OperationDoor, caller: Any, ask: Any) -> bytes:
        answer = perform(door, caller, ask)
        end("before the reply", now=door.what.name == operation)
        return answer

    registry._change, grouped._look = changed, looked
    OperationDoor.perform, PostgresStore.write = performed, written  # type: ignore[method-assign, assignment]
