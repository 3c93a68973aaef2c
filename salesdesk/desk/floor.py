"""The floor that a handler works on: one transaction, the time, and how the floor is set up."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from salesdesk.clock import Clock
from salesdesk.desk.roles import Role
from salesdesk.line.localday import LocalDay, local_day
from salesdesk.line.salesmap import SalesMap, shipped
from salesdesk.line.seals import SealKey
from salesdesk.line.tzdata import zone
from salesdesk.store.events import EventRow
from salesdesk.store.leads import PhoneRow
from salesdesk.store.people import SeatRow
from salesdesk.store.session import Session, Store

if TYPE_CHECKING:
    from salesdesk.desk.eligibility import Known

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking."""

    id: int
    name: str
    roles: frozenset[Role]
    team: str
    zone: str
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """How a floor is set up: its name, its zone (the floor's day is a day there), its working hours, its sales map,
    and its secret. The keys of its seals are not stored with it: whoever opens the floor brings them, if anyone."""

    name: str
    zone: str
    secret: bytes
    map_id: str = "sdr-executive"
    day_start: str = "08:30"
    day_end: str = "17:00"
    demo: bool = False
    seal_keys: tuple[SealKey, ...] = ()

    @classmethod
    def read(cls, stored: dict[str, str]) -> Settings:
        """Settings from the rows of the floor table."""
        return cls(
            name=stored.get("name", "floor"),
            zone=stored.get("zone", "America/New_York"),
            secret=bytes.fromhex(stored.get("secret", "")),
            map_id=stored.get("map", "sdr-executive"),
            day_start=stored.get("day_start", "08:30"),
            day_end=stored.get("day_end", "17:00"),
            demo=stored.get("demo") == "yes",
        )


@dataclass(slots=True)
class Floor:
    """Everything a handler may use. Time comes from here, so that every test can fix it."""

    session: Session
    clock: Clock
    settings: Settings
    store: Store
    now: int = field(init=False)
    zones: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """Where leads were found to be (by lead): many rules ask, the store is asked once."""
    serves: bool = True
    """Whether the asker may be shown one lead more with what they ask for."""
    seats: dict[int, SeatRow] = field(default_factory=dict)
    """Seats as this request has left them (by person)."""
    past: dict[int, list[EventRow]] = field(default_factory=dict)
    """What had happened to leads (by lead) when this request asked."""
    served: dict[int, Known] = field(default_factory=dict)
    """What is known of the tickets (by id) that this request serves, for the view of its reply."""
    dialed: dict[int, PhoneRow] = field(default_factory=dict)
    """The numbers that this request dials (by ticket), for the view of its reply."""
    new_secrets: dict[int, str] = field(default_factory=dict)
    """The secrets of tokens (by id) that this request makes, for the view of its reply: no receipt may hold them."""

    def __post_init__(self) -> None:
        self.now = self.clock.now()

    @property
    def instant(self) -> datetime:
        """Now, as an aware UTC datetime."""
        return datetime.fromtimestamp(self.now, UTC)

    @property
    def day(self) -> str:
        """Today's date at the floor, ISO."""
        return day_at(self.now, self.settings.zone)

    @property
    def today(self) -> LocalDay:
        """When today began at the floor, and when it will be over."""
        return local_day(date.fromisoformat(self.day), self.settings.zone)

    def mark(self, kind: str, text: str) -> str:
        """A keyed hash of something by which people are found and suppressed; see `line` in trust notes A5."""
        return mark(self.settings.secret, kind, text)

    def sales_map(self, map_id: str) -> SalesMap:
        """The sales map that a campaign runs on."""
        return shipped(map_id)

    def write(self, work: Callable[[Floor], T]) -> T:
        """For jobs: run one short write transaction of their own."""
        return self.store.write(lambda session: work(Floor(session, self.clock, self.settings, self.store)))

    def read(self, work: Callable[[Floor], T]) -> T:
        """For jobs: run one short snapshot of their own."""
        return self.store.read(lambda session: work(Floor(session, self.clock, self.settings, self.store)))


def mark(secret: bytes, kind: str, text: str) -> str:
    """HMAC-SHA-256 over kind and text, 24 hex digits: enough to tell people apart, useless without the secret."""
    return hmac.digest(secret, f"{kind}:{text}".encode(), "sha256").hex()[:24]


@lru_cache(maxsize=64)
def _day_of_hour(hour: int, zone_name: str) -> tuple[str, str]:
    start = datetime.fromtimestamp(hour * 900, zone(zone_name))
    return start.date().isoformat(), zone_name


def day_at(at: int, zone_name: str) -> str:
    """The local date of an instant (epoch seconds); cached by quarter hour, where every zone's midnight falls."""
    return _day_of_hour(at // 900, zone_name)[0]


def local(at: int, zone_name: str) -> datetime:
    """An instant as local time of a zone."""
    return datetime.fromtimestamp(at, zone(zone_name))


Json = dict[str, Any]
