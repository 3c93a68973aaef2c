"""Zones come from the pinned wheel; a name that it does not have is unknown, one that it has is never so."""

from __future__ import annotations

import errno
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from salesdesk.line import tzdata


@pytest.mark.parametrize("name", ["", "Factory", "Mars/Olympus", "../../etc/passwd", "zone.tab", "America", "x" * 5000])
def test_what_is_no_zone_is_unknown(name: str) -> None:
    assert not tzdata.is_zone(name)


def test_a_zone_that_cannot_be_read_for_a_moment_is_known_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when too many files are open: a server must not believe for ever that its floor is nowhere."""

    def full(name: str) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    tzdata.use_pinned_zones()
    tzdata._load.cache_clear()
    with monkeypatch.context() as short:
        short.setattr(tzdata, "ZoneInfo", full)
        with pytest.raises(OSError, match="Too many open files"):
            tzdata.zone("America/New_York")
    assert tzdata.zone("America/New_York") == ZoneInfo("America/New_York")
