"""Is the record what was sealed? Walks the chain from its beginning, and names the first place where it breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime

from salesdesk.desk.errors import Refused
from salesdesk.desk.floor import Floor
from salesdesk.desk.registry import Progress, Reply
from salesdesk.desk.sealing import BATCH, Anchor, anchor_of, newest, settled
from salesdesk.line import seals
from salesdesk.line.seals import Member, Seal, Witness
from salesdesk.store import seals as stored
from salesdesk.store.session import StoreError

PAGE = 1000


class SealReport(Reply):
    """What the seals prove. `verified` says whether a key was at hand to prove it with; `fault` is the first thing
    that is wrong, in a sentence, and names the seal and the event; `head` is what an anchor should remember now."""

    seals: int
    sealed: int
    unsealed: int
    verified: bool
    fault: str
    head: Anchor | None


class _Chain:
    """How far the chain was followed."""

    def __init__(self, floor: Floor, anchors: Sequence[Anchor]) -> None:
        self.floor = floor
        self.keys = {key.id: key for key in floor.settings.seal_keys}
        self.anchors: defaultdict[int, list[Anchor]] = defaultdict(list)
        for anchor in anchors:
            self.anchors[anchor.seal].append(anchor)
        self.last: Seal | None = None

    def follow(self, run: Sequence[Seal]) -> str:
        """Follow some seals; why they break, if they do."""
        members = self._members(run) if self.keys else {}
        for seal in run:
            fault = seals.follows(seal, self.last)
            if not fault and self.keys:
                fault = seals.broken(self.keys, seal, members.get(seal.id, []))
            if fault := fault or self._contradiction(seal):
                return fault
            self.last = seal
        return ""

    def _members(self, run: Sequence[Seal]) -> dict[int, list[Member]]:
        most = sum(max(0, seal.events) for seal in run) + 1  # one more shows that there are too many
        found: defaultdict[int, list[Member]] = defaultdict(list)
        try:
            ids, events = (run[0].id, run[-1].id), (min(s.first_id for s in run), max(s.last_id for s in run))
            rows = self.floor.read(lambda now: stored.members(now.session, ids, events, most))
        except StoreError:
            self._unreadable(run)
            raise
        for seal_id, event_id, mark, *values in rows:
            found[seal_id].append(Member(event_id, mark, None if values[0] is None else values))
        return found

    def _unreadable(self, run: Sequence[Seal]) -> None:
        """Name the event that the engine cannot read any more."""
        read = self.floor.read
        for seal in run:
            events = (seal.first_id, seal.last_id)
            for event in read(lambda now: stored.member_ids(now.session, seal.id, events, BATCH)):  # noqa: B023
                try:
                    read(lambda now: stored.event(now.session, event))  # noqa: B023
                except StoreError:
                    sentence = f"seal {seal.id} breaks at event {event}: the event cannot be read any more"
                    raise Refused("unreadable", sentence) from None

    def _contradiction(self, seal: Seal) -> str:
        for each in self.anchors.get(seal.id, ()):
            if seals.contradicts(seal, Witness(each.mac, each.events)):
                return f"seal {seal.id} is not the one that the anchor of {_day(each.at)} knows: it was rewritten"
        return ""

    def end(self, floor: Floor) -> SealReport:
        """What remains to be asked at the end of a chain that holds, on one snapshot."""
        session = floor.session
        head = newest(session)
        sealed = head.total if head else 0
        marked = stored.count_members(session)
        late = stored.first_unsealed(session, settled(head))
        beyond = max((each for each in self.anchors if each > (head.id if head else 0)), default=None)
        fault = ""
        if beyond is not None:
            when, end = _day(self.anchors[beyond][0].at), f"ends at seal {head.id}" if head else "has no seal"
            fault = f"the chain was cut short: the anchor of {when} knows seal {beyond}, the floor {end}"
        elif marked != sealed:
            fault = f"{marked} events are marked as sealed, but the seals have {sealed}"
        elif late is not None:
            fault = f"event {late} is in no seal, although later ones were sealed long ago: it was added afterwards"
        return self.report(floor, fault)

    def report(self, floor: Floor, fault: str) -> SealReport:
        """Where the chain stands now."""
        head = newest(floor.session)
        return SealReport(
            seals=head.id if head else 0,
            sealed=head.total if head else 0,
            unsealed=stored.count_unsealed(floor.session),
            verified=bool(self.keys),
            fault=fault,
            head=None if fault else anchor_of(head),
        )


def verify(floor: Floor, anchors: Sequence[Anchor]) -> Generator[Progress, None, SealReport]:
    """Follow the whole chain in short reads. Without keys the macs are not recomputed, but the seals are still
    compared with the anchors, and the unsealed events are counted."""
    chain = _Chain(floor, anchors)
    head = floor.read(lambda now: newest(now.session))
    while True:
        after = chain.last.id if chain.last else 0
        page = floor.read(lambda now: stored.page(now.session, Seal.stored, after, PAGE))  # noqa: B023
        for run in _runs(page):
            if fault := chain.follow(run):
                return floor.read(lambda now: chain.report(now, fault))
            done = chain.last.total if chain.last else 0
            yield Progress(done=done, total=max(done, head.total if head else 0), note="verifying seals")
        if len(page) < PAGE:
            return floor.read(chain.end)


def _runs(page: Sequence[Seal]) -> Iterator[list[Seal]]:
    """Seals together that hold about one batch of events, so that each read is short and there are few."""
    run: list[Seal] = []
    events = 0
    for seal in page:
        if run and events + seal.events > BATCH:
            yield run
            run, events = [], 0
        run.append(seal)
        events += max(0, seal.events)
    if run:
        yield run


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
