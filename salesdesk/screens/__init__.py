"""One screen per station, in one registry. Each is imported when somebody sits down there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

from salesdesk.desk.local import Desk
from salesdesk.desk.roles import LEADERS, WATCHERS, Role

if TYPE_CHECKING:
    from salesdesk.screens.station import Station


@dataclass(frozen=True, slots=True)
class Place:
    """A station's screen: where its class is, and whose seat it is."""

    name: str
    title: str
    module: str
    screen: str
    roles: frozenset[Role]

    def open(self, desk: Desk) -> Station:
        """The screen, for somebody's desk."""
        return cast("Station", getattr(import_module(f"salesdesk.screens.{self.module}"), self.screen)(desk))


REGISTRY: Mapping[str, Place] = {
    place.name: place
    for place in (
        Place("sdr", "sales development", "sdr", "SdrScreen", frozenset({Role.SDR})),
        Place("coordinator", "campaign management", "coordinator", "CoordinatorScreen", LEADERS - {Role.SUPERVISOR}),
        Place("wallboard", "wall board", "wallboard", "WallboardScreen", WATCHERS),
    )
}


def seats_for(desk: Desk) -> dict[str, Desk]:
    """The stations at which one person may sit, in the order of the registry."""
    return {place.name: desk for place in REGISTRY.values() if place.roles & desk.person.roles}
