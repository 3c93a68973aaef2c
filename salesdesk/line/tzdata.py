"""Time zones from the pinned `tzdata` wheel, never from the operating system's older files."""

import zoneinfo
from functools import cache, lru_cache
from importlib import import_module
from zoneinfo import ZoneInfo, available_timezones

FLOOR = "2026b"
"""Oldest usable IANA release: the first with British Columbia, Alberta and Manitoba on one time all year."""


class StaleZoneData(RuntimeError):
    """The installed tzdata wheel is missing or older than `FLOOR`; its answers about Canada would be wrong."""


class UnknownZone(LookupError):
    """No such time zone, or a name that stands for "not known"."""


def tz_version() -> str:
    """IANA release of the wheel, for example ``2026f``. Raises `StaleZoneData` if there is no wheel."""
    try:
        return str(import_module("tzdata").IANA_VERSION)
    except ImportError as error:
        raise StaleZoneData("time-zone data missing: install the tzdata package") from error


@cache
def use_pinned_zones() -> None:
    """Make `zoneinfo` read the tzdata wheel only. Idempotent; zones loaded before are dropped from its cache.

    Raises `StaleZoneData`, in one line, if the wheel is older than `FLOOR`.
    """
    version = tz_version()
    if version < FLOOR:
        raise StaleZoneData(f"time-zone data {version} is too old: tzdata {FLOOR} or later is needed")
    zoneinfo.reset_tzpath(to=())
    ZoneInfo.clear_cache()


@lru_cache(maxsize=4096)
def _load(name: str) -> ZoneInfo | None:
    use_pinned_zones()
    if name in ("Factory", "Etc/Unknown", "localtime"):
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):  # the wheel raises any of these for names from outside
        if name in _names():
            raise  # it cannot be read at this moment, as when too many files are open: nothing to remember
        return None


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name, old aliases included. Raises `UnknownZone`; never touches paths outside the wheel."""
    found = _load(name)
    if found is None:
        raise UnknownZone(f"unknown time zone {name[:60]!r}")
    return found


def is_zone(name: str) -> bool:
    """Whether `zone` knows the name."""
    return _load(name) is not None
