"""The slot of a meeting, as it is chosen while somebody talks: three offers, others, or a time that the prospect names.

No terminal in here, apart from the rows. The desk is asked by the screen: it learns from `asked` what is wanted, and
tells what it heard with `learn` and `kept`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from salesdesk.line import slots, when
from salesdesk.line.tzdata import zone
from salesdesk.widgets.lines import Line, line

if TYPE_CHECKING:
    from salesdesk.desk.meetings import Kept, Offers

MORE = "m"
NEAR = 3


@dataclass
class SlotChoice:
    """What is offered for a slot field, and what is kept. `theirs` and `mine` are zones, `clock` tells the instant."""

    theirs: str
    mine: str
    clock: Callable[[], datetime]
    found: Offers | None = None
    page: int = 0
    held: Kept | None = None
    _asked: str | int | None = None

    @property
    def known(self) -> bool:
        """Whether times can be checked against diaries: they were read, and there is somebody to meet."""
        return self.found is not None and self.found.staffed

    # what the desk is asked and tells -------------------------------------------------------------------------------

    def asked(self) -> str | int | None:
        """What to ask the desk now, once: MORE for other offers, an instant for a slot to keep."""
        asked, self._asked = self._asked, None
        return asked

    def learn(self, found: Offers, page: int) -> None:
        """These are the offers; past the last page the first comes again."""
        from salesdesk.desk.meetings import Kept

        self.found, self.page = found, page
        if found.kept is not None:
            kept = found.kept
            self.held = Kept(
                executive=kept.executive,
                name=kept.name,
                starts_at=kept.starts_at,
                ends_at=kept.ends_at,
                kept_until=found.kept_until,
            )

    def keeps(self, held: Kept) -> None:
        """This slot is kept."""
        self.held = held

    # typing ---------------------------------------------------------------------------------------------------------

    def settled(self, said: str) -> str | None:
        """What stands in the field after Enter: a choice becomes the time that it stands for, nothing becomes the first
        offer. None when other offers were asked for."""
        if said.strip().lower() == MORE:
            self._asked = MORE
            return None
        if not said.strip() and self.held is not None and self._left() > 0:
            return self.words(self.held.starts_at)
        return self._meant(said if said.strip() else "1")

    def _meant(self, said: str) -> str:
        """The time for which a choice stands; anything else as it was typed."""
        text, offers = said.strip(), self.found.offers if self.found else ()
        chosen = int(text) if text.isdecimal() and len(text) == 1 else 0
        return self.words(offers[chosen - 1].starts_at) if 1 <= chosen <= len(offers) else said

    def executive_at(self, start: int) -> int | None:
        """With whom a slot was offered that begins at an instant."""
        offers = self.found.offers if self.found else ()
        return next((each.executive for each in offers if each.starts_at == start), None)

    def keep(self, said: str) -> None:
        """Have the slot kept that stands in the field, unless it is kept already."""
        start = int(when.parse_when(said, now=self.clock(), zone=self.theirs).timestamp())
        if self.held is None or self.held.starts_at != start or self._left() <= 0:
            self._asked = start

    def words(self, at: int) -> str:
        """A time so that it can be typed: "Tue 24 Nov 10:00"."""
        here = datetime.fromtimestamp(at, zone(self.theirs))
        return f"{here:%a} {here.day} {here:%b %H:%M}"

    def exact(self, said: str) -> datetime:
        """The instant meant; ValueError with the nearest free ones when nobody is free then."""
        if said.strip().lower() == MORE:
            raise ValueError("Enter shows three others")
        at = when.parse_when(self._meant(said), now=self.clock(), zone=self.theirs)
        start, free = int(at.timestamp()), self.found.free if self.found else ()
        if start <= self.clock().timestamp():
            raise ValueError("that is in the past")
        if start not in free:
            near = ", ".join(self.words(each) for each in slots.nearest(free, start, NEAR))
            free_near = f"no free slot then; near it, their time: {near}"
            raise ValueError(free_near if near else "no slot is free in the next 30 days")
        return at

    # showing --------------------------------------------------------------------------------------------------------

    def echo(self, said: str, *, kept: bool = True) -> str:
        """What is meant, said back in both zones, with whom, and with `kept` how long it is still kept."""
        at = self.exact(said)
        told = self._kept(at) if kept else self._kept(at)[:1]
        return " · ".join((when.echo(at, self.mine, now=self.clock()), *told))

    def brief(self, said: str) -> str:
        """What is meant as it is read aloud, with what matters most first: "Fri 4 Dec 14:00 Chicago · kept 2:32 · Eve".
        Raises ValueError as `exact` does."""
        at = self.exact(said)
        return " · ".join((when.stated(at), *reversed(self._kept(at))))

    def _kept(self, at: datetime) -> tuple[str, ...]:
        """With whom, and for how long it is kept; nothing for a time that is not."""
        if self.held is None or self.held.starts_at != int(at.timestamp()):
            return ()
        left = self._left()
        return self.held.name, f"kept {left // 60}:{left % 60:02}" if left > 0 else "kept no more"

    def _left(self) -> int:
        """Seconds for which the slot is still kept."""
        return self.held.kept_until - int(self.clock().timestamp()) if self.held else 0

    def rows(self) -> list[Line]:
        """The offers, a line each, in the prospect's zone and mine."""
        if self.found is None:
            return []
        if not self.found.staffed:
            return [line(("no executive yet: type the time, the coordinator finds somebody", "warn"))]
        made: list[Line] = []
        for n, each in enumerate(self.found.offers, 1):
            at = datetime.fromtimestamp(each.starts_at, zone(self.theirs))
            told = when.echo(at, self.mine, now=self.clock())
            made.append(line((str(n), "key"), f" {told}", (f" · {each.name}", "dim")))
        return made or [line(("no slot is free in their hours of the next ten working days", "warn"))]

    def hint(self) -> str:
        """What the keys do."""
        if self.found is None or not self.found.offers:
            return "type a time such as tue 3pm"
        return f"Enter keeps 1 · 2 Enter · {MORE} Enter: others · or a time"
