"""Files that are named on the command line."""

from __future__ import annotations

import base64
from pathlib import Path

from salesdesk.desk.errors import BadRequest

LARGEST = 50 * 2**20
"""Bytes of a file that is read; a larger one would not fit through a server's door either."""


def in_base64(name: str) -> bytes:
    """A regular file as requests carry it. Raises BadRequest when there is none, or a larger one than 50 MiB."""
    path = Path(name)
    if not path.is_file():
        raise BadRequest("no_file", f"{name} is no file that can be read")
    if path.stat().st_size > LARGEST:
        raise BadRequest("too_large", f"{name} is larger than 50 MiB; split it")
    return base64.b64encode(path.read_bytes())
