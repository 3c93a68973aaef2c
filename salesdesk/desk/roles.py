"""Who people are on the floor."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may ask for. Roles are a security boundary only behind the server; on a shared file whoever can
    open the file can read all of it."""

    SDR = "sdr"
    COORDINATOR = "coordinator"
    RESEARCHER = "researcher"
    EXECUTIVE = "executive"
    ENGINEER = "engineer"
    ONBOARDING = "onboarding"
    SUPPORT = "support"
    SUCCESS = "success"
    DEVELOPMENT = "development"
    SUPERVISOR = "supervisor"
    DIRECTOR = "director"
    BOARD = "board"


EVERYONE = frozenset(Role)
SEATED = EVERYONE - {Role.BOARD}
"""Those who sit somewhere. A board on a wall only shows."""
WORKERS = EVERYONE - {Role.SUPERVISOR, Role.DIRECTOR, Role.BOARD}
"""Those who are served tickets."""
PLANNERS = frozenset({Role.COORDINATOR, Role.RESEARCHER, Role.DIRECTOR})
"""Those who fill the house list and the queues."""
RELEASERS = frozenset({Role.COORDINATOR, Role.DIRECTOR})
WATCHERS = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.COORDINATOR, Role.BOARD})
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
"""Those who act on a colleague's seat."""
LEADERS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.DIRECTOR})


def parse(words: str) -> frozenset[Role]:
    """Roles from their words, separated by spaces or commas; raises ValueError at an unknown word."""
    return frozenset(Role(word) for word in words.replace(",", " ").split())
