"""Machines whose clocks are ten minutes apart: the server's time decides, and the database's when servers share one."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest

from salesdesk.desk.errors import Refused
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.seats import LEASE_MS
from salesdesk.desk.serving import ClaimNext, Held
from salesdesk.remote import desk as remote_desk
from salesdesk.remote.contact import Contact
from salesdesk.store import floor as floor_table
from tests.faults.crew import crew
from tests.faults.failpoints import ahead
from tests.faults.history import events_of
from tests.faults.processes import ServerProcess
from tests.faults.shifts import at_desk, settle, shift, work
from tests.faults.station import patient
from tests.floors import MORNING, TestFloor
from tests.remote.lines import in_hand, lines, told

APART = 600
"""Seconds."""
CLOSES = MORNING + 9 * 3600 + 1800
"""When the campaign's hours end, 20:00 in New York."""


@pytest.mark.parametrize(("clock", "said"), [(APART, APART), (-APART, -APART), (20, 0)])
def test_a_client_with_another_clock_is_told_and_decides_nothing(
    floor: TestFloor, clock: int, said: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_desk, "Contact", partial(Contact, wall=lambda: floor.clock.now() + clock))
    with lines(floor) as line:
        dana, ito = line.desk("Dana"), line.desk("Ito")
        card = in_hand(dana)
        assert abs(dana.link().skew - said) <= 1
        assert abs(dana.now() - floor.clock.now()) <= 1
        floor.clock.forward(LEASE_MS // 1000 - 1)
        told(ito, in_hand(ito))
        told(dana, card)  # still theirs: by the server's clock the lease has a second left
        lost = in_hand(dana)
        floor.clock.forward(LEASE_MS // 1000 + 1)
        ito.ask(ClaimNext())
        with pytest.raises(Refused, match="not yours"):
            told(dana, lost)


def test_servers_ten_minutes_apart_share_one_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patient(monkeypatch)
    with (
        crew(tmp_path, engine="postgres", size=4, pool=120) as made,
        ServerProcess(made.floor.target) as fast,
        ServerProcess(made.floor.target) as slow,
    ):
        fast.up(ahead, APART)
        slow.up(ahead, -APART)
        servers = {member.name: (fast, slow)[n % 2].url for n, member in enumerate(made.members)}
        began = int(time.time()) + offset_of(made.floor)
        with shift(made, lambda member: servers[member.name]) as desks:
            card = desks[0].ask(ClaimNext())
            assert card is not None
            beside = at_desk(slow.url, made.members[0])
            held = beside.ask(Held())
            assert held is not None
            assert held.token == card.token
            assert desks[1].ask(ClaimNext()) is not None
            assert beside.ask(Heartbeat(ticket=card.ticket, token=card.token)).holding
            assert abs(desks[0].now() - desks[1].now()) <= 1
            beside.close()
            work(made, desks, 2)
            settle(made, desks)
        ended = int(time.time()) + offset_of(made.floor)
        happened = [each for each in events_of(made.floor) if each.kind in ("served", "dialed", "recorded", "expired")]
        assert all(began - 2 <= each.at <= ended + 2 for each in happened)
        assert "expired" not in {each.kind for each in happened}
        assert made.verify()["record ok"] > 0


def offset_of(floor: TestFloor) -> int:
    """Seconds by which the floor's time is ahead of everybody's."""
    return int(floor.counter.store.read(floor_table.settings)["clock_offset"])


@pytest.mark.parametrize(("before", "clock", "served"), [(540, APART, True), (-120, -APART, False)])
def test_calling_hours_end_by_the_clock_of_the_database(before: int, clock: int, served: bool, tmp_path: Path) -> None:
    """Nine minutes before the end, a server that believes it is over serves; after it, one that does not serves no
    more."""
    with crew(tmp_path, engine="postgres", size=1, pool=12) as made, ServerProcess(made.floor.target) as server:
        offset = CLOSES - before - int(time.time())
        made.floor.counter.store.write(lambda session: floor_table.put(session, "clock_offset", str(offset)))
        server.up(ahead, clock)
        with shift(made, lambda _: server.url) as (desk,):
            assert (desk.ask(ClaimNext()) is not None) is served
