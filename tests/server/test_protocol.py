"""An answer goes out in one piece."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from salesdesk.server.protocol import OneWrite


class Wire:
    """A transport that remembers what it was given."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> str:
        return f"its {name}"


def over(wire: Wire) -> Any:
    return OneWrite(cast(asyncio.Transport, wire))


async def test_what_is_written_in_one_turn_is_one_packet() -> None:
    wire = Wire()
    whole = over(wire)
    whole.write(b"head")
    whole.write(b"body")
    assert wire.sent == []
    await asyncio.sleep(0)
    whole.write(b"more")
    await asyncio.sleep(0)
    assert wire.sent == [b"headbody", b"more"]


async def test_nothing_is_lost_when_we_hang_up() -> None:
    wire = Wire()
    whole = over(wire)
    whole.write(b"last")
    whole.close()
    assert wire.sent == [b"last"]
    assert whole.is_closing()
    await asyncio.sleep(0)
    assert wire.sent == [b"last"]


async def test_nothing_is_written_to_whoever_hung_up() -> None:
    wire = Wire()
    whole = over(wire)
    whole.write(b"late")
    wire.close()
    await asyncio.sleep(0)
    assert wire.sent == []


async def test_all_else_is_the_transports_own() -> None:
    assert over(Wire()).get_extra_info("peername") == "its peername"
