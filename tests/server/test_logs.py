"""Log lines of one turn of the event loop are written together, and none is lost."""

from __future__ import annotations

import asyncio
import io
import json
import logging

import pytest

from salesdesk.server.logs import LOGGER, Lines, Together


class Counted(io.StringIO):
    """A text that counts how often it was written to."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)


@pytest.fixture
def text() -> Counted:
    return Counted()


@pytest.fixture
def handler(text: Counted) -> Together:
    made = Together(text)
    made.setFormatter(Lines())
    return made


def said(event: str, level: int = logging.INFO, name: str = LOGGER.name) -> logging.LogRecord:
    return logging.LogRecord(name, level, "", 0, event, (), None)


def events_in(text: Counted) -> list[str]:
    return [json.loads(line)["event"] for line in text.getvalue().splitlines()]


async def test_lines_of_one_turn_are_one_write(handler: Together, text: Counted) -> None:
    for event in ("a", "b", "c"):
        handler.handle(said(event))
    assert events_in(text) == []
    await asyncio.sleep(0)
    assert events_in(text) == ["a", "b", "c"]
    assert text.writes == 1
    handler.handle(said("d"))
    await asyncio.sleep(0)
    assert events_in(text) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("last", [said("last", logging.WARNING), said("last", name="uvicorn.error")])
async def test_warnings_and_the_words_of_uvicorn_do_not_wait(
    handler: Together, text: Counted, last: logging.LogRecord
) -> None:
    handler.handle(said("first"))
    handler.handle(last)
    assert events_in(text) == ["first", "last"], "in the order in which they were said"


async def test_what_other_threads_say_does_not_wait(handler: Together, text: Counted) -> None:
    handler.handle(said("here"))
    await asyncio.to_thread(handler.handle, said("there"))
    assert events_in(text) == ["here", "there"]


async def test_what_waits_is_written_at_the_end(handler: Together, text: Counted) -> None:
    handler.handle(said("a"))
    handler.flush()  # as logging itself does when a program ends
    assert events_in(text) == ["a"]


def test_a_log_that_nobody_reads_any_more_stops_nobody(handler: Together, text: Counted) -> None:
    text.close()
    handler.handle(said("a"))
