"""Imported once by the process from which servers and stations are forked, so that each of their many lives begins
with everything read and built."""

from __future__ import annotations

import httpx  # noqa: F401
import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto  # noqa: F401

import salesdesk.server.running
import salesdesk.store.postgres  # noqa: F401
from salesdesk.desk.registry import operations
from salesdesk.line.salesmap import shipped
from salesdesk.line.tzdata import use_pinned_zones
from salesdesk.server import app, openapi  # noqa: F401
from tests.faults import station  # noqa: F401

use_pinned_zones()
shipped("sdr-executive")
for each in operations().values():
    each.request.model_rebuild()
    _ = each.answer, each.reply
