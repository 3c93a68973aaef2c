"""Logs: one JSON object a line, with ids and figures; never a body, a name, a number, or the value in an error."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

LOGGER = logging.getLogger("salesdesk.server")


class Lines(logging.Formatter):
    """A record as one line of JSON. An exception is told by type and place, without its message."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line |= {"error": type(record.exc_info[1]).__name__, "where": where(record.exc_info[1])}
        return json.dumps(line)


class Together(logging.StreamHandler[TextIO]):
    """Writes what the server tells in one turn of its event loop in one go, at the end of the turn. All else is written
    as it is said: warnings, what other threads say, and what uvicorn says, which may be the last words of a process."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
        except Exception:  # noqa: BLE001 - as every handler does: who cannot log goes on all the same
            self.handleError(record)
            return
        may_wait = record.levelno < logging.WARNING and record.name == LOGGER.name
        loop = _loop() if may_wait else None
        if loop is None:
            self.flush()
        elif len(self._lines) == 1:
            loop.call_soon(self.flush)

    def flush(self) -> None:
        self.acquire()
        try:
            lines, self._lines = self._lines, []
            if lines:
                self.stream.write("\n".join((*lines, "")))
            self.stream.flush()
        except (OSError, ValueError):  # nobody reads the log any more; the server goes on all the same
            pass
        finally:
            self.release()


def _loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def where(error: BaseException) -> list[str]:
    """The places an error went through, outermost first."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def tell(event: str, level: int = logging.INFO, **fields: object) -> None:
    """Log something that happened, with its ids."""
    if LOGGER.isEnabledFor(level):  # without looking for the line of code that says so, which no log line names
        LOGGER.handle(LOGGER.makeRecord(LOGGER.name, level, "", 0, event, (), None, extra={"fields": fields}))


def to_standard_error() -> None:
    """Send what this server and uvicorn log to standard error."""
    logging.logProcesses = logging.logThreads = logging.logMultiprocessing = False  # no line names them
    handler = Together(sys.stderr)
    handler.setFormatter(Lines())
    for name in (LOGGER.name, "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
